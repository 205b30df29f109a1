/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feeds, their decoders, and the sink that receives the records.
 *
 * A decoder gets a chunk of whole units: lines, netlink messages, or one sysctl table. It keeps no
 * state between chunks, allocates no memory and makes no system calls.
 */
#ifndef PL_DECODE_DECODE_H
#define PL_DECODE_DECODE_H

#include "api/event.h"
#include "api/library.h"
#include "api/sequence.h"

#include "bytes.h"
#include "nat.h"

/* The machine that wrote the bytes. */
struct pl_abi {
    enum pl_system system;
    bool big_endian;
    uint8_t long_bytes; /* 4 or 8 */
    uint32_t netns;     /* of a recording: inode of its network namespace; 0: unknown */
    bool no_bound; /* Linux before 6.8: sock_diag(7) lists no TCP sockets that are only bound */
};

/* The kinds of names for pl_sink.name(). */
enum pl_name_kind {
    PL_NAME_USER,    /* by uid */
    PL_NAME_LINK,    /* by index */
    PL_NAME_SERVICE, /* by PL_SERVICE_ID() */
    PL_NAME_NETNS,   /* by inode */
};

#define PL_SERVICE_ID(port, proto) ((uint32_t)(proto) << 16 | (uint32_t)(port))

/* An address of an interface. */
struct pl_addr {
    uint8_t bytes[16];
    uint32_t ifindex;
    uint32_t netns; /* as in struct pl_sock */
    uint8_t family;
};

/* A line of /proc/net/unix that looks like a row. It may be part of the name before it. */
struct pl_reference {
    struct pl_text line; /* the whole line */
    struct pl_text name; /* as the kernel prints it, up to the line feed */
    uint64_t key;        /* 0: not accepted yet */
    uint32_t count;      /* of references to the socket */
    uint16_t state;
    uint8_t type;
};

/* The flags of a socket that permit others on its port. */
struct pl_reuse {
    uint64_t cookie; /* 0: it has none yet */
    uint64_t key;    /* without a cookie: that of its owners */
    uint8_t flags;   /* PL_REUSE_ADDR, PL_REUSE_PORT */
};

/*
 * Receives records. It copies texts and attributes. Each function returns 0 or a negative errno,
 * which the decoder returns at once.
 */
struct pl_sink {
    int (*sock)(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                size_t count);
    int (*owner)(struct pl_sink *sink, const struct pl_owner *owner);
    /*
     * The descriptors of a process could not be read. pid 0: some processes are not even visible.
     */
    int (*denied)(struct pl_sink *sink, uint32_t pid, int error);
    /* PL_LACK_* of the reader of descriptors. */
    int (*lacks)(struct pl_sink *sink, uint32_t lacks);
    /*
     * The key of a descriptor before and after the names of its process were read. If they differ,
     * the names may be of another process. error: a positive errno of the second look, or 0.
     */
    int (*held)(struct pl_sink *sink, uint32_t pid, uint64_t before, uint64_t now, int error);
    /*
     * A process. Empty fields keep the value of an earlier call. Arguments in command are separated
     * by NULs.
     */
    int (*process)(struct pl_sink *sink, const struct pl_process *process);
    /* The user who opened the socket with that key, if the table of sockets does not have it. */
    int (*uid)(struct pl_sink *sink, uint64_t key, uint32_t uid);
    int (*name)(struct pl_sink *sink, enum pl_name_kind kind, uint32_t id, struct pl_text text);
    int (*addr)(struct pl_sink *sink, const struct pl_addr *addr);
    int (*note)(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count);
    /* The path of a control group below the root of its hierarchy. */
    int (*cgroup)(struct pl_sink *sink, uint64_t id, struct pl_text path);
    int (*container)(struct pl_sink *sink, const struct pl_container *container);
    int (*counter)(struct pl_sink *sink, enum pl_counter id, uint64_t value);
    /* Ports that the kernel gives only to sockets that ask for them. */
    int (*reserved)(struct pl_sink *sink, uint16_t first, uint16_t last);
    int (*nat)(struct pl_sink *sink, const struct pl_nat_rule *rule);
    int (*flow)(struct pl_sink *sink, const struct pl_flow *flow);
    int (*reuse)(struct pl_sink *sink, const struct pl_reuse *reuse);
    int (*sequence)(struct pl_sink *sink, const struct pl_sequence *sequence);
    /* A row of /proc/net/unix, in the kernel's order: what sock_diag(7) omits. */
    int (*reference)(struct pl_sink *sink, const struct pl_reference *row);
    /* An event, valid during the call. NULL: events are ignored. */
    int (*event)(struct pl_sink *sink, const struct pl_event *event);
    uint32_t need; /* PL_NEED_*: other attributes may be omitted */
};

