/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "view/terminal.h"
#include "view/text.h"

#include <unistd.h>

static void fit(void **state)
{
    struct sheet_column columns[] = {
        {.name = "proto"}, {.name = "recv_q"}, {.name = "peer"}, {.name = "cookie"}};
    const size_t widths[] = {5, 6, 20, 9};
    bool gone[4];

    (void)state;
    terminal_fit(columns, widths, 4, 43, gone);
    assert_false(gone[0] || gone[1] || gone[2] || gone[3]);
    terminal_fit(columns, widths, 4, 42, gone);
    assert_true(!gone[0] && !gone[1] && !gone[2] && gone[3]);
    terminal_fit(columns, widths, 4, 26, gone);
    assert_true(!gone[0] && gone[1] && !gone[2] && gone[3]);
    terminal_fit(columns, widths, 4, 1, gone);
    assert_true(!gone[0] && gone[1] && gone[2] && gone[3]);
    assert_false(terminal_fit(columns, widths, 4, 1, gone));
    assert_true(terminal_fit(columns, widths, 4, 5, gone));
    /* One column remains besides those that are never hidden. */
    columns[0].pinned = true;
    assert_false(terminal_fit(columns, widths, 4, 5, gone));
    assert_true(!gone[0] && gone[1] && !gone[2] && gone[3]);
}

/* Less important columns are shown again if a wide one that is more important had to be hidden. */
static void again(void **state)
{
    const struct sheet_column columns[] = {
        {.name = "proto"}, {.name = "local"},   {.name = "use"},   {.name = "reach"},
        {.name = "user"},  {.name = "holders"}, {.name = "remark"}};
    const size_t widths[] = {5, 20, 10, 8, 8, 15, 40};
    bool gone[7];

    (void)state;
    assert_true(terminal_fit(columns, widths, 7, 83, gone));
    assert_true(gone[2] && gone[3] && gone[4] && !gone[6]);
    assert_true(terminal_fit(columns, widths, 7, 82, gone));
    assert_true(!gone[2] && !gone[3] && !gone[4] && gone[6]);
    assert_true(terminal_fit(columns, widths, 7, 70, gone));
    assert_true(!gone[2] && !gone[3] && gone[4] && gone[6]);
}

/* The order in which columns are hidden as the terminal becomes narrower. */
static void order(void **state)
{
    static const char *const want[] = {
        "cookie",        "type",         "family",
        "v6only",        "class",        "scope",
        "local_host",    "peer_host",    "fd",
        "process_uid",   "started",      "exe",
        "command",       "peer_service", "common",
        "place",         "usual_ports",  "send_q",
        "recv_q",        "netns",        "container",
        "held_by",       "seen_by",      "retransmitted",
        "rtt_us",        "bytes_in",     "bytes_out",
        "old_state",     "uid",          "inode",
        "user",          "service",      "use",
        "reach",         "remark",       "interface",
        "owner_unknown", "state",        "netns_name",
        "peer",
    };
    enum { WANTED = COUNT_OF(want), ALL = WANTED + 2 };
    struct sheet_column columns[ALL] = {{.name = "proto"}, {.name = "local"}};
    size_t widths[ALL];
    bool gone[ALL];

    (void)state;
    /* In the table, they are in reverse order. */
    for (size_t i = 0; i < WANTED; i++)
        columns[ALL - 1 - i].name = want[i];
    for (size_t i = 0; i < ALL; i++)
        widths[i] = 1;
    for (size_t left = 0; left <= WANTED; left++) {
        size_t limit = 2 * (ALL - left) - 1;

        assert_true(terminal_fit(columns, widths, ALL, limit, gone));
        assert_false(gone[0] || gone[1]);
        for (size_t i = 0; i < WANTED; i++)
            assert_int_equal(gone[ALL - 1 - i], i < left);
    }
}

