/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts that are captured live: when they are passed on, and which segments matter. */
#include "script.h"

/*
 * Segments as in script.h, and "T MS": the clock is set to so many milliseconds after the first segment.
 * expected has the verdict that each step passes on, "-" for none, in brackets if the segment does not matter.
 */
static const struct {
    const char *what, *script, *expected;
} cases[] = {
    {"completed with the third step", "c S 1; s SA 2 2; c A 2 3; c FA 2 3; s FA 3 3; c A 3 4",
     "- - completed - - [-]"},
    {"what follows does not matter", "c S 1; s SA 2 2; c A 2 3; c PA 2 3 /5; s A 3 7; c R 7",
     "- - completed [-] [-] -"},
    {"refused, after a moment", "c S 1; s RA 0 2; T 100; T 150; T 450; T 9000",
     "- - - - refused_rst -"},
    {"refused, and repeated: once", "c S 1; s RA 0 2; T 260; c S 1 @700; s RA 0 2 @701; T 9000",
     "- - refused_rst [-] [-] -"},
    {"an RST, and then an answer: it was forged", "c S 1; s RA 0 2; s SA 5 2; c A 2 6; T 9000",
     "- - - completed -"},
    {"an ICMP error, and then an answer", "c S 1; I 3 13 1; T 500; s SA 5 2 @1000; c A 2 6",
     "- - - - completed"},
    {"an ICMP error", "c S 1; I 3 13 1; T 3000; T 4500", "- - - refused_icmp"},
    {"no answer", "c S 1; T 100000; T 129000; T 131000", "- - - no_answer"},
    {"half open", "c S 1; s SA 5 2; T 100000; T 131000", "- - - half_open"},
    {"a connection that began before", "c PA 5 6 /9; s A 6 14; c A 14 6; T 9000; c FA 14 6; s R 6",
     "[-] [-] [-] - [-] [-]"},
    {"a SYN-ACK of a SYN that was not captured", "s SA 5 2; c A 2 6; c PA 2 6 /4", "- late [-]"},
    {"an RST of nothing: it may end a connection that began before", "s R 5; s R 5", "[-] [-]"},
    {"the clock is set back", "c S 1 @500000; T 1000; c S 9 @1001; T 100000; T 131500",
     "- - no_answer - no_answer"},
};

static void run(const char *script, char *printed, size_t size)
{
    struct script_result result = {.len = 0};
    struct pl_attempts *attempts = NULL;
    struct pl_segment segment;
    uint64_t ms = UINT64_MAX;
    char copy[128];
    size_t len = 0;
    bool first = true;

    assert_int_equal(pl_attempts_new(script_keys, script_take, &result, &attempts), 0);
    pl_attempts_hurry(attempts);
    while (*script != '\0') {
        size_t count = result.count;
        size_t step = strcspn(script, ";");
        bool matters = true;

        assert_true(step < sizeof(copy));
        memcpy(copy, script, step);
        copy[step] = '\0';
        script += step + (script[step] == ';');
        if (copy[strspn(copy, " ")] == 'T') {
            uint64_t at = script_number(copy + strspn(copy, " ") + 2);

            assert_int_equal(pl_attempts_tick(attempts, SCRIPT_START + at * 1000000), 0);
        } else {
            script_segment(copy, &segment, &ms);
            assert_int_equal(pl_attempts_add(attempts, &segment), 0);
            matters = pl_attempts_matters(attempts);
        }
        len += (size_t)snprintf(
            printed + len, size - len, "%s%s%s%s", first ? "" : " ", matters ? "" : "[",
            result.count > count ? pl_verdict_name(result.last.verdict) : "-", matters ? "" : "]");
        first = false;
    }
    pl_attempts_free(attempts);
}

static void live(void **state)
{
    char printed[512];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run(cases[i].script, printed, sizeof(printed));
        if (strcmp(printed, cases[i].expected) != 0)
            fail_msg("%s:\n  %s\n  expected %s", cases[i].what, printed, cases[i].expected);
    }
}

/* At the end, each attempt that is left is passed on once. */
static void the_end(void **state)
{
    struct script_result result = {.len = 0};
    struct pl_attempts *attempts = NULL;
    struct pl_segment segment;
    uint64_t ms = UINT64_MAX;
    char steps[][32] = {"c S 1", "s SA 5 2", "c A 2 6"};

    (void)state;
    assert_int_equal(pl_attempts_new(script_keys, script_take, &result, &attempts), 0);
    pl_attempts_hurry(attempts);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        script_segment(steps[i], &segment, &ms);
        assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    }
    segment.source_port = 2000;
    segment.flags = PL_TCP_SYN;
    assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    assert_int_equal(result.count, 1);
    assert_int_equal(pl_attempts_end(attempts, true), 0);
    assert_int_equal(result.count, 2);
    assert_int_equal(result.last.verdict, PL_VERDICT_TRYING);
    pl_attempts_free(attempts);
}

