/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets as a sheet: fields as columns, and what replaces the owners on a narrow terminal. */
#include "sample.h"

#include "view/sheet.h"

static void prints(const struct view *view, const char *format, const char *want)
{
    struct out out = {.fd = -1};
    char buf[4096];

    list_print(view, view_format_find(format), &out);
    assert_int_equal(out.error, 0);
    assert_string_equal(out_text(&out, buf, sizeof(buf)), want);
    out_free(&out);
}

static void fields(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,local_port", true);

    (void)state;
    view.row_count = 2;
    prints(&view, "csv", "proto,local_port\ntcp,80\ntcp,443\n");
    prints(&view, "jsonl",
           "{\"proto\":\"tcp\",\"local_port\":80}\n{\"proto\":\"tcp\",\"local_port\":443}\n");
    pl_snapshot_free(snap);
}

static void narrow(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,owners,state", false);

    (void)state;
    view.row_count = 1;
    view.width = 80;
    prints(&view, "table",
           "Proto PID/Program         State\n"
           "tcp   812/nginx,813/nginx LISTEN\n");
    view.width = 26;
    prints(&view, "table",
           "Proto PID/Program   State\n"
           "tcp   812/nginx(x2) LISTEN\n"
           "shortened (window too narrow): PID/Program\n");
    pl_snapshot_free(snap);
}

/* Colours depend on the socket and do not change the width. */
static void colors(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "state,proto", false);

    (void)state;
    view.row_count = 1;
    view.color = true;
    prints(&view, "table", "State  Proto\n\033[1mLISTEN\033[0m tcp\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(fields), TEST(narrow), TEST(colors))
