/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells written directly from the record: the same text and width as other cells. */
#include "sample.h"

#include "view/format/plain.h"
#include "view/text.h"

#define COLUMNS "proto,recv_q,send_q,inode,local,peer,state,owners"
#define WIDTH   100

static char usual_text[4096];

/* Returns the text of cell_plain(). */
static const char *usual(const struct view *view, size_t column, const struct pl_sock *sock)
{
    struct out out = {.fd = -1};
    struct cell cell = {0};

    column_get(view->columns[column], view, sock, &cell);
    cell_plain(&out, view, &cell, ',', column + 1 == view->column_count ? "" : " ");
    (void)out_text(&out, usual_text, sizeof(usual_text));
    out_free(&out);
    return usual_text;
}

/* Checks a cell; false if it is not written directly. */
static bool check(const struct view *view, size_t column, const struct pl_sock *sock)
{
    const struct pl_field *field = view->columns[column];
    const struct sheet_column one = {.title = field->title, .plain = plain_kind_of(field)};
    const void *rows[] = {sock};
    struct out scratch = {.fd = -1};
    struct plain plain;
    char text[WIDTH + PLAIN_ROOM];
    char *p = text;
    size_t measured;
    size_t next;

    assert_true(plain_init(&plain, view, &one, 1, &scratch));
    plain.columns[0].width = 0;
    measured = plain_measure(&plain, 0, rows, 0, 1);
    next = plain_write(&plain, 0, sock, &p);
    assert_int_equal(next, measured);
    if (next == 1) {
        const char *want = usual(view, column, sock);

        assert_int_equal(p - text, strlen(want) + 1);
        assert_memory_equal(text, want, strlen(want));
        assert_int_equal(plain.columns[0].width, text_width(want, strlen(want)));
        /* Pads on the left of a number, otherwise on the right. */
        plain.columns[0].width = WIDTH;
        p = text;
        assert_int_equal(plain_write(&plain, 0, sock, &p), 1);
        assert_int_equal(p - text, WIDTH + 1);
        assert_memory_equal(field->right ? text + WIDTH - strlen(want) : text, want, strlen(want));
        text[WIDTH] = '\0';
        assert_int_equal(strspn(field->right ? text : text + strlen(want), " "),
                         WIDTH - strlen(want));
    } else {
        assert_ptr_equal(p, text);
    }
    plain_free(&plain);
    out_free(&scratch);
    return next == 1;
}

/* For each column of each socket: '+' if it is written directly, else '-'. */
static void sample(void **state)
{
    static const char *const want[SAMPLE_COUNT] = {
        [SAMPLE_LISTEN4] = "+++++++-",   [SAMPLE_DUAL] = "++++++++", [SAMPLE_V6ONLY] = "++++++++",
        [SAMPLE_CONN] = "++++++++",      [SAMPLE_LINK] = "++++--++", [SAMPLE_DEVICE] = "++++--++",
        [SAMPLE_TIME_WAIT] = "+++-++++", [SAMPLE_ODD] = "+------+",
    };
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, COLUMNS, false);

    (void)state;
    view.port_names = false;
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        char got[16] = "";

        for (size_t column = 0; column < view.column_count; column++)
            got[column] = check(&view, column, sample_sock(snap, i)) ? '+' : '-';
        assert_string_equal(got, want[i]);
    }
    /* Endpoints with port names are not written directly. */
    view.port_names = true;
    assert_false(check(&view, 4, sample_sock(snap, SAMPLE_CONN)));
    pl_snapshot_free(snap);
}

static void numbers(void **state)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, COLUMNS, false);
    struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q |
                                   PL_HAVE_INODE,
                           .family = PL_FAMILY_INET,
                           .proto = PL_PROTO_TCP};

    (void)state;
    view.port_names = false;
    for (uint64_t n = 1; n != 0; n = n > UINT64_MAX / 10 ? 0 : n * 10) {
        for (uint64_t number = n - 1; number <= n + 1; number++) {
            sock.recv_q = sock.send_q = (uint32_t)number;
            sock.local_port = sock.peer_port = (uint16_t)number;
            sock.key = number;
            for (size_t column = 1; column < 6; column++)
                assert_true(check(&view, column, &sock));
        }
    }
    for (unsigned int octet = 0; octet < 256; octet++) {
        memset(sock.local_addr, 0, sizeof(sock.local_addr));
        sock.local_addr[octet % 4] = (uint8_t)octet;
        memset(sock.peer_addr, (int)octet, 4);
        assert_true(check(&view, 4, &sock));
        assert_true(check(&view, 5, &sock));
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(sample), TEST(numbers))
