/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the TCP and UDP sockets of all network namespaces in one pass, with an iterator of the
 * descriptors of all processes. The program writes each as a dump of sock_diag(7) in that namespace
 * would. Descriptors of namespaces are written, too. It does not find what no descriptor refers to:
 * TIME_WAIT, SYN_RECV, orphans, connections that were not accepted yet, sockets of the kernel, in a
 * message, or in a ring of io_uring.
 */
#include "bpf.h"
#include "files.h"
#include "message.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

enum {
    TCP_TYPE = PROGRAM_LABELS,
    UDP_TYPE,
    OPEN,
    HERE,
    NO_LISTENER,
    NO_TCP,
    NO_V6ONLY,
    NO_SOCKET,
    WRITE
};

/* include/uapi/linux/magic.h: the file system of namespaces. */
#define NSFS_MAGIC 0x6e736673

#define MORE_AT(field) (MORE + (int)offsetof(struct pl_linux_seen_row, field))

_Static_assert(offsetof(struct pl_linux_seen_row, message) == MORE_SIZE, "the message follows");
_Static_assert(sizeof(struct pl_linux_seen_row) == MORE_SIZE + PL_BOUND_SIZE, "without a gap");

/* SK = the socket of the descriptor, as a pointer that the verifier knows. */
static void find_socket(struct writer *w, const struct pl_btf_want *wants)
{
    load_file(w, CTX, R2, FILE_SEEN, DONE);
    load(w, BPF_W, R2, R2, wants[PL_BOUND_TASK_TGID].value);
    store(w, BPF_W, FP, MORE_AT(pid), R2);
    load(w, BPF_W, R2, CTX, CTX_FD);
    store(w, BPF_W, FP, MORE_AT(fd), R2);
    move(w, R1, FILE_SEEN);
    call(w, BPF_FUNC_sock_from_file);
    jump(w, BPF_JEQ, R0, 0, NO_SOCKET);
    load(w, BPF_DW, SK, R0, wants[PL_BOUND_SOCKET_SOCK].value);
    jump(w, BPF_JEQ, SK, 0, DONE);
    load(w, BPF_DW, INODE, FILE_SEEN, wants[PL_BOUND_FILE_INODE].value);
}

static void fetch_number(struct writer *w, unsigned int size, int bytes,
                         const struct pl_btf_want *want)
{
    fetch(w, WORD, bytes, SK, want->value);
    load(w, size, R1, FP, WORD);
}

/* The socket is one that a dump of TCP or UDP lists. */
static void check_socket(struct writer *w, const struct pl_btf_want *wants)
{
    fetch(w, COMMON, 24, SK, 0);
    load(w, BPF_H, R1, FP, COMMON + COMMON_NUM);
    jump(w, BPF_JEQ, R1, 0, DONE);
    load(w, BPF_H, R1, FP, COMMON + COMMON_FAMILY);
    jump(w, BPF_JEQ, R1, FAMILY_INET, FAMILY_OK);
    jump(w, BPF_JNE, R1, FAMILY_INET6, DONE);
    place(w, FAMILY_OK);
    put(w, BPF_ST | BPF_MEM | BPF_DW, FP, 0, MORE_AT(half_open), 0);
    fetch_number(w, BPF_H, 2, &wants[PL_BOUND_PROTOCOL]);
    store(w, BPF_W, FP, MORE_AT(proto), R1);
    jump(w, BPF_JEQ, R1, PROTOCOL_TCP, TCP_TYPE);
    jump(w, BPF_JNE, R1, PROTOCOL_UDP, DONE);
    fetch_number(w, BPF_H, 2, &wants[PL_BOUND_TYPE]);
    jump(w, BPF_JEQ, R1, TYPE_DATAGRAM, UDP_TYPE);
    go(w, DONE);
    place(w, TCP_TYPE);
    fetch_number(w, BPF_H, 2, &wants[PL_BOUND_TYPE]);
    jump(w, BPF_JNE, R1, TYPE_STREAM, DONE);
    place(w, UDP_TYPE);
}

static void check_namespace(struct writer *w, const struct pl_btf_want *wants, uint32_t netns)
{
    fetch(w, WORD, 8, SK, wants[PL_BOUND_NET].value);
    load(w, BPF_DW, R4, FP, WORD);
    fetch(w, WORD, 4, R4, wants[PL_BOUND_NET_NS].value + wants[PL_BOUND_NS_NUMBER].value);
    load(w, BPF_W, R1, FP, WORD);
    store(w, BPF_W, FP, MORE_AT(netns), R1);
    put(w, BPF_ALU | BPF_MOV | BPF_K, R2, 0, 0, (int)netns); /* without its sign */
    jump_by(w, BPF_JEQ, R1, R2, DONE);
}

/* A TCP socket in the state CLOSE is listed if it is bound. */
static void put_state(struct writer *w, const struct pl_btf_want *wants)
{
    load(w, BPF_B, R1, FP, COMMON + COMMON_STATE);
    store(w, BPF_B, FP, RECORD + PL_BOUND_MSG_STATE, R1);
    jump(w, BPF_JNE, R1, STATE_CLOSE, OPEN);
    load(w, BPF_W, R1, FP, MORE_AT(proto));
    jump(w, BPF_JEQ, R1, PROTOCOL_UDP, OPEN);
    fetch_number(w, BPF_DW, 8, &wants[PL_BOUND_HASH]);
    jump(w, BPF_JEQ, R1, 0, DONE);
    put_number(w, BPF_B, PL_BOUND_MSG_STATE, STATE_BOUND);
    place(w, OPEN);
}

