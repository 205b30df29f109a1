/* SPDX-License-Identifier: BSD-2-Clause */
/* How rows leave: table, JSON, JSON Lines, CSV, TSV, and what all of them promise. */
#include "../sample.h"

#include "../alloc.h"

static char buf[65536];

static const char *print(const struct view *view, void (*how)(const struct view *, struct out *))
{
    struct out out = {.fd = -1};

    how(view, &out);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static void table(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,recv_q,local,owners", false);

    (void)state;
    assert_string_equal(print(&view, table_print),
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
    /* -H takes a line away and changes no other */
    view.header = false;
    assert_ptr_equal(strstr(print(&view, table_print),
                            "tcp              1 0.0.0.0:80                  812/nginx,813/nginx\n"),
                     buf);
    view.row_count = 0;
    assert_string_equal(print(&view, table_print), "");
    view.header = true;
    assert_string_equal(print(&view, table_print), "Proto Recv-Q Local-Address PID/Program\n");
    pl_snapshot_free(snap);
}

/* Numbers line up at the right even in the last column, and no line ends in a blank. */
static void table_right(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "user,local_port", false);

    (void)state;
    assert_string_equal(print(&view, table_print), "User Local-Port\n"
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

/* Every column as the last one and not: one number of fields, but for blanks in the last. */
static void table_fields(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t i = 0; i < view_column_count; i++) {
        char columns[128];
        struct view view;
        char *rest;

        (void)snprintf(columns, sizeof(columns), "%s,%s,proto", view_columns[i].name,
                       view_columns[i].name);
        view = sample_view(snap, columns, false);
        (void)print(&view, table_print);
        rest = buf;
        for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
            size_t fields = 0;

            assert_int_not_equal(line[0], '\0');
            assert_int_not_equal(line[strlen(line) - 1], ' ');
            for (char *field = strtok(line, " "); field; field = strtok(NULL, " "))
                fields++;
            if (fields != 3)
                fail_msg("%s: %zu fields", columns, fields);
        }
    }
    pl_snapshot_free(snap);
}

static void csv(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,local_port,pid,process,interface,user", true);

    (void)state;
    assert_string_equal(print(&view, csv_print),
                        "proto,local_port,pid,process,interface,user\n"
                        "tcp,80,812;812;813,nginx;nginx;nginx,,root\n"
                        "tcp,443,9,\"e\\x1b[1m\\x20v\\x2ci\\x3bl\"\"\\x0a\\xff\",,b o\n"
                        "tcp,444,,,,\n"
                        "tcp,5000,4711,,,b o\n"
                        "tcp,5001,,,et]h 0,root\n"
                        "udp,53,,,99,root\n"
                        "tcp,80,,,,\n"
                        "unknown,,,,,\n");
    assert_string_equal(print(&view, tsv_print),
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
    assert_string_equal(print(&view, csv_print), "tcp,80,812;812;813,nginx;nginx;nginx,,root\n");
    view.row_count = 0;
    assert_string_equal(print(&view, csv_print), "");
    pl_snapshot_free(snap);
}

/* RFC 4180: a field with a comma or a quote is quoted, its quotes doubled. */
static void csv_quotes(void **state)
{
    static const char *const cases[][2] = {
        {"plain", "plain"}, {"a,b", "\"a,b\""}, {"\"", "\"\"\"\""}, {"a\"b\"", "\"a\"\"b\"\"\""},
        {",", "\",\""},     {"a b", "a b"},     {"a;b", "a;b"},     {"a\rb", "a\\x0db"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = sample_new();
        struct view view = sample_view(snap, "user,proto", true);
        char want[128];

        assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 4242,
                                         (struct pl_text){cases[i][0],
                                                          (uint32_t)strlen(cases[i][0])}),
                         0);
        pl_join_settle(snap);
        view.header = false;
        view.rows += SAMPLE_V6ONLY;
        view.row_count = 1;
        (void)snprintf(want, sizeof(want), "%s,tcp\n", cases[i][1]);
        assert_string_equal(print(&view, csv_print), want);
        pl_snapshot_free(snap);
    }
}

static void json(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto,local_port,v6only,inode", true);

    (void)state;
    view.row_count = 2;
    assert_string_equal(
        print(&view, json_print),
        "{\"schema\":1,\"system\":\"linux\",\"sockets\":[\n"
        "{\"proto\":\"tcp\",\"local_port\":80,\"inode\":1001},\n"
        "{\"proto\":\"tcp\",\"local_port\":443,\"v6only\":false,\"inode\":1002}\n"
        "],\"notes\":[\n"
        "{\"kind\":\"owners_hidden\",\"count\":3,\"text\":\"owners of 3 sockets hidden\","
        "\"help\":\"run as root or with cap_sys_ptrace,cap_dac_read_search\"}\n"
        "]}\n");
    assert_string_equal(print(&view, jsonl_print),
                        "{\"proto\":\"tcp\",\"local_port\":80,\"inode\":1001}\n"
                        "{\"proto\":\"tcp\",\"local_port\":443,\"v6only\":false,\"inode\":1002}\n");
    view.rows += SAMPLE_ODD;
    view.row_count = 1;
    view.columns++; /* nothing of it is known */
    view.column_count--;
    assert_string_equal(print(&view, jsonl_print), "{}\n");
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
    assert_string_equal(print(&view, json_print),
                        "{\"schema\":1,\"system\":\"freebsd\",\"sockets\":[],\"notes\":[]}\n");
    assert_string_equal(print(&view, jsonl_print), "");
    /* a note's feed is a file name of a recording: anybody's bytes */
    assert_int_equal(pl_snapshot_note(snap, &(struct pl_note){.kind = PL_NOTE_FEED_FOREIGN,
                                                              .feed = TEXT("\x1b\"\xff")}),
                     0);
    assert_non_null(strstr(print(&view, json_print),
                           "[],\"notes\":[\n{\"kind\":\"feed_foreign\","
                           "\"feed\":\"\\u001b\\\"\\ufffd\",\"text\":\""));
    pl_snapshot_free(snap);
}

/* Every format, every column: no byte a terminal obeys, and no byte that is no UTF-8. */
static void all_is_plain(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t f = 0; f < view_format_count; f++) {
        for (size_t c = 0; c < view_column_count; c++) {
            struct view view = sample_view(snap, view_columns[c].name, view_formats[f].data);

            (void)print(&view, view_formats[f].print);
            for (const char *at = buf; *at; at++)
                assert_true((*at >= ' ' && *at < 0x7f) || *at == '\n' ||
                            (*at == '\t' && strcmp(view_formats[f].name, "tsv") == 0));
        }
    }
    pl_snapshot_free(snap);
}

