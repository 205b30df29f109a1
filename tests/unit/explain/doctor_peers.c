/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about connections and the hosts at their other end. */
#include "clinic.h"

/* Of the 100 ephemeral ports. */
static void ephemeral_ports(void **state)
{
    static const struct {
        unsigned int count;
        const char *want;
    } cases[] = {{79, ""},
                 {80, "ephemeral_ports warning 80 80 100 3 10\n"},
                 {94, "ephemeral_ports warning 94 94 100 3 10\n"},
                 {95, "ephemeral_ports error 95 95 100 3 10\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sick client = {.proto = PL_PROTO_TCP,
                              .state = PL_STATE_TIME_WAIT,
                              .port = 40000,
                              .peer = "10.0.0.2",
                              .peer_port = 80,
                              .count = 3};
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "client", NULL);
        clinic_add(snap, &client);
        client.state = PL_STATE_ESTABLISHED;
        client.port = 40003;
        client.count = cases[i].count - 3;
        client.pid = 10;
        clinic_add(snap, &client);
        client.peer_port = 81; /* another destination */
        clinic_add(snap, &client);
        client.peer = "10.0.0.3";
        client.peer_port = 80;
        client.local = "10.0.0.9";
        client.count = 50;
        clinic_add(snap, &client);
        client.local = "10.0.0.1"; /* from another address */
        clinic_add(snap, &client);
        client.peer = "10.0.0.2";
        client.port = 1000; /* not ephemeral */
        client.count = 50;
        clinic_add(snap, &client);
        client.proto = PL_PROTO_UDP;
        client.port = 40000;
        clinic_add(snap, &client);
        if (cases[i].count < 80) {
            clinic_check(snap, NULL, "");
        } else {
            char twice[200];

            /* The destination with port 81 has no socket in TIME_WAIT. */
            (void)snprintf(twice, sizeof(twice), "%s", cases[i].want);
            if (cases[i].count - 3 >= 80)
                (void)snprintf(twice + strlen(twice), sizeof(twice) - strlen(twice),
                               "ephemeral_ports warning %u %u 100 0 10\n", cases[i].count - 3,
                               cases[i].count - 3);
            clinic_check(snap, NULL, twice);
        }
        pl_snapshot_free(snap);
    }
}

/* 75 of the 100 ephemeral ports remain. */
static void reserved_ports(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_reserve(snap, 30000, 40019);
    clinic_reserve(snap, 40095, 50000);
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_ESTABLISHED,
                                    .port = 40020,
                                    .peer = "10.0.0.2",
                                    .peer_port = 80,
                                    .count = 60});
    clinic_check(snap, NULL, "ephemeral_ports warning 60 60 75 0 0\n");
    clinic_reserve(snap, 40020, 40094); /* none remains */
    clinic_check(snap, NULL, "");
    pl_snapshot_free(snap);
}

static void range_unknown(void **state)
{
    struct sick client = {.proto = PL_PROTO_TCP,
                          .state = PL_STATE_ESTABLISHED,
                          .port = 49152,
                          .peer = "10.0.0.2",
                          .peer_port = 80,
                          .count = 16384};
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    snap->counted = 0;
    clinic_add(snap, &client);
    clinic_check(snap, NULL, "");
    clinic_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, 60000);
    clinic_counter(snap, PL_COUNTER_EPHEMERAL_LAST, 50000); /* malformed */
    clinic_check(snap, NULL, "");
    pl_snapshot_free(snap);
}

