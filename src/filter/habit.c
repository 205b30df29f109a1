/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that are not keywords: ports, addresses, services, and forms that other tools accept. */
#include "filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SHOWN 40 /* bytes of a name in advice */

/* "6:3000" has one colon; an IPv6 address has more. */
static bool has_second_colon(const struct pl_token *word)
{
    const char *colon = memchr(word->text, ':', word->len);
    size_t rest = colon ? word->len - (size_t)(colon + 1 - word->text) : 0;

    return rest > 0 && memchr(colon + 1, ':', rest) != NULL;
}

/* lsof(8)'s "4TCP", "6:3000", "tcp@host:port". Returns NULL without an error for anything else. */
static struct pl_node *parse_lsof(struct pl_parser *parser, const struct pl_token *word)
{
    struct pl_token rest = *word;
    struct pl_node *node = NULL;
    size_t len = 0;

    if (rest.len > 1 && (rest.text[0] == '4' || rest.text[0] == '6') &&
        !strchr("0123456789-/.", rest.text[1]) && !has_second_colon(&rest)) {
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

static struct pl_node *parse_endpoint(struct pl_parser *parser, const struct pl_token *word)
{
    return pl_parse_endpoint(parser, word, PL_SIDE_BOTH);
}

/* "80/tcp", "tcp/80", "80,443/udp". Returns NULL without an error for anything else. */
static struct pl_node *parse_port_of(struct pl_parser *parser, const struct pl_token *word)
{
    const char *slash = memchr(word->text, '/', word->len);
    struct pl_token port = *word;
    struct pl_token proto = *word;
    uint64_t bits;

    if (!slash || !parser->dialect->lists)
        return NULL;
    port.len = (size_t)(slash - word->text);
    proto.text = slash + 1;
    proto.len = word->len - port.len - 1;
    bits = pl_words_proto(proto.text, proto.len);
    if (bits == 0) {
        struct pl_token first = port;

        port = proto;
        proto = first;
        bits = pl_words_proto(proto.text, proto.len);
    }
    if (bits == 0 || port.len == 0 || has_any(&port, "/."))
        return NULL;
    return pl_parser_pair(parser, PL_NODE_ALL, pl_parser_mask(parser, PL_FIELD_PROTO, bits),
                          pl_parse_port(parser, &port, PL_SIDE_BOTH, PL_OP_EQ));
}

/* Compares names of processes. Remembers a word that is neither a service nor a known program. */
static struct pl_node *parse_program(struct pl_parser *parser, const struct pl_token *word)
{
    const struct pl_filter_names *names = parser->names;
    struct pl_filter_error *error = parser->error;
    struct pl_node *node = pl_parse_value(parser, pl_field_row(PL_FIELD_PROCESS), PL_OP_EQ, word);
    struct pl_unknown **last = &parser->filter->unknown;

    if (!node || word->quoted ||
        (names && names->program && names->program(names->arg, node->test.text)))
        return node;
    while (*last)
        last = &(*last)->next;
    *last = calloc(1, sizeof(**last));
    if (!*last)
        return pl_parser_no_memory(parser);
    (*last)->node = node;
    parser->error = &(*last)->near;
    (void)pl_parser_unknown(parser, word);
    parser->error = error;
    return node;
}

/* To kill, a name needs a keyword. */
static struct pl_node *refuse_name(struct pl_parser *parser, const struct pl_token *word)
{
    if (!parser->error->text)
        (void)snprintf(parser->error->advice, sizeof(parser->error->advice),
                       "; write 'process %.*s', or 'service NAME' for a port",
                       word->len < NAME_SHOWN ? (int)word->len : NAME_SHOWN, word->text);
    return pl_parser_blame(parser, "a name needs a keyword before it:", word);
}

/*
 * A service or a program: sockets with a port of that service, sockets held by a process of that
 * name, and listeners whose program usually uses a port of the service, but uses another one.
 */
static struct pl_node *parse_name(struct pl_parser *parser, const struct pl_token *word)
{
    const struct pl_field *process = pl_field_row(PL_FIELD_PROCESS);
    bool programs = parser->dialect->lists && !parser->dialect->record;
    unsigned int sides = PL_SIDE_BOTH | (programs ? PL_SIDE_USUAL : 0);
    struct pl_node *service;

    service = pl_parse_service(parser, word, sides, PL_OP_EQ);
    if (parser->error->text)
        return NULL;
    /* Other names without a dot are not looked up in the DNS. */
    if (!service && pl_token_is(word, "localhost"))
        return parse_endpoint(parser, word);
    if (parser->dialect->targets)
        return refuse_name(parser, word);
    if (!programs)
        return service ? service : pl_parser_unknown(parser, word);
    if (service)
        service = pl_parser_pair(parser, PL_NODE_ANY, service,
                                 pl_parse_value(parser, process, PL_OP_EQ, word));
    else if (pl_token_is_hex(word)) /* a port out of range */
        return pl_parser_unknown(parser, word);
    else
        service = parse_program(parser, word);
    return pl_parser_about(service, pl_subject_field(process));
}

static struct pl_node *parse_part(struct pl_parser *parser, const struct pl_token *word,
                                  const struct pl_parse_how *how)
{
    struct pl_token rest = *word;
    struct pl_node *node;
    uint64_t bits;

    (void)how;
    if (parser->dialect->record && parser->dialect->record->bare) {
        const struct pl_field *bare = parser->dialect->record->bare;

        bits = pl_field_words(bare, word->text, word->len);
        if (bits != 0)
            return pl_parser_about(
                pl_parser_test(
                    parser,
                    &(const struct pl_test){.field = bare, .kind = PL_TEST_MASK, .low = bits}),
                pl_subject_field(bare));
    }
    if (pl_take_family(parser, &rest) != PL_FAMILY_UNSPEC)
        return parse_endpoint(parser, word);
    if ((bits = pl_words_family(word->text, word->len)) != 0)
        return pl_parser_mask(parser, PL_FIELD_FAMILY, bits);
    if ((bits = pl_words_state(word->text, word->len)) != 0)
        return pl_parser_about(pl_parser_mask(parser, PL_FIELD_STATE, bits),
                               pl_subject_field(pl_field_row(PL_FIELD_STATE)));
    node = parse_lsof(parser, word);
    if (!node && !parser->error->text)
        node = parse_port_of(parser, word);
    if (node || parser->error->text)
        return node;
    if (pl_is_port(word->text, word->len))
        return pl_parser_about(pl_parse_port(parser, word, PL_SIDE_BOTH, PL_OP_EQ),
                               pl_subject_port(PL_SIDE_BOTH, word));
    return has_any(word, ":./%") ? parse_endpoint(parser, word) : parse_name(parser, word);
}

struct pl_node *pl_parse_habit(struct pl_parser *parser, const struct pl_token *word)
{
    const struct pl_parse_how how = {.sides = PL_SIDE_BOTH, .op = PL_OP_EQ};

    /* After a colon, a comma separates ports: "10.0.0.1:80,443". */
    if (has_any(word, ":/") || pl_is_port(word->text, word->len))
        return parse_part(parser, word, &how);
    return pl_parse_each(parser, word, parse_part, &how);
}
