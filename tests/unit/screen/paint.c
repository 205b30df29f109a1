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

TEST_MAIN(TEST(cut), TEST(outside))