static void find(void **state)
{
    static const char *const names[] = {"table", "json", "jsonl", "csv", "tsv"};

    (void)state;
    assert_true(view_format_count >= COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(view_format_find(names[i])->name, names[i]);
    assert_null(view_format_find(""));
    assert_null(view_format_find("JSON"));
}

static void note(void **state)
{
    const struct pl_note hidden = {.kind = PL_NOTE_OWNERS_HIDDEN, .count = 12};
    const struct pl_note foreign = {.kind = PL_NOTE_FEED_FOREIGN, .feed = TEXT("a\n\x1b[b\\")};
    struct out out = {.fd = -1};

    (void)state;
    view_note(&out, &hidden);
    assert_string_equal(out_text(&out, buf, sizeof(buf)),
                        "owners of 12 sockets hidden: run as root or with "
                        "cap_sys_ptrace,cap_dac_read_search");
    view_note(&out, &foreign);
    assert_string_equal(out_text(&out, buf, sizeof(buf)),
                        "the recording holds a\\x0a\\x1b[b\\\\, which is no feed of its system");
    out_free(&out);
}

/* Out of memory anywhere: an error, never a part of a row that looks whole. */
static void out_of_memory(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t f = 0; f < view_format_count; f++) {
        const struct view view = sample_view(snap, "proto,local,owners", view_formats[f].data);
        unsigned long nth = 0;
        bool failed;

        do {
            struct out out = {.fd = -1};

            alloc_fail(++nth);
            view_formats[f].print(&view, &out);
            failed = alloc_failed();
            alloc_fail(0);
            assert_int_equal(out.error, failed ? ENOMEM : 0);
            out_free(&out);
        } while (failed);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(table), TEST(table_right), TEST(table_fields), TEST(csv), TEST(csv_quotes),
          TEST(json), TEST(json_empty), TEST(all_is_plain), TEST(find), TEST(note),
          TEST(out_of_memory))
