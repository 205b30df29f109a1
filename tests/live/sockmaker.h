/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockmaker makes the sockets of a live test in its network namespace. It prints a row for each
 * (sm_ledger.c), then READY, and holds them until its standard input has a line or ends.
 *
 * It never sleeps and uses no fixed port. What it prints is already so in the kernel.
 */
#ifndef SOCKMAKER_H
#define SOCKMAKER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* The ledger claims nothing, and the tests do not compare this column. */
#define SM_UNCLAIMED (-1L)

/* Time limit for every reaction of the kernel, in milliseconds. */
#define SM_DEADLINE_MS 10000

/* Names and addresses of the interfaces that sm_net_setup() makes. */
#define SM_TUN0        "smtun0"
#define SM_TUN1        "smtun1"
#define SM_TUN_LOCAL4  "10.99.0.1"
#define SM_TUN_PEER4   "10.99.0.2"
#define SM_TUN_LOCAL6  "fd99::1"
#define SM_TUN_PEER6   "fd99::2"
#define SM_LINK_LOCAL6 "fe80::1"
#define SM_LINK_PEER6  "fe80::2"
#define SM_LONG6       "2001:db8:1111:2222:3333:4444:5555:6666"

/* --- errors (sm_ledger.c) --- */

/*
 * Prints "sockmaker: ...: strerror(errno)" and exits with 1. If a child does, so does its parent.
 */
void sm_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Prints a reason and exits with 77: this kernel or user cannot make that socket. */
void sm_skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Returns a decimal number from 0 to max. Anything else is a usage error (sockmaker.c). */
int sm_number(const char *word, int max);

/* Milliseconds of the monotonic clock. */
int64_t sm_now_ms(void);

/* --- ledger (sm_ledger.c) --- */

/* A row of the ledger. NULL and SM_UNCLAIMED are printed as "?". */
struct sm_row {
    const char *proto; /* tcp udp udplite icmp raw mptcp unix packet netlink */
    const char *state; /* as portls names it */
    char local[600];   /* an address, or an escaped UNIX name */
    long local_port;
    char peer[600];
    long peer_port;
    long recv_q;         /* bytes; of a listener, waiting connections */
    long send_q;         /* bytes; of a listener, the backlog */
    char interface[16];  /* "-": bound to none */
    unsigned long inode; /* 0: it has none */
    char owners[256];    /* "pid/fd,pid/fd" in that order, or "-" */
    const char *reason;  /* expected owner_unknown, or "-" */
    const char *note;    /* a word for people and scripts */
};

/* Fills a row from an open socket: names, inode, interface, and this process as its owner. */
void sm_row_from(struct sm_row *row, int fd, const char *state, const char *note);

/* States why no process holds the socket. */
void sm_row_orphan(struct sm_row *row, const char *reason);

/* Adds an owner. The order does not matter: the tests sort. */
void sm_row_owner(struct sm_row *row, pid_t pid, int fd);

void sm_row_print(const struct sm_row *row);

/* Calls sm_row_from() and sm_row_print(). */
void sm_row_fd(int fd, const char *state, const char *note);

/* Address text and port of a socket address. */
void sm_addr_text(const struct sockaddr_storage *addr, char *text, size_t size, long *port);

/* --- sockets (sm_sock.c) --- */

/* The ways to bind a socket; scenarios choose one by index. */
struct sm_place {
    const char *name;
    int domain;
    const char *address;
    bool v6only;
};
const struct sm_place *sm_place(unsigned index);
/* Like sm_place(), without the wildcard addresses. */
const struct sm_place *sm_place_unicast(unsigned index);

/* Makes a socket address; interface may be NULL. Returns its length. */
socklen_t sm_addr(struct sockaddr_storage *out, int domain, const char *text, const char *interface,
                  unsigned port);

/* socket(), with SO_REUSEADDR left alone; dies on error. */
int sm_socket(int domain, int type, int protocol);
/* A socket bound to port 0 of a place. */
int sm_bound(const struct sm_place *place, int type, int protocol);
int sm_listener(const struct sm_place *place, int backlog);
/* The port that fd is bound to. */
unsigned sm_port(int fd);
/* A blocking connect() to where fd is bound. */
int sm_client_of(int fd);
void sm_connect_to_name_of(int client, int server);
int sm_accept(int listener);
/* Waits for a state: a TCP_* number of netinet/tcp.h. */
void sm_wait_state(int fd, int state);
/* Waits until fd has at least bytes unread. */
void sm_wait_unread(int fd, int bytes);
/* Waits for poll() events. */
void sm_wait_poll(int fd, short events);

