/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about connections that nobody closes or accepts. */
#include "clinic.h"

static void close_wait(void **state)
{
    struct sick leak = {.proto = PL_PROTO_TCP,
                        .state = PL_STATE_CLOSE_WAIT,
                        .port = 1000,
                        .peer = "10.0.0.2",
                        .peer_port = 80,
                        .pid = 10,
                        .count = 11,
                        .attrs = {NUMBER(LAST_ACK_RECV, 10000)}};
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "leaky", NULL);
    clinic_process(snap, 11, "few", NULL);
    clinic_process(snap, 12, "young", NULL);
    clinic_process(snap, 13, "unknown", NULL);
    clinic_add(snap, &leak);
    leak.count = 2; /* young ones of the same process are counted, too */
    leak.attrs[0].u.num = 9999;
    clinic_add(snap, &leak);
    leak.pid = 12;
    leak.count = 20;
    clinic_add(snap, &leak);
    leak.pid = 11;
    leak.count = 10;
    leak.attrs[0].u.num = 3600000;
    clinic_add(snap, &leak);
    leak.pid = 13;
    leak.count = 12;
    leak.attrs[0].id = PL_ATTR_NONE; /* the age is not known */
    clinic_add(snap, &leak);
    leak.pid = 0; /* nobody accepted them */
    clinic_add(snap, &leak);
    clinic_check(snap, NULL,
                 "close_wait warning 13 11 0 0 10\n"
                 "close_wait warning 12 12 0 0 13\n");
    pl_snapshot_free(snap);
}

static void hidden_owner(void **state)
{
    const struct sick leak = {.proto = PL_PROTO_TCP,
                              .state = PL_STATE_CLOSE_WAIT,
                              .port = 1000,
                              .peer = "10.0.0.2",
                              .peer_port = 80,
                              .count = 11};
    struct pl_snapshot *snap = clinic_new();
    const struct pl_examination examination = {.now = snap};

    (void)state;
    assert_int_equal(snap->sink.denied(&snap->sink, 5, EPERM), 0);
    clinic_add(snap, &leak);
    clinic_settle(snap);
    clinic_texts(&examination,
                 "an unknown process does not close 11 connections that the other end closed",
                 "CLOSE_WAIT", "proto tcp state close-wait owner_unknown not_permitted",
                 "the program leaks descriptors: it must close(2) a socket when read(2) returns 0; "
                 "restart it to free them",
                 "");
    pl_snapshot_free(snap);
}

static void accept_queue(void **state)
{
    static const struct {
        uint32_t waiting, limit;
        const char *want;
    } cases[] = {
        {2, 2, ""},
        {3, 2, "accept_queue error 1 3 2 0 10\n"},
        {1, 0, "accept_queue error 1 1 0 0 10\n"},
        {0, 0, ""},
        {7, 7, ""}, /* too few to be slow */
        {8, 15, "accept_queue warning 1 8 15 0 10\n"},
        {8, 16, ""},
        {4096, 4096, "accept_queue warning 1 4096 4096 0 10\n"},
        {4097, 4096, "accept_queue error 1 4097 4096 0 10\n"},
        {UINT32_MAX, UINT32_MAX, "accept_queue warning 1 4294967295 4294967295 0 10\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "slow", NULL);
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = PL_STATE_LISTEN,
                                        .port = 6880,
                                        .recv_q = cases[i].waiting,
                                        .send_q = cases[i].limit,
                                        .pid = 10});
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void other_systems(void **state)
{
    struct sick listener = {
        .proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN, .port = 6880, .recv_q = 15, .send_q = 10};
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    snap->system = PL_SYSTEM_FREEBSD;
    clinic_add(snap, &listener);
    clinic_check(snap, NULL, "accept_queue warning 1 15 10 0 0\n");
    listener.port = 6881;
    listener.recv_q = 16;
    clinic_add(snap, &listener);
    clinic_check(snap, NULL,
                 "accept_queue error 1 16 10 0 0\n"
                 "accept_queue warning 1 15 10 0 0\n");
    pl_snapshot_free(snap);
}

/* Two listeners that share a port are one finding, about the fuller one. */
static void shared_port(void **state)
{
    struct sick worker = {.proto = PL_PROTO_TCP,
                          .state = PL_STATE_LISTEN,
                          .port = 6880,
                          .recv_q = 2,
                          .send_q = 100,
                          .pid = 10};
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "one", NULL);
    clinic_process(snap, 11, "two", NULL);
    clinic_add(snap, &worker);
    worker.pid = 11;
    worker.recv_q = 60;
    clinic_add(snap, &worker);
    clinic_check(snap, NULL,
                 "accept_queue warning 2 60 100 0 11\n"
                 "uneven_queues note 2 60 0 2 11\n");
    pl_snapshot_free(snap);
}

