/* SPDX-License-Identifier: BSD-2-Clause */
/* BPF: what all programs share, and the search for owners. */
#ifndef PL_SOURCE_LINUX_BPF_BPF_H
#define PL_SOURCE_LINUX_BPF_BPF_H

#include "decode/linux/btf.h"
#include "source/source.h"

#include <linux/bpf.h>

#define PL_BPF_CODE_MAX 512

struct pl_bpf_code {
    struct bpf_insn insns[PL_BPF_CODE_MAX];
    uint32_t count;
};

/* Types and members of this kernel that the programs use. */
enum pl_bpf_want {
    PL_BPF_TASK_FILE, /* the iterator of descriptors */
    PL_BPF_TASK_TGID,
    PL_BPF_FILE_INODE,
    PL_BPF_INODE_SUPER,
    PL_BPF_INODE_NUMBER,
    PL_BPF_SUPER_MAGIC,
    PL_BPF_FILE_WANTS, /* the program of files needs only those above */

    PL_BPF_TASK = PL_BPF_FILE_WANTS, /* the iterator of tasks */
    PL_BPF_CAST,                     /* bpf_rdonly_cast(), since Linux 6.2 */
    PL_BPF_TASK_PID,
    PL_BPF_TASK_FILES,
    PL_BPF_TASK_LEADER,
    PL_BPF_FILES_TABLE,
    PL_BPF_TABLE_SIZE,
    PL_BPF_TABLE_SLOTS,
    PL_BPF_TABLE_OPEN,
    PL_BPF_FILE_CALLS,
    PL_BPF_CALLS_MAP,
    PL_BPF_WANTS
};

/*
 * btf.c: looks up types and members of the running kernel. Returns 0 if at least the first needed
 * ones are found; -EAGAIN unless forced, if a scan for owners is likely to be faster.
 */
int pl_linux_btf(bool forced, struct pl_btf_want *wants, size_t count, size_t needed);

/* call.c: bpf(2), repeated after a signal. Returns a descriptor or a negative errno. */
int pl_bpf(int command, union bpf_attr *attr);
/* Sets the code of attr and loads the program. */
int pl_bpf_load(const struct pl_bpf_code *code, union bpf_attr *attr);
/* Opens an array of one value, which can be mapped since Linux 5.5. */
int pl_bpf_array(uint32_t size);
/* Whether this process may not use bpf(2). A look-up of types takes longer than this. */
bool pl_bpf_is_refused(void);
/* Returns 0 if programs run here have the process ids that this process sees. */
int pl_bpf_check_pids(void);

/*
 * The start of struct sock_common, which the kernel compares as one word in lookups, so that it has
 * been the same since Linux 3.8. Addresses and ports are in unnamed structs.
 */
enum {
    COMMON_PEER = 0,
    COMMON_LOCAL = 4,
    COMMON_DPORT = 12,
    COMMON_NUM = 14,
    COMMON_FAMILY = 16,
    COMMON_STATE = 18,
    COMMON_BITS = 19, /* skc_reuse, and skc_ipv6only, for which BTF has no byte */
    COMMON_DEVICE = 20,
};

struct pl_linux_bpf;

/* iterator.c: loads a program. Returns a descriptor or a negative errno. */
int pl_bpf_load_iterator(const struct pl_bpf_code *code, uint32_t iterator, const char *name);
/* Closes the program. Returns its link, or a negative errno; that of program, if it is negative. */
int pl_bpf_open_link(int program);
/* Opens the first iterator of a link, or keeps the negative errno that it is. */
void pl_bpf_start(struct pl_linux_bpf *bpf, int link, bool repeated);
/* Returns an iterator, which the caller closes, or a negative errno. */
int pl_bpf_take_iterator(struct pl_linux_bpf *bpf);
/*
 * Passes on what the program wrote, in complete units of that size. Returns 0, the error of chunk,
 * or 1 if the kernel failed.
 */
int pl_bpf_read(int fd, size_t unit, pl_chunk_fn *chunk, void *arg);

/* Memory shared with the program of tables: 4096 owners, 64 KiB. */
#define PL_BPF_ROOM 4096

struct pl_bpf_shared {
    uint32_t count; /* of owners */
    uint32_t fd;    /* where to continue in the table that did not fit */
    uint32_t task;  /* the task of that table, which may have ended since; 0: none */
    /* always 0, the start of a table; for a constant, the verifier would unroll the loop */
    uint32_t first;
    uint32_t init; /* 1: the table of process 1 was read */
    uint32_t ring; /* 1: some owners have key 0: files that may be rings of io_uring */
    struct pl_owner owners[PL_BPF_ROOM];
};

/* code.c: map is the descriptor of an array of one struct pl_bpf_shared. */
void pl_bpf_code_tables(const struct pl_btf_want wants[PL_BPF_WANTS], int map,
                        struct pl_bpf_code *out);
void pl_bpf_code_files(const struct pl_btf_want wants[PL_BPF_WANTS], struct pl_bpf_code *out);

