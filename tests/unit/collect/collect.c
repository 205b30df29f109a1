/* SPDX-License-Identifier: BSD-2-Clause */
/* Which feeds are read, in which order. */
#include "harness.h"

#include "fake.h"

#define DIAG_TCP  "linux/diag/tcp"
#define PROC_TCP  "linux/proc/net/tcp"
#define PROC_TCP6 "linux/proc/net/tcp6"
#define OWNERS    "linux/owners"
#define USERS     "linux/users"
#define LINKS     "linux/rtnl/link"

#define LINE4 "0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 1000 0 5\n"

static struct pl_query tcp(uint32_t need)
{
    return (struct pl_query){.protos = PL_BIT(PL_PROTO_TCP), .need = need};
}

#define TAKE(fake, query, snap) pl_snapshot_take(&(fake).base, &(query), &(snap))

/* Only what was requested is read: protocol, family, owners, names. */
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

/* ---- a recorder and a replay ---- */

/* Whole feeds: every slot is read without kernel filters; the listing shows what was requested. */
static void whole(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(77, 3, 5);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .bytes = owner.data, .len = 16},
                                      {.name = "linux/processes"},
                                      {.name = USERS},
                                      {.name = LINKS},
                                      {.name = "linux/rtnl/addr"},
                                      {.name = "linux/containers"}};
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
    query.hooks = &(const struct pl_query_hooks){.trace = keep_trace, .trace_arg = &traced};
    fake_init(&fake, feeds, COUNT_OF(feeds));
    assert_int_equal(TAKE(fake, query, snap), 0);
    (void)snprintf(want, sizeof(want), "%s fake 0 %d;%s fake %zu 0;%s fake 0 %d;", DIAG_TCP, EPERM,
                   PROC_TCP, strlen(LINE4), PROC_TCP6, ENOENT);
    assert_string_equal(traced.text, want);
    pl_snapshot_free(snap);
}

/* A separate thread reads the owners of a large table, with a trace or without. */
static void large(void **state)
{
    struct bytes row = fake_listener(5, 0);
    struct bytes owner = fake_owner(42, 3, 5);
    const struct fake_feed feeds[] = {{.name = DIAG_TCP, .bytes = row.data, .len = row.len},
                                      {.name = OWNERS, .bytes = owner.data, .len = owner.len}};

    (void)state;
    for (int hooked = 0; hooked < 2; hooked++) {
        struct traced traced = {""};
        const struct pl_query_hooks hooks = {.trace = keep_trace, .trace_arg = &traced};
        struct pl_query query = tcp(PL_NEED_OWNERS);
        const struct pl_owner *owners;
        struct fake_reader fake;
        struct pl_snapshot *snap;
        size_t count;

        query.any_order = true;
        query.hooks = hooked ? &hooks : NULL;
        fake_init(&fake, feeds, COUNT_OF(feeds));
        fake.large = true;
        assert_int_equal(TAKE(fake, query, snap), 0);
        owners = pl_snapshot_owners(snap, pl_snapshot_socks(snap, &count), &count);
        assert_int_equal(count, 1);
        assert_int_equal(owners[0].pid, 42);
        assert_int_equal(strstr(traced.text, OWNERS) != NULL, hooked);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(pushed_down), TEST(whole), TEST(traces), TEST(large))
