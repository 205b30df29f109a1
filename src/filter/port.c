/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, ports and services in a filter. */
#include "api/service.h"
#include "filter.h"
#include "model/array.h"
#include "model/near.h"

#include <stdio.h>
#include <string.h>

#define SERVICE_PORTS 16
#define NAME_MAX_LEN  255
#define SUGGEST_MIN   4 /* letters: too many services are like a shorter word */

bool pl_parse_number(const char *text, size_t len, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;

    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';

        if (text[i] < '0' || text[i] > '9' || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (n > max)
        return false;
    *out = n;
    return true;
}

bool pl_parse_any_number(const char *text, size_t len, uint64_t max, uint64_t *out)
{
    bool hex = len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned int shift = hex ? 4 : 3;
    uint64_t n = 0;

    if (len < 2 || text[0] != '0')
        return pl_parse_number(text, len, max, out);
    for (size_t i = hex ? 2 : 1; i < len; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
        const char *digit = c != '\0' ? strchr(digits, c) : NULL;

        if (!digit || digit - digits >= 1 << shift || n > max >> shift)
            return false;
        n = n << shift | (uint64_t)(digit - digits);
    }
    if (n > max)
        return false;
    *out = n;
    return true;
}

void pl_range_of(enum pl_op op, uint64_t first, uint64_t last, struct pl_test *test)
{
    test->kind = PL_TEST_RANGE;
    test->below = op == PL_OP_LT || op == PL_OP_LE;
    test->low = 0;
    test->high = UINT64_MAX;
    if (op == PL_OP_EQ || op == PL_OP_GE)
        test->low = first;
    if (op == PL_OP_EQ || op == PL_OP_LE)
        test->high = last;
    if (op == PL_OP_GT)
        test->low = last + 1;
    if (op == PL_OP_LT) {
        /* Nothing is below 0: make the range empty. */
        test->low = first == 0;
        test->high = first == 0 ? 0 : first - 1;
    }
}

/* Decimal, or hexadecimal after "0x". Not octal: "080" means 80. */
static bool parse_one(const char *text, size_t len, uint64_t *out)
{
    bool hex = len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

    return hex ? pl_parse_any_number(text, len, UINT16_MAX, out)
               : pl_parse_number(text, len, UINT16_MAX, out);
}

bool pl_parse_range(const char *text, size_t len, uint64_t *first, uint64_t *last)
{
    const char *dash = len > 0 ? memchr(text, '-', len) : NULL;

    if (dash)
        return parse_one(text, (size_t)(dash - text), first) &&
               parse_one(dash + 1, (size_t)(text + len - dash - 1), last);
    if (!parse_one(text, len, first))
        return false;
    *last = *first;
    return true;
}

bool pl_is_port(const char *text, size_t len)
{
    uint64_t port;

    /* ":80" and ":80,:443"; "::1" is an address. */
    if (len > 0 && text[0] == ':') {
        for (size_t i = 1; i < len; i++) {
            if (text[i] == ':' && text[i - 1] != ',')
                return false;
        }
        return true;
    }
    if (len > 0 && (text[0] < '0' || text[0] > '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if ((text[i] < '0' || text[i] > '9') && text[i] != '-' && text[i] != ',')
            return pl_parse_range(text, len, &port, &port);
    }
    return len > 0;
}

struct pl_node *pl_parse_service(struct pl_parser *parser, const struct pl_token *token,
                                 unsigned int sides, enum pl_op op)
{
    const struct pl_filter_names *names = parser->names;
    char name[NAME_MAX_LEN + 1];
    uint16_t ports[SERVICE_PORTS];
    struct pl_node *node = NULL;
    size_t count;

    if (!names || !names->service || token->len == 0 || token->len > NAME_MAX_LEN)
        return NULL;
    memcpy(name, token->text, token->len);
    name[token->len] = '\0';
    count = names->service(names->arg, name, ports, SERVICE_PORTS);
    for (size_t i = 0; i < count; i++) {
        struct pl_test test = {.service = true};
        struct pl_node *one;

        pl_range_of(op, ports[i], ports[i], &test);
        one = pl_parser_sides(parser, sides & PL_SIDE_BOTH, &test, PL_FIELD_LOCAL_PORT,
                              PL_FIELD_PEER_PORT);
        if (sides & PL_SIDE_USUAL)
            one = pl_parser_pair(parser, PL_NODE_ANY, one,
                                 pl_parser_sides(parser, PL_SIDE_LOCAL, &test, PL_FIELD_USUAL_PORTS,
                                                 PL_FIELD_USUAL_PORTS));
        node = node ? pl_parser_pair(parser, PL_NODE_ANY, node, one) : one;
        if (!node)
            return NULL;
    }
    return node;
}

void pl_services_near(const struct pl_token *word, bool programs, struct pl_near *near)
{
    const char *names[4];
    char name[PL_NEAR_BYTES + 1];
    size_t count;

    if (word->len < SUGGEST_MIN || word->len >= sizeof(name))
        return;
    memcpy(name, word->text, word->len);
    name[word->len] = '\0';
    count = pl_service_suggest(name, names, 2);
    if (programs)
        count += pl_common_suggest(name, names + count, 2);
    for (size_t i = 0; i < count; i++)
        pl_near_add(near, names[i]);
}

static struct pl_node *blame_service(struct pl_parser *parser, const struct pl_token *token,
                                     const struct pl_token *port)
{
    struct pl_near near;
    uint64_t number;

    pl_near_start(&near, port->text, port->len, 2);
    pl_services_near(port, false, &near);
    (void)pl_parser_blame_near(parser, "expected a port number, a range or a service name, not",
                               token, &near);
    /* Process ids can be larger than ports. */
    if (pl_parse_number(token->text, token->len, UINT32_MAX, &number))
        (void)snprintf(parser->error->advice, sizeof(parser->error->advice),
                       "; for a process id, use 'pid %u'", (unsigned int)number);
    return NULL;
}

static struct pl_node *parse_port(struct pl_parser *parser, const struct pl_token *token,
                                  const struct pl_parse_how *how)
{
    unsigned int sides = how->sides;
    enum pl_op op = how->op;
    struct pl_token port = *token;
    struct pl_test test = {0};
    uint64_t first = 0;
    uint64_t last = UINT16_MAX;
    bool any;

    if (port.len > 0 && port.text[0] == ':') {
        port.text++;
        port.len--;
    }
    any = port.len == 1 && port.text[0] == '*';
    if (any && parser->dialect->any_port_is_all)
        return pl_parser_node(parser, PL_NODE_ALL);
    /* A socket without a peer has no peer port, and its peer is printed "*:*". */
    if (any)
        sides = PL_SIDE_LOCAL;
    if (!any && (port.len == 0 || !parser->dialect->ports(port.text, port.len, &first, &last))) {
        /* A dash does not make it a range: "ms-sql-s". */
        struct pl_node *node = pl_parse_service(parser, &port, sides, op);

        if (!node && !parser->error->text && op == PL_OP_EQ && sides != PL_SIDE_BOTH)
            node = pl_parse_raw_port(parser, &port, sides);
        return node || parser->error->text ? node : blame_service(parser, token, &port);
    }
    if (first > last)
        return pl_parser_blame(parser, "expected a port range with the lower port first, not",
                               token);
    pl_range_of(op, first, last, &test);
    return pl_parser_sides(parser, sides, &test, PL_FIELD_LOCAL_PORT, PL_FIELD_PEER_PORT);
}

struct pl_node *pl_parse_port(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int sides, enum pl_op op)
{
    return pl_parse_each(parser, token, parse_port,
                         &(const struct pl_parse_how){.sides = sides, .op = op});
}
