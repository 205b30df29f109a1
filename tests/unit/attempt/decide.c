/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts that the kernel decides before the packets do. */
#include "script.h"

static void feed(struct pl_attempts *attempts, const char *script)
{
    uint64_t ms = UINT64_MAX;
    char copy[256];

    while (*script != '\0') {
        size_t len = strcspn(script, ";");
        struct pl_segment segment;

        memcpy(copy, script, len);
        copy[len] = '\0';
        script += len + (script[len] == ';');
        script_segment(copy, &segment, &ms);
        assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    }
}

static void each(void **state)
{
    static const struct {
        const char *script;
        uint8_t verdict;
        uint32_t isn;
        const char *before; /* what is passed on at once */
        const char *after;  /* and at the end, when more segments came */
        const char *more;
    } rows[] = {
        /* Completed: only the initiator's end knows so far. */
        {"c S 100; s SA 500 101; c A 101 501", PL_VERDICT_COMPLETED, 100,
         "completed isn 100 peer 500 syn 1 synack 1 third",
         "completed isn 100 peer 500 syn 1 synack 1 third", "s A 501 101 /5 @9"},
        {"c S 100; s RA 0 101", PL_VERDICT_RST, 100, "refused_rst isn 100 syn 1 synack 0",
         "refused_rst isn 100 syn 1 synack 0", "s RA 0 101 @9"},
        {"c S 100; c S 100", PL_VERDICT_NO_ANSWER, 100, "no_answer isn 100 syn 2 synack 0",
         "no_answer isn 100 syn 2 synack 0", ""},
        {"c S 100", PL_VERDICT_TRYING, 100, "still_trying isn 100 syn 1 synack 0",
         "still_trying isn 100 syn 1 synack 0", ""},
        /* Of another number, or none at all. */
        {"c S 100", PL_VERDICT_RST, 101, "", "no_answer isn 100 syn 1 synack 0", ""},
        {"", PL_VERDICT_RST, 100, "", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct script_result result = {.len = 0};
        struct pl_attempts *attempts;
        struct pl_attempt reported = {.ports = {1000, 80},
                                      .family = 4,
                                      .verdict = rows[i].verdict,
                                      .isn = rows[i].isn,
                                      .have = PL_ATTEMPT_ISN | PL_ATTEMPT_STATES};

        memcpy(reported.addrs[0], "\12\0\0\1", 4);
        memcpy(reported.addrs[1], "\12\0\0\2", 4);
        assert_int_equal(pl_attempts_new(script_keys, script_take, &result, &attempts), 0);
        feed(attempts, rows[i].script);
        assert_int_equal(pl_attempts_decide(attempts, &reported), 0);
        assert_string_equal(result.text, rows[i].before);
        assert_int_equal(pl_attempts_decide(attempts, &reported), 0);
        assert_string_equal(result.text, rows[i].before); /* once */
        feed(attempts, rows[i].more);
        assert_int_equal(pl_attempts_end(attempts, false), 0);
        assert_string_equal(result.text, rows[i].after);
        pl_attempts_free(attempts);
    }
}

/* What nothing else ends is not kept: the error of connect(2) may be that of an ICMP error. */
static void kept(void **state)
{
    static const struct {
        const char *script;
        size_t count;
    } rows[] = {
        {"c S 100; I 3 3 100", 0},
        {"c S 100", 0}, /* the RST was lost */
        {"c S 100; s RA 0 101", 1},
        {"c S 100; s SA 500 101; c A 101 501", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct script_result result = {.len = 0};
        struct pl_attempts *attempts;
        struct pl_attempt reported = {
            .ports = {1000, 80}, .family = 4, .verdict = PL_VERDICT_RST, .have = PL_ATTEMPT_STATES};
        size_t bytes;

        memcpy(reported.addrs[0], "\12\0\0\1", 4);
        memcpy(reported.addrs[1], "\12\0\0\2", 4);
        assert_int_equal(pl_attempts_new(script_keys, script_take, &result, &attempts), 0);
        feed(attempts, rows[i].script);
        assert_int_equal(pl_attempts_decide(attempts, &reported), 0);
        assert_int_equal(pl_attempts_count(attempts, &bytes), rows[i].count);
        pl_attempts_free(attempts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each), cmocka_unit_test(kept)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
