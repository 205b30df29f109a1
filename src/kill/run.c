/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "model/array.h"
#include "signals.h"
#include "view/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NEED                                                                                   \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_EXES | PL_NEED_UIDS | PL_NEED_USERS | \
                PL_NEED_STARTED))
#define LISTENERS (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN))

/* ---- what must not be hit ---- */

/* On systems without /proc. */
static size_t read_ancestors(uint32_t pid, uint32_t *out, size_t max)
{
    struct pl_reader *reader;
    size_t count = 0;

    if (pl_reader_open(&reader) < 0)
        return 0;
    while (count < max && (pid = pl_reader_parent(reader, pid)) != 0)
        out[count++] = pid;
    pl_reader_close(reader);
    return count;
}

static void find_ancestors(struct run *run)
{
    uint32_t parent = (uint32_t)getppid();

    run->ancestors[0] = (uint32_t)getpid();
    run->ancestors[1] = parent;
    run->ancestor_count =
        2 + keeper_ancestors(parent, run->ancestors + 2, COUNT_OF(run->ancestors) - 2);
    if (run->ancestor_count == 2 && !run->replay)
        run->ancestor_count +=
            read_ancestors(parent, run->ancestors + 2, COUNT_OF(run->ancestors) - 2);
    run->plan.ancestors = run->ancestors;
    run->plan.ancestor_count = run->ancestor_count;
}

/*
 * The actor judges processes. It cannot see who holds a socket that it closes, so this is judged by
 * the listing.
 */
static enum actor_detail judge_socket(const struct run *run, const struct pl_sock *sock)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(run->targets.snap, sock, &count);

    if (run->plan.really)
        return ACTOR_NO_DETAIL;
    if (sock->owner_unknown == PL_OWNER_KERNEL)
        return ACTOR_KERNEL;
    for (size_t i = 0; i < count; i++) {
        if (owners[i].pid == 1)
            return ACTOR_INIT;
        for (size_t j = 0; j < run->ancestor_count; j++) {
            if (owners[i].pid == run->ancestors[j])
                return j == 0 ? ACTOR_SELF : ACTOR_ANCESTOR;
        }
    }
    return ACTOR_NO_DETAIL;
}

static void find_own(struct actor_own *own)
{
    const char *text = getenv("SSH_CONNECTION");

    if (text && text[0] != '\0' && !actor_read_own(text, own))
        complain("the connection of this session is not protected: SSH_CONNECTION is not two "
                 "addresses with ports:",
                 text, "");
}

/* ---- preview ---- */

/* Listeners come first, as they last longest. */
static void check(struct run *run, struct target *target)
{
    do
        actor_check(&run->actor, &target->request, &target->reply);
    while (actor_is_about_socket(&target->reply) && targets_next(&run->targets, target));
}

static void check_targets(struct run *run)
{
    for (size_t i = 0; i < run->targets.count; i++) {
        struct target *target = &run->targets.rows[i];
        const struct hold *hold = target->holds;
        enum actor_detail detail =
            run->plan.what == ACTOR_CLOSE ? judge_socket(run, hold->sock) : ACTOR_NO_DETAIL;

        if (hold->owner && run->replay)
            keeper_guess(run->targets.snap, hold->owner->pid, hold->sock, &target->keeper);
        else if (hold->owner)
            keeper_find(run->targets.snap, hold->owner->pid, hold->sock, &target->keeper);
        if (target->reply.outcome != ACTOR_READY || run->replay)
            continue;
        if (detail == ACTOR_NO_DETAIL)
            check(run, target);
        else
            target->reply = (struct actor_reply){.outcome = ACTOR_REFUSED, .detail = detail};
    }
}

static int count_others(void *arg, struct pl_snapshot *snap)
{
    struct run *run = arg;

    targets_count(&run->targets, snap);
    return EXIT_DONE;
}

/* Only Linux has MPTCP. Without it, there are no subflows: an error is no news. */
static void find_subflows(struct run *run)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_MPTCP), .states = UINT32_MAX, .any_order = true};
    struct pl_snapshot *snap;

    if (pl_snapshot_system(run->targets.snap) != PL_SYSTEM_LINUX ||
        pl_snapshot_take(run->session.reader, &query, &snap) < 0)
        return;
    targets_mark_subflows(&run->targets, snap);
    pl_snapshot_free(snap);
}

/* Lists all sockets, to count what the processes lose besides. */
static int read_others(struct run *run)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UNIX),
        .states = UINT32_MAX,
        .need = PL_NEED_OWNERS,
        .any_order = true,
    };

    if (run->plan.what == ACTOR_CLOSE) {
        find_subflows(run);
        return EXIT_DONE;
    }
    return session_round(&run->session, &query, count_others, run);
}

