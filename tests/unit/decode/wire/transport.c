/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP, UDP, ICMP, and checksums. */
#include "packets.h"

#define IP_UDP "4500 0020 0000 0000 40 11 66b8 0a090001 0a090002"

static uint8_t checksum_of(const char *text, uint16_t *expected)
{
    struct packet packet;
    uint8_t state;

    packet_decode(&packet, text, 0, PL_WIRE_IPV4);
    state = packet.wire.headers[packet.wire.count - 1].checksum;
    *expected = packet.wire.headers[packet.wire.count - 1].expected;
    packet_free(&packet);
    return state;
}

static void checksums(void **state)
{
    uint16_t expected;

    (void)state;
    assert_int_equal(checksum_of(SYN_IP SYN_TCP SYN_OPTIONS, &expected), PL_WIRE_CHECKSUM_PARTIAL);
    assert_int_equal(expected, 0x0b4e);
    assert_int_equal(
        checksum_of(SYN_IP "df564e20 54cb86eb 00000000 a002 faf0 0b4e 0000" SYN_OPTIONS, &expected),
        PL_WIRE_CHECKSUM_GOOD);
    assert_int_equal(
        checksum_of(SYN_IP "df564e20 54cb86eb 00000000 a002 faf0 0b4f 0000" SYN_OPTIONS, &expected),
        PL_WIRE_CHECKSUM_BAD);
    assert_int_equal(expected, 0x0b4e);
    /* UDP: 0 is no checksum */
    assert_int_equal(checksum_of(IP_UDP "1234 0035 000c 0000 61626364", &expected),
                     PL_WIRE_CHECKSUM_NONE);
    assert_int_equal(checksum_of(IP_UDP "1234 0035 000c 1434 61626364", &expected),
                     PL_WIRE_CHECKSUM_BAD);
    assert_int_equal(expected, 0x1492);
    assert_int_equal(checksum_of(IP_UDP "1234 0035 000c 1492 61626364", &expected),
                     PL_WIRE_CHECKSUM_GOOD);
}

/* The two zeros of the sum are equal: RFC 1071. */
static void zeros(void **state)
{
    uint16_t expected;

    (void)state;
    /* the checksum of this segment is 0 */
    assert_int_equal(checksum_of("4500 0028 0000 0000 40 06 66bb 0a090001 0a090002"
                                 "00160017 00000001 00000002 5010 0000 ffff 9b90",
                                 &expected),
                     PL_WIRE_CHECKSUM_GOOD);
    assert_int_equal(checksum_of("4500 0028 0000 0000 40 06 66bb 0a090001 0a090002"
                                 "00160017 00000001 00000002 5010 0000 0000 9b90",
                                 &expected),
                     PL_WIRE_CHECKSUM_GOOD);
}

/* A sum of 0 is sent as ffff; an odd byte is padded with 0. */
static void special_sums(void **state)
{
    uint16_t expected;

    (void)state;
    assert_int_equal(checksum_of(IP_UDP "1234 0035 000c ffff 616277f6", &expected),
                     PL_WIRE_CHECKSUM_GOOD);
    assert_int_equal(checksum_of("4500 001d 0000 0000 40 11 66bb 0a090001 0a090002"
                                 "1234 0035 0009 0000 61",
                                 &expected),
                     PL_WIRE_CHECKSUM_NONE);
    assert_int_equal(checksum_of("4500 001d 0000 0000 40 11 66bb 0a090001 0a090002"
                                 "1234 0035 0009 78 5e 61",
                                 &expected),
                     PL_WIRE_CHECKSUM_GOOD);
}

static void cut(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, SYN_IP SYN_TCP, 60, PL_WIRE_IPV4);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_CUT);
    assert_int_equal(packet.wire.headers[1].len, 40);
    assert_int_equal(packet.wire.headers[1].checksum, PL_WIRE_CHECKSUM_CUT);
    packet_free(&packet);
    /* without addresses, nothing can be checked */
    packet_decode(&packet, SYN_TCP SYN_OPTIONS, 0, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_END);
    assert_int_equal(packet.wire.headers[0].checksum, PL_WIRE_CHECKSUM_NONE);
    packet_free(&packet);
}

static void offsets(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, "0016ffff 00000001 00000000 4002 0000 0000 0000", 0, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_BAD);
    packet_fields(&packet, 0);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_DATA_OFFSET), PL_WIRE_BAD_HEADER_SHORT);
    packet_free(&packet);
    packet_decode(&packet, "0016ffff 00000001 00000000 6002 0000 0000 0000", 0, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_BAD);
    packet_fields(&packet, 0);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_DATA_OFFSET), PL_WIRE_BAD_HEADER_LONG);
    packet_free(&packet);
    packet_decode(&packet, "0016ffff 0000", 0, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_SHORT);
    packet_free(&packet);
}

