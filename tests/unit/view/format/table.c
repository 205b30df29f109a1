/* SPDX-License-Identifier: BSD-2-Clause */
/* The table: columns line up, awk counts fields, no cell is empty. */
#include "sample.h"

#include "view/sheet.h"

static char buf[65536];

static const char *print(const struct view *view, const char *format)
{
    struct out out = {.fd = -1};

    list_print(view, view_format_find(format), &out);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static void table(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,recv_q,local,owners", false);

    (void)state;
    assert_string_equal(print(&view, "table"),
                        "Proto       Recv-Q Local-Address               PID/Program\n"
                        "tcp              1 0.0.0.0:80                  812/nginx,813/nginx\n"
                        "tcp6             0 *:443                       "
                        "9/e\\x1b[1m\\x20v\\x2ci\\x3bl\"\\x0a\\xff\n"
                        "tcp6             0 [::]:444                    -\n"
                        "tcp     4294967295 10.0.0.1:5000               4711/-\n"
                        "tcp6             0 [fe80::1%et\\x5dh\\x200]:5001 -\n"
                        "udp              0 0.0.0.0%99:53               -\n"
                        "tcp6             0 [::ffff:10.0.0.1]:80        -\n"
                        "unknown          - -                           -\n");
    /* -H removes the header and changes no row */
    view.header = false;
    assert_ptr_equal(strstr(print(&view, "table"),
                            "tcp              1 0.0.0.0:80                  812/nginx,813/nginx\n"),
                     buf);
    view.row_count = 0;
    assert_string_equal(print(&view, "table"), "");
    view.header = true;
    assert_string_equal(print(&view, "table"), "Proto Recv-Q Local-Address PID/Program\n");
    pl_snapshot_free(snap);
}

/* Numbers are right-aligned, even in the last column, and no line ends in a blank. */
static void table_right(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "user,local_port", false);

    (void)state;
    assert_string_equal(print(&view, "table"), "User Local-Port\n"
                                               "0            80\n"
                                               "1000        443\n"
                                               "4242        444\n"
                                               "1000       5000\n"
                                               "0          5001\n"
                                               "0            53\n"
                                               "-            80\n"
                                               "-             -\n");
    pl_snapshot_free(snap);
}

/* Each column, last and not last: all lines have equally many fields, but for blanks in the last. */
static void table_fields(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        char columns[128];
        struct view view;
        char *rest;

        (void)snprintf(columns, sizeof(columns), "%s,%s,proto", pl_fields[i].name,
                       pl_fields[i].name);
        view = sample_view(snap, columns, false);
        (void)print(&view, "table");
        rest = buf;
        for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
            size_t fields = 0;

            assert_int_not_equal(line[0], '\0');
            assert_int_not_equal(line[strlen(line) - 1], ' ');
            for (char *at = line + strspn(line, " "); *at; at += strspn(at, " "), fields++)
                at += strcspn(at, " ");
            if (fields != 3)
                fail_msg("%s: %zu fields", columns, fields);
        }
    }
    pl_snapshot_free(snap);
}

/* The last column keeps blanks inside a cell and escapes those at its ends; others escape all. */
static void table_blanks(void **state)
{
    static const char *const cases[][3] = {
        {"a b", "a b", "a\\x20b"},          {" a", "\\x20a", "\\x20a"},
        {"a ", "a\\x20", "a\\x20"},         {" ", "\\x20", "\\x20"},
        {"  ", "\\x20\\x20", "\\x20\\x20"}, {" a b ", "\\x20a b\\x20", "\\x20a\\x20b\\x20"},
    };
    static const char *const columns[][2] = {{"user", ""}, {"proto,user", "tcp6  "}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = sample_new();
        const struct pl_text name = {cases[i][0], (uint32_t)strlen(cases[i][0])};
        struct view view;
        char want[128];

        assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 4242, name), 0);
        pl_join_settle(snap);
        for (size_t c = 0; c <= COUNT_OF(columns); c++) {
            bool last = c < COUNT_OF(columns);

            view = sample_view(snap, last ? columns[c][0] : "user,proto", false);
            view.user_names = true;
            view.header = false;
            view.rows += SAMPLE_V6ONLY;
            view.row_count = 1;
            (void)snprintf(want, sizeof(want), "%s%s%s\n", last ? columns[c][1] : "",
                           cases[i][last ? 1 : 2], last ? "" : " tcp6");
            (void)print(&view, "table");
            assert_string_equal(buf, want);
        }
        pl_snapshot_free(snap);
    }
}

/* Without columns, nothing is printed. */
static void no_columns(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "", false);
    struct out out = {.fd = -1};

    (void)state;
    list_print(&view, view_format_find("table"), &out);
    view.width = 80;
    list_print(&view, view_format_find("table"), &out);
    assert_int_equal(out.len, 0);
    assert_int_equal(out.error, 0);
    out_free(&out);
    pl_snapshot_free(snap);
}

static void put_name(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                     struct cell *cell)
{
    (void)sheet;
    (void)row;
    *cell =
        (struct cell){.kind = CELL_WORD, .text = {column->name, (uint32_t)strlen(column->name)}};
}

/* A stream on a terminal: wide columns become narrower before important ones are hidden. */
static void table_stream(void **state)
{
    static const struct {
        size_t width;
        const char *text;
    } want[] = {
        {0, "Proto Local-Address        Foreign-Address      State  Bytes-In\n"
            "proto local                peer                 state  bytes_in\n"},
        {57, "hidden (window too narrow): Bytes-In\n"
             "Proto Local-Address        Foreign-Address      State\n"
             "proto local                peer                 state\n"},
        {44, "hidden (window too narrow): Bytes-In\n"
             "Proto Local-Address   Foreign-Address State\n"
             "proto local           peer            state\n"},
        {40, "hidden (window too narrow): State, Bytes-In\n"
             "Proto Local-Address   Foreign-Address\n"
             "proto local           peer\n"},
    };
    static const struct sheet_column columns[] = {
        {.name = "proto", .title = "Proto", .width = 5},
        {.name = "local", .title = "Local-Address", .width = 20},
        {.name = "peer", .title = "Foreign-Address", .width = 20},
        {.name = "state", .title = "State", .width = 6},
        {.name = "bytes_in", .title = "Bytes-In"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        const struct view view = {.header = true, .width = want[i].width};
        const struct sheet sheet = {.columns = columns,
                                    .column_count = COUNT_OF(columns),
                                    .view = &view,
                                    .cell = put_name,
                                    .fixed = true,
                                    .stream = true};
        struct out out = {.fd = -1};
        struct writer writer;
        const void *rows[] = {""};

        sheet_begin(&writer, &sheet, view_format_find("table"), &out);
        sheet_rows(&writer, rows, 1);
        sheet_end(&writer);
        out_char(&out, '\0');
        assert_string_equal(out.data, want[i].text);
        out_free(&out);
    }
}

TEST_MAIN(TEST(no_columns), TEST(table), TEST(table_right), TEST(table_fields), TEST(table_blanks),
          TEST(table_stream))
