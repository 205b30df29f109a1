/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw, packet, netlink, UDP-Lite, ping and MPTCP sockets. */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Absent from the C library. */
#define PROTO_MPTCP   262
#define PROTO_OSPF    89
#define ETHERTYPE_ALL 0x0003
#define ETHERTYPE_ARP 0x0806

/* Calls socket(); skips if this kernel lacks the family. */
static int maybe_socket(const char *what, int domain, int type, int protocol)
{
    int fd = socket(domain, type, protocol);

    if (fd < 0 && (errno == EPROTONOSUPPORT || errno == EAFNOSUPPORT || errno == EACCES ||
                   errno == ESOCKTNOSUPPORT || errno == ENOPROTOOPT))
        sm_skip("feature: no %s sockets here: %s", what, strerror(errno));
    if (fd < 0)
        sm_die("%s socket", what);
    return fd;
}

static void bind_text(int fd, int domain, const char *address)
{
    struct sockaddr_storage addr;
    socklen_t length = sm_addr(&addr, domain, address, NULL, 0);

    if (bind(fd, (struct sockaddr *)&addr, length))
        sm_die("bind to %s", address);
}

/* The "port" of a raw socket is its IP protocol number. */
static void raw_row(int fd, int protocol, const char *state, const char *note)
{
    struct sm_row row;

    sm_row_from(&row, fd, state, note);
    row.local_port = protocol;
    row.peer_port = 0;
    sm_row_print(&row);
}

void sm_raw(unsigned index)
{
    static const struct {
        int domain;
        int protocol;
        const char *note;
        const char *address; /* NULL: not bound */
        const char *peer;    /* NULL: not connected */
    } kinds[] = {
        {AF_INET, IPPROTO_ICMP, "icmp", NULL, NULL},
        {AF_INET, PROTO_OSPF, "ospf", "127.0.0.1", NULL},
        {AF_INET, 253, "experimental", "127.0.0.1", "127.0.0.1"},
        {AF_INET6, IPPROTO_ICMPV6, "icmpv6", NULL, NULL},
        {AF_INET6, PROTO_OSPF, "ospf", "::1", NULL},
        {AF_INET6, 254, "experimental", "::1", "::1"},
    };

    (void)index;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        int fd = maybe_socket("raw", kinds[i].domain, SOCK_RAW, kinds[i].protocol);
        struct sockaddr_storage addr;

        if (kinds[i].address)
            bind_text(fd, kinds[i].domain, kinds[i].address);
        if (kinds[i].peer && connect(fd, (struct sockaddr *)&addr,
                                     sm_addr(&addr, kinds[i].domain, kinds[i].peer, NULL, 0)))
            sm_die("connect of a raw socket");
        raw_row(fd, kinds[i].protocol, kinds[i].peer ? "ESTABLISHED" : "UNCONN", kinds[i].note);
    }
}

/* local_address: Ethernet protocol in hexadecimal; interface: where it receives. */
static void packet_row(int fd, unsigned protocol, const char *interface, const char *note)
{
    struct sm_row row;

    sm_row_from(&row, fd, "UNCONN", note);
    row.proto = "packet";
    snprintf(row.local, sizeof(row.local), "%04x", protocol);
    row.local_port = SM_UNCLAIMED;
    row.peer_port = SM_UNCLAIMED;
    strlcpy(row.interface, interface, sizeof(row.interface));
    sm_row_print(&row);
}

void sm_packet(unsigned index)
{
    struct sockaddr_ll bound = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETHERTYPE_ARP),
                                .sll_ifindex = (int)if_nametoindex("lo")};
    int fd;

    (void)index;
    fd = maybe_socket("packet", AF_PACKET, SOCK_RAW, htons(ETHERTYPE_ALL));
    packet_row(fd, ETHERTYPE_ALL, "-", "sniffs-all");
    fd = maybe_socket("packet", AF_PACKET, SOCK_DGRAM, 0);
    if (bind(fd, (struct sockaddr *)&bound, sizeof(bound)))
        sm_die("bind of a packet socket");
    packet_row(fd, ETHERTYPE_ARP, "lo", "cooked-arp");
}

/* local_address: netlink protocol number; local_port: port id; peer_address: groups, in hex. */
static void netlink_row(int fd, int protocol, const char *note)
{
    struct sockaddr_nl addr;
    socklen_t length = sizeof(addr);
    struct sm_row row;

    if (getsockname(fd, (struct sockaddr *)&addr, &length))
        sm_die("getsockname");
    sm_row_from(&row, fd, "UNCONN", note);
    row.proto = "netlink";
    snprintf(row.local, sizeof(row.local), "%d", protocol);
    snprintf(row.peer, sizeof(row.peer), "%08x", addr.nl_groups);
    row.local_port = (long)addr.nl_pid;
    row.peer_port = SM_UNCLAIMED;
    sm_row_print(&row);
}

void sm_netlink(unsigned index)
{
    static const int protocols[] = {NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC};

    (void)index;
    for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
        struct sockaddr_nl addr = {.nl_family = AF_NETLINK};
        int fd = maybe_socket("netlink", AF_NETLINK, SOCK_RAW, protocols[i]);

        if (protocols[i] == NETLINK_ROUTE)
            addr.nl_groups = RTMGRP_LINK | RTMGRP_NEIGH;
        if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
            sm_die("bind of a netlink socket");
        netlink_row(fd, protocols[i], addr.nl_groups ? "groups" : "port-id");
    }
}

void sm_udplite(unsigned index)
{
    const struct sm_place *place = sm_place_unicast(index);
    int server, client;

    close(maybe_socket("UDP-Lite", place->domain, SOCK_DGRAM, IPPROTO_UDPLITE));
    server = sm_bound(place, SOCK_DGRAM, IPPROTO_UDPLITE);
    client = sm_client_of(server);
    sm_row_fd(server, "UNCONN", place->name);
    sm_row_fd(client, "ESTABLISHED", place->name);
}

/* The "port" of a ping socket is the ICMP echo identifier. */
void sm_ping(unsigned index)
{
    int domain = index % 2 ? AF_INET6 : AF_INET;
    const char *address = index % 2 ? "::1" : "127.0.0.1";
    struct sockaddr_storage addr;
    int fd = maybe_socket("ping", domain, SOCK_DGRAM,
                          domain == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);

    bind_text(fd, domain, address);
    sm_row_fd(fd, "UNCONN", "ping");
    fd = maybe_socket("ping", domain, SOCK_DGRAM,
                      domain == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
    bind_text(fd, domain, address);
    if (connect(fd, (struct sockaddr *)&addr, sm_addr(&addr, domain, address, NULL, 0)))
        sm_die("connect of a ping socket");
    sm_row_fd(fd, "ESTABLISHED", "ping");
}

void sm_mptcp(unsigned index)
{
    static const struct sm_place loopback = {"v4", AF_INET, "127.0.0.1", false};
    static const struct sm_place loopback6 = {"v6", AF_INET6, "::1", false};
    const struct sm_place *place = index % 2 ? &loopback6 : &loopback;
    int listener, client;

    close(maybe_socket("MPTCP", place->domain, SOCK_STREAM, PROTO_MPTCP));
    listener = sm_bound(place, SOCK_STREAM, PROTO_MPTCP);
    if (listen(listener, 6))
        sm_die("listen");
    client = sm_client_of(listener);
    sm_row_fd(sm_accept(listener), "ESTABLISHED", "mptcp");
    sm_row_fd(client, "ESTABLISHED", "mptcp");
    sm_row_fd(listener, "LISTEN", "mptcp");
}
