/* SPDX-License-Identifier: BSD-2-Clause */
/* Process ids: sorted, each once, of all rows. */
#include "harness.h"

#include "view/sheet.h"

struct row {
    const struct pl_owner *owners;
    size_t count;
};

static void owner_cell(const struct sheet *sheet, const void *row,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct row *of = row;

    (void)sheet;
    (void)column;
    if (of->count > 0)
        *cell = (struct cell){.kind = CELL_OWNER, .owners = of->owners, .count = of->count};
}

static void prints(const struct row *rows, size_t count, const char *want)
{
    static const struct sheet_column column = {.name = "pid", .title = "PID"};
    const struct view view = {.header = true};
    const struct sheet sheet = {
        .columns = &column, .column_count = 1, .view = &view, .cell = owner_cell};
    struct out out = {.fd = -1};
    char buf[128];

    sheet_print_items(&sheet, view_format_find("pids"), rows, sizeof(*rows), count, &out);
    assert_int_equal(out.error, 0);
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

static void sorted_once(void **state)
{
    static const struct pl_owner many[] = {
        {300, 3, 1}, {20, 4, 1}, {300, 5, 1}, {4294967295U, 1, 1}};
    static const struct pl_owner one[] = {{20, 9, 2}};
    const struct row rows[] = {{many, 4}, {NULL, 0}, {one, 1}};

    (void)state;
    prints(rows, 3, "20\n300\n4294967295\n");
    prints(rows + 2, 1, "20\n");
    prints(rows + 1, 1, "");
    prints(rows, 0, "");
}

TEST_MAIN(TEST(sorted_once))
