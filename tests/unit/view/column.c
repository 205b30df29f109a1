/* SPDX-License-Identifier: BSD-2-Clause */
/* The column table keeps the rules of the formats. */
#include "sample.h"

#include <ctype.h>

static void rows(void **state)
{
    static const char *const types[] = {"string",          "number",          "boolean",
                                        "list of strings", "list of numbers", "list of objects"};

    (void)state;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const struct pl_field *column = &pl_fields[i];
        bool known = false;

        for (const char *c = column->name; *c; c++)
            assert_true(islower(*c) || isdigit(*c) || *c == '_');
        /* A title has no blanks, so that awk counts the fields correctly. */
        assert_true(strlen(column->title) > 0);
        assert_null(strpbrk(column->title, " \t"));
        assert_true(strlen(column->help) > 0);
        assert_null(strpbrk(column->help, "\t\n"));
        for (size_t t = 0; t < COUNT_OF(types); t++)
            known |= strcmp(column->type, types[t]) == 0;
        assert_true(known);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(column->name, pl_fields[j].name);
    }
}

/* The JSON value is of the type the table promises, for every socket of the sample. */
static void types(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "proto", true);

    (void)state;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const char *type = pl_fields[i].type;

        for (size_t sock = 0; sock < SAMPLE_COUNT; sock++) {
            struct cell cell = {0};
            struct out out = {.fd = -1};
            char first;

            column_get(&pl_fields[i], &view, sample_sock(snap, sock), &cell);
            if (cell.kind == CELL_ABSENT)
                continue;
            cell_json(&out, &view, &cell);
            assert_int_equal(out.error, 0);
            assert_true(out.len > 0);
            first = out.data[0];
            if (strcmp(type, "number") == 0)
                assert_true(isdigit(first));
            else if (strcmp(type, "boolean") == 0)
                assert_true(first == 't' || first == 'f');
            else if (strncmp(type, "list", 4) == 0)
                assert_int_equal(first, '[');
            else if (cell.kind != CELL_NUMBER) /* an unnamed interface is a number */
                assert_int_equal(first, '"');
            out_free(&out);
        }
    }
    pl_snapshot_free(snap);
}

static void find(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const char *name = pl_fields[i].name;
        char dashed[64];

        assert_ptr_equal(column_find(name, strlen(name)), &pl_fields[i]);
        (void)snprintf(dashed, sizeof(dashed), "%s", name);
        for (char *c = dashed; *c; c++)
            *c = *c == '_' ? '-' : *c;
        assert_ptr_equal(column_find(dashed, strlen(dashed)), &pl_fields[i]);
    }
    assert_null(column_find("", 0));
    assert_null(column_find("prot", 4));
    assert_null(column_find("protox", 6));
    assert_non_null(column_find("protox", 5));
    assert_ptr_equal(column_find("PROTO", 5), column_find("proto", 5)); /* a title, in any case */
    assert_null(column_find("local address", 13));
    assert_null(column_find("-local", 6));
    /* Short for a column. */
    assert_ptr_equal(column_find("port", 4), column_find("local_port", 10));
    assert_ptr_equal(column_find("lport", 5), column_find("local_port", 10));
    assert_ptr_equal(column_find("rport", 5), column_find("peer_port", 9));
    assert_ptr_equal(column_find("remote", 6), column_find("peer", 4));
    assert_ptr_equal(column_find("foreign", 7), column_find("peer", 4));
    assert_ptr_equal(column_find("program", 7), column_find("process", 7));
    assert_ptr_equal(column_find("PID/Program", 11), column_find("owners", 6));
    assert_ptr_equal(column_find("Local-Address", 13), column_find("local", 5));
    assert_ptr_equal(column_find("foreign-ip", 10), column_find("peer_address", 12));
}

TEST_MAIN(TEST(rows), TEST(types), TEST(find))
