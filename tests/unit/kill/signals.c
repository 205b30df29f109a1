/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "kill/signals.h"

#include <signal.h>

static void parsed(void **state)
{
    static const struct {
        const char *word;
        int number;
        const char *advice;
    } cases[] = {
        {"TERM", SIGTERM, ""},
        {"SIGTERM", SIGTERM, ""},
        {"sigterm", SIGTERM, ""},
        {"Hup", SIGHUP, ""},
        {"9", SIGKILL, ""},
        {"USR1", SIGUSR1, ""},
        {"64", 64, ""},
        {"0", 0, ""},
        {"65", -1, ""},
        {"-9", -1, ""},
        {"", -1, ""},
        {"SIG", -1, ""},
        {"9x", -1, ""},
        {" 9", -1, ""},
        {"TREM", -1, "; did you mean 'TERM'?"},
        {"SIGKIL", -1, "; did you mean 'KILL'?"},
        {"nonsense", -1, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char advice[128];
        int number = signals_parse(cases[i].word, advice, sizeof(advice));

        if (number != cases[i].number || strcmp(advice, cases[i].advice) != 0)
            fail_msg("%s: %d '%s'", cases[i].word, number, advice);
    }
}

static void named(void **state)
{
    char name[16];

    (void)state;
    signals_name(SIGTERM, name, sizeof(name));
    assert_string_equal(name, "TERM");
    signals_name(64, name, sizeof(name));
    assert_string_equal(name, "64");
    assert_true(signals_is_clean(SIGTERM) && signals_is_clean(SIGHUP));
    assert_false(signals_is_clean(SIGKILL) || signals_is_clean(SIGQUIT));
    assert_true(signals_ends(SIGTERM) && signals_ends(SIGKILL));
    assert_false(signals_ends(SIGHUP) || signals_ends(SIGSTOP) || signals_ends(SIGUSR1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parsed), cmocka_unit_test(named)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
