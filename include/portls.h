/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libportls: what a kernel says about its sockets, as uniform records.
 *
 *     struct pl_reader *reader;
 *     struct pl_snapshot *snap;
 *     struct pl_query query = PL_QUERY_INIT;
 *
 *     pl_reader_open(&reader);
 *     pl_snapshot_take(reader, &query, &snap);
 *     ... pl_snapshot_socks(snap, &count) ...
 *     pl_snapshot_free(snap);
 *     pl_reader_close(reader);
 *
 * Contract. Functions that return int return 0 or a negative errno, and leave their outputs
 * untouched on failure. Everything reached from a snapshot belongs to it and lives until it is
 * freed. The library never prints, never exits, has no mutable global data, and may be used from
 * several threads on different readers and snapshots. A partial result is a normal one: what could
 * not be seen is in the notes; only "nothing could be read" is an error.
 */
#ifndef PORTLS_H
#define PORTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PL_VERSION "0.1.0"

/* Bytes of a name or path as the system gave them: not NUL-terminated, not UTF-8, hostile. */
struct pl_text {
    const char *data;
    uint32_t len;
};

/* ---- Enumerations ------------------------------------------------------------------------- */
/* Our own numbers: AF_INET6 is 10 on Linux, 28 on FreeBSD, 30 on macOS, 24 on the other BSDs. */

enum pl_system {
    PL_SYSTEM_UNKNOWN,
    PL_SYSTEM_LINUX,
    PL_SYSTEM_FREEBSD,
    PL_SYSTEM_NETBSD,
    PL_SYSTEM_OPENBSD,
    PL_SYSTEM_DARWIN,
    PL_SYSTEM_MAX,
};

enum pl_family {
    PL_FAMILY_UNSPEC,
    PL_FAMILY_INET,
    PL_FAMILY_INET6,
    PL_FAMILY_UNIX,
    PL_FAMILY_PACKET,
    PL_FAMILY_NETLINK,
    PL_FAMILY_VSOCK,
    PL_FAMILY_XDP,
    PL_FAMILY_TIPC,
    PL_FAMILY_MAX,
};

enum pl_proto {
    PL_PROTO_UNKNOWN,
    PL_PROTO_TCP,
    PL_PROTO_UDP,
    PL_PROTO_UDPLITE,
    PL_PROTO_ICMP, /* "ping" sockets: SOCK_DGRAM with IPPROTO_ICMP or IPPROTO_ICMPV6 */
    PL_PROTO_RAW,
    PL_PROTO_UNIX,
    PL_PROTO_PACKET,
    PL_PROTO_NETLINK,
    PL_PROTO_SCTP,
    PL_PROTO_MPTCP,
    PL_PROTO_VSOCK,
    PL_PROTO_XDP,
    PL_PROTO_TIPC,
    PL_PROTO_DCCP,
    PL_PROTO_MAX,
};

enum pl_type {
    PL_TYPE_UNKNOWN,
    PL_TYPE_STREAM,
    PL_TYPE_DGRAM,
    PL_TYPE_RAW,
    PL_TYPE_RDM,
    PL_TYPE_SEQPACKET,
    PL_TYPE_DCCP,
    PL_TYPE_PACKET,
    PL_TYPE_MAX,
};

/* RFC 9293 section 3.3.2, and the two words every lister needs besides. */
enum pl_state {
    PL_STATE_NONE, /* the system gave none */
    PL_STATE_ESTABLISHED,
    PL_STATE_SYN_SENT,
    PL_STATE_SYN_RECV,
    PL_STATE_FIN_WAIT1,
    PL_STATE_FIN_WAIT2,
    PL_STATE_TIME_WAIT,
    PL_STATE_CLOSED,
    PL_STATE_CLOSE_WAIT,
    PL_STATE_LAST_ACK,
    PL_STATE_LISTEN,
    PL_STATE_CLOSING,
    PL_STATE_BOUND,  /* TCP: bound to a port, neither listening nor connected */
    PL_STATE_UNCONN, /* connectionless, without a peer */
    PL_STATE_MAX,
};

/* A number the decoder does not know, kept to be shown as unknown(N). */
#define PL_STATE_OTHER  0x8000U
#define PL_FAMILY_OTHER 0x80U

