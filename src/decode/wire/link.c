/* SPDX-License-Identifier: BSD-2-Clause */
/* Link layers and tunnels. Formats: www.tcpdump.org/linktypes, and the RFC named at each. */
#include "internal.h"

/* ---- IEEE 802 ---- */

/* Below 0x600, the number is a length, and LLC follows: RFC 1042 for SNAP. */
#define LEAST_TYPE 0x600U
#define SNAP       0xaaaa03U

struct wire_next wire_ethernet(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t type;

    header->len = 14;
    if (wire_lacks(wire, header, 14))
        return (struct wire_next){0};
    type = wire_u16(wire, header->at + 12);
    if (type >= LEAST_TYPE)
        return wire_by_type(wire, header->at + 14, type);
    header->len = 22;
    if (wire_lacks(wire, header, 22))
        return (struct wire_next){0};
    if (wire_bits(wire, (uint64_t)(header->at + 14) * 8, 24) != SNAP) {
        wire->stopped_by = type;
        return wire_stop(wire, PL_WIRE_STOP_UNKNOWN);
    }
    return wire_by_type(wire, header->at + 22, wire_u16(wire, header->at + 20));
}

/* Decodes a header of fixed length that ends with an EtherType. */
static struct wire_next typed(struct pl_wire *wire, struct pl_wire_header *header, uint32_t len,
                              uint32_t type_at)
{
    header->len = len;
    if (wire_lacks(wire, header, len))
        return (struct wire_next){0};
    return wire_by_type(wire, header->at + len, wire_u16(wire, header->at + type_at));
}

struct wire_next wire_vlan(struct pl_wire *wire, struct pl_wire_header *header)
{
    return typed(wire, header, 4, 2);
}

struct wire_next wire_sll(struct pl_wire *wire, struct pl_wire_header *header)
{
    return typed(wire, header, 16, 14);
}

struct wire_next wire_sll2(struct pl_wire *wire, struct pl_wire_header *header)
{
    return typed(wire, header, 20, 0);
}

/* The protocol below MPLS is known only by its first nibble: RFC 4928. */
struct wire_next wire_mpls(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t after = header->at + 4;

    header->len = 4;
    if (wire_lacks(wire, header, 4))
        return (struct wire_next){0};
    if ((wire_u8(wire, header->at + 2) & 1) == 0)
        return (struct wire_next){PL_WIRE_MPLS, after};
    switch (wire_u8(wire, after) >> 4) {
    case 4:
        return (struct wire_next){PL_WIRE_IPV4, after};
    case 6:
        return (struct wire_next){PL_WIRE_IPV6, after};
    default:
        return wire_stop(wire, wire_whole(wire, after) > 0 && wire_there(wire, after) == 0
                                   ? PL_WIRE_STOP_CUT
                                   : PL_WIRE_STOP_UNKNOWN);
    }
}

/* ---- PPP ---- */

/* Numbers of RFC 1332 and RFC 5072. */
static struct wire_next by_ppp(struct pl_wire *wire, uint32_t at, uint32_t protocol)
{
    if (protocol == 0x21)
        return (struct wire_next){PL_WIRE_IPV4, at};
    if (protocol == 0x57)
        return (struct wire_next){PL_WIRE_IPV6, at};
    wire->stopped_by = protocol;
    return wire_stop(wire, PL_WIRE_STOP_UNKNOWN);
}

/* Address, control and the first byte of the protocol may be left out: RFC 1661. */
struct wire_next wire_ppp(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t at = header->at;
    uint32_t protocol;

    if (wire_u16(wire, at) == 0xff03)
        at += 2;
    header->len = at + 1 - header->at;
    if (wire_lacks(wire, header, header->len))
        return (struct wire_next){0};
    protocol = wire_u8(wire, at);
    if ((protocol & 1) == 0) {
        header->len++;
        if (wire_lacks(wire, header, header->len))
            return (struct wire_next){0};
        protocol = wire_u16(wire, at);
    }
    return by_ppp(wire, header->at + header->len, protocol);
}

struct wire_next wire_pppoe(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 6;
    if (wire_lacks(wire, header, 6))
        return (struct wire_next){0};
    if (wire_u8(wire, header->at + 1) != 0)
        return wire_stop(wire, PL_WIRE_STOP_END); /* discovery, not data */
    return (struct wire_next){PL_WIRE_PPP, header->at + 6};
}

/* ---- loopback ---- */

/* AF_INET is 2 everywhere; AF_INET6 differs: Linux 10, NetBSD and OpenBSD 24, FreeBSD 28, macOS 30. */
static struct wire_next by_family(struct pl_wire *wire, struct pl_wire_header *header, bool swapped)
{
    uint32_t family;

    header->len = 4;
    if (wire_lacks(wire, header, 4))
        return (struct wire_next){0};
    family = (uint32_t)wire_bits(wire, (uint64_t)header->at * 8, 32);
    if (swapped && family > 0xffff)
        family = family >> 24 | (family >> 8 & 0xff00);
    switch (family) {
    case 2:
        return (struct wire_next){PL_WIRE_IPV4, header->at + 4};
    case 10:
    case 24:
    case 28:
    case 30:
        return (struct wire_next){PL_WIRE_IPV6, header->at + 4};
    default:
        wire->stopped_by = family;
        return wire_stop(wire, PL_WIRE_STOP_UNKNOWN);
    }
}

struct wire_next wire_null(struct pl_wire *wire, struct pl_wire_header *header)
{
    return by_family(wire, header, true);
}

struct wire_next wire_loop(struct pl_wire *wire, struct pl_wire_header *header)
{
    return by_family(wire, header, false);
}

/* ---- tunnels ---- */

/* RFC 2784, RFC 2890: bits of the first byte announce fields of 4 bytes. */
#define GRE_CHECKSUM 0x80U
#define GRE_KEY      0x20U
#define GRE_SEQUENCE 0x10U
#define GRE_ROUTING  0x40U /* of RFC 1701, obsolete */

struct wire_next wire_gre(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint8_t flags = wire_u8(wire, header->at);

    header->len = 4;
    if (wire_lacks(wire, header, 4))
        return (struct wire_next){0};
    if (flags & GRE_ROUTING || (wire_u8(wire, header->at + 1) & 7) != 0)
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    header->len += (flags & GRE_CHECKSUM ? 4U : 0) + (flags & GRE_KEY ? 4U : 0) +
                   (flags & GRE_SEQUENCE ? 4U : 0);
    if (wire_lacks(wire, header, header->len))
        return (struct wire_next){0};
    return wire_by_type(wire, header->at + header->len, wire_u16(wire, header->at + 2));
}

struct wire_next wire_vxlan(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return (struct wire_next){0};
    return (struct wire_next){PL_WIRE_ETHERNET, header->at + 8};
}

struct wire_next wire_geneve(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return (struct wire_next){0};
    if (wire_u8(wire, header->at) >> 6 != 0)
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    header->len += (wire_u8(wire, header->at) & 0x3fU) * 4;
    if (wire_lacks(wire, header, header->len))
        return (struct wire_next){0};
    return wire_by_type(wire, header->at + header->len, wire_u16(wire, header->at + 2));
}
