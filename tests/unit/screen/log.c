/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring of events. */
#include "scene.h"

#include "screen/log.h"

static void ring(void **state)
{
    struct log log = {0};
    struct log copy = {0};

    (void)state;
    assert_null(log_get(&log, 0));
    for (uint64_t i = 1; i <= LOG_MAX + 10; i++)
        log_add(&log, &(struct pl_event){.time = i, .kind = PL_EVENT_CONNECT});
    assert_int_equal(log.count, LOG_MAX);
    assert_true(log.total == LOG_MAX + 10);
    assert_true(log_get(&log, 0)->time == LOG_MAX + 10);
    assert_true(log_get(&log, LOG_MAX - 1)->time == 11);
    assert_null(log_get(&log, LOG_MAX));
    assert_int_equal(log_copy(&log, &copy), 0);
    assert_true(log_get(&copy, 0)->time == LOG_MAX + 10);
    assert_true(log_get(&copy, LOG_MAX - 1)->time == 11);
    assert_true(copy.total == log.total);
    log_free(&copy);
    log_free(&log);
}

/* Holders live as long as their event. */
static void held(void **state)
{
    struct pl_holders *holders = pl_holders_new(1);
    struct log log = {0};

    (void)state;
    log_add(&log, &(struct pl_event){.holders = holders, .kind = PL_EVENT_LISTEN});
    assert_int_equal(holders->references, 2);
    for (size_t i = 0; i < LOG_MAX; i++)
        log_add(&log, &(struct pl_event){.kind = PL_EVENT_LISTEN});
    assert_int_equal(holders->references, 1);
    pl_holders_drop(holders);
    log_free(&log);
}

/* What two tables tell does not say which end made the connection. */
static void rows(void **state)
{
    static const struct {
        unsigned int state;
        enum row_mark mark;
        uint32_t peer;
        const char *word;
    } cases[] = {
        {PL_STATE_LISTEN, ROW_NEW, 0, "listen"},
        {PL_STATE_ESTABLISHED, ROW_NEW, 5000, "new"},
        {PL_STATE_CLOSE_WAIT, ROW_CHANGED, 5000, "state"},
        {PL_STATE_ESTABLISHED, ROW_CLOSED, 5000, "close"},
    };
    struct rows all = {0};
    struct log log = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_sock sock = tcp(i + 1, 80, cases[i].peer, cases[i].state);
        const struct row *row = rows_add(&all, &sock);
        struct pl_event event;

        assert_non_null(row);
        event = log_event(row, cases[i].mark, 7);
        log_add(&log, &event);
        assert_string_equal(log_word(log_get(&log, 0)), cases[i].word);
        assert_true(log_get(&log, 0)->time == 7);
        assert_false(log_get(&log, 0)->have & PL_EVENT_HAVE_BYTES);
    }
    rows_free(&all);
    log_free(&log);
}

TEST_MAIN(TEST(ring), TEST(held), TEST(rows))
