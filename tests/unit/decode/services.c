/* SPDX-License-Identifier: BSD-2-Clause */
/* Local names of ports. */
#include "../harness.h"

#define FEED "linux/etc/services"

static void names(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(FEED,
                                 "# head\nssh 22/tcp\n\nhttp\t80/tcp www # web\nlast 65535/udp",
                                 &got->sink),
                     0);
    assert_int_equal(got->name_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(got->names[i].kind, PL_NAME_SERVICE);
    assert_int_equal(got->names[0].id, PL_SERVICE_ID(22, PL_PROTO_TCP));
    assert_string_equal(got->names[0].text.data, "ssh");
    assert_int_equal(got->names[1].id, PL_SERVICE_ID(80, PL_PROTO_TCP));
    assert_string_equal(got->names[1].text.data, "http");
    assert_int_equal(got->names[2].id, PL_SERVICE_ID(65535, PL_PROTO_UDP));
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

static void malformed(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_text(FEED, "ssh\nx 65536/tcp\ny\x1b 1/tcp\nok 7/tcp\n", &got->sink), 0);
    assert_int_equal(got->name_count, 1);
    assert_string_equal(got->names[0].text.data, "ok");
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    assert_int_equal(got->notes[0].count, 3);
    recorder_free(got);
}

static void sink_error(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    got->fail_after = 0;
    assert_int_equal(decode_text(FEED, "ssh 22/tcp\n", &got->sink), -ENOMEM);
    recorder_free(got);
}

TEST_MAIN(TEST(names), TEST(malformed), TEST(sink_error))
