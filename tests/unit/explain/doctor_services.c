/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about listeners. */
#include "clinic.h"

static void add(struct pl_snapshot *snap, const char *local, unsigned int port, uint32_t pid)
{
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .local = local,
                                    .port = port,
                                    .send_q = 10,
                                    .pid = pid,
                                    .v6only = true});
}

static void port_in_range(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "server", NULL);
    add(snap, "10.0.0.1", 39999, 10);
    add(snap, "10.0.0.1", 40100, 10);
    add(snap, "10.0.0.1", 40000, 10);
    add(snap, "::1", 40000, 10);
    add(snap, "10.0.0.1", 40099, 10);
    clinic_add(snap,
               &(struct sick){.proto = PL_PROTO_UDP, .state = PL_STATE_UNCONN, .port = 40050});
    clinic_check(snap, NULL,
                 "port_in_range note 2 0 0 0 10\n"
                 "port_in_range note 1 0 0 0 10\n");
    clinic_reserve(snap, 39000, 40000);
    clinic_reserve(snap, 40098, 40098);
    clinic_check(snap, NULL, "port_in_range note 1 0 0 0 10\n");
    snap->counted = 0;
    clinic_check(snap, NULL, "");
    pl_snapshot_free(snap);
}

static void exposed(void **state)
{
    static const struct {
        const char *program, *local;
        unsigned int port;
        const char *want;
    } cases[] = {
        {"redis-server", "0.0.0.0", 6379, "exposed warning 1 0 0 0 10\n"},
        {"redis-server", "::", 6379, "exposed warning 1 0 0 0 10\n"},
        {"redis-server", "0.0.0.0", 6880, "exposed warning 1 0 0 0 10\nmoved note 1 0 0 0 10\n"},
        {"redis-server", "127.0.0.1", 6379, ""},
        {"redis-server", "10.0.0.1", 6379, ""},
        {"postgres", "0.0.0.0", 5432, "exposed note 1 0 0 0 10\n"},
        {"java", "0.0.0.0", 9200, "exposed warning 1 0 0 0 10\n"},
        {"java", "0.0.0.0", 6880, ""},
        {"redis-serve", "0.0.0.0", 6880, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, cases[i].program, NULL);
        add(snap, cases[i].local, cases[i].port, 10);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

/* A service whose process is hidden is recognized by its port. */
static void exposed_unknown(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    assert_int_equal(snap->sink.denied(&snap->sink, 5, EPERM), 0);
    add(snap, "0.0.0.0", 6379, 0);
    add(snap, "0.0.0.0", 6880, 0);
    clinic_check(snap, NULL, "exposed warning 1 0 0 0 0\n");
    pl_snapshot_free(snap);
}

static void open_v6(void **state)
{
    static const struct {
        const char *first, *second;
        uint32_t pid; /* of the second */
        const char *want;
    } cases[] = {
        {"127.0.0.1", "::", 10, "open_v6 warning 2 0 0 0 10\n"},
        {"127.0.0.1", "::", 11, ""},
        {"127.0.0.1", "::", 0, ""},
        {"127.0.0.1", "::1", 10, ""},
        {"0.0.0.0", "::", 10, ""},
        {"127.0.0.1", "0.0.0.0", 10, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "one", NULL);
        clinic_process(snap, 11, "two", NULL);
        add(snap, cases[i].first, 6880, 10);
        add(snap, cases[i].second, 6880, cases[i].pid);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

static void places(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "sshd", NULL);
    clinic_process(snap, 11, "mine", NULL);
    add(snap, "127.0.0.1", 22, 10);
    add(snap, "127.0.0.1", 6880, 10);
    add(snap, "::1", 6880, 10);
    add(snap, "127.0.0.1", 3306, 11);
    add(snap, "127.0.0.1", 6881, 11);
    clinic_check(snap, NULL,
                 "moved note 2 0 0 0 10\n"
                 "unlikely note 1 0 0 0 11\n");
    clinic_texts(&(struct pl_examination){.now = snap},
                 "process 10/sshd listens on port 6880, usually on 22", "127.0.0.1:6880",
                 "place moved proto tcp local_port 6880 pid 10", "nothing, if this is intended",
                 "");
    pl_snapshot_free(snap);
}

static void deleted_exe(void **state)
{
    static const struct {
        const char *exe, *want;
    } cases[] = {
        {"/usr/sbin/served (deleted)", "deleted_exe warning 3 0 0 0 10\n"},
        {"/usr/sbin/served", ""},
        {"/memfd:served (deleted)", ""},
        {" (deleted)", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = clinic_new();

        clinic_process(snap, 10, "served", cases[i].exe);
        clinic_process(snap, 11, "client", "/usr/bin/client (deleted)");
        add(snap, "127.0.0.1", 6880, 10);
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = PL_STATE_ESTABLISHED,
                                        .port = 6881,
                                        .peer = "10.0.0.2",
                                        .peer_port = 80,
                                        .count = 2,
                                        .pid = 10});
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = PL_STATE_ESTABLISHED,
                                        .port = 6981,
                                        .peer = "10.0.0.2",
                                        .peer_port = 80,
                                        .pid = 11}); /* no listener */
        /* A worker that shares the listener is not reported. */
        clinic_process(snap, 12, "worker", cases[i].exe);
        assert_int_equal(snap->sink.owner(&snap->sink, &(struct pl_owner){12, 3, 1}), 0);
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(port_in_range), TEST(exposed), TEST(exposed_unknown), TEST(open_v6), TEST(places),
          TEST(deleted_exe))
