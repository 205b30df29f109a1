/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that are no keyword: ports, addresses, services, and forms that other tools accept. */
#include "filter.h"

#include <string.h>

/* lsof(8)'s "4TCP", "tcp@host:port", "6". Returns NULL without an error for anything else. */
static struct pl_node *parse_lsof(struct pl_parser *parser, const struct pl_token *word)
{
    struct pl_token rest = *word;
    struct pl_node *node = NULL;
    size_t len = 0;

    if (rest.len > 1 && (rest.text[0] == '4' || rest.text[0] == '6') &&
        !strchr("0123456789-/.:", rest.text[1])) {
        node = pl_parser_mask(parser, PL_FIELD_FAMILY,
                              PL_BIT(rest.text[0] == '4' ? PL_FAMILY_INET : PL_FAMILY_INET6));
        rest.text++;
        rest.len--;
    }
    while (len < rest.len && rest.text[len] != ':' && rest.text[len] != '@')
        len++;
    if (len > 0) {
        uint64_t bits = pl_words_proto(rest.text, len);
        struct pl_node *proto;

        if (bits == 0 || (!node && len == rest.len))
            return NULL;
        proto = pl_parser_mask(parser, PL_FIELD_PROTO, bits);
        node = node ? pl_parser_pair(parser, PL_NODE_ALL, node, proto) : proto;
    }
    len += len < rest.len && rest.text[len] == '@';
    rest.text += len;
    rest.len -= len;
    if (!node || rest.len == 0)
        return node;
    return pl_parser_pair(parser, PL_NODE_ALL, node,
                          pl_parse_endpoint(parser, &rest, PL_SIDE_BOTH));
}

static bool has_any(const struct pl_token *word, const char *signs)
{
    for (size_t i = 0; i < word->len; i++) {
        if (word->text[i] != '\0' && strchr(signs, word->text[i]))
            return true;
    }
    return false;
}

struct pl_node *pl_parse_habit(struct pl_parser *parser, const struct pl_token *word)
{
    struct pl_token rest = *word;
    struct pl_node *node;
    uint64_t bits;

    if (pl_take_family(parser, &rest) != PL_FAMILY_UNSPEC)
        return pl_parse_endpoint(parser, word, PL_SIDE_BOTH);
    if ((bits = pl_words_family(word->text, word->len)) != 0)
        return pl_parser_mask(parser, PL_FIELD_FAMILY, bits);
    if ((bits = pl_words_state(word->text, word->len)) != 0)
        return pl_parser_mask(parser, PL_FIELD_STATE, bits);
    node = parse_lsof(parser, word);
    if (node || parser->error->text)
        return node;
    if (pl_is_port(word->text, word->len))
        return pl_parse_port(parser, word, PL_SIDE_BOTH, PL_OP_EQ);
    if (has_any(word, ":./%"))
        return pl_parse_endpoint(parser, word, PL_SIDE_BOTH);
    node = pl_parse_service(parser, word, PL_SIDE_BOTH, PL_OP_EQ);
    if (node || parser->error->text)
        return node;
    /* Other names without a dot are not looked up in the DNS: most are misspelt keywords. */
    if (pl_token_is(word, "localhost"))
        return pl_parse_endpoint(parser, word, PL_SIDE_BOTH);
    return pl_parser_blame(parser, "unknown word", word);
}
