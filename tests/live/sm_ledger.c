/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger: a row for each socket, of thirteen columns separated by tabs:
 *
 *   proto state local_address local_port peer_address peer_port recv_q send_q interface inode
 *   owners owner_unknown note
 *
 * "?": nothing is claimed; "-": none. owners is pid/fd,pid/fd.
 */
#include "sockmaker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Older C libraries do not have it. */
#define PROTO_MPTCP 262

void sm_die(const char *format, ...)
{
    int error = errno;
    va_list args;

    fputs("sockmaker: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, ": %s\n", strerror(error));
    exit(1);
}

void sm_skip(const char *format, ...)
{
    va_list args;

    fputs("SKIP: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(77);
}

int64_t sm_now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now))
        sm_die("clock_gettime");
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sm_addr_text(const struct sockaddr_storage *addr, char *text, size_t size, long *port)
{
    const struct sockaddr_in *v4 = (const void *)addr;
    const struct sockaddr_in6 *v6 = (const void *)addr;
    const void *bytes =
        addr->ss_family == AF_INET ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr;

    if (!inet_ntop(addr->ss_family, bytes, text, (socklen_t)size))
        sm_die("inet_ntop of family %d", addr->ss_family);
    *port = ntohs(addr->ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
}

/* Returns the name that portls prints. */
static const char *proto_name(int type, int protocol)
{
    static const struct {
        int protocol;
        const char *name;
    } names[] = {
        {IPPROTO_TCP, "tcp"},
        {IPPROTO_UDP, "udp"},
        {IPPROTO_UDPLITE, "udplite"},
        {PROTO_MPTCP, "mptcp"},
    };

    if (type == SOCK_RAW)
        return "raw";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].protocol == protocol)
            return names[i].name;
    return "icmp";
}

static void fill_name(int fd, int (*get)(int, struct sockaddr *, socklen_t *), int domain,
                      char *text, size_t size, long *port)
{
    struct sockaddr_storage addr = {0};
    socklen_t length = sizeof(addr);

    /* A socket without a peer has the wildcard address. */
    if (get(fd, (struct sockaddr *)&addr, &length)) {
        addr = (struct sockaddr_storage){0};
        addr.ss_family = (sa_family_t)domain;
    }
    sm_addr_text(&addr, text, size, port);
}

void sm_row_from(struct sm_row *row, int fd, const char *state, const char *note)
{
    int domain, type, protocol;
    socklen_t length = sizeof(int);
    struct stat status;

    *row = (struct sm_row){.state = state,
                           .note = note,
                           .reason = "-",
                           .owners = "-",
                           .recv_q = SM_UNCLAIMED,
                           .send_q = SM_UNCLAIMED};
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) ||
        getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length))
        sm_die("getsockopt of descriptor %d", fd);
    row->proto = proto_name(type, protocol);
    if (domain == AF_INET || domain == AF_INET6) {
        fill_name(fd, getsockname, domain, row->local, sizeof(row->local), &row->local_port);
        fill_name(fd, getpeername, domain, row->peer, sizeof(row->peer), &row->peer_port);
    }
    length = sizeof(row->interface);
    if (getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, row->interface, &length) || length == 0)
        strlcpy(row->interface, "-", sizeof(row->interface));
    if (fstat(fd, &status))
        sm_die("fstat of descriptor %d", fd);
    row->inode = (unsigned long)status.st_ino;
    sm_row_owner(row, getpid(), fd);
}

void sm_row_orphan(struct sm_row *row, const char *reason)
{
    strlcpy(row->owners, "-", sizeof(row->owners));
    row->reason = reason;
}

void sm_row_owner(struct sm_row *row, pid_t pid, int fd)
{
    size_t used = strcmp(row->owners, "-") == 0 ? 0 : strlen(row->owners);

    snprintf(row->owners + used, sizeof(row->owners) - used, "%s%d/%d", used ? "," : "", (int)pid,
             fd);
}

static void print_number(long value)
{
    if (value == SM_UNCLAIMED)
        fputs("?\t", stdout);
    else
        printf("%ld\t", value);
}

void sm_row_print(const struct sm_row *row)
{
    printf("%s\t%s\t%s\t", row->proto, row->state, row->local[0] ? row->local : "?");
    print_number(row->local_port);
    printf("%s\t", row->peer[0] ? row->peer : "?");
    print_number(row->peer_port);
    print_number(row->recv_q);
    print_number(row->send_q);
    printf("%s\t%lu\t%s\t%s\t%s\n", row->interface[0] ? row->interface : "?", row->inode,
           row->owners, row->reason, row->note);
}

void sm_row_fd(int fd, const char *state, const char *note)
{
    struct sm_row row;

    sm_row_from(&row, fd, state, note);
    sm_row_print(&row);
}
