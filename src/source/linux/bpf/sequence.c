/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads sequence numbers and counters of TCP connections, with the kernel's iterator of TCP sockets. */
#include "bpf.h"
#include "flags.h"
#include "source/linux/linux.h"

#include "decode/linux/sequence.h"
#include "model/array.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* struct bpf_iter__tcp, net/ipv4/tcp_ipv4.c: the socket follows the meta data. */
enum { CTX_SOCK = 8 };

/* Registers that calls preserve. */
enum { CTX = R6, SK = R7 };

enum { RECORD = -PL_SEQUENCE_SIZE, COMMON = RECORD - 24 };

enum { FULL, WRITE, NOT_FAST, DONE };

static const struct pl_btf_want wanted[PL_SEQUENCE_WANTS] = {
    [PL_SEQUENCE_ITERATOR] = {.name = "bpf_iter_tcp"},
    [PL_SEQUENCE_COOKIE] = {.name = "sock_common", .member = "skc_cookie"},
    [PL_SEQUENCE_FAMILY] = {.name = "sock_common", .member = "skc_family"},
    [PL_SEQUENCE_STATE] = {.name = "sock_common", .member = "skc_state"},
    [PL_SEQUENCE_BACKLOG] = {.name = "sock", .member = "sk_max_ack_backlog"},
    [PL_SEQUENCE_UNACKED] = {.name = "tcp_sock", .member = "snd_una"},
    [PL_SEQUENCE_NEXT] = {.name = "tcp_sock", .member = "snd_nxt"},
    [PL_SEQUENCE_WRITTEN] = {.name = "tcp_sock", .member = "write_seq"},
    [PL_SEQUENCE_EXPECTED] = {.name = "tcp_sock", .member = "rcv_nxt"},
    [PL_SEQUENCE_ACKED] = {.name = "tcp_sock", .member = "bytes_acked"},
    [PL_SEQUENCE_RECEIVED] = {.name = "tcp_sock", .member = "bytes_received"},
    [PL_SEQUENCE_SENT] = {.name = "tcp_sock", .member = "bytes_sent"},
    [PL_SEQUENCE_RETRANS] = {.name = "tcp_sock", .member = "bytes_retrans"},
    [PL_SEQUENCE_DELIVERED] = {.name = "tcp_sock", .member = "delivered"},
    [PL_SEQUENCE_DATA_SEGS] = {.name = "tcp_sock", .member = "data_segs_out"},
    [PL_SEQUENCE_PACKETS_OUT] = {.name = "tcp_sock", .member = "packets_out"},
    [PL_SEQUENCE_SACKED] = {.name = "tcp_sock", .member = "sacked_out"},
    [PL_SEQUENCE_TOTAL_RETRANS] = {.name = "tcp_sock", .member = "total_retrans"},
    [PL_SEQUENCE_REPAIRED] = {.name = "tcp_sock", .member = "repair_queue"},
    [PL_SEQUENCE_FAST] = {.name = "tcp_sock", .member = "syn_data_acked", .bits = true},
    [PL_SEQUENCE_OWN_ISN] = {.name = "tcp_request_sock", .member = "snt_isn"},
    [PL_SEQUENCE_PEERS_ISN] = {.name = "tcp_request_sock", .member = "rcv_isn"},
};

struct copied {
    uint8_t want;
    uint8_t to;
    uint8_t size;
};

/* Of a connection. The iterator holds its lock, so the values are of one moment. */
static const struct copied of_sock[] = {
    {PL_SEQUENCE_BACKLOG, PL_SEQUENCE_AT_BACKLOG, 4},
    {PL_SEQUENCE_UNACKED, PL_SEQUENCE_AT_UNACKED, 4},
    {PL_SEQUENCE_NEXT, PL_SEQUENCE_AT_NEXT, 4},
    {PL_SEQUENCE_WRITTEN, PL_SEQUENCE_AT_WRITTEN, 4},
    {PL_SEQUENCE_EXPECTED, PL_SEQUENCE_AT_EXPECTED, 4},
    {PL_SEQUENCE_ACKED, PL_SEQUENCE_AT_BYTES_ACKED, 8},
    {PL_SEQUENCE_RECEIVED, PL_SEQUENCE_AT_BYTES_RECEIVED, 8},
    {PL_SEQUENCE_SENT, PL_SEQUENCE_AT_BYTES_SENT, 8},
    {PL_SEQUENCE_RETRANS, PL_SEQUENCE_AT_BYTES_RETRANS, 8},
    {PL_SEQUENCE_DELIVERED, PL_SEQUENCE_AT_DELIVERED, 4},
    {PL_SEQUENCE_DATA_SEGS, PL_SEQUENCE_AT_DATA_SEGS, 4},
    {PL_SEQUENCE_PACKETS_OUT, PL_SEQUENCE_AT_PACKETS_OUT, 4},
    {PL_SEQUENCE_SACKED, PL_SEQUENCE_AT_SACKED, 4},
    {PL_SEQUENCE_TOTAL_RETRANS, PL_SEQUENCE_AT_TOTAL_RETRANS, 4},
    {PL_SEQUENCE_REPAIRED, PL_SEQUENCE_AT_REPAIRED, 1},
};

