/* SPDX-License-Identifier: BSD-2-Clause */
/* Every column is a field of filters. */
#include "filters.h"

#include "sample.h"
#include "view/column.h"

static bool is_composed(const char *name)
{
    /*
     * Endpoints are keywords of the grammar ("local = 10.0.0.1:22"); host names come from the
     * resolver.
     */
    static const char *const composed[] = {"local", "peer", "local_host", "peer_host"};

    for (size_t i = 0; i < COUNT_OF(composed); i++) {
        if (strcmp(name, composed[i]) == 0)
            return true;
    }
    return false;
}

static void columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const char *name = pl_fields[i].name;

        if (!is_composed(name) && !pl_fields[i].get)
            fail_msg("the row of field %s has no .get", name);
    }
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const char *name = pl_fields[i].name;

        if (is_composed(name))
            continue;
        if (!pl_field_find(name, strlen(name)))
            fail_msg("no field for column %s", name);
    }
}

static void finding(void **state)
{
    const char *help = NULL;
    size_t count = 0;

    (void)state;
    assert_ptr_equal(pl_field_find("recv-q", 6), pl_field_find("recv_q", 6));
    assert_null(pl_field_find("recv", 4));
    assert_null(pl_field_find("", 0));
    while (pl_filter_field(count, &help)) {
        assert_true(help && help[0] != '\0');
        count++;
    }
    assert_true(count > 25);
    assert_true(pl_field_is_early(pl_field_find("state", 5)));
    assert_false(pl_field_is_early(pl_field_find("pid", 3)));
}

/* The number of sockets of the sample that match the filter. */
static size_t count_true(const struct pl_snapshot *snap, const char *expression)
{
    struct pl_filter *filter = parse(expression);
    size_t count = 0;

    for (size_t i = 0; i < SAMPLE_COUNT; i++)
        count += pl_filter_eval(filter, snap, sample_sock(snap, i)) == PL_TRUE;
    pl_filter_free(filter);
    return count;
}

static void values(void **state)
{
    static const struct {
        const char *expression;
        size_t count;
    } cases[] = {
        {"process nginx", 1},
        {"process nginz", 0},
        {"command = *worker", 1},
        {"exe = /usr/sbin/nginx", 1},
        {"process_uid = 33", 1},
        {"process_uid gt 33", 0}, /* that of an ended process is unknown */
        {"started = 2000-02-29", 1},
        {"started lt 2000-02-29", 0}, /* an unknown time is not 0 */
        {"started le 2000-02-29T00:00:00Z", 1},
        {"started gt 951782400", 0},
        {"pid = 813", 1},
        {"fd = 7", 1},
        {"fd = 8", 0},
        {"uid = 1000", 2},
        {"inode = 1004", 1},
        {"cookie = 18446744073709551615", 1},
        {"v6only = true", 1},
        {"recv_q > 0", 2},
        {"send_q = 511", 1},
        {"family = inet6", 4},
        {"type = dgram", 1},
        {"state listen", 3},
        {"interface = 99", 1},
        {"owner_unknown = not_permitted", 3},
    };
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (count_true(snap, cases[i].expression) != cases[i].count)
            fail_msg("%s: %zu sockets", cases[i].expression, count_true(snap, cases[i].expression));
    }
    pl_snapshot_free(snap);
}

/*
 * Every field can be evaluated for every socket. If all values are known, no result is "maybe", and
 * no condition and its negation are both true.
 */
static void every_field(void **state)
{
    static const char *const words[] = {"1",        "a",         "true", "tcp",  "listen",
                                        "10.0.0.1", "stream",    "inet", "any",  "usual",
                                        "system",   "not_found", "lo",   "2026", "peer"};
    struct pl_snapshot *snap = sample_new();
    size_t asked = 0;
    const char *name;

    (void)state;
    for (size_t f = 0; (name = pl_filter_field(f, NULL)) != NULL; f++) {
        size_t before = asked;

        for (size_t w = 0; w < COUNT_OF(words); w++) {
            char is[128];
            char not [160];
            struct pl_filter_error error = {0};
            struct pl_filter *filter = NULL;
            struct pl_filter *contrary = NULL;

            (void)snprintf(is, sizeof(is), "%s = %s", name, words[w]);
            (void)snprintf(not, sizeof(not ), "not ( %s )", is);
            if (pl_filter_parse(is, &some_names, &filter, &error) != 0)
                continue;
            assert_int_equal(pl_filter_parse(not, &some_names, &contrary, &error), 0);
            for (size_t i = 0; i < SAMPLE_COUNT; i++) {
                const struct pl_sock *sock = sample_sock(snap, i);
                enum pl_truth one = pl_filter_eval(filter, snap, sock);
                enum pl_truth other = pl_filter_eval(contrary, snap, sock);

                assert_true(one != PL_MAYBE && other != PL_MAYBE);
                assert_false(one == PL_TRUE && other == PL_TRUE);
            }
            asked++;
            pl_filter_free(filter);
            pl_filter_free(contrary);
        }
        if (asked == before)
            fail_msg("no value for the field %s", name);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(columns), TEST(finding), TEST(values), TEST(every_field))
