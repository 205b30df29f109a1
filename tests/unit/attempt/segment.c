/* SPDX-License-Identifier: BSD-2-Clause */
/* What is taken from packets. */
#include "packets.h"

#include "api/attempt.h"

#define RST_IP    "4500002810b440004006 1608 0a090001 0a090002"
#define ICMP_IP   "4500003800000000400100000a0900020a090001"
#define ICMP_HEAD "030dfcf200000000"

static bool get(const char *text, enum pl_wire_proto first, struct pl_segment *out)
{
    struct packet packet;
    bool got;

    packet_decode(&packet, text, 0, first);
    got = pl_segment_get(&packet.wire, 5, out);
    packet_free(&packet);
    return got;
}

static void segments(void **state)
{
    struct pl_segment got;

    (void)state;
    assert_true(get(SYN_IP SYN_TCP SYN_OPTIONS, PL_WIRE_IPV4, &got));
    assert_int_equal(got.time, 5);
    assert_int_equal(got.family, 4);
    assert_int_equal(got.source[3], 1);
    assert_int_equal(got.target[3], 2);
    assert_int_equal(got.source_port, 57174);
    assert_int_equal(got.target_port, 20000);
    assert_int_equal(got.seq, 1422624491);
    assert_int_equal(got.ack, 0);
    assert_int_equal(got.data, 0);
    assert_int_equal(got.flags, PL_TCP_SYN);
    assert_false(got.bad);
    assert_false(got.icmp);
    assert_int_equal(got.syn.have, PL_SYN_MSS | PL_SYN_SACK | PL_SYN_TIMESTAMPS | PL_SYN_SCALE);
    assert_int_equal(got.syn.mss, 1460);
    assert_int_equal(got.syn.scale, 10);
    /* Data, and a checksum that is wrong. */
    assert_true(get("4500002c10b440004006 15f4 0a090001 0a090002"
                    "df564e20 54cb86eb 01020304 5018 faf0 1234 0000 61626364",
                    PL_WIRE_IPV4, &got));
    assert_int_equal(got.data, 4);
    assert_int_equal(got.ack, 0x01020304);
    assert_int_equal(got.flags, PL_TCP_PSH | PL_TCP_ACK);
    assert_true(got.bad);
    assert_int_equal(got.syn.have, 0);
    assert_true(get(SYN_IP "df564e20 54cb86eb 00000000 a002 faf0 1234 0000" SYN_OPTIONS,
                    PL_WIRE_IPV4, &got));
    assert_true(got.bad);
    assert_int_equal(got.syn.have,
                     PL_SYN_MSS | PL_SYN_SACK | PL_SYN_TIMESTAMPS | PL_SYN_SCALE | PL_SYN_BAD);
    /* One of 0 was left to the interface. */
    assert_true(get(RST_IP "df564e20 54cb86eb 01020304 5014 faf0 0000 0000", PL_WIRE_IPV4, &got));
    assert_false(got.bad);
    assert_int_equal(got.flags, PL_TCP_RST | PL_TCP_ACK);
}

static void others(void **state)
{
    struct pl_segment got;

    (void)state;
    assert_false(get("4500001c10b440004011 15f4 0a090001 0a090002 df564e20 0008 0000", PL_WIRE_IPV4,
                     &got)); /* UDP */
    assert_false(get(RST_IP "df564e20 54cb86eb 01020304 4014 faf0 0000 0000", PL_WIRE_IPV4, &got));
    assert_false(get(RST_IP "df564e20 54cb86eb 01020304", PL_WIRE_IPV4, &got));
    assert_false(get(SYN_TCP, PL_WIRE_TCP, &got)); /* without addresses */
    assert_false(get("4500", PL_WIRE_IPV4, &got));
    /* Options that the datagram does not have. */
    assert_true(get(RST_IP "df564e20 54cb86eb 01020304 f002 faf0 0000 0000", PL_WIRE_IPV4, &got));
    assert_int_equal(got.syn.have, 0);
    assert_int_equal(got.data, 0);
}

/* Options of a SYN or, with flags 12, a SYN-ACK. */
static struct pl_syn syn_with(const char *flags, const char *options)
{
    struct pl_segment got;
    char text[256];

    (void)snprintf(text, sizeof(text),
                   "4500003c10b440004006 15f4 0a090001 0a090002"
                   "df564e20 54cb86eb 00000000 a%s faf0 0000 0000 %s",
                   flags, options);
    assert_true(get(text, PL_WIRE_IPV4, &got));
    return got.syn;
}

