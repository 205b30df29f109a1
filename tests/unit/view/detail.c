/* SPDX-License-Identifier: BSD-2-Clause */
/* Optional detail as cells, and as the key=value pairs at the end of a line. */
#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/column.h"

#define QUEUE (PL_HAVE_RECV_Q | PL_HAVE_SEND_Q)

static const struct pl_query all = {.protos = UINT32_MAX};
static char buf[512];

static struct pl_snapshot *snap_of(enum pl_system system, const struct pl_sock *sock,
                                   const struct pl_attr *attrs, size_t count)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(system, &all, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
    return snap;
}

static const struct pl_field *column_of(const char *name)
{
    const struct pl_field *column = column_find(name, strlen(name));

    assert_non_null(column);
    return column;
}

/* Returns the text of the cell, or "absent". */
static const char *shown(const struct pl_snapshot *snap, const char *name)
{
    const struct view view = {.snap = snap};
    struct out out = {.fd = -1};
    struct cell cell = {0};
    size_t count;

    column_get(column_of(name), &view, &pl_snapshot_socks(snap, &count)[0], &cell);
    if (cell.kind == CELL_ABSENT)
        return "absent";
    cell_plain(&out, &view, &cell, ',', "");
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static const char *of_attr(const char *name, const struct pl_attr *attr)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, attr, attr ? 1 : 0);
    const char *text = shown(snap, name);

    pl_snapshot_free(snap);
    return text;
}

static void attributes(void **state)
{
    static const struct {
        const char *column;
        const char *want;
        struct pl_attr attr;
    } cases[] = {
        {"rtt", "0", {.id = PL_ATTR_RTT}},
        {"max_pacing_rate",
         "18446744073709551615",
         {.id = PL_ATTR_MAX_PACING_RATE, .u.num = UINT64_MAX}},
        {"sack", "true", {.id = PL_ATTR_SACK, .u.num = 1}},
        {"sack", "false", {.id = PL_ATTR_SACK}},
        {"congestion",
         "cu\\x1bbic",
         {.id = PL_ATTR_CONGESTION,
          .text = 1,
          .len = 6,
          .u.text = "cu\x1b"
                    "bic"}},
        {"congestion", "absent", {.id = PL_ATTR_CONGESTION, .u.num = 6}}, /* no text */
        {"timer", "none", {.id = PL_ATTR_TIMER, .u.num = PL_TIMER_NONE}},
        {"timer", "retransmit", {.id = PL_ATTR_TIMER, .u.num = PL_TIMER_RETRANSMIT}},
        {"timer", "keepalive", {.id = PL_ATTR_TIMER, .u.num = PL_TIMER_KEEPALIVE}},
        {"timer", "time_wait", {.id = PL_ATTR_TIMER, .u.num = PL_TIMER_TIME_WAIT}},
        {"timer", "probe", {.id = PL_ATTR_TIMER, .u.num = PL_TIMER_PROBE}},
        {"timer", "unknown(5)", {.id = PL_ATTR_TIMER, .u.num = 5}},
        {"ca_state", "open", {.id = PL_ATTR_CA_STATE}},
        {"ca_state", "loss", {.id = PL_ATTR_CA_STATE, .u.num = 4}},
        {"ca_state",
         "unknown(18446744073709551615)",
         {.id = PL_ATTR_CA_STATE, .u.num = UINT64_MAX}},
        {"shutdown", "receive", {.id = PL_ATTR_SHUTDOWN, .u.num = 1}},
        {"shutdown", "both", {.id = PL_ATTR_SHUTDOWN, .u.num = 3}},
        {"shutdown", "unknown(4)", {.id = PL_ATTR_SHUTDOWN, .u.num = 4}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(of_attr(cases[i].column, &cases[i].attr), cases[i].want);
        assert_string_equal(of_attr(cases[i].column, NULL), "absent");
    }
}

/* No division by zero; without one of the three values, no rate. */
static void send_rate(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    struct pl_attr attrs[] = {
        {.id = PL_ATTR_CWND, .u.num = 10},
        {.id = PL_ATTR_SND_MSS, .u.num = 1448},
        {.id = PL_ATTR_RTT, .u.num = 20000}, /* us */
    };
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, attrs, 3);

    (void)state;
    assert_string_equal(shown(snap, "send_rate"), "724000");
    pl_snapshot_free(snap);
    snap = snap_of(PL_SYSTEM_LINUX, &sock, attrs, 2);
    assert_string_equal(shown(snap, "send_rate"), "absent");
    pl_snapshot_free(snap);
    attrs[2].u.num = 0;
    snap = snap_of(PL_SYSTEM_LINUX, &sock, attrs, 3);
    assert_string_equal(shown(snap, "send_rate"), "absent");
    pl_snapshot_free(snap);
}

