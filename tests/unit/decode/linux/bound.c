/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP sockets that are only bound. */
#include "decode/linux/bound.h"
#include "harness.h"

#define FEED "linux/bound"

enum { CLOSE = 7, LISTEN = 10, BOUND = 13 }; /* include/net/tcp_states.h */

struct message {
    uint8_t family, state;
    uint16_t port;
    uint8_t local[16];
    uint32_t inode, cookie, uid, recv_q, send_q, interface;
    int v6only; /* negative: no attribute */
};

static void put_message(struct bytes *b, const struct message *m)
{
    const size_t from = b->len;
    const uint8_t v6only[4] = {m->v6only == 1};

    put_u32(b, PL_BOUND_SIZE);
    put_u16(b, 20);
    put_u16(b, 2);
    put_zeros(b, 8);
    assert_int_equal(b->len - from, PL_BOUND_MSG_FAMILY);
    put_u8(b, m->family);
    put_u8(b, m->state);
    put_zeros(b, 2);
    assert_int_equal(b->len - from, PL_BOUND_MSG_SPORT);
    put_be16(b, m->port);
    put_be16(b, 0);
    assert_int_equal(b->len - from, PL_BOUND_MSG_SRC);
    put_bytes(b, m->local, 16);
    put_zeros(b, 16);
    assert_int_equal(b->len - from, PL_BOUND_MSG_IF);
    put_u32(b, m->interface);
    put_u32(b, m->cookie);
    put_u32(b, 0);
    put_u32(b, 0);
    assert_int_equal(b->len - from, PL_BOUND_MSG_RQUEUE);
    put_u32(b, m->recv_q);
    put_u32(b, m->send_q);
    put_u32(b, m->uid);
    put_u32(b, m->inode);
    assert_int_equal(b->len - from, PL_BOUND_ATTR);
    put_u16(b, 5);
    put_u16(b, m->v6only < 0 ? 0 : 11);
    put_bytes(b, v6only, 4);
    assert_int_equal(b->len - from, PL_BOUND_SIZE);
}

static const struct message samples[] = {
    {2, BOUND, 80, {10, 0, 0, 1}, 501, 7, 1000, 3, 4, 2, -1},
    {10, BOUND, 81, {[15] = 1}, 502, 0, 0, 0, 0, 0, 1},
    {10, CLOSE, 82, {0}, 503, 9, 0, 0, 0, 0, 0},
};

static void sockets_of(bool big_endian)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {.big_endian = big_endian};

    for (size_t i = 0; i < COUNT_OF(samples); i++)
        put_message(&b, &samples[i]);
    assert_int_equal(decode_feed_abi(FEED, b.data, b.len, big_endian, 8, &got->sink), 0);
    assert_int_equal(got->sock_count, COUNT_OF(samples));
    assert_int_equal(got->note_count, 0);
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        const struct pl_sock *sock = &got->socks[i];
        const struct message *m = &samples[i];

        assert_int_equal(sock->proto, PL_PROTO_TCP);
        assert_int_equal(sock->state, PL_STATE_BOUND);
        assert_int_equal(sock->family, m->family == 2 ? PL_FAMILY_INET : PL_FAMILY_INET6);
        assert_int_equal(sock->local_port, m->port);
        assert_memory_equal(sock->local_addr, m->local, 16);
        assert_int_equal(sock->key, m->inode);
        assert_int_equal(sock->uid, m->uid);
        assert_int_equal(sock->recv_q, m->recv_q);
        assert_int_equal(sock->send_q, m->send_q);
        assert_int_equal((sock->have & PL_HAVE_COOKIE) != 0, m->cookie != 0);
        assert_int_equal((sock->have & PL_HAVE_INTERFACE) != 0, m->interface != 0);
        assert_int_equal((sock->have & PL_HAVE_V6ONLY) != 0, m->v6only >= 0);
        assert_int_equal((sock->flags & PL_FLAG_V6ONLY) != 0, m->v6only == 1);
    }
    recorder_free(got);
}

static void sockets(void **state)
{
    (void)state;
    sockets_of(false);
    sockets_of(true);
}

/* The program writes neither other states nor other families. */
static void others(void **state)
{
    static const struct message wrong[] = {{2, LISTEN, 80, {0}, 1, 1, 0, 0, 0, 0, -1},
                                           {1, BOUND, 80, {0}, 2, 1, 0, 0, 0, 0, -1}};
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_message(&b, &wrong[0]);
    put_message(&b, &samples[0]);
    put_message(&b, &wrong[1]);
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 1);
    assert_int_equal(got->socks[0].key, 501);
    assert_int_equal(got->note_count, 2);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    recorder_free(got);
}

static void cut_and_refused(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};

    (void)state;
    put_message(&b, &samples[0]);
    for (size_t len = 1; len < b.len; len++)
        assert_int_equal(decode_feed(FEED, b.data, len, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 0);
    /* shorter than struct inet_diag_msg */
    set_u32(&b, 0, 40);
    assert_int_equal(decode_feed(FEED, b.data, 40, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->note_count, 1);
    set_u32(&b, 0, PL_BOUND_SIZE);
    /* a recording without its end */
    assert_int_equal(decode_whole_feed(FEED, b.data, b.len, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 1);
    got->fail_after = 0;
    assert_int_equal(decode_feed(FEED, b.data, b.len, &got->sink), -ENOMEM);
    recorder_free(got);
}

TEST_MAIN(TEST(sockets), TEST(others), TEST(cut_and_refused))
