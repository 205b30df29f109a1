/* SPDX-License-Identifier: BSD-2-Clause */
/* An endpoint as programs print it selects its sockets. */
#include "filters.h"
#include "sample.h"

#include "view/text.h"

/* On interface 2, which is eth0 in the complete snapshot. */
static bool matches(const char *expression, const struct pl_snapshot *snap, size_t i)
{
    struct pl_filter *filter = parse(expression);
    bool match = pl_filter_match(filter, snap, sample_sock(snap, i));

    pl_filter_free(filter);
    return match;
}

static void print_endpoint(const struct view *view, bool peer, size_t i, char *buf, size_t size)
{
    struct out out = {.fd = -1};
    struct cell cell = {0};

    column_get(column_find(peer ? "peer" : "local", peer ? 4 : 5), view, sample_sock(view->snap, i),
               &cell);
    cell_plain(&out, view, &cell, ',', " ");
    (void)out_text(&out, buf, size);
    out_free(&out);
}

static void ours(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, "local,peer", false);

    (void)state;
    for (size_t i = 0; i < SAMPLE_ODD; i++) {
        for (unsigned int peer = 0; peer < 2; peer++) {
            char word[256];
            char side[300];

            print_endpoint(&view, peer == 1, i, word, sizeof(word));
            if (!matches(word, snap, i))
                fail_msg("%s does not select socket %zu", word, i);
            (void)snprintf(side, sizeof(side), "%s %s", peer ? "dst" : "src", word);
            if (!matches(side, snap, i))
                fail_msg("%s does not select socket %zu", side, i);
        }
    }
    pl_snapshot_free(snap);
}

/* The endpoint as printed by ss(8), netstat(8), lsof(8) and the address column. */
static void others(void **state)
{
    static const struct {
        const char *word;
        size_t sock;
        bool match;
    } rows[] = {
        {"*%99:53", SAMPLE_DEVICE, true},
        {"0.0.0.0%99:*", SAMPLE_DEVICE, true},
        {"0.0.0.0%99", SAMPLE_DEVICE, true},
        {"*%99", SAMPLE_DEVICE, true},
        {"0.0.0.0:53", SAMPLE_DEVICE, true},
        {"*%98:53", SAMPLE_DEVICE, false},
        {"*%eth0:53", SAMPLE_DEVICE, false},
        {"0.0.0.0%99:54", SAMPLE_DEVICE, false},
        {"127.0.0.1%99:53", SAMPLE_DEVICE, false},
        {"*%99:80", SAMPLE_LISTEN4, false},
        {"dev 99", SAMPLE_DEVICE, true},
        {"dev != 99", SAMPLE_DEVICE, false},
        {"dev != 99", SAMPLE_LISTEN4, true},
        {"fe80::1%2", SAMPLE_LINK, true},
        {"[fe80::1%2]", SAMPLE_LINK, true},
        {"[fe80::1%2]:5001", SAMPLE_LINK, true},
        {"[fe80::1]%2:5001", SAMPLE_LINK, true},
        {"fe80::1%2:5001", SAMPLE_LINK, true},
        {"fe80::1%et\\x5dh\\x200", SAMPLE_LINK, true},
        {"fe80::1%3", SAMPLE_LINK, false},
        {"fe80::7%2", SAMPLE_LINK, false},
        {"[fe80::1%2]:5002", SAMPLE_LINK, false},
        {"fe80::1:5001", SAMPLE_LINK, true},
        {"fe80::1", SAMPLE_LINK, true},
        {"fe80::1:5002", SAMPLE_LINK, false},
        {"dev 2", SAMPLE_LINK, true},
        {":::444", SAMPLE_V6ONLY, true},
        {":::443", SAMPLE_V6ONLY, false},
        {":::*", SAMPLE_V6ONLY, true},
        {":::80", SAMPLE_LISTEN4, false},
        {"::1:beef", SAMPLE_V6ONLY, false},
        {":::ms-sql-s", SAMPLE_V6ONLY, false},
        {"src inet6::::444", SAMPLE_V6ONLY, true},
        {"*:80", SAMPLE_LISTEN4, true},
        {"::ffff:10.0.0.1", SAMPLE_TIME_WAIT, true},
        {"10.0.0.1:80", SAMPLE_TIME_WAIT, true},
        {"::ffff:10.0.0.1:80", SAMPLE_TIME_WAIT, true},
        {"::ffff:10.0.0.1:81", SAMPLE_TIME_WAIT, false},
    };
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (matches(rows[i].word, snap, rows[i].sock) != rows[i].match)
            fail_msg("%s: %smatch expected", rows[i].word, rows[i].match ? "" : "no ");
    }
    pl_snapshot_free(snap);
}

/* If the source does not report the interface, the condition is false. */
static void unknown_device(void **state)
{
    struct pl_sock sock = some_sock();

    (void)state;
    sock.ifindex = 3;
    assert_int_equal(ask_of("src 10.0.0.1", sock), PL_TRUE);
    assert_int_equal(ask_of("ifindex = 3", sock), PL_FALSE);
    assert_int_equal(ask_of("src 10.0.0.2%3", sock), PL_FALSE);
    sock.have |= PL_HAVE_INTERFACE;
    assert_int_equal(ask_of("ifindex = 3", sock), PL_TRUE);
}

static void errors(void **state)
{
    (void)state;
    wrong("10.0.0.1%", 0, 9);
    wrong("src *%:53", 4, 5);
    wrong("src 10.0.0.256%lo:53", 4, 16);
    wrong("src 10.0.0.1%lo:99999", 4, 17);
    wrong("src :::99999", 4, 8);
    wrong("src [::1", 4, 4);
}

TEST_MAIN(TEST(ours), TEST(others), TEST(unknown_device), TEST(errors))
