/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks, rates, owners and history, by tables and by events. */
#include "scene.h"

#define OPEN PL_STATE_ESTABLISHED

static void marks(void **state)
{
    const struct scene_sock first[] = {
        {tcp(1, 80, 0, PL_STATE_LISTEN)},
        {tcp(2, 80, 5000, OPEN)},
    };
    const struct scene_sock second[] = {
        {tcp(1, 80, 0, PL_STATE_LISTEN)},
        {tcp(2, 80, 5000, PL_STATE_CLOSE_WAIT)},
        {tcp(3, 80, 5001, OPEN)},
    };
    struct rows rows = {0};

    (void)state;
    scene_merge(&rows, first, 2, 10, true);
    /* What was there at the start is not new. */
    assert_int_equal(scene_row(&rows, 1)->mark, ROW_SAME);
    assert_true(scene_row(&rows, 1)->have & ROW_BEFORE);
    scene_merge(&rows, second, 3, 11, true);
    assert_int_equal(scene_row(&rows, 1)->mark, ROW_SAME);
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_CHANGED);
    assert_true(row_since(scene_row(&rows, 2)) == 11 * SECOND);
    assert_true(scene_row(&rows, 2)->first == 10 * SECOND);
    assert_int_equal(scene_row(&rows, 3)->mark, ROW_NEW);
    assert_false(scene_row(&rows, 3)->have & ROW_BEFORE);
    scene_merge(&rows, first, 1, 12, true);
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_CLOSED);
    assert_int_equal(scene_row(&rows, 3)->mark, ROW_CLOSED);
    assert_int_equal(scene_row(&rows, 3)->sock.state, OPEN); /* its last one */
    rows_free(&rows);
}

/* Marks end after 2 seconds; closed rows after those that were asked for. */
static void expired(void **state)
{
    const struct scene_sock first[] = {{tcp(1, 80, 0, PL_STATE_LISTEN)}};
    const struct scene_sock second[] = {{tcp(2, 81, 0, PL_STATE_LISTEN)}};
    struct rows rows = {0};

    (void)state;
    scene_merge(&rows, first, 1, 10, true);
    scene_merge(&rows, second, 1, 11, true);
    assert_false(rows_expire(&rows, 12 * SECOND, 5 * SECOND));
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_NEW);
    assert_true(rows_expire(&rows, 13 * SECOND, 5 * SECOND));
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_SAME);
    assert_int_equal(scene_row(&rows, 1)->mark, ROW_CLOSED);
    assert_true(rows_expire(&rows, 16 * SECOND, 5 * SECOND));
    assert_null(rows_find(&rows, 1));
    assert_int_equal(rows.count, 1);
    rows_free(&rows);
}

/* No rate before two samples, none of a row that the table between lacked, none without counters. */
static void rates(void **state)
{
    struct scene_sock sock = {tcp(1, 80, 5000, OPEN), .in = 1000, .out = 500, .counted = true};
    struct rows rows = {0};
    const struct row *row;

    (void)state;
    scene_merge(&rows, &sock, 1, 10, true);
    row = scene_row(&rows, 1);
    assert_int_equal(row->have & (ROW_HAVE_BYTES | ROW_HAVE_RATE), ROW_HAVE_BYTES);
    assert_int_equal(row->rtt_us, 250);
    sock.in = 5000;
    scene_merge(&rows, &sock, 1, 12, true);
    assert_true(row->have & ROW_HAVE_RATE);
    assert_true(row->rate_in > 1999 && row->rate_in < 2001);
    assert_true(row->rate_out < 1);
    assert_true(row->bytes_in == 5000);
    sock.counted = false; /* as in TIME_WAIT */
    scene_merge(&rows, &sock, 1, 13, true);
    assert_int_equal(row->have & (ROW_HAVE_BYTES | ROW_HAVE_RATE), ROW_HAVE_BYTES);
    assert_true(row->bytes_in == 5000);
    sock.counted = true;
    sock.in = 100; /* another socket with its identity */
    scene_merge(&rows, &sock, 1, 14, true);
    assert_false(row->have & ROW_HAVE_RATE);
    scene_merge(&rows, NULL, 0, 15, true);
    assert_int_equal(row->mark, ROW_CLOSED);
    sock.in = 900;
    scene_merge(&rows, &sock, 1, 16, true);
    assert_int_equal(row->mark, ROW_CHANGED);
    assert_false(row->have & ROW_HAVE_RATE);
    rows_free(&rows);
}

/* Takes over a socket that was looked up at that time. */
static void again(struct rows *rows, const struct scene_sock *socks, size_t count, uint64_t at)
{
    const struct rows_table table = {.snap = scene_table(socks, count), .at = at};

    rows_again(rows, &table);
    pl_snapshot_free((struct pl_snapshot *)(uintptr_t)table.snap);
}