static void stuck_sender(void **state)
{
    static const struct {
        uint64_t timer, age;
        uint32_t port, peer_port, send_q;
        const char *want;
    } cases[] = {
        {PL_TIMER_PROBE, 30000, 40001, 80, 9, "stuck_sender warning 2 30000 0 18 10\n"},
        {PL_TIMER_PROBE, 29999, 40001, 80, 9, ""},
        {PL_TIMER_PROBE, 30000, 40001, 80, 0, ""},
        {PL_TIMER_KEEPALIVE, 30000, 40001, 80, 9, ""},
        {PL_TIMER_PROBE, 30000, 80, 40001, 9, "stuck_sender note 2 30000 0 18 10\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "sender", NULL);
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = PL_STATE_ESTABLISHED,
                                        .port = cases[i].port,
                                        .peer = "10.0.0.2",
                                        .peer_port = cases[i].peer_port,
                                        .send_q = cases[i].send_q,
                                        .count = 2,
                                        .pid = 10,
                                        .attrs = {NUMBER(TIMER, cases[i].timer),
                                                  NUMBER(LAST_DATA_SENT, cases[i].age)}});
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

/* Without details, nothing is known about the age. */
static void stuck_unknown(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_ESTABLISHED,
                                    .port = 40000,
                                    .peer = "10.0.0.2",
                                    .peer_port = 80,
                                    .send_q = 9,
                                    .attrs = {NUMBER(TIMER, PL_TIMER_PROBE)}});
    clinic_check(snap, NULL, "");
    assert_true(pl_doctor_wants(&(struct pl_examination){.now = snap}));
    pl_snapshot_free(snap);
}

static void dead_peer(void **state)
{
    static const struct {
        uint64_t timer, retries;
        unsigned int state;
        uint32_t port, peer_port;
        const char *want;
    } cases[] = {
        {PL_TIMER_RETRANSMIT, 6, PL_STATE_ESTABLISHED, 40001, 80, "dead_peer warning 1 6 0 9 10\n"},
        {PL_TIMER_RETRANSMIT, 5, PL_STATE_ESTABLISHED, 40001, 80, ""},
        {PL_TIMER_PROBE, 6, PL_STATE_ESTABLISHED, 40001, 80, ""},
        {PL_TIMER_RETRANSMIT, 6, PL_STATE_SYN_SENT, 40001, 80, ""},
        {PL_TIMER_RETRANSMIT, 6, PL_STATE_FIN_WAIT1, 80, 40001, "dead_peer note 1 6 0 9 10\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "client", NULL);
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = cases[i].state,
                                        .port = cases[i].port,
                                        .peer = "10.0.0.2",
                                        .peer_port = cases[i].peer_port,
                                        .send_q = 9,
                                        .pid = 10,
                                        .attrs = {NUMBER(TIMER, cases[i].timer),
                                                  NUMBER(RETRIES, cases[i].retries)}});
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void retransmissions(void **state)
{
    struct sick connection = {.proto = PL_PROTO_TCP,
                              .state = PL_STATE_ESTABLISHED,
                              .port = 40000,
                              .peer = "10.0.0.2",
                              .peer_port = 80,
                              .count = 3,
                              .pid = 10,
                              .attrs = {NUMBER(TOTAL_RETRANS, 20)}};
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "client", NULL);
    clinic_add(snap, &connection);
    connection.peer = "10.0.0.3"; /* more on one connection, but fewer in all */
    connection.count = 1;
    connection.attrs[0].u.num = 50;
    clinic_add(snap, &connection);
    clinic_counter(before, PL_COUNTER_TCP_SEGS_OUT, 1000);
    clinic_counter(before, PL_COUNTER_TCP_SEGS_RETRANS, 100);
    clinic_counter(snap, PL_COUNTER_TCP_SEGS_OUT, 2000);
    clinic_counter(snap, PL_COUNTER_TCP_SEGS_RETRANS, 151);
    clinic_check(snap, before, "retransmissions warning 3 51 1000 60 10\n");
    assert_true(pl_doctor_wants(&(struct pl_examination){.now = snap, .before = before}));
    clinic_counter(snap, PL_COUNTER_TCP_SEGS_RETRANS, 150); /* 5 % */
    clinic_check(snap, before, "");
    assert_false(pl_doctor_wants(&(struct pl_examination){.now = snap, .before = before}));
    clinic_counter(snap, PL_COUNTER_TCP_SEGS_OUT, 1100); /* half, but few */
    clinic_counter(snap, PL_COUNTER_TCP_SEGS_RETRANS, 149);
    clinic_check(snap, before, "");
    clinic_check(snap, NULL, "retransmissions note 3 149 1100 60 10\n"); /* since boot */
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(ephemeral_ports), TEST(reserved_ports), TEST(range_unknown), TEST(stuck_sender),
          TEST(stuck_unknown), TEST(dead_peer), TEST(retransmissions))
