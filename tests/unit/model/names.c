/* SPDX-License-Identifier: BSD-2-Clause */
/* Every number has one keyword, which is parsed to that number. */
#include "harness.h"

#include <ctype.h>

typedef const char *name_fn(unsigned int number);

/* Numbers from 0 to max have one word each, larger ones have none. */
static void check_names(name_fn *name, unsigned int max)
{
    for (unsigned int i = 0; i < max; i++) {
        assert_non_null(name(i));
        for (unsigned int j = 0; j < i; j++)
            assert_string_not_equal(name(i), name(j));
    }
    assert_null(name(max));
    assert_null(name(max + 1));
    assert_null(name(UINT32_MAX));
}

/* Without PL_OWNER_NOT_ASKED, which has no word. */
static const char *reason_name(unsigned int number)
{
    return pl_owner_unknown_name(number < UINT32_MAX ? number + PL_OWNER_KNOWN : number);
}

static void names(void **state)
{
    (void)state;
    check_names(pl_system_name, PL_SYSTEM_MAX);
    check_names(pl_family_name, PL_FAMILY_MAX);
    check_names(pl_proto_name, PL_PROTO_MAX);
    check_names(pl_type_name, PL_TYPE_MAX);
    check_names(pl_state_name, PL_STATE_MAX);
    check_names(reason_name, PL_OWNER_MAX - PL_OWNER_KNOWN);
    assert_string_equal(pl_owner_unknown_name(PL_OWNER_NOT_ASKED), "");
    assert_string_equal(pl_owner_unknown_name(PL_OWNER_KNOWN), "");
    assert_null(pl_state_name(PL_STATE_OTHER));
    assert_null(pl_state_name(PL_STATE_OTHER | 1));
    assert_null(pl_family_name(PL_FAMILY_OTHER | PL_FAMILY_INET));
}

