/* SPDX-License-Identifier: BSD-2-Clause */
/* The process that binds sockets for "why --probe". */
#include "harness.h"

#include "privilege/probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket on 127.0.0.1 without flags; *port is the one it got. */
static int hold(int type, uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, type, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* 127.0.0.1; port 0 is any that is free. */
static struct pl_bind bind_of(unsigned int proto, uint16_t port)
{
    return (struct pl_bind){
        .addr = {127, 0, 0, 1}, .family = PL_FAMILY_INET, .proto = (uint8_t)proto, .port = port};
}

static int ask(const struct probe *probe, size_t index, uint32_t ifindex)
{
    int error = -1;

    assert_int_equal(probe_ask(probe, index, ifindex, &error), 0);
    return error;
}

static void answers(void **state)
{
    struct pl_bind binds[5] = {bind_of(PL_PROTO_TCP, 0), bind_of(PL_PROTO_TCP, 0),
                               bind_of(PL_PROTO_UDP, 0), bind_of(PL_PROTO_TCP, 0),
                               bind_of(PL_PROTO_TCP, 0)};
    struct probe probe;
    int tcp = hold(SOCK_STREAM, &binds[1].port);
    int udp = hold(SOCK_DGRAM, &binds[2].port);

    (void)state;
    binds[3].port = binds[1].port;
    binds[3].reuse = PL_REUSE_ADDR; /* the other socket has not set it */
    binds[4].addr[0] = 203;         /* 203.0.113.1, of no machine: RFC 5737 */
    binds[4].addr[2] = 113;
    assert_int_equal(probe_start(&probe, binds, COUNT_OF(binds), PL_UID_UNKNOWN, true), 0);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(ask(&probe, 0, 0), 0);
        assert_int_equal(ask(&probe, 1, 0), EADDRINUSE);
        assert_int_equal(ask(&probe, 2, 0), EADDRINUSE);
        assert_int_equal(ask(&probe, 3, 0), EADDRINUSE);
        assert_int_equal(ask(&probe, 4, 0), EADDRNOTAVAIL);
    }
    close(tcp);
    close(udp);
    assert_int_equal(ask(&probe, 1, 0), 0);
    assert_int_equal(ask(&probe, 2, 0), 0);
    probe_end(&probe);
}

/* It binds nothing that it was not started with. */
static void refusals(void **state)
{
    const struct pl_bind any = bind_of(PL_PROTO_UDP, 0);
    struct probe probe;
    int error = 7;

    (void)state;
    assert_int_equal(probe_start(&probe, &any, 1, PL_UID_UNKNOWN, true), 0);
    assert_int_equal(ask(&probe, 1, 0), EINVAL);
    assert_int_equal(ask(&probe, SIZE_MAX, 0), EINVAL);
    assert_int_equal(ask(&probe, 0, 1), EINVAL); /* no link-local address */
    assert_int_equal(ask(&probe, 0, 0), 0);
    probe_end(&probe);
    assert_int_equal(probe.fd, -1);
    assert_int_equal(probe_ask(&probe, 0, 0, &error), -EPIPE);
    assert_int_equal(error, 7);
}

/* A user who is not root cannot become another one. */
static void other_user(void **state)
{
    const struct pl_bind any = bind_of(PL_PROTO_TCP, 0);
    struct probe probe = {.fd = -1};
    int err = probe_start(&probe, &any, 1, geteuid() + 1, true);

    (void)state;
    if (geteuid() == 0) {
        assert_int_equal(err, 0);
        assert_int_equal(ask(&probe, 0, 0), 0);
        probe_end(&probe);
    } else {
        assert_int_equal(err, -EPERM);
        assert_int_equal(probe.fd, -1);
    }
}

TEST_MAIN(TEST(answers), TEST(refusals), TEST(other_user))
