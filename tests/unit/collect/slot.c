/* SPDX-License-Identifier: BSD-2-Clause */
/* Which feeds of a slot are read, and what happens when one fails. */
#include "harness.h"

#include "fake.h"
#include "snapshot/beside.h"

#define DIAG_TCP  "linux/diag/tcp"
#define DIAG_UDP  "linux/diag/udp"
#define DIAG_UNIX "linux/diag/unix"
#define PROC_TCP  "linux/proc/net/tcp"
#define PROC_TCP6 "linux/proc/net/tcp6"

#define LINE4  "0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 1000 0 5\n"
#define LINE4B "1: 0100007F:0051 00000000:0000 0A 0:0 0:0 0 1000 0 7\n"
#define LINE6                                                                                      \
    "0: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 " \
    "1000 0 6\n"

static struct pl_query tcp(uint32_t need)
{
    return (struct pl_query){.protos = PL_BIT(PL_PROTO_TCP), .need = need};
}

#define TAKE(fake, query, snap) pl_snapshot_take(&(fake).base, &(query), &(snap))

/* If the first rank works, the second is not read. */
static void first_rank(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake.read_count, 1);
    assert_string_equal(fake.reads[0].feed, DIAG_TCP);
    assert_false(fake.reads[0].whole);
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);
}

/* If it is refused, both feeds of the second rank fill the slot, without a note. */
static void next_rank(void **state)
{
    static const int errors[] = {-EACCES, -EPERM, -ENOENT, -EOPNOTSUPP, -EPROTONOSUPPORT, -EIO};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const struct fake_feed feeds[] = {
            {.name = DIAG_TCP, .error = errors[i]},
            {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)},
            {.name = PROC_TCP6, .bytes = LINE6, .len = strlen(LINE6)}};
        const struct pl_query query = tcp(0);
        struct fake_reader fake;
        struct pl_snapshot *snap;
        size_t count;

        fake_init(&fake, feeds, COUNT_OF(feeds));
        assert_int_equal(TAKE(fake, query, snap), 0);
        assert_int_equal(fake.read_count, 3);
        assert_counts(snap, 2, 0);
        assert_int_equal(pl_snapshot_socks(snap, &count)[1].family, PL_FAMILY_INET6);
        pl_snapshot_free(snap);
    }
}

/* Rows of the first rank from before its failure are not listed twice. */
static void rank_breaks_off(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {
        {.name = DIAG_TCP, .bytes = row.data, .len = row.len, .error = -ENOBUFS},
        {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_counts(snap, 1, 0); /* IPv6 is off: proc has no tcp6, which is no failure */
    pl_snapshot_free(snap);
}

/* Without IPv6, a listing of only IPv6 is empty, and the note does not name the refused source. */
static void no_ipv6(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .error = -ENOENT},
                                      {.name = PROC_TCP6, .error = -EAFNOSUPPORT},
                                      {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    query.families = PL_BIT(PL_FAMILY_INET6);
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_counts(snap, 0, 1);
    (void)assert_only_note(snap, PL_NOTE_FAMILY_ABSENT, PROC_TCP6);
    pl_snapshot_free(snap);
    query.families = 0;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);
}

/* A required feed is absent, another one of its rank is not: a note. */
static void half_a_rank(void **state)
{
    const struct fake_feed feeds[] = {{.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)},
                                      {.name = PROC_TCP6, .error = -EACCES}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, PROC_TCP6)->error, EACCES);
    pl_snapshot_free(snap);
}

/* The other way round: the first of the rank is refused. */
static void other_half(void **state)
{
    const struct fake_feed feeds[] = {{.name = PROC_TCP, .error = -EACCES},
                                      {.name = PROC_TCP6, .bytes = LINE6, .len = strlen(LINE6)}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, PROC_TCP)->error, EACCES);
    assert_counts(snap, 1, 1);
    pl_snapshot_free(snap);
}

/* One protocol cannot be read: a note with the error of the first rank. None can: an error. */
static void nothing_works(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_UDP, .bytes = row.data, .len = row.len},
                                      {.name = DIAG_TCP, .error = -EPERM},
                                      {.name = PROC_TCP, .error = -EIO}};
    struct pl_query query = PL_QUERY_INIT;
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, DIAG_TCP)->error, EPERM);
    pl_snapshot_free(snap);
    snap = NULL;
    query = tcp(PL_NEED_OWNERS);
    assert_int_equal(TAKE(fake, query, snap), -EIO);
    assert_null(snap);
    query.protos = 0;
    assert_int_equal(TAKE(fake, query, snap), -EINVAL);
    assert_null(snap);
}

