/* SPDX-License-Identifier: BSD-2-Clause */
/* Computed fields, and notes on values that no source has. */
#include "filters.h"

#include "collect/collect.h"

static struct pl_snapshot *one(const struct pl_sock *sock, const struct pl_attr *attrs,
                               size_t count, const struct pl_query *query)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, query, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
    return snap;
}

static const struct pl_query everything = {.protos = UINT32_MAX, .need = UINT32_MAX};

static bool matches(const char *expression, const struct pl_snapshot *snap)
{
    struct pl_filter *filter = parse(expression);
    size_t count;
    bool match = pl_filter_match(filter, snap, pl_snapshot_socks(snap, &count));

    pl_filter_free(filter);
    return match;
}

static void set_counter(struct pl_snapshot *snap, enum pl_counter counter, uint64_t value)
{
    snap->counters[counter] = value;
    snap->counted |= PL_BIT(counter);
}

static void queues(void **state)
{
    const struct pl_sock sock = {.family = PL_FAMILY_INET,
                                 .proto = PL_PROTO_TCP,
                                 .state = PL_STATE_LISTEN,
                                 .recv_q = 11,
                                 .send_q = 10,
                                 .have = PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q};
    struct pl_snapshot *snap = one(&sock, NULL, 0, &everything);

    (void)state;
    assert_true(matches("queue_used = 100", snap));
    assert_true(matches("queue_waiting = 11 queue_limit = 10", snap));
    assert_true(matches("queue_remark = full", snap));
    assert_false(matches("queue_remark = somaxconn", snap));
    assert_false(matches("listen_drops >= 0", snap));
    set_counter(snap, PL_COUNTER_SOMAXCONN, 10);
    set_counter(snap, PL_COUNTER_LISTEN_DROPS, 7);
    set_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 6);
    assert_true(matches("queue_remark = full and queue_remark = somaxconn", snap));
    assert_true(matches("listen_drops = 7 listen_overflows = 6", snap));
    pl_snapshot_free(snap);
}

/* Only the counters of portls's own network namespace are read. */
static void other_namespace(void **state)
{
    const struct pl_sock sock = {.family = PL_FAMILY_INET,
                                 .proto = PL_PROTO_TCP,
                                 .state = PL_STATE_LISTEN,
                                 .local_port = 40000,
                                 .send_q = 10,
                                 .have = PL_HAVE_STATE | PL_HAVE_LOCAL | PL_HAVE_RECV_Q |
                                         PL_HAVE_SEND_Q};
    struct pl_snapshot *snap = one(&sock, NULL, 0, &everything);
    struct pl_sock *kept = snap->socks.items;

    (void)state;
    set_counter(snap, PL_COUNTER_SOMAXCONN, 10);
    set_counter(snap, PL_COUNTER_LISTEN_DROPS, 0);
    set_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 0);
    set_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, 32768);
    set_counter(snap, PL_COUNTER_EPHEMERAL_LAST, 60999);
    assert_true(matches("listen_drops = 0 listen_overflows = 0", snap));
    assert_true(matches("queue_remark = somaxconn autobound", snap));
    kept->netns = 4026532265;
    assert_false(matches("listen_drops >= 0 or listen_overflows >= 0", snap));
    assert_false(matches("queue_remark = somaxconn or autobound", snap));
    pl_snapshot_free(snap);
}

static void connections(void **state)
{
    const struct pl_attr attrs[] = {
        {.id = PL_ATTR_RTT, .u.num = 1000},   {.id = PL_ATTR_SND_MSS, .u.num = 1448},
        {.id = PL_ATTR_CWND, .u.num = 10},    {.id = PL_ATTR_TIMER, .u.num = 2},
        {.id = PL_ATTR_CA_STATE, .u.num = 4}, {.id = PL_ATTR_SHUTDOWN, .u.num = 3}};
    const struct pl_sock sock = some_sock();
    struct pl_snapshot *snap = one(&sock, attrs, COUNT_OF(attrs), &everything);

    (void)state;
    assert_true(matches("send_rate = 14480000", snap));
    assert_true(matches("timer = keepalive timer = 2 timer > 1", snap));
    assert_false(matches("timer = probe or timer < 2", snap));
    assert_true(matches("ca_state = loss shutdown = both", snap));
    assert_true(matches("details = rtt details = cwnd details", snap));
    assert_false(matches("details = mark", snap));
    assert_false(matches("queue_used", snap));
    pl_snapshot_free(snap);
}

