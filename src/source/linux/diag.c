/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of sock_diag(7) for IPv4 and IPv6 sockets, and of rtnetlink(7). */
#include "bytecode.h"
#include "linux.h"
#include "model/array.h"
#include "model/protocol.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

uint32_t pl_linux_states(const uint8_t numbers[PL_STATE_MAX], uint32_t wanted)
{
    uint32_t bits = 0;

    for (unsigned int i = 0; i < PL_STATE_MAX; i++) {
        if (numbers[i] != 0 && wanted & PL_BIT(i))
            bits |= 1U << numbers[i];
    }
    return bits;
}

/* Returns bits of the optional INET_DIAG_* attributes, include/uapi/linux/inet_diag.h. */
static uint8_t extensions(uint32_t need)
{
    static const struct {
        uint32_t need;
        uint8_t extension;
    } wanted[] = {
        {PL_NEED_INTERNALS, INET_DIAG_INFO}, {PL_NEED_INTERNALS, INET_DIAG_VEGASINFO},
        {PL_NEED_INTERNALS, INET_DIAG_CONG}, {PL_NEED_MEMORY, INET_DIAG_SKMEMINFO},
        {PL_NEED_MORE, INET_DIAG_TOS},       {PL_NEED_MORE, INET_DIAG_TCLASS},
        {PL_NEED_MORE, INET_DIAG_SHUTDOWN},
    };
    unsigned int bits = 0;

    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        if (need & wanted[i].need)
            bits |= 1U << (wanted[i].extension - 1);
    }
    return (uint8_t)bits;
}

struct dump {
    const struct pl_request *request;
    uint32_t states;
    uint8_t extensions;
    pl_chunk_fn *chunk;
    void *arg;
};

/* The kernel compares a port that all sockets have in common before it does anything else. */
static struct inet_diag_sockid id_of(const struct pl_request *request)
{
    return (struct inet_diag_sockid){
        .idiag_sport =
            htons(pl_linux_push_port(request->push, request->push_count, PL_PUSH_LOCAL_PORT)),
        .idiag_dport =
            htons(pl_linux_push_port(request->push, request->push_count, PL_PUSH_PEER_PORT)),
    };
}

/* A request with its attributes. */
struct filtered {
    _Alignas(struct nlmsghdr) uint8_t bytes[256 + PL_BYTECODE_MAX];
    size_t len;
};

static void put_body(struct filtered *message, const void *body, size_t len)
{
    memcpy(message->bytes + NLMSG_HDRLEN, body, len);
    message->len = NLMSG_LENGTH(len);
}

static void put_attr(struct filtered *message, unsigned short type, const void *content, size_t len)
{
    const struct rtattr attr = {(unsigned short)RTA_LENGTH(len), type};

    memcpy(message->bytes + message->len, &attr, sizeof(attr));
    memcpy(message->bytes + message->len + RTA_LENGTH(0), content, len);
    message->len += RTA_LENGTH(len);
}

/*
 * The kernel refuses a condition that it does not know, or for which the user lacks a privilege
 * (marks require cap_net_admin), before it sends a record. Then dumps without a filter, which
 * portls applies to every record in any case.
 */
static int dump_filtered(const struct dump *dump, uint16_t type, struct filtered *message)
{
    const struct pl_request *request = dump->request;
    size_t plain = message->len;
    uint8_t code[PL_BYTECODE_MAX];
    size_t len = pl_linux_bytecode(request->push, request->push_count, code);
    int err;

    if (len > 0)
        put_attr(message, INET_DIAG_REQ_BYTECODE, code, len);
    err = pl_netlink_dump(request->space, NETLINK_SOCK_DIAG, type, message->bytes, message->len,
                          dump->chunk, dump->arg);
    if ((err != -EINVAL && err != -EPERM) || len == 0)
        return err;
    return pl_netlink_dump(request->space, NETLINK_SOCK_DIAG, type, message->bytes, plain,
                           dump->chunk, dump->arg);
}

/* body: all but the protocol. */
static void put_family(struct filtered *message, struct inet_diag_req_v2 *body, uint32_t protocol)
{
    body->sdiag_protocol = (uint8_t)protocol;
    put_body(message, body, sizeof(*body));
    if (protocol > UINT8_MAX) /* since Linux 5.9 */
        put_attr(message, INET_DIAG_REQ_PROTOCOL, &protocol, sizeof(protocol));
}

static int dump_family(const struct dump *dump, int family, uint32_t protocol)
{
    struct inet_diag_req_v2 body = {
        .sdiag_family = (uint8_t)family,
        .idiag_ext = dump->extensions,
        .idiag_states = dump->states,
        .id = id_of(dump->request),
    };
    struct filtered message = {0};

    put_family(&message, &body, protocol);
    return dump_filtered(dump, SOCK_DIAG_BY_FAMILY, &message);
}

