/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of each header: one table of rows in the order of their bits, and what is wrong. */
#include "internal.h"

#include "model/array.h"

static const struct {
    const char *name, *title, *text;
} names[] = {
#define WIRE_FIELD(id, name, title, text) {name, title, text},
#include "api/wire_fields.def"
#undef WIRE_FIELD
};

static const char *const faults[] = {
#define WIRE_FAULT(id, text) text,
#include "api/wire_faults.def"
#undef WIRE_FAULT
};

const char *pl_wire_field_name(unsigned int id)
{
    return id < COUNT_OF(names) ? names[id].name : NULL;
}

const char *pl_wire_field_title(unsigned int id)
{
    return id < COUNT_OF(names) ? names[id].title : NULL;
}

const char *pl_wire_field_text(unsigned int id)
{
    return id < COUNT_OF(names) ? names[id].text : NULL;
}

const char *pl_wire_fault_text(unsigned int fault)
{
    return fault < COUNT_OF(faults) ? faults[fault] : NULL;
}

/* ---- layouts ---- */

struct row {
    uint8_t id, bits;
};

#define F(id, bits)          \
    {                        \
        PL_WIRE_F_##id, bits \
    }

static const struct row ethernet[] = {F(ETH_DESTINATION, 48), F(ETH_SOURCE, 48), F(ETHERTYPE, 16)};
static const struct row snap[] = {F(ETH_DESTINATION, 48), F(ETH_SOURCE, 48),
                                  F(LLC_LENGTH, 16),      F(LLC, 24),
                                  F(SNAP_OUI, 24),        F(ETHERTYPE, 16)};
static const struct row vlan[] = {F(VLAN_PRIORITY, 3), F(VLAN_DROP, 1), F(VLAN_ID, 12),
                                  F(ETHERTYPE, 16)};
static const struct row mpls[] = {F(MPLS_LABEL, 20), F(MPLS_CLASS, 3), F(MPLS_BOTTOM, 1),
                                  F(TTL, 8)};
static const struct row pppoe[] = {F(VERSION, 4), F(PPPOE_TYPE, 4), F(PPPOE_CODE, 8),
                                   F(PPPOE_SESSION, 16), F(PPPOE_LENGTH, 16)};
static const struct row sll[] = {F(SLL_DIRECTION, 16), F(SLL_DEVICE, 16), F(SLL_ADDRESS_LENGTH, 16),
                                 F(SLL_ADDRESS, 64), F(ETHERTYPE, 16)};
static const struct row sll2[] = {F(ETHERTYPE, 16),  F(RESERVED, 16),     F(SLL_INTERFACE, 32),
                                  F(SLL_DEVICE, 16), F(SLL_DIRECTION, 8), F(SLL_ADDRESS_LENGTH, 8),
                                  F(SLL_ADDRESS, 64)};
static const struct row family[] = {F(FAMILY, 32)};
static const struct row ipv4[] = {F(VERSION, 4),
                                  F(IHL, 4),
                                  F(DSCP, 6),
                                  F(ECN, 2),
                                  F(TOTAL_LENGTH, 16),
                                  F(IDENTIFICATION, 16),
                                  F(RESERVED_FLAG, 1),
                                  F(DONT_FRAGMENT, 1),
                                  F(MORE_FRAGMENTS, 1),
                                  F(FRAGMENT_OFFSET, 13),
                                  F(TTL, 8),
                                  F(PROTOCOL, 8),
                                  F(CHECKSUM, 16),
                                  F(SOURCE_ADDRESS, 32),
                                  F(DESTINATION_ADDRESS, 32)};
static const struct row ipv6[] = {F(VERSION, 4),
                                  F(DSCP, 6),
                                  F(ECN, 2),
                                  F(FLOW_LABEL, 20),
                                  F(PAYLOAD_LENGTH, 16),
                                  F(NEXT_HEADER, 8),
                                  F(HOP_LIMIT, 8),
                                  F(SOURCE_ADDRESS, 128),
                                  F(DESTINATION_ADDRESS, 128)};
static const struct row extension[] = {F(NEXT_HEADER, 8), F(EXTENSION_LENGTH, 8)};
static const struct row routing[] = {F(NEXT_HEADER, 8), F(EXTENSION_LENGTH, 8), F(ROUTING_TYPE, 8),
                                     F(SEGMENTS_LEFT, 8)};
