/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, units and meanings of counters. The names are part of the machine contract. */
#include "snapshot.h"

static const struct pl_counter_info infos[PL_COUNTER_MAX] = {
    [PL_COUNTER_SOCKETS_USED] = {"sockets_used", "sockets", "all families"},
    [PL_COUNTER_TCP_INUSE] = {"tcp_inuse", "sockets", "TCP over IPv4 with a port"},
    [PL_COUNTER_TCP_ORPHAN] = {"tcp_orphan", "sockets", "TCP without a process"},
    [PL_COUNTER_TCP_TIME_WAIT] = {"tcp_time_wait", "sockets", "TCP in TIME_WAIT"},
    [PL_COUNTER_TCP_ALLOC] = {"tcp_alloc", "sockets", "TCP allocated on the whole machine"},
    [PL_COUNTER_TCP_MEMORY] = {"tcp_memory", "pages", "TCP memory of the whole machine"},
    [PL_COUNTER_TCP_ESTABLISHED] = {"tcp_established", "sockets", "ESTABLISHED or CLOSE_WAIT"},
    [PL_COUNTER_UDP_INUSE] = {"udp_inuse", "sockets", "UDP over IPv4"},
    [PL_COUNTER_UDP_MEMORY] = {"udp_memory", "pages", "UDP memory of the whole machine"},
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
};

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
