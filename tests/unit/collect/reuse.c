/* SPDX-License-Identifier: BSD-2-Clause */
/* Flags that permit other sockets on a port are read if they matter, and missed without a note. */
#include "fake.h"
#include "filters.h"

#include "api/bind.h"
#include "api/query.h"
#include "api/reader.h"

#define FEED "linux/reuse"

static void needed(void **state)
{
    static const struct {
        uint32_t need;
        bool listener, whole;
        const char *filter;
        int error;
        size_t reads;
    } cases[] = {
        {PL_NEED_REUSE, true, false, NULL, 0, 1},
        {PL_NEED_REUSE, true, false, "port 80", 0, 1},
        {PL_NEED_REUSE, true, false, "port 81", 0, 0}, /* no socket is listed */
        {PL_NEED_REUSE, false, false, NULL, 0, 0},
        {PL_NEED_REUSE, true, false, NULL, -EPERM, 1},
        {PL_NEED_REUSE, true, false, NULL, -ENOTSUP, 1},
        {0, true, false, NULL, 0, 0},
        {0, false, true, NULL, 0, 1}, /* a recording */
    };
    struct bytes listener = fake_listener(5, 0); /* port 80 */

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP),
                                       .need = cases[i].need,
                                       .filter = cases[i].filter ? parse(cases[i].filter) : NULL};
        const struct fake_feed feeds[] = {
            {.name = "linux/diag/tcp",
             .bytes = listener.data,
             .len = cases[i].listener ? listener.len : 0},
            {.name = "linux/diag/udp"},
            {.name = FEED, .bytes = "", .len = 0, .error = cases[i].error}};
        struct fake_reader reader;
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t count;

        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.whole = cases[i].whole;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        assert_int_equal(fake_reads(&reader, FEED), cases[i].reads);
        notes = pl_snapshot_notes(snap, &count);
        for (size_t n = 0; n < count; n++)
            assert_string_not_equal(notes[n].title ? notes[n].title : "", "flags for shared ports");
        pl_filter_free((struct pl_filter *)(uintptr_t)query.filter);
        pl_snapshot_free(snap);
    }
}

/* What the reader opens in advance. */
static struct pl_request prepared;

static void prepare(struct pl_reader *reader, const struct pl_request *request)
{
    (void)reader;
    prepared = *request;
}

static void in_advance(void **state)
{
    static const struct pl_query_hooks ports = {.reuse_first = 80, .reuse_last = 143};
    static const struct {
        uint32_t need;
        const struct pl_query_hooks *hooks;
        bool whole, prepared;
        uint16_t first, last;
    } cases[] = {
        {PL_NEED_REUSE, &ports, false, true, 80, 143},
        {PL_NEED_REUSE, NULL, false, true, 0, 0},
        {0, &ports, true, true, 0, 0}, /* a recording has the flags of all ports */
        {0, &ports, false, false, 0, 0},
    };
    static const struct pl_reader_ops ops = {.prepare = prepare};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_reader reader = {.ops = &ops, .whole = cases[i].whole};
        const struct pl_query query = {
            .protos = PL_BIT(PL_PROTO_UDP), .need = cases[i].need, .hooks = cases[i].hooks};

        prepared = (struct pl_request){0};
        pl_reader_prepare(&reader, &query);
        assert_int_equal((prepared.need & PL_NEED_REUSE) != 0, cases[i].prepared);
        assert_int_equal(prepared.first_port, cases[i].first);
        assert_int_equal(prepared.last_port, cases[i].last);
    }
}

TEST_MAIN(TEST(needed), TEST(in_advance))