/* --- network namespace (sm_net.c) --- */

/*
 * Brings lo up, makes the TUN devices with their addresses, and makes the timeouts of the namespace
 * long. Skips if another interface is up: then this is no namespace of a test.
 */
void sm_net_setup(void);
/* File descriptor of the TUN device smtun0. */
int sm_net_tun(void);

/* --- a TCP peer in this program, at the other end of smtun0 (sm_tun.c) --- */

enum sm_flow_kind { SM_FLOW_V4, SM_FLOW_V6, SM_FLOW_MAPPED, SM_FLOW_LINK, SM_FLOW_KIND_MAX };

#define SM_FIN 0x01
#define SM_SYN 0x02
#define SM_RST 0x04
#define SM_ACK 0x10

/* A connection between this kernel and that peer. */
struct sm_flow {
    enum sm_flow_kind kind;
    int fd; /* our kernel's end, or -1 */
    struct sockaddr_storage local;
    struct sockaddr_storage peer;
    uint32_t seq; /* the peer's next sequence number */
    uint32_t ack; /* what the peer expects next */
};

/* connect() started, its SYN seen. */
void sm_flow_connect(struct sm_flow *flow, enum sm_flow_kind kind);
/* The SYN answered: ESTABLISHED. */
void sm_flow_establish(struct sm_flow *flow, enum sm_flow_kind kind);
/* The peer's SYN sent to listener, its SYN+ACK seen: a request socket in SYN_RECV. */
void sm_flow_request(struct sm_flow *flow, int listener);
/* One segment from the peer; advances flow->seq over data, SYN and FIN. */
void sm_flow_send(struct sm_flow *flow, unsigned flags, const void *data, size_t size);
/* Waits for a segment from our kernel with all of flags; advances flow->ack over it. */
void sm_flow_expect(struct sm_flow *flow, unsigned flags);
/* Repeats the peer's last FIN, which restarts the TIME_WAIT timer. */
void sm_flow_repeat_fin(struct sm_flow *flow);
/* A row for a flow whose kernel end has no file descriptor any more, or never had one. */
void sm_flow_row(const struct sm_flow *flow, struct sm_row *row, const char *state,
                 const char *note);

/* Called every few seconds while waiting: keeps TIME_WAIT sockets alive. */
void sm_states_refresh(void);

/* --- other processes (sm_child.c) --- */

/* In the parent, before any child. */
void sm_child_setup(void);

/*
 * Forks a child that keeps only the given descriptors, under their numbers. It runs body, which
 * prints its rows as the parent would, and then lives until the parent ends. Returns when the
 * child is ready.
 */
typedef void sm_child_body(const int *fds, size_t count);
pid_t sm_child_start(sm_child_body *body, const int *fds, size_t count);
/* In the child, for a body that does not return: all is made; live until the parent ends. */
void sm_child_hold(void) __attribute__((noreturn));
/* In the child: the descriptor that reads end of file when the parent ends. */
int sm_child_stop_fd(void);
/* In a process started by exec from a child: the descriptor above. */
void sm_child_adopt(int stop_fd);

/* --- scenarios: each makes one unit; index counts the units from 0 --- */

typedef void sm_scenario(unsigned index);
/* What the process with the clients' ends of sm_tcp_apart() is called. */
#define SM_CLIENT_NAME "smclient"

sm_scenario sm_tcp_listen, sm_tcp_queue, sm_tcp_pair, sm_tcp_apart, sm_tcp_bound, sm_tcp_reset,
    sm_closed;
sm_scenario sm_tcp_states, sm_tcp_bytes, sm_tcp_keepalive, sm_linklocal;
sm_scenario sm_udp, sm_udp_connected, sm_udp_bytes, sm_udp_bulk;
sm_scenario sm_reuseport, sm_device, sm_mark;
sm_scenario sm_fork, sm_scm, sm_inflight, sm_dup;
sm_scenario sm_thread, sm_leader, sm_ring, sm_hostile;
sm_scenario sm_options, sm_unix_waiting, sm_packet_ring, sm_netlink_connected;
sm_scenario sm_unix, sm_unix_plain, sm_unix_short, sm_raw, sm_packet, sm_netlink, sm_udplite,
    sm_ping, sm_mptcp;

/* Does not return in a process that sm_hostile() started by exec, and does nothing in others. */
void sm_hostile_main(void);

#endif
