/* SPDX-License-Identifier: BSD-2-Clause */
/* Splits a filter expression into words and operators. */
#include "filter.h"
#include "model/array.h"

#include <string.h>

#define BOUNDARY "\x1f" /* PL_FILTER_BOUNDARY */
#define BLANKS   " \t\r\n\v\f" BOUNDARY
#define SIGNS    "()!&|=<>"

static const struct {
    char text[4];
    enum pl_token_kind kind;
    enum pl_op op;
} signs[] = {
    {"==", PL_TOKEN_OP, PL_OP_EQ},     {"!=", PL_TOKEN_OP, PL_OP_NE},
    {"<=", PL_TOKEN_OP, PL_OP_LE},     {">=", PL_TOKEN_OP, PL_OP_GE},
    {"&&", PL_TOKEN_AND, PL_OP_NONE},  {"||", PL_TOKEN_OR, PL_OP_NONE},
    {"=", PL_TOKEN_OP, PL_OP_EQ},      {"<", PL_TOKEN_OP, PL_OP_LT},
    {">", PL_TOKEN_OP, PL_OP_GT},      {"(", PL_TOKEN_OPEN, PL_OP_NONE},
    {")", PL_TOKEN_CLOSE, PL_OP_NONE}, {"!", PL_TOKEN_NOT, PL_OP_NONE},
    {"&", PL_TOKEN_AND, PL_OP_NONE},   {"|", PL_TOKEN_OR, PL_OP_NONE},
};

static const struct {
    char text[4];
    enum pl_token_kind kind;
} connectives[] = {{"and", PL_TOKEN_AND}, {"or", PL_TOKEN_OR}, {"not", PL_TOKEN_NOT}};

/* Operators spelt as words. They are recognised only where a comparison is possible. */
static const struct {
    char text[8];
    enum pl_op op;
} comparisons[] = {
    {"eq", PL_OP_EQ},  {"ne", PL_OP_NE},   {"neq", PL_OP_NE},        {"lt", PL_OP_LT},
    {"gt", PL_OP_GT},  {"le", PL_OP_LE},   {"leq", PL_OP_LE},        {"ge", PL_OP_GE},
    {"geq", PL_OP_GE}, {"~", PL_OP_MATCH}, {"matches", PL_OP_MATCH},
};

bool pl_token_is(const struct pl_token *token, const char *text)
{
    return token->len == strlen(text) && memcmp(token->text, text, token->len) == 0;
}

bool pl_token_is_any(const struct pl_token *token)
{
    return token->len == 0 || (token->len == 1 && token->text[0] == '*');
}

bool pl_token_is_word(const struct pl_token *token, const char *word)
{
    return token->kind == PL_TOKEN_WORD && !token->quoted && pl_token_is(token, word);
}

static bool lex_sign(struct pl_token *out)
{
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        size_t len = strlen(signs[i].text);

        if (strncmp(out->text, signs[i].text, len) == 0) {
            out->kind = signs[i].kind;
            out->op = signs[i].op;
            out->len = len;
            out->end = out->from + len;
            return true;
        }
    }
    return false;
}

bool pl_token_is_hex(const struct pl_token *token)
{
    return token->len > 1 && token->text[0] == '0' && (token->text[1] | 0x20) == 'x';
}

static void lex_quoted(struct pl_token *out)
{
    const char ends[] = {out->text[0], PL_FILTER_BOUNDARY, '\0'};
    const char *end = out->text + 1 + strcspn(out->text + 1, ends);

    out->quoted = true;
    if (*end != ends[0]) {
        out->kind = PL_TOKEN_BAD;
        out->len = (size_t)(end - out->text);
        out->end = out->from + out->len;
        return;
    }
    out->kind = PL_TOKEN_WORD;
    out->text++;
    out->len = (size_t)(end - out->text);
    out->end = out->from + out->len + 2;
}

static void start(const char *expression, size_t at, struct pl_token *out)
{
    at += strspn(expression + at, BLANKS);
    *out = (struct pl_token){.text = expression + at, .from = at, .end = at};
}

/*
 * Docker's "8080->80/tcp" is the port of this machine, 8080; the rest is inside a container. It
 * prints a comma between several.
 */
static void lex_published(struct pl_token *out)
{
    const char *dash = out->text + out->len - 1;

    if (out->len < 2 || strncmp(dash, "->", 2) != 0 || dash[-1] < '0' || dash[-1] > '9')
        return;
    out->end += 1 + strcspn(dash + 2, BLANKS SIGNS ",");
    out->end += out->text[out->end - out->from] == ',';
    out->len--;
    out->published = true;
}

static void lex_word(struct pl_token *out)
{
    if (out->text[0] == '"' || out->text[0] == '\'') {
        lex_quoted(out);
        return;
    }
    out->kind = PL_TOKEN_WORD;
    out->len = strcspn(out->text, BLANKS SIGNS);
    out->end = out->from + out->len;
    lex_published(out);
}

void pl_lex(const char *expression, size_t at, struct pl_token *out)
{
    start(expression, at, out);
    if (*out->text == '\0' || lex_sign(out))
        return;
    lex_word(out);
    for (size_t i = 0; i < COUNT_OF(connectives); i++) {
        if (pl_token_is_word(out, connectives[i].text))
            out->kind = connectives[i].kind;
    }
}

/*
 * Returns the length of "/.../" or "/.../i" if a blank, a parenthesis or the end follows, and 0
 * otherwise. It must not extend over several arguments of the command line.
 */
static size_t regex_len(const char *text)
{
    for (size_t i = 1; text[i] != '\0' && text[i] != PL_FILTER_BOUNDARY; i++) {
        size_t end = i + 1;

        if (text[i] == '\\' && text[i + 1] != '\0' && text[i + 1] != PL_FILTER_BOUNDARY) {
            i++;
            continue;
        }
        if (text[i] != '/')
            continue;
        end += text[end] == 'i';
        if (text[end] == '\0' || strchr(BLANKS ")", text[end]))
            return end;
    }
    return 0;
}

void pl_lex_value(const char *expression, size_t at, bool regex, struct pl_token *out)
{
    size_t len;

    pl_lex(expression, at, out);
    if (!regex || out->kind != PL_TOKEN_WORD || out->quoted || out->text[0] != '/')
        return;
    len = regex_len(out->text);
    /* "//" is a path. */
    if (len > 2 && !(len == 3 && out->text[1] == '/')) {
        out->regex = true;
        out->len = len;
        out->end = out->from + len;
    }
}

enum pl_op pl_lex_op(const struct pl_token *token)
{
    if (token->kind == PL_TOKEN_OP)
        return token->op;
    for (size_t i = 0; i < COUNT_OF(comparisons); i++) {
        if (pl_token_is_word(token, comparisons[i].text))
            return comparisons[i].op;
    }
    return PL_OP_NONE;
}
