/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the lines of the view to a file, which the launcher opens. All columns are written, also those
 * that have no room on the screen.
 */
#include "state.h"

#include "model/array.h"
#include "view/sheet.h"
#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A column of the screen may be several in a file, and there is one for the marks. */
#define SAVED_COLUMNS (4 * GRID_COLUMNS + 1)

struct saved_row;

struct save {
    struct screen *screen;
    const struct format *format;
    struct view view;
    struct sheet sheet;
    struct sheet_column columns[SAVED_COLUMNS];
    const struct grid_column *own[SAVED_COLUMNS]; /* NULL: the column is a field */
    struct pl_batch *batch;
    struct saved_row *rows;
    size_t count;          /* of rows */
    const void **pointers; /* to the rows */
    struct writer writer;
    struct out out;
};

struct saved_row {
    const struct save *save;
    struct line line;
    const struct pl_sock *sock; /* in the snapshot of the view; NULL: none */
};

/* ---- columns ---- */

static const char *get_mark(const struct line *line)
{
    static const struct {
        char mark;
        const char *word;
    } marks[] = {{'+', "new"}, {'~', "changed"}, {'x', "closed"}};

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (marks[i].mark == line->mark)
            return marks[i].word;
    }
    return NULL;
}

static const struct grid_column mark_column = {.title = "Mark", .word = get_mark, .name = "mark"};

/* The fields of a column of the screen. The format decides which of them it prints. */
static const struct {
    enum pl_field_id shown;
    uint8_t count;
    enum pl_field_id fields[4];
} splits[] = {
    {PL_FIELD_LOCAL, 3, {PL_FIELD_LOCAL, PL_FIELD_LOCAL_ADDRESS, PL_FIELD_LOCAL_PORT}},
    {PL_FIELD_PEER, 3, {PL_FIELD_PEER, PL_FIELD_PEER_ADDRESS, PL_FIELD_PEER_PORT}},
    {PL_FIELD_OWNERS, 4, {PL_FIELD_OWNERS, PL_FIELD_PID, PL_FIELD_PROCESS, PL_FIELD_OWNER_UNKNOWN}},
};

static void add_field(struct save *save, enum pl_field_id id)
{
    const struct pl_field *field = pl_field_row(id);

    if (!(field->shown & save->format->shown))
        return;
    save->columns[save->sheet.column_count++] = (struct sheet_column){
        .name = field->name, .title = field->title, .right = field->right, .field = field};
}

static void add_column(struct save *save, const struct grid_column *column)
{
    if (column->name) {
        save->own[save->sheet.column_count] = column;
        save->columns[save->sheet.column_count] =
            (struct sheet_column){.name = column->name,
                                  .title = column->title,
                                  .right = column->right,
                                  .id = (unsigned int)save->sheet.column_count};
        save->sheet.column_count++;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(splits); i++) {
        if (splits[i].shown != column->field)
            continue;
        for (size_t n = 0; n < splits[i].count; n++)
            add_field(save, splits[i].fields[n]);
        return;
    }
    add_field(save, column->field);
}

/* ---- cells ---- */

/* A cell_put_fn: the text that the screen has. */
static void put_shown(struct out *out, const struct view *view, const struct cell *cell,
                      char separator)
{
    const struct saved_row *row = cell->item;
    const struct grid_column *column = row->save->own[cell->number];
    struct out text = {.fd = -1};
    uint64_t number = 0;

    if (column->put)
        column->put(&text, view, &row->line, row->sock, screen_at(row->save->screen));
    else if (column->number(&row->line, screen_at(row->save->screen), &number))
        column->unit(&text, number);
    if (text.error != 0)
        out->error = text.error;
    if (separator == '\0')
        text_json(out, (struct pl_text){text.data, (uint32_t)text.len});
    else
        out_bytes(out, text.data, text.len);
    out_free(&text);
}

static void set_own(const struct save *save, const struct grid_column *column, unsigned int id,
                    const struct saved_row *row, struct cell *cell)
{
    const char *word;
    uint64_t number = 0;

    if (column->word) {
        word = column->word(&row->line);
        cell->kind = word ? CELL_WORD : CELL_ABSENT;
        cell->text = text_of(word ? word : "");
    } else if (column->number && save->format->data) {
        cell->kind = column->number(&row->line, screen_at(save->screen), &number) ? CELL_NUMBER
                                                                                  : CELL_ABSENT;
        cell->number = number;
    } else {
        cell->kind = CELL_OWN;
        cell->number = id;
        cell->put = put_shown;
        cell->item = row;
    }
}

static void set_cell(const struct sheet *sheet, const void *item, const struct sheet_column *column,
                     struct cell *cell)
{
    const struct saved_row *row = item;

    if (!column->field)
        set_own(row->save, row->save->own[column->id], column->id, row, cell);
    else if (row->sock)
        column_get(column->field, sheet->view, row->sock, cell);
}

/* ---- rows ---- */