/* Columns without a value are hidden first, the details only then, and processes never. */
static void empty(void **state)
{
    struct sheet_column columns[] = {{.name = "proto"},
                                     {.name = "send_q"},
                                     {.name = "peer", .empty = true},
                                     {.name = "state", .empty = true},
                                     {.name = "inode"},
                                     {.name = "owners", .empty = true},
                                     {.name = "details"}};
    const size_t widths[] = {5, 6, 15, 6, 6, 9, 7};
    bool gone[7];

    (void)state;
    assert_true(terminal_fit(columns, widths, 7, 59, gone));
    assert_true(!gone[1] && !gone[2] && gone[3] && !gone[4]);
    assert_true(terminal_fit(columns, widths, 7, 45, gone));
    assert_true(!gone[1] && gone[2] && !gone[3] && !gone[4]);
    assert_true(terminal_fit(columns, widths, 7, 38, gone));
    assert_true(!gone[1] && gone[2] && gone[3] && !gone[4]);
    assert_false(terminal_fit(columns, widths, 7, 5, gone));
    assert_true(gone[1] && gone[4] && !gone[5] && !gone[6]);
    columns[6].empty = true;
    assert_true(terminal_fit(columns, widths, 7, 15, gone));
    assert_true(gone[1] && gone[4] && !gone[5] && gone[6]);
    assert_true(terminal_is_dear("inode") && terminal_is_dear("peer"));
    assert_false(terminal_is_dear("send_q") || terminal_is_dear("owners"));
    assert_false(terminal_is_dear("local"));
}

static void colors(void **state)
{
    (void)state;
    assert_true(terminal_colors("always", -1));
    assert_false(terminal_colors("never", -1));
    unsetenv("NO_COLOR");
    setenv("CLICOLOR_FORCE", "1", 1);
    assert_true(terminal_colors("auto", -1));
    setenv("NO_COLOR", "1", 1);
    assert_false(terminal_colors("auto", -1));
    unsetenv("NO_COLOR");
    setenv("CLICOLOR_FORCE", "0", 1);
    assert_false(terminal_colors("auto", -1));
    assert_int_equal(terminal_width(-1), 0);
}

static void styles(void **state)
{
    const struct pl_sock full = {.state = PL_STATE_LISTEN, .have = PL_HAVE_SEND_Q, .send_q = 1};
    const struct pl_sock plain = {.state = PL_STATE_ESTABLISHED};
    const struct cell two = {.kind = CELL_NUMBER, .number = 2};
    const struct cell none = {.kind = CELL_NUMBER};
    const struct pl_field *recv_q = pl_field_row(PL_FIELD_RECV_Q);

    (void)state;
    assert_string_not_equal(terminal_style(recv_q, &full, &two), "");
    assert_string_equal(terminal_style(recv_q, &plain, &none), "");
    assert_string_not_equal(terminal_style(recv_q, &full, &two),
                            terminal_style(recv_q, &plain, &two));
    assert_string_not_equal(terminal_style(pl_field_row(PL_FIELD_STATE), &full, &none), "");
}

/* Listeners that other machines can reach are highlighted. */
static void reaches(void **state)
{
    static const struct {
        const char *word;
        bool open;
    } rows[] = {{"loopback", false}, {"none", false},  {"link_local", true}, {"private", true},
                {"public", true},    {"any_v4", true}, {"multicast", true},  {"any", true}};
    const struct pl_sock sock = {.state = PL_STATE_LISTEN};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct cell cell = {.kind = CELL_WORD, .text = text_of(rows[i].word)};

        assert_string_equal(terminal_style(pl_field_row(PL_FIELD_REACH), &sock, &cell),
                            rows[i].open ? "\033[1;33m" : "");
    }
    assert_string_equal(terminal_style(pl_field_row(PL_FIELD_REACH), &sock, &(struct cell){0}), "");
    assert_string_equal(terminal_style(pl_field_row(PL_FIELD_REMARK), &sock, &(struct cell){0}),
                        "");
    assert_string_equal(
        terminal_style(pl_field_row(PL_FIELD_PLACE), &sock, &(struct cell){.kind = CELL_WORD}),
        "\033[1;4;33m");
}

/* COLUMNS counts on a terminal, and in a pipe that standard error shares. */
static void columns(void **state)
{
    int one[2];
    int two[2];

    (void)state;
    assert_int_equal(pipe(one), 0);
    assert_int_equal(pipe(two), 0);
    setenv("COLUMNS", "60", 1);
    assert_int_equal(terminal_columns(one[1], one[1]), 60);
    assert_int_equal(terminal_columns(one[1], two[1]), 0);
    assert_int_equal(terminal_columns(one[1], -1), 0);
    for (const char *const *bad = (const char *const[]){"", "0", "-1", "x", "60x", "65536",
                                                        "99999999999999999999", NULL};
         *bad; bad++) {
        setenv("COLUMNS", *bad, 1);
        assert_int_equal(terminal_columns(one[1], one[1]), 0);
    }
    unsetenv("COLUMNS");
    assert_int_equal(terminal_columns(one[1], one[1]), 0);
    for (size_t i = 0; i < 2; i++) {
        close(one[i]);
        close(two[i]);
    }
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(text_width("abc", 3), 3);
    assert_int_equal(text_width("e\xcc\x81", 3), 1);
    assert_int_equal(text_width("\xe6\xbc\xa2\xe5\xad\x97", 6), 4);
    assert_int_equal(text_width("\xf0\x9f\x98\x80", 4), 2);
}

