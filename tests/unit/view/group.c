/* SPDX-License-Identifier: BSD-2-Clause */
#include "../layouts.h"

#include "../../../src/view/column.h"
#include "../../../src/view/group.h"

static void grouped(const char *names, bool data, const char *format, size_t top, const char *want)
{
    struct pl_snapshot *snap = two_socks();
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_sock *rows[] = {&socks[0], &socks[1]};
    const struct column *columns[GROUP_KEYS];
    struct view view = {.snap = snap,
                        .rows = rows,
                        .row_count = 2,
                        .columns = columns,
                        .header = true,
                        .data = data};
    struct out out = {.fd = -1};

    for (; *names; names += strcspn(names, ",") + (names[strcspn(names, ",")] != '\0'))
        columns[view.column_count++] = column_find(names, strcspn(names, ","));
    assert_int_equal(group_print(&view, format, top, &out), 0);
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void counts(void **state)
{
    (void)state;
    grouped("proto", true, "csv", 0, "count,proto\n2,tcp\n");
    grouped("process", true, "tsv", 0, "count\tprocess\n2\tweb\n1\t\n");
    grouped("process,pid", true, "csv", 0, "count,process,pid\n1,web,5\n1,web,6\n1,,\n");
    grouped("process", true, "csv", 1, "count,process\n2,web\n");
    grouped("state", false, "table", 0, "Count State\n    1 ESTABLISHED\n    1 LISTEN\n");
    grouped("process", true, "jsonl", 0, "{\"count\":2,\"process\":\"web\"}\n{\"count\":1}\n");
}

TEST_MAIN(TEST(counts))