static void protocols(void **state)
{
    const struct pl_attr attr = {.id = PL_ATTR_PROTOCOL, .u.num = 16};
    const struct pl_attr peer = {.id = PL_ATTR_PEER_KEY, .u.num = 77};
    const struct pl_sock netlink = {.family = PL_FAMILY_NETLINK, .proto = PL_PROTO_NETLINK};
    const struct pl_sock un = {.family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX};
    struct pl_snapshot *snap = one(&netlink, &attr, 1, &everything);

    (void)state;
    assert_true(matches("protocol_name = generic protocol_name = gen* protocol = 16", snap));
    pl_snapshot_free(snap);
    snap = one(&un, &peer, 1, &everything);
    assert_true(matches("peer_inode = 77", snap));
    pl_snapshot_free(snap);
}

static bool is_autobound(struct pl_sock sock, const struct pl_attr *attr)
{
    struct pl_snapshot *snap = one(&sock, attr, attr != NULL, &everything);
    bool is;

    set_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, 40000);
    set_counter(snap, PL_COUNTER_EPHEMERAL_LAST, 50000);
    is = matches("autobound", snap);
    assert_int_equal(matches("not autobound", snap), !is);
    pl_snapshot_free(snap);
    return is;
}

static void autobound(void **state)
{
    const struct pl_attr chosen = {.id = PL_ATTR_PATH,
                                   .text = 1,
                                   .len = 6,
                                   .u.text = "\0"
                                             "00abc"};
    const struct pl_attr named = {.id = PL_ATTR_PATH,
                                  .text = 1,
                                  .len = 6,
                                  .u.text = "\0"
                                            "00xyz"};
    struct pl_sock sock = some_sock();

    (void)state;
    assert_false(is_autobound(sock, NULL));
    sock.local_port = 40000;
    assert_true(is_autobound(sock, NULL));
    sock.local_port = 50001;
    assert_false(is_autobound(sock, NULL));
    sock = (struct pl_sock){.family = PL_FAMILY_UNIX, .proto = PL_PROTO_UNIX};
    assert_true(is_autobound(sock, NULL));
    assert_true(is_autobound(sock, &chosen));
    assert_false(is_autobound(sock, &named));
    sock = (struct pl_sock){.family = PL_FAMILY_NETLINK, .proto = PL_PROTO_NETLINK};
    assert_false(is_autobound(sock, NULL));
    sock.local_port = 0xfffff000;
    assert_true(is_autobound(sock, NULL));
    sock = (struct pl_sock){.family = PL_FAMILY_VSOCK, .proto = PL_PROTO_VSOCK, .local_port = 1024};
    assert_true(is_autobound(sock, NULL));
    sock.local_port = 1023;
    assert_false(is_autobound(sock, NULL));
}

static void noted(const char *expression, bool proc, const char *fields)
{
    struct pl_filter *filter = parse(expression);
    const struct pl_sock sock = some_sock();
    struct pl_snapshot *snap = one(&sock, NULL, 0, &everything);
    const struct pl_note *notes;
    char got[64] = "";
    size_t count;

    assert_int_equal(pl_collect_note_untold(snap, filter, proc), 0);
    notes = pl_snapshot_notes(snap, &count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(notes[i].kind, PL_NOTE_UNTOLD);
        (void)snprintf(got + strlen(got), sizeof(got) - strlen(got), "%.*s ",
                       (int)notes[i].feed.len, notes[i].feed.data);
    }
    assert_string_equal(got, fields);
    pl_snapshot_free(snap);
    pl_filter_free(filter);
}

/* An absent value needs no note; one that the source never has does. */
static void untold(void **state)
{
    (void)state;
    noted("sport = 22 and owner_unknown", true, "");
    noted("fwmark = 1 or mark > 5", false, "mark ");
    noted("dev = lo", false, "");
    noted("dev = lo", true, "dev ");
    noted("autobound", false, "autobound ");
    noted("pid 5 and rtt > 5", false, "rtt ");
}

