/* SPDX-License-Identifier: BSD-2-Clause */
#include "protocol.h"

#define FAMILY(name) PL_BIT(PL_FAMILY_##name)
#define INET         (FAMILY(INET) | FAMILY(INET6))

/* name, families, number, type, states, registry, usual */
const struct pl_protocol pl_protocols[PL_PROTO_MAX] = {
    [PL_PROTO_UNKNOWN] = {"unknown"},
    [PL_PROTO_TCP] = {"tcp", INET, 6, PL_TYPE_STREAM, PL_STATES_STREAM, PL_PROTO_TCP, true},
    [PL_PROTO_UDP] = {"udp", INET, 17, PL_TYPE_DGRAM, PL_STATES_DATAGRAM, PL_PROTO_UDP, true},
    [PL_PROTO_UDPLITE] = {"udplite", INET, 136, PL_TYPE_DGRAM, PL_STATES_DATAGRAM, PL_PROTO_UDP},
    [PL_PROTO_ICMP] = {"icmp", INET, 1, PL_TYPE_DGRAM, PL_STATES_DATAGRAM},
    [PL_PROTO_RAW] = {"raw", INET, 255, PL_TYPE_RAW, PL_STATES_DATAGRAM},
    [PL_PROTO_UNIX] = {"unix", FAMILY(UNIX)},
    [PL_PROTO_PACKET] = {"packet", FAMILY(PACKET)},
    [PL_PROTO_NETLINK] = {"netlink", FAMILY(NETLINK)},
    [PL_PROTO_SCTP] = {"sctp", INET, 132, PL_TYPE_UNKNOWN, PL_STATES_OWN, PL_PROTO_SCTP},
    [PL_PROTO_MPTCP] = {"mptcp", INET, 262, PL_TYPE_STREAM, PL_STATES_STREAM, PL_PROTO_TCP},
    [PL_PROTO_VSOCK] = {"vsock", FAMILY(VSOCK)},
    [PL_PROTO_XDP] = {"xdp", FAMILY(XDP)},
    [PL_PROTO_TIPC] = {"tipc", FAMILY(TIPC)},
    [PL_PROTO_DCCP] = {"dccp", INET, 33, PL_TYPE_DCCP, PL_STATES_STREAM, PL_PROTO_DCCP},
    [PL_PROTO_SMC] = {"smc", INET, 0, PL_TYPE_STREAM, PL_STATES_OWN, PL_PROTO_TCP},
};

const enum pl_proto pl_registries[PL_REGISTRIES] = {PL_PROTO_TCP, PL_PROTO_UDP, PL_PROTO_SCTP,
                                                    PL_PROTO_DCCP};

const struct pl_family_row pl_families[PL_FAMILY_MAX] = {
    [PL_FAMILY_UNSPEC] = {"unspec"},
    [PL_FAMILY_INET] = {"inet", PL_ENDPOINT_ADDRESS},
    [PL_FAMILY_INET6] = {"inet6", PL_ENDPOINT_ADDRESS},
    [PL_FAMILY_UNIX] = {"unix", PL_ENDPOINT_PATH},
    [PL_FAMILY_PACKET] = {"packet", PL_ENDPOINT_DEVICE},
    [PL_FAMILY_NETLINK] = {"netlink", PL_ENDPOINT_NETLINK},
    [PL_FAMILY_VSOCK] = {"vsock", PL_ENDPOINT_NUMBER},
    [PL_FAMILY_XDP] = {"xdp", PL_ENDPOINT_QUEUE},
    [PL_FAMILY_TIPC] = {"tipc", PL_ENDPOINT_NUMBER},
};

const char *pl_proto_name(unsigned int proto)
{
    return proto < PL_PROTO_MAX ? pl_protocols[proto].name : NULL;
}

const char *pl_family_name(unsigned int family)
{
    return family < PL_FAMILY_MAX ? pl_families[family].name : NULL;
}

uint32_t pl_family_protos(uint32_t families)
{
    uint32_t protos = 0;

    for (unsigned int i = PL_PROTO_UNKNOWN + 1; i < PL_PROTO_MAX; i++)
        protos |= (pl_protocols[i].families & ~families) == 0 ? PL_BIT(i) : 0;
    return protos;
}
