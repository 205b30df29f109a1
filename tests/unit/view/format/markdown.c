/* SPDX-License-Identifier: BSD-2-Clause */
/* Markdown: cells of the table, without markup in them. */
#include "harness.h"

#include "view/sheet.h"

static void text_cell(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                      struct cell *cell)
{
    (void)sheet;
    if (column->id == 1)
        *cell = (struct cell){.kind = CELL_NUMBER, .number = strlen(row)};
    else if (*(const char *)row)
        *cell = (struct cell){.kind = CELL_TEXT, .text = {row, (uint32_t)strlen(row)}};
}

static const struct sheet_column columns[] = {{.name = "text", .title = "Text"},
                                              {.name = "n", .title = "N", .id = 1, .right = true}};

static void prints(bool header, const char *const *texts, size_t count, const char *want)
{
    const struct view view = {.header = header};
    const struct sheet sheet = {.key = "texts",
                                .columns = columns,
                                .column_count = COUNT_OF(columns),
                                .view = &view,
                                .cell = text_cell};
    struct out out = {.fd = -1};
    struct writer writer;
    char buf[512];

    sheet_begin(&writer, &sheet, view_format_find("markdown"), &out);
    for (size_t i = 0; i < count; i++) {
        const void *row = texts[i];

        sheet_rows(&writer, &row, 1);
    }
    sheet_end(&writer);
    assert_int_equal(out.error, 0);
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

static void rows(void **state)
{
    static const char *const texts[] = {"a b", "", "c"};

    (void)state;
    prints(true, texts, 3,
           "| Text | N |\n"
           "| --- | ---: |\n"
           "| a b | 3 |\n"
           "| - | 0 |\n"
           "| c | 1 |\n");
    prints(true, NULL, 0, "| Text | N |\n| --- | ---: |\n");
    prints(false, texts, 1, "| a b | 3 |\n");
}

static void markup(void **state)
{
    static const char *const cases[][2] = {
        {"a|b", "a\\|b"},           {"a\nb", "a\\\\x0ab"},      {"*:*", "\\*:\\*"},
        {"`$x~", "\\`\\$x\\~"},     {"<b>&lt;", "\\<b>\\&lt;"}, {"\\", "\\\\\\\\"},
        {"TIME_WAIT", "TIME_WAIT"}, {"_a_ b_", "\\_a\\_ b\\_"}, {"[::1]:80", "[::1]:80"},
        {"[a](b)", "[a]\\(b)"},     {"[a][b]", "[a]\\[b]"},     {"", "-"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char want[64];

        (void)snprintf(want, sizeof(want), "| %s | %zu |\n", cases[i][1], strlen(cases[i][0]));
        prints(false, &cases[i][0], 1, want);
    }
}

TEST_MAIN(TEST(rows), TEST(markup))