static void cgroup(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    static const struct pl_attr attr = {.id = PL_ATTR_CGROUP_ID, .u.num = 77};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, &attr, 1);

    (void)state;
    assert_string_equal(shown(snap, "cgroup_id"), "77");
    assert_string_equal(shown(snap, "cgroup"), "absent");
    assert_int_equal(snap->sink.cgroup(&snap->sink, 78, TEXT("/other")), 0);
    assert_int_equal(snap->sink.cgroup(&snap->sink, 77, TEXT("/system.slice")), 0);
    pl_join_settle(snap);
    assert_string_equal(shown(snap, "cgroup"), "/system.slice");
    pl_snapshot_free(snap);
}

/* ---- accept queues ---- */

static const char *queue(const char *column, uint32_t waiting, uint32_t limit, uint16_t have,
                         bool counted)
{
    const struct pl_sock sock = {.have = have,
                                 .family = PL_FAMILY_INET,
                                 .proto = PL_PROTO_TCP,
                                 .state = PL_STATE_LISTEN,
                                 .recv_q = waiting,
                                 .send_q = limit};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, NULL, 0);
    const char *text;

    if (counted) {
        (void)snap->sink.counter(&snap->sink, PL_COUNTER_SOMAXCONN, 4096);
        (void)snap->sink.counter(&snap->sink, PL_COUNTER_LISTEN_OVERFLOWS, 3);
        (void)snap->sink.counter(&snap->sink, PL_COUNTER_LISTEN_DROPS, 0);
    }
    text = shown(snap, column);
    pl_snapshot_free(snap);
    return text;
}

static void queues(void **state)
{
    (void)state;
    assert_string_equal(queue("queue_waiting", 5, 10, QUEUE, false), "5");
    assert_string_equal(queue("queue_waiting", 5, 10, PL_HAVE_SEND_Q, false), "absent");
    assert_string_equal(queue("queue_limit", 5, 10, QUEUE, false), "10");
    assert_string_equal(queue("queue_limit", 5, 10, PL_HAVE_SEND_Q, false), "absent");
    assert_string_equal(queue("queue_limit", 5, 10, PL_HAVE_RECV_Q, false), "absent");
    assert_string_equal(queue("queue_used", 5, 10, QUEUE, false), "45");
    assert_string_equal(queue("queue_used", 11, 10, QUEUE, false), "100");
    assert_string_equal(queue("queue_used", 2, 1, QUEUE, false), "100");
    assert_string_equal(queue("queue_used", UINT32_MAX, 1, QUEUE, false), "100");
    assert_string_equal(queue("queue_used", 1, 0, QUEUE, false), "absent");
    assert_string_equal(queue("queue_remark", 10, 10, QUEUE, true), "absent");
    assert_string_equal(queue("queue_remark", 11, 10, QUEUE, true), "full");
    assert_string_equal(queue("queue_remark", 0, 4096, QUEUE, true), "somaxconn");
    assert_string_equal(queue("queue_remark", 4097, 4096, QUEUE, true), "full,somaxconn");
    assert_string_equal(queue("queue_remark", 0, 4096, QUEUE, false), "absent");
    assert_string_equal(queue("listen_overflows", 0, 1, QUEUE, true), "3");
    assert_string_equal(queue("listen_drops", 0, 1, QUEUE, true), "0");
    assert_string_equal(queue("listen_drops", 0, 1, QUEUE, false), "absent");
}

