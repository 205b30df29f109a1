/* SPDX-License-Identifier: BSD-2-Clause */
/* What a note says of sockets without owners. (More of it in join.c.) */
#include "../harness.h"

#include "../../../src/core/snapshot.h"

/* Of two sockets, one has an owner that this namespace of pids has not. */
static void outside(void **state)
{
    const struct pl_query query = {.protos = UINT32_MAX};
    const struct pl_owner owner = {.pid = 7, .fd = 3, .key = 1};

    (void)state;
    for (unsigned int lacks = 0; lacks < 2; lacks++) {
        struct pl_snapshot *snap;
        const struct pl_note *notes;
        size_t count;

        assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &query, &snap), 0);
        for (uint64_t key = 1; key <= 2; key++) {
            const struct pl_sock sock = {
                .proto = PL_PROTO_UDP, .family = PL_FAMILY_INET, .key = key};

            assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
        }
        assert_int_equal(pl_join_prepare(snap), 0);
        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
        assert_int_equal(snap->sink.lacks(&snap->sink, PL_LACK_KNOWN | (lacks ? PL_LACK_PIDS : 0)),
                         0);
        assert_int_equal(pl_join_owners(snap), 0);
        assert_int_equal(pl_join_note(snap), 0);
        notes = pl_snapshot_notes(snap, &count);
        assert_int_equal(count, lacks);
        if (lacks) {
            assert_int_equal(notes[0].kind, PL_NOTE_OWNERS_OUTSIDE);
            assert_int_equal(notes[0].count, 1);
        }
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(outside))
