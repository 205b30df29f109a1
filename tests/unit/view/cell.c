/* SPDX-License-Identifier: BSD-2-Clause */
/* One field of one socket: as text, and in order. */
#include "sample.h"

#include "view/text.h"

static char buf[4096];

static struct cell get(const struct view *view, const char *column, size_t sock)
{
    const struct pl_field *found = column_find(column, strlen(column));
    struct cell cell = {0};

    assert_non_null(found);
    column_get(found, view, sample_sock(view->snap, sock), &cell);
    return cell;
}

static const char *plain(const struct view *view, const char *column, size_t sock)
{
    struct out out = {.fd = -1};
    struct cell cell = get(view, column, sock);

    cell_plain(&out, view, &cell, ',', " ");
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

#define HOSTILE_PLAIN "e\\x1b[1m\\x20v\\x2ci\\x3bl\"\\x0a\\xff"

static const struct {
    const char *column;
    size_t sock;
    const char *want;
} people[] = {
    {"proto", SAMPLE_LISTEN4, "tcp"},
    {"proto", SAMPLE_DUAL, "tcp6"},
    {"proto", SAMPLE_DEVICE, "udp"},
    {"proto", SAMPLE_ODD, "unknown"},
    {"family", SAMPLE_DUAL, "inet6"},
    {"family", SAMPLE_ODD, "unknown(28)"},
    {"type", SAMPLE_DEVICE, "dgram"},
    {"type", SAMPLE_ODD, "-"},
    {"state", SAMPLE_CONN, "ESTABLISHED"},
    {"state", SAMPLE_ODD, "unknown(77)"},
    {"recv_q", SAMPLE_CONN, "4294967295"},
    {"recv_q", SAMPLE_ODD, "-"},
    {"send_q", SAMPLE_LISTEN4, "511"},
    {"local", SAMPLE_LISTEN4, "0.0.0.0:80"},
    {"local", SAMPLE_DUAL, "*:443"},
    {"local", SAMPLE_V6ONLY, "[::]:444"},
    {"local", SAMPLE_CONN, "10.0.0.1:5000"},
    {"local", SAMPLE_LINK, "[fe80::1%et\\x5dh\\x200]:5001"},
    {"local", SAMPLE_DEVICE, "0.0.0.0%99:53"},
    {"local", SAMPLE_TIME_WAIT, "[::ffff:10.0.0.1]:80"},
    {"local", SAMPLE_ODD, "-"},
    {"peer", SAMPLE_LISTEN4, "*:*"},
    {"peer", SAMPLE_DUAL, "*:*"},
    {"peer", SAMPLE_CONN, "10.0.0.2:443"},
    {"peer", SAMPLE_LINK, "[fe80::2%et\\x5dh\\x200]:22"},
    {"peer", SAMPLE_DEVICE, "*:*"},
    {"peer", SAMPLE_ODD, "-"},
    {"local_address", SAMPLE_V6ONLY, "::"},
    {"peer_address", SAMPLE_TIME_WAIT, "::ffff:10.0.0.9"},
    {"local_port", SAMPLE_DUAL, "443"},
    {"peer_port", SAMPLE_TIME_WAIT, "65535"},
    {"interface", SAMPLE_DEVICE, "99"},
    {"interface", SAMPLE_LINK, "et]h\\x200"},
    {"interface", SAMPLE_CONN, "-"},
    {"scope", SAMPLE_LINK, "et]h\\x200"},
    {"scope", SAMPLE_DEVICE, "-"},
    {"v6only", SAMPLE_DUAL, "false"},
    {"v6only", SAMPLE_V6ONLY, "true"},
    {"v6only", SAMPLE_LISTEN4, "-"},
    {"uid", SAMPLE_V6ONLY, "4242"},
    {"uid", SAMPLE_TIME_WAIT, "-"},
    {"user", SAMPLE_LISTEN4, "root"},
    {"user", SAMPLE_DUAL, "b\\x20o"},
    {"user", SAMPLE_V6ONLY, "4242"}, /* has no name */
    {"user", SAMPLE_TIME_WAIT, "-"},
    {"inode", SAMPLE_CONN, "1004"},
    {"inode", SAMPLE_TIME_WAIT, "-"},
    {"cookie", SAMPLE_DUAL, "18446744073709551615"},
    {"cookie", SAMPLE_TIME_WAIT, "-"},
    {"pid", SAMPLE_LISTEN4, "812,812,813"},
    {"fd", SAMPLE_LISTEN4, "6,7,6"},
    {"process", SAMPLE_LISTEN4, "nginx,nginx"},
    {"process", SAMPLE_DUAL, HOSTILE_PLAIN},
    {"process", SAMPLE_CONN, "-"},
    {"exe", SAMPLE_LISTEN4, "/usr/sbin/nginx,-"},
    {"process_uid", SAMPLE_LISTEN4, "0,33"},
    {"process_uid", SAMPLE_DUAL, "-"},
    {"started", SAMPLE_LISTEN4, "2000-02-29T00:00:00Z,-"},
    {"started", SAMPLE_DUAL, "-"},
    {"pid", SAMPLE_V6ONLY, "-"},
    {"owners", SAMPLE_LISTEN4, "812/nginx,813/nginx"}, /* a process is named once */
    {"owners", SAMPLE_DUAL, "9/" HOSTILE_PLAIN},
    {"owners", SAMPLE_CONN, "4711/-"}, /* gone before it could be read */
    {"owners", SAMPLE_V6ONLY, "-"},
    {"owner_unknown", SAMPLE_LISTEN4, "-"},
    {"owner_unknown", SAMPLE_V6ONLY, "not_permitted"},
    {"owner_unknown", SAMPLE_TIME_WAIT, "time_wait"},
};

static void for_people(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto", false);

    (void)state;
    view.user_names = true;
    for (size_t i = 0; i < COUNT_OF(people); i++)
        assert_string_equal(plain(&view, people[i].column, people[i].sock), people[i].want);
    view.user_names = false; /* -n */
    assert_string_equal(plain(&view, "user", SAMPLE_DUAL), "1000");
    pl_snapshot_free(snap);
}

/* An empty name: tables print a placeholder, formats for programs an empty string. */
static void empty_name(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto", false);
    const struct cell cell = {.kind = CELL_TEXT, .text = TEXT("")};
    struct out out = {.fd = -1};

    (void)state;
    cell_plain(&out, &view, &cell, ',', "");
    assert_string_equal(out_text(&out, buf, sizeof(buf)), "-");
    view.data = true;
    cell_plain(&out, &view, &cell, ',', "");
    assert_string_equal(out_text(&out, buf, sizeof(buf)), "");
    out_free(&out);
    pl_snapshot_free(snap);
}

/* Tables show the name of a process once, PID and FD of each descriptor. */
static void held_twice(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "proto", false);
    const struct pl_owner owners[] = {
        {.pid = 7, .fd = 0}, {.pid = 7, .fd = 1}, {.pid = 8, .fd = 3}};
    static const struct {
        unsigned int part;
        bool data;
        const char *want;
    } rows[] = {
        {PL_PART_PROCESS, false, "-,-"}, {PL_PART_CONTAINER, false, "-,-"},
        {PL_PART_PID, false, "7,7,8"},   {PL_PART_FD, false, "0,1,3"},
        {PL_PART_PID, true, "7,7,8"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct cell cell = {.kind = CELL_OWNER,
                                  .owners = owners,
                                  .count = COUNT_OF(owners),
                                  .number = rows[i].part};
        struct out out = {.fd = -1};

        view.data = rows[i].data;
        cell_plain(&out, &view, &cell, ',', "");
        assert_string_equal(out_text(&out, buf, sizeof(buf)), rows[i].want);
        out_free(&out);
    }
    pl_snapshot_free(snap);
}

static int sign(int n)
{
    return n < 0 ? -1 : n > 0;
}

/* The order is total: swapping two cells reverses the result, and each is equal to itself. */
static void order(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "proto", false);

    (void)state;
    for (size_t c = 0; c < PL_FIELD_COLUMNS; c++) {
        const char *name = pl_fields[c].name;

        for (size_t i = 0; i < SAMPLE_COUNT; i++) {
            for (size_t j = 0; j < SAMPLE_COUNT; j++) {
                struct cell a = get(&view, name, i);
                struct cell b = get(&view, name, j);
                int there = sign(cell_compare(&view, &a, &b));

                assert_int_equal(there, -sign(cell_compare(&view, &b, &a)));
                if (i == j)
                    assert_int_equal(there, 0);
                for (size_t k = 0; k < SAMPLE_COUNT; k++) {
                    struct cell d = get(&view, name, k);

                    if (there <= 0 && cell_compare(&view, &b, &d) <= 0)
                        assert_true(cell_compare(&view, &a, &d) <= 0);
                }
            }
        }
    }
    pl_snapshot_free(snap);
}

