/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the Linux reader. Functions return 0 or a negative errno unless stated. */
#ifndef PL_SOURCE_LINUX_LINUX_H
#define PL_SOURCE_LINUX_LINUX_H

#include "source/source.h"

#include "decode/linux/bound.h"

/* linux.c: passes on complete lines of a file, and at the end the rest. */
int pl_linux_read_lines(int fd, pl_chunk_fn *chunk, void *arg);

/*
 * netlink.c: dumps. request has len bytes, with a struct nlmsghdr at the start, which this sets.
 * space: the network namespace; NULL: this one.
 */
int pl_netlink_dump(const struct pl_space *space, int protocol, uint16_t type, void *request,
                    size_t len, pl_chunk_fn *chunk, void *arg);
/* The same in steps, for a socket that stays open. */
int pl_netlink_open(int protocol);
int pl_netlink_ask(int fd, uint16_t type, void *request, size_t len, pl_chunk_fn *chunk, void *arg);
/*
 * Sends a command, and returns the error that the kernel acknowledges it with. chunk gets the replies
 * before that; NULL: they are ignored.
 */
int pl_netlink_order(int fd, uint16_t type, void *request, size_t len, pl_chunk_fn *chunk,
                     void *arg);
/* Each dump uses a separate socket, so any number will do. */
#define PL_NETLINK_SEQ 1

/* halves.c: dumps all TCP sockets in these states. -ENOTSUP: cannot use two threads. */
int pl_linux_dump_halves(uint32_t states, uint8_t extensions, pl_chunk_fn *chunk, void *arg);

/*
 * diag.c: returns wanted, bits of enum pl_state, as bits of include/net/tcp_states.h, where a state
 * has this number, or 0.
 */
uint32_t pl_linux_states(const uint8_t numbers[PL_STATE_MAX], uint32_t wanted);
int pl_linux_read_diag(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading);
/*
 * Sends a command, enum pl_linux_order, for the one socket with these endpoints and this cookie. Replies
 * are as in a dump. -ENOENT: the kernel looks up another socket, or none. Sockets that share a local port
 * and have no peer, or share both ends as those of UDP can, are looked up by a hash, so it proves
 * nothing for them.
 */
enum pl_linux_order { PL_LINUX_LOOK_UP = 20, PL_LINUX_DESTROY = 21 };
int pl_linux_order(int fd, enum pl_linux_order order, const struct pl_sock *sock, uint32_t need,
                   pl_chunk_fn *chunk, void *arg);
/*
 * diag_other.c: families other than IPv4 and IPv6; called by pl_linux_read_diag(). Replaces *open, a
 * socket or -1, by the socket that made the dump. NULL: closes it.
 */
