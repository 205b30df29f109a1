/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes each feed from a recording: the number of records of each kind, and the first of each. A
 * new feed needs a row here and a file in tests/recordings.
 */
#include "tables.h"

#define SOCKS(proto) ((unsigned int)PL_SLOT_SOCKS + (unsigned int)PL_PROTO_##proto)

static const struct {
    const char *feed;
    unsigned int slot;
    const char *recording;
    const char *said;
} cases[] = {
    {"linux/diag/tcp", SOCKS(TCP), "linux-6.18-amd64",
     "52 socks, tcp LISTEN 0.0.0.0 38105 to 0.0.0.0 0, key 3825079; 64 attrs"},
    {"linux/proc/net/tcp", SOCKS(TCP), "linux-6.18-amd64-proc",
     "41 socks, tcp LISTEN 0.0.0.0 38105 to 0.0.0.0 0, key 3825079; 64 attrs"},
    {"linux/proc/net/tcp6", SOCKS(TCP), "linux-6.18-amd64-proc",
     "10 socks, tcp LISTEN ::1 44361 to :: 0, key 3825075; 20 attrs"},
    {"linux/diag/udp", SOCKS(UDP), "linux-6.18-amd64",
     "19 socks, udp UNCONN 10.99.0.1 48355 to 0.0.0.0 0, key 3825100; 64 attrs"},
    {"linux/proc/net/udp", SOCKS(UDP), "linux-6.18-amd64-proc",
     "12 socks, udp UNCONN 10.99.0.1 48355 to 0.0.0.0 0, key 3825100; 12 attrs"},
    {"linux/proc/net/udp6", SOCKS(UDP), "linux-6.18-amd64-proc",
     "7 socks, udp UNCONN ::1 48594 to :: 0, key 3825097; 7 attrs"},
    {"linux/diag/udplite", SOCKS(UDPLITE), "linux-6.18-amd64-more",
     "2 socks, udplite ESTABLISHED 127.0.0.1 34896 to 127.0.0.1 59383, key 9531903; 50 attrs"},
    {"linux/proc/net/udplite", SOCKS(UDPLITE), "linux-6.18-amd64-more",
     "2 socks, udplite ESTABLISHED 127.0.0.1 34896 to 127.0.0.1 59383, key 9531903; 2 attrs"},
    {"linux/proc/net/udplite6", SOCKS(UDPLITE), "linux-6.18-amd64-more", ""},
    {"linux/proc/net/icmp", SOCKS(ICMP), "linux-6.18-amd64-more",
     "2 socks, icmp UNCONN 127.0.0.1 30107 to 0.0.0.0 0, key 9531904; 2 attrs"},
    {"linux/proc/net/icmp6", SOCKS(ICMP), "linux-6.18-amd64-more", ""},
    {"linux/diag/raw", SOCKS(RAW), "linux-encoded",
     "2 socks, raw UNCONN 10.0.0.1 1 to 0.0.0.0 0, key 901; 2 attrs"},
    {"linux/proc/net/raw", SOCKS(RAW), "linux-6.18-amd64-more",
     "3 socks, raw UNCONN 127.0.0.1 89 to 0.0.0.0 0, key 9530856; 6 attrs"},
    {"linux/proc/net/raw6", SOCKS(RAW), "linux-6.18-amd64-more",
     "3 socks, raw UNCONN :: 58 to :: 0, key 9530858; 6 attrs"},
    {"linux/diag/unix", SOCKS(UNIX), "linux-6.18-amd64-more",
     "30 socks, unix UNCONN  0 to  0, key 9530851; 64 attrs"},
    {"linux/proc/net/unix", SOCKS(UNIX), "linux-6.18-amd64-more",
     "34 socks, unix UNCONN  0 to  0, key 9530851; 18 attrs"},
    {"linux/diag/packet", SOCKS(PACKET), "linux-encoded",
     "1 socks, packet UNCONN  3 to  0, key 951; 26 attrs"},
    {"linux/proc/net/packet", SOCKS(PACKET), "linux-6.18-amd64-more",
     "5 socks, packet UNCONN  3 to  0, key 9530862; 5 attrs"},
    {"linux/diag/netlink", SOCKS(NETLINK), "linux-encoded",
     "1 socks, netlink ESTABLISHED  4242 to  77, key 961; 12 attrs"},
    {"linux/proc/net/netlink", SOCKS(NETLINK), "linux-6.18-amd64-more",
     "13 socks, netlink UNCONN  0 to  0, key 9531819; 39 attrs"},
    {"linux/diag/sctp", SOCKS(SCTP), "linux-encoded",
     "10 socks, sctp LISTEN 10.0.0.1 3868 to 0.0.0.0 0, key 701; 54 attrs"},
    {"linux/diag/mptcp", SOCKS(MPTCP), "linux-encoded",
     "1 socks, mptcp ESTABLISHED 10.0.0.1 443 to 10.0.0.2 50000, key 601; 23 attrs"},
    {"linux/diag/vsock", SOCKS(VSOCK), "linux-encoded",
     "3 socks, vsock LISTEN 2 5000 to 4294967295 0, key 771; 3 attrs"},
    {"linux/diag/xdp", SOCKS(XDP), "linux-encoded",
     "1 socks, xdp UNCONN  3 to  0, key 801; 29 attrs"},
    {"linux/diag/tipc", SOCKS(TIPC), "linux-encoded",
     "3 socks, tipc LISTEN 16781313 851 to 0 0, key 851; 2 attrs"},
    {"linux/diag/dccp", SOCKS(DCCP), "linux-encoded",
     "2 socks, dccp LISTEN 10.0.0.1 5001 to 0.0.0.0 0, key 751"},
    {"linux/diag/smc", SOCKS(SMC), "linux-smc-encoded",
     "21 socks, smc LISTEN 0.0.0.0 443 to 0.0.0.0 0, key 601; 21 attrs"},
    {"linux/proc/net/sockstat", PL_SLOT_COUNTERS, "linux-6.18-amd64-more", "12 counters, 70"},
    {"linux/proc/net/sockstat6", PL_SLOT_COUNTERS, "linux-6.18-amd64-more", "6 counters, 0"},
    {"linux/proc/net/snmp", PL_SLOT_COUNTERS, "linux-6.18-amd64-more", "3 counters, 2"},
    {"linux/proc/net/netstat", PL_SLOT_COUNTERS, "linux-6.18-amd64-more", "5 counters, 0"},
    {"linux/proc/sys/net/core/somaxconn", PL_SLOT_COUNTERS, "linux-6.18-amd64-more",
     "1 counters, 4096"},
    {"linux/proc/sys/net/ipv4/ip_local_port_range", PL_SLOT_COUNTERS, "linux-6.18-amd64-more",
     "2 counters, 32768"},
    {"linux/proc/sys/net/ipv4/ip_unprivileged_port_start", PL_SLOT_COUNTERS,
     "linux-6.18-amd64-more", "1 counters, 1024"},
    {"linux/proc/sys/net/ipv4/ip_local_reserved_ports", PL_SLOT_COUNTERS, "linux-6.18-amd64-more",
     "2 counters, 808008080"},
    {"linux/proc/sys/net/ipv4/tcp_mem", PL_SLOT_COUNTERS, "linux-6.18-amd64-more",
     "2 counters, 383868"},
    {"linux/proc/net/unix", PL_SLOT_REFERENCES, "linux-6.18-amd64-more", "34 references, 9530851"},
    {"linux/cgroups", PL_SLOT_CGROUPS, "linux-encoded", "1 groups, 4242"},
    {"linux/containers", PL_SLOT_CONTAINERS, "linux-encoded", "2 containers, app 4294967295"},
    {"linux/owners", PL_SLOT_OWNERS, "linux-encoded", "12 owners, 100 3"},
    {"linux/unix", PL_SLOT_HOLDERS, "linux-6.18-amd64-more", "11 owners, 12 5"},
    {"linux/rings", PL_SLOT_FIXED, "linux-encoded", "1 owners, 103 9"},
    {"linux/processes", PL_SLOT_PROCESSES, "linux-encoded", "28 processes, 100 nginx 4294967295"},
    {"linux/events", PL_SLOT_EVENTS, "linux-events-encoded", "18 events, listen 80"},
    {"linux/users", PL_SLOT_USERS, "linux-encoded", "2 names, 0 root"},
    {"linux/netns", PL_SLOT_NETNS, "linux-events-encoded", "2 names, 4026532999 blue"},
    {"linux/rtnl/link", PL_SLOT_LINKS, "linux-6.18-amd64-more", "3 names, 1 lo"},
    {"linux/reuse", PL_SLOT_REUSE, "linux-6.1-encoded", "7 reuses, 901 1"},
    {"linux/sequence", PL_SLOT_SEQUENCE, "linux-encoded", "8 sequences, 501 15 2"},
    {"linux/bound", PL_SLOT_BOUND, "linux-6.1-encoded",
     "5 socks, tcp BOUND 0.0.0.0 7001 to 0.0.0.0 0, key 902"},
    {"linux/rtnl/tunnels", PL_SLOT_TUNNELS, "linux-encoded",
     "3 socks, udp UNCONN 0.0.0.0 4789 to 0.0.0.0 0, key 0"},
    {"linux/nat", PL_SLOT_NAT, "linux-6.18-amd64-nat", "63 nat, 8001"},
    {"linux/conntrack", PL_SLOT_FLOWS, "linux-encoded", "1 flows, 40004 8443"},
    {"linux/rtnl/addr", PL_SLOT_ADDRS, "linux-6.18-amd64-more", "7 addrs, 1"},
    {"linux/etc/services", PL_SLOT_SERVICES, "linux-6.18-amd64", "1 names, 73313 localthing"},
    {"freebsd/net.inet.tcp.pcblist", SOCKS(TCP), "freebsd-14-amd64",
     "34 socks, tcp SYN_RECV 127.0.0.1 8082 to 127.0.0.1 50000, key 0; 64 attrs"},
    {"freebsd/net.inet.udp.pcblist", SOCKS(UDP), "freebsd-14-amd64",
     "10 socks, udp ESTABLISHED ::ffff:127.0.0.1 41004 to ::ffff:127.0.0.1 5353, key 25806720"},
    {"freebsd/net.inet.udplite.pcblist", SOCKS(UDPLITE), "freebsd-14-amd64-more",
     "10 socks, udplite ESTABLISHED ::ffff:127.0.0.1 41004 to ::ffff:127.0.0.1 5353, key 25806720"},
    {"freebsd/kern.proc.filedesc", SOCKS(UDPLITE), "freebsd-14-amd64-edited",
     "2 socks, udplite UNCONN 127.0.0.1 7000 to 0.0.0.0 0, key 26804224; 2 owners, 13 4; 1 notes"},
    {"freebsd/kern.proc.filedesc", SOCKS(SCTP), "freebsd-14-amd64-edited",
     "3 socks, sctp  fe80::1 5000 to :: 0, key 26804736; 3 owners, 13 6; 1 notes"},
    {"freebsd/net.inet.sctp.assoclist", SOCKS(SCTP), "freebsd-14-amd64-more",
     "16 socks, sctp LISTEN 0.0.0.0 3868 to 0.0.0.0 0, key 26271744; 32 attrs"},
    {"freebsd/net.inet.raw.pcblist", SOCKS(RAW), "freebsd-14-amd64",
     "2 socks, raw UNCONN :: 58 to :: 0, key 26291008; 2 attrs"},
    {"freebsd/net.local.stream.pcblist", SOCKS(UNIX), "freebsd-14-amd64",
     "5 socks, unix ESTABLISHED  0 to  0, key 25815872; 12 attrs"},
    {"freebsd/net.local.dgram.pcblist", SOCKS(UNIX), "freebsd-14-amd64",
     "2 socks, unix ESTABLISHED  0 to  0, key 25811776; 6 attrs"},
    {"freebsd/net.local.seqpacket.pcblist", SOCKS(UNIX), "freebsd-14-amd64",
     "3 socks, unix ESTABLISHED  0 to  0, key 25809856; 8 attrs"},
    {"freebsd/kern.file", PL_SLOT_OWNERS, "freebsd-14-amd64", "54 owners, 15 3"},
    {"freebsd/kern.proc.proc", PL_SLOT_PROCESSES, "freebsd-14-amd64", "16 processes, 0 kernel 0"},
    {"freebsd/users", PL_SLOT_USERS, "freebsd-14-amd64-more", "2 names, 0 root"},
    {"freebsd/links", PL_SLOT_LINKS, "freebsd-14-amd64", "1 names, 1 lo0"},
    {"freebsd/addrs", PL_SLOT_ADDRS, "freebsd-14-amd64-edited", "3 addrs, 1"},
    {"freebsd/processes", PL_SLOT_PROCESSES, "freebsd-14-amd64-edited",
     "3 processes, 13 (null) 4294967295"},
    {"freebsd/security.bsd.see_other_uids", PL_SLOT_LIMITS, "freebsd-14-amd64-more", "1 notes"},
    {"freebsd/security.bsd.see_other_gids", PL_SLOT_LIMITS, "freebsd-14-amd64-more", ""},
    {"freebsd/security.bsd.see_jail_proc", PL_SLOT_LIMITS, "freebsd-14-amd64-more", "1 notes"},
    {"freebsd/security.jail.jailed", PL_SLOT_LIMITS, "freebsd-14-amd64-more", "1 notes"},
    {"freebsd/jails", PL_SLOT_LIMITS, "freebsd-14-amd64-more", "1 notes"},
    {"netbsd/net.inet.tcp.pcblist", SOCKS(TCP), "netbsd-7.99-amd64",
     "22 socks, tcp BOUND 127.0.0.1 40041 to 0.0.0.0 0, key -1247849328"},
    {"netbsd/net.inet6.tcp6.pcblist", SOCKS(TCP), "netbsd-7.99-amd64",
     "11 socks, tcp CLOSED :: 0 to :: 0, key -1247849912"},
    {"netbsd/net.inet.udp.pcblist", SOCKS(UDP), "netbsd-7.99-amd64",
     "4 socks, udp ESTABLISHED 127.0.0.1 41001 to 127.0.0.1 5353, key -1247850496"},
    {"netbsd/net.inet6.udp6.pcblist", SOCKS(UDP), "netbsd-7.99-amd64-more",
     "11 socks, udp CLOSED :: 0 to :: 0, key -1247849912"},
    {"netbsd/net.inet.raw.pcblist", SOCKS(RAW), "netbsd-7.99-amd64",
     "1 socks, raw UNCONN 0.0.0.0 1 to 0.0.0.0 0, key -1248184616; 1 attrs"},
    {"netbsd/net.inet6.raw6.pcblist", SOCKS(RAW), "netbsd-7.99-amd64",
     "1 socks, raw UNCONN :: 58 to :: 0, key -1248185200; 1 attrs"},
    {"netbsd/net.local.stream.pcblist", SOCKS(UNIX), "netbsd-7.99-amd64",
     "5 socks, unix ESTABLISHED  0 to  0, key -1247816552; 12 attrs"},
    {"netbsd/net.local.dgram.pcblist", SOCKS(UNIX), "netbsd-7.99-amd64",
     "2 socks, unix ESTABLISHED  0 to  0, key -1247817136; 6 attrs"},
    {"netbsd/net.local.seqpacket.pcblist", SOCKS(UNIX), "netbsd-7.99-amd64-more",
     "5 socks, unix ESTABLISHED  0 to  0, key -1247816552; 12 attrs"},
    {"netbsd/kern.file2.bypid", PL_SLOT_OWNERS, "netbsd-7.99-amd64", "54 owners, 3 0"},
    {"netbsd/kern.proc2", PL_SLOT_PROCESSES, "netbsd-7.99-amd64", "4 processes, 3 rumplocal 1001"},
    {"netbsd/users", PL_SLOT_USERS, "netbsd-7.99-amd64-more", "2 names, 0 root"},
    {"netbsd/links", PL_SLOT_LINKS, "netbsd-7.99-amd64", "2 names, 1 lo0"},
    {"netbsd/addrs", PL_SLOT_ADDRS, "netbsd-7.99-amd64-more", "3 addrs, 1"},
    {"netbsd/processes", PL_SLOT_PROCESSES, "netbsd-7.99-amd64-more",
     "2 processes, 2 (null) 4294967295"},
    {"netbsd/security.curtain", PL_SLOT_LIMITS, "netbsd-7.99-amd64-more", "1 notes"},
    {"openbsd/kern.file.bypid", PL_SLOT_ANY, "openbsd-7-amd64-encoded",
     "19 socks, tcp LISTEN 0.0.0.0 22 to 0.0.0.0 0, key 607853888; 9 attrs; 19 owners, 101 3; 19 processes, 101 sshd 0"},
    {"openbsd/kern.file.byfile", PL_SLOT_ANY, "openbsd-7-amd64-encoded",
     "20 socks, tcp LISTEN 0.0.0.0 22 to 0.0.0.0 0, key 607853888; 9 attrs"},
    {"openbsd/users", PL_SLOT_USERS, "openbsd-7-amd64-more", "2 names, 0 root"},
    {"openbsd/links", PL_SLOT_LINKS, "openbsd-7-amd64-more", "2 names, 1 lo0"},
    {"openbsd/addrs", PL_SLOT_ADDRS, "openbsd-7-amd64-more", "3 addrs, 1"},
    {"openbsd/processes", PL_SLOT_PROCESSES, "openbsd-7-amd64-more",
     "1 processes, 101 (null) 4294967295"},
    {"darwin/net.inet.tcp.pcblist_n", SOCKS(TCP), "macos-15-encoded",
     "18 socks, tcp LISTEN 0.0.0.0 22 to 0.0.0.0 0, key -1828323171; 35 attrs"},
    {"darwin/proc_pidfdinfo", SOCKS(TCP), "macos-15-encoded",
     "17 socks, tcp LISTEN 0.0.0.0 22 to 0.0.0.0 0, key -1828323171"},
    {"darwin/net.inet.udp.pcblist_n", SOCKS(UDP), "macos-15-encoded",
     "5 socks, udp UNCONN 0.0.0.0 53 to 0.0.0.0 0, key -475072749; 5 attrs"},
    {"darwin/proc_pidfdinfo", SOCKS(UDP), "macos-15-encoded",
     "5 socks, udp UNCONN 0.0.0.0 53 to 0.0.0.0 0, key -475072749"},
    {"darwin/net.inet.raw.pcblist_n", SOCKS(RAW), "macos-15-encoded", ""},
    {"darwin/proc_pidfdinfo", SOCKS(RAW), "macos-15-encoded", ""},
    {"darwin/net.local.stream.pcblist_n", SOCKS(UNIX), "macos-15-encoded",
     "5 socks, unix LISTEN  0 to  0, key 708686085; 17 attrs"},
    {"darwin/net.local.dgram.pcblist_n", SOCKS(UNIX), "macos-15-encoded",
     "2 socks, unix UNCONN  0 to  0, key -551423138; 7 attrs"},
    {"darwin/proc_pidfdinfo", SOCKS(UNIX), "macos-15-encoded",
     "7 socks, unix UNCONN  0 to  0, key -551423138; 17 attrs"},
    {"darwin/proc_pidfdinfo", PL_SLOT_OWNERS, "macos-15-encoded", "29 owners, 50 3"},
    {"darwin/processes", PL_SLOT_PROCESSES, "macos-15-encoded", "5 processes, 50 syslogd 0"},
    {"darwin/users", PL_SLOT_USERS, "macos-15-more", "2 names, 0 root"},
    {"darwin/links", PL_SLOT_LINKS, "macos-15-more", "2 names, 1 lo0"},
    {"darwin/addrs", PL_SLOT_ADDRS, "macos-15-more", "3 addrs, 1"},
};

