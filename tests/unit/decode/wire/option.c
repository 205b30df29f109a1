/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP options. */
#include "packets.h"

/* Decodes a TCP header with these options, and flags in hexadecimal; offset: its length / 4. */
static void options(struct packet *packet, const char *offset, const char *flags, const char *text)
{
    char hex[256];

    (void)snprintf(hex, sizeof(hex), "0016ffff 00000001 00000000 %s%s 0000 0000 0000 %s", offset,
                   flags, text);
    packet_decode(packet, hex, 0, PL_WIRE_TCP);
    packet_fields(packet, 0);
}

/* Options, a field of them, its value and the option it is in. */
static const struct {
    const char *offset, *flags, *text;
    uint8_t option, field;
    uint64_t value;
} decoded[] = {
    {"6", "002", "020405b4", PL_WIRE_F_MSS, PL_WIRE_F_MSS, 1460},
    {"6", "002", "01030307", PL_WIRE_F_WINDOW_SCALE, PL_WIRE_F_WINDOW_SCALE, 7},
    {"6", "002", "01010402", PL_WIRE_F_SACK_PERMITTED, PL_WIRE_F_OPTION_LENGTH, 2},
    {"8", "010", "0101050a 00000007 00000009", PL_WIRE_F_SACK, PL_WIRE_F_SACK_RIGHT, 9},
    {"8", "010", "0101080a 0000000700000009", PL_WIRE_F_TIMESTAMPS, PL_WIRE_F_TSECR, 9},
    {"6", "010", "1c048005", PL_WIRE_F_USER_TIMEOUT, PL_WIRE_F_TIMEOUT, 5},
    {"6", "010", "1c048005", PL_WIRE_F_USER_TIMEOUT, PL_WIRE_F_GRANULARITY, 1},
    {"7", "010", "1d080102 0a0b0c0d", PL_WIRE_F_AO, PL_WIRE_F_NEXT_KEY_ID, 2},
    {"7", "010", "1d080102 0a0b0c0d", PL_WIRE_F_AO, PL_WIRE_F_MAC, 0x0a0b0c0d},
    {"6", "002", "22020101", PL_WIRE_F_FAST_OPEN, PL_WIRE_F_OPTION_LENGTH, 2},
    {"7", "002", "22060a0b 0c0d0101", PL_WIRE_F_FAST_OPEN, PL_WIRE_F_COOKIE, 0x0a0b0c0d},
    {"6", "002", "fe04f989", PL_WIRE_F_FAST_OPEN, PL_WIRE_F_EXID, 0xf989},
    {"7", "002", "fe06f989 0a0b0101", PL_WIRE_F_FAST_OPEN, PL_WIRE_F_COOKIE, 0x0a0b},
    {"6", "002", "fd041234", PL_WIRE_F_EXPERIMENT, PL_WIRE_F_EXID, 0x1234},
    {"8", "010", "ac0b000001000002000003 00", PL_WIRE_F_ACCECN, PL_WIRE_F_ECT1_BYTES, 3},
    {"8", "010", "ae0b000001000002000003 00", PL_WIRE_F_ACCECN, PL_WIRE_F_ECT1_BYTES, 1},
    {"8", "010", "fe0aacc0 000001 000002 0101", PL_WIRE_F_ACCECN, PL_WIRE_F_CE_BYTES, 2},
    {"6", "002", "1e040181", PL_WIRE_F_MPTCP, PL_WIRE_F_MPTCP_VERSION, 1},
    {"6", "002", "1e040181", PL_WIRE_F_MPTCP, PL_WIRE_F_MPTCP_FLAGS, 0x81},
    {"8", "012", "1e0c0181 0102030405060708", PL_WIRE_F_MPTCP, PL_WIRE_F_SENDER_KEY,
     0x0102030405060708},
    {"b", "010", "1e160181 0102030405060708 1112131415161718 0007 0101", PL_WIRE_F_MPTCP,
     PL_WIRE_F_DATA_LENGTH, 7},
    {"b", "010", "1e180181 0102030405060708 1112131415161718 0007 abcd", PL_WIRE_F_MPTCP,
     PL_WIRE_F_DATA_LENGTH, 7},
    {"8", "002", "1e0c1102 00000007 00000009", PL_WIRE_F_MPTCP, PL_WIRE_F_TOKEN, 7},
    {"8", "002", "1e0c1102 00000007 00000009", PL_WIRE_F_MPTCP, PL_WIRE_F_BACKUP, 1},
    {"9", "012", "1e101002 0102030405060708 00000009", PL_WIRE_F_MPTCP, PL_WIRE_F_NONCE, 9},
    {"b", "010", "1e181000 0102030405060708090a0b0c0d0e0f1011121314", PL_WIRE_F_MPTCP,
     PL_WIRE_F_SUBTYPE, 1},
    {"7", "010", "1e082001 00000005", PL_WIRE_F_MPTCP, PL_WIRE_F_DATA_ACK, 5},
    {"a", "010", "1e142005 00000005 00000006 00000007 0008 0009", PL_WIRE_F_MPTCP,
     PL_WIRE_F_SUBFLOW_SEQ, 7},
    {"a", "010", "1e142005 00000005 00000006 00000007 0008 0009", PL_WIRE_F_MPTCP,
     PL_WIRE_F_DATA_LENGTH, 8},
    {"7", "010", "1e083002 0a090001", PL_WIRE_F_MPTCP, PL_WIRE_F_ADDRESS, 0x0a090001},
    {"9", "010", "1e103002 0a090001 0000000000000007", PL_WIRE_F_MPTCP, PL_WIRE_F_HMAC, 7},
    {"a", "010", "1e123002 0a090001 0050 0000000000000007 0101", PL_WIRE_F_MPTCP, PL_WIRE_F_HMAC,
     7},
    {"a", "010", "1e143002 fd000000000000000000000000000001", PL_WIRE_F_MPTCP, PL_WIRE_F_ADDRESS_ID,
     2},
    {"b", "010", "1e163002 fd000000000000000000000000000001 0050 0101", PL_WIRE_F_MPTCP,
     PL_WIRE_F_PORT, 80},
    {"c", "010", "1e1c3002 fd000000000000000000000000000001 0000000000000007", PL_WIRE_F_MPTCP,
     PL_WIRE_F_HMAC, 7},
    {"d", "010", "1e1e3002 fd000000000000000000000000000001 0050 0000000000000007 0101",
     PL_WIRE_F_MPTCP, PL_WIRE_F_HMAC, 7},
    {"8", "010", "1e0a3002 0a090001 0050 0101", PL_WIRE_F_MPTCP, PL_WIRE_F_PORT, 80},
    {"6", "010", "1e044003", PL_WIRE_F_MPTCP, PL_WIRE_F_ADDRESS_ID, 3},
    {"6", "010", "1e035101", PL_WIRE_F_MPTCP, PL_WIRE_F_BACKUP, 1},
    {"8", "010", "1e0c6000 0000000000000007", PL_WIRE_F_MPTCP, PL_WIRE_F_DATA_SEQ, 7},
    {"8", "010", "1e0c7000 0000000000000007", PL_WIRE_F_MPTCP, PL_WIRE_F_RECEIVER_KEY, 7},
    {"6", "010", "1e048106", PL_WIRE_F_MPTCP, PL_WIRE_F_REASON, 6},
    {"6", "010", "63040a0b", PL_WIRE_F_UNKNOWN_OPTION, PL_WIRE_F_OPTION_DATA, 0x0a0b},
    {"7", "010", "1b080a00 00000001", PL_WIRE_F_QUICK_START, PL_WIRE_F_OPTION_DATA, 0x0a0000000001},
};