/* Values of details that tables omit. */
static void quiet(void **state)
{
    enum { LISTENS = PL_STATE_LISTEN, CONNECTED = PL_STATE_ESTABLISHED, SYN = PL_STATE_SYN_SENT };
    static const struct {
        enum pl_field_id field;
        uint64_t number;
        uint8_t state;
        bool v6;
        bool quiet;
    } cases[] = {
        {PL_FIELD_DROPS, 0, CONNECTED, false, true},
        {PL_FIELD_DROPS, 1, CONNECTED, false, false},
        {PL_FIELD_TIMER_LEFT, 0, CONNECTED, false, false},
        {PL_FIELD_FREEBIND, 0, CONNECTED, false, true},
        {PL_FIELD_MC_LOOP, 1, CONNECTED, true, true},
        {PL_FIELD_MC_LOOP, 0, CONNECTED, true, false},
        {PL_FIELD_MC_ALL, 1, CONNECTED, false, true},
        {PL_FIELD_MC_ALL, 0, CONNECTED, false, false},
        {PL_FIELD_MC_ALL, 0, CONNECTED, true, true},
        {PL_FIELD_CONNECTION_ORIENTED, 1, LISTENS, false, true},
        {PL_FIELD_SND_SSTHRESH, INT32_MAX, CONNECTED, false, true},
        {PL_FIELD_SND_SSTHRESH, 7, CONNECTED, false, false},
        {PL_FIELD_MIN_RTT, UINT32_MAX, CONNECTED, false, true},
        {PL_FIELD_MAX_PACING_RATE, UINT64_MAX, CONNECTED, false, true},
        {PL_FIELD_MAX_PACING_RATE, 1000, LISTENS, false, false},
        {PL_FIELD_CWND, 10, LISTENS, false, true},
        {PL_FIELD_CWND, 10, CONNECTED, false, false},
        {PL_FIELD_SACKED, 128, LISTENS, false, true},
        {PL_FIELD_REORDERING, 3, CONNECTED, false, true},
        {PL_FIELD_REORDERING, 9, CONNECTED, false, false},
        /* The peer of a connection accepts no more data. */
        {PL_FIELD_SND_WND, 0, CONNECTED, false, false},
        {PL_FIELD_SND_WND, 0, SYN, false, true},
        {PL_FIELD_SND_WND, 0, LISTENS, false, true},
        {PL_FIELD_PACKET_FANOUT, 0, CONNECTED, false, false},
        {PL_FIELD_QUEUE_WAITING, 0, LISTENS, false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_field *field = pl_field_row(cases[i].field);
        const struct pl_sock sock = {.state = cases[i].state,
                                     .family = cases[i].v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET};
        const struct pl_value value = {.number = cases[i].number};

        if (pl_field_is_quiet(field, NULL, &sock, &value) != cases[i].quiet)
            fail_msg("case %zu, %s", i, field->name);
    }
}

/* Texts are omitted if empty, and the id of a control group if its path is known. */
static void quiet_texts(void **state)
{
    static const struct pl_attr id = {.id = PL_ATTR_CGROUP_ID, .u.num = 7};
    const struct pl_sock sock = {.family = PL_FAMILY_INET, .proto = PL_PROTO_TCP};
    const struct pl_value full = {.text = TEXT("5 6")};
    const struct pl_value seven = {.number = 7};
    struct pl_snapshot *snap = one(&sock, &id, 1, &everything);
    size_t count;
    const struct pl_sock *first = pl_snapshot_socks(snap, &count);
    const struct pl_field *cgroup_id = pl_field_row(PL_FIELD_CGROUP_ID);
    const struct pl_field *waiting = pl_field_row(PL_FIELD_WAITING_INODES);

    (void)state;
    assert_true(pl_field_is_quiet(waiting, snap, first, &(struct pl_value){.text = TEXT("")}));
    assert_false(pl_field_is_quiet(waiting, snap, first, &full));
    assert_false(pl_field_is_quiet(cgroup_id, snap, first, &seven));
    assert_int_equal(snap->sink.cgroup(&snap->sink, 7, TEXT("/web")), 0);
    pl_join_settle(snap);
    assert_true(pl_field_is_quiet(cgroup_id, snap, first, &seven));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(queues), TEST(other_namespace), TEST(connections), TEST(protocols), TEST(autobound),
          TEST(untold), TEST(quiet), TEST(quiet_texts))
