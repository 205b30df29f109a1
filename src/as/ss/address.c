/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of a socket. */
#include "layout.h"
#include "tables.h"

#include "model/array.h"
#include "view/text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define ETHERTYPE_ALL 3
#define CID_ANY       UINT32_MAX

/* Ethertypes, include/uapi/linux/if_ether.h, by iproute2's names. */
static const struct {
    uint16_t number;
    const char *name;
} ethertypes[] = {
    {0x0001, "802_3"},   {0x0002, "ax25"},     {0x0004, "802_2"},    {0x0005, "snap"},
    {0x0006, "ddcmp"},   {0x0007, "wan_ppp"},  {0x0008, "ppp_mp"},   {0x0009, "localtalk"},
    {0x000c, "can"},     {0x0010, "ppptalk"},  {0x0011, "tr_802_2"}, {0x0015, "mobitex"},
    {0x0016, "control"}, {0x0017, "irda"},     {0x0018, "econet"},   {0x0060, "loop"},
    {0x0200, "pup"},     {0x0201, "pupat"},    {0x0800, "ip"},       {0x0805, "x25"},
    {0x0806, "arp"},     {0x08ff, "bpq"},      {0x0a00, "ieeepup"},  {0x0a01, "ieeepupat"},
    {0x6000, "dec"},     {0x6001, "dna_dl"},   {0x6002, "dna_rc"},   {0x6003, "dna_rt"},
    {0x6004, "lat"},     {0x6005, "diag"},     {0x6006, "cust"},     {0x6007, "sca"},
    {0x6558, "teb"},     {0x8035, "rarp"},     {0x809b, "atalk"},    {0x80f3, "aarp"},
    {0x8100, "802.1Q"},  {0x8137, "ipx"},      {0x86dd, "ipv6"},     {0x8847, "mpls_uc"},
    {0x8848, "mpls_mc"}, {0x884c, "atmmpoa"},  {0x8863, "ppp_disc"}, {0x8864, "ppp_ses"},
    {0x8884, "atmfate"}, {0x8892, "profinet"}, {0x88a2, "aoe"},      {0x88a4, "ethercat"},
    {0x88a8, "802.1ad"}, {0x88ca, "tipc"},     {0x88cc, "LLDP"},
};

/* NETLINK_* of include/uapi/linux/netlink.h, by the names of iproute2's nl_protos. */
static const char *const netlink_names[] = {
    [0] = "rtnl",       [1] = "unused",     [2] = "usersock",    [3] = "fw",        [4] = "tcpdiag",
    [5] = "nflog",      [6] = "xfrm",       [7] = "selinux",     [8] = "iscsi",     [9] = "audit",
    [10] = "fiblookup", [11] = "connector", [12] = "nft",        [13] = "ip6fw",    [14] = "dec-rt",
    [15] = "uevent",    [16] = "genl",      [18] = "scsi-trans", [19] = "ecryptfs", [20] = "rdma",
    [21] = "crypto",
};

int ss_protocol_number(unsigned int family, const char *name, uint32_t *out)
{
    for (uint32_t i = 0; i < COUNT_OF(ethertypes); i++) {
        if (family == PL_FAMILY_PACKET && strcasecmp(ethertypes[i].name, name) == 0) {
            *out = ethertypes[i].number;
            return 0;
        }
    }
    for (uint32_t i = 0; i < COUNT_OF(netlink_names); i++) {
        if (family == PL_FAMILY_NETLINK && netlink_names[i] &&
            strcmp(netlink_names[i], name) == 0) {
            *out = i;
            return 0;
        }
    }
    return -ENOENT;
}

/* Ends the cell of an address. */
static void end_host(const struct ss_row *row, char last)
{
    out_char(row->out, last);
    ss_next(row);
}

/* The other end of a socket that has none. */
static void put_nobody(const struct ss_row *row, const char *mark)
{
    ss_next(row);
    out_word(row->out, mark);
    ss_next(row);
}

/* ---- the internet families ---- */

