/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feeds, their decoders, and the sink that takes the records.
 *
 * A decoder is pure: it gets a chunk of whole units (lines, netlink messages, one sysctl table),
 * keeps no state across chunks, never allocates and never touches the system.
 */
#ifndef PL_DECODE_DECODE_H
#define PL_DECODE_DECODE_H

#include "api/library.h"

#include "bytes.h"

/* The machine that wrote the bytes. */
struct pl_abi {
    enum pl_system system;
    bool big_endian;
    uint8_t long_bytes; /* 4 or 8 */
};

/* Which names pl_sink.name() is told. */
enum pl_name_kind {
    PL_NAME_USER,    /* by uid */
    PL_NAME_LINK,    /* by index */
    PL_NAME_SERVICE, /* by PL_SERVICE_ID() */
};

#define PL_SERVICE_ID(port, proto) ((uint32_t)(proto) << 16 | (uint32_t)(port))

/* An address of an interface. */
struct pl_addr {
    uint8_t bytes[16];
    uint32_t ifindex;
    uint8_t family;
};

/* What /proc/net/unix says of a socket: perhaps no row, but part of the name before it. */
struct pl_reference {
    struct pl_text line; /* all of it */
    struct pl_text name; /* as printed, up to the line feed */
    uint64_t key;        /* 0: it waits to be accepted */
    uint32_t count;      /* how often the kernel refers to it */
    uint16_t state;
    uint8_t type;
};

/*
 * Takes records. Texts and attributes are copied: they need to live only for the call.
 * Each returns 0 or a negative errno, which the decoder hands on at once.
 */
struct pl_sink {
    int (*sock)(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                size_t count);
    int (*owner)(struct pl_sink *sink, const struct pl_owner *owner);
    /* The descriptors of a process could not be read; pid 0: of processes we cannot even count. */
    int (*denied)(struct pl_sink *sink, uint32_t pid, int error);
    /* Bits PL_LACK_* of whoever read the descriptors. */
    int (*lacks)(struct pl_sink *sink, uint32_t lacks);
    /*
     * A descriptor of the process before and after its names were read: equal keys, and they are of
     * the process that has the socket. error: a positive errno for which nobody could look again.
     */
    int (*held)(struct pl_sink *sink, uint32_t pid, uint64_t before, uint64_t now, int error);
    /* What is known of a process; fields left empty keep what an earlier call said. */
    int (*process)(struct pl_sink *sink, const struct pl_process *process);
    /* Who opened the socket with that key, where the table of sockets does not say it. */
    int (*uid)(struct pl_sink *sink, uint64_t key, uint32_t uid);
    int (*name)(struct pl_sink *sink, enum pl_name_kind kind, uint32_t id, struct pl_text text);
    int (*addr)(struct pl_sink *sink, const struct pl_addr *addr);
    int (*note)(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count);
    /* Path of a control group, from the root of its hierarchy. */
    int (*cgroup)(struct pl_sink *sink, uint64_t id, struct pl_text path);
    int (*counter)(struct pl_sink *sink, enum pl_counter id, uint64_t value);
    /* A row of /proc/net/unix, in the order of the kernel's table: what sock_diag leaves out. */
    int (*reference)(struct pl_sink *sink, const struct pl_reference *row);
    uint32_t need; /* PL_NEED_*: which attributes are worth the room; the rest may be left out */
};

/* pl_sock.flags, until collect/doubtful.c: it may be part of the name of another UNIX socket. */
#define PL_FLAG_DOUBTFUL (1 << 3)

struct pl_feed;

struct pl_input {
    const struct pl_feed *feed;
    struct pl_slice bytes;
    struct pl_abi abi;
    bool whole; /* the chunk is all of the feed: what ends it must be there */
};

/*
 * 0; a sink's error; -EAGAIN: the table changed while the system wrote it (all that was readable
 * has been put into the sink); -EBADMSG: the chunk is damaged (the whole units before the damage
 * have been put into the sink).
 */
typedef int pl_decode_fn(const struct pl_input *in, struct pl_sink *sink);

/* What a feed is for. Sockets have a slot for each protocol: PL_SLOT_SOCKS + enum pl_proto. */
enum pl_slot {
    PL_SLOT_OWNERS,
    PL_SLOT_PROCESSES,
    PL_SLOT_USERS,
    PL_SLOT_LINKS,
    PL_SLOT_CGROUPS,
    PL_SLOT_COUNTERS,
    PL_SLOT_ADDRS,
    PL_SLOT_SERVICES,
    PL_SLOT_REFERENCES, /* what the feeds of the sockets leave out: read behind them */
    PL_SLOT_HOLDERS,    /* owners of UNIX sockets of this network namespace, looked at again */
    PL_SLOT_LIMITS,     /* what the system keeps from us: its decoders put nothing but notes */
    PL_SLOT_SOCKS,
    PL_SLOT_ANY = PL_SLOT_SOCKS, /* sockets of every protocol in one feed, with their owners */
    PL_SLOT_MAX = (int)PL_SLOT_SOCKS + (int)PL_PROTO_MAX,
};

/*
 * Feeds of one slot and rank fill the slot together; ranks are tried in order, the first of which
 * at least one feed works fills it.
 */
struct pl_feed {
    const char *name;  /* "linux/diag/tcp": also the file of a recording */
    const char *title; /* for people: "TCP sockets" */
    enum pl_system system;
    uint8_t slot;
    uint8_t rank;
    uint8_t family; /* enum pl_family of its rows; UNSPEC: they say it themselves */
    uint8_t way;    /* enum pl_way: which --source takes it; AUTO: any */
    bool optional;  /* its absence means that the system has none (IPv6 off) */
    pl_decode_fn *decode;
};

extern const struct pl_feed pl_feeds[];
extern const size_t pl_feed_count;

const struct pl_feed *pl_feed_find(const char *name);
/* A socket may stand in it more than once, or in another feed of its slot: see snapshot/merge.c. */
bool pl_feed_repeats(const struct pl_feed *feed);

/* linux/diag.c: answers of sock_diag(7): struct inet_diag_msg */
pl_decode_fn pl_decode_linux_inet_diag;
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
/* cgroups.c: our own framing */
pl_decode_fn pl_decode_cgroups;
/* owners.c, process.c: our own framing of what has no binary form in the kernel */
pl_decode_fn pl_decode_owners;
pl_decode_fn pl_decode_processes;
pl_decode_fn pl_decode_users;
pl_decode_fn pl_decode_links;
/* freebsd.c */
pl_decode_fn pl_decode_freebsd_tcp;
pl_decode_fn pl_decode_freebsd_inet;
pl_decode_fn pl_decode_freebsd_unix;
pl_decode_fn pl_decode_freebsd_files;
pl_decode_fn pl_decode_freebsd_processes;
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
/* limits.c: settings by which a system keeps sockets from those without privilege */
pl_decode_fn pl_decode_see_others;
pl_decode_fn pl_decode_curtain;
/* linux/rtnl.c: RTM_NEWLINK and RTM_NEWADDR of rtnetlink(7) */
pl_decode_fn pl_decode_linux_links;
pl_decode_fn pl_decode_linux_addrs;
/* services.c: services(5) */
pl_decode_fn pl_decode_services;

#endif