static int compare(const struct view *view, const char *column, size_t i, size_t j)
{
    struct cell a = get(view, column, i);
    struct cell b = get(view, column, j);

    return sign(cell_compare(view, &a, &b));
}

static void order_of_cells(void **state)
{
    struct pl_snapshot *snap = sample_new();
    const struct view view = sample_view(snap, "proto", false);

    (void)state;
    /* by number, not by digits */
    assert_int_equal(compare(&view, "local_port", SAMPLE_LISTEN4, SAMPLE_DUAL), -1);
    assert_int_equal(compare(&view, "local_port", SAMPLE_CONN, SAMPLE_DUAL), 1);
    /* absent comes last */
    assert_int_equal(compare(&view, "inode", SAMPLE_TIME_WAIT, SAMPLE_CONN), 1);
    assert_int_equal(compare(&view, "pid", SAMPLE_V6ONLY, SAMPLE_CONN), 1);
    assert_int_equal(compare(&view, "owners", SAMPLE_V6ONLY, SAMPLE_CONN), 1);
    /* IPv4 before IPv6, then by address, then by port */
    assert_int_equal(compare(&view, "local", SAMPLE_CONN, SAMPLE_DUAL), -1);
    assert_int_equal(compare(&view, "local", SAMPLE_LISTEN4, SAMPLE_CONN), -1);
    assert_int_equal(compare(&view, "local", SAMPLE_DUAL, SAMPLE_V6ONLY), -1);
    assert_int_equal(compare(&view, "local_address", SAMPLE_DUAL, SAMPLE_V6ONLY), 0);
    /* by the first owner */
    assert_int_equal(compare(&view, "pid", SAMPLE_DUAL, SAMPLE_LISTEN4), -1);
    assert_int_equal(compare(&view, "owners", SAMPLE_LISTEN4, SAMPLE_CONN), -1);
    assert_int_equal(compare(&view, "process", SAMPLE_CONN, SAMPLE_LISTEN4), 1);
    assert_int_equal(compare(&view, "proto", SAMPLE_LISTEN4, SAMPLE_DUAL), -1);
    assert_int_equal(compare(&view, "proto", SAMPLE_DUAL, SAMPLE_DEVICE), -1);
    assert_int_equal(compare(&view, "v6only", SAMPLE_DUAL, SAMPLE_V6ONLY), -1);
    /* a prefix comes first */
    assert_int_equal(compare(&view, "type", SAMPLE_DEVICE, SAMPLE_CONN), -1);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(for_people), TEST(empty_name), TEST(held_twice), TEST(order), TEST(order_of_cells))
