/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints attempts as they are decided. */
#include "printer.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "source/call.h"
#include "view/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define RANDOM "/dev/urandom"

void printer_begin(struct printer *printer)
{
    if (printer->began || printer->drawing || printer->holding || printer->settings->group)
        return;
    sheet_begin(&printer->writer, &printer->sheet, printer->settings->format, &printer->out);
    printer->began = true;
}

static void print(struct printer *printer, const struct attempt_row *row)
{
    const void *rows[] = {row};

    if (printer->drawing) {
        if (printer->began)
            out_char(&printer->out, '\n');
        printer->began = true;
        ladder_print(row, &printer->ladder, &printer->out);
        out_drain(&printer->out);
        return;
    }
    printer_begin(printer);
    sheet_rows(&printer->writer, rows, 1);
    out_drain(&printer->out);
}

/* Returns NULL: out of memory. */
static struct tally *tally_of(struct printer *printer)
{
    if (!printer->tally)
        printer->tally = tally_new(&printer->view);
    return printer->tally;
}

int printer_take(void *arg, const struct pl_attempt *attempt)
{
    struct printer *printer = arg;
    struct attempt_row row;

    columns_row(attempt, &row);
    if (!columns_match(printer->settings->ask.filter, &row))
        return 0;
    printer->printed++;
    if (printer->settings->group) {
        if (!tally_of(printer) || tally_add(printer->tally, &row) < 0)
            return -ENOMEM;
        return printer->printed == printer->settings->count ? -ECANCELED : 0;
    }
    if (printer->holding && printer->printed == 1) {
        printer->first = row;
        owners_keep(&printer->first);
    } else {
        bool held = printer->holding;

        printer->holding = false;
        if (held)
            print(printer, &printer->first);
        owners_drop(&printer->first);
        print(printer, &row);
    }
    if (printer->at_once && !printer->holding)
        (void)out_flush(&printer->out);
    return printer->out.error != 0 || printer->printed == printer->settings->count ? -ECANCELED : 0;
}

void printer_prepare(struct printer *printer, struct attempts *settings)
{
    bool screen = settings->format->screen;
    bool chosen = settings->column_count > 0;
    bool alone = settings->name || settings->count == 1; /* live, the first is not kept for that */

    printer->settings = settings;
    if (!chosen)
        settings->column_count =
            columns_default(settings->format, !settings->name && settings->source != LIVE_PACKETS,
                            settings->columns);
    printer->view = (struct view){
        .columns = settings->columns,
        .column_count = settings->column_count,
        .data = settings->format->data,
        .header = settings->header,
        .width = screen ? terminal_columns(STDOUT_FILENO, STDERR_FILENO) : 0,
        .wrap = screen ? terminal_wrap(STDOUT_FILENO) : 0,
        .color =
            screen && terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO),
    };
    printer->ladder = (struct ladder){
        .color = printer->view.color, .explain = settings->explain, .width = printer->view.width};
    printer->drawing = settings->ladder;
    /* On a terminal, the only attempt is drawn. */
    printer->holding = alone && screen && !settings->ladder && !chosen &&
                       (settings->explain || isatty(STDOUT_FILENO));
    printer->out.fd = STDOUT_FILENO;
    printer->sheet = columns_sheet(&printer->view, printer->columns);
}

/* Prints the groups. Returns the exit status. */
static int finish_groups(struct printer *printer)
{
    int err = tally_of(printer)
                  ? tally_print(printer->tally, printer->settings->format, &printer->out)
                  : -ENOMEM;

    tally_free(printer->tally);
    printer->tally = NULL;
    if (err == 0)
        return finish_output(&printer->out);
    complain_text("out of memory");
    out_free(&printer->out);
    return EXIT_FAILED;
}

int printer_finish(struct printer *printer)
{
    if (printer->settings->group)
        return finish_groups(printer);
    if (printer->holding && printer->printed == 1) {
        printer->drawing = true;
        print(printer, &printer->first);
    }
    owners_drop(&printer->first);
    printer->holding = false;
    printer_begin(printer);
    if (!printer->drawing)
        sheet_end(&printer->writer);
    return finish_output(&printer->out);
}

void printer_note(uint64_t count, const char *one, const char *many)
{
    char text[128];

    if (count == 0)
        return;
    (void)snprintf(text, sizeof(text), "%llu %s", (unsigned long long)count,
                   count == 1 ? one : many);
    complain_text(text);
}

/* Numbers that whatever wrote the capture could not know. */
int printer_keys(uint64_t keys[PL_ATTEMPT_KEYS])
{
    const size_t size = PL_ATTEMPT_KEYS * sizeof(*keys);
    int fd = pl_open(AT_FDCWD, RANDOM, O_RDONLY);
    ssize_t got = fd >= 0 ? pl_read_all(fd, keys, size) : fd;

    if (fd >= 0)
        (void)close(fd);
    if (got == (ssize_t)size)
        return EXIT_DONE;
    complain_errno("cannot read", RANDOM, got < 0 ? (int)-got : EIO, "");
    return EXIT_FAILED;
}

int printer_table(pl_attempt_fn *take, void *arg, struct pl_attempts **out)
{
    uint64_t keys[PL_ATTEMPT_KEYS];
    int status = printer_keys(keys);
    int err;

    if (status != EXIT_DONE)
        return status;
    err = pl_attempts_new(keys, take, arg, out);
    if (err == 0)
        return EXIT_DONE;
    complain_errno("cannot list attempts", NULL, -err, "");
    return EXIT_FAILED;
}
