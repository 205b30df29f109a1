/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of the running Linux kernel. */
#include "linux.h"
#include "api/netns.h"
#include "events/events.h"
#include "model/array.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* seq_file returns about a page at a time, so a larger buffer gains little. */
#define FILE_CHUNK 65536

static int read_lines(int fd, pl_chunk_fn *chunk, void *arg, struct pl_buffer *buffer)
{
    for (;;) {
        ssize_t got;
        size_t whole;
        int err = pl_buffer_reserve(buffer, FILE_CHUNK);

        if (err < 0)
            return err;
        got = pl_read(fd, buffer->data + buffer->len, FILE_CHUNK);
        if (got < 0)
            return (int)got;
        if (got == 0)
            return buffer->len > 0 ? chunk(arg, buffer->data, buffer->len) : 0;
        buffer->len += (size_t)got;
        whole = buffer->len;
        while (whole > 0 && buffer->data[whole - 1] != '\n')
            whole--;
        if (whole == 0)
            continue;
        err = chunk(arg, buffer->data, whole);
        if (err != 0)
            return err;
        memmove(buffer->data, buffer->data + whole, buffer->len - whole);
        buffer->len -= whole;
    }
}

int pl_linux_read_lines(int fd, pl_chunk_fn *chunk, void *arg)
{
    struct pl_buffer buffer = {0};
    int err = read_lines(fd, chunk, arg, &buffer);

    pl_buffer_free(&buffer);
    return err;
}

/* Without IPv6, only the table of IPv4 exists. */
static bool lacks_ipv6(const struct pl_feed *feed, const char *path)
{
    char v4[64];
    size_t len = path ? strlen(path) : 0;
    int fd;

    if (feed->family != PL_FAMILY_INET6 || len == 0 || len > sizeof(v4))
        return false;
    memcpy(v4, path, len - 1);
    v4[len - 1] = '\0';
    fd = pl_open(AT_FDCWD, v4, O_RDONLY);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Whether the process is in the network namespace. It may move at any time. */
static bool is_in(const struct pl_space *space)
{
    struct stat st;

    return space->proc >= 0 && pl_stat(space->proc, "ns/net", 0, &st) == 0 &&
           (uint32_t)st.st_ino == space->netns;
}

/* The file /proc/net/NAME of another network namespace. */
static int open_net(const struct pl_space *space, const char *path)
{
    static const char proc[] = "/proc/";
    int fd;

    if (!path || strncmp(path, "/proc/net/", 10) != 0 || !is_in(space))
        return -ENOENT;
    fd = pl_open(space->proc, path + sizeof(proc) - 1, O_RDONLY);
    if (fd < 0 || is_in(space))
        return fd;
    (void)close(fd);
    return -ENOENT;
}

/* Reads a file that was opened in another network namespace, if it was. */
static int read_counts(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading)
{
    static const char *const names[] = {"linux/proc/net/sockstat", "linux/proc/net/sockstat6"};
    char text[4096];

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        ssize_t got;

        if (strcmp(request->feed->name, names[i]) != 0 || request->space->counts[i] < 0)
            continue;
        got = pread(request->space->counts[i], text, sizeof(text), 0);
        reading->path = "read";
        return got < 0 ? -errno : chunk(arg, text, (size_t)got);
    }
    return 1;
}

/* The feed "linux/proc/..." is the file /proc/..., and "linux/etc/..." is /etc/... */
static int read_file(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                     struct pl_reading *reading)
{
    const char *path = strchr(request->feed->name, '/');
    int opened = request->space ? read_counts(request, chunk, arg, reading) : 1;
    int fd = opened <= 0      ? -1
             : request->space ? open_net(request->space, path)
                              : pl_open(AT_FDCWD, path, O_RDONLY);
    int err;

    if (opened <= 0)
        return opened;
    if (fd < 0)
        return fd == -ENOENT && lacks_ipv6(request->feed, path) ? -EAFNOSUPPORT : fd;
    reading->path = "read";
    err = pl_linux_read_lines(fd, chunk, arg);
    close(fd);
    return err;
}

static int read_users(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                      struct pl_reading *reading)
{
    reading->path = "getpwuid";
    return pl_read_users(request, chunk, arg, reading);
}

