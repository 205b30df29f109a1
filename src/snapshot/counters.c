/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, units and meanings of counters. The names are part of the machine contract. */
#include "model/array.h"
#include "snapshot.h"

#include "api/snapshot.h"

static const struct pl_counter_info infos[PL_COUNTER_MAX] = {
    [PL_COUNTER_SOCKETS_USED] = {"sockets_used", "sockets", "all families"},
    [PL_COUNTER_TCP_INUSE] = {"tcp_inuse", "sockets", "TCP over IPv4 with a port"},
    [PL_COUNTER_TCP_ORPHAN] = {"tcp_orphan", "sockets", "TCP without a process",
                               "sockets, of the whole machine"},
    [PL_COUNTER_TCP_TIME_WAIT] = {"tcp_time_wait", "sockets", "TCP in TIME_WAIT"},
    [PL_COUNTER_TCP_ALLOC] = {"tcp_alloc", "sockets", "TCP allocated on the whole machine",
                              "sockets, of the whole machine"},
    [PL_COUNTER_TCP_MEMORY] = {"tcp_memory", "pages", "TCP memory of the whole machine",
                               "pages, of the whole machine"},
    [PL_COUNTER_TCP_ESTABLISHED] = {"tcp_established", "sockets", "ESTABLISHED or CLOSE_WAIT"},
    [PL_COUNTER_UDP_INUSE] = {"udp_inuse", "sockets", "UDP over IPv4"},
    [PL_COUNTER_UDP_MEMORY] = {"udp_memory", "pages", "UDP memory of the whole machine",
                               "pages, of the whole machine"},
    [PL_COUNTER_UDPLITE_INUSE] = {"udplite_inuse", "sockets", "UDP-Lite over IPv4"},
    [PL_COUNTER_RAW_INUSE] = {"raw_inuse", "sockets", "raw IPv4"},
    [PL_COUNTER_FRAG_INUSE] = {"frag_inuse", "datagrams", "IPv4 datagrams being reassembled"},
    [PL_COUNTER_FRAG_MEMORY] = {"frag_memory", "bytes", "memory for reassembly of IPv4"},
    [PL_COUNTER_TCP6_INUSE] = {"tcp6_inuse", "sockets", "TCP over IPv6 with a port"},
    [PL_COUNTER_UDP6_INUSE] = {"udp6_inuse", "sockets", "UDP over IPv6"},
    [PL_COUNTER_UDPLITE6_INUSE] = {"udplite6_inuse", "sockets", "UDP-Lite over IPv6"},
    [PL_COUNTER_RAW6_INUSE] = {"raw6_inuse", "sockets", "raw IPv6"},
    [PL_COUNTER_FRAG6_INUSE] = {"frag6_inuse", "datagrams", "IPv6 datagrams being reassembled"},
    [PL_COUNTER_FRAG6_MEMORY] = {"frag6_memory", "bytes", "memory for reassembly of IPv6"},
    [PL_COUNTER_LISTEN_OVERFLOWS] = {"listen_overflows", "connections",
                                     "accept queue was full, since the network namespace exists"},
    [PL_COUNTER_LISTEN_DROPS] = {"listen_drops", "connections",
                                 "dropped by listeners, since the network namespace exists"},
    [PL_COUNTER_SOMAXCONN] = {"somaxconn", "connections", "limit of each accept queue"},
    [PL_COUNTER_EPHEMERAL_FIRST] = {"ephemeral_first", "port", "first ephemeral port"},
    [PL_COUNTER_EPHEMERAL_LAST] = {"ephemeral_last", "port", "last ephemeral port"},
    [PL_COUNTER_UNPRIVILEGED_FIRST] = {"unprivileged_first", "port",
                                       "first port that needs no privilege"},
    [PL_COUNTER_TCP_SEGS_OUT] = {"tcp_segs_out", "segments",
                                 "TCP segments sent, since the network namespace exists"},
    [PL_COUNTER_TCP_SEGS_RETRANS] = {"tcp_segs_retrans", "segments",
                                     "retransmitted, since the network namespace exists"},
    [PL_COUNTER_SYN_COOKIES] = {"syn_cookies", "cookies",
                                "sent for lack of room, since the network namespace exists"},
    [PL_COUNTER_SYN_DROPS] = {"syn_drops", "SYNs",
                              "dropped for lack of room, since the network namespace exists"},
    [PL_COUNTER_MEMORY_PRESSURES] = {"memory_pressures", "times",
                                     "TCP ran short of memory, since the network namespace exists"},
    [PL_COUNTER_TCP_MEMORY_PRESSURE] = {"tcp_mem_pressure", "pages",
                                        "TCP memory above which buffers become smaller",
                                        "pages, of the whole machine"},
    [PL_COUNTER_TCP_MEMORY_LIMIT] = {"tcp_mem_limit", "pages", "limit of TCP memory",
                                     "pages, of the whole machine"},
};

