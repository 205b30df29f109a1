/* SPDX-License-Identifier: BSD-2-Clause */
/* A small BTF: every kind that is skipped, and damage. */
#include "harness.h"

#include "decode/linux/btf.h"

/* Offsets of the names in strings. */
enum { NO_NAME = 0, FILE_NAME = 1, INODE = 6, F_INODE = 12, BITS = 20, WALK = 25 };
static const char strings[] = "\0file\0inode\0f_inode\0bits\0walk";

static void put_type(struct bytes *b, uint32_t name, uint32_t kind, uint32_t vlen, bool flag)
{
    put_u32(b, name);
    put_u32(b, (flag ? 1U << 31 : 0) | kind << 24 | vlen);
    put_u32(b, 0);
}

static void put_member(struct bytes *b, uint32_t name, uint32_t offset)
{
    put_u32(b, name);
    put_u32(b, 1);
    put_u32(b, offset);
}

/* Types 1 to 18 are of the other kinds; 19 and 20 struct file; 21 struct inode; 22 walk(). */
static struct bytes types_of(bool big_endian)
{
    static const struct {
        uint32_t kind, vlen;
        size_t tail;
    } others[] = {
        {1, 0, 4},   {2, 0, 0},  {3, 0, 12},  {4, 2, 24}, {5, 1, 12}, {6, 3, 24},
        {7, 0, 0},   {8, 0, 0},  {9, 0, 0},   {10, 0, 0}, {11, 0, 0}, {12, 1, 0},
        {13, 2, 16}, {14, 0, 4}, {15, 1, 12}, {16, 0, 0}, {17, 0, 4}, {19, 2, 24},
    };
    struct bytes b = {.big_endian = big_endian};

    for (size_t i = 0; i < COUNT_OF(others); i++) {
        put_type(&b, NO_NAME, others[i].kind, others[i].vlen, false);
        put_zeros(&b, others[i].tail);
    }
    put_type(&b, FILE_NAME, 4, 1, false); /* another struct of that name, without the member */
    put_member(&b, INODE, 64);
    put_type(&b, FILE_NAME, 4, 2, false);
    put_member(&b, INODE, 8);
    put_member(&b, F_INODE, 320);
    put_type(&b, INODE, 4, 2, true);
    put_member(&b, BITS, 3U << 24 | 16);
    put_member(&b, F_INODE, 128);
    put_type(&b, WALK, 12, 1, false);
    return b;
}

enum { FILE_WANT, INODE_WANT, WALK_WANT, BITS_WANT, BIT_WANT, WANTS };
static const struct pl_btf_want wanted[WANTS] = {
    {.name = "file", .member = "f_inode"},
    {.name = "inode", .member = "f_inode"},
    {.name = "walk"},
    {.name = "inode", .member = "bits"},
    {.name = "inode", .member = "bits", .bits = true},
};

static struct pl_slice names(void)
{
    return (struct pl_slice){(const uint8_t *)strings, sizeof(strings), false};
}

static void walk_of(bool big_endian)
{
    struct bytes b = types_of(big_endian);
    struct pl_slice types = {b.data, b.len, big_endian};
    struct pl_slice text = names();
    struct pl_btf_want wants[WANTS];
    uint32_t id = 1;
    size_t used;

    memcpy(wants, wanted, sizeof(wanted));
    assert_int_equal(pl_btf_walk(&types, &text, &id, wants, WANTS, &used), 0);
    assert_true(wants[FILE_WANT].found);
    assert_int_equal(wants[FILE_WANT].value, 40);
    assert_true(wants[INODE_WANT].found);
    assert_int_equal(wants[INODE_WANT].value, 16);
    assert_true(wants[WALK_WANT].found);
    assert_int_equal(wants[WALK_WANT].value, 22);
    assert_false(wants[BITS_WANT].found); /* a bit field has no byte offset */
    assert_true(wants[BIT_WANT].found);
    assert_int_equal(wants[BIT_WANT].value, 16);
    assert_false(pl_btf_complete(wants, WANTS));
    assert_true(pl_btf_complete(wants, WALK_WANT + 1));
    assert_int_equal(used, b.len);
    assert_int_equal(id, 23);
}

