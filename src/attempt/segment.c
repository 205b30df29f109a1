/* SPDX-License-Identifier: BSD-2-Clause */
/* What an attempt needs of a packet. decode/wire/option.c has all options. */
#include "attempt.h"
#include "decode/wire/internal.h"

#include <string.h>

enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_SCALE = 3,
    KIND_SACK = 4,
    KIND_TIMESTAMPS = 8,
    KIND_MD5 = 19,
    KIND_AO = 29,
    KIND_MPTCP = 30,
    KIND_FAST_OPEN = 34,
    KIND_ACCECN_0 = 172,
    KIND_ACCECN_1 = 174,
    KIND_TRIAL = 253,
    KIND_TRIAL_2 = 254,
};

#define EXPERIMENT_FAST_OPEN 0xf989U /* RFC 7413 */
#define SCALE_MOST           14      /* RFC 7323, section 2.3 */

static uint32_t read_u32(const struct pl_wire *wire, uint32_t at)
{
    return (uint32_t)wire_u16(wire, at) << 16 | wire_u16(wire, at + 2);
}

static void take_fast_open(struct pl_syn *syn, bool cookie)
{
    syn->have |= PL_SYN_FAST_OPEN | (cookie ? PL_SYN_COOKIE : 0);
}

/* Takes an option of len bytes. One of the wrong length is ignored, as Linux does. */
static void take_option(const struct pl_wire *wire, uint32_t at, uint32_t len, struct pl_syn *syn)
{
    uint8_t kind = wire_u8(wire, at);

    if (kind == KIND_MSS && len == 4) {
        syn->have |= PL_SYN_MSS;
        syn->mss = wire_u16(wire, at + 2);
    } else if (kind == KIND_SCALE && len == 3) {
        uint8_t scale = wire_u8(wire, at + 2);

        syn->have |= PL_SYN_SCALE;
        syn->scale = scale < SCALE_MOST ? scale : SCALE_MOST;
    } else if (kind == KIND_SACK && len == 2) {
        syn->have |= PL_SYN_SACK;
    } else if (kind == KIND_TIMESTAMPS && len == 10) {
        syn->have |= PL_SYN_TIMESTAMPS;
    } else if (kind == KIND_MD5 && len == 18) {
        syn->have |= PL_SYN_MD5;
    } else if (kind == KIND_AO && len >= 4) {
        syn->have |= PL_SYN_AO;
    } else if (kind == KIND_MPTCP && len >= 4) {
        uint8_t subtype = wire_u8(wire, at + 2) >> 4;

        syn->have |= subtype == 0 ? PL_SYN_MPTCP : subtype == 1 ? PL_SYN_JOIN : 0;
    } else if (kind == KIND_FAST_OPEN) {
        take_fast_open(syn, len > 2);
    } else if (kind == KIND_ACCECN_0 || kind == KIND_ACCECN_1) {
        syn->have |= PL_SYN_ACCECN;
    } else if ((kind == KIND_TRIAL || kind == KIND_TRIAL_2) && len >= 4 &&
               wire_u16(wire, at + 2) == EXPERIMENT_FAST_OPEN) {
        take_fast_open(syn, len > 4);
    }
}

static void take_options(const struct pl_wire *wire, uint32_t at, uint32_t end, struct pl_syn *syn)
{
    if (end > wire->captured)
        end = wire->captured;
    while (at < end && wire_u8(wire, at) != KIND_END) {
        uint32_t len = 1;

        if (wire_u8(wire, at) != KIND_NOP) {
            len = at + 1 < end ? wire_u8(wire, at + 1) : 0;
            if (len < 2 || at + len > end)
                return;
            take_option(wire, at, len, syn);
        }
        at += len;
    }
}

/* RFC 3168 6.1.1, and RFC 9768 3.1.1 with its table 2: what the three flags of a SYN ask for. */
static uint16_t ecn_of(uint16_t flags)
{
    unsigned int bits = (flags & PL_TCP_AE ? 4U : 0) | (flags & PL_TCP_CWR ? 2U : 0) |
                        (flags & PL_TCP_ECE ? 1U : 0);

    if (!(flags & PL_TCP_ACK))
        return bits == 7 ? PL_SYN_ACCECN : bits == 3 ? PL_SYN_ECN : 0;
    if (bits == 1 || bits == 5)
        return PL_SYN_ECN;
    return bits == 0 || bits == 7 ? 0 : PL_SYN_ACCECN;
}

static void take_syn(const struct pl_wire *wire, const struct pl_wire_header *header,
                     struct pl_segment *out)
{
    uint32_t len = (wire_u8(wire, header->at + 12) >> 4) * 4U;
    uint32_t whole = len < header->whole ? len : header->whole;

    take_options(wire, header->at + WIRE_TCP_LEAST, header->at + whole, &out->syn);
    /* The options count bytes; the flags agree to use it. */
    out->syn.have = (uint16_t)((out->syn.have & ~PL_SYN_ACCECN) | ecn_of(out->flags) |
                               (out->bad ? PL_SYN_BAD : 0));
}

static bool take_tcp(const struct pl_wire *wire, const struct pl_wire_header *header,
                     struct pl_segment *out)
{
    uint32_t there = wire->captured > header->at ? wire->captured - header->at : 0;
    uint32_t len;

