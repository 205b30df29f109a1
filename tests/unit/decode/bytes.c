/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds-checked reading. Slices are in memory of exactly their size, so that ASan detects reads past it. */
#include "harness.h"

static struct pl_slice exact(const void *data, size_t len, bool big_endian)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    assert_non_null(copy);
    if (len > 0)
        memcpy(copy, data, len);
    return (struct pl_slice){.data = copy, .len = len, .big_endian = big_endian};
}

static struct pl_slice text(const char *s)
{
    return exact(s, strlen(s), false);
}

static void drop(const struct pl_slice *s)
{
    free((void *)(uintptr_t)s->data);
}

static const uint8_t nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void little(void **state)
{
    struct pl_slice s = exact(nine, 9, false);

    (void)state;
    assert_int_equal(pl_slice_u8(&s, 8), 9);
    assert_int_equal(pl_slice_u16(&s, 1), 0x0302);
    assert_int_equal(pl_slice_u32(&s, 1), 0x05040302);
    assert_true(pl_slice_u64(&s, 1) == 0x0908070605040302U);
    assert_int_equal(pl_slice_be16(&s, 1), 0x0203);
    drop(&s);
}

static void big(void **state)
{
    struct pl_slice s = exact(nine, 9, true);

    (void)state;
    assert_int_equal(pl_slice_u16(&s, 1), 0x0203);
    assert_int_equal(pl_slice_u32(&s, 1), 0x02030405);
    assert_true(pl_slice_u64(&s, 1) == 0x0203040506070809U);
    assert_int_equal(pl_slice_be16(&s, 1), 0x0203);
    drop(&s);
}

/* A field that ends past the end is 0. */
static void beyond(void **state)
{
    static const size_t places[] = {9, 10, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 7};
    struct pl_slice s = exact(nine, 9, false);

    (void)state;
    assert_int_equal(pl_slice_u16(&s, 8), 0);
    assert_int_equal(pl_slice_u32(&s, 6), 0);
    assert_true(pl_slice_u64(&s, 2) == 0);
    assert_int_equal(pl_slice_be16(&s, 8), 0);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        assert_int_equal(pl_slice_u8(&s, places[i]), 0);
        assert_int_equal(pl_slice_u16(&s, places[i]), 0);
        assert_int_equal(pl_slice_u32(&s, places[i]), 0);
        assert_true(pl_slice_u64(&s, places[i]) == 0);
        assert_int_equal(pl_slice_be16(&s, places[i]), 0);
    }
    drop(&s);
}

static void copy(void **state)
{
    struct pl_slice s = exact(nine, 9, false);
    uint8_t out[6];

    (void)state;
    memset(out, 0xaa, sizeof(out));
    pl_slice_copy(&s, 2, out, 4);
    assert_memory_equal(out, "\3\4\5\6\xaa\xaa", 6);
    pl_slice_copy(&s, 7, out, 4);
    assert_memory_equal(out, "\10\11\0\0\xaa\xaa", 6);
    pl_slice_copy(&s, 100, out, 4);
    assert_memory_equal(out, "\0\0\0\0\xaa\xaa", 6);
    drop(&s);
}

static void part(void **state)
{
    struct pl_slice s = exact(nine, 9, true);
    struct pl_slice p = pl_slice_part(&s, 2, 3);
    struct pl_slice none = {0};

    (void)state;
    assert_int_equal(p.len, 3);
    assert_int_equal(p.data[0], 3);
    assert_true(p.big_endian);
    assert_int_equal(pl_slice_part(&s, 7, SIZE_MAX).len, 2);
    assert_int_equal(pl_slice_part(&s, 9, 1).len, 0);
    assert_int_equal(pl_slice_part(&s, SIZE_MAX, SIZE_MAX).len, 0);
    assert_null(pl_slice_part(&none, 0, 4).data);
    drop(&s);
}

static void until(void **state)
{
    struct pl_slice s = text("ab:c");
    struct pl_slice none = {0};

    (void)state;
    assert_int_equal(pl_slice_until(&s, ':').len, 2);
    assert_int_equal(pl_slice_until(&s, 'x').len, 4);
    assert_int_equal(pl_slice_until(&s, 'a').len, 0);
    assert_int_equal(pl_slice_until(&none, 'a').len, 0);
    drop(&s);
}

