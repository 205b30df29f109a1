/* SPDX-License-Identifier: BSD-2-Clause */
/* A field of a socket as a JSON value. */
#include "sample.h"

static char buf[4096];

static struct cell get(const struct view *view, const char *column, size_t sock)
{
    const struct pl_field *found = column_find(column, strlen(column));
    struct cell cell = {0};

    assert_non_null(found);
    column_get(found, view, sample_sock(view->snap, sock), &cell);
    return cell;
}

static const char *json(const struct view *view, const char *column, size_t sock)
{
    struct out out = {.fd = -1};
    struct cell cell = get(view, column, sock);

    if (cell.kind == CELL_ABSENT)
        return "absent";
    json_member(&out, view, column, &cell, true);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

#define HOSTILE_JSON "e\\u001b[1m v,i;l\\\"\\u000a\\ufffd"
#define HOSTILE_HEX  "651b5b316d20762c693b6c220aff"

static void for_machines(void **state)
{
    static const struct {
        const char *column;
        size_t sock;
        const char *want;
    } cases[] = {
        {"proto", SAMPLE_DUAL, "\"proto\":\"tcp\""},
        {"family", SAMPLE_ODD, "\"family\":\"unknown(28)\""},
        {"type", SAMPLE_ODD, "absent"},
        {"state", SAMPLE_ODD, "\"state\":\"unknown(77)\""},
        {"recv_q", SAMPLE_CONN, "\"recv_q\":4294967295"},
        {"recv_q", SAMPLE_ODD, "absent"},
        {"local_address", SAMPLE_DUAL, "\"local_address\":\"::\""},
        {"local_address", SAMPLE_LINK, "\"local_address\":\"fe80::1\""},
        {"local_address", SAMPLE_ODD, "absent"},
        {"local_port", SAMPLE_DUAL, "\"local_port\":443"},
        {"peer_port", SAMPLE_LISTEN4, "absent"},
        {"peer_address", SAMPLE_LISTEN4, "absent"},
        {"scope", SAMPLE_LINK, "\"scope\":\"et]h 0\""},
        {"interface", SAMPLE_DEVICE, "\"interface\":99"},
        {"v6only", SAMPLE_V6ONLY, "\"v6only\":true"},
        {"v6only", SAMPLE_LISTEN4, "absent"},
        {"uid", SAMPLE_LISTEN4, "\"uid\":0"},
        {"uid", SAMPLE_TIME_WAIT, "absent"},
        {"user", SAMPLE_DUAL, "\"user\":\"b o\""},
        {"user", SAMPLE_V6ONLY, "absent"}, /* it has no name; uid has the number */
        {"cookie", SAMPLE_DUAL, "\"cookie\":18446744073709551615"},
        {"pid", SAMPLE_LISTEN4, "\"pid\":[812,812,813]"},
        {"process", SAMPLE_CONN, "\"process\":[null]"},
        {"process", SAMPLE_DUAL,
         "\"process\":[\"" HOSTILE_JSON "\"],\"process_hex\":[\"" HOSTILE_HEX "\"]"},
        {"exe", SAMPLE_LISTEN4, "\"exe\":[\"/usr/sbin/nginx\",\"/usr/sbin/nginx\",null]"},
        {"started", SAMPLE_LISTEN4,
         "\"started\":[\"2000-02-29T00:00:00Z\",\"2000-02-29T00:00:00Z\",null]"},
        {"started", SAMPLE_DUAL, "absent"},
        {"pid", SAMPLE_V6ONLY, "absent"},
        {"owners", SAMPLE_LISTEN4,
         "\"owners\":[{\"pid\":812,\"fd\":6,\"process\":\"nginx\",\"command\":\"nginx: master\","
         "\"exe\":\"/usr/sbin/nginx\",\"uid\":0},{\"pid\":812,\"fd\":7,\"process\":\"nginx\","
         "\"command\":\"nginx: master\",\"exe\":\"/usr/sbin/nginx\",\"uid\":0},{\"pid\":813,"
         "\"fd\":6,\"process\":\"nginx\",\"command\":\"nginx: worker\",\"uid\":33}]"},
        /* bytes that are not UTF-8 can be recovered */
        {"owners", SAMPLE_DUAL,
         "\"owners\":[{\"pid\":9,\"fd\":3,\"process\":\"" HOSTILE_JSON
         "\",\"process_hex\":\"" HOSTILE_HEX "\",\"command\":\"" HOSTILE_JSON
         "\",\"command_hex\":\"" HOSTILE_HEX "\"}]"},
        {"owners", SAMPLE_CONN, "\"owners\":[{\"pid\":4711,\"fd\":5}]"},
        {"owners", SAMPLE_V6ONLY, "\"owners\":[]"},
        {"owner_unknown", SAMPLE_V6ONLY, "\"owner_unknown\":\"not_permitted\""},
        {"owner_unknown", SAMPLE_LISTEN4, "absent"},
    };
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "proto", true);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(json(&view, cases[i].column, cases[i].sock), cases[i].want);
    pl_snapshot_free(snap);
}

static const char *json_of(const struct view *view, const struct cell *cell)
{
    struct out out = {.fd = -1};

    cell_json(&out, view, cell);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

/* Values that no column of the sample has. */
static void kinds(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "proto", true);
    struct cell cell = {.kind = CELL_TEXT, .text = TEXT("")};

    (void)state;
    assert_string_equal(json_of(&view, &cell), "\"\""); /* an empty string */
    cell = (struct cell){.kind = CELL_WORD, .text = TEXT("full,somaxconn")};
    assert_string_equal(json_of(&view, &cell), "\"full,somaxconn\"");
    cell = (struct cell){.kind = CELL_PORTS, .placement = {.usual = {22, 2222}, .count = 2}};
    assert_string_equal(json_of(&view, &cell), "[22,2222]");
    cell = (struct cell){.kind = CELL_PORTS};
    assert_string_equal(json_of(&view, &cell), "[]");
    cell = (struct cell){.kind = CELL_ENDPOINT, .sock = sample_sock(snap, SAMPLE_CONN)};
    assert_string_equal(json_of(&view, &cell), "\"10.0.0.1:5000\"");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(for_machines), TEST(kinds))
