/* SPDX-License-Identifier: BSD-2-Clause */
/* The positive conditions of a filter, and which of them a socket fulfils. */
#include "filters.h"
#include "model/array.h"
#include "sample.h"

#define CLUES 8

/* Writes the conditions: "port 80 both; process nginx". */
static const char *clues_of(const char *expression, size_t max)
{
    static const char *const kinds[] = {"port", "process", "user", "address", "other"};
    static char out[512];
    struct pl_filter *filter = parse(expression);
    struct pl_clue clues[CLUES];
    size_t count = pl_filter_clues(filter, clues, max);

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const struct pl_clue *clue = &clues[i];
        char *end = out + strlen(out);
        size_t room = sizeof(out) - strlen(out);

        if (clue->kind == PL_CLUE_PORT)
            (void)snprintf(end, room, "%s %u-%u", kinds[clue->kind], clue->low, clue->high);
        else if (clue->kind == PL_CLUE_ADDRESS)
            (void)snprintf(end, room, "%s %u/%u", kinds[clue->kind], clue->addr[0], clue->bits);
        else if (clue->kind == PL_CLUE_OTHER)
            (void)snprintf(end, room, "%s %s %.*s %llx %llu", kinds[clue->kind], clue->field->name,
                           (int)clue->text.len, clue->text.data ? clue->text.data : "",
                           (unsigned long long)clue->mask, (unsigned long long)clue->number);
        else
            (void)snprintf(end, room, "%s %.*s", kinds[clue->kind], (int)clue->text.len,
                           clue->text.data);
        (void)snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%s%s;",
                       clue->local ? " local" : "", clue->peer ? " peer" : "",
                       clue->service ? " service" : "");
    }
    pl_filter_free(filter);
    return out;
}

static void found(void **state)
{
    static const struct {
        const char *expression, *clues;
    } cases[] = {
        {"port 80", "port 80-80 local peer;"},
        {"sport 80", "port 80-80 local;"},
        {"dport 8000-8100", "port 8000-8100 peer;"},
        {"80 443", "port 80-80 local peer;port 443-443 local peer;"},
        {"sport 80 dport 80", "port 80-80 local peer;"},
        {"10.0.0.0/8 user root", "address 10/8 local peer;user root;"},
        {"src 10.1.2.3 process nginx", "address 10/32 local;process nginx;"},
        {"process ngi*", "process ngi*;"},
        {"process nginx or ( not user root )", "process nginx;"},
        {"not port 80", ""},
        {"port != 80", ""},
        {"sport ge 80", ""},
        {"sport lt 80", ""},
        {"tcp recv_q > 0 v6only", ""},
        {"state listen tcp", "other state  400 0;"},
        {"service ssh", "other service ssh 0 0;other local_service ssh 0 0;"},
        {"pid 7", "other pid  0 7;"},
        {"process /x/", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(clues_of(cases[i].expression, CLUES), cases[i].clues);
    assert_string_equal(clues_of("1 2 3", 2), "port 1-1 local peer;port 2-2 local peer;");
    assert_string_equal(clues_of("1", 0), "");
}

static bool fulfils(const char *expression, const struct pl_snapshot *snap, size_t sock)
{
    struct pl_filter *filter = parse(expression);
    struct pl_clue clue;
    bool is;

    assert_int_equal(pl_filter_clues(filter, &clue, 1), 1);
    is = pl_clue_match(&clue, snap, sample_sock(snap, sock));
    pl_filter_free(filter);
    return is;
}

static void fulfilled(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    assert_true(fulfils("port 80", snap, SAMPLE_LISTEN4));
    assert_false(fulfils("port 81", snap, SAMPLE_LISTEN4));
    /* Only the first condition is evaluated. */
    assert_true(fulfils("port 80 user nobody", snap, SAMPLE_LISTEN4));
    assert_true(fulfils("port 443", snap, SAMPLE_CONN));
    assert_true(fulfils("dport 443", snap, SAMPLE_CONN));
    assert_false(fulfils("sport 443", snap, SAMPLE_CONN));
    assert_true(fulfils("process nginx", snap, SAMPLE_LISTEN4));
    assert_true(fulfils("process ngin*", snap, SAMPLE_LISTEN4));
    assert_false(fulfils("process nginx", snap, SAMPLE_CONN));
    assert_true(fulfils("10.0.0.0/8", snap, SAMPLE_CONN));
    assert_false(fulfils("10.0.0.0/8", snap, SAMPLE_ODD));
    assert_false(fulfils("port 80", snap, SAMPLE_ODD));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(found), TEST(fulfilled))