/* Optional feeds that exist and are all refused: a note. */
static void all_refused(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = "linux/proc/net/snmp", .error = -EACCES},
                                      {.name = "linux/proc/net/netstat", .error = -EACCES}};
    const struct pl_query query = tcp(PL_NEED_COUNTERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, "linux/proc/net/snmp")->error,
                     EACCES);
    pl_snapshot_free(snap);
    fake_init(&fake, feeds, 1); /* no feed exists: /proc is not mounted */
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_counts(snap, 1, 1);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_FAILED, "linux/proc/net/sockstat")->error,
                     ENOENT);
    pl_snapshot_free(snap);
}

/* --source: the other source is not read. */
static void forced_way(void **state)
{
    struct bytes row = fake_listener(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    query.way = PL_WAY_PROC;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, DIAG_TCP), 0);
    assert_int_equal(fake_reads(&fake, PROC_TCP), 1);
    pl_snapshot_free(snap);
    query.way = PL_WAY_DIAG;
    fake_init(&fake, feeds + 1, 1); /* without diag */
    snap = NULL;
    assert_int_equal(TAKE(fake, query, snap), -EIO);
    assert_int_equal(fake_reads(&fake, PROC_TCP), 0);
}

/* A layout with rows in the order of /proc/net and UNIX names from sock_diag. */
static void free_way(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_UNIX}, {.name = PROC_TCP}};
    struct pl_query query = tcp(PL_NEED_UNIX_DIAG);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    query.protos |= PL_BIT(PL_PROTO_UNIX);
    query.way = PL_WAY_PROC;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, DIAG_UNIX), 1);
    assert_int_equal(fake_reads(&fake, PROC_TCP), 1);
    pl_snapshot_free(snap);
}

/* The table changes during every reading but the last: it is read again. */
static void changes(void **state)
{
    struct bytes row = fake_listener(5, 0);

    (void)state;
    for (unsigned int changing = 0; changing <= 6; changing++) {
        const struct fake_feed feeds[] = {
            {.name = DIAG_TCP, .bytes = row.data, .len = row.len, .changing = changing}};
        const struct pl_query query = tcp(0);
        struct fake_reader fake;
        struct pl_snapshot *snap;

        fake_init(&fake, feeds, COUNT_OF(feeds));
        assert_int_equal(TAKE(fake, query, snap), 0);
        assert_int_equal(fake.read_count, changing < 5 ? changing + 1 : 5);
        assert_counts(snap, 1, changing >= 5); /* kept once, with a note */
        if (changing >= 5)
            (void)assert_only_note(snap, PL_NOTE_INCONSISTENT, DIAG_TCP);
        pl_snapshot_free(snap);
    }
}

/* A reader that returns -EAGAIN is tried five times. */
static void again_for_ever(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .error = -EAGAIN},
                                      {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake_reads(&fake, DIAG_TCP), 5);
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);
}

/* A damaged chunk: complete records before it and in the next chunk are kept, with one note. */
static void damaged(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes next = fake_listener(6, 0);
    struct fake_feed feed = {.name = DIAG_TCP, .bytes = row.data, .more = next.data};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    put_bytes(&row, row.data, row.len); /* two rows, the second truncated */
    feed.len = row.len - 1;
    feed.more_len = next.len;
    fake_init(&fake, &feed, 1);
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)assert_only_note(snap, PL_NOTE_FEED_DAMAGED, DIAG_TCP);
    assert_int_equal(pl_snapshot_socks(snap, &count)[1].local_port, 81);
    assert_int_equal(count, 2);
    pl_snapshot_free(snap);
}

/* A malformed line: the note of the decoder, and the lines around it. */
static void malformed(void **state)
{
    static const char text[] = LINE4 "rubbish\n" LINE4B;
    const struct fake_feed feeds[] = {{.name = PROC_TCP, .bytes = text, .len = sizeof(text) - 1}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_MALFORMED, PROC_TCP)->count, 1);
    assert_counts(snap, 2, 1);
    pl_snapshot_free(snap);
}

