/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects what prevents a bind(2). */
#include "api/attr.h"
#include "api/names.h"
#include "explain.h"
#include "model/array.h"
#include "snapshot/order.h"
#include "snapshot/routes.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* The first port that needs no privilege on systems that do not report it: IPPORT_RESERVED. */
#define UNPRIVILEGED 1024

const char *pl_cause_name(unsigned int kind)
{
    static const char *const names[PL_CAUSE_MAX] = {
        [PL_CAUSE_LISTENER] = "listener",         [PL_CAUSE_BOUND] = "bound",
        [PL_CAUSE_CONNECTION] = "connection",     [PL_CAUSE_CLOSING] = "closing",
        [PL_CAUSE_TIME_WAIT] = "time_wait",       [PL_CAUSE_SOCKET] = "socket",
        [PL_CAUSE_PRIVILEGED] = "privileged",     [PL_CAUSE_NOT_LOCAL] = "not_local",
        [PL_CAUSE_NO_ZONE] = "no_zone",           [PL_CAUSE_MULTICAST] = "multicast",
        [PL_CAUSE_NO_IPV6] = "no_ipv6",           [PL_CAUSE_EPHEMERAL] = "ephemeral",
        [PL_CAUSE_PUBLISHED] = "published",       [PL_CAUSE_PROBE] = "probe",
        [PL_CAUSE_DISAGREEMENT] = "disagreement", [PL_CAUSE_FREE] = "free",
        [PL_CAUSE_NEXT_FREE] = "next_free",
    };

    return kind < PL_CAUSE_MAX ? names[kind] : NULL;
}

/* Returns the cause of that kind, which is new if there was none. */
static struct pl_cause *add(struct pl_bind_answer *answer, enum pl_cause_kind kind,
                            enum pl_bind_verdict verdict)
{
    size_t i = 0;

    while (i < answer->count && answer->causes[i].kind != kind)
        i++;
    if (i == answer->count)
        answer->causes[answer->count++] = (struct pl_cause){.kind = kind};
    if (verdict > answer->causes[i].verdict)
        answer->causes[i].verdict = verdict;
    if (verdict > answer->verdict)
        answer->verdict = verdict;
    return &answer->causes[i];
}

/* ---- limits ---- */

static void add_privilege(const struct pl_snapshot *snap, const struct pl_bind *bind,
                          struct pl_bind_answer *answer)
{
    uint64_t first = UNPRIVILEGED;
    bool known = pl_snapshot_counter(snap, PL_COUNTER_UNPRIVILEGED_FIRST, &first);

    if (bind->port < first && !bind->privileged)
        (void)add(answer, PL_CAUSE_PRIVILEGED, known ? PL_BIND_TAKEN : PL_BIND_UNKNOWN);
}

static bool is_multicast(const struct pl_bind *bind)
{
    return bind->family == PL_FAMILY_INET ? bind->addr[0] >> 4 == 0xe : bind->addr[0] == 0xff;
}

/* Link-local, and multicast to the interface or the link: RFC 4007. */
static bool needs_zone(const struct pl_bind *bind)
{
    if (bind->family != PL_FAMILY_INET6)
        return false;
    return pl_addr_is_link_local(bind->family, bind->addr) ||
           (is_multicast(bind) && ((bind->addr[1] & 0xf) == 1 || (bind->addr[1] & 0xf) == 2));
}

/* The kernel serves all of 127/8 if an interface has an address in it. */
bool pl_explain_is_local(const struct pl_snapshot *snap, const struct pl_bind *bind, bool *any)
{
    static const uint8_t broadcast[] = {255, 255, 255, 255};
    const struct pl_addr *addrs = snap->addrs.items;
    bool mapped = pl_addr_is_mapped(bind->family, bind->addr);
    const uint8_t *bytes = mapped ? bind->addr + 12 : bind->addr;
    unsigned int family = mapped ? (unsigned int)PL_FAMILY_INET : bind->family;
    bool v4 = family == PL_FAMILY_INET;

    *any = false;
    if (v4 && memcmp(bytes, broadcast, sizeof(broadcast)) == 0)
        return true;
    for (size_t i = 0; i < snap->addrs.count; i++) {
        if (addrs[i].family != family)
            continue;
        *any = true;
        if (v4 && bytes[0] == 127 && addrs[i].bytes[0] == 127)
            return true;
        if (memcmp(addrs[i].bytes, bytes, v4 ? 4 : 16) == 0 &&
            (bind->ifindex == 0 || bind->ifindex == addrs[i].ifindex))
            return true;
    }
    return false;
}

