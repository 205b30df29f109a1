/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets with several owners, and one that only an unread message holds. */
#include "sockmaker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FORK_CHILDREN 3

/* Sends fd over a UNIX socket. */
static void send_fd(int channel, int fd)
{
    char control[CMSG_SPACE(sizeof(int))] = {0};
    char byte = 0;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    if (sendmsg(channel, &message, 0) != 1)
        sm_die("sendmsg of a descriptor");
}

static int receive_fd(int channel)
{
    char control[CMSG_SPACE(sizeof(int))] = {0};
    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *header;
    int fd;

    if (recvmsg(channel, &message, 0) != 1 || !(header = CMSG_FIRSTHDR(&message)) ||
        header->cmsg_type != SCM_RIGHTS)
        sm_die("recvmsg of a descriptor");
    memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    return fd;
}

/* A socket of one of three kinds, by index: listener, connected TCP, UDP. */
static int make_shared(unsigned index, const char **state)
{
    const struct sm_place *place = sm_place_unicast(index);
    int fd, listener;

    if (index % 3 == 0) {
        *state = "LISTEN";
        return sm_listener(place, 11);
    }
    if (index % 3 == 1) {
        *state = "UNCONN";
        return sm_bound(place, SOCK_DGRAM, 0);
    }
    *state = "ESTABLISHED";
    listener = sm_listener(place, 1);
    fd = sm_client_of(listener);
    sm_row_fd(sm_accept(listener), "ESTABLISHED", "peer-of-shared");
    close(listener);
    return fd;
}

static void hold_only(const int *fds, size_t count)
{
    (void)fds;
    (void)count;
}

/* A pre-forking server: parent and children hold the same descriptor number. */
void sm_fork(unsigned index)
{
    const char *state;
    int fd = make_shared(index, &state);
    struct sm_row row;

    sm_row_from(&row, fd, state, "fork");
    for (int i = 0; i < FORK_CHILDREN; i++)
        sm_row_owner(&row, sm_child_start(hold_only, &fd, 1), fd);
    sm_row_print(&row);
}

/* One process, two descriptors of one socket. */
void sm_dup(unsigned index)
{
    const char *state;
    int fd = make_shared(index, &state);
    struct sm_row row;
    int other = dup(fd);

    if (other < 0)
        sm_die("dup");
    sm_row_from(&row, fd, state, "dup");
    sm_row_owner(&row, getpid(), other);
    sm_row_print(&row);
}

/* The descriptor that a child receives; copied by fork. */
static struct {
    const char *state;
    pid_t sender;
    int sender_fd;
} sent;

static void receive_and_hold(const int *fds, size_t count)
{
    int fd = receive_fd(fds[0]);
    struct sm_row row;

    (void)count;
    close(fds[0]);
    sm_row_from(&row, fd, sent.state, "scm-rights");
    sm_row_owner(&row, sent.sender, sent.sender_fd);
    sm_row_print(&row);
}

void sm_scm(unsigned index)
{
    int fd = make_shared(index, &sent.state);
    int channel[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel))
        sm_die("socketpair");
    sent.sender = getpid();
    sent.sender_fd = fd;
    send_fd(channel[0], fd);
    sm_child_start(receive_and_hold, &channel[1], 1);
    close(channel[0]);
    close(channel[1]);
}

/* Sent, not yet received, and closed by the sender: no process holds it. */
void sm_inflight(unsigned index)
{
    const char *state;
    int fd = make_shared(index, &state);
    struct sm_row row;
    int channel[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, channel))
        sm_die("socketpair");
    sm_row_from(&row, fd, state, "in-flight");
    send_fd(channel[0], fd);
    close(fd);
    sm_row_orphan(&row, "not_found");
    sm_row_print(&row);
}
