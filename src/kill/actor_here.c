/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The actor of systems other than Linux. It is no process: they have no privileges to split. It can
 * pin no process and no socket either, so it lists the socket again just before it acts.
 */
#include "actor.h"
#include "actor_judge.h"
#include "filter/filter.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 10

/* ---- a new listing ---- */

/* A listing of the sockets of one kind. snap is NULL if it failed; err is then a negative errno. */
struct listing {
    struct pl_reader *reader;
    struct pl_snapshot *snap;
    const struct pl_sock *sock; /* the one of the request; NULL: not listed */
    size_t twins;               /* others with the same addresses and ports */
    int err; /* why the socket may exist although it is not listed; 0: it does not */
};

static bool has_same_ends(const struct pl_sock *a, const struct pl_sock *b)
{
    return a->proto == b->proto && a->family == b->family && a->local_port == b->local_port &&
           a->peer_port == b->peer_port && a->ifindex == b->ifindex &&
           memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr)) == 0 &&
           memcmp(a->peer_addr, b->peer_addr, sizeof(a->peer_addr)) == 0;
}

/*
 * OpenBSD hides the addresses of sockets from users. The key is then the place in the table, which
 * changes: a port and its owner have to be enough.
 */
static bool is_place(uint64_t key)
{
    return key <= UINT32_MAX;
}

static bool has_same_key(const struct pl_sock *a, const struct pl_sock *b)
{
    return a->key == b->key || (is_place(a->key) && is_place(b->key) && a->local_port != 0);
}

/* Where the key is a place, each process that shares a socket has a row: prefers that of the request. */
static void search(struct listing *listing, const struct actor_request *request)
{
    const struct pl_sock *wanted = &request->sock;
    bool signal = request->what == ACTOR_SIGNAL;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(listing->snap, &count);

    listing->err = actor_missing(listing->snap);
    for (size_t i = 0; i < count; i++) {
        if (!has_same_ends(&socks[i], wanted))
            continue;
        if (has_same_key(&socks[i], wanted) &&
            (!listing->sock ||
             (signal && pl_snapshot_is_held_by(listing->snap, &socks[i], request->pid))))
            listing->sock = &socks[i];
        else
            listing->twins++;
    }
}

/* Free it with unlist(). A socket that was dropped may be listed as closed: it is left out. */
static struct listing list(const struct actor_plan *plan, const struct actor_request *request)
{
    struct pl_query query = {
        .protos = PL_BIT(request->sock.proto),
        .families = PL_BIT(request->sock.family),
        .states = request->sock.state == PL_STATE_BOUND ? UINT32_MAX : 0,
        .need = pl_filter_need(plan->selector),
    };
    struct listing listing = {0};

    if (request->what == ACTOR_SIGNAL)
        query.need |= PL_NEED_OWNERS | PL_NEED_STARTED | PL_NEED_EXES;
    listing.err = pl_reader_open(&listing.reader);
    if (listing.err == 0)
        listing.err = pl_snapshot_take(listing.reader, &query, &listing.snap);
    if (listing.err == 0)
        search(&listing, request);
    else
        listing.snap = NULL;
    return listing;
}

static void unlist(struct listing *listing)
{
    pl_snapshot_free(listing->snap);
    pl_reader_close(listing->reader);
}

/* ---- a process ---- */

/* The process has to hold the socket, and the selector to match with it as the only owner, too. */
static bool is_held(const struct actor_plan *plan, const struct actor_request *request,
                    struct listing *listing, struct actor_reply *reply)
{
    if (pl_snapshot_sole_owner(listing->snap, listing->sock, request->pid))
        return actor_judge(plan->selector, listing->snap, listing->sock, 0, reply);
    if (listing->sock->owner_unknown != PL_OWNER_NOT_PERMITTED)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_NOT_HELD, 0);
    reply->lacks = ACTOR_LACKS_ROOT;
    return actor_fail(reply, ACTOR_FAILED, ACTOR_NOT_ALLOWED, -EPERM);
}

/* Returns whether nothing protects the process. */
static bool may_hit(const struct actor_plan *plan, const struct actor_request *request,
                    struct actor_reply *reply)
{
    if (request->pid == (uint32_t)getpid())
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_SELF, 0);
    if (plan->really)
        return true;
    if (request->pid == 1)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_INIT, 0);
    for (size_t i = 0; i < plan->ancestor_count; i++) {
        if (request->pid == plan->ancestors[i])
            return actor_fail(reply, ACTOR_REFUSED, ACTOR_ANCESTOR, 0);
    }
    return true;
}

static bool verify(const struct actor_plan *plan, const struct actor_request *request,
                   struct actor_reply *reply)
{
    struct listing listing;
    bool good;

    if (!may_hit(plan, request, reply))
        return false;
    listing = list(plan, request);
    good = actor_judge(plan->selector, listing.snap, listing.sock, listing.err, reply) &&
           listing.sock &&
           (!actor_is_own(&plan->own, listing.sock) || plan->really ||
            actor_fail(reply, ACTOR_REFUSED, ACTOR_SESSION, 0)) &&
           is_held(plan, request, &listing, reply) && actor_is_listed(request, listing.snap, reply);
    unlist(&listing);
    if (good)
        (void)actor_fail(reply, ACTOR_READY, ACTOR_NO_DETAIL, 0);
    return good;
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

static bool send_signal(pid_t pid, int signal, struct actor_reply *reply)
{
    if (kill(pid, signal) == 0) {
        (void)actor_fail(reply, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
        return true;
    }
    if (errno == ESRCH)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (errno != EPERM)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_NO_DETAIL, -errno);
    reply->lacks = ACTOR_LACKS_ROOT;
    return actor_fail(reply, ACTOR_FAILED, ACTOR_NOT_ALLOWED, -EPERM);
}

/*
 * Nothing pins the process, so KILL is sent only if it still holds the socket and runs the same program.
 */
static void send_kill(const struct actor_plan *plan, const struct actor_request *request,
                      struct actor_reply *reply)
{
    bool sent = verify(plan, request, reply) && send_signal((pid_t)request->pid, SIGKILL, reply);

