/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON and JSON Lines. */
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

static void json(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,local_port,v6only,inode", true);

    (void)state;
    view.row_count = 2;
    assert_string_equal(
        print(&view, "json"),
        "{\"schema\":1,\"system\":\"linux\",\"sockets\":[\n"
        "{\"proto\":\"tcp\",\"local_port\":80,\"inode\":1001},\n"
        "{\"proto\":\"tcp\",\"local_port\":443,\"v6only\":false,\"inode\":1002}\n"
        "],\"notes\":[\n"
        "{\"kind\":\"owners_hidden\",\"count\":3,\"text\":\"owners of 3 sockets are hidden\","
        "\"help\":\"run as root or with cap_sys_ptrace,cap_dac_read_search\"}\n"
        "]}\n");
    assert_string_equal(print(&view, "jsonl"),
                        "{\"proto\":\"tcp\",\"local_port\":80,\"inode\":1001}\n"
                        "{\"proto\":\"tcp\",\"local_port\":443,\"v6only\":false,\"inode\":1002}\n");
    view.rows += SAMPLE_ODD;
    view.row_count = 1;
    view.columns++; /* every column is absent */
    view.column_count--;
    assert_string_equal(print(&view, "jsonl"), "{}\n");
    pl_snapshot_free(snap);
}

static void json_empty(void **state)
{
    static const struct pl_query query = {.protos = 1};
    struct pl_snapshot *snap;
    struct view view = {.data = true};

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_FREEBSD, &query, &snap), 0);
    view.snap = snap;
    assert_string_equal(print(&view, "json"),
                        "{\"schema\":1,\"system\":\"freebsd\",\"sockets\":[],\"notes\":[]}\n");
    assert_string_equal(print(&view, "jsonl"), "");
    /* a note's feed is a file name of a recording: it may have any bytes */
    assert_int_equal(pl_snapshot_note(snap, &(struct pl_note){.kind = PL_NOTE_FEED_FOREIGN,
                                                              .feed = TEXT("\x1b\"\xff")}),
                     0);
    assert_non_null(strstr(print(&view, "json"),
                           "[],\"notes\":[\n{\"kind\":\"feed_foreign\","
                           "\"feed\":\"\\u001b\\\"\\ufffd\",\"feed_hex\":\"1b22ff\",\"text\":\""));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(json), TEST(json_empty))
