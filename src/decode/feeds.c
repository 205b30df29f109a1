/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of feeds, in order of preference for each slot. */
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

/* name, title, system, slot, rank, family, way, optional, decoder */
const struct pl_feed pl_feeds[] = {
    {"linux/diag/tcp", "TCP sockets", LINUX, TCP, 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/tcp", "IPv4 TCP sockets", LINUX, TCP, 1, V4, PROC, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/tcp6", "IPv6 TCP sockets", LINUX, TCP, 1, V6, PROC, true,
     pl_decode_linux_proc_inet},
    {"linux/diag/udp", "UDP sockets", LINUX, UDP, 0, ANY, DIAG, false, pl_decode_linux_inet_diag},
    {"linux/proc/net/udp", "IPv4 UDP sockets", LINUX, UDP, 1, V4, PROC, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/udp6", "IPv6 UDP sockets", LINUX, UDP, 1, V6, PROC, true,
     pl_decode_linux_proc_inet},
    {"linux/diag/udplite", "UDP-Lite sockets", LINUX, SOCKS(UDPLITE), 0, ANY, DIAG, false,
     pl_decode_linux_inet_diag},
    {"linux/proc/net/udplite", "IPv4 UDP-Lite sockets", LINUX, SOCKS(UDPLITE), 1, V4, PROC, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/udplite6", "IPv6 UDP-Lite sockets", LINUX, SOCKS(UDPLITE), 1, V6, PROC, true,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/icmp", "IPv4 ping sockets", LINUX, SOCKS(ICMP), 0, V4, AUTO, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/icmp6", "IPv6 ping sockets", LINUX, SOCKS(ICMP), 0, V6, AUTO, true,
     pl_decode_linux_proc_inet},
    {"linux/diag/raw", "raw sockets", LINUX, SOCKS(RAW), 0, ANY, DIAG, false,
     pl_decode_linux_inet_diag},
    {"linux/proc/net/raw", "IPv4 raw sockets", LINUX, SOCKS(RAW), 1, V4, PROC, false,
     pl_decode_linux_proc_inet},
    {"linux/proc/net/raw6", "IPv6 raw sockets", LINUX, SOCKS(RAW), 1, V6, PROC, true,
     pl_decode_linux_proc_inet},
    {"linux/diag/unix", "UNIX sockets", LINUX, SOCKS(UNIX), 0, ANY, DIAG, false,
     pl_decode_linux_unix_diag},
    {"linux/proc/net/unix", "UNIX sockets", LINUX, SOCKS(UNIX), 1, ANY, PROC, false,
     pl_decode_linux_proc_unix},
    {"linux/diag/packet", "packet sockets", LINUX, SOCKS(PACKET), 0, ANY, DIAG, false,
     pl_decode_linux_packet_diag},
    {"linux/proc/net/packet", "packet sockets", LINUX, SOCKS(PACKET), 1, ANY, PROC, false,
     pl_decode_linux_proc_packet},
    {"linux/diag/netlink", "netlink sockets", LINUX, SOCKS(NETLINK), 0, ANY, DIAG, false,
     pl_decode_linux_netlink_diag},
    {"linux/proc/net/netlink", "netlink sockets", LINUX, SOCKS(NETLINK), 1, ANY, PROC, false,
     pl_decode_linux_proc_netlink},
    {"linux/diag/sctp", "SCTP sockets", LINUX, SOCKS(SCTP), 0, ANY, AUTO, false,
     pl_decode_linux_inet_diag},
    {"linux/diag/mptcp", "MPTCP sockets", LINUX, SOCKS(MPTCP), 0, ANY, AUTO, false,
     pl_decode_linux_inet_diag},
    {"linux/diag/vsock", "vsock sockets", LINUX, SOCKS(VSOCK), 0, ANY, AUTO, false,
     pl_decode_linux_vsock_diag},
    {"linux/diag/xdp", "XDP sockets", LINUX, SOCKS(XDP), 0, ANY, AUTO, false,
     pl_decode_linux_xdp_diag},
    {"linux/diag/tipc", "TIPC sockets", LINUX, SOCKS(TIPC), 0, ANY, AUTO, false,
     pl_decode_linux_tipc_diag},
    {"linux/diag/dccp", "DCCP sockets", LINUX, SOCKS(DCCP), 0, ANY, AUTO, false,
     pl_decode_linux_inet_diag},
    {"linux/diag/smc", "SMC sockets", LINUX, SOCKS(SMC), 0, ANY, AUTO, false,
     pl_decode_linux_smc_diag},
    {"linux/proc/net/sockstat", "socket counters", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_sockstat},
    {"linux/proc/net/sockstat6", "IPv6 socket counters", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO,
     true, pl_decode_linux_sockstat},
    {"linux/proc/net/snmp", "protocol counters", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO, true,
     pl_decode_linux_netstat},
    {"linux/proc/net/netstat", "extended protocol counters", LINUX, PL_SLOT_COUNTERS, 0, ANY, AUTO,
     true, pl_decode_linux_netstat},
    {"linux/proc/sys/net/core/somaxconn", "the accept queue limit", LINUX, PL_SLOT_COUNTERS, 0, ANY,
     AUTO, true, pl_decode_linux_somaxconn},
    {"linux/proc/sys/net/ipv4/ip_local_port_range", "the ephemeral port range", LINUX,
     PL_SLOT_COUNTERS, 0, ANY, AUTO, true, pl_decode_linux_port_range},
    {"linux/proc/sys/net/ipv4/ip_unprivileged_port_start", "the first unprivileged port", LINUX,
     PL_SLOT_COUNTERS, 0, ANY, AUTO, true, pl_decode_linux_unprivileged},
    {"linux/proc/sys/net/ipv4/ip_local_reserved_ports", "the reserved ports", LINUX,
     PL_SLOT_COUNTERS, 0, ANY, AUTO, true, pl_decode_linux_reserved},
    {"linux/proc/sys/net/ipv4/tcp_mem", "the limits of TCP memory", LINUX, PL_SLOT_COUNTERS, 0, ANY,
     AUTO, true, pl_decode_linux_tcp_mem},
    {"linux/proc/net/unix", "references to UNIX sockets", LINUX, PL_SLOT_REFERENCES, 0, UN, AUTO,
     true, pl_decode_linux_proc_unix_references},
    {"linux/cgroups", "control groups", LINUX, PL_SLOT_CGROUPS, 0, ANY, AUTO, true,
     pl_decode_cgroups},
    {"linux/containers", "names of containers", LINUX, PL_SLOT_CONTAINERS, 0, ANY, AUTO, false,
     pl_decode_linux_containers},
    {"linux/owners", "socket owners", LINUX, PL_SLOT_OWNERS, 0, ANY, AUTO, false, pl_decode_owners},
    {"linux/unix", "holders of UNIX sockets", LINUX, PL_SLOT_HOLDERS, 0, ANY, AUTO, true,
     pl_decode_owners},
    {"linux/rings", "fixed files of io_uring", LINUX, PL_SLOT_FIXED, 0, ANY, AUTO, true,
     pl_decode_owners},
    {"linux/processes", "process names", LINUX, PL_SLOT_PROCESSES, 0, ANY, AUTO, false,
     pl_decode_processes},
    {"linux/events", "events", LINUX, PL_SLOT_EVENTS, 0, ANY, AUTO, true, pl_decode_events},
    {"linux/users", "user names", LINUX, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"linux/netns", "names of network namespaces", LINUX, PL_SLOT_NETNS, 0, ANY, AUTO, true,
     pl_decode_netns},
    {"linux/rtnl/link", "interface names", LINUX, PL_SLOT_LINKS, 0, ANY, AUTO, false,
     pl_decode_linux_links},
    {"linux/bound", "bound TCP sockets", LINUX, PL_SLOT_BOUND, 0, ANY, AUTO, true,
     pl_decode_linux_bound},
    {"linux/reuse", "flags for shared ports", LINUX, PL_SLOT_REUSE, 0, ANY, AUTO, true,
     pl_decode_linux_reuse},
    {"linux/sequence", "sequence numbers", LINUX, PL_SLOT_SEQUENCE, 0, ANY, AUTO, true,
     pl_decode_linux_sequence},
    {"linux/rtnl/tunnels", "tunnel interfaces", LINUX, PL_SLOT_TUNNELS, 0, ANY, AUTO, true,
     pl_decode_linux_tunnels},
    {"linux/nat", "rules that translate addresses", LINUX, PL_SLOT_NAT, 0, ANY, AUTO, true,
     pl_decode_linux_nat},
    {"linux/conntrack", "translated connections", LINUX, PL_SLOT_FLOWS, 0, ANY, AUTO, true,
     pl_decode_linux_conntrack},
    {"linux/rtnl/addr", "interface addresses", LINUX, PL_SLOT_ADDRS, 0, ANY, AUTO, false,
     pl_decode_linux_addrs},
    {"linux/etc/services", "service names", LINUX, PL_SLOT_SERVICES, 0, ANY, AUTO, true,
     pl_decode_services},
    {"freebsd/net.inet.tcp.pcblist", "TCP sockets", FREE, TCP, 0, ANY, AUTO, false,
     pl_decode_freebsd_tcp},
    {"freebsd/net.inet.udp.pcblist", "UDP sockets", FREE, UDP, 0, ANY, AUTO, false,
     pl_decode_freebsd_inet},
    {"freebsd/net.inet.udplite.pcblist", "UDP-Lite sockets", FREE, LITE, 0, ANY, AUTO, true,
     pl_decode_freebsd_inet},
    {"freebsd/kern.proc.filedesc", "UDP-Lite sockets of processes", FREE, LITE, 1, ANY, AUTO, false,
     pl_decode_freebsd_filedesc},
    {"freebsd/net.inet.sctp.assoclist", "SCTP sockets", FREE, SOCKS(SCTP), 0, ANY, AUTO, true,
     pl_decode_freebsd_sctp},
    {"freebsd/kern.proc.filedesc", "SCTP sockets of processes", FREE, SOCKS(SCTP), 1, ANY, AUTO,
     false, pl_decode_freebsd_filedesc},
    {"freebsd/net.inet.raw.pcblist", "raw sockets", FREE, RAW, 0, ANY, AUTO, false,
     pl_decode_freebsd_inet},
    {"freebsd/net.local.stream.pcblist", "UNIX stream sockets", FREE, UNIX, 0, UN, AUTO, false,
     pl_decode_freebsd_unix},
    {"freebsd/net.local.dgram.pcblist", "UNIX datagram sockets", FREE, UNIX, 0, UN, AUTO, false,
     pl_decode_freebsd_unix},
    {"freebsd/net.local.seqpacket.pcblist", "UNIX seqpacket sockets", FREE, UNIX, 0, UN, AUTO,
     false, pl_decode_freebsd_unix},
    {"freebsd/kern.file", "socket owners", FREE, PL_SLOT_OWNERS, 0, ANY, AUTO, false,
     pl_decode_freebsd_files},
    {"freebsd/kern.proc.proc", "process names", FREE, PL_SLOT_PROCESSES, 0, ANY, AUTO, false,
     pl_decode_freebsd_processes},
    {"freebsd/users", "user names", FREE, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"freebsd/links", "interface names", FREE, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"freebsd/addrs", "interface addresses", FREE, PL_SLOT_ADDRS, 0, ANY, AUTO, true,
     pl_decode_addrs},
    {"freebsd/processes", "command lines", FREE, PL_SLOT_PROCESSES, 0, ANY, AUTO, true,
     pl_decode_processes},
    {"freebsd/security.bsd.see_other_uids", "sysctl security.bsd.see_other_uids", FREE,
     PL_SLOT_LIMITS, 0, ANY, AUTO, true, pl_decode_see_others},
    {"freebsd/security.bsd.see_other_gids", "sysctl security.bsd.see_other_gids", FREE,
     PL_SLOT_LIMITS, 0, ANY, AUTO, true, pl_decode_see_others},
    {"freebsd/security.bsd.see_jail_proc", "sysctl security.bsd.see_jail_proc", FREE,
     PL_SLOT_LIMITS, 0, ANY, AUTO, true, pl_decode_see_jails},
    {"freebsd/security.jail.jailed", "sysctl security.jail.jailed", FREE, PL_SLOT_LIMITS, 0, ANY,
     AUTO, true, pl_decode_jailed},
    {"freebsd/jails", "jails", FREE, PL_SLOT_LIMITS, 0, ANY, AUTO, true, pl_decode_jails},
    {"netbsd/net.inet.tcp.pcblist", "IPv4 TCP sockets", NET, TCP, 0, V4, AUTO, false,
     pl_decode_netbsd_inet},
    {"netbsd/net.inet6.tcp6.pcblist", "IPv6 TCP sockets", NET, TCP, 0, V6, AUTO, true,
     pl_decode_netbsd_inet},
    {"netbsd/net.inet.udp.pcblist", "IPv4 UDP sockets", NET, UDP, 0, V4, AUTO, false,
     pl_decode_netbsd_inet},
    {"netbsd/net.inet6.udp6.pcblist", "IPv6 UDP sockets", NET, UDP, 0, V6, AUTO, true,
     pl_decode_netbsd_inet},
    {"netbsd/net.inet.raw.pcblist", "IPv4 raw sockets", NET, RAW, 0, V4, AUTO, false,
     pl_decode_netbsd_inet},
    {"netbsd/net.inet6.raw6.pcblist", "IPv6 raw sockets", NET, RAW, 0, V6, AUTO, true,
     pl_decode_netbsd_inet},
    {"netbsd/net.local.stream.pcblist", "UNIX stream sockets", NET, UNIX, 0, UN, AUTO, false,
     pl_decode_netbsd_unix},
    {"netbsd/net.local.dgram.pcblist", "UNIX datagram sockets", NET, UNIX, 0, UN, AUTO, false,
     pl_decode_netbsd_unix},
    {"netbsd/net.local.seqpacket.pcblist", "UNIX seqpacket sockets", NET, UNIX, 0, UN, AUTO, true,
     pl_decode_netbsd_unix},
    {"netbsd/kern.file2.bypid", "socket owners", NET, PL_SLOT_OWNERS, 0, ANY, AUTO, false,
     pl_decode_netbsd_files},
    {"netbsd/kern.proc2", "process names", NET, PL_SLOT_PROCESSES, 0, ANY, AUTO, false,
     pl_decode_netbsd_processes},
    {"netbsd/users", "user names", NET, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"netbsd/links", "interface names", NET, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"netbsd/addrs", "interface addresses", NET, PL_SLOT_ADDRS, 0, ANY, AUTO, true,
     pl_decode_addrs},
    {"netbsd/processes", "command lines", NET, PL_SLOT_PROCESSES, 0, ANY, AUTO, true,
     pl_decode_processes},
    {"netbsd/security.curtain", "sysctl security.curtain", NET, PL_SLOT_LIMITS, 0, ANY, AUTO, true,
     pl_decode_curtain},
    {"openbsd/kern.file.bypid", "sockets of processes", OPEN, ALL, 0, ANY, AUTO, false,
     pl_decode_openbsd_by_process},
    {"openbsd/kern.file.byfile", "sockets", OPEN, ALL, 0, ANY, AUTO, false,
     pl_decode_openbsd_by_file},
    {"openbsd/users", "user names", OPEN, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"openbsd/links", "interface names", OPEN, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"openbsd/addrs", "interface addresses", OPEN, PL_SLOT_ADDRS, 0, ANY, AUTO, true,
     pl_decode_addrs},
    {"openbsd/processes", "command lines", OPEN, PL_SLOT_PROCESSES, 0, ANY, AUTO, true,
     pl_decode_processes},
    {"darwin/net.inet.tcp.pcblist_n", "TCP sockets", MAC, TCP, 0, ANY, AUTO, false,
     pl_decode_darwin_tcp},
    {"darwin/proc_pidfdinfo", "TCP sockets of processes", MAC, TCP, 1, ANY, AUTO, false,
     pl_decode_darwin_socks},
    {"darwin/net.inet.udp.pcblist_n", "UDP sockets", MAC, UDP, 0, ANY, AUTO, false,
     pl_decode_darwin_inet},
    {"darwin/proc_pidfdinfo", "UDP sockets of processes", MAC, UDP, 1, ANY, AUTO, false,
     pl_decode_darwin_socks},
    {"darwin/net.inet.raw.pcblist_n", "raw sockets", MAC, RAW, 0, ANY, AUTO, false,
     pl_decode_darwin_inet},
    {"darwin/proc_pidfdinfo", "raw sockets of processes", MAC, RAW, 1, ANY, AUTO, false,
     pl_decode_darwin_socks},
    {"darwin/net.local.stream.pcblist_n", "UNIX stream sockets", MAC, UNIX, 0, UN, AUTO, false,
     pl_decode_darwin_unix},
    {"darwin/net.local.dgram.pcblist_n", "UNIX datagram sockets", MAC, UNIX, 0, UN, AUTO, false,
     pl_decode_darwin_unix},
    {"darwin/proc_pidfdinfo", "UNIX sockets of processes", MAC, UNIX, 1, UN, AUTO, false,
     pl_decode_darwin_socks},
    {"darwin/proc_pidfdinfo", "socket owners", MAC, PL_SLOT_OWNERS, 0, ANY, AUTO, false,
     pl_decode_darwin_owners},
    {"darwin/processes", "process names", MAC, PL_SLOT_PROCESSES, 0, ANY, AUTO, false,
     pl_decode_processes},
    {"darwin/users", "user names", MAC, PL_SLOT_USERS, 0, ANY, AUTO, false, pl_decode_users},
    {"darwin/links", "interface names", MAC, PL_SLOT_LINKS, 0, ANY, AUTO, false, pl_decode_links},
    {"darwin/addrs", "interface addresses", MAC, PL_SLOT_ADDRS, 0, ANY, AUTO, true,
     pl_decode_addrs},
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

const struct pl_feed *pl_feed_first(enum pl_system system, unsigned int slot)
{
    for (size_t i = 0; i < pl_feed_count; i++) {
        if (pl_feeds[i].slot == slot &&
            (system == PL_SYSTEM_UNKNOWN || pl_feeds[i].system == system))
            return &pl_feeds[i];
    }
    return NULL;
}

uint32_t pl_slot_protos(unsigned int slot)
{
    if (slot != PL_SLOT_ANY)
        return PL_BIT(slot - PL_SLOT_SOCKS);
    return PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_RAW) |
           PL_BIT(PL_PROTO_UNIX);
}

uint32_t pl_feed_protos(enum pl_system system)
{
    uint32_t protos = 0;

    for (size_t i = 0; i < pl_feed_count; i++) {
        if (pl_feeds[i].system == system && pl_feeds[i].slot >= PL_SLOT_SOCKS)
            protos |= pl_slot_protos(pl_feeds[i].slot);
    }
    return protos;
}

bool pl_feed_repeats(const struct pl_feed *feed)
{
    return feed->decode == pl_decode_freebsd_filedesc ||
           feed->decode == pl_decode_openbsd_by_process ||
           feed->decode == pl_decode_openbsd_by_file || feed->decode == pl_decode_darwin_socks;
}
