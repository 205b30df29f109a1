/* SPDX-License-Identifier: BSD-2-Clause */
/* How the summary is printed; tests/unit/snapshot/summary.c tests how it is counted. */
#include "harness.h"

#include "snapshot/snapshot.h"
#include "view/summary.h"

#define BOTH  (SUMMARY_STATES | SUMMARY_PROCESSES)
#define HOLDS 12 /* processes: more than the table shows */

static const struct pl_query all = {.protos = UINT32_MAX};
static char buf[8192];

static void put(struct pl_snapshot *snap, unsigned int family, unsigned int state, uint32_t port,
                uint64_t key)
{
    const struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_INODE,
                                 .family = (uint8_t)family,
                                 .proto = PL_PROTO_TCP,
                                 .state = (uint16_t)state,
                                 .local_addr = {10, 0, 0, 1},
                                 .local_port = port,
                                 .key = key};

    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
}

static struct pl_snapshot *sample(void)
{
    const struct pl_process process = {.pid = 100, .name = TEXT("a b\"")};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    put(snap, PL_FAMILY_INET, PL_STATE_LISTEN, 80, 1);
    put(snap, PL_FAMILY_INET, PL_STATE_ESTABLISHED, 40000, 2);
    put(snap, PL_FAMILY_INET, PL_STATE_ESTABLISHED, 40001, 3);
    put(snap, PL_FAMILY_INET6, PL_STATE_OTHER | 77, 80, 4);
    assert_int_equal(pl_join_prepare(snap), 0);
    for (uint32_t i = 0; i < HOLDS; i++) {
        const struct pl_owner owner = {100 + i, 3, 1};

        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
    }
    assert_int_equal(snap->sink.owner(&snap->sink, &(struct pl_owner){100, 4, 2}), 0);
    assert_int_equal(pl_join_owners(snap), 0);
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_TCP_MEMORY, 0);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_SOCKETS_USED, UINT64_MAX);
    pl_join_settle(snap);
    return snap;
}

static const char *table(const struct pl_snapshot *snap, uint32_t parts, bool header)
{
    const struct view view = {.snap = snap, .header = header};
    struct out out = {.fd = -1};

    assert_int_equal(summary_print(&view, parts, view_format_find("table"), &out), 0);
    assert_int_equal(out.error, 0);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static const char *json(const struct pl_snapshot *snap, uint32_t parts)
{
    const struct view view = {.snap = snap, .data = true};
    struct out out = {.fd = -1};

    assert_int_equal(summary_print(&view, parts, view_format_find("json"), &out), 0);
    assert_int_equal(out.error, 0);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

/* An unknown counter is absent; 0 is a value that the kernel reported. */
static void counters(void **state)
{
    struct pl_snapshot *snap = sample();

    (void)state;
    assert_string_equal(table(snap, 0, true), "Counter           Value Unit\n"
                                              "sockets_used      18446744073709551615 sockets\n"
                                              "tcp_memory        0 pages, of the whole machine\n");
    assert_string_equal(table(snap, 0, false), "sockets_used      18446744073709551615 sockets\n"
                                               "tcp_memory        0 pages, of the whole machine\n");
    assert_string_equal(json(snap, 0),
                        "{\"schema\":1,\"system\":\"linux\",\"counters\":{\"sockets_used\":"
                        "18446744073709551615,\"tcp_memory\":0},\"notes\":[]}\n");
    pl_snapshot_free(snap);
}

#define STATES_TABLE                     \
    "\nProto     State        Sockets\n" \
    "tcp       ESTABLISHED  2\n"         \
    "tcp       LISTEN       1\n"         \
    "tcp6      unknown(77)  1\n"

#define COUNTERS_TABLE                                 \
    "Counter           Value Unit\n"                   \
    "sockets_used      18446744073709551615 sockets\n" \
    "tcp_memory        0 pages, of the whole machine\n"

static void states(void **state)
{
    struct pl_snapshot *snap = sample();

    (void)state;
    assert_string_equal(table(snap, SUMMARY_STATES, true), COUNTERS_TABLE STATES_TABLE);
    assert_non_null(
        strstr(json(snap, SUMMARY_STATES),
               ",\"states\":[\n{\"proto\":\"tcp\",\"family\":\"inet\",\"state\":\"ESTABLISHED\","
               "\"sockets\":2},\n{\"proto\":\"tcp\",\"family\":\"inet\",\"state\":\"LISTEN\","
               "\"sockets\":1},\n{\"proto\":\"tcp\",\"family\":\"inet6\",\"state\":\"unknown(77)\","
               "\"sockets\":1}],\"ephemeral_ports\":[],"));
    assert_null(strstr(buf, "processes"));
    pl_snapshot_free(snap);
}

static void ports(void **state)
{
    struct pl_snapshot *snap = sample();

    (void)state;
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_FIRST, 40000);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_LAST, 40009);
    assert_non_null(strstr(table(snap, SUMMARY_STATES, true),
                           STATES_TABLE "\nProto     Ephemeral-Ports-Used Available Local-Address\n"
                                        "tcp       2                    8         10.0.0.1\n"));
    assert_null(strstr(table(snap, SUMMARY_STATES, false), "Proto"));
    assert_non_null(strstr(json(snap, SUMMARY_STATES),
                           ",\"ephemeral_ports\":[\n{\"proto\":\"tcp\",\"family\":\"inet\","
                           "\"local_address\":\"10.0.0.1\",\"used\":2,\"available\":8}],"));
    pl_snapshot_free(snap);
}