_Static_assert(PL_COUNTER_MAX <= 32, "bits of pl_snapshot.counted");

const struct pl_counter_info *pl_counter_info(unsigned int counter)
{
    return counter < PL_COUNTER_MAX ? &infos[counter] : NULL;
}

bool pl_snapshot_counter(const struct pl_snapshot *snap, enum pl_counter counter, uint64_t *value)
{
    if (counter >= PL_COUNTER_MAX || !(snap->counted & PL_BIT(counter)))
        return false;
    *value = snap->counters[counter];
    return true;
}

/* ---- counters of other network namespaces ---- */

int pl_counters_put(struct pl_snapshot *snap, enum pl_counter id, uint64_t value)
{
    struct pl_netns_counters *items = snap->space_counters.items;
    size_t count = snap->space_counters.count;
    int err = 0;

    if (id >= PL_COUNTER_MAX)
        return 0;
    if (count == 0 || items[count - 1].netns != snap->space)
        err = pl_space_counters_add(snap, &(struct pl_netns_counters){.netns = snap->space});
    if (err < 0)
        return err;
    items = snap->space_counters.items;
    items += snap->space_counters.count - 1;
    items->values[id] = value;
    items->known |= PL_BIT(id);
    return 0;
}

const struct pl_netns_counters *pl_snapshot_netns_counters(const struct pl_snapshot *snap,
                                                           size_t *count)
{
    *count = snap->space_counters.count;
    return snap->space_counters.items;
}

/* ---- counters of a system that has none ---- */

static const struct {
    uint8_t proto;
    uint8_t v4, v6; /* enum pl_counter */
} inuse[] = {
    {PL_PROTO_TCP, PL_COUNTER_TCP_INUSE, PL_COUNTER_TCP6_INUSE},
    {PL_PROTO_UDP, PL_COUNTER_UDP_INUSE, PL_COUNTER_UDP6_INUSE},
    {PL_PROTO_RAW, PL_COUNTER_RAW_INUSE, PL_COUNTER_RAW6_INUSE},
};

static void count_tcp(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    bool waiting = sock->state == PL_STATE_TIME_WAIT;

    snap->counters[PL_COUNTER_TCP_TIME_WAIT] += waiting;
    /* A half-open connection has no socket yet. */
    snap->counters[PL_COUNTER_TCP_ALLOC] += !waiting && sock->state != PL_STATE_SYN_RECV;
    snap->counters[PL_COUNTER_TCP_ESTABLISHED] +=
        sock->state == PL_STATE_ESTABLISHED || sock->state == PL_STATE_CLOSE_WAIT;
    snap->counters[PL_COUNTER_TCP_ORPHAN] += sock->owner_unknown == PL_OWNER_ORPHAN;
}

static void count_sock(struct pl_snapshot *snap, const struct pl_sock *sock)
{
    bool used =
        sock->proto != PL_PROTO_TCP || (sock->local_port != 0 && sock->state != PL_STATE_SYN_RECV);

    snap->counters[PL_COUNTER_SOCKETS_USED]++;
    for (size_t i = 0; i < COUNT_OF(inuse); i++) {
        if (inuse[i].proto == sock->proto && used)
            snap->counters[sock->family == PL_FAMILY_INET ? inuse[i].v4 : inuse[i].v6]++;
    }
    if (sock->proto == PL_PROTO_TCP)
        count_tcp(snap, sock);
}

void pl_counters_derive(struct pl_snapshot *snap, uint32_t protos)
{
    const struct pl_query *query = snap->query;
    const struct pl_sock *socks = snap->socks.items;

    if (query->states != UINT32_MAX || query->families != 0)
        return; /* not all sockets were read */
    for (size_t i = 0; i < snap->socks.count; i++)
        count_sock(snap, &socks[i]);
    for (size_t i = 0; i < COUNT_OF(inuse); i++) {
        if (protos & PL_BIT(inuse[i].proto))
            snap->counted |= PL_BIT(inuse[i].v4) | PL_BIT(inuse[i].v6);
    }
    if (protos & PL_BIT(PL_PROTO_TCP))
        snap->counted |= PL_BIT(PL_COUNTER_TCP_TIME_WAIT) | PL_BIT(PL_COUNTER_TCP_ALLOC) |
                         PL_BIT(PL_COUNTER_TCP_ESTABLISHED);
    if (protos & PL_BIT(PL_PROTO_TCP) && snap->owner_ends.count > 0 && snap->denied == 0 &&
        !snap->hidden && !snap->ownerless)
        snap->counted |= PL_BIT(PL_COUNTER_TCP_ORPHAN);
    if ((PL_COUNTED_PROTOS & ~protos) == 0)
        snap->counted |= PL_BIT(PL_COUNTER_SOCKETS_USED);
}
