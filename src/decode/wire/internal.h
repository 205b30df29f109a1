/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of this directory. */
#ifndef PL_DECODE_WIRE_INTERNAL_H
#define PL_DECODE_WIRE_INTERNAL_H

#include "api/wire.h"

#define WIRE_TCP_LEAST  20U
#define WIRE_UDP_LEAST  8U
#define WIRE_IPV4_LEAST 20U
#define WIRE_IPV6_LEAST 40U

/* Reads big-endian numbers of at most 64 bits. Bits that were not captured read as 0. */
uint64_t wire_bits(const struct pl_wire *wire, uint64_t from, uint32_t bits);
static inline uint8_t wire_u8(const struct pl_wire *wire, uint32_t at)
{
    return at < wire->captured ? wire->data[at] : 0;
}
static inline uint16_t wire_u16(const struct pl_wire *wire, uint32_t at)
{
    return (uint16_t)(wire_u8(wire, at) << 8 | wire_u8(wire, at + 1));
}

/* Bytes of the header that belong to the datagram, and those that were captured. */
static inline uint32_t wire_whole(const struct pl_wire *wire, uint32_t at)
{
    return at < wire->end ? wire->end - at : 0;
}
static inline uint32_t wire_there(const struct pl_wire *wire, uint32_t at)
{
    uint32_t end = wire->end < wire->captured ? wire->end : wire->captured;

    return at < end ? end - at : 0;
}

/* The next header to decode. PL_WIRE_NONE: there is none; wire->stop is the reason. */
struct wire_next {
    uint8_t proto;
    uint32_t at;
};

/* Decodes the header that begins at header->at: sets header->len and what follows from it. */
typedef struct wire_next wire_step_fn(struct pl_wire *wire, struct pl_wire_header *header);

static inline struct wire_next wire_stop(struct pl_wire *wire, enum pl_wire_stop stop)
{
    wire->stop = stop;
    return (struct wire_next){PL_WIRE_NONE, 0};
}

/* Stops if fewer bytes than that belong to the header or were captured. */
static inline bool wire_lacks(struct pl_wire *wire, const struct pl_wire_header *header,
                              uint32_t len)
{
    if (wire_there(wire, header->at) >= len)
        return false;
    wire->stop = wire_whole(wire, header->at) < len ? PL_WIRE_STOP_SHORT : PL_WIRE_STOP_CUT;
    return true;
}
/* Continues after the header with a protocol that has this number; stops at an unknown one. */
struct wire_next wire_by_type(struct pl_wire *wire, uint32_t at, uint32_t type);
struct wire_next wire_by_ip(struct pl_wire *wire, uint32_t at, uint32_t protocol);

wire_step_fn wire_ethernet, wire_vlan, wire_mpls, wire_pppoe, wire_ppp, wire_sll, wire_sll2,
    wire_null, wire_loop;
wire_step_fn wire_ipv4, wire_ipv6, wire_extension, wire_routing, wire_fragment, wire_auth, wire_esp;
wire_step_fn wire_gre, wire_vxlan, wire_geneve;
wire_step_fn wire_tcp, wire_udp, wire_icmp, wire_icmpv6;

/* The one's complement sum of captured bytes. */
uint32_t wire_sum(const struct pl_wire *wire, uint32_t at, uint32_t len, uint32_t sum);
uint16_t wire_fold(uint32_t sum);
/*
 * Sets header->checksum to good or bad, and header->expected: sum includes the checksum's value, whose
 * two zeros, 0 and 0xffff, are equal.
 */
void wire_check(struct pl_wire_header *header, uint32_t sum, uint16_t value);

/* Appends the fields of TCP options; header->len is captured at most. */
struct wire_list {
    const struct pl_wire *wire;
    const struct pl_wire_header *header;
    struct pl_wire_field *fields;
    size_t count;
};

/* Appends a field after the last; returns it, or NULL if there is no room. */
struct pl_wire_field *wire_add(struct wire_list *list, unsigned int id, uint32_t bits);
void wire_options(struct wire_list *list, bool syn);
/*
 * Marks a field as wrong, unless it was not captured or something else is wrong. field may be NULL.
 */
static inline void wire_blame(struct pl_wire_field *field, enum pl_wire_fault fault)
{
    if (field && !field->cut && field->fault == PL_WIRE_BAD_NONE)
        field->fault = (uint8_t)fault;
}

#endif
