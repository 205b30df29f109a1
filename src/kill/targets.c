/* SPDX-License-Identifier: BSD-2-Clause */
#include "targets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_holds(const void *a, const void *b)
{
    const struct hold *x = a;
    const struct hold *y = b;
    uint32_t pid_x = x->owner ? x->owner->pid : 0;
    uint32_t pid_y = y->owner ? y->owner->pid : 0;

    if (pid_x != pid_y)
        return pid_x < pid_y ? -1 : 1;
    if (x->owner && x->peer != y->peer)
        return x->peer ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* One hold for each process of each socket, or one without a process. */
static size_t add_holds(const struct pl_snapshot *snap, const struct pl_sock *sock, size_t at,
                        bool close, struct hold *out)
{
    size_t owner_count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &owner_count);
    size_t count = 0;

    if (close || owner_count == 0) {
        out[0] = (struct hold){.sock = sock, .at = at};
        return 1;
    }
    for (size_t i = 0; i < owner_count; i++) {
        if (i == 0 || owners[i].pid != owners[i - 1].pid)
            out[count++] = (struct hold){sock, &owners[i], at, pl_sock_has_peer(sock)};
    }
    return count;
}

/* One target for each process; a socket without a process, and one to close, is a target itself. */
static void group(struct targets *targets)
{
    struct target *last = NULL;

    for (size_t i = 0; i < targets->hold_count; i++) {
        const struct hold *hold = &targets->holds[i];

        if (last && hold->owner && last->holds->owner &&
            hold->owner->pid == last->holds->owner->pid) {
            last->hold_count++;
            continue;
        }
        last = &targets->rows[targets->count++];
        *last = (struct target){.holds = hold, .hold_count = 1};
        actor_fill(&last->request, targets->snap, hold->sock, hold->owner);
        last->reply.outcome =
            hold->owner || targets->plan->what == ACTOR_CLOSE ? ACTOR_READY : ACTOR_REFUSED;
    }
}

int targets_make(const struct pl_snapshot *snap, const struct actor_plan *plan, struct targets *out)
{
    const struct view view = {.snap = snap};
    const struct pl_sock **socks;
    size_t count;
    size_t room = 1;
    int err;

    *out = (struct targets){.plan = plan, .snap = snap};
    (void)pl_snapshot_socks(snap, &count);
    socks = malloc((count + 1) * sizeof(const struct pl_sock *));
    if (!socks)
        return -ENOMEM;
    err = order_rows(&view, ORDER_DEFAULT, NULL, 0, socks, count);
    for (size_t i = 0; i < count && err == 0; i++) {
        size_t owners;

        (void)pl_snapshot_owners(snap, socks[i], &owners);
        room += owners + 1;
    }
    out->holds = calloc(room, sizeof(*out->holds));
    out->rows = calloc(room, sizeof(*out->rows));
    if (!out->holds || !out->rows)
        err = -ENOMEM;
    for (size_t i = 0; i < count && err == 0; i++)
        out->hold_count +=
            add_holds(snap, socks[i], i, plan->what == ACTOR_CLOSE, out->holds + out->hold_count);
    free(socks);
    if (err < 0) {
        targets_free(out);
        return err;
    }
    qsort(out->holds, out->hold_count, sizeof(*out->holds), compare_holds);
    group(out);
    return 0;
}

bool targets_next(const struct targets *targets, struct target *target)
{
    const struct actor_request old = target->request;
    const struct hold *hold = &target->holds[target->tried + 1];

    if (target->tried + 1 >= target->hold_count)
        return false;
    target->tried++;
    actor_fill(&target->request, targets->snap, hold->sock, hold->owner);
    target->request.started_ticks = old.started_ticks;
    target->request.exe_dev = old.exe_dev;
    target->request.exe_ino = old.exe_ino;
    return true;
}

static bool is_connection(const struct pl_sock *sock)
{
    return sock->proto != PL_PROTO_UNIX && pl_sock_has_peer(sock);
}

struct target *targets_find(const struct targets *targets, uint32_t pid)
{
    size_t from = 0;
    size_t to = targets->count;

