/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the Linux reader. Each answers 0 or a negative errno. */
#ifndef PL_SOURCE_LINUX_LINUX_H
#define PL_SOURCE_LINUX_LINUX_H

#include "source/source.h"

/* netlink.c: one dump; request is its first message, whole. -EOPNOTSUPP where refused. */
int pl_netlink_dump(int protocol, const void *request, size_t len, pl_chunk_fn *chunk, void *arg);

/* halves.c: all TCP sockets in those states. -ENOTSUP: no second thread to be had. */
int pl_linux_dump_halves(uint32_t states, uint8_t extensions, pl_chunk_fn *chunk, void *arg);

/* diag.c */
int pl_linux_read_diag(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading);
/* diag_other.c: the families that are not internet ones; called by the above. */
int pl_linux_read_diag_other(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *reading);
int pl_linux_read_links(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);
int pl_linux_read_addrs(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading);

/*
 * bpf/bpf.c: the program that writes owners, which takes rights to load, and its iterators, which
 * take none to read. All zero: not opened.
 */
struct pl_linux_bpf {
    bool opened;  /* or tried: error says how it went */
    int error;    /* 0 or a negative errno */
    int link;     /* of the program: gives an iterator for each further reading; or negative */
    int iterator; /* the first one; negative: used up */
    /* What the program of each table writes into; NULL: it is the one of each file. */
    struct pl_bpf_shared *shared;
};

/*
 * Negative in bpf->error where the kernel, our rights or our pid namespace do not allow it, or,
 * unless forced, where it is not worth it.
 */
void pl_linux_bpf_open(struct pl_linux_bpf *bpf, bool forced, bool repeated);
void pl_linux_bpf_close(struct pl_linux_bpf *bpf);
/* Which program it is, for those who want to know. */
const char *pl_linux_bpf_path(const struct pl_linux_bpf *bpf);
/* 0; what chunk answered; 1 where it is not to be had or broke off: *why is a negative errno. */
int pl_linux_read_bpf(struct pl_linux_bpf *bpf, pl_chunk_fn *chunk, void *arg, int *why);

/* owners.c: struct pl_owner of every socket of every process, by BPF or by the scan. */
int pl_linux_read_owners(struct pl_linux_bpf *bpf, const struct pl_request *request,
                         pl_chunk_fn *chunk, void *arg, struct pl_reading *reading);

/* scan.c: struct pl_owner of the sockets of one process, from /proc/PID/fd. */
struct pl_linux_scan {
    int proc;                /* the folder /proc */
    int lacks;               /* positive errno of a table that was missed, or 0 */
    struct pl_buffer owners; /* what was found */
    char dents[32768];       /* of getdents64(2) */
};

/* Adds to scan->owners. Processes that cannot be read are an owner too: see frames.h. */
int pl_linux_scan_process(struct pl_linux_scan *scan, uint32_t pid);
int pl_linux_scan_denied(struct pl_linux_scan *scan, uint32_t pid, int error);
/* A name of digits; UINT32_MAX if it is another. */
uint32_t pl_linux_number(const char *name);
/* What the link of a descriptor says: the inode of a socket, 0 if it is another thing. */
uint64_t pl_linux_socket_inode(const char *link, size_t len);

/* rights.c: bits PL_LACK_*; 0: not known. */
uint32_t pl_linux_lacks(void);
/* The same, of what having all details of sockets takes; 0: nothing lacks. */
uint32_t pl_linux_detail_lacks(void);
/* Is anybody told the upper layer protocol of a TCP socket? Since Linux 6.15: "6.18.2-arch1" does. */
bool pl_linux_tells_ulp(const char *release);

/* count.c: what the kernel counts anyway, to tell what is worth its price; 0: not known. */
uint64_t pl_linux_open_files(void);

struct pl_linux_sockets {
    bool known;
    uint64_t all4;      /* sockets of every protocol that is counted, of IPv4 */
    uint64_t tcp4;      /* TCP sockets of IPv4, TIME_WAIT of both families */
    uint64_t tcp_alloc; /* TCP sockets, of the whole machine */
};

void pl_linux_count_sockets(struct pl_linux_sockets *out);
/* Are there that many TCP sockets, of both families? */
bool pl_linux_has_tcp(const struct pl_linux_sockets *sockets, uint64_t many);
/* Is none of these protocols (bits of enum pl_proto) in use, as far as that is counted? */
bool pl_linux_has_none(const struct pl_linux_sockets *sockets, uint32_t protos);
unsigned int pl_linux_cpus(void);
/* In the middle of the ports that connections get (ip_local_port_range): half are above it. */
uint16_t pl_linux_middle_port(void);

/* cgroup.c: paths of control groups. */
int pl_linux_read_cgroups(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading);

/* process.c: files of /proc/PID. */
int pl_linux_read_processes(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                            struct pl_reading *said);

#endif