static void options(void **state)
{
    static const struct {
        const char *flags, *options;
        uint16_t have;
    } cases[] = {
        {"002", "0000000000000000000000000000000000000000", 0},
        {"002", "0101010101010101010101010101010101010402", PL_SYN_SACK},
        {"002", "2202010101010101010101010101010101010101", PL_SYN_FAST_OPEN},
        {"002", "2206aabbccdd0101010101010101010101010101", PL_SYN_FAST_OPEN | PL_SYN_COOKIE},
        {"002", "fe04f98901010101010101010101010101010101", PL_SYN_FAST_OPEN},
        {"002", "fd08f989aabbccdd010101010101010101010101", PL_SYN_FAST_OPEN | PL_SYN_COOKIE},
        {"002", "fe041234010101010101010101010101 01010101", 0},
        {"002", "1e04018101010101010101010101010101010101", PL_SYN_MPTCP},
        {"002", "1e0c1100aabbccddaabbccdd0101010101010101", PL_SYN_JOIN},
        {"002", "1d100102000000000000000000000000 01010101", PL_SYN_AO},
        {"002", "131200000000000000000000000000000000 0101", PL_SYN_MD5},
        {"002", "0203050101010101010101010101010101010101", 0}, /* wrong length */
        {"002", "0200010101010101010101010101010101010101", 0},
        {"002", "0101010101010101010101010101010101010204", 0}, /* past the end */
        {"002", "0101010101010101010101010101010101010102", 0},
        {"0c2", "0000000000000000000000000000000000000000", PL_SYN_ECN},
        {"1c2", "ae020000000000000000000000000000 00000000", PL_SYN_ACCECN},
        {"002", "ae020000000000000000000000000000 00000000", 0},
        {"052", "0000000000000000000000000000000000000000", PL_SYN_ECN},
        {"092", "0000000000000000000000000000000000000000", PL_SYN_ACCECN},
        {"1d2", "0000000000000000000000000000000000000000", 0}, /* reflected */
        {"012", "0000000000000000000000000000000000000000", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(syn_with(cases[i].flags, cases[i].options).have, cases[i].have);
    assert_int_equal(syn_with("002", "03030f0101010101010101010101010101010101").scale, 14);
}

static void quotes(void **state)
{
    struct pl_segment got;

    (void)state;
    assert_true(get(ICMP_IP ICMP_HEAD SYN_IP "df564e20 54cb86eb", PL_WIRE_IPV4, &got));
    assert_true(got.icmp);
    assert_int_equal(got.type, 3);
    assert_int_equal(got.code, 13);
    assert_int_equal(got.seq, 1422624491);
    assert_int_equal(got.source[3], 1);
    assert_int_equal(got.source_port, 57174);
    assert_int_equal(got.flags, 0);
    assert_false(get(ICMP_IP ICMP_HEAD SYN_IP "df564e20", PL_WIRE_IPV4, &got));
    /* As much as Linux returns: the flags are there. Its checksum is not that of the error. */
    assert_true(get(ICMP_IP ICMP_HEAD SYN_IP "df564e20 54cb86eb 00000000 5002 faf0 ffff 0000",
                    PL_WIRE_IPV4, &got));
    assert_true(got.icmp);
    assert_int_equal(got.flags, PL_TCP_SYN);
    assert_int_equal(got.seq, 1422624491);
    /* A header that is too short. */
    assert_true(get(ICMP_IP ICMP_HEAD SYN_IP "df564e20 54cb86eb 00000000 4002 faf0 ffff 0000",
                    PL_WIRE_IPV4, &got));
    assert_int_equal(got.flags, 0);
}

#define ETHER  "000102030405060708090a0b"
#define COOKED "0000000100060001020304050000"
#define V6     "60000000 0014 06 40 fe800000000000000000000000000001 fe800000000000000000000000000002"
#define ACK    "df564e20 54cb86eb 01020304 5010 faf0 1234 0000"
#define ACK_IP "4500002c10b440004006 15f4 0a090001 0a090002"

/* What the short way takes is what decoding takes, at each length of the captured bytes. */
static void same(const char *text, enum pl_wire_proto link, bool quick)
{
    struct packet packet;
    struct pl_segment fast, slow;

    packet_decode(&packet, text, 0, link);
    assert_int_equal(
        pl_segment_quick(packet.bytes, packet.wire.captured, packet.wire.length, link, 5, &fast),
        quick);
    for (size_t len = packet.wire.captured; len > 0; len--) {
        uint8_t *bytes = malloc(len);
        struct pl_wire wire;

        assert_non_null(bytes);
        memcpy(bytes, packet.bytes, len);
        if (pl_segment_quick(bytes, len, packet.wire.length, link, 5, &fast)) {
            pl_wire_decode(&wire, bytes, len, packet.wire.length, link);
            assert_true(pl_segment_get(&wire, 5, &slow));
            assert_memory_equal(fast.source, slow.source, sizeof(fast.source));
            assert_memory_equal(fast.target, slow.target, sizeof(fast.target));
            assert_int_equal(fast.source_port, slow.source_port);
            assert_int_equal(fast.target_port, slow.target_port);
            assert_int_equal(fast.time, slow.time);
            assert_int_equal(fast.family, slow.family);
            assert_int_equal(fast.seq, slow.seq);
            assert_int_equal(fast.ack, slow.ack);
            assert_int_equal(fast.data, slow.data);
            assert_int_equal(fast.flags, slow.flags);
            assert_int_equal(fast.icmp, slow.icmp);
            assert_int_equal(fast.syn.have, slow.syn.have);
        }
        free(bytes);
    }
    packet_free(&packet);
}

static void common(void **state)
{
    static const struct {
        const char *text;
        enum pl_wire_proto link;
        bool quick;
    } cases[] = {
        {ETHER "0800" ACK_IP ACK "61626364", PL_WIRE_ETHERNET, true},
        {ETHER "0800" ACK_IP ACK "61626364 0000 0000", PL_WIRE_ETHERNET, true}, /* padded */
        {ETHER "0800" ACK_IP ACK, PL_WIRE_ETHERNET, true}, /* a length beyond the packet */
        {COOKED "0800" ACK_IP ACK, PL_WIRE_SLL, true},
        {"0800 0000 00000002 0001 00 06 0001020304050000" ACK_IP ACK, PL_WIRE_SLL2, true},
        {ETHER "86dd" V6 ACK, PL_WIRE_ETHERNET, true},
        {ETHER "86dd"
               "6000000000000640"
               "fe800000000000000000000000000001"
               "fe800000000000000000000000000002" ACK "6162", /* a jumbogram */
         PL_WIRE_ETHERNET, true},
        {ETHER "0800"
               "4500000010b440004006 15f4 0a090001 0a090002" ACK "61", /* left to the interface */
         PL_WIRE_ETHERNET, true},
        {ETHER "0800" ACK_IP "df564e20 54cb86eb 01020304 6010 faf0 1234 0000 01010101",
         PL_WIRE_ETHERNET, true}, /* options */
        /* The others are decoded. */
        {ACK_IP ACK, PL_WIRE_IPV4, false},
        {ETHER "0806" ACK_IP ACK, PL_WIRE_ETHERNET, false},
        {ETHER "8100 0001 0800" ACK_IP ACK, PL_WIRE_ETHERNET, false},
        {ETHER "0800" ACK_IP "df564e20 54cb86eb 01020304 5002 faf0 1234 0000", PL_WIRE_ETHERNET,
         false}, /* SYN */
        {ETHER "0800" ACK_IP "df564e20 54cb86eb 01020304 5014 faf0 1234 0000", PL_WIRE_ETHERNET,
         false}, /* RST */
        {ETHER "0800"
               "4500002c10b420004006 15f4 0a090001 0a090002" ACK "61626364",
         PL_WIRE_ETHERNET, false}, /* a fragment */
        {ETHER "0800"
               "4500002c10b400014006 15f4 0a090001 0a090002" ACK "61626364",
         PL_WIRE_ETHERNET, false},
        {ETHER "0800"
               "4600003010b440004006 15f4 0a090001 0a090002 01010101" ACK "61626364",
         PL_WIRE_ETHERNET, false}, /* options of IP */
        {ETHER "0800"
               "4500002c10b440004011 15f4 0a090001 0a090002" ACK "61626364",
         PL_WIRE_ETHERNET, false}, /* UDP */
        {ETHER "0800"
               "4500001410b440004006 15f4 0a090001 0a090002" ACK "61626364",
         PL_WIRE_ETHERNET, false}, /* a datagram without the header */
        {ETHER "0800" ACK_IP "df564e20 54cb86eb 01020304 4010 faf0 1234 0000", PL_WIRE_ETHERNET,
         false}, /* an offset of 4 */
        {ETHER "0800" ACK_IP "df564e20 54cb86eb 01020304 f010 faf0 1234 0000", PL_WIRE_ETHERNET,
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        same(cases[i].text, cases[i].link, cases[i].quick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments), cmocka_unit_test(others), cmocka_unit_test(options),
        cmocka_unit_test(quotes),   cmocka_unit_test(common),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
