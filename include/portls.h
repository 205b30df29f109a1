/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libportls: the sockets of a kernel as uniform records.
 *
 *     struct pl_query query = PL_QUERY_INIT;
 *     struct pl_reader *reader;
 *     struct pl_snapshot *snap;
 *
 *     pl_reader_open(&reader);
 *     pl_snapshot_take(reader, &query, &snap);
 *     ... pl_snapshot_socks(snap, &count) ...
 *     pl_snapshot_free(snap);
 *     pl_reader_close(reader);
 *
 * Functions that return int return 0 or a negative errno, and leave their outputs untouched on
 * failure. Everything reached from a snapshot belongs to it and lives until it is freed. The
 * library never prints, never exits, has no mutable global data, and may be used from several
 * threads on different readers and snapshots. A partial result is a success: notes report what could
 * not be read. It is an error only when nothing could be read.
 *
 * src/examples has three short programs. The ABI may change until version 1.0.
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

/*
 * Bytes of a name or path as the system reported them. They are not NUL-terminated, have no
 * particular encoding, and may be hostile: escape them before you print them to a terminal.
 */
struct pl_text {
    const char *data;
    uint32_t len;
};

/* ---- Enumerations ------------------------------------------------------------------------- */
/* Portable numbers: AF_INET6 is 10 on Linux, 28 on FreeBSD, 30 on macOS, 24 on the other BSDs. */

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
    PL_PROTO_SMC, /* looks like TCP to programs, but transfers by shared memory: RFC 7609 */
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

/* The states of RFC 9293 section 3.3.2, and three that it does not have: the last ones. */
enum pl_state {
    PL_STATE_NONE, /* unknown */
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
    PL_STATE_BOUND,     /* TCP: bound to a port, neither listening nor connected */
    PL_STATE_UNCONN,    /* connectionless, without a peer */
    PL_STATE_PUBLISHED, /* no socket: a rule of the packet filter sends connections elsewhere */
    PL_STATE_MAX,
};

/* Set in a state or family without an enumerator; the other bits are the system's number. */
#define PL_STATE_OTHER  0x8000U
#define PL_FAMILY_OTHER 0x80U

/* Why a socket has no owner in this snapshot. */
enum pl_owner_unknown {
    PL_OWNER_NOT_ASKED,     /* owners were not requested, or not read: see the notes */
    PL_OWNER_KNOWN,         /* the socket has an owner */
    PL_OWNER_TIME_WAIT,     /* closed; the kernel keeps the pair of addresses for 2 MSL */
    PL_OWNER_SYN_RECV,      /* a half-open connection of a listener */
    PL_OWNER_ACCEPT_QUEUE,  /* established, but no process has accepted it yet */
    PL_OWNER_ORPHAN,        /* its process closed it; the kernel is still finishing it */
    PL_OWNER_NOT_PERMITTED, /* some processes could not be read */
    PL_OWNER_NOT_FOUND,     /* held in another pid namespace or in flight, or closed meanwhile */
    PL_OWNER_KERNEL,        /* the kernel created it: for netlink, or for a tunnel interface */
    PL_OWNER_MAX,
};

/*
 * Names as documented in portls(1): "freebsd", "inet6", "tcp", "stream", "ESTABLISHED",
 * "time_wait". NULL for a number outside the enumeration.
 */
const char *pl_system_name(unsigned int system);
const char *pl_family_name(unsigned int family);
const char *pl_proto_name(unsigned int proto);
const char *pl_type_name(unsigned int type);
const char *pl_state_name(unsigned int state);
const char *pl_owner_unknown_name(unsigned int reason);

/*
 * IANA's primary name of a port, in host order, or NULL. The table is built in. It covers TCP, UDP,
 * SCTP and DCCP; MPTCP has the names of TCP, and UDP-Lite those of UDP.
 */
const char *pl_service_name(unsigned int port, enum pl_proto proto);