static void uneven(void **state)
{
    static const struct {
        uint32_t most, least;
        const char *want;
    } cases[] = {{8, 1, "uneven_queues note 2 8 0 1 0\n"},
                 {7, 0, ""},
                 {15, 2, ""},
                 {16, 2, "uneven_queues note 2 16 0 2 0\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sick worker = {.proto = PL_PROTO_TCP,
                              .state = PL_STATE_LISTEN,
                              .port = 6880,
                              .recv_q = cases[i].most,
                              .send_q = 1000};
        struct pl_snapshot *snap = clinic_new();

        clinic_add(snap, &worker);
        worker.recv_q = cases[i].least;
        clinic_add(snap, &worker);
        worker.port = 6881; /* alone */
        worker.recv_q = 100;
        clinic_add(snap, &worker);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void overflow(void **state)
{
    const struct sick listener = {
        .proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN, .port = 6880, .recv_q = 1, .send_q = 5};
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 7);
    clinic_add(snap, &listener);
    clinic_check(snap, NULL, "accept_overflow note 1 7 0 0 0\n"); /* since boot */
    clinic_counter(before, PL_COUNTER_LISTEN_OVERFLOWS, 7);
    clinic_check(snap, before, "");
    clinic_counter(before, PL_COUNTER_LISTEN_OVERFLOWS, 6);
    clinic_check(snap, before, "accept_overflow warning 1 1 0 0 0\n");
    clinic_counter(before, PL_COUNTER_LISTEN_OVERFLOWS, 9); /* impossible */
    clinic_check(snap, before, "");
    /* It concerns the whole network namespace. */
    clinic_examine(&(struct pl_examination){.now = snap, .filtered = true}, "");
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

static void syn_queue(void **state)
{
    static const struct {
        unsigned int count;
        uint32_t limit;
        const char *want;
    } cases[] = {{7, 7, ""},
                 {8, 16, ""},
                 {8, 15, "syn_queue warning 8 8 15 0 0\n"},
                 {15, 15, "syn_queue error 15 15 15 0 0\n"},
                 {8, 0, ""}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sick listener = {.proto = PL_PROTO_TCP,
                                .state = PL_STATE_LISTEN,
                                .local = "0.0.0.0",
                                .port = 6880,
                                .send_q = cases[i].limit};
        struct sick half = {.proto = PL_PROTO_TCP, .state = PL_STATE_SYN_RECV, .port = 6880};
        struct pl_snapshot *snap = clinic_new();

        clinic_add(snap, &listener);
        half.count = cases[i].count;
        clinic_add(snap, &half);
        half.port = 6881; /* there is no listener */
        clinic_add(snap, &half);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void syn_counters(void **state)
{
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_counter(snap, PL_COUNTER_SYN_COOKIES, 3);
    clinic_counter(snap, PL_COUNTER_SYN_DROPS, 4);
    clinic_check(snap, NULL,
                 "syn_queue note 0 3 0 0 0\n"
                 "syn_queue note 0 4 0 0 0\n");
    clinic_counter(before, PL_COUNTER_SYN_COOKIES, 3);
    clinic_counter(before, PL_COUNTER_SYN_DROPS, 2);
    clinic_check(snap, before, "syn_queue warning 0 2 0 0 0\n");
    clinic_examine(&(struct pl_examination){.now = snap, .filtered = true}, "");
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(close_wait), TEST(hidden_owner), TEST(accept_queue), TEST(other_systems),
          TEST(shared_port), TEST(uneven), TEST(overflow), TEST(syn_queue), TEST(syn_counters))