int pl_linux_order(int fd, enum pl_linux_order order, const struct pl_sock *sock, uint32_t need,
                   pl_chunk_fn *chunk, void *arg)
{
    size_t len = sock->family == PL_FAMILY_INET ? 4 : 16;
    struct inet_diag_req_v2 body = {
        .sdiag_family = sock->family == PL_FAMILY_INET ? AF_INET : AF_INET6,
        .idiag_ext = extensions(need),
        .idiag_states = UINT32_MAX,
        .id = {.idiag_sport = htons((uint16_t)sock->local_port),
               .idiag_dport = htons((uint16_t)sock->peer_port),
               .idiag_if = sock->have & PL_HAVE_INTERFACE ? sock->ifindex : 0,
               .idiag_cookie = {(uint32_t)sock->cookie, (uint32_t)(sock->cookie >> 32)}},
    };
    struct filtered message = {0};

    memcpy(body.id.idiag_src, sock->local_addr, len);
    memcpy(body.id.idiag_dst, sock->peer_addr, len);
    put_family(&message, &body, pl_protocols[sock->proto].number);
    return pl_netlink_order(fd, (uint16_t)order, message.bytes, message.len, chunk, arg);
}

/* The older request dumps both families in one walk of the table. */
static int dump_tcp(const struct dump *dump)
{
    const struct inet_diag_req body = {
        .idiag_family = AF_UNSPEC,
        .idiag_ext = dump->extensions,
        .idiag_states = dump->states,
        .id = id_of(dump->request),
    };
    struct filtered message = {0};

    put_body(&message, &body, sizeof(body));
    return dump_filtered(dump, TCPDIAG_GETSOCK, &message);
}

static uint32_t states_of(enum pl_proto proto, uint32_t wanted)
{
    /* Not CLOSE: no socket in the tables has it, but the kernel would walk all tables for it. */
    static const uint8_t stream[PL_STATE_MAX] = {
        [PL_STATE_ESTABLISHED] = 1, [PL_STATE_SYN_SENT] = 2,  [PL_STATE_SYN_RECV] = 3,
        [PL_STATE_FIN_WAIT1] = 4,   [PL_STATE_FIN_WAIT2] = 5, [PL_STATE_TIME_WAIT] = 6,
        [PL_STATE_CLOSE_WAIT] = 8,  [PL_STATE_LAST_ACK] = 9,  [PL_STATE_LISTEN] = 10,
        [PL_STATE_CLOSING] = 11,    [PL_STATE_BOUND] = 13, /* since Linux 6.8, else ignored */
    };
    /* ESTABLISHED with a peer, CLOSE without one. */
    static const uint8_t datagram[PL_STATE_MAX] = {
        [PL_STATE_ESTABLISHED] = 1, [PL_STATE_UNCONN] = 7};

    if (wanted == 0)
        wanted = ~PL_BIT(PL_STATE_BOUND);
    switch ((enum pl_states)pl_protocols[proto].states) {
    case PL_STATES_STREAM:
        return pl_linux_states(stream, wanted);
    case PL_STATES_DATAGRAM:
        return pl_linux_states(datagram, wanted);
    case PL_STATES_OWN:
        break;
    }
    return UINT32_MAX;
}

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
    uint32_t number = pl_protocols[proto].number;
    struct dump dump = {
        .request = request, .extensions = extensions(request->need), .chunk = chunk, .arg = arg};
    int err = 0;

    reading->path = "netlink";
    if (number == 0)
        return pl_linux_read_diag_other(request, chunk, arg, reading, NULL);
    if (request->need & (PL_NEED_MORE | PL_NEED_INTERNALS))
        reading->rights = pl_linux_detail_lacks();
    dump.states = states_of(proto, request->states);
    if (dump.states == 0)
        return 0;
    if (v4 && v6 && proto == PL_PROTO_TCP && request->large) {
        err = pl_linux_dump_halves(dump.states, dump.extensions, chunk, arg);
        if (err != -ENOTSUP) {
            reading->path = "netlink, 2 threads";
            return err;
        }
    }
    if (v4 && v6 && proto == PL_PROTO_TCP)
        return dump_tcp(&dump);
    if (v4)
        err = dump_family(&dump, AF_INET, number);
    if (v6 && err == 0) {
        err = dump_family(&dump, AF_INET6, number);
        /* IPv6 is off */
        if (err == -ENOENT && v4)
            err = 0;
    }
    return err;
}

/* Dumps everything of a type. The body of the request is all zero. */
static int dump_route(const struct pl_request *request, uint16_t type, size_t body,
                      pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct {
        struct nlmsghdr head;
        uint8_t body[sizeof(struct ifinfomsg)];
    } dump = {.body = {0}};

    reading->path = "netlink";
    return pl_netlink_dump(request->space, NETLINK_ROUTE, type, &dump, NLMSG_LENGTH(body), chunk,
                           arg);
}

int pl_linux_read_links(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    return dump_route(request, RTM_GETLINK, sizeof(struct ifinfomsg), chunk, arg, reading);
}

int pl_linux_read_addrs(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    return dump_route(request, RTM_GETADDR, sizeof(struct ifaddrmsg), chunk, arg, reading);
}
