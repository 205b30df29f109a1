/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of layouts: a snapshot of a listener with two owners, and a connection. */
#ifndef TEST_LAYOUTS_H
#define TEST_LAYOUTS_H

#include "harness.h"

#include "snapshot/snapshot.h"

static inline struct pl_snapshot *two_socks(void)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q |
                PL_HAVE_UID | PL_HAVE_INODE,
        .proto = PL_PROTO_TCP,
        .family = PL_FAMILY_INET,
        .state = PL_STATE_LISTEN,
        .local_addr = {127, 0, 0, 1},
        .local_port = 8080,
        .send_q = 7,
        .key = 1,
    };
    struct pl_process process = {.pid = 5,
                                 .uid = 0,
                                 .name = TEXT("web"),
                                 .command = TEXT("/bin/web server -x"),
                                 .program_len = 15};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    sock.family = PL_FAMILY_INET6;
    sock.state = PL_STATE_ESTABLISHED;
    memcpy(sock.local_addr, (uint8_t[16]){0x20, 1, 0xd, 0xb8, [15] = 1}, 16);
    memcpy(sock.peer_addr, (uint8_t[16]){[10] = 0xff, 0xff, 10, 0, 0, 9}, 16);
    sock.peer_port = 443;
    sock.key = 2;
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (uint32_t pid = 5; pid <= 6; pid++)
        assert_int_equal(
            snap->sink.owner(&snap->sink, &(struct pl_owner){.pid = pid, .fd = 3, .key = 1}), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    process.pid = 6;
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    pl_join_settle(snap);
    return snap;
}

#define NUM(attr, value)                             \
    {                                                \
        .id = PL_ATTR_##attr, .u = {.num = (value) } \
    }
#define STR(attr, value)                                                                   \
    {                                                                                      \
        .id = PL_ATTR_##attr, .text = 1, .len = sizeof(value) - 1, .u = {.text = (value) } \
    }
/* A snapshot of one socket and its details. */
static inline struct pl_snapshot *one_sock(const struct pl_sock *sock, const struct pl_attr *attrs,
                                           size_t count)
{
    static const struct pl_query any = {.protos = UINT32_MAX, .states = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
    return snap;
}

static inline void holds(struct out *out, const char *want)
{
    out_char(out, '\0');
    assert_string_equal(out->data, want);
    out_free(out);
}

#endif
