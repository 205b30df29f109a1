/* SPDX-License-Identifier: BSD-2-Clause */
/* The order and the number of findings, and memory that runs out. */
#include "alloc.h"
#include "clinic.h"

/* Listeners of the same process on different ports, whose queues are full. */
static struct pl_snapshot *full_queues(unsigned int count)
{
    struct pl_snapshot *snap = clinic_new();

    for (unsigned int i = 0; i < count; i++)
        clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                        .state = PL_STATE_LISTEN,
                                        .port = 20000 + i,
                                        .recv_q = i < count - 1 ? 10 : 9,
                                        .send_q = 9});
    clinic_settle(snap);
    return snap;
}

static void names(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_RULE_MAX; i++)
        assert_non_null(pl_rule_name(i));
    assert_null(pl_rule_name(PL_RULE_MAX));
    assert_string_equal(pl_severity_name(PL_SEVERITY_ERROR), "error");
    assert_null(pl_severity_name(PL_SEVERITY_MAX));
}

/* Errors come before warnings; equal ones keep the order of the sockets. */
static void order(void **state)
{
    struct pl_snapshot *snap = full_queues(2);

    (void)state;
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_LISTEN,
                                    .port = 19999,
                                    .recv_q = 11,
                                    .send_q = 9});
    clinic_check(snap, NULL,
                 "accept_queue error 1 10 9 0 0\n"
                 "accept_queue error 1 11 9 0 0\n"
                 "accept_queue warning 1 9 9 0 0\n");
    pl_snapshot_free(snap);
}

static void nothing(void **state)
{
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    clinic_check(snap, NULL, "");
    assert_false(pl_doctor_wants(&(struct pl_examination){.now = snap}));
    pl_snapshot_free(snap);
}

static void many(void **state)
{
    struct pl_snapshot *snap = full_queues(53);
    const struct pl_examination examination = {.now = snap};
    struct pl_findings findings;
    char buf[PL_FINDING_TEXT];

    (void)state;
    assert_int_equal(pl_doctor_examine(&examination, &findings), 0);
    assert_int_equal(findings.count, 50);
    assert_int_equal(findings.items[49].more, 3);
    pl_finding_evidence(&examination, &findings.items[49], buf);
    assert_string_equal(buf, "10 connections waiting, limit 9, an unknown process; and 3 more "
                             "findings of this rule");
    free(findings.items);
    pl_snapshot_free(snap);
}

/* Details are read for sockets in CLOSE_WAIT if there are more than are usual. */
static void wants(void **state)
{
    const struct sick waiting = {.proto = PL_PROTO_TCP,
                                 .state = PL_STATE_CLOSE_WAIT,
                                 .port = 1000,
                                 .peer = "10.0.0.2",
                                 .peer_port = 80};
    struct pl_snapshot *snap = clinic_new();

    (void)state;
    for (unsigned int i = 1; i <= 11; i++) {
        clinic_add(snap, &waiting);
        assert_int_equal(pl_doctor_wants(&(struct pl_examination){.now = snap}), i > 10);
    }
    pl_snapshot_free(snap);
}

static void no_memory(void **state)
{
    struct pl_snapshot *snap = full_queues(3);
    const struct pl_examination examination = {.now = snap};
    struct pl_findings findings = {0};
    int err = -ENOMEM;

    (void)state;
    for (unsigned long n = 1; err == -ENOMEM; n++) {
        alloc_fail(n);
        err = pl_doctor_examine(&examination, &findings);
        assert_int_equal(err, alloc_failed() ? -ENOMEM : 0);
    }
    alloc_fail(0);
    assert_int_equal(findings.count, 3);
    free(findings.items);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(names), TEST(order), TEST(nothing), TEST(many), TEST(wants), TEST(no_memory))