static void udp_lengths(void **state)
{
    static const struct {
        const char *text;
        uint8_t stop, fault;
    } cases[] = {
        {"1234 0035 0008 0000", PL_WIRE_STOP_END, PL_WIRE_BAD_NONE},
        {"1234 0035 0000 0000", PL_WIRE_STOP_END, PL_WIRE_BAD_NONE},
        {"1234 0035 0007 0000", PL_WIRE_STOP_BAD, PL_WIRE_BAD_LENGTH_SHORT},
        {"1234 0035 0009 0000", PL_WIRE_STOP_END, PL_WIRE_BAD_LENGTH_LONG},
        {"1234 0035 0008 0000 00", PL_WIRE_STOP_END, PL_WIRE_BAD_LENGTH_LESS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        packet_decode(&packet, cases[i].text, 0, PL_WIRE_UDP);
        assert_int_equal(packet.wire.stop, cases[i].stop);
        packet_fields(&packet, 0);
        assert_int_equal(packet_fault(&packet, PL_WIRE_F_LENGTH), cases[i].fault);
        packet_free(&packet);
    }
}

static void tunnels(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet,
                  "8000 12b5 0032 0000 08000000 00000100 020000000002 020000000001 0800"
                  "4500001400000000400600000a0900010a090002",
                  0, PL_WIRE_UDP);
    HEADERS(&packet, PL_WIRE_UDP, PL_WIRE_VXLAN, PL_WIRE_ETHERNET, PL_WIRE_IPV4, PL_WIRE_TCP);
    packet_free(&packet);
    packet_decode(&packet, "8000 2118 0010 0000 00000000 00000100", 0, PL_WIRE_UDP);
    HEADERS(&packet, PL_WIRE_UDP);
    packet_free(&packet);
    packet_decode(&packet,
                  "8000 17c1 0024 0000 0000 0800 00000100"
                  "4500001400000000400600000a0900010a090002",
                  0, PL_WIRE_UDP);
    HEADERS(&packet, PL_WIRE_UDP, PL_WIRE_GENEVE, PL_WIRE_IPV4, PL_WIRE_TCP);
    packet_free(&packet);
}

static void icmp(void **state)
{
    struct packet packet;

    (void)state;
    /* port unreachable, with the header and 8 bytes of the UDP datagram */
    packet_decode(&packet,
                  "0303 24e2 00000000 45000020b18640004011 7532 0a090001 0a090002"
                  "98d9 4e2e 000c 1432",
                  0, PL_WIRE_ICMP);
    HEADERS(&packet, PL_WIRE_ICMP, PL_WIRE_IPV4, PL_WIRE_UDP);
    assert_false(packet.wire.headers[0].quoted);
    assert_true(packet.wire.headers[1].quoted);
    assert_true(packet.wire.headers[2].quoted);
    assert_int_equal(packet.wire.headers[2].checksum, PL_WIRE_CHECKSUM_NONE);
    packet_fields(&packet, -1);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_LENGTH), PL_WIRE_BAD_NONE);
    packet_free(&packet);
    /* 8 bytes of TCP are all that an error must return */
    packet_decode(&packet,
                  "0b00 0000 00000000 45000028b18640004006 7535 0a090001 0a090002"
                  "98d9 4e2e 00000007",
                  0, PL_WIRE_ICMP);
    HEADERS(&packet, PL_WIRE_ICMP, PL_WIRE_IPV4, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_END);
    packet_fields(&packet, -1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_SEQ), 7);
    assert_true(packet_nth(&packet, PL_WIRE_F_ACK_NUMBER, 0)->cut);
    packet_free(&packet);
    packet_decode(&packet, "0800 0000 1234 0007 61626364", 0, PL_WIRE_ICMP);
    HEADERS(&packet, PL_WIRE_ICMP);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_ICMP_ID), 0x1234);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_ICMP_SEQUENCE), 7);
    packet_free(&packet);
    packet_decode(&packet, "0304 0000 0000 05dc", 0, PL_WIRE_ICMP);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_MTU), 1500);
    packet_free(&packet);
    packet_decode(&packet, "0501 0000 0a090003", 0, PL_WIRE_ICMP);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_GATEWAY), 0x0a090003);
    packet_free(&packet);
    packet_decode(&packet,
                  "0200 0000 00000500 60000000 0000 3b40"
                  "20010db8000000000000000000000001 20010db8000000000000000000000002",
                  0, PL_WIRE_ICMPV6);
    HEADERS(&packet, PL_WIRE_ICMPV6, PL_WIRE_IPV6);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_MTU), 1280);
    packet_free(&packet);
}

TEST_MAIN(TEST(checksums), TEST(zeros), TEST(special_sums), TEST(cut), TEST(offsets),
          TEST(udp_lengths), TEST(tunnels), TEST(icmp))
