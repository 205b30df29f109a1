/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP over loopback: listeners, accept queues, connections, bound and closed sockets. */
#include "sockmaker.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define QUEUE_BACKLOG 7
#define QUEUE_WAITING 3
#define APART_PAIRS   10 /* connections to a process */

static void listener_row(int fd, long waiting, long backlog, const char *note)
{
    struct sm_row row;

    sm_row_from(&row, fd, "LISTEN", note);
    row.recv_q = waiting;
    row.send_q = backlog;
    sm_row_print(&row);
}

void sm_tcp_listen(unsigned index)
{
    const struct sm_place *place = sm_place(index);
    int backlog = 1 + (int)(index % 100);

    listener_row(sm_listener(place, backlog), 0, backlog, place->name);
}

/* Prints both ends of a connection that waits to be accepted: the client's own and the other. */
static void waiting_rows(int client, const char *client_state, const char *server_state)
{
    struct sm_row row, other;

    sm_row_from(&row, client, client_state, "waiting-client");
    sm_row_print(&row);
    other = row;
    other.state = server_state;
    memcpy(other.local, row.peer, sizeof(other.local));
    memcpy(other.peer, row.local, sizeof(other.peer));
    other.local_port = row.peer_port;
    other.peer_port = row.local_port;
    other.inode = 0;
    other.note = "in-accept-queue";
    sm_row_orphan(&other, "accept_queue");
    sm_row_print(&other);
}

void sm_tcp_queue(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    int listener = sm_listener(place, QUEUE_BACKLOG);

    for (int i = 0; i < QUEUE_WAITING; i++) {
        int client = sm_client_of(listener);

        if (i == 0) {
            /* A connection that is not yet accepted receives the end of file. */
            if (shutdown(client, SHUT_WR))
                sm_die("shutdown");
            sm_wait_state(client, TCP_FIN_WAIT2);
            waiting_rows(client, "FIN_WAIT2", "CLOSE_WAIT");
        } else {
            waiting_rows(client, "ESTABLISHED", "ESTABLISHED");
        }
    }
    listener_row(listener, QUEUE_WAITING, QUEUE_BACKLOG, "queue");
}

/* A v4 client of a dual-stack listener: the accepted end is a v6 socket with mapped addresses. */
static void connect_dual(int listener, int *client)
{
    struct sockaddr_storage name, to;
    struct sockaddr_in *v4 = (void *)&to;
    socklen_t length = sizeof(name);

    if (getsockname(listener, (struct sockaddr *)&name, &length))
        sm_die("getsockname");
    length = sm_addr(&to, AF_INET, "127.0.0.1", NULL, 0);
    v4->sin_port = ((struct sockaddr_in6 *)&name)->sin6_port;
    *client = sm_socket(AF_INET, SOCK_STREAM, 0);
    if (connect(*client, (struct sockaddr *)&to, length))
        sm_die("connect to a dual-stack listener");
}

/* Makes a connection within this process: index chooses a unicast place, or IPv4 to a dual-stack
 * listener. Returns the name of the place. */
static const char *connect_pair(unsigned index, int *client, int *server)
{
    static const struct sm_place dual = {"dual-stack", AF_INET6, "::", false};
    bool mixed = index % 6 == 5;
    const struct sm_place *place = mixed ? &dual : sm_place_unicast(index % 6);
    int listener = sm_listener(place, 1);

    if (mixed)
        connect_dual(listener, client);
    else
        *client = sm_client_of(listener);
    *server = sm_accept(listener);
    close(listener);
    return place->name;
}

void sm_tcp_pair(unsigned index)
{
    int client, server;
    const char *name = connect_pair(index, &client, &server);

    sm_row_fd(client, "ESTABLISHED", name);
    sm_row_fd(server, "ESTABLISHED", name);
}

static void be_the_client(const int *fds, size_t count)
{
    (void)fds;
    (void)count;
    if (prctl(PR_SET_NAME, SM_CLIENT_NAME))
        sm_die("prctl");
}

/* Connections whose clients are in another process, and whose servers are in this one. */
void sm_tcp_apart(unsigned index)
{
    struct sm_row rows[APART_PAIRS];
    int clients[APART_PAIRS];
    pid_t child;

    for (unsigned i = 0; i < APART_PAIRS; i++) {
        int server;
        const char *name = connect_pair(index * APART_PAIRS + i, &clients[i], &server);

        sm_row_fd(server, "ESTABLISHED", name);
        sm_row_from(&rows[i], clients[i], "ESTABLISHED", "client-apart");
    }
    child = sm_child_start(be_the_client, clients, APART_PAIRS);
    for (unsigned i = 0; i < APART_PAIRS; i++) {
        snprintf(rows[i].owners, sizeof(rows[i].owners), "%d/%d", (int)child, clients[i]);
        sm_row_print(&rows[i]);
        close(clients[i]);
    }
}

/* A timer that runs for hours. */
void sm_tcp_keepalive(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    int listener = sm_listener(place, 1);
    int client = sm_client_of(listener);
    int server = sm_accept(listener);
    int on = 1;

    close(listener);
    if (setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)))
        sm_die("SO_KEEPALIVE");
    sm_row_fd(client, "ESTABLISHED", "keepalive");
    sm_row_fd(server, "ESTABLISHED", place->name);
}

void sm_tcp_bound(unsigned index)
{
    const struct sm_place *place = sm_place(index);

    sm_row_fd(sm_bound(place, SOCK_STREAM, 0), "BOUND", place->name);
}

/* Bound to a port that was chosen: the kernel reserves it until the socket is closed. */
static int bound_by_number(const struct sm_place *place)
{
    int probe = sm_bound(place, SOCK_STREAM, 0);
    int fd = sm_socket(place->domain, SOCK_STREAM, 0);
    struct sockaddr_storage name;
    socklen_t length = sizeof(name);

    if (getsockname(probe, (struct sockaddr *)&name, &length))
        sm_die("getsockname");
    close(probe);
    if (bind(fd, (struct sockaddr *)&name, length))
        sm_die("bind to the port of another socket");
    return fd;
}

/* A connection from a bound port that was reset: the port stays in use. */
void sm_tcp_reset(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    struct linger abort_on_close = {.l_onoff = 1};
    int listener = sm_listener(place, 1);
    int client = bound_by_number(place);
    struct sm_row row;
    int server;

    sm_connect_to_name_of(client, listener);
    server = sm_accept(listener);
    close(listener);
    if (setsockopt(server, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof(abort_on_close)))
        sm_die("SO_LINGER");
    close(server);
    sm_wait_state(client, TCP_CLOSE);
    sm_row_from(&row, client, "BOUND", "reset");
    /* The kernel keeps the peer; a lister may omit it. */
    strlcpy(row.peer, "?", sizeof(row.peer));
    row.peer_port = SM_UNCLAIMED;
    sm_row_print(&row);
}

/* Sockets that must not be listed: never bound, they are in no table of the kernel. */
void sm_closed(unsigned index)
{
    int domain = index % 2 ? AF_INET6 : AF_INET;

    sm_row_fd(sm_socket(domain, SOCK_STREAM, 0), "CLOSED", "hidden");
    sm_row_fd(sm_socket(domain, SOCK_DGRAM, 0), "CLOSED", "hidden");
}
