/* SPDX-License-Identifier: BSD-2-Clause */
/* Which end opened a connection, by counters that anyone may read: right, or absent. */
#include "harness.h"

#include "field/field.h"
#include "snapshot/snapshot.h"

enum { SENT, RETRANS, ACKED, UNACKED, TOTAL_RETRANS, DELIVERED, DATA_SEGS, QUIET_TIME, COUNTS };

static const uint16_t ids[COUNTS] = {
    [SENT] = PL_ATTR_BYTES_SENT,
    [RETRANS] = PL_ATTR_BYTES_RETRANS,
    [ACKED] = PL_ATTR_BYTES_ACKED,
    [UNACKED] = PL_ATTR_UNACKED,
    [TOTAL_RETRANS] = PL_ATTR_TOTAL_RETRANS,
    [DELIVERED] = PL_ATTR_DELIVERED,
    [DATA_SEGS] = PL_ATTR_DATA_SEGS_OUT,
    [QUIET_TIME] = PL_ATTR_LAST_DATA_SENT,
};

static uint64_t opened_by(const struct pl_sock *sock, const uint64_t *counts, size_t count,
                          const struct pl_sequence *sequence, enum pl_system system)
{
    static const struct pl_query any = {.protos = UINT32_MAX, .need = UINT32_MAX};
    const struct pl_field *field = &pl_fields[PL_FIELD_OPENED_BY];
    struct pl_attr attrs[COUNTS];
    struct pl_value value = {0};
    struct pl_snapshot *snap;
    bool known;

    for (size_t i = 0; i < count; i++)
        attrs[i] = (struct pl_attr){.id = ids[i], .u.num = counts[i]};
    assert_int_equal(pl_snapshot_new(system, &any, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
    if (sequence)
        assert_int_equal(snap->sink.sequence(&snap->sink, sequence), 0);
    pl_join_settle(snap);
    known = field->get(field, snap, snap->socks.items, 0, &value);
    assert_false(field->get(field, snap, snap->socks.items, 1, &(struct pl_value){0}));
    pl_snapshot_free(snap);
    return known ? value.number : PL_OPENED_UNKNOWN;
}

static void counters(void **state)
{
    enum { E = PL_STATE_ESTABLISHED, W2 = PL_STATE_FIN_WAIT2, CW = PL_STATE_CLOSE_WAIT };
    enum { NOBODY = PL_OPENED_UNKNOWN, LOCAL = PL_OPENED_LOCAL, PEER = PL_OPENED_PEER };
    static const struct {
        const char *what;
        unsigned int state;
        uint64_t counts[COUNTS];
        unsigned int opened;
    } cases[] = {
        {"no data", E, {0, 0, 1, 0, 0, 1, 0, 0}, LOCAL},
        {"no data, accepted", E, {0, 0, 0, 0, 0, 1, 0, 0}, PEER},
        {"data", E, {1000, 0, 1001, 0, 0, 3, 2, 9}, LOCAL},
        {"data, accepted", E, {77, 0, 77, 0, 0, 2, 1, 9}, PEER},
        {"data sent just now", E, {77, 0, 77, 0, 0, 2, 1, 0}, NOBODY},
        {"data under way", E, {77, 0, 0, 1, 0, 1, 1, 9}, NOBODY},
        {"a byte that was discarded here", E, {2, 0, 2, 0, 0, 2, 2, 9}, NOBODY},
        {"sent again", E, {20, 10, 11, 0, 1, 2, 2, 9}, NOBODY},
        {"a SYN sent again", E, {0, 0, 1, 0, 1, 1, 0, 9}, NOBODY},
        {"data in its SYN", E, {50, 0, 51, 0, 0, 1, 1, 9}, NOBODY},
        {"more acknowledged than sent", E, {0, 0, 9, 0, 0, 1, 0, 9}, NOBODY},
        {"peer's FIN", CW, {77, 0, 78, 0, 0, 2, 1, 9}, LOCAL},
        {"own FIN", W2, {0, 0, 2, 0, 0, 2, 0, 0}, LOCAL},
        {"own FIN, accepted", W2, {0, 0, 1, 0, 0, 2, 0, 0}, PEER},
        {"own FIN after the state was read", E, {0, 0, 1, 0, 0, 2, 0, 0}, NOBODY},
        {"own FIN after data", W2, {5, 0, 7, 0, 0, 3, 1, 9}, NOBODY},
        {"own FIN under way", PL_STATE_FIN_WAIT1, {0, 0, 1, 0, 0, 1, 0, 9}, NOBODY},
        {"restored", E, {0, 0, 0, 0, 0, 0, 0, 0}, NOBODY},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = {
            .proto = PL_PROTO_TCP, .state = (uint8_t)cases[i].state, .have = PL_HAVE_STATE};

        if (opened_by(&sock, cases[i].counts, COUNTS, NULL, PL_SYSTEM_LINUX) != cases[i].opened)
            fail_msg("%s", cases[i].what);
        /* Each counter is needed. */
        assert_int_equal(opened_by(&sock, cases[i].counts, COUNTS - 1, NULL, PL_SYSTEM_LINUX),
                         NOBODY);
        sock.proto = PL_PROTO_MPTCP;
        assert_int_equal(opened_by(&sock, cases[i].counts, COUNTS, NULL, PL_SYSTEM_LINUX), NOBODY);
    }
}

static void by_state(void **state)
{
    struct pl_sock sock = {.proto = PL_PROTO_TCP, .state = PL_STATE_SYN_SENT};

    (void)state;
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_LINUX), PL_OPENED_LOCAL);
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_OPENBSD), PL_OPENED_LOCAL);
    sock.state = PL_STATE_SYN_RECV;
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_LINUX), PL_OPENED_PEER);
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_OPENBSD), PL_OPENED_UNKNOWN);
    sock.key = 1; /* both ends sent a SYN at once */
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_LINUX), PL_OPENED_UNKNOWN);
    sock.state = PL_STATE_TIME_WAIT;
    assert_int_equal(opened_by(&sock, NULL, 0, NULL, PL_SYSTEM_LINUX), PL_OPENED_UNKNOWN);
}

/* The program of BPF knows more; where it does not, the counters may. */
static void by_sequence(void **state)
{
    static const uint64_t accepted[COUNTS] = {[DELIVERED] = 1};
    const struct pl_sock sock = {
        .proto = PL_PROTO_TCP, .state = PL_STATE_ESTABLISHED, .have = PL_HAVE_COOKIE, .cookie = 7};
    struct pl_sequence found = {.cookie = 7, .opened = PL_OPENED_LOCAL};

    (void)state;
    assert_int_equal(opened_by(&sock, NULL, 0, &found, PL_SYSTEM_LINUX), PL_OPENED_LOCAL);
    found.opened = PL_OPENED_UNKNOWN;
    assert_int_equal(opened_by(&sock, NULL, 0, &found, PL_SYSTEM_LINUX), PL_OPENED_UNKNOWN);
    assert_int_equal(opened_by(&sock, accepted, COUNTS, &found, PL_SYSTEM_LINUX), PL_OPENED_PEER);
    found.restored = true;
    assert_int_equal(opened_by(&sock, accepted, COUNTS, &found, PL_SYSTEM_LINUX),
                     PL_OPENED_UNKNOWN);
}

TEST_MAIN(TEST(counters), TEST(by_state), TEST(by_sequence))
