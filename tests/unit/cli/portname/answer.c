/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of port names keep their order. */
#include "cli/portname/answer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void rows_are_kept(void **state)
{
    struct answers answers = {0};

    (void)state;
    for (unsigned int port = 0; port < 1000; port++) {
        struct answer row = {.port = (uint16_t)port, .proto = PL_PROTO_TCP};

        assert_true(answers_add(&answers, &row));
    }
    assert_int_equal(answers.count, 1000);
    for (unsigned int port = 0; port < 1000; port++)
        assert_int_equal(answers.rows[port].port, port);
    answers_free(&answers);
    assert_null(answers.rows);
    assert_int_equal(answers.count, 0);
}

static void nobody_uses_a_port_that_was_not_looked_at(void **state)
{
    struct answers answers = {0};
    struct answer row = {.port = 22, .proto = PL_PROTO_TCP};
    size_t count = 1;

    (void)state;
    (void)answer_socks(&answers, &row, &count);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_kept),
        cmocka_unit_test(nobody_uses_a_port_that_was_not_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
