/* SPDX-License-Identifier: BSD-2-Clause */
/* Which personality, and what all of them have in common: names, rounds, output. */
#include "as.h"

#include "resolve.h"
#include "run.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*main)(char **argv);
} personalities[] = {{"netstat", as_netstat}, {"ss", as_ss}, {"windows", as_windows}};

#define COUNT (sizeof(personalities) / sizeof(personalities[0]))

static int start(const char *name, char **argv, int *status)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(personalities[i].name, name) == 0) {
            *status = personalities[i].main(argv);
            return 0;
        }
    }
    return -ENOENT;
}

int as_main(char **argv, int *status)
{
    const char *base;

    if (!argv[0])
        return -ENOENT;
    base = strrchr(argv[0], '/');
    base = base ? base + 1 : argv[0];
    if (strcmp(base, "windows") != 0 && start(base, argv + 1, status) == 0)
        return 0;
    for (char **word = argv + 1; *word && strcmp(*word, "--") != 0; word++) {
        bool alone = strcmp(*word, "--as") == 0;
        char *name = alone ? word[1] : *word + 5;
        size_t taken = alone ? 2 : 1;

        if (!alone && strncmp(*word, "--as=", 5) != 0)
            continue;
        if (alone && !name)
            return -ENOENT;
        do
            word[0] = word[taken];
        while (*word++);
        if (start(name, argv + 1, status) == 0)
            return 0;
        complain("--as takes netstat, ss or windows, not ", name, strlen(name), "portls --help");
        *status = EXIT_USAGE;
        return 0;
    }
    return -ENOENT;
}

/* ---- names, as the C library has them ---- */

static size_t copy(const char *text, char *buf, size_t size)
{
    size_t len = text ? strnlen(text, size) : 0;

    if (len > 0)
        memcpy(buf, text, len);
    return len;
}

struct names {
    struct resolve *resolve;
    bool plain; /* ports from first to last keep their number */
    uint16_t first, last;
};

static size_t service_name(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct names *names = arg;
    const struct servent *found = NULL;

    if (port <= UINT16_MAX && !(names->plain && port >= names->first && port <= names->last))
        found = getservbyport(htons((uint16_t)port), pl_proto_name(proto));
    return found ? copy(found->s_name, buf, size) : 0;
}

static size_t user_name(void *arg, uint32_t uid, char *buf, size_t size)
{
    const struct passwd *found = getpwuid(uid);

    (void)arg;
    return found ? copy(found->pw_name, buf, size) : 0;
}

static size_t host_name(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    return copy(resolve_name(((const struct names *)arg)->resolve, family, addr), buf, size);
}

/* ---- rounds ---- */

static int print_round(struct as_settings *settings, struct pl_reader *reader)
{
    struct out out = {.fd = STDOUT_FILENO};
    struct names names = {.plain = settings->ephemeral_plain};
    struct pl_snapshot *snap;
    int err = pl_snapshot_take(reader, &settings->query, &snap);

    if (err < 0 && err != -EIO) {
        complain("cannot read sockets: ", strerror(-err), strlen(strerror(-err)), "");
        return settings->failed;
    }
    if (err == 0) {
        settings->view.snap = snap;
        if (names.plain && ask_ephemeral(&names.first, &names.last) < 0)
            names.plain = false;
        settings->view.names = (struct as_names){
            .arg = &names,
            .service = settings->numeric_ports ? NULL : service_name,
            .user = settings->numeric_users ? NULL : user_name,
        };
        if (!settings->numeric_hosts &&
            resolve_snapshot(snap, RESOLVE_DEFAULT_MS, &names.resolve) == 0)
            settings->view.names.host = host_name;
        settings->print(&settings->view, &out);
    }
    err = out_flush(&out);
    out_free(&out);
    resolve_free(names.resolve);
    if (settings->view.snap)
        pl_snapshot_free(snap);
    settings->view.snap = NULL;
    return err != 0 ? settings->failed : 0;
}

int as_run(struct as_settings *settings)
{
    struct pl_reader *reader;
    int err = pl_reader_open(&reader);
    int status;

    if (err < 0) {
        complain("cannot read this system: ", strerror(-err), strlen(strerror(-err)), "");
        return settings->failed;
    }
    do
        status = print_round(settings, reader);
    while (status == 0 && settings->interval > 0 && sleep(settings->interval) == 0);
    pl_reader_close(reader);
    return status;
}