static const struct row fragment[] = {F(NEXT_HEADER, 8),      F(RESERVED, 8),
                                      F(FRAGMENT_OFFSET, 13), F(RESERVED, 2),
                                      F(MORE_FRAGMENTS, 1),   F(IDENTIFICATION, 32)};
static const struct row auth[] = {F(NEXT_HEADER, 8), F(AUTH_LENGTH, 8), F(RESERVED, 16), F(SPI, 32),
                                  F(SEQUENCE, 32)};
static const struct row esp[] = {F(SPI, 32), F(SEQUENCE, 32)};
static const struct row mobility[] = {F(NEXT_HEADER, 8), F(EXTENSION_LENGTH, 8),
                                      F(MOBILITY_TYPE, 8), F(RESERVED, 8), F(CHECKSUM, 16)};
static const struct row gre[] = {F(GRE_HAS_CHECKSUM, 1), F(RESERVED, 1), F(GRE_HAS_KEY, 1),
                                 F(GRE_HAS_SEQUENCE, 1), F(RESERVED, 9), F(VERSION, 3),
                                 F(ETHERTYPE, 16)};
static const struct row vxlan[] = {F(FLAGS, 8), F(RESERVED, 24), F(VNI, 24), F(RESERVED, 8)};
static const struct row geneve[] = {
    F(VERSION, 2),  F(GENEVE_LENGTH, 6), F(GENEVE_CONTROL, 1), F(GENEVE_CRITICAL, 1),
    F(RESERVED, 6), F(ETHERTYPE, 16),    F(VNI, 24),           F(RESERVED, 8)};
static const struct row tcp[] = {F(SOURCE_PORT, 16), F(DESTINATION_PORT, 16),
                                 F(SEQ, 32),         F(ACK_NUMBER, 32),
                                 F(DATA_OFFSET, 4),  F(TCP_RESERVED, 3),
                                 F(AE, 1),           F(CWR, 1),
                                 F(ECE, 1),          F(URG, 1),
                                 F(ACK, 1),          F(PSH, 1),
                                 F(RST, 1),          F(SYN, 1),
                                 F(FIN, 1),          F(WINDOW, 16),
                                 F(CHECKSUM, 16),    F(URGENT, 16)};
static const struct row udp[] = {F(SOURCE_PORT, 16), F(DESTINATION_PORT, 16), F(LENGTH, 16),
                                 F(CHECKSUM, 16)};
static const struct row icmp[] = {F(ICMP_TYPE, 8), F(ICMP_CODE, 8), F(CHECKSUM, 16)};

struct layout {
    const struct row *rows;
    size_t count;
};

#define LAYOUT(rows)         \
    {                        \
        rows, COUNT_OF(rows) \
    }

static const struct layout layouts[PL_WIRE_PROTO_MAX] = {
    [PL_WIRE_ETHERNET] = LAYOUT(ethernet), [PL_WIRE_VLAN] = LAYOUT(vlan),
    [PL_WIRE_MPLS] = LAYOUT(mpls),         [PL_WIRE_PPPOE] = LAYOUT(pppoe),
    [PL_WIRE_SLL] = LAYOUT(sll),           [PL_WIRE_SLL2] = LAYOUT(sll2),
    [PL_WIRE_NULL] = LAYOUT(family),       [PL_WIRE_LOOP] = LAYOUT(family),
    [PL_WIRE_IPV4] = LAYOUT(ipv4),         [PL_WIRE_IPV6] = LAYOUT(ipv6),
    [PL_WIRE_HOP] = LAYOUT(extension),     [PL_WIRE_DEST] = LAYOUT(extension),
    [PL_WIRE_ROUTING] = LAYOUT(routing),   [PL_WIRE_FRAGMENT] = LAYOUT(fragment),
    [PL_WIRE_AUTH] = LAYOUT(auth),         [PL_WIRE_ESP] = LAYOUT(esp),
    [PL_WIRE_MOBILITY] = LAYOUT(mobility), [PL_WIRE_GRE] = LAYOUT(gre),
    [PL_WIRE_VXLAN] = LAYOUT(vxlan),       [PL_WIRE_GENEVE] = LAYOUT(geneve),
    [PL_WIRE_TCP] = LAYOUT(tcp),           [PL_WIRE_UDP] = LAYOUT(udp),
    [PL_WIRE_ICMP] = LAYOUT(icmp),         [PL_WIRE_ICMPV6] = LAYOUT(icmp),
};

