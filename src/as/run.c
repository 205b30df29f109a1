/* SPDX-License-Identifier: BSD-2-Clause */
/* Which personality, and what all of them have in common: names, rounds, output. */
#include "as.h"

#include "cli/replay.h"
#include "cli/run.h"
#include "privilege/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*main)(char **argv, const struct as_own *own);
} personalities[] = {{"netstat", as_netstat}, {"ss", as_ss}, {"windows", as_windows}};

#define COUNT (sizeof(personalities) / sizeof(personalities[0]))

static int start(const char *name, char **argv, const struct as_own *own, int *status)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(personalities[i].name, name) == 0) {
            *status = personalities[i].main(argv, own);
            return 0;
        }
    }
    return -ENOENT;
}

static void take_out(char **word, size_t count)
{
    do
        word[0] = word[count];
    while (*word++);
}

/* Is --no-sandbox in argv? Then not any more: the personality has its own options. */
static bool take_no_sandbox(char **argv)
{
    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        if (strcmp(*word, "--no-sandbox") == 0) {
            take_out(word, 1);
            return true;
        }
    }
    return false;
}

/* Takes --NAME VALUE or --NAME=VALUE out of argv. 1: found; 0: not; -EINVAL: without a value. */
static int take_option(char **argv, const char *name, const char **value)
{
    size_t len = strlen(name);

    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        bool alone = strcmp(*word, name) == 0;

        if (!alone && (strncmp(*word, name, len) != 0 || (*word)[len] != '='))
            continue;
        if (alone && !word[1])
            return -EINVAL;
        *value = alone ? word[1] : *word + len + 1;
        take_out(word, alone ? 2 : 1);
        return 1;
    }
    return 0;
}

int as_main(char **argv, bool elevated, int *status)
{
    struct as_own own = {.elevated = elevated};
    const char *name;
    const char *base;

    if (!argv[0])
        return -ENOENT;
    base = strrchr(argv[0], '/');
    base = base ? base + 1 : argv[0];
    if (strcmp(base, "windows") != 0 && start(base, argv + 1, &own, status) == 0)
        return 0;
    if (take_option(argv + 1, "--as", &name) != 1)
        return -ENOENT;
    own.no_sandbox = take_no_sandbox(argv + 1);
    if (take_option(argv + 1, "--replay", &own.replay) < 0) {
        complain("a value is missing after --replay", "", 0, "portls --help");
        *status = EXIT_USAGE;
    } else if (start(name, argv + 1, &own, status) != 0) {
        complain("--as takes netstat, ss or windows, not ", name, strlen(name), "portls --help");
        *status = EXIT_USAGE;
    }
    return 0;
}

/* ---- names, as the C library has them ---- */

static size_t copy(const char *text, char *buf, size_t size)
{
    size_t len = text ? strnlen(text, size) : 0;

    if (len > 0)
        memcpy(buf, text, len);
    return len;
}

struct as_lookup {
    struct names *names;
    struct names_hosts *hosts;
    struct as_services *services;
    struct as_protocols *protocols;
    const struct pl_snapshot *snap; /* NULL: users are this machine's */
    bool plain;                     /* ports from first to last keep their number */
    uint16_t first, last;
};

static size_t service_name(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    if (lookup->services)
        return as_services_find(lookup->services, port, proto, buf, size);
    if (lookup->plain && port >= lookup->first && port <= lookup->last)
        return 0;
    return names_service(lookup->names, port, proto, buf, size);
}

static size_t protocol_name(void *arg, uint32_t number, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    return lookup->protocols ? copy(as_protocols_find(lookup->protocols, number), buf, size) : 0;
}

/* Of a recording only those that hold a listed socket are known. */
static size_t process_name(void *arg, uint32_t pid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;
    const struct pl_process *process = lookup->snap ? pl_snapshot_process(lookup->snap, pid) : NULL;
    char path[64];
    char line[64];
    FILE *file;
    size_t len = 0;

    if (lookup->snap) {
        len = process && process->name.len <= size ? process->name.len : 0;
        if (len > 0)
            memcpy(buf, process->name.data, len);
        return len;
    }
    (void)snprintf(path, sizeof(path), "/proc/%u/comm", pid);
    file = fopen(path, "re");
    if (!file)
        return 0;
    len = fread(line, 1, sizeof(line), file);
    (void)fclose(file);
    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (memchr(line, ')', len))
        len = (size_t)((char *)memchr(line, ')', len) - line);
    len = len < size ? len : size;
    memcpy(buf, line, len);
    return len;
}

static size_t user_name(void *arg, uint32_t uid, char *buf, size_t size)
{
    const struct as_lookup *lookup = arg;

    if (lookup->snap) {
        struct pl_text text = pl_snapshot_user(lookup->snap, uid);
        size_t len = text.len < size ? text.len : size;

        if (len > 0)
            memcpy(buf, text.data, len);
        return len;
    }
    return names_user(lookup->names, uid, buf, size);
}

static size_t host_name(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    return copy(names_host(((const struct as_lookup *)arg)->hosts, family, addr), buf, size);
}

/* ---- rounds ---- */

/* What could not be seen, of a recording: there the other programs have no words for it. */
static void say_notes(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (notes[i].kind != PL_NOTE_FEED_MISSING && notes[i].kind != PL_NOTE_FAMILY_ABSENT)
            complain_note(&notes[i]);
    }
}

