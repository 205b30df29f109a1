/* SPDX-License-Identifier: BSD-2-Clause */
/* Several values of one port or field, one of which must match: "80,443", and "80 443". */
#include "filter.h"

#include <string.h>

/* Both ends of a socket have a port: "port 80 port 443" is either, unlike two local ports. */
#define SUBJECT_PORT      (PL_FIELD_MAX + 1)
#define SUBJECT_PUBLISHED (PL_FIELD_MAX + 2)

/* Fields whose values may contain commas. */
static bool has_commas(const struct pl_field *field)
{
    return field->id == PL_FIELD_CGROUP || field->id == PL_FIELD_COMMAND ||
           field->id == PL_FIELD_CONTEXT || field->id == PL_FIELD_EXE ||
           field->id == PL_FIELD_PATH || field->id == PL_FIELD_PEER_PATH ||
           field->id == PL_FIELD_LOCAL_ADDRESSES || field->id == PL_FIELD_PEER_ADDRESSES;
}

struct pl_node *pl_parse_each(struct pl_parser *parser, const struct pl_token *token,
                              pl_parse_part_fn *parse, const struct pl_parse_how *how)
{
    const char *end = token->text + token->len;
    struct pl_token part = *token;
    struct pl_node *node = NULL;

    if (!parser->dialect->lists || how->op != PL_OP_EQ || token->quoted || token->regex ||
        token->len == 0 || !memchr(token->text, ',', token->len) ||
        (how->field && has_commas(how->field)))
        return parse(parser, token, how);
    for (const char *at = token->text; at <= end; at += part.len + 1) {
        const char *comma = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
        struct pl_node *one;

        part.text = at;
        part.len = (size_t)((comma ? comma : end) - at);
        part.from = (size_t)(at - parser->expression);
        part.end = part.from + part.len;
        if (part.len == 0)
            return pl_parser_blame(parser, "missing value before or after a comma in", token);
        one = parse(parser, &part, how);
        node = node ? pl_parser_pair(parser, PL_NODE_ANY, node, one) : one;
        if (!node)
            return NULL;
    }
    return node;
}

uint16_t pl_subject_port(unsigned int sides, const struct pl_token *port)
{
    uint64_t first, last;

    if (pl_parse_range(port->text, port->len, &first, &last) && first != last)
        return 0;
    if (sides == PL_SIDE_BOTH)
        return SUBJECT_PORT;
    return (uint16_t)(1 + (sides == PL_SIDE_PEER ? PL_FIELD_PEER_PORT : PL_FIELD_LOCAL_PORT));
}

uint16_t pl_subject_field(const struct pl_field *field)
{
    bool several = field->kind == PL_KIND_ADDRESS || field->kind == PL_KIND_BOOL;

    return several ? 0 : (uint16_t)(1 + field->id);
}

uint16_t pl_subject_published(void)
{
    return SUBJECT_PUBLISHED;
}

bool pl_parser_beside(struct pl_parser *parser, struct pl_node **last, struct pl_node *operand)
{
    struct pl_node *any;

    if (!parser->dialect->lists || !operand || operand->subject == 0 ||
        (*last)->subject != operand->subject)
        return false;
    any = pl_parser_pair(parser, PL_NODE_ANY, *last, operand);
    if (any)
        *last = pl_parser_about(any, operand->subject);
    return true;
}

uint64_t pl_parse_states(const struct pl_parser *parser, const struct pl_token *token)
{
    const char *end = token->text + token->len;
    const char *comma;
    uint64_t all = 0;

    for (const char *at = token->text;; at = comma + 1) {
        uint64_t bits;

        comma = at < end ? memchr(at, ',', (size_t)(end - at)) : NULL;
        bits = pl_words_state(at, (size_t)((comma ? comma : end) - at));
        if (bits == 0 || (comma && !parser->dialect->lists))
            return 0;
        all |= bits;
        if (!comma)
            return all;
    }
}
