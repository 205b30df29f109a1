/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of ports, moved daemons, and the remark about them. */
#include "filters.h"

#include "snapshot/snapshot.h"
#include "view/column.h"

/* The tables of ports, without a snapshot. */
static struct pl_sock at_port(uint32_t port)
{
    struct pl_sock sock = some_sock();

    sock.local_port = port;
    return sock;
}

static void tables(void **state)
{
    (void)state;
    assert_int_equal(ask_of("class system", at_port(22)), PL_TRUE);
    assert_int_equal(ask_of("class dynamic", at_port(22)), PL_FALSE);
    assert_int_equal(ask_of("class dynamic", at_port(60000)), PL_TRUE);
    assert_int_equal(ask_of("common", at_port(60001)), PL_FALSE);
    assert_int_equal(ask_of("common", at_port(6379)), PL_TRUE);
    LATER("service ssh");
    LATER("reach public");
    LATER("place moved");
}

static const struct pl_query all = {.protos = UINT32_MAX};

/* A snapshot with one TCP listener on a port, held by processes of these names (NULL ends them). */
static struct pl_snapshot *listening(unsigned int port, const char *const *programs)
{
    const struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
        .family = PL_FAMILY_INET,
        .proto = PL_PROTO_TCP,
        .state = PL_STATE_LISTEN,
        .local_port = port,
        .key = 7,
    };
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (uint32_t pid = 1; *programs; programs++, pid++) {
        const struct pl_owner owner = {pid, 3, 7};
        const struct pl_process process = {
            .pid = pid,
            .uid = PL_UID_UNKNOWN,
            .name = {*programs, (uint32_t)strlen(*programs)},
        };

        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
        assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    }
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_SERVICE,
                                     PL_SERVICE_ID(8821, PL_PROTO_TCP), TEXT("local\x1b")),
                     0);
    assert_int_equal(pl_join_owners(snap), 0);
    pl_join_settle(snap);
    return snap;
}

/* The cell of a column for the socket; "" if it is absent. */
static const char *shown(const struct pl_snapshot *snap, const char *column, bool json)
{
    static char buf[512];
    const struct pl_field *found = column_find(column, strlen(column));
    struct view view = {.snap = snap, .data = json, .port_names = true};
    struct out out = {.fd = -1};
    struct cell cell = {0};
    size_t count;

    assert_non_null(found);
    column_get(found, &view, pl_snapshot_socks(snap, &count), &cell);
    if (cell.kind == CELL_ABSENT)
        return "";
    if (json)
        cell_json(&out, &view, &cell);
    else
        cell_plain(&out, &view, &cell, ',', "");
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static void assert_shown(unsigned int port, const char *const *programs, const char *column,
                         const char *want)
{
    struct pl_snapshot *snap = listening(port, programs);

    assert_string_equal(shown(snap, column, false), want);
    pl_snapshot_free(snap);
}

#define PROGRAMS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void names(void **state)
{
    (void)state;
    assert_shown(443, PROGRAMS("x"), "service", "https");
    assert_shown(9200, PROGRAMS("x"), "service", "wap-wsp");
    assert_shown(9200, PROGRAMS("x"), "common", "elasticsearch");
    assert_shown(9200, PROGRAMS("x"), "use", "elasticsearch");
    assert_shown(79, PROGRAMS("x"), "use", "finger");
    assert_shown(8821, PROGRAMS("x"), "service", ""); /* only in /etc/services */
    assert_shown(8821, PROGRAMS("x"), "local_service", "local\\x1b");
    assert_shown(8821, PROGRAMS("x"), "use", "local\\x1b");
    assert_shown(443, PROGRAMS("x"), "local_service", "");
    assert_shown(8822, PROGRAMS("x"), "service", "");
    assert_shown(8821, PROGRAMS("x"), "local", "0.0.0.0:local\\x1b");
    assert_shown(443, PROGRAMS("x"), "local", "0.0.0.0:https");
    assert_shown(443, PROGRAMS("x"), "class", "system");
    assert_shown(50000, PROGRAMS("x"), "class", "dynamic");
}

/* A local name precedes the common use, unless it is a spelling of it. */
static void local_names(void **state)
{
    static const struct {
        unsigned int port;
        const char *local;
        const char *use;
    } cases[] = {
        {9200, "ourapi", "ourapi"},
        {143, "imap2", "imap"},
        {8821, "ours", "ours"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = listening(cases[i].port, PROGRAMS("x"));
        struct pl_text name = {cases[i].local, (uint32_t)strlen(cases[i].local)};

        snap->names.count = 0;
        assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_SERVICE,
                                         PL_SERVICE_ID(cases[i].port, PL_PROTO_TCP), name),
                         0);
        assert_string_equal(shown(snap, "use", false), cases[i].use);
        assert_string_equal(shown(snap, "local_service", false), cases[i].local);
        pl_snapshot_free(snap);
    }
}

static void moved(void **state)
{
    struct pl_snapshot *snap = listening(8821, PROGRAMS("sshd"));

    (void)state;
    assert_string_equal(shown(snap, "place", false), "moved");
    assert_string_equal(shown(snap, "remark", false), "sshd, usually 22");
    assert_string_equal(shown(snap, "usual_ports", true), "[22]");
    assert_string_equal(shown(snap, "remark", true), "\"sshd, usually 22\"");
    pl_snapshot_free(snap);
    assert_shown(4982, PROGRAMS("vsftpd"), "remark", "vsftpd, usually 21");
}

static void usual_and_unlikely(void **state)
{
    (void)state;
    assert_shown(22, PROGRAMS("sshd"), "place", "usual");
    assert_shown(22, PROGRAMS("sshd"), "remark", "");
    assert_shown(443, PROGRAMS("python3"), "place", "unlikely");
    assert_shown(443, PROGRAMS("nginx"), "place", "usual");
    assert_shown(8443, PROGRAMS("python3"), "remark", "");
    assert_shown(8822, PROGRAMS("nobodyknows"), "place", "");
}

/* systemd opened the socket for sshd, the usual program of the port. */
static void several_holders(void **state)
{
    (void)state;
    assert_shown(22, PROGRAMS("systemd", "sshd"), "place", "usual");
    assert_shown(8821, PROGRAMS("nobodyknows", "sshd"), "remark", "sshd, usually 22");
}

TEST_MAIN(TEST(tables), TEST(names), TEST(local_names), TEST(moved), TEST(usual_and_unlikely),
          TEST(several_holders))
