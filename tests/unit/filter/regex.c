/* SPDX-License-Identifier: BSD-2-Clause */
/* Which fields accept an expression and which a path; and the limit of the size. */
#include "filters.h"

static void is(const char *expression, enum pl_test_kind kind, const char *text)
{
    struct pl_filter *filter = parse(expression);

    assert_int_equal(filter->root->kind, PL_NODE_TEST);
    assert_int_equal(filter->root->test.kind, kind);
    assert_string_equal(filter->root->test.text, text);
    pl_filter_free(filter);
}

static void fields(void **state)
{
    (void)state;
    is("process /a b|(c)/", PL_TEST_REGEX, "a b|(c)");
    is("process = /A/i", PL_TEST_REGEX, "A");
    is("process matches /a b/", PL_TEST_REGEX, "a b");
    is("process matches ^a", PL_TEST_REGEX, "^a");
    is("process matches '/a/ b'", PL_TEST_REGEX, "/a/ b");
    is("process '/a/'", PL_TEST_TEXT, "/a/");
    is("process //", PL_TEST_TEXT, "//");
    is("process //i", PL_TEST_TEXT, "//i");
    is("process /a", PL_TEST_TEXT, "/a");
    is("process ~a", PL_TEST_TEXT, "~a");
    is("user matches /^w/", PL_TEST_REGEX, "^w");
    is("exe /bin/", PL_TEST_TEXT, "/bin/");
    is("exe matches /bin/", PL_TEST_REGEX, "bin");
    is("path /run/x/", PL_TEST_TEXT, "/run/x/");
    is("peer_path /run/*/", PL_TEST_GLOB, "/run/*/");
    is("cgroup matches /web/i", PL_TEST_REGEX, "web");
    is("cgroup /web/", PL_TEST_TEXT, "/web");
    is("cgroup /", PL_TEST_TEXT, "/");
    is("cgroup /sys/fs/cgroup/unified/", PL_TEST_TEXT, "/");
    wrong("sport matches 22", 0, 5);
    wrong("src matches 10.0.0.1", 0, 3);
    wrong("state matches listen", 0, 5);
    wrong("pid matches 1", 0, 3);
    wrong("process matches", 0, 7);
    wrong("process matches /[/", 16, 3);
}

static void several(void **state)
{
    struct pl_filter *filter = parse("cgroup / or cgroup /x/");

    (void)state;
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    assert_string_equal(filter->root->first->test.text, "/");
    assert_string_equal(filter->root->first->next->test.text, "/x");
    pl_filter_free(filter);
    filter = parse("src /run/a or dst /run/b/");
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    pl_filter_free(filter);
    /* The arguments of a command line. */
    filter = parse("process\x1f/\x1for\x1fprocess\x1f/x/");
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    assert_string_equal(filter->root->first->test.text, "/");
    assert_string_equal(filter->root->first->next->test.text, "x");
    pl_filter_free(filter);
    filter = parse("process\x1f/\\\x1for\x1fprocess\x1f/x/");
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    pl_filter_free(filter);
}

static void repeated(const char *part, size_t count, const char *behind, bool good)
{
    char text[8192] = "process /";
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    while (count-- > 0)
        (void)strlcat(text, part, sizeof(text));
    (void)strlcat(text, behind, sizeof(text));
    assert_true(strlcat(text, "/", sizeof(text)) < sizeof(text));
    assert_int_equal(pl_filter_parse(text, &some_names, &filter, &error), good ? 0 : -EINVAL);
    if (!good) {
        assert_int_equal(error.from, 8);
        assert_non_null(error.text);
        assert_null(strstr(error.text, "not a regular"));
    }
    pl_filter_free(filter);
}

static void sizes(void **state)
{
    (void)state;
    repeated("x{1,255}", 1, "", true);
    repeated("(x{199}){10}", 1, "", true); /* a C library may limit repetitions to 255 */
    repeated("x{2001}", 1, "", false);
    repeated("x{2001,}", 1, "", false);
    repeated("x{0,2001}", 1, "", false);
    repeated("((x{1,255}){1,255}){1,20}", 1, "", false);
    repeated("x{200}{200}", 1, "", false);
    repeated("x{99999999999999999999999}", 1, "", false);
    repeated("[[:alpha:]{300}]{300}", 7, "", false);
    repeated("[]{300}{300}]", 1, "", true);
    repeated("\\{300}\\{300}", 100, "", true);
    repeated("(a|b{2,5}c?)*", 100, "", true);
    repeated("x", 2000, "", true);
    repeated("x", 2001, "", false);
    repeated("{", 2001, "", false);
    repeated("x", 1, "+++++++++++++++++++++++++++++++++", false);
    repeated("(x+)+", 1, "", true);
    repeated("(", 101, "x", false);
}

TEST_MAIN(TEST(fields), TEST(several), TEST(sizes))
