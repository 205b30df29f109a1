/* SPDX-License-Identifier: BSD-2-Clause */
/* Which feeds are read, in which order, and what happens when one fails. */
#include "../harness.h"

#include "../alloc.h"
#include "../fake.h"

#define DIAG_TCP "linux/diag/tcp"
#define DIAG_UDP "linux/diag/udp"
#define PROC_TCP "linux/proc/net/tcp"
#define PROC_TCP6 "linux/proc/net/tcp6"
#define OWNERS "linux/owners"
#define PROCESSES "linux/processes"
#define USERS "linux/users"
#define LINKS "linux/rtnl/link"

#define LINE4 "0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 1000 0 5\n"
#define LINE4B "1: 0100007F:0051 00000000:0000 0A 0:0 0:0 0 1000 0 7\n"
#define LINE6                                                                                      \
    "0: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 0:0 0:0 0 " \
    "1000 0 6\n"

/* A listener of port 80 + inode - 5 as sock_diag tells it. */
static struct bytes diag_row(uint32_t inode, uint32_t ifindex)
{
    struct bytes b = {0};
    size_t at = nl_begin(&b, 20, 0);

    put_u8(&b, 2);
    put_u8(&b, 10);
    put_u16(&b, 0);
    put_be16(&b, (uint16_t)(75 + inode));
    put_zeros(&b, 34);
    put_u32(&b, ifindex);
    put_zeros(&b, 20);
    put_u32(&b, 1000);
    put_u32(&b, inode);
    nl_end(&b, at);
    return b;
}

static struct bytes owner_row(uint32_t pid, uint32_t fd, uint64_t key)
{
    struct bytes b = {0};

    put_u32(&b, pid);
    put_u32(&b, fd);
    put_u64(&b, key);
    return b;
}

static struct pl_query tcp(uint32_t need)
{
    return (struct pl_query){.protos = PL_BIT(PL_PROTO_TCP), .need = need};
}

#define TAKE(fake, query, snap) pl_snapshot_take(&(fake).base, &(query), &(snap))

static const struct pl_note *only_note(const struct pl_snapshot *snap, enum pl_note_kind kind,
                                       const char *feed)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    assert_int_equal(count, 1);
    assert_int_equal(notes[0].kind, kind);
    assert_int_equal(notes[0].feed.len, strlen(feed));
    assert_memory_equal(notes[0].feed.data, feed, strlen(feed));
    return notes;
}

static void assert_counts(const struct pl_snapshot *snap, size_t socks, size_t notes)
{
    size_t count;

    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, socks);
    (void)pl_snapshot_notes(snap, &count);
    assert_int_equal(count, notes);
}

