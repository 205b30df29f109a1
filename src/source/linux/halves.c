/* SPDX-License-Identifier: BSD-2-Clause */
/* Dumps a large table of TCP sockets by two threads. Each socket matches the filter of one. */
#include "linux.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

/* Dumps both families in one walk of the table. */
struct tcp_request {
    struct nlmsghdr head;
    struct inet_diag_req body;
    struct nlattr attr;
    struct inet_diag_bc_op filter[4];
};

struct halves {
    pthread_mutex_t lock; /* held while a chunk is passed on */
    pl_chunk_fn *chunk;
    void *arg;
    int err;                 /* the first error, which stops both halves */
    struct tcp_request high; /* the half with a port at or above the middle */
};

/*
 * Low half: both ports are below middle. High half: all other sockets. See bytecode.c for the code;
 * each operation has its port in the next one. The kernel accepts only code whose "yes" jumps lead
 * from the start to the end.
 */
static struct tcp_request half(uint32_t states, uint8_t extensions, uint16_t middle, bool high)
{
    struct tcp_request request = {
        .body = {.idiag_family = AF_UNSPEC, .idiag_ext = extensions, .idiag_states = states},
        .attr = {.nla_len = sizeof(request.attr) + sizeof(request.filter),
                 .nla_type = INET_DIAG_REQ_BYTECODE},
    };
    const struct inet_diag_bc_op low_filter[] = {
        {INET_DIAG_BC_S_LE, 8, 20},
        {0, 0, (uint16_t)(middle - 1)},
        {INET_DIAG_BC_D_LE, 8, 12},
        {0, 0, (uint16_t)(middle - 1)},
    };
    const struct inet_diag_bc_op high_filter[] = {
        {INET_DIAG_BC_S_LE, 8, 16},
        {0, 0, (uint16_t)(middle - 1)},
        {INET_DIAG_BC_D_GE, 8, 12},
        {0, 0, middle},
    };

    memcpy(request.filter, high ? high_filter : low_filter, sizeof(request.filter));
    return request;
}

static int take_half(void *arg, const void *bytes, size_t len)
{
    struct halves *halves = arg;
    int err;

    pthread_mutex_lock(&halves->lock);
    if (halves->err == 0)
        halves->err = halves->chunk(halves->arg, bytes, len);
    err = halves->err;
    pthread_mutex_unlock(&halves->lock);
    return err;
}

static void dump_half(struct halves *halves, struct tcp_request *request)
{
    int err = pl_netlink_dump(NULL, NETLINK_SOCK_DIAG, TCPDIAG_GETSOCK, request, sizeof(*request),
                              take_half, halves);

    pthread_mutex_lock(&halves->lock);
    if (halves->err == 0)
        halves->err = err;
    pthread_mutex_unlock(&halves->lock);
}

static void *dump_high(void *arg)
{
    struct halves *halves = arg;

    dump_half(halves, &halves->high);
    return NULL;
}

int pl_linux_dump_halves(uint32_t states, uint8_t extensions, pl_chunk_fn *chunk, void *arg)
{
    uint16_t middle = pl_linux_middle_port();
    struct tcp_request low = half(states, extensions, middle, false);
    struct halves halves = {
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .chunk = chunk,
        .arg = arg,
        .high = half(states, extensions, middle, true),
    };
    pthread_t thread;

    if (middle == 0 || pthread_create(&thread, NULL, dump_high, &halves) != 0)
        return -ENOTSUP;
    dump_half(&halves, &low);
    (void)pthread_join(thread, NULL);
    (void)pthread_mutex_destroy(&halves.lock);
    return halves.err;
}
