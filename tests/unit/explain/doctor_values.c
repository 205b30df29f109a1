/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of findings by name. */
#include "clinic.h"
#include "explain/doctor.h"

static void assert_value(const struct doctor_source *source, const char *name, const char *want)
{
    char buf[PL_FINDING_TEXT] = "";
    bool known = pl_doctor_value(source, (struct pl_text){name, (uint32_t)strlen(name)}, buf);

    assert_string_equal(buf, want);
    assert_int_equal(known, want[0] != '\0');
}

static const struct {
    const char *name, *want;
} words[] = {
    {"count", "1"},
    {"count|socket", "1 socket"},
    {"value|byte", "7 bytes"},
    {"value", "7"},
    {"limit", "28"},
    {"percent", "25"},
    {"port", "6880"},
    {"peer_port", "80"},
    {"queue", "2"},
    {"local", "10.0.0.1:6880"},
    {"local_address", "10.0.0.1"},
    {"peer", "10.0.0.2:80"},
    {"peer_address", "10.0.0.2"},
    {"pid", "10"},
    {"process", "process 10/one"},
    {"reason", ""},
    {"exe", "/one"},
    {"age", "12 s"},
    {"period", "in 3 s"},
    {"somaxconn", ""},
    {"first", "40000"},
    {"last", "40099"},
    {"proto", "tcp"},
    {"note", ""},
    {"help", ""},
    {"hidden", ""},
    {"usual", ""},
    {"use", ""},
    {"coun", ""},
    {"counts", ""},
    {"", ""},
};

static void values(void **state)
{
    struct pl_snapshot *snap = clinic_new();
    const struct pl_examination examination = {.now = snap};
    struct pl_finding finding = {
        .count = 1, .value = 7, .limit = 28, .age_ms = 12999, .seconds = 3};
    const struct doctor_source source = {&examination, &finding};

    (void)state;
    clinic_process(snap, 10, "one", "/one");
    clinic_add(snap, &(struct sick){.proto = PL_PROTO_TCP,
                                    .state = PL_STATE_ESTABLISHED,
                                    .port = 6880,
                                    .peer = "10.0.0.2",
                                    .peer_port = 80,
                                    .recv_q = 2,
                                    .pid = 10});
    clinic_settle(snap);
    finding.sock = pl_snapshot_socks(snap, &(size_t){0});
    finding.process = pl_snapshot_process(snap, 10);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_value(&source, words[i].name, words[i].want);
    finding = (struct pl_finding){.boot = true};
    assert_value(&source, "period", "since boot");
    assert_value(&source, "process", "an unknown process");
    assert_value(&source, "local", "");
    assert_value(&source, "port", "");
    assert_value(&source, "limit", "0");
    assert_value(&source, "buffer", "");
    assert_value(&source, "age", "");
    pl_snapshot_free(snap);
}

static void owners(void **state)
{
    static const struct {
        unsigned int reason;
        const char *process, *want;
    } cases[] = {
        {PL_OWNER_KERNEL, "the kernel", "kernel"},
        {PL_OWNER_ORPHAN, "no process", "orphan"},
        {PL_OWNER_NOT_PERMITTED, "an unknown process", "not_permitted"},
        {PL_OWNER_NOT_FOUND, "an unknown process", "not_found"},
        {PL_OWNER_NOT_ASKED, "an unknown process", ""},
    };
    struct pl_snapshot *snap = clinic_new();
    const struct pl_examination examination = {.now = snap};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_sock sock = {.owner_unknown = cases[i].reason & 15U};
        const struct pl_finding finding = {.sock = &sock};
        const struct doctor_source source = {&examination, &finding};

        assert_value(&source, "process", cases[i].process);
        assert_value(&source, "reason", cases[i].want);
        assert_value(&source, "pid", "");
        assert_value(&source, "exe", "");
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(values), TEST(owners))