/* Why a socket has no owner in this snapshot. */
enum pl_owner_unknown {
    PL_OWNER_NOT_ASKED,     /* nobody looked: not asked for, or a note says why */
    PL_OWNER_KNOWN,         /* it has one */
    PL_OWNER_TIME_WAIT,     /* closed by its process; the kernel keeps the pair for 2 MSL */
    PL_OWNER_SYN_RECV,      /* a half-open request of a listener */
    PL_OWNER_ACCEPT_QUEUE,  /* complete, no process has accepted it yet */
    PL_OWNER_ORPHAN,        /* its process closed it; the kernel is still finishing it */
    PL_OWNER_NOT_PERMITTED, /* some processes could not be read */
    PL_OWNER_NOT_FOUND,     /* every process was read: another pid namespace, in flight, gone */
    PL_OWNER_KERNEL,        /* no process made it: the kernel's own end of a netlink protocol */
    PL_OWNER_MAX,
};

/*
 * Who can reach a listener, as far as its address says; what a firewall lets through is another
 * matter. RFC 4291, 1918, 4193, 6598, 3927, 5771.
 */
enum pl_reach {
    PL_REACH_UNKNOWN,
    PL_REACH_LOOPBACK,   /* this machine */
    PL_REACH_LINK_LOCAL, /* the same network segment */
    PL_REACH_PRIVATE,    /* private networks: RFC 1918, 4193, 6598 */
    PL_REACH_PUBLIC,     /* a public address */
    PL_REACH_MULTICAST,  /* a group: whoever sends to it */
    PL_REACH_ANY_V4,     /* every IPv4 address of this machine */
    PL_REACH_ANY_V6,     /* every IPv6 address */
    PL_REACH_ANY,        /* both */
    PL_REACH_NONE,       /* no interface has the address */
    PL_REACH_MAX,
};

/* Names as documented in portls(1): "tcp", "inet6", "ESTABLISHED". NULL when out of range. */
const char *pl_system_name(unsigned int system);
const char *pl_family_name(unsigned int family);
const char *pl_proto_name(unsigned int proto);
const char *pl_type_name(unsigned int type);
const char *pl_state_name(unsigned int state);
const char *pl_owner_unknown_name(unsigned int reason);
/* Name of PL_ATTR_PROTOCOL of a raw, packet or netlink socket: "icmp", "arp", "route"; or NULL. */
const char *pl_protocol_name(unsigned int proto, uint64_t number);
const char *pl_reach_name(unsigned int reach);
/* Of PL_ATTR_TIMER, PL_ATTR_CA_STATE and PL_ATTR_SHUTDOWN; NULL when out of range. */
const char *pl_timer_name(unsigned int timer);
const char *pl_ca_state_name(unsigned int state);
const char *pl_shutdown_name(unsigned int directions);

/* The reverse, in any case; -EINVAL for a word that is none. */
int pl_system_parse(const char *word, enum pl_system *out);
int pl_family_parse(const char *word, enum pl_family *out);
int pl_proto_parse(const char *word, enum pl_proto *out);
int pl_state_parse(const char *word, enum pl_state *out);

/* ---- Records ------------------------------------------------------------------------------ */

/* pl_sock.have: which fields this system really gave. A field whose bit is clear means nothing. */
enum {
    PL_HAVE_LOCAL = 1 << 0,
    PL_HAVE_PEER = 1 << 1,
    PL_HAVE_STATE = 1 << 2,
    PL_HAVE_RECV_Q = 1 << 3,
    PL_HAVE_SEND_Q = 1 << 4,
    PL_HAVE_UID = 1 << 5,
    PL_HAVE_INODE = 1 << 6, /* key is an inode number */
    PL_HAVE_COOKIE = 1 << 7,
    PL_HAVE_INTERFACE = 1 << 8, /* ifindex is the interface the socket is bound to */
    PL_HAVE_SCOPE = 1 << 9,     /* ifindex is the zone of the link-local addresses */
    PL_HAVE_V6ONLY = 1 << 10,   /* PL_FLAG_V6ONLY is meaningful */
};

enum {
    PL_FLAG_V6ONLY = 1 << 0,       /* IPV6_V6ONLY: serves no IPv4 */
    PL_FLAG_ACCEPT_QUEUE = 1 << 1, /* the system says that it waits to be accepted */
    PL_FLAG_ORPHAN = 1 << 2,       /* the system says that no descriptor refers to it */
};