struct view run_view(const struct run *run, const struct format *format, int fd)
{
    struct view view = {.data = format->data, .header = run->header, .user_names = true};

    if (format->screen) {
        view.width = terminal_columns(fd, STDERR_FILENO);
        view.wrap = terminal_wrap(fd);
        view.color = terminal_colors(run->color ? run->color : "auto", fd);
    }
    return view;
}

static int print_stage(const struct run *run, enum page_stage stage, const struct format *format,
                       int fd)
{
    struct out out = {.fd = fd};
    struct view view = run_view(run, format, fd);

    page_targets(&run->targets, stage, format, &view, false, &out);
    return finish_output(&out);
}

/* ---- question ---- */

/* "close ", "send TERM, and KILL after 5 s, to " */
static void name_act(const struct run *run, char *buf, size_t size)
{
    char signal[16];

    signals_name(run->plan.signal, signal, sizeof(signal));
    if (run->plan.what == ACTOR_CLOSE)
        (void)snprintf(buf, size, "close ");
    else if (run->plan.then_kill)
        (void)snprintf(buf, size, "send %s, and KILL after %u s, to ", signal,
                       run->plan.wait_ms / 1000);
    else
        (void)snprintf(buf, size, "send %s to ", signal);
}

static void name_targets(const struct run *run, size_t count, char *buf, size_t size)
{
    bool close = run->plan.what == ACTOR_CLOSE;

    (void)snprintf(buf, size, "%zu %s%s", count, close ? "socket" : "process",
                   count == 1 ? ""
                   : close    ? "s"
                              : "es");
}

/*
 * Only "y" and "yes" are an agreement, and only if typed after the question. Reads byte by byte, so that
 * nothing else is taken.
 */
static bool ask_user(const struct run *run, size_t count)
{
    struct out out = {.fd = STDERR_FILENO};
    char act[64];
    char names[48];
    char answer[8] = "";
    size_t len = 0;
    bool shown;
    char c = '\0';

    name_act(run, act, sizeof(act));
    name_targets(run, count, names, sizeof(names));
    out_word(&out, act);
    out_word(&out, names);
    out_word(&out, "? [y/N] ");
    shown = out_flush(&out) == 0;
    out_free(&out);
    if (!shown || tcflush(STDIN_FILENO, TCIFLUSH) != 0)
        return false;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
        if (len < sizeof(answer) - 1)
            answer[len++] = c != '\0' ? c : ' ';
    }
    answer[len] = '\0';
    return c == '\n' && (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}

/* ---- act ---- */

static void act(struct run *run)
{
    for (size_t i = 0; i < run->targets.count; i++) {
        struct target *target = &run->targets.rows[i];

        if (target->reply.outcome != ACTOR_READY)
            continue;
        target->hit = true;
        do
            actor_act(&run->actor, &target->request, &target->reply);
        while (actor_is_about_socket(&target->reply) && targets_next(&run->targets, target));
    }
    for (size_t i = 0; i < run->targets.count; i++) {
        struct target *target = &run->targets.rows[i];

        if (target->hit && target->reply.outcome == ACTOR_SENT)
            actor_wait(&run->actor, &target->request, &target->reply);
    }
}

static bool is_done(const struct run *run, const struct target *target)
{
    const struct actor_reply *reply = &target->reply;

    if (reply->outcome == ACTOR_SENT)
        return !run->plan.then_kill && !signals_ends(run->plan.signal);
    if (reply->detail == ACTOR_SOCKET_GONE)
        return run->plan.what == ACTOR_CLOSE;
    /* Another owner of the socket, which the selector excludes, is only listed. */
    return reply->outcome == ACTOR_DONE || reply->outcome == ACTOR_KILLED ||
           reply->detail == ACTOR_PROCESS_GONE ||
           (reply->detail == ACTOR_UNSELECTED && !target->hit);
}

static int status_of(const struct run *run)
{
    for (size_t i = 0; i < run->targets.count; i++) {
        if (!is_done(run, &run->targets.rows[i]))
            return EXIT_PARTIAL;
    }
    return EXIT_DONE;
}

/* Nothing can be hit. */
static int status_of_none(const struct run *run)
{
    for (size_t i = 0; i < run->targets.count; i++) {
        const struct target *target = &run->targets.rows[i];

        if (target->reply.outcome == ACTOR_FAILED ||
            target->holds->sock->owner_unknown == PL_OWNER_NOT_PERMITTED)
            return EXIT_PARTIAL;
    }
    return EXIT_NOTHING;
}

