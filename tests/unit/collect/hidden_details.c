/* SPDX-License-Identifier: BSD-2-Clause */
/* Details that need privileges: a note names those that were requested. */
#include "filters.h"

#include "collect/collect.h"

#define ADMIN ((uint32_t)PL_LACK_NET_ADMIN)
#define OLD   ((uint32_t)(PL_LACK_NET_ADMIN | PL_LACK_ULP))

static const struct pl_query everything = {.protos = UINT32_MAX};

/* One socket by sock_diag(7), with these details, which end with PL_ATTR_NONE. */
static struct pl_snapshot *one(uint32_t lacks, enum pl_proto proto, const uint16_t *told)
{
    struct pl_attr attrs[8] = {{0}};
    struct pl_sock sock = some_sock();
    struct pl_snapshot *snap;
    size_t count = 0;

    for (; told && told[count] != PL_ATTR_NONE; count++)
        attrs[count] = (struct pl_attr){.id = told[count], .u.num = 5};
    sock.have |= PL_HAVE_COOKIE;
    sock.proto = (uint8_t)proto;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &everything, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, attrs, count), 0);
    snap->detail_lacks = lacks;
    return snap;
}

/* Shows details without privileges. Expects a note with these names; NULL: no note. */
static void named(struct pl_snapshot *snap, const char *names)
{
    static const uint16_t shown[] = {PL_ATTR_TOS,         PL_ATTR_MARK,
                                     PL_ATTR_RTT,         PL_ATTR_SUBFLOW_MAP_SEQ,
                                     PL_ATTR_TLS_VERSION, PL_ATTR_ULP};
    const struct pl_query_hooks hooks = {.shown = shown, .shown_count = COUNT_OF(shown)};
    const struct pl_query query = {.protos = UINT32_MAX, .hooks = &hooks};
    const struct pl_note *notes;
    size_t count;

    assert_int_equal(pl_hidden_note_details(snap, &everything), 0);
    assert_int_equal(pl_hidden_note_details(snap, &query), 0);
    notes = pl_snapshot_notes(snap, &count);
    assert_int_equal(count, names != NULL);
    if (names) {
        assert_int_equal(notes[0].kind, PL_NOTE_WITHHELD);
        assert_int_equal(notes[0].lacks, snap->detail_lacks);
        assert_int_equal(notes[0].feed.len, strlen(names));
        assert_memory_equal(notes[0].feed.data, names, strlen(names));
    }
    pl_snapshot_free(snap);
}

static void kept(void **state)
{
    static const uint16_t mark[] = {PL_ATTR_TOS, PL_ATTR_MARK, PL_ATTR_NONE};
    static const uint16_t subflow[] = {PL_ATTR_ULP, PL_ATTR_SUBFLOW_TOKEN_LOC, PL_ATTR_NONE};

    (void)state;
    named(one(0, PL_PROTO_TCP, NULL), NULL);
    named(one(ADMIN, PL_PROTO_TCP, NULL), "mark");
    named(one(ADMIN, PL_PROTO_UDP, NULL), "mark");
    named(one(PL_LACK_NAMESPACE, PL_PROTO_UDP, NULL), "mark");
    named(one(ADMIN, PL_PROTO_TCP, mark), NULL);
    named(one(ADMIN, PL_PROTO_TCP, subflow), "mark, subflow_map_seq");
    named(one(OLD, PL_PROTO_TCP, NULL), "mark, tls_version, ulp");
    named(one(OLD, PL_PROTO_TCP, mark), "tls_version, ulp");
    named(one(OLD, PL_PROTO_UDP, mark), NULL);
}

/* /proc/net has no marks, and without sockets there are none. */
static void nothing_to_tell(void **state)
{
    struct pl_snapshot *snap;
    struct pl_sock sock = some_sock();

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &everything, &snap), 0);
    snap->detail_lacks = ADMIN;
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    named(snap, NULL);
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &everything, &snap), 0);
    snap->detail_lacks = ADMIN;
    named(snap, NULL);
}

/* The note about the filter has the reason and a remedy. */
static void filtered(void **state)
{
    static const struct {
        uint32_t lacks;
        const char *help;
    } cases[] = {{ADMIN, "run with cap_net_admin"},
                 {ADMIN | PL_LACK_ROOT, "run as root or with cap_net_admin"},
                 {PL_LACK_NAMESPACE, "run as root outside this user namespace"},
                 {0, ""}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = one(cases[i].lacks, PL_PROTO_TCP, NULL);
        struct pl_filter *filter = parse("mark = 5 or rtt > 5");
        const struct pl_note *notes;
        size_t count;

        assert_int_equal(pl_collect_note_untold(snap, filter, false), 0);
        notes = pl_snapshot_notes(snap, &count);
        assert_int_equal(count, 2);
        for (size_t n = 0; n < count; n++) {
            bool mark = notes[n].feed.len == 4;

            assert_int_equal(notes[n].kind, PL_NOTE_UNTOLD);
            assert_string_equal(pl_note_help(&notes[n]), mark ? cases[i].help : "");
        }
        pl_filter_free(filter);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(kept), TEST(nothing_to_tell), TEST(filtered))