    if (reply->detail == ACTOR_PROCESS_GONE)
        (void)actor_fail(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else if (sent && ends((pid_t)request->pid, now_ms() + ACTOR_KILL_WAIT_MS))
        (void)actor_fail(reply, ACTOR_KILLED, ACTOR_NO_DETAIL, 0);
    else
        reply->outcome = ACTOR_SENT;
}

/* ---- a connection ---- */

/* Returns whether the system can close sockets of that kind, and nothing protects this one. */
static bool may_close(const struct actor_plan *plan, const struct pl_sock *sock,
                      struct actor_reply *reply)
{
    if (actor_is_own(&plan->own, sock) && !plan->really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_SESSION, 0);
    if (sock->proto != PL_PROTO_TCP)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_KIND, 0);
    if (sock->state == PL_STATE_BOUND || sock->state == PL_STATE_CLOSED)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_BOUND, 0);
    if (sock->state == PL_STATE_LISTEN || !pl_sock_has_peer(sock))
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_LISTENER, 0);
    return true;
}

static bool not_allowed(int error, struct actor_reply *reply)
{
    if (error != -EPERM && error != -EACCES)
        return false;
    reply->lacks = ACTOR_LACKS_ROOT;
    (void)actor_fail(reply, ACTOR_FAILED, ACTOR_NOT_ALLOWED, error);
    return true;
}

static void ask_whether(struct pl_reader *reader, struct actor_reply *reply)
{
    int err = pl_reader_drop(reader, NULL);

    if (err == 0)
        (void)actor_fail(reply, ACTOR_READY, ACTOR_NO_DETAIL, 0);
    else if (!not_allowed(err, reply))
        (void)actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
}

/* error: what the system replied. Lists the sockets again to see its effect. */
static void explain(const struct actor_plan *plan, const struct actor_request *request, int error,
                    struct actor_reply *reply)
{
    struct listing after;

    if (not_allowed(error, reply))
        return;
    after = list(plan, request);
    if (after.sock)
        (void)actor_fail(reply, ACTOR_FAILED,
                         error == 0        ? ACTOR_STILL_LISTED
                         : error == -ESRCH ? ACTOR_NOT_FOUND
                                           : ACTOR_NO_DETAIL,
                         error);
    else if (after.err < 0)
        (void)actor_fail(reply, ACTOR_FAILED, error == 0 ? ACTOR_UNVERIFIED : ACTOR_UNREADABLE,
                         after.err);
    else if (error == 0)
        (void)actor_fail(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else
        (void)actor_fail(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    unlist(&after);
}

/*
 * The kernel knows no cookie: it closes the connection that has these addresses and ports. There is only
 * one at a time, unless routing domains or the like separate them.
 */
static void close_sock(const struct actor_plan *plan, const struct actor_request *request, bool act,
                       struct actor_reply *reply)
{
    struct listing listing = list(plan, request);

    if (actor_judge(plan->selector, listing.snap, listing.sock, listing.err, reply) &&
        listing.sock && may_close(plan, listing.sock, reply) &&
        (listing.twins == 0 || actor_fail(reply, ACTOR_REFUSED, ACTOR_TWIN, 0))) {
        if (act)
            explain(plan, request, pl_reader_drop(listing.reader, listing.sock), reply);
        else
            ask_whether(listing.reader, reply);
    }
    unlist(&listing);
}

/* ---- requests ---- */

int actor_start(const struct actor_plan *plan, struct actor *out)
{
    struct pl_reader *reader;
    int err = 0;

    if (plan->what == ACTOR_CLOSE) {
        err = pl_reader_open(&reader);
        if (err == 0) {
            err = pl_reader_drop(reader, NULL);
            pl_reader_close(reader);
        }
    }
    /* Another error is reported of each target. */
    if (err == -ENOTSUP)
        return err;
    *out = (struct actor){.fd = -1, .plan = plan};
    return 0;
}

void actor_check(struct actor *actor, struct actor_request *request, struct actor_reply *reply)
{
    *reply = (struct actor_reply){0};
    if (request->what == ACTOR_CLOSE)
        close_sock(actor->plan, request, false, reply);
    else
        (void)verify(actor->plan, request, reply);
}

void actor_act(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    int64_t since = now_ms();

    *reply = (struct actor_reply){0};
    if (request->what == ACTOR_CLOSE)
        close_sock(actor->plan, request, true, reply);
    else if (verify(actor->plan, request, reply))
        (void)send_signal((pid_t)request->pid, actor->plan->signal, reply);
    actor->since_ms = now_ms();
    reply->ms = (uint64_t)(actor->since_ms - since);
}

void actor_wait(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    *reply = (struct actor_reply){0};
    if (ends((pid_t)request->pid, actor->since_ms + actor->plan->wait_ms))
        (void)actor_fail(reply, ACTOR_DONE, ACTOR_NO_DETAIL, 0);
    else if (actor->plan->then_kill)
        send_kill(actor->plan, request, reply);
    else
        (void)actor_fail(reply, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
    reply->ms = (uint64_t)(now_ms() - actor->since_ms);
}

void actor_end(struct actor *actor)
{
    actor->plan = NULL;
}
