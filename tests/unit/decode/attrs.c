/* SPDX-License-Identifier: BSD-2-Clause */
/* Optional details of a row: read only if the kernel's struct is long enough. */
#include "harness.h"

#include "decode/linux/diag.h"

static const uint8_t bytes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0xf8};

static struct pl_slice part(size_t len)
{
    return (struct pl_slice){.data = bytes, .len = len};
}

static void widths(void **state)
{
    static const struct pl_attr_field fields[] = {
        {1, 1, 0, 0, PL_ATTR_TOS},
        {2, 2, 0, 0, PL_ATTR_MARK},
        {4, 4, 0, 0, PL_ATTR_RTT},
        {0, 8, 0, 0, PL_ATTR_CGROUP_ID},
    };
    static const uint64_t little[] = {0x02, 0x0403, 0xf8070605, 0xf807060504030201};
    static const uint64_t big[] = {0x02, 0x0304, 0x050607f8, 0x01020304050607f8};
    struct pl_slice from = part(sizeof(bytes));

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pl_attrs attrs = {.count = 0};

        from.big_endian = i == 1;
        pl_attrs_fields(&attrs, &from, fields, COUNT_OF(fields));
        assert_int_equal(attrs.count, COUNT_OF(fields));
        for (size_t j = 0; j < COUNT_OF(fields); j++) {
            assert_int_equal(attrs.items[j].id, fields[j].id);
            assert_int_equal(attrs.items[j].text, 0);
            assert_true(attrs.items[j].u.num == (i == 1 ? big : little)[j]);
        }
    }
}

/* Bits of a number; if all are 0, it is not absent. */
static void bits(void **state)
{
    static const struct pl_attr_field fields[] = {
        {7, 1, 4, 0xf, PL_ATTR_SND_WSCALE},
        {7, 1, 0, 0xf, PL_ATTR_RCV_WSCALE},
        {7, 1, 0, 1, PL_ATTR_APP_LIMITED},
        {6, 2, 15, 1, PL_ATTR_SACK},
    };
    static const uint64_t want[] = {0xf, 0x8, 0, 1};
    struct pl_attrs attrs = {.count = 0};
    struct pl_slice from = part(sizeof(bytes));

    (void)state;
    pl_attrs_fields(&attrs, &from, fields, COUNT_OF(fields));
    assert_int_equal(attrs.count, COUNT_OF(fields));
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        assert_true(attrs.items[i].u.num == want[i]);
}

/* The struct of an older kernel: only the fields that end within it. */
static void short_struct(void **state)
{
    static const struct pl_attr_field fields[] = {
        {0, 4, 0, 0, PL_ATTR_RTT},
        {4, 4, 0, 0, PL_ATTR_RTTVAR},
        {UINT16_MAX, 8, 0, 0, PL_ATTR_CWND},
        {0, 1, 0, 0, PL_ATTR_TOS},
    };
    static const size_t want[] = {0, 1, 1, 1, 2, 2, 2, 2, 3};

    (void)state;
    for (size_t len = 0; len <= sizeof(bytes); len++) {
        struct pl_attrs attrs = {.count = 0};
        struct pl_slice from = part(len);

        pl_attrs_fields(&attrs, &from, fields, COUNT_OF(fields));
        assert_int_equal(attrs.count, want[len]);
        if (len > 0)
            assert_int_equal(attrs.items[attrs.count - 1].id, PL_ATTR_TOS);
    }
}

/* A text is not copied and has a length; an empty one is not absent. */
static void texts(void **state)
{
    struct pl_attrs attrs = {.count = 0};
    const struct pl_slice name = {.data = (const uint8_t *)"a\0b\x1b", .len = 4};
    const struct pl_slice empty = {.data = NULL, .len = 0};

    (void)state;
    pl_attrs_text(&attrs, PL_ATTR_PATH, &name);
    pl_attrs_text(&attrs, PL_ATTR_ULP, &empty);
    assert_int_equal(attrs.count, 2);
    assert_int_equal(attrs.items[0].id, PL_ATTR_PATH);
    assert_int_equal(attrs.items[0].text, 1);
    assert_int_equal(attrs.items[0].len, 4);
    assert_ptr_equal(attrs.items[0].u.text, name.data);
    assert_int_equal(attrs.items[1].text, 1);
    assert_int_equal(attrs.items[1].len, 0);
    assert_non_null(attrs.items[1].u.text);
}

/* A repeated attribute fills the space and no more. */
static void full(void **state)
{
    struct {
        struct pl_attrs attrs;
        uint64_t behind;
    } room = {.behind = 0x1122334455667788};
    const struct pl_slice name = {.data = bytes, .len = 1};
    const struct pl_attr_field field = {0, 1, 0, 0, PL_ATTR_TOS};
    struct pl_slice from = part(1);

    (void)state;
    for (size_t i = 0; i < PL_ATTR_MAX; i++)
        pl_attrs_num(&room.attrs, PL_ATTR_MARK, i);
    pl_attrs_num(&room.attrs, PL_ATTR_MARK, 4711);
    pl_attrs_text(&room.attrs, PL_ATTR_PATH, &name);
    pl_attrs_fields(&room.attrs, &from, &field, 1);
    assert_int_equal(room.attrs.count, PL_ATTR_MAX);
    for (size_t i = 0; i < PL_ATTR_MAX; i++) {
        assert_int_equal(room.attrs.items[i].id, PL_ATTR_MARK);
        assert_true(room.attrs.items[i].u.num == i);
    }
    assert_true(room.behind == 0x1122334455667788);
}

TEST_MAIN(TEST(widths), TEST(bits), TEST(short_struct), TEST(texts), TEST(full))
