/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "view/column.h"
#include "view/group.h"

#define BY_PID 1000 /* instead of a number of groups: --sort=-pid */

static void grouped(const char *names, bool data, const char *format, size_t top, const char *want)
{
    struct pl_snapshot *snap = two_socks();
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_sock *rows[] = {&socks[0], &socks[1]};
    const struct pl_field *columns[GROUP_KEYS];
    struct view view = {.snap = snap,
                        .rows = rows,
                        .row_count = 2,
                        .columns = columns,
                        .header = true,
                        .data = data};
    struct out out = {.fd = -1};
    struct sort_key keys[] = {{column_find("pid", 3), true}};
    size_t key_count = top == BY_PID ? 1 : 0;

    top = top == BY_PID ? 0 : top;
    for (; *names; names += strcspn(names, ",") + (names[strcspn(names, ",")] != '\0'))
        columns[view.column_count++] = column_find(names, strcspn(names, ","));
    assert_int_equal(group_print(&view, view_format_find(format), keys, key_count, top, &out), 0);
    holds(&out, want);
    pl_snapshot_free(snap);
}

static void counts(void **state)
{
    (void)state;
    grouped("proto", true, "csv", 0, "count,proto\n2,tcp\n");
    /* The listener has two processes of one name, and counts once. */
    grouped("process", true, "tsv", 0, "count\tprocess\n1\tweb\n1\t\n");
    grouped("process,pid", true, "csv", 0, "count,process,pid\n1,web,5\n1,web,6\n1,,\n");
    grouped("pid,process", true, "csv", BY_PID, "count,pid,process\n1,6,web\n1,5,web\n1,,\n");
    grouped("process", true, "csv", 1, "count,process\n1,web\n");
    grouped("process", true, "jsonl", 0, "{\"count\":1,\"process\":\"web\"}\n{\"count\":1}\n");
    grouped("owners", true, "csv", 0, "count,owners\n1,5/web;6/web\n1,\n");
    grouped("command", true, "csv", 0, "count,command\n1,/bin/web server -x\n1,\n");
}

/* More sockets than are in memory at once, in three groups. */
static void many(void **state)
{
    enum { COUNT = 30000 };
    struct pl_snapshot *snap = two_socks();
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_field *column = column_find("local_port", 10);
    const struct pl_sock **rows = calloc(COUNT, sizeof(*rows));
    struct pl_sock *copies = calloc(COUNT, sizeof(*copies));
    struct view view = {
        .snap = snap, .rows = rows, .row_count = COUNT, .columns = &column, .column_count = 1};
    struct out out = {.fd = -1};

    (void)state;
    assert_true(rows && copies);
    view.data = true;
    view.header = true;
    for (size_t i = 0; i < COUNT; i++) {
        copies[i] = socks[0];
        copies[i].local_port = (uint16_t)(i % 3 == 0 ? 80 : 1000 + i % 2 * 7);
        rows[i] = &copies[i];
    }
    assert_int_equal(group_print(&view, view_format_find("csv"), NULL, 0, 0, &out), 0);
    holds(&out, "count,local_port\n10000,80\n10000,1000\n10000,1007\n");
    free(rows);
    free(copies);
    pl_snapshot_free(snap);
}

/* Lists that begin with the same process are different groups. */
static void lists(void **state)
{
    static const struct pl_query any = {.protos = UINT32_MAX};
    static const struct pl_owner owners[] = {{5, 3, 1}, {6, 3, 1}, {5, 4, 2}, {5, 5, 3}};
    struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_INODE, .family = PL_FAMILY_INET};
    const struct pl_field *column = column_find("owners", 6);
    const struct pl_sock *rows[3];
    struct pl_snapshot *snap;
    struct view view = {.rows = rows, .row_count = 3, .columns = &column, .column_count = 1};
    struct out out = {.fd = -1};
    size_t count;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &any, &snap), 0);
    for (sock.key = 1; sock.key <= 3; sock.key++)
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (size_t i = 0; i < COUNT_OF(owners); i++)
        assert_int_equal(snap->sink.owner(&snap->sink, &owners[i]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    for (size_t i = 0; i < 3; i++)
        rows[i] = &pl_snapshot_socks(snap, &count)[i];
    view.snap = snap;
    view.data = true;
    assert_int_equal(group_print(&view, view_format_find("tsv"), NULL, 0, 0, &out), 0);
    holds(&out, "2\t5/-\n1\t5/-;6/-\n");
    pl_snapshot_free(snap);
}

/* 10.0.0.1 and ::ffff:10.0.0.1 are one address; a socket without a peer has none. */
static void mapped(void **state)
{
    const struct pl_sock socks[] = {
        {.have = PL_HAVE_PEER, .family = PL_FAMILY_INET, .peer_addr = {10, 0, 0, 1}},
        {.have = PL_HAVE_PEER,
         .family = PL_FAMILY_INET6,
         .peer_addr = {[10] = 0xff, 0xff, 10, 0, 0, 1}},
        {.have = PL_HAVE_PEER, .family = PL_FAMILY_INET6, .peer_addr = {[10] = 0xff, 10, 0, 0, 1}},
        {.have = PL_HAVE_PEER, .family = PL_FAMILY_INET},
    };
    const struct pl_field *column = column_find("peer_address", 12);
    const struct pl_sock *rows[] = {&socks[0], &socks[1], &socks[2], &socks[3]};
    struct view view = {.rows = rows, .row_count = 4, .columns = &column, .column_count = 1};
    struct out out = {.fd = -1};

    (void)state;
    assert_int_equal(group_print(&view, view_format_find("tsv"), NULL, 0, 0, &out), 0);
    holds(&out, "2\t10.0.0.1\n1\t::ff0a:0:100\n1\t\n");
}

/* ---- formats ---- */

static void prints(const char *names, const char *format, size_t width, const char *want)
{
    struct pl_snapshot *snap = two_socks();
    const struct pl_sock *socks = snap->socks.items;
    const struct pl_sock *rows[] = {&socks[0], &socks[1]};
    const struct pl_field *columns[GROUP_KEYS];
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
    assert_int_equal(group_print(&view, view_format_find(format), NULL, 0, 0, &out), 0);
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
           "hidden (window too narrow): Send-Q\n");
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

TEST_MAIN(TEST(counts), TEST(many), TEST(lists), TEST(mapped), TEST(tables), TEST(narrow),
          TEST(machines))
