/* SPDX-License-Identifier: BSD-2-Clause */
/* net.inet.sctp.assoclist of FreeBSD: tests/recordings/make-encoded. */
#include "tables.h"

#include "decode/bsd/freebsd_layout.h"

#define RECORDING "freebsd-14-amd64-more"
#define FEED      "freebsd/net.inet.sctp.assoclist"
#define SCTP      ((int)PL_SLOT_SOCKS + (int)PL_PROTO_SCTP)

static struct recorder_sink *decode_whole(void)
{
    struct table table = table_load(RECORDING, FEED, SCTP);
    struct recorder_sink *got = recorder_new();

    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    table_free(&table);
    return got;
}

/* Returns a text of a socket, or "". */
static const char *text_of(const struct recorder_sink *got, size_t sock, enum pl_attr_id id)
{
    for (size_t i = 0; i < got->attr_count; i++) {
        if (got->attr_sock[i] == sock && got->attrs[i].id == id)
            return got->attrs[i].u.text;
    }
    return "";
}

static void sockets(void **state)
{
    static const struct {
        uint8_t family, type;
        uint16_t state, local_port, peer_port;
        const char *locals, *peers, *association;
    } want[] = {
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_LISTEN, 3868, 0, "", "", ""},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_CLOSED, 3868, 4000, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "CLOSED"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_SYN_SENT, 3868, 4001, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "COOKIE_WAIT"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_SYN_SENT, 3868, 4002, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "COOKIE_ECHOED"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_ESTABLISHED, 3868, 4003, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "ESTABLISHED"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_FIN_WAIT2, 3868, 4004, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "SHUTDOWN_SENT"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_CLOSE_WAIT, 3868, 4005, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "SHUTDOWN_RECEIVED"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_LAST_ACK, 3868, 4006, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "SHUTDOWN_ACK_SENT"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_FIN_WAIT1, 3868, 4007, "127.0.0.1,10.0.0.1",
         "10.0.0.2,10.0.0.3", "SHUTDOWN_PENDING"},
        {PL_FAMILY_INET, PL_TYPE_SEQPACKET, PL_STATE_OTHER | 0x100, 3868, 4008,
         "127.0.0.1,10.0.0.1", "10.0.0.2,10.0.0.3", ""},
        {PL_FAMILY_INET6, PL_TYPE_STREAM, PL_STATE_LISTEN, 5000, 0, "fe80::1,::1", "", ""},
        {PL_FAMILY_INET6, PL_TYPE_STREAM, PL_STATE_ESTABLISHED, 5001, 5002, "fe80::1,127.0.0.1",
         "fe80::2", "ESTABLISHED"},
        {PL_FAMILY_INET6, PL_TYPE_STREAM, PL_STATE_LISTEN, 5003, 0, "", "", ""},
        {PL_FAMILY_INET, PL_TYPE_STREAM, PL_STATE_BOUND, 5004, 0, "127.0.0.1", "", ""},
        {PL_FAMILY_INET6, PL_TYPE_STREAM, PL_STATE_BOUND, 5005, 0, "fe80::1", "", ""},
        {PL_FAMILY_INET, PL_TYPE_STREAM, PL_STATE_CLOSED, 0, 0, "", "", ""},
    };
    struct recorder_sink *got = decode_whole();

    (void)state;
    assert_int_equal(got->sock_count, COUNT_OF(want));
    assert_int_equal(got->note_count, 0);
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        const struct pl_sock *sock = &got->socks[i];

        assert_int_equal(sock->proto, PL_PROTO_SCTP);
        assert_int_equal(sock->family, want[i].family);
        assert_int_equal(sock->type, want[i].type);
        assert_int_equal(sock->state, want[i].state);
        assert_int_equal(sock->local_port, want[i].local_port);
        assert_int_equal(sock->peer_port, want[i].peer_port);
        assert_string_equal(text_of(got, i, PL_ATTR_LOCAL_ADDRESSES), want[i].locals);
        assert_string_equal(text_of(got, i, PL_ATTR_PEER_ADDRESSES), want[i].peers);
        assert_string_equal(text_of(got, i, PL_ATTR_ASSOCIATION), want[i].association);
        assert_false(sock->have & PL_HAVE_UID);
        assert_int_equal((sock->have & PL_HAVE_RECV_Q) != 0, want[i].state == PL_STATE_LISTEN);
    }
    recorder_free(got);
}

/* Addresses, zones, queues and keys. */
static void ends(void **state)
{
    struct recorder_sink *got = decode_whole();
    const struct pl_sock *socks = got->socks;

    (void)state;
    assert_int_equal(socks[0].recv_q, 1);
    assert_int_equal(socks[0].send_q, 70000); /* more than the older field of 16 bits */
    assert_memory_equal(socks[4].local_addr, "\0\0\0\0", 4); /* one of several interfaces */
    assert_memory_equal(socks[4].peer_addr, "\x0a\0\0\2", 4);
    assert_true(socks[0].key != 0 && socks[0].key == socks[9].key);
    assert_memory_equal(socks[10].local_addr, "\xfe\x80\0\0\0", 5);
    assert_int_equal(socks[10].ifindex, 1);
    assert_true(socks[10].have & PL_HAVE_SCOPE);
    assert_memory_equal(socks[11].local_addr, "\xfe\x80\0\0\0", 5);
    assert_int_equal(socks[11].local_addr[15], 1);
    assert_int_equal(socks[11].peer_addr[15], 2);
    assert_int_equal(socks[11].ifindex, 2); /* from the field beside the address */
    assert_false(socks[10].have & PL_HAVE_V6ONLY);
    assert_true(socks[12].have & PL_HAVE_V6ONLY);
    assert_false(socks[12].flags & PL_FLAG_V6ONLY);
    assert_memory_equal(socks[13].local_addr, "\x7f\0\0\1", 4);
    assert_int_equal(socks[14].ifindex, 2);
    assert_int_equal(socks[15].key, 0);
    assert_true(socks[15].flags & PL_FLAG_ORPHAN);
    recorder_free(got);
}

static void damage(void **state)
{
    struct table table = table_load(RECORDING, FEED, SCTP);
    struct recorder_sink *got = recorder_new();

    (void)state;
    table_damage(&table, 0, 4);
    /* neither inside a list nor its end */
    table_set32(&table, PL_XSCTP_INPCB_LAST, 2);
    assert_int_equal(table_decode(&table, table.len, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 0);
    table_set32(&table, PL_XSCTP_INPCB_LAST, 0);
    /* without its end */
    assert_int_equal(table_decode(&table, table.len - PL_XSCTP_INPCB_SIZE, &got->sink), -EBADMSG);
    assert_int_equal(got->sock_count, 16);
    assert_int_equal(decode_feed_abi(FEED, table.bytes, table.len, false, 4, &got->sink), 0);
    assert_int_equal(got->sock_count, 16);
    assert_int_equal(got->notes[got->note_count - 1].kind, PL_NOTE_LAYOUT);
    for (int works = 0; works < 16; works++) {
        got->fail_after = works;
        assert_int_equal(table_decode(&table, table.len, &got->sink), -ENOMEM);
    }
    recorder_free(got);
    table_free(&table);
}

TEST_MAIN(TEST(sockets), TEST(ends), TEST(damage))
