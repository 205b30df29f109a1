/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal text in the forms that people paste. */
#include "harness.h"

#include "wire/hex.h"

static struct hex hex;

static void expect(const char *text, const char *bytes, size_t count)
{
    assert_int_equal(hex_read(&hex, text, strlen(text)), HEX_FINE);
    assert_int_equal(hex.count, count);
    assert_memory_equal(hex.bytes, bytes, count);
}

#define EXPECT(text, bytes) expect(text, bytes, sizeof(bytes) - 1)

static void streams(void **state)
{
    (void)state;
    EXPECT("45000034", "\x45\x00\x00\x34");
    EXPECT("4500 0034\n1C46 4000\n", "\x45\x00\x00\x34\x1c\x46\x40\x00");
    EXPECT("45 00 00 34", "\x45\x00\x00\x34");
    EXPECT("45:00:00:34", "\x45\x00\x00\x34");
    EXPECT("45-00-00-34", "\x45\x00\x00\x34");
    EXPECT("0x45, 0x00, 0x0, 0x34", "\x45\x00\x00\x34");
    EXPECT("0x45000034", "\x45\x00\x00\x34");
    EXPECT("\"\\x45\\x00\" \"\\x00\\x34\";", "\x45\x00\x00\x34");
    EXPECT("  4500\t0034  ", "\x45\x00\x00\x34");
}

static void arrays(void **state)
{
    (void)state;
    EXPECT("unsigned char pkt[] = { 0x45, 0x00,\n  0x00, 0x34 };", "\x45\x00\x00\x34");
    EXPECT("char peer0_0[] = { /* Packet 1: 0x99 */\n0x45, 0x00 /* DSCP */,\n0x00, 0x34 };\n"
           "char peer1_0[] = { 0x99 };",
           "\x45\x00\x00\x34");
}

static void dumps(void **state)
{
    (void)state;
    /* xxd */
    EXPECT(
        "00000000: 4500 0034 1c46 4000 4006 b1e6 c0a8 0001  E..4.F@.@.......\n"
        "00000010: c0a8 00c7 face                           ......\n",
        "\x45\x00\x00\x34\x1c\x46\x40\x00\x40\x06\xb1\xe6\xc0\xa8\x00\x01\xc0\xa8\x00\xc7\xfa\xce");
    /* tcpdump -X, with the line that describes the packet, and a second packet */
    EXPECT("16:20:17.937906 IP 10.9.0.1.57174 > 10.9.0.2.20000: Flags [S], seq 1\n"
           "\t0x0000:  4500 0034 1c46 4000 4006 b1e6 c0a8 0001  E..4.F@.@.......\n"
           "\t0x0010:  c0a8 00c7 fa                            .....\n"
           "16:20:17.937920 IP 10.9.0.2.20000 > 10.9.0.1.57174: Flags [S.]\n"
           "\t0x0000:  4500 0034\n",
           "\x45\x00\x00\x34\x1c\x46\x40\x00\x40\x06\xb1\xe6\xc0\xa8\x00\x01\xc0\xa8\x00\xc7\xfa");
    /* hexdump -C */
    EXPECT("00000000  45 00 00 34 1c 46 40 00  40 06 b1 e6 c0 a8 00 01  |E..4.F@.@.......|\n"
           "00000010  c0 a8 00 c7 61 62 63 64                           |....abcd|\n"
           "00000018\n",
           "\x45\x00\x00\x34\x1c\x46\x40\x00\x40\x06\xb1\xe6\xc0\xa8\x00\x01\xc0\xa8\x00\xc7"
           "abcd");
    /* od -A x -t x1, and the dump of Wireshark, whose characters look like digits */
    EXPECT("000000 45 00 00 34 1c 46 40 00 40 06 b1 e6 c0 a8 00 01\n"
           "000010 c0 a8 00 c7\n000014\n",
           "\x45\x00\x00\x34\x1c\x46\x40\x00\x40\x06\xb1\xe6\xc0\xa8\x00\x01\xc0\xa8\x00\xc7");
    EXPECT("0000   61 62 63 64 61 62 63 64 61 62 63 64 61 62 63 64   abcdabcdabcdabcd\n"
           "0010   61 62                                             ab\n",
           "abcdabcdabcdabcdab");
}

/* Text, the error, its line and column, and the byte there. */
static void errors(void **state)
{
    static const struct {
        const char *text;
        enum hex_error error;
        size_t line, column;
        char culprit;
    } cases[] = {
        {"45g0", HEX_DIGIT, 1, 3, 'g'},
        {"4500\n 00zz", HEX_DIGIT, 2, 4, 'z'},
        {"450", HEX_ODD, 1, 3, '0'},
        {"45 0", HEX_ODD, 1, 4, '0'},
        {"", HEX_EMPTY, 0, 0, '\0'},
        {" \n:,", HEX_EMPTY, 0, 0, '\0'},
        {"{ 0x45, q }", HEX_DIGIT, 1, 9, 'q'},
        {"char p[] =\n{ 0x45,\n z }", HEX_DIGIT, 3, 2, 'z'},
        {"0x0000:  45zz", HEX_DIGIT, 1, 12, 'z'},
        {"0x0000:  450", HEX_ODD, 1, 12, '0'},
        {"45\xff", HEX_DIGIT, 1, 3, '\xff'},
    };

    (void)state;
    assert_int_equal(hex_read(&hex, "45\0\x34", 4), HEX_DIGIT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(hex_read(&hex, cases[i].text, strlen(cases[i].text)), cases[i].error);
        if (cases[i].error == HEX_EMPTY)
            continue;
        assert_int_equal(hex.line, cases[i].line);
        assert_int_equal(hex.column, cases[i].column);
        assert_int_equal(hex.culprit, cases[i].culprit);
    }
}

static void large(void **state)
{
    size_t len = (size_t)HEX_BYTES * 2;
    char *text = malloc(len + 2);

    (void)state;
    assert_non_null(text);
    memset(text, '4', len + 2);
    assert_int_equal(hex_read(&hex, text, len), HEX_FINE);
    assert_int_equal(hex.count, HEX_BYTES);
    assert_int_equal(hex_read(&hex, text, len + 2), HEX_LARGE);
    free(text);
}

TEST_MAIN(TEST(streams), TEST(arrays), TEST(dumps), TEST(errors), TEST(large))
