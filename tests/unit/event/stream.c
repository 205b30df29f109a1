/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of a stream: reports, the first table, losses and tables after them. */
#include "events.h"
#include "fake.h"

/* A kernel that reports what a test sets. */
static struct {
    struct pl_report reports[4];
    size_t count;
    uint64_t lost;
} kernel;

static size_t no_fds(const struct pl_reports *reports, int fds[4])
{
    (void)reports;
    fds[0] = 9;
    return 1;
}

static int read_kernel(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost)
{
    int err = 0;

    (void)reports;
    for (size_t i = 0; i < kernel.count && err == 0; i++)
        err = take(arg, &kernel.reports[i]);
    kernel.count = 0;
    *lost += kernel.lost;
    kernel.lost = 0;
    return err;
}

static void close_kernel(struct pl_reports *reports)
{
    free(reports);
}

static int open_kernel(struct pl_reader *reader, enum pl_report_way way,
                       const struct pl_reports_want *want, struct pl_reports **out)
{
    static const struct pl_reports_ops ops = {no_fds, read_kernel, close_kernel};

    (void)reader;
    (void)want;
    if (way != PL_REPORT_BPF)
        return -ENOTSUP;
    *out = calloc(1, sizeof(**out));
    assert_non_null(*out);
    **out = (struct pl_reports){.ops = &ops, .way = way, .udp = true};
    return 0;
}

static uint32_t netns(struct pl_reader *reader)
{
    (void)reader;
    return HERE;
}

/* Rows of /proc/net/tcp: a listener at port 80, and a connection from port 4000. */
#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define ROW(local, peer, state, inode)                              \
    "   0: 0100007F:" local " 0100007F:" peer " " state             \
    " 00000000:00000000 00:00000000 00000000     0        0 " inode \
    " 1 0000000000000000 100 0 0 10 0\n"
#define ONE \
    HEAD    \
        "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71 1 0000000000000000 100 0 0 10 0\n"
#define TWO ONE ROW("0FA0", "0050", "01", "72")

static const struct pl_query query = {.protos = PL_BIT(PL_PROTO_TCP)};

static void use(struct fake_reader *fake, struct pl_reader_ops *ops, struct fake_feed *feed,
                bool reports)
{
    fake_init(fake, feed, 1);
    *ops = *fake->base.ops;
    ops->netns = netns;
    ops->reports = reports ? open_kernel : NULL;
    fake->base.ops = ops;
}

static void show(struct fake_feed *feed, const char *text)
{
    feed->bytes = text;
    feed->len = strlen(text);
}

/* Opens a stream whose first table is text. */
struct opened {
    struct fake_feed feed;
    struct fake_reader fake;
    struct pl_reader_ops ops;
    struct pl_stream *stream;
    struct kept kept;
};

static void open_on(struct opened *opened, const char *text, const struct pl_stream_want *want,
                    bool reports)
{
    *opened = (struct opened){.feed = {.name = "linux/proc/net/tcp"}};
    use(&opened->fake, &opened->ops, &opened->feed, reports);
    show(&opened->feed, text);
    assert_int_equal(pl_stream_open(&opened->fake.base, want, keep, &opened->kept, &opened->stream),
                     0);
}

/* Reports are passed on; a loss is counted, the table is read again, and its news follow. */
static void lost(void **state)
{
    struct opened opened;
    const struct pl_stream_want want = {.query = &query};
    int fds[4];

    (void)state;
    open_on(&opened, ONE, &want, true);
    assert_int_equal(pl_reports_way(pl_stream_reports(opened.stream)), PL_REPORT_BPF);
    assert_int_equal(pl_stream_start(opened.stream, NULL), 0);
    assert_int_equal(pl_stream_fds(opened.stream, fds), 1);
    assert_int_equal(pl_stream_timeout(opened.stream), -1); /* sleeps until there is a report */
    kernel.reports[0] = turn(tcp(9, 80, 4000, PL_STATE_ESTABLISHED), PL_STATE_SYN_RECV, 1, 1);
    kernel.count = 1;
    assert_int_equal(pl_stream_step(opened.stream), 0);
    assert_int_equal(opened.kept.count, 1);
    assert_int_equal(fake_reads(&opened.fake, "linux/proc/net/tcp"), 1);
    show(&opened.feed, TWO);
    kernel.lost = 3;
    do {
        assert_int_equal(pl_stream_step(opened.stream), 0);
        assert_true(opened.kept.count >= 4 || pl_stream_timeout(opened.stream) <= 200);
    } while (opened.kept.count < 4);
    assert_int_equal(opened.kept.items[1].kind, PL_EVENT_LOST);
    assert_int_equal(opened.kept.items[1].count, 3);
    assert_int_equal(opened.kept.items[2].kind, PL_EVENT_RESYNC);
    assert_int_equal(opened.kept.items[3].kind, PL_EVENT_CONNECT);
    assert_int_equal(opened.kept.items[3].sock.local_port, 4000);
    assert_int_equal(pl_stream_lost(opened.stream), 3);
    assert_within(pl_stream_timeout(opened.stream), 1,
                  60001); /* until it looks for sockets that do not end */
    pl_stream_close(opened.stream);
}