/*
 * One socket. Addresses are in network order; IPv4 fills the first 4 bytes. Ports are in host
 * order and 32 bits wide (vsock, netlink, TIPC). Queues are bytes; for a listener recv_q is the
 * number of connections that wait to be accepted and send_q their limit.
 * key joins a socket to its owners: inode on Linux, address of the kernel's socket on the BSDs and
 * macOS; 0 joins nothing. uid is the one of the socket's creator.
 */
struct pl_sock {
    uint8_t local_addr[16];
    uint8_t peer_addr[16];
    uint64_t key;
    uint64_t cookie;
    uint32_t local_port;
    uint32_t peer_port;
    uint32_t recv_q;
    uint32_t send_q;
    uint32_t uid;
    uint32_t ifindex;
    uint16_t have;             /* PL_HAVE_* */
    uint16_t state;            /* enum pl_state, or PL_STATE_OTHER | N */
    uint8_t family;            /* enum pl_family, or PL_FAMILY_OTHER | N */
    uint8_t proto;             /* enum pl_proto */
    uint8_t type;              /* enum pl_type */
    uint8_t flags : 4;         /* PL_FLAG_* */
    uint8_t owner_unknown : 4; /* enum pl_owner_unknown */
};

#include <portls/attr.h>

struct pl_attr {
    uint16_t id;   /* enum pl_attr_id */
    uint16_t text; /* 1: u.text and len, else u.num */
    uint32_t len;
    union {
        uint64_t num;
        const char *text;
    } u;
};

/* One descriptor of one process that refers to a socket. The only format of every owner feed. */
struct pl_owner {
    uint32_t pid;
    uint32_t fd;
    uint64_t key;
};

/* A process that owns a listed socket. What could not be read has data NULL. */
struct pl_process {
    uint32_t pid;
    uint32_t uid;           /* effective; PL_UID_UNKNOWN where it could not be read */
    struct pl_text name;    /* Linux: /proc/PID/comm, at most 15 bytes; the BSDs: p_comm */
    struct pl_text command; /* command line, its NULs turned into blanks, trailing ones cut */
    uint32_t program_len;   /* how much of it is the first argument */
    struct pl_text exe;     /* path of the executable */
    struct pl_text context; /* security context: SELinux, AppArmor, Smack */
};

#define PL_UID_UNKNOWN UINT32_MAX

/* ---- Notes: what could not be seen, and why -------------------------------------------------- */

#include <portls/note.h>

struct pl_note {
    enum pl_note_kind kind;
    int error;           /* positive errno, 0 if none */
    uint32_t lacks;      /* bits PL_LACK_* */
    uint64_t count;      /* what kind says; 0 if it counts nothing */
    uint64_t left_out;   /* how many of count are not listed, as a filter could not be decided */
    struct pl_text feed; /* name of the feed, field or recording's file; empty if none */
};

/* Words of a kind: "owners_hidden", "owners of %llu sockets hidden", what would help (or ""). */
const char *pl_note_name(unsigned int kind);
/* One line without line feed, as snprintf returns; control bytes of a feed's name are left raw. */
int pl_note_text(const struct pl_note *note, char *buf, size_t size);
const char *pl_note_help(const struct pl_note *note);

/* ---- Query ------------------------------------------------------------------------------------ */

#define PL_BIT(n) (1U << (n))

/* What has to be collected besides the sockets themselves. */
enum {
    PL_NEED_OWNERS = 1 << 0,
    PL_NEED_NAMES = 1 << 1,      /* pl_process.name */
    PL_NEED_COMMANDS = 1 << 2,   /* pl_process.command */
    PL_NEED_EXES = 1 << 3,       /* pl_process.exe */
    PL_NEED_UIDS = 1 << 4,       /* pl_process.uid */
    PL_NEED_USERS = 1 << 5,      /* names of uids */
    PL_NEED_LINKS = 1 << 6,      /* names of interfaces */
    PL_NEED_INTERNALS = 1 << 16, /* attributes of TCP and MPTCP internals */
    PL_NEED_MEMORY = 1 << 17,    /* of memory and drops */
    PL_NEED_TIMERS = 1 << 18,    /* of timers */
    PL_NEED_MORE = 1 << 19,      /* of socket options and the like */
    PL_NEED_CGROUPS = 1 << 20,   /* paths of control groups */
    PL_NEED_PEERS = 1 << 21,     /* the socket at the other end */
    PL_NEED_CONTEXTS = 1 << 22,  /* pl_process.context */
    PL_NEED_COUNTERS = 1 << 23,  /* pl_snapshot_counter() */
    PL_NEED_ADDRS = 1 << 7,      /* addresses of interfaces, for pl_snapshot_reach() */
    PL_NEED_SERVICES = 1 << 8,   /* /etc/services, for ports the built-in table has no name for */
    /* Bits 24 to 31 are reserved. */
};

