/* SPDX-License-Identifier: BSD-2-Clause */
/* The connection of the user's session: SSH_CONNECTION. */
#include "harness.h"

#include "kill/actor.h"

static struct pl_sock sock_of(unsigned int family, const uint8_t *local, uint16_t local_port,
                              const uint8_t *peer, uint16_t peer_port)
{
    size_t len = family == PL_FAMILY_INET ? 4 : 16;
    struct pl_sock sock = {
        .family = (uint8_t)family, .local_port = local_port, .peer_port = peer_port};

    memcpy(sock.local_addr, local, len);
    memcpy(sock.peer_addr, peer, len);
    return sock;
}

static const uint8_t server4[] = {10, 0, 0, 1};
static const uint8_t client4[] = {10, 0, 0, 2};
static const uint8_t server_mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1};
static const uint8_t client_mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2};
static const uint8_t server6[16] = {0xfe, 0x80, [15] = 1};
static const uint8_t client6[16] = {0xfe, 0x80, [15] = 2};

static void ends(void **state)
{
    static const struct {
        const char *text;
        unsigned int family;
        const uint8_t *local, *peer;
        uint16_t local_port, peer_port;
        bool own;
    } cases[] = {
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, server4, client4, 22, 4000, true},
        /* the other end of it, on the same machine */
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, client4, server4, 4000, 22, true},
        /* a server for both families: sshd prints the address of IPv4 */
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET6, server_mapped, client_mapped, 22, 4000,
         true},
        {"::ffff:10.0.0.2 4000 ::ffff:10.0.0.1 22", PL_FAMILY_INET, server4, client4, 22, 4000,
         true},
        {"fe80::2%eth0 4000 fe80::1%eth0 22", PL_FAMILY_INET6, server6, client6, 22, 4000, true},
        {"fe80::2 4000 fe80::1 22", PL_FAMILY_INET6, server6, client6, 22, 4000, true},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, server4, client4, 22, 4001, false},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, server4, client4, 23, 4000, false},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, client4, client4, 22, 4000, false},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET, server4, server4, 22, 4000, false},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_INET6, server6, client6, 22, 4000, false},
        {"fe80::2 4000 fe80::1 22", PL_FAMILY_INET, server4, client4, 22, 4000, false},
        {"10.0.0.2 4000 10.0.0.1 22", PL_FAMILY_UNIX, server_mapped, client_mapped, 22, 4000,
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_sock sock = sock_of(cases[i].family, cases[i].local, cases[i].local_port,
                                            cases[i].peer, cases[i].peer_port);
        struct actor_own own;

        assert_true(actor_read_own(cases[i].text, &own));
        if (actor_is_own(&own, &sock) != cases[i].own)
            fail_msg("case %zu: %s", i, cases[i].text);
    }
}

static void others(void **state)
{
    static const char *const bad[] = {
        "",
        "10.0.0.2",
        "10.0.0.2 4000 10.0.0.1",
        "10.0.0.2 4000 10.0.0.1 22 more",
        "10.0.0.2 0 10.0.0.1 22",
        "10.0.0.2 4000 10.0.0.1 65536",
        "10.0.0.2 4000 10.0.0.1 -1",
        "10.0.0 4000 10.0.0.1 22",
        "host 4000 10.0.0.1 22",
        "10.0.0.2  4000 10.0.0.1 22",
        "%eth0 4000 10.0.0.1 22",
        ("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
         "0123456789012345678901234567890123456789012345678901234567890123456789 1 1 1"),
    };
    const struct pl_sock none = sock_of(PL_FAMILY_INET, server4, 0, client4, 0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct actor_own own;

        if (actor_read_own(bad[i], &own))
            fail_msg("'%s'", bad[i]);
        assert_false(actor_is_own(&own, &none));
    }
}

TEST_MAIN(TEST(ends), TEST(others))