/* ---- Records ------------------------------------------------------------------------------ */

/* pl_sock.have: the fields that the system reported. Ignore a field whose bit is clear. */
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
    PL_FLAG_V6ONLY = 1 << 0,       /* IPV6_V6ONLY: does not accept IPv4 */
    PL_FLAG_ACCEPT_QUEUE = 1 << 1, /* the system reports that it is waiting to be accepted */
    PL_FLAG_ORPHAN = 1 << 2,       /* the system reports that no descriptor refers to it */
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
    uint32_t netns;            /* inode of the network namespace; 0: that of the reader */
    uint16_t have;             /* PL_HAVE_* */
    uint16_t state;            /* enum pl_state, or PL_STATE_OTHER | N */
    uint8_t family;            /* enum pl_family, or PL_FAMILY_OTHER | N */
    uint8_t proto;             /* enum pl_proto */
    uint8_t type;              /* enum pl_type */
    uint8_t flags : 4;         /* PL_FLAG_* */
    uint8_t owner_unknown : 4; /* enum pl_owner_unknown */
};

/* One descriptor of one process that refers to a socket. Every owner feed has this format. */
struct pl_owner {
    uint32_t pid;
    uint32_t fd; /* PL_FD_NONE: held without a descriptor, as a fileport of macOS */
    uint64_t key;
};

#define PL_FD_NONE UINT32_MAX

struct pl_group;

/* A process that owns a listed socket. A text that could not be read has NULL data. */
struct pl_process {
    uint32_t pid;
    uint32_t uid;      /* effective; PL_UID_UNKNOWN if it could not be read */
    uint32_t fd_limit; /* Linux: soft limit of descriptors, RLIMIT_NOFILE; 0: unknown */
    uint64_t started;  /* seconds since the Epoch; 0: unknown */
    /*
     * Linux: /proc/PID/comm. If that has 15 bytes, the kernel may have truncated it; the name of
     * the executable or of the first argument replaces it if it begins with these. The BSDs: p_comm.
     */
    struct pl_text name;
    struct pl_text command;       /* command line; NULs become blanks, trailing ones are removed */
    uint32_t program_len;         /* length of the first argument in command */
    struct pl_text exe;           /* path of the executable */
    struct pl_text script;        /* what an interpreter runs: file name, module or class */
    struct pl_text context;       /* security context: SELinux, AppArmor, Smack */
    const struct pl_group *group; /* private: decoded from its control group; NULL: unknown */
};

#define PL_UID_UNKNOWN UINT32_MAX

/* ---- Notes: what could not be seen, and why --------------------------------------------------- */

/* N is pl_note.count, FEED is pl_note.feed. */
enum pl_note_kind {
    PL_NOTE_NONE,
    PL_NOTE_OWNERS_HIDDEN, /* N sockets lack owners, because processes could not be read */
    PL_NOTE_FEED_FAILED,   /* the system refused or lacks a requested feed; error is the reason */
    PL_NOTE_FEED_MISSING,  /* a recording lacks a requested feed */
    PL_NOTE_FEED_FOREIGN,  /* N files do not belong in the recording; FEED is the first */
    PL_NOTE_FEED_DAMAGED,  /* a feed is truncated or inconsistent; the part before that is listed */
    PL_NOTE_MALFORMED,     /* N malformed units of a feed were ignored */
    PL_NOTE_INCONSISTENT,  /* the table changed during every attempt to read it */
    PL_NOTE_LAYOUT,        /* the records have an unsupported length, N; 0: of 32 bits */
    PL_NOTE_KEYS_HIDDEN,   /* the system hides the keys that join sockets to their owners */
    PL_NOTE_SOCKS_HIDDEN,  /* the system hides the sockets of other users */
    PL_NOTE_JAILS_HIDDEN,  /* the system hides the sockets of jails */
    PL_NOTE_JAILED,        /* sockets outside of this jail are hidden */
    PL_NOTE_STACKS_HIDDEN, /* the sockets of N jails are in separate network stacks */
    PL_NOTE_FAMILY_ABSENT, /* this kernel cannot list the requested family */
    PL_NOTE_OWNERS_OUTSIDE, /* N sockets have no owners in this pid namespace */
    PL_NOTE_FEED_PARTIAL,   /* part of a feed could not be read; error is the reason */
    PL_NOTE_NAMES_CHANGED,  /* N processes ended before their names were read */
    PL_NOTE_NAMES_UNSURE,   /* N processes may have ended before their names were read */
    PL_NOTE_UNTOLD,         /* the filter uses the field FEED, which no socket has */
    PL_NOTE_AMBIGUOUS,      /* N lines were ignored: the name of a socket may have forged them */
    PL_NOTE_WITHHELD,       /* the kernel withheld the details in FEED */
    PL_NOTE_NETNS_UNKNOWN,  /* the network namespaces of N processes are not known */
    PL_NOTE_NETNS_CLOSED,   /* N network namespaces could not be entered */
    PL_NOTE_NETNS_HIDDEN,   /* processes are hidden, and so may be network namespaces */
    PL_NOTE_MAX,
};