/* Which way to the kernel. AUTO takes the best that works. */
enum pl_way { PL_WAY_AUTO, PL_WAY_DIAG, PL_WAY_PROC, PL_WAY_MAX };

/* How owners are found on Linux: by the BPF iterator where it is allowed, else by /proc/PID/fd. */
enum pl_owner_way {
    PL_OWNER_WAY_AUTO,
    PL_OWNER_WAY_BPF,
    PL_OWNER_WAY_SCAN,
    PL_OWNER_WAY_MAX,
};

/* Called after each feed that was read, for --debug. path says how ("netlink", "scan", ...). */
struct pl_trace {
    const char *feed;
    const char *path;
    int error; /* positive errno, 0 if it worked */
    uint64_t nanoseconds;
    uint64_t bytes;
};

/* How far a snapshot has come; told once each, in this order, by the thread that takes it. */
enum pl_phase {
    PL_PHASE_SOCKS,     /* the sockets have been read */
    PL_PHASE_PROCESSES, /* and whatever needs rights over other processes */
};

/* Takes lines "uid:name\n"; bytes live for the call. 0, or a negative errno that stops it all. */
typedef int pl_users_take_fn(void *arg, const void *bytes, size_t len);

/*
 * Names of count users, and, if all, of all the others that the system lists. 0 or a negative
 * errno. Names that could not be looked up are left out: then *partial is a positive errno that
 * says why. Otherwise it is left as it is.
 */
typedef int pl_users_fn(void *users_arg, const uint32_t *uids, size_t count, bool all,
                        pl_users_take_fn *take, void *arg, int *partial);

struct pl_filter;

struct pl_query {
    uint32_t protos;   /* bits of enum pl_proto */
    uint32_t families; /* bits of enum pl_family; 0: all */
    uint32_t states; /* bits of enum pl_state; 0: all but BOUND, CLOSED. Rows without one are in */
    uint32_t need;   /* PL_NEED_* */
    const struct pl_filter *filter; /* NULL: none. Borrowed */
    const uint16_t *shown; /* enum pl_attr_id: a note says which of them rights keep. Borrowed */
    size_t shown_count;
    enum pl_way way;
    enum pl_owner_way owner_way;
    bool repeated;  /* more snapshots of it will follow: pl_reader_prepare() is for all of them */
    bool any_order; /* of the sockets: a big table is then read by threads */
    void (*trace)(void *arg, const struct pl_trace *trace);
    void *trace_arg;
    /* For a caller that drops rights as soon as they are of no more use; may be NULL. */
    void (*phase)(void *arg, enum pl_phase phase);
    void *phase_arg;
    /* Asked instead of pl_users_read(), which may load modules and open sockets; may be NULL. */
    pl_users_fn *users;
    void *users_arg;
};

#define PL_QUERY_INIT                                         \
    {                                                         \
        .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) \
    }

/* Does the query show this socket? The library itself asks this for every record. */
bool pl_query_match(const struct pl_query *query, const struct pl_sock *sock);

/* ---- Snapshot --------------------------------------------------------------------------------- */

struct pl_reader;
struct pl_snapshot;

/*
 * A query without protocols but with PL_NEED_COUNTERS reads the counters alone.
 * -EIO: not one feed that the query needs could be read. -EINVAL: the query asks nothing.
 */
int pl_snapshot_take(struct pl_reader *reader, const struct pl_query *query,
                     struct pl_snapshot **out);
void pl_snapshot_free(struct pl_snapshot *snap);

enum pl_system pl_snapshot_system(const struct pl_snapshot *snap);

/* All sockets of the query, in the order in which the kernel told them. */
const struct pl_sock *pl_snapshot_socks(const struct pl_snapshot *snap, size_t *count);
/* Owners of one of them, by pid, then fd. */
const struct pl_owner *pl_snapshot_owners(const struct pl_snapshot *snap,
                                          const struct pl_sock *sock, size_t *count);
/*
 * The socket at the other end, where it is on this machine (PL_NEED_PEERS): its key, 0 if it is not
 * known, and its owners, by pid, then fd.
 */
