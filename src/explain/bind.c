/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of bind(2) on Linux for two sockets on one port: inet_bind_conflict(), inet_rcv_saddr_equal()
 * and udp_lib_lport_inuse() of the kernel.
 */
#include "api/bind.h"
#include "api/names.h"
#include "model/array.h"

#include <string.h>

#define LOOPBACK_INDEX 1 /* of lo, in every network namespace */

const char *pl_bind_verdict_name(unsigned int verdict)
{
    static const char *const names[] = {
        [PL_BIND_FREE] = "free", [PL_BIND_UNKNOWN] = "unknown", [PL_BIND_TAKEN] = "taken"};

    return verdict < COUNT_OF(names) ? names[verdict] : NULL;
}

/* ---- addresses ---- */

/* An address as the kernel compares it: a v4-mapped one is an IPv4 address. */
struct end {
    const uint8_t *bytes;
    bool v4;
    bool any;
    enum pl_bind_verdict both; /* IPv6 wildcard: FREE (only IPv6), TAKEN (IPv4, too) or UNKNOWN */
};

static struct end end_of(unsigned int family, const uint8_t *addr)
{
    bool mapped = family == PL_FAMILY_INET6 && pl_addr_is_mapped(family, addr);
    struct end end = {.bytes = mapped ? addr + 12 : addr,
                      .v4 = family == PL_FAMILY_INET || mapped,
                      .both = PL_BIND_TAKEN};

    end.any = pl_addr_is_any(end.v4 ? PL_FAMILY_INET : PL_FAMILY_INET6, end.bytes);
    return end;
}

/* Whether both sockets would receive what is sent to some address. TAKEN: yes. */
static enum pl_bind_verdict overlap(const struct end *a, const struct end *b)
{
    size_t size = a->v4 ? 4 : 16;

    if (a->v4 == b->v4)
        return a->any || b->any || memcmp(a->bytes, b->bytes, size) == 0 ? PL_BIND_TAKEN
                                                                         : PL_BIND_FREE;
    if (a->v4)
        return b->any ? b->both : PL_BIND_FREE;
    return a->any ? a->both : PL_BIND_FREE;
}

static enum pl_bind_verdict addresses(const struct pl_bind *bind, const struct pl_sock *sock)
{
    struct end wanted = end_of(bind->family, bind->addr);
    struct end held = end_of(sock->family, sock->local_addr);

    if (!(sock->have & PL_HAVE_V6ONLY))
        held.both = PL_BIND_UNKNOWN;
    else if (sock->flags & PL_FLAG_V6ONLY)
        held.both = PL_BIND_FREE;
    return overlap(&wanted, &held);
}

/*
 * A socket that is bound to an interface clashes with one that is not, unless the interface belongs
 * to a VRF, whose TCP ports are separate.
 */
static enum pl_bind_verdict interfaces(const struct pl_bind *bind, const struct pl_sock *sock)
{
    uint32_t held = sock->have & (PL_HAVE_INTERFACE | PL_HAVE_SCOPE) ? sock->ifindex : 0;

    if (held == bind->ifindex)
        return PL_BIND_TAKEN;
    if (held != 0 && bind->ifindex != 0)
        return PL_BIND_FREE;
    if (bind->proto == PL_PROTO_UDP || held + bind->ifindex == LOOPBACK_INDEX)
        return PL_BIND_TAKEN;
    return PL_BIND_UNKNOWN;
}

/* ---- flags ---- */

/* Whether both sockets permit each other, if reuse are the flags of the second. */
static bool is_shared(const struct pl_bind *bind, const struct pl_sock *sock, unsigned int reuse)
{
    unsigned int both = bind->reuse & reuse;
    bool tcp = sock->proto == PL_PROTO_TCP;
    bool user = sock->have & PL_HAVE_UID && sock->uid == bind->uid;

    if (both & PL_REUSE_ADDR && !(tcp && sock->state == PL_STATE_LISTEN))
        return true;
    /* A socket in TIME_WAIT has no user. */
    return both & PL_REUSE_PORT && (user || (tcp && sock->state == PL_STATE_TIME_WAIT));
}

static enum pl_bind_verdict flags(const struct pl_bind *bind, const struct pl_sock *sock,
                                  unsigned int reuse)
{
    bool user_hidden = !(sock->have & PL_HAVE_UID) && bind->reuse & PL_REUSE_PORT &&
                       reuse & (PL_REUSE_PORT | PL_REUSE_UNKNOWN);

    if (reuse != PL_REUSE_UNKNOWN && is_shared(bind, sock, reuse))
        return PL_BIND_FREE;
    if (user_hidden ||
        (reuse == PL_REUSE_UNKNOWN && is_shared(bind, sock, PL_REUSE_ADDR | PL_REUSE_PORT)))
        return PL_BIND_UNKNOWN;
    return PL_BIND_TAKEN;
}

/* ---- all together ---- */

/*
 * A half-open connection uses the port of its listener. A closed socket that keeps its port is in
 * BOUND. A port that only a rule publishes has no socket.
 */
static bool holds_port(const struct pl_bind *bind, const struct pl_sock *sock)
{
    return sock->proto == bind->proto && sock->local_port == bind->port &&
           (sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6) &&
           sock->state != PL_STATE_SYN_RECV && sock->state != PL_STATE_PUBLISHED &&
           !(sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_CLOSED);
}

static enum pl_bind_verdict weaker(enum pl_bind_verdict a, enum pl_bind_verdict b)
{
    return a < b ? a : b;
}

enum pl_bind_verdict pl_bind_judge(enum pl_system system, const struct pl_bind *bind,
                                   const struct pl_sock *sock, unsigned int reuse)
{
    enum pl_bind_verdict met;

    if (!holds_port(bind, sock))
        return PL_BIND_FREE;
    met = weaker(addresses(bind, sock), interfaces(bind, sock));
    if (met == PL_BIND_FREE)
        return met;
    /* On other systems, only two equal sockets without flags are certain to clash. */
    if (system != PL_SYSTEM_LINUX &&
        (bind->reuse != PL_REUSE_NONE || bind->family != sock->family ||
         pl_addr_is_any(bind->family, bind->addr) !=
             pl_addr_is_any(sock->family, sock->local_addr)))
        return PL_BIND_UNKNOWN;
    return weaker(met, flags(bind, sock, reuse));
}
