/* SPDX-License-Identifier: BSD-2-Clause */
/* Members, items and strings; each text cut at each byte, in memory of its own. */
#include "harness.h"

#include "decode/json.h"
#include "model/array.h"

#include <stdlib.h>

static struct pl_slice of(const char *text)
{
    return (struct pl_slice){.data = (const uint8_t *)text, .len = strlen(text)};
}

static const struct {
    const char *object, *value; /* NULL: none */
} members[] = {
    {"{\"a\":1}", "1"},
    {" {\n\"b\" : [ {\"a\":2} , \"]\" ] ,\t\"a\" : \"x\\\"}\" } ", "\"x\\\"}\""},
    {"{\"b\":\"a\",\"a\":{\"a\":3},\"a\":4}", "{\"a\":3}"},
    {"{\"b\":\"\\\\\",\"a\":null}", "null"},
    {"{\"a\":[]}", "[]"},
    {"{\"a\":-1.5e3,\"b\":2}", "-1.5e3"},
    {"{\"aa\":1}", NULL},
    {"{}", NULL},
    {"", NULL},
    {"[\"a\",1]", NULL},
    {"\"a\"", NULL},
    {"{\"a\"}", NULL},
    {"{\"a\":}", NULL},
    {"{\"a\":[}", "[}"}, /* not validated */
    {"{\"a\":[", NULL},
    {"{\"a\":\"", NULL},
    {"{\"a\":\"\\", NULL},
    {"{a:1}", NULL},
    {"{\"b\":1 \"a\":2}", NULL},
    {"{\"b\":1,,\"a\":2}", NULL},
    {"{\"b\":}\"a\":2}", NULL},
};

static void get(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct pl_slice value = {0};
        bool found = pl_json_get(of(members[i].object), "a", &value);

        if (found != (members[i].value != NULL) ||
            (found && !pl_slice_is(&value, members[i].value)))
            fail_msg("%s: %.*s", members[i].object, (int)value.len, (const char *)value.data);
    }
}

static void next(void **state)
{
    struct pl_slice rest = of("[1, {\"x\":[2]} ,\"3\"]");
    struct pl_slice item;

    (void)state;
    assert_true(pl_json_next(&rest, &item) && pl_slice_is(&item, "1"));
    assert_true(pl_json_next(&rest, &item) && pl_slice_is(&item, "{\"x\":[2]}"));
    assert_true(pl_json_next(&rest, &item) && pl_slice_is(&item, "\"3\""));
    assert_false(pl_json_next(&rest, &item));
    rest = of("[]");
    assert_false(pl_json_next(&rest, &item));
    rest = of("{}");
    assert_false(pl_json_next(&rest, &item));
    rest = of("[[[[[[");
    assert_false(pl_json_next(&rest, &item));
}

static const struct {
    const char *value, *text; /* NULL: refused */
} strings[] = {
    {"\"\"", ""},
    {"\"plain /\"", "plain /"},
    {"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\b\f\n\r\t"},
    {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"\"12345678901234567890\"", "12345678901234567890"},
    {"\"123456789012345678901\"", NULL},
    {"\"1234567890123456789\\u00e9\"", NULL},
    {"\"12345678901234567890\\n\"", NULL},
    {"\"\\ud83d\"", NULL},
    {"\"\\ude00\\ud83d\"", NULL},
    {"\"\\ud83dxude00\"", NULL},
    {"\"\\ud83d\\u0041\"", NULL},
    {"\"\\u00g0\"", NULL},
    {"\"\\u00\"", NULL},
    {"\"\\x41\"", NULL},
    {"\"a", NULL},
    {"\"a\"b\"", NULL},
    {"\"\\\"", NULL},
    {"a", NULL},
    {"\"", NULL},
    {"", NULL},
    {"1", NULL},
};

static void string(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(strings); i++) {
        char text[20];
        uint32_t len = 0;
        bool good = pl_json_string(of(strings[i].value), text, sizeof(text), &len);

        if (good != (strings[i].text != NULL) ||
            (good && (len != strlen(strings[i].text) || memcmp(text, strings[i].text, len) != 0)))
            fail_msg("%s: %d, %.*s", strings[i].value, good, (int)len, text);
    }
}

static void try_all(const char *whole)
{
    for (size_t len = 0; len <= strlen(whole); len++) {
        uint8_t *copy = malloc(len + 1);
        struct pl_slice cut = {.data = copy, .len = len};
        struct pl_slice value;
        uint32_t length;
        char text[20];

        assert_non_null(copy);
        memcpy(copy, whole, len);
        (void)pl_json_get(cut, "a", &value);
        (void)pl_json_string(cut, text, sizeof(text), &length);
        while (pl_json_next(&cut, &value))
            ;
        free(copy);
    }
}

static void truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++)
        try_all(members[i].object);
    for (size_t i = 0; i < COUNT_OF(strings); i++)
        try_all(strings[i].value);
    try_all("[1, {\"x\":[2]} ,\"3\"]");
}

TEST_MAIN(TEST(get), TEST(next), TEST(string), TEST(truncated))
