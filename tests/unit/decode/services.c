/* SPDX-License-Identifier: BSD-2-Clause */
/* /etc/services as a feed. */
#include "harness.h"

#define SERVICES "linux/etc/services"

static void names(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(SERVICES,
                                 "# comment\n"
                                 "ours\t8821/tcp\talias # more\n"
                                 "ours  8821/udp\n"
                                 "\n"
                                 "odd 12/xyz\n"
                                 "last 65535/tcp",
                                 &got->sink),
                     0);
    assert_int_equal(got->name_count, 3);
    assert_int_equal(got->names[0].kind, PL_NAME_SERVICE);
    assert_int_equal(got->names[0].id, PL_SERVICE_ID(8821, PL_PROTO_TCP));
    assert_string_equal(got->names[0].text.data, "ours");
    assert_int_equal(got->names[1].id, PL_SERVICE_ID(8821, PL_PROTO_UDP));
    assert_int_equal(got->names[2].id, PL_SERVICE_ID(65535, PL_PROTO_TCP));
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

static void malformed(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(SERVICES,
                                 "noport\nbad x/tcp\nbig 65536/tcp\nesc\x1b 9/tcp\nfine 7/tcp\n",
                                 &got->sink),
                     0);
    assert_int_equal(got->name_count, 1);
    assert_string_equal(got->names[0].text.data, "fine");
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 4);
    recorder_free(got);
}

static void sink_fails(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->fail_after = 1;
    got->fail_with = -ENOMEM;
    assert_int_equal(decode_text(SERVICES, "a 1/tcp\nb 2/tcp\nc 3/tcp\n", &got->sink), -ENOMEM);
    assert_int_equal(got->name_count, 1);
    recorder_free(got);
}

TEST_MAIN(TEST(names), TEST(malformed), TEST(sink_fails))
