/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysctl.h"
#include "decode/bsd/drop.h"

#include <sys/types.h>

#include <sys/socket.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* Attempts at a table that grows. The caller repeats them after -EAGAIN. */
#define TRIES 3

struct sysctl_reader {
    struct pl_reader base;
    const struct pl_sysctl_way *ways;
    size_t count;
    pl_sysctl_parent_fn *parent;
};

static int call(int *mib, unsigned int len, void *old, size_t *old_len)
{
    int err;

    do {
        err = sysctl(mib, len, old, old_len, NULL, 0) != 0 ? -errno : 0;
    } while (err == -EINTR);
    return err;
}

int pl_sysctl_read(int *mib, unsigned int len, struct pl_buffer *out, size_t *probe)
{
    size_t offered = 0;
    int refused = 0;

    for (size_t i = 0; i < TRIES; i++) {
        size_t got = 0;
        int err = call(mib, len, NULL, &got);

        if (err < 0)
            return err;
        if (probe && i == 0)
            *probe = got;
        /* The table would have fit: the kernel refuses to lock so much memory. */
        if (got < offered && ++refused == 2)
            return -ENOBUFS;
        got += got / 8 * i + 1;
        if (pl_buffer_reserve(out, got) < 0)
            return -ENOBUFS;
        offered = got;
        err = call(mib, len, out->data + out->len, &got);
        if (err == 0 && got <= offered) {
            out->len += got;
            return 0;
        }
        if (err < 0 && err != -ENOMEM)
            return err;
    }
    return -EAGAIN;
}

bool pl_sysctl_record(int *mib, unsigned int len, void *record, size_t size)
{
    size_t got = size;

    return call(mib, len, record, &got) == 0 && got == size;
}

/* ---- tables that sysctl does not have ---- */

static int keep_chunk(void *arg, const void *bytes, size_t len)
{
    return pl_buffer_add(arg, bytes, len);
}

int pl_sysctl_users(const struct pl_request *request, struct pl_buffer *out)
{
    struct pl_reading reading = {0};
    int err = pl_read_users(request, keep_chunk, out, &reading);

    return err ? err : reading.lacks;
}

int pl_sysctl_links(const struct pl_request *request, struct pl_buffer *out)
{
    struct if_nameindex *links = if_nameindex();
    int err = 0;

    (void)request;
    if (!links)
        return -errno;
    for (const struct if_nameindex *link = links; link->if_index != 0 && err == 0; link++)
        err = pl_buffer_add_name(out, link->if_index, link->if_name);
    if_freenameindex(links);
    return err;
}

/* An entry of decode/frames.h, for an address of IP. */
static int add_addr(struct pl_buffer *out, const struct ifaddrs *each)
{
    uint32_t entry[6] = {if_nametoindex(each->ifa_name)};

    if (entry[0] == 0 || !each->ifa_addr)
        return 0;
    if (each->ifa_addr->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)each->ifa_addr;

        entry[1] = 4;
        memcpy(&entry[2], &v4->sin_addr, sizeof(v4->sin_addr));
    } else if (each->ifa_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)each->ifa_addr;

        entry[1] = 6;
        memcpy(&entry[2], &v6->sin6_addr, sizeof(v6->sin6_addr));
    }
    return entry[1] != 0 ? pl_buffer_add(out, entry, sizeof(entry)) : 0;
}

int pl_sysctl_addrs(const struct pl_request *request, struct pl_buffer *out)
{
    struct ifaddrs *addrs;
    int err = 0;

    (void)request;
    if (getifaddrs(&addrs) != 0)
        return -errno;
    for (const struct ifaddrs *each = addrs; each && err == 0; each = each->ifa_next)
        err = add_addr(out, each);
    freeifaddrs(addrs);
    return err;
}

/* ---- processes ---- */

int pl_sysctl_text(int *mib, unsigned int len, uint32_t pid, uint32_t frame, struct pl_buffer *out)
{
    struct pl_buffer text = {0};
    int err = pl_sysctl_read(mib, len, &text, NULL);

    if (err == 0 && text.len > 0 && text.data[text.len - 1] == '\0')
        text.len--;
    if (err == 0 && text.len > 0)
        err = pl_buffer_frame(out, pid, frame, text.data, text.len);
    else if (err != -ENOMEM)
        err = 0;
    pl_buffer_free(&text);
    return err;
}

/* ---- the reader ---- */

static int reader_read(struct pl_reader *base, const struct pl_request *request, pl_chunk_fn *chunk,
                       void *arg, struct pl_reading *reading)
{
    const struct sysctl_reader *reader = (const struct sysctl_reader *)(void *)base;

    for (size_t i = 0; i < reader->count; i++) {
        struct pl_buffer table = {0};
        int err;

        if (strcmp(reader->ways[i].feed, request->feed->name) != 0)
            continue;
        reading->path = reader->ways[i].path;
        err = reader->ways[i].read(request, &table);
        reading->lacks = err > 0 ? err : 0;
        if (err >= 0)
            err = chunk(arg, table.data, table.len);
        pl_buffer_free(&table);
        return err;
    }
    return -ENOENT;
}

/*
 * Without a socket, writes too few bytes for a request: a kernel first looks for the right to write, and
 * then reports that they are too few.
 */
static int reader_drop(struct pl_reader *reader, const struct pl_sock *sock)
{
    static const struct pl_sock any = {
        .proto = PL_PROTO_TCP, .family = PL_FAMILY_INET, .local_port = 1, .peer_port = 1};
    struct pl_bsd_drop drop;
    int err;

    if (!pl_bsd_drop(reader->abi.system, sock ? sock : &any, &drop))
        return -ENOTSUP;
    do {
        err = sysctl(drop.mib, 4, NULL, NULL, drop.bytes, sock ? drop.len : 1) != 0 ? -errno : 0;
    } while (err == -EINTR);
    return err == -ENOMEM && !sock ? 0 : err;
}

static uint32_t reader_parent(struct pl_reader *base, uint32_t pid)
{
    return ((const struct sysctl_reader *)(void *)base)->parent(pid);
}

static void reader_close(struct pl_reader *reader)
{
    free(reader);
}

int pl_sysctl_reader(enum pl_system system, const struct pl_sysctl_way *ways, size_t count,
                     pl_sysctl_parent_fn *parent, struct pl_reader **out)
{
    static const struct pl_reader_ops ops = {
        .read = reader_read, .close = reader_close, .drop = reader_drop, .parent = reader_parent};
    struct sysctl_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return -ENOMEM;
    reader->base = (struct pl_reader){.ops = &ops, .abi = pl_abi_here(system)};
    reader->ways = ways;
    reader->count = count;
    reader->parent = parent;
    *out = &reader->base;
    return 0;
}