static void missing(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data}};
    struct pl_query query = PL_QUERY_INIT;
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    nl_end(&row, nl_begin(&row, 3, 2)); /* NLMSG_DONE */
    feeds[0].len = row.len;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.replay = true;
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(assert_only_note(snap, PL_NOTE_FEED_MISSING, DIAG_UDP)->error, 0);
    pl_snapshot_free(snap);
}

/*
 * A protocol that no feed of the system lists is a note, not an error; so is one whose optional
 * feed is absent. A recording may merely lack that feed.
 */
static void unlisted(void **state)
{
    static const struct {
        enum pl_system system;
        enum pl_proto proto;
        bool replay;
        int err;
        enum pl_note_kind kind;
    } cases[] = {{PL_SYSTEM_FREEBSD, PL_PROTO_NETLINK, false, 0, PL_NOTE_FAMILY_ABSENT},
                 {PL_SYSTEM_FREEBSD, PL_PROTO_NETLINK, true, 0, PL_NOTE_FAMILY_ABSENT},
                 {PL_SYSTEM_NETBSD, PL_PROTO_SMC, false, 0, PL_NOTE_FAMILY_ABSENT},
                 {PL_SYSTEM_FREEBSD, PL_PROTO_UDPLITE, true, -EIO, PL_NOTE_NONE},
                 {PL_SYSTEM_OPENBSD, PL_PROTO_TCP, false, -EIO, PL_NOTE_NONE},
                 {PL_SYSTEM_NETBSD, PL_PROTO_TCP, false, -EIO, PL_NOTE_NONE}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_query query = {.protos = PL_BIT(cases[i].proto)};
        struct fake_reader fake;
        struct pl_snapshot *snap;

        fake_init(&fake, NULL, 0);
        fake.base.abi.system = cases[i].system;
        fake.base.replay = cases[i].replay;
        assert_int_equal(TAKE(fake, query, snap), cases[i].err);
        if (cases[i].err != 0)
            continue;
        (void)assert_only_note(snap, cases[i].kind, "");
        pl_snapshot_free(snap);
    }
}

/* A look_up of a reader: the reply of the kernel for one socket, then an error. */
static int looked_up_error;

static int look_up(struct pl_reader *reader, const struct pl_request *request,
                   const struct pl_sock *socks, size_t count, pl_chunk_fn *chunk, void *arg)
{
    struct bytes row = fake_listener(5, 0);
    int err;

    (void)reader;
    assert_int_equal(count, 2);
    assert_int_equal(socks[1].cookie, 9);
    assert_string_equal(request->feed->name, DIAG_TCP);
    assert_true(request->need & PL_NEED_INTERNALS);
    err = chunk(arg, row.data, row.len);
    return err ? err : looked_up_error;
}

/* Sockets that are read again one by one: those that were found, without a dump or a fallback. */
static void again_each(void **state)
{
    static const int errors[] = {-EIO, -EPERM, -ENOENT};
    const struct pl_sock socks[] = {{.cookie = 8}, {.cookie = 9}};
    const struct pl_query query = tcp(PL_NEED_INTERNALS);
    struct pl_reader_ops ops;
    struct fake_reader fake;
    struct pl_snapshot *snap = NULL;

    (void)state;
    fake_init(&fake, NULL, 0);
    ops = *fake.base.ops;
    fake.base.ops = &ops;
    /* A reader that cannot. */
    assert_int_equal(pl_snapshot_again(&fake.base, &query, PL_PROTO_TCP, socks, 2, &snap),
                     -ENOTSUP);
    ops.look_up = look_up;
    looked_up_error = 0;
    assert_int_equal(pl_snapshot_again(&fake.base, &query, PL_PROTO_TCP, socks, 2, &snap), 0);
    assert_counts(snap, 1, 0);
    assert_int_equal(fake.read_count, 0);
    pl_snapshot_free(snap);
    snap = NULL;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        looked_up_error = errors[i];
        assert_int_equal(pl_snapshot_again(&fake.base, &query, PL_PROTO_TCP, socks, 2, &snap),
                         errors[i]);
        assert_null(snap);
    }
}

TEST_MAIN(TEST(unlisted), TEST(first_rank), TEST(next_rank), TEST(no_ipv6), TEST(rank_breaks_off),
          TEST(half_a_rank), TEST(other_half), TEST(nothing_works), TEST(all_refused),
          TEST(forced_way), TEST(free_way), TEST(changes), TEST(again_for_ever), TEST(damaged),
          TEST(malformed), TEST(missing), TEST(again_each))
