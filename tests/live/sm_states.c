/* SPDX-License-Identifier: BSD-2-Clause */
/* Every TCP state, kept by a peer that stops replying at the right moment. */
#include "sockmaker.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNREAD_BYTES 1234
#define UNSENT_BYTES 1321

/* Flows in TIME_WAIT; sm_states_refresh() restarts their 60 seconds. */
static struct sm_flow *time_waits;
static size_t time_wait_count;

static void flow_row(const struct sm_flow *flow, const char *state, const char *note)
{
    struct sm_row row;

    sm_flow_row(flow, &row, state, note);
    sm_row_print(&row);
}

/* Closes the socket, which stays in its state without an owner. */
static void orphan_row(struct sm_flow *flow, const char *state, const char *note,
                       const char *reason)
{
    struct sm_row row;

    sm_flow_row(flow, &row, state, note);
    close(flow->fd);
    row.inode = 0;
    sm_row_orphan(&row, reason);
    sm_row_print(&row);
}

static void shut_down(const struct sm_flow *flow)
{
    if (shutdown(flow->fd, SHUT_WR))
        sm_die("shutdown");
}

/* ESTABLISHED -> FIN_WAIT1: our FIN is out and seen, and not acknowledged. */
static void to_fin_wait1(struct sm_flow *flow, enum sm_flow_kind kind)
{
    sm_flow_establish(flow, kind);
    shut_down(flow);
    sm_wait_state(flow->fd, TCP_FIN_WAIT1);
}

/* FIN_WAIT1 -> FIN_WAIT2: our FIN is acknowledged. */
static void to_fin_wait2(struct sm_flow *flow, enum sm_flow_kind kind)
{
    to_fin_wait1(flow, kind);
    sm_flow_expect(flow, SM_FIN);
    sm_flow_send(flow, SM_ACK, NULL, 0);
    sm_wait_state(flow->fd, TCP_FIN_WAIT2);
}

/* FIN_WAIT1 -> CLOSING: the peer's FIN comes, without an acknowledgement of ours. */
static void to_closing(struct sm_flow *flow, enum sm_flow_kind kind)
{
    to_fin_wait1(flow, kind);
    sm_flow_send(flow, SM_FIN | SM_ACK, NULL, 0);
    sm_wait_state(flow->fd, TCP_CLOSING);
}

static void to_close_wait(struct sm_flow *flow, enum sm_flow_kind kind)
{
    sm_flow_establish(flow, kind);
    sm_flow_send(flow, SM_FIN | SM_ACK, NULL, 0);
    sm_wait_state(flow->fd, TCP_CLOSE_WAIT);
}

static void to_last_ack(struct sm_flow *flow, enum sm_flow_kind kind)
{
    to_close_wait(flow, kind);
    shut_down(flow);
    sm_wait_state(flow->fd, TCP_LAST_ACK);
}

static void make_time_wait(enum sm_flow_kind kind)
{
    struct sm_flow flow;
    struct sm_row row;

    to_fin_wait2(&flow, kind);
    sm_flow_row(&flow, &row, "TIME_WAIT", "time-wait");
    sm_flow_send(&flow, SM_FIN | SM_ACK, NULL, 0);
    /* When the kernel acknowledges our FIN, it is in TIME_WAIT. */
    sm_flow_expect(&flow, SM_ACK);
    close(flow.fd);
    row.inode = 0;
    sm_row_orphan(&row, "time_wait");
    sm_row_print(&row);

    flow.fd = -1;
    time_waits = realloc(time_waits, (time_wait_count + 1) * sizeof(*time_waits));
    if (!time_waits)
        sm_die("realloc");
    time_waits[time_wait_count++] = flow;
}

void sm_states_refresh(void)
{
    for (size_t i = 0; i < time_wait_count; i++)
        sm_flow_repeat_fin(&time_waits[i]);
}

/* SYN_RECV, both kinds: a request of a listener, and a socket after a simultaneous open. */
static void make_syn_recv(enum sm_flow_kind kind)
{
    static const struct sm_place place = {"tun", AF_INET, SM_TUN_LOCAL4, false};
    int listener = sm_listener(&place, 16);
    struct sm_flow flow;
    struct sm_row row;

    sm_row_from(&row, listener, "LISTEN", "syn-recv-listener");
    row.recv_q = 0;
    row.send_q = 16;
    sm_row_print(&row);

    sm_flow_request(&flow, listener);
    sm_flow_row(&flow, &row, "SYN_RECV", "syn-recv-request");
    row.reason = "syn_recv";
    sm_row_print(&row);

    sm_flow_connect(&flow, kind);
    sm_flow_send(&flow, SM_SYN, NULL, 0);
    sm_wait_state(flow.fd, TCP_SYN_RECV);
    flow_row(&flow, "SYN_RECV", "simultaneous-open");
}

