/* SPDX-License-Identifier: BSD-2-Clause */
#include "kill_lib.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

_Noreturn void kl_die(const char *what)
{
    perror(what);
    _exit(99);
}

struct pl_snapshot *kl_list(void)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_MPTCP) |
                  PL_BIT(PL_PROTO_UNIX),
        .states = UINT32_MAX,
        .need = PL_NEED_OWNERS | PL_NEED_EXES | PL_NEED_STARTED,
        .owner_way = PL_OWNER_WAY_SCAN,
    };
    struct pl_reader *reader;
    struct pl_snapshot *snap;

    if (pl_reader_open(&reader) < 0 || pl_snapshot_take(reader, &query, &snap) < 0)
        kl_die("snapshot");
    pl_reader_close(reader);
    return snap;
}

const struct pl_sock *kl_by_key(const struct pl_snapshot *snap, uint64_t key)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (socks[i].key == key)
            return &socks[i];
    }
    return NULL;
}

const struct pl_sock *kl_by_cookie(const struct pl_snapshot *snap, uint64_t cookie)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (socks[i].have & PL_HAVE_COOKIE && socks[i].cookie == cookie)
            return &socks[i];
    }
    return NULL;
}

uint64_t kl_find(uint16_t port, enum pl_state state)
{
    struct pl_snapshot *snap = kl_list();
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    uint64_t cookie = 0;

    for (size_t i = 0; i < count; i++) {
        if (socks[i].local_port == port && socks[i].state == state)
            cookie = socks[i].cookie;
    }
    pl_snapshot_free(snap);
    return cookie;
}

uint64_t kl_key(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        kl_die("fstat");
    return st.st_ino;
}

uint64_t kl_cookie(int fd)
{
    uint64_t cookie;
    socklen_t len = sizeof(cookie);

    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) != 0)
        kl_die("SO_COOKIE");
    return cookie;
}

void kl_start(struct actor *actor, struct actor_plan *plan, const char *selector)
{
    struct pl_filter_error error;
    struct pl_filter *filter;
    int err = pl_filter_parse(selector, NULL, &filter, &error);

    if (err < 0) {
        fprintf(stderr, "selector '%s': %s\n", selector, error.text);
        _exit(99);
    }
    plan->selector = filter;
    err = actor_start(plan, actor);
    if (err < 0) {
        errno = -err;
        kl_die("actor_start");
    }
}

void kl_end(struct actor *actor, struct actor_plan *plan)
{
    actor_end(actor);
    pl_filter_free((struct pl_filter *)(uintptr_t)plan->selector);
    plan->selector = NULL;
}

const char *kl_words(const struct actor_reply *reply, char buf[96])
{
    const char *detail = actor_detail_name(reply->detail);

    (void)snprintf(buf, 96, "%s%s%s%s%s", actor_outcome_name(reply->outcome),
                   detail[0] != '\0' ? "/" : "", detail, reply->error != 0 ? ":" : "",
                   reply->error != 0 ? strerrorname_np(-reply->error) : "");
    return buf;
}

int kl_bind(int family, int type, uint16_t port, int option)
{
    struct sockaddr_in v4 = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    int one = 1;
    int err;

    if (fd < 0)
        kl_die("socket");
    if (option != 0)
        (void)setsockopt(fd, SOL_SOCKET, option, &one, sizeof(one));
    err = family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof(v4))
                            : bind(fd, (struct sockaddr *)&v6, sizeof(v6));
    if (err == 0)
        return fd;
    err = errno;
    close(fd);
    errno = err;
    return -1;
}

uint16_t kl_port(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof(addr);

    if (getsockname(fd, (struct sockaddr *)&addr, &len) != 0)
        kl_die("getsockname");
    return ntohs(((struct sockaddr_in *)(void *)&addr)->sin_port);
}
