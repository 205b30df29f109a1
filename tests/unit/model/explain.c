/* SPDX-License-Identifier: BSD-2-Clause */
/* Every keyword has an explanation, by any of its spellings. */
#include "api/explain.h"
#include "api/library.h"
#include "api/sequence.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct pl_text text(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static void every_keyword(void **state)
{
    static const struct {
        const char *kind;
        const char *(*name)(unsigned int number);
        unsigned int count;
    } kinds[] = {
        {"state", pl_state_name, PL_STATE_MAX},
        {"owner_unknown", pl_owner_unknown_name, PL_OWNER_MAX},
        {"reach", pl_reach_name, PL_REACH_MAX},
        {"opened_by", pl_opened_name, PL_OPENED_MAX},
        {"place", pl_place_name, PL_PLACE_MAX},
        {"timer", pl_timer_name, 5},
        {"ca_state", pl_ca_state_name, 5},
        {"shutdown", pl_shutdown_name, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        for (unsigned int number = 0; number < kinds[i].count; number++) {
            const char *word = kinds[i].name(number);

            assert_non_null(word);
            if (word[0] != '\0' && !pl_explanation_get(kinds[i].kind, text(word)))
                fail_msg("%s %s is not explained", kinds[i].kind, word);
        }
    }
    for (unsigned int port = 0; port <= 65535; port++)
        if (!pl_explanation_get("class", text(pl_service_class(port, PL_PROTO_TCP))))
            fail_msg("class of port %u", port);
}

static bool is_explained(const char *typed, const char *kind, const char *word)
{
    const struct pl_explanation *item;
    size_t at = 0;

    while ((item = pl_explanation_find(typed, &at)) != NULL)
        if (strcmp(item->kind, kind) == 0 && strcmp(item->word, word) == 0)
            return true;
    return false;
}

static void spellings(void **state)
{
    static const char *const typed[][2] = {
        {"close-wait", "CLOSE_WAIT"}, {"CLOSE_WAIT", "CLOSE_WAIT"}, {"close wait", "CLOSE_WAIT"},
        {"closewait", "CLOSE_WAIT"},  {"fin-wait-1", "FIN_WAIT1"},  {"FIN_WAIT_2", "FIN_WAIT2"},
        {"estab", "ESTABLISHED"},     {"SYN_RECEIVED", "SYN_RECV"}, {"Listening", "LISTEN"},
        {"bound-inactive", "BOUND"},  {"unconn", "UNCONN"},         {"time-wait", "TIME_WAIT"},
    };
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
        if (!is_explained(typed[i][0], "state", typed[i][1]))
            fail_msg("%s does not explain %s", typed[i][0], typed[i][1]);
    assert_true(is_explained("time_wait", "owner_unknown", "time_wait"));
    assert_true(is_explained("any", "reach", "any"));
    assert_null(pl_explanation_find("nosuchword", &at));
    at = 0;
    assert_null(pl_explanation_find("", &at));
    assert_null(pl_explanation_get("state", text("CLOSE")));
    assert_null(pl_explanation_get("state", (struct pl_text){0}));
}

/* Each has two lines of text, and there is one per kind and word. */
static void rows(void **state)
{
    const struct pl_explanation *row;
    size_t count = 0;

    (void)state;
    for (; (row = pl_explanation_row(count)) != NULL; count++) {
        assert_ptr_equal(pl_explanation_get(row->kind, text(row->word)), row);
        assert_true(strlen(row->text) >= 12 && strlen(row->text) <= 120);
        assert_true(strlen(row->advice) >= 7 && strlen(row->advice) <= 130);
        assert_int_equal(row->text[strlen(row->text) - 1], '.');
        assert_int_equal(row->advice[strlen(row->advice) - 1], '.');
    }
    assert_true(count > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_keyword),
        cmocka_unit_test(spellings),
        cmocka_unit_test(rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
