/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, prefixes and hosts in a filter. */
#include "filter.h"
#include "model/array.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define HOST_ADDRESSES 16
#define HOST_MAX_LEN   255

/* "10", "10.1", "10.1.2" and "10.1.2.3"; missing octets are 0. */
static bool parse_v4(const char *text, size_t len, const struct pl_dialect *dialect, uint8_t *addr,
                     unsigned int *octets)
{
    size_t at = 0;

    *octets = 0;
    memset(addr, 0, 16);
    while (at < len && *octets < 4) {
        const char *dot = memchr(text + at, '.', len - at);
        size_t size = dot ? (size_t)(dot - text) - at : len - at;
        uint64_t octet;

        if ((size > 3 && !dialect->short_addresses) ||
            !dialect->number(text + at, size, 255, &octet))
            return false;
        addr[(*octets)++] = (uint8_t)octet;
        at += size + (dot != NULL);
        if (dot && at == len)
            return false;
    }
    return at == len && *octets > 0;
}

/* The text after the slash: a number of bits, or a mask such as "255.255.0.0". */
static bool parse_bits(const char *text, size_t len, const struct pl_dialect *dialect, uint8_t max,
                       uint8_t *out)
{
    uint8_t mask[16];
    unsigned int octets;
    uint64_t bits;
    uint32_t rest;

    if (dialect->number(text, len, max, &bits)) {
        *out = (uint8_t)bits;
        return true;
    }
    if (!parse_v4(text, len, dialect, mask, &octets) || octets < (dialect->short_addresses ? 2 : 4))
        return false;
    rest = ~((uint32_t)mask[0] << 24 | (uint32_t)mask[1] << 16 | (uint32_t)mask[2] << 8 | mask[3]);
    if ((rest & (rest + 1)) != 0)
        return false;
    for (*out = 32; rest != 0; rest >>= 1)
        --*out;
    return true;
}

static bool parse_v6(const char *text, size_t len, uint8_t *addr)
{
    char copy[64];

    if (len >= sizeof(copy))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return inet_pton(AF_INET6, copy, addr) == 1;
}

static struct pl_token without_brackets(const struct pl_token *host)
{
    struct pl_token inner = *host;

    if (host->len > 1 && host->text[0] == '[' && host->text[host->len - 1] == ']') {
        inner.text++;
        inner.len -= 2;
    }
    return inner;
}

bool pl_parse_prefix(const struct pl_token *host, const struct pl_dialect *dialect,
                     struct pl_test *test)
{
    struct pl_token addr = *host;
    const char *slash;
    unsigned int octets = 4;
    const char *end;

    /* "[fe80::]/10" and "[fe80::/10]". */
    addr = without_brackets(&addr);
    end = addr.text + addr.len;
    slash = memchr(addr.text, '/', addr.len);
    if (slash)
        addr.len = (size_t)(slash - addr.text);
    addr = without_brackets(&addr);
    if (test->family != PL_FAMILY_INET6 &&
        parse_v4(addr.text, addr.len, dialect, test->addr, &octets) &&
        (octets == 4 || slash || dialect->short_addresses)) {
        test->family = PL_FAMILY_INET;
        test->bits = 32;
    } else if (test->family != PL_FAMILY_INET && parse_v6(addr.text, addr.len, test->addr)) {
        test->family = PL_FAMILY_INET6;
        test->bits = 128;
    } else {
        return false;
    }
    return !slash ||
           parse_bits(slash + 1, (size_t)(end - slash - 1), dialect, test->bits, &test->bits);
}

bool pl_is_any_host(const struct pl_token *host, const struct pl_dialect *dialect)
{
    struct pl_token word = dialect->short_addresses ? without_brackets(host) : *host;

    return (word.len == 1 && word.text[0] == '*') || pl_token_is(&word, "any") ||
           pl_token_is(&word, "all") || pl_token_is(&word, "default");
}

/* "127.1" means 127.1.0.0 to ss(8) and 127.0.0.1 to inet_aton(3). */
static bool is_short(const struct pl_token *host)
{
    uint8_t addr[16];
    unsigned int octets;

    return parse_v4(host->text, host->len, &pl_dialect_own, addr, &octets) && octets < 4;
}

static struct pl_node *on_sides(struct pl_parser *parser, unsigned int sides, struct pl_test *test)
{
    test->kind = PL_TEST_PREFIX;
    return pl_parser_sides(parser, sides, test, PL_FIELD_LOCAL_ADDRESS, PL_FIELD_PEER_ADDRESS);
}

