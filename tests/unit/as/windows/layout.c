/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/layout.h"

static void rows(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct out out = {.fd = -1};
    const struct as_view view = {.snap = snap, .processes = true};

    (void)state;
    windows_print(&view, &out);
    holds(&out, "\nActive Connections\n\n"
                "  Proto  Local Address          Foreign Address        State           PID\n"
                "  TCP    127.0.0.1:8080         0.0.0.0:0              LISTENING       5\n"
                "  TCP    [2001:db8::1]:8080     [::ffff:10.0.0.9]:443  ESTABLISHED     -\n");
    pl_snapshot_free(snap);
}

static size_t host(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size)
{
    (void)arg;
    (void)addr;
    return family == PL_FAMILY_INET ? strlcpy(buf, "ho\x1bst", size) : 0;
}

static size_t service(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    (void)arg;
    (void)proto;
    return port == 8080 ? strlcpy(buf, "web", size) : 0;
}

/* Host and service names, numeric zones of addresses, and sockets without a process. */
static void names(void **state)
{
    struct pl_snapshot *snap = two_socks();
    struct pl_sock *socks = snap->socks.items;
    struct out out = {.fd = -1};
    const struct as_view view = {
        .snap = snap, .processes = true, .names = {.host = host, .service = service}};

    (void)state;
    memcpy(socks[1].local_addr, (uint8_t[16]){0xfe, 0x80, [15] = 1}, 16);
    socks[1].ifindex = 4;
    socks[1].have |= PL_HAVE_SCOPE;
    socks[1].state = PL_STATE_TIME_WAIT;
    socks[1].owner_unknown = PL_OWNER_TIME_WAIT;
    windows_print(&view, &out);
    holds(&out, "\nActive Connections\n\n"
                "  Proto  Local Address          Foreign Address        State           PID\n"
                "  TCP    ho\\x1bst:web           0.0.0.0:0              LISTENING       5\n"
                "  TCP    [fe80::1%4]:web        [::ffff:10.0.0.9]:443  TIME_WAIT       0\n");
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(rows), TEST(names))
