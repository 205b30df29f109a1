/* SPDX-License-Identifier: BSD-2-Clause */
/* Link layers and tunnels lead to the IP header after them. */
#include "packets.h"

#define IPV4 "4500001400000000400600000a0900010a090002"
#define IPV6 "600000000000 3b40 00000000000000000000000000000001 00000000000000000000000000000002"
#define MACS "020000000002 020000000001"

/* A packet, its first header, how long that is, and the header after it. */
static void leads(void **state)
{
    static const struct {
        const char *text;
        uint8_t first;
        uint8_t len;
        uint8_t second;
    } cases[] = {
        {MACS "0800" IPV4, PL_WIRE_ETHERNET, 14, PL_WIRE_IPV4},
        {MACS "86dd" IPV6, PL_WIRE_ETHERNET, 14, PL_WIRE_IPV6},
        {MACS "8100 2001 0800" IPV4, PL_WIRE_ETHERNET, 14, PL_WIRE_VLAN},
        {MACS "88a8 2001 0800" IPV4, PL_WIRE_ETHERNET, 14, PL_WIRE_VLAN},
        {MACS "001c aaaa03 000000 0800" IPV4, PL_WIRE_ETHERNET, 22, PL_WIRE_IPV4},
        {MACS "8864 1100 0001 0016 0021" IPV4, PL_WIRE_ETHERNET, 14, PL_WIRE_PPPOE},
        {MACS "8847 00010140" IPV4, PL_WIRE_ETHERNET, 14, PL_WIRE_MPLS},
        {"2001 0800" IPV4, PL_WIRE_VLAN, 4, PL_WIRE_IPV4},
        {"0000 0001 0006 0200000000010000 0800" IPV4, PL_WIRE_SLL, 16, PL_WIRE_IPV4},
        {"86dd 0000 00000002 0001 00 06 0200000000010000" IPV6, PL_WIRE_SLL2, 20, PL_WIRE_IPV6},
        {"02000000" IPV4, PL_WIRE_NULL, 4, PL_WIRE_IPV4},
        {"0000001e" IPV6, PL_WIRE_NULL, 4, PL_WIRE_IPV6},
        {"1c000000" IPV6, PL_WIRE_NULL, 4, PL_WIRE_IPV6},
        {"00000018" IPV6, PL_WIRE_LOOP, 4, PL_WIRE_IPV6},
        {"ff03 0021" IPV4, PL_WIRE_PPP, 4, PL_WIRE_IPV4},
        {"0057" IPV6, PL_WIRE_PPP, 2, PL_WIRE_IPV6},
        {"21" IPV4, PL_WIRE_PPP, 1, PL_WIRE_IPV4},
        {"1100 0001 0016 0021" IPV4, PL_WIRE_PPPOE, 6, PL_WIRE_PPP},
        {"00010040 00020140" IPV4, PL_WIRE_MPLS, 4, PL_WIRE_MPLS},
        {"00010140" IPV6, PL_WIRE_MPLS, 4, PL_WIRE_IPV6},
        {"0000 0800" IPV4, PL_WIRE_GRE, 4, PL_WIRE_IPV4},
        {"b000 86dd 12340000 00000007 00000009" IPV6, PL_WIRE_GRE, 16, PL_WIRE_IPV6},
        {"2000 6558 00000007" MACS "0800" IPV4, PL_WIRE_GRE, 8, PL_WIRE_ETHERNET},
        {"08000000 00000100" MACS "0800" IPV4, PL_WIRE_VXLAN, 8, PL_WIRE_ETHERNET},
        {"0200 0800 00000100 0102030405060708" IPV4, PL_WIRE_GENEVE, 16, PL_WIRE_IPV4},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        packet_decode(&packet, cases[i].text, 0, cases[i].first);
        assert_true(packet.wire.count >= 2);
        assert_int_equal(packet.wire.headers[0].len, cases[i].len);
        assert_string_equal(pl_wire_name(packet.wire.headers[1].proto),
                            pl_wire_name(cases[i].second));
        assert_int_equal(packet.wire.headers[1].at, cases[i].len);
        packet_free(&packet);
    }
}

/* A packet, its first header, and why nothing follows. */
static void ends(void **state)
{
    static const struct {
        const char *text;
        uint8_t first;
        uint8_t stop;
        uint32_t by;
    } cases[] = {
        {MACS "08", PL_WIRE_ETHERNET, PL_WIRE_STOP_SHORT, 0},
        {MACS "0010 4242 03 000000 0000 0000", PL_WIRE_ETHERNET, PL_WIRE_STOP_UNKNOWN, 0x10},
        {MACS "0010 4242", PL_WIRE_ETHERNET, PL_WIRE_STOP_SHORT, 0},
        {MACS "0806 0001", PL_WIRE_ETHERNET, PL_WIRE_STOP_UNKNOWN, 0x806},
        {"00010140 0000", PL_WIRE_MPLS, PL_WIRE_STOP_UNKNOWN, 0},
        {"1109 0000 0004", PL_WIRE_PPPOE, PL_WIRE_STOP_END, 0},
        {"c021 01", PL_WIRE_PPP, PL_WIRE_STOP_UNKNOWN, 0xc021},
        {"07000000" IPV4, PL_WIRE_NULL, PL_WIRE_STOP_UNKNOWN, 7},
        {"02000000" IPV4, PL_WIRE_LOOP, PL_WIRE_STOP_UNKNOWN, 0x02000000},
        {"4000 0800 00000000" IPV4, PL_WIRE_GRE, PL_WIRE_STOP_BAD, 0},
        {"0001 880b 00000000" IPV4, PL_WIRE_GRE, PL_WIRE_STOP_BAD, 0},
        {"8000 0800", PL_WIRE_GRE, PL_WIRE_STOP_SHORT, 0},
        {"4000 0800 00000100", PL_WIRE_GENEVE, PL_WIRE_STOP_BAD, 0},
        {"3f00 0800 00000100", PL_WIRE_GENEVE, PL_WIRE_STOP_SHORT, 0},
        {"08000000", PL_WIRE_VXLAN, PL_WIRE_STOP_SHORT, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        packet_decode(&packet, cases[i].text, 0, cases[i].first);
        assert_int_equal(packet.wire.count, 1);
        assert_int_equal(packet.wire.stop, cases[i].stop);
        assert_int_equal(packet.wire.stopped_by, cases[i].by);
        packet_free(&packet);
    }
}

static void fields(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, "b064 0800" IPV4, 0, PL_WIRE_VLAN);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_VLAN_PRIORITY), 5);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_VLAN_DROP), 1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_VLAN_ID), 100);
    packet_free(&packet);
    packet_decode(&packet, "08000000 00012345" MACS "0800" IPV4, 0, PL_WIRE_VXLAN);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_FLAGS), 8);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_VNI), 0x123);
    packet_free(&packet);
    packet_decode(&packet, "b000 86dd 12340000 00000007 00000009" IPV6, 0, PL_WIRE_GRE);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_CHECKSUM), 0x1234);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_GRE_KEY), 7);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_SEQUENCE), 9);
    packet_free(&packet);
    packet_decode(&packet, "ff03 0021" IPV4, 0, PL_WIRE_PPP);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_PPP_CONTROL), 3);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_PPP_PROTOCOL), 0x21);
    packet_free(&packet);
    packet_decode(&packet, MACS "001c aaaa03 000000 0800" IPV4, 0, PL_WIRE_ETHERNET);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_LLC), 0xaaaa03);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_ETHERTYPE), 0x800);
    packet_free(&packet);
}

TEST_MAIN(TEST(leads), TEST(ends), TEST(fields))
