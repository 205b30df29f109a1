/* SPDX-License-Identifier: BSD-2-Clause */
/* Similar words, and the end of a message that suggests them. */
#include "model/near.h"
#include "model/array.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const states[] = {"established", "syn-sent",   "time-wait",
                                     "listening",   "close-wait", "listen"};

static const char *advise(const char *word, const char *const *words, size_t count, bool starts)
{
    static char out[128];
    struct pl_near near;

    pl_near_start(&near, word, strlen(word), 2);
    near.starts = starts;
    for (size_t i = 0; i < count; i++)
        pl_near_add(&near, words[i]);
    pl_near_print(&near, "", out, sizeof(out));
    return out;
}

static void suggestions(void **state)
{
    static const char *const ports[] = {"ftps", "https", "port", "proto"};
    static const struct {
        const char *word, *advice;
        bool starts;
    } cases[] = {
        {"establised", "; did you mean 'established'?", false},
        {"ESTABLISHD", "; did you mean 'established'?", false},
        {"timewiat", "; did you mean 'time-wait'?", false},
        {"tiem_wait", "; did you mean 'time-wait'?", false},
        {"listning", "; did you mean 'listening'?", false},
        {"est", "; did you mean 'established'?", true},
        {"est", "; use established, syn-sent, time-wait, listening, close-wait or listen", false},
        {"", "; use established, syn-sent, time-wait, listening, close-wait or listen", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(advise(cases[i].word, states, COUNT_OF(states), cases[i].starts),
                            cases[i].advice);
    /* Of two equally close words, the one with the same first letter; else both. */
    assert_string_equal(advise("htps", ports, COUNT_OF(ports), false), "; did you mean 'https'?");
    assert_string_equal(advise("prot", ports, COUNT_OF(ports), false),
                        "; did you mean 'port' or 'proto'?");
}

static void limits(void **state)
{
    static const char *const many[] = {"aaaa", "bbbb", "cccc", "dddd", "eeee",
                                       "ffff", "gggg", "hhhh", "iiii"};
    char long_word[PL_NEAR_BYTES + 2];
    const char *const same[] = {long_word, "time-wait", "time_wait"};
    char small[16];
    struct pl_near near;

    (void)state;
    memset(long_word, 'x', sizeof(long_word) - 1);
    long_word[sizeof(long_word) - 1] = '\0';
    assert_string_equal(advise("zzzz", many, COUNT_OF(many), true), "");
    assert_string_equal(advise("zzzz", many, 8, true),
                        "; use aaaa, bbbb, cccc, dddd, eeee, ffff, gggg or hhhh");
    assert_string_equal(advise("zzzz", many, 0, true), "");
    /* Too long to compare, and equal words once. */
    assert_string_equal(advise(long_word, same, 1, true),
                        "; use " /* and the word */
                        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    assert_string_equal(advise("timewait", same, COUNT_OF(same), true),
                        "; did you mean 'time-wait'?");
    pl_near_start(&near, "established", 11, 0);
    pl_near_add(&near, "established");
    assert_int_equal(near.count, 0);
    /* A short buffer truncates. */
    pl_near_start(&near, "establised", 10, 2);
    pl_near_add(&near, "established");
    pl_near_print(&near, "--", small, sizeof(small));
    assert_string_equal(small, "; did you mean ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suggestions),
        cmocka_unit_test(limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