/* Records that the harness does not keep: the first of each kind, and their number. */
static size_t group_count, counter_count, reference_count;
static uint64_t first_group, first_counter, first_reference;
static size_t container_count;
static char first_container[64];

static int keep_group(struct pl_sink *sink, uint64_t id, struct pl_text path)
{
    (void)sink;
    (void)path;
    if (group_count++ == 0)
        first_group = id;
    return 0;
}

static int keep_container(struct pl_sink *sink, const struct pl_container *container)
{
    (void)sink;
    if (container_count++ == 0)
        (void)snprintf(first_container, sizeof(first_container), "%.*s %u",
                       (int)container->name.len, container->name.data, container->uid);
    return 0;
}

/* A range is described as a counter. */
static int keep_counter(struct pl_sink *sink, enum pl_counter id, uint64_t value);

static int keep_reserved(struct pl_sink *sink, uint16_t first, uint16_t last)
{
    return keep_counter(sink, PL_COUNTER_EPHEMERAL_FIRST, (uint64_t)first * 100000 + last);
}

static int keep_counter(struct pl_sink *sink, enum pl_counter id, uint64_t value)
{
    (void)sink;
    (void)id;
    if (counter_count++ == 0)
        first_counter = value;
    return 0;
}

static size_t sequence_count;
static struct pl_sequence first_sequence;

