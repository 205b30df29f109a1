/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

static void is(const char *text, size_t at, enum pl_token_kind kind, size_t from, size_t len)
{
    struct pl_token token;

    pl_lex(text, at, &token);
    assert_int_equal(token.kind, kind);
    assert_int_equal(token.from, from);
    assert_int_equal(token.len, len);
}

static void tokens(void **state)
{
    const char *text = " dport!=:22 and('a b'||\"c\")<=";

    (void)state;
    is(text, 0, PL_TOKEN_WORD, 1, 5);
    is(text, 6, PL_TOKEN_OP, 6, 2);
    is(text, 8, PL_TOKEN_WORD, 8, 3);
    is(text, 11, PL_TOKEN_AND, 12, 3);
    is(text, 15, PL_TOKEN_OPEN, 15, 1);
    is(text, 16, PL_TOKEN_WORD, 16, 3);
    is(text, 21, PL_TOKEN_OR, 21, 2);
    is(text, 23, PL_TOKEN_WORD, 23, 1);
    is(text, 26, PL_TOKEN_CLOSE, 26, 1);
    is(text, 27, PL_TOKEN_OP, 27, 2);
    is(text, 29, PL_TOKEN_END, 29, 0);
    is("'open", 0, PL_TOKEN_BAD, 0, 5);
}

/* Docker's notation of a published port is that port. */
static void published(void **state)
{
    (void)state;
    is("8080->80/tcp", 0, PL_TOKEN_WORD, 0, 4);
    is("8080->80/tcp", 12, PL_TOKEN_END, 12, 0);
    is("0.0.0.0:53->53/udp or", 0, PL_TOKEN_WORD, 0, 10);
    is("80->", 0, PL_TOKEN_WORD, 0, 2);
    is("a->80", 0, PL_TOKEN_WORD, 0, 2);
    is("8-->80", 0, PL_TOKEN_WORD, 0, 3);
    is("8-> 80", 0, PL_TOKEN_WORD, 0, 1);
    is("8080->80/tcp,[::]:8081->80/tcp", 0, PL_TOKEN_WORD, 0, 4);
    is("8080->80/tcp,[::]:8081->80/tcp", 13, PL_TOKEN_WORD, 13, 9);
    is("8080->80/tcp, 8081->80/tcp", 13, PL_TOKEN_WORD, 14, 4);
    is("8080->80/tcp,", 13, PL_TOKEN_END, 13, 0);
}

static void values(void **state)
{
    struct pl_token token;

    (void)state;
    pl_lex_value("/a|b c/ x", 0, true, &token);
    assert_int_equal(token.len, 7);
    pl_lex_value("/a\\/ b/i)", 0, true, &token);
    assert_int_equal(token.len, 8);
    pl_lex_value("/usr/bin/x y", 0, true, &token);
    assert_int_equal(token.len, 10);
    pl_lex_value("/a b/ x", 0, false, &token);
    assert_int_equal(token.len, 2);
    assert_false(token.regex);
    pl_lex_value("/ or\x1f/x/", 0, true, &token);
    assert_int_equal(token.len, 1);
    assert_false(token.regex);
    pl_lex_value("/a/\x1f/x/", 0, true, &token);
    assert_int_equal(token.len, 3);
    assert_true(token.regex);
    pl_lex_value("'a\x1f"
                 "b'",
                 0, true, &token);
    assert_int_equal(token.kind, PL_TOKEN_BAD);
    assert_int_equal(token.len, 2);
    assert_int_equal(token.end, 2);
    pl_lex_value("and", 0, true, &token);
    assert_int_equal(token.kind, PL_TOKEN_AND);
}

static void comparisons(void **state)
{
    static const struct {
        const char *text;
        enum pl_op op;
    } rows[] = {
        {"=", PL_OP_EQ},          {"==", PL_OP_EQ},   {"eq", PL_OP_EQ},      {"!=", PL_OP_NE},
        {"ne", PL_OP_NE},         {"neq", PL_OP_NE},  {"<", PL_OP_LT},       {"lt", PL_OP_LT},
        {">", PL_OP_GT},          {"gt", PL_OP_GT},   {"<=", PL_OP_LE},      {"le", PL_OP_LE},
        {"leq", PL_OP_LE},        {">=", PL_OP_GE},   {"ge", PL_OP_GE},      {"geq", PL_OP_GE},
        {"matches", PL_OP_MATCH}, {"~", PL_OP_MATCH}, {"match", PL_OP_NONE}, {"x", PL_OP_NONE},
        {"'eq'", PL_OP_NONE},     {"", PL_OP_NONE}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pl_token token;

        pl_lex(rows[i].text, 0, &token);
        assert_int_equal(pl_lex_op(&token), rows[i].op);
    }
}

TEST_MAIN(TEST(tokens), TEST(published), TEST(values), TEST(comparisons))
