/* SPDX-License-Identifier: BSD-2-Clause */
/* The chain of ways: the best that opens is taken, and each failure is kept. */
#include "alloc.h"
#include "fake.h"

/* A source with one descriptor and one report, which stops when it is taken. */
struct source {
    struct pl_reports base;
    bool taken;
};

static int refusals[PL_REPORT_WAY_MAX];
static unsigned int opened;

static size_t source_fds(const struct pl_reports *reports, int fds[4])
{
    (void)reports;
    fds[0] = 7;
    return 1;
}

static int source_read(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost)
{
    const struct pl_report report = {.at.time = 5};

    (void)reports;
    *lost += 2;
    return take(arg, &report);
}

static void source_close(struct pl_reports *reports)
{
    opened--;
    free(reports);
}

static int open_way(struct pl_reader *reader, enum pl_report_way way,
                    const struct pl_reports_want *want, struct pl_reports **out)
{
    static const struct pl_reports_ops ops = {source_fds, source_read, source_close};
    struct source *source;

    (void)reader;
    if (refusals[way] != 0)
        return -refusals[way];
    source = calloc(1, sizeof(*source));
    assert_non_null(source);
    source->base = (struct pl_reports){.ops = &ops, .way = way, .udp = want->udp};
    opened++;
    *out = &source->base;
    return 0;
}

static struct pl_reports *open_with(struct fake_reader *fake, const struct pl_reports_want *want,
                                    int bpf, int destroy)
{
    static struct pl_reader_ops ops;
    struct pl_reports *reports = NULL;

    fake_init(fake, NULL, 0);
    ops = *fake->base.ops;
    ops.reports = open_way;
    fake->base.ops = &ops;
    refusals[PL_REPORT_BPF] = bpf;
    refusals[PL_REPORT_DESTROY] = destroy;
    assert_int_equal(pl_reports_open(&fake->base, want, &reports), 0);
    return reports;
}

static int count(void *arg, const struct pl_report *report)
{
    *(uint64_t *)arg += report->at.time;
    return 3;
}

static void the_best_way_that_opens_is_taken(void **state)
{
    const struct pl_reports_want want = {.udp = true};
    struct fake_reader fake;
    struct pl_reports *reports = open_with(&fake, &want, 0, 0);
    uint64_t times = 0;
    uint64_t lost = 1;
    int fds[4];

    (void)state;
    assert_int_equal(pl_reports_way(reports), PL_REPORT_BPF);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), 0);
    assert_true(pl_reports_udp(reports));
    assert_int_equal(pl_reports_fds(reports, fds), 1);
    assert_int_equal(fds[0], 7);
    assert_int_equal(pl_reports_read(reports, count, &times, &lost), 3);
    assert_int_equal(times, 5);
    assert_int_equal(lost, 3);
    pl_reports_close(reports);
    assert_int_equal(opened, 0);

    reports = open_with(&fake, &want, PL_EJIT, 0);
    assert_int_equal(pl_reports_way(reports), PL_REPORT_DESTROY);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), PL_EJIT);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_DESTROY), 0);
    pl_reports_close(reports);
    assert_int_equal(opened, 0);
}

static void without_any_the_caller_polls(void **state)
{
    const struct pl_reports_want want = {.udp = true};
    struct fake_reader fake;
    struct pl_reports *reports = open_with(&fake, &want, EPERM, ENOENT);
    uint64_t lost = 1;
    int fds[4];

    (void)state;
    assert_int_equal(pl_reports_way(reports), PL_REPORT_POLL);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), EPERM);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_DESTROY), ENOENT);
    assert_false(pl_reports_udp(reports));
    assert_int_equal(pl_reports_fds(reports, fds), 0);
    assert_int_equal(pl_reports_read(reports, count, NULL, &lost), 0);
    assert_int_equal(lost, 1);
    pl_reports_close(reports);
}

static void a_reader_without_reports_is_polled(void **state)
{
    const struct pl_reports_want want = {0};
    const struct pl_reports_want forced = {.way = PL_REPORT_DESTROY, .forced = true};
    struct fake_reader fake;
    struct pl_reports *reports = NULL;

    (void)state;
    fake_init(&fake, NULL, 0);
    assert_int_equal(pl_reports_open(&fake.base, &want, &reports), 0);
    assert_int_equal(pl_reports_way(reports), PL_REPORT_POLL);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), ENOTSUP);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_DESTROY), ENOTSUP);
    pl_reports_close(reports);
    assert_int_equal(pl_reports_open(&fake.base, &forced, &reports), -ENOTSUP);
    pl_reports_close(NULL);
}

static void a_forced_way_is_the_only_one(void **state)
{
    const struct pl_reports_want poll = {.way = PL_REPORT_POLL, .forced = true};
    const struct pl_reports_want bpf = {.way = PL_REPORT_BPF, .forced = true};
    const struct pl_reports_want destroy = {.way = PL_REPORT_DESTROY};
    struct fake_reader fake;
    struct pl_reports *reports = open_with(&fake, &poll, EPERM, 0);

    (void)state;
    assert_int_equal(pl_reports_way(reports), PL_REPORT_POLL);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), 0);
    pl_reports_close(reports);
    assert_int_equal(pl_reports_open(&fake.base, &bpf, &reports), -EPERM);
    reports = open_with(&fake, &destroy, EPERM, 0);
    assert_int_equal(pl_reports_way(reports), PL_REPORT_DESTROY);
    assert_int_equal(pl_reports_why_not(reports, PL_REPORT_BPF), 0);
    pl_reports_close(reports);
}

static void no_memory(void **state)
{
    const struct pl_reports_want want = {.way = PL_REPORT_POLL};
    struct fake_reader fake;
    struct pl_reports *reports = NULL;

    (void)state;
    fake_init(&fake, NULL, 0);
    alloc_fail(1);
    assert_int_equal(pl_reports_open(&fake.base, &want, &reports), -ENOMEM);
    assert_true(alloc_failed());
}

TEST_MAIN(TEST(the_best_way_that_opens_is_taken), TEST(without_any_the_caller_polls),
          TEST(a_reader_without_reports_is_polled), TEST(a_forced_way_is_the_only_one),
          TEST(no_memory))