struct pl_wire_field *wire_add(struct wire_list *list, unsigned int id, uint32_t bits)
{
    const struct pl_wire_field *last = list->count > 0 ? &list->fields[list->count - 1] : NULL;
    struct pl_wire_field *field = &list->fields[list->count];
    uint64_t from;

    if (list->count == PL_WIRE_FIELDS)
        return NULL;
    *field = (struct pl_wire_field){
        .at = last ? last->at + last->bits : 0, .bits = bits, .id = (uint8_t)id};
    from = (uint64_t)list->header->at * 8 + field->at;
    field->cut = from + bits > (uint64_t)list->wire->captured * 8 ||
                 (uint64_t)field->at + bits > (uint64_t)list->header->whole * 8;
    if (bits <= 64 && !field->cut)
        field->value = wire_bits(list->wire, from, bits);
    list->count++;
    return field;
}

static void add_rows(struct wire_list *list, struct layout layout)
{
    for (size_t i = 0; i < layout.count; i++)
        (void)wire_add(list, layout.rows[i].id, layout.rows[i].bits);
}

/* Appends a field with the rest of the header. */
static void add_rest(struct wire_list *list, unsigned int id)
{
    const struct pl_wire_field *last = &list->fields[list->count - 1];
    uint32_t done = last->at + last->bits;

    if (list->header->len * 8 > done)
        (void)wire_add(list, id, list->header->len * 8 - done);
}

/* ---- what is wrong ---- */

static struct pl_wire_field *find(const struct wire_list *list, unsigned int id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->fields[i].id == id)
            return &list->fields[i];
    }
    return NULL;
}

/* Returns the value of a field; 0 if there is none, or it was not captured. */
static uint64_t value_of(const struct wire_list *list, unsigned int id)
{
    const struct pl_wire_field *field = find(list, id);

    return field ? field->value : 0;
}

static bool is_set(const struct wire_list *list, unsigned int id)
{
    return value_of(list, id) != 0;
}

static void blame(const struct wire_list *list, unsigned int id, enum pl_wire_fault fault)
{
    wire_blame(find(list, id), fault);
}

static void blame_if_set(const struct wire_list *list, unsigned int id, enum pl_wire_fault fault)
{
    if (is_set(list, id))
        blame(list, id, fault);
}

static void check_flags(const struct wire_list *list)
{
    bool syn = is_set(list, PL_WIRE_F_SYN);
    bool fin = is_set(list, PL_WIRE_F_FIN);
    bool rst = is_set(list, PL_WIRE_F_RST);
    bool ack = is_set(list, PL_WIRE_F_ACK);
    bool urg = is_set(list, PL_WIRE_F_URG);
    const struct pl_wire_field *last = find(list, PL_WIRE_F_FIN);

    if (!last || last->cut)
        return;
    if (syn && fin)
        blame(list, PL_WIRE_F_FIN, PL_WIRE_BAD_SYN_FIN);
    if (syn && rst)
        blame(list, PL_WIRE_F_RST, PL_WIRE_BAD_SYN_RST);
    if (rst && fin)
        blame(list, PL_WIRE_F_FIN, PL_WIRE_BAD_RST_FIN);
    if (!ack && !syn && !rst) {
        bool none = !fin && !urg && !is_set(list, PL_WIRE_F_PSH);
        bool xmas = fin && urg && is_set(list, PL_WIRE_F_PSH);

        blame(list, PL_WIRE_F_ACK,
              none   ? PL_WIRE_BAD_NO_FLAGS
              : xmas ? PL_WIRE_BAD_XMAS
                     : PL_WIRE_BAD_ACK_MISSING);
    }
    if (!ack)
        blame_if_set(list, PL_WIRE_F_ACK_NUMBER, PL_WIRE_BAD_ACK_UNUSED);
    if (!urg)
        blame_if_set(list, PL_WIRE_F_URGENT, PL_WIRE_BAD_URGENT_UNUSED);
    else if (!is_set(list, PL_WIRE_F_URGENT))
        blame(list, PL_WIRE_F_URGENT, PL_WIRE_BAD_URGENT_ZERO);
}

static void check_ports(const struct wire_list *list)
{
    /* RFC 768: source port 0 means that no reply is expected. */
    if (!is_set(list, PL_WIRE_F_SOURCE_PORT) && list->header->proto == PL_WIRE_TCP)
        blame(list, PL_WIRE_F_SOURCE_PORT, PL_WIRE_BAD_PORT_ZERO);
    if (!is_set(list, PL_WIRE_F_DESTINATION_PORT))
        blame(list, PL_WIRE_F_DESTINATION_PORT, PL_WIRE_BAD_PORT_ZERO);
}