    /* Sorted by process id; those without a process are first. */
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct pl_owner *owner = targets->rows[middle].holds->owner;

        if (!owner || owner->pid < pid)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == targets->count || targets->rows[from].holds->owner->pid != pid)
        return NULL;
    return &targets->rows[from];
}

void targets_count(struct targets *targets, const struct pl_snapshot *all)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(all, &count);

    for (size_t i = 0; i < count; i++) {
        size_t owner_count;
        const struct pl_owner *owners = pl_snapshot_owners(all, &socks[i], &owner_count);

        for (size_t j = 0; j < owner_count; j++) {
            struct target *target = targets_find(targets, owners[j].pid);

            if (!target || (j > 0 && owners[j].pid == owners[j - 1].pid))
                continue;
            if (actor_is_own(&targets->plan->own, &socks[i]) && !targets->plan->really &&
                target->reply.outcome == ACTOR_READY)
                target->reply =
                    (struct actor_reply){.outcome = ACTOR_REFUSED, .detail = ACTOR_SESSION};
            if (is_connection(&socks[i]))
                target->connections++;
            target->others++;
        }
    }
    /* The other snapshot also has the selected sockets. */
    for (size_t i = 0; i < targets->count; i++) {
        struct target *target = &targets->rows[i];
        uint64_t selected = target->hold_count;

        target->others -= selected < target->others ? selected : target->others;
    }
    targets->counted = true;
}

void targets_mark_subflows(struct targets *targets, const struct pl_snapshot *mptcp)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(mptcp, &count);

    for (size_t i = 0; i < targets->count; i++) {
        struct target *target = &targets->rows[i];
        const struct pl_sock *sock = target->holds->sock;

        for (size_t j = 0; j < count && sock->proto == PL_PROTO_TCP && sock->key != 0; j++)
            target->subflow |= socks[j].key == sock->key;
    }
}

size_t targets_ready(const struct targets *targets)
{
    size_t ready = 0;

    for (size_t i = 0; i < targets->count; i++)
        ready += targets->rows[i].reply.outcome == ACTOR_READY;
    return ready;
}

void targets_free(struct targets *targets)
{
    free(targets->holds);
    free(targets->rows);
    *targets = (struct targets){0};
}

/* ---- what a close does ---- */

static const char *effect_on_tcp(const struct pl_sock *sock, bool subflow)
{
    if (subflow && sock->state != PL_STATE_LISTEN)
        return "closes only this subflow: the MPTCP connection may continue, even without any; to "
               "end it, end its owner";
    if (sock->owner_unknown == PL_OWNER_ACCEPT_QUEUE)
        return "resets a connection that no program has accepted yet";
    if (sock->owner_unknown == PL_OWNER_SYN_RECV)
        return "drops a connection that is not complete yet; the other end is not told";
    switch (sock->state) {
    case PL_STATE_LISTEN:
        return "resets waiting connections; accept fails, and the port is free when the owner "
               "closes the socket";
    case PL_STATE_TIME_WAIT:
        return "frees the port at once; late packets may disturb a new connection (RFC 1337)";
    case PL_STATE_SYN_SENT:
    case PL_STATE_SYN_RECV:
        return "ends this attempt to connect";
    case PL_STATE_BOUND:
    case PL_STATE_CLOSED:
        return "impossible: a socket that is only bound can be closed only by its owner";
    default:
        return "resets the connection: ECONNABORTED here, ECONNRESET at the other end";
    }
}

const char *effect_of(const struct pl_sock *sock, bool subflow)
{
    switch (sock->proto) {
    case PL_PROTO_TCP:
        return effect_on_tcp(sock, subflow);
    case PL_PROTO_UDP:
    case PL_PROTO_UDPLITE:
        return pl_sock_has_peer(sock)
                   ? "disconnects it: ECONNABORTED here, and the socket stays"
                   : "does not free the port: ECONNABORTED here, and the socket stays bound";
    case PL_PROTO_MPTCP:
        return "impossible: the kernel cannot close MPTCP connections, only their subflows; to end "
               "it, end its owner";
    default:
        return "impossible: the kernel cannot close sockets of this protocol";
    }
}
