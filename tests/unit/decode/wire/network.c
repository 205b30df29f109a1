/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4, IPv6 and extension headers. */
#include "packets.h"

#define V6(next, len)                  \
    "60000000" len next "40"           \
    "20010db8000000000000000000000001" \
    "20010db8000000000000000000000002"
#define UDP "1234 0035 0008 0000"

static void ipv4(void **state)
{
    struct packet packet;

    (void)state;
    /* 4 bytes of padding after the datagram are not part of it */
    packet_decode(&packet, SYN_IP SYN_TCP SYN_OPTIONS "00000000", 0, PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV4, PL_WIRE_TCP);
    assert_int_equal(packet.wire.headers[0].checksum, PL_WIRE_CHECKSUM_GOOD);
    assert_int_equal(packet.wire.headers[1].whole, 40);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_TOTAL_LENGTH), 60);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_DONT_FRAGMENT), 1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_TTL), 64);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_PROTOCOL), 6);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_SOURCE_ADDRESS), 0x0a090001);
    packet_free(&packet);
    /* options */
    packet_decode(&packet, "4600001c0000000040110000 0a090001 0a090002 94040000" UDP, 0,
                  PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV4, PL_WIRE_UDP);
    assert_int_equal(packet.wire.headers[0].len, 24);
    assert_int_equal(packet.wire.headers[0].checksum, PL_WIRE_CHECKSUM_BAD);
    assert_int_equal(packet.wire.headers[0].expected, 0xd1b8);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_OPTIONS), 0x94040000);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_CHECKSUM), PL_WIRE_BAD_CHECKSUM);
    /* total length 28, and 32 bytes are there: UDP ends with the datagram */
    assert_int_equal(packet.wire.headers[1].whole, 4);
    packet_free(&packet);
    /* the total length of an interface that segments is 0 */
    packet_decode(&packet, "450000000000000040110000 0a090001 0a090002" UDP, 0, PL_WIRE_IPV4);
    assert_int_equal(packet.wire.headers[1].whole, 8);
    packet_free(&packet);
}

static void bad_ipv4(void **state)
{
    static const struct {
        const char *text;
        uint8_t stop, field, fault;
    } cases[] = {
        {"550000140000000040110000 0a090001 0a090002", PL_WIRE_STOP_BAD, PL_WIRE_F_VERSION,
         PL_WIRE_BAD_VERSION},
        {"440000140000000040110000 0a090001 0a090002", PL_WIRE_STOP_BAD, PL_WIRE_F_IHL,
         PL_WIRE_BAD_HEADER_SHORT},
        {"460000180000000040110000 0a090001 0a090002", PL_WIRE_STOP_SHORT, PL_WIRE_F_IHL,
         PL_WIRE_BAD_HEADER_LONG},
        {"450000130000000040110000 0a090001 0a090002", PL_WIRE_STOP_SHORT, PL_WIRE_F_TOTAL_LENGTH,
         PL_WIRE_BAD_TOTAL_SHORT},
        {"450000150000000040110000 0a090001 0a090002", PL_WIRE_STOP_SHORT, PL_WIRE_F_TOTAL_LENGTH,
         PL_WIRE_BAD_TOTAL_LONG},
        {"450000140000800040110000 0a090001 0a090002", PL_WIRE_STOP_SHORT, PL_WIRE_F_RESERVED_FLAG,
         PL_WIRE_BAD_RESERVED},
        {"4500001c00001fff40110000 0a090001 0a090002" UDP, PL_WIRE_STOP_FRAGMENT,
         PL_WIRE_F_FRAGMENT_OFFSET, PL_WIRE_BAD_FRAGMENT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        packet_decode(&packet, cases[i].text, 0, PL_WIRE_IPV4);
        assert_int_equal(packet.wire.stop, cases[i].stop);
        packet_fields(&packet, 0);
        assert_int_equal(packet_fault(&packet, cases[i].field), cases[i].fault);
        packet_free(&packet);
    }
}

static void fragments(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet,
                  "4500001c0000200040110000 0a090001 0a090002"
                  "1234 0035 0100 1111",
                  0, PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV4, PL_WIRE_UDP);
    assert_int_equal(packet.wire.headers[1].checksum, PL_WIRE_CHECKSUM_FRAGMENT);
    packet_fields(&packet, -1);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_LENGTH), PL_WIRE_BAD_NONE);
    packet_free(&packet);
    packet_decode(&packet, "4500001c0000000340110000 0a090001 0a090002" UDP, 0, PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV4);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_FRAGMENT);
    packet_free(&packet);
    /* a whole packet in the first fragment of another: its rest is in the others */
    packet_decode(&packet,
                  "450000300000200040040000 0a090001 0a090002"
                  "4500003c10b44000400615f4 0a090001"
                  "0a090002 df564e20 54cb86eb",
                  0, PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV4, PL_WIRE_IPV4, PL_WIRE_TCP);
    packet_fields(&packet, 1);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_TOTAL_LENGTH), PL_WIRE_BAD_NONE);
    assert_int_not_equal(packet.wire.headers[2].checksum, PL_WIRE_CHECKSUM_BAD);
    packet_free(&packet);
    /* IPv6: first, atomic (neither offset nor more), later */
    packet_decode(&packet, V6("2c", "0010") "1100 0001 00000007" UDP, 0, PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_FRAGMENT, PL_WIRE_UDP);
    assert_true(packet.wire.fragmented);
    packet_fields(&packet, 1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_MORE_FRAGMENTS), 1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_IDENTIFICATION), 7);
    packet_free(&packet);
    packet_decode(&packet, V6("2c", "0010") "1100 0000 00000007" UDP, 0, PL_WIRE_IPV6);
    assert_false(packet.wire.fragmented);
    packet_free(&packet);
    packet_decode(&packet, V6("2c", "0010") "1100 0008 00000007" UDP, 0, PL_WIRE_IPV6);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_FRAGMENT);
    packet_free(&packet);
}