static void check_checksum(const struct wire_list *list)
{
    if (list->header->checksum == PL_WIRE_CHECKSUM_BAD)
        blame(list, PL_WIRE_F_CHECKSUM, PL_WIRE_BAD_CHECKSUM);
    else if (list->header->checksum == PL_WIRE_CHECKSUM_ABSENT)
        blame(list, PL_WIRE_F_CHECKSUM, PL_WIRE_BAD_CHECKSUM_ABSENT);
}

/* A later fragment may have the rest, and an ICMP error returns only a part. */
static bool is_part(const struct pl_wire_header *header)
{
    return header->quoted || header->part;
}

static void check_tcp(const struct wire_list *list)
{
    uint64_t len = value_of(list, PL_WIRE_F_DATA_OFFSET) * 4;

    check_ports(list);
    check_flags(list);
    blame_if_set(list, PL_WIRE_F_TCP_RESERVED, PL_WIRE_BAD_RESERVED);
    if (len < WIRE_TCP_LEAST)
        blame(list, PL_WIRE_F_DATA_OFFSET, PL_WIRE_BAD_HEADER_SHORT);
    else if (len > list->header->whole && !is_part(list->header))
        blame(list, PL_WIRE_F_DATA_OFFSET, PL_WIRE_BAD_HEADER_LONG);
}

static void check_udp(struct wire_list *list)
{
    uint64_t len = value_of(list, PL_WIRE_F_LENGTH);
    uint32_t whole = list->header->whole;

    check_ports(list);
    if (len > 0 && len < WIRE_UDP_LEAST)
        blame(list, PL_WIRE_F_LENGTH, PL_WIRE_BAD_LENGTH_SHORT);
    else if (len > whole && !is_part(list->header))
        blame(list, PL_WIRE_F_LENGTH, PL_WIRE_BAD_LENGTH_LONG);
    else if (len > 0 && len < whole)
        blame(list, PL_WIRE_F_LENGTH, PL_WIRE_BAD_LENGTH_LESS);
}

static void check_ipv4(const struct wire_list *list)
{
    uint64_t words = value_of(list, PL_WIRE_F_IHL);
    uint64_t total = value_of(list, PL_WIRE_F_TOTAL_LENGTH);
    uint64_t offset = value_of(list, PL_WIRE_F_FRAGMENT_OFFSET);

    if (value_of(list, PL_WIRE_F_VERSION) != 4)
        blame(list, PL_WIRE_F_VERSION, PL_WIRE_BAD_VERSION);
    if (words * 4 < WIRE_IPV4_LEAST)
        blame(list, PL_WIRE_F_IHL, PL_WIRE_BAD_HEADER_SHORT);
    else if (words * 4 > list->header->whole && !is_part(list->header))
        blame(list, PL_WIRE_F_IHL, PL_WIRE_BAD_HEADER_LONG);
    /* 0: the interface segments the datagram. */
    if (total > 0 && total < words * 4)
        blame(list, PL_WIRE_F_TOTAL_LENGTH, PL_WIRE_BAD_TOTAL_SHORT);
    else if (total > list->header->whole && !is_part(list->header))
        blame(list, PL_WIRE_F_TOTAL_LENGTH, PL_WIRE_BAD_TOTAL_LONG);
    blame_if_set(list, PL_WIRE_F_RESERVED_FLAG, PL_WIRE_BAD_RESERVED);
    if (offset * 8 + total > words * 4 + 0xffff)
        blame(list, PL_WIRE_F_FRAGMENT_OFFSET, PL_WIRE_BAD_FRAGMENT);
}

static void check_ipv6(struct wire_list *list)
{
    uint64_t len = value_of(list, PL_WIRE_F_PAYLOAD_LENGTH);

    if (value_of(list, PL_WIRE_F_VERSION) != 6)
        blame(list, PL_WIRE_F_VERSION, PL_WIRE_BAD_VERSION);
    if (len + WIRE_IPV6_LEAST > list->header->whole && !is_part(list->header))
        blame(list, PL_WIRE_F_PAYLOAD_LENGTH, PL_WIRE_BAD_TOTAL_LONG);
}

/* ---- the rest of a header ---- */

