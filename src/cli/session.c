/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include "complain.h"
#include "repeat.h"
#include "status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HELP "RECORDINGS in portls(1)"

/* For the hint that follows an empty listing. */
#define HINT_NEED   ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES))
#define HINT_PROTOS (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UNIX))

/* ---- the reader ---- */

/* Returns a text for an error of a recording that strerror(3) does not explain. */
struct problem {
    int error;
    const char *text;
};

static const struct problem replay_problems[] = {
    {-ENOENT, "no such recording:"},
    {-ENOTDIR, "not a recording (not a directory):"},
    {-EINVAL, "not a recording:"},
    {-ENOTSUP, "recording of an unsupported system:"},
    {0, NULL},
};

static const struct problem record_problems[] = {
    {-ELOOP, "cannot record through a symbolic link that other users could change:"},
    {-ESTALE, "the new directory was replaced, or its file system cannot keep it private:"},
    {0, NULL},
};

static void complain_recording(const struct problem *problem, const char *what, const char *path,
                               int err)
{
    while (problem->error != 0 && problem->error != err)
        problem++;
    if (problem->text)
        complain(problem->text, path, HELP);
    else
        complain_errno(what, path, -err, HELP);
}

static bool is_all(const char *netns)
{
    return strcmp(netns, "all") == 0;
}

static int open_replay(struct session *session)
{
    int err = pl_reader_replay(session->replay, &session->reader);

    if (err == 0 && session->netns)
        pl_reader_replay_netns(session->reader);
    if (err == 0)
        return EXIT_DONE;
    complain_recording(replay_problems, "cannot replay", session->replay, err);
    return EXIT_USAGE;
}

/* Reports all containers of that name, by what -N takes. */
static void complain_several(const char *netns, const struct pl_netns_several *several)
{
    char after[64 + PL_NETNS_SEVERAL * 96] = ": name one by its ID or that of a process:";
    size_t listed = several->count < PL_NETNS_SEVERAL ? several->count : PL_NETNS_SEVERAL;

    for (size_t i = 0; i < listed; i++) {
        size_t len = strlen(after);
        const char *id = several->items[i].id;

        (void)snprintf(after + len, sizeof(after) - len, "%s %.12s%s%u%s", i > 0 ? "," : "", id,
                       id[0] != '\0' ? " (process " : "process ", several->items[i].pid,
                       id[0] != '\0' ? ")" : "");
    }
    if (several->count > listed)
        (void)strlcat(after, " ...", sizeof(after));
    complain_at("several containers match", netns, strlen(netns), after, "");
}

/* Whether only root may be able to see what has that name. */
static bool may_be_hidden(const char *netns, int err)
{
    return err == -ENOENT && !strchr(netns, '/') && geteuid() != 0;
}

int session_enter_netns(const char *netns, int failed)
{
    static const struct problem problems[] = {
        {-ENOENT, "no network namespace or container is called"},
        {-ESRCH, "no process has the ID"},
        {-EINVAL, "not a network namespace:"},
        {-ENOTSUP, "only Linux has network namespaces; leave out -N"},
        {-EPERM, "entering a network namespace requires cap_sys_admin; run as root to enter"},
        {-EACCES,
         "this user may not read the network namespace of this process; run as root to enter"},
        {0, "cannot enter the network namespace"},
    };
    const struct problem *problem = problems;
    struct pl_netns_several several = {0};
    int err = netns && !is_all(netns) ? pl_netns_enter(netns, &several) : 0;

    if (err == 0)
        return EXIT_DONE;
    if (err == -EEXIST) {
        complain_several(netns, &several);
        return EXIT_USAGE;
    }
    if (may_be_hidden(netns, err)) {
        complain_at("this user can see no network namespace or container called", netns,
                    strlen(netns), ", and cannot read the names of containers of other users",
                    "NETWORK NAMESPACES in portls(1)");
        return EXIT_USAGE;
    }
    while (problem->error != 0 && problem->error != err)
        problem++;
    if (problem->error == 0)
        complain_errno(problem->text, netns, -err, "");
    else
        complain(problem->text, netns, "NETWORK NAMESPACES in portls(1)");
    return err == -EPERM || err == -EACCES ? failed : EXIT_USAGE;
}

