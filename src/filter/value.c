/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that a field is compared with. */
#include "filter.h"
#include "model/array.h"
#include "model/near.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct pl_node *blame_number(struct pl_parser *parser, const struct pl_field *field,
                                    const struct pl_token *token)
{
    bool first = !parser->error->text;

    (void)pl_parser_blame(parser, "expected a number, not", token);
    if (first && field->unit)
        (void)snprintf(parser->error->advice, sizeof(parser->error->advice), "; the unit is %s",
                       field->unit);
    return NULL;
}

static struct pl_node *parse_number(struct pl_parser *parser, const struct pl_field *field,
                                    enum pl_op op, const struct pl_token *token)
{
    struct pl_test test = {.field = field};
    uint64_t n;

    if (field->id == PL_FIELD_STARTED) {
        uint64_t last;

        if (!pl_parse_time(token->text, token->len, &n, &last))
            return pl_parser_blame(parser, "expected a time such as 2026-11-30T08:15:00Z, not",
                                   token);
        pl_range_of(op, n, last, &test);
        return pl_parser_test(parser, &test);
    }
    if (!pl_parse_number(token->text, token->len, UINT64_MAX, &n) &&
        !(pl_token_is_hex(token) && pl_parse_any_number(token->text, token->len, UINT64_MAX, &n)))
        return blame_number(parser, field, token);
    pl_range_of(op, n, n, &test);
    if (op == PL_OP_GT && n == UINT64_MAX)
        test = (struct pl_test){.field = field, .kind = PL_TEST_RANGE, .low = 1};
    return pl_parser_test(parser, &test);
}

/* SO_MARK with an optional mask: "0x10/0xf0". */
static struct pl_node *parse_mark(struct pl_parser *parser, const struct pl_field *field,
                                  const struct pl_token *token)
{
    struct pl_test test = {.field = field, .kind = PL_TEST_BITS, .high = UINT32_MAX};
    const char *slash = token->len > 0 ? memchr(token->text, '/', token->len) : NULL;
    size_t len = slash ? (size_t)(slash - token->text) : token->len;

    if (!pl_parse_any_number(token->text, len, UINT32_MAX, &test.low) ||
        (slash && !pl_parse_any_number(slash + 1, token->len - len - 1, UINT32_MAX, &test.high)))
        return pl_parser_blame(parser, "expected a mark or MARK/MASK, not", token);
    return pl_parser_test(parser, &test);
}

static struct pl_node *parse_bool(struct pl_parser *parser, const struct pl_field *field,
                                  const struct pl_token *token)
{
    static const char *const words[][4] = {{"false", "no", "off", "0"}, {"true", "yes", "on", "1"}};
    struct pl_test test = {.field = field, .kind = PL_TEST_RANGE};

    for (size_t i = 0; i < 8; i++) {
        const char *word = words[i / 4][i % 4];

        if (token->len == strlen(word) && strncasecmp(token->text, word, token->len) == 0) {
            test.low = test.high = i / 4;
            return pl_parser_test(parser, &test);
        }
    }
    return pl_parser_blame(parser, "expected true or false, not", token);
}

static struct pl_node *parse_words(struct pl_parser *parser, const struct pl_field *field,
                                   const struct pl_token *token)
{
    struct pl_test test = {.field = field, .kind = PL_TEST_MASK};

    test.low = pl_field_words(field, token->text, token->len);
    if (test.low == 0) {
        struct pl_near near;

        pl_near_start(&near, token->text, token->len, 2);
        near.starts = true;
        pl_field_words_near(field, &near);
        return pl_parser_blame_near(
            parser, field->id == PL_FIELD_STATE ? "unknown state" : "unknown value", token, &near);
    }
    return pl_parser_test(parser, &test);
}

static char *copy_text(const char *text, size_t len)
{
    char *to = calloc(len + 1, 1);

    if (to)
        memcpy(to, text, len);
    return to;
}

static unsigned int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;

    return found ? (unsigned int)(found - digits) : 16;
}

