/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the screen: status, titles, lines, the filter or a message, and what the keys do. */
#include "state.h"

#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BELOW 2 /* lines below the view */

/* The order holds still for that long after a key moved the cursor. */
#define STILL_TIME (3 * SECOND)

size_t screen_page(const struct screen *screen)
{
    int rows = screen->tty.paint.height - SCREEN_TOP - BELOW;

    return rows > 0 ? (size_t)rows : 0;
}

/* ---- what is visible ---- */

static void make_order(struct screen *screen)
{
    const struct sorting *mine = &screen->by[screen->view];
    const struct sorting *rows = &screen->by[VIEW_CONNECTIONS];
    struct order_by by = {.column = (enum column)rows->column, .descending = rows->descending};
    int kind = views_groups(screen->view);
    int err;

    /* The first screen must not wait until all are sorted. */
    by.first = screen->refresh_due == 0 ? screen_page(screen) : 0;
    by.still = screen->cursor.moved != 0 && screen->now - screen->cursor.moved < STILL_TIME;
    err = order_make(&screen->order, screen_rows(screen), &screen->choice, &by);
    if (err == 0 && kind >= 0) {
        err = groups_make(&screen->groups, &screen->order, (enum group_kind)kind,
                          (enum group_column)mine->column, mine->descending);
        err =
            err ? err
                : tree_make(&screen->tree, &screen->groups, &screen->order, (enum group_kind)kind);
    }
    if (err < 0)
        screen->error = err;
}

void screen_refresh(struct screen *screen)
{
    tree_clear(&screen->tree); /* they refer to rows */
    groups_free(&screen->groups);
    if (!screen->frozen)
        choose_new(screen);
    make_order(screen);
    screen->rates = order_rates(&screen->order);
    cursor_follow(screen);
    screen->changed = screen->order.partial;
}

/* Returns the number of lines whose text is ready. */
static size_t fill(struct screen *screen)
{
    size_t page = screen_page(screen);
    size_t count = cursor_count(screen);
    size_t visible;
    int err;

    cursor_show(screen, page);
    visible = count - screen->cursor.top < page ? count - screen->cursor.top : page;
    if (screen->line_room < visible) {
        struct line *lines = realloc(screen->lines, visible * sizeof(*lines));

        if (!lines)
            return 0;
        screen->lines = lines;
        screen->line_room = visible;
    }
    for (size_t i = 0; i < visible; i++)
        screen->lines[i] = cursor_line(screen, screen->cursor.top + i);
    screen->grid.now = screen_at(screen);
    screen->grid.sorted = screen->view == VIEW_LOG ? -1 : (int)screen->by[screen->view].column;
    screen->grid.descending = screen->by[screen->view].descending;
    err = grid_fill(&screen->grid, screen->lines, visible);
    if (err < 0)
        screen->error = err;
    return err < 0 ? 0 : visible;
}

/* ---- the status line ---- */

static void put_rates(const struct screen *screen, struct out *out)
{
    bool rated = screen->rates.known;

    out_word(out, "  in ");
    if (rated)
        units_bytes(out, screen->rates.in);
    out_word(out, rated ? "/s out " : "- out ");
    if (rated)
        units_bytes(out, screen->rates.out);
    out_word(out, rated ? "/s" : "-");
}

static void put_choice(const struct screen *screen, struct out *out)
{
    static const char *const states[] = {[STATES_ALL] = "",
                                         [STATES_LISTENING] = "  listeners",
                                         [STATES_ESTABLISHED] = "  established"};
    uint32_t protos = screen->choice.protos;

    out_word(out, states[screen->choice.states]);
    if (!(protos & PL_BIT(PL_PROTO_UDP)))
        out_word(out, "  tcp");
    if (!(protos & PL_BIT(PL_PROTO_TCP)))
        out_word(out, "  udp");
    if (screen->choice.hide_loopback)
        out_word(out, "  no loopback");
}

