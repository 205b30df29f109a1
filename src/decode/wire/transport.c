/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP, UDP and ICMP, and their checksums: RFC 1071. */
#include "internal.h"

/* Words of 32 bits have the same sum as their halves, since the carry is added again. */
uint32_t wire_sum(const struct pl_wire *wire, uint32_t at, uint32_t len, uint32_t sum)
{
    uint32_t there = at < wire->captured ? wire->captured - at : 0;
    const uint8_t *bytes = wire->data + (there > 0 ? at : 0);
    uint64_t total = sum;

    if (len > there)
        len = there;
    for (; len >= 4; bytes += 4, len -= 4)
        total += (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
                 bytes[3];
    for (uint32_t i = 0; i < len; i++)
        total += (uint32_t)bytes[i] << (i % 2 == 0 ? 8 : 0);
    total = (total & 0xffffffff) + (total >> 32);
    total = (total & 0xffff) + (total >> 16 & 0xffff) + (total >> 32);
    return (uint32_t)((total & 0xffff) + (total >> 16));
}

/* Returns the checksum of a sum. */
uint16_t wire_fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

void wire_check(struct pl_wire_header *header, uint32_t sum, uint16_t value)
{
    uint16_t expected = wire_fold((sum & 0xffff) + (sum >> 16) + 0xffffU - value);

    /* UDP sends a sum of 0 as 0xffff: 0 means that there is none. */
    header->expected = header->proto == PL_WIRE_UDP && expected == 0 ? 0xffff : expected;
    header->checksum =
        expected % 0xffff == value % 0xffff ? PL_WIRE_CHECKSUM_GOOD : PL_WIRE_CHECKSUM_BAD;
}

static uint32_t sum_address(const uint8_t *address, uint32_t len, uint32_t sum)
{
    for (uint32_t i = 0; i < len; i += 2)
        sum += (uint32_t)address[i] << 8 | address[i + 1];
    return sum;
}

/* The pseudo header: RFC 9293 3.1, RFC 8200 8.1. */
static uint32_t sum_pseudo(const struct pl_wire *wire, uint32_t len, uint32_t protocol)
{
    uint32_t size = wire->family == 4 ? 4 : 16;
    uint32_t sum = sum_address(wire->source, size, 0);

    return sum_address(wire->target, size, sum) + (len & 0xffff) + (len >> 16) + protocol;
}

/* Checks the sum of len bytes from the header on. field: offset of the checksum in the header. */
static void check(const struct pl_wire *wire, struct pl_wire_header *header, uint32_t len,
                  uint32_t field, uint32_t pseudo)
{
    uint16_t value = wire_u16(wire, header->at + field);
    uint32_t sum;

    if (wire->fragmented) {
        header->checksum = PL_WIRE_CHECKSUM_FRAGMENT;
        return;
    }
    if (wire_there(wire, header->at) < len || wire_whole(wire, header->at) < len) {
        header->checksum = PL_WIRE_CHECKSUM_CUT;
        return;
    }
    sum = wire_sum(wire, header->at, len, pseudo);
    wire_check(header, sum, value);
    if (header->checksum == PL_WIRE_CHECKSUM_BAD && pseudo != 0 &&
        value == 0xffffU - wire_fold(pseudo))
        header->checksum = PL_WIRE_CHECKSUM_PARTIAL;
}

static bool has_pseudo(const struct pl_wire *wire, const struct pl_wire_header *header)
{
    return wire->family != 0 && !header->quoted;
}

struct wire_next wire_tcp(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t claimed;

    header->len = WIRE_TCP_LEAST;
    if (wire_lacks(wire, header, WIRE_TCP_LEAST)) {
        if (header->quoted)
            wire->stop = PL_WIRE_STOP_END; /* an ICMP error returns only 8 bytes: RFC 792 */
        return (struct wire_next){0};
    }
    claimed = (wire_u8(wire, header->at + 12) >> 4) * 4U;
    if (has_pseudo(wire, header))
        check(wire, header, wire_whole(wire, header->at), 16,
              sum_pseudo(wire, wire_whole(wire, header->at), 6));
    if (claimed < WIRE_TCP_LEAST || claimed > wire_whole(wire, header->at))
        return wire_stop(wire, wire->fragmented && claimed >= WIRE_TCP_LEAST ? PL_WIRE_STOP_SHORT
                                                                             : PL_WIRE_STOP_BAD);
    header->len = claimed;
    if (wire_lacks(wire, header, claimed))
        return (struct wire_next){0};
    return wire_stop(wire, PL_WIRE_STOP_END);
}

/* ---- UDP, and the tunnels over it ---- */

static uint8_t tunnel(const struct pl_wire *wire, uint32_t at)
{
    switch (wire_u16(wire, at + 2)) {
    case 4789: /* RFC 7348 */
    case 8472: /* Linux, before the port was assigned */
        return (wire_u8(wire, at + 8) & 8) != 0 ? PL_WIRE_VXLAN : PL_WIRE_NONE;
    case 6081: /* RFC 8926 */
        return PL_WIRE_GENEVE;
    default:
        return PL_WIRE_NONE;
    }
}

struct wire_next wire_udp(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint32_t at = header->at;
    uint32_t whole = wire_whole(wire, at);
    uint32_t len;
    uint8_t inside;

    header->len = WIRE_UDP_LEAST;
    if (wire_lacks(wire, header, WIRE_UDP_LEAST))
        return (struct wire_next){0};
    len = wire_u16(wire, at + 4);
    if (len == 0)
        len = whole; /* a jumbogram: RFC 2675 */
    if (len < WIRE_UDP_LEAST)
        return wire_stop(wire, PL_WIRE_STOP_BAD);
    inside = wire->fragmented || header->quoted ? PL_WIRE_NONE : tunnel(wire, at);
    if (has_pseudo(wire, header) && wire_u16(wire, at + 6) == 0) {
        if (wire->family == 6 && inside == PL_WIRE_NONE)
            header->checksum = PL_WIRE_CHECKSUM_ABSENT;
    } else if (has_pseudo(wire, header)) {
        if (len > whole && !wire->fragmented)
            header->checksum = PL_WIRE_CHECKSUM_CUT;
        else
            check(wire, header, len, 6, sum_pseudo(wire, len, 17));
    }
    if (len < whole)
        wire->end = at + len;
    if (inside != PL_WIRE_NONE)
        return (struct wire_next){inside, at + WIRE_UDP_LEAST};
    return wire_stop(wire, PL_WIRE_STOP_END);
}

/* ---- ICMP ---- */

static struct wire_next control(struct pl_wire *wire, struct pl_wire_header *header,
                                uint32_t pseudo, bool error, uint8_t quotes)
{
    uint32_t whole = wire_whole(wire, header->at);

    header->len = 8;
    if (wire_lacks(wire, header, 8))
        return (struct wire_next){0};
    if (!header->quoted)
        check(wire, header, whole, 2, pseudo);
    if (!error || header->quoted || wire_whole(wire, header->at + 8) == 0)
        return wire_stop(wire, PL_WIRE_STOP_END);
    wire->quoting = true;
    return (struct wire_next){quotes, header->at + 8};
}

/* Errors: destination unreachable 3, source quench 4, redirect 5, time exceeded 11, parameter 12. */
struct wire_next wire_icmp(struct pl_wire *wire, struct pl_wire_header *header)
{
    uint8_t type = wire_u8(wire, header->at);

    return control(wire, header, 0, (type >= 3 && type <= 5) || type == 11 || type == 12,
                   PL_WIRE_IPV4);
}

/* Types below 128 are errors. */
struct wire_next wire_icmpv6(struct pl_wire *wire, struct pl_wire_header *header)
{
    return control(wire, header, sum_pseudo(wire, wire_whole(wire, header->at), 58),
                   wire_u8(wire, header->at) < 128, PL_WIRE_IPV6);
}
