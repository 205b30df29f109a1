/* SPDX-License-Identifier: BSD-2-Clause */
/* Which packets are from a socket without a port: by the time, and nobody's rather than another one's. */
#include "harness.h"

#include "attempt/pair.h"

#include <stdio.h>

#define MS UINT64_C(1000000)

/*
 * A script has a word per item: S (socket) or P (packets), a letter for the owner of a socket or for the
 * packets that are expected for it, and tenths of a millisecond. The result has for each socket, in the
 * order of time, its owner and the letter of its packets: "a=a", "a?a" (not certain), or "a-" (none).
 */
struct script {
    struct pl_attempt attempts[16];
    struct pl_holders *holders[16];
    struct loose items[16];
    char letters[16];
    size_t count;
};

static void parse(const char *text, struct script *script)
{
    *script = (struct script){.count = 0};
    for (const char *word = text; *word != '\0'; script->count++) {
        struct pl_attempt *attempt = &script->attempts[script->count];
        unsigned int tenths = 0;

        assert_true(script->count < COUNT_OF(script->attempts));
        *attempt = (struct pl_attempt){.family = 4, .ports = {0, 80}};
        memcpy(attempt->addrs[1], "\12\0\0\2", 4);
        script->letters[script->count] = word[1];
        if (word[0] == 'P') {
            attempt->have = PL_ATTEMPT_PACKETS;
            memcpy(attempt->addrs[0], "\12\0\0\1", 4);
        } else {
            attempt->have = PL_ATTEMPT_STATES | PL_ATTEMPT_NO_PORT |
                            (word[0] == 'S' ? PL_ATTEMPT_NO_ADDRESS : 0);
            attempt->addrs[0][0] = word[0] == 'S' ? 0 : 9; /* bound to another address */
            attempt->owners[0] = pl_holders_new(1);
            assert_non_null(attempt->owners[0]);
            attempt->owners[0]->items[0].pid = (uint32_t)word[1];
        }
        for (word += 2; *word >= '0' && *word <= '9'; word++)
            tenths = tenths * 10 + (unsigned int)(*word - '0');
        if (*word == '!') { /* of another port */
            attempt->ports[1] = 81;
            word++;
        }
        attempt->time = 1000 * MS + tenths * MS / 10;
        word += *word == ' ';
    }
}

static void check(const char *text, const char *expected, bool reverse)
{
    struct script script;
    char got[64] = "";

    parse(text, &script);
    for (size_t i = 0; i < script.count; i++) {
        size_t to = reverse ? script.count - 1 - i : i;

        script.items[to] = (struct loose){.attempt = &script.attempts[i], .at = (uint32_t)i};
    }
    attempt_pair(script.items, script.count);
    for (size_t i = 0; i < script.count; i++) {
        const struct loose *item = &script.items[i];
        size_t len = strlen(got);

        if (item->attempt->have & PL_ATTEMPT_PACKETS) {
            assert_int_equal(item->pair, 0);
            continue;
        }
        (void)snprintf(got + len, sizeof(got) - len, "%s%c%c%.1s", len > 0 ? " " : "",
                       script.letters[item->at],
                       item->pair == 0    ? '-'
                       : item->is_certain ? '='
                                          : '?',
                       item->pair == 0 ? "" : &script.letters[script.items[item->pair - 1].at]);
    }
    assert_string_equal(got, expected);
    for (size_t i = 0; i < script.count; i++)
        pl_holders_drop(script.attempts[i].owners[0]);
}

static void each(void **state)
{
    static const struct {
        const char *script, *expected;
    } rows[] = {
        {"", ""},
        {"Sa0", "a-"},
        {"Pa0", ""},
        {"Sa0 Pa0", "a=a"},
        {"Sa0 Pa100", "a=a"},
        {"Sa0 Pa101", "a-"}, /* too late */
        {"Sa1 Pa0", "a=a"},  /* two clocks */
        {"Sa0 Pa0!", "a-"},
        {"Xa0 Pa0", "a-"}, /* of another address */
        /* Two processes, 5 ms apart. */
        {"Sa0 Pa0 Sb50 Pb50", "a=a b=b"},
        {"Sa0 Sb50 Pb51", "a- b=b"},
        /* Too near each other: one row for each attempt, but no owner. */
        {"Sa0 Pa0 Sb5 Pb5", "a?a b?b"},
        {"Sa0 Sb1 Pa1 Pb2", "a?a b?b"},
        /* The SYNs waited for the address of the next hop. */
        {"Sa0 Sb50 Pa60 Pb61", "a?a b?b"},
        {"Sa0 Pa1 Px2", "a?a"},
        /* A single process is the owner of all of them. */
        {"Sa0 Pb1 Sa2 Pc3", "a=b a=c"},
        {"Sa0 Sa1 Pb2", "a=b a-"},
        {"Sa0 Sa1 Pb2 Pc3 Px4", "a?b a?c"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check(rows[i].script, rows[i].expected, false);
        check(rows[i].script, rows[i].expected, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
