/* SPDX-License-Identifier: BSD-2-Clause */
/* Where published ports end, and what listens there. */
#include "published.h"
#include "harness.h"

#include <stdio.h>

/* A docker-proxy of that process, from a port here to one at the address. */
static void docker_proxy(struct pl_snapshot *snap, const char *at, uint16_t port, uint32_t pid,
                         const char *address, unsigned int inner)
{
    char command[128];

    (void)snprintf(command, sizeof(command),
                   "docker-proxy -host-port %u -container-ip %s -container-port %u", port, address,
                   inner);
    published_listener(snap, 0, at, port, pid, command);
}

static void proxies(void **state)
{
    struct pl_snapshot *snap = published_new();

    (void)state;
    docker_proxy(snap, "0.0.0.0", 8080, 1, "10.0.0.2", 80);
    docker_proxy(snap, "::", 8080, 2, "fd00::2", 80);
    docker_proxy(snap, "127.0.0.1", 8081, 3, "10.0.0.2", 81);
    docker_proxy(snap, "127.0.0.1", 8082, 4, "10.0.0.3", 80);
    docker_proxy(snap, "127.0.0.1", 8083, 5, "10.0.0.4", 80);
    published_listener(snap, 0, "127.0.0.1", 8084, 6, "pasta -t 8084:80");
    published_listener(snap, 0, "127.0.0.1", 8085, 7, "slirp4netns");
    published_listener(snap, 0, "127.0.0.1", 8086, 8, "nginx");
    docker_proxy(snap, "127.0.0.1", 8087, 9, "127.0.0.1", 8086);
    published_listener(snap, 7, "10.0.0.2", 80, 10, "inner4");
    published_listener(snap, 7, "::", 80, 11, "inner6");
    published_listener(snap, 8, "0.0.0.0", 80, 12, "another");
    published_addr(snap, 7, "10.0.0.2");
    published_addr(snap, 7, "fd00::2");
    published_addr(snap, 8, "10.0.0.4"); /* two namespaces have it */
    published_addr(snap, 9, "10.0.0.4");
    published_settle(snap);
    published_check(snap, 0, "10.0.0.2:80", "docker-proxy", 10, "");
    published_check(snap, 1, "[fd00::2]:80", "docker-proxy", 11, "");
    published_check(snap, 2, "10.0.0.2:81", "docker-proxy", 0, "nothing listens at 10.0.0.2:81");
    published_check(snap, 3, "10.0.0.3:80", "docker-proxy", 0, "");
    published_check(snap, 4, "10.0.0.4:80", "docker-proxy", 0, "");
    published_check(snap, 5, ":80", "pasta", 0, "");
    published_check(snap, 6, "", "slirp4netns", 0, "");
    published_check(snap, 7, NULL, NULL, 0, "");
    published_check(snap, 8, "127.0.0.1:8086", "docker-proxy", 8, "");
    published_check(snap, 9, NULL, NULL, 0, "");
    pl_snapshot_free(snap);
}

/* A listener of IPv6 that accepts IPv4, one that does not, and a mapped address. */
static void families(void **state)
{
    struct pl_snapshot *snap = published_new();

    (void)state;
    docker_proxy(snap, "127.0.0.1", 8080, 1, "10.0.0.2", 80);
    docker_proxy(snap, "127.0.0.1", 8081, 2, "10.0.0.2", 81);
    docker_proxy(snap, "127.0.0.1", 8082, 3, "10.0.0.2", 82);
    published_listener(snap, 7, "::", 80, 4, "both");
    published_listener(snap, 7, "::", 81, 5, "v6");
    published_listener(snap, 7, "::ffff:10.0.0.2", 82, 6, "mapped");
    published_addr(snap, 7, "10.0.0.2");
    ((struct pl_sock *)snap->listeners.items)[4].flags = PL_FLAG_V6ONLY;
    published_settle(snap);
    published_check(snap, 0, "10.0.0.2:80", "docker-proxy", 4, "");
    published_check(snap, 1, "10.0.0.2:81", "docker-proxy", 0, "nothing listens at 10.0.0.2:81");
    published_check(snap, 2, "10.0.0.2:82", "docker-proxy", 6, "");
    pl_snapshot_free(snap);
}

/* Two processes of one proxy, and two that share the port. */
static void shared(void **state)
{
    struct pl_snapshot *snap = published_new();
    const struct pl_published *found;
    size_t count;

    (void)state;
    docker_proxy(snap, "127.0.0.1", 8080, 1, "10.0.0.2", 80);
    docker_proxy(snap, "127.0.0.1", 8080, 2, "10.0.0.2", 80);
    docker_proxy(snap, "127.0.0.1", 8080, 3, "10.0.0.3", 80);
    published_settle(snap);
    found = pl_snapshot_published(snap, snap->socks.items, &count);
    assert_int_equal(count, 2);
    assert_text_equal(found[0].all, "10.0.0.2:80,10.0.0.3:80");
    assert_text_equal(found[1].target, "10.0.0.3:80");
    assert_null(pl_snapshot_published_owners(snap, snap->socks.items, &count));
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
}

/* Without the need, nothing is kept. */
static void not_asked(void **state)
{
    struct pl_snapshot *snap = published_new();
    size_t count;

    (void)state;
    snap->sink.need = 0;
    published_listener(snap, 0, "127.0.0.1", 8080, 1, "docker-proxy");
    assert_int_equal(snap->listeners.count, 0);
    assert_null(pl_snapshot_published(snap, snap->socks.items, &count));
    assert_int_equal(count, 0);
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(proxies), TEST(families), TEST(shared), TEST(not_asked))
