/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers are found by the cookie of a TCP socket. */
#include "harness.h"

#include "snapshot/snapshot.h"

static void by_cookie(void **state)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    static const struct pl_sequence rows[] = {{.cookie = 9, .opened = PL_OPENED_PEER},
                                              {.cookie = UINT64_MAX, .opened = PL_OPENED_LOCAL},
                                              {.cookie = 3}};
    struct pl_sock sock = {.proto = PL_PROTO_TCP, .have = PL_HAVE_COOKIE, .cookie = 9};
    struct pl_snapshot *snap;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    assert_null(pl_snapshot_sequence(snap, &sock));
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(snap->sink.sequence(&snap->sink, &rows[i]), 0);
    pl_join_settle(snap);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sock.cookie = rows[i].cookie;
        assert_non_null(pl_snapshot_sequence(snap, &sock));
        assert_int_equal(pl_snapshot_sequence(snap, &sock)->opened, rows[i].opened);
    }
    sock.cookie = 4;
    assert_null(pl_snapshot_sequence(snap, &sock));
    sock.cookie = 9;
    sock.proto = PL_PROTO_UDP;
    assert_null(pl_snapshot_sequence(snap, &sock));
    sock.proto = PL_PROTO_TCP;
    sock.have = 0;
    assert_null(pl_snapshot_sequence(snap, &sock));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(by_cookie))