/* ---- the run ---- */

static void print_notes(const struct run *run)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(run->targets.snap, &count);

    for (size_t i = 0; i < count && !run->format->notes; i++)
        complain_note(&notes[i]);
}

/* Reports that no socket matches, and why one that the user sees may not. */
static int report_nothing(const struct run *run)
{
    bool listeners = run->ask.filter && pl_filter_states(run->ask.filter) == LISTENERS;

    complain_text(listeners ? "no listener matches, so nothing was hit; for connections, add "
                              "'established' or name the side, as in 'peer port 443'; for a "
                              "process, write 'pid NUMBER'"
                            : "no socket matches, so nothing was hit");
    return EXIT_NOTHING;
}

/* Decides whether to act. Returns OPTS_GO_ON (act) or the exit status. */
static int decide(struct run *run, size_t ready)
{
    const struct format *table = view_format_find("table");
    bool data = run->format->data;
    int status = EXIT_DONE;

    if (run->targets.count == 0 || ready == 0 || run->dry_run || (!run->yes && !run->terminal))
        status = print_stage(run, data ? PAGE_DATA : PAGE_PREVIEW, run->format, STDOUT_FILENO);
    else if (!run->yes && (data || isatty(STDOUT_FILENO) != 1))
        status = print_stage(run, PAGE_PREVIEW, table, STDERR_FILENO); /* for the question */
    else if (!data)
        status = print_stage(run, PAGE_PREVIEW, run->format, STDOUT_FILENO);
    if (status != EXIT_DONE)
        return status;
    if (run->targets.count == 0)
        return report_nothing(run);
    if (ready == 0) {
        complain_text("every target is skipped, so nothing was hit");
        return status_of_none(run);
    }
    if (run->dry_run)
        return EXIT_DONE;
    if (run->yes || (run->terminal && ask_user(run, ready)))
        return -1;
    if (data && run->terminal)
        (void)print_stage(run, PAGE_DATA, run->format, STDOUT_FILENO);
    complain_text(run->terminal ? "nothing was hit"
                                : "nothing was hit: there is no terminal to ask on, and --yes is "
                                  "not given");
    return EXIT_NOTHING;
}

static int show(void *arg, struct pl_snapshot *snap)
{
    struct run *run = arg;
    int err = targets_make(snap, &run->plan, &run->targets);
    int status;

    if (err < 0) {
        complain_errno("cannot list the targets", NULL, -err, "");
        return EXIT_FAILED;
    }
    status = run->targets.count > 0 ? read_others(run) : EXIT_DONE;
    check_targets(run);
    print_notes(run);
    if (status == EXIT_DONE)
        status = decide(run, targets_ready(&run->targets));
    if (status < 0) {
        act(run);
        status = report_results(run);
        if (status == EXIT_DONE)
            status = status_of(run);
    }
    targets_free(&run->targets);
    return status;
}

/* Returns the exit status. */
static int complain_start(int err)
{
    if (err == -ENOTSUP)
        complain_text(
            "this system cannot close the sockets of other programs; to end the programs, "
            "omit --close");
    else if (err == -ESRCH)
        complain_text("/proc is not that of this pid namespace, so a signal could hit another "
                      "process: enter the pid and the mount namespace together");
    else
        complain_errno("cannot start the process that acts", NULL, -err, "");
    return EXIT_FAILED;
}

int run_kill(struct run *run)
{
    int status;
    int err;

    ask_query(&run->ask, &run->query);
    run->query.need |= NEED;
    run->terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    run->plan.selector = run->ask.filter;
    find_own(&run->plan.own);
    find_ancestors(run);
    status = session_enter_netns(run->netns, EXIT_FAILED); /* the process that acts is in it, too */
    if (status != EXIT_DONE)
        return status;
    err = run->replay ? 0 : actor_start(&run->plan, &run->actor);
    if (err < 0)
        return complain_start(err);
    if (run->actor.refused != 0)
        complain_errno("incomplete sandbox of the process that acts", NULL, run->actor.refused, "");
    /* The ports are read again afterwards: as for repeated listings. */
    run->session = (struct session){.replay = run->replay,
                                    .repeated = true,
                                    .acts = true,
                                    .failed = EXIT_FAILED,
                                    .sandbox = &run->sandbox};
    status = session_open(&run->session, &run->query);
    if (status == EXIT_DONE) {
        status = session_round(&run->session, &run->query, show, run);
        session_close(&run->session);
    }
    actor_end(&run->actor);
    return status;
}
