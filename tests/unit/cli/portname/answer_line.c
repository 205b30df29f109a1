/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows with equal values share a line. */
#include "harness.h"

#include "cli/portname/answer.h"

static struct answers take(const struct answer *rows, size_t count)
{
    struct answers answers = {.header = true};

    for (size_t i = 0; i < count; i++)
        assert_true(answers_add(&answers, &rows[i]));
    return answers;
}

static void line_is(const struct answers *answers, size_t i, size_t rows, unsigned int span,
                    unsigned int protos)
{
    const struct answer_line line = answer_line(answers, i);

    assert_ptr_equal(line.first, &answers->rows[i]);
    assert_int_equal(line.rows, rows);
    assert_int_equal(line.span, span);
    assert_int_equal(line.protos, protos);
}

#define TCP PL_BIT(PL_PROTO_TCP)
#define UDP PL_BIT(PL_PROTO_UDP)

static void spans(void **state)
{
    static const struct answer rows[] = {
        {.port = 8011, .proto = PL_PROTO_TCP}, {.port = 8011, .proto = PL_PROTO_UDP},
        {.port = 8012, .proto = PL_PROTO_TCP}, {.port = 8012, .proto = PL_PROTO_UDP},
        {.port = 8013, .proto = PL_PROTO_TCP}, {.port = 8014, .proto = PL_PROTO_TCP},
        {.port = 8016, .proto = PL_PROTO_TCP},
    };
    struct answers answers = take(rows, COUNT_OF(rows));

    (void)state;
    line_is(&answers, 0, 4, 2, TCP | UDP);
    line_is(&answers, 4, 2, 2, TCP); /* other protocols */
    line_is(&answers, 6, 1, 1, TCP); /* a port is missing between */
    answers_free(&answers);
}

/* A local name, a common use or another name ends a line. */
static void differences(void **state)
{
    static const struct answer rows[] = {
        {.port = 8011, .proto = PL_PROTO_TCP},
        {.port = 8012, .proto = PL_PROTO_TCP, .local = {"mine", 4}},
        {.port = 8013, .proto = PL_PROTO_TCP},
        {.port = 27017, .proto = PL_PROTO_TCP},
        {.port = 27018, .proto = PL_PROTO_TCP},
        {.port = 80, .proto = PL_PROTO_TCP},
        {.port = 80, .proto = PL_PROTO_UDP},
        {.port = 80, .proto = PL_PROTO_UDP},
    };
    struct answers answers = take(rows, COUNT_OF(rows));

    (void)state;
    for (size_t i = 0; i < 5; i++)
        line_is(&answers, i, 1, 1, TCP);
    line_is(&answers, 6, 1, 1, UDP); /* equal rows are separate lines */
    answers_free(&answers);
}

TEST_MAIN(TEST(spans), TEST(differences))
