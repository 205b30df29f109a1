/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP sockets, SO_REUSEPORT groups and sockets bound to an interface. */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUP_SIZE 4
#define DATAGRAM_BYTES 300

void sm_udp(unsigned index)
{
    const struct sm_place *place = sm_place(index);

    sm_row_fd(sm_bound(place, SOCK_DGRAM, 0), "UNCONN", place->name);
}

void sm_udp_connected(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    int server = sm_bound(place, SOCK_DGRAM, 0);
    int client = sm_client_of(server);

    sm_row_fd(server, "UNCONN", place->name);
    sm_row_fd(client, "ESTABLISHED", place->name);
}

/* Datagrams nobody reads. The kernel counts its own memory for them: only more than 0 is sure. */
void sm_udp_bytes(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    int server = sm_bound(place, SOCK_DGRAM, 0);
    int client = sm_client_of(server);
    char bytes[DATAGRAM_BYTES] = {0};

    if (send(client, bytes, sizeof(bytes), 0) != sizeof(bytes))
        sm_die("send");
    sm_wait_unread(server, DATAGRAM_BYTES);
    sm_row_fd(server, "UNCONN", "unread-datagram");
    sm_row_fd(client, "ESTABLISHED", place->name);
}

void sm_udp_bulk(unsigned index)
{
    static const struct sm_place loopback = {"bulk", AF_INET, "127.0.0.1", false};

    (void)index;
    sm_row_fd(sm_bound(&loopback, SOCK_DGRAM, 0), "UNCONN", "bulk");
}

/* Sockets that share one port by SO_REUSEPORT: same addresses, different inodes. */
static void make_group(int domain, int type, const char *address, const char *state)
{
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, domain, address, NULL, 0);
    int on = 1;

    for (int i = 0; i < GROUP_SIZE; i++) {
        int fd = sm_socket(domain, type, 0);

        if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)))
            sm_die("SO_REUSEPORT");
        if (bind(fd, (struct sockaddr *)&addr, length))
            sm_die("bind to %s", address);
        if (type == SOCK_STREAM && listen(fd, 10 + i))
            sm_die("listen");
        /* The first one gets a port, the others take the same. */
        if (getsockname(fd, (struct sockaddr *)&addr, &length))
            sm_die("getsockname");
        sm_row_fd(fd, state, "reuseport");
    }
}

void sm_reuseport(unsigned index)
{
    bool six = index % 2;

    make_group(six ? AF_INET6 : AF_INET, SOCK_STREAM, six ? "::1" : "127.0.0.1", "LISTEN");
    make_group(six ? AF_INET6 : AF_INET, SOCK_DGRAM, six ? "::" : "0.0.0.0", "UNCONN");
}

static int bind_to_device(int fd, const char *interface)
{
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)))
        sm_die("SO_BINDTODEVICE %s", interface);
    return fd;
}

/* The same wildcard and port on two interfaces, for TCP and UDP, and a bound connect(). */
void sm_device(unsigned index)
{
    static const char *const interfaces[] = {"lo", SM_TUN0};
    int domain = index % 2 ? AF_INET6 : AF_INET;
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, domain, index % 2 ? "::" : "0.0.0.0", NULL, 0);

    for (unsigned i = 0; i < 2; i++) {
        int fd = bind_to_device(sm_socket(domain, SOCK_STREAM, 0), interfaces[i]);

        if (bind(fd, (struct sockaddr *)&addr, length) || listen(fd, 3))
            sm_die("listen on %s", interfaces[i]);
        getsockname(fd, (struct sockaddr *)&addr, &length);
        sm_row_fd(fd, "LISTEN", "device");

        fd = bind_to_device(sm_socket(domain, SOCK_DGRAM, 0), interfaces[i]);
        if (bind(fd, (struct sockaddr *)&addr, length))
            sm_die("bind on %s", interfaces[i]);
        sm_row_fd(fd, "UNCONN", "device");
    }
}
