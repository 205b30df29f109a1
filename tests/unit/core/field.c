/* SPDX-License-Identifier: BSD-2-Clause */
/* Every column of the view is a field that filters know. */
#include "../filters.h"

#include "../../../src/view/column.h"

static bool is_composed(const char *name)
{
    /* Endpoints are sides of the grammar ("local = 10.0.0.1:22"); names of hosts are what the resolver
     * knows. */
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
    for (size_t i = 0; i < view_column_count; i++) {
        const char *name = view_columns[i].name;

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

TEST_MAIN(TEST(columns), TEST(finding))
