/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of findings: templates, and parts of them that are left out. */
#include "clinic.h"

static void queue(void **state)
{
    struct pl_snapshot *snap = clinic_new();
    const struct pl_examination examination = {.now = snap};
    const char *const text =
        "the accept queue of [::1]:6880 is full, so new connections are dropped";
    const char *const filter = "proto tcp state listen local_address ::1 local_port 6880";

    (void)state;
    clinic_process(snap, 10, "slow", NULL);
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .local = "::1",
                                    .port = 6880,
                                    .recv_q = 1,
                                    .pid = 10});
    clinic_settle(snap);
    clinic_texts(&examination, text, "1 connection waiting, limit 0, process 10/slow", filter,
                 "find out why the program does not accept(2); a longer queue needs a larger "
                 "backlog of listen(2), or a larger limit of the system",
                 "");
    clinic_counter(snap, PL_COUNTER_SOMAXCONN, 1);
    clinic_texts(&examination, text,
                 "1 connection waiting, limit 0, net.core.somaxconn=1, process 10/slow", filter,
                 "find out why the program does not accept(2); a longer queue needs a larger "
                 "backlog of listen(2): net.core.somaxconn is not the limit",
                 "");
    clinic_counter(snap, PL_COUNTER_SOMAXCONN, 0);
    clinic_texts(&examination, text,
                 "1 connection waiting, limit 0, net.core.somaxconn=0, process 10/slow", filter,
                 "find out why the program does not accept(2); a longer queue needs a larger "
                 "net.core.somaxconn, and as large a backlog of listen(2)",
                 "");
    pl_snapshot_free(snap);
}

static void counters(void **state)
{
    struct pl_snapshot *before = clinic_new();
    struct pl_snapshot *snap = clinic_new();
    const char *const remedy =
        "watch the queues: portls -l --queues; the program must accept(2) faster, or call "
        "listen(2) with a larger backlog, up to net.core.somaxconn";

    (void)state;
    clinic_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 1);
    clinic_settle(snap);
    clinic_texts(&(struct pl_examination){.now = snap},
                 "1 connection found a full accept queue since boot", "TcpExtListenOverflows", "",
                 remedy, "boot");
    clinic_counter(before, PL_COUNTER_LISTEN_OVERFLOWS, 1);
    clinic_counter(snap, PL_COUNTER_LISTEN_OVERFLOWS, 4);
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .port = 6880,
                                    .recv_q = 2,
                                    .send_q = 5});
    clinic_settle(snap);
    clinic_texts(
        &(struct pl_examination){.now = snap, .before = before, .seconds = 2},
        "3 connections found a full accept queue in 2 s",
        "TcpExtListenOverflows; the fullest queue is that of 10.0.0.1:6880 now, 2 waiting, "
        "an unknown process",
        "proto tcp state listen local_address 10.0.0.1 local_port 6880", remedy, "2 s");
    pl_snapshot_free(before);
    pl_snapshot_free(snap);
}

/* A name and a path may contain braces, brackets and anything else. */
static void hostile(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_process(snap, 10, "{pid}]\x1b[", "/x/[{exe}%s\n (deleted)");
    clinic_add(
        snap,
        &(struct sick){
            .proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN, .port = 6880, .send_q = 5, .pid = 10});
    clinic_settle(snap);
    clinic_texts(
        &(struct pl_examination){.now = snap},
        "the executable of process 10/{pid}]\x1b[ was replaced or removed after it started",
        "/x/[{exe}%s\n (deleted)", "pid 10",
        "restart it to run the new version; if there was no upgrade, check what it is", "");
    pl_snapshot_free(snap);
}

static void long_path(void **state)
{
    static char path[3 * PL_FINDING_TEXT] = "/";
    struct pl_snapshot *snap = clinic_new();
    struct pl_findings findings;
    const struct pl_examination examination = {.now = snap};
    char buf[PL_FINDING_TEXT];

    (void)state;
    memset(path, '/', sizeof(path) - 12);
    (void)snprintf(path + sizeof(path) - 12, 12, " (deleted)");
    clinic_process(snap, 10, "x", path);
    clinic_add(
        snap,
        &(struct sick){
            .proto = PL_PROTO_TCP, .state = PL_STATE_LISTEN, .port = 6880, .send_q = 5, .pid = 10});
    clinic_settle(snap);
    assert_int_equal(pl_doctor_examine(&examination, &findings), 0);
    pl_finding_evidence(&examination, &findings.items[0], buf);
    assert_int_equal(strlen(buf), PL_FINDING_TEXT - 1);
    free(findings.items);
    pl_snapshot_free(snap);
}

/* Every rule and case has words: none of them ends with those of another rule. */
static void all_rules(void **state)
{
    static const struct {
        enum pl_rule rule;
        enum pl_finding_case kind;
    } cases[] = {
        {PL_RULE_CLOSE_WAIT, PL_CASE_NONE},      {PL_RULE_ACCEPT_QUEUE, PL_CASE_FULL},
        {PL_RULE_ACCEPT_QUEUE, PL_CASE_FILLING}, {PL_RULE_ACCEPT_OVERFLOW, PL_CASE_NONE},
        {PL_RULE_SYN_QUEUE, PL_CASE_HALF},       {PL_RULE_SYN_QUEUE, PL_CASE_COOKIES},
        {PL_RULE_SYN_QUEUE, PL_CASE_DROPPED},    {PL_RULE_EPHEMERAL_PORTS, PL_CASE_NONE},
        {PL_RULE_PORT_IN_RANGE, PL_CASE_NONE},   {PL_RULE_STUCK_SENDER, PL_CASE_NONE},
        {PL_RULE_DEAD_PEER, PL_CASE_NONE},       {PL_RULE_RETRANSMISSIONS, PL_CASE_NONE},
        {PL_RULE_DESCRIPTORS, PL_CASE_NONE},     {PL_RULE_UDP_DROPS, PL_CASE_NONE},
        {PL_RULE_TCP_MEMORY, PL_CASE_FULL},      {PL_RULE_TCP_MEMORY, PL_CASE_FILLING},
        {PL_RULE_TCP_MEMORY, PL_CASE_PRESSURE},  {PL_RULE_EXPOSED, PL_CASE_NONE},
        {PL_RULE_OPEN_V6, PL_CASE_NONE},         {PL_RULE_MOVED, PL_CASE_NONE},
        {PL_RULE_UNLIKELY, PL_CASE_NONE},        {PL_RULE_DELETED_EXE, PL_CASE_NONE},
        {PL_RULE_UNEVEN_QUEUES, PL_CASE_NONE},
    };
    struct pl_snapshot *snap = clinic_new();
    const struct pl_examination examination = {.now = snap};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_finding finding = {.rule = cases[i].rule, .kind = cases[i].kind};
        char text[PL_FINDING_TEXT];
        char remedy[PL_FINDING_TEXT];

        pl_finding_text(&examination, &finding, text);
        pl_finding_remedy(&examination, &finding, remedy);
        assert_true(strlen(text) > 10 && strlen(remedy) > 10);
        assert_null(strpbrk(text, "{}[]"));
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(queue), TEST(counters), TEST(hostile), TEST(long_path), TEST(all_rules))
