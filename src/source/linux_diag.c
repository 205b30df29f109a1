/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked of sock_diag(7) and rtnetlink(7), and in how many dumps. */
#include "linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Each dump has a socket of its own, so any number will do. */
#define SEQ 1

/* Bits of include/net/tcp_states.h, by enum pl_state. */
static const uint32_t tcp_bits[PL_STATE_MAX] = {
    [PL_STATE_ESTABLISHED] = 1U << 1,
    [PL_STATE_SYN_SENT] = 1U << 2,
    [PL_STATE_SYN_RECV] = 1U << 3,
    [PL_STATE_FIN_WAIT1] = 1U << 4,
    [PL_STATE_FIN_WAIT2] = 1U << 5,
    [PL_STATE_TIME_WAIT] = 1U << 6,
    [PL_STATE_CLOSE_WAIT] = 1U << 8,
    [PL_STATE_LAST_ACK] = 1U << 9,
    [PL_STATE_LISTEN] = 1U << 10,
    [PL_STATE_CLOSING] = 1U << 11,
    /* Since Linux 6.8; older kernels ignore the bit. */
    [PL_STATE_BOUND] = 1U << 13,
};

/* Never CLOSE for TCP: no hashed socket is in it, and it would make LISTEN walk every table. */
static uint32_t tcp_states(uint32_t wanted)
{
    uint32_t bits = 0;

    for (unsigned int i = 0; i < PL_STATE_MAX; i++) {
        if (wanted == 0 ? i != PL_STATE_BOUND : (wanted & PL_BIT(i)) != 0)
            bits |= tcp_bits[i];
    }
    return bits;
}

/* Connectionless: ESTABLISHED with a peer, CLOSE without. */
static uint32_t dgram_states(uint32_t wanted)
{
    uint32_t bits = 0;

    if (wanted == 0 || wanted & PL_BIT(PL_STATE_ESTABLISHED))
        bits |= 1U << 1;
    if (wanted == 0 || wanted & PL_BIT(PL_STATE_UNCONN))
        bits |= 1U << 7;
    return bits;
}

static int dump_family(int family, int protocol, uint32_t states, pl_chunk_fn *chunk, void *arg)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } request = {
        .head = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                 .nlmsg_seq = SEQ},
        .body = {.sdiag_family = (uint8_t)family,
                 .sdiag_protocol = (uint8_t)protocol,
                 .idiag_states = states},
    };

    return pl_netlink_dump(NETLINK_SOCK_DIAG, &request, sizeof(request), chunk, arg);
}

/* The older request answers both families in one walk of the table. */
struct tcp_request {
    struct nlmsghdr head;
    struct inet_diag_req body;
    struct nlattr attr; /* from here on only with a filter */
    struct inet_diag_bc_op filter[4];
};

static struct tcp_request tcp_request(uint32_t states)
{
    return (struct tcp_request){
        .head = {.nlmsg_len = offsetof(struct tcp_request, attr),
                 .nlmsg_type = TCPDIAG_GETSOCK,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                 .nlmsg_seq = SEQ},
        .body = {.idiag_family = AF_UNSPEC, .idiag_states = states},
    };
}

static int dump_tcp(uint32_t states, pl_chunk_fn *chunk, void *arg)
{
    struct tcp_request request = tcp_request(states);

    return pl_netlink_dump(NETLINK_SOCK_DIAG, &request, request.head.nlmsg_len, chunk, arg);
}

/* ---- two halves of the table at once ---- */

struct halves {
    pthread_mutex_t lock; /* of what follows: chunks are handed on one by one */
    pl_chunk_fn *chunk;
    void *arg;
    int err; /* of the first that failed: the other half stops too */
    /* of the half with the higher ports */
    struct tcp_request high;
};

