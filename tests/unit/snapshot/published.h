/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a snapshot of listeners and their processes, and checks the published ports in it. */
#ifndef TEST_SNAPSHOT_PUBLISHED_H
#define TEST_SNAPSHOT_PUBLISHED_H

#include "harness.h"

#include "snapshot/snapshot.h"

#include <arpa/inet.h>

static inline uint8_t published_family(const char *addr, uint8_t out[16])
{
    bool v6 = strchr(addr, ':') != NULL;

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, addr, out), 1);
    return v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET;
}

static inline struct pl_snapshot *published_new(void)
{
    static const struct pl_query all = {.protos = UINT32_MAX, .need = UINT32_MAX};
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(PL_SYSTEM_LINUX, &all, &snap), 0);
    snap->sink.need = PL_NEED_PUBLISHED;
    return snap;
}

/* A listener of TCP with this key, held by the process with that id. */
static inline void published_listener(struct pl_snapshot *snap, uint32_t netns, const char *addr,
                                      uint32_t port, uint32_t key, const char *command)
{
    const struct pl_process process = {
        .pid = key, .uid = PL_UID_UNKNOWN, .command = {command, (uint32_t)strlen(command)}};
    struct pl_sock sock = {.have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE,
                           .proto = PL_PROTO_TCP,
                           .state = PL_STATE_LISTEN,
                           .local_port = port,
                           .key = key};

    sock.family = published_family(addr, sock.local_addr);
    snap->space = netns;
    assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
    snap->space = 0;
    assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
}

static inline void published_addr(struct pl_snapshot *snap, uint32_t netns, const char *text)
{
    struct pl_addr addr = {.ifindex = 2};

    addr.family = published_family(text, addr.bytes);
    snap->space = netns;
    assert_int_equal(snap->sink.addr(&snap->sink, &addr), 0);
    snap->space = 0;
}

/* Each socket is held by the process whose id is its key. */
static inline void published_settle(struct pl_snapshot *snap)
{
    const struct pl_sock *socks = snap->socks.items;

    assert_int_equal(pl_join_prepare(snap), 0);
    assert_int_equal(pl_published_prepare(snap), 0);
    for (size_t i = 0; i < snap->socks.count; i++) {
        const struct pl_owner owner = {(uint32_t)socks[i].key, 3, socks[i].key};

        assert_int_equal(snap->sink.owner(&snap->sink, &owner), 0);
    }
    assert_int_equal(pl_join_owners(snap), 0);
    pl_join_settle(snap);
    assert_int_equal(pl_published_join(snap), 0);
}

static inline void published_text(struct pl_text text, const char *want)
{
    if (text.len != strlen(want) || (text.len > 0 && memcmp(text.data, want, text.len) != 0))
        fail_msg("\"%.*s\", not \"%s\"", (int)text.len, text.data, want);
}

/*
 * Compares the only target of a socket: "" if it is not known, NULL if the port is not published. pid: of
 * what listens there; 0: nothing is known.
 */
static inline void published_check(const struct pl_snapshot *snap, size_t sock, const char *target,
                                   const char *by, uint32_t pid, const char *remark)
{
    const struct pl_sock *socks = snap->socks.items;
    size_t count;
    const struct pl_published *found = pl_snapshot_published(snap, &socks[sock], &count);
    const struct pl_owner *owners;

    assert_int_equal(count, target ? 1 : 0);
    if (!target)
        return;
    published_text(found->target, target);
    published_text(found->all, target);
    published_text(found->by, by);
    published_text(found->remark, remark);
    owners = pl_snapshot_published_owners(snap, &socks[sock], &count);
    assert_int_equal(count, pid != 0 ? 1 : 0);
    if (pid != 0)
        assert_int_equal(owners[0].pid, pid);
}

#endif