/* A note() of sinks that report nothing. */
static inline int pl_sink_ignore_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    (void)sink;
    (void)kind;
    (void)count;
    return 0;
}

/* Ends a decoder with that result, after a note on malformed units. */
static inline int pl_sink_end(struct pl_sink *sink, uint64_t malformed, int result)
{
    int err = malformed > 0 ? sink->note(sink, PL_NOTE_MALFORMED, malformed) : 0;

    return err < 0 ? err : result;
}

/*
 * In pl_sock.flags until collect/doubtful.c clears it: the name of another UNIX socket may have
 * forged this row.
 */
#define PL_FLAG_DOUBTFUL (1 << 3)

struct pl_feed;

struct pl_input {
    const struct pl_feed *feed;
    struct pl_slice bytes;
    struct pl_abi abi;
    bool whole; /* the chunk is the whole feed, with its end */
};

/*
 * Returns 0; an error of the sink; -EAGAIN if the table changed while the system wrote it; -EBADMSG
 * if the chunk is damaged. The sink has all records, or those before the damage.
 */
typedef int pl_decode_fn(const struct pl_input *in, struct pl_sink *sink);

/* What a feed holds. Sockets have a slot per protocol: PL_SLOT_SOCKS + enum pl_proto. */
enum pl_slot {
    PL_SLOT_OWNERS,
    PL_SLOT_PROCESSES,
    PL_SLOT_USERS,
    PL_SLOT_LINKS,
    PL_SLOT_NETNS,
    PL_SLOT_CGROUPS,
    PL_SLOT_CONTAINERS, /* names of containers */
    PL_SLOT_COUNTERS,
    PL_SLOT_ADDRS,
    PL_SLOT_SERVICES,
    PL_SLOT_REFERENCES, /* what sock_diag(7) omits of UNIX sockets */
    PL_SLOT_HOLDERS,    /* processes that hold doubtful UNIX sockets */
    PL_SLOT_FIXED,      /* processes that hold sockets in a ring of io_uring */
    PL_SLOT_BOUND,      /* TCP sockets that are only bound, if the slot of TCP lacks them */
    PL_SLOT_REUSE,      /* flags of sockets that permit others on their port */
    PL_SLOT_SEQUENCE,   /* sequence numbers of TCP connections */
    PL_SLOT_TUNNELS,    /* UDP sockets that the kernel serves for interfaces */
    PL_SLOT_NAT,        /* rules that translate destination addresses */
    PL_SLOT_FLOWS,      /* connections whose destination rules translate */
    PL_SLOT_LIMITS,     /* settings and jails that hide sockets: only notes */
    PL_SLOT_EVENTS,     /* written by portwatch */
    PL_SLOT_SOCKS,
    PL_SLOT_ANY = PL_SLOT_SOCKS, /* sockets of all protocols, with owners */
    PL_SLOT_MAX = (int)PL_SLOT_SOCKS + (int)PL_PROTO_MAX,
};

/*
 * Feeds of one slot and rank are read together. The ranks are tried in order, until at least one
 * feed of a rank works.
 */
struct pl_feed {
    const char *name;  /* "linux/diag/tcp"; also the path in a recording */
    const char *title; /* "TCP sockets" */
    enum pl_system system;
    uint8_t slot;
    uint8_t rank;
    uint8_t family; /* enum pl_family of its rows; UNSPEC: any */
    uint8_t way;    /* enum pl_way of --source; AUTO: any */
    bool optional;  /* may be absent, for example if IPv6 is off */
    pl_decode_fn *decode;
};

extern const struct pl_feed pl_feeds[];
extern const size_t pl_feed_count;

const struct pl_feed *pl_feed_find(const char *name);
/* Returns the first feed of a slot, or NULL. PL_SYSTEM_UNKNOWN: of any system. */
const struct pl_feed *pl_feed_first(enum pl_system system, unsigned int slot);
/* Returns the bits of the protocols in a slot of sockets. */
uint32_t pl_slot_protos(unsigned int slot);
/* Returns the bits of the protocols whose sockets the feeds of a system list. */
uint32_t pl_feed_protos(enum pl_system system);
/* Whether a feed may list a socket twice, or again in another feed: see snapshot/merge.c. */
bool pl_feed_repeats(const struct pl_feed *feed);