/* How to read a feed, by the start of its name. */
static const struct {
    const char *prefix;
    int (*read)(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                struct pl_reading *reading);
} ways[] = {
    {"linux/diag/", pl_linux_read_diag},
    {"linux/proc/", read_file},
    {"linux/etc/", read_file},
    {"linux/rtnl/addr", pl_linux_read_addrs},
    {"linux/cgroups", pl_linux_read_cgroups},
    {"linux/containers", pl_linux_read_containers},
    {"linux/netns", pl_linux_read_netns},
    {"linux/processes", pl_linux_read_processes},
    {"linux/unix", pl_linux_read_holders},
    {"linux/rtnl/link", pl_linux_read_links},
    {"linux/rtnl/tunnels", pl_linux_read_links},
    {"linux/users", read_users},
};

struct linux_reader {
    struct pl_reader base;
    struct pl_linux_bpf bpf;      /* of owners */
    struct pl_linux_bpf bound;    /* of sockets that are only bound */
    struct pl_linux_reuse reuse;  /* of flags of sockets */
    struct pl_linux_bpf sequence; /* of sequence numbers */
    struct pl_linux_nat nat;
    struct pl_linux_flows flows;
    struct pl_linux_sockets sockets; /* of the next snapshot */
    struct pl_linux_seen seen;       /* in all network namespaces */
    struct pl_buffer rings;          /* found with the owners */
    int netlink;                     /* the socket that listed netlink sockets and itself, or -1 */
};

static void count_sockets(struct linux_reader *linux)
{
    if (!linux->sockets.known)
        pl_linux_count_sockets(&linux->sockets);
}

