/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of a recording, whose bytes are hostile. */
#include "harness.h"

#include "decode/frames.h"

struct sink {
    struct recorder_sink *recorder;
    struct pl_event last;
    struct pl_holder holder;
    size_t count;
};

static struct sink seen;

static int on_event(struct pl_sink *sink, const struct pl_event *event)
{
    (void)sink;
    seen.last = *event;
    if (event->holders)
        seen.holder = event->holders->items[event->holders->count - 1];
    return seen.count++ == 99 ? -ENOMEM : 0;
}

static int decode(const struct bytes *b)
{
    int err;

    seen = (struct sink){.recorder = recorder_new()};
    seen.recorder->sink.event = on_event;
    err = decode_feed_abi("linux/events", b->data, b->len, b->big_endian, 8, &seen.recorder->sink);
    return err;
}

/* Appends an event with these holders, named "aaaa...". */
static void put_event(struct bytes *b, uint16_t format, uint8_t kind, uint16_t holders)
{
    size_t from = b->len + 4;

    put_u32(b, PL_JOURNAL_BYTES + PL_JOURNAL_HOLDER * (uint32_t)holders);
    put_u16(b, format);
    put_u16(b, holders);
    put_u16(b, PL_EVENT_HAVE_SOCK);
    put_u8(b, kind);
    put_zeros(b, from + PL_JOURNAL_LOCAL_PORT - b->len);
    put_u32(b, 443);
    put_zeros(b, from + PL_JOURNAL_TIME - b->len);
    put_u64(b, UINT64_C(0x1122334455667788));
    put_zeros(b, from + PL_JOURNAL_BYTES - b->len);
    for (uint16_t i = 0; i < holders; i++) {
        put_u32(b, 100U + i);
        put_u32(b, 7);
        put_bytes(b, "aaaaaaaaaaaaaaaa", 16);
    }
}

static void values(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct bytes b = {.big_endian = big != 0};

        put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_ACCEPT, 2);
        assert_int_equal(decode(&b), 0);
        assert_int_equal(seen.count, 1);
        assert_int_equal(seen.last.kind, PL_EVENT_ACCEPT);
        assert_int_equal(seen.last.sock.local_port, 443);
        assert_true(seen.last.time == UINT64_C(0x1122334455667788));
        assert_int_equal(seen.last.sock.owner_unknown, PL_OWNER_KNOWN);
        assert_int_equal(seen.holder.pid, 101);
        assert_string_equal(seen.holder.name, "aaaaaaaaaaaaaaa"); /* terminated */
        recorder_free(seen.recorder);
    }
}

/* Events of another format, of an unknown kind, or of the wrong length are ignored, with a note. */
static void malformed(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_event(&b, PL_JOURNAL_FORMAT + 1, PL_EVENT_ACCEPT, 0);
    put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_MAX, 0);
    put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_CLOSE, 0);
    put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_CLOSE, PL_JOURNAL_HOLDERS_MAX + 1);
    put_u32(&b, 0);
    assert_int_equal(decode(&b), 0);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last.sock.owner_unknown, PL_OWNER_NOT_ASKED);
    assert_int_equal(seen.recorder->note_count, 1);
    assert_int_equal(seen.recorder->notes[0].count, 4);
    recorder_free(seen.recorder);
}

static void truncated(void **state)
{
    struct bytes b = {0};
    size_t whole;

    (void)state;
    put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_LISTEN, 1);
    whole = b.len;
    put_event(&b, PL_JOURNAL_FORMAT, PL_EVENT_CLOSE, 1);
    for (; b.len > 0; b.len--) {
        assert_int_equal(decode(&b), b.len % whole == 0 ? 0 : -EBADMSG);
        assert_int_equal(seen.count, b.len / whole);
        recorder_free(seen.recorder);
    }
    /* A length beyond any memory. */
    put_u32(&b, UINT32_MAX);
    assert_int_equal(decode(&b), -EBADMSG);
    recorder_free(seen.recorder);
}

TEST_MAIN(TEST(values), TEST(malformed), TEST(truncated))