static void add_address(const struct pl_snapshot *snap, const struct pl_bind *bind,
                        struct pl_bind_answer *answer)
{
    bool wildcard = pl_addr_is_any(bind->family, bind->addr) ||
                    (pl_addr_is_mapped(bind->family, bind->addr) &&
                     pl_addr_is_any(PL_FAMILY_INET, bind->addr + 12));
    bool any;
    bool local = pl_explain_is_local(snap, bind, &any);

    if (bind->family == PL_FAMILY_INET6 && wildcard && !any && snap->addrs.count > 0)
        (void)add(answer, PL_CAUSE_NO_IPV6, PL_BIND_UNKNOWN);
    if (needs_zone(bind) && bind->ifindex == 0)
        (void)add(answer, PL_CAUSE_NO_ZONE, PL_BIND_TAKEN);
    else if (is_multicast(bind) && bind->proto == PL_PROTO_TCP)
        (void)add(answer, PL_CAUSE_MULTICAST,
                  bind->family == PL_FAMILY_INET ? PL_BIND_FREE : PL_BIND_TAKEN);
    else if (!wildcard && !local && !is_multicast(bind))
        (void)add(answer, PL_CAUSE_NOT_LOCAL,
                  snap->addrs.count > 0 ? PL_BIND_TAKEN : PL_BIND_UNKNOWN);
}

static void add_range(const struct pl_snapshot *snap, const struct pl_bind *bind,
                      struct pl_bind_answer *answer)
{
    uint64_t first = 0;
    uint64_t last = 0;

    if (pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, &first) &&
        pl_snapshot_counter(snap, PL_COUNTER_EPHEMERAL_LAST, &last) && bind->port >= first &&
        bind->port <= last)
        (void)add(answer, PL_CAUSE_EPHEMERAL, PL_BIND_FREE);
}

/* A rule changes the address of a connection before the kernel looks for its socket. */
static void add_rule(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     struct pl_bind_answer *answer)
{
    struct pl_sock server = {
        .have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_V6ONLY,
        .family = bind->family,
        .proto = bind->proto,
        .state = bind->proto == PL_PROTO_TCP ? PL_STATE_LISTEN : PL_STATE_UNCONN,
        .local_port = bind->port,
    };
    const struct pl_route *route;

    memcpy(server.local_addr, bind->addr, sizeof(server.local_addr));
    route = pl_route_of(snap, &server);
    if (route)
        add(answer, PL_CAUSE_PUBLISHED, PL_BIND_FREE)->route = route;
}

/* ---- sockets ---- */

unsigned int pl_explain_reuse(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    bool numbered = (sock->have & PL_HAVE_COOKIE) != 0;
    const struct pl_reuse wanted = {.cookie = numbered ? sock->cookie : 0,
                                    .key = numbered ? 0 : sock->key};
    const struct pl_reuse *found = pl_list_find(&snap->reuses, &wanted, sizeof(wanted), by_cookie);

    return found ? found->flags : (unsigned int)PL_REUSE_UNKNOWN;
}

/*
 * Linux keeps a closed connection that waits for the other end to close, FIN_WAIT2, as one in
 * TIME_WAIT: it has that timer, and no user.
 */
enum pl_bind_verdict pl_explain_judge(const struct pl_snapshot *snap, const struct pl_bind *bind,
                                      const struct pl_sock *sock, unsigned int reuse)
{
    struct pl_attr timer = pl_snapshot_attr(snap, sock, PL_ATTR_TIMER);
    struct pl_sock held = *sock;

    if (timer.id != PL_ATTR_NONE && timer.u.num == PL_TIMER_TIME_WAIT)
        held.state = PL_STATE_TIME_WAIT;
    return pl_bind_judge(snap->system, bind, &held, reuse);
}

