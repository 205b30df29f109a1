/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts counted by columns. */
#include "harness.h"

#include "alloc.h"
#include "wire/fields.h"
#include "wire/tally.h"

#include <errno.h>

static const struct pl_field *keys[2];
static const struct view view = {.columns = keys, .column_count = 2, .data = true, .header = true};

static struct attempt_row row_of(uint16_t port, unsigned int verdict)
{
    const struct pl_attempt attempt = {.family = 4,
                                       .ports = {1000, port},
                                       .addrs = {{10, 0, 0, 1}, {10, 0, 0, 2}},
                                       .verdict = (uint8_t)verdict};
    struct attempt_row row;

    columns_row(&attempt, &row);
    return row;
}

static struct tally *start(void)
{
    struct tally *tally;

    keys[0] = &attempt_fields[COLUMN_RESPONDER];
    keys[1] = &attempt_fields[COLUMN_VERDICT];
    tally = tally_new(&view);
    assert_non_null(tally);
    return tally;
}

static void count(struct tally *tally, uint16_t port, unsigned int verdict)
{
    const struct attempt_row row = row_of(port, verdict);

    assert_int_equal(tally_add(tally, &row), 0);
}

static void expect(struct tally *tally, const char *want)
{
    struct out out = {.fd = -1};

    assert_int_equal(tally_print(tally, view_format_find("csv"), &out), 0);
    assert_int_equal(out.len, strlen(want));
    assert_memory_equal(out.data, want, out.len);
    out_free(&out);
    tally_free(tally);
}

/* An address that is not known is no address of zeros. */
static void unknown(void **state)
{
    const struct pl_attempt attempt = {.family = 4,
                                       .ports = {0, 80},
                                       .addrs = {{0}, {10, 0, 0, 2}},
                                       .have = PL_ATTEMPT_NO_PORT | PL_ATTEMPT_NO_ADDRESS};
    struct attempt_row row;
    struct tally *tally;

    (void)state;
    keys[0] = &attempt_fields[COLUMN_INITIATOR];
    keys[1] = &attempt_fields[COLUMN_RESPONDER];
    tally = tally_new(&view);
    assert_non_null(tally);
    columns_row(&attempt, &row);
    assert_int_equal(tally_add(tally, &row), 0);
    expect(tally, "count,initiator,responder\n1,,10.0.0.2:80\n");
}

static void none(void **state)
{
    (void)state;
    expect(start(), "count,responder,verdict\n");
}

static void largest_first(void **state)
{
    struct tally *tally = start();

    (void)state;
    count(tally, 443, PL_VERDICT_NO_ANSWER);
    count(tally, 80, PL_VERDICT_RST);
    count(tally, 443, PL_VERDICT_COMPLETED);
    count(tally, 80, PL_VERDICT_RST);
    count(tally, 22, PL_VERDICT_NO_ANSWER);
    expect(tally, "count,responder,verdict\n"
                  "2,10.0.0.2:80,refused_rst\n"
                  "1,10.0.0.2:443,no_answer\n"
                  "1,10.0.0.2:443,completed\n"
                  "1,10.0.0.2:22,no_answer\n");
}

static void many(void **state)
{
    struct tally *tally = start();
    struct out out = {.fd = -1};

    (void)state;
    for (unsigned int i = 0; i < 30000; i++)
        count(tally, (uint16_t)(1 + i % 10000), PL_VERDICT_COMPLETED);
    count(tally, 7777, PL_VERDICT_COMPLETED);
    assert_int_equal(tally_print(tally, view_format_find("csv"), &out), 0);
    assert_memory_equal(out.data,
                        "count,responder,verdict\n4,10.0.0.2:7777,completed\n3,10.0.0.2:1,", 63);
    out_free(&out);
    tally_free(tally);
}

/* What was counted before memory ran out stays. */
static void no_memory(void **state)
{
    const struct attempt_row row = row_of(80, PL_VERDICT_RST);
    const struct attempt_row again = row_of(443, PL_VERDICT_COMPLETED);

    (void)state;
    for (unsigned long nth = 1;; nth++) {
        struct tally *tally = start();
        int err;

        assert_int_equal(tally_add(tally, &again), 0);
        alloc_fail(nth);
        err = tally_add(tally, &row);
        if (!alloc_failed()) {
            alloc_fail(0);
            assert_int_equal(err, 0);
            assert_true(nth > 2);
            tally_free(tally);
            return;
        }
        assert_int_equal(err, -ENOMEM);
        expect(tally, "count,responder,verdict\n1,10.0.0.2:443,completed\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none), cmocka_unit_test(unknown),   cmocka_unit_test(largest_first),
        cmocka_unit_test(many), cmocka_unit_test(no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
