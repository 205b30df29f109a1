/* SPDX-License-Identifier: BSD-2-Clause */
/* kern.proc.filedesc of FreeBSD: tests/recordings/make-encoded. */
#include "tables.h"

#include "decode/bsd/freebsd_layout.h"
#include "decode/frames.h"

#define RECORDING    "freebsd-14-amd64-edited"
#define FEED         "freebsd/kern.proc.filedesc"
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)

static struct recorder_sink *decode_whole(unsigned int slot)
{
    struct table table = table_load(RECORDING, FEED, slot);
    struct recorder_sink *got = recorder_new();

    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    table_free(&table);
    return got;
}

static void udplite(void **state)
{
    struct recorder_sink *got = decode_whole(SOCKS(UDPLITE));

    (void)state;
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(got->socks[0].family, PL_FAMILY_INET);
    assert_int_equal(got->socks[0].local_port, 7000);
    assert_memory_equal(got->socks[0].local_addr, "\x7f\0\0\1\0", 5);
    assert_int_equal(got->socks[0].state, PL_STATE_UNCONN);
    assert_int_equal(got->socks[0].type, PL_TYPE_DGRAM);
    assert_int_equal(got->socks[0].recv_q, 5);
    assert_int_equal(got->socks[0].send_q, 6);
    assert_true(got->socks[0].key == 0xfffff80001990000);
    assert_int_equal(got->socks[1].family, PL_FAMILY_INET6);
    assert_int_equal(got->socks[1].peer_port, 41000);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    assert_int_equal(got->owner_count, 2);
    assert_int_equal(got->owners[1].pid, 13);
    assert_int_equal(got->owners[1].fd, 5);
    /* One process is refused. */
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_SOCKS_HIDDEN);
    recorder_free(got);
}

/* Two processes share a socket, whose state is unknown. */
static void sctp(void **state)
{
    struct recorder_sink *got = decode_whole(SOCKS(SCTP));

    (void)state;
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->socks[0].local_port, 5000);
    assert_int_equal(got->socks[0].ifindex, 1);
    assert_true(got->socks[0].have & PL_HAVE_SCOPE);
    assert_false(got->socks[0].have & PL_HAVE_STATE);
    assert_int_equal(got->socks[0].type, PL_TYPE_SEQPACKET);
    assert_int_equal(got->socks[1].state, PL_STATE_ESTABLISHED);
    assert_int_equal(got->socks[1].type, PL_TYPE_STREAM);
    assert_true(got->socks[0].key == got->socks[2].key);
    assert_int_equal(got->owners[0].pid, 13);
    assert_int_equal(got->owners[2].pid, 14);
    assert_int_equal(got->owners[2].fd, 9);
    recorder_free(got);
}

/* A table without processes that are refused has no note. */
static void permitted(void **state)
{
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_feed(FEED, "", 0, &got->sink), 0);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
}

/* A record too short for its fields, too long, of another domain, without a key, of 32 bits. */
static void damage(void **state)
{
    static const struct {
        size_t at; /* in the first record */
        uint32_t value;
        int err;
        size_t socks;
    } cases[] = {{0, 8, -EBADMSG, 0},
                 {0, 100000, -EBADMSG, 0},
                 {PL_KINFO_FD_DOMAIN, 1, 0, 1},
                 {PL_KINFO_FD_FD, 0x80000000U, 0, 1}};
    struct table table = table_load(RECORDING, FEED, SOCKS(UDPLITE));
    struct recorder_sink *got;

    (void)state;
    table_damage(&table, 0, 4);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct table changed = table_load(RECORDING, FEED, SOCKS(UDPLITE));

        got = recorder_new();
        table_set32(&changed, PL_FRAME_HEAD + cases[i].at, (uint32_t)cases[i].value);
        assert_int_equal(table_decode(&changed, changed.len, &got->sink), cases[i].err);
        assert_int_equal(got->sock_count, cases[i].socks);
        assert_int_equal(got->note_count, cases[i].err == 0 ? 2 : 0);
        recorder_free(got);
        table_free(&changed);
    }
    got = recorder_new();
    assert_int_equal(decode_feed_abi(FEED, table.bytes, table.len, false, 4, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    recorder_free(got);
    table_free(&table);
}

TEST_MAIN(TEST(udplite), TEST(sctp), TEST(permitted), TEST(damage))
