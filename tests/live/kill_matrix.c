/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_matrix: closes one socket of each kind by the actor of portkill, and prints a line for each:
 *
 *   KIND  REPLY  owner ERRNO...  peer ERRNO  port free|reuse|taken  row gone|STATE
 *
 * owner: SO_ERROR, and the errno of the next call on its descriptor; peer: errno of recv(2) at the
 * other end; port: free if another socket can bind it, reuse if both must have SO_REUSEADDR.
 */
#include "kill_lib.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

struct seen {
    struct actor_reply reply;
    uint64_t cookie;
    int error; /* SO_ERROR of the owner */
};

static const char *name_of(int error)
{
    return error == 0 ? "0" : strerrorname_np(error);
}

/* Closes the socket with that cookie. wrong: asks with another cookie. */
static void hit(uint64_t cookie, const char *selector, bool wrong, struct seen *seen)
{
    struct actor_plan plan = {.what = ACTOR_CLOSE};
    struct actor_request request;
    struct actor actor;
    struct pl_snapshot *snap;
    const struct pl_sock *sock;

    kl_start(&actor, &plan, selector);
    snap = kl_list();
    sock = kl_by_cookie(snap, cookie);
    if (!sock)
        kl_die("the socket is not listed");
    actor_fill(&request, snap, sock, NULL);
    request.sock.cookie ^= wrong ? 0x5a5a : 0;
    actor_check(&actor, &request, &seen->reply);
    if (seen->reply.outcome == ACTOR_READY)
        actor_act(&actor, &request, &seen->reply);
    seen->cookie = cookie;
    pl_snapshot_free(snap);
    kl_end(&actor, &plan);
}