/* Types and members of this kernel that the program of bound.c uses. */
enum pl_bound_want {
    PL_BOUND_TASK_FILE, /* the iterator */
    PL_BOUND_FILE_DATA,
    PL_BOUND_FILE_INODE,
    PL_BOUND_INODE_SUPER,
    PL_BOUND_INODE_NUMBER,
    PL_BOUND_SUPER_MAGIC,
    PL_BOUND_SOCKET_SOCK,
    PL_BOUND_ANY_LOCAL,
    PL_BOUND_ANY_NUM,
    PL_BOUND_FAMILY,
    PL_BOUND_STATE,
    PL_BOUND_DEVICE,
    PL_BOUND_NET,
    PL_BOUND_COOKIE,
    PL_BOUND_NET_NS,
    PL_BOUND_NS_NUMBER,
    PL_BOUND_TYPE,
    PL_BOUND_PROTOCOL,
    PL_BOUND_UID,
    PL_BOUND_HASH,
    PL_BOUND_RECEIVED,
    PL_BOUND_COPIED,
    PL_BOUND_WRITTEN,
    PL_BOUND_ACKED,
    PL_BOUND_NEEDED, /* those above; a kernel without IPv6 lacks the next ones */
    PL_BOUND_PEER6 = PL_BOUND_NEEDED,
    PL_BOUND_LOCAL6,
    PL_BOUND_TCP, /* iterators of sockets, since Linux 5.9 */
    PL_BOUND_UDP,
    PL_BOUND_REUSE, /* positions in bits */
    PL_BOUND_REUSEPORT,
    PL_BOUND_SEEN, /* seen.c needs the first ones, and those from here on */
    PL_BOUND_TASK_TGID = PL_BOUND_SEEN,
    PL_BOUND_WAITING,
    PL_BOUND_WAITING_MAX,
    PL_BOUND_ACCEPT,
    PL_BOUND_HALF_OPEN,
    PL_BOUND_READ_MEMORY,
    PL_BOUND_READ_FREED,
    PL_BOUND_WRITE_MEMORY,
    PL_BOUND_WANTS
};

/*
 * bound.c: looks them up. Returns 0 if the needed ones are found and a socket begins as the programs
 * expect, or a negative errno; -EPERM: this process may not use bpf(2). netns 0: not known.
 */
int pl_bpf_find_bound(struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns);

/* Local ports, from first to last. */
struct pl_bpf_ports {
    uint16_t first, last;
};

/*
 * bound.c: assembles the program that writes a message of decode/linux/bound.h for each TCP socket
 * that is only bound, of this network namespace.
 */
void pl_bpf_code_bound(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                       struct pl_bpf_code *out);
/* The same sockets with these ports, as records of decode/linux/reuse.h. */
void pl_bpf_code_bound_reuse(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                             const struct pl_bpf_ports *ports, struct pl_bpf_code *out);
/*
 * reuse.c: the same for a program that an iterator of TCP or UDP sockets calls, which knows the network
 * namespace.
 */
void pl_bpf_code_reuse(const struct pl_btf_want wants[PL_BOUND_WANTS],
                       const struct pl_bpf_ports *ports, struct pl_bpf_code *out);

/* Types and members of this kernel that the program of sequence.c uses. */
enum pl_sequence_want {
    PL_SEQUENCE_ITERATOR,
    PL_SEQUENCE_COOKIE,
    PL_SEQUENCE_FAMILY,
    PL_SEQUENCE_STATE,
    PL_SEQUENCE_BACKLOG,
    PL_SEQUENCE_UNACKED,
    PL_SEQUENCE_NEXT,
    PL_SEQUENCE_WRITTEN,
    PL_SEQUENCE_EXPECTED,
    PL_SEQUENCE_ACKED,
    PL_SEQUENCE_RECEIVED,
    PL_SEQUENCE_SENT,
    PL_SEQUENCE_RETRANS,
    PL_SEQUENCE_DELIVERED,
    PL_SEQUENCE_DATA_SEGS,
    PL_SEQUENCE_PACKETS_OUT,
    PL_SEQUENCE_SACKED,
    PL_SEQUENCE_TOTAL_RETRANS,
    PL_SEQUENCE_REPAIRED,
    PL_SEQUENCE_FAST, /* position in bits */
    PL_SEQUENCE_OWN_ISN,
    PL_SEQUENCE_PEERS_ISN,
    PL_SEQUENCE_WANTS
};

/* sequence.c: the program that writes a record of decode/linux/sequence.h for each TCP connection. */
void pl_bpf_code_sequence(const struct pl_btf_want wants[PL_SEQUENCE_WANTS],
                          struct pl_bpf_code *out);

/*
 * seen.c: the program that writes a struct pl_linux_seen_row for each socket that is not in the namespace
 * netns; 0: for each socket.
 */
void pl_bpf_code_seen(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                      struct pl_bpf_code *out);

#endif