/* The first rank works: the second is never asked. */
static void first_rank(void **state)
{
    struct bytes row = diag_row(5, 0);
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

/* It is refused: the second rank fills the slot, both of its feeds, and nobody needs a note. */
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

/* The way down took rows before it broke off: they are not shown twice. */
static void rank_breaks_off(void **state)
{
    struct bytes row = diag_row(5, 0);
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

/* A feed that must be there is not, beside one of its rank that is: a note. */
static void half_a_rank(void **state)
{
    const struct fake_feed feeds[] = {
        {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)},
        {.name = PROC_TCP6, .error = -EACCES}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(only_note(snap, PL_NOTE_FEED_FAILED, PROC_TCP6)->error, EACCES);
    pl_snapshot_free(snap);
}

/* The other way round: the first of the rank is refused. */
static void other_half(void **state)
{
    const struct fake_feed feeds[] = {
        {.name = PROC_TCP, .error = -EACCES},
        {.name = PROC_TCP6, .bytes = LINE6, .len = strlen(LINE6)}};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(only_note(snap, PL_NOTE_FEED_FAILED, PROC_TCP)->error, EACCES);
    assert_counts(snap, 1, 1);
    pl_snapshot_free(snap);
}

/* No way at all to one protocol: a note of the best way's error. To none: an error. */
static void nothing_works(void **state)
{
    struct bytes row = diag_row(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_UDP, .bytes = row.data, .len = row.len},
                                      {.name = DIAG_TCP, .error = -EPERM},
                                      {.name = PROC_TCP, .error = -EIO}};
    struct pl_query query = PL_QUERY_INIT;
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(only_note(snap, PL_NOTE_FEED_FAILED, DIAG_TCP)->error, EPERM);
    pl_snapshot_free(snap);
    snap = NULL;
    query = tcp(PL_NEED_OWNERS);
    assert_int_equal(TAKE(fake, query, snap), -ENODATA);
    assert_null(snap);
    query.protos = 0;
    assert_int_equal(TAKE(fake, query, snap), -EINVAL);
    assert_null(snap);
}

/* --source: the other way is not even tried. */
static void forced_way(void **state)
{
    struct bytes row = diag_row(5, 0);
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
    assert_int_equal(TAKE(fake, query, snap), -ENODATA);
    assert_int_equal(fake_reads(&fake, PROC_TCP), 0);
}

/* What was not asked for is not read: no protocol, no family, no owners, no names. */
static void pushed_down(void **state)
{
    const struct fake_feed feeds[] = {{.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    query.families = PL_BIT(PL_FAMILY_INET);
    query.states = PL_BIT(PL_STATE_LISTEN);
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake.read_count, 2);
    assert_string_equal(fake.reads[0].feed, DIAG_TCP);
    assert_int_equal(fake.reads[0].families, query.families);
    assert_int_equal(fake.reads[0].states, query.states);
    assert_string_equal(fake.reads[1].feed, PROC_TCP);
    pl_snapshot_free(snap);
}

/* The table changes under every reading but the last: all of it is read once more. */
static void changes(void **state)
{
    struct bytes row = diag_row(5, 0);

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
        assert_counts(snap, 1, changing >= 5); /* kept, with a note, and not five times */
        if (changing >= 5)
            (void)only_note(snap, PL_NOTE_INCONSISTENT, DIAG_TCP);
        pl_snapshot_free(snap);
    }
}

/* A reader that never stops to say -EAGAIN of its own is left after five times. */
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

/* A damaged chunk: what is whole before it and in the next chunk is there, and one note. */
static void damaged(void **state)
{
    struct bytes row = diag_row(5, 0);
    struct bytes next = diag_row(6, 0);
    struct fake_feed feed = {.name = DIAG_TCP, .bytes = row.data, .more = next.data};
    const struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    put_bytes(&row, row.data, row.len); /* two rows, the second cut */
    feed.len = row.len - 1;
    feed.more_len = next.len;
    fake_init(&fake, &feed, 1);
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)only_note(snap, PL_NOTE_FEED_DAMAGED, DIAG_TCP);
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
    assert_int_equal(only_note(snap, PL_NOTE_MALFORMED, PROC_TCP)->count, 1);
    assert_counts(snap, 2, 1);
    pl_snapshot_free(snap);
}

/* ---- owners and names ---- */

static struct bytes comm(uint32_t pid, const char *name)
{
    struct bytes b = {0};

    put_u32(&b, pid);
    put_u32(&b, 0);
    put_u32(&b, (uint32_t)strlen(name));
    put_bytes(&b, name, strlen(name));
    return b;
}