/* Tables show the ten processes with most sockets, other formats all. */
static void processes(void **state)
{
    struct pl_snapshot *snap = sample();

    (void)state;
    assert_string_equal(table(snap, SUMMARY_PROCESSES, true),
                        COUNTERS_TABLE "\nSockets   PID/Program\n"
                                       "2         100/a\\x20b\"\n"
                                       "1         101/-\n"
                                       "1         102/-\n"
                                       "1         103/-\n"
                                       "1         104/-\n"
                                       "1         105/-\n"
                                       "1         106/-\n"
                                       "1         107/-\n"
                                       "1         108/-\n"
                                       "1         109/-\n");
    assert_non_null(strstr(json(snap, SUMMARY_PROCESSES),
                           ",\"processes\":[\n{\"pid\":100,\"process\":\"a b\\\"\","
                           "\"sockets\":2},\n{\"pid\":101,\"sockets\":1},\n"));
    assert_non_null(strstr(buf, "{\"pid\":111,\"sockets\":1}],\"notes\":["));
    assert_null(strstr(buf, "states"));
    pl_snapshot_free(snap);
}

/* Without sockets, there are no rows, and the JSON is valid. */
static void nothing(void **state)
{
    struct pl_snapshot *snap;

    (void)state;
    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    assert_string_equal(table(snap, BOTH, false), "\n\n");
    assert_string_equal(json(snap, BOTH),
                        "{\"schema\":1,\"system\":\"linux\",\"counters\":{},\"states\":[],"
                        "\"ephemeral_ports\":[],\"processes\":[],\"notes\":[]}\n");
    pl_snapshot_free(snap);
}

/* The namespace of the reader is first. What is not known is no zero, and not in the total. */
static void namespaces(void **state)
{
    struct pl_snapshot *snap = sample();
    const struct pl_text web = TEXT("web");

    (void)state;
    snap->netns = 4026531833U;
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_SOCKETS_USED, 9);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_TCP_INUSE, 1);
    snap->space = 77;
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_SOCKETS_USED, 5);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_TCP_INUSE, 3);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_TCP6_INUSE, 2);
    (void)snap->sink.counter(&snap->sink, PL_COUNTER_MAX, 2);
    snap->space = 0;
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_NETNS, 77, web), 0);
    pl_join_settle(snap);
    assert_non_null(strstr(table(snap, SUMMARY_SPACES, true),
                           "\nSockets   TCP       TIME_WAIT UDP       Raw       Netns\n"
                           "9         1         -         -         -         4026531833\n"
                           "5         5         -         -         -         web\n"
                           "14        6         -         -         -         total\n"));
    (void)json(snap, SUMMARY_SPACES);
    assert_non_null(strstr(buf, "{\"netns\":4026531833,\"sockets_used\":9,\"tcp\":1}"));
    assert_non_null(
        strstr(buf, "{\"netns\":77,\"netns_name\":\"web\",\"sockets_used\":5,\"tcp\":5}"));
    assert_null(strstr(buf, "total"));
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(namespaces), TEST(counters), TEST(states), TEST(ports), TEST(processes),
          TEST(nothing))
