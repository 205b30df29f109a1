/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the headers of a packet: a step for each protocol, from the outermost header inwards. */
#include "internal.h"

#include "model/array.h"

#include <string.h>

static const struct {
    const char *name, *title;
    wire_step_fn *step;
} protocols[PL_WIRE_PROTO_MAX] = {
    [PL_WIRE_NONE] = {"none", "none", NULL},
    [PL_WIRE_ETHERNET] = {"ethernet", "Ethernet", wire_ethernet},
    [PL_WIRE_VLAN] = {"vlan", "VLAN tag", wire_vlan},
    [PL_WIRE_MPLS] = {"mpls", "MPLS label", wire_mpls},
    [PL_WIRE_PPPOE] = {"pppoe", "PPPoE", wire_pppoe},
    [PL_WIRE_PPP] = {"ppp", "PPP", wire_ppp},
    [PL_WIRE_SLL] = {"sll", "Linux cooked capture", wire_sll},
    [PL_WIRE_SLL2] = {"sll2", "Linux cooked capture v2", wire_sll2},
    [PL_WIRE_NULL] = {"null", "loopback", wire_null},
    [PL_WIRE_LOOP] = {"loop", "loopback", wire_loop},
    [PL_WIRE_IPV4] = {"ipv4", "IPv4", wire_ipv4},
    [PL_WIRE_IPV6] = {"ipv6", "IPv6", wire_ipv6},
    [PL_WIRE_HOP] = {"hop_by_hop", "IPv6 hop-by-hop options", wire_extension},
    [PL_WIRE_DEST] = {"destination_options", "IPv6 destination options", wire_extension},
    [PL_WIRE_ROUTING] = {"routing", "IPv6 routing", wire_routing},
    [PL_WIRE_FRAGMENT] = {"fragment", "IPv6 fragment", wire_fragment},
    [PL_WIRE_AUTH] = {"auth", "authentication header", wire_auth},
    [PL_WIRE_ESP] = {"esp", "ESP", wire_esp},
    [PL_WIRE_MOBILITY] = {"mobility", "IPv6 mobility", wire_extension},
    [PL_WIRE_GRE] = {"gre", "GRE", wire_gre},
    [PL_WIRE_VXLAN] = {"vxlan", "VXLAN", wire_vxlan},
    [PL_WIRE_GENEVE] = {"geneve", "Geneve", wire_geneve},
    [PL_WIRE_TCP] = {"tcp", "TCP", wire_tcp},
    [PL_WIRE_UDP] = {"udp", "UDP", wire_udp},
    [PL_WIRE_ICMP] = {"icmp", "ICMP", wire_icmp},
    [PL_WIRE_ICMPV6] = {"icmpv6", "ICMPv6", wire_icmpv6},
};

const char *pl_wire_name(unsigned int proto)
{
    return proto < PL_WIRE_PROTO_MAX ? protocols[proto].name : NULL;
}

const char *pl_wire_title(unsigned int proto)
{
    return proto < PL_WIRE_PROTO_MAX ? protocols[proto].title : NULL;
}

/* ---- protocols by number ---- */

/* One row per number of a protocol in a header or capture. */
struct number {
    uint32_t number;
    uint8_t proto;
};

/* EtherTypes: RFC 9542, https://www.iana.org/assignments/ieee-802-numbers. */
static const struct number types[] = {
    {0x0800, PL_WIRE_IPV4}, {0x86dd, PL_WIRE_IPV6},     {0x8100, PL_WIRE_VLAN},
    {0x88a8, PL_WIRE_VLAN}, {0x9100, PL_WIRE_VLAN},     {0x9200, PL_WIRE_VLAN},
    {0x8847, PL_WIRE_MPLS}, {0x8848, PL_WIRE_MPLS},     {0x8864, PL_WIRE_PPPOE},
    {0x880b, PL_WIRE_PPP},  {0x6558, PL_WIRE_ETHERNET},
};

/* https://www.iana.org/assignments/protocol-numbers. */
static const struct number ip_protocols[] = {
    {0, PL_WIRE_HOP},   {1, PL_WIRE_ICMP},       {4, PL_WIRE_IPV4},     {6, PL_WIRE_TCP},
    {17, PL_WIRE_UDP},  {41, PL_WIRE_IPV6},      {43, PL_WIRE_ROUTING}, {44, PL_WIRE_FRAGMENT},
    {47, PL_WIRE_GRE},  {50, PL_WIRE_ESP},       {51, PL_WIRE_AUTH},    {58, PL_WIRE_ICMPV6},
    {60, PL_WIRE_DEST}, {135, PL_WIRE_MOBILITY},
};

/* https://www.tcpdump.org/linktypes.html; 12 and 14 are numbers of raw IP on some systems. */
static const struct number links[] = {
    {0, PL_WIRE_NULL},   {1, PL_WIRE_ETHERNET}, {9, PL_WIRE_PPP},    {12, PL_WIRE_IPV4},
    {14, PL_WIRE_IPV4},  {50, PL_WIRE_PPP},     {51, PL_WIRE_PPPOE}, {101, PL_WIRE_IPV4},
    {108, PL_WIRE_LOOP}, {113, PL_WIRE_SLL},    {228, PL_WIRE_IPV4}, {229, PL_WIRE_IPV6},
    {276, PL_WIRE_SLL2},
};