static void finish_ipv4(struct wire_list *list)
{
    add_rest(list, PL_WIRE_F_OPTIONS);
    check_ipv4(list);
}

static void finish_tcp(struct wire_list *list)
{
    bool syn = is_set(list, PL_WIRE_F_SYN);

    check_tcp(list);
    wire_options(list, syn);
}

static void finish_options(struct wire_list *list)
{
    add_rest(list, PL_WIRE_F_OPTIONS);
}

static void finish_data(struct wire_list *list)
{
    add_rest(list, PL_WIRE_F_DATA);
}

static void finish_auth(struct wire_list *list)
{
    add_rest(list, PL_WIRE_F_ICV);
}

static void finish_gre(struct wire_list *list)
{
    static const struct row checksum[] = {F(CHECKSUM, 16), F(RESERVED, 16)};

    if (is_set(list, PL_WIRE_F_GRE_HAS_CHECKSUM))
        add_rows(list, (struct layout)LAYOUT(checksum));
    if (is_set(list, PL_WIRE_F_GRE_HAS_KEY))
        (void)wire_add(list, PL_WIRE_F_GRE_KEY, 32);
    if (is_set(list, PL_WIRE_F_GRE_HAS_SEQUENCE))
        (void)wire_add(list, PL_WIRE_F_SEQUENCE, 32);
}

/* PPP: what it left out is absent. */
static void finish_ppp(struct wire_list *list)
{
    uint32_t len = list->header->len;

    if (len > 2) {
        (void)wire_add(list, PL_WIRE_F_PPP_ADDRESS, 8);
        (void)wire_add(list, PL_WIRE_F_PPP_CONTROL, 8);
        len -= 2;
    }
    (void)wire_add(list, PL_WIRE_F_PPP_PROTOCOL, len * 8);
}

/* Types of ICMP and ICMPv6 with the same last 4 bytes; numbers of RFC 792, 1191, 4443. */
static void finish_icmp(struct wire_list *list)
{
    bool v6 = list->header->proto == PL_WIRE_ICMPV6;
    uint64_t type = value_of(list, PL_WIRE_F_ICMP_TYPE);
    uint64_t code = value_of(list, PL_WIRE_F_ICMP_CODE);

    if (v6 ? type == 128 || type == 129 : type == 0 || type == 8) {
        (void)wire_add(list, PL_WIRE_F_ICMP_ID, 16);
        (void)wire_add(list, PL_WIRE_F_ICMP_SEQUENCE, 16);
    } else if (v6 && type == 2) {
        (void)wire_add(list, PL_WIRE_F_MTU, 32);
    } else if (!v6 && type == 3 && code == 4) {
        (void)wire_add(list, PL_WIRE_F_RESERVED, 16);
        (void)wire_add(list, PL_WIRE_F_MTU, 16);
    } else {
        (void)wire_add(list, !v6 && type == 5 ? PL_WIRE_F_GATEWAY : PL_WIRE_F_REST, 32);
    }
}

size_t pl_wire_fields(const struct pl_wire *wire, const struct pl_wire_header *header,
                      struct pl_wire_field fields[PL_WIRE_FIELDS])
{
    static void (*const finish[PL_WIRE_PROTO_MAX])(struct wire_list * list) = {
        [PL_WIRE_PPP] = finish_ppp,      [PL_WIRE_IPV4] = finish_ipv4,
        [PL_WIRE_IPV6] = check_ipv6,     [PL_WIRE_HOP] = finish_options,
        [PL_WIRE_DEST] = finish_options, [PL_WIRE_ROUTING] = finish_data,
        [PL_WIRE_AUTH] = finish_auth,    [PL_WIRE_MOBILITY] = finish_data,
        [PL_WIRE_GRE] = finish_gre,      [PL_WIRE_GENEVE] = finish_options,
        [PL_WIRE_TCP] = finish_tcp,      [PL_WIRE_UDP] = check_udp,
        [PL_WIRE_ICMP] = finish_icmp,    [PL_WIRE_ICMPV6] = finish_icmp,
    };
    struct wire_list list = {.wire = wire, .header = header, .fields = fields};
    bool llc = header->proto == PL_WIRE_ETHERNET && header->len > 14;

    add_rows(&list, llc ? (struct layout)LAYOUT(snap) : layouts[header->proto]);
    if (finish[header->proto])
        finish[header->proto](&list);
    check_checksum(&list);
    return list.count;
}
