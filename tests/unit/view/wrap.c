/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines broken at blanks. */
#include "alloc.h"
#include "harness.h"

#include "view/wrap.h"

static char buf[4096];

static const char *wrapped(const char *text, size_t width, size_t indent)
{
    struct out out = {.fd = -1};

    out_word(&out, "before ");
    out_word(&out, text);
    if (indent == SIZE_MAX)
        wrap_lines(&out, 7, width);
    else
        wrap_under(&out, 7, width, indent);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    assert_memory_equal(buf, "before ", 7);
    return buf + 7;
}

#define LINES(text, width, want)         assert_string_equal(wrapped(text, width, SIZE_MAX), want)
#define UNDER(text, width, indent, want) assert_string_equal(wrapped(text, width, indent), want)

static void blanks(void **state)
{
    (void)state;
    LINES("", 30, "");
    LINES("a line that is as wide as this\n", 30, "a line that is as wide as this\n");
    LINES("a line that is wider by a blank\n", 30, "a line that is wider by a\n  blank\n");
    /* What continues an indented line is indented more. */
    LINES("    one two three four five six seven\n", 30,
          "    one two three four five\n      six seven\n");
    LINES("one\n  two two two two two two two two\nthree", 30,
          "one\n  two two two two two two two\n    two\nthree");
    /* Blanks at the place of the break are dropped, others stay. */
    LINES("one  two three four five six      seven", 30, "one  two three four five six\n  seven");
    UNDER("tcp   22   a remark of several words that is long\n", 40, 11,
          "tcp   22   a remark of several words\n           that is long\n");
}

static void narrow(void **state)
{
    (void)state;
    LINES("one two three four five six seven", 0, "one two three four five six seven");
    LINES("one two three four five six seven", 23, "one two three four five six seven");
    LINES("one two three four five six seven", 24, "one two three four five\nsix seven");
    /* No room beside the columns before the last one. */
    UNDER("tcp   22   a remark of several words", 30, 11,
          "tcp   22   a remark of several\n  words");
}

static void long_words(void **state)
{
    (void)state;
    LINES("a 0123456789012345678901234567890123456789 b", 30,
          "a\n  0123456789012345678901234567\n  890123456789 b");
    LINES("0123456789012345678901234567890123456789", 30,
          "012345678901234567890123456789\n  0123456789");
    /* A list ends a line after a comma. */
    LINES("a one=1,two=2,three=3,four=4,five=5,six=6", 30,
          "a one=1,two=2,three=3,four=4,\n  five=5,six=6");
    /* A word that fits into the next line is not broken. */
    LINES("some words before it one=1,two=2,three=3", 30,
          "some words before it\n  one=1,two=2,three=3");
}

static void widths(void **state)
{
    const char *bold = "\033[1mone two three\033[0m four five six";

    (void)state;
    assert_int_equal(wrap_width(bold, strlen(bold)), 27);
    assert_int_equal(wrap_width("\xe6\xbc\xa2\xe5\xad\x97", 6), 4);
    assert_int_equal(wrap_width("\033", 1), 1);
    LINES("\033[1mone two three\033[0m four five six seven", 30,
          "\033[1mone two three\033[0m four five six\n  seven");
    /* Characters are not cut: each has two columns. */
    UNDER("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
          "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2",
          25, 0,
          "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2"
          "\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2\n\xe6\xbc\xa2");
}

static void take(void **state)
{
    (void)state;
    assert_int_equal(wrap_take("one two", 7, 7, 7), 7);
    assert_int_equal(wrap_take("one two", 7, 6, 6), 3);
    assert_int_equal(wrap_take("one two", 7, 3, 3), 3);
    assert_int_equal(wrap_take("   ", 3, 1, 1), 3);
    /* At least one character is taken. */
    assert_int_equal(wrap_take("\xe6\xbc\xa2", 3, 1, 1), 3);
    assert_int_equal(wrap_take("ab", 2, 0, 0), 1);
}

/* Nothing of a text is lost but blanks, and no line is wider than the terminal. */
static void whatever(void **state)
{
    uint32_t random = 7;

    (void)state;
    for (size_t round = 0; round < 2000; round++) {
        char text[200];
        size_t len = 0;
        const char *at = text;

        while (len < sizeof(text) - 1) {
            random = random * 1664525 + 1013904223;
            text[len++] = "abc, \n"[(random >> 16) % 6];
        }
        text[len] = '\0';
        for (const char *line = wrapped(text, 24 + round % 20, round % 30); *line != '\0';) {
            size_t size = strcspn(line, "\n");

            assert_true(size <= 24 + round % 20);
            for (; size > 0; size--, line++) {
                if (*line == ' ')
                    continue;
                at += strspn(at, " \n");
                assert_int_equal(*at++, *line);
            }
            line += *line == '\n';
        }
        assert_int_equal(at[strspn(at, " \n")], '\0');
    }
}

static void no_memory(void **state)
{
    struct out out = {.fd = -1};

    (void)state;
    out_word(&out, "one two three four five six seven");
    alloc_fail(1);
    wrap_lines(&out, 0, 30);
    assert_true(alloc_failed());
    alloc_fail(0);
    assert_int_equal(out.error, ENOMEM);
    out_free(&out);
}

TEST_MAIN(TEST(blanks), TEST(narrow), TEST(long_words), TEST(widths), TEST(take), TEST(whatever),
          TEST(no_memory))
