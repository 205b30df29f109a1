/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints in a filter, in the forms that portls, netstat(8), lsof(8) and others print. */
#include "filter.h"
#include "model/array.h"

#include <string.h>

#define ENDPOINT_HOST 128 /* bytes of an address with its prefix length */

/* Prefixes of an endpoint, which restrict it to a family. */
static const struct {
    const char *prefix;
    uint8_t family;
} prefixes[] = {{"inet:", PL_FAMILY_INET},       {"inet6:", PL_FAMILY_INET6},
                {"unix:", PL_FAMILY_UNIX},       {"link:", PL_FAMILY_PACKET},
                {"netlink:", PL_FAMILY_NETLINK}, {"vsock:", PL_FAMILY_VSOCK}};

uint8_t pl_take_family(struct pl_parser *parser, struct pl_token *host)
{
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        size_t len = strlen(prefixes[i].prefix);
        uint32_t bit = PL_BIT(prefixes[i].family);

        if (host->len >= len && memcmp(host->text, prefixes[i].prefix, len) == 0) {
            host->text += len;
            host->len -= len;
            parser->families = parser->dialect->one_family ? bit : parser->families | bit;
            return prefixes[i].family;
        }
    }
    return PL_FAMILY_UNSPEC;
}

/* The parts of an endpoint; text is NULL if a part is absent. */
struct parts {
    struct pl_token host; /* may be empty; includes brackets */
    struct pl_token zone; /* without the '%' */
    struct pl_token port; /* with its ':' */
};

static struct pl_token part_of(const struct pl_token *whole, const char *from, const char *to)
{
    struct pl_token part = *whole;

    part.text = from;
    part.len = (size_t)(to - from);
    return part;
}

static const char *find_sign(const char *from, const char *end, char sign)
{
    return from < end ? memchr(from, sign, (size_t)(end - from)) : NULL;
}

/* Text with two colons and no brackets is an IPv6 address. */
static bool has_colons(const char *from, const char *end)
{
    const char *colon = find_sign(from, end, ':');

    return colon && find_sign(colon + 1, end, ':');
}

static void split(const struct pl_token *token, struct parts *out)
{
    const char *text = token->text;
    const char *end = text + token->len;
    const char *bracket = token->len > 0 && text[0] == '[' ? find_sign(text, end, ']') : NULL;
    const char *zone = find_sign(text, end, '%');
    const char *port;
    const char *host_end;

    *out = (struct parts){0};
    /* "[fe80::1%eth0]:22" and "[fe80::1]%eth0:22". Interface names contain no colon. */
    if (bracket)
        port = find_sign(bracket, end, ':');
    else if (zone)
        port = find_sign(zone, end, ':');
    else
        port = has_colons(text, end) ? NULL : find_sign(text, end, ':');
    host_end = port ? port : end;
    if (port)
        out->port = part_of(token, port, end);
    if (zone && zone < host_end) {
        const char *zone_end = bracket && zone < bracket ? bracket : host_end;

        out->zone = part_of(token, zone + 1, zone_end);
        host_end = zone;
    }
    out->host = part_of(token, text, host_end);
    /* The bracket that closes after the zone. */
    if (bracket && zone && zone < bracket) {
        out->host.text++;
        out->host.len--;
    }
}

/* Both conditions must hold; either is NULL if that part is absent. */
static struct pl_node *both(struct pl_parser *parser, struct pl_node *a, struct pl_node *b)
{
    if (!a || !b)
        return a ? a : b;
    return pl_parser_pair(parser, PL_NODE_ALL, a, b);
}

/* "fe80::%eth0/64": moves the prefix length from the interface to the address in buf. */
static struct parts move_prefix(const struct parts *parts, char *buf, size_t size)
{
    const struct pl_token *zone = &parts->zone;
    const char *slash = zone->text ? find_sign(zone->text, zone->text + zone->len, '/') : NULL;
    size_t bits = slash ? (size_t)(zone->text + zone->len - slash) : 0;
    struct parts moved = *parts;

    if (!slash || parts->host.len + bits > size)
        return moved;
    memcpy(buf, parts->host.text, parts->host.len);
    memcpy(buf + parts->host.len, slash, bits);
    moved.host.text = buf;
    moved.host.len += bits;
    moved.zone.len -= bits;
    return moved;
}

