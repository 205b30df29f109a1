/* SPDX-License-Identifier: BSD-2-Clause */
/* Text is cut at the width of the terminal, never within a character. */
#include "harness.h"

#include "screen/paint.h"

struct drawn {
    char text[256];
    int y, x;
    size_t calls;
};

static void put(void *arg, int y, int x, unsigned int style, const char *text, size_t len)
{
    struct drawn *drawn = arg;

    (void)style;
    assert_true(len < sizeof(drawn->text));
    memcpy(drawn->text, text, len);
    drawn->text[len] = '\0';
    drawn->y = y;
    drawn->x = x;
    drawn->calls++;
}

static void cut(void **state)
{
    static const struct {
        const char *text;
        int x, limit, took;
        const char *drawn;
    } cases[] = {
        {"abc", 0, 10, 3, "abc"},
        {"abcdef", 0, 4, 4, "abcd"},
        {"abcdef", 8, 10, 2, "ab"},                            /* the edge */
        {"\xe4\xb8\xad\xe6\x96\x87", 0, 3, 2, "\xe4\xb8\xad"}, /* two columns each */
        {"e\xcc\x81x", 0, 1, 1, "e\xcc\x81"},                  /* a combining mark has none */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct drawn drawn = {.text = ""};
        const struct paint paint = {10, 2, put, &drawn};

        assert_int_equal(paint_text(&paint, 1, cases[i].x, cases[i].limit, STYLE_NORMAL,
                                    cases[i].text, strlen(cases[i].text)),
                         cases[i].took);
        assert_string_equal(drawn.text, cases[i].drawn);
        assert_int_equal(drawn.x, cases[i].x);
    }
}

static void outside(void **state)
{
    struct drawn drawn = {.text = ""};
    const struct paint paint = {10, 2, put, &drawn};

    (void)state;
    assert_int_equal(paint_text(&paint, 2, 0, 5, STYLE_NORMAL, "a", 1), 0);
    assert_int_equal(paint_text(&paint, -1, 0, 5, STYLE_NORMAL, "a", 1), 0);
    assert_int_equal(paint_text(&paint, 0, 10, 5, STYLE_NORMAL, "a", 1), 0);
    assert_int_equal(paint_text(&paint, 0, 0, -1, STYLE_NORMAL, "a", 1), 0);
    assert_int_equal(paint_text(&paint, 0, 9, 1, STYLE_NORMAL, "\xe4\xb8\xad", 3), 0);
    assert_int_equal(drawn.calls, 0);
    assert_int_equal(paint_word(&paint, 0, 8, STYLE_NORMAL, "word"), 10);
    paint_fill(&paint, 0, 3, STYLE_NORMAL);
    assert_string_equal(drawn.text, "       ");
}

/* Breaks a text, and joins the lines by "|". */
static void assert_broken(const char *text, int width, const char *lines)
{
    char joined[128] = "";
    size_t len = strlen(text);
    size_t next;

    for (size_t at = 0; at < len; at += next) {
        size_t part = paint_break(text + at, len - at, width, &next);

        assert_true(next > 0 && part <= next);
        (void)snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%.*s|", (int)part,
                       text + at);
    }
    assert_string_equal(joined, lines);
}

static void broken(void **state)
{
    (void)state;
    assert_broken("", 10, "");
    assert_broken("one two\nthree\n", 20, "one two|three|");
    assert_broken("one two three", 7, "one two|three|");
    assert_broken("one two three", 6, "one|two|three|");
    assert_broken("one two", 3, "one|two|");
    assert_broken("a longword b", 4, "a|long|word|b|");
    assert_broken("  longword", 5, "  lon|gword|"); /* no line of the indent alone */
    assert_broken("a\n\nb", 5, "a||b|");
    assert_broken("\xe4\xb8\xad\xe6\x96\x87 x", 4, "\xe4\xb8\xad\xe6\x96\x87|x|");
    assert_broken("\xe4\xb8\xad\xe6\x96\x87", 1,
                  "\xe4\xb8\xad|\xe6\x96\x87|"); /* it always goes on */
    assert_broken("ab", 0, "a|b|");
}

TEST_MAIN(TEST(cut), TEST(outside), TEST(broken))
