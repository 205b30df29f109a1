/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ss(8) makes of an expression where a socket has no ports and addresses of IP: a UNIX socket
 * has its inode for a port, a packet socket its interface, a netlink socket the id it is bound to;
 * and an address is the first bytes of whatever it keeps there. Of the internet families the
 * kernel has the last word, and the tests are the usual ones.
 */
#include "filter.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 128

/* ---- what a test looks at ---- */

enum pl_ss pl_ss_of(const struct pl_test *test)
{
    static const struct {
        enum pl_field_id field;
        enum pl_test_kind kind;
        enum pl_ss ss;
    } rows[] = {
        {PL_FIELD_LOCAL_PORT, PL_TEST_RANGE, PL_SS_LOCAL_PORT},
        {PL_FIELD_PEER_PORT, PL_TEST_RANGE, PL_SS_PEER_PORT},
        {PL_FIELD_LOCAL_ADDRESS, PL_TEST_PREFIX, PL_SS_LOCAL_ADDRESS},
        {PL_FIELD_PEER_ADDRESS, PL_TEST_PREFIX, PL_SS_PEER_ADDRESS},
        {PL_FIELD_AUTOBOUND, PL_TEST_PRESENT, PL_SS_AUTOBOUND},
        {PL_FIELD_MARK, PL_TEST_BITS, PL_SS_MARK},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].kind == test->kind && rows[i].field == test->field->id)
            return rows[i].ss;
    }
    return PL_SS_USUAL;
}

static bool is_inet(const struct pl_sock *sock)
{
    return sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6;
}

static enum pl_truth truth(bool is)
{
    return is ? PL_TRUE : PL_FALSE;
}

static uint64_t number_of(const struct pl_snapshot *snap, const struct pl_sock *sock,
                          enum pl_attr_id id)
{
    const struct pl_attr *attr = snap ? pl_snapshot_attr(snap, sock, id) : NULL;

    return attr && !attr->text ? attr->u.num : 0;
}

/* Its ports are signed numbers. */
static int64_t signed_of(uint64_t number)
{
    uint32_t low = (uint32_t)number;

    return low > INT32_MAX ? (int64_t)low - ((int64_t)UINT32_MAX + 1) : (int64_t)low;
}

static int64_t port_of(const struct pl_snapshot *snap, const struct pl_sock *sock, bool peer)
{
    switch (sock->proto) {
    case PL_PROTO_UNIX:
        return signed_of(peer ? number_of(snap, sock, PL_ATTR_PEER_KEY) : sock->key);
    case PL_PROTO_PACKET:
        return peer ? 0 : signed_of(sock->ifindex);
    case PL_PROTO_NETLINK:
        return peer ? -1 : signed_of(sock->local_port);
    case PL_PROTO_XDP:
        return peer ? 0 : signed_of(sock->local_port);
    case PL_PROTO_VSOCK:
        if ((peer ? sock->peer_port : sock->local_port) == 0)
            return -1; /* any */
        break;
    default:
        break;
    }
    return signed_of(peer ? sock->peer_port : sock->local_port);
}

static bool match_port(const struct pl_test *test, int64_t port)
{
    if (port < 0)
        return test->below;
    return (uint64_t)port >= test->low && (uint64_t)port <= test->high;
}

/* 16 bytes of what stands for an address; false: an address in memory, which equals none. */
static bool address_of(const struct pl_snapshot *snap, const struct pl_sock *sock, bool peer,
                       uint8_t *out)
{
    uint32_t word = 0;

    memset(out, 0, 16);
    if (is_inet(sock)) {
        memcpy(out, peer ? sock->peer_addr : sock->local_addr,
               sock->family == PL_FAMILY_INET ? 4 : 16);
        return true;
    }
    if (sock->proto == PL_PROTO_UNIX && !peer && pl_snapshot_attr(snap, sock, PL_ATTR_PATH))
        return false;
    if (sock->proto == PL_PROTO_VSOCK) {
        const uint8_t *addr = peer ? sock->peer_addr : sock->local_addr;

        word = (uint32_t)addr[0] << 24 | (uint32_t)addr[1] << 16 | (uint32_t)addr[2] << 8 | addr[3];
    } else if (!peer && (sock->proto == PL_PROTO_PACKET || sock->proto == PL_PROTO_NETLINK)) {
        word = (uint32_t)number_of(snap, sock, PL_ATTR_PROTOCOL);
    }
    for (unsigned int i = 0; i < 4; i++)
        out[i] = (uint8_t)(word >> 8 * i);
    return true;
}

