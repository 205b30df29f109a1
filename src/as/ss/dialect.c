/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter language of ss(8) for sockets without IP ports and addresses: see dialect.h. An
 * address is compared with the first bytes of the socket's address. IP sockets are filtered by the
 * kernel and by the common tests.
 */
#include "dialect.h"
#include "layout.h"

#include "filter/filter.h"
#include "model/array.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 128
#define WORD_MAX   255

/* pl_test.aspect: what a test compares. */
enum {
    LOCAL_PORT = 1,
    PEER_PORT,
    LOCAL_ADDRESS,
    PEER_ADDRESS,
    AUTOBOUND,
    LOCAL_NAME, /* this and the following also in IP sockets */
    PEER_NAME,
    MARK,
};

/* ---- evaluation ---- */

static uint64_t number_of(const struct pl_snapshot *snap, const struct pl_sock *sock,
                          enum pl_attr_id id)
{
    const struct pl_attr attr = snap ? pl_snapshot_attr(snap, sock, id) : (struct pl_attr){0};

    return attr.text ? 0 : attr.u.num;
}

/* ss compares ports as signed numbers. */
static int64_t signed_of(uint64_t number)
{
    return (int32_t)(uint32_t)number;
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

/*
 * Gets the 16 bytes that ss compares in place of an address. Returns false if ss compares a pointer
 * there, which equals no address.
 */
static bool address_of(const struct pl_snapshot *snap, const struct pl_sock *sock, bool peer,
                       uint8_t *out)
{
    uint32_t word = 0;

    memset(out, 0, 16);
    if (ss_is_inet(sock)) {
        memcpy(out, peer ? sock->peer_addr : sock->local_addr,
               sock->family == PL_FAMILY_INET ? 4 : 16);
        return true;
    }
    if (sock->proto == PL_PROTO_UNIX && !peer &&
        pl_snapshot_attr(snap, sock, PL_ATTR_PATH).id != PL_ATTR_NONE)
        return false;
    if (sock->proto == PL_PROTO_VSOCK) {
        const uint8_t *addr = peer ? sock->peer_addr : sock->local_addr;

        word = ss_word(addr);
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

/* The name as ss prints it, or "". */
static void name_of(const struct pl_snapshot *snap, const struct pl_sock *sock,
                    char out[NAME_BYTES])
{
    const struct pl_attr attr = pl_snapshot_attr(snap, sock, PL_ATTR_PATH);
    const char *text = attr.text ? attr.u.text : "";
    size_t len = attr.text && attr.len < NAME_BYTES ? attr.len : attr.text ? NAME_BYTES - 1 : 0;
    bool abstract = len > 0 && text[0] == '\0';

    for (size_t i = 0; i < len; i++)
        out[i] = text[i] == '\0' && abstract ? '@' : text[i];
    out[len] = '\0';
}

static bool match_name(const struct pl_test *test, const struct pl_snapshot *snap,
                       const struct pl_sock *sock)
{
    char name[NAME_BYTES] = "";

    if (test->aspect == LOCAL_NAME)
        name_of(snap, sock, name);
    return fnmatch(test->text, name, FNM_CASEFOLD) == 0;
}

/* A packet socket is autobound if it has neither an interface nor a protocol. */
static bool match_autobound(const struct pl_test *test, const struct pl_snapshot *snap,
                            const struct pl_sock *sock)
{
    struct pl_value value = {0};

    if (sock->proto == PL_PROTO_PACKET)
        return sock->ifindex == 0 && (number_of(snap, sock, PL_ATTR_PROTOCOL) & 0xffff) == 0;
    return test->field->get(test->field, snap, sock, 0, &value) && value.number != 0;
}

/*
 * In ss, a socket without a peer has the peer 0.0.0.0:0 or [::]:0, and a raw socket has a peer
 * port. Returns false for any other test of an internet socket: the common evaluation gives the
 * same result as the kernel.
 */
static bool match_no_peer(const struct pl_test *test, const struct pl_sock *sock,
                          enum pl_truth *out)
{
    static const uint8_t any[16];
    bool port = test->aspect == PEER_PORT;
    bool match = match_port(test, sock->peer_port);

    if ((!port && test->aspect != PEER_ADDRESS) ||
        (pl_sock_has_peer(sock) && !(port && sock->proto == PL_PROTO_RAW)))
        return false;
    if (!port)
        match = sock->family == test->family && pl_match_bits(any, test->addr, test->bits);
    *out = match ? PL_TRUE : PL_FALSE;
    return true;
}

/* The kernel has filtered IP sockets, except for those from /proc/net. */
static bool judge(const struct pl_test *test, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, enum pl_truth *out)
{
    bool match = false;

    if (test->aspect < LOCAL_NAME && ss_is_inet(sock) && sock->have & PL_HAVE_COOKIE)
        return match_no_peer(test, sock, out);
    if (!snap) {
        *out = PL_MAYBE;
        return true;
    }
    switch (test->aspect) {
    case LOCAL_PORT:
    case PEER_PORT:
        match = match_port(test, port_of(snap, sock, test->aspect == PEER_PORT));
        break;
    case LOCAL_ADDRESS:
    case PEER_ADDRESS:
        match = match_address(test, snap, sock, test->aspect == PEER_ADDRESS);
        break;
    case AUTOBOUND:
        match = match_autobound(test, snap, sock);
        break;
    case LOCAL_NAME:
    case PEER_NAME:
        match = match_name(test, snap, sock);
        break;
    case MARK:
        match = (number_of(snap, sock, PL_ATTR_MARK) & test->high) == test->low;
        break;
    default:
        break;
    }
    /* ss does not filter TIPC. */
    *out = match || sock->proto == PL_PROTO_TIPC ? PL_TRUE : PL_FALSE;
    return true;
}

static void settle(struct pl_test *test)
{
    static const struct {
        enum pl_field_id field;
        enum pl_test_kind kind;
        uint8_t aspect;
    } rows[] = {
        {PL_FIELD_LOCAL_PORT, PL_TEST_RANGE, LOCAL_PORT},
        {PL_FIELD_PEER_PORT, PL_TEST_RANGE, PEER_PORT},
        {PL_FIELD_LOCAL_ADDRESS, PL_TEST_PREFIX, LOCAL_ADDRESS},
        {PL_FIELD_PEER_ADDRESS, PL_TEST_PREFIX, PEER_ADDRESS},
        {PL_FIELD_AUTOBOUND, PL_TEST_PRESENT, AUTOBOUND},
        {PL_FIELD_MARK, PL_TEST_BITS, MARK},
    };

    for (size_t i = 0; test->aspect == 0 && i < COUNT_OF(rows); i++) {
        if (rows[i].kind == test->kind && rows[i].field == test->field->id)
            test->aspect = rows[i].aspect;
    }
    test->push = test->aspect == AUTOBOUND;
    test->judge = test->aspect != 0 ? judge : NULL;
}

/* ---- parsing ---- */

static struct pl_node *match_all(struct pl_parser *parser)
{
    return pl_parser_node(parser, PL_NODE_ALL);
}

/*
 * A pattern of a UNIX name. ss compares ports as if they were above any name: ">" matches all, "<"
 * none.
 */
static struct pl_node *parse_name(struct pl_parser *parser, const struct pl_token *value,
                                  unsigned int side, enum pl_op op)
{
    struct pl_test test = {.field = pl_field_row(PL_FIELD_PATH), .kind = PL_TEST_TEXT};
    struct pl_node *node;

    if (op == PL_OP_GE || op == PL_OP_GT)
        return match_all(parser);
    if (op == PL_OP_LE || op == PL_OP_LT)
        return pl_parser_negate(parser, match_all(parser));
    test.aspect = side == PL_SIDE_PEER ? PEER_NAME : LOCAL_NAME;
    test.text = strndup(value->text, value->len);
    if (!test.text)
        return pl_parser_no_memory(parser);
    test.len = value->len;
    node = pl_parser_test(parser, &test);
    if (!node)
        free(test.text);
    return node;
}

static bool parse_protocol(uint8_t family, const struct pl_token *part, uint32_t *out)
{
    char word[WORD_MAX + 1];
    uint64_t number;

    if (pl_parse_any_number(part->text, part->len, UINT32_MAX, &number)) {
        *out = (uint32_t)number;
        return true;
    }
    if (part->len > WORD_MAX)
        return false;
    memcpy(word, part->text, part->len);
    word[part->len] = '\0';
    return ss_protocol_number(family, word, out) == 0;
}

static struct pl_node *parse_id(struct pl_parser *parser, uint8_t family,
                                const struct pl_token *part, unsigned int side)
{
    struct pl_test test = {.kind = PL_TEST_PREFIX, .family = family, .bits = 32};
    uint32_t number;

    if (!parse_protocol(family, part, &number))
        return pl_parser_blame(parser, "expected a protocol name or number of that family, not",
                               part);
    for (unsigned int i = 0; i < 4; i++)
        test.addr[i] = (uint8_t)(number >> 8 * i);
    return pl_parser_sides(parser, side, &test, PL_FIELD_LOCAL_ADDRESS, PL_FIELD_PEER_ADDRESS);
}

static struct pl_node *parse_id_port(struct pl_parser *parser, uint8_t family,
                                     const struct pl_token *part, unsigned int side, enum pl_op op)
{
    struct pl_test test = {0};
    uint64_t number = 0;
    bool kernel = family == PL_FAMILY_NETLINK && pl_token_is(part, "kernel");

    if (!kernel && !pl_parse_any_number(part->text, part->len, UINT32_MAX, &number)) {
        if (family == PL_FAMILY_PACKET && side == PL_SIDE_LOCAL && op == PL_OP_EQ)
            return pl_parse_device(parser, part);
        return pl_parser_blame(parser, "expected a port name or number of that family, not", part);
    }
    pl_range_of(op, number, number, &test);
    return pl_parser_sides(parser, side, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT);
}

/* "arp:lo", "rtnl:kernel", "2:1024", or a port alone. */
static struct pl_node *parse_pair(struct pl_parser *parser, uint8_t family,
                                  const struct pl_token *value, unsigned int side, bool port,
                                  enum pl_op op)
{
    struct pl_token host = *value;
    struct pl_token rest = *value;
    const char *colon = value->len > 0 ? memchr(value->text, ':', value->len) : NULL;
    struct pl_node *node = NULL;
    struct pl_node *at;

    host.len = port ? 0 : colon ? (size_t)(colon - value->text) : value->len;
    if (colon && (!port || colon == value->text)) {
        rest.text = colon + 1;
        rest.len = value->len - (size_t)(rest.text - value->text);
    } else if (!port) {
        rest.len = 0;
    }
    if (!pl_token_is_any(&host)) {
        node = parse_id(parser, family, &host, side);
        if (!node)
            return NULL;
    }
    if (pl_token_is_any(&rest))
        return node ? node : match_all(parser);
    at = parse_id_port(parser, family, &rest, side, op);
    return node ? pl_parser_pair(parser, PL_NODE_ALL, node, at) : at;
}

static struct pl_node *parse_side(struct pl_parser *parser, const struct pl_token *token,
                                  unsigned int side, bool port, enum pl_op op)
{
    struct pl_token value = *token;
    uint8_t family = pl_take_family(parser, &value);
    struct pl_node *node;

    if (family != PL_FAMILY_UNSPEC)
        parser->family = family;
    family = parser->family;
    if (family != PL_FAMILY_UNSPEC)
        parser->families = PL_BIT(family);
    if (family == PL_FAMILY_UNIX)
        node = parse_name(parser, &value, side, op);
    else if (family == PL_FAMILY_PACKET || family == PL_FAMILY_NETLINK || family == PL_FAMILY_VSOCK)
        node = parse_pair(parser, family, &value, side, port, op);
    else if (port)
        node = pl_parse_port(parser, &value, side, op);
    else
        node = pl_parse_endpoint(parser, token, side);
    if (!node)
        parser->error->value = true;
    return node;
}

/* As strtoul(3) does, accepts "+". */
static bool parse_number(const char *text, size_t len, uint64_t max, uint64_t *out)
{
    bool plus = len > 0 && text[0] == '+';

    return pl_parse_any_number(text + plus, len - plus, max, out);
}

/* A single one may be an inode, which is larger than any port. */
static bool parse_ports(const char *text, size_t len, uint64_t *first, uint64_t *last)
{
    if (memchr(text, '-', len))
        return pl_parse_range(text, len, first, last);
    if (!parse_number(text, len, UINT32_MAX, first))
        return false;
    *last = *first;
    return true;
}

int ss_filter_parse(const char *expression, const struct pl_filter_names *names, uint8_t family,
                    struct pl_filter **out, struct pl_filter_error *error)
{
    static const struct pl_dialect dialect = {
        .number = parse_number,
        .ports = parse_ports,
        .side = parse_side,
        .settle = settle,
        .short_addresses = true,
        .any_port_is_all = true,
        .one_family = true,
    };

    return pl_filter_parse_dialect(expression, names, &dialect, family, out, error);
}
