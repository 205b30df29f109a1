/* SPDX-License-Identifier: BSD-2-Clause */
/* Explanations after a listing: those of its keywords, each once. */
#include "sample.h"

#include "view/explain.h"

#include "model/array.h"

static const char *explained(const char *columns, bool data, const char *format, char *buf,
                             size_t size)
{
    struct pl_snapshot *snap = sample_new();
    struct view view = sample_view(snap, columns, data);
    struct out out = {.fd = -1};

    explain_listing(&view, view_format_find(format), &out);
    assert_int_equal(out.error, 0);
    (void)out_text(&out, buf, size);
    out_free(&out);
    pl_snapshot_free(snap);
    return buf;
}

static void of_a_table(void **state)
{
    static const char listen[] = "\nLISTEN (state): The socket waits for incoming connections.\n  ";
    char buf[16384];

    (void)state;
    assert_memory_equal(explained("proto,state", false, "table", buf, sizeof(buf)), listen,
                        sizeof(listen) - 1);
    assert_null(strstr(strstr(buf, "LISTEN (state)") + 1, "LISTEN (state)"));
    assert_null(strstr(buf, "(reach)"));
    assert_string_equal(explained("proto,local_port", false, "table", buf, sizeof(buf)), "");
}

static void of_data(void **state)
{
    char buf[16384];

    (void)state;
    (void)explained("state", false, "markdown", buf, sizeof(buf));
    assert_memory_equal(buf, "\n| Word | Kind | Meaning | Advice |\n", 34);
    assert_string_equal(explained("local_port", false, "markdown", buf, sizeof(buf)), "");
    (void)explained("state", true, "json", buf, sizeof(buf));
    assert_non_null(strstr(buf, ",\"explanations\":[\n{\"word\":\"LISTEN\",\"kind\":\"state\","));
    assert_non_null(strstr(buf, "\"notes\":["));
}

static void printed(void **state)
{
    const struct pl_explanation *items[2];
    const struct view view = {.data = true};
    struct out out = {.fd = -1};
    char buf[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(items); i++)
        items[i] = pl_explanation_row(i);
    explain_print(items, COUNT_OF(items), &view, "today", view_format_find("tsv"), false, &out);
    (void)out_text(&out, buf, sizeof(buf));
    assert_memory_equal(buf, "ESTABLISHED\tstate\t", 18);
    out_free(&out);
}

TEST_MAIN(TEST(of_a_table), TEST(of_data), TEST(printed))