/* A port in the middle of those that connections get: about half of them are above it. */
static uint16_t middle_port(void)
{
    char text[64]; /* ip_sysctl: "first last" */
    int fd = open("/proc/sys/net/ipv4/ip_local_port_range", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    char *end = text;
    unsigned long sum;

    if (fd >= 0)
        close(fd);
    if (len <= 0)
        return (32768 + 60999) / 2;
    text[len] = '\0';
    sum = strtoul(text, &end, 10);
    sum += strtoul(end, NULL, 10);
    return (uint16_t)(sum / 2);
}

/*
 * Bytecode of inet_diag: an operation with the port in the next one; yes and no are the bytes to
 * go on by, to the end for "take it" and 4 beyond for "leave it out". Low: both ports below
 * middle. High: all the others, so that together they are all.
 * (The kernel takes only bytecode that its yes alone leads through to the end.)
 */
static struct tcp_request half(uint32_t states, uint16_t middle, bool high)
{
    struct tcp_request request = tcp_request(states);
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
    request.attr = (struct nlattr){.nla_len = sizeof(request.attr) + sizeof(request.filter),
                                   .nla_type = INET_DIAG_REQ_BYTECODE};
    request.head.nlmsg_len = sizeof(request);
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

static void dump_half(struct halves *halves, const struct tcp_request *request)
{
    int err = pl_netlink_dump(NETLINK_SOCK_DIAG, request, sizeof(*request), take_half, halves);

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

static int dump_tcp_halves(uint32_t states, pl_chunk_fn *chunk, void *arg)
{
    uint16_t middle = middle_port();
    struct tcp_request low = half(states, middle, false);
    struct halves halves = {
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .chunk = chunk,
        .arg = arg,
        .high = half(states, middle, true),
    };
    pthread_t thread;

    if (middle == 0 || pthread_create(&thread, NULL, dump_high, &halves) != 0)
        return dump_tcp(states, chunk, arg);
    dump_half(&halves, &low);
    (void)pthread_join(thread, NULL);
    (void)pthread_mutex_destroy(&halves.lock);
    return halves.err;
}

static const uint8_t protocols[PL_PROTO_MAX] = {
    [PL_PROTO_TCP] = IPPROTO_TCP,
    [PL_PROTO_UDP] = IPPROTO_UDP,
};

static bool wants(const struct pl_request *request, enum pl_family family)
{
    return request->families == 0 || (request->families & PL_BIT(family)) != 0;
}

int pl_linux_read_diag(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                       struct pl_reading *reading)
{
    enum pl_proto proto = (enum pl_proto)(request->feed->slot - PL_SLOT_SOCKS);
    bool v4 = wants(request, PL_FAMILY_INET);
    bool v6 = wants(request, PL_FAMILY_INET6);
    uint32_t states =
        proto == PL_PROTO_TCP ? tcp_states(request->states) : dgram_states(request->states);
    int err = 0;

    reading->path = "netlink";
    if (states == 0)
        return 0;
    if (v4 && v6 && proto == PL_PROTO_TCP && request->large) {
        reading->path = "netlink, 2 threads";
        return dump_tcp_halves(states, chunk, arg);
    }
    if (v4 && v6 && proto == PL_PROTO_TCP)
        return dump_tcp(states, chunk, arg);
    if (v4)
        err = dump_family(AF_INET, protocols[proto], states, chunk, arg);
    if (v6 && err == 0) {
        err = dump_family(AF_INET6, protocols[proto], states, chunk, arg);
        /* IPv6 off: there are none. */
        if (err == -ENOENT && v4)
            err = 0;
    }
    return err;
}

int pl_linux_read_links(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg body;
    } dump = {
        .head = {.nlmsg_len = sizeof(dump),
                 .nlmsg_type = RTM_GETLINK,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                 .nlmsg_seq = SEQ},
        .body = {.ifi_family = AF_UNSPEC},
    };

    (void)request;
    reading->path = "netlink";
    return pl_netlink_dump(NETLINK_ROUTE, &dump, sizeof(dump), chunk, arg);
}

int pl_linux_read_addrs(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    struct {
        struct nlmsghdr head;
        struct ifaddrmsg body;
    } dump = {
        .head = {.nlmsg_len = sizeof(dump),
                 .nlmsg_type = RTM_GETADDR,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                 .nlmsg_seq = SEQ},
        .body = {.ifa_family = AF_UNSPEC},
    };

    (void)request;
    reading->path = "netlink";
    return pl_netlink_dump(NETLINK_ROUTE, &dump, sizeof(dump), chunk, arg);
}
