/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

#include "complain.h"
#include "settings.h"
#include "view/explain.h"
#include "view/summary.h"
#include "view/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void print_notes(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++)
        complain_note(&notes[i]);
}

static const char *host_name(const void *arg, unsigned int family, const uint8_t *addr)
{
    return names_host(arg, family, addr);
}

/* Prints sockets, or groups of them. Returns 0 or a negative errno. */
static int print_rows(const struct settings *settings, const struct view *shown, struct out *out)
{
    struct overview overview = {0};
    struct view view = *shown;
    size_t count = view.row_count;
    const struct pl_sock **rows = malloc((count + 1) * sizeof(const struct pl_sock *));
    int err;

    if (!rows)
        return -ENOMEM;
    view.rows = rows;
    err = order_rows(&view, settings->group ? ORDER_KERNEL : settings->order, settings->keys,
                     settings->key_count, rows, count);
    if (err == 0 && settings->overview) {
        view.row_count = overview_reduce(view.snap, rows, count, &overview);
        view.overview = &overview;
        err = overview.listeners ? 0 : -ENOMEM;
    }
    if (err == 0 && settings->group) {
        err = group_print(&view, settings->format, settings->keys, settings->key_count,
                          settings->top, out);
    } else if (err == 0) {
        if (settings->top > 0 && view.row_count > settings->top)
            view.row_count = settings->top;
        list_print(&view, settings->format, out);
    }
    if (err == 0 && settings->explain)
        explain_listing(&view, settings->format, out);
    overview_free(&overview);
    free(rows);
    return err;
}

int print_listing(const struct settings *settings, const struct pl_snapshot *snap,
                  const struct names_hosts *hosts, struct out *out)
{
    struct view view = {
        .snap = snap,
        .columns = settings->columns,
        .column_count = settings->column_count,
        .pairs = settings->pairs,
        .pair_count = settings->pair_count,
        .whole = settings->whole,
        .data = settings->format->data,
        .header = settings->header,
        .explain = settings->explain,
        .port_names = settings->port_names,
        .protocol_names = !settings->numeric,
        .user_names = !settings->numeric,
        .host_names = settings->resolve,
        .host = hosts ? host_name : NULL,
        .host_arg = hosts,
    };

    (void)pl_snapshot_socks(snap, &view.row_count);
    if (settings->format->screen) {
        view.width = terminal_columns(STDOUT_FILENO, STDERR_FILENO);
        view.wrap = terminal_wrap(STDOUT_FILENO);
        view.color = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO);
    }
    return settings->summary ? summary_print(&view, settings->parts, settings->format, out)
                             : print_rows(settings, &view, out);
}