/* The words of the machine contract, exactly. */
static void contract(void **state)
{
    static const struct {
        name_fn *name;
        unsigned int number;
        const char *word;
    } cases[] = {
        {pl_system_name, PL_SYSTEM_LINUX, "linux"},
        {pl_system_name, PL_SYSTEM_FREEBSD, "freebsd"},
        {pl_system_name, PL_SYSTEM_NETBSD, "netbsd"},
        {pl_system_name, PL_SYSTEM_OPENBSD, "openbsd"},
        {pl_system_name, PL_SYSTEM_DARWIN, "darwin"},
        {pl_family_name, PL_FAMILY_INET, "inet"},
        {pl_family_name, PL_FAMILY_INET6, "inet6"},
        {pl_family_name, PL_FAMILY_UNIX, "unix"},
        {pl_proto_name, PL_PROTO_TCP, "tcp"},
        {pl_proto_name, PL_PROTO_UDP, "udp"},
        {pl_proto_name, PL_PROTO_UDPLITE, "udplite"},
        {pl_proto_name, PL_PROTO_ICMP, "icmp"},
        {pl_proto_name, PL_PROTO_RAW, "raw"},
        {pl_proto_name, PL_PROTO_UNIX, "unix"},
        {pl_proto_name, PL_PROTO_PACKET, "packet"},
        {pl_proto_name, PL_PROTO_NETLINK, "netlink"},
        {pl_proto_name, PL_PROTO_SCTP, "sctp"},
        {pl_proto_name, PL_PROTO_MPTCP, "mptcp"},
        {pl_proto_name, PL_PROTO_VSOCK, "vsock"},
        {pl_proto_name, PL_PROTO_XDP, "xdp"},
        {pl_proto_name, PL_PROTO_TIPC, "tipc"},
        {pl_proto_name, PL_PROTO_DCCP, "dccp"},
        {pl_state_name, PL_STATE_ESTABLISHED, "ESTABLISHED"},
        {pl_state_name, PL_STATE_SYN_SENT, "SYN_SENT"},
        {pl_state_name, PL_STATE_SYN_RECV, "SYN_RECV"},
        {pl_state_name, PL_STATE_FIN_WAIT1, "FIN_WAIT1"},
        {pl_state_name, PL_STATE_FIN_WAIT2, "FIN_WAIT2"},
        {pl_state_name, PL_STATE_TIME_WAIT, "TIME_WAIT"},
        {pl_state_name, PL_STATE_CLOSED, "CLOSED"},
        {pl_state_name, PL_STATE_CLOSE_WAIT, "CLOSE_WAIT"},
        {pl_state_name, PL_STATE_LAST_ACK, "LAST_ACK"},
        {pl_state_name, PL_STATE_LISTEN, "LISTEN"},
        {pl_state_name, PL_STATE_CLOSING, "CLOSING"},
        {pl_state_name, PL_STATE_BOUND, "BOUND"},
        {pl_state_name, PL_STATE_UNCONN, "UNCONN"},
        {pl_type_name, PL_TYPE_STREAM, "stream"},
        {pl_type_name, PL_TYPE_DGRAM, "dgram"},
        {pl_type_name, PL_TYPE_SEQPACKET, "seqpacket"},
        {pl_owner_unknown_name, PL_OWNER_TIME_WAIT, "time_wait"},
        {pl_owner_unknown_name, PL_OWNER_SYN_RECV, "syn_recv"},
        {pl_owner_unknown_name, PL_OWNER_ACCEPT_QUEUE, "accept_queue"},
        {pl_owner_unknown_name, PL_OWNER_ORPHAN, "orphan"},
        {pl_owner_unknown_name, PL_OWNER_NOT_PERMITTED, "not_permitted"},
        {pl_owner_unknown_name, PL_OWNER_NOT_FOUND, "not_found"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(cases[i].name(cases[i].number), cases[i].word);
}

static void other_case(const char *word, char *buf, size_t size)
{
    size_t len = strlen(word);

    assert_true(len < size);
    for (size_t i = 0; i <= len; i++)
        buf[i] = (char)(i % 2 ? toupper(word[i]) : tolower(word[i]));
}

/* Each enum is another type, so each needs a loop. */
#define ROUND_TRIP(noun, type, first, max)                                     \
    do {                                                                       \
        for (unsigned int i = (first); i < (max); i++) {                       \
            char mixed[32];                                                    \
            enum type got = (max);                                             \
                                                                               \
            assert_int_equal(pl_##noun##_parse(pl_##noun##_name(i), &got), 0); \
            assert_int_equal(got, i);                                          \
            got = (max);                                                       \
            other_case(pl_##noun##_name(i), mixed, sizeof(mixed));             \
            assert_int_equal(pl_##noun##_parse(mixed, &got), 0);               \
            assert_int_equal(got, i);                                          \
        }                                                                      \
    } while (0)

static void round_trips(void **state)
{
    (void)state;
    ROUND_TRIP(system, pl_system, 1, PL_SYSTEM_MAX);
    ROUND_TRIP(proto, pl_proto, 1, PL_PROTO_MAX);
}

static void no_words(void **state)
{
    static const char *const words[] = {"", "tc", "tcpx", "tcp ", " tcp", "ESTAB", "1", "linuxx"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        enum pl_system system = PL_SYSTEM_MAX;
        enum pl_proto proto = PL_PROTO_MAX;

        assert_int_equal(pl_system_parse(words[i], &system), -EINVAL);
        assert_int_equal(pl_proto_parse(words[i], &proto), -EINVAL);
        assert_int_equal(system, PL_SYSTEM_MAX); /* untouched */
        assert_int_equal(proto, PL_PROTO_MAX);
    }
}

/* "unknown" is printed, but cannot be requested. */
static void unknown(void **state)
{
    enum pl_system system;
    enum pl_proto proto;

    (void)state;
    assert_int_equal(pl_system_parse("unknown", &system), -EINVAL);
    assert_int_equal(pl_proto_parse("unknown", &proto), -EINVAL);
}

TEST_MAIN(TEST(names), TEST(contract), TEST(round_trips), TEST(no_words), TEST(unknown))
