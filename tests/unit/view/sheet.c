/* SPDX-License-Identifier: BSD-2-Clause */
/* A sheet of made-up rows in every format: at once, in pieces, and several in one document. */
#include "harness.h"

#include "alloc.h"

#include "view/sheet.h"

struct fruit {
    const char *name;
    uint64_t count;
};

static const struct fruit fruits[] = {{"fig", 12}, {"pear, ripe", 7}, {NULL, 100}};

static void cell_of(const struct sheet *sheet, const void *row, const struct sheet_column *column,
                    struct cell *cell)
{
    const struct fruit *fruit = row;

    assert_int_equal(cell->kind, CELL_ABSENT);
    assert_ptr_equal(sheet->arg, fruits);
    if (column->id == 1)
        *cell = (struct cell){.kind = CELL_NUMBER, .number = fruit->count};
    else if (fruit->name)
        *cell =
            (struct cell){.kind = CELL_TEXT, .text = {fruit->name, (uint32_t)strlen(fruit->name)}};
}

static const struct sheet_column columns[] = {
    {.name = "count", .title = "Count", .id = 1, .right = true, .width = 6},
    {.name = "fruit", .title = "Fruit", .id = 0, .width = 4},
    {.name = "again", .title = "Again", .id = 0},
};

static struct sheet sample(const struct view *view)
{
    return (struct sheet){.key = "fruits",
                          .columns = columns,
                          .column_count = COUNT_OF(columns),
                          .view = view,
                          .registry = "today",
                          .cell = cell_of,
                          .arg = (void *)(uintptr_t)fruits};
}

/* With pieces, adds the rows one by one. */
static void prints(const struct sheet *sheet, const char *name, bool pieces, const char *want)
{
    const struct format *format = view_format_find(name);
    struct out out = {.fd = -1};
    struct writer writer;
    char buf[1024];

    if (pieces) {
        sheet_begin(&writer, sheet, format, &out);
        for (size_t i = 0; i < COUNT_OF(fruits); i++) {
            const void *row = &fruits[i];

            sheet_rows(&writer, &row, 1);
        }
        sheet_end(&writer);
    } else {
        sheet_print_items(sheet, format, fruits, sizeof(fruits[0]), COUNT_OF(fruits), &out);
    }
    assert_int_equal(out.error, 0);
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

#define JSON_LINES(apart)                                      \
    "{\"count\":12,\"fruit\":\"fig\",\"again\":\"fig\"}" apart \
    "{\"count\":7,\"fruit\":\"pear, ripe\",\"again\":\"pear, ripe\"}" apart "{\"count\":100}"

static void markdown(void **state)
{
    const struct view view = {.header = true};
    const struct sheet sheet = sample(&view);

    (void)state;
    for (int pieces = 0; pieces < 2; pieces++)
        prints(&sheet, "markdown", pieces,
               "| Count | Fruit | Again |\n"
               "| ---: | --- | --- |\n"
               "| 12 | fig | fig |\n"
               "| 7 | pear, ripe | pear, ripe |\n"
               "| 100 | - | - |\n");
}

static void machines(void **state)
{
    const struct view view = {.data = true, .header = true};
    const struct sheet sheet = sample(&view);

    (void)state;
    for (int pieces = 0; pieces < 2; pieces++) {
        prints(&sheet, "csv", pieces,
               "count,fruit,again\n12,fig,fig\n7,\"pear, ripe\",\"pear, ripe\"\n100,,\n");
        prints(&sheet, "tsv", pieces,
               "count\tfruit\tagain\n12\tfig\tfig\n7\tpear, ripe\tpear, ripe\n100\t\t\n");
        prints(&sheet, "jsonl", pieces, JSON_LINES("\n") "\n");
        prints(&sheet, "json", pieces,
               "{\"schema\":1,\"registry\":\"today\",\"fruits\":[\n" JSON_LINES(",\n") "\n]}\n");
    }
}

static void tables(void **state)
{
    const struct view view = {.header = true};
    const struct view bare = {.header = false};
    struct sheet sheet = sample(&view);

    (void)state;
    prints(&sheet, "table", false,
           "Count Fruit         Again\n"
           "   12 fig           fig\n"
           "    7 pear,\\x20ripe pear, ripe\n"
           "  100 -             -\n");
    /* In pieces, the first piece decides the widths; wider cells extend beyond them. */
    prints(&sheet, "table", true,
           "Count Fruit Again\n"
           "   12 fig   fig\n"
           "    7 pear,\\x20ripe pear, ripe\n"
           "  100 -     -\n");
    sheet.fixed = true;
    for (int pieces = 0; pieces < 2; pieces++)
        prints(&sheet, "table", pieces,
               " Count Fruit Again\n"
               "    12 fig  fig\n"
               "     7 pear,\\x20ripe pear, ripe\n"
               "   100 -    -\n");
    sheet.fixed = false;
    sheet.view = &bare;
    sheet.loose = true;
    prints(&sheet, "table", false,
           " 12 fig           fig\n"
           "  7 pear,\\x20ripe pear, ripe\n"
           "100 -             -\n");
}

/* Without rows, with and without titles. */
static void empty(void **state)
{
    static const char *const formats[][2] = {
        {"table", "Count Fruit Again\n"},
        {"csv", "count,fruit,again\n"},
        {"tsv", "count\tfruit\tagain\n"},
        {"jsonl", ""},
        {"markdown", "| Count | Fruit | Again |\n| ---: | --- | --- |\n"},
        {"json", "{\"schema\":1,\"registry\":\"today\",\"fruits\":[]}\n"},
    };
    const struct view view = {.header = true};
    struct sheet sheet = sample(&view);
    struct out out = {.fd = -1};
    char buf[256];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        sheet_print(&sheet, view_format_find(formats[i][0]), NULL, 0, &out);
        assert_string_equal(out_text(&out, buf, sizeof(buf)), formats[i][1]);
    }
    sheet.loose = true;
    sheet_print(&sheet, view_format_find("table"), NULL, 0, &out);
    assert_int_equal(out.len, 0);
    out_free(&out);
}

