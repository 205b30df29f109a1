/* SPDX-License-Identifier: BSD-2-Clause */
/* Bound sockets that the table of TCP lacks, and a note if they cannot be listed. */
#include "fake.h"
#include "filters.h"

#include "api/reader.h"

#define FEED  "linux/bound"
#define BOUND PL_BIT(PL_STATE_BOUND)

/* Takes a snapshot of one listener, or of no socket. */
static struct pl_snapshot *take(const struct pl_query *query, bool listener, bool no_bound)
{
    struct bytes bytes = fake_listener(5, 0);
    const struct fake_feed feeds[] = {
        {.name = "linux/diag/tcp", .bytes = bytes.data, .len = listener ? bytes.len : 0}};
    struct fake_reader reader;
    struct pl_snapshot *snap;

    fake_init(&reader, feeds, 1);
    reader.base.abi.no_bound = no_bound;
    assert_int_equal(pl_snapshot_take(&reader.base, query, &snap), 0);
    return snap;
}

static void bound(void **state)
{
    static const struct {
        uint32_t states;
        bool listener, no_bound, note;
        const char *filter;
    } cases[] = {
        {BOUND, false, true, true, NULL}, /* state bound */
        {BOUND, false, false, false, NULL},
        {BOUND | PL_BIT(PL_STATE_LISTEN), true, true, true, NULL},
        {UINT32_MAX, true, true, false, NULL}, /* -a */
        {UINT32_MAX, false, true, true, NULL},
        {PL_BIT(PL_STATE_LISTEN), false, true, false, NULL},
        {0, false, true, false, NULL},
        {UINT32_MAX, false, true, true, "process x"},
        {UINT32_MAX, true, true, true, "state bound"},
        {UINT32_MAX, false, true, false, "state established and process x"},
        {UINT32_MAX, false, true, false, "not state bound"},
        {UINT32_MAX, false, true, false, "udp"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP),
                                       .states = cases[i].states,
                                       .filter = cases[i].filter ? parse(cases[i].filter) : NULL};
        struct pl_snapshot *snap = take(&query, cases[i].listener, cases[i].no_bound);
        const struct pl_note *notes;
        size_t count;
        char text[128];

        notes = pl_snapshot_notes(snap, &count);
        assert_int_equal(count, cases[i].note);
        if (count == 1) {
            pl_note_text(&notes[0], text, sizeof(text));
            assert_string_equal(text, "this kernel cannot list bound TCP sockets");
        }
        pl_filter_free((struct pl_filter *)(uintptr_t)query.filter);
        pl_snapshot_free(snap);
    }
}

/* A message as of sock_diag(7), of a socket that is only bound. */
static struct bytes bound_row(uint32_t inode, uint16_t port)
{
    struct bytes b = {0};
    size_t at = nl_begin(&b, 20, 2);

    put_u8(&b, 2);
    put_u8(&b, 13);
    put_u16(&b, 0);
    put_be16(&b, port);
    put_zeros(&b, 2 + 32 + 4 + 8 + 4 + 4 + 4 + 4);
    put_u32(&b, inode);
    nl_end(&b, at);
    return b;
}

static void add(struct bytes *to, const struct bytes *from)
{
    put_bytes(to, from->data, from->len);
}