static int so_error(int fd)
{
    int error = -1;
    socklen_t len = sizeof(error);

    (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    return error;
}

/* Waits a little, because a reset takes a moment to arrive. */
static int recv_error(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char byte;

    (void)poll(&wait, 1, 100);
    return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 ? errno : 0;
}

static bool can_bind(int family, int type, uint16_t port, int option)
{
    int fd = kl_bind(family, type, port, option);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static const char *port_text(int family, int type, uint16_t port)
{
    if (can_bind(family, type, port, 0))
        return "free";
    return type == SOCK_STREAM && can_bind(family, type, port, SO_REUSEADDR) ? "reuse" : "taken";
}

static void print(const char *kind, const struct seen *seen, const char *owner, const char *peer,
                  const char *port)
{
    struct pl_snapshot *snap = kl_list();
    const struct pl_sock *row = kl_by_cookie(snap, seen->cookie);
    char words[96];

    printf("%-20s %-20s owner %-24s peer %-12s port %-6s row %s\n", kind,
           kl_words(&seen->reply, words), owner, peer, port,
           row ? pl_state_name(row->state) : "gone");
    (void)fflush(stdout);
    pl_snapshot_free(snap);
}

/* "SO_ERROR next-call" */
static const char *owner_text(int fd, char buf[64])
{
    int error = so_error(fd);

    (void)snprintf(buf, 64, "%s %s", name_of(error), name_of(recv_error(fd)));
    return buf;
}

/* Servers bind a port by its number. The kernel keeps such a port longer. */
static uint16_t next_port(void)
{
    static uint16_t port = 5000;

    return ++port;
}

/* ---- TCP ---- */

struct pair {
    int listener, client, server;
    uint16_t port;
};

static void connect_to(int fd, int family, uint16_t port)
{
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int err = family == AF_INET ? connect(fd, (struct sockaddr *)&v4, sizeof(v4))
                                : connect(fd, (struct sockaddr *)&v6, sizeof(v6));

    if (err != 0 && errno != EINPROGRESS)
        kl_die("connect");
}

static struct pair make_pair_at(int family, bool accepted, uint16_t port, int option)
{
    struct pair pair = {.listener = kl_bind(family, SOCK_STREAM, port, option), .server = -1};

    if (pair.listener < 0 || listen(pair.listener, 8) != 0)
        kl_die("listen");
    pair.port = kl_port(pair.listener);
    pair.client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect_to(pair.client, family, pair.port);
    if (accepted) {
        pair.server = accept(pair.listener, NULL, NULL);
        close(pair.listener);
    }
    return pair;
}

static struct pair make_pair(int family, bool accepted)
{
    return make_pair_at(family, accepted, next_port(), 0);
}

static void end_pair(const struct pair *pair)
{
    close(pair->client);
    close(pair->server >= 0 ? pair->server : pair->listener);
}

static void established(const char *kind, int family, bool shut)
{
    struct pair pair = make_pair(family, true);
    struct seen seen;
    char selector[64];
    char owner[64];

    if (shut)
        (void)shutdown(pair.client, SHUT_WR);
    (void)snprintf(selector, sizeof(selector), "sport = :%u", pair.port);
    hit(kl_cookie(pair.server), selector, false, &seen);
    owner_text(pair.server, owner);
    print(kind, &seen, owner, name_of(recv_error(pair.client)),
          port_text(family, SOCK_STREAM, pair.port));
    end_pair(&pair);
}

static void wrong_cookie(void)
{
    struct pair pair = make_pair(AF_INET, true);
    struct seen seen;
    char selector[64];
    char owner[64];

    (void)snprintf(selector, sizeof(selector), "sport = :%u", pair.port);
    hit(kl_cookie(pair.server), selector, true, &seen);
    owner_text(pair.server, owner);
    print("wrong-cookie", &seen, owner, name_of(recv_error(pair.client)), "-");
    end_pair(&pair);
}

static void time_wait(void)
{
    struct pair pair = make_pair(AF_INET, true);
    struct seen seen;
    char selector[64];
    uint64_t cookie;

    close(pair.server);
    (void)recv_error(pair.client);
    close(pair.client);
    cookie = kl_find(pair.port, PL_STATE_TIME_WAIT);
    if (can_bind(AF_INET, SOCK_STREAM, pair.port, 0))
        kl_die("TIME_WAIT holds no port");
    (void)snprintf(selector, sizeof(selector), "sport = :%u", pair.port);
    hit(cookie, selector, false, &seen);
    print("time-wait", &seen, "-", "-", port_text(AF_INET, SOCK_STREAM, pair.port));
}

/* The queue of the listener is full, so that it ignores the connection. */
static void syn_sent(void)
{
    int listener = kl_bind(AF_INET, SOCK_STREAM, 0, 0);
    int clients[3];
    struct seen seen;
    char selector[64];
    char owner[64];

    if (listen(listener, 0) != 0)
        kl_die("listen");
    for (int i = 0; i < 3; i++) {
        clients[i] = kl_bind(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, 0);
        connect_to(clients[i], AF_INET, kl_port(listener));
        (void)poll(NULL, 0, 20);
    }
    (void)snprintf(selector, sizeof(selector), "sport = :%u", kl_port(clients[2]));
    hit(kl_cookie(clients[2]), selector, false, &seen);
    owner_text(clients[2], owner);
    print("syn-sent", &seen, owner, "-", "-");
    for (int i = 0; i < 3; i++)
        close(clients[i]);
    close(listener);
}

static void accept_queue(void)
{
    struct pair pair = make_pair(AF_INET, false);
    struct seen seen;
    char selector[64];

    (void)snprintf(selector, sizeof(selector), "sport = :%u and established", pair.port);
    hit(kl_find(pair.port, PL_STATE_ESTABLISHED), selector, false, &seen);
    print("accept-queue", &seen, "-", name_of(recv_error(pair.client)), "-");
    end_pair(&pair);
}

/*
 * A listener with TCP_DEFER_ACCEPT keeps a connection in this state until data arrives. The other end
 * is not told that it was dropped: it only finds out when it sends.
 */
static void syn_recv(void)
{
    const int seconds = 60;
    struct pair pair = {.listener = kl_bind(AF_INET, SOCK_STREAM, next_port(), 0), .server = -1};
    struct seen seen;
    char selector[64];
    char owner[64];
    char peer[32];

    if (setsockopt(pair.listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)) != 0 ||
        listen(pair.listener, 8) != 0)
        kl_die("TCP_DEFER_ACCEPT");
    pair.port = kl_port(pair.listener);
    pair.client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connect_to(pair.client, AF_INET, pair.port);
    (void)snprintf(selector, sizeof(selector), "sport = :%u and state syn-recv", pair.port);
    hit(kl_find(pair.port, PL_STATE_SYN_RECV), selector, false, &seen);
    (void)snprintf(owner, sizeof(owner), "%s ", name_of(so_error(pair.listener)));
    (void)strlcat(owner, name_of(recv_error(pair.listener)), sizeof(owner));
    (void)snprintf(peer, sizeof(peer), "%s", name_of(recv_error(pair.client)));
    print("syn-recv", &seen, owner, peer, port_text(AF_INET, SOCK_STREAM, pair.port));
    printf("%-20s its peer sends, then %s\n", "syn-recv",
           send(pair.client, "x", 1, MSG_NOSIGNAL) == 1 ? name_of(recv_error(pair.client)) : "-");
    end_pair(&pair);
}

static void listener(const char *kind, int family, bool device, bool chosen, int option)
{
    struct pair pair = make_pair_at(family, false, chosen ? next_port() : 0, option);
    struct seen seen;
    char selector[64];
    char owner[64];
    const char *port;

    if (device && setsockopt(pair.listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0)
        kl_die("SO_BINDTODEVICE");
    (void)snprintf(selector, sizeof(selector), "sport = :%u and state listen", pair.port);
    hit(kl_cookie(pair.listener), selector, false, &seen);
    (void)snprintf(owner, sizeof(owner), "%s ", name_of(so_error(pair.listener)));
    (void)strlcat(owner, accept(pair.listener, NULL, NULL) < 0 ? name_of(errno) : "accepted",
                  sizeof(owner));
    port = port_text(family, SOCK_STREAM, pair.port);
    print(kind, &seen, owner, name_of(recv_error(pair.client)), port);
    printf("%-20s its owner %s\n", kind,
           listen(pair.listener, 1) == 0 ? "listens again" : name_of(errno));
    end_pair(&pair);
}

static void bound(void)
{
    uint16_t port = next_port();
    int fd = kl_bind(AF_INET, SOCK_STREAM, port, 0);
    struct seen seen;
    char selector[64];
    char owner[64];

    (void)snprintf(selector, sizeof(selector), "sport = :%u", port);
    hit(kl_cookie(fd), selector, false, &seen);
    (void)snprintf(owner, sizeof(owner), "%s -", name_of(so_error(fd)));
    print("bound", &seen, owner, "-", port_text(AF_INET, SOCK_STREAM, port));
    close(fd);
}

/* ---- UDP ---- */

static void udp(const char *kind, bool connected, bool chosen)
{
    int fd = kl_bind(AF_INET, SOCK_DGRAM, next_port(), 0);
    int other = kl_bind(AF_INET, SOCK_DGRAM, 0, 0);
    struct sockaddr_storage peer;
    socklen_t len = sizeof(peer);
    uint16_t port;
    struct seen seen;
    char selector[64];
    char owner[96];

    if (!chosen) {
        close(fd);
        fd = socket(AF_INET, SOCK_DGRAM, 0);
    }
    if (connected)
        connect_to(fd, AF_INET, kl_port(other));
    port = kl_port(fd);
    (void)snprintf(selector, sizeof(selector), "udp and sport = :%u", port);
    hit(kl_cookie(fd), selector, false, &seen);
    owner_text(fd, owner);
    if (connected)
        (void)strlcat(owner,
                      getpeername(fd, (struct sockaddr *)&peer, &len) == 0 ? " connected"
                                                                           : " ENOTCONN",
                      sizeof(owner));
    print(kind, &seen, owner, "-", port_text(AF_INET, SOCK_DGRAM, port));
    close(fd);
    close(other);
}

/* ---- groups that share a port ---- */

#define MEMBERS 4

/* Closes the third member only, then prints the states of all. */
static void group(const char *kind, int type)
{
    uint16_t port = next_port();
    int fds[MEMBERS];
    struct pl_snapshot *snap;
    struct seen seen;
    char selector[64];
    char owner[64];

    for (int i = 0; i < MEMBERS; i++) {
        fds[i] = kl_bind(AF_INET, type, port, SO_REUSEPORT);
        if (fds[i] < 0 || (type == SOCK_STREAM && listen(fds[i], 4) != 0))
            kl_die("SO_REUSEPORT");
    }
    (void)snprintf(selector, sizeof(selector), "sport = :%u", port);
    hit(kl_cookie(fds[2]), selector, false, &seen);
    (void)snprintf(owner, sizeof(owner), "%s -", name_of(so_error(fds[2])));
    print(kind, &seen, owner, "-", port_text(AF_INET, type, port));
    snap = kl_list();
    printf("%-20s", kind);
    for (int i = 0; i < MEMBERS; i++) {
        const struct pl_sock *row = kl_by_cookie(snap, kl_cookie(fds[i]));

        printf(" %s:%s", row ? pl_state_name(row->state) : "gone", name_of(so_error(fds[i])));
        close(fds[i]);
    }
    printf("\n");
    pl_snapshot_free(snap);
}

/* ---- others ---- */

/* Finds the TCP socket of an MPTCP socket. Returns its cookie. */
static uint64_t subflow_cookie(uint16_t port, enum pl_state state)
{
    struct pl_snapshot *snap = kl_list();
    uint64_t cookie = 0;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (socks[i].proto == PL_PROTO_TCP && socks[i].local_port == port &&
            socks[i].state == state)
            cookie = socks[i].cookie;
    }
    pl_snapshot_free(snap);
    return cookie;
}

static void exchange(int from, int to)
{
    char byte = 'x';

    if (send(from, &byte, 1, 0) != 1 || recv(to, &byte, 1, 0) != 1)
        kl_die("exchange");
}

static void mptcp(void)
{
    int listener = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct seen seen;
    char selector[64];
    char owner[64];
    int client;
    int server;

    if (listener < 0) {
        printf("%-20s SKIP: feature: no MPTCP\n", "mptcp");
        return;
    }
    if (bind(listener, (struct sockaddr *)&addr, sizeof(addr)) != 0 || listen(listener, 4) != 0)
        kl_die("mptcp");
    client = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    connect_to(client, AF_INET, kl_port(listener));
    server = accept(listener, NULL, NULL);
    (void)snprintf(selector, sizeof(selector), "mptcp and sport = :%u", kl_port(listener));
    hit(kl_cookie(server), selector, false, &seen);
    owner_text(server, owner);
    print("mptcp", &seen, owner, name_of(recv_error(client)), "-");
    /* It is only fully established after both ends have sent data. */
    exchange(client, server);
    exchange(server, client);
    (void)snprintf(selector, sizeof(selector), "tcp and local port %u and established",
                   kl_port(listener));
    hit(subflow_cookie(kl_port(listener), PL_STATE_ESTABLISHED), selector, false, &seen);
    print("mptcp-subflow", &seen, owner_text(server, owner), name_of(recv_error(client)), "-");
    (void)snprintf(selector, sizeof(selector), "tcp and :%u", kl_port(listener));
    hit(subflow_cookie(kl_port(listener), PL_STATE_LISTEN), selector, false, &seen);
    print("mptcp-listen", &seen, owner_text(listener, owner), "-",
          port_text(AF_INET, SOCK_STREAM, kl_port(listener)));
    close(client);
    close(server);
    close(listener);
}

static void unix_socket(void)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "\0kill_matrix"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct seen seen;

    if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 || listen(fd, 1) != 0)
        kl_die("unix");
    hit(kl_cookie(fd), "unix", false, &seen);
    print("unix", &seen, "-", "-", "-");
    close(fd);
}

int main(void)
{
    established("established", AF_INET, false);
    established("established-v6", AF_INET6, false);
    established("close-wait", AF_INET, true);
    wrong_cookie();
    time_wait();
    syn_sent();
    accept_queue();
    syn_recv();
    listener("listen", AF_INET, false, true, 0);
    listener("listen-v6", AF_INET6, false, true, 0);
    listener("listen-device", AF_INET, true, true, 0);
    listener("listen-chosen-port", AF_INET, false, false, 0);
    listener("listen-reuseaddr", AF_INET, false, true, SO_REUSEADDR);
    bound();
    udp("udp", false, true);
    udp("udp-connected", true, true);
    udp("udp-chosen-port", true, false);
    group("tcp-reuseport", SOCK_STREAM);
    group("udp-reuseport", SOCK_DGRAM);
    mptcp();
    unix_socket();
    return 0;
}