/* Prints a body with a foot; NULL: without one. */
static void framed(const char *body, const char *foot, size_t width, size_t room, const char *want)
{
    struct out text = {.fd = -1};
    struct out out = {.fd = -1};

    out_word(&text, body);
    if (foot) {
        text.foot = text.len;
        out_word(&text, foot);
    }
    terminal_frame(&text, width, room, &out);
    out_char(&out, '\0');
    assert_string_equal(out.data, want);
    out_free(&text);
    out_free(&out);
}

#define ERASE "\033[H\033[J"

static void frame(void **state)
{
    (void)state;
    framed("", NULL, 80, 24, ERASE);
    framed("a\nb\nc\n", NULL, 80, 3, ERASE "a\nb\nc\n");
    framed("a\nb\nc\n", NULL, 80, 0, ERASE "a\nb\nc\n");
    framed("a\nb\nc\n", NULL, 80, 2, ERASE "a\nno room for 2 more lines\n");
    framed("a\nb\nc\n", NULL, 80, 1, ERASE "no room for 3 more lines\n");
    /* The line about hidden lines is wrapped, too. */
    framed("a\nb\nc\nd\n", NULL, 20, 3, ERASE "a\nno room for 3 more lines\n");
    /* A wrapped line occupies two lines of the terminal; escape sequences occupy nothing. */
    framed("abcd\nb\n", NULL, 3, 2, ERASE "no room for 2 more lines\n");
    framed("\033[1mabc\033[0m\nb\n", NULL, 3, 2, ERASE "\033[1mabc\033[0m\nb\n");
}

static void foot(void **state)
{
    const char *columns = "hidden (window too narrow): Peer\n";

    (void)state;
    framed("a\nb\nc\n", columns, 80, 4, ERASE "a\nb\nc\nhidden (window too narrow): Peer\n");
    framed("a\nb\nc\n", columns, 80, 3,
           ERASE "a\nno room for 2 more lines\nhidden (window too narrow): Peer\n");
    framed("a\nb\nc\n", columns, 80, 2,
           ERASE "no room for 3 more lines\nhidden (window too narrow): Peer\n");
    /* Without room for the names, one line reports both. */
    framed("a\nb\nc\n", columns, 80, 1, ERASE "no room for 3 more lines and some columns\n");
    /* 20 columns: the foot wraps. */
    framed("a\nb\nc\n", columns, 20, 4,
           ERASE "no room for 3 more lines\nhidden (window too narrow): Peer\n");
    framed("a\nb\n", "hidden (window too narrow): Peer, state, and what else there may be here\n",
           80, 2,
           ERASE "no room for 2 more lines\n"
                 "hidden (window too narrow): Peer, state, and what else there may be here\n");
    framed("a\nb\n", "hidden (window too narrow): Peer, state, and what else there may be here\n",
           20, 5, ERASE "a\nb\nno room for some columns\n");
}

static void named(void **state)
{
    const struct sheet_column columns[] = {{.name = "peer", .title = "Peer"},
                                           {.name = "state", .title = "State"}};
    const bool none[] = {false, false};
    const bool second[] = {false, true};
    struct out out = {.fd = -1};

    (void)state;
    out_word(&out, "a\n");
    terminal_name_gone(columns, none, 2, NULL, &out);
    assert_int_equal(out.len, 2);
    assert_int_equal(out.foot, 0);
    terminal_name_gone(columns, second, 2, NULL, &out);
    assert_int_equal(out.foot, 2);
    out_char(&out, '\0');
    assert_string_equal(out.data, "a\nhidden (window too narrow): State\n");
    out_free(&out);
}

static void rows(void **state)
{
    (void)state;
    assert_int_equal(terminal_rows("", 0, 80), 0);
    assert_int_equal(terminal_rows("a\n\nb", 4, 80), 3);
    assert_int_equal(terminal_rows("abc\nabcd\n", 9, 3), 3);
    assert_int_equal(terminal_rows("abcdef\n", 7, 0), 1);
}

TEST_MAIN(TEST(fit), TEST(again), TEST(order), TEST(empty), TEST(colors), TEST(styles),
          TEST(reaches), TEST(columns), TEST(widths), TEST(frame), TEST(foot), TEST(named),
          TEST(rows))
