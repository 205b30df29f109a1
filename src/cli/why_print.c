/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of "portls why": sentences on a screen, a sheet of causes elsewhere. */
#include "why.h"

#include "model/array.h"
#include "view/sheet.h"
#include "view/terminal.h"
#include "view/text.h"
#include "view/wrap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum id { ADDRESS, PORT, PROTO, REUSE, TAKEN, CAUSE, SENTENCE, EVIDENCE, FILTER, REMEDY, LEFT };

static const struct sheet_column columns[] = {
    {"address", "Address", 0, ADDRESS},
    {"port", "Port", 0, PORT, .right = true},
    {"proto", "Proto", 0, PROTO},
    {"reuse", "Reuse", 0, REUSE},
    {"taken", "Taken", 0, TAKEN},
    {"cause", "Cause", 0, CAUSE},
    {"text", "Text", 0, SENTENCE},
    {"evidence", "Evidence", 0, EVIDENCE},
    {"filter", "Filter", 0, FILTER},
    {"remedy", "Remedy", 0, REMEDY},
    {"free_in_ms", "Free-In", 0, LEFT, .right = true},
};

/* As --reuse names them, and as a sentence does. */
static const struct {
    const char *word;
    const char *flags;
} choices[] = {
    [PL_REUSE_NONE] = {"none", "no flag"},
    [PL_REUSE_ADDR] = {"addr", "SO_REUSEADDR"},
    [PL_REUSE_PORT] = {"port", "SO_REUSEPORT"},
    [PL_REUSE_ADDR | PL_REUSE_PORT] = {"both", "SO_REUSEADDR and SO_REUSEPORT"},
};

/* ---- the sheet ---- */

static void set_text(struct cell *cell, enum cell_kind kind, const char *text)
{
    cell->kind = text[0] != '\0' ? kind : CELL_ABSENT;
    cell->text = text_of(text);
}

static void set_number(struct cell *cell, enum cell_kind kind, uint64_t number)
{
    cell->kind = kind;
    cell->number = number;
}

static void cause_cell(const struct sheet *sheet, const void *item,
                       const struct sheet_column *column, struct cell *cell)
{
    const struct why_row *row = item;

    (void)sheet;
    switch ((enum id)column->id) {
    case ADDRESS:
        set_text(cell, CELL_WORD, row->address);
        break;
    case PORT:
        set_number(cell, CELL_NUMBER, row->bind.port);
        break;
    case PROTO:
        set_text(cell, CELL_WORD, pl_proto_name(row->bind.proto));
        break;
    case REUSE:
        set_text(cell, CELL_WORD, choices[row->bind.reuse].word);
        break;
    case TAKEN:
        if (row->cause.verdict != PL_BIND_UNKNOWN)
            set_number(cell, CELL_BOOL, row->cause.verdict == PL_BIND_TAKEN);
        break;
    case CAUSE:
        set_text(cell, CELL_WORD, pl_cause_name(row->cause.kind));
        break;
    case SENTENCE:
        set_text(cell, CELL_TEXT, row->text);
        break;
    case EVIDENCE:
        set_text(cell, CELL_TEXT, row->evidence);
        break;
    case FILTER:
        set_text(cell, CELL_TEXT, row->filter);
        break;
    case REMEDY:
        set_text(cell, CELL_TEXT, row->remedy);
        break;
    case LEFT:
        if (row->cause.free_in_ms > 0)
            set_number(cell, CELL_NUMBER, row->cause.free_in_ms);
        break;
    }
}

static void print_sheet(const struct why *why, const struct pl_snapshot *snap, struct out *out)
{
    const struct format *format = why->settings->format;
    const struct view view = {.snap = snap, .data = format->data, .header = why->settings->header};
    const struct sheet sheet = {.key = "causes",
                                .columns = columns,
                                .column_count = COUNT_OF(columns),
                                .view = &view,
                                .cell = cause_cell};

    sheet_print_items(&sheet, format, why->rows, sizeof(*why->rows), why->row_count, out);
}

/* ---- sentences ---- */

struct page {
    const struct why *why;
    struct out *out;
    bool color;
};

static void put_text(struct out *out, const char *text)
{
    text_plain(out, text_of(text), "");
}

/* Whether a socket is the reason, not only a limit. */
static bool is_held(const struct why *why, const struct why_question *question, uint8_t flags)
{
    for (size_t i = 0; i < why->row_count; i++) {
        const struct why_row *row = &why->rows[i];

        if (row->question == question && row->bind.reuse == flags && row->cause.sock &&
            row->cause.verdict == PL_BIND_TAKEN)
            return true;
    }
    return false;
}

static void put_verdict(const struct page *page, const struct why_question *question, uint8_t flags)
{
    static const char *const words[] = {[PL_BIND_FREE] = "free",
                                        [PL_BIND_UNKNOWN] = "not known",
                                        [PL_BIND_TAKEN] = "cannot be bound"};
    enum pl_bind_verdict verdict = why_verdict(page->why, question, flags);
    static const char *const styles[] = {[PL_BIND_FREE] = "\033[1;32m",
                                         [PL_BIND_UNKNOWN] = "\033[1;33m",
                                         [PL_BIND_TAKEN] = "\033[1;4;31m"};

    out_word(page->out, page->color ? styles[verdict] : "");
    out_word(page->out, verdict == PL_BIND_TAKEN && is_held(page->why, question, flags)
                            ? "taken"
                            : words[verdict]);
    out_word(page->out, page->color ? TERMINAL_PLAIN : "");
}