/* Only listeners have an accept queue; the kernel's counters are those of TCP. */
static void no_queue(void **state)
{
    static const char *const columns[] = {"queue_waiting", "queue_limit", "queue_used",
                                          "queue_remark", "listen_overflows"};
    struct pl_sock sock = {.have = QUEUE,
                           .family = PL_FAMILY_INET,
                           .proto = PL_PROTO_TCP,
                           .state = PL_STATE_ESTABLISHED,
                           .recv_q = 9,
                           .send_q = 1};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, NULL, 0);

    (void)state;
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_LISTEN_OVERFLOWS, 3);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        assert_string_equal(shown(snap, columns[i]), "absent");
    pl_snapshot_free(snap);

    sock = (struct pl_sock){
        .family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX, .state = PL_STATE_LISTEN};
    snap = snap_of(PL_SYSTEM_LINUX, &sock, NULL, 0);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_LISTEN_OVERFLOWS, 3);
    assert_string_equal(shown(snap, "listen_overflows"), "absent");
    pl_snapshot_free(snap);
}

/* ---- processes ---- */

static void contexts(void **state)
{
    static const struct pl_sock sock = {
        .family = PL_FAMILY_INET, .proto = PL_PROTO_TCP, .key = 11, .have = PL_HAVE_INODE};
    static const struct pl_owner owners[] = {{5, 3, 11}, {6, 3, 11}};
    const struct pl_process bare = {.pid = 5, .name = TEXT("a")};
    const struct pl_process confined = {.pid = 6, .context = TEXT("unconfined\n")};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, NULL, 0);

    (void)state;
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(snap->sink.owner(&snap->sink, &owners[0]), 0);
    assert_int_equal(snap->sink.owner(&snap->sink, &owners[1]), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &bare), 0);
    pl_join_settle(snap);
    assert_string_equal(shown(snap, "context"), "absent");
    assert_int_equal(snap->sink.process(&snap->sink, &confined), 0);
    pl_join_settle(snap);
    assert_string_equal(shown(snap, "context"), "-,unconfined\\x0a");
    pl_snapshot_free(snap);
}

/* One end of a pair of UNIX sockets. Process 8 holds the other end, which has key 22. */
static void peers(void **state)
{
    static const struct pl_sock sock = {
        .family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX, .key = 11, .have = PL_HAVE_INODE};
    static const struct pl_owner owner = {8, 3, 22};
    const struct pl_process process = {.pid = 8, .name = TEXT("d")};
    struct pl_attr attr = {.id = PL_ATTR_PEER_KEY, .u.num = 22};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, &attr, 1);

    (void)state;
    assert_string_equal(shown(snap, "peer_inode"), "22");
    assert_string_equal(shown(snap, "peer_owners"), "absent"); /* not requested */
    assert_int_equal(pl_peer_join(snap), 0);
    assert_string_equal(shown(snap, "peer_owners"), "-"); /* present, but without visible owners */
    assert_string_equal(shown(snap, "peer_pid"), "absent");
    assert_int_equal(pl_peer_owner(snap, &owner), 0);
    pl_join_settle(snap);
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    pl_join_settle(snap);
    assert_string_equal(shown(snap, "peer_pid"), "8");
    assert_string_equal(shown(snap, "peer_process"), "d");
    assert_string_equal(shown(snap, "peer_owners"), "8/d");
    pl_snapshot_free(snap);

    /* Keys are inodes on Linux only; 0 is a connection that is not accepted yet. */
    snap = snap_of(PL_SYSTEM_FREEBSD, &sock, &attr, 1);
    assert_string_equal(shown(snap, "peer_inode"), "absent");
    pl_snapshot_free(snap);
    attr.u.num = 0;
    snap = snap_of(PL_SYSTEM_LINUX, &sock, &attr, 1);
    assert_string_equal(shown(snap, "peer_inode"), "absent");
    pl_snapshot_free(snap);
}

static void protocol_names(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_NETLINK, .proto = PL_PROTO_NETLINK};
    struct pl_attr attr = {.id = PL_ATTR_PROTOCOL, .u.num = 16};
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, &attr, 1);

    (void)state;
    assert_string_equal(shown(snap, "protocol_name"), "generic");
    pl_snapshot_free(snap);
    attr.u.num = 9999;
    snap = snap_of(PL_SYSTEM_LINUX, &sock, &attr, 1);
    assert_string_equal(shown(snap, "protocol_name"), "absent");
    pl_snapshot_free(snap);
}

