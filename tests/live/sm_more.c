/* SPDX-License-Identifier: BSD-2-Clause */
/* Rare attributes: options, marks, other users, rings, waiting connections. */
#include "sockmaker.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/un.h>

#define ETHERTYPE_IP 0x0800
#define OTHER_UID    1234

static void set(int fd, int level, int option, int value)
{
    if (setsockopt(fd, level, option, &value, sizeof(value)))
        sm_die("setsockopt");
}

/* UDP and TCP, each with another mark, type of service, user and option. */
void sm_options(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    bool six = place->domain == AF_INET6;
    int fd;

    (void)setfsuid(OTHER_UID);
    fd = sm_bound(place, SOCK_DGRAM, 0);
    (void)setfsuid(0);
    set(fd, SOL_SOCKET, SO_MARK, 7 + (int)index);
    set(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_TCLASS : IP_TOS, 0x10);
    set(fd, SOL_SOCKET, SO_PRIORITY, 3);
    sm_row_fd(fd, "UNCONN", "marked");
    fd = sm_listener(place, 3);
    set(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_FREEBIND : IP_FREEBIND, 1);
    sm_row_fd(fd, "LISTEN", "freebind");
}

/* A listener at an abstract name with two connections that are not accepted. */
void sm_unix_waiting(unsigned index)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    socklen_t length = offsetof(struct sockaddr_un, sun_path);
    int type = index % 2 ? SOCK_SEQPACKET : SOCK_STREAM;
    int listener = sm_socket(AF_UNIX, type, 0);

    /* The kernel makes a name of five hexadecimal digits. */
    if (bind(listener, (struct sockaddr *)&addr, sizeof(sa_family_t)) || listen(listener, 4))
        sm_die("UNIX listener");
    length = sizeof(addr);
    if (getsockname(listener, (struct sockaddr *)&addr, &length))
        sm_die("getsockname");
    for (int i = 0; i < 2; i++) {
        int client = sm_socket(AF_UNIX, type, 0);

        if (connect(client, (struct sockaddr *)&addr, length))
            sm_die("connect to a UNIX socket");
        if (i > 0 && shutdown(client, SHUT_WR))
            sm_die("shutdown");
    }
}

/* A packet socket with a ring, and two of a fanout group. */
void sm_packet_ring(unsigned index)
{
    struct tpacket_req request = {
        .tp_block_size = 4096, .tp_block_nr = 2, .tp_frame_size = 2048, .tp_frame_nr = 4};
    struct sockaddr_ll bound = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETHERTYPE_IP),
                                .sll_ifindex = (int)if_nametoindex("lo")};
    int fd = sm_socket(AF_PACKET, SOCK_RAW, 0);

    if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)))
        sm_die("ring of a packet socket");
    for (int i = 0; i < 2; i++) {
        fd = sm_socket(AF_PACKET, SOCK_DGRAM, 0);
        set(fd, SOL_PACKET, PACKET_AUXDATA, 1);
        if (bind(fd, (struct sockaddr *)&bound, sizeof(bound)))
            sm_die("bind of a packet socket");
        set(fd, SOL_PACKET, PACKET_FANOUT, (int)(100 + index) | PACKET_FANOUT_LB << 16);
    }
}

/* Two netlink sockets: one has a port that it chose, the other is connected to it. */
void sm_netlink_connected(unsigned index)
{
    struct sockaddr_nl addr = {.nl_family = AF_NETLINK, .nl_pid = 0x7fff0000 + index};
    int server = sm_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    int client = sm_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);

    if (bind(server, (struct sockaddr *)&addr, sizeof(addr)) ||
        connect(client, (struct sockaddr *)&addr, sizeof(addr)))
        sm_die("netlink sockets");
}