/* Reverses the escaping of names, "\xHH" and "\\". Returns the length. */
static size_t unescape(char *text, size_t len)
{
    size_t to = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned int high = len - i > 3 ? hex_digit(text[i + 2]) : 16;
        unsigned int low = high < 16 ? hex_digit(text[i + 3]) : 16;

        if (text[i] == '\\' && low < 16 && text[i + 1] == 'x') {
            text[to++] = (char)(high << 4 | low);
            i += 3;
            continue;
        }
        i += text[i] == '\\' && len - i > 1 && text[i + 1] == '\\';
        text[to++] = text[i];
    }
    text[to] = '\0';
    return to;
}

/* Moves the text to the test, or frees it on failure. */
static struct pl_node *keep_text(struct pl_parser *parser, struct pl_test *test)
{
    struct pl_node *node = test->text ? pl_parser_test(parser, test) : NULL;

    if (!node)
        free(test->text);
    return node || test->text ? node : pl_parser_no_memory(parser);
}

/* shown: the word may be escaped as portls prints it. */
static struct pl_node *parse_text(struct pl_parser *parser, const struct pl_field *field,
                                  const struct pl_token *token, bool shown)
{
    struct pl_test test = {.field = field, .kind = PL_TEST_TEXT};

    if (token->regex)
        return pl_parse_regex(parser, field, token);
    test.text = copy_text(token->text, token->len);
    test.len = token->len;
    test.comm = test.len == PL_COMM_MAX &&
                (field->id == PL_FIELD_PROCESS || field->id == PL_FIELD_PEER_PROCESS);
    if (test.text && !token->quoted && strpbrk(test.text, "*?["))
        test.kind = PL_TEST_GLOB;
    else if (test.text && shown)
        test.len = unescape(test.text, test.len);
    return keep_text(parser, &test);
}

struct pl_node *pl_parse_path(struct pl_parser *parser, const struct pl_token *token,
                              unsigned int side)
{
    bool peer = side == PL_SIDE_PEER;
    struct pl_test test = {.field = pl_field_row(peer ? PL_FIELD_PEER_PATH : PL_FIELD_PATH),
                           .kind = PL_TEST_TEXT,
                           .fold = true,
                           .unnamed = true};

    test.text = copy_text(token->text, token->len);
    test.len = token->len;
    if (test.text && strpbrk(test.text, "*?[")) {
        test.kind = PL_TEST_GLOB;
        for (size_t i = 0; i < test.len; i++)
            test.text[i] = (char)tolower((unsigned char)test.text[i]);
    } else if (test.text) {
        test.len = unescape(test.text, test.len);
    }
    return keep_text(parser, &test);
}

/* Mount points of cgroup v2: a path below one of them becomes a path in the hierarchy. */
static struct pl_node *parse_cgroup(struct pl_parser *parser, const struct pl_field *field,
                                    const struct pl_token *token)
{
    static const char *const mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
    struct pl_test test = {.field = field, .kind = PL_TEST_TEXT};
    struct pl_token path = *token;

    for (size_t i = 0; i < COUNT_OF(mounts); i++) {
        size_t len = strlen(mounts[i]);

        if (path.len >= len && memcmp(path.text, mounts[i], len) == 0 &&
            (path.len == len || path.text[len] == '/')) {
            path.text += len;
            path.len -= len;
        }
    }
    while (path.len > 0 && path.text[path.len - 1] == '/')
        path.len--;
    test.text = malloc(path.len + 2);
    if (test.text) {
        bool slash = path.len == 0 || path.text[0] != '/';

        test.text[0] = '/';
        memcpy(test.text + slash, path.text, path.len);
        test.len = path.len + slash;
        test.text[test.len] = '\0';
    }
    if (test.text && parser->names && parser->names->cgroup)
        test.hint = parser->names->cgroup(parser->names->arg, test.text);
    return keep_text(parser, &test);
}

/* A name or an id: "tun0" and "7". */
static struct pl_node *parse_named(struct pl_parser *parser, const struct pl_field *field,
                                   const struct pl_token *token)
{
    struct pl_node *name;
    uint64_t n;

    /* A user of digits only is an id; an interface may have a name of digits. */
    if (field->id == PL_FIELD_USER)
        return pl_parse_number(token->text, token->len, UINT32_MAX, &n) && !token->quoted
                   ? parse_number(parser, pl_field_row(PL_FIELD_UID), PL_OP_EQ, token)
                   : parse_text(parser, field, token, false);
    name = parse_text(parser, field, token, true);
    if (name && name->test.kind == PL_TEST_TEXT && parser->names && parser->names->link)
        name->test.hint = parser->names->link(parser->names->arg, name->test.text);
    if (token->quoted || !pl_parse_number(token->text, token->len, UINT32_MAX, &n))
        return name;
    return pl_parser_pair(parser, PL_NODE_ANY, parse_number(parser, field, PL_OP_EQ, token), name);
}