static void fetch_into(struct writer *w, int to, const struct pl_btf_want *want)
{
    fetch(w, RECORD + to, 4, SK, want->value);
}

/* As tcp_diag_get_info() and udp_diag_get_info(). */
static void put_all_queues(struct writer *w, const struct pl_btf_want *wants)
{
    load(w, BPF_W, R1, FP, MORE_AT(proto));
    jump(w, BPF_JEQ, R1, PROTOCOL_UDP, NO_TCP);
    load(w, BPF_B, R1, FP, COMMON + COMMON_STATE);
    jump(w, BPF_JNE, R1, STATE_LISTEN, NO_LISTENER);
    fetch_into(w, PL_BOUND_MSG_RQUEUE, &wants[PL_BOUND_WAITING]);
    fetch_into(w, PL_BOUND_MSG_WQUEUE, &wants[PL_BOUND_WAITING_MAX]);
    fetch(w, MORE_AT(half_open), 4, SK,
          wants[PL_BOUND_ACCEPT].value + wants[PL_BOUND_HALF_OPEN].value);
    go(w, HERE);
    place(w, NO_LISTENER);
    put_queues(w, wants);
    go(w, HERE);
    place(w, NO_TCP);
    put_queue(w, PL_BOUND_MSG_RQUEUE, &wants[PL_BOUND_READ_FREED], &wants[PL_BOUND_READ_MEMORY]);
    fetch_number(w, BPF_W, 4, &wants[PL_BOUND_WRITE_MEMORY]);
    alu(w, BPF_SUB, R1, 1);
    store(w, BPF_W, FP, RECORD + PL_BOUND_MSG_WQUEUE, R1);
    place(w, HERE);
}

/* Only listeners and sockets in the state CLOSE have the attribute INET_DIAG_SKV6ONLY. */
static void drop_v6only(struct writer *w)
{
    load(w, BPF_B, R1, FP, COMMON + COMMON_STATE);
    jump(w, BPF_JEQ, R1, STATE_LISTEN, NO_V6ONLY);
    jump(w, BPF_JEQ, R1, STATE_CLOSE, NO_V6ONLY);
    put_number(w, BPF_H, PL_BOUND_ATTR_TYPE, 0);
    place(w, NO_V6ONLY);
}

/* A descriptor of a namespace: a row with its inode as netns, and zeros. */
static void put_namespace(struct writer *w, const struct pl_btf_want *wants)
{
    place(w, NO_SOCKET);
    load(w, BPF_DW, INODE, FILE_SEEN, wants[PL_BOUND_FILE_INODE].value);
    load(w, BPF_DW, R1, INODE, wants[PL_BOUND_INODE_SUPER].value);
    load(w, BPF_DW, R1, R1, wants[PL_BOUND_SUPER_MAGIC].value);
    jump(w, BPF_JNE, R1, NSFS_MAGIC, DONE);
    load(w, BPF_DW, R1, INODE, wants[PL_BOUND_INODE_NUMBER].value);
    store(w, BPF_W, FP, MORE_AT(netns), R1);
    put(w, BPF_ST | BPF_MEM | BPF_W, FP, 0, MORE_AT(proto), 0);
    put(w, BPF_ST | BPF_MEM | BPF_DW, FP, 0, MORE_AT(half_open), 0);
    put_head(w);
    go(w, WRITE);
}

void pl_bpf_code_seen(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                      struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;

    out->count = 0;
    find_socket(w, wants);
    check_socket(w, wants);
    check_namespace(w, wants, netns);
    put_head(w);
    put_state(w, wants);
    put_addresses(w, wants);
    drop_v6only(w);
    put_all_queues(w, wants);
    put_identity(w, wants);
    move(w, R1, SK);
    call(w, BPF_FUNC_get_socket_cookie); /* numbers the socket, as a dump does */
    store_cookie(w, R0);
    place(w, WRITE);
    write_record(w, CTX, MORE, sizeof(struct pl_linux_seen_row));
    place(w, DONE);
    end(w, 0); /* continue */
    put_namespace(w, wants);
    finish(w);
}

/* Returns the link of the program, or a negative errno. */
static int open_program(uint32_t netns, bool here)
{
    struct pl_btf_want wants[PL_BOUND_WANTS];
    struct pl_bpf_code code;
    int err = pl_bpf_check_pids(); /* elsewhere, the iterator lacks processes outside */

    if (err < 0)
        return err;
    err = pl_bpf_find_bound(wants, netns);
    if (err < 0)
        return err;
    if (!pl_btf_complete(wants + PL_BOUND_SEEN, PL_BOUND_WANTS - PL_BOUND_SEEN))
        return -ENOTSUP;
    pl_bpf_code_seen(wants, here ? 0 : netns, &code);
    return pl_bpf_open_link(
        pl_bpf_load_iterator(&code, wants[PL_BOUND_TASK_FILE].value, "portls_sockets"));
}

void pl_linux_seen_open(struct pl_linux_bpf *bpf, uint32_t netns, bool here)
{
    if (bpf->opened)
        return;
    *bpf = (struct pl_linux_bpf){.opened = true, .iterator = -1};
    pl_bpf_start(bpf, open_program(netns, here), true); /* there are two passes */
}

int pl_linux_read_seen(struct pl_linux_bpf *bpf, pl_chunk_fn *chunk, void *arg)
{
    int fd = pl_bpf_take_iterator(bpf);
    int err = fd < 0 ? fd : pl_bpf_read(fd, sizeof(struct pl_linux_seen_row), chunk, arg);

    if (fd >= 0)
        close(fd);
    return err > 0 ? -EIO : err;
}
