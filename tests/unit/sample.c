/* SPDX-License-Identifier: BSD-2-Clause */
#include "sample.h"

#include "collect/collect.h"

#include <arpa/inet.h>

#define BASE (PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q)
#define FULL (BASE | PL_HAVE_UID | PL_HAVE_INODE | PL_HAVE_COOKIE)

static const struct pl_query any = {.protos = UINT32_MAX, .states = 0};

static const struct {
    const char *local, *peer;
    struct pl_sock sock;
} socks[SAMPLE_COUNT] = {
    [SAMPLE_LISTEN4] = {"0.0.0.0",
                        "0.0.0.0",
                        {.have = FULL,
                         .family = PL_FAMILY_INET,
                         .proto = PL_PROTO_TCP,
                         .type = PL_TYPE_STREAM,
                         .state = PL_STATE_LISTEN,
                         .local_port = 80,
                         .recv_q = 1,
                         .send_q = 511,
                         .uid = 0,
                         .key = 1001,
                         .cookie = 1}},
    [SAMPLE_DUAL] = {"::",
                     "::",
                     {.have = FULL | PL_HAVE_V6ONLY,
                      .family = PL_FAMILY_INET6,
                      .proto = PL_PROTO_TCP,
                      .type = PL_TYPE_STREAM,
                      .state = PL_STATE_LISTEN,
                      .local_port = 443,
                      .uid = 1000,
                      .key = 1002,
                      .cookie = UINT64_MAX}},
    [SAMPLE_V6ONLY] = {"::",
                       "::",
                       {.have = FULL | PL_HAVE_V6ONLY,
                        .flags = PL_FLAG_V6ONLY,
                        .family = PL_FAMILY_INET6,
                        .proto = PL_PROTO_TCP,
                        .type = PL_TYPE_STREAM,
                        .state = PL_STATE_LISTEN,
                        .local_port = 444,
                        .uid = 4242,
                        .key = 1003}},
    [SAMPLE_CONN] = {"10.0.0.1",
                     "10.0.0.2",
                     {.have = FULL,
                      .family = PL_FAMILY_INET,
                      .proto = PL_PROTO_TCP,
                      .type = PL_TYPE_STREAM,
                      .state = PL_STATE_ESTABLISHED,
                      .local_port = 5000,
                      .peer_port = 443,
                      .recv_q = UINT32_MAX,
                      .uid = 1000,
                      .key = 1004}},
    [SAMPLE_LINK] = {"fe80::1",
                     "fe80::2",
                     {.have = FULL | PL_HAVE_INTERFACE | PL_HAVE_SCOPE,
                      .ifindex = 2,
                      .family = PL_FAMILY_INET6,
                      .proto = PL_PROTO_TCP,
                      .type = PL_TYPE_STREAM,
                      .state = PL_STATE_ESTABLISHED,
                      .local_port = 5001,
                      .peer_port = 22,
                      .uid = 0,
                      .key = 1005}},
    [SAMPLE_DEVICE] = {"0.0.0.0",
                       "0.0.0.0",
                       {.have = FULL | PL_HAVE_INTERFACE,
                        .ifindex = 99,
                        .family = PL_FAMILY_INET,
                        .proto = PL_PROTO_UDP,
                        .type = PL_TYPE_DGRAM,
                        .state = PL_STATE_UNCONN,
                        .local_port = 53,
                        .uid = 0,
                        .key = 1006}},
    [SAMPLE_TIME_WAIT] = {"::ffff:10.0.0.1",
                          "::ffff:10.0.0.9",
                          {.have = BASE,
                           .family = PL_FAMILY_INET6,
                           .proto = PL_PROTO_TCP,
                           .type = PL_TYPE_STREAM,
                           .state = PL_STATE_TIME_WAIT,
                           .local_port = 80,
                           .peer_port = 65535}},
    [SAMPLE_ODD] = {NULL,
                    NULL,
                    {.have = PL_HAVE_STATE,
                     .family = PL_FAMILY_OTHER | 28,
                     .proto = PL_PROTO_UNKNOWN,
                     .state = PL_STATE_OTHER | 77}},
};

static void put_socks(struct pl_snapshot *snap)
{
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct pl_sock sock = socks[i].sock;
        int af = sock.family == PL_FAMILY_INET ? AF_INET : AF_INET6;

        if (socks[i].local) {
            assert_int_equal(inet_pton(af, socks[i].local, sock.local_addr), 1);
            assert_int_equal(inet_pton(af, socks[i].peer, sock.peer_addr), 1);
        }
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    }
}

static void put_owners(struct pl_snapshot *snap)
{
    static const struct pl_owner owners[] = {
        {812, 6, 1001}, {812, 7, 1001}, {813, 6, 1001}, {9, 3, 1002}, {4711, 5, 1004},
    };
    static const struct pl_process processes[] = {
        {.pid = 812,
         .uid = 0,
         .started = 951782400,
         .name = {"nginx", 5},
         .command = {"nginx: master", 13},
         .exe = {"/usr/sbin/nginx", 15}},
        {.pid = 813, .uid = 33, .name = {"nginx", 5}, .command = {"nginx: worker", 13}},
        {.pid = 9,
         .uid = PL_UID_UNKNOWN,
         .name = {SAMPLE_HOSTILE, sizeof(SAMPLE_HOSTILE) - 1},
         .command = {SAMPLE_HOSTILE, sizeof(SAMPLE_HOSTILE) - 1}},
    };

    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(snap->sink.denied(&snap->sink, 1, EACCES), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(pl_hidden_note(snap), 0);
    for (size_t i = 0; i < COUNT_OF(processes); i++)
        assert_int_equal(snap->sink.process(&snap->sink, &processes[i]), 0);
}

struct pl_snapshot *sample_new(void)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    put_socks(snap);
    put_owners(snap);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 0, TEXT("root")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 1000, TEXT("b o")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 2, TEXT("et]h 0")), 0);
    pl_join_settle(snap);
    return snap;
}

const struct pl_sock *sample_sock(const struct pl_snapshot *snap, size_t i)
{
    size_t count;

    return &pl_snapshot_socks(snap, &count)[i];
}

struct view sample_view(const struct pl_snapshot *snap, const char *columns, bool data)
{
    static const struct pl_field *chosen[32];
    static const struct pl_sock *rows[SAMPLE_COUNT];
    struct view view = {.snap = snap,
                        .rows = rows,
                        .row_count = SAMPLE_COUNT,
                        .columns = chosen,
                        .data = data,
                        .header = true};

    for (const char *name = columns; *name; name += *name == ',') {
        size_t len = strcspn(name, ",");
        const struct pl_field *column = column_find(name, len);

        assert_non_null(column);
        assert_true(view.column_count < COUNT_OF(chosen));
        chosen[view.column_count++] = column;
        name += len;
    }
    for (size_t i = 0; i < SAMPLE_COUNT; i++)
        rows[i] = sample_sock(snap, i);
    return view;
}