/* Of a request, which a listener keeps until the handshake is complete. Its numbers do not change. */
static const struct copied of_request[] = {
    {PL_SEQUENCE_OWN_ISN, PL_SEQUENCE_AT_UNACKED, 4},
    {PL_SEQUENCE_PEERS_ISN, PL_SEQUENCE_AT_EXPECTED, 4},
};

static void copy_all(struct writer *w, const struct pl_btf_want *wants, const struct copied *copied,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        fetch(w, RECORD + copied[i].to, copied[i].size, SK, wants[copied[i].want].value);
}

/* Bit fields begin at the bit that the machine writes first. */
static void copy_fast(struct writer *w, uint32_t bit)
{
    const bool big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian;
    const int mask = big_endian ? 0x80 >> bit % 8 : 1 << bit % 8;

    fetch(w, RECORD + PL_SEQUENCE_AT_FAST, 1, SK, bit / 8);
    load(w, BPF_B, R1, FP, RECORD + PL_SEQUENCE_AT_FAST);
    alu(w, BPF_AND, R1, mask);
    jump(w, BPF_JEQ, R1, 0, NOT_FAST);
    set(w, R1, 1);
    place(w, NOT_FAST);
    store(w, BPF_B, FP, RECORD + PL_SEQUENCE_AT_FAST, R1);
}

void pl_bpf_code_sequence(const struct pl_btf_want wants[PL_SEQUENCE_WANTS],
                          struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;

    out->count = 0;
    move(w, CTX, R1);
    load(w, BPF_DW, SK, CTX, CTX_SOCK);
    jump(w, BPF_JEQ, SK, 0, DONE); /* NULL at the end */
    for (int i = 0; i < PL_SEQUENCE_SIZE; i += 8)
        put(w, BPF_ST | BPF_MEM | BPF_DW, FP, 0, RECORD + i, 0);
    fetch(w, COMMON, 24, SK, 0);
    fetch(w, RECORD + PL_SEQUENCE_AT_COOKIE, 8, SK, wants[PL_SEQUENCE_COOKIE].value);
    load(w, BPF_B, R1, FP, COMMON + COMMON_STATE);
    store(w, BPF_B, FP, RECORD + PL_SEQUENCE_AT_STATE, R1);
    /* TIME_WAIT is another structure; a listener and a closed socket have no connection. */
    jump(w, BPF_JEQ, R1, PL_SEQUENCE_TIME_WAIT, DONE);
    jump(w, BPF_JEQ, R1, PL_SEQUENCE_CLOSE, DONE);
    jump(w, BPF_JEQ, R1, PL_SEQUENCE_LISTEN, DONE);
    jump(w, BPF_JNE, R1, PL_SEQUENCE_REQUEST, FULL);
    copy_all(w, wants, of_request, COUNT_OF(of_request));
    go(w, WRITE);
    place(w, FULL);
    copy_all(w, wants, of_sock, COUNT_OF(of_sock));
    copy_fast(w, wants[PL_SEQUENCE_FAST].value);
    place(w, WRITE);
    write_record(w, CTX, RECORD, PL_SEQUENCE_SIZE);
    place(w, DONE);
    end(w, 0); /* continue; if seq_write() failed, the kernel calls again */
    finish(w);
}

/* Returns the link of the program, or a negative errno. */
static int open_program(void)
{
    struct pl_btf_want wants[PL_SEQUENCE_WANTS];
    struct pl_bpf_code code;
    int err;

    if (sizeof(long) != 8) /* the program expects pointers of 64 bits */
        return -PL_EWORDS;
    if (pl_bpf_is_refused())
        return -EPERM;
    if (!pl_linux_runs(5, 15)) /* before, the iterator did not lock the sockets */
        return -ENOTSUP;
    memcpy(wants, wanted, sizeof(wanted));
    err = pl_linux_btf(true, wants, PL_SEQUENCE_WANTS, PL_SEQUENCE_WANTS);
    if (err < 0)
        return err;
    if (wants[PL_SEQUENCE_FAMILY].value != COMMON_FAMILY ||
        wants[PL_SEQUENCE_STATE].value != COMMON_STATE)
        return -ENOTSUP;
    pl_bpf_code_sequence(wants, &code);
    return pl_bpf_open_link(
        pl_bpf_load_iterator(&code, wants[PL_SEQUENCE_ITERATOR].value, "portls_sequence"));
}

void pl_linux_sequence_open(struct pl_linux_bpf *bpf, bool repeated)
{
    if (bpf->opened)
        return;
    *bpf = (struct pl_linux_bpf){.opened = true, .iterator = -1};
    pl_bpf_start(bpf, open_program(), repeated);
}

int pl_linux_read_sequence(struct pl_linux_bpf *bpf, pl_chunk_fn *chunk, void *arg,
                           struct pl_reading *reading)
{
    bool prepared = bpf->opened;
    int fd;
    int err;

    reading->path = "bpf";
    pl_linux_sequence_open(bpf, false);
    fd = pl_bpf_take_iterator(bpf);
    err = fd < 0 ? fd : pl_bpf_read(fd, PL_SEQUENCE_SIZE, chunk, arg);
    if (fd >= 0)
        close(fd);
    if (!prepared)
        pl_linux_bpf_close(bpf);
    return err > 0 ? -EIO : err;
}
