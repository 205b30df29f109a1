/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as ss(8) reads them: by the family that stands before, or that its options chose. */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MAX 255

static struct pl_node *all(struct pl_parser *parser)
{
    return pl_parser_node(parser, PL_NODE_ALL);
}

/* A pattern of a UNIX name. In place of a port it is compared with nothing, which is below all. */
static struct pl_node *parse_name(struct pl_parser *parser, const struct pl_token *value, bool peer,
                                  enum pl_op op)
{
    struct pl_test test = {.field = pl_field_row(PL_FIELD_PATH), .kind = PL_TEST_TEXT};
    struct pl_node *node;

    if (op == PL_OP_GE || op == PL_OP_GT)
        return all(parser);
    if (op == PL_OP_LE || op == PL_OP_LT)
        return pl_parser_negate(parser, all(parser));
    test.ss = peer ? PL_SS_PEER_NAME : PL_SS_LOCAL_NAME;
    test.text = strndup(value->text, value->len);
    if (!test.text)
        return pl_parser_no_memory(parser);
    test.len = value->len;
    node = pl_parser_test(parser, &test);
    if (!node)
        free(test.text);
    return node;
}

static bool is_any(const struct pl_token *part)
{
    return part->len == 0 || (part->len == 1 && part->text[0] == '*');
}

static bool parse_protocol(const struct pl_parser *parser, uint8_t family,
                           const struct pl_token *part, uint32_t *out)
{
    char word[WORD_MAX + 1];
    uint64_t number;

    if (pl_parse_any_number(part->text, part->len, UINT32_MAX, &number)) {
        *out = (uint32_t)number;
        return true;
    }
    if (!parser->names->protocol || part->len > WORD_MAX)
        return false;
    memcpy(word, part->text, part->len);
    word[part->len] = '\0';
    return parser->names->protocol(parser->names->arg, family, word, out) == 0;
}

static struct pl_node *parse_id(struct pl_parser *parser, uint8_t family,
                                const struct pl_token *part, bool peer)
{
    struct pl_test test = {.kind = PL_TEST_PREFIX, .family = family, .bits = 32};
    uint32_t number;

    if (!parse_protocol(parser, family, part, &number))
        return pl_parser_blame(parser, "no protocol or number of that family:", part);
    for (unsigned int i = 0; i < 4; i++)
        test.addr[i] = (uint8_t)(number >> 8 * i);
    test.field = peer ? pl_field_row(PL_FIELD_PEER_ADDRESS) : pl_field_row(PL_FIELD_LOCAL_ADDRESS);
    return pl_parser_test(parser, &test);
}

static struct pl_node *parse_id_port(struct pl_parser *parser, uint8_t family,
                                     const struct pl_token *part, bool peer, enum pl_op op)
{
    struct pl_test test = {.field = peer ? pl_field_row(PL_FIELD_PEER_PORT)
                                         : pl_field_row(PL_FIELD_LOCAL_PORT)};
    uint64_t number = 0;
    bool kernel =
        family == PL_FAMILY_NETLINK && part->len == 6 && memcmp(part->text, "kernel", 6) == 0;

    if (!kernel && !pl_parse_any_number(part->text, part->len, UINT32_MAX, &number)) {
        if (family == PL_FAMILY_PACKET && !peer && op == PL_OP_EQ)
            return pl_parse_device(parser, part);
        return pl_parser_blame(parser, "no port of that family:", part);
    }
    pl_range_of(op, number, number, &test);
    return pl_parser_test(parser, &test);
}

/* "arp:lo", "rtnl:kernel", "2:1024", or a port alone. */
static struct pl_node *parse_pair(struct pl_parser *parser, uint8_t family,
                                  const struct pl_token *value, bool peer, bool port, enum pl_op op)
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
    if (!is_any(&host)) {
        node = parse_id(parser, family, &host, peer);
        if (!node)
            return NULL;
    }
    if (is_any(&rest))
        return node ? node : all(parser);
    at = parse_id_port(parser, family, &rest, peer, op);
    return node ? pl_parser_pair(parser, PL_NODE_ALL, node, at) : at;
}

struct pl_node *pl_parse_ss_side(struct pl_parser *parser, const struct pl_token *token,
                                 unsigned int side, bool port, enum pl_op op)
{
    struct pl_token value = *token;
    uint8_t family = pl_take_family(parser, &value);
    bool peer = side == PL_SIDE_PEER;
    struct pl_node *node;

    if (family != PL_FAMILY_UNSPEC)
        parser->family = family;
    family = parser->family;
    if (family != PL_FAMILY_UNSPEC)
        parser->families = PL_BIT(family);
    if (family == PL_FAMILY_UNIX)
        node = parse_name(parser, &value, peer, op);
    else if (family == PL_FAMILY_PACKET || family == PL_FAMILY_NETLINK || family == PL_FAMILY_VSOCK)
        node = parse_pair(parser, family, &value, peer, port, op);
    else if (port)
        node = pl_parse_port(parser, &value, side, op);
    else
        node = pl_parse_endpoint(parser, token, side);
    if (!node)
        parser->error->value = true;
    return node;
}
