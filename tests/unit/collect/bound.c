/* SPDX-License-Identifier: BSD-2-Clause */
/* A note that the kernel does not list bound sockets. */
#include "fake.h"
#include "filters.h"

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

static int calls;

static bool no_bound(struct pl_reader *reader)
{
    (void)reader;
    calls++;
    return true;
}

/* The kernel's release is read only for a note. */
static void when_needed(void **state)
{
    static const struct {
        uint32_t states;
        bool listener;
        int calls;
    } cases[] = {{0, false, 0},
                 {PL_BIT(PL_STATE_LISTEN), false, 0},
                 {UINT32_MAX, true, 0},
                 {UINT32_MAX, false, 1},
                 {BOUND, false, 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP), .states = cases[i].states};
        struct bytes bytes = fake_listener(5, 0);
        const struct fake_feed feeds[] = {{.name = "linux/diag/tcp",
                                           .bytes = bytes.data,
                                           .len = cases[i].listener ? bytes.len : 0}};
        struct fake_reader reader;
        struct pl_reader_ops ops;
        struct pl_snapshot *snap;
        size_t count;

        fake_init(&reader, feeds, 1);
        ops = *reader.base.ops;
        ops.no_bound = no_bound;
        reader.base.ops = &ops;
        calls = 0;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        assert_int_equal(calls, cases[i].calls);
        (void)pl_snapshot_notes(snap, &count);
        assert_int_equal(count, cases[i].calls);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(bound), TEST(when_needed))
