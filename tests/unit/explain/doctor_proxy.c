/* SPDX-License-Identifier: BSD-2-Clause */
/* The rule about proxies whose server does not answer. */
#include "clinic.h"

#define SERVER "10.0.0.9"

static void listens(struct pl_snapshot *snap, unsigned int port, uint32_t pid)
{
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .port = port,
                                    .send_q = 10,
                                    .pid = pid});
}

static void clients(struct pl_snapshot *snap, unsigned int port, unsigned int count, uint32_t pid)
{
    for (unsigned int i = 0; i < count; i++)
        clinic_add(snap,
                   &(struct sick){.proto = PL_PROTO_TCP,
                                  .state = i == 0 ? PL_STATE_CLOSE_WAIT : PL_STATE_ESTABLISHED,
                                  .port = port,
                                  .peer = "10.0.0.7",
                                  .peer_port = 40001 + i,
                                  .pid = pid});
}

/* A connection that is being opened. */
static void tries(struct pl_snapshot *snap, const char *server, unsigned int retries, uint32_t pid)
{
    clinic_add(snap, &(struct sick){
                         .proto = PL_PROTO_TCP,
                         .state = PL_STATE_SYN_SENT,
                         .port = 40010 + (unsigned int)snap->socks.count,
                         .peer = server,
                         .peer_port = 8080,
                         .pid = pid,
                         .attrs = {NUMBER(TIMER, PL_TIMER_RETRANSMIT), NUMBER(RETRIES, retries)}});
}

static struct pl_snapshot *proxy(const char *name)
{
    struct pl_snapshot *snap = clinic_new();

    clinic_process(snap, 10, name, NULL);
    return snap;
}

/* ID SEVERITY COUNT VALUE LIMIT OTHER PID: connections, repeated SYNs, port of the proxy, clients. */
static void thresholds(void **state)
{
    static const struct {
        const char *name;
        bool listens;
        unsigned int clients, retries;
        bool works;
        const char *want;
    } cases[] = {
        {"haproxy", true, 3, 2, false, "silent_server warning 1 2 6880 3 10\n"},
        {"haproxy", true, 0, 2, false, "silent_server note 1 2 6880 0 10\n"},
        {"haproxy", true, 3, 1, false, ""},
        {"haproxy", true, 3, 2, true, ""}, /* another connection to it works */
        {"haproxy", false, 0, 6, false, ""},
        {"haprox", true, 3, 6, false, ""},
        {"curl", true, 3, 6, false, ""},
        {"docker-proxy", true, 1, 6, false, "silent_server warning 1 6 6880 1 10\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = proxy(cases[i].name);

        if (cases[i].listens)
            listens(snap, 6880, 10);
        clients(snap, 6880, cases[i].clients, 10);
        tries(snap, SERVER, cases[i].retries, 10);
        if (cases[i].works)
            clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                            .state = PL_STATE_ESTABLISHED,
                                            .port = 40099,
                                            .peer = SERVER,
                                            .peer_port = 8080,
                                            .pid = 10});
        clinic_check(snap, NULL, cases[i].want);
        pl_snapshot_free(snap);
    }
}

/* Servers are told apart, and the listener with most clients is named. */
static void several(void **state)
{
    struct pl_snapshot *snap = proxy("haproxy");

    (void)state;
    clinic_process(snap, 11, "haproxy", NULL);
    listens(snap, 6881, 10);
    listens(snap, 6880, 10);
    listens(snap, 6882, 11);
    clients(snap, 6881, 1, 10);
    clients(snap, 6880, 2, 10);
    tries(snap, SERVER, 3, 10);
    tries(snap, SERVER, 4, 10);
    tries(snap, SERVER, 0, 10);
    tries(snap, "10.0.0.8", 2, 10);
    tries(snap, SERVER, 5, 11); /* another worker, without a client */
    clinic_check(snap, NULL,
                 "silent_server warning 3 4 6880 2 10\n"
                 "silent_server warning 1 2 6880 2 10\n"
                 "silent_server note 1 5 6882 0 11\n");
    pl_snapshot_free(snap);
}

static void texts(void **state)
{
    struct pl_snapshot *snap = proxy("haproxy");
    const struct pl_examination examination = {.now = snap};

    (void)state;
    listens(snap, 443, 10);
    clients(snap, 443, 1, 10);
    tries(snap, SERVER, 2, 10);
    clinic_settle(snap);
    clinic_texts(
        &examination,
        "process 10/haproxy listens on port 443, but 10.0.0.9:8080, to which it connects, "
        "does not answer",
        "1 connection in SYN_SENT, the SYN repeated 2 times; 1 client connected",
        "proto tcp state syn-sent pid 10 peer_address 10.0.0.9 peer_port 8080",
        "start the server there, or correct its address in the configuration of the proxy; "
        "a firewall may also drop the SYNs",
        "");
    pl_snapshot_free(snap);
}

/* A server on this machine. Without all sockets, its listener may only be filtered out. */
static void local(void **state)
{
    static const struct {
        bool served, filtered;
        const char *text;
    } cases[] = {
        {false, false,
         "process 10/haproxy listens on port 443, but no socket listens on 127.0.0.1:8080, to which "
         "it connects"},
        {true, false,
         "process 10/haproxy listens on port 443, but 127.0.0.1:8080, to which it connects, does "
         "not answer"},
        {false, true,
         "process 10/haproxy listens on port 443, but 127.0.0.1:8080, to which it connects, does "
         "not answer"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = proxy("haproxy");
        const struct pl_examination examination = {.now = snap, .filtered = cases[i].filtered};
        struct pl_findings found;
        char buf[PL_FINDING_TEXT];

        listens(snap, 443, 10);
        tries(snap, "127.0.0.1", 2, 10);
        if (cases[i].served)
            clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                            .state = PL_STATE_LISTEN,
                                            .local = "0.0.0.0",
                                            .port = 8080,
                                            .send_q = 10,
                                            .pid = 10});
        clinic_settle(snap);
        assert_int_equal(pl_doctor_examine(&examination, &found), 0);
        assert_int_equal(found.count, 1);
        pl_finding_text(&examination, &found.items[0], buf);
        assert_string_equal(buf, cases[i].text);
        free(found.items);
        pl_snapshot_free(snap);
    }
}

TEST_MAIN(TEST(thresholds), TEST(several), TEST(texts), TEST(local))
