/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of protocols over raw, packet and netlink sockets. */
#include "harness.h"

static void assert_name(unsigned int proto, uint64_t number, const char *want)
{
    const char *name = pl_protocol_name(proto, number);

    assert_non_null(name);
    assert_string_equal(name, want);
}

/* A number has a different meaning for each kind of socket. */
static void by_kind(void **state)
{
    (void)state;
    assert_name(PL_PROTO_RAW, 0, "ip");
    assert_name(PL_PROTO_PACKET, 0, "none");
    assert_name(PL_PROTO_NETLINK, 0, "route");
    assert_name(PL_PROTO_RAW, 1, "icmp");
    assert_name(PL_PROTO_RAW, 58, "ipv6-icmp");
    assert_name(PL_PROTO_RAW, 89, "ospf");
    assert_name(PL_PROTO_RAW, 255, "raw");
    assert_name(PL_PROTO_PACKET, 3, "all");
    assert_name(PL_PROTO_PACKET, 0x0800, "ip");
    assert_name(PL_PROTO_PACKET, 0x0806, "arp");
    assert_name(PL_PROTO_PACKET, 0x86dd, "ipv6");
    assert_name(PL_PROTO_PACKET, 0x88cc, "lldp");
    assert_name(PL_PROTO_NETLINK, 4, "sock_diag");
    assert_name(PL_PROTO_NETLINK, 15, "kobject_uevent");
    assert_name(PL_PROTO_NETLINK, 16, "generic");
}

/* Numbers of include/uapi/linux/netlink.h. */
static void netlink(void **state)
{
    static const char *const names[] = {
        "route",         "unused",   "usersock", "firewall",       "sock_diag",  "nflog",
        "xfrm",          "selinux",  "iscsi",    "audit",          "fib_lookup", "connector",
        "netfilter",     "ip6_fw",   "dnrtmsg",  "kobject_uevent", "generic",    NULL,
        "scsitransport", "ecryptfs", "rdma",     "crypto",         "smc",
    };

    (void)state;
    for (unsigned int i = 0; i < COUNT_OF(names); i++) {
        if (names[i])
            assert_name(PL_PROTO_NETLINK, i, names[i]);
        else
            assert_null(pl_protocol_name(PL_PROTO_NETLINK, i));
    }
}

static void without_name(void **state)
{
    (void)state;
    assert_null(pl_protocol_name(PL_PROTO_RAW, 254));
    assert_null(pl_protocol_name(PL_PROTO_RAW, 256));
    assert_null(pl_protocol_name(PL_PROTO_PACKET, 0xffff));
    assert_null(pl_protocol_name(PL_PROTO_NETLINK, 17));
    assert_null(pl_protocol_name(PL_PROTO_NETLINK, 23));
    assert_null(pl_protocol_name(PL_PROTO_RAW, UINT64_MAX));
    /* Not the low half of a number. */
    assert_null(pl_protocol_name(PL_PROTO_RAW, (1ULL << 32) + 1));
    assert_null(pl_protocol_name(PL_PROTO_NETLINK, 1ULL << 32));
    assert_null(pl_protocol_name(PL_PROTO_TCP, 6));
    assert_null(pl_protocol_name(PL_PROTO_UNIX, 0));
    assert_null(pl_protocol_name(PL_PROTO_MAX, 0));
    assert_null(pl_protocol_name(UINT32_MAX, 0));
}

/* A name is short, in lower case and without blanks. */
static void plain_words(void **state)
{
    static const unsigned int protos[] = {PL_PROTO_RAW, PL_PROTO_PACKET, PL_PROTO_NETLINK};
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

    (void)state;
    for (size_t i = 0; i < COUNT_OF(protos); i++) {
        size_t found = 0;

        for (uint64_t number = 0; number <= UINT16_MAX; number++) {
            const char *name = pl_protocol_name(protos[i], number);

            if (!name)
                continue;
            found++;
            assert_true(name[0] != '\0' && strlen(name) <= 16);
            assert_int_equal(strspn(name, letters), strlen(name));
        }
        assert_true(found >= 20);
    }
}

TEST_MAIN(TEST(by_kind), TEST(netlink), TEST(without_name), TEST(plain_words))