/* ---- pairs ---- */

/* Times and rates are followed by units; absent details are omitted. */
static void pairs(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    static const struct pl_attr attrs[] = {
        {.id = PL_ATTR_TIMER_LEFT, .u.num = 200},
        {.id = PL_ATTR_RTT, .u.num = 20000},
        {.id = PL_ATTR_CWND, .u.num = 10},
        {.id = PL_ATTR_PACING_RATE, .u.num = 7},
        {.id = PL_ATTR_CONGESTION, .text = 1, .len = 3, .u.text = "a,b"},
    };
    const struct pl_field *columns[] = {
        column_of("timer_left"),  column_of("rto"),        column_of("rtt"),    column_of("cwnd"),
        column_of("pacing_rate"), column_of("congestion"), column_of("owners"),
    };
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, attrs, COUNT_OF(attrs));
    struct view view = {.snap = snap, .pairs = columns, .pair_count = COUNT_OF(columns)};
    struct out out = {.fd = -1};
    size_t count;
    const struct pl_sock *first = pl_snapshot_socks(snap, &count);

    (void)state;
    detail_pairs(&out, &view, first);
    assert_string_equal(out_text(&out, buf, sizeof(buf)),
                        "timer_left=200ms,rtt=20000us,cwnd=10,pacing_rate=7B/s,congestion=a\\x2cb");
    view.pairs = columns + 1; /* rto only */
    view.pair_count = 1;
    detail_pairs(&out, &view, first);
    assert_string_equal(out_text(&out, buf, sizeof(buf)), "-");
    out_free(&out);
    pl_snapshot_free(snap);
}

/* Tables omit default values unless the option of the pair is given twice; data has them all. */
static void whole(void **state)
{
    static const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    static const struct pl_attr attrs[] = {
        {.id = PL_ATTR_RMEM_ALLOC, .u.num = 0},
        {.id = PL_ATTR_DROPS, .u.num = 4},
        {.id = PL_ATTR_MARK, .u.num = 0},
        {.id = PL_ATTR_SHUTDOWN, .u.num = 0},
        {.id = PL_ATTR_FREEBIND, .u.num = 1},
        {.id = PL_ATTR_MC_LOOP, .u.num = 1},
        {.id = PL_ATTR_CA_STATE, .u.num = 0},
        {.id = PL_ATTR_MAX_PACING_RATE, .u.num = UINT64_MAX},
    };
    static const struct {
        uint32_t whole;
        bool data;
        const char *text;
    } cases[] = {
        {0, false, "drops=4,freebind=true"},
        {PL_SHOWN_MORE, false, "drops=4,mark=0,shutdown=none,freebind=true,mc_loop=true"},
        {PL_SHOWN_MEMORY | PL_SHOWN_INTERNALS, false,
         "rmem_alloc=0,drops=4,freebind=true,ca_state=open,max_pacing_rate=18446744073709551615B/s"},
        {0, true,
         "rmem_alloc=0,drops=4,mark=0,shutdown=none,freebind=true,mc_loop=true,ca_state=open,"
         "max_pacing_rate=18446744073709551615B/s"},
    };
    const struct pl_field *columns[] = {
        column_of("rmem_alloc"), column_of("drops"),    column_of("mark"),
        column_of("tos"),        column_of("shutdown"), column_of("freebind"),
        column_of("mc_loop"),    column_of("ca_state"), column_of("max_pacing_rate"),
    };
    struct pl_snapshot *snap = snap_of(PL_SYSTEM_LINUX, &sock, attrs, COUNT_OF(attrs));
    struct out out = {.fd = -1};
    size_t count;
    const struct pl_sock *first = pl_snapshot_socks(snap, &count);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct view view = {.snap = snap,
                                  .pairs = columns,
                                  .pair_count = COUNT_OF(columns),
                                  .whole = cases[i].whole,
                                  .data = cases[i].data};

        detail_pairs(&out, &view, first);
        assert_string_equal(out_text(&out, buf, sizeof(buf)), cases[i].text);
    }
    out_free(&out);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(attributes), TEST(send_rate), TEST(cgroup), TEST(queues), TEST(no_queue),
          TEST(contexts), TEST(peers), TEST(protocol_names), TEST(pairs), TEST(whole))
