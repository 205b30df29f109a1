/* SPDX-License-Identifier: BSD-2-Clause */
/* THE feed table: everything a kernel tells us, in order of preference for each slot. */
#include "decode.h"
#include "model/array.h"

#include <string.h>

#define TCP          ((int)PL_SLOT_SOCKS + (int)PL_PROTO_TCP)
#define UDP          ((int)PL_SLOT_SOCKS + (int)PL_PROTO_UDP)
#define RAW          ((int)PL_SLOT_SOCKS + (int)PL_PROTO_RAW)
#define UNIX         ((int)PL_SLOT_SOCKS + (int)PL_PROTO_UNIX)
#define LITE         ((int)PL_SLOT_SOCKS + (int)PL_PROTO_UDPLITE)
#define ALL          PL_SLOT_ANY
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)
#define LINUX        PL_SYSTEM_LINUX
#define FREE         PL_SYSTEM_FREEBSD
#define NET          PL_SYSTEM_NETBSD
#define OPEN         PL_SYSTEM_OPENBSD
#define MAC          PL_SYSTEM_DARWIN
#define V4           PL_FAMILY_INET
#define V6           PL_FAMILY_INET6
#define UN           PL_FAMILY_UNIX
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
    {"linux/diag/smc", LINUX, SOCKS(SMC), 0, ANY, AUTO, false, pl_decode_linux_smc_diag},
    {"linux/proc/net/sockstat", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_sockstat},
    {"linux/proc/net/sockstat6", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_sockstat},
    {"linux/proc/net/snmp", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true, pl_decode_linux_netstat},
    {"linux/proc/net/netstat", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_netstat},
    {"linux/proc/sys/net/core/somaxconn", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_somaxconn},
    {"linux/proc/sys/net/ipv4/ip_local_port_range", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_port_range},
    {"linux/proc/net/unix", LINUX, PL_SLOT_REFERENCES, 0, UN, AUTO, true,
     pl_decode_linux_proc_unix_references},
    {"linux/cgroups", LINUX, PL_SLOT_CGROUPS, 0, ANY, AUTO, true, pl_decode_cgroups},
    {"linux/owners", LINUX, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_owners},
    {"linux/processes", LINUX, PL_SLOT_PROCESSES, 0, ANY, AUTO, false, pl_decode_processes},
    {"linux/users", LINUX, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"linux/rtnl/link", LINUX, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_linux_links},
    {"linux/rtnl/addr", LINUX, PL_SLOT_ADDRS, 0, ANY, AUTO, false, pl_decode_linux_addrs},
    {"linux/etc/services", LINUX, PL_SLOT_SERVICES, 0, ANY, AUTO, true, pl_decode_services},
    {"freebsd/net.inet.tcp.pcblist", FREE, TCP, 0, ANY, AUTO, false, pl_decode_freebsd_tcp},
    {"freebsd/net.inet.udp.pcblist", FREE, UDP, 0, ANY, AUTO, false, pl_decode_freebsd_inet},
    {"freebsd/net.inet.udplite.pcblist", FREE, LITE, 0, ANY, AUTO, true, pl_decode_freebsd_inet},
    {"freebsd/net.inet.raw.pcblist", FREE, RAW, 0, ANY, AUTO, false, pl_decode_freebsd_inet},
    {"freebsd/net.local.stream.pcblist", FREE, UNIX, 0, UN, AUTO, false, pl_decode_freebsd_unix},
    {"freebsd/net.local.dgram.pcblist", FREE, UNIX, 0, UN, AUTO, false, pl_decode_freebsd_unix},
    {"freebsd/net.local.seqpacket.pcblist", FREE, UNIX, 0, UN, AUTO, false, pl_decode_freebsd_unix},
    {"freebsd/kern.file", FREE, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_freebsd_files},
    {"freebsd/kern.proc.proc", FREE, PL_SLOT_PROCESSES, 0, ANY, AUTO, false,
     pl_decode_freebsd_processes},
    {"freebsd/users", FREE, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"freebsd/links", FREE, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"freebsd/security.bsd.see_other_uids", FREE, PL_SLOT_LIMITS, 0, ANY, AUTO, true,
     pl_decode_see_others},
    {"freebsd/security.bsd.see_other_gids", FREE, PL_SLOT_LIMITS, 0, ANY, AUTO, true,
     pl_decode_see_others},
    {"netbsd/net.inet.tcp.pcblist", NET, TCP, 0, V4, AUTO, false, pl_decode_netbsd_inet},
    {"netbsd/net.inet6.tcp6.pcblist", NET, TCP, 0, V6, AUTO, true, pl_decode_netbsd_inet},
    {"netbsd/net.inet.udp.pcblist", NET, UDP, 0, V4, AUTO, false, pl_decode_netbsd_inet},
    {"netbsd/net.inet6.udp6.pcblist", NET, UDP, 0, V6, AUTO, true, pl_decode_netbsd_inet},
    {"netbsd/net.inet.raw.pcblist", NET, RAW, 0, V4, AUTO, false, pl_decode_netbsd_inet},
    {"netbsd/net.inet6.raw6.pcblist", NET, RAW, 0, V6, AUTO, true, pl_decode_netbsd_inet},
    {"netbsd/net.local.stream.pcblist", NET, UNIX, 0, UN, AUTO, false, pl_decode_netbsd_unix},
    {"netbsd/net.local.dgram.pcblist", NET, UNIX, 0, UN, AUTO, false, pl_decode_netbsd_unix},
    {"netbsd/net.local.seqpacket.pcblist", NET, UNIX, 0, UN, AUTO, true, pl_decode_netbsd_unix},
    {"netbsd/kern.file2.bypid", NET, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_netbsd_files},
    {"netbsd/kern.proc2", NET, PL_SLOT_PROCESSES, 0, ANY, AUTO, false, pl_decode_netbsd_processes},
    {"netbsd/users", NET, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"netbsd/links", NET, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"netbsd/security.curtain", NET, PL_SLOT_LIMITS, 0, ANY, AUTO, true, pl_decode_curtain},
    {"openbsd/kern.file.bypid", OPEN, ALL, 0, ANY, AUTO, false, pl_decode_openbsd_by_process},
    {"openbsd/kern.file.byfile", OPEN, ALL, 0, ANY, AUTO, false, pl_decode_openbsd_by_file},
    {"openbsd/users", OPEN, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"openbsd/links", OPEN, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"darwin/net.inet.tcp.pcblist_n", MAC, TCP, 0, ANY, AUTO, false, pl_decode_darwin_tcp},
    {"darwin/proc_pidfdinfo", MAC, TCP, 1, ANY, AUTO, false, pl_decode_darwin_socks},
    {"darwin/net.inet.udp.pcblist_n", MAC, UDP, 0, ANY, AUTO, false, pl_decode_darwin_inet},
    {"darwin/proc_pidfdinfo", MAC, UDP, 1, ANY, AUTO, false, pl_decode_darwin_socks},
    {"darwin/net.inet.raw.pcblist_n", MAC, RAW, 0, ANY, AUTO, false, pl_decode_darwin_inet},
    {"darwin/proc_pidfdinfo", MAC, RAW, 1, ANY, AUTO, false, pl_decode_darwin_socks},
    {"darwin/net.local.stream.pcblist_n", MAC, UNIX, 0, UN, AUTO, false, pl_decode_darwin_unix},
    {"darwin/net.local.dgram.pcblist_n", MAC, UNIX, 0, UN, AUTO, false, pl_decode_darwin_unix},
    {"darwin/proc_pidfdinfo", MAC, UNIX, 1, UN, AUTO, false, pl_decode_darwin_socks},
    {"darwin/proc_pidfdinfo", MAC, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_darwin_owners},
    {"darwin/processes", MAC, PL_SLOT_PROCESSES, 0, ANY, AUTO, false, pl_decode_processes},
    {"darwin/users", MAC, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"darwin/links", MAC, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
};

const size_t pl_feed_count = COUNT_OF(pl_feeds);

const struct pl_feed *pl_feed_find(const char *name)
{
    for (size_t i = 0; i < pl_feed_count; i++) {
        if (strcmp(pl_feeds[i].name, name) == 0)
            return &pl_feeds[i];
    }
    return NULL;
}

bool pl_feed_repeats(const struct pl_feed *feed)
{
    return feed->decode == pl_decode_openbsd_by_process ||
           feed->decode == pl_decode_openbsd_by_file || feed->decode == pl_decode_darwin_socks;
}
