/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking through headers, link types, guesses. */
#include "packets.h"

static void names(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_WIRE_PROTO_MAX; i++) {
        assert_non_null(pl_wire_name(i));
        assert_non_null(pl_wire_title(i));
    }
    assert_string_equal(pl_wire_name(PL_WIRE_TCP), "tcp");
    assert_string_equal(pl_wire_title(PL_WIRE_GENEVE), "Geneve");
    assert_null(pl_wire_name(PL_WIRE_PROTO_MAX));
    assert_null(pl_wire_title(PL_WIRE_PROTO_MAX));
}

static void link_types(void **state)
{
    static const struct {
        uint32_t link;
        enum pl_wire_proto proto;
    } cases[] = {
        {0, PL_WIRE_NULL},   {1, PL_WIRE_ETHERNET}, {9, PL_WIRE_PPP},    {12, PL_WIRE_IPV4},
        {14, PL_WIRE_IPV4},  {50, PL_WIRE_PPP},     {51, PL_WIRE_PPPOE}, {101, PL_WIRE_IPV4},
        {108, PL_WIRE_LOOP}, {113, PL_WIRE_SLL},    {228, PL_WIRE_IPV4}, {229, PL_WIRE_IPV6},
        {276, PL_WIRE_SLL2}, {127, PL_WIRE_NONE},   {2, PL_WIRE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(pl_wire_link(cases[i].link), cases[i].proto);
}

static enum pl_wire_proto guess(const char *text)
{
    uint8_t buf[256];

    return pl_wire_guess(buf, packet_bytes(text, buf, sizeof(buf)));
}

static void guesses(void **state)
{
    (void)state;
    assert_int_equal(guess("020000000002 020000000001 0800" SYN_IP SYN_TCP), PL_WIRE_ETHERNET);
    assert_int_equal(guess(SYN_IP SYN_TCP), PL_WIRE_IPV4);
    assert_int_equal(guess("6000000000001140"
                           "00000000000000000000000000000001"
                           "00000000000000000000000000000001"),
                     PL_WIRE_IPV6);
    assert_int_equal(guess(SYN_TCP SYN_OPTIONS), PL_WIRE_TCP);
    assert_int_equal(guess("1234 0035 000c 0000 61626364"), PL_WIRE_UDP);
    assert_int_equal(guess("1234 0035 000d 0000 61626364"), PL_WIRE_NONE);
    assert_int_equal(guess("4500 003c 1c46 4000"), PL_WIRE_IPV4);
    assert_int_equal(guess("4500 0013 1c46 4000"), PL_WIRE_NONE);
    assert_int_equal(guess("4500 003c 1c46 4000 40fe"), PL_WIRE_NONE);
    assert_int_equal(guess("6000 0000 0009 1140"), PL_WIRE_IPV6);
    assert_int_equal(guess("45"), PL_WIRE_NONE);
    assert_int_equal(guess(""), PL_WIRE_NONE);
}

static void whole(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, "020000000002 020000000001 0800" SYN_IP SYN_TCP SYN_OPTIONS, 0,
                  PL_WIRE_ETHERNET);
    HEADERS(&packet, PL_WIRE_ETHERNET, PL_WIRE_IPV4, PL_WIRE_TCP);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_END);
    assert_int_equal(packet.wire.headers[1].at, 14);
    assert_int_equal(packet.wire.headers[1].whole, 60);
    assert_int_equal(packet.wire.headers[2].at, 34);
    assert_int_equal(packet.wire.headers[2].len, 40);
    assert_int_equal(packet.wire.headers[2].whole, 40);
    packet_free(&packet);
}

/* Each prefix of the packet: no byte after it is read, and what is missing is reported. */
static void cut(void **state)
{
    uint8_t buf[128];
    size_t len = packet_bytes(SYN_IP SYN_TCP SYN_OPTIONS, buf, sizeof(buf));

    (void)state;
    for (size_t captured = 0; captured < len; captured++) {
        uint8_t *bytes = malloc(captured + 1);
        struct pl_wire wire;
        struct pl_wire_field fields[PL_WIRE_FIELDS];

        assert_non_null(bytes);
        bytes[captured] = 0xff; /* after the end */
        memcpy(bytes, buf, captured);
        pl_wire_decode(&wire, bytes, captured, len, PL_WIRE_IPV4);
        assert_int_equal(wire.stop, PL_WIRE_STOP_CUT);
        assert_int_equal(wire.count, captured < 20 ? 1 : 2);
        for (size_t i = 0; i < wire.count; i++) {
            size_t count = pl_wire_fields(&wire, &wire.headers[i], fields);

            for (size_t j = 0; j < count; j++) {
                uint64_t end = (uint64_t)wire.headers[i].at * 8 + fields[j].at + fields[j].bits;

                assert_int_equal(fields[j].cut, end > captured * 8);
            }
        }
        free(bytes);
    }
}

static void deep(void **state)
{
    uint8_t buf[4 * 64] = {0};
    struct pl_wire wire;

    (void)state;
    for (size_t i = 0; i < sizeof(buf); i += 4)
        memcpy(buf + i, "\x00\x01\x81\x00", 4);
    pl_wire_decode(&wire, buf, sizeof(buf), sizeof(buf), PL_WIRE_VLAN);
    assert_int_equal(wire.count, PL_WIRE_HEADERS);
    assert_int_equal(wire.stop, PL_WIRE_STOP_DEEP);
}

static void unknown(void **state)
{
    struct packet packet;

    (void)state;
    packet_decode(&packet, "020000000002 020000000001 88cc 0000", 0, PL_WIRE_ETHERNET);
    HEADERS(&packet, PL_WIRE_ETHERNET);
    assert_int_equal(packet.wire.stop, PL_WIRE_STOP_UNKNOWN);
    assert_int_equal(packet.wire.stopped_by, 0x88cc);
    packet_free(&packet);
}

TEST_MAIN(TEST(names), TEST(link_types), TEST(guesses), TEST(whole), TEST(cut), TEST(deep),
          TEST(unknown))
