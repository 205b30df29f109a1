/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of sock_diag(7) for families other than IPv4 and IPv6. */
#include "linux.h"
#include "model/array.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* C libraries may lack AF_TIPC, AF_XDP and AF_SMC. */
#define FAMILY_TIPC 30
#define FAMILY_XDP  44
#define FAMILY_SMC  43

#define EVERY_STATE 0xffffffffU

/*
 * struct unix_diag_req and those of the other families: they differ only in the meaning of these
 * three words. struct tipc_sock_diag_req is shorter.
 */
struct request {
    struct nlmsghdr head;
    uint8_t family;
    uint8_t protocol;
    uint16_t pad;
    uint32_t word[3];
    uint32_t cookie[2];
};

_Static_assert(sizeof(struct unix_diag_req) == sizeof(struct request) - sizeof(struct nlmsghdr),
               "the size of the kernel");

/* word[0] is the states of UNIX, vsock and TIPC; show_at is the word that selects attributes. */
static const struct {
    uint8_t proto;
    uint8_t family;
    uint8_t protocol;
    uint32_t states;
    uint32_t show;   /* always */
    uint32_t memory; /* with PL_NEED_MEMORY */
    uint32_t more;   /* with PL_NEED_MORE */
    uint8_t show_at;
} families[] = {
    {PL_PROTO_UNIX, AF_UNIX, 0, EVERY_STATE,
     UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID, UDIAG_SHOW_MEMINFO,
     UDIAG_SHOW_VFS | UDIAG_SHOW_ICONS, 2},
    {PL_PROTO_PACKET, AF_PACKET, 0, 0, PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO, 0,
     PACKET_SHOW_RING_CFG | PACKET_SHOW_FANOUT, 1},
    {PL_PROTO_NETLINK, AF_NETLINK, NDIAG_PROTO_ALL, 0, NDIAG_SHOW_MEMINFO | NDIAG_SHOW_GROUPS, 0, 0,
     1},
    {PL_PROTO_VSOCK, AF_VSOCK, 0, EVERY_STATE, 0, 0, 0, 1},
    {PL_PROTO_XDP, FAMILY_XDP, 0, 0, XDP_SHOW_INFO | XDP_SHOW_RING_CFG | XDP_SHOW_MEMINFO,
     XDP_SHOW_STATS, XDP_SHOW_UMEM, 1},
    {PL_PROTO_TIPC, FAMILY_TIPC, 0, EVERY_STATE, 0, 0, 0, 1},
    {PL_PROTO_SMC, FAMILY_SMC, 0, 0, 0, 0, 0, 1},
};

static uint32_t states_of(uint32_t wanted)
{
    static const uint8_t numbers[PL_STATE_MAX] = {
        [PL_STATE_ESTABLISHED] = 1, [PL_STATE_SYN_SENT] = 2, [PL_STATE_UNCONN] = 7,
        [PL_STATE_CLOSE_WAIT] = 8,  [PL_STATE_LISTEN] = 10,  [PL_STATE_CLOSING] = 11,
    };

    return wanted == 0 || wanted == UINT32_MAX ? EVERY_STATE : pl_linux_states(numbers, wanted);
}

static int dump_open(struct request *dump, pl_chunk_fn *chunk, void *arg, int *open)
{
    if (*open >= 0)
        close(*open);
    *open = pl_netlink_open(NETLINK_SOCK_DIAG);
    return *open < 0 ? *open
                     : pl_netlink_ask(*open, SOCK_DIAG_BY_FAMILY, dump, sizeof(*dump), chunk, arg);
}

int pl_linux_read_diag_other(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                             struct pl_reading *reading, int *open)
{
    unsigned int proto = request->feed->slot - PL_SLOT_SOCKS;

    reading->path = "netlink";
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        struct request dump = {
            .family = families[i].family,
            .protocol = families[i].protocol,
        };
        uint32_t show = families[i].show;

        if (families[i].proto != proto)
            continue;
        if (request->need & PL_NEED_MEMORY)
            show |= families[i].memory;
        if (request->need & PL_NEED_MORE)
            show |= families[i].more;
        if (families[i].states != 0) {
            dump.word[0] = states_of(request->states);
            if (dump.word[0] == 0)
                return 0;
        }
        dump.word[families[i].show_at] = show;
        if (open)
            return dump_open(&dump, chunk, arg, open);
        return pl_netlink_dump(request->space, NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, &dump,
                               sizeof(dump), chunk, arg);
    }
    return -ENOENT;
}
