/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts listeners of other network namespaces. Costs a microsecond for each process, and some twenty
 * for each namespace: a dump of listeners walks only through their hash table.
 */
#include "linux.h"
#include "source/call.h"

#include "api/netns.h"
#include "decode/decode.h"
#include "model/array.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <unistd.h>

/* With more of them it takes longer than a millisecond. */
#define PROCESSES_MAX 500
#define SPACES_MAX    16

struct counting {
    struct pl_sink sink;
    struct pl_netns_listeners *out;
    uint64_t before; /* out->listeners before this namespace */
    dev_t device;    /* of the file system of namespaces */
    uint32_t known[SPACES_MAX + 1];
    size_t count;
    size_t processes;
};

static bool is_known(const struct counting *counting, uint32_t netns)
{
    for (size_t i = 0; i < counting->count; i++) {
        if (counting->known[i] == netns)
            return true;
    }
    return false;
}

static int count_sock(struct pl_sink *sink, const struct pl_sock *sock, const struct pl_attr *attrs,
                      size_t count)
{
    (void)attrs;
    (void)count;
    if (sock->state == PL_STATE_LISTEN || (sock->local_port != 0 && !pl_sock_has_peer(sock)))
        ((struct counting *)(void *)sink)->out->listeners++;
    return 0;
}

struct feeding {
    const struct pl_feed *feed;
    struct pl_sink *sink;
};

static int decode(void *arg, const void *bytes, size_t len)
{
    const struct feeding *feeding = arg;
    const struct pl_input in = {.feed = feeding->feed,
                                .bytes = {.data = bytes, .len = len},
                                .abi = pl_abi_here(PL_SYSTEM_LINUX)};

    return feeding->feed->decode(&in, feeding->sink);
}

/* This process is in the namespace. */
static int count_here(struct counting *counting)
{
    static const struct {
        const char *feed;
        uint32_t states;
    } tables[] = {
        {"linux/diag/tcp", PL_BIT(PL_STATE_LISTEN)},
        {"linux/diag/udp", PL_BIT(PL_STATE_UNCONN)},
    };
    const struct pl_space space = {.diag = pl_netlink_open(NETLINK_SOCK_DIAG)};
    int err = space.diag < 0 ? space.diag : 0;

    for (size_t i = 0; i < COUNT_OF(tables) && err == 0; i++) {
        struct feeding feeding = {pl_feed_find(tables[i].feed), &counting->sink};
        const struct pl_request request = {
            .feed = feeding.feed, .space = &space, .states = tables[i].states};
        struct pl_reading reading = {0};

        err = feeding.feed ? pl_linux_read_diag(&request, decode, &feeding, &reading) : -ENOENT;
    }
    if (space.diag >= 0)
        close(space.diag);
    return err;
}

static int count_space(void *arg, int dir, const char *path, uint32_t pid)
{
    struct counting *counting = arg;
    struct stat st;
    int err = ++counting->processes > PROCESSES_MAX ? -E2BIG : pl_stat(dir, path, 0, &st);
    int fd;

    (void)pid;
    /* Some processes are hidden even from root. */
    if (err == -ENOENT || err == -EACCES || (err == 0 && is_known(counting, (uint32_t)st.st_ino)))
        return 0;
    if (err == 0 && counting->count == COUNT_OF(counting->known))
        err = -E2BIG;
    if (err < 0)
        return err;
    fd = pl_open(dir, path, O_RDONLY);
    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    err = pl_stat_open(fd, &st);
    if (err == 0 && st.st_dev == counting->device && !is_known(counting, (uint32_t)st.st_ino)) {
        counting->known[counting->count++] = (uint32_t)st.st_ino;
        counting->before = counting->out->listeners;
        err = setns(fd, CLONE_NEWNET) != 0 ? -errno : count_here(counting);
        counting->out->spaces += counting->out->listeners > counting->before;
    }
    close(fd);
    return err;
}

int pl_netns_count_listeners(struct pl_netns_listeners *out)
{
    struct counting counting = {.sink = {.sock = count_sock, .note = pl_sink_ignore_note},
                                .out = out};
    struct stat st;
    int home = pl_open(AT_FDCWD, "/proc/self/ns/net", O_RDONLY);
    int err = home < 0 ? home : pl_stat_open(home, &st);

    *out = (struct pl_netns_listeners){0};
    if (err == 0) {
        counting.device = st.st_dev;
        counting.known[counting.count++] = (uint32_t)st.st_ino;
        err = pl_linux_each_process(count_space, &counting);
        if (counting.count > 1 && setns(home, CLONE_NEWNET) != 0)
            err = -errno;
    }
    if (home >= 0)
        close(home);
    return err;
}
