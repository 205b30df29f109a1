/* SPDX-License-Identifier: BSD-2-Clause */
/* Hostile bytes, made safe to show, and recoverable. */
#include "harness.h"

#include "view/text.h"

static char buf[65536];

static const char *plain_also(struct pl_text text, const char *also)
{
    struct out out = {.fd = -1};

    text_plain(&out, text, also);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

static const char *plain(struct pl_text text)
{
    return plain_also(text, "");
}

static const char *json(struct pl_text text)
{
    struct out out = {.fd = -1};

    text_json(&out, text);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

#define PLAIN(in, want) assert_string_equal(plain(TEXT(in)), want)
#define JSON(in, want)  assert_string_equal(json(TEXT(in)), "\"" want "\"")

static void visible(void **state)
{
    (void)state;
    PLAIN("", "");
    PLAIN("nginx: worker", "nginx: worker");
    PLAIN("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7");
    PLAIN("a\\b", "a\\\\b");
    JSON("nginx: worker", "nginx: worker");
    JSON("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7");
    JSON("a\\b\"c/", "a\\\\b\\\"c/");
}

/* Every byte of C0, and DEL. */
static void controls(void **state)
{
    (void)state;
    for (unsigned int c = 0; c < 256; c++) {
        const char byte = (char)c;
        char want[16];

        (void)snprintf(want, sizeof(want), "\\x%02x", c);
        if (c == '\\')
            (void)snprintf(want, sizeof(want), "\\\\");
        else if (c >= 0x20 && c < 0x7f)
            (void)snprintf(want, sizeof(want), "%c", (char)c);
        assert_string_equal(plain((struct pl_text){&byte, 1}), want);
        (void)snprintf(want, sizeof(want), "\"\\u%04x\"", c < 0x80 ? c : 0xfffd);
        if (c == '\\' || c == '"')
            (void)snprintf(want, sizeof(want), "\"\\%c\"", (char)c);
        else if (c >= 0x20 && c < 0x7f)
            (void)snprintf(want, sizeof(want), "\"%c\"", (char)c);
        assert_string_equal(json((struct pl_text){&byte, 1}), want);
    }
    PLAIN("a\x1b[31mb\nc\td\re\0f", "a\\x1b[31mb\\x0ac\\x09d\\x0de\\x00f");
    JSON("a\x1b[31mb\nc\0", "a\\u001b[31mb\\u000ac\\u0000");
}

/* C1 as UTF-8 (a terminal obeys U+009B as it does ESC [), bidirectional, zero width, tags. */
static void unseen(void **state)
{
    static const struct {
        const char *bytes, *plain, *json;
    } cases[] = {
        {"\xc2\x80", "\\xc2\\x80", "\\u0080"},
        {"\xc2\x9b", "\\xc2\\x9b", "\\u009b"},
        {"\xc2\x9f", "\\xc2\\x9f", "\\u009f"},
        {"\xc2\xa0", "\\xc2\\xa0", "\\u00a0"}, /* a blank outside ASCII */
        {"\xc2\xad", "\\xc2\\xad", "\\u00ad"},
        {"\xcd\x8f", "\\xcd\\x8f", "\\u034f"},
        {"\xd8\x9c", "\\xd8\\x9c", "\\u061c"},
        {"\xe1\xa0\x8e", "\\xe1\\xa0\\x8e", "\\u180e"},
        {"\xe2\x80\x80", "\\xe2\\x80\\x80", "\\u2000"},
        {"\xe2\x80\x8b", "\\xe2\\x80\\x8b", "\\u200b"},
        {"\xe2\x80\x8d", "\\xe2\\x80\\x8d", "\\u200d"},
        {"\xe2\x80\x8e", "\\xe2\\x80\\x8e", "\\u200e"},
        {"\xe2\x80\x8f", "\\xe2\\x80\\x8f", "\\u200f"},
        {"\xe2\x80\xa8", "\\xe2\\x80\\xa8", "\\u2028"},
        {"\xe2\x80\xa9", "\\xe2\\x80\\xa9", "\\u2029"},
        {"\xe2\x80\xaa", "\\xe2\\x80\\xaa", "\\u202a"},
        {"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\u202e"},
        {"\xe2\x81\xa0", "\\xe2\\x81\\xa0", "\\u2060"},
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\\u2066"},
        {"\xe2\x81\xa9", "\\xe2\\x81\\xa9", "\\u2069"},
        {"\xe3\x80\x80", "\\xe3\\x80\\x80", "\\u3000"},
        {"\xe3\x85\xa4", "\\xe3\\x85\\xa4", "\\u3164"},
        {"\xee\x80\x80", "\\xee\\x80\\x80", "\\ue000"},
        {"\xef\xb8\x8f", "\\xef\\xb8\\x8f", "\\ufe0f"},
        {"\xef\xbb\xbf", "\\xef\\xbb\\xbf", "\\ufeff"},
        {"\xef\xbf\xbb", "\\xef\\xbf\\xbb", "\\ufffb"},
        {"\xf3\xa0\x80\x81", "\\xf3\\xa0\\x80\\x81", "\\udb40\\udc01"},
        {"\xf4\x8f\xbf\xbf", "\\xf4\\x8f\\xbf\\xbf", "\\udbff\\udfff"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_text text = {cases[i].bytes, (uint32_t)strlen(cases[i].bytes)};
        char want[32];

        assert_string_equal(plain(text), cases[i].plain);
        (void)snprintf(want, sizeof(want), "\"%s\"", cases[i].json);
        assert_string_equal(json(text), want);
        assert_true(text_is_utf8(text));
    }
    /* neighbours are printable */
    PLAIN("\xc2\xa1", "\xc2\xa1");
    PLAIN("\xe2\x80\x90", "\xe2\x80\x90");
    PLAIN("\xef\xbf\xbd", "\xef\xbf\xbd");
}

/* Invalid UTF-8 (RFC 3629) is escaped byte by byte. */
static void invalid(void **state)
{
    static const struct {
        const char *bytes, *plain, *json;
    } cases[] = {
        {"\xff", "\\xff", "\\ufffd"},
        {"\x80", "\\x80", "\\ufffd"},
        {"\xbf"
         "a",
         "\\xbfa", "\\ufffda"},
        {"\xc0\x80", "\\xc0\\x80", "\\ufffd\\ufffd"},                 /* overlong NUL */
        {"\xc1\xbf", "\\xc1\\xbf", "\\ufffd\\ufffd"},                 /* overlong DEL */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\\ufffd\\ufffd\\ufffd"}, /* overlong / */
        {"\xe0\x9f\xbf", "\\xe0\\x9f\\xbf", "\\ufffd\\ufffd\\ufffd"},
        {"\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf", "\\ufffd\\ufffd\\ufffd\\ufffd"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\ufffd\\ufffd\\ufffd"}, /* surrogates */
        {"\xed\xbf\xbf", "\\xed\\xbf\\xbf", "\\ufffd\\ufffd\\ufffd"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},
        {"\xc3", "\\xc3", "\\ufffd"}, /* truncated */
        {"\xe2\x82", "\\xe2\\x82", "\\ufffd\\ufffd"},
        {"\xf0\x9f\x90", "\\xf0\\x9f\\x90", "\\ufffd\\ufffd\\ufffd"},
        {"\xc3"
         "a",
         "\\xc3a", "\\ufffda"}, /* no continuation byte */
        {"\xe2\x82"
         "a",
         "\\xe2\\x82a", "\\ufffd\\ufffda"},
        {"\xc3\xc3\xa9", "\\xc3\xc3\xa9", "\\ufffd\xc3\xa9"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_text text = {cases[i].bytes, (uint32_t)strlen(cases[i].bytes)};
        char want[64];

        assert_string_equal(plain(text), cases[i].plain);
        (void)snprintf(want, sizeof(want), "\"%s\"", cases[i].json);
        assert_string_equal(json(text), want);
        assert_false(text_is_utf8(text));
    }
}

static void utf8(void **state)
{
    (void)state;
    assert_true(text_is_utf8(TEXT("")));
    assert_true(text_is_utf8(TEXT("a\0b\x1b")));
    assert_true(text_is_utf8(TEXT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\xc2\x80\xe0\xa0\x80")));
    assert_false(text_is_utf8(TEXT("good\xff")));
}

/* Separators are escaped as well. */
static void also(void **state)
{
    (void)state;
    assert_string_equal(plain_also(TEXT("a b,c;d"), " ,;"), "a\\x20b\\x2cc\\x3bd");
    assert_string_equal(plain_also(TEXT("a b"), ""), "a b");
    /* a NUL is always escaped */
    assert_string_equal(plain_also(TEXT("a\0b"), " "), "a\\x00b");
    /* a longer character, whose last byte is 0xa0 */
    assert_string_equal(plain_also(TEXT("\xc4\xa0"), " "), "\xc4\xa0");
}

static unsigned int digit(char c)
{
    return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Decodes what text_plain() wrote. */
static size_t unescape(const char *text, char *out)
{
    size_t len = 0;

    while (*text) {
        if (text[0] == '\\' && text[1] == 'x') {
            out[len++] = (char)(digit(text[2]) << 4 | digit(text[3]));
            text += 4;
        } else if (text[0] == '\\') {
            out[len++] = '\\';
            text += 2;
        } else {
            out[len++] = *text++;
        }
    }
    return len;
}

/* The original bytes can be recovered, for all pairs of bytes and for pseudorandom lines. */
static void recoverable(void **state)
{
    struct out out = {.fd = -1};
    uint32_t random = 1;

    (void)state;
    for (unsigned int pair = 0; pair < 0x10000; pair++) {
        const char bytes[2] = {(char)(pair >> 8), (char)pair};
        char back[2];

        out.len = 0;
        text_plain(&out, (struct pl_text){bytes, 2}, "");
        out_char(&out, 0);
        assert_int_equal(unescape(out.data, back), 2);
        assert_memory_equal(bytes, back, 2);
    }
    out_free(&out);
    for (int round = 0; round < 500; round++) {
        char bytes[64];
        char back[64];

        for (size_t i = 0; i < sizeof(bytes); i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (char)(random >> 24);
        }
        assert_int_equal(unescape(plain((struct pl_text){bytes, sizeof(bytes)}), back),
                         sizeof(bytes));
        assert_memory_equal(bytes, back, sizeof(bytes));
    }
}

static void hex(void **state)
{
    struct out out = {.fd = -1};

    (void)state;
    text_hex(&out, TEXT("\0\xff"
                        "Az"));
    assert_string_equal(out_text(&out, buf, sizeof(buf)), "00ff417a");
    out_free(&out);
}

static void width(void **state)
{
    (void)state;
    assert_int_equal(text_width("", 0), 0);
    assert_int_equal(text_width("abc", 3), 3);
    assert_int_equal(text_width("\xc3\xa9\xe2\x82\xac", 5), 2);
}

TEST_MAIN(TEST(visible), TEST(controls), TEST(unseen), TEST(invalid), TEST(utf8), TEST(also),
          TEST(recoverable), TEST(hex), TEST(width))