static void put_host(const struct ss_row *row, const uint8_t *addr)
{
    const struct as_names *names = &row->view->names;
    const struct pl_sock *sock = row->sock;
    struct out *out = row->out;
    bool six = sock->family == PL_FAMILY_INET6;
    char text[AS_NAME_MAX];
    size_t len = 0;

    if (six && pl_addr_is_any(PL_FAMILY_INET6, addr) && !(sock->flags & PL_FLAG_V6ONLY)) {
        out_char(out, '*');
        return;
    }
    if (names->host && !pl_addr_is_any(sock->family, addr))
        len = names->host(names->arg, sock->family, addr, text, sizeof(text));
    if (len > 0) {
        text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
        return;
    }
    out_word(out, six ? "[" : "");
    out_bytes(out, text, pl_addr_print(sock->family, addr, text));
    out_word(out, six ? "]" : "");
}

/* ss names ports by the last of these tables that it lists, unless the socket is in one of them. */
static enum pl_proto service_proto(const struct ss_row *row)
{
    unsigned int proto = PL_PROTO_UNKNOWN;

    for (unsigned int i = SS_RAW; i <= SS_TCP; i++) {
        if (ss_tables[i].proto == row->sock->proto)
            return (enum pl_proto)row->sock->proto;
        if (row->view->tables & PL_BIT(i))
            proto = ss_tables[i].proto;
    }
    return (enum pl_proto)proto;
}

static void put_port(const struct ss_row *row, uint32_t port)
{
    const struct as_names *names = &row->view->names;
    enum pl_proto proto = service_proto(row);
    struct out *out = row->out;
    char text[AS_NAME_MAX];
    size_t len = 0;

    end_host(row, ':');
    if (port == 0) {
        out_char(out, '*');
        return;
    }
    if (names->service)
        len = names->service(names->arg, port, proto, text, sizeof(text));
    if (len == 0 && names->service && proto == PL_PROTO_RAW)
        out_word(out, "ipproto-");
    if (len == 0)
        len = pl_number_print(port, text);
    text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
}

static void put_link(const struct ss_row *row)
{
    struct pl_text link = pl_snapshot_link_of(row->view->snap, row->sock);

    if (link.data)
        text_plain(row->out, link, " \"");
    else
        ss_put_field(row, "if", row->sock->ifindex);
}

static void put_inet(const struct ss_row *row)
{
    const struct pl_sock *sock = row->sock;

    put_host(row, sock->local_addr);
    if (sock->have & (PL_HAVE_INTERFACE | PL_HAVE_SCOPE)) {
        out_char(row->out, '%');
        put_link(row);
    }
    put_port(row, sock->local_port);
    ss_next(row);
    put_host(row, sock->peer_addr);
    put_port(row, sock->peer_port);
}

/* ---- the others ---- */

/* Every NUL of an abstract name is printed as "@". */
static void put_path(struct pl_text path, struct out *out)
{
    bool abstract = path.len > 0 && path.data[0] == '\0';

    if (path.len == 0)
        out_char(out, '*');
    while (path.len > 0) {
        const char *nul = memchr(path.data, '\0', path.len);
        uint32_t len = nul ? (uint32_t)(nul - path.data) : path.len;

        text_plain(out, (struct pl_text){path.data, len}, "\"");
        if (!nul || !abstract)
            return;
        out_char(out, '@');
        path.data += len + 1;
        path.len -= len + 1;
    }
}

/* An inode; elsewhere an address of the kernel. */
static void put_key(const struct ss_row *row, uint64_t key)
{
    if (pl_snapshot_system(row->view->snap) == PL_SYSTEM_LINUX)
        out_number(row->out, key);
    else
        ss_put_hex(row, "", key, 1);
}

static void put_unix(const struct ss_row *row)
{
    put_path(ss_text(row, PL_ATTR_PATH), row->out);
    end_host(row, ' ');
    put_key(row, row->sock->key);
    ss_next(row);
    out_char(row->out, '*');
    end_host(row, ' ');
    put_key(row, ss_number(row, PL_ATTR_PEER_KEY));
}

