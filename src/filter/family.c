/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints of other families: a name, or a protocol or context id with a number. */
#include "filter.h"
#include "model/array.h"

#include <string.h>

#define PROTOCOLS 65536 /* ethertypes have 16 bits, the others fewer */

/* iproute2's names of netlink protocols, if they differ from those of portls. */
static const struct {
    const char *word;
    uint32_t number; /* NETLINK_* of include/uapi/linux/netlink.h */
} also[] = {{"rtnl", 0},   {"fw", 3},      {"tcpdiag", 4}, {"fiblookup", 10}, {"nft", 12},
            {"ip6fw", 13}, {"dec-rt", 14}, {"uevent", 15}, {"genl", 16},      {"scsi-trans", 18}};

static bool find_protocol(enum pl_proto proto, const struct pl_token *word, uint64_t *number)
{
    if (pl_parse_any_number(word->text, word->len, PROTOCOLS - 1, number))
        return true;
    for (uint32_t i = 0; i < PROTOCOLS; i++) {
        const char *name = pl_protocol_name(proto, i);

        *number = i;
        if (name && pl_token_is(word, name))
            return true;
    }
    for (size_t i = 0; proto == PL_PROTO_NETLINK && i < COUNT_OF(also); i++) {
        *number = also[i].number;
        if (pl_token_is(word, also[i].word))
            return true;
    }
    return false;
}

/* Returns the text after the colon, if there is one; *first is the text before it. */
static struct pl_token cut(const struct pl_token *word, struct pl_token *first)
{
    const char *colon = word->len > 0 ? memchr(word->text, ':', word->len) : NULL;
    struct pl_token second = *word;

    *first = *word;
    second.len = 0;
    if (!colon)
        return second;
    first->len = (size_t)(colon - word->text);
    second.text = colon + 1;
    second.len = word->len - first->len - 1;
    return second;
}

/* "PROTOCOL" of a packet or netlink socket. */
static struct pl_node *parse_protocol(struct pl_parser *parser, enum pl_proto proto,
                                      const struct pl_token *word, const struct pl_token *blamed)
{
    struct pl_test test = {.field = pl_field_row(PL_FIELD_PROTOCOL)};
    uint64_t number;

    if (!find_protocol(proto, word, &number))
        return pl_parser_blame(parser, "expected a protocol name or number, not", blamed);
    pl_range_of(PL_OP_EQ, number, number, &test);
    return pl_parser_test(parser, &test);
}

static struct pl_node *join(struct pl_parser *parser, struct pl_node *a, struct pl_node *b)
{
    return pl_parser_pair(parser, PL_NODE_ALL, a, b);
}

/* link:PROTOCOL:INTERFACE. A packet socket has no peer. */
static struct pl_node *parse_link(struct pl_parser *parser, const struct pl_token *word,
                                  const struct pl_token *blamed, unsigned int side)
{
    struct pl_node *node = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(PL_FAMILY_PACKET));
    struct pl_token protocol;
    struct pl_token device = cut(word, &protocol);

    if (side == PL_SIDE_PEER && !(pl_token_is_any(&protocol) && pl_token_is_any(&device)))
        return pl_parser_node(parser, PL_NODE_ANY);
    if (!pl_token_is_any(&protocol))
        node = join(parser, node, parse_protocol(parser, PL_PROTO_PACKET, &protocol, blamed));
    if (!pl_token_is_any(&device))
        node = join(parser, node, pl_parse_device(parser, &device));
    return node;
}

static struct pl_node *port_of(struct pl_parser *parser, const struct pl_token *port,
                               const struct pl_token *blamed, unsigned int side, enum pl_op op)
{
    struct pl_test test = {0};
    uint64_t number = 0;

    if (!pl_token_is(port, "kernel") &&
        !pl_parse_any_number(port->text, port->len, UINT32_MAX, &number))
        return pl_parser_blame(parser, "expected a port number, a range or a service name, not",
                               blamed);
    pl_range_of(op, number, number, &test);
    return pl_parser_sides(parser, side, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT);
}

