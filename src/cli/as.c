/* SPDX-License-Identifier: BSD-2-Clause */
/* Which personality, and what all of them have in common: names, rounds, output. */
#include "as.h"

#include "resolve.h"
#include "run.h"
#include "sandbox.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*main)(char **argv, bool no_sandbox);
} personalities[] = {{"netstat", as_netstat}, {"ss", as_ss}, {"windows", as_windows}};

#define COUNT (sizeof(personalities) / sizeof(personalities[0]))

/* Takes word[0] and, if two, word[1] out of the list. */
static void take_out(char **word, bool two)
{
    do
        word[0] = word[two ? 2 : 1];
    while (*word++);
}

/* The personality has its own options; ours is taken out before it sees them. */
static bool take_no_sandbox(char **argv)
{
    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        if (strcmp(*word, "--no-sandbox") == 0) {
            take_out(word, false);
            return true;
        }
    }
    return false;
}

static int start(const char *name, char **argv, bool ours, int *status)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(personalities[i].name, name) == 0) {
            *status = personalities[i].main(argv, ours && take_no_sandbox(argv));
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
    if (strcmp(base, "windows") != 0 && start(base, argv + 1, false, status) == 0)
        return 0;
    for (char **word = argv + 1; *word && strcmp(*word, "--") != 0; word++) {
        bool alone = strcmp(*word, "--as") == 0;
        char *name = alone ? word[1] : *word + 5;

        if (!alone && strncmp(*word, "--as=", 5) != 0)
            continue;
        if (alone && !name)
            return -ENOENT;
        take_out(word, alone);
        if (start(name, argv + 1, true, status) == 0)
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
    struct sandbox *sandbox;
    struct resolve *resolve;
    bool plain; /* ports from first to last keep their number */
    uint16_t first, last;
};

static size_t service_name(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct names *names = arg;
    const struct servent *found = NULL;
    char name[256];

    if (names->plain && port >= names->first && port <= names->last)
        return 0;
    if (sandbox_service(names->sandbox, port, proto, name, sizeof(name)))
        return copy(name, buf, size);
    if (port <= UINT16_MAX)
        found = getservbyport(htons((uint16_t)port), pl_proto_name(proto));
    return found ? copy(found->s_name, buf, size) : 0;
}

static size_t user_name(void *arg, uint32_t uid, char *buf, size_t size)
{
    const struct passwd *found;
    char name[256];

    if (sandbox_user(((const struct names *)arg)->sandbox, uid, name, sizeof(name)))
        return copy(name, buf, size);
    found = getpwuid(uid);
    return found ? copy(found->pw_name, buf, size) : 0;
}

static size_t host_name(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    return copy(resolve_name(((const struct names *)arg)->resolve, family, addr), buf, size);
}

/* ---- rounds ---- */

static int print_round(struct as_settings *settings, struct pl_reader *reader,
                       struct sandbox *sandbox)
{
    struct out out = {.fd = STDOUT_FILENO};
    struct names names = {.sandbox = sandbox, .plain = settings->ephemeral_plain};
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
            resolve_snapshot(snap, RESOLVE_DEFAULT_MS, sandbox, &names.resolve) == 0)
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
    struct sandbox sandbox = {
        .plan = {.need = settings->query.need |
                         (settings->query.filter ? pl_filter_need(settings->query.filter) : 0),
                 .live = true,
                 .repeat = settings->interval > 0},
        .off = settings->no_sandbox,
    };
    struct pl_reader *reader;
    int status;
    int err;

    sandbox_start_helper(&sandbox, false,
                         !settings->numeric_hosts || !settings->numeric_ports ||
                             (settings->view.extended && !settings->numeric_users));
    err = pl_reader_open(&reader);
    if (err < 0) {
        complain("cannot read this system: ", strerror(-err), strlen(strerror(-err)), "");
        return settings->failed;
    }
    settings->query.repeated = settings->interval > 0;
    pl_reader_prepare(reader, &settings->query);
    sandbox_enter(&sandbox);
    settings->query.phase = sandbox_phase;
    settings->query.phase_arg = &sandbox;
    do
        status = print_round(settings, reader, &sandbox);
    while (status == 0 && settings->interval > 0 && sleep(settings->interval) == 0);
    pl_reader_close(reader);
    sandbox_end(&sandbox);
    return status;
}