static void put_packet(const struct ss_row *row)
{
    uint64_t type = ss_number(row, PL_ATTR_PROTOCOL);
    const char *name = type == ETHERTYPE_ALL ? "*" : NULL;

    for (size_t i = 0; !name && !row->view->numeric && i < COUNT_OF(ethertypes); i++) {
        if (ethertypes[i].number == type)
            name = ethertypes[i].name;
    }
    if (name) {
        out_word(row->out, name);
    } else {
        ss_put_field(row, "[", type);
        out_char(row->out, ']');
    }
    end_host(row, ':');
    if (row->sock->ifindex == 0)
        out_char(row->out, '*');
    else
        put_link(row);
    put_nobody(row, "*");
}

/* By convention, the port is a process id. */
static void put_netlink_port(const struct ss_row *row, uint32_t port)
{
    const struct as_names *names = &row->view->names;
    bool numeric = row->view->numeric;
    struct out *out = row->out;
    char text[AS_NAME_MAX];
    size_t len = 0;

    if (port == UINT32_MAX) {
        out_char(out, '*');
    } else if (!numeric && port == 0) {
        out_word(out, "kernel");
    } else {
        if (!numeric && port <= INT32_MAX && names->process)
            len = names->process(names->arg, port, text, sizeof(text));
        text_plain(out, (struct pl_text){text, (uint32_t)len}, " ");
        if (len > 0)
            out_char(out, '/');
        ss_put_signed(out, port);
    }
}

static void put_netlink(const struct ss_row *row)
{
    uint64_t protocol = ss_number(row, PL_ATTR_PROTOCOL);
    const char *name = NULL;

    if (!row->view->numeric && protocol < COUNT_OF(netlink_names))
        name = netlink_names[protocol];
    if (name)
        out_word(row->out, name);
    else
        out_number(row->out, protocol);
    end_host(row, ':');
    put_netlink_port(row, row->sock->local_port);
    if (row->sock->state != PL_STATE_ESTABLISHED) {
        put_nobody(row, "*");
        return;
    }
    ss_next(row);
    out_number(row->out, ss_number(row, PL_ATTR_PEER_GROUP));
    end_host(row, ':');
    ss_put_signed(row->out, row->sock->peer_port);
}

/* A vsock context id or TIPC node, and the port. any: print wildcards as "*". */
static void put_numbers(const struct ss_row *row, const uint8_t *addr, uint32_t port, bool any)
{
    struct out *out = row->out;

    if (any && ss_word(addr) == CID_ANY)
        out_char(out, '*');
    else
        out_number(out, ss_word(addr));
    end_host(row, ':');
    if (any && port == 0)
        out_char(out, '*');
    else
        out_number(out, port);
}

static void put_vsock(const struct ss_row *row)
{
    put_numbers(row, row->sock->local_addr, row->sock->local_port, true);
    ss_next(row);
    put_numbers(row, row->sock->peer_addr, row->sock->peer_port, true);
}

static void put_tipc(const struct ss_row *row)
{
    put_numbers(row, row->sock->local_addr, row->sock->local_port, false);
    if (row->sock->peer_port == 0) {
        put_nobody(row, "-");
        return;
    }
    ss_next(row);
    put_numbers(row, row->sock->peer_addr, row->sock->peer_port, false);
}

static void put_xdp(const struct ss_row *row)
{
    if (row->sock->ifindex != 0) {
        put_link(row);
        end_host(row, ':');
        ss_put_field(row, "q", row->sock->local_port);
    } else {
        out_char(row->out, '*');
        ss_next(row);
    }
    put_nobody(row, "*");
}

void ss_put_ends(const struct ss_row *row)
{
    static void (*const others[PL_PROTO_MAX])(const struct ss_row *row) = {
        [PL_PROTO_UNIX] = put_unix,       [PL_PROTO_PACKET] = put_packet,
        [PL_PROTO_NETLINK] = put_netlink, [PL_PROTO_VSOCK] = put_vsock,
        [PL_PROTO_TIPC] = put_tipc,       [PL_PROTO_XDP] = put_xdp,
    };
    unsigned int proto = row->sock->proto;

    if (proto < PL_PROTO_MAX && others[proto])
        others[proto](row);
    else
        put_inet(row);
    ss_next(row);
}
