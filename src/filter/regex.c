/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular expressions in a filter: where they are allowed, and a limit on their size. */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

/*
 * C libraries expand repetitions: "(x{1,255}){1,255}" becomes 65,025 states, and the time grows
 * with their square. They also recurse for each parenthesis.
 */
#define SIZE_LIMIT  2000
#define DEPTH_LIMIT 100

/* In these fields slashes are part of the value. */
static bool holds_paths(const struct pl_field *field)
{
    return field->id == PL_FIELD_CGROUP || field->id == PL_FIELD_EXE ||
           field->id == PL_FIELD_PATH || field->id == PL_FIELD_PEER_PATH;
}

bool pl_regex_may_stand(const struct pl_parser *parser, const struct pl_field *field)
{
    return parser->dialect->regexes && field->kind == PL_KIND_TEXT && !holds_paths(field);
}

/* ---- its size ---- */

/* Sizes within one pair of parentheses: the last item, which may be repeated, and all before it. */
struct paren {
    size_t before, last;
};

struct measure {
    struct paren parens[DEPTH_LIMIT + 1];
    size_t depth;
};

static size_t limited(size_t size)
{
    return size > SIZE_LIMIT ? SIZE_LIMIT + 1 : size;
}

static void add_size(struct measure *measure, size_t size)
{
    struct paren *paren = &measure->parens[measure->depth];

    paren->before = limited(paren->before + paren->last);
    paren->last = limited(size);
}

static void repeat(struct measure *measure, size_t times)
{
    struct paren *paren = &measure->parens[measure->depth];

    paren->last = limited(paren->last * limited(times));
}

/* Skips "[...]" at text. An unclosed bracket extends to the end; regcomp(3) rejects it. */
static const char *skip_bracket(const char *text)
{
    text++;
    text += *text == '^';
    text += *text == ']';
    while (*text != '\0' && *text != ']') {
        const char *end = NULL;

        if (text[0] == '[' && (text[1] == ':' || text[1] == '.' || text[1] == '=')) {
            const char closing[] = {text[1], ']', '\0'};

            end = strstr(text + 2, closing);
        }
        text = end ? end + 2 : text + 1;
    }
    return *text == '\0' ? text : text + 1;
}

static size_t take_count(const char **text)
{
    size_t n = 0;

    while (**text >= '0' && **text <= '9')
        n = limited(n * 10 + (size_t)(*(*text)++ - '0'));
    return n;
}

/* Skips "{2}", "{2,}", "{,5}" or "{2,5}" at text. */
static const char *take_interval(struct measure *measure, const char *text)
{
    size_t low;
    size_t high;

    text++;
    if (*text != ',' && (*text < '0' || *text > '9')) {
        add_size(measure, 1); /* itself */
        return text;
    }
    low = high = take_count(&text);
    if (*text == ',') {
        text++;
        /* Without an upper bound, one more copy with a star is added. */
        high = *text >= '0' && *text <= '9' ? take_count(&text) : low + 1;
    }
    repeat(measure, low > high ? low : high > 0 ? high : 1);
    return text + (*text == '}');
}

/* Skips one item. Returns NULL if there are too many parentheses. */
static const char *take_item(struct measure *measure, const char *text)
{
    const struct paren *paren = &measure->parens[measure->depth];

    switch (*text) {
    case '\\':
        add_size(measure, 1);
        return text + (text[1] != '\0' ? 2 : 1);
    case '[':
        add_size(measure, 1);
        return skip_bracket(text);
    case '(':
        if (measure->depth == DEPTH_LIMIT)
            return NULL;
        measure->parens[++measure->depth] = (struct paren){0, 0};
        break;
    case ')':
        if (measure->depth > 0) {
            measure->depth--;
            add_size(measure, paren->before + paren->last + 1);
        }
        break;
    case '{':
        return take_interval(measure, text);
    case '+':
        repeat(measure, 2);
        break;
    case '*':
    case '?':
        break;
    default:
        add_size(measure, 1);
        break;
    }
    return text + 1;
}

/* Returns the reason why the expression is rejected, or NULL. */
static const char *check_size(const char *text)
{
    struct measure measure = {.depth = 0};
    size_t size = 0;

    while (text && *text != '\0')
        text = take_item(&measure, text);
    if (!text)
        return "parentheses nested more than 100 deep in";
    for (size_t i = 0; i <= measure.depth; i++)
        size += measure.parens[i].before + measure.parens[i].last;
    return size > SIZE_LIMIT ? "too many repetitions in the regular expression" : NULL;
}

/* ---- the test ---- */

/* Takes ownership of the text of the test. */
static struct pl_node *compile(struct pl_parser *parser, struct pl_test *test, int flags,
                               const struct pl_token *token)
{
    const char *problem = check_size(test->text);
    struct pl_node *node = NULL;

    if (!problem) {
        test->regex = malloc(sizeof(*test->regex));
        if (!test->regex)
            (void)pl_parser_no_memory(parser);
        else if (regcomp(test->regex, test->text, flags) != 0)
            problem = "invalid regular expression";
        else if ((node = pl_parser_test(parser, test)) == NULL)
            regfree(test->regex);
    }
    if (problem)
        (void)pl_parser_blame(parser, problem, token);
    if (node)
        return node;
    free(test->regex);
    free(test->text);
    return NULL;
}

struct pl_node *pl_parse_regex(struct pl_parser *parser, const struct pl_field *field,
                               const struct pl_token *token)
{
    struct pl_test test = {.field = field, .kind = PL_TEST_REGEX};
    const char *text = token->text;
    size_t len = token->len;
    int flags = REG_EXTENDED | REG_NOSUB;

    if (token->regex) {
        if (text[len - 1] == 'i') {
            flags |= REG_ICASE;
            len--;
        }
        text++;
        len -= 2;
    }
    test.text = strndup(text, len);
    if (!test.text)
        return pl_parser_no_memory(parser);
    test.len = len;
    return compile(parser, &test, flags, token);
}