static uint32_t linux_netns(struct pl_reader *reader)
{
    struct stat st;

    (void)reader;
    return pl_stat(AT_FDCWD, "/proc/self/ns/net", 0, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

static int linux_read(struct pl_reader *reader, const struct pl_request *request,
                      pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct linux_reader *linux = (struct linux_reader *)(void *)reader;

    if (request->space || (reader->spaces.all && !request->whole)) {
        int err = pl_linux_seen_read(&linux->seen, &reader->spaces, request, chunk, arg, reading);

        if (err <= 0)
            return err;
    }
    if (request->feed->slot == PL_SLOT_OWNERS)
        return pl_linux_read_owners(&linux->bpf, request, chunk, arg, reading, &linux->rings);
    if (request->feed->slot == PL_SLOT_BOUND)
        return pl_linux_read_bound(&linux->bound, linux_netns(reader), chunk, arg, reading);
    if (request->feed->slot == PL_SLOT_REUSE)
        return pl_linux_read_reuse(&linux->reuse, linux_netns(reader), request, chunk, arg,
                                   reading);
    if (request->feed->slot == PL_SLOT_SEQUENCE)
        return pl_linux_read_sequence(&linux->sequence, chunk, arg, reading);
    if (request->feed->slot == PL_SLOT_NAT)
        return pl_linux_read_nat(&linux->nat, chunk, arg, reading);
    if (request->feed->slot == PL_SLOT_FLOWS)
        return pl_linux_read_flows(&linux->flows, chunk, arg, reading);
    if (request->feed->slot == PL_SLOT_FIXED)
        return pl_linux_read_fixed(&linux->rings, chunk, arg, reading);
    /* It stays open until its owner, this process, is found. */
    if (!request->space && strcmp(request->feed->name, "linux/diag/netlink") == 0)
        return pl_linux_read_diag_other(request, chunk, arg, reading, &linux->netlink);
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        if (strncmp(request->feed->name, ways[i].prefix, strlen(ways[i].prefix)) == 0)
            return ways[i].read(request, chunk, arg, reading);
    }
    return -ENOENT;
}

static bool linux_expects(struct pl_reader *reader, uint64_t sockets)
{
    struct linux_reader *linux = (struct linux_reader *)(void *)reader;
    bool many;

    if (pl_linux_cpus() == 1)
        return false;
    count_sockets(linux);
    many = pl_linux_has_tcp(&linux->sockets, sockets);
    linux->sockets.known = false; /* count again for the next snapshot */
    return many;
}

static bool linux_no_bound(struct pl_reader *reader)
{
    (void)reader;
    return !pl_linux_runs(6, 8);
}

static void prepare_owners(struct linux_reader *linux, const struct pl_request *request)
{
    /* Without sockets, owners are not read. For a socket that appears later, the scan is used. */
    if (request->owner_way == PL_OWNER_WAY_AUTO && !request->repeated) {
        count_sockets(linux);
        if (pl_linux_has_none(&linux->sockets, request->protos))
            return;
    }
    if (request->owner_way != PL_OWNER_WAY_SCAN)
        pl_linux_bpf_open(&linux->bpf, request->owner_way == PL_OWNER_WAY_BPF, request->repeated);
}

static void linux_prepare(struct pl_reader *reader, const struct pl_request *request)
{
    struct linux_reader *linux = (struct linux_reader *)(void *)reader;

    if (request->need & PL_NEED_OWNERS)
        prepare_owners(linux, request);
    if (request->states & PL_BIT(PL_STATE_BOUND) &&
        (request->way == PL_WAY_PROC || linux_no_bound(reader)))
        pl_linux_bound_open(&linux->bound, linux_netns(reader), request->repeated);
    if (reader->spaces.all) {
        count_sockets(linux);
        pl_linux_seen_prepare(&linux->seen, &reader->spaces, linux_netns(reader),
                              linux->sockets.tcp_alloc, request);
    }
    if (request->need & PL_NEED_REUSE && request->protos & PL_REUSE_PROTOS)
        pl_linux_reuse_open(&linux->reuse, linux_netns(reader), request);
    if (request->need & PL_NEED_SEQUENCE && request->protos & PL_BIT(PL_PROTO_TCP))
        pl_linux_sequence_open(&linux->sequence, request->repeated);
    if (request->need & (PL_NEED_PUBLISHED | PL_NEED_RULES))
        pl_linux_nat_open(&linux->nat, request->repeated);
    if (request->need & PL_NEED_PEERS)
        pl_linux_flows_open(&linux->flows, request->repeated);
}

static int linux_reports(struct pl_reader *reader, enum pl_report_way way,
                         const struct pl_reports_want *want, struct pl_reports **out)
{
    return way == PL_REPORT_BPF ? pl_events_open_bpf(want, out)
                                : pl_events_open_destroy(reader, want, out);
}

static int linux_look_up(struct pl_reader *reader, const struct pl_request *request,
                         const struct pl_sock *socks, size_t count, pl_chunk_fn *chunk, void *arg)
{
    int fd = pl_netlink_open(NETLINK_SOCK_DIAG);
    int err = fd < 0 ? fd : 0;

    (void)reader;
    for (size_t i = 0; i < count && err == 0; i++) {
        err = pl_linux_order(fd, PL_LINUX_LOOK_UP, &socks[i], request->need, chunk, arg);
        if (err == -ENOENT)
            err = 0;
    }
    if (fd >= 0)
        (void)close(fd);
    return err;
}

static void linux_close(struct pl_reader *reader)
{
    struct linux_reader *linux = (struct linux_reader *)(void *)reader;

    pl_linux_bpf_close(&linux->bpf);
    pl_linux_bpf_close(&linux->bound);
    pl_linux_reuse_close(&linux->reuse);
    pl_linux_bpf_close(&linux->sequence);
    pl_linux_seen_close(&linux->seen);
    pl_linux_nat_close(&linux->nat);
    pl_linux_flows_close(&linux->flows);
    pl_buffer_free(&linux->rings);
    if (linux->netlink >= 0)
        close(linux->netlink);
    pl_linux_close_spaces(&reader->spaces);
    free(linux);
}

/* Called at the beginning of a snapshot. */
static int linux_notes(struct pl_reader *reader, int (*note)(void *arg, const struct pl_note *note),
                       void *arg)
{
    struct linux_reader *linux = (struct linux_reader *)(void *)reader;

    pl_linux_seen_forget(&linux->seen);
    return pl_spaces_notes(&reader->spaces, reader->lacks, note, arg);
}

int pl_reader_add_netns(struct pl_reader *reader)
{
    reader->spaces.all = true;
    return pl_linux_open_spaces(&reader->spaces);
}

int pl_reader_open(struct pl_reader **out)
{
    static const struct pl_reader_ops ops = {
        .read = linux_read,
        .close = linux_close,
        .notes = linux_notes,
        .expects = linux_expects,
        .prepare = linux_prepare,
        .no_bound = linux_no_bound,
        .netns = linux_netns,
        .reports = linux_reports,
        .look_up = linux_look_up,
    };
    struct linux_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return -ENOMEM;
    reader->netlink = -1;
    reader->base = (struct pl_reader){.ops = &ops, .abi = pl_abi_here(PL_SYSTEM_LINUX)};
    reader->base.lacks = PL_LACK_KNOWN | (geteuid() != 0 ? PL_LACK_ROOT : 0);
    *out = &reader->base;
    return 0;
}