static void names(void **state)
{
    struct bytes row = diag_row(5, 0);
    struct bytes owner = owner_row(77, 3, 5);
    struct bytes other = owner_row(66, 3, 4711);
    struct bytes name = comm(77, "nginx");
    const struct fake_feed feeds[] = {
        {.name = DIAG_TCP, .bytes = row.data, .len = row.len},
        {.name = OWNERS, .bytes = owner.data, .len = 16, .more = other.data, .more_len = 16},
        {.name = PROCESSES, .bytes = name.data, .len = name.len},
        {.name = USERS, .bytes = "1000:bo\n", .len = 8}};
    const struct pl_query query = tcp(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS |
                                      PL_NEED_LINKS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    /* in this order, and no interface is named, so none is asked for */
    assert_int_equal(fake.read_count, 4);
    assert_string_equal(fake.reads[1].feed, OWNERS);
    assert_string_equal(fake.reads[2].feed, PROCESSES);
    assert_int_equal(fake.reads[2].id_count, 1);
    assert_int_equal(fake.reads[2].first_id, 77);
    assert_true(fake.reads[2].need & PL_NEED_NAMES);
    assert_string_equal(fake.reads[3].feed, USERS);
    assert_int_equal(fake.reads[3].id_count, 1);
    assert_int_equal(fake.reads[3].first_id, 1000);
    assert_int_equal(
        pl_snapshot_owners(snap, pl_snapshot_socks(snap, &count), &count)[0].pid, 77);
    assert_text_equal(pl_snapshot_process(snap, 77)->name, "nginx");
    assert_text_equal(pl_snapshot_user(snap, 1000), "bo");
    assert_null(pl_snapshot_process(snap, 66));
    assert_counts(snap, 1, 0);
    pl_snapshot_free(snap);
}

static void links(void **state)
{
    struct bytes row = diag_row(5, 2);
    struct bytes link = {0};
    size_t at = nl_begin(&link, 16, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = LINKS, .bytes = link.data, .len = 40}};
    const struct pl_query query = tcp(PL_NEED_LINKS);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    put_u32(&link, 0);
    put_u32(&link, 2);
    put_zeros(&link, 8);
    nl_attr(&link, 3, "e0", 3);
    nl_end(&link, at);
    assert_int_equal(link.len, 40);
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_text_equal(pl_snapshot_link(snap, 2), "e0");
    pl_snapshot_free(snap);
}

/* No socket, no scan. */
static void nothing_to_own(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_TCP}};
    const struct pl_query query = tcp(~(uint32_t)PL_NEED_COUNTERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(fake.read_count, 1);
    assert_counts(snap, 0, 0);
    pl_snapshot_free(snap);
}

/* Owners cannot be read at all: a note, and no claim that every process was looked at. */
static void no_owners(void **state)
{
    struct bytes row = diag_row(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .error = -EACCES}};
    const struct pl_query query = tcp(PL_NEED_OWNERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(only_note(snap, PL_NOTE_FEED_FAILED, OWNERS)->error, EACCES);
    assert_int_equal(pl_snapshot_socks(snap, &count)[0].owner_unknown, PL_OWNER_KNOWN);
    pl_snapshot_free(snap);
}

/* Half of the owners: the same. */
static void damaged_owners(void **state)
{
    struct bytes row = diag_row(5, 0);
    struct bytes owner = owner_row(77, 3, 4711);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .bytes = owner.data, .len = 15}};
    const struct pl_query query = tcp(PL_NEED_OWNERS);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    size_t count;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)only_note(snap, PL_NOTE_FEED_DAMAGED, OWNERS);
    assert_int_equal(pl_snapshot_socks(snap, &count)[0].owner_unknown, PL_OWNER_KNOWN);
    pl_snapshot_free(snap);
}

/* ---- a recorder and a replay ---- */

/* Whole feeds: every slot is read, nothing is pushed down; the listing shows what was asked. */
static void whole(void **state)
{
    struct bytes row = diag_row(5, 0);
    struct bytes owner = owner_row(77, 3, 5);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .bytes = owner.data, .len = 16},
                                      {.name = PROCESSES},
                                      {.name = USERS},
                                      {.name = LINKS},
                                      {.name = "linux/rtnl/addr"}};
    struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    query.families = PL_BIT(PL_FAMILY_INET6);
    query.states = PL_BIT(PL_STATE_LISTEN);
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.whole = true;
    assert_int_equal(TAKE(fake, query, snap), 0);
    for (size_t i = 0; i < COUNT_OF(feeds); i++)
        assert_int_equal(fake_reads(&fake, feeds[i].name), 1);
    assert_true(fake.reads[0].whole);
    assert_int_equal(fake.reads[0].families, 0);
    assert_int_equal(fake.reads[0].states, UINT32_MAX);
    assert_counts(snap, 0, 0);
    pl_snapshot_free(snap);
}