static void walk(void **state)
{
    (void)state;
    walk_of(false);
    walk_of(true);
}

/* Truncated anywhere, in memory of exactly that size: windows give the same as one piece. */
static void windows(void **state)
{
    struct bytes b = types_of(false);
    struct pl_slice text = names();

    (void)state;
    for (size_t cut = 0; cut <= b.len; cut++) {
        struct pl_btf_want wants[WANTS];
        uint8_t *copy = malloc(cut > 0 ? cut : 1);
        struct pl_slice types = {copy, cut, false};
        uint32_t id = 1;
        size_t first, second;

        assert_non_null(copy);
        memcpy(copy, b.data, cut);
        memcpy(wants, wanted, sizeof(wanted));
        assert_int_equal(pl_btf_walk(&types, &text, &id, wants, WANTS, &first), 0);
        assert_true(first <= cut);
        types = (struct pl_slice){b.data + first, b.len - first, false};
        assert_int_equal(pl_btf_walk(&types, &text, &id, wants, WANTS, &second), 0);
        assert_true(pl_btf_complete(wants, WALK_WANT + 1));
        assert_int_equal(wants[WALK_WANT].value, 22);
        assert_int_equal(first + second, b.len);
        free(copy);
    }
}

/* Every byte replaced: an error or other results, never a read past the end. */
static void damage(void **state)
{
    struct bytes b = types_of(false);
    uint8_t *copy = malloc(b.len);
    uint8_t *text = malloc(sizeof(strings) - 1);
    /* and the last name without its NUL */
    struct pl_slice exact = {text, sizeof(strings) - 1, false};

    (void)state;
    assert_non_null(copy);
    assert_non_null(text);
    memcpy(text, strings, sizeof(strings) - 1);
    for (size_t i = 0; i < b.len; i++) {
        static const uint8_t bytes[] = {0, 1, 0x1f, 0x7f, 0xff};

        for (size_t j = 0; j < sizeof(bytes); j++) {
            struct pl_slice types = {copy, b.len, false};
            struct pl_btf_want wants[WANTS];
            uint32_t id = 1;
            size_t used = 0;
            int err;

            memcpy(copy, b.data, b.len);
            copy[i] = bytes[j];
            memcpy(wants, wanted, sizeof(wanted));
            err = pl_btf_walk(&types, &exact, &id, wants, WANTS, &used);
            assert_true(err == 0 || err == -EBADMSG);
            assert_true(used <= b.len);
            assert_false(wants[WALK_WANT].found);
        }
    }
    free(text);
    free(copy);
}

/* The enumeration is known by its name; names that begin otherwise, or do not fit, are left out. */
static void enumeration_of(bool big_endian)
{
    static const char text[] = "\0why\0WHY_NOT\0OTHER\0WHY_"
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0WHY_END";
    static const uint32_t values[][2] = {
        {5, 0}, {13, 1}, {19, 2}, {72, 3}, {5, PL_BTF_NAMES}, {5, UINT32_MAX}, {1000, 4}};
    static struct pl_btf_names names = {.start = "WHY_"};
    const struct pl_slice strings_of = {(const uint8_t *)text, sizeof(text), false};
    struct pl_btf_want wants[] = {{.name = "why", .names = &names}, {.name = "why"}};
    struct bytes b = {.big_endian = big_endian};
    struct pl_slice types;
    uint32_t id = 1;
    size_t used;

    put_type(&b, 1, 4, 0, false); /* a struct of that name */
    put_type(&b, 1, 6, COUNT_OF(values), false);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        put_u32(&b, values[i][0]);
        put_u32(&b, values[i][1]);
    }
    put_type(&b, 1, 8, 0, false);
    types = (struct pl_slice){b.data, b.len, big_endian};
    memset(names.text, 'x', sizeof(names.text));
    assert_int_equal(pl_btf_walk(&types, &strings_of, &id, wants, 2, &used), 0);
    assert_true(wants[0].found);
    assert_int_equal(wants[0].value, 2);
    assert_true(wants[1].found); /* the typedef, not the enumeration */
    assert_int_equal(wants[1].value, 3);
    assert_string_equal(names.text[0], "NOT");
    for (size_t i = 1; i < PL_BTF_NAMES; i++)
        assert_string_equal(names.text[i], i == 3 ? "END" : "");
}