/* netlink:PROTOCOL:PORT; the kernel's port is 0. */
static struct pl_node *parse_netlink(struct pl_parser *parser, const struct pl_token *word,
                                     const struct pl_token *blamed, unsigned int side)
{
    struct pl_node *node = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(PL_FAMILY_NETLINK));
    struct pl_token protocol;
    struct pl_token port = cut(word, &protocol);

    if (!pl_token_is_any(&protocol))
        node = join(parser, node, parse_protocol(parser, PL_PROTO_NETLINK, &protocol, blamed));
    if (!pl_token_is_any(&port))
        node = join(parser, node, port_of(parser, &port, blamed, side, PL_OP_EQ));
    return node;
}

/* vsock:CID:PORT */
static struct pl_node *parse_vsock(struct pl_parser *parser, const struct pl_token *word,
                                   const struct pl_token *blamed, unsigned int side)
{
    struct pl_node *node = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(PL_FAMILY_VSOCK));
    struct pl_test test = {
        .kind = PL_TEST_PREFIX, .family = PL_FAMILY_VSOCK, .bits = 32, .strict = true};
    struct pl_token cid;
    struct pl_token port = cut(word, &cid);
    uint64_t number = 0;

    if (!pl_token_is_any(&cid)) {
        if (!pl_parse_any_number(cid.text, cid.len, UINT32_MAX, &number))
            return pl_parser_blame(parser, "expected a vsock context id (a number), not", blamed);
        for (unsigned int i = 0; i < 4; i++)
            test.addr[i] = (uint8_t)(number >> (24 - 8 * i));
        node = join(
            parser, node,
            pl_parser_sides(parser, side, &test, PL_FIELD_LOCAL_ADDRESS, PL_FIELD_PEER_ADDRESS));
    }
    if (!pl_token_is_any(&port))
        node = join(parser, node, port_of(parser, &port, blamed, side, PL_OP_EQ));
    return node;
}

struct pl_node *pl_parse_family_port(struct pl_parser *parser, const struct pl_token *word,
                                     const struct pl_token *blamed, uint8_t family,
                                     unsigned int side, enum pl_op op)
{
    struct pl_node *node = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(family));
    struct pl_token port = *word;

    if (port.len > 0 && port.text[0] == ':') {
        port.text++;
        port.len--;
    }
    if (family == PL_FAMILY_UNIX)
        return pl_parser_blame(parser, "UNIX sockets have no port; use src or dst with", blamed);
    if (family == PL_FAMILY_PACKET && op == PL_OP_EQ)
        return join(parser, node, pl_parse_device(parser, &port));
    return join(parser, node, port_of(parser, &port, blamed, side, op));
}

struct pl_node *pl_parse_family(struct pl_parser *parser, const struct pl_token *word,
                                const struct pl_token *blamed, uint8_t family, unsigned int side)
{
    switch (family) {
    case PL_FAMILY_PACKET:
        return parse_link(parser, word, blamed, side);
    case PL_FAMILY_NETLINK:
        return parse_netlink(parser, word, blamed, side);
    case PL_FAMILY_VSOCK:
        return parse_vsock(parser, word, blamed, side);
    default:
        return join(parser, pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(PL_FAMILY_UNIX)),
                    pl_parse_path(parser, word, side));
    }
}

struct pl_node *pl_parse_raw_port(struct pl_parser *parser, const struct pl_token *port,
                                  unsigned int side)
{
    struct pl_test test = {0};
    uint64_t number;

    if (!find_protocol(PL_PROTO_RAW, port, &number))
        return NULL;
    pl_range_of(PL_OP_EQ, number, number, &test);
    return join(parser, pl_parser_mask(parser, PL_FIELD_PROTO, PL_BIT(PL_PROTO_RAW)),
                pl_parser_sides(parser, side, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT));
}