/* pl_note.lacks: privileges that the reader lacked. 0: unknown. */
enum {
    PL_LACK_KNOWN = 1 << 0,
    PL_LACK_ROOT = 1 << 1,        /* the effective user is not root */
    PL_LACK_PTRACE = 1 << 2,      /* Linux: CAP_SYS_PTRACE */
    PL_LACK_READ_SEARCH = 1 << 3, /* Linux: CAP_DAC_READ_SEARCH */
    PL_LACK_NAMESPACE = 1 << 4,   /* Linux: privileges in the initial user namespace */
    PL_LACK_PIDS = 1 << 5,        /* Linux: the initial pid namespace */
    PL_LACK_NET_ADMIN = 1 << 6,   /* Linux: CAP_NET_ADMIN */
    PL_LACK_ULP = 1 << 7,         /* Linux before 6.15: CAP_NET_ADMIN, to see upper layers of TCP */
};

struct pl_note {
    enum pl_note_kind kind;
    int error;      /* positive errno, 0 if none */
    uint32_t lacks; /* bits PL_LACK_* */
    uint64_t count; /* see kind; 0 if it counts nothing */
    uint64_t
        left_out; /* how many of count are not listed because the filter could not be evaluated */
    struct pl_text feed; /* name of the feed, field or recording's file; empty if none */
    const char *title;   /* title of the feed, for messages: "TCP sockets"; NULL if none */
    bool only_details;   /* another feed listed the sockets, with fewer details */
};

/* Returns the name of a kind: "owners_hidden". NULL when out of range. */
const char *pl_note_name(unsigned int kind);
/*
 * Writes a note as one line, without a line feed. Returns what snprintf(3) returns. Does not escape
 * control bytes in the feed's name.
 */
int pl_note_text(const struct pl_note *note, char *buf, size_t size);
/* Returns advice to the user, or "". */
const char *pl_note_help(const struct pl_note *note);

/* ---- Readers ---------------------------------------------------------------------------------- */

/* A source of socket tables: the running kernel, or a recording of one. */
struct pl_reader;

/* Opens the running kernel. -ENOTSUP in a build without a reader for its system. */
int pl_reader_open(struct pl_reader **out);

/*
 * A recording: a directory of feeds that pl_reader_record() wrote on any system.
 * -ENOENT: there is no such directory. -ENOTDIR. -EINVAL: it is not a recording (no or unreadable
 * "abi", no feed). -ENOTSUP: the recording is of an unknown system.
 */
int pl_reader_replay(const char *dir, struct pl_reader **out);