static void put_address(const struct page *page, const struct why_question *question)
{
    bool brackets = question->bind.family == PL_FAMILY_INET6;
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(question->bind.family, question->bind.addr, text);

    out_word(page->out, brackets ? "[" : "");
    out_bytes(page->out, text, len);
    if (question->zone[0] != '\0')
        out_char(page->out, '%');
    put_text(page->out, question->zone);
    out_word(page->out, brackets ? "]:" : ":");
    out_number(page->out, question->bind.port);
    out_char(page->out, '/');
    out_word(page->out, pl_proto_name(question->bind.proto));
}

static bool is_equal(const struct why *why, const struct why_question *a,
                     const struct why_question *b)
{
    for (size_t i = 0; i < why->flag_count; i++) {
        if (why_verdict(why, a, why->flags[i]) != why_verdict(why, b, why->flags[i]))
            return false;
    }
    return true;
}

/* "0.0.0.0:80/tcp and [::]:80/tcp: free with SO_REUSEADDR, taken without it". Returns the first question of another line. */
static size_t put_line(const struct page *page, size_t at, size_t end)
{
    const struct why *why = page->why;
    const struct why_question *first = &why->questions[at];
    uint8_t last = why->flags[why->flag_count - 1];
    enum pl_bind_verdict verdict = why_verdict(why, first, last);

    put_address(page, first);
    while (++at < end && is_equal(why, first, &why->questions[at])) {
        out_word(page->out, " and ");
        put_address(page, &why->questions[at]);
    }
    out_word(page->out, ": ");
    put_verdict(page, first, last);
    if (why->flag_count == 1 || why_verdict(why, first, why->flags[0]) != verdict) {
        out_word(page->out, " with ");
        out_word(page->out, choices[last].flags);
    }
    if (why->flag_count > 1 && why_verdict(why, first, why->flags[0]) != verdict) {
        out_word(page->out, ", ");
        put_verdict(page, first, why->flags[0]);
        out_word(page->out, " without it");
    }
    out_char(page->out, '\n');
    return at;
}

static bool is_probe(const struct why_row *row)
{
    return row->cause.kind == PL_CAUSE_PROBE || row->cause.kind == PL_CAUSE_DISAGREEMENT;
}

/* What was tried is printed for each address and choice of flags. */
static bool is_same(const struct why_row *a, const struct why_row *b)
{
    return !is_probe(a) && a->cause.kind == b->cause.kind && a->cause.sock == b->cause.sock &&
           a->question->operand == b->question->operand && a->bind.port == b->bind.port;
}

/* Whether another row of the operand has the same cause, and is the one to print. */
static bool is_repeated(const struct why *why, const struct why_row *row)
{
    uint8_t last = why->flags[why->flag_count - 1];

    for (size_t i = 0; i < why->row_count; i++) {
        const struct why_row *other = &why->rows[i];
        bool better = other->bind.reuse == last && row->bind.reuse != last;
        bool equal = (other->bind.reuse == last) == (row->bind.reuse == last);

        if (other == row || !is_same(other, row))
            continue;
        if (better || (equal && (other->cause.count > row->cause.count ||
                                 (other->cause.count == row->cause.count && other < row))))
            return true;
    }
    return false;
}

static void put_cause(const struct page *page, const struct why_row *row)
{
    uint8_t last = page->why->flags[page->why->flag_count - 1];
    struct out *out = page->out;

    if (row->cause.kind == PL_CAUSE_NEXT_FREE) {
        out_word(out, "  next free port: ");
        out_number(out, row->bind.port);
        out_char(out, '\n');
        return;
    }
    out_word(out, "  ");
    out_word(out, pl_cause_name(row->cause.kind));
    out_word(out, row->bind.reuse == last || !row->cause.sock ? ": " : " (without a flag): ");
    put_text(out, row->text);
    if (row->evidence[0] != '\0') {
        out_word(out, "\n    ");
        put_text(out, row->evidence);
    }
    if (row->remedy[0] != '\0') {
        out_word(out, "\n    ");
        put_text(out, row->remedy);
    }
    out_char(out, '\n');
}

static void print_page(const struct page *page)
{
    const struct why *why = page->why;
    bool remedies = false;

    for (size_t i = 0; i < why->row_count; i++)
        remedies |= why->rows[i].remedy[0] != '\0';
    for (size_t at = 0, end; at < why->question_count; at = end) {
        size_t operand = why->questions[at].operand;

        if (at > 0)
            out_char(page->out, '\n');
        for (end = at; end < why->question_count && why->questions[end].operand == operand;)
            end++;
        while (at < end)
            at = put_line(page, at, end);
        for (size_t i = 0; i < why->row_count; i++) {
            const struct why_row *row = &why->rows[i];

            if (row->question->operand == operand && row->cause.kind != PL_CAUSE_FREE &&
                !is_repeated(why, row))
                put_cause(page, row);
        }
    }
    if (!why->settings->netns || !remedies)
        return;
    out_word(page->out, "run these commands in the same network namespace: portkill with -N ");
    put_text(page->out, why->settings->netns);
    out_word(page->out, ", others with ip netns exec NAME or nsenter --net --target PID\n");
}

void why_print(const struct why *why, const struct pl_snapshot *snap, struct out *out)
{
    const struct settings *settings = why->settings;
    const struct page page = {
        .why = why,
        .out = out,
        .color = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO),
    };
    size_t from = out->len;

    if (!settings->format->screen) {
        print_sheet(why, snap, out);
        return;
    }
    print_page(&page);
    wrap_lines(out, from, terminal_wrap(STDOUT_FILENO));
}
