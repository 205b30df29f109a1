/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of verdicts, and texts of ICMP errors. */
#include "script.h"

static void names(void **state)
{
    static const char *const expected[] = {"none",         "completed",    "completed_simultaneous",
                                           "refused_rst",  "refused_icmp", "no_answer",
                                           "still_trying", "half_open",    "abandoned",
                                           "late",         "stray"};

    (void)state;
    assert_int_equal(COUNT_OF(expected), PL_VERDICT_MAX);
    for (unsigned int i = 0; i < PL_VERDICT_MAX; i++) {
        assert_string_equal(pl_verdict_name(i), expected[i]);
        assert_int_equal(pl_verdict_text(i)[0] == '\0', i == PL_VERDICT_NONE);
    }
    assert_null(pl_verdict_name(PL_VERDICT_MAX));
    assert_null(pl_verdict_text(PL_VERDICT_MAX));
}

static void errors(void **state)
{
    struct pl_attempt attempt = {.family = 4, .icmp_type = 3, .icmp_code = 1};

    (void)state;
    assert_string_equal(pl_attempt_icmp(&attempt), "host unreachable");
    attempt.family = 6;
    assert_string_equal(pl_attempt_icmp(&attempt), "reassembly time exceeded");
    attempt.icmp_code = 200;
    assert_null(pl_attempt_icmp(&attempt));
}

/* What take() returns ends the call. */
static int refuse(void *arg, const struct pl_attempt *attempt)
{
    (void)attempt;
    ++*(int *)arg;
    return -7;
}

static void stops(void **state)
{
    struct pl_attempts *attempts = NULL;
    struct pl_segment segment;
    uint64_t ms = 0;
    int calls = 0;
    char script[] = "s R 5";

    (void)state;
    assert_int_equal(pl_attempts_new(script_keys, refuse, &calls, &attempts), 0);
    script_segment(script, &segment, &ms);
    assert_int_equal(pl_attempts_add(attempts, &segment), -7);
    segment.source_port++;
    segment.flags = PL_TCP_SYN;
    assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    segment.source_port++;
    assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    assert_int_equal(pl_attempts_end(attempts, false), -7);
    assert_int_equal(calls, 2);
    pl_attempts_free(attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(errors),
        cmocka_unit_test(stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