/* Two sheets in one document. The first is a single object. */
static void several(void **state)
{
    const struct view view = {.header = true};
    const struct sheet_column pair[] = {{.name = "fruit", .title = "Fruit", .width = 4},
                                        {.name = "count", .title = "Count", .id = 1}};
    struct sheet sheet = sample(&view);
    struct out out = {.fd = -1};
    char buf[512];

    (void)state;
    for (size_t i = 0; i < view_format_count; i++) {
        if (!view_formats[i].several)
            continue;
        sheet = (struct sheet){.key = "pairs",
                               .columns = pair,
                               .column_count = 2,
                               .view = &view,
                               .registry = "today",
                               .cell = cell_of,
                               .arg = (void *)(uintptr_t)fruits,
                               .fixed = true,
                               .object = true,
                               .followed = true};
        sheet_print_items(&sheet, &view_formats[i], fruits, sizeof(fruits[0]), 2, &out);
        sheet.key = "rows";
        sheet.object = sheet.followed = false;
        sheet.follows = true;
        sheet_print_items(&sheet, &view_formats[i], fruits, sizeof(fruits[0]), 1, &out);
        assert_string_equal(out_text(&out, buf, sizeof(buf)),
                            strcmp(view_formats[i].name, "json") == 0
                                ? "{\"schema\":1,\"registry\":\"today\","
                                  "\"pairs\":{\"fig\":12,\"pear, ripe\":7},"
                                  "\"rows\":[\n{\"fruit\":\"fig\",\"count\":12}]}\n"
                                : "Fruit Count\nfig  12\npear,\\x20ripe 7\n"
                                  "\nFruit Count\nfig  12\n");
    }
    out_free(&out);
}

static void out_of_memory(void **state)
{
    const struct view view = {.header = true};
    const struct sheet sheet = sample(&view);
    struct out out = {.fd = -1};

    (void)state;
    alloc_fail(1);
    sheet_print_items(&sheet, view_format_find("csv"), fruits, sizeof(fruits[0]), 1, &out);
    assert_true(alloc_failed());
    alloc_fail(0);
    assert_int_equal(out.error, ENOMEM);
    out_free(&out);
}

static size_t width_of(const struct pl_field *field)
{
    return strcmp(field->name, "wide") == 0 ? 9 : 0;
}

/* Widths are those of the cells or of the titles. The last column has no padding unless it is a number. */
static void stream(void **state)
{
    static const struct pl_field wide = {.name = "wide", .title = "Wide"};
    static const struct pl_field count = {.name = "count", .title = "Count", .right = true};
    const struct pl_field *fields[] = {&wide, &count, &wide};
    struct view view = {.columns = fields, .column_count = 3};
    struct sheet_column made[3];
    struct sheet sheet = sheet_of_stream(&view, width_of, made);

    (void)state;
    assert_true(sheet.fixed);
    assert_ptr_equal(sheet.columns, made);
    assert_ptr_equal(sheet.view, &view);
    assert_int_equal(sheet.column_count, 3);
    assert_string_equal(made[0].name, "wide");
    assert_string_equal(made[0].title, "Wide");
    assert_ptr_equal(made[0].field, &wide);
    assert_int_equal(made[0].width, 9);
    assert_false(made[0].right);
    assert_int_equal(made[1].width, 5);
    assert_true(made[1].right);
    assert_int_equal(made[2].width, 0);
    view.column_count = 2;
    (void)sheet_of_stream(&view, width_of, made);
    assert_int_equal(made[1].width, 5);
}

TEST_MAIN(TEST(machines), TEST(tables), TEST(markdown), TEST(empty), TEST(several), TEST(stream),
          TEST(out_of_memory))