static int keep_sequence(struct pl_sink *sink, const struct pl_sequence *sequence)
{
    (void)sink;
    if (sequence_count++ == 0)
        first_sequence = *sequence;
    return 0;
}

static size_t reuse_count;
static struct pl_reuse first_reuse;

static int keep_reuse(struct pl_sink *sink, const struct pl_reuse *reuse)
{
    if (reuse_count++ == 0)
        first_reuse = *reuse;
    (void)sink;
    return 0;
}

static size_t nat_count;
static unsigned int first_nat; /* port of the first rule that has one */

static int keep_nat(struct pl_sink *sink, const struct pl_nat_rule *rule)
{
    (void)sink;
    nat_count++;
    if (first_nat == 0)
        first_nat = rule->match.first;
    return 0;
}

static size_t flow_count;
static struct pl_flow first_flow;

static int keep_flow(struct pl_sink *sink, const struct pl_flow *flow)
{
    (void)sink;
    if (flow_count++ == 0)
        first_flow = *flow;
    return 0;
}

static int keep_reference(struct pl_sink *sink, const struct pl_reference *row)
{
    (void)sink;
    if (reference_count++ == 0)
        first_reference = row->key;
    return 0;
}

static size_t event_count;
static struct pl_event first_event;

static int keep_event(struct pl_sink *sink, const struct pl_event *event)
{
    if (event_count++ == 0)
        first_event = *event;
    (void)sink;
    return 0;
}

