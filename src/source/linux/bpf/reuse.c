/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads SO_REUSEADDR and SO_REUSEPORT of sockets, with the kernel's iterators of TCP and UDP sockets,
 * which include TIME_WAIT, and with the iterator of descriptors for sockets that are only bound.
 */
#include "bpf.h"
#include "flags.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <unistd.h>

/* struct bpf_iter__tcp and bpf_iter__udp, net/ipv4: the socket follows the meta data. */
enum { CTX_SOCK = 8 };

/* Registers that calls preserve. */
enum { CTX = R6, SK = R7 };

enum { COMMON = -PL_REUSE_SIZE - 24 };

enum { DONE };

void pl_bpf_code_reuse(const struct pl_btf_want wants[PL_BOUND_WANTS],
                       const struct pl_bpf_ports *ports, struct pl_bpf_code *out)
{
    struct writer writer = {.out = out};
    struct writer *w = &writer;
    const struct flags_of of = {
        .wants = wants, .ports = ports, .ctx = CTX, .sock = SK, .common = COMMON, .done = DONE};

    out->count = 0;
    move(w, CTX, R1);
    load(w, BPF_DW, SK, CTX, CTX_SOCK);
    jump(w, BPF_JEQ, SK, 0, DONE); /* NULL at the end */
    fetch(w, COMMON, 24, SK, 0);
    write_flags(w, &of);
    place(w, DONE);
    end(w, 0); /* continue; if seq_write() failed, the kernel calls again */
    finish(w);
}

/* What each program finds: protocols and states, as bits. */
static const struct {
    enum pl_bound_want iterator;
    uint32_t protos;
    uint32_t states;
} parts[PL_LINUX_REUSE_PARTS] = {
    [PL_LINUX_REUSE_TCP] = {PL_BOUND_TCP, PL_BIT(PL_PROTO_TCP), ~PL_BIT(PL_STATE_BOUND)},
    [PL_LINUX_REUSE_UDP] = {PL_BOUND_UDP, PL_BIT(PL_PROTO_UDP), UINT32_MAX},
    [PL_LINUX_REUSE_BOUND] = {PL_BOUND_TASK_FILE, PL_BIT(PL_PROTO_TCP), PL_BIT(PL_STATE_BOUND)},
};

/* Returns the link of a program, or a negative errno. */
static int open_program(const struct pl_btf_want wants[PL_BOUND_WANTS], uint32_t netns,
                        enum pl_linux_reuse_part part, const struct pl_bpf_ports *ports)
{
    const struct pl_btf_want *iterator = &wants[parts[part].iterator];
    struct pl_bpf_code code;

    if (!iterator->found || wants[PL_BOUND_REUSE].value != 8 * COMMON_BITS ||
        wants[PL_BOUND_REUSEPORT].value != 8 * COMMON_BITS + 4)
        return -ENOTSUP;
    if (part == PL_LINUX_REUSE_BOUND)
        pl_bpf_code_bound_reuse(wants, netns, ports, &code);
    else
        pl_bpf_code_reuse(wants, ports, &code);
    return pl_bpf_open_link(pl_bpf_load_iterator(&code, iterator->value, "portls_reuse"));
}

void pl_linux_reuse_open(struct pl_linux_reuse *reuse, uint32_t netns,
                         const struct pl_request *request)
{
    const struct pl_bpf_ports ports = {request->first_port > 0 ? request->first_port : 1,
                                       request->last_port > 0 ? request->last_port : UINT16_MAX};
    struct pl_btf_want wants[PL_BOUND_WANTS];
    int err;

    if (reuse->opened)
        return;
    *reuse = (struct pl_linux_reuse){.opened = true};
    err = pl_bpf_find_bound(wants, netns);
    for (unsigned int i = 0; i < PL_LINUX_REUSE_PARTS; i++) {
        struct pl_linux_bpf *part = &reuse->parts[i];

        if (!(request->protos & parts[i].protos))
            continue;
        *part = (struct pl_linux_bpf){.opened = true, .iterator = -1};
        pl_bpf_start(part, err < 0 ? err : open_program(wants, netns, i, &ports),
                     request->repeated);
    }
}

void pl_linux_reuse_close(struct pl_linux_reuse *reuse)
{
    for (unsigned int i = 0; i < PL_LINUX_REUSE_PARTS; i++)
        pl_linux_bpf_close(&reuse->parts[i]);
    reuse->opened = false;
}

/* Reads the parts that work. Returns the first error if none does. */
static int read_parts(struct pl_linux_reuse *reuse, const struct pl_request *request,
                      pl_chunk_fn *chunk, void *arg)
{
    int error = 0;
    bool any = false;

    for (unsigned int i = 0; i < PL_LINUX_REUSE_PARTS; i++) {
        bool wanted = reuse->parts[i].opened && request->protos & parts[i].protos &&
                      request->states & parts[i].states;
        int fd = wanted ? pl_bpf_take_iterator(&reuse->parts[i]) : -ENOENT;
        int err = fd < 0 ? fd : pl_bpf_read(fd, PL_REUSE_SIZE, chunk, arg);

        if (!wanted)
            continue;
        if (fd >= 0)
            close(fd);
        if (fd >= 0 && err < 0)
            return err;
        if (err > 0)
            err = -EIO;
        any |= err == 0;
        if (error == 0)
            error = err;
    }
    return any ? 0 : error;
}

int pl_linux_read_reuse(struct pl_linux_reuse *reuse, uint32_t netns,
                        const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    bool prepared = reuse->opened;
    int err;

    reading->path = "bpf";
    pl_linux_reuse_open(reuse, netns, request);
    err = read_parts(reuse, request, chunk, arg);
    if (!prepared)
        pl_linux_reuse_close(reuse);
    return err;
}
