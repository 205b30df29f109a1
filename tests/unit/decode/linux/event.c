/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of the kernel: records of the ring buffer, and messages about destroyed sockets. */
#include "harness.h"

#include "decode/linux/event.h"

#include <errno.h>

#define EPOCH 1700000000000000000U

/* A record in the order of PL_EVENT_*. */
struct record {
    uint64_t time, cookie, inode, bytes_in, bytes_out;
    uint8_t peer[16], local[16];
    uint32_t pid, uid, sock_uid, netns, ifindex, retrans, srtt, unacked, expected;
    uint16_t error;
    uint8_t old, new, kind, tcp, shutdown, v6only;
    uint16_t family, protocol, peer_port, local_port, sport;
    char name[16];
};

static const struct record closing = {
    .time = 7,
    .cookie = 0x123456789abcdef0U,
    .inode = 99,
    .bytes_in = 1U << 30,
    .bytes_out = 6,
    .peer = {10, 0, 0, 2},
    .local = {10, 0, 0, 1},
    .pid = 4242,
    .uid = 33,
    .sock_uid = 34,
    .netns = 4026531840U,
    .ifindex = 2,
    .retrans = 3,
    .srtt = 88,
    .unacked = 4000000001U,
    .expected = 5,
    .error = 104,
    .old = 1,
    .new = 4,
    .tcp = 1,
    .family = 2,
    .protocol = 6,
    .peer_port = 443,
    .local_port = 50000,
    .sport = 50001,
    .name = "curl",
};

static void put_record(struct bytes *b, const struct record *r)
{
    put_u64(b, r->time);
    put_u64(b, r->cookie);
    put_u64(b, r->inode);
    put_u64(b, r->bytes_in);
    put_u64(b, r->bytes_out);
    put_bytes(b, r->peer, 16);
    put_bytes(b, r->local, 16);
    put_u32(b, r->pid);
    put_u32(b, r->uid);
    put_u32(b, r->sock_uid);
    put_u32(b, r->netns);
    put_u32(b, r->ifindex);
    put_u32(b, r->retrans);
    put_u32(b, r->srtt);
    put_u32(b, r->unacked);
    put_u32(b, r->expected);
    put_u16(b, r->error);
    put_u8(b, r->old);
    put_u8(b, r->new);
    put_u8(b, r->kind);
    put_u8(b, r->tcp);
    put_u16(b, r->family);
    put_u16(b, r->protocol);
    put_be16(b, r->peer_port);
    put_u16(b, r->local_port);
    put_be16(b, r->sport);
    put_u8(b, r->shutdown);
    put_u8(b, r->v6only);
    put_bytes(b, r->name, 16);
}

static int decode(const struct record *record, bool big_endian, struct pl_report *out)
{
    struct bytes b = {.big_endian = big_endian};
    struct pl_slice slice;

    put_record(&b, record);
    assert_int_equal(b.len, PL_EVENT_SIZE);
    slice = (struct pl_slice){b.data, b.len, big_endian};
    return pl_linux_event(&slice, EPOCH, out);
}