/* Opens the other network namespaces. The privileges of a program that has more than its user are not for that. */
static int add_netns(struct session *session)
{
    int err = 0;

    if (session->netns && is_all(session->netns))
        err = session->sandbox->elevated ? -EPERM : pl_reader_add_netns(session->reader);
    if (err == -ENOTSUP)
        complain_text("only Linux has network namespaces: -N all has no effect");
    if (err == 0 || err == -ENOTSUP)
        return EXIT_DONE;
    complain_errno("cannot list all network namespaces", NULL, -err, "");
    return session->failed;
}

/* Opens the running kernel, through a recorder if there is one. */
static int open_live(struct session *session)
{
    struct pl_reader *inner;
    int err;

    if (session->elsewhere && !session->sandbox->elevated &&
        pl_netns_count_listeners(&session->others) < 0)
        session->others = (struct pl_netns_listeners){0};
    err = pl_reader_open(&inner);
    if (err < 0) {
        complain_errno("cannot read the sockets of this system", NULL, -err, "");
        return session->failed;
    }
    session->reader = inner;
    err = add_netns(session);
    if (err != EXIT_DONE || !session->record)
        return err;
    err = pl_reader_record(inner, session->record, &session->reader);
    if (err == 0)
        return EXIT_DONE;
    pl_reader_close(inner);
    session->reader = NULL;
    complain_recording(record_problems, "cannot record to", session->record, err);
    return err == -EEXIST || err == -ENOTEMPTY || err == -EINVAL || err == -ELOOP ? EXIT_USAGE
                                                                                  : session->failed;
}

int session_open(struct session *session, const struct pl_query *query)
{
    struct sandbox *sandbox = session->sandbox;
    struct pl_query_hooks hooks = query->hooks ? *query->hooks : (struct pl_query_hooks){0};
    struct pl_query first = *query;
    bool users;
    int status;

    hooks.repeated = session->repeated || session->interval > 0;
    first.hooks = &hooks;
    sandbox->plan = (struct sandbox_plan){
        .need = query->need | (query->filter ? pl_filter_need(query->filter) : 0) |
                (session->hint ? HINT_NEED : 0),
        .live = !session->replay,
        .unix_table = query->way == PL_WAY_PROC &&
                      (session->hint || (query->protos & PL_BIT(PL_PROTO_UNIX)) != 0),
        .repeat = hooks.repeated,
        .acts = session->acts,
        .screen = session->screen,
        .replay = session->replay,
    };
    users = !session->replay && (session->record || sandbox->plan.need & PL_NEED_USERS);
    sandbox_start_helper(sandbox, users, session->names);
    /*
     * A recording is untrusted: enter the sandbox before opening it. The reader of the kernel needs
     * privileges to open.
     */
    if (session->replay && session->netns && !is_all(session->netns)) {
        complain(
            "--replay lists all network namespaces of a recording, -N all, or one of them with "
            "-N all netns_name",
            session->netns, HELP);
        return EXIT_USAGE;
    }
    if (session->replay) {
        sandbox_enter(sandbox);
        return open_replay(session);
    }
    status = session_enter_netns(session->netns, session->failed);
    if (status != EXIT_DONE)
        return status;
    sandbox_raise(sandbox);
    status = open_live(session);
    if (status != EXIT_DONE)
        return status;
    pl_reader_prepare(session->reader, &first);
    if (session->opened)
        status = session->opened(session->opened_arg, session->reader);
    if (status != EXIT_DONE)
        return status;
    sandbox->plan.record = pl_reader_dirs(session->reader);
    sandbox_enter(sandbox);
    return EXIT_DONE;
}

void session_close(struct session *session)
{
    pl_reader_close(session->reader);
    sandbox_end(session->sandbox);
}

/* ---- rounds ---- */

/* The feed to report if none worked: the first that failed, preferably not with ENOENT. */
struct failure {
    bool debug;
    int error; /* positive errno; 0: none failed */
    const char *title;
    char feed[64];
};

static void trace(void *arg, const struct pl_trace *trace)
{
    struct failure *failure = arg;
    char text[512];

    if (trace->error != 0 &&
        (failure->error == 0 || (failure->error == ENOENT && trace->error != ENOENT))) {
        failure->error = trace->error;
        failure->title = trace->title;
        (void)strlcpy(failure->feed, trace->feed, sizeof(failure->feed));
    }
    if (!failure->debug)
        return;
    (void)snprintf(text, sizeof(text), "%s by %s: %llu bytes, %llu us%s%s", trace->feed,
                   trace->path, (unsigned long long)trace->bytes,
                   (unsigned long long)trace->nanoseconds / 1000, trace->error ? ", " : "",
                   trace->error ? pl_error_text(trace->error) : "");
    complain_text(text);
}

