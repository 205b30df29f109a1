/* SPDX-License-Identifier: BSD-2-Clause */
/* THE feed table: everything a kernel tells us, in order of preference for each slot. */
#include "decode.h"

#include <string.h>

#define TCP          (PL_SLOT_SOCKS + PL_PROTO_TCP)
#define UDP          (PL_SLOT_SOCKS + PL_PROTO_UDP)
#define SOCKS(proto) (PL_SLOT_SOCKS + PL_PROTO_##proto)
#define LINUX        PL_SYSTEM_LINUX
#define V4           PL_FAMILY_INET
#define V6           PL_FAMILY_INET6
#define ANY          PL_FAMILY_UNSPEC
#define DIAG         PL_WAY_DIAG
#define PROC         PL_WAY_PROC
#define AUTO         PL_WAY_AUTO

/* name, system, slot, rank, family, way, optional, decoder */
const struct pl_feed pl_feeds[] = {
    {"linux/diag/tcp", LINUX, TCP, 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/tcp", LINUX, TCP, 1, V4, PROC, false, pl_decode_linux_proc_inet},
    {"linux/proc/net/tcp6", LINUX, TCP, 1, V6, PROC, true, pl_decode_linux_proc_inet},
    {"linux/diag/udp", LINUX, UDP, 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/udp", LINUX, UDP, 1, V4, PROC, false, pl_decode_linux_proc_inet},
    {"linux/proc/net/udp6", LINUX, UDP, 1, V6, PROC, true, pl_decode_linux_proc_inet},
    {"linux/diag/udplite", LINUX, SOCKS(UDPLITE), 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/udplite", LINUX, SOCKS(UDPLITE), 1, V4, PROC, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/udplite6", LINUX, SOCKS(UDPLITE), 1, V6, PROC, true,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/icmp", LINUX, SOCKS(ICMP), 0, V4, AUTO, false, pl_decode_linux_proc_inet},
    {"linux/proc/net/icmp6", LINUX, SOCKS(ICMP), 0, V6, AUTO, true, pl_decode_linux_proc_inet},
    {"linux/diag/raw", LINUX, SOCKS(RAW), 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/raw", LINUX, SOCKS(RAW), 1, V4, PROC, false, pl_decode_linux_proc_inet},
    {"linux/proc/net/raw6", LINUX, SOCKS(RAW), 1, V6, PROC, true, pl_decode_linux_proc_inet},
    {"linux/diag/unix", LINUX, SOCKS(UNIX), 0, ANY, DIAG, false, pl_decode_linux_unix_diag},
    {"linux/proc/net/unix", LINUX, SOCKS(UNIX), 1, ANY, PROC, false, pl_decode_linux_proc_unix},
    {"linux/diag/packet", LINUX, SOCKS(PACKET), 0, ANY, DIAG, false, pl_decode_linux_packet_diag},
    {"linux/proc/net/packet", LINUX, SOCKS(PACKET), 1, ANY, PROC, false,
     pl_decode_linux_proc_packet},
    {"linux/diag/netlink", LINUX, SOCKS(NETLINK), 0, ANY, DIAG, false,
     pl_decode_linux_netlink_diag},
    {"linux/proc/net/netlink", LINUX, SOCKS(NETLINK), 1, ANY, PROC, false,
     pl_decode_linux_proc_netlink},
    {"linux/diag/sctp", LINUX, SOCKS(SCTP), 0, ANY, AUTO, false, pl_decode_linux_inet_diag},
    {"linux/diag/mptcp", LINUX, SOCKS(MPTCP), 0, ANY, AUTO, false, pl_decode_linux_inet_diag},
    {"linux/diag/vsock", LINUX, SOCKS(VSOCK), 0, ANY, AUTO, false, pl_decode_linux_vsock_diag},
    {"linux/diag/xdp", LINUX, SOCKS(XDP), 0, ANY, AUTO, false, pl_decode_linux_xdp_diag},
    {"linux/diag/tipc", LINUX, SOCKS(TIPC), 0, ANY, AUTO, false, pl_decode_linux_tipc_diag},
    {"linux/diag/dccp", LINUX, SOCKS(DCCP), 0, ANY, AUTO, false, pl_decode_linux_inet_diag},
    {"linux/owners", LINUX, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_owners},
    {"linux/processes", LINUX, PL_SLOT_PROCESSES, 0, ANY, AUTO, false, pl_decode_processes},
    {"linux/users", LINUX, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"linux/rtnl/link", LINUX, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_linux_links},
    {"linux/rtnl/addr", LINUX, PL_SLOT_ADDRS, 0, ANY, AUTO, false, pl_decode_linux_addrs},
    {"linux/etc/services", LINUX, PL_SLOT_SERVICES, 0, ANY, AUTO, true, pl_decode_services},
};

const size_t pl_feed_count = sizeof(pl_feeds) / sizeof(pl_feeds[0]);

const struct pl_feed *pl_feed_find(const char *name)
{
    for (size_t i = 0; i < pl_feed_count; i++) {
        if (strcmp(pl_feeds[i].name, name) == 0)
            return &pl_feeds[i];
    }
    return NULL;
}