/* Sockets that are looked up: no row is added or closed, and two samples are not too close. */
static void looked_up(void **state)
{
    struct scene_sock socks[] = {
        {tcp(1, 80, 5000, OPEN), .in = 1000, .out = 500, .counted = true},
        {tcp(2, 81, 5001, OPEN), .counted = true},
    };
    struct rows rows = {0};
    const struct row *row;

    (void)state;
    scene_merge(&rows, socks, 2, 10, true);
    row = scene_row(&rows, 1);
    socks[0].in = 2000;
    again(&rows, socks, 1, 10 * SECOND + SECOND / 4);
    assert_false(row->have & ROW_HAVE_RATE);
    assert_true(row->bytes_in == 1000);
    again(&rows, socks, 1, 11 * SECOND);
    assert_true(row->have & ROW_HAVE_RATE);
    assert_true(row->rate_in > 999 && row->rate_in < 1001);
    /* The table follows soon: the rate stays. */
    scene_merge(&rows, socks, 2, 11, true);
    assert_true(row->rate_in > 999 && row->rate_in < 1001);
    socks[0].in = 6000;
    scene_merge(&rows, socks, 2, 13, true);
    assert_true(row->rate_in > 1999 && row->rate_in < 2001);
    assert_int_equal(rows.count, 2);
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_SAME);
    /* A change of state is marked; an unknown and a closed socket change nothing. */
    socks[0].sock.state = PL_STATE_CLOSE_WAIT;
    again(&rows, socks, 1, 14 * SECOND);
    assert_int_equal(row->mark, ROW_CHANGED);
    assert_int_equal(row->sock.state, PL_STATE_CLOSE_WAIT);
    socks[0].sock.cookie = 77;
    again(&rows, socks, 1, 15 * SECOND);
    assert_int_equal(rows.count, 2);
    scene_merge(&rows, &socks[1], 1, 16, true);
    assert_int_equal(row->mark, ROW_CLOSED);
    socks[0].sock = tcp(1, 80, 5000, OPEN);
    again(&rows, socks, 1, 17 * SECOND);
    assert_int_equal(row->mark, ROW_CLOSED);
    rows_free(&rows);
}

/* A listener has counters, which are always 0. */
static void listener(void **state)
{
    const struct scene_sock sock = {tcp(1, 80, 0, PL_STATE_LISTEN), .counted = true};
    struct rows rows = {0};

    (void)state;
    scene_merge(&rows, &sock, 1, 10, true);
    scene_merge(&rows, &sock, 1, 11, true);
    assert_false(scene_row(&rows, 1)->have & (ROW_HAVE_BYTES | ROW_HAVE_RATE));
    rows_free(&rows);
}

static void owners(void **state)
{
    struct scene_sock socks[] = {
        {tcp(1, 80, 0, PL_STATE_LISTEN), .pid = 10}, {tcp(2, 80, 5000, OPEN), .pid = 10},
        {tcp(5, 80, 5003, OPEN), .pid = 12}, /* between rows of one process */
        {tcp(4, 80, 5002, OPEN), .pid = 10},         {tcp(3, 80, 5001, OPEN)},
    };
    struct rows rows = {0};

    (void)state;
    scene_merge(&rows, socks, 4, 10, false);
    assert_int_equal(rows.unowned, 4);
    assert_null(scene_row(&rows, 1)->holders);
    scene_merge(&rows, socks, 4, 11, true);
    assert_int_equal(rows.unowned, 0);
    assert_int_equal(scene_row(&rows, 1)->holders->items[0].pid, 10);
    /* Rows of one process share it. */
    assert_ptr_equal(scene_row(&rows, 1)->holders, scene_row(&rows, 2)->holders);
    assert_ptr_equal(scene_row(&rows, 1)->holders, scene_row(&rows, 4)->holders);
    assert_int_equal(scene_row(&rows, 1)->mark, ROW_SAME);
    /* A table without owners changes none; one that found no owner leaves the last one. */
    scene_merge(&rows, socks, 5, 12, false);
    assert_int_equal(rows.unowned, 1);
    assert_non_null(scene_row(&rows, 1)->holders);
    socks[0].pid = 0;
    socks[1].pid = 11;
    scene_merge(&rows, socks, 5, 13, true);
    assert_int_equal(scene_row(&rows, 1)->holders->items[0].pid, 10);
    assert_int_equal(scene_row(&rows, 1)->mark, ROW_SAME);
    assert_int_equal(scene_row(&rows, 2)->holders->items[0].pid, 11);
    assert_int_equal(scene_row(&rows, 2)->mark, ROW_CHANGED);
    assert_null(scene_row(&rows, 3)->holders);
    rows_free(&rows);
}

/* Merges a table with owners, whose filter is judged. */
static void judge(struct rows *rows, const struct scene_sock *sock, const struct pl_filter *filter,
                  uint64_t second, bool known)
{
    struct pl_snapshot *snap = scene_table(sock, 1);
    const struct rows_table table = {.snap = snap,
                                     .at = second * SECOND,
                                     .protos = PROTOS,
                                     .owners = true,
                                     .filter = filter,
                                     .known = known};

    assert_int_equal(rows_merge(rows, &table), 0);
    pl_snapshot_free(snap);
}