/* A third step without the SYN-ACK: the initiator does not try any more. */
static void redirected(void **state)
{
    struct script_result result = {.len = 0};
    struct pl_attempts *attempts = NULL;
    struct pl_segment segment;
    uint64_t ms = UINT64_MAX;
    char steps[][32] = {"c S 1", "c A 2 6"};

    (void)state;
    assert_int_equal(pl_attempts_new(script_keys, script_take, &result, &attempts), 0);
    pl_attempts_hurry(attempts);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        script_segment(steps[i], &segment, &ms);
        assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    }
    assert_int_equal(pl_attempts_end(attempts, true), 0);
    assert_int_equal(result.count, 1);
    assert_int_equal(result.last.verdict, PL_VERDICT_NO_ANSWER);
    pl_attempts_free(attempts);
}

struct counts {
    size_t count;
    unsigned int verdict; /* of the last one */
};

static int count_attempt(void *arg, const struct pl_attempt *attempt)
{
    struct counts *counts = arg;

    counts->count++;
    counts->verdict = attempt->verdict;
    return 0;
}

static void begin(struct pl_attempts **out, struct counts *counts)
{
    *counts = (struct counts){0};
    assert_int_equal(pl_attempts_new(script_keys, count_attempt, counts, out), 0);
    pl_attempts_hurry(*out);
}

static void add(struct pl_attempts *attempts, const char *text, uint64_t at_ms)
{
    struct pl_segment segment;
    uint64_t ms = UINT64_MAX;
    char copy[32];

    (void)snprintf(copy, sizeof(copy), "%s", text);
    script_segment(copy, &segment, &ms);
    segment.time = SCRIPT_START + at_ms * 1000000;
    assert_int_equal(pl_attempts_add(attempts, &segment), 0);
}

/* The clock is set while attempts wait: they keep their age. */
static void set_clock(void **state)
{
    static const int64_t jumps[] = {-3600, 180};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        uint64_t start = (uint64_t)(3600 + jumps[i]) * 1000;
        struct pl_attempts *attempts = NULL;
        struct counts counts;

        begin(&attempts, &counts);
        add(attempts, "c S 1", UINT64_C(3600) * 1000);
        pl_attempts_shift(attempts, jumps[i] * 1000000000);
        for (uint64_t s = 1; s <= 140; s++) {
            uint64_t at = SCRIPT_START + (start + s * 1000) * 1000000;

            assert_int_equal(pl_attempts_tick(attempts, at), 0);
            if (counts.count != (s >= 130))
                fail_msg("%d s: after %d s, %d attempts", (int)jumps[i], (int)s, (int)counts.count);
        }
        pl_attempts_free(attempts);
    }
}

/* Segments of connections that began before take no memory. */
static void others(void **state)
{
    struct pl_attempts *attempts = NULL;
    struct counts counts;
    size_t bytes;

    (void)state;
    begin(&attempts, &counts);
    add(attempts, "c A 5 6", 0);
    assert_int_equal(pl_attempts_count(attempts, &bytes), 0);
    pl_attempts_free(attempts);
}

/* A flood of SYNs: the first ones are passed on, and memory is limited. */
static void flood(void **state)
{
    const uint32_t most = 262144;
    struct pl_attempts *attempts = NULL;
    struct counts counts;
    struct pl_segment segment;
    uint64_t ms = UINT64_MAX;
    char syn[] = "c S 1";
    size_t bytes;

    (void)state;
    begin(&attempts, &counts);
    script_segment(syn, &segment, &ms);
    for (uint32_t i = 0; i < 2 * most; i++) {
        segment.source[2] = (uint8_t)(i >> 16);
        segment.source_port = (uint16_t)i;
        segment.time += 1000;
        assert_int_equal(pl_attempts_add(attempts, &segment), 0);
        assert_true(pl_attempts_count(attempts, &bytes) <= most);
    }
    assert_true(bytes < 128 * (size_t)most);
    assert_int_equal(counts.verdict, PL_VERDICT_TRYING);
    assert_int_equal(pl_attempts_early(attempts), counts.count);
    assert_int_equal(pl_attempts_count(attempts, &bytes) + counts.count, 2 * most);
    pl_attempts_free(attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(live),       cmocka_unit_test(the_end),
                                       cmocka_unit_test(redirected), cmocka_unit_test(set_clock),
                                       cmocka_unit_test(others),     cmocka_unit_test(flood)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