static void enumeration(void **state)
{
    (void)state;
    enumeration_of(false);
    enumeration_of(true);
}

/* Of structs without a name, the one that also has the other member; its size. */
static void beside(void **state)
{
    struct bytes b = {0};
    struct pl_slice types;
    struct pl_slice text = names();
    struct pl_btf_want want = {.name = "", .member = "f_inode", .beside = "bits"};
    uint32_t id = 1;
    size_t used;

    (void)state;
    put_type(&b, NO_NAME, 4, 1, false);
    put_member(&b, F_INODE, 64);
    put_u32(&b, NO_NAME);
    put_u32(&b, 4U << 24 | 2);
    put_u32(&b, 24);
    put_member(&b, BITS, 0);
    put_member(&b, F_INODE, 128);
    types = (struct pl_slice){b.data, b.len, false};
    assert_int_equal(pl_btf_walk(&types, &text, &id, &want, 1, &used), 0);
    assert_true(want.found);
    assert_int_equal(want.value, 16);
    assert_int_equal(want.size, 24);
    assert_int_equal(want.id, 2);
}

static struct bytes head_of(uint32_t type_off, uint32_t type_len, uint32_t str_off,
                            uint32_t str_len)
{
    struct bytes b = {0};

    put_u16(&b, 0xeb9f);
    put_u8(&b, 1);
    put_u8(&b, 0);
    put_u32(&b, PL_BTF_HEAD);
    put_u32(&b, type_off);
    put_u32(&b, type_len);
    put_u32(&b, str_off);
    put_u32(&b, str_len);
    return b;
}

static int header_of(struct bytes b, size_t len, size_t size, struct pl_btf *out)
{
    struct pl_slice head = {b.data, len, false};

    return pl_btf_header(&head, size, out);
}

static void header(void **state)
{
    struct bytes wrong = head_of(0, 40, 40, 36);
    struct pl_btf btf;

    (void)state;
    assert_int_equal(header_of(head_of(0, 40, 40, 36), PL_BTF_HEAD, 100, &btf), 0);
    assert_int_equal(btf.types_at, 24);
    assert_int_equal(btf.types_len, 40);
    assert_int_equal(btf.strings_at, 64);
    assert_int_equal(btf.strings_len, 36);
    /* One byte short, or sections beyond the end of the file. */
    assert_int_equal(header_of(head_of(0, 40, 40, 36), PL_BTF_HEAD - 1, 100, &btf), -EBADMSG);
    assert_int_equal(header_of(head_of(0, 40, 40, 37), PL_BTF_HEAD, 100, &btf), -EBADMSG);
    assert_int_equal(header_of(head_of(0, UINT32_MAX, 40, 1), PL_BTF_HEAD, 100, &btf), -EBADMSG);
    assert_int_equal(header_of(head_of(UINT32_MAX, 1, 40, 1), PL_BTF_HEAD, 100, &btf), -EBADMSG);
    assert_int_equal(header_of(head_of(0, 0, 0, 0), PL_BTF_HEAD, 23, &btf), -EBADMSG);
    wrong.data[0] ^= 1;
    assert_int_equal(header_of(wrong, PL_BTF_HEAD, 100, &btf), -EBADMSG);
}

TEST_MAIN(TEST(walk), TEST(windows), TEST(damage), TEST(enumeration), TEST(beside), TEST(header))
