/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules are read only if somebody asks where published ports end. Only then does a failure cause a note,
 * which is one.
 */
#include "fake.h"
#include "filters.h"

#include "api/query.h"

#define FEED "linux/nat"

static void needed(void **state)
{
    static const struct {
        uint32_t need;
        const char *filter;
        bool whole;
        int error;
        size_t reads, notes;
        bool empty; /* there are no sockets */
    } cases[] = {
        {PL_NEED_PUBLISHED, NULL, false, 0, 1, 0},
        {0, "published 10.0.0.2:80", false, 0, 1, 0},
        {0, NULL, false, 0, 0, 0},
        {PL_NEED_OWNERS | PL_NEED_NAMES, "port 80", false, 0, 0, 0},
        {PL_NEED_PUBLISHED, NULL, false, -EPERM, 1, 1},
        {PL_NEED_PUBLISHED, NULL, true, -EPERM, 1, 1},
        {0, NULL, true, 0, 1, 0}, /* a recording */
        {0, NULL, true, -EPERM, 1, 0},
        {PL_NEED_PUBLISHED, NULL, false, 0, 0, 0, .empty = true},
        {PL_NEED_RULES, NULL, false, 0, 1, 0, .empty = true},
        {PL_NEED_RULES, NULL, false, -EPERM, 1, 0},
        {PL_NEED_RULES | PL_NEED_PUBLISHED, NULL, false, -EPERM, 1, 1, .empty = true},
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
             .len = cases[i].empty ? 0 : listener.len},
            {.name = "linux/diag/udp"},
            {.name = FEED, .bytes = "", .len = 0, .error = cases[i].error}};
        struct fake_reader reader;
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t found = 0;
        size_t count;

        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.whole = cases[i].whole;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        assert_int_equal(fake_reads(&reader, FEED), cases[i].reads);
        notes = pl_snapshot_notes(snap, &count);
        for (size_t n = 0; n < count; n++)
            found += notes[n].feed.len == strlen(FEED) &&
                     memcmp(notes[n].feed.data, FEED, strlen(FEED)) == 0;
        assert_int_equal(found, cases[i].notes);
        pl_filter_free((struct pl_filter *)(uintptr_t)query.filter);
        pl_snapshot_free(snap);
    }
}

#define FLOWS "linux/conntrack"

/* struct inet_diag_msg: the port of the peer and its address. */
static void put_peer(struct bytes *socks)
{
    socks->data[16 + 6] = 31;
    socks->data[16 + 24] = 10;
    socks->data[16 + 27] = 1;
}

/* Translated connections are read only for other ends, and never cause a note. */
static void flows(void **state)
{
    static const struct {
        uint32_t need;
        bool whole, connected;
        int error;
        size_t reads;
    } cases[] = {
        {PL_NEED_OWNERS | PL_NEED_PEERS, false, true, 0, 1},
        {PL_NEED_OWNERS | PL_NEED_PEERS, false, true, -EPERM, 1},
        {PL_NEED_OWNERS | PL_NEED_PEERS, false, false, 0, 0},
        {PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_PUBLISHED, false, true, 0, 0},
        {0, true, false, 0, 1}, /* a recording */
        {0, true, false, -EPERM, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP), .need = cases[i].need};
        struct bytes socks = fake_listener(5, 0);
        const struct fake_feed feeds[] = {
            {.name = "linux/diag/tcp", .bytes = socks.data, .len = socks.len},
            {.name = "linux/diag/udp"},
            {.name = FLOWS, .bytes = "", .len = 0, .error = cases[i].error}};
        struct fake_reader reader;
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t count;

        if (cases[i].connected) { /* the listener's row gets a state and a peer */
            socks.data[16 + 1] = 1;
            put_peer(&socks);
        }
        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.whole = cases[i].whole;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        if (fake_reads(&reader, FLOWS) != cases[i].reads)
            fail_msg("case %zu: read %zu times", i, fake_reads(&reader, FLOWS));
        notes = pl_snapshot_notes(snap, &count);
        for (size_t n = 0; n < count; n++)
            assert_false(notes[n].feed.len == strlen(FLOWS) &&
                         memcmp(notes[n].feed.data, FLOWS, strlen(FLOWS)) == 0);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(needed), TEST(flows))