static bool match_address(const struct pl_test *test, const struct pl_snapshot *snap,
                          const struct pl_sock *sock, bool peer)
{
    uint8_t addr[16];

    if (test->bits == 0)
        return true;
    if (!address_of(snap, sock, peer, addr))
        return false;
    if (pl_match_bits(addr, test->addr, test->bits))
        return true;
    return test->family == PL_FAMILY_INET && pl_addr_is_mapped(sock->family, addr) &&
           pl_match_bits(addr + 12, test->addr, test->bits);
}

/* The name as it prints it; "" if there is none. */
static void name_of(const struct pl_snapshot *snap, const struct pl_sock *sock, char *out)
{
    const struct pl_attr *attr = pl_snapshot_attr(snap, sock, PL_ATTR_PATH);
    size_t len = attr && attr->text ? attr->len : 0;

    if (len >= NAME_BYTES)
        len = NAME_BYTES - 1;
    if (len > 0)
        memcpy(out, attr->u.text, len);
    out[len] = '\0';
    for (size_t i = 0; len > 0 && out[0] == '\0' && i < len; i++)
        out[i] = i == 0 ? '\0' : (char)(out[i] == '\0' ? '@' : out[i]);
    if (len > 0 && out[0] == '\0')
        out[0] = '@';
}

static bool match_name(const struct pl_test *test, const struct pl_snapshot *snap,
                       const struct pl_sock *sock)
{
    char name[NAME_BYTES] = "";

    if (test->ss == PL_SS_LOCAL_NAME)
        name_of(snap, sock, name);
    return fnmatch(test->text, name, FNM_CASEFOLD) == 0;
}

/* Where portls has no word of its own for it: nobody chose the interface, and nobody a protocol. */
static bool match_autobound(const struct pl_test *test, const struct pl_snapshot *snap,
                            const struct pl_sock *sock)
{
    struct pl_value value = {0};

    if (sock->proto == PL_PROTO_PACKET)
        return sock->ifindex == 0 && (number_of(snap, sock, PL_ATTR_PROTOCOL) & 0xffff) == 0;
    return test->field->get(test->field, snap, sock, 0, &value) && value.number != 0;
}

bool pl_ss_looks(const struct pl_test *test, const struct pl_sock *sock)
{
    if (test->ss == PL_SS_USUAL)
        return false;
    /* What came out of /proc/net no kernel has filtered. */
    return test->ss >= PL_SS_LOCAL_NAME || !is_inet(sock) || !(sock->have & PL_HAVE_COOKIE);
}

enum pl_truth pl_ss_eval(const struct pl_test *test, const struct pl_snapshot *snap,
                         const struct pl_sock *sock)
{
    if (!snap)
        return PL_MAYBE;
    /* It never looks at these. */
    if (sock->proto == PL_PROTO_TIPC)
        return PL_TRUE;
    switch (test->ss) {
    case PL_SS_USUAL:
        break;
    case PL_SS_LOCAL_PORT:
    case PL_SS_PEER_PORT:
        return truth(match_port(test, port_of(snap, sock, test->ss == PL_SS_PEER_PORT)));
    case PL_SS_LOCAL_ADDRESS:
    case PL_SS_PEER_ADDRESS:
        return truth(match_address(test, snap, sock, test->ss == PL_SS_PEER_ADDRESS));
    case PL_SS_AUTOBOUND:
        return truth(match_autobound(test, snap, sock));
    case PL_SS_LOCAL_NAME:
    case PL_SS_PEER_NAME:
        return truth(match_name(test, snap, sock));
    case PL_SS_MARK:
        return truth((number_of(snap, sock, PL_ATTR_MARK) & test->high) == test->low);
    }
    return PL_FALSE;
}