/* Writes the rows that are in the batch, and empties it. */
static int write_batch(struct save *save, size_t from, size_t to)
{
    const struct pl_snapshot *snap;
    const struct pl_sock *sock;
    size_t count;
    int err = pl_batch_settle(save->batch, &snap);

    if (err < 0)
        return err;
    save->view.snap = snap;
    sock = pl_snapshot_socks(snap, &count);
    for (size_t i = from; i < to; i++)
        save->rows[i].sock = line_has_sock(&save->rows[i].line) ? sock++ : NULL;
    /* JSON begins with the system of the snapshot. */
    if (from == 0)
        sheet_begin(&save->writer, &save->sheet, save->format, &save->out);
    sheet_rows(&save->writer, save->pointers + from, to - from);
    if (to == save->count)
        sheet_end(&save->writer);
    pl_batch_clear(save->batch);
    save->view.snap = NULL;
    return -save->out.error;
}

/* Keeps the lines of the view: of a tree, the groups. */
static size_t take_lines(struct save *save)
{
    size_t count = 0;

    for (size_t i = 0; i < cursor_count(save->screen); i++) {
        struct line line = cursor_line(save->screen, i);

        if (!line.inner)
            save->rows[count++] = (struct saved_row){.save = save, .line = line};
    }
    return count;
}

/* A process id that was used again is in another batch: a snapshot has one process of each id. */
static int write_rows(struct save *save)
{
    size_t from = 0;
    int err = 0;

    save->count = take_lines(save);
    for (size_t i = 0; i < save->count && err == 0; i++) {
        const struct pl_event event = line_event(&save->rows[i].line);

        save->pointers[i] = &save->rows[i];
        err = pl_batch_add(save->batch, &event);
        if (err == -EEXIST) {
            err = write_batch(save, from, i);
            from = i;
            err = err ? err : pl_batch_add(save->batch, &event);
        }
    }
    return err ? err : write_batch(save, from, save->count);
}

/* ---- the file ---- */

/* Returns the format of a name: that of its suffix, else a table. */
static const struct format *format_of(const char *name)
{
    static const char *const suffixes[] = {"csv", "json", "jsonl", "tsv"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < COUNT_OF(suffixes); i++) {
        if (strcmp(dot + 1, suffixes[i]) == 0)
            return view_format_find(suffixes[i]);
    }
    return view_format_find("table");
}

static void prepare(struct save *save)
{
    static const char *const keys[] = {
        [VIEW_CONNECTIONS] = "sockets", [VIEW_PROCESSES] = "groups", [VIEW_REMOTES] = "groups",
        [VIEW_PORTS] = "groups",        [VIEW_LOG] = "events",
    };
    const struct grid *grid = &save->screen->grid;

    save->view = (struct view){.header = true,
                               .data = save->format->data,
                               .protocol_names = true,
                               .user_names = grid->view.user_names};
    for (size_t i = 0; i < grid->column_count; i++)
        add_column(save, &grid->columns[i]);
    if (save->screen->view == VIEW_CONNECTIONS)
        add_column(save, &mark_column);
    save->sheet.key = keys[save->screen->view];
    save->sheet.columns = save->columns;
    save->sheet.view = &save->view;
    save->sheet.cell = set_cell;
}

/* Writes the lines of the view. Returns 0 or a negative errno. */
static int write_lines(struct save *save, int fd)
{
    static struct pl_query query = {.need = PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_LINKS};
    size_t count = cursor_count(save->screen);
    int err = pl_batch_new(save->screen->session.reader, &query, &save->batch);

    save->out.fd = fd;
    save->rows = calloc(count + 1, sizeof(*save->rows));
    save->pointers = calloc(count + 1, sizeof(*save->pointers));
    if (err == 0 && (!save->rows || !save->pointers))
        err = -ENOMEM;
    err = err ? err : write_rows(save);
    err = err ? err : -out_flush(&save->out);
    out_free(&save->out);
    free(save->rows);
    free(save->pointers);
    pl_batch_free(save->batch);
    return err;
}

void save_view(struct screen *screen, bool replace)
{
    struct launch_order order = {.kind = replace ? LAUNCH_REPLACE : LAUNCH_CREATE};
    const char *name = screen->editor.text;
    struct save save = {.screen = screen, .format = format_of(name)};
    char text[sizeof(screen->message)];
    int fd;
    int err;

    (void)strlcpy(order.path, name, sizeof(order.path));
    fd = launcher_open(&screen->launcher, &order);
    if (fd == -EEXIST) {
        editor_open(screen, ASK_REPLACE);
        return;
    }
    err = fd < 0 ? fd : 0;
    if (err == 0) {
        prepare(&save);
        err = write_lines(&save, fd);
        if (close(fd) != 0 && err == 0 && errno != EINTR)
            err = -errno;
    }
    if (err < 0)
        (void)snprintf(text, sizeof(text), "cannot write %.60s: %s%s", name,
                       screen->launcher.pid == 0 && screen->launcher.error == EPERM
                           ? "portwatch has more privileges than its user"
                           : pl_error_text(-err),
                       fd < 0 ? "" : "; the file is incomplete");
    else
        (void)snprintf(text, sizeof(text), "wrote %zu line%s to %.60s (%s)", save.count,
                       save.count == 1 ? "" : "s", name, save.format->name);
    screen_say(screen, text);
}
