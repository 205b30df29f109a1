/* SPDX-License-Identifier: BSD-2-Clause */
#include "inet.h"

#include "model/protocol.h"

/* include/linux/socket.h */
static const uint8_t families[] = {
    [1] = PL_FAMILY_UNIX,     [2] = PL_FAMILY_INET,    [10] = PL_FAMILY_INET6,
    [16] = PL_FAMILY_NETLINK, [17] = PL_FAMILY_PACKET, [30] = PL_FAMILY_TIPC,
    [40] = PL_FAMILY_VSOCK,   [44] = PL_FAMILY_XDP,
};

/* include/net/tcp_states.h */
static const uint8_t states[] = {
    [1] = PL_STATE_ESTABLISHED, [2] = PL_STATE_SYN_SENT,   [3] = PL_STATE_SYN_RECV,
    [4] = PL_STATE_FIN_WAIT1,   [5] = PL_STATE_FIN_WAIT2,  [6] = PL_STATE_TIME_WAIT,
    [7] = PL_STATE_CLOSED,      [8] = PL_STATE_CLOSE_WAIT, [9] = PL_STATE_LAST_ACK,
    [10] = PL_STATE_LISTEN,     [11] = PL_STATE_CLOSING,   [12] = PL_STATE_SYN_RECV,
    [13] = PL_STATE_BOUND,
};

uint8_t pl_linux_family(unsigned int number)
{
    if (number < sizeof(families) && families[number] != PL_FAMILY_UNSPEC)
        return families[number];
    return (uint8_t)(PL_FAMILY_OTHER | number);
}

uint16_t pl_linux_state(unsigned int number)
{
    if (number < sizeof(states) && states[number] != PL_STATE_NONE)
        return states[number];
    return (uint16_t)(PL_STATE_OTHER | (number & ~PL_STATE_OTHER));
}

void pl_linux_inet_finish(struct pl_sock *sock, unsigned int proto, unsigned int state)
{
    uint8_t type = pl_protocols[proto].type;

    sock->proto = (uint8_t)proto;
    sock->type = type;
    sock->state = pl_linux_state(state);
    if (sock->state == PL_STATE_CLOSED)
        sock->state = type == PL_TYPE_STREAM ? PL_STATE_BOUND : PL_STATE_UNCONN;
    sock->have |= PL_HAVE_STATE;
    /* A half-open connection of a listener has no inode; one of a simultaneous open has. */
    if (sock->state == PL_STATE_TIME_WAIT || (sock->state == PL_STATE_SYN_RECV && sock->key == 0))
        sock->have &= (uint16_t) ~(PL_HAVE_UID | PL_HAVE_INODE);
    if (sock->key == 0) {
        sock->have &= (uint16_t)~PL_HAVE_INODE;
        /*
         * The kernel reads the uid from struct socket. Without one, it prints 0, which is not root.
         */
        if (sock->uid == 0)
            sock->have &= (uint16_t)~PL_HAVE_UID;
    }
    if (sock->have & PL_HAVE_INTERFACE && sock->ifindex == 0)
        sock->have &= (uint16_t)~PL_HAVE_INTERFACE;
    if (sock->ifindex != 0 && (pl_addr_is_link_local(sock->family, sock->local_addr) ||
                               pl_addr_is_link_local(sock->family, sock->peer_addr)))
        sock->have |= PL_HAVE_SCOPE;
}