/* Reports why there is no snapshot. Returns the exit status. */
static int complain_read(const struct session *session, const struct failure *failure, int err)
{
    if (err == -EIO && session->replay && (failure->error == 0 || failure->error == ENOENT)) {
        complain("the recording has none of the requested sockets:", session->replay, HELP);
        return EXIT_USAGE;
    }
    if (err == -EIO && failure->error != 0)
        complain_note(&(struct pl_note){.kind = PL_NOTE_FEED_FAILED,
                                        .error = failure->error,
                                        .lacks = session->replay ? PL_LACK_KNOWN : 0,
                                        .feed = {failure->feed, (uint32_t)strlen(failure->feed)},
                                        .title = failure->title});
    else
        complain_errno("cannot read sockets", NULL, -err, "");
    return session->failed;
}

/* Returns whether the query requests neither sockets nor counters. */
static bool asks_nothing(const struct pl_query *query)
{
    return query->protos == 0 && !(query->need & PL_NEED_COUNTERS);
}

static void on_phase(void *arg, enum pl_phase phase)
{
    const struct session *session = arg;

    /* The second query reads processes, too. */
    if (!session->hint || phase == PL_PHASE_SOCKS)
        sandbox_phase(session->sandbox, phase);
}

/*
 * Reads all sockets if none matched, or if a word of the filter is unknown. An error is not reported:
 * there is no hint then.
 */
static void read_all(struct session *session, const struct pl_query *asked,
                     const struct pl_snapshot *snap)
{
    struct pl_query_hooks hooks = {.users = names_users(&session->sandbox->names),
                                   .users_arg = &session->sandbox->names};
    struct pl_query query = {
        .protos = asked->protos | HINT_PROTOS,
        .states = UINT32_MAX,
        .need = HINT_NEED | pl_filter_need(asked->filter),
        .way = asked->way,
        .owner_way = PL_OWNER_WAY_SCAN,
        .any_order = true,
        .hooks = &hooks,
    };
    const char *advice;
    size_t count;

    (void)pl_snapshot_socks(snap, &count);
    if ((count == 0 || pl_filter_unknown(asked->filter, snap, &advice)) &&
        pl_snapshot_take(session->reader, &query, &session->all) < 0)
        session->all = NULL;
    sandbox_phase(session->sandbox, PL_PHASE_PROCESSES);
}

int session_round(struct session *session, const struct pl_query *asked, session_show *show,
                  void *arg)
{
    struct names *names = &session->sandbox->names;
    struct failure failure = {.debug = session->sandbox->debug};
    struct pl_query_hooks hooks = asked->hooks ? *asked->hooks : (struct pl_query_hooks){0};
    struct pl_query query = *asked;
    struct pl_snapshot *snap;
    int status;
    int err;

    if (session->without && asks_nothing(asked))
        return show(arg, NULL);
    hooks.trace = trace;
    hooks.trace_arg = &failure;
    hooks.phase = session->more ? NULL : on_phase;
    hooks.phase_arg = session;
    hooks.users = names_users(names);
    hooks.users_arg = names;
    query.hooks = &hooks;
    err = pl_snapshot_take(session->reader, &query, &snap);
    if (err < 0) {
        status = complain_read(session, &failure, err);
        if (session->without && err == -EIO && !session->replay)
            (void)show(arg, NULL);
        return status;
    }
    if (session->hint)
        read_all(session, asked, snap);
    if (session->record)
        err = pl_reader_commit(session->reader);
    if (err < 0)
        complain_recording(record_problems, "cannot record to", session->record, err);
    status = err < 0 ? session->failed : show(arg, snap);
    pl_snapshot_free(session->all);
    session->all = NULL;
    pl_snapshot_free(snap);
    return status;
}

int session_rounds(struct session *session, const struct pl_query *query, session_show *show,
                   void *arg)
{
    for (;;) {
        int status = session_round(session, query, show, arg);

        if (session->interval == 0 || status == session->failed || status == EXIT_USAGE)
            return status;
        repeat_wait(session->interval);
    }
}