static enum pl_cause_kind kind_of(const struct pl_sock *sock)
{
    if (sock->proto == PL_PROTO_UDP)
        return PL_CAUSE_SOCKET;
    if (sock->state == PL_STATE_LISTEN)
        return PL_CAUSE_LISTENER;
    if (sock->state == PL_STATE_TIME_WAIT)
        return PL_CAUSE_TIME_WAIT;
    if (sock->state == PL_STATE_BOUND)
        return PL_CAUSE_BOUND;
    return sock->owner_unknown == PL_OWNER_ORPHAN ? PL_CAUSE_CLOSING : PL_CAUSE_CONNECTION;
}

static void add_sock(const struct pl_snapshot *snap, const struct pl_sock *sock,
                     enum pl_bind_verdict verdict, struct pl_bind_answer *answer)
{
    struct pl_cause *cause = add(answer, kind_of(sock), PL_BIND_FREE);
    struct pl_attr left = pl_snapshot_attr(snap, sock, PL_ATTR_TIMER_LEFT);

    if (!cause->sock || verdict > cause->verdict)
        cause->sock = sock;
    cause->count++;
    if (sock->state == PL_STATE_TIME_WAIT && left.id != PL_ATTR_NONE &&
        left.u.num > cause->free_in_ms)
        cause->free_in_ms = left.u.num;
    (void)add(answer, kind_of(sock), verdict);
}

/*
 * The kernel skips its comparison of a new socket with SO_REUSEPORT if the last one that was bound
 * to the port had that flag, too, with the same user and an address that overlaps. So another socket
 * clashes or not, depending on which was bound last.
 */
static void weaken(struct pl_bind_answer *answer)
{
    answer->verdict = PL_BIND_FREE;
    for (size_t i = 0; i < answer->count; i++) {
        struct pl_cause *cause = &answer->causes[i];

        if (cause->sock && cause->verdict == PL_BIND_TAKEN)
            cause->verdict = PL_BIND_UNKNOWN;
        if (cause->verdict > answer->verdict)
            answer->verdict = cause->verdict;
    }
}

static void add_socks(const struct pl_snapshot *snap, const struct pl_bind *bind,
                      struct pl_bind_answer *answer)
{
    struct pl_bind plain = *bind;
    struct pl_bind port = *bind;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    bool shared = false;

    plain.reuse = PL_REUSE_NONE;
    port.reuse = bind->reuse & PL_REUSE_PORT;
    for (size_t i = 0; i < count; i++) {
        unsigned int reuse = pl_explain_reuse(snap, &socks[i]);
        enum pl_bind_verdict verdict;

        if (pl_explain_judge(snap, &plain, &socks[i], reuse) == PL_BIND_FREE)
            continue;
        verdict = pl_explain_judge(snap, bind, &socks[i], reuse);
        shared |= pl_explain_judge(snap, &port, &socks[i], reuse) != PL_BIND_TAKEN;
        if (verdict != PL_BIND_FREE)
            add_sock(snap, &socks[i], verdict, answer);
    }
    if (shared && bind->reuse & PL_REUSE_PORT)
        weaken(answer);
}

void pl_bind_explain(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     struct pl_bind_answer *answer)
{
    *answer = (struct pl_bind_answer){0};
    add_socks(snap, bind, answer);
    add_privilege(snap, bind, answer);
    add_address(snap, bind, answer);
    add_range(snap, bind, answer);
    add_rule(snap, bind, answer);
    if (answer->verdict == PL_BIND_FREE)
        (void)add(answer, PL_CAUSE_FREE, PL_BIND_FREE);
}

void pl_bind_take_probe(struct pl_bind_answer *answer, int error)
{
    enum pl_bind_verdict verdict = error == 0 ? PL_BIND_FREE : PL_BIND_TAKEN;
    bool agrees = answer->verdict == verdict || answer->verdict == PL_BIND_UNKNOWN;
    struct pl_cause *last = answer->count > 0 ? &answer->causes[answer->count - 1] : NULL;

    if (last && last->kind == PL_CAUSE_FREE)
        answer->count--;
    add(answer, agrees ? PL_CAUSE_PROBE : PL_CAUSE_DISAGREEMENT, verdict)->error = error;
    answer->verdict = verdict;
}
