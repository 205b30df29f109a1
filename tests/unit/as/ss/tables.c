/* SPDX-License-Identifier: BSD-2-Clause */
/* Which tables, families and states ss lists for its options. */
#include "harness.h"

#include "as/ss/tables.h"

#include <errno.h>

#define BIT2(a, b) (PL_BIT(a) | PL_BIT(b))
#define UNIX       (PL_BIT(SS_UNIX_STREAM) | BIT2(SS_UNIX_SEQPACKET, SS_UNIX_DGRAM))

/* -A replaces the tables of letters before it, adds, and leaves out. */
static void lists(void **state)
{
    static const struct {
        const char *list;
        uint32_t tables;
    } cases[] = {
        {"tcp", PL_BIT(SS_TCP)},
        {"p_raw,packet_dgram", BIT2(SS_PACKET_RAW, SS_PACKET_DGRAM)},
        {"packet", BIT2(SS_PACKET_RAW, SS_PACKET_DGRAM)},
        {"unix,!u_dgr", UNIX & ~PL_BIT(SS_UNIX_DGRAM)},
        {"!tcp", 0},
        {"netlink,xdp", BIT2(SS_NETLINK, SS_XDP)},
        {"tipc", PL_BIT(SS_TIPC)},
        {"all", (PL_BIT(SS_MAX) - 1) & ~PL_BIT(SS_TIPC)},
        {"inet,!inet,v_str", PL_BIT(SS_VSOCK_STREAM)},
    };
    static const char *const bad[][2] = {{"nl", "nl"},  {"link", "link"},     {"", ""},
                                         {"tcp,", ""},  {"tcp,!x,udp", "!x"}, {"inet6", "inet6"},
                                         {"TCP", "TCP"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct ss_choice choice = {0};
        struct pl_text culprit;

        ss_choose_tables(&choice, PL_BIT(SS_UDP));
        assert_int_equal(ss_choose_list(&choice, cases[i].list, &culprit), 0);
        assert_int_equal(choice.tables, cases[i].tables);
        assert_int_equal(choice.wanted, SS_CONNECTED);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct ss_choice choice = {0};
        struct pl_text culprit;

        assert_int_equal(ss_choose_list(&choice, bad[i][0], &culprit), -EINVAL);
        assert_int_equal(culprit.len, strlen(bad[i][1]));
        assert_memory_equal(culprit.data, bad[i][1], culprit.len);
    }
}

/* A family selects tables, a table selects families, and both select states. */
static void rest(void **state)
{
    struct ss_choice choice = {0};
    struct pl_query query = {0};

    (void)state;
    assert_int_equal(ss_choose_family_name(&choice, "packet"), -EINVAL);
    assert_int_equal(ss_choose_family_name(&choice, "link"), 0);
    ss_choose_rest(&choice);
    assert_int_equal(choice.tables, BIT2(SS_PACKET_RAW, SS_PACKET_DGRAM));
    assert_int_equal(choice.states, SS_CLOSED);
    choice = (struct ss_choice){0};
    ss_choose_tables(&choice, BIT2(SS_TCP, SS_NETLINK));
    ss_choose_family(&choice, PL_FAMILY_INET6);
    ss_choose_rest(&choice);
    assert_int_equal(choice.families, BIT2(PL_FAMILY_INET6, PL_FAMILY_NETLINK));
    assert_int_equal(choice.states, SS_CONNECTED | SS_CLOSED);
    assert_int_equal(ss_asked_families(&choice), choice.families);
    choice.families |= PL_BIT(PL_FAMILY_INET);
    assert_int_equal(ss_asked_families(&choice), BIT2(PL_FAMILY_INET6, PL_FAMILY_NETLINK));
    ss_choose_query(&choice, &query);
    assert_int_equal(query.protos, BIT2(PL_PROTO_TCP, PL_PROTO_NETLINK));
    choice.states = SS_CONNECTED;
    ss_choose_query(&choice, &query);
    assert_int_equal(query.protos, PL_BIT(PL_PROTO_TCP));
    ss_leave_families(&choice, PL_BIT(PL_FAMILY_VSOCK));
    ss_choose_query(&choice, &query);
    assert_int_equal(query.states, PL_BIT(PL_STATE_NONE));
    choice = (struct ss_choice){0};
    ss_choose_rest(&choice);
    assert_int_equal(choice.states, SS_CONNECTED);
    assert_int_equal(choice.tables, (PL_BIT(SS_MAX) - 1) & ~PL_BIT(SS_TIPC));
}

/* The table of a socket, by protocol and type. An unknown type belongs to the last table. */
static void sockets(void **state)
{
    static const struct {
        struct pl_sock sock;
        unsigned int table;
    } cases[] = {
        {{.proto = PL_PROTO_UNIX, .type = PL_TYPE_SEQPACKET}, SS_UNIX_SEQPACKET},
        {{.proto = PL_PROTO_UNIX, .type = PL_TYPE_RAW}, SS_UNIX_DGRAM},
        {{.proto = PL_PROTO_PACKET, .type = PL_TYPE_RAW}, SS_PACKET_RAW},
        {{.proto = PL_PROTO_VSOCK, .type = PL_TYPE_SEQPACKET}, SS_VSOCK_DGRAM},
        {{.proto = PL_PROTO_NETLINK, .type = PL_TYPE_RAW}, SS_NETLINK},
        {{.proto = PL_PROTO_MPTCP, .type = PL_TYPE_STREAM}, SS_MPTCP},
    };
    const struct pl_sock icmp = {.proto = PL_PROTO_ICMP};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_ptr_equal(ss_table_of(&cases[i].sock), &ss_tables[cases[i].table]);
    assert_null(ss_table_of(&icmp));
}

TEST_MAIN(TEST(lists), TEST(rest), TEST(sockets))