/*
 * Reads through inner and keeps whole feeds, which pl_reader_commit() stores in dir. dir must be
 * absent (-EEXIST otherwise) or an empty directory (-ENOTEMPTY), not "" (-EINVAL), not "." or a
 * symbolic link (-EEXIST). -ELOOP: another user could change a symbolic link in its path. -ESTALE,
 * also of pl_reader_commit(): the new directory was replaced, or is not private.
 * On success the recorder owns inner, and closing it closes inner.
 */
int pl_reader_record(struct pl_reader *inner, const char *dir, struct pl_reader **out);
int pl_reader_commit(struct pl_reader *recorder);

void pl_reader_close(struct pl_reader *reader);

struct pl_snapshot;

/* ---- Filters ---------------------------------------------------------------------------------- */

/*
 * Expressions that select sockets. FILTER EXPRESSIONS in portls(1) has the grammar, a superset of
 * that of ss(8). A comparison with a value that the system did not report is false. "!=" means "not
 * =", so it is true then.
 */

/* A parsed expression. It is immutable: several queries and threads may share it. */
struct pl_filter;

/* The error in an expression: text, a constant, applies to len bytes from offset from. */
struct pl_filter_error {
    const char *text; /* "unknown state" */
    size_t from;
    size_t len;
    bool value;       /* the error is an unknown host, port or mark */
    char advice[128]; /* to append: "; did you mean 'established'?"; may be empty */
};

/* One address of a host: family is PL_FAMILY_INET or PL_FAMILY_INET6. */
struct pl_host {
    uint8_t addr[16];
    uint8_t family;
};

/*
 * Functions that look up names for which the library has no table. If a member is NULL, such a name
 * is an error. name is NUL-terminated.
 */
struct pl_filter_names {
    /*
     * Addresses of a host, at most max; family is PL_FAMILY_INET, PL_FAMILY_INET6 or
     * PL_FAMILY_UNSPEC for both. Returns their number, 0 if there is no such host.
     */
    size_t (*host)(void *arg, const char *name, unsigned int family, struct pl_host *out,
                   size_t max);
    /* Ports of a service name, at most max. Returns their number, 0 if there is no such service. */
    size_t (*service)(void *arg, const char *name, uint16_t *out, size_t max);
    /* Returns whether a program of that name is known. If not, the word may be misspelt. */
    bool (*program)(void *arg, const char *name);
    /*
     * The running kernel's number of an interface or control group (cgroups v2), so that the kernel
     * can filter by it. Returns 0 if there is none of that name. Not called for a recording, which
     * is filtered by name.
     */
    uint32_t (*link)(void *arg, const char *name);
    uint64_t (*cgroup)(void *arg, const char *path);
    void *arg;
};

/*
 * Parses an expression; a blank one matches every socket. names may be NULL. -EINVAL: *error has
 * the position and the reason. Free the filter with pl_filter_free().
 */
int pl_filter_parse(const char *expression, const struct pl_filter_names *names,
                    struct pl_filter **out, struct pl_filter_error *error);
void pl_filter_free(struct pl_filter *filter);

/* Returns whether the filter matches this socket of the snapshot. */
bool pl_filter_match(const struct pl_filter *filter, const struct pl_snapshot *snap,
                     const struct pl_sock *sock);

/* Returns the PL_NEED_* bits that a snapshot needs to evaluate the filter. */
uint32_t pl_filter_need(const struct pl_filter *filter);

/* ---- Query ------------------------------------------------------------------------------------ */

#define PL_BIT(n) (1U << (n))

/* Data to collect besides the sockets: bits of pl_query.need. Other data is not read. */
enum {
    PL_NEED_OWNERS = 1 << 0,
    PL_NEED_NAMES = 1 << 1,    /* pl_process.name */
    PL_NEED_COMMANDS = 1 << 2, /* pl_process.command */
    PL_NEED_EXES = 1 << 3,     /* pl_process.exe */
    PL_NEED_UIDS = 1 << 4,     /* pl_process.uid */
    PL_NEED_USERS = 1 << 5,    /* pl_snapshot_user() */
    /* The other bits are reserved; pl_filter_need() may set them. */
};