/* Writes the kinds of records, as "COUNT KIND" and the first of them. */
static void describe(const struct recorder_sink *got, char *text, size_t size)
{
    const struct pl_sock *sock = &got->socks[0];
    char local[PL_ADDR_TEXT];
    char peer[PL_ADDR_TEXT];
    size_t len = 0;

#define SAY(...)                                                      \
    do {                                                              \
        len += (size_t)snprintf(text + len, size - len, __VA_ARGS__); \
        assert_true(len < size);                                      \
    } while (0)
    text[0] = '\0';
    if (got->sock_count > 0)
        SAY("%zu socks, %s %s %.*s %u to %.*s %u, key %d; ", got->sock_count,
            pl_proto_name(sock->proto), pl_state_name(sock->state),
            (int)pl_addr_print(sock->family, sock->local_addr, local), local, sock->local_port,
            (int)pl_addr_print(sock->family, sock->peer_addr, peer), peer, sock->peer_port,
            (int)sock->key);
    if (got->attr_count > 0)
        SAY("%zu attrs; ", got->attr_count);
    if (got->owner_count > 0)
        SAY("%zu owners, %u %u; ", got->owner_count, got->owners[0].pid, got->owners[0].fd);
    if (got->process_count > 0)
        SAY("%zu processes, %u %s %u; ", got->process_count, got->processes[0].pid,
            got->processes[0].name.data, got->processes[0].uid);
    if (got->name_count > 0)
        SAY("%zu names, %u %s; ", got->name_count, got->names[0].id, got->names[0].text.data);
    if (got->addr_count > 0)
        SAY("%zu addrs, %u; ", got->addr_count, got->addrs[0].ifindex);
    if (got->note_count > 0)
        SAY("%zu notes; ", got->note_count);
    if (group_count > 0)
        SAY("%zu groups, %d; ", group_count, (int)first_group);
    if (container_count > 0)
        SAY("%zu containers, %s; ", container_count, first_container);
    if (counter_count > 0)
        SAY("%zu counters, %d; ", counter_count, (int)first_counter);
    if (reference_count > 0)
        SAY("%zu references, %d; ", reference_count, (int)first_reference);
    if (nat_count > 0)
        SAY("%zu nat, %u; ", nat_count, first_nat);
    if (flow_count > 0)
        SAY("%zu flows, %u %u; ", flow_count, first_flow.sent.from_port,
            first_flow.answered.from_port);
    if (sequence_count > 0)
        SAY("%zu sequences, %d %u %u; ", sequence_count, (int)first_sequence.cookie,
            first_sequence.have, first_sequence.opened);
    if (reuse_count > 0)
        SAY("%zu reuses, %d %u; ", reuse_count, (int)first_reuse.cookie, first_reuse.flags);
    if (event_count > 0)
        SAY("%zu events, %s %u; ", event_count, pl_event_name(first_event.kind),
            first_event.sock.local_port);
    if (len > 0)
        text[len - 2] = '\0';
#undef SAY
}

