/* SPDX-License-Identifier: BSD-2-Clause */
/* SMC sockets: struct smc_diag_msg of include/uapi/linux/smc_diag.h, net/smc/smc_diag.c. */
#include "diag.h"
#include "inet.h"
#include "model/array.h"

#include <string.h>

enum {
    SMC_FAMILY = 0,
    SMC_STATE = 1,
    SMC_SPORT = 4,
    SMC_DPORT = 6,
    SMC_SRC = 8,
    SMC_DST = 24,
    SMC_IF = 40,
    SMC_COOKIE = 44,
    SMC_UID = 52,
    SMC_INODE = 56,
    SMC_SIZE = 64,
};

enum { SMC_DIAG_SHUTDOWN = 3 };

#define FAMILY_SMC 43

/*
 * enum smc_state, and the most similar TCP state. PEER waits for the peer to close, APP for this
 * program.
 */
static const uint8_t states[] = {
    [1] = PL_STATE_ESTABLISHED, /* ACTIVE */
    [2] = PL_STATE_BOUND,       /* INIT */
    [7] = PL_STATE_CLOSED,      /* CLOSED */
    [10] = PL_STATE_LISTEN,     /* LISTEN */
    [20] = PL_STATE_FIN_WAIT1,  /* PEERCLOSEWAIT1 */
    [21] = PL_STATE_FIN_WAIT2,  /* PEERCLOSEWAIT2 */
    [22] = PL_STATE_CLOSE_WAIT, /* APPCLOSEWAIT1 */
    [23] = PL_STATE_LAST_ACK,   /* APPCLOSEWAIT2 */
    [24] = PL_STATE_CLOSING,    /* APPFINCLOSEWAIT */
    [25] = PL_STATE_LAST_ACK,   /* PEERFINCLOSEWAIT */
    [26] = PL_STATE_CLOSING,    /* PEERABORTWAIT */
    [27] = PL_STATE_CLOSE_WAIT, /* PROCESSABORT */
};

static uint16_t state_of(unsigned int number)
{
    if (number < COUNT_OF(states) && states[number] != PL_STATE_NONE)
        return states[number];
    return (uint16_t)(PL_STATE_OTHER | number);
}

/*
 * The family of an AF_SMC socket is 43, whatever its addresses. IPv4 fills only the first of four
 * words. A wildcard is treated as IPv4. A socket of IPPROTO_SMC has another family, and the kernel
 * omits its addresses.
 */
static void set_addresses(struct pl_sock *sock, const struct pl_slice *msg)
{
    static const uint8_t zeros[12];
    unsigned int family = pl_slice_u8(msg, SMC_FAMILY);

    if (family != FAMILY_SMC) {
        sock->family = pl_linux_family(family);
        return;
    }
    sock->have |= PL_HAVE_LOCAL | PL_HAVE_PEER;
    sock->local_port = pl_slice_be16(msg, SMC_SPORT);
    sock->peer_port = pl_slice_be16(msg, SMC_DPORT);
    pl_slice_copy(msg, SMC_SRC, sock->local_addr, 16);
    pl_slice_copy(msg, SMC_DST, sock->peer_addr, 16);
    sock->family = memcmp(sock->local_addr + 4, zeros, sizeof(zeros)) == 0 &&
                           memcmp(sock->peer_addr + 4, zeros, sizeof(zeros)) == 0
                       ? PL_FAMILY_INET
                       : PL_FAMILY_INET6;
}

static int put_smc(const struct pl_input *in, const struct pl_slice *msg, struct pl_sink *sink)
{
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice rest = pl_slice_part(msg, SMC_SIZE, msg->len);
    struct pl_nlattr attr;
    struct pl_sock sock = {
        .have = PL_HAVE_UID | PL_HAVE_INODE | PL_HAVE_COOKIE | PL_HAVE_INTERFACE,
        .ifindex = pl_slice_u32(msg, SMC_IF),
        .cookie = pl_linux_cookie(msg, SMC_COOKIE),
        .uid = pl_slice_u32(msg, SMC_UID),
        .key = pl_slice_u64(msg, SMC_INODE),
    };

    (void)in;
    set_addresses(&sock, msg);
    pl_linux_inet_finish(&sock, PL_PROTO_SMC, 0);
    sock.state = state_of(pl_slice_u8(msg, SMC_STATE));
    while (pl_nlattr_next(&rest, &attr)) {
        if (attr.type == SMC_DIAG_SHUTDOWN)
            pl_linux_shutdown(pl_slice_u8(&attr.value, 0), sink, &attrs);
    }
    return sink->sock(sink, &sock, attrs.items, attrs.count);
}

int pl_decode_linux_smc_diag(const struct pl_input *in, struct pl_sink *sink)
{
    return pl_linux_diag_each(in, sink, SMC_SIZE, put_smc);
}