/* Sets found to the addresses of the host, and returns their number. */
static size_t find_host(const struct pl_parser *parser, const char *name, unsigned int family,
                        struct pl_host *found)
{
    static const struct pl_host local[] = {{.addr = {127, 0, 0, 1}, .family = PL_FAMILY_INET},
                                           {.addr = {[15] = 1}, .family = PL_FAMILY_INET6}};
    const struct pl_filter_names *names = parser->names;

    /* Resolvers often return only one of the two. */
    if (strcmp(name, "localhost") == 0) {
        memcpy(found, local, sizeof(local));
        return COUNT_OF(local);
    }
    return names && names->host ? names->host(names->arg, name, family, found, HOST_ADDRESSES) : 0;
}

static struct pl_node *parse_name(struct pl_parser *parser, const struct pl_token *host,
                                  unsigned int sides, const struct pl_test *like)
{
    struct pl_host found[HOST_ADDRESSES];
    char name[HOST_MAX_LEN + 1];
    struct pl_node *node = NULL;
    unsigned int family = like->family;
    size_t count;

    if (host->len == 0 || host->len > HOST_MAX_LEN || memchr(host->text, '/', host->len))
        return NULL;
    memcpy(name, host->text, host->len);
    name[host->len] = '\0';
    /* "10.0.0.256" is a mistake, not a name to look up. */
    if (strspn(name, "0123456789.") == host->len)
        return NULL;
    if (family == PL_FAMILY_UNSPEC && parser->dialect->one_family)
        family = parser->family != PL_FAMILY_UNSPEC ? parser->family : PL_FAMILY_INET;
    count = find_host(parser, name, family, found);
    for (size_t i = 0; i < count; i++) {
        struct pl_test test = *like;
        struct pl_node *one;

        if (family != PL_FAMILY_UNSPEC && found[i].family != family)
            continue;
        test.family = found[i].family;
        test.bits = test.family == PL_FAMILY_INET ? 32 : 128;
        memcpy(test.addr, found[i].addr, sizeof(test.addr));
        one = on_sides(parser, sides, &test);
        node = node ? pl_parser_pair(parser, PL_NODE_ANY, node, one) : one;
        if (!node)
            return NULL;
    }
    return node;
}

/* Two numbers with two or more points between them, as in other languages. */
static bool is_range(const struct pl_token *host)
{
    size_t first = 0;
    size_t points = 0;
    size_t last = 0;

    while (first < host->len && host->text[first] >= '0' && host->text[first] <= '9')
        first++;
    while (first + points < host->len && host->text[first + points] == '.')
        points++;
    while (first + points + last < host->len && host->text[first + points + last] >= '0' &&
           host->text[first + points + last] <= '9')
        last++;
    return first > 0 && points > 1 && last > 0 && first + points + last == host->len;
}

struct pl_node *pl_parse_host(struct pl_parser *parser, const struct pl_token *token,
                              const struct pl_token *host, unsigned int sides,
                              const struct pl_test *like)
{
    struct pl_test test = *like;
    struct pl_node *node;

    if (pl_parse_prefix(host, parser->dialect, &test))
        return on_sides(parser, sides, &test);
    if (is_short(host))
        return pl_parser_blame(
            parser, "expected four numbers or a prefix length such as 10.0.0.0/8, not", token);
    node = parse_name(parser, host, sides, like);
    if (node || parser->error->text)
        return node;
    if (is_range(host))
        return pl_parser_blame(parser, "write a range of ports with a hyphen, as 8000-8010, not",
                               token);
    return pl_parser_blame(parser,
                           memchr(host->text, '/', host->len)
                               ? "expected an address and a prefix length such as 10.0.0.0/8, not"
                               : "expected an address or a known host name, not",
                           token);
}

struct pl_node *pl_parse_address(struct pl_parser *parser, const struct pl_token *token,
                                 const struct pl_field *field)
{
    struct pl_test like = {0};
    struct pl_token host = *token;
    unsigned int side = field->peer ? PL_SIDE_PEER : PL_SIDE_LOCAL;

    like.family = pl_take_family(parser, &host);
    like.strict = like.family != PL_FAMILY_UNSPEC;
    if (host.len == 0 || like.family > PL_FAMILY_INET6)
        return pl_parser_blame(parser, "expected an address or a prefix such as 10.0.0.0/8, not",
                               token);
    return pl_parse_host(parser, token, &host, side, &like);
}
