/* SPDX-License-Identifier: BSD-2-Clause */
/* Sequence numbers are read only if asked for, and a note says why they are missing. */
#include "fake.h"
#include "filters.h"

#include "api/query.h"
#include "api/reader.h"

#define FEED "linux/sequence"

static struct bytes connection(void)
{
    struct bytes b = fake_listener(5, 0);

    b.data[16 + 1] = 1; /* idiag_state: ESTABLISHED */
    return b;
}

/* What the four columns of numbers need. */
#define NUMBERS (PL_NEED_SEQUENCE | PL_NEED_NUMBERS)

static void needed(void **state)
{
    static const struct {
        uint32_t need;
        bool listener, whole, replay;
        const char *filter;
        int error;
        size_t reads;
        int note; /* enum pl_note_kind */
    } cases[] = {
        {NUMBERS, false, false, false, NULL, 0, 1, 0},
        {NUMBERS, true, false, false, NULL, 0, 0, 0}, /* no connection */
        {NUMBERS, false, false, false, NULL, -EPERM, 1, PL_NOTE_FEED_FAILED},
        {NUMBERS, false, false, false, NULL, -ENOTSUP, 1, PL_NOTE_FEED_FAILED},
        {NUMBERS, false, false, true, NULL, -ENOENT, 1, PL_NOTE_FEED_MISSING},
        {PL_NEED_SEQUENCE, false, false, false, NULL, -EPERM, 1, 0}, /* opened_by */
        {0, false, false, false, "isn 7", 0, 1, PL_NOTE_UNTOLD},
        {0, false, false, false, NULL, 0, 0, 0},
        {0, true, true, false, NULL, 0, 1, 0}, /* a recording */
        {0, true, true, false, NULL, -EPERM, 1, 0},
    };
    struct bytes rows[] = {connection(), fake_listener(5, 0)};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP),
                                       .need = cases[i].need,
                                       .filter = cases[i].filter ? parse(cases[i].filter) : NULL};
        const struct bytes *row = &rows[cases[i].listener];
        const struct fake_feed feeds[] = {
            {.name = "linux/diag/tcp", .bytes = row->data, .len = row->len},
            {.name = "linux/diag/udp"},
            {.name = FEED, .bytes = "", .len = 0, .error = cases[i].error}};
        struct fake_reader reader;
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        int found = 0;
        size_t count;

        fake_init(&reader, feeds, COUNT_OF(feeds));
        reader.base.whole = cases[i].whole;
        reader.base.replay = cases[i].replay;
        assert_int_equal(pl_snapshot_take(&reader.base, &query, &snap), 0);
        assert_int_equal(fake_reads(&reader, FEED), cases[i].reads);
        notes = pl_snapshot_notes(snap, &count);
        for (size_t n = 0; n < count; n++) {
            if (notes[n].kind == PL_NOTE_UNTOLD ||
                (notes[n].title && strcmp(notes[n].title, "sequence numbers") == 0))
                found = (int)notes[n].kind;
        }
        assert_int_equal(found, cases[i].note);
        pl_filter_free((struct pl_filter *)(uintptr_t)query.filter);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(needed))