static void put_source(const struct screen *screen, struct out *out)
{
    if (screen->play.journal) {
        out_word(out, "  ");
        out_number(out, screen->play.lost);
        out_word(out, " events lost");
    } else if (screen->stream) {
        out_word(out, "  events by BPF, ");
        out_number(out, pl_stream_lost(screen->stream));
        out_word(out, " lost");
    } else {
        out_word(out, "  tables every ");
        units_short(out, read_wait(screen) / 1000);
    }
}

static void put_record(const struct screen *screen, struct out *out)
{
    if (!screen->record.journal)
        return;
    out_word(out, "RECORDING ");
    out_number(out, screen->record.events);
    out_word(out, " events  ");
}

static void draw_status(struct screen *screen)
{
    const struct paint *paint = &screen->tty.paint;
    struct out out = {.fd = -1};
    size_t total = screen_rows(screen)->count;

    if (screen->frozen)
        out_word(&out, "FROZEN  ");
    if (screen->play.journal)
        play_status(screen, &out);
    put_record(screen, &out);
    out_word(&out, views_get(screen->view)->name);
    out_word(&out, "  ");
    if (screen->view == VIEW_LOG) {
        out_number(&out, screen_log(screen)->total);
        out_word(&out, " events");
    } else {
        out_number(&out, screen->order.count);
        out_word(&out, " of ");
        out_number(&out, total);
        out_word(&out, " sockets");
        put_rates(screen, &out);
    }
    put_choice(screen, &out);
    put_source(screen, &out);
    (void)paint_text(paint, 0, 0, paint->width, screen->frozen ? STYLE_ERROR : STYLE_TITLE,
                     out.data, out.len);
    out_free(&out);
}

/* ---- below the view ---- */

/* The line that is edited, with what is wrong marked, and the error beside it. */
static void draw_editor(struct screen *screen, int y)
{
    const struct paint *paint = &screen->tty.paint;
    const struct editor *editor = &screen->editor;
    const char *label = editor_label(screen);
    int left = (int)strlen(label) + 1;
    size_t room = paint->width > left ? (size_t)(paint->width - left) : 0;
    size_t from = editor->at > room / 2 + room / 4 ? editor->at - (room / 2 + room / 4) : 0;
    int x = paint_word(paint, y, 0, STYLE_STRONG, label);
    int at = x;

    while (from < editor->len && ((unsigned char)editor->text[from] & 0xc0) == 0x80)
        from++; /* no part of a character */
    for (size_t i = from; i < editor->len;) {
        bool wrong = editor->error[0] != '\0' && i >= editor->error_from &&
                     i < editor->error_from + editor->error_len;
        size_t size = 1;

        while (i + size < editor->len && ((unsigned char)editor->text[i + size] & 0xc0) == 0x80)
            size++;
        x += paint_text(paint, y, x, paint->width - x, wrong ? STYLE_ERROR : STYLE_NORMAL,
                        editor->text + i, size);
        i += size;
        if (i <= editor->at)
            at = x;
    }
    if (editor->error[0] != '\0') {
        struct out out = {.fd = -1};

        text_plain(&out, text_of(editor->error), "");
        (void)paint_text(paint, y, x + 2, paint->width - x - 2, STYLE_ERROR, out.data, out.len);
        out_free(&out);
    }
    tty_cursor(&screen->tty, y, at < paint->width ? at : paint->width - 1);
}

/* Returns the text of the line above the keys. */
static void put_note(const struct screen *screen, struct out *out, unsigned int *style)
{
    *style = STYLE_NORMAL;
    if (screen->message[0] != '\0') {
        *style = STYLE_STRONG;
        text_plain(out, text_of(screen->message), "");
    } else if (screen->play.journal && !screen->play.next) {
        *style = screen->play.error < 0 ? STYLE_ERROR : STYLE_STRONG;
        out_word(out, screen->play.error == -EBADMSG
                          ? "the journal is damaged: what follows cannot be shown"
                      : screen->play.error < 0 ? pl_error_text(-screen->play.error)
                                               : "the recording has ended");
    } else if (screen->error < 0) {
        *style = STYLE_ERROR;
        out_word(out, "cannot read sockets: ");
        out_word(out, pl_error_text(-screen->error));
    } else if (screen->applied[0] != '\0') {
        out_word(out, "filter: ");
        text_plain(out, text_of(screen->applied), "");
    } else if (screen->hidden[0] != '\0') {
        out_word(out, screen->hidden);
    } else {
        grid_hidden(&screen->grid, out);
    }
}