static bool is(const struct pl_slice *s, const char *word)
{
    return s->len == strlen(word) && memcmp(s->data, word, s->len) == 0;
}

static void lines(void **state)
{
    struct pl_slice s = text("one\n\nthree");
    struct pl_slice rest = s;
    struct pl_slice line;

    (void)state;
    assert_true(pl_text_line(&rest, &line) && is(&line, "one"));
    assert_true(pl_text_line(&rest, &line) && is(&line, ""));
    assert_true(pl_text_line(&rest, &line) && is(&line, "three"));
    assert_false(pl_text_line(&rest, &line));
    drop(&s);
    s = rest = text("end\n");
    assert_true(pl_text_line(&rest, &line) && is(&line, "end"));
    assert_false(pl_text_line(&rest, &line));
    drop(&s);
}

static void whole(void **state)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {{"", 0}, {"a", 0}, {"a\n", 2}, {"a\nb", 2}, {"a\n\n", 3}, {"\n", 1}};
    struct pl_slice none = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_slice s = text(cases[i].text);

        assert_int_equal(pl_text_whole(&s).len, cases[i].len);
        drop(&s);
    }
    assert_int_equal(pl_text_whole(&none).len, 0);
}

static void words(void **state)
{
    struct pl_slice s = text("  a\tbc   d ");
    struct pl_slice rest = s;
    struct pl_slice word;

    (void)state;
    assert_true(pl_text_word(&rest, &word) && is(&word, "a"));
    assert_true(pl_text_word(&rest, &word) && is(&word, "bc"));
    assert_true(pl_text_word(&rest, &word) && is(&word, "d"));
    assert_false(pl_text_word(&rest, &word));
    drop(&s);
}

static void parts(void **state)
{
    struct pl_slice s = text("a::b");
    struct pl_slice rest = s;
    struct pl_slice p;

    (void)state;
    assert_true(pl_text_part(&rest, ':', &p) && is(&p, "a"));
    assert_true(pl_text_part(&rest, ':', &p) && is(&p, ""));
    assert_true(is(&rest, "b"));
    assert_true(pl_text_part(&rest, ':', &p) && is(&p, "b"));
    assert_false(pl_text_part(&rest, ':', &p));
    drop(&s);
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        bool hex;
        uint64_t max;
        bool good;
        uint64_t value;
    } cases[] = {
        {"0", false, 0, true, 0},
        {"1", false, 0, false, 0},
        {"65535", false, UINT16_MAX, true, 65535},
        {"65536", false, UINT16_MAX, false, 0},
        {"00065535", false, UINT16_MAX, true, 65535},
        {"4294967295", false, UINT32_MAX, true, UINT32_MAX},
        {"4294967296", false, UINT32_MAX, false, 0},
        {"18446744073709551615", false, UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", false, UINT64_MAX, false, 0},
        {"99999999999999999999", false, UINT64_MAX, false, 0},
        {"", false, 9, false, 0},
        {"-1", false, 9, false, 0},
        {"+1", false, 9, false, 0},
        {" 1", false, 9, false, 0},
        {"1 ", false, 9, false, 0},
        {"1a", false, 99, false, 0},
        {"0x1", true, 99, false, 0},
        {"9", false, 5, false, 0},
        {"ff", true, 255, true, 255},
        {"FF", true, 254, false, 0},
        {"fFfFfFfF", true, UINT32_MAX, true, UINT32_MAX},
        {"100000000", true, UINT32_MAX, false, 0},
        {"ffffffffffffffff", true, UINT64_MAX, true, UINT64_MAX},
        {"10000000000000000", true, UINT64_MAX, false, 0},
        {"g", true, 99, false, 0},
        {"", true, 99, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_slice s = text(cases[i].text);
        uint64_t value = 4711;
        bool good = cases[i].hex ? pl_text_hex(&s, cases[i].max, &value)
                                 : pl_text_dec(&s, cases[i].max, &value);

        assert_int_equal(good, cases[i].good);
        assert_true(value == (good ? cases[i].value : 4711)); /* untouched on failure */
        drop(&s);
    }
}

TEST_MAIN(TEST(little), TEST(big), TEST(beyond), TEST(copy), TEST(part), TEST(until), TEST(lines),
          TEST(whole), TEST(words), TEST(parts), TEST(numbers))
