/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP sockets, SO_REUSEPORT groups and sockets bound to an interface. */
#include "sockmaker.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUP_SIZE     4
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

/* Unread datagrams. The kernel counts the memory that it uses, which is more than 0. */
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

static int bound_to_device(int domain, int type, const char *interface, unsigned port)
{
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, domain, domain == AF_INET ? "0.0.0.0" : "::", NULL, port);
    int fd = sm_socket(domain, type, 0);

    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)))
        sm_die("SO_BINDTODEVICE %s", interface);
    if (bind(fd, (struct sockaddr *)&addr, length) == 0)
        return fd;
    if (errno != EADDRINUSE)
        sm_die("bind on %s", interface);
    close(fd);
    return -1;
}

/* The same wildcard and port on two interfaces, for TCP and UDP. */
void sm_device(unsigned index)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    int domain = index % 2 ? AF_INET6 : AF_INET;

    for (unsigned i = 0; i < 2; i++) {
        int one, other = -1;

        /* The port may be in use on the other interface. */
        do {
            one = bound_to_device(domain, types[i], "lo", 0);
            if (one >= 0)
                other = bound_to_device(domain, types[i], SM_TUN0, sm_port(one));
            if (one >= 0 && other < 0)
                close(one);
        } while (other < 0);
        if (types[i] == SOCK_STREAM && (listen(one, 3) || listen(other, 3)))
            sm_die("listen on two interfaces");
        sm_row_fd(one, types[i] == SOCK_STREAM ? "LISTEN" : "UNCONN", "device");
        sm_row_fd(other, types[i] == SOCK_STREAM ? "LISTEN" : "UNCONN", "device");
    }
}

static int marked(int domain, int type, unsigned mark)
{
    int fd = sm_socket(domain, type, 0);

    if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)))
        sm_die("SO_MARK");
    return fd;
}

/* A listener, a connection, one in TIME_WAIT (which is not in the ledger), and UDP: all marked. */
void sm_mark(unsigned index)
{
    static const unsigned marks[] = {0x10, 0x1f, 0x20, 0x110};
    const struct sm_place *place = sm_place(index % 2 ? 1 : 0);
    unsigned mark = marks[index % 4];
    int listener = sm_listener(place, 5);
    int datagrams = marked(place->domain, SOCK_DGRAM, mark);

    if (setsockopt(listener, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)))
        sm_die("SO_MARK");
    sm_row_fd(listener, "LISTEN", "mark");
    sm_connect_to_name_of(datagrams, listener);
    sm_row_fd(datagrams, "ESTABLISHED", "mark");
    for (unsigned i = 0; i < 2; i++) {
        int client = marked(place->domain, SOCK_STREAM, mark);
        int server;

        sm_connect_to_name_of(client, listener);
        server = sm_accept(listener);
        if (i == 0) {
            sm_row_fd(client, "ESTABLISHED", "mark");
            sm_row_fd(server, "ESTABLISHED", "mark");
        } else {
            close(client);
            sm_wait_state(server, TCP_CLOSE_WAIT);
            close(server);
        }
    }
}
