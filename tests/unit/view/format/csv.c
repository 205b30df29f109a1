/* SPDX-License-Identifier: BSD-2-Clause */
/* CSV (RFC 4180) and TSV. */
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

static void csv(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,local_port,pid,process,interface,user", true);

    (void)state;
    assert_string_equal(print(&view, "csv"),
                        "proto,local_port,pid,process,interface,user\n"
                        "tcp,80,812;812;813,nginx;nginx;nginx,,root\n"
                        "tcp,443,9,\"e\\x1b[1m\\x20v\\x2ci\\x3bl\"\"\\x0a\\xff\",,b o\n"
                        "tcp,444,,,,\n"
                        "tcp,5000,4711,,,b o\n"
                        "tcp,5001,,,et]h 0,root\n"
                        "udp,53,,,99,root\n"
                        "tcp,80,,,,\n"
                        "unknown,,,,,\n");
    assert_string_equal(print(&view, "tsv"),
                        "proto\tlocal_port\tpid\tprocess\tinterface\tuser\n"
                        "tcp\t80\t812;812;813\tnginx;nginx;nginx\t\troot\n"
                        "tcp\t443\t9\te\\x1b[1m\\x20v\\x2ci\\x3bl\"\\x0a\\xff\t\tb o\n"
                        "tcp\t444\t\t\t\t\n"
                        "tcp\t5000\t4711\t\t\tb o\n"
                        "tcp\t5001\t\t\tet]h 0\troot\n"
                        "udp\t53\t\t\t99\troot\n"
                        "tcp\t80\t\t\t\t\n"
                        "unknown\t\t\t\t\t\n");
    view.header = false;
    view.row_count = 1;
    assert_string_equal(print(&view, "csv"), "tcp,80,812;812;813,nginx;nginx;nginx,,root\n");
    view.row_count = 0;
    assert_string_equal(print(&view, "csv"), "");
    pl_snapshot_free(snap);
}

/* RFC 4180: a field with a comma or a quote is quoted, its quotes doubled. */
static void csv_quotes(void **state)
{
    static const char *const cases[][2] = {
        {"plain", "plain"}, {"a,b", "\"a,b\""}, {"\"", "\"\"\"\""},   {"a\"b\"", "\"a\"\"b\"\"\""},
        {",", "\",\""},     {"a b", "a b"},     {"=1+1", "\\x3d1+1"}, {"-a,b", "\"\\x2da,b\""},
        {"@", "\\x40"},     {"a;b", "a;b"},     {"a\rb", "a\\x0db"},  {"|ls", "\\x7cls"},
        {"a|b", "a|b"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = sample_new();
        struct view view = sample_view(snap, "user,proto", true);
        char want[128];

        assert_int_equal(
            snap->sink.name(&snap->sink, PL_NAME_USER, 4242,
                            (struct pl_text){cases[i][0], (uint32_t)strlen(cases[i][0])}),
            0);
        pl_join_settle(snap);
        view.header = false;
        view.rows += SAMPLE_V6ONLY;
        view.row_count = 1;
        (void)snprintf(want, sizeof(want), "%s,tcp\n", cases[i][1]);
        assert_string_equal(print(&view, "csv"), want);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(csv), TEST(csv_quotes))
