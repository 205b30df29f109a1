/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of formats, notes, and rules of every format. */
#include "sample.h"

#include "alloc.h"

#include "view/sheet.h"

static char buf[65536];

static const char *print(const struct view *view, const struct format *format)
{
    struct out out = {.fd = -1};

    list_print(view, format, &out);
    (void)out_text(&out, buf, sizeof(buf));
    out_free(&out);
    return buf;
}

/* Every format, every column: no control byte, and only valid UTF-8. */
static void all_is_plain(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t f = 0; f < view_format_count; f++) {
        for (size_t c = 0; c < PL_FIELD_COLUMNS; c++) {
            struct view view = sample_view(snap, pl_fields[c].name, view_formats[f].data);

            (void)print(&view, &view_formats[f]);
            for (const char *at = buf; *at; at++)
                assert_true((*at >= ' ' && *at < 0x7f) || *at == '\n' ||
                            (*at == '\t' && strcmp(view_formats[f].name, "tsv") == 0));
        }
    }
    pl_snapshot_free(snap);
}

static void find(void **state)
{
    static const char *const names[] = {"table", "json", "jsonl", "csv", "tsv"};

    (void)state;
    assert_true(view_format_count >= COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_string_equal(view_format_find(names[i])->name, names[i]);
    assert_null(view_format_find(""));
    assert_null(view_format_find("JSON"));
}

static void note(void **state)
{
    const struct pl_note hidden = {.kind = PL_NOTE_OWNERS_HIDDEN, .count = 12};
    const struct pl_note foreign = {.kind = PL_NOTE_FEED_FOREIGN, .feed = TEXT("a\n\x1b[b\\")};
    struct out out = {.fd = -1};

    (void)state;
    view_note(&out, &hidden);
    assert_string_equal(out_text(&out, buf, sizeof(buf)),
                        "owners of 12 sockets are hidden; run as root or with "
                        "cap_sys_ptrace,cap_dac_read_search");
    view_note(&out, &foreign);
    assert_string_equal(out_text(&out, buf, sizeof(buf)),
                        "ignored 'a\\x0a\\x1b[b\\\\', which does not belong in the recording");
    out_free(&out);
}

/* If memory runs out anywhere, there is an error, never a truncated row. */
static void out_of_memory(void **state)
{
    struct pl_snapshot *snap = sample_new();

    (void)state;
    for (size_t f = 0; f < view_format_count; f++) {
        const struct view view = sample_view(snap, "proto,local,owners", view_formats[f].data);
        unsigned long nth = 0;
        bool failed;

        do {
            struct out out = {.fd = -1};

            alloc_fail(++nth);
            list_print(&view, &view_formats[f], &out);
            failed = alloc_failed();
            alloc_fail(0);
            assert_int_equal(out.error, failed ? ENOMEM : 0);
            out_free(&out);
        } while (failed);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(all_is_plain), TEST(find), TEST(note), TEST(out_of_memory))