static void missing(void **state)
{
    struct bytes row = diag_row(5, 0);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len}};
    struct pl_query query = PL_QUERY_INIT;
    struct fake_reader fake;
    struct pl_snapshot *snap;

    (void)state;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    fake.base.replay = true;
    assert_int_equal(TAKE(fake, query, snap), 0);
    assert_int_equal(only_note(snap, PL_NOTE_FEED_MISSING, DIAG_UDP)->error, 0);
    pl_snapshot_free(snap);
}

/* ---- --debug ---- */

struct traced {
    char text[512];
};

static void keep_trace(void *arg, const struct pl_trace *trace)
{
    struct traced *traced = arg;
    size_t len = strlen(traced->text);

    (void)snprintf(traced->text + len, sizeof(traced->text) - len, "%s %s %llu %d;", trace->feed,
                   trace->path, (unsigned long long)trace->bytes, trace->error);
}

static void traces(void **state)
{
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .error = -EPERM},
                                      {.name = PROC_TCP, .bytes = LINE4, .len = strlen(LINE4)}};
    struct traced traced = {""};
    struct pl_query query = tcp(0);
    struct fake_reader fake;
    struct pl_snapshot *snap;
    char want[512];

    (void)state;
    query.trace = keep_trace;
    query.trace_arg = &traced;
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)snprintf(want, sizeof(want), "%s fake 0 %d;%s fake %zu 0;%s fake 0 %d;", DIAG_TCP, EPERM,
                   PROC_TCP, strlen(LINE4), PROC_TCP6, ENOENT);
    assert_string_equal(traced.text, want);
    pl_snapshot_free(snap);
}

/* ---- out of memory ---- */

/* The nth allocation of the library fails: -ENOMEM and nothing, or the whole snapshot. */
static void out_of_memory(void **state)
{
    struct bytes row = diag_row(5, 0);
    struct bytes owner = owner_row(77, 3, 5);
    struct bytes name = comm(77, "nginx");
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = 2 * row.len - 1},
                                      {.name = OWNERS, .bytes = owner.data, .len = 16},
                                      {.name = PROCESSES, .bytes = name.data, .len = name.len},
                                      {.name = USERS, .bytes = "1000:bo\n", .len = 8}};
    const struct pl_query query = tcp(UINT32_MAX);
    unsigned long nth = 0;
    int err;

    (void)state;
    put_bytes(&row, row.data, row.len);
    do {
        struct fake_reader fake;
        struct pl_snapshot *snap = NULL;

        fake_init(&fake, feeds, COUNT_OF(feeds));
        alloc_fail(++nth);
        err = TAKE(fake, query, snap);
        if (!alloc_failed())
            assert_int_equal(err, 0);
        else
            assert_int_equal(err, -ENOMEM);
        assert_int_equal(snap != NULL, err == 0);
        alloc_fail(0);
        pl_snapshot_free(snap);
    } while (err != 0);
    assert_true(nth > 10);
}

TEST_MAIN(TEST(first_rank), TEST(next_rank), TEST(rank_breaks_off), TEST(half_a_rank),
          TEST(other_half), TEST(nothing_works), TEST(forced_way), TEST(pushed_down),
          TEST(changes), TEST(again_for_ever), TEST(damaged), TEST(malformed), TEST(names),
          TEST(links), TEST(nothing_to_own), TEST(no_owners), TEST(damaged_owners), TEST(whole), TEST(missing),
          TEST(traces), TEST(out_of_memory))