static void every_feed(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_feed_count; i++) {
        size_t at = 0;
        char text[512];
        struct recorder_sink *got;
        struct table table;

        while (at < COUNT_OF(cases) && (strcmp(cases[at].feed, pl_feeds[i].name) != 0 ||
                                        cases[at].slot != pl_feeds[i].slot))
            at++;
        if (at == COUNT_OF(cases))
            fail_msg("%s, slot %d: no row in this test", pl_feeds[i].name, pl_feeds[i].slot);
        got = recorder_new();
        got->sink.need = UINT32_MAX;
        got->sink.cgroup = keep_group;
        got->sink.container = keep_container;
        got->sink.counter = keep_counter;
        got->sink.reserved = keep_reserved;
        got->sink.sequence = keep_sequence;
        got->sink.reuse = keep_reuse;
        got->sink.nat = keep_nat;
        got->sink.flow = keep_flow;
        got->sink.reference = keep_reference;
        got->sink.event = keep_event;
        group_count = container_count = counter_count = reference_count = event_count =
            sequence_count = reuse_count = nat_count = first_nat = 0;
        flow_count = 0;
        table = table_load(cases[at].recording, cases[at].feed, cases[at].slot);
        assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
        describe(got, text, sizeof(text));
        if (strcmp(text, cases[at].said) != 0)
            fail_msg("%s of %s\n  want %s\n  got  %s", cases[at].feed, cases[at].recording,
                     cases[at].said, text);
        table_free(&table);
        recorder_free(got);
    }
}

/* If the sink refuses a record, the decoder returns the sink's error. */
static void sink_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct table table = table_load(cases[i].recording, cases[i].feed, cases[i].slot);
        bool refused = true;

        for (int works = 0; refused; works++) {
            struct recorder_sink *got = recorder_new();
            int err;

            got->sink.cgroup = keep_group;
            got->sink.container = keep_container;
            got->sink.counter = keep_counter;
            got->sink.reserved = keep_reserved;
            got->sink.sequence = keep_sequence;
            got->sink.reuse = keep_reuse;
            got->sink.nat = keep_nat;
            got->sink.flow = keep_flow;
            got->sink.reference = keep_reference;
            got->fail_after = works;
            got->fail_with = -EOVERFLOW;
            err = table_decode(&table, table.len, &got->sink);
            refused = got->fail_after < 0;
            if (err != (refused ? -EOVERFLOW : 0))
                fail_msg("%s, record %d: %d", cases[i].feed, works, err);
            assert_true(works < 200);
            recorder_free(got);
        }
        table_free(&table);
    }
}

TEST_MAIN(TEST(every_feed), TEST(sink_errors))