static void extensions(void **state)
{
    static const uint8_t home[16] = {0x20, 1, 0xd, 0xb8, [15] = 9};
    struct packet packet;

    (void)state;
    packet_decode(&packet,
                  V6("00", "0020") "3c00 0104 00000000"
                                   "1100 0104 00000000" UDP,
                  0, PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_HOP, PL_WIRE_DEST, PL_WIRE_UDP);
    packet_free(&packet);
    /* home address option: the pseudo header has it as source */
    packet_decode(&packet,
                  V6("3c", "0020") "1102 0102 0000 c910 20010db8000000000000000000000009" UDP, 0,
                  PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_DEST, PL_WIRE_UDP);
    assert_memory_equal(packet.wire.source, home, 16);
    packet_free(&packet);
    /* routing: the last address of types 0 and 2, the first of type 4 */
    packet_decode(&packet,
                  V6("2b", "0020") "1102 0201 00000000 20010db8000000000000000000000009" UDP, 0,
                  PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_ROUTING, PL_WIRE_UDP);
    assert_memory_equal(packet.wire.target, home, 16);
    packet_fields(&packet, 1);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_SEGMENTS_LEFT), 1);
    packet_free(&packet);
    packet_decode(&packet,
                  V6("2b", "0030") "1104 0401 01000000 20010db8000000000000000000000009"
                                   "20010db8000000000000000000000008" UDP,
                  0, PL_WIRE_IPV6);
    assert_memory_equal(packet.wire.target, home, 16);
    packet_free(&packet);
    packet_decode(&packet, V6("33", "0014") "1101 0000 00000001 00000002" UDP, 0, PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_AUTH, PL_WIRE_UDP);
    packet_free(&packet);
    packet_decode(&packet, V6("33", "000c") "1100 0000 00000001 00000002", 0, PL_WIRE_IPV6);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_BAD);
    packet_free(&packet);
    packet_decode(&packet, V6("32", "0008") "00000001 00000002", 0, PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_ESP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_ENCRYPTED);
    packet_free(&packet);
    packet_decode(&packet, V6("87", "0008") "3b00 0100 00000000", 0, PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_MOBILITY);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_UNKNOWN);
    assert_int_equal(packet.wire.stopped_by, 59);
    packet_free(&packet);
    /* longer than the packet */
    packet_decode(&packet, V6("00", "0008") "11ff 0104 00000000", 0, PL_WIRE_IPV6);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_SHORT);
    packet_free(&packet);
}

static void ipv6(void **state)
{
    struct packet packet;

    (void)state;
    /* raw IP: the version tells */
    packet_decode(&packet,
                  "6abcdef0 0008 1140"
                  "20010db8000000000000000000000001"
                  "20010db8000000000000000000000002" UDP,
                  0, PL_WIRE_IPV4);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_UDP);
    assert_int_equal(packet.wire.headers[1].checksum, PL_WIRE_CHECKSUM_ABSENT);
    packet_fields(&packet, 0);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_DSCP), 0x2a);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_ECN), 3);
    assert_int_equal(packet_value(&packet, PL_WIRE_F_FLOW_LABEL), 0xcdef0);
    packet_free(&packet);
    packet_decode(&packet, V6("11", "0009") UDP, 0, PL_WIRE_IPV6);
    packet_fields(&packet, 0);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_PAYLOAD_LENGTH), PL_WIRE_BAD_TOTAL_LONG);
    packet_free(&packet);
    packet_decode(&packet, V6("04", "001c") "4500001c0000000040110000 0a090001 0a090002" UDP, 0,
                  PL_WIRE_IPV6);
    HEADERS(&packet, PL_WIRE_IPV6, PL_WIRE_IPV4, PL_WIRE_UDP);
    packet_free(&packet);
    packet_decode(&packet,
                  "50000000 0000 1140 00000000000000000000000000000000"
                  "00000000000000000000000000000000",
                  0, PL_WIRE_IPV6);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_BAD);
    packet_fields(&packet, 0);
    assert_int_equal(packet_fault(&packet, PL_WIRE_F_VERSION), PL_WIRE_BAD_VERSION);
    packet_free(&packet);
}

TEST_MAIN(TEST(ipv4), TEST(bad_ipv4), TEST(fragments), TEST(extensions), TEST(ipv6))
