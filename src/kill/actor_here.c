/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The actor of systems other than Linux. It is no process: they have no privileges to split. It can
 * pin no process either, so it lists the socket again just before it sends the signal.
 */
#include "actor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 10

static void set(struct actor_reply *reply, enum actor_outcome outcome, enum actor_detail detail,
                int error)
{
    reply->outcome = outcome;
    reply->detail = detail;
    reply->error = error;
}

static bool is_same(const struct pl_sock *a, const struct pl_sock *b)
{
    return a->proto == b->proto && a->family == b->family && a->key == b->key &&
           a->local_port == b->local_port && a->peer_port == b->peer_port &&
           memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) == 0 &&
           memcmp(a->peer_addr, b->peer_addr, sizeof(a->peer_addr)) == 0;
}

static bool is_owner(const struct pl_snapshot *snap, const struct pl_sock *sock, uint32_t pid)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);

    for (size_t i = 0; i < count; i++) {
        if (owners[i].pid == pid)
            return true;
    }
    return false;
}

static bool differs(uint64_t listed, uint64_t now)
{
    return listed != 0 && listed != now;
}

/* Compares a new listing with the request. */
static void compare(const struct actor_plan *plan, const struct actor_request *request,
                    const struct pl_snapshot *snap, struct actor_reply *reply)
{
    const struct pl_process *process = pl_snapshot_process(snap, request->pid);
    const struct pl_sock *sock = NULL;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count && !sock; i++)
        sock = is_same(&socks[i], &request->sock) ? &socks[i] : NULL;
    if (!sock)
        set(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    else if (!is_owner(snap, sock, request->pid))
        set(reply, ACTOR_CHANGED, ACTOR_NOT_HELD, 0);
    else if (!pl_filter_match(plan->selector, snap, sock))
        set(reply, ACTOR_REFUSED, ACTOR_UNSELECTED, 0);
    else if (process && differs(request->listed_started, process->started))
        set(reply, ACTOR_CHANGED, ACTOR_OTHER_PROCESS, 0);
    else if (process && differs(request->listed_exe, actor_exe_hash(process->exe)))
        set(reply, ACTOR_CHANGED, ACTOR_OTHER_PROGRAM, 0);
    else
        set(reply, ACTOR_READY, ACTOR_NO_DETAIL, 0);
}

static void verify(const struct actor_plan *plan, const struct actor_request *request,
                   struct actor_reply *reply)
{
    const struct pl_query query = {
        .protos = PL_BIT(request->sock.proto),
        .families = PL_BIT(request->sock.family),
        .states = request->sock.state == PL_STATE_BOUND ? UINT32_MAX : 0,
        .need = pl_filter_need(plan->selector) | PL_NEED_OWNERS | PL_NEED_STARTED | PL_NEED_EXES,
    };
    struct pl_snapshot *snap;
    struct pl_reader *reader;
    int err;

    if (request->pid == (uint32_t)getpid())
        set(reply, ACTOR_REFUSED, ACTOR_SELF, 0);
    else if (request->pid == 1 && !plan->really)
        set(reply, ACTOR_REFUSED, ACTOR_INIT, 0);
    else if (request->pid == (uint32_t)getppid() && !plan->really)
        set(reply, ACTOR_REFUSED, ACTOR_ANCESTOR, 0);
    if (reply->outcome == ACTOR_REFUSED)
        return;
    err = pl_reader_open(&reader);
    if (err == 0) {
        err = pl_snapshot_take(reader, &query, &snap);
        if (err == 0) {
            compare(plan, request, snap, reply);
            pl_snapshot_free(snap);
        }
        pl_reader_close(reader);
    }
    if (err < 0)
        set(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
}

static int64_t now_ms(void)
{
    struct timespec t = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool ends(pid_t pid, int64_t until)
{
    const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};

    while (kill(pid, 0) == 0) {
        if (now_ms() >= until)
            return false;
        (void)nanosleep(&pause, NULL);
    }
    return errno == ESRCH;
}

static void send_signal(pid_t pid, int signal, struct actor_reply *reply)
{
    if (kill(pid, signal) == 0)
        set(reply, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
    else if (errno == ESRCH)
        set(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    else
        set(reply, ACTOR_FAILED, errno == EPERM ? ACTOR_NOT_ALLOWED : ACTOR_NO_DETAIL, -errno);
}

/*
 * Nothing pins the process, so KILL is sent only if it still holds the socket and runs the same program.
 */
static void send_kill(const struct actor_plan *plan, const struct actor_request *request,
                      struct actor_reply *reply)
{
    verify(plan, request, reply);
    if (reply->outcome == ACTOR_READY)
        send_signal((pid_t)request->pid, SIGKILL, reply);
    if (reply->detail == ACTOR_PROCESS_GONE)
        set(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else if (reply->outcome == ACTOR_SENT &&
             ends((pid_t)request->pid, now_ms() + ACTOR_KILL_WAIT_MS))
        set(reply, ACTOR_KILLED, ACTOR_NO_DETAIL, 0);
    else
        reply->outcome = ACTOR_SENT;
}

int actor_start(const struct actor_plan *plan, struct actor *out)
{
    if (plan->what == ACTOR_CLOSE)
        return -ENOTSUP;
    *out = (struct actor){.fd = -1, .plan = plan};
    return 0;
}

void actor_check(struct actor *actor, struct actor_request *request, struct actor_reply *reply)
{
    *reply = (struct actor_reply){0};
    verify(actor->plan, request, reply);
}

void actor_act(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    *reply = (struct actor_reply){0};
    verify(actor->plan, request, reply);
    if (reply->outcome == ACTOR_READY)
        send_signal((pid_t)request->pid, actor->plan->signal, reply);
    actor->since_ms = now_ms();
}

void actor_wait(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    *reply = (struct actor_reply){0};
    if (ends((pid_t)request->pid, actor->since_ms + actor->plan->wait_ms))
        set(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else if (actor->plan->then_kill)
        send_kill(actor->plan, request, reply);
    else
        set(reply, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
    reply->ms = (uint64_t)(now_ms() - actor->since_ms);
}

void actor_end(struct actor *actor)
{
    actor->plan = NULL;
}