/* The separate feed fills the gap, with one row for each socket. It is not read otherwise. */
static void fed(void **state)
{
    static const struct {
        enum pl_way way;
        bool no_bound, replay;
        uint32_t states;
        size_t reads;
    } cases[] = {
        {PL_WAY_AUTO, true, false, BOUND, 1},  {PL_WAY_AUTO, false, false, BOUND, 0},
        {PL_WAY_DIAG, true, false, BOUND, 1},  {PL_WAY_PROC, false, false, BOUND, 1},
        {PL_WAY_PROC, true, false, BOUND, 1},  {PL_WAY_AUTO, false, true, BOUND, 1},
        {PL_WAY_AUTO, true, false, 0, 0},      {PL_WAY_AUTO, true, false, UINT32_MAX, 1},
        {PL_WAY_AUTO, false, true, 1 << 3, 0},
    };
    struct bytes row = bound_row(5, 80);
    struct bytes other = bound_row(6, 81);
    struct bytes rows = row;

    (void)state;
    add(&rows, &other);
    add(&rows, &row);
    nl_end(&rows, nl_begin(&rows, 3, 2)); /* NLMSG_DONE */
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {
            .protos = PL_BIT(PL_PROTO_TCP), .states = cases[i].states, .way = cases[i].way};
        const struct fake_feed feeds[] = {{.name = "linux/diag/tcp"},
                                          {.name = "linux/proc/net/tcp"},
                                          {.name = FEED, .bytes = rows.data, .len = rows.len}};
        struct fake_reader reader;
        struct pl_snapshot *snap;

        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.abi.no_bound = cases[i].no_bound;
        reader.base.replay = cases[i].replay;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        assert_int_equal(fake_reads(&reader, FEED), cases[i].reads);
        assert_counts(snap, 2 * cases[i].reads, 0);
        pl_snapshot_free(snap);
    }
}

/* Why it could not be read, unless the kernel lacks what is needed. */
static void refused(void **state)
{
    static const struct {
        enum pl_way way;
        bool no_bound, replay;
        int error;
        enum pl_note_kind kind; /* NONE: no note */
    } cases[] = {
        {PL_WAY_AUTO, true, false, -EPERM, PL_NOTE_FEED_FAILED},
        {PL_WAY_AUTO, true, false, -EACCES, PL_NOTE_FEED_FAILED},
        {PL_WAY_AUTO, true, false, -ENOTSUP, PL_NOTE_FAMILY_ABSENT},
        {PL_WAY_AUTO, true, true, -ENOENT, PL_NOTE_FAMILY_ABSENT},
        {PL_WAY_PROC, false, false, -EPERM, PL_NOTE_FEED_FAILED},
        {PL_WAY_PROC, false, false, -ENOTSUP, PL_NOTE_FEED_FAILED},
        {PL_WAY_PROC, false, true, -ENOENT, PL_NOTE_FEED_MISSING},
        {PL_WAY_AUTO, false, true, -ENOENT, PL_NOTE_NONE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {
            .protos = PL_BIT(PL_PROTO_TCP), .states = BOUND, .way = cases[i].way};
        const struct fake_feed feeds[] = {{.name = "linux/diag/tcp"},
                                          {.name = "linux/proc/net/tcp"},
                                          {.name = FEED, .error = cases[i].error}};
        struct fake_reader reader;
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t count;

        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.abi.no_bound = cases[i].no_bound;
        reader.base.replay = cases[i].replay;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        notes = pl_snapshot_notes(snap, &count);
        assert_int_equal(count, cases[i].kind != PL_NOTE_NONE);
        if (count == 1) {
            assert_int_equal(notes[0].kind, cases[i].kind);
            assert_string_equal(notes[0].title, "bound TCP sockets");
        }
        pl_snapshot_free(snap);
    }
}

/* What the reader opens in advance. */
static uint32_t prepared;

static void prepare(struct pl_reader *reader, const struct pl_request *request)
{
    (void)reader;
    prepared = request->states;
}

static void in_advance(void **state)
{
    static const struct {
        uint32_t protos, states;
        bool whole;
        uint32_t prepared;
    } cases[] = {
        {PL_BIT(PL_PROTO_TCP), BOUND, false, BOUND},
        {PL_BIT(PL_PROTO_TCP), UINT32_MAX, false, BOUND},
        {PL_BIT(PL_PROTO_UDP), UINT32_MAX, false, 0},
        {PL_BIT(PL_PROTO_TCP), 0, false, 0},
        {PL_BIT(PL_PROTO_TCP), 0, true, BOUND},
    };
    static const struct pl_reader_ops ops = {.prepare = prepare};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {
            .protos = cases[i].protos, .states = cases[i].states, .need = PL_NEED_OWNERS};
        struct pl_reader reader = {.ops = &ops, .whole = cases[i].whole};

        prepared = UINT32_MAX;
        pl_reader_prepare(&reader, &query);
        assert_int_equal(prepared, cases[i].prepared);
    }
}

TEST_MAIN(TEST(bound), TEST(fed), TEST(refused), TEST(in_advance))