static struct pl_node *one_side(struct pl_parser *parser, const struct pl_token *token,
                                const struct parts *split_at, unsigned int side,
                                const struct pl_test *like)
{
    char buf[ENDPOINT_HOST];
    const struct parts moved = move_prefix(split_at, buf, sizeof(buf));
    const struct parts *parts = &moved;
    struct pl_node *node = NULL;

    if (parts->host.len > 0 && !pl_is_any_host(&parts->host, parser->dialect))
        node = pl_parse_host(parser, token, &parts->host, side, like);
    else if (like->strict)
        node = pl_parser_mask(parser, PL_FIELD_FAMILY, PL_BIT(like->family));
    else if (parts->port.len == 1 && parts->host.len == 0 && !parts->zone.text)
        return pl_parser_blame(parser, "expected a port number, a range or a service name, not",
                               token);
    if (parts->zone.text && parts->zone.len == 0)
        return pl_parser_blame(parser, "missing interface name after % in", token);
    if (parts->zone.text)
        node = both(parser, node, pl_parse_device(parser, &parts->zone));
    if (parts->port.len > 1)
        node = both(parser, node, pl_parse_port(parser, &parts->port, side, PL_OP_EQ));
    if (parser->error->text)
        return NULL;
    return node ? node : pl_parser_node(parser, PL_NODE_ALL);
}

/*
 * netstat(8) prints IPv6 addresses without brackets: ":::22" and "::1:631". The second is also a
 * valid address, so it matches both.
 */
static bool split_bare(const struct pl_token *token, struct parts *out)
{
    const char *end = token->text + token->len;
    const char *colon = end;
    struct pl_test test = {.family = PL_FAMILY_INET6};

    if (!has_colons(token->text, end))
        return false;
    while (colon > token->text && *--colon != ':')
        continue;
    *out = (struct parts){.host = part_of(token, token->text, colon),
                          .port = part_of(token, colon, end)};
    return out->port.len > 1 && !memchr(out->host.text, '/', out->host.len) &&
           out->host.text[0] != '[' && pl_parse_prefix(&out->host, &pl_dialect_own, &test);
}

static struct pl_node *parse_side(struct pl_parser *parser, const struct pl_token *token,
                                  unsigned int side)
{
    struct pl_token rest = *token;
    uint8_t family = pl_take_family(parser, &rest);
    /* If only one family is listed, a v4-mapped address is treated as the IPv4 address. */
    bool strict = family != PL_FAMILY_UNSPEC && !parser->dialect->one_family;
    struct pl_test like = {.family = family, .strict = strict};
    struct pl_test test = like;
    struct parts parts;
    struct parts bare;

    if (family > PL_FAMILY_INET6)
        return pl_parse_family(parser, &rest, token, family, side);
    /* A pattern for UNIX socket names. */
    if (family == PL_FAMILY_UNSPEC && rest.len > 0 && (rest.text[0] == '/' || rest.text[0] == '@'))
        return pl_parse_family(parser, &rest, token, PL_FAMILY_UNIX, side);
    split(&rest, &parts);
    if (parts.zone.text || family == PL_FAMILY_INET || !split_bare(&rest, &bare))
        return one_side(parser, token, &parts, side, &like);
    if (!pl_parse_prefix(&parts.host, &pl_dialect_own, &test))
        return one_side(parser, token, &bare, side, &like);
    /* "::ffff:10.0.0.1", "::1:beef" */
    if (!pl_is_port(bare.port.text + 1, bare.port.len - 1))
        return one_side(parser, token, &parts, side, &like);
    return pl_parser_pair(parser, PL_NODE_ANY, one_side(parser, token, &parts, side, &like),
                          one_side(parser, token, &bare, side, &like));
}

struct pl_node *pl_parse_endpoint(struct pl_parser *parser, const struct pl_token *token,
                                  unsigned int sides)
{
    if (sides != PL_SIDE_BOTH)
        return parse_side(parser, token, sides);
    return pl_parser_either(parser, parse_side(parser, token, PL_SIDE_LOCAL),
                            parse_side(parser, token, PL_SIDE_PEER));
}