/*
 * How sockets are read on Linux: sock_diag(7) or /proc/net. AUTO uses the first of them that works.
 */
enum pl_way { PL_WAY_AUTO, PL_WAY_DIAG, PL_WAY_PROC, PL_WAY_MAX };

/*
 * How owners are found on Linux: by the BPF iterator if the kernel permits it, else by
 * /proc/PID/fd.
 */
enum pl_owner_way {
    PL_OWNER_WAY_AUTO,
    PL_OWNER_WAY_BPF,
    PL_OWNER_WAY_SCAN,
    PL_OWNER_WAY_MAX,
};

struct pl_query_hooks;

struct pl_query {
    uint32_t protos;                /* bits PL_BIT(enum pl_proto) */
    uint32_t families;              /* bits of enum pl_family; 0: all */
    uint32_t states;                /* bits of enum pl_state; 0: all but BOUND and CLOSED */
    uint32_t need;                  /* bits PL_NEED_* */
    const struct pl_filter *filter; /* borrowed, NULL: none. Add its pl_filter_need() to need */
    enum pl_way way;
    enum pl_owner_way owner_way;
    bool any_order; /* sockets may be in any order, so that threads can read a large table */
    const struct pl_query_hooks *hooks; /* private; NULL outside this project */
};

/* TCP and UDP, in every state but BOUND and CLOSED. */
#define PL_QUERY_INIT                                         \
    {                                                         \
        .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) \
    }

/* ---- Snapshot --------------------------------------------------------------------------------- */

/*
 * Takes a snapshot. -EIO: none of the feeds that the query needs could be read. -EINVAL: the query
 * requests nothing.
 */
int pl_snapshot_take(struct pl_reader *reader, const struct pl_query *query,
                     struct pl_snapshot **out);
void pl_snapshot_free(struct pl_snapshot *snap);

enum pl_system pl_snapshot_system(const struct pl_snapshot *snap);

/* Returns all sockets of the query, in the kernel's order. */
const struct pl_sock *pl_snapshot_socks(const struct pl_snapshot *snap, size_t *count);
/*
 * Returns the owners of a socket of this snapshot, by pid, then descriptor. Needs PL_NEED_OWNERS.
 */
const struct pl_owner *pl_snapshot_owners(const struct pl_snapshot *snap,
                                          const struct pl_sock *sock, size_t *count);
/* Returns an owner's process; NULL if it was not requested, or ended before it could be read. */
const struct pl_process *pl_snapshot_process(const struct pl_snapshot *snap, uint32_t pid);
/* Returns a user's name; data is NULL if the user has none. Needs PL_NEED_USERS. */
struct pl_text pl_snapshot_user(const struct pl_snapshot *snap, uint32_t uid);
/* Returns notes about data that could not be read. */
const struct pl_note *pl_snapshot_notes(const struct pl_snapshot *snap, size_t *count);

/* ---- Addresses -------------------------------------------------------------------------------- */

/* Longest text of pl_addr_print() with its NUL: INET6_ADDRSTRLEN. */
#define PL_ADDR_TEXT 46

/*
 * Writes an address without brackets, scope or NUL: RFC 5952 for internet addresses of 4 or 16
 * bytes, a decimal number for vsock and TIPC. buf has PL_ADDR_TEXT bytes. Returns the length.
 */
size_t pl_addr_print(unsigned int family, const uint8_t *addr, char *buf);
/* Returns false if the peer's address is a wildcard and its port is 0. */
bool pl_sock_has_peer(const struct pl_sock *sock);
/* Returns whether the socket is in LISTEN, or connectionless with a port and without a peer. */
bool pl_sock_is_listener(const struct pl_sock *sock);

#ifdef __cplusplus
}
#endif

#endif
