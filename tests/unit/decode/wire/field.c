/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of headers, and what is wrong with them. */
#include "packets.h"

static void names(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_WIRE_F_MAX; i++) {
        assert_non_null(pl_wire_field_name(i));
        assert_non_null(pl_wire_field_title(i));
        assert_true(i == PL_WIRE_F_NONE || pl_wire_field_text(i)[0] != '\0');
    }
    for (unsigned int i = 1; i < PL_WIRE_BAD_MAX; i++)
        assert_true(pl_wire_fault_text(i)[0] != '\0');
    assert_string_equal(pl_wire_field_name(PL_WIRE_F_DATA_OFFSET), "data_offset");
    assert_string_equal(pl_wire_field_title(PL_WIRE_F_SEQ), "sequence number");
    assert_null(pl_wire_field_name(PL_WIRE_F_MAX));
    assert_null(pl_wire_field_title(PL_WIRE_F_MAX));
    assert_null(pl_wire_field_text(PL_WIRE_F_MAX));
    assert_null(pl_wire_fault_text(PL_WIRE_BAD_MAX));
}

struct row {
    uint8_t id, at, bits;
    uint64_t value;
};

/* The first header has exactly these fields, and nothing is wrong with them. */
static void expect(const char *bytes, unsigned int proto, const struct row *rows, size_t count)
{
    struct packet packet;

    packet_decode(&packet, bytes, 0, proto);
    packet_fields(&packet, 0);
    assert_int_equal(packet.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(packet.fields[i].id, rows[i].id);
        assert_int_equal(packet.fields[i].at, rows[i].at);
        assert_int_equal(packet.fields[i].bits, rows[i].bits);
        assert_int_equal(packet.fields[i].value, rows[i].value);
        assert_int_equal(packet.fields[i].fault, PL_WIRE_BAD_NONE);
        assert_false(packet.fields[i].cut);
    }
    packet_free(&packet);
}

/* The layout of RFC 9293, figure 1. */
static void tcp(void **state)
{
    static const struct row rows[] = {
        {PL_WIRE_F_SOURCE_PORT, 0, 16, 57174},
        {PL_WIRE_F_DESTINATION_PORT, 16, 16, 20000},
        {PL_WIRE_F_SEQ, 32, 32, 1422625007},
        {PL_WIRE_F_ACK_NUMBER, 64, 32, 7},
        {PL_WIRE_F_DATA_OFFSET, 96, 4, 5},
        {PL_WIRE_F_TCP_RESERVED, 100, 3, 0},
        {PL_WIRE_F_AE, 103, 1, 1},
        {PL_WIRE_F_CWR, 104, 1, 0},
        {PL_WIRE_F_ECE, 105, 1, 1},
        {PL_WIRE_F_URG, 106, 1, 1},
        {PL_WIRE_F_ACK, 107, 1, 1},
        {PL_WIRE_F_PSH, 108, 1, 0},
        {PL_WIRE_F_RST, 109, 1, 0},
        {PL_WIRE_F_SYN, 110, 1, 1},
        {PL_WIRE_F_FIN, 111, 1, 0},
        {PL_WIRE_F_WINDOW, 112, 16, 64240},
        {PL_WIRE_F_CHECKSUM, 128, 16, 0x1443},
        {PL_WIRE_F_URGENT, 144, 16, 5},
    };

    (void)state;
    expect("df564e20 54cb88ef 00000007 5172 faf0 1443 0005", PL_WIRE_TCP, rows, COUNT_OF(rows));
}

static void ethernet(void **state)
{
    static const struct row rows[] = {
        {PL_WIRE_F_ETH_DESTINATION, 0, 48, 0x020000000002},
        {PL_WIRE_F_ETH_SOURCE, 48, 48, 0x020000000001},
        {PL_WIRE_F_ETHERTYPE, 96, 16, 0x0806},
    };

    (void)state;
    expect("020000000002 020000000001 0806 0001", PL_WIRE_ETHERNET, rows, COUNT_OF(rows));
}

/* Flags, acknowledgment number, urgent pointer and ports of a TCP header, and the fault. */
static void faults(void **state)
{
    static const struct {
        const char *text;
        uint8_t field, fault;
    } cases[] = {
        {"0016ffff 00000001 00000000 5003 0000 0000 0000", PL_WIRE_F_FIN, PL_WIRE_BAD_SYN_FIN},
        {"0016ffff 00000001 00000000 5006 0000 0000 0000", PL_WIRE_F_RST, PL_WIRE_BAD_SYN_RST},
        {"0016ffff 00000001 00000000 5005 0000 0000 0000", PL_WIRE_F_FIN, PL_WIRE_BAD_RST_FIN},
        {"0016ffff 00000001 00000000 5000 0000 0000 0000", PL_WIRE_F_ACK, PL_WIRE_BAD_NO_FLAGS},
        {"0016ffff 00000001 00000000 5029 0000 0000 0001", PL_WIRE_F_ACK, PL_WIRE_BAD_XMAS},
        {"0016ffff 00000001 00000000 5001 0000 0000 0000", PL_WIRE_F_ACK, PL_WIRE_BAD_ACK_MISSING},
        {"0016ffff 00000001 00000000 5004 0000 0000 0000", PL_WIRE_F_ACK, PL_WIRE_BAD_NONE},
        {"0016ffff 00000001 00000007 5002 0000 0000 0000", PL_WIRE_F_ACK_NUMBER,
         PL_WIRE_BAD_ACK_UNUSED},
        {"0016ffff 00000001 00000007 5010 0000 0000 0000", PL_WIRE_F_ACK_NUMBER, PL_WIRE_BAD_NONE},
        {"0016ffff 00000001 00000007 5010 0000 0000 0009", PL_WIRE_F_URGENT,
         PL_WIRE_BAD_URGENT_UNUSED},
        {"0016ffff 00000001 00000007 5030 0000 0000 0000", PL_WIRE_F_URGENT,
         PL_WIRE_BAD_URGENT_ZERO},
        {"0000ffff 00000001 00000007 5010 0000 0000 0000", PL_WIRE_F_SOURCE_PORT,
         PL_WIRE_BAD_PORT_ZERO},
        {"00160000 00000001 00000007 5010 0000 0000 0000", PL_WIRE_F_DESTINATION_PORT,
         PL_WIRE_BAD_PORT_ZERO},
        {"0016ffff 00000001 00000007 5210 0000 0000 0000", PL_WIRE_F_TCP_RESERVED,
         PL_WIRE_BAD_RESERVED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        packet_decode(&packet, cases[i].text, 0, PL_WIRE_TCP);
        packet_fields(&packet, 0);
        assert_int_equal(packet_fault(&packet, cases[i].field), cases[i].fault);
        packet_free(&packet);
    }
}

/* RFC 768: a source port of 0 expects no reply. */
static void udp_source(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, "0000 0035 0008 0000", 0, PL_WIRE_UDP);
    packet_fields(&packet, 0);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_SOURCE_PORT), PL_WIRE_BAD_NONE);
    packet_free(&packet);
}

TEST_MAIN(TEST(names), TEST(tcp), TEST(ethernet), TEST(faults), TEST(udp_source))
