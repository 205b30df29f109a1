/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"
#include "text.h"
#include "wrap.h"

#include "model/array.h"

#include <string.h>

#define EXPLAINED 128 /* keywords at most */

enum id { WORD, KIND, TEXT, ADVICE };

#define ALL (PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV)

static const struct sheet_column columns[] = {
    {"word", "Word", ALL, WORD},
    {"kind", "Kind", ALL, KIND},
    {"text", "Meaning", ALL, TEXT},
    {"advice", "Advice", ALL, ADVICE},
};

static void explain_cell(const struct sheet *sheet, const void *row,
                         const struct sheet_column *column, struct cell *cell)
{
    const struct pl_explanation *item = row;
    const char *const texts[] = {item->word, item->kind, item->text, item->advice};

    (void)sheet;
    cell->kind = CELL_TEXT;
    cell->text = text_of(texts[column->id]);
}

static void put_lines(const struct pl_explanation *item, struct out *out)
{
    out_word(out, item->word);
    out_word(out, " (");
    out_word(out, item->kind);
    out_word(out, "): ");
    out_word(out, item->text);
    out_word(out, "\n  ");
    out_word(out, item->advice);
    out_char(out, '\n');
}

void explain_print(const struct pl_explanation *const *items, size_t count, const struct view *view,
                   const char *registry, const struct format *format, bool follows, struct out *out)
{
    const struct sheet sheet = {.key = "explanations",
                                .columns = columns,
                                .column_count = COUNT_OF(columns),
                                .view = view,
                                .registry = registry,
                                .cell = explain_cell,
                                .follows = follows && format->several};
    size_t from;

    if (count > 0 && follows && !format->several && format->begin)
        out_char(out, '\n');
    if (!format->screen) {
        if (count > 0 || format->several)
            sheet_print(&sheet, format, (const void *const *)items, count, out);
        return;
    }
    if (count > 0 && follows)
        out_char(out, '\n');
    from = out->len;
    for (size_t i = 0; i < count; i++)
        put_lines(items[i], out);
    wrap_lines(out, from, view->wrap);
}

/* ---- of a listing ---- */

/* Returns the field whose keywords a column shows. */
static const struct pl_field *shown_by(const struct pl_field *column)
{
    static const struct {
        enum pl_field_id column, field;
    } others[] = {
        {PL_FIELD_REMARK, PL_FIELD_PLACE},          {PL_FIELD_OWNERS, PL_FIELD_OWNER_UNKNOWN},
        {PL_FIELD_HOLDERS, PL_FIELD_OWNER_UNKNOWN}, {PL_FIELD_PROCESS, PL_FIELD_OWNER_UNKNOWN},
        {PL_FIELD_PID, PL_FIELD_OWNER_UNKNOWN},
    };

    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (others[i].column == column->id)
            return pl_field_row(others[i].field);
    return column;
}

static bool has_explanations(const struct pl_field *field)
{
    const struct pl_explanation *row;

    for (size_t i = 0; (row = pl_explanation_row(i)) != NULL; i++)
        if (strcmp(row->kind, field->name) == 0)
            return field->get != NULL;
    return false;
}

static size_t add(const struct pl_explanation **items, size_t count,
                  const struct pl_explanation *item)
{
    size_t i = 0;

    while (i < count && items[i] != item)
        i++;
    if (i < count || !item || count == EXPLAINED)
        return count;
    items[count] = item;
    return count + 1;
}

/* Adds the explanations of a column's keywords. Returns the new number of items. */
static size_t add_column(const struct view *view, const struct pl_field *column,
                         const struct pl_explanation **items, size_t count)
{
    const struct pl_field *field = shown_by(column);
    /* There is no remark about a usual place. */
    const struct pl_explanation *silent =
        column->id == PL_FIELD_REMARK ? pl_explanation_get("place", text_of("usual")) : NULL;

    if (!has_explanations(field))
        return count;
    for (size_t row = 0; row < view->row_count; row++) {
        struct pl_value value = {0};

        for (size_t i = 0; field->get(field, view->snap, view->rows[row], i, &value); i++) {
            const char *word = field->word && value.number <= UINT32_MAX
                                   ? field->word((unsigned int)value.number)
                                   : NULL;

            const struct pl_explanation *item =
                pl_explanation_get(field->name, word ? text_of(word) : value.text);

            count = add(items, count, item != silent ? item : NULL);
            value = (struct pl_value){0};
        }
    }
    return count;
}

void explain_listing(const struct view *view, const struct format *format, struct out *out)
{
    const struct pl_explanation *items[EXPLAINED];
    size_t count = 0;

    for (size_t i = 0; i < view->column_count + view->pair_count; i++) {
        const struct pl_field *column =
            i < view->column_count ? view->columns[i] : view->pairs[i - view->column_count];

        count = add_column(view, column, items, count);
    }
    explain_print(items, count, view, NULL, format, true, out);
}
