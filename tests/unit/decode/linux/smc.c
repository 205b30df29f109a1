/* SPDX-License-Identifier: BSD-2-Clause */
/* struct smc_diag_msg: its states, and absent addresses. */
#include "harness.h"

static const uint8_t v4[2][16] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
static const uint8_t v6[16] = {[15] = 1};
static const uint8_t any[16];

static void put(struct bytes *b, unsigned int family, unsigned int smc_state, const uint8_t *local,
                const uint8_t *peer, uint64_t inode)
{
    size_t at = nl_begin(b, 20, 0);

    put_u8(b, (uint8_t)family);
    put_u8(b, (uint8_t)smc_state);
    put_zeros(b, 2);
    put_bytes(b, "\x1f\x90\xc3\x50", 4); /* ports 8080 and 50000 */
    put_bytes(b, local, 16);
    put_bytes(b, peer, 16);
    put_u32(b, 3); /* interface */
    put_u64(b, 0x1122334455667788);
    put_u32(b, inode != 0 ? 1000 : 0);
    put_u64(b, inode);
    nl_attr(b, 3, "\2", 1);
    nl_attr(b, 5, "\0\0\0\0\0\0\0\0", 8);
    nl_end(b, at);
}

static void everything(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    const struct pl_sock *sock = got->socks;

    (void)state;
    put(&b, 43, 1, v4[0], v4[1], 1ULL << 33);
    put(&b, 43, 1, v4[0], v4[1], 0);
    got->sink.need = UINT32_MAX;
    assert_int_equal(decode_feed("linux/diag/smc", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 2);
    assert_int_equal(sock->proto, PL_PROTO_SMC);
    assert_int_equal(sock->type, PL_TYPE_STREAM);
    assert_int_equal(sock->family, PL_FAMILY_INET);
    assert_int_equal(sock->state, PL_STATE_ESTABLISHED);
    assert_memory_equal(sock->local_addr, v4[0], 16);
    assert_memory_equal(sock->peer_addr, v4[1], 16);
    assert_int_equal(sock->local_port, 8080);
    assert_int_equal(sock->peer_port, 50000);
    assert_int_equal(sock->ifindex, 3);
    assert_int_equal(sock->uid, 1000);
    assert_true(sock->key == 1ULL << 33);
    assert_true(sock->cookie == 0x1122334455667788);
    assert_int_equal(sock->have, PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_UID |
                                     PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE);
    assert_int_equal(got->attrs[0].id, PL_ATTR_SHUTDOWN);
    assert_int_equal(got->attrs[0].u.num, 2);
    /* The other one is not accepted: it has no inode and no uid. */
    assert_int_equal(sock[1].have & (PL_HAVE_UID | PL_HAVE_INODE), 0);
    recorder_free(got);
}

/* 43 is no address family; a socket of another family has no addresses. */
static void families(void **state)
{
    static const struct {
        const uint8_t *local, *peer;
        uint8_t told, family;
        bool addresses;
    } cases[] = {
        {v4[0], v4[1], 43, PL_FAMILY_INET, true}, {any, any, 43, PL_FAMILY_INET, true},
        {v6, any, 43, PL_FAMILY_INET6, true},     {any, v6, 43, PL_FAMILY_INET6, true},
        {any, any, 2, PL_FAMILY_INET, false},     {any, any, 10, PL_FAMILY_INET6, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        const unsigned int both = PL_HAVE_LOCAL | PL_HAVE_PEER;
        struct bytes b = {0};

        put(&b, cases[i].told, 10, cases[i].local, cases[i].peer, 7);
        assert_int_equal(decode_feed("linux/diag/smc", b.data, b.len, &got->sink), 0);
        assert_int_equal(got->socks[0].family, cases[i].family);
        assert_int_equal(got->socks[0].have & both, cases[i].addresses ? both : 0);
        assert_int_equal(got->socks[0].local_port, cases[i].addresses ? 8080 : 0);
        recorder_free(got);
    }
}

/* enum smc_state */
static void states(void **state)
{
    static const struct {
        uint8_t number;
        uint16_t state;
    } cases[] = {
        {1, PL_STATE_ESTABLISHED}, {2, PL_STATE_BOUND},         {7, PL_STATE_CLOSED},
        {10, PL_STATE_LISTEN},     {20, PL_STATE_FIN_WAIT1},    {21, PL_STATE_FIN_WAIT2},
        {22, PL_STATE_CLOSE_WAIT}, {23, PL_STATE_LAST_ACK},     {24, PL_STATE_CLOSING},
        {25, PL_STATE_LAST_ACK},   {26, PL_STATE_CLOSING},      {27, PL_STATE_CLOSE_WAIT},
        {0, PL_STATE_OTHER},       {3, PL_STATE_OTHER | 3},     {19, PL_STATE_OTHER | 19},
        {28, PL_STATE_OTHER | 28}, {255, PL_STATE_OTHER | 255},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};

        put(&b, 43, cases[i].number, v4[0], v4[1], 7);
        assert_int_equal(decode_feed("linux/diag/smc", b.data, b.len, &got->sink), 0);
        assert_int_equal(got->socks[0].state, cases[i].state);
        recorder_free(got);
    }
}

static void too_short(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at = nl_begin(&b, 20, 0);

    (void)state;
    put_zeros(&b, 63);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/smc", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    recorder_free(got);
}

TEST_MAIN(TEST(everything), TEST(families), TEST(states), TEST(too_short))
