/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "view/group.h"

static void prints(const char *names, const char *format, size_t width, const char *want)
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
                        .width = width,
                        .data = strcmp(format, "table") != 0};
    struct out out = {.fd = -1};

    for (; *names; names += strcspn(names, ",") + (names[strcspn(names, ",")] != '\0'))
        columns[view.column_count++] = column_find(names, strcspn(names, ","));
    assert_int_equal(group_print(&view, format, NULL, 0, 0, &out), 0);
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void tables(void **state)
{
    (void)state;
    prints("state", "table", 0, "Count State\n    1 ESTABLISHED\n    1 LISTEN\n");
    prints("pid,local,send_q", "table", 0,
           "Count PID Local-Address      Send-Q\n"
           "    1   5 127.0.0.1:8080          7\n"
           "    1   6 127.0.0.1:8080          7\n"
           "    1   - [2001:db8::1]:8080      7\n");
}

static void narrow(void **state)
{
    (void)state;
    prints("pid,local,send_q", "table", 35,
           "Count PID Local-Address      Send-Q\n"
           "    1   5 127.0.0.1:8080          7\n"
           "    1   6 127.0.0.1:8080          7\n"
           "    1   - [2001:db8::1]:8080      7\n");
    prints("pid,send_q,local", "table", 34,
           "Count PID Local-Address\n"
           "    1   5 127.0.0.1:8080\n"
           "    1   6 127.0.0.1:8080\n"
           "    1   - [2001:db8::1]:8080\n"
           "not shown, too narrow: send_q\n");
    prints("state", "table", 3, "Count State\n    1 ESTABLISHED\n    1 LISTEN\n");
}

static void machines(void **state)
{
    (void)state;
    prints("proto,state", "csv", 10, "count,proto,state\n1,tcp,ESTABLISHED\n1,tcp,LISTEN\n");
    prints("process", "tsv", 0, "count\tprocess\n1\tweb\n1\t\n");
    prints("local_port", "jsonl", 0, "{\"count\":2,\"local_port\":8080}\n");
    prints("local_port", "json", 0,
           "{\"schema\":1,\"system\":\"linux\",\"groups\":[\n{\"count\":2,\"local_port\":8080}\n],"
           "\"notes\":[]}\n");
}

TEST_MAIN(TEST(tables), TEST(narrow), TEST(machines))