/* linux/diag.c: sock_diag(7), struct inet_diag_msg */
pl_decode_fn pl_decode_linux_inet_diag;
/* linux/bound.c: see linux/bound.h */
pl_decode_fn pl_decode_linux_bound;
/* linux/reuse.c: see linux/reuse.h */
pl_decode_fn pl_decode_linux_reuse;
/* linux/sequence.c: see linux/sequence.h */
pl_decode_fn pl_decode_linux_sequence;
/* linux/proc.c: /proc/net/{tcp,udp,udplite,raw,icmp}{,6}, proc(5) */
pl_decode_fn pl_decode_linux_proc_inet;
/* linux/unix.c, linux/packet.c, linux/netlink_diag.c, linux/other.c: the other families */
pl_decode_fn pl_decode_linux_unix_diag;
pl_decode_fn pl_decode_linux_proc_unix;
pl_decode_fn pl_decode_linux_proc_unix_references;
pl_decode_fn pl_decode_linux_packet_diag;
pl_decode_fn pl_decode_linux_proc_packet;
pl_decode_fn pl_decode_linux_netlink_diag;
pl_decode_fn pl_decode_linux_proc_netlink;
pl_decode_fn pl_decode_linux_vsock_diag;
pl_decode_fn pl_decode_linux_xdp_diag;
pl_decode_fn pl_decode_linux_tipc_diag;
pl_decode_fn pl_decode_linux_smc_diag;
/* linux/counters.c: /proc/net/{sockstat,sockstat6,snmp,netstat}, /proc/sys/net */
pl_decode_fn pl_decode_linux_sockstat;
pl_decode_fn pl_decode_linux_netstat;
pl_decode_fn pl_decode_linux_somaxconn;
pl_decode_fn pl_decode_linux_port_range;
pl_decode_fn pl_decode_linux_unprivileged;
pl_decode_fn pl_decode_linux_tcp_mem;
pl_decode_fn pl_decode_linux_reserved;
/* linux/nat.c: see frames.h */
pl_decode_fn pl_decode_linux_nat;
/* linux/conntrack.c: messages of ctnetlink, include/uapi/linux/netfilter/nfnetlink_conntrack.h */
pl_decode_fn pl_decode_linux_conntrack;
/* cgroups.c, linux/containers.c: see frames.h */
pl_decode_fn pl_decode_cgroups;
pl_decode_fn pl_decode_linux_containers;
/*
 * script.c: returns the file name of the script or archive, or the module or class, that an
 * interpreter runs; words: its arguments, each NUL-terminated. data is NULL if it runs none, if
 * it is code, or if it is longer than 64 bytes.
 */
struct pl_text pl_decode_script(struct pl_slice words);

/* journal.c: see frames.h */
pl_decode_fn pl_decode_events;
/* owners.c, process.c: see frames.h */
pl_decode_fn pl_decode_owners;
pl_decode_fn pl_decode_processes;
/*
 * Reads "PID (name) state ...", /proc/PID/stat: field 22, when the process started, in ticks after the
 * start of the system. Returns false if the field is missing or is not a number.
 */
bool pl_stat_started(const struct pl_slice *stat, uint64_t *ticks);
pl_decode_fn pl_decode_users;
pl_decode_fn pl_decode_links;
pl_decode_fn pl_decode_netns;
pl_decode_fn pl_decode_addrs;
/* freebsd.c */
pl_decode_fn pl_decode_freebsd_tcp;
pl_decode_fn pl_decode_freebsd_inet;
pl_decode_fn pl_decode_freebsd_unix;
pl_decode_fn pl_decode_freebsd_files;
pl_decode_fn pl_decode_freebsd_processes;
/* freebsd_filedesc.c */
pl_decode_fn pl_decode_freebsd_filedesc;
/* freebsd_sctp.c */
pl_decode_fn pl_decode_freebsd_sctp;
/* netbsd.c */
pl_decode_fn pl_decode_netbsd_inet;
pl_decode_fn pl_decode_netbsd_unix;
pl_decode_fn pl_decode_netbsd_files;
pl_decode_fn pl_decode_netbsd_processes;
/* openbsd.c */
pl_decode_fn pl_decode_openbsd_by_process;
pl_decode_fn pl_decode_openbsd_by_file;
/* darwin.c, darwin_fdinfo.c */
pl_decode_fn pl_decode_darwin_tcp;
pl_decode_fn pl_decode_darwin_inet;
pl_decode_fn pl_decode_darwin_unix;
pl_decode_fn pl_decode_darwin_owners;
pl_decode_fn pl_decode_darwin_socks;
/* limits.c: settings and jails that hide sockets */
pl_decode_fn pl_decode_see_others;
pl_decode_fn pl_decode_see_jails;
pl_decode_fn pl_decode_curtain;
pl_decode_fn pl_decode_jailed;
pl_decode_fn pl_decode_jails;
/* linux/rtnl.c: RTM_NEWLINK and RTM_NEWADDR of rtnetlink(7) */
pl_decode_fn pl_decode_linux_links;
pl_decode_fn pl_decode_linux_addrs;
/* linux/tunnels.c: UDP sockets of VXLAN and GENEVE interfaces, by RTM_NEWLINK */
pl_decode_fn pl_decode_linux_tunnels;
/* services.c: services(5) */
pl_decode_fn pl_decode_services;

#endif