/* A filter does not judge what is shown with its last owners by a table that lacks them. */
static void judged(void **state)
{
    struct scene_sock sock = {tcp(1, 80, 5000, OPEN), .pid = 10};
    struct pl_filter *filter = NULL;
    struct pl_filter_error error;
    struct rows rows = {0};
    const struct row *row;

    (void)state;
    assert_int_equal(pl_filter_parse("pid 10", NULL, &filter, &error), 0);
    judge(&rows, &sock, filter, 10, true);
    row = scene_row(&rows, 1);
    assert_true(row->shown);
    assert_true(row->have & ROW_JUDGED);
    sock.pid = 0;
    judge(&rows, &sock, filter, 11, true);
    assert_non_null(row->holders);
    assert_false(row->have & ROW_JUDGED);
    /* Only the table has what other filters ask for. */
    judge(&rows, &sock, filter, 12, false);
    assert_true(row->have & ROW_JUDGED);
    assert_false(row->shown);
    pl_filter_free(filter);
    rows_free(&rows);
}

/* The first state stays in the history, however many follow. */
static void history(void **state)
{
    struct scene_sock sock = {tcp(1, 80, 5000, PL_STATE_SYN_SENT)};
    struct rows rows = {0};
    const struct row_past *past;

    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        scene_merge(&rows, &sock, 1, 10 + i, true);
        sock.sock.state = i % 2 ? PL_STATE_CLOSE_WAIT : OPEN;
    }
    past = scene_row(&rows, 1)->past;
    assert_int_equal(past->count, ROW_PAST);
    assert_int_equal(past->items[0].state, PL_STATE_SYN_SENT);
    assert_true(past->items[0].since == 10 * SECOND);
    for (uint32_t i = 1; i < ROW_PAST; i++)
        assert_true(past->items[i].since > past->items[i - 1].since);
    assert_true(row_since(scene_row(&rows, 1)) == 29 * SECOND);
    rows_free(&rows);
}

/* ---- events ---- */

static struct pl_event event_of(struct pl_sock sock, enum pl_event_kind kind)
{
    return (struct pl_event){
        .sock = sock, .kind = (uint8_t)kind, .have = PL_EVENT_HAVE_SOCK | PL_EVENT_HAVE_OLD};
}

static void events(void **state)
{
    struct pl_sock sock = tcp(9, 0, 80, PL_STATE_SYN_SENT);
    struct pl_event event = event_of(sock, PL_EVENT_STATE);
    struct pl_holders *holders = pl_holders_new(1);
    struct rows rows = {0};
    struct row *row;

    (void)state;
    sock.have &= (uint16_t)~PL_HAVE_LOCAL;
    event.sock = sock;
    row = rows_event(&rows, &event, 10 * SECOND);
    assert_int_equal(row->mark, ROW_NEW);
    /* The port is chosen later. */
    holders->items[0] = (struct pl_holder){.pid = 5, .name = "curl"};
    event = event_of(tcp(9, 4000, 80, OPEN), PL_EVENT_CONNECT);
    event.holders = holders;
    assert_ptr_equal(rows_event(&rows, &event, 11 * SECOND), row);
    assert_int_equal(row->sock.local_port, 4000);
    assert_int_equal(row->sock.state, OPEN);
    assert_int_equal(row->holders->items[0].pid, 5);
    assert_int_equal(row->past->items[0].state, PL_STATE_SYN_SENT);
    /* The end keeps the last state, and has the final counters. */
    event = event_of(tcp(9, 4000, 80, PL_STATE_CLOSED), PL_EVENT_CLOSE);
    event.have |= PL_EVENT_HAVE_BYTES;
    event.bytes_in = 77;
    (void)rows_event(&rows, &event, 12 * SECOND);
    assert_int_equal(row->mark, ROW_CLOSED);
    assert_int_equal(row->sock.state, OPEN);
    assert_true(row->bytes_in == 77);
    pl_holders_drop(holders);
    rows_free(&rows);
}

/* An end of a socket that no table had is shown as closed, in the state before. */
static void brief(void **state)
{
    struct pl_event event = event_of(tcp(9, 4000, 80, PL_STATE_CLOSED), PL_EVENT_REFUSED);
    struct rows rows = {0};
    const struct row *row;

    (void)state;
    event.old_state = PL_STATE_SYN_SENT;
    row = rows_event(&rows, &event, 10 * SECOND);
    assert_int_equal(row->mark, ROW_CLOSED);
    assert_int_equal(row->sock.state, PL_STATE_SYN_SENT);
    event = event_of(tcp(10, 80, 4000, PL_STATE_SYN_RECV), PL_EVENT_STATE);
    assert_null(rows_event(&rows, &event, 10 * SECOND));
    event = event_of(tcp(11, 80, 4000, OPEN), PL_EVENT_ACCEPT);
    event.have |= PL_EVENT_FOREIGN;
    assert_null(rows_event(&rows, &event, 10 * SECOND));
    event = (struct pl_event){.kind = PL_EVENT_LOST, .count = 5};
    assert_null(rows_event(&rows, &event, 10 * SECOND));
    assert_int_equal(rows.count, 1);
    rows_free(&rows);
}

TEST_MAIN(TEST(marks), TEST(expired), TEST(rates), TEST(looked_up), TEST(listener), TEST(owners),
          TEST(judged), TEST(history), TEST(events), TEST(brief))