/* Sockets without a process: closed before the connection has ended. */
static void make_orphans(enum sm_flow_kind kind)
{
    /* With less than the 60 seconds of TIME_WAIT, the kernel keeps only a small record. */
    int short_linger = 59;
    struct sm_flow flow;

    to_fin_wait1(&flow, kind);
    orphan_row(&flow, "FIN_WAIT1", "orphan", "orphan");
    to_fin_wait2(&flow, kind);
    orphan_row(&flow, "FIN_WAIT2", "orphan", "orphan");
    to_closing(&flow, kind);
    orphan_row(&flow, "CLOSING", "orphan", "orphan");
    to_close_wait(&flow, kind);
    orphan_row(&flow, "LAST_ACK", "orphan", "orphan");

    to_fin_wait2(&flow, kind);
    if (setsockopt(flow.fd, IPPROTO_TCP, TCP_LINGER2, &short_linger, sizeof(short_linger)))
        sm_die("TCP_LINGER2");
    orphan_row(&flow, "FIN_WAIT2", "orphan-minisocket", "orphan");
}

void sm_tcp_states(unsigned index)
{
    enum sm_flow_kind kind = (enum sm_flow_kind)(index % SM_FLOW_KIND_MAX);
    struct sm_flow flow;

    sm_flow_connect(&flow, kind);
    flow_row(&flow, "SYN_SENT", "state");
    sm_flow_establish(&flow, kind);
    flow_row(&flow, "ESTABLISHED", "state");
    to_fin_wait1(&flow, kind);
    flow_row(&flow, "FIN_WAIT1", "state");
    to_fin_wait2(&flow, kind);
    flow_row(&flow, "FIN_WAIT2", "state");
    to_closing(&flow, kind);
    flow_row(&flow, "CLOSING", "state");
    to_close_wait(&flow, kind);
    flow_row(&flow, "CLOSE_WAIT", "state");
    to_last_ack(&flow, kind);
    flow_row(&flow, "LAST_ACK", "state");
    make_syn_recv(kind);
    make_orphans(kind);
    make_time_wait(kind);
}

/* Unread bytes, and bytes that the peer does not acknowledge. */
void sm_tcp_bytes(unsigned index)
{
    enum sm_flow_kind kind = (enum sm_flow_kind)(index % SM_FLOW_KIND_MAX);
    static char bytes[UNSENT_BYTES + UNREAD_BYTES];
    size_t more = index % 50;
    struct sm_flow flow;
    struct sm_row row;

    sm_flow_establish(&flow, kind);
    sm_flow_send(&flow, SM_ACK, bytes, UNREAD_BYTES + more);
    sm_wait_unread(flow.fd, (int)(UNREAD_BYTES + more));
    sm_flow_row(&flow, &row, "ESTABLISHED", "unread");
    row.recv_q = (long)(UNREAD_BYTES + more);
    row.send_q = 0;
    sm_row_print(&row);

    sm_flow_establish(&flow, kind);
    if (send(flow.fd, bytes, UNSENT_BYTES + more, 0) != (ssize_t)(UNSENT_BYTES + more))
        sm_die("send");
    sm_flow_row(&flow, &row, "ESTABLISHED", "unsent");
    row.recv_q = 0;
    row.send_q = (long)(UNSENT_BYTES + more);
    sm_row_print(&row);
}

static int bound_link_local(int type, const char *interface, unsigned port)
{
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, AF_INET6, SM_LINK_LOCAL6, interface, port);
    int fd = sm_socket(AF_INET6, type, 0);

    if (bind(fd, (struct sockaddr *)&addr, length) == 0)
        return fd;
    if (errno != EADDRINUSE)
        sm_die("bind to %s of %s", SM_LINK_LOCAL6, interface);
    close(fd);
    return -1;
}

/* One link-local address and port on two interfaces: only the scope differs. */
void sm_linklocal(unsigned index)
{
    struct sm_flow flow;

    (void)index;
    for (unsigned i = 0; i < 2; i++) {
        int type = i ? SOCK_DGRAM : SOCK_STREAM;
        int one, other = -1;

        /* The port may be in use on the other interface. */
        do {
            one = bound_link_local(type, SM_TUN0, 0);
            if (one >= 0)
                other = bound_link_local(type, SM_TUN1, sm_port(one));
            if (one >= 0 && other < 0)
                close(one);
        } while (other < 0);
        if (type == SOCK_STREAM && (listen(one, 5) || listen(other, 5)))
            sm_die("listen on %s", SM_LINK_LOCAL6);
        sm_row_fd(one, type == SOCK_STREAM ? "LISTEN" : "UNCONN", "link-local");
        sm_row_fd(other, type == SOCK_STREAM ? "LISTEN" : "UNCONN", "link-local");
    }
    sm_flow_establish(&flow, SM_FLOW_LINK);
    flow_row(&flow, "ESTABLISHED", "link-local");
}
