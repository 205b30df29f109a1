/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4, IPv6 and its extension headers. They determine where the datagram ends. */
#include "internal.h"

#include <string.h>

/* A length beyond the packet is wrong, and ignored. 0: the interface segments it (TSO, BIG TCP). */
static void limit(struct pl_wire *wire, uint32_t at, uint32_t len)
{
    if (len > 0 && len < wire_whole(wire, at))
        wire->end = at + len;
}

struct wire_next wire_ipv4(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t at = header->at;
    uint32_t offset;

    /* Raw IP has one link type for both versions. */
    if (wire_there(wire, at) > 0 && wire_u8(wire, at) >> 4 == 6) {
        header->proto = PL_WIRE_IPV6;
        return wire_ipv6(wire, header);
    }
    header->len = WIRE_IPV4_LEAST;
    wire->family = 4;
    if (wire_lacks(wire, header, WIRE_IPV4_LEAST))
        return (struct wire_next){0};
    header->len = (wire_u8(wire, at) & 15U) * 4;
    if (wire_u8(wire, at) >> 4 != 4 || header->len < WIRE_IPV4_LEAST) {
        header->len = WIRE_IPV4_LEAST;
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    }
    limit(wire, at, wire_u16(wire, at + 2));
    if (wire_lacks(wire, header, header->len))
        return (struct wire_next){0};
    memcpy(wire->source, wire->data + at + 12, 4);
    memcpy(wire->target, wire->data + at + 16, 4);
    wire_check(header, wire_sum(wire, at, header->len, 0), wire_u16(wire, at + 10));
    offset = wire_u16(wire, at + 6) & 0x1fffU;
    wire->fragmented |= offset > 0 || (wire_u8(wire, at + 6) & 0x20) != 0;
    if (offset > 0)
        return wire_stop(wire, PL_WIRE_STOP_FRAGMENT);
    return wire_by_ip(wire, at + header->len, wire_u8(wire, at + 9));
}

struct wire_next wire_ipv6(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t at = header->at;
    uint32_t payload;

    header->len = WIRE_IPV6_LEAST;
    wire->family = 6;
    if (wire_lacks(wire, header, WIRE_IPV6_LEAST))
        return (struct wire_next){0};
    if (wire_u8(wire, at) >> 4 != 6)
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    /* 0: a jumbogram (RFC 2675), or the interface segments it. */
    payload = wire_u16(wire, at + 4);
    if (payload > 0)
        limit(wire, at, WIRE_IPV6_LEAST + payload);
    memcpy(wire->source, wire->data + at + 8, 16);
    memcpy(wire->target, wire->data + at + 24, 16);
    return wire_by_ip(wire, at + WIRE_IPV6_LEAST, wire_u8(wire, at + 6));
}

/* ---- extension headers ---- */

/* Sets the length of a header that states it in units of 8 bytes, without the first 8. */
static bool extends(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return false;
    header->len += wire_u8(wire, header->at + 1) * 8U;
    return !wire_lacks(wire, header, header->len);
}

static struct wire_next after(struct pl_wire *wire, const struct pl_wire_header *header)
{
    return wire_by_ip(wire, header->at + header->len, wire_u8(wire, header->at));
}

#define OPTION_PAD1         0x00
#define OPTION_JUMBO        0xc2 /* RFC 2675 */
#define OPTION_HOME_ADDRESS 0xc9 /* RFC 6275: the sender's address in checksums */

struct wire_next wire_extension(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t end;
    uint32_t at = header->at + 2;

    if (!extends(wire, header))
        return (struct wire_next){0};
    end = header->at + header->len;
    while (header->proto != PL_WIRE_MOBILITY && at + 2 <= end) {
        uint8_t type = wire_u8(wire, at);
        uint32_t len = type == OPTION_PAD1 ? 1U : 2U + wire_u8(wire, at + 1);

        if (at + len > end)
            break;
        if (header->proto == PL_WIRE_DEST && type == OPTION_HOME_ADDRESS && len == 18)
            memcpy(wire->source, wire->data + at + 2, 16);
        at += len;
    }
    return after(wire, header);
}

#define ROUTING_SOURCE  0 /* RFC 2460, deprecated */
#define ROUTING_MOBILE  2 /* RFC 6275 */
#define ROUTING_SEGMENT 4 /* RFC 8754: the first of the list is the final destination */

/* Checksums have the final destination: RFC 8200, section 8.1. */
struct wire_next wire_routing(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint8_t type;

    if (!extends(wire, header))
        return (struct wire_next){0};
    type = wire_u8(wire, header->at + 2);
    if (wire_u8(wire, header->at + 3) > 0 && header->len >= 24) {
        if (type == ROUTING_SEGMENT)
            memcpy(wire->target, wire->data + header->at + 8, 16);
        else if (type == ROUTING_SOURCE || type == ROUTING_MOBILE)
            memcpy(wire->target, wire->data + header->at + header->len - 16, 16);
    }
    return after(wire, header);
}

struct wire_next wire_fragment(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t place;

    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return (struct wire_next){0};
    place = wire_u16(wire, header->at + 2);
    wire->fragmented |= (place & 0xfff9U) != 0; /* not an atomic fragment: RFC 6946 */
    if (place >= 8)
        return wire_stop(wire, PL_WIRE_STOP_FRAGMENT);
    return after(wire, header);
}

struct wire_next wire_auth(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 12;
    if (wire_lacks(wire, header, 12))
        return (struct wire_next){0};
    header->len = (wire_u8(wire, header->at + 1) + 2U) * 4;
    if (header->len < 12) {
        header->len = 12;
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    }
    if (wire_lacks(wire, header, header->len))
        return (struct wire_next){0};
    return after(wire, header);
}

struct wire_next wire_esp(struct pl_wire *wire, struct pl_wire_header *header)
{
    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return (struct wire_next){0};
    return wire_stop(wire, PL_WIRE_STOP_ENCRYPTED);
}