static void values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(decoded); i++) {
        struct packet packet;
        uint32_t end = 0;

        options(&packet, decoded[i].offset, decoded[i].flags, decoded[i].text);
        assert_int_equal(packet_value(&packet, decoded[i].field), decoded[i].value);
        assert_int_equal(packet_nth(&packet, decoded[i].field, 0)->option, decoded[i].option);
        /* the fields cover the header without a gap, and nothing is wrong */
        for (size_t j = 0; j < packet.count; j++) {
            assert_int_equal(packet.fields[j].at, end);
            assert_int_equal(packet.fields[j].fault, PL_WIRE_BAD_NONE);
            end += packet.fields[j].bits;
        }
        assert_int_equal(end, packet.wire.headers[0].len * 8);
        packet_free(&packet);
    }
}

static void faults(void **state)
{
    static const struct {
        const char *offset, *flags, *text;
        uint8_t field, nth, fault;
    } cases[] = {
        {"6", "002", "02030501", PL_WIRE_F_OPTION_LENGTH, 0, PL_WIRE_BAD_OPTION_LENGTH},
        {"6", "002", "08000000", PL_WIRE_F_OPTION_LENGTH, 0, PL_WIRE_BAD_OPTION_ZERO},
        {"6", "002", "08010000", PL_WIRE_F_OPTION_LENGTH, 0, PL_WIRE_BAD_OPTION_ZERO},
        {"6", "010", "050a0000", PL_WIRE_F_OPTION_LENGTH, 0, PL_WIRE_BAD_OPTION_LONG},
        {"6", "002", "01010102", PL_WIRE_F_KIND, 0, PL_WIRE_BAD_OPTION_NO_LENGTH},
        {"8", "010", "050b00000000000000000001", PL_WIRE_F_OPTION_LENGTH, 0,
         PL_WIRE_BAD_OPTION_LENGTH},
        {"6", "002", "0103030f", PL_WIRE_F_WINDOW_SCALE, 0, PL_WIRE_BAD_SCALE},
        {"7", "002", "020405b4 02040218", PL_WIRE_F_KIND, 1, PL_WIRE_BAD_TWICE},
        {"6", "010", "020405b4", PL_WIRE_F_KIND, 0, PL_WIRE_BAD_NOT_SYN},
        {"6", "002", "00010203", PL_WIRE_F_PADDING, 0, PL_WIRE_BAD_PADDING},
        {"6", "002", "00000000", PL_WIRE_F_PADDING, 0, PL_WIRE_BAD_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct packet packet;

        options(&packet, cases[i].offset, cases[i].flags, cases[i].text);
        assert_int_equal(packet_nth(&packet, cases[i].field, cases[i].nth)->fault, cases[i].fault);
        packet_free(&packet);
    }
}

/* 40 options of one byte. */
static void many(void **state)
{
    struct packet packet;

    (void)state;
    options(&packet, "f", "002",
            "01010101010101010101010101010101010101010101010101010101010101010101010101010101");
    assert_int_equal(packet.count, 18 + 40);
    packet_free(&packet);
}

TEST_MAIN(TEST(values), TEST(faults), TEST(many))