static int print_snapshot(struct as_settings *settings, const struct pl_snapshot *snap,
                          struct sandbox *sandbox)
{
    struct out out = {.fd = STDOUT_FILENO};
    struct as_lookup lookup = {.names = &sandbox->names,
                               .plain = settings->ephemeral_plain,
                               .services = settings->services,
                               .protocols = settings->protocols,
                               .snap = settings->own.replay ? snap : NULL};
    int status = settings->judge ? settings->judge(settings, snap) : 0;
    int err;

    settings->view.snap = snap;
    if (settings->own.replay && snap)
        say_notes(snap);
    if (lookup.plain && ask_ephemeral(&lookup.first, &lookup.last) < 0)
        lookup.plain = false;
    settings->view.names = (struct as_names){
        .arg = &lookup,
        .service = settings->numeric_ports ? NULL : service_name,
        .user = settings->numeric_users ? NULL : user_name,
        .protocol = settings->protocols ? protocol_name : NULL,
        .process = process_name,
    };
    if (!settings->numeric_hosts && snap &&
        names_find_hosts(&sandbox->names, snap, NAMES_DEFAULT_MS, &lookup.hosts) == 0)
        settings->view.names.host = host_name;
    settings->print(&settings->view, &out);
    err = out_flush(&out);
    out_free(&out);
    names_free_hosts(lookup.hosts);
    settings->view.snap = NULL;
    if (err == 0)
        return status;
    complain_output(err);
    return settings->failed;
}

/* No protocol has what was asked for, and counters are not asked for: there is nothing to read. */
static bool selects_nothing(const struct as_settings *settings)
{
    return settings->query.protos == 0 && !(settings->query.need & PL_NEED_COUNTERS);
}

static int print_round(struct as_settings *settings, struct pl_reader *reader,
                       struct sandbox *sandbox)
{
    struct pl_snapshot *snap;
    int status;
    int err;

    if (selects_nothing(settings) && settings->empty)
        return print_snapshot(settings, NULL, sandbox);
    err = pl_snapshot_take(reader, &settings->query, &snap);

    if (err == -EIO && settings->own.replay) {
        complain("the recording has no feed that was asked for: ", settings->own.replay,
                 strlen(settings->own.replay), "RECORDINGS in portls(1)");
        return EXIT_USAGE;
    }
    if (err == -EIO && settings->empty)
        return print_snapshot(settings, NULL, sandbox);
    if (err < 0) {
        complain("cannot read sockets: ", strerror(-err), strlen(strerror(-err)), "");
        return settings->failed;
    }
    status = print_snapshot(settings, snap, sandbox);
    pl_snapshot_free(snap);
    return status;
}

static bool asks_names(const struct as_settings *settings)
{
    return !settings->numeric_hosts || (!settings->numeric_ports && !settings->services) ||
           (!settings->own.replay && settings->view.extended && !settings->numeric_users);
}

/* Whatever is read with this system's name services is read before the sandbox stands, or by the
 * helper. A recording is hostile to its first byte, the kernel is asked with the rights it takes. */
static int open_reader(const struct as_settings *settings, struct sandbox *sandbox,
                       struct pl_reader **out)
{
    int err;

    sandbox_start_helper(sandbox, false, asks_names(settings));
    if (settings->own.replay) {
        sandbox_enter(sandbox);
        return replay_open(settings->own.replay, out);
    }
    err = pl_reader_open(out);
    if (err < 0) {
        complain_errno("cannot read", "this system", -err, "");
        return settings->failed;
    }
    pl_reader_prepare(*out, &settings->query);
    sandbox_enter(sandbox);
    return 0;
}

/* What stands before the rows, once; needs no right that they do not. */
static int print_first(const struct as_settings *settings, struct pl_reader *reader,
                       struct sandbox *sandbox)
{
    struct as_settings first = *settings;

    first.query = (struct pl_query){.need = PL_NEED_COUNTERS};
    first.print = settings->first;
    return settings->first ? print_round(&first, reader, sandbox) : 0;
}

int as_run(struct as_settings *settings)
{
    struct pl_query *query = &settings->query;
    struct sandbox sandbox = {
        .plan = {.live = !settings->own.replay,
                 .repeat = settings->interval > 0,
                 .replay = settings->own.replay},
        .off = settings->own.no_sandbox,
        .elevated = settings->own.elevated,
    };
    struct pl_reader *reader;
    int status;

    if (settings->own.replay && !settings->numeric_users)
        query->need |= PL_NEED_USERS;
    query->repeated = settings->interval > 0;
    query->phase = sandbox_phase;
    query->phase_arg = &sandbox;
    sandbox.plan.need = query->need | (query->filter ? pl_filter_need(query->filter) : 0);
    status = open_reader(settings, &sandbox, &reader);
    if (status != 0)
        return status;
    status = print_first(settings, reader, &sandbox);
    if (status == 0 && settings->print)
        status = print_round(settings, reader, &sandbox);
    while (settings->print && status == 0 && settings->interval > 0 &&
           sleep(settings->interval) == 0)
        status = print_round(settings, reader, &sandbox);
    pl_reader_close(reader);
    sandbox_end(&sandbox);
    return status;
}
