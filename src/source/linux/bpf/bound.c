/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds TCP sockets that are only bound, which sock_diag(7) does not list before Linux 6.8, with an
 * iterator of the descriptors of all processes. A socket that no descriptor refers to is not found:
 * in a message that was not received yet, a fixed file of io_uring, or the subflow of an MPTCP
 * socket.
 */
#include "bpf.h"
#include "files.h"
#include "message.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <unistd.h>

static const struct pl_btf_want wanted[PL_BOUND_WANTS] = {
    [PL_BOUND_TASK_FILE] = {.name = "bpf_iter_task_file"},
    [PL_BOUND_FILE_DATA] = {.name = "file", .member = "private_data"},
    [PL_BOUND_FILE_INODE] = {.name = "file", .member = "f_inode"},
    [PL_BOUND_INODE_SUPER] = {.name = "inode", .member = "i_sb"},
    [PL_BOUND_INODE_NUMBER] = {.name = "inode", .member = "i_ino"},
    [PL_BOUND_SUPER_MAGIC] = {.name = "super_block", .member = "s_magic"},
    [PL_BOUND_SOCKET_SOCK] = {.name = "socket", .member = "sk"},
    [PL_BOUND_ANY_LOCAL] = {.name = "", .member = "skc_rcv_saddr"},
    [PL_BOUND_ANY_NUM] = {.name = "", .member = "skc_num"},
    [PL_BOUND_FAMILY] = {.name = "sock_common", .member = "skc_family"},
    [PL_BOUND_STATE] = {.name = "sock_common", .member = "skc_state"},
    [PL_BOUND_DEVICE] = {.name = "sock_common", .member = "skc_bound_dev_if"},
    [PL_BOUND_NET] = {.name = "sock_common", .member = "skc_net"},
    [PL_BOUND_COOKIE] = {.name = "sock_common", .member = "skc_cookie"},
    [PL_BOUND_NET_NS] = {.name = "net", .member = "ns"},
    [PL_BOUND_NS_NUMBER] = {.name = "ns_common", .member = "inum"},
    [PL_BOUND_TYPE] = {.name = "sock", .member = "sk_type"},
    [PL_BOUND_PROTOCOL] = {.name = "sock", .member = "sk_protocol"},
    [PL_BOUND_UID] = {.name = "sock", .member = "sk_uid"},
    [PL_BOUND_HASH] = {.name = "inet_connection_sock", .member = "icsk_bind_hash"},
    [PL_BOUND_RECEIVED] = {.name = "tcp_sock", .member = "rcv_nxt"},
    [PL_BOUND_COPIED] = {.name = "tcp_sock", .member = "copied_seq"},
    [PL_BOUND_WRITTEN] = {.name = "tcp_sock", .member = "write_seq"},
    [PL_BOUND_ACKED] = {.name = "tcp_sock", .member = "snd_una"},
    [PL_BOUND_PEER6] = {.name = "sock_common", .member = "skc_v6_daddr"},
    [PL_BOUND_LOCAL6] = {.name = "sock_common", .member = "skc_v6_rcv_saddr"},
    [PL_BOUND_TCP] = {.name = "bpf_iter_tcp"},
    [PL_BOUND_UDP] = {.name = "bpf_iter_udp"},
    [PL_BOUND_REUSE] = {.name = "sock_common", .member = "skc_reuse", .bits = true},
    [PL_BOUND_REUSEPORT] = {.name = "sock_common", .member = "skc_reuseport", .bits = true},
    [PL_BOUND_TASK_TGID] = {.name = "task_struct", .member = "tgid"},
    [PL_BOUND_WAITING] = {.name = "sock", .member = "sk_ack_backlog"},
    [PL_BOUND_WAITING_MAX] = {.name = "sock", .member = "sk_max_ack_backlog"},
    [PL_BOUND_ACCEPT] = {.name = "inet_connection_sock", .member = "icsk_accept_queue"},
    [PL_BOUND_HALF_OPEN] = {.name = "request_sock_queue", .member = "qlen"},
    [PL_BOUND_READ_MEMORY] = {.name = "sock", .member = "sk_backlog"},
    [PL_BOUND_READ_FREED] = {.name = "udp_sock", .member = "forward_deficit"},
    [PL_BOUND_WRITE_MEMORY] = {.name = "sock", .member = "sk_wmem_alloc"},
};

/* ---- the program ---- */

/* SK = the socket of the descriptor. */
static void find_socket(struct writer *w, const struct pl_btf_want *wants)
{
    const struct socket_wants sockets = {&wants[PL_BOUND_FILE_INODE], &wants[PL_BOUND_INODE_SUPER],
                                         &wants[PL_BOUND_SUPER_MAGIC]};

    load_file(w, CTX, R1, FILE_SEEN, DONE);
    load_socket_inode(w, &sockets, INODE, FILE_SEEN, DONE);
    load(w, BPF_DW, R4, FILE_SEEN, wants[PL_BOUND_FILE_DATA].value);
    fetch(w, WORD, 8, R4, wants[PL_BOUND_SOCKET_SOCK].value);
    load(w, BPF_DW, SK, FP, WORD);
    jump(w, BPF_JEQ, SK, 0, DONE);
}

