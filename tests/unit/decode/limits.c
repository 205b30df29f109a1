/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

static size_t notes_of(const char *feed, const char *bytes, size_t len, int err)
{
    struct recorder_sink *got = recorder_new();
    size_t count;

    assert_int_equal(decode_feed(feed, bytes, len, &got->sink), err);
    count = got->note_count;
    if (count > 0)
        assert_int_equal(got->notes[0].kind, PL_NOTE_SOCKS_HIDDEN);
    recorder_free(got);
    return count;
}

static void settings(void **state)
{
    (void)state;
    assert_int_equal(notes_of("freebsd/security.bsd.see_other_uids", "\0\0\0\0", 4, 0), 1);
    assert_int_equal(notes_of("freebsd/security.bsd.see_other_uids", "\1\0\0\0", 4, 0), 0);
    assert_int_equal(notes_of("freebsd/security.bsd.see_other_gids", "\0\0\0\0", 4, 0), 1);
    assert_int_equal(notes_of("netbsd/security.curtain", "\0\0\0\0", 4, 0), 0);
    assert_int_equal(notes_of("netbsd/security.curtain", "\1\0\0\0", 4, 0), 1);
}

static void damage(void **state)
{
    (void)state;
    assert_int_equal(notes_of("netbsd/security.curtain", "\1\0\0\0\0", 5, -EBADMSG), 0);
    assert_int_equal(notes_of("netbsd/security.curtain", "\1\0", 2, -EBADMSG), 0);
    assert_int_equal(notes_of("netbsd/security.curtain", "", 0, -EBADMSG), 0);
}

TEST_MAIN(TEST(settings), TEST(damage))
