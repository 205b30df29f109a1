/* SPDX-License-Identifier: BSD-2-Clause */
/* Packed details: every socket gets back the values that were put, whatever came before them. */
#include "harness.h"

#include "snapshot/snapshot.h"

#define ROWS 3000

static const struct pl_query any = {.protos = UINT32_MAX};

/* A fixed sequence: xorshift. */
static uint64_t random_number(void)
{
    static uint64_t now = 88172645463325252U;

    now ^= now << 13;
    now ^= now >> 7;
    now ^= now << 17;
    return now;
}

static const char *const texts[] = {"", "bbr", "cubic", "reno"};

/* Of few or many widths, and with ids in one of several orders. */
static size_t make_row(struct pl_attr *attrs)
{
    size_t from = (size_t)(random_number() % 3);
    size_t count = random_number() % 8 == 0 ? (size_t)(random_number() % 20) : 60;
    bool narrow = random_number() % 4 != 0;

    for (size_t i = 0; i < count; i++) {
        const char *text = texts[random_number() % COUNT_OF(texts)];

        attrs[i] = (struct pl_attr){.id = (uint16_t)(PL_ATTR_PATH + from + i)};
        if (i == 7) {
            attrs[i].text = 1;
            attrs[i].len = (uint32_t)strlen(text);
            attrs[i].u.text = text;
        } else if (i % 3 == 0) {
            attrs[i].u.num = i;
        } else {
            attrs[i].u.num = random_number() >> (narrow ? 60 : random_number() % 64);
        }
    }
    return count;
}

static void assert_attr(struct pl_attr got, const struct pl_attr *want)
{
    assert_int_equal(got.id, want->id);
    assert_int_equal(got.text, want->text);
    if (want->text) {
        assert_int_equal(got.len, want->len);
        assert_memory_equal(got.u.text, want->u.text, want->len);
    } else {
        assert_true(got.u.num == want->u.num);
    }
}

static void any_values(void **state)
{
    static struct pl_attr rows[ROWS][PL_ATTR_MAX];
    static size_t counts[ROWS];
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < ROWS; i++) {
        counts[i] = make_row(rows[i]);
        assert_int_equal(snap->sink.sock(&snap->sink,
                                         &(struct pl_sock){.proto = PL_PROTO_TCP, .key = i},
                                         rows[i], counts[i]),
                         0);
    }
    socks = pl_snapshot_socks(snap, &count);
    assert_int_equal(count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        struct pl_attr got[PL_ATTR_MAX];

        assert_int_equal(pl_details_get(snap, i, got), counts[i]);
        for (size_t j = 0; j < counts[i]; j++) {
            assert_attr(got[j], &rows[i][j]);
            assert_attr(pl_snapshot_attr(snap, &socks[i], (enum pl_attr_id)rows[i][j].id),
                        &rows[i][j]);
        }
        assert_int_equal(pl_snapshot_attr(snap, &socks[i], PL_ATTR_LAST_PID).id, PL_ATTR_NONE);
    }
    pl_snapshot_free(snap);
}

/* Values that all sockets share take no room; a number takes the bytes it needs. */
static void room(void **state)
{
    struct pl_attr attrs[] = {{.id = PL_ATTR_CONGESTION, .text = 1, .len = 3, .u.text = "bbr"},
                              {.id = PL_ATTR_MAX_PACING_RATE, .u.num = UINT64_MAX},
                              {.id = PL_ATTR_RTT}};
    struct pl_snapshot *snap;
    const struct pl_details *details;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < 100; i++) {
        attrs[2].u.num = i;
        assert_int_equal(snap->sink.sock(&snap->sink, &(struct pl_sock){.key = i}, attrs, 3), 0);
    }
    details = snap->details.items;
    assert_ptr_equal(details[1].shape, details[99].shape);
    assert_int_equal(details[99].bytes - details[98].bytes, 1);
    attrs[2].u.num = 1000;
    assert_int_equal(snap->sink.sock(&snap->sink, &(struct pl_sock){0}, attrs, 3), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &(struct pl_sock){0}, attrs, 3), 0);
    details = snap->details.items;
    assert_ptr_not_equal(details[100].shape, details[99].shape);
    assert_int_equal(details[101].bytes - details[100].bytes, 2);
    pl_snapshot_free(snap);
}

/* A value of the first socket that later sockets made narrow. */
static void first_value_again(void **state)
{
    const uint64_t values[] = {65536, 5, 65536, 5, 70000, 5000000000, 0};
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const struct pl_attr attr = {.id = PL_ATTR_SND_WND, .u.num = values[i]};

        assert_int_equal(snap->sink.sock(&snap->sink, &(struct pl_sock){0}, &attr, 1), 0);
    }
    socks = pl_snapshot_socks(snap, &count);
    for (size_t i = 0; i < COUNT_OF(values); i++)
        assert_true(pl_snapshot_attr(snap, &socks[i], PL_ATTR_SND_WND).u.num == values[i]);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(first_value_again), TEST(any_values), TEST(room))