int pl_linux_read_diag_other(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *reading, int *open);
int pl_linux_read_links(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);
int pl_linux_read_addrs(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/* A program of bpf/ and its iterators. All zero: not opened. */
struct pl_linux_bpf {
    bool opened;  /* also after a failure, which is in error */
    int error;    /* 0 or a negative errno */
    int link;     /* of the program, to open further iterators; negative: none */
    int iterator; /* the first one; negative: used */
    /* written by the program that walks tables; NULL: the program that is called for each file */
    struct pl_bpf_shared *shared;
};

/*
 * bpf/bpf.c: the program that writes owners. Loading it requires privileges; reading its iterators
 * does not. Sets bpf->error to a negative errno if the kernel, missing privileges or the pid namespace
 * prevent it, or, unless forced, if a scan is likely to be faster.
 */
void pl_linux_bpf_open(struct pl_linux_bpf *bpf, bool forced, bool repeated);
void pl_linux_bpf_close(struct pl_linux_bpf *bpf);
/* Returns the name of the program, for --debug. */
const char *pl_linux_bpf_path(const struct pl_linux_bpf *bpf);
/*
 * Adds to rings, as the scan does, files that may be rings. Returns 0, the error of chunk, or 1 if
 * BPF failed: *why is then a negative errno.
 */
int pl_linux_read_bpf(struct pl_linux_bpf *bpf, struct pl_buffer *rings, pl_chunk_fn *chunk,
                      void *arg, int *why);
/*
 * Returns whether the last reading did not find process 1, which some sandboxes hide from all
 * others.
 */
bool pl_linux_bpf_missed_init(const struct pl_linux_bpf *bpf);

/*
 * bpf/bound.c: TCP sockets of this network namespace that are only bound, as records of
 * decode/linux/bound.h. Loading the program requires privileges; reading its iterators does not.
 */
void pl_linux_bound_open(struct pl_linux_bpf *bpf, uint32_t netns, bool repeated);
int pl_linux_read_bound(struct pl_linux_bpf *bpf, uint32_t netns, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/* A TCP or UDP socket of another network namespace, or any namespace, by one of its descriptors. */
struct pl_linux_seen_row {
    uint32_t netns, pid, fd;
    uint32_t proto;                 /* IPPROTO_TCP or IPPROTO_UDP; 0: a namespace of any type */
    uint32_t half_open;             /* connections of a listener that are not established yet */
    uint32_t again;                 /* seen.c: a second pass found it, too */
    uint8_t message[PL_BOUND_SIZE]; /* as one of decode/linux/bound.h, but of any state */
};

/*
 * bpf/seen.c: these rows, without those of the namespace netns unless here is true. Loading the program
 * requires privileges; reading its iterators does not.
 */
void pl_linux_seen_open(struct pl_linux_bpf *bpf, uint32_t netns, bool here);
int pl_linux_read_seen(struct pl_linux_bpf *bpf, pl_chunk_fn *chunk, void *arg);

/*
 * bpf/reuse.c: flags of the sockets of this network namespace, as records of decode/linux/reuse.h, of
 * the protocols and ports of the request. Three programs: two iterators lack sockets that are only
 * bound.
 */
enum pl_linux_reuse_part {
    PL_LINUX_REUSE_TCP,
    PL_LINUX_REUSE_UDP,
    PL_LINUX_REUSE_BOUND,
    PL_LINUX_REUSE_PARTS
};

struct pl_linux_reuse {
    bool opened;
    struct pl_linux_bpf parts[PL_LINUX_REUSE_PARTS];
};

void pl_linux_reuse_open(struct pl_linux_reuse *reuse, uint32_t netns,
                         const struct pl_request *request);
void pl_linux_reuse_close(struct pl_linux_reuse *reuse);
int pl_linux_read_reuse(struct pl_linux_reuse *reuse, uint32_t netns,
                        const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/*
 * bpf/sequence.c: TCP connections of this network namespace, as records of decode/linux/sequence.h.
 * Loading the program requires privileges; reading its iterators does not.
 */
void pl_linux_sequence_open(struct pl_linux_bpf *bpf, bool repeated);
int pl_linux_read_sequence(struct pl_linux_bpf *bpf, pl_chunk_fn *chunk, void *arg,
                           struct pl_reading *reading);

/*
 * nat.c: rules of nftables and of iptables-legacy that translate addresses, of this network namespace.
 * Reading them requires CAP_NET_ADMIN.
 */
struct pl_linux_nat {
    bool opened;
    bool repeated;
    int netlink; /* of NETLINK_NETFILTER, or a negative errno */
    int inet
        [2]; /* sockets of IPv4 and IPv6, to ask for tables of iptables; -1: it has no table nat */
};

/* Opens the sockets, unless they are open. repeated: they are not closed after the rules were read. */
void pl_linux_nat_open(struct pl_linux_nat *nat, bool repeated);
void pl_linux_nat_close(struct pl_linux_nat *nat);
int pl_linux_read_nat(struct pl_linux_nat *nat, pl_chunk_fn *chunk, void *arg,
                      struct pl_reading *reading);

/*
 * conntrack.c: connections of this network namespace whose destination rules translate. Reading them requires
 * CAP_NET_ADMIN.
 */
struct pl_linux_flows {
    bool opened;
    bool repeated;
    int netlink; /* a socket, or a negative errno: -ENODATA if the kernel tracks no connection */
};

void pl_linux_flows_open(struct pl_linux_flows *flows, bool repeated);
void pl_linux_flows_close(struct pl_linux_flows *flows);
int pl_linux_read_flows(struct pl_linux_flows *flows, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/*
 * owners.c: every socket of every process, as struct pl_owner. Replaces rings by the descriptors that
 * are rings of io_uring, as struct pl_owner with key 0.
 */
int pl_linux_read_owners(struct pl_linux_bpf *bpf, const struct pl_request *request,
                         pl_chunk_fn *chunk, void *arg, struct pl_reading *reading,
                         struct pl_buffer *rings);
/*
 * The same for UNIX sockets with an inode of request->ids, of processes of this network namespace.
 */
int pl_linux_read_holders(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading);

/*
 * ring.c: the sockets that these rings hold. The descriptor of such an owner is that of the ring.
 */
int pl_linux_read_fixed(const struct pl_buffer *rings, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);
/* Whether the descriptor is a ring that holds the socket. proc: descriptor of /proc. */
bool pl_linux_ring_holds(int proc, const struct pl_owner *held);
/* A pl_chunk_fn for the lines of fdinfo of a ring; arg is a struct pl_linux_ring. */
struct pl_linux_ring {
    struct pl_owner owner; /* pid and fd of the ring */
    int (*found)(void *arg, const struct pl_owner *owner);
    void *arg;
    size_t left; /* bytes that may be read; a chunk with more: -EFBIG */
    bool begun;  /* the list of files has begun */
    bool inside; /* the line before is part of it */
};
int pl_linux_ring_lines(void *arg, const void *bytes, size_t len);
/* Sorts the owners of one ring, from that byte on, and drops the duplicates. */
void pl_linux_ring_unique(struct pl_buffer *owners, size_t from);
/* Whether the target of a link is a ring. */
bool pl_linux_is_ring(const char *link, size_t len);

/* scan.c */
struct pl_linux_scan {
    int proc;                      /* descriptor of /proc */
    const struct pl_request *only; /* of pl_linux_read_holders(), or NULL */
    int lacks;                     /* positive errno of a table that could not be read, or 0 */
    struct pl_buffer owners;       /* struct pl_owner */
    struct pl_buffer rings;        /* the same, with key 0 */
    char dents[32768];             /* for getdents64(2) */
};

/* Adds the sockets of a process to scan->owners, or an entry that it is denied: see frames.h. */
int pl_linux_scan_process(struct pl_linux_scan *scan, uint32_t pid);
int pl_linux_scan_denied(struct pl_linux_scan *scan, uint32_t pid, int error);
/* Returns whether a process has several threads. path: "PID/task", below the descriptor of /proc. */
bool pl_linux_has_threads(int proc, const char *path);
/* Returns UINT32_MAX if name is not a number. */
uint32_t pl_linux_number(const char *name);
/* Returns the inode in "socket:[inode]", or 0 for other links. */
uint64_t pl_linux_socket_inode(const char *link, size_t len);

/* Returns -ENOENT if the file system of fd has another magic number. */
int pl_linux_check_fs(int fd, long magic);

/* rights.c: returns bits PL_LACK_* of what the scan of owners lacks; 0: not known. */
uint32_t pl_linux_lacks(void);
/* The same for the details of sockets; 0: it lacks nothing. */
uint32_t pl_linux_detail_lacks(void);
/* rights.c: whether the kernel is major.minor or later. */
bool pl_linux_runs(unsigned int major, unsigned int minor);
/* Whether a release reports upper layers of TCP to everybody: since 6.15. */
bool pl_linux_tells_ulp(const char *release);

/* count.c: counts that the kernel keeps, to choose the faster way. 0: not known. */
uint64_t pl_linux_open_files(void);

struct pl_linux_sockets {
    bool known;
    uint64_t all4;      /* IPv4 sockets of all counted protocols */
    uint64_t tcp4;      /* IPv4 TCP sockets, and TIME_WAIT of both families */
    uint64_t tcp_alloc; /* TCP sockets of all namespaces */
};

void pl_linux_count_sockets(struct pl_linux_sockets *out);
/* Whether there are that many TCP sockets. */
bool pl_linux_has_tcp(const struct pl_linux_sockets *sockets, uint64_t many);
/* Whether there is certainly no socket of these protocols, bits of enum pl_proto. */
bool pl_linux_has_none(const struct pl_linux_sockets *sockets, uint32_t protos);

/* The same of another network namespace, and of both families. */
enum { PL_LINUX_COUNT_TCP, PL_LINUX_COUNT_UDP, PL_LINUX_COUNTED = 4 };

struct pl_linux_counts {
    bool known;
    uint64_t sockets[PL_LINUX_COUNTED]; /* of TCP without TIME_WAIT and SYN_RECV */
    uint64_t time_wait;
};

void pl_linux_count_space(const struct pl_space *space, struct pl_linux_counts *out);
/* Whether there is certainly no socket of this protocol. */
bool pl_linux_counts_none(const struct pl_linux_counts *counts, enum pl_proto proto);
unsigned int pl_linux_cpus(void);
/* Returns the middle of ip_local_port_range, or 0. */
uint16_t pl_linux_middle_port(void);

/* cgroup.c: opens the root of the control groups of version 2, cgroups(7). */
int pl_linux_open_cgroups(void);
/* Paths of control groups. */
int pl_linux_read_cgroups(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading);

struct pl_netns_several;

/* A file that is a network namespace. pid: a process in it; 0: unknown. Returns as pl_chunk_fn. */
typedef int pl_found_fn(void *arg, int dir, const char *path, uint32_t pid);

/* spaces.c: the network namespace of each process, a path below dir, which is /proc. */
int pl_linux_each_process(pl_found_fn *found, void *arg);
/* Opens all network namespaces but this one. They are also closed after a failure. */
int pl_linux_open_spaces(struct pl_spaces *spaces);
void pl_linux_close_spaces(struct pl_spaces *spaces);
/* Opens the files pl_space.counts of the network namespace of this process. */
void pl_linux_open_counts(int fds[2]);
void pl_linux_close_counts(int fds[2]);
/* Adds those of these descriptors that are not known yet. */
int pl_linux_add_spaces(struct pl_spaces *spaces, const struct pl_linux_seen_row *rows,
                        size_t count);

/*
 * space_container.c: opens the network namespace of a container, by its name, its ID, or the first 12
 * digits of that or more. Returns a descriptor or a negative errno; -EEXIST: *several has those that match.
 */
int pl_linux_open_container(const char *which, struct pl_netns_several *several);

/*
 * seen.c: sockets of all network namespaces, by the descriptors of all processes. A dump in each
 * namespace walks through the sockets of all, so that it takes longer.
 */
struct pl_linux_seen {
    struct pl_linux_bpf bpf;
    bool begun;            /* the namespaces were counted for this snapshot */
    bool passed;           /* and the pass has succeeded */
    bool early;            /* both were done in advance, for the next snapshot */
    bool faster;           /* than dumps */
    bool with_here;        /* the pass has the sockets of the network namespace of this process */
    uint64_t files;        /* open files of the machine, which a pass looks at; 0: not known */
    struct pl_space here;  /* the network namespace of this process; only netns and counts */
    struct pl_list spaces; /* struct seen_space: of here, then in the order of pl_spaces.list */
    struct pl_buffer rows; /* struct pl_linux_seen_row, one for each socket and each namespace */
    uint32_t *slots;       /* open-addressed: row + 1, by namespace and inode */
    size_t mask;
    struct pl_list order; /* uint32_t: indices of rows, by namespace and protocol */
};

/*
 * Loads the program, and reads once in advance. Adds the network namespaces that only descriptors keep,
 * of themselves or of a socket. tcp_alloc: TCP sockets of all namespaces.
 */
void pl_linux_seen_prepare(struct pl_linux_seen *seen, struct pl_spaces *spaces, uint32_t netns,
                           uint64_t tcp_alloc, const struct pl_request *request);
/*
 * Passes on the sockets of a request. Returns 1 if they are not certainly all, so that a dump is needed,
 * else 0 or a negative errno.
 */
int pl_linux_seen_read(struct pl_linux_seen *seen, const struct pl_spaces *spaces,
                       const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading);
/* A new snapshot begins. */
void pl_linux_seen_forget(struct pl_linux_seen *seen);
void pl_linux_seen_close(struct pl_linux_seen *seen);

/* netns.c: names of network namespaces. */
int pl_linux_read_netns(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/* containers.c: names of the containers of request->groups. */
int pl_linux_read_containers(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *said);

/* process.c: whether the request names that id. */
bool pl_linux_wants(const struct pl_request *request, uint32_t id);
/* Files of /proc/PID. */
int pl_linux_read_processes(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                            struct pl_reading *said);

#endif
