/* SPDX-License-Identifier: BSD-2-Clause */
#include "clinic.h"

#include <arpa/inet.h>

static const struct pl_query all = {.protos = UINT32_MAX, .states = UINT32_MAX};

static uint8_t parse(const char *text, uint8_t *out)
{
    uint8_t family = strchr(text, ':') ? PL_FAMILY_INET6 : PL_FAMILY_INET;

    assert_int_equal(inet_pton(family == PL_FAMILY_INET6 ? AF_INET6 : AF_INET, text, out), 1);
    return family;
}

struct pl_snapshot *clinic_new(void)
{
    static const char *const addresses[] = {"127.0.0.1", "10.0.0.1", "::1"};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        struct pl_addr addr = {.ifindex = 1};

        addr.family = parse(addresses[i], addr.bytes);
        assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    }
    clinic_counter(snap, PL_COUNTER_EPHEMERAL_FIRST, 40000);
    clinic_counter(snap, PL_COUNTER_EPHEMERAL_LAST, 40099);
    return snap;
}

void clinic_reserve(struct pl_snapshot *snap, uint16_t first, uint16_t last)
{
    assert_int_equal(snap->sink.reserved(&snap->sink, first, last), 0);
}

void clinic_counter(struct pl_snapshot *snap, enum pl_counter id, uint64_t value)
{
    assert_int_equal(snap->sink.counter(&snap->sink, id, value), 0);
}

void clinic_add(struct pl_snapshot *snap, const struct sick *sick)
{
    for (unsigned int i = 0; i < (sick->count ? sick->count : 1); i++) {
        struct pl_sock sock = {
            .have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q |
                    PL_HAVE_V6ONLY | PL_HAVE_INODE | PL_HAVE_COOKIE,
            .proto = (uint8_t)sick->proto,
            .state = (uint16_t)sick->state,
            .local_port = sick->port + (sick->peer ? i : 0),
            .peer_port = sick->peer_port,
            .recv_q = sick->recv_q,
            .send_q = sick->send_q,
            .key = snap->socks.count + 1,
            .cookie = snap->socks.count + 1,
            .flags = sick->v6only ? PL_FLAG_V6ONLY : 0,
        };
        size_t count = 0;

        while (count < COUNT_OF(sick->attrs) && sick->attrs[count].id != PL_ATTR_NONE)
            count++;
        sock.family = parse(sick->local ? sick->local : "10.0.0.1", sock.local_addr);
        if (sick->peer) {
            sock.have |= PL_HAVE_PEER;
            (void)parse(sick->peer, sock.peer_addr);
        }
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, sick->attrs, count), 0);
        if (sick->pid != 0)
            assert_int_equal(
                snap->sink.owner(&snap->sink,
                                 &(struct pl_owner){sick->pid, 3 + (uint32_t)sock.key, sock.key}),
                0);
    }
}

void clinic_process(struct pl_snapshot *snap, uint32_t pid, const char *name, const char *exe)
{
    struct pl_process process = {
        .pid = pid, .uid = PL_UID_UNKNOWN, .name = {name, (uint32_t)strlen(name)}};

    if (exe)
        process.exe = (struct pl_text){exe, (uint32_t)strlen(exe)};
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
}

void clinic_limit(struct pl_snapshot *snap, uint32_t pid, uint32_t limit)
{
    const struct pl_process process = {.pid = pid, .uid = PL_UID_UNKNOWN, .fd_limit = limit};

    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
}

void clinic_settle(struct pl_snapshot *snap)
{
    free(snap->owner_ends.items); /* of an earlier call */
    snap->owner_ends = (struct pl_list){0};
    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    pl_join_settle(snap);
    free(snap->keys); /* as after a snapshot was taken */
    snap->keys = NULL;
}

void clinic_examine(const struct pl_examination *examination, const char *want)
{
    struct pl_findings findings;
    char got[4096] = "";

    assert_int_equal(pl_doctor_examine(examination, &findings), 0);
    for (size_t i = 0; i < findings.count; i++) {
        const struct pl_finding *finding = &findings.items[i];

        (void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
                       "%s %s %llu %llu %llu %llu %u\n", pl_rule_name(finding->rule),
                       pl_severity_name(finding->severity), (unsigned long long)finding->count,
                       (unsigned long long)finding->value, (unsigned long long)finding->limit,
                       (unsigned long long)finding->other,
                       finding->process ? finding->process->pid : 0);
    }
    assert_string_equal(got, want);
    free(findings.items);
}

void clinic_check(struct pl_snapshot *snap, const struct pl_snapshot *before, const char *want)
{
    const struct pl_examination examination = {.now = snap, .before = before, .seconds = 1};

    clinic_settle(snap);
    clinic_examine(&examination, want);
}

void clinic_texts(const struct pl_examination *examination, const char *text, const char *evidence,
                  const char *filter, const char *remedy, const char *since)
{
    const struct {
        pl_finding_write *write;
        const char *want;
    } cases[] = {{pl_finding_text, text},
                 {pl_finding_evidence, evidence},
                 {pl_finding_filter, filter},
                 {pl_finding_remedy, remedy},
                 {pl_finding_since, since}};
    struct pl_findings findings;

    assert_int_equal(pl_doctor_examine(examination, &findings), 0);
    assert_true(findings.count > 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char buf[PL_FINDING_TEXT];

        cases[i].write(examination, &findings.items[0], buf);
        assert_string_equal(buf, cases[i].want);
    }
    free(findings.items);
}
