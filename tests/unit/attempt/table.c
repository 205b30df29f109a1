/* SPDX-License-Identifier: BSD-2-Clause */
/* The table: growth, removal, memory, and memory that runs out. */
#include "alloc.h"
#include "script.h"

#include <errno.h>

#define MANY 50000U

static struct pl_segment syn_of(uint32_t client, unsigned int family)
{
    struct pl_segment segment = {.time = SCRIPT_START,
                                 .family = (uint8_t)family,
                                 .source_port = (uint16_t)(1024 + client / 256),
                                 .target_port = 443,
                                 .seq = client,
                                 .flags = PL_TCP_SYN};

    segment.source[family == 4 ? 3 : 15] = (uint8_t)client;
    segment.target[0] = 10;
    return segment;
}

/* The answer to a segment. */
static struct pl_segment back(const struct pl_segment *to, uint16_t flags)
{
    struct pl_segment segment = *to;

    memcpy(segment.source, to->target, 16);
    memcpy(segment.target, to->source, 16);
    segment.source_port = to->target_port;
    segment.target_port = to->source_port;
    segment.flags = flags;
    segment.seq = ~to->seq;
    segment.ack = to->seq + 1;
    return segment;
}

struct last {
    struct pl_attempt attempt;
    size_t count;
};

static int take(void *arg, const struct pl_attempt *attempt)
{
    struct last *last = arg;

    last->attempt = *attempt;
    last->count++;
    return 0;
}

static void add(struct pl_attempts *attempts, const struct pl_segment *segment)
{
    assert_int_equal(pl_attempts_add(attempts, segment), 0);
}

/* Each attempt finds its own answer, while others come and go. */
static void many(void **state)
{
    struct last result = {.count = 0};
    struct pl_attempts *attempts = NULL;
    size_t bytes;

    (void)state;
    assert_int_equal(pl_attempts_new(script_keys, take, &result, &attempts), 0);
    for (uint32_t i = 0; i < MANY; i++) {
        struct pl_segment segment = syn_of(i, i % 3 == 0 ? 6 : 4);

        add(attempts, &segment);
    }
    assert_int_equal(pl_attempts_count(attempts, &bytes), MANY);
    assert_true(bytes / MANY <= 128);
    for (uint32_t i = 0; i < MANY; i += 2) {
        struct pl_segment syn = syn_of(i, i % 3 == 0 ? 6 : 4);
        struct pl_segment segment = back(&syn, PL_TCP_SYN | PL_TCP_ACK);
        struct pl_segment third = back(&segment, PL_TCP_ACK);

        third.seq = i + 1;
        add(attempts, &segment);
        add(attempts, &third);
        segment.flags = PL_TCP_RST;
        segment.seq = ~syn.seq + 1;
        add(attempts, &segment);
        assert_int_equal(result.attempt.verdict, PL_VERDICT_COMPLETED);
        assert_int_equal(result.attempt.isn, i);
        assert_int_equal(result.attempt.peer_isn, ~i);
    }
    assert_int_equal(pl_attempts_count(attempts, &bytes), MANY / 2);
    assert_int_equal(result.count, MANY / 2);
    for (uint32_t i = 1; i < MANY; i += 2) {
        struct pl_segment syn = syn_of(i, i % 3 == 0 ? 6 : 4);
        struct pl_segment segment = back(&syn, PL_TCP_RST | PL_TCP_ACK);

        add(attempts, &segment);
        add(attempts, &syn);
    }
    /* Free entries are used again. */
    for (uint32_t i = 0; i < MANY / 2; i++) {
        struct pl_segment segment = syn_of(MANY + i, 4);

        add(attempts, &segment);
    }
    assert_int_equal(pl_attempts_count(attempts, &bytes), MANY);
    assert_true(bytes / MANY <= 128);
    /* Time passes all on. */
    for (uint32_t i = 0; i < MANY; i++) {
        struct pl_segment segment = syn_of(0, 4);

        segment.time += UINT64_C(400000000000);
        add(attempts, &segment);
    }
    assert_int_equal(pl_attempts_count(attempts, &bytes), 1);
    assert_int_equal(result.count, MANY + MANY / 2);
    pl_attempts_free(attempts);
}

static void memory_runs_out(void **state)
{
    struct last result = {.count = 0};
    struct pl_attempts *attempts = NULL;

    (void)state;
    for (unsigned long nth = 1; nth <= 2; nth++) {
        alloc_fail(nth);
        assert_int_equal(pl_attempts_new(script_keys, take, &result, &attempts), -ENOMEM);
    }
    alloc_fail(0);
    assert_int_equal(pl_attempts_new(script_keys, take, &result, &attempts), 0);
    for (unsigned long nth = 1; nth < 6; nth++) {
        int err = 0;

        alloc_fail(nth);
        for (uint32_t i = 0; i < MANY && err == 0; i++) {
            struct pl_segment segment = syn_of((uint32_t)nth * MANY + i, 4);

            err = pl_attempts_add(attempts, &segment);
        }
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
    }
    alloc_fail(0);
    pl_attempts_free(attempts);
    pl_attempts_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many),
        cmocka_unit_test(memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