static void fields_of(bool big_endian)
{
    struct pl_report got;

    assert_int_equal(decode(&closing, big_endian, &got), 0);
    assert_true(got.at.time == EPOCH + 7);
    assert_true(got.at.steady == 7);
    assert_int_equal(got.kind, PL_REPORT_STATE);
    assert_int_equal(got.have, PL_REPORT_HAVE_PROCESS | PL_REPORT_HAVE_NETNS |
                                   PL_REPORT_HAVE_BYTES | PL_REPORT_HAVE_RETRANS |
                                   PL_REPORT_HAVE_RTT | PL_REPORT_HAVE_ERROR |
                                   PL_REPORT_HAVE_NUMBERS);
    assert_true(got.unacked == 4000000001U);
    assert_int_equal(got.expected, 5);
    assert_int_equal(got.old_state, PL_STATE_ESTABLISHED);
    assert_int_equal(got.sock.state, PL_STATE_FIN_WAIT1);
    assert_int_equal(got.sock.proto, PL_PROTO_TCP);
    assert_int_equal(got.sock.family, PL_FAMILY_INET);
    assert_int_equal(got.sock.type, PL_TYPE_STREAM);
    assert_int_equal(got.sock.local_port, 50000);
    assert_int_equal(got.sock.peer_port, 443);
    assert_memory_equal(got.sock.local_addr, "\12\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(got.sock.peer_addr, "\12\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_true(got.sock.cookie == 0x123456789abcdef0U);
    assert_true(got.sock.key == 99);
    assert_int_equal(got.sock.uid, 34);
    assert_int_equal(got.sock.ifindex, 2);
    assert_true(got.bytes_in == 1U << 30);
    assert_true(got.bytes_out == 6);
    assert_int_equal(got.retrans, 3);
    assert_int_equal(got.rtt_us, 11);
    assert_int_equal(got.error, 104);
    assert_true(got.netns == 4026531840U);
    assert_int_equal(got.pid, 4242);
    assert_int_equal(got.process_uid, 33);
    assert_string_equal(got.process, "curl");
}

static void fields(void **state)
{
    (void)state;
    fields_of(false);
    fields_of(true);
}

/* The port of an autobound socket is 0 before and after, but its last port is known. */
static void ports(void **state)
{
    struct record record = closing;
    struct pl_report got;

    (void)state;
    record.local_port = 0;
    assert_int_equal(decode(&record, false, &got), 0);
    assert_int_equal(got.sock.local_port, 50001);
    assert_true(got.sock.have & PL_HAVE_LOCAL);
    record.sport = 0;
    assert_int_equal(decode(&record, false, &got), 0);
    assert_int_equal(got.sock.local_port, 0);
    assert_false(got.sock.have & PL_HAVE_LOCAL);
}

/* A packet that interrupts the idle task has no process; a name of 16 bytes is cut. */
static void processes(void **state)
{
    struct record record = closing;
    struct pl_report got;

    (void)state;
    record.pid = 0;
    assert_int_equal(decode(&record, false, &got), 0);
    assert_false(got.have & PL_REPORT_HAVE_PROCESS);
    assert_int_equal(got.pid, 0);
    record = closing;
    memset(record.name, 'x', 16);
    assert_int_equal(decode(&record, false, &got), 0);
    assert_string_equal(got.process, "xxxxxxxxxxxxxxx");
}

/* As in tables: only IPv6 sockets without a peer have the property. */
static void v6only(void **state)
{
    static const struct {
        uint16_t family, peer_port;
        uint8_t value;
        unsigned int have, flags;
    } rows[] = {
        {10, 0, 0x20, PL_HAVE_V6ONLY, PL_FLAG_V6ONLY},
        {10, 0, 0, PL_HAVE_V6ONLY, 0},
        {10, 443, 0x20, 0, 0},
        {2, 0, 0x20, 0, 0}, /* not written by the program */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct record record = closing;
        struct pl_report got;

        record.family = rows[i].family;
        record.peer_port = rows[i].peer_port;
        record.v6only = rows[i].value;
        assert_int_equal(decode(&record, false, &got), 0);
        assert_int_equal(got.sock.have & PL_HAVE_V6ONLY, rows[i].have);
        assert_int_equal(got.sock.flags, rows[i].flags);
    }
}

/* close(2) of the last descriptor, not shutdown(2) of one direction. */
static void released(void **state)
{
    struct record record = closing;
    struct pl_report got;

    (void)state;
    for (uint8_t how = 0; how < 4; how++) {
        record.shutdown = how;
        assert_int_equal(decode(&record, false, &got), 0);
        assert_int_equal((got.have & PL_REPORT_RELEASED) != 0, how == 3);
    }
}

static void udp(void **state)
{
    struct record record = closing;
    struct pl_report got;

    (void)state;
    record.protocol = 17;
    record.tcp = 0;
    record.kind = PL_REPORT_BOUND;
    record.old = record.new = 7;
    record.peer_port = 0;
    assert_int_equal(decode(&record, false, &got), 0);
    assert_int_equal(got.kind, PL_REPORT_BOUND);
    assert_int_equal(got.sock.proto, PL_PROTO_UDP);
    assert_int_equal(got.sock.state, PL_STATE_UNCONN);
    assert_int_equal(got.have, PL_REPORT_HAVE_PROCESS | PL_REPORT_HAVE_NETNS);
    record.kind = PL_REPORT_ENDED;
    assert_int_equal(decode(&record, false, &got), 0);
    assert_int_equal(got.old_state, PL_STATE_UNCONN);
    assert_int_equal(got.sock.state, PL_STATE_CLOSED);
}

static void damaged(void **state)
{
    static const struct {
        uint16_t family, protocol;
        uint8_t kind;
    } bad[] = {{1, 6, 0}, {2, 47, 0}, {2, 6, PL_REPORT_ENDED + 1}};
    struct bytes b = {0};
    struct pl_report got;

    (void)state;
    put_record(&b, &closing);
    for (size_t len = 0; len < b.len; len++) {
        uint8_t *copy = malloc(len + 1); /* so that sanitizers see a read beyond it */
        const struct pl_slice slice = {copy, len, false};

        memcpy(copy, b.data, len);
        assert_int_equal(pl_linux_event(&slice, 0, &got), -EBADMSG);
        free(copy);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct record record = closing;

        record.family = bad[i].family;
        record.protocol = bad[i].protocol;
        record.kind = bad[i].kind;
        assert_int_equal(decode(&record, false, &got), -EBADMSG);
    }
}

/* ---- destroyed sockets ---- */

#define BY_FAMILY 20
#define PROTOCOL  10
#define INFO      2

static void put_attr(struct bytes *b, uint16_t type, const void *value, uint16_t len)
{
    put_u16(b, (uint16_t)(len + 4));
    put_u16(b, type);
    put_bytes(b, value, len);
    while (b->len % 4 != 0)
        put_u8(b, 0);
}

/* struct inet_diag_msg as the kernel fills it in: state CLOSE, no inode. */
static void put_destroyed(struct bytes *b, uint16_t type, uint8_t protocol)
{
    size_t at = nl_begin(b, type, 0);
    struct bytes info = {.big_endian = b->big_endian};

    put_u8(b, 2);
    put_u8(b, 7);
    put_u16(b, 0);
    put_be16(b, 50000);
    put_be16(b, 443);
    put_bytes(b, (const uint8_t[16]){10, 0, 0, 1}, 16);
    put_bytes(b, (const uint8_t[16]){10, 0, 0, 2}, 16);
    put_u32(b, 0);
    put_u32(b, 0x9abcdef0U);
    put_u32(b, 0x12345678U);
    for (int i = 0; i < 3; i++)
        put_u32(b, 77); /* expires and queues: meaningless */
    put_u32(b, 34);
    put_u32(b, 0);
    put_attr(b, PROTOCOL, &protocol, 1);
    if (protocol == 6) { /* struct tcp_info */
        for (uint32_t i = 0; i < 60; i++)
            put_u32(&info, i == 17 ? 250 : i == 25 ? 3 : 0); /* rtt, total_retrans */
        memset(info.data + 120, 0, 16);
        info.data[b->big_endian ? 127 : 120] = 5; /* bytes_acked */
        info.data[b->big_endian ? 135 : 128] = 9; /* bytes_received */
        put_attr(b, INFO, info.data, 240);
    }
    nl_end(b, at);
}

struct seen {
    struct pl_report reports[4];
    size_t count;
    int answer;
};

static const struct pl_moment now = {55, 44};

static int see(void *arg, const struct pl_report *report)
{
    struct seen *seen = arg;

    assert_true(seen->count <= 3);
    seen->reports[seen->count++] = *report;
    return seen->answer;
}

static void destroyed_of(bool big_endian)
{
    struct bytes b = {.big_endian = big_endian};
    struct seen seen = {0};
    const struct pl_report *got = &seen.reports[0];
    struct pl_slice slice;

    put_destroyed(&b, BY_FAMILY, 6);
    put_destroyed(&b, BY_FAMILY + 1, 6); /* another message */
    put_destroyed(&b, BY_FAMILY, 47);    /* an unknown protocol */
    put_destroyed(&b, BY_FAMILY, 17);
    slice = (struct pl_slice){b.data, b.len, big_endian};
    assert_int_equal(pl_linux_destroyed(&slice, &now, 66, see, &seen), 0);
    assert_int_equal(seen.count, 2);
    assert_int_equal(got->kind, PL_REPORT_ENDED);
    assert_true(got->at.time == 55);
    assert_true(got->at.steady == 44);
    assert_int_equal(got->netns, 66);
    assert_int_equal(got->have, PL_REPORT_HAVE_NETNS | PL_REPORT_HAVE_BYTES |
                                    PL_REPORT_HAVE_RETRANS | PL_REPORT_HAVE_RTT);
    assert_true(got->bytes_out == 5);
    assert_true(got->bytes_in == 9);
    assert_int_equal(got->retrans, 3);
    assert_int_equal(got->rtt_us, 250);
    assert_int_equal(got->sock.proto, PL_PROTO_TCP);
    assert_int_equal(got->sock.state, PL_STATE_CLOSED);
    assert_int_equal(got->old_state, PL_STATE_NONE);
    assert_true(got->sock.cookie == 0x123456789abcdef0U);
    assert_int_equal(got->sock.local_port, 50000);
    assert_int_equal(got->sock.peer_port, 443);
    assert_int_equal(got->sock.uid, 34);
    assert_int_equal(got->sock.have,
                     PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_UID | PL_HAVE_COOKIE);
    assert_int_equal(seen.reports[1].sock.proto, PL_PROTO_UDP);
    assert_int_equal(seen.reports[1].sock.state, PL_STATE_CLOSED);
    assert_int_equal(seen.reports[1].have, PL_REPORT_HAVE_NETNS);
}

static void destroyed(void **state)
{
    (void)state;
    destroyed_of(false);
    destroyed_of(true);
}

/* A value of the taker stops it; damage ends it after the whole messages before. */
static void destroyed_stops(void **state)
{
    struct bytes b = {0};
    struct seen seen = {.answer = 7};
    struct pl_slice slice;
    size_t first;

    (void)state;
    put_destroyed(&b, BY_FAMILY, 6);
    first = b.len;
    put_destroyed(&b, BY_FAMILY, 17);
    slice = (struct pl_slice){b.data, b.len, false};
    assert_int_equal(pl_linux_destroyed(&slice, &now, 0, see, &seen), 7);
    assert_int_equal(seen.count, 1);
    assert_false(seen.reports[0].have & PL_REPORT_HAVE_NETNS);
    for (size_t len = 0; len < b.len; len++) {
        uint8_t *copy = malloc(len + 1);

        memcpy(copy, b.data, len);
        seen = (struct seen){0};
        slice = (struct pl_slice){copy, len, false};
        assert_int_equal(pl_linux_destroyed(&slice, &now, 0, see, &seen),
                         len == 0 || len == first ? 0 : -EBADMSG);
        assert_int_equal(seen.count, len >= first);
        free(copy);
    }
}

/* ---- dropped segments ---- */

static struct bytes drop_of(bool big_endian, uint8_t version, uint8_t flags)
{
    struct bytes b = {.big_endian = big_endian};

    put_u64(&b, 9);
    for (unsigned int end = 1; end <= 2; end++) {
        put_u32(&b, 0);
        b.data[b.len - 4] = 10;
        b.data[b.len - 1] = (uint8_t)end;
        put_zeros(&b, 11);
        put_u8(&b, (uint8_t)end);
    }
    put_be16(&b, 1000);
    put_be16(&b, 80);
    b.big_endian = true;
    put_u32(&b, 4000000000U);
    put_u32(&b, 6);
    b.big_endian = big_endian;
    put_u32(&b, 12);
    put_u32(&b, 4026531840U);
    put_u8(&b, flags);
    put_u8(&b, version);
    assert_int_equal(b.len, PL_DROP_SIZE);
    return b;
}

static int decode_drop(const struct bytes *b, size_t len, struct pl_report *out, uint32_t *reason)
{
    const struct pl_slice slice = {b->data, len, b->big_endian};

    return pl_linux_drop(&slice, EPOCH, out, reason);
}

/* The local end is the one that sent the SYN, also of a SYN-ACK. */
static void dropped(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 8; i++) {
        bool answer = (i & 1) != 0;
        bool v4 = (i & 2) != 0;
        struct bytes b = drop_of(i & 4, v4 ? 4 : 6, answer ? 0x12 : 0xc2);
        struct pl_report got;
        uint32_t reason = 0;

        assert_int_equal(decode_drop(&b, b.len, &got, &reason), 0);
        assert_int_equal(reason, 12);
        assert_int_equal(got.kind, PL_REPORT_DROPPED);
        assert_true(got.at.time == EPOCH + 9);
        assert_true(got.at.steady == 9);
        assert_int_equal(got.have, PL_REPORT_HAVE_NETNS);
        assert_true(got.netns == 4026531840U);
        assert_true(got.unacked == (answer ? 5U : 4000000000U));
        assert_int_equal(got.old_state, answer ? PL_STATE_SYN_RECV : PL_STATE_SYN_SENT);
        assert_int_equal(got.sock.family, v4 ? PL_FAMILY_INET : PL_FAMILY_INET6);
        assert_int_equal(got.sock.proto, PL_PROTO_TCP);
        assert_int_equal(got.sock.local_port, answer ? 80 : 1000);
        assert_int_equal(got.sock.peer_port, answer ? 1000 : 80);
        assert_int_equal(got.sock.local_addr[3], answer ? 2 : 1);
        assert_int_equal(got.sock.peer_addr[3], answer ? 1 : 2);
        assert_int_equal(got.sock.local_addr[15], v4 ? 0 : answer ? 2 : 1);
    }
}

static void dropped_wrong(void **state)
{
    struct bytes b = drop_of(false, 4, 2);
    struct pl_report got;
    uint32_t reason;

    (void)state;
    assert_int_equal(decode_drop(&b, b.len - 1, &got, &reason), -EBADMSG);
    b.data[PL_DROP_VERSION] = 5;
    assert_int_equal(decode_drop(&b, b.len, &got, &reason), -EBADMSG);
    b = drop_of(false, 4, 0x10);
    assert_int_equal(decode_drop(&b, b.len, &got, &reason), -EBADMSG);
    b = drop_of(false, 4, 2);
    memset(b.data + PL_DROP_NETNS, 0, 4);
    assert_int_equal(decode_drop(&b, b.len, &got, &reason), 0);
    assert_int_equal(got.have, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),          cmocka_unit_test(ports),
        cmocka_unit_test(processes),       cmocka_unit_test(udp),
        cmocka_unit_test(damaged),         cmocka_unit_test(destroyed),
        cmocka_unit_test(destroyed_stops), cmocka_unit_test(v6only),
        cmocka_unit_test(released),        cmocka_unit_test(dropped),
        cmocka_unit_test(dropped_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
