/* SPDX-License-Identifier: BSD-2-Clause */
/* The findings of "portls doctor": sentences on a screen, a sheet elsewhere. */
#include "doctor.h"

#include "model/array.h"
#include "view/sheet.h"
#include "view/terminal.h"
#include "view/text.h"
#include "view/wrap.h"

#include <string.h>
#include <unistd.h>

enum id { ID, SEVERITY, SENTENCE, EVIDENCE, FILTER, REMEDY, SINCE };

static const struct sheet_column columns[] = {
    {"id", "Id", 0, ID},
    {"severity", "Severity", 0, SEVERITY},
    {"text", "Text", 0, SENTENCE},
    {"evidence", "Evidence", 0, EVIDENCE},
    {"filter", "Filter", 0, FILTER},
    {"remedy", "Remedy", 0, REMEDY},
    {"since", "Since", 0, SINCE},
};

static void finding_cell(const struct sheet *sheet, const void *item,
                         const struct sheet_column *column, struct cell *cell)
{
    const struct doctor_row *row = item;
    const char *const texts[] = {
        [ID] = pl_rule_name(row->finding->rule),
        [SEVERITY] = pl_severity_name(row->finding->severity),
        [SENTENCE] = row->text,
        [EVIDENCE] = row->evidence,
        [FILTER] = row->filter,
        [REMEDY] = row->remedy,
        [SINCE] = row->since,
    };
    const char *text = texts[column->id];

    (void)sheet;
    cell->kind = text[0] == '\0'               ? CELL_ABSENT
                 : column->id <= (int)SEVERITY ? CELL_WORD
                                               : CELL_TEXT;
    cell->text = text_of(text);
}

/* ---- sentences ---- */

static void put_text(struct out *out, const char *text)
{
    text_plain(out, text_of(text), "");
}

/* "2 warnings" */
static void put_count(struct out *out, const char *before, size_t count, const char *word)
{
    out_word(out, before);
    out_number(out, count);
    out_char(out, ' ');
    out_word(out, word);
    out_word(out, count == 1 ? "" : "s");
}

static void put_total(const struct doctor_page *page, struct out *out)
{
    const char *before = "";
    size_t count;

    (void)pl_snapshot_socks(page->snap, &count);
    put_count(out, "", count, "socket");
    out_word(out, ": ");
    for (unsigned int i = PL_SEVERITY_MAX; i-- > 0;) {
        if (page->counts[i] == 0)
            continue;
        put_count(out, before, page->counts[i], pl_severity_name(i));
        before = ", ";
    }
    out_word(out, page->row_count == 0 ? "no finding\n" : "\n");
}

static void put_row(const struct settings *settings, const struct doctor_row *row, bool color,
                    struct out *out)
{
    static const char *const styles[] = {[PL_SEVERITY_NOTE] = "\033[1m",
                                         [PL_SEVERITY_WARNING] = "\033[1;33m",
                                         [PL_SEVERITY_ERROR] = "\033[1;4;31m"};
    const char *const lines[] = {row->evidence, row->remedy};

    out_word(out, color ? styles[row->finding->severity] : "");
    out_word(out, pl_severity_name(row->finding->severity));
    out_word(out, color ? TERMINAL_PLAIN : "");
    out_char(out, ' ');
    out_word(out, pl_rule_name(row->finding->rule));
    out_word(out, ": ");
    put_text(out, row->text);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (lines[i][0] == '\0')
            continue;
        out_word(out, "\n    ");
        put_text(out, lines[i]);
    }
    if (row->filter[0] != '\0') {
        out_word(out, "\n    portls ");
        if (settings->netns) {
            out_word(out, "-N '");
            text_plain(out, text_of(settings->netns), "");
            out_word(out, "' ");
        }
        out_char(out, '\'');
        put_text(out, row->filter);
        out_char(out, '\'');
    }
    out_char(out, '\n');
}

void doctor_print(const struct doctor_page *page, struct out *out)
{
    const struct settings *settings = page->settings;
    const struct format *format = settings->format;
    const struct view view = {.snap = page->snap, .data = format->data, .header = settings->header};
    size_t from = out->len;
    const struct sheet sheet = {.key = "findings",
                                .columns = columns,
                                .column_count = COUNT_OF(columns),
                                .view = &view,
                                .cell = finding_cell};

    if (!format->screen) {
        sheet_print_items(&sheet, format, page->rows, sizeof(*page->rows), page->row_count, out);
        return;
    }
    put_total(page, out);
    for (size_t i = 0; i < page->row_count; i++)
        put_row(settings, &page->rows[i],
                terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO), out);
    wrap_lines(out, from, terminal_wrap(STDOUT_FILENO));
}