    /* An ICMP error returns at least 8 bytes. */
    if (there < (header->quoted ? 8 : WIRE_TCP_LEAST) || wire->family == 0)
        return false;
    out->source_port = wire_u16(wire, header->at);
    out->target_port = wire_u16(wire, header->at + 2);
    out->seq = read_u32(wire, header->at + 4);
    if (header->quoted && there < WIRE_TCP_LEAST)
        return true;
    len = (wire_u8(wire, header->at + 12) >> 4) * 4U;
    if (len < WIRE_TCP_LEAST)
        return header->quoted;
    out->ack = read_u32(wire, header->at + 8);
    out->flags = wire_u16(wire, header->at + 12) & 0x1ff;
    out->data = header->whole > len ? header->whole - len : 0;
    /* Captures have 0 where the interface computes it. */
    if (!header->quoted)
        out->bad = header->checksum == PL_WIRE_CHECKSUM_BAD && wire_u16(wire, header->at + 16) != 0;
    if (out->flags & PL_TCP_SYN)
        take_syn(wire, header, out);
    return true;
}

bool pl_segment_get(const struct pl_wire *wire, uint64_t time, struct pl_segment *out)
{
    const struct pl_wire_header *last = wire->count > 0 ? &wire->headers[wire->count - 1] : NULL;
    const struct pl_wire_header *header = last;

    if (!last || last->proto != PL_WIRE_TCP)
        return false;
    *out = (struct pl_segment){.time = time, .family = wire->family};
    if (last->quoted) {
        while (header > wire->headers && header->quoted)
            header--;
        if (header->proto != PL_WIRE_ICMP && header->proto != PL_WIRE_ICMPV6)
            return false;
        out->icmp = true;
        out->bad = header->checksum == PL_WIRE_CHECKSUM_BAD;
        out->type = wire_u8(wire, header->at);
        out->code = wire_u8(wire, header->at + 1);
    }
    if (!take_tcp(wire, last, out))
        return false;
    memcpy(out->source, wire->source, sizeof(out->source));
    memcpy(out->target, wire->target, sizeof(out->target));
    if (out->family == 4) { /* the rest may be of a tunnel */
        memset(out->source + 4, 0, sizeof(out->source) - 4);
        memset(out->target + 4, 0, sizeof(out->target) - 4);
    }
    return true;
}

/* ---- the common form ---- */

static uint16_t read_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t read_number(const uint8_t *bytes)
{
    return (uint32_t)read_u16(bytes) << 16 | read_u16(bytes + 2);
}

/* Returns the length of a link header that announces this family; 0: another header, or none. */
static uint32_t skip_link(const uint8_t *data, size_t captured, enum pl_wire_proto link,
                          unsigned int *family)
{
    static const struct {
        uint8_t len, type_at;
    } links[PL_WIRE_PROTO_MAX] = {
        [PL_WIRE_ETHERNET] = {14, 12}, [PL_WIRE_SLL] = {16, 14}, [PL_WIRE_SLL2] = {20, 0}};
    uint32_t len = links[link].len;
    uint16_t type = len > 0 && captured > len ? read_u16(data + links[link].type_at) : 0;

    *family = type == 0x0800 ? 4 : type == 0x86dd ? 6 : 0;
    return len;
}

/* Takes the addresses of an IP header without options, and the end of its datagram. */
static bool take_ip(const uint8_t *ip, unsigned int family, uint32_t *end, struct pl_segment *out)
{
    uint32_t total;

    if (family == 4) {
        if (ip[0] != 0x45 || (read_u16(ip + 6) & 0x3fff) != 0 || ip[9] != 6)
            return false;
        total = read_u16(ip + 2);
        memcpy(out->source, ip + 12, 4);
        memcpy(out->target, ip + 16, 4);
    } else {
        if (ip[0] >> 4 != 6 || ip[6] != 6)
            return false;
        total = read_u16(ip + 4);
        total += total > 0 ? WIRE_IPV6_LEAST : 0;
        memcpy(out->source, ip + 8, 16);
        memcpy(out->target, ip + 24, 16);
    }
    if (total > 0 && total < *end)
        *end = total;
    return true;
}

bool pl_segment_quick(const uint8_t *data, size_t captured, size_t length, enum pl_wire_proto link,
                      uint64_t time, struct pl_segment *out)
{
    unsigned int family;
    uint32_t at = skip_link(data, captured, link, &family);
    uint32_t ip_len = family == 4 ? WIRE_IPV4_LEAST : WIRE_IPV6_LEAST;
    const uint8_t *tcp = data + at + ip_len;
    uint32_t end, len;

    if (family == 0 || captured < at + ip_len + WIRE_TCP_LEAST || length > UINT32_MAX / 16 ||
        (tcp[13] & (PL_TCP_SYN | PL_TCP_RST)) != 0)
        return false;
    end = (uint32_t)(length > captured ? length : captured) - at;
    *out = (struct pl_segment){.time = time, .family = (uint8_t)family};
    if (!take_ip(data + at, family, &end, out))
        return false;
    len = (tcp[12] >> 4) * 4U;
    if (len < WIRE_TCP_LEAST || end < ip_len + len || captured < at + ip_len + len)
        return false;
    out->source_port = read_u16(tcp);
    out->target_port = read_u16(tcp + 2);
    out->seq = read_number(tcp + 4);
    out->ack = read_number(tcp + 8);
    out->flags = read_u16(tcp + 12) & 0x1ff;
    out->data = end - ip_len - len;
    return true;
}