/* A connection whose end is not reported ends after two searches, and the stream sleeps again. */
static void unreported(void **state)
{
    struct opened opened;
    const struct pl_stream_want want = {.query = &query, .patience = 1000000};

    (void)state;
    open_on(&opened, ONE, &want, true);
    assert_int_equal(pl_stream_start(opened.stream, NULL), 0);
    kernel.reports[0] = turn(tcp(9, 80, 4000, PL_STATE_FIN_WAIT1), PL_STATE_ESTABLISHED, 1, 1);
    kernel.count = 1;
    while (opened.kept.count == 0) {
        assert_within(pl_stream_timeout(opened.stream), -1, 2);
        assert_int_equal(pl_stream_step(opened.stream), 0);
    }
    assert_int_equal(opened.kept.items[0].kind, PL_EVENT_CLOSE);
    assert_int_equal(opened.kept.items[0].sock.cookie, 9);
    assert_int_equal(fake_reads(&opened.fake, "linux/proc/net/tcp"), 2);
    while (pl_stream_timeout(opened.stream) != -1)
        assert_int_equal(pl_stream_step(opened.stream), 0);
    assert_int_equal(opened.kept.count, 1);
    assert_int_equal(fake_reads(&opened.fake, "linux/proc/net/tcp"), 2);
    pl_stream_close(opened.stream);
}

/* Without reports, tables are compared from time to time. */
static void polled(void **state)
{
    struct opened opened;
    struct pl_snapshot *snap;
    const struct pl_stream_want want = {.query = &query, .reports.way = PL_REPORT_POLL};
    size_t count;

    (void)state;
    open_on(&opened, ONE, &want, false);
    assert_int_equal(pl_stream_start(opened.stream, &snap), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1);
    pl_snapshot_free(snap);
    assert_within(pl_stream_timeout(opened.stream), 1, 5001);
    show(&opened.feed, TWO);
    while (opened.kept.count == 0)
        assert_int_equal(pl_stream_step(opened.stream), 0);
    assert_int_equal(opened.kept.items[0].kind, PL_EVENT_CONNECT);
    show(&opened.feed, HEAD);
    while (opened.kept.count < 3)
        assert_int_equal(pl_stream_step(opened.stream), 0);
    assert_int_equal(opened.kept.items[1].kind, PL_EVENT_CLOSE);
    pl_stream_close(opened.stream);
}

/* The caller may want fewer tables. */
static void rare(void **state)
{
    struct opened opened;
    const struct pl_stream_want want = {
        .query = &query, .reports.way = PL_REPORT_POLL, .interval = UINT64_C(3600000000000)};

    (void)state;
    open_on(&opened, ONE, &want, false);
    assert_int_equal(pl_stream_start(opened.stream, NULL), 0);
    assert_within(pl_stream_timeout(opened.stream), 3000000, 3600001);
    pl_stream_close(opened.stream);
}

/* The first table may be another one than later ones. */
static void own_first(void **state)
{
    struct opened opened;
    struct pl_snapshot *snap;
    const struct pl_query first = {.protos = PL_BIT(PL_PROTO_TCP),
                                   .states = PL_BIT(PL_STATE_LISTEN)};
    const struct pl_stream_want want = {.query = &query, .first = &first};
    size_t count;

    (void)state;
    open_on(&opened, TWO, &want, true);
    assert_int_equal(pl_stream_start(opened.stream, &snap), 0);
    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, 1);
    pl_snapshot_free(snap);
    pl_stream_close(opened.stream);
}

/* A forced way that fails, and a table that cannot be read. */
static void refused(void **state)
{
    struct fake_feed feed = {.name = "linux/proc/net/tcp", .error = -EACCES};
    struct fake_reader fake;
    struct pl_reader_ops ops;
    struct pl_stream *stream;
    struct kept kept = {0};
    struct pl_stream_want want = {.query = &query, .reports.forced = true};

    (void)state;
    use(&fake, &ops, &feed, false);
    assert_int_equal(pl_stream_open(&fake.base, &want, keep, &kept, &stream), -ENOTSUP);
    want.reports.forced = false;
    assert_int_equal(pl_stream_open(&fake.base, &want, keep, &kept, &stream), 0);
    assert_int_equal(pl_stream_start(stream, NULL), -EIO);
    pl_stream_close(stream);
    pl_stream_close(NULL);
}

TEST_MAIN(TEST(lost), TEST(unreported), TEST(own_first), TEST(polled), TEST(rare), TEST(refused))