static void draw_below(struct screen *screen)
{
    const struct paint *paint = &screen->tty.paint;
    int y = paint->height - BELOW;
    struct out out = {.fd = -1};
    unsigned int style;

    tty_hide_cursor(&screen->tty);
    if (screen->editor.open) {
        draw_editor(screen, y);
    } else {
        put_note(screen, &out, &style);
        if (out.len > 0)
            (void)paint_text(paint, y, 0, paint->width, style, out.data, out.len);
    }
    out_free(&out);
    paint_fill(paint, y + 1, 0, STYLE_HEADER);
    (void)paint_word(paint, y + 1, 0, STYLE_HEADER, keys_hint(screen));
}

/* ---- popups ---- */

/* The indent of the rest of a line, if the line has one. */
#define INDENT 4

/* Draws lines of a text, broken at blanks. Returns how many there are in all. */
static size_t draw_lines(const struct paint *paint, const struct out *text, size_t top, size_t page)
{
    unsigned int style = STYLE_TITLE;
    size_t line = 0;
    size_t next;
    int indent = 0;
    int more = 0; /* the indent of the next line */

    for (size_t at = 0; at < text->len; at += next, line++) {
        const char *from = text->data + at;
        size_t len;

        if (at > 0 && from[-1] == '\n')
            style = STYLE_NORMAL;
        if (at == 0 || from[-1] == '\n') {
            indent = 0;
            more = from[0] == ' ' && paint->width > 2 * INDENT ? INDENT : 0;
        } else {
            indent = more;
        }
        len = paint_break(from, text->len - at, paint->width - indent, &next);
        if (line >= top && line - top < page)
            (void)paint_text(paint, (int)(line - top), indent, paint->width - indent, style, from,
                             len);
    }
    return line;
}

static void draw_popup(struct screen *screen)
{
    const struct paint *paint = &screen->tty.paint;
    const struct out *text = &screen->popup_text;
    size_t page = (size_t)(paint->height > 2 ? paint->height - 2 : 0);
    size_t lines = draw_lines(paint, text, 0, 0);

    if (screen->popup_top + page > lines)
        screen->popup_top = lines > page ? lines - page : 0;
    (void)draw_lines(paint, text, screen->popup_top, page);
    tty_hide_cursor(&screen->tty);
    paint_fill(paint, paint->height - 1, 0, STYLE_HEADER);
    (void)paint_word(paint, paint->height - 1, 0, STYLE_HEADER, keys_hint(screen));
}

/* ---- the screen ---- */

static void draw_view(struct screen *screen)
{
    const struct cursor *cursor = &screen->cursor;
    size_t visible = fill(screen);
    int selected = cursor->set && !cursor->gone && cursor->index >= cursor->top &&
                           cursor->index - cursor->top < visible
                       ? (int)(cursor->index - cursor->top)
                       : -1;

    grid_paint(&screen->grid, &screen->tty.paint, 1, screen->lines, visible, selected);
    if (visible == 0 && screen_page(screen) > 0)
        (void)paint_word(&screen->tty.paint, SCREEN_TOP, 2, STYLE_NORMAL,
                         screen->view == VIEW_LOG ? "no events yet"
                         : screen_rows(screen)->count > 0
                             ? "no socket matches; a shows all states, Escape clears the filter"
                             : "no sockets");
}

void screen_draw(struct screen *screen)
{
    tty_begin(&screen->tty);
    if (screen->popup != POPUP_NONE) {
        draw_popup(screen);
    } else {
        draw_view(screen);
        draw_status(screen);
        draw_below(screen);
    }
    tty_end(&screen->tty);
}
