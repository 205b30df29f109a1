/* SPDX-License-Identifier: BSD-2-Clause */
/* Iterators of bpf(2), Documentation/bpf/bpf_iterators.rst, whatever their program writes. */
#include "bpf.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_SIZE 65536 /* the kernel returns 32 KiB at most */

int pl_bpf_load_iterator(const struct pl_bpf_code *code, uint32_t iterator, const char *name)
{
    union bpf_attr attr = {
        .prog_type = BPF_PROG_TYPE_TRACING,
        .expected_attach_type = BPF_TRACE_ITER,
        .attach_btf_id = iterator,
    };

    (void)strlcpy(attr.prog_name, name, sizeof(attr.prog_name));
    return pl_bpf_load(code, &attr);
}

/* A link keeps its program alive, and an iterator keeps both. */
int pl_bpf_open_link(int program)
{
    union bpf_attr attr = {
        .link_create = {.prog_fd = (uint32_t)program, .attach_type = BPF_TRACE_ITER}};
    int link;

    if (program < 0)
        return program;
    link = pl_bpf(BPF_LINK_CREATE, &attr);
    close(program);
    return link;
}

static int open_iterator(int link)
{
    union bpf_attr iter = {.iter_create = {.link_fd = (uint32_t)link}};

    return pl_bpf(BPF_ITER_CREATE, &iter);
}

void pl_bpf_start(struct pl_linux_bpf *bpf, int link, bool repeated)
{
    bpf->link = link;
    bpf->error = link < 0 ? link : 0;
    if (link < 0)
        return;
    bpf->iterator = open_iterator(link);
    if (bpf->iterator < 0)
        bpf->error = bpf->iterator;
    /* Only further iterators need the link. */
    if (bpf->error < 0 || !repeated) {
        close(bpf->link);
        bpf->link = -1;
    }
}

void pl_linux_bpf_close(struct pl_linux_bpf *bpf)
{
    if (!bpf->opened)
        return;
    if (bpf->iterator >= 0)
        close(bpf->iterator);
    if (bpf->link >= 0)
        close(bpf->link);
    if (bpf->shared)
        (void)munmap(bpf->shared, sizeof(*bpf->shared));
    *bpf = (struct pl_linux_bpf){.iterator = -1, .link = -1};
}

/* Before Linux 5.19, a new iterator requires cap_bpf if kernel.unprivileged_bpf_disabled is set. */
int pl_bpf_take_iterator(struct pl_linux_bpf *bpf)
{
    int fd = bpf->iterator;

    if (bpf->error < 0)
        return bpf->error;
    bpf->iterator = -1;
    if (fd < 0)
        fd = bpf->link >= 0 ? open_iterator(bpf->link) : -EPERM;
    return fd;
}

int pl_bpf_read(int fd, size_t unit, pl_chunk_fn *chunk, void *arg)
{
    char *buf = malloc(READ_SIZE);
    size_t len = 0; /* of an incomplete unit */
    int err = buf ? 0 : -ENOMEM;

    while (err == 0) {
        ssize_t got = read(fd, buf + len, READ_SIZE - len);
        size_t whole;

        /* EAGAIN: a million descriptors had no socket. The next read continues from there. */
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0 || (got == 0 && len > 0))
            err = 1;
        if (got <= 0)
            break;
        len += (size_t)got;
        whole = len - len % unit;
        err = whole > 0 ? chunk(arg, buf, whole) : 0;
        len -= whole;
        memmove(buf, buf + whole, len);
    }
    free(buf);
    return err;
}
