/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about datagrams that are lost, memory, and what could not be seen. */
#include "clinic.h"

static void udp_drops(void **state)
{
    struct sick receiver = {.proto = PL_PROTO_UDP,
                            .state = PL_STATE_UNCONN,
                            .port = 6853,
                            .pid = 10,
                            .attrs = {NUMBER(DROPS, 5), NUMBER(RCVBUF, 4096)}};
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_add(before, &receiver); /* the same cookies as below */
    receiver.port = 6854;
    clinic_add(before, &receiver);
    clinic_settle(before);
    clinic_process(snap, 10, "culprit", NULL);
    receiver.port = 6853;
    receiver.attrs[0].u.num = 6;
    clinic_add(snap, &receiver);
    receiver.port = 6854;
    receiver.attrs[0].u.num = 5; /* as before */
    clinic_add(snap, &receiver);
    receiver.port = 6855;
    receiver.attrs[0].u.num = 0;
    clinic_add(snap, &receiver);
    receiver.port = 6856; /* new */
    receiver.attrs[0].u.num = 2;
    clinic_add(snap, &receiver);
    receiver.proto = PL_PROTO_TCP;
    clinic_add(snap, &receiver);
    clinic_check(snap, before,
                 "udp_drops warning 1 1 4096 6 10\n"
                 "udp_drops warning 1 2 4096 2 10\n");
    clinic_check(snap, NULL,
                 "udp_drops note 1 6 4096 6 10\n"
                 "udp_drops note 1 5 4096 5 10\n"
                 "udp_drops note 1 2 4096 2 10\n");
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

static void descriptors(void **state)
{
    static const struct {
        unsigned int count;
        uint32_t limit;
        const char *want;
    } cases[] = {{79, 100, ""},
                 {80, 100, "descriptors warning 80 80 100 0 10\n"},
                 {94, 100, "descriptors warning 94 94 100 0 10\n"},
                 {95, 100, "descriptors error 95 95 100 0 10\n"},
                 {95, 0, ""}}; /* the limit is not known */

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sick connection = {.proto = PL_PROTO_TCP,
                                  .state = PL_STATE_ESTABLISHED,
                                  .port = 1000,
                                  .peer = "10.0.0.2",
                                  .peer_port = 80,
                                  .count = cases[i].count,
                                  .pid = 10};
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "one", NULL);
        clinic_limit(snap, 10, cases[i].limit);
        clinic_process(snap, 11, "two", NULL);
        clinic_limit(snap, 11, 1000);
        clinic_add(snap, &connection);
        connection.pid = 11;
        clinic_add(snap, &connection);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

/* A socket that a process holds twice needs two descriptors. */
static void duplicates(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "one", NULL);
    clinic_limit(snap, 10, 4);
    clinic_add(
        snap,
        &(struct sick){
            .proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN, .port = 6880, .send_q = 9, .pid = 10});
    for (uint32_t fd = 10; fd < 13; fd++)
        assert_int_equal(snap->sink.owner(&snap->sink, &(struct pl_owner){10, fd, 1}), 0);
    clinic_check(snap, NULL, "descriptors error 1 4 4 0 10\n");
    pl_snapshot_free(snap);
}

static void tcp_memory(void **state)
{
    static const struct {
        uint64_t used;
        const char *want;
    } cases[] = {{699, ""},
                 {700, "tcp_memory warning 0 700 700 0 0\n"},
                 {899, "tcp_memory warning 0 899 700 0 0\n"},
                 {900, "tcp_memory error 0 900 1000 0 0\n"}};
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        clinic_counter(snap, PL_COUNTER_TCP_MEMORY, cases[i].used);
        clinic_counter(snap, PL_COUNTER_TCP_MEMORY_PRESSURE, 700);
        clinic_counter(snap, PL_COUNTER_TCP_MEMORY_LIMIT, 1000);
        clinic_check(snap, NULL, cases[i].want);
    }
    clinic_counter(snap, PL_COUNTER_TCP_MEMORY, 1);
    clinic_counter(snap, PL_COUNTER_MEMORY_PRESSURES, 2);
    clinic_check(snap, NULL, "tcp_memory note 0 2 0 0 0\n");
    clinic_counter(before, PL_COUNTER_MEMORY_PRESSURES, 1);
    clinic_check(snap, before, "tcp_memory warning 0 1 0 0 0\n");
    clinic_counter(before, PL_COUNTER_MEMORY_PRESSURES, 2);
    clinic_check(snap, before, "");
    clinic_counter(snap, PL_COUNTER_TCP_MEMORY, 5000);
    clinic_examine(&(struct pl_examination){.now = snap, .filtered = true}, "");
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

static void unseen(void **state)
{
    struct pl_snapshot *snap = clinic_new();
    const struct pl_note note = {
        .kind = PL_NOTE_OWNERS_HIDDEN, .count = 3, .lacks = PL_LACK_KNOWN | PL_LACK_ROOT};

    (void)state;
    assert_int_equal(pl_snapshot_note(snap, &note), 0);
    clinic_check(snap, NULL, "unseen note 0 0 0 0 0\n");
    clinic_texts(&(struct pl_examination){.now = snap}, "owners of 3 sockets are hidden", "",
                 "owner_unknown not_permitted", pl_note_help(&note), "");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(udp_drops), TEST(descriptors), TEST(duplicates), TEST(tcp_memory), TEST(unseen))
