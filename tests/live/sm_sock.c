/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: places to bind to, connecting, and waiting for the kernel without sleeping. */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The unicast places come first. */
static const struct sm_place places[] = {
    {"v4", AF_INET, "127.0.0.1", false},
    {"v6", AF_INET6, "::1", false},
    {"mapped", AF_INET6, "::ffff:127.0.0.1", false},
    {"long-v6", AF_INET6, SM_LONG6, false},
    {"tun-v4", AF_INET, SM_TUN_LOCAL4, false},
    {"any-v4", AF_INET, "0.0.0.0", false},
    {"dual-stack", AF_INET6, "::", false},
    {"v6-only", AF_INET6, "::", true},
};
#define PLACE_COUNT   (sizeof(places) / sizeof(places[0]))
#define UNICAST_COUNT 5

const struct sm_place *sm_place(unsigned index)
{
    return &places[index % PLACE_COUNT];
}

const struct sm_place *sm_place_unicast(unsigned index)
{
    return &places[index % UNICAST_COUNT];
}

socklen_t sm_addr(struct sockaddr_storage *out, int domain, const char *text, const char *interface,
                  unsigned port)
{
    struct sockaddr_in *v4 = (void *)out;
    struct sockaddr_in6 *v6 = (void *)out;
    void *bytes = domain == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr;

    *out = (struct sockaddr_storage){.ss_family = (sa_family_t)domain};
    if (inet_pton(domain, text, bytes) != 1)
        sm_die("address %s", text);
    if (domain == AF_INET) {
        v4->sin_port = htons((uint16_t)port);
        return sizeof(*v4);
    }
    v6->sin6_port = htons((uint16_t)port);
    if (interface) {
        v6->sin6_scope_id = if_nametoindex(interface);
        if (v6->sin6_scope_id == 0)
            sm_die("interface %s", interface);
    }
    return sizeof(*v6);
}

int sm_socket(int domain, int type, int protocol)
{
    int fd = socket(domain, type, protocol);

    if (fd < 0)
        sm_die("socket(%d, %d, %d)", domain, type, protocol);
    return fd;
}

int sm_bound(const struct sm_place *place, int type, int protocol)
{
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, place->domain, place->address, NULL, 0);
    int fd = sm_socket(place->domain, type, protocol);
    int v6only = place->v6only;

    if (place->domain == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only)))
        sm_die("IPV6_V6ONLY");
    if (bind(fd, (struct sockaddr *)&addr, length))
        sm_die("bind to %s", place->address);
    return fd;
}

int sm_listener(const struct sm_place *place, int backlog)
{
    int fd = sm_bound(place, SOCK_STREAM, 0);

    if (listen(fd, backlog))
        sm_die("listen on %s", place->address);
    return fd;
}

unsigned sm_port(int fd)
{
    struct sockaddr_storage addr;
    socklen_t length = sizeof(addr);
    char text[INET6_ADDRSTRLEN];
    long port;

    if (getsockname(fd, (struct sockaddr *)&addr, &length))
        sm_die("getsockname");
    sm_addr_text(&addr, text, sizeof(text), &port);
    return (unsigned)port;
}

void sm_connect_to_name_of(int client, int server)
{
    struct sockaddr_storage addr;
    socklen_t length = sizeof(addr);

    if (getsockname(server, (struct sockaddr *)&addr, &length))
        sm_die("getsockname");
    if (connect(client, (struct sockaddr *)&addr, length))
        sm_die("connect");
}

int sm_client_of(int fd)
{
    int domain, type, protocol;
    socklen_t length = sizeof(int);
    int client;

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) ||
        getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length))
        sm_die("getsockopt");
    client = sm_socket(domain, type, protocol);
    sm_connect_to_name_of(client, fd);
    return client;
}

int sm_accept(int listener)
{
    int fd;

    sm_wait_poll(listener, POLLIN);
    fd = accept(listener, NULL, NULL);
    if (fd < 0)
        sm_die("accept");
    return fd;
}

void sm_wait_poll(int fd, short events)
{
    struct pollfd one = {.fd = fd, .events = events};
    int got = poll(&one, 1, SM_DEADLINE_MS);

    if (got == 0)
        errno = ETIMEDOUT;
    if (got <= 0)
        sm_die("poll of descriptor %d", fd);
}

void sm_wait_state(int fd, int state)
{
    int64_t deadline = sm_now_ms() + SM_DEADLINE_MS;
    struct tcp_info info;

    for (;;) {
        socklen_t length = sizeof(info);

        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length))
            sm_die("TCP_INFO");
        if (info.tcpi_state == state)
            return;
        if (sm_now_ms() > deadline) {
            errno = ETIMEDOUT;
            sm_die("state %d instead of %d", info.tcpi_state, state);
        }
        sched_yield();
    }
}

void sm_wait_unread(int fd, int bytes)
{
    int64_t deadline = sm_now_ms() + SM_DEADLINE_MS;
    int unread = 0;

    for (;;) {
        if (ioctl(fd, FIONREAD, &unread))
            sm_die("FIONREAD");
        if (unread >= bytes)
            return;
        if (sm_now_ms() > deadline) {
            errno = ETIMEDOUT;
            sm_die("%d bytes unread instead of %d", unread, bytes);
        }
        sched_yield();
    }
}