/* The conditions of tcp_diag_dump(), net/ipv4/inet_diag.c. */
static void check_socket(struct writer *w, const struct pl_btf_want *wants, uint32_t netns)
{
    fetch(w, COMMON, 24, SK, 0);
    load(w, BPF_B, R1, FP, COMMON + COMMON_STATE);
    jump(w, BPF_JNE, R1, STATE_CLOSE, DONE);
    load(w, BPF_H, R1, FP, COMMON + COMMON_NUM);
    jump(w, BPF_JEQ, R1, 0, DONE);
    load(w, BPF_H, R1, FP, COMMON + COMMON_FAMILY);
    jump(w, BPF_JEQ, R1, FAMILY_INET, FAMILY_OK);
    jump(w, BPF_JNE, R1, FAMILY_INET6, DONE);
    place(w, FAMILY_OK);
    fetch(w, WORD, 2, SK, wants[PL_BOUND_TYPE].value);
    load(w, BPF_H, R1, FP, WORD);
    jump(w, BPF_JNE, R1, TYPE_STREAM, DONE);
    fetch(w, WORD, 2, SK, wants[PL_BOUND_PROTOCOL].value);
    load(w, BPF_H, R1, FP, WORD);
    jump(w, BPF_JNE, R1, PROTOCOL_TCP, DONE);
    fetch(w, WORD, 8, SK, wants[PL_BOUND_HASH].value);
    load(w, BPF_DW, R1, FP, WORD);
    jump(w, BPF_JEQ, R1, 0, DONE);
    fetch(w, WORD, 8, SK, wants[PL_BOUND_NET].value);
    load(w, BPF_DW, R4, FP, WORD);
    fetch(w, WORD, 4, R4, wants[PL_BOUND_NET_NS].value + wants[PL_BOUND_NS_NUMBER].value);
    load(w, BPF_W, R1, FP, WORD);
    put(w, BPF_ALU | BPF_MOV | BPF_K, R2, 0, 0, (int)netns); /* without its sign */
    jump_by(w, BPF_JNE, R1, R2, DONE);
}

void pl_bpf_code_bound(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                       struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;

    out->count = 0;
    find_socket(w, wants);
    check_socket(w, wants, netns);
    put_head(w);
    put_number(w, BPF_B, PL_BOUND_MSG_STATE, STATE_BOUND);
    put_addresses(w, wants);
    put_queues(w, wants);
    put_identity(w, wants);
    put_cookie(w, wants);
    write_record(w, CTX, RECORD, PL_BOUND_SIZE);
    place(w, DONE);
    end(w, 0); /* continue */
    finish(w);
}

void pl_bpf_code_bound_reuse(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                             const struct pl_bpf_ports *ports, struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;
    const struct flags_of of = {.wants = wants,
                                .ports = ports,
                                .ctx = CTX,
                                .sock = SK,
                                .common = COMMON,
                                .inode = INODE,
                                .done = DONE};

    out->count = 0;
    find_socket(w, wants);
    check_socket(w, wants, netns);
    write_flags(w, &of);
    place(w, DONE);
    end(w, 0); /* continue; if seq_write() failed, the kernel calls again */
    finish(w);
}

/* ---- opening and reading ---- */

/* Whether struct sock_common begins as the program expects. */
static bool fits(const struct pl_btf_want wants[PL_BOUND_WANTS])
{
    return wants[PL_BOUND_ANY_LOCAL].value == COMMON_LOCAL - COMMON_PEER &&
           wants[PL_BOUND_ANY_NUM].value == COMMON_NUM - COMMON_DPORT &&
           wants[PL_BOUND_FAMILY].value == COMMON_FAMILY &&
           wants[PL_BOUND_STATE].value == COMMON_STATE &&
           wants[PL_BOUND_DEVICE].value == COMMON_DEVICE;
}

int pl_bpf_find_bound(struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns)
{
    int err;

    if (sizeof(long) != 8) /* the program expects pointers and long numbers of 64 bits */
        return -PL_EWORDS;
    if (netns == 0)
        return -ENOTSUP;
    if (pl_bpf_is_refused())
        return -EPERM;
    memcpy(wants, wanted, sizeof(wanted));
    err = pl_linux_btf(true, wants, PL_BOUND_WANTS, PL_BOUND_NEEDED);
    if (err < 0)
        return err;
    return fits(wants) ? 0 : -ENOTSUP;
}

/* Returns the link of the program, or a negative errno. */
static int open_program(uint32_t netns)
{
    struct pl_btf_want wants[PL_BOUND_WANTS];
    struct pl_bpf_code code;
    int err = pl_bpf_find_bound(wants, netns);

    if (err < 0)
        return err;
    pl_bpf_code_bound(wants, netns, &code);
    return pl_bpf_open_link(
        pl_bpf_load_iterator(&code, wants[PL_BOUND_TASK_FILE].value, "portls_bound"));
}

void pl_linux_bound_open(struct pl_linux_bpf *bpf, uint32_t netns, bool repeated)
{
    if (bpf->opened)
        return;
    *bpf = (struct pl_linux_bpf){.opened = true, .iterator = -1};
    pl_bpf_start(bpf, open_program(netns), repeated);
}

/* A dump of sock_diag(7) ends like this. */
static int put_end(pl_chunk_fn *chunk, void *arg)
{
    const struct {
        struct nlmsghdr head;
        int error;
    } end = {.head = {.nlmsg_len = sizeof(end), .nlmsg_type = NLMSG_DONE}};

    return chunk(arg, &end, sizeof(end));
}

int pl_linux_read_bound(struct pl_linux_bpf *bpf, uint32_t netns, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    bool prepared = bpf->opened;
    int fd;
    int err;

    reading->path = "bpf";
    pl_linux_bound_open(bpf, netns, false);
    fd = pl_bpf_take_iterator(bpf);
    err = fd < 0 ? fd : pl_bpf_read(fd, PL_BOUND_SIZE, chunk, arg);
    if (fd >= 0)
        close(fd);
    if (!prepared)
        pl_linux_bpf_close(bpf);
    if (err > 0)
        return -EIO;
    return err < 0 ? err : put_end(chunk, arg);
}
