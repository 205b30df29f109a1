/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/stat, with names that look like the rest of the line, and lists of ancestors. */
#include "harness.h"

#include "kill/actor_stat.h"

#define REST " S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 1000 50\n"

static void parsed(void **state)
{
    static const struct {
        const char *text, *name; /* name NULL: refused */
    } cases[] = {
        {"12 (nginx)" REST, "nginx"},
        {"12 (a b)" REST, "a b"},
        {"12 ()" REST, ""},
        {"12 (x) Z 1 (y))" REST, "x) Z 1 (y)"},
        {"12 (((" REST, NULL},
        {"12 )" REST, NULL},
        {"12 )(" REST, NULL},
        {"", NULL},
        {"12 (nginx)", NULL},
        {"12 (nginx) S 7 1 1 0", NULL},
        {"12 (nginx) S x 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 777 1000", NULL},
        {"12 (nginx) S -1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 777 1000", NULL},
        {"12 (nginx) SS 7 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 777 1000", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct actor_stat stat = {0};

        if (actor_parse_stat(cases[i].text, strlen(cases[i].text), &stat) !=
            (cases[i].name != NULL))
            fail_msg("%s", cases[i].text);
        if (!cases[i].name)
            continue;
        assert_int_equal(stat.name.len, strlen(cases[i].name));
        assert_memory_equal(stat.name.data, cases[i].name, stat.name.len);
        assert_int_equal(stat.state, 'S');
        assert_int_equal(stat.parent, 7);
        assert_int_equal(stat.flags, 4194560);
        assert_int_equal(stat.started_ticks, 777);
    }
}

/* The parent of each process is the one before it; 5 cannot be read. */
static bool read_stat(void *arg, uint32_t pid, struct actor_stat *out)
{
    (void)arg;
    *out = (struct actor_stat){.parent = pid - 1};
    return pid != 5;
}

static void ancestors(void **state)
{
    uint32_t pids[3];

    (void)state;
    assert_int_equal(actor_ancestors(3, read_stat, NULL, pids, COUNT_OF(pids)), 2);
    assert_int_equal(pids[0], 2);
    assert_int_equal(pids[1], 1);
    assert_int_equal(actor_ancestors(1, read_stat, NULL, pids, COUNT_OF(pids)), 0);
    assert_int_equal(actor_ancestors(5, read_stat, NULL, pids, COUNT_OF(pids)), 0);
    assert_int_equal(actor_ancestors(6, read_stat, NULL, pids, COUNT_OF(pids)), 1);
    assert_int_equal(actor_ancestors(4, read_stat, NULL, pids, COUNT_OF(pids)), 3);
    assert_int_equal(actor_ancestors(4, read_stat, NULL, pids, 1), 1);
}

TEST_MAIN(TEST(parsed), TEST(ancestors))
