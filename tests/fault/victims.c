/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes for portkill to hit: one listens on the port of its selector, and a bystander listens on
 * another one. Whichever call of portkill fails, the result or a line on standard error names what was
 * hit, and the exit status is not 0.
 */
#include "fault.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELECTED 5001
#define OTHER    5002

enum status { STATUS_DONE, STATUS_NOTHING, STATUS_USAGE, STATUS_SOME, STATUS_FAILED };

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(3);
}

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Only the child holds the listener, which portkill would otherwise find with an ancestor, too. */
static pid_t listen_on(uint16_t port)
{
    const struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    pid_t child;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 64) != 0)
        die("listen");
    child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            (void)pause();
    }
    close(fd);
    return child;
}

static bool listens(uint16_t port)
{
    const struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

    close(fd);
    return connected;
}

void victims_make(struct victims *victims)
{
    victims->selected = listen_on(SELECTED);
    victims->other = listen_on(OTHER);
}

static bool is_unhurt(pid_t pid, uint16_t port)
{
    return waitpid(pid, NULL, WNOHANG) == 0 && listens(port);
}

void victims_end(const struct victims *victims, struct run *run)
{
    run->hit = !is_unhurt(victims->selected, SELECTED);
    run->astray = !is_unhurt(victims->other, OTHER);
    (void)kill(victims->selected, SIGKILL);
    (void)kill(victims->other, SIGKILL);
    while (waitpid(victims->selected, NULL, 0) > 0 || waitpid(victims->other, NULL, 0) > 0)
        ;
}

static bool contains(const char *from, const char *to, const char *word)
{
    const char *at = strstr(from, word);

    return at && at < to;
}

/* What the output says of the target. */
enum said { SAID_NOTHING, SAID_HIT, SAID_NOT_HIT, SAID_UNKNOWN };

static enum said said_json(const char *out)
{
    const char *at = out;
    const char *from, *to, *value, *end;

    if (!json_value(&at) || !json_member(out, "targets", &from, &to) ||
        !json_element(from, 0, &from, &to) || !json_member(from, "result", &value, &end))
        return SAID_NOTHING;
    if (contains(value, end, "done") || contains(value, end, "killed"))
        return SAID_HIT;
    if (contains(value, end, "sent") ||
        (json_member(from, "reason", &value, &end) &&
         (contains(value, end, "lost") || contains(value, end, "unverified"))))
        return SAID_UNKNOWN;
    return SAID_NOT_HIT;
}

static enum said said_table(const char *out)
{
    static const struct {
        const char *words;
        enum said said;
    } rows[] = {
        {"ended after", SAID_HIT},
        {": ended", SAID_HIT},
        {"the socket is closed", SAID_NOT_HIT}, /* by somebody else */
        {" closed", SAID_HIT},
        {"ended by SIGKILL", SAID_HIT},
        {"the signal was sent", SAID_UNKNOWN},
        {"gave no reply", SAID_UNKNOWN},
        {"could not be read again", SAID_UNKNOWN},
        {"not touched", SAID_NOT_HIT},
        {"failed", SAID_NOT_HIT},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strstr(out, rows[i].words))
            return rows[i].said;
    }
    return SAID_NOTHING;
}

const char *compare_kill(const struct run *whole, const struct run *run)
{
    int status = WEXITSTATUS(run->status);
    enum said said = run->out[0] == '{' ? said_json(run->out) : said_table(run->out);

    /* The line that replaces results which could not be printed. */
    if (said == SAID_NOTHING && strstr(run->err, "the result could not be printed: "))
        said = said_table(run->err);
    if (run->astray)
        return "the bystander was hit";
    if (status == STATUS_USAGE || status > STATUS_FAILED)
        return "an exit status that is not documented";
    if (run->hit && !whole->hit)
        return "it hit something, and was not to";
    if (run->hit && said != SAID_HIT && said != SAID_UNKNOWN)
        return "it hit the target, and does not say so";
    if (!run->hit && said == SAID_HIT)
        return "it says that it hit the target, and did not";
    if (whole->hit && !run->hit && status == STATUS_DONE)
        return "it hit nothing, and exits with 0";
    if (status == STATUS_FAILED && run->err_len == 0)
        return "it failed without a word";
    if (!run->hit && said == SAID_NOTHING && status != WEXITSTATUS(whole->status) &&
        run->err_len == 0)
        return "it hit nothing, and gives no reason";
    return NULL;
}