uint64_t pl_snapshot_peer_key(const struct pl_snapshot *snap, const struct pl_sock *sock);
const struct pl_owner *pl_snapshot_peer_owners(const struct pl_snapshot *snap,
                                               const struct pl_sock *sock, size_t *count);
/* Details of one of them; NULL if it has no such detail. */
const struct pl_attr *pl_snapshot_attr(const struct pl_snapshot *snap, const struct pl_sock *sock,
                                       enum pl_attr_id id);
/* NULL: not asked for, or gone before it could be read. */
const struct pl_process *pl_snapshot_process(const struct pl_snapshot *snap, uint32_t pid);
/* Name of a user or interface; data is NULL if it has none. */
struct pl_text pl_snapshot_user(const struct pl_snapshot *snap, uint32_t uid);
/* false: not asked for (PL_NEED_COUNTERS), or this system does not say it. */
bool pl_snapshot_counter(const struct pl_snapshot *snap, enum pl_counter counter, uint64_t *value);
/* Path of a control group by the id in PL_ATTR_CGROUP_ID; data is NULL if it is not known. */
struct pl_text pl_snapshot_cgroup(const struct pl_snapshot *snap, uint64_t id);
struct pl_text pl_snapshot_link(const struct pl_snapshot *snap, uint32_t ifindex);
/*
 * Name of a port: IANA's, else what /etc/services of the system says; data is NULL if neither
 * does, or if port is 0.
 */
struct pl_text pl_snapshot_service(const struct pl_snapshot *snap, unsigned int port,
                                   enum pl_proto proto);
/*
 * Needs PL_NEED_ADDRS. UNKNOWN: no listener, no address of an interface could be read, or an IPv6
 * wildcard of which the system did not say whether it serves IPv4 too.
 */
enum pl_reach pl_snapshot_reach(const struct pl_snapshot *snap, const struct pl_sock *sock);
const struct pl_note *pl_snapshot_notes(const struct pl_snapshot *snap, size_t *count);

/* ---- Summary ---------------------------------------------------------------------------------- */

struct pl_state_count {
    uint64_t count;
    uint16_t state; /* as in struct pl_sock; PL_STATE_NONE: the system gave none */
    uint8_t proto;
    uint8_t family;
};

/* Ports of the ephemeral range that are taken on one local address. */
struct pl_port_use {
    uint8_t addr[16];
    uint32_t used;      /* different ports */
    uint32_t available; /* the rest of the range */
    uint8_t proto;
    uint8_t family;
};

struct pl_holding {
    uint64_t sockets; /* different ones */
    uint32_t pid;
};

struct pl_summary {
    struct pl_state_count *states; /* by protocol, family and state */
    size_t state_count;
    struct pl_port_use *ports; /* most used first; none where the range is not known */
    size_t port_count;
    struct pl_holding *holdings; /* most sockets first */
    size_t holding_count;
};

/* Counts the sockets of a snapshot. 0 or -ENOMEM. */
int pl_summary_make(const struct pl_snapshot *snap, struct pl_summary **out);
void pl_summary_free(struct pl_summary *summary);

/* ---- Addresses -------------------------------------------------------------------------------- */

/* Longest text of pl_addr_print() with its NUL: INET6_ADDRSTRLEN. */
#define PL_ADDR_TEXT 46

/*
 * vsock and TIPC: decimal text of the number in the first 4 bytes. Else RFC 5952 text of 4 or 16
 * bytes, without brackets, scope or NUL. buf has PL_ADDR_TEXT bytes; what stands in it behind the
 * text means nothing.
 */
size_t pl_addr_print(unsigned int family, const uint8_t *addr, char *buf);
/* Decimal text of n without NUL; buf has 20 bytes. */
size_t pl_number_print(uint64_t n, char *buf);
bool pl_addr_is_any(unsigned int family, const uint8_t *addr);
bool pl_addr_is_mapped(unsigned int family, const uint8_t *addr); /* ::ffff:a.b.c.d */
bool pl_addr_is_link_local(unsigned int family, const uint8_t *addr);
/* No peer: a wildcard address and port 0. */
bool pl_sock_has_peer(const struct pl_sock *sock);
/* Waits for others: in LISTEN, or connectionless without a peer and with a port. */
bool pl_sock_is_listener(const struct pl_sock *sock);

#ifdef __cplusplus
}
#endif

/* The rest of the API, a subject a file; each is to be included through this one. */
#include <portls/filter.h>
#include <portls/reader.h>
#include <portls/service.h>

#endif