struct pl_node *pl_parse_device(struct pl_parser *parser, const struct pl_token *token)
{
    return parse_named(parser, pl_field_row(PL_FIELD_DEV), token);
}

/* As for systemctl(1), a name without a dot is that of a service. */
static struct pl_node *parse_unit(struct pl_parser *parser, const struct pl_field *field,
                                  const struct pl_token *token)
{
    static const char service[] = ".service";
    struct pl_test test = {
        .field = field, .kind = PL_TEST_TEXT, .len = token->len + sizeof(service) - 1};

    test.text = malloc(test.len + 1);
    if (test.text) {
        memcpy(test.text, token->text, token->len);
        memcpy(test.text + token->len, service, sizeof(service));
    }
    return keep_text(parser, &test);
}

static bool is_short_unit(const struct pl_field *field, const struct pl_token *token)
{
    static const char others[] = ".*?[";

    for (size_t i = 0; i < token->len; i++) {
        if (strchr(others, token->text[i]))
            return false;
    }
    return field->id == PL_FIELD_UNIT && token->len > 0 && !token->quoted && !token->regex;
}

static struct pl_node *parse_texts(struct pl_parser *parser, const struct pl_field *field,
                                   const struct pl_token *token)
{
    if (field->named)
        return parse_named(parser, field, token);
    if (field->id == PL_FIELD_CGROUP && token->len > 0 &&
        (token->quoted || !memchr(token->text, '*', token->len)))
        return parse_cgroup(parser, field, token);
    if (is_short_unit(field, token))
        return parse_unit(parser, field, token);
    if (field->id == PL_FIELD_SERVICE) {
        struct pl_node *local =
            parse_text(parser, pl_field_row(PL_FIELD_LOCAL_SERVICE), token, false);

        return pl_parser_pair(parser, PL_NODE_ANY, parse_text(parser, field, token, false), local);
    }
    return parse_text(parser, field, token, field->id == PL_FIELD_PATH);
}

static struct pl_node *parse_value(struct pl_parser *parser, const struct pl_token *token,
                                   const struct pl_parse_how *how)
{
    const struct pl_field *field = how->field;
    enum pl_op op = how->op;
    uint64_t n;

    if (field->kind == PL_KIND_NUMBER) {
        /* A port may be a service name. */
        if (field->id == PL_FIELD_LOCAL_PORT && !pl_is_port(token->text, token->len))
            return pl_parse_port(parser, token, PL_SIDE_LOCAL, op);
        if (field->id == PL_FIELD_PEER_PORT && !pl_is_port(token->text, token->len))
            return pl_parse_port(parser, token, PL_SIDE_PEER, op);
        if (field->id == PL_FIELD_MARK && op == PL_OP_EQ)
            return parse_mark(parser, field, token);
        return parse_number(parser, field, op, token);
    }
    /* Numbers that also have names can be compared by order. */
    if (field->kind == PL_KIND_MASK && field->named &&
        pl_parse_number(token->text, token->len, UINT32_MAX, &n))
        return parse_number(parser, field, op, token);
    if (op == PL_OP_MATCH)
        return pl_parse_regex(parser, field, token);
    if (op != PL_OP_EQ)
        return pl_parser_blame(parser, "only = and != compare this field; use one of them before",
                               token);
    switch (field->kind) {
    case PL_KIND_BOOL:
        return parse_bool(parser, field, token);
    case PL_KIND_MASK:
        return parse_words(parser, field, token);
    case PL_KIND_ADDRESS:
        return pl_parse_address(parser, token, field);
    case PL_KIND_TEXT:
    case PL_KIND_NUMBER:
        break;
    }
    return parse_texts(parser, field, token);
}

struct pl_node *pl_parse_value(struct pl_parser *parser, const struct pl_field *field,
                               enum pl_op op, const struct pl_token *token)
{
    return pl_parse_each(parser, token, parse_value,
                         &(const struct pl_parse_how){.field = field, .op = op});
}