static uint8_t find(const struct number *rows, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].number == number)
            return rows[i].proto;
    }
    return PL_WIRE_NONE;
}

static struct wire_next go_on(struct pl_wire *wire, uint32_t at, uint32_t number, uint8_t proto)
{
    if (proto != PL_WIRE_NONE)
        return (struct wire_next){proto, at};
    wire->stopped_by = number;
    return wire_stop(wire, PL_WIRE_STOP_UNKNOWN);
}

struct wire_next wire_by_type(struct pl_wire *wire, uint32_t at, uint32_t type)
{
    return go_on(wire, at, type, find(types, COUNT_OF(types), type));
}

struct wire_next wire_by_ip(struct pl_wire *wire, uint32_t at, uint32_t protocol)
{
    return go_on(wire, at, protocol, find(ip_protocols, COUNT_OF(ip_protocols), protocol));
}

enum pl_wire_proto pl_wire_link(uint32_t linktype)
{
    return (enum pl_wire_proto)find(links, COUNT_OF(links), linktype);
}

/* ---- walking ---- */

uint64_t wire_bits(const struct pl_wire *wire, uint64_t from, uint32_t bits)
{
    uint64_t value = 0;

    for (uint64_t at = from; at < from + bits; at++) {
        uint8_t byte = at / 8 < wire->captured ? wire->data[at / 8] : 0;

        value = value << 1 | (byte >> (7 - at % 8) & 1);
    }
    return value;
}

void pl_wire_decode(struct pl_wire *wire, const uint8_t *data, size_t captured, size_t length,
                    enum pl_wire_proto first)
{
    struct wire_next next = {(uint8_t)first, 0};

    /* All but the headers, which are set one by one. */
    wire->data = data;
    wire->captured = captured < UINT32_MAX / 16 ? (uint32_t)captured : UINT32_MAX / 16;
    wire->count = 0;
    wire->stop = PL_WIRE_STOP_END;
    wire->stopped_by = 0;
    wire->family = 0;
    wire->fragmented = wire->quoting = false;
    memset(wire->source, 0, sizeof(wire->source));
    memset(wire->target, 0, sizeof(wire->target));
    wire->length = length < UINT32_MAX / 16 ? (uint32_t)length : UINT32_MAX / 16;
    if (wire->length < wire->captured)
        wire->length = wire->captured;
    wire->end = wire->length;
    while (next.proto != PL_WIRE_NONE) {
        struct pl_wire_header *header = &wire->headers[wire->count];

        if (wire->count == PL_WIRE_HEADERS) {
            wire->stop = PL_WIRE_STOP_DEEP;
            return;
        }
        wire->count++;
        *header = (struct pl_wire_header){
            .at = next.at, .proto = next.proto, .quoted = wire->quoting, .part = wire->fragmented};
        header->whole = wire_whole(wire, header->at);
        next = protocols[header->proto].step(wire, header);
    }
}

/* ---- guessing ---- */

/* Returns whether the protocol is known, or after the end of the data. */
static bool may_be_protocol(const uint8_t *data, size_t len, size_t at)
{
    return at >= len || find(ip_protocols, COUNT_OF(ip_protocols), data[at]) != PL_WIRE_NONE;
}

/* Only the beginning of the header may be there. */
static bool is_ipv4(const uint8_t *data, size_t len)
{
    size_t total = len >= 4 ? (size_t)data[2] << 8 | data[3] : 0;

    return len >= 4 && data[0] >> 4 == 4 && (data[0] & 15) >= 5 &&
           (total == 0 || total >= WIRE_IPV4_LEAST) && may_be_protocol(data, len, 9);
}

static bool is_ipv6(const uint8_t *data, size_t len)
{
    return len >= 8 && data[0] >> 4 == 6 && may_be_protocol(data, len, 6);
}

static bool is_ethernet(const uint8_t *data, size_t len)
{
    uint32_t type = len >= 14 ? (uint32_t)data[12] << 8 | data[13] : 0;

    return find(types, COUNT_OF(types), type) != PL_WIRE_NONE &&
           (type != 0x0800 || is_ipv4(data + 14, len - 14)) &&
           (type != 0x86dd || is_ipv6(data + 14, len - 14));
}

static bool is_udp(const uint8_t *data, size_t len)
{
    return len >= WIRE_UDP_LEAST && ((size_t)data[4] << 8 | data[5]) == len;
}

static bool is_tcp(const uint8_t *data, size_t len)
{
    size_t header = len >= WIRE_TCP_LEAST ? (size_t)(data[12] >> 4) * 4 : 0;

    return header >= WIRE_TCP_LEAST && header <= len && (data[12] & 0x0e) == 0;
}

enum pl_wire_proto pl_wire_guess(const uint8_t *data, size_t len)
{
    static const struct {
        bool (*is)(const uint8_t *data, size_t len);
        enum pl_wire_proto proto;
    } guesses[] = {
        {is_ethernet, PL_WIRE_ETHERNET}, {is_udp, PL_WIRE_UDP}, {is_ipv4, PL_WIRE_IPV4},
        {is_ipv6, PL_WIRE_IPV6},         {is_tcp, PL_WIRE_TCP},
    };

    for (size_t i = 0; i < COUNT_OF(guesses); i++) {
        if (guesses[i].is(data, len))
            return guesses[i].proto;
    }
    return PL_WIRE_NONE;
}
