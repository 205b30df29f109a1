/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

/* Asserts the kind of a note, and that owners are hidden unless the note is about jails. */
static size_t noted(const char *feed, const char *bytes, size_t len, int err,
                    enum pl_note_kind kind)
{
    bool owners = kind != PL_NOTE_JAILED && kind != PL_NOTE_STACKS_HIDDEN;
    struct recorder_sink *got = recorder_new();
    size_t count;

    assert_int_equal(decode_feed(feed, bytes, len, &got->sink), err);
    count = got->note_count;
    if (count > 0)
        assert_int_equal(got->notes[0].kind, kind);
    assert_int_equal(got->denied_count, owners ? count : 0);
    recorder_free(got);
    return count;
}

static size_t notes_of(const char *feed, const char *bytes, size_t len, int err)
{
    return noted(feed, bytes, len, err, PL_NOTE_SOCKS_HIDDEN);
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

static void jails(void **state)
{
    static const char see[] = "freebsd/security.bsd.see_jail_proc";
    static const char jailed[] = "freebsd/security.jail.jailed";
    /* a jail that inherits the network, and two that do not */
    static const char list[] = "\1\0\0\0\2\0\0\0\2\0\0\0\1\0\0\0\3\0\0\0\1\0\0\0";
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(noted(see, "\0\0\0\0", 4, 0, PL_NOTE_JAILS_HIDDEN), 1);
    assert_int_equal(noted(see, "\1\0\0\0", 4, 0, PL_NOTE_JAILS_HIDDEN), 0);
    assert_int_equal(noted(jailed, "\1\0\0\0", 4, 0, PL_NOTE_JAILED), 1);
    assert_int_equal(noted(jailed, "\0\0\0\0", 4, 0, PL_NOTE_JAILED), 0);
    assert_int_equal(noted("freebsd/jails", "", 0, 0, PL_NOTE_STACKS_HIDDEN), 0);
    assert_int_equal(noted("freebsd/jails", list, 8, 0, PL_NOTE_STACKS_HIDDEN), 0);
    assert_int_equal(noted("freebsd/jails", list, 17, -EBADMSG, PL_NOTE_STACKS_HIDDEN), 1);
    assert_int_equal(decode_feed("freebsd/jails", list, 24, &got->sink), 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].count, 2);
    recorder_free(got);
}

static void damage(void **state)
{
    (void)state;
    assert_int_equal(notes_of("netbsd/security.curtain", "\1\0\0\0\0", 5, -EBADMSG), 0);
    assert_int_equal(notes_of("netbsd/security.curtain", "\1\0", 2, -EBADMSG), 0);
    assert_int_equal(notes_of("netbsd/security.curtain", "", 0, -EBADMSG), 0);
}

TEST_MAIN(TEST(settings), TEST(jails), TEST(damage))
