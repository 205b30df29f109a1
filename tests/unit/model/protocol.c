/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of protocols are consistent with each other and with the rest of the program. */
#include "harness.h"

#include "model/protocol.h"

#define INET (PL_BIT(PL_FAMILY_INET) | PL_BIT(PL_FAMILY_INET6))

static void rows(void **state)
{
    uint32_t usual = 0;
    uint32_t families = 0;

    (void)state;
    for (unsigned int i = PL_PROTO_UNKNOWN + 1; i < PL_PROTO_MAX; i++) {
        const struct pl_protocol *row = &pl_protocols[i];

        if (!row->name) {
            fail();
            continue;
        }
        assert_string_not_equal(row->name, "");
        assert_int_not_equal(row->families, 0);
        assert_int_equal(row->families >> PL_FAMILY_MAX, 0);
        assert_true(row->type < PL_TYPE_MAX);
        /* Only those of both kinds of addresses have one. */
        assert_true(row->number == 0 || row->families == INET);
        for (unsigned int j = PL_PROTO_UNKNOWN + 1; row->number != 0 && j < i; j++)
            assert_int_not_equal(pl_protocols[j].number, row->number);
        usual |= row->usual ? PL_BIT(i) : 0;
        families |= row->families;
    }
    assert_int_equal(usual, PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP));
    assert_int_equal(families, PL_BIT(PL_FAMILY_MAX) - PL_BIT(PL_FAMILY_UNSPEC + 1));
}

/* include/uapi/linux/in.h */
static void numbers(void **state)
{
    static const struct {
        enum pl_proto proto;
        unsigned int number;
    } want[] = {
        {PL_PROTO_TCP, 6},     {PL_PROTO_UDP, 17},  {PL_PROTO_UDPLITE, 136},
        {PL_PROTO_ICMP, 1},    {PL_PROTO_RAW, 255}, {PL_PROTO_SCTP, 132},
        {PL_PROTO_MPTCP, 262}, {PL_PROTO_DCCP, 33}, {PL_PROTO_NETLINK, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(want); i++)
        assert_int_equal(pl_protocols[want[i].proto].number, want[i].number);
}

static void registries(void **state)
{
    uint32_t own = 0;

    (void)state;
    for (size_t i = 0; i < PL_REGISTRIES; i++)
        own |= PL_BIT(pl_registries[i]);
    for (unsigned int i = 0; i < PL_PROTO_MAX; i++) {
        unsigned int registry = pl_protocols[i].registry;

        assert_true(registry == PL_PROTO_UNKNOWN || (own & PL_BIT(registry)) != 0);
        assert_int_equal(registry == i && i != PL_PROTO_UNKNOWN, (own & PL_BIT(i)) != 0);
    }
    assert_int_equal(pl_protocols[PL_PROTO_MPTCP].registry, PL_PROTO_TCP);
    assert_int_equal(pl_protocols[PL_PROTO_SMC].registry, PL_PROTO_TCP);
    assert_int_equal(pl_protocols[PL_PROTO_UDPLITE].registry, PL_PROTO_UDP);
    assert_int_equal(pl_protocols[PL_PROTO_RAW].registry, PL_PROTO_UNKNOWN);
}

static void forms(void **state)
{
    static const struct {
        unsigned int family;
        enum pl_endpoint endpoint;
    } want[] = {
        {PL_FAMILY_UNSPEC, PL_ENDPOINT_ADDRESS},    {PL_FAMILY_INET, PL_ENDPOINT_ADDRESS},
        {PL_FAMILY_INET6, PL_ENDPOINT_ADDRESS},     {PL_FAMILY_UNIX, PL_ENDPOINT_PATH},
        {PL_FAMILY_PACKET, PL_ENDPOINT_DEVICE},     {PL_FAMILY_NETLINK, PL_ENDPOINT_NETLINK},
        {PL_FAMILY_VSOCK, PL_ENDPOINT_NUMBER},      {PL_FAMILY_XDP, PL_ENDPOINT_QUEUE},
        {PL_FAMILY_TIPC, PL_ENDPOINT_NUMBER},       {PL_FAMILY_MAX, PL_ENDPOINT_ADDRESS},
        {PL_FAMILY_OTHER | 1, PL_ENDPOINT_ADDRESS},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(want); i++)
        assert_int_equal(pl_family_endpoint(want[i].family), want[i].endpoint);
}

static void of_families(void **state)
{
    (void)state;
    assert_int_equal(pl_family_protos(0), 0);
    assert_int_equal(pl_family_protos(PL_BIT(PL_FAMILY_UNIX)), PL_BIT(PL_PROTO_UNIX));
    assert_int_equal(pl_family_protos(PL_BIT(PL_FAMILY_XDP) | PL_BIT(PL_FAMILY_TIPC)),
                     PL_BIT(PL_PROTO_XDP) | PL_BIT(PL_PROTO_TIPC));
    /* TCP has sockets of both. */
    assert_int_equal(pl_family_protos(PL_BIT(PL_FAMILY_INET)), 0);
    assert_true(pl_family_protos(INET) & PL_BIT(PL_PROTO_TCP));
    assert_false(pl_family_protos(INET) & PL_BIT(PL_PROTO_UNIX));
}

TEST_MAIN(TEST(rows), TEST(numbers), TEST(registries), TEST(forms), TEST(of_families))
