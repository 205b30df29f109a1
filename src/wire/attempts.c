/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a capture packet by packet, and prints its attempts as they are decided. */
#include "attempts.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "input.h"
#include "source/capture.h"
#include "view/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELP   "portwire(1)"
#define RANDOM "/dev/urandom"

struct printer {
    struct attempts *settings;
    struct view view;
    struct sheet sheet;
    struct sheet_column columns[ATTEMPT_COLUMNS];
    struct writer writer;
    struct ladder ladder;
    struct out out;
    struct attempt_row first; /* kept until it is known whether it is the only one */
    bool holding, began;
    bool at_once; /* the file may be a live capture: print each attempt at once */
    bool drawing;
    uint64_t printed;
    char buffer[262144]; /* of the file */
};

struct counts {
    uint64_t packets, unknown, cut;
};

/* ---- output ---- */

static void begin(struct printer *printer)
{
    if (!printer->began && !printer->drawing)
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
    begin(printer);
    sheet_rows(&printer->writer, rows, 1);
    out_drain(&printer->out);
}

/* -ECANCELED: the output failed, or enough was printed. */
static int take(void *arg, const struct pl_attempt *attempt)
{
    struct printer *printer = arg;
    struct attempt_row row;

    columns_row(attempt, &row);
    if (!columns_match(printer->settings->ask.filter, &row))
        return 0;
    printer->printed++;
    if (printer->holding && printer->printed == 1) {
        printer->first = row;
    } else {
        if (printer->holding)
            print(printer, &printer->first);
        printer->holding = false;
        print(printer, &row);
    }
    if (printer->at_once && !printer->holding)
        (void)out_flush(&printer->out);
    return printer->out.error != 0 || printer->printed == printer->settings->count ? -ECANCELED : 0;
}

static void prepare(struct printer *printer)
{
    struct attempts *settings = printer->settings;
    bool screen = settings->format->screen;
    bool chosen = settings->column_count > 0;

    if (!chosen)
        settings->column_count = columns_default(settings->format, settings->columns);
    printer->view = (struct view){
        .columns = settings->columns,
        .column_count = settings->column_count,
        .data = settings->format->data,
        .header = settings->header,
        .width = screen ? terminal_columns(STDOUT_FILENO, STDERR_FILENO) : 0,
        .color =
            screen && terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO),
    };
    printer->ladder = (struct ladder){
        .color = printer->view.color, .explain = settings->explain, .width = printer->view.width};
    printer->drawing = settings->ladder;
    /* On a terminal, the only attempt is drawn. */
    printer->holding =
        screen && !settings->ladder && !chosen && (settings->explain || isatty(STDOUT_FILENO));
    printer->out.fd = STDOUT_FILENO;
    printer->sheet = columns_sheet(&printer->view, printer->columns);
}

/* Ends the output. Returns the exit status. */
static int finish(struct printer *printer)
{
    if (printer->holding && printer->printed == 1) {
        printer->drawing = true;
        print(printer, &printer->first);
    }
    begin(printer);
    if (!printer->drawing)
        sheet_end(&printer->writer);
    return finish_output(&printer->out);
}

/* ---- input ---- */

/* Reads all packets. Returns 0, -ECANCELED, another negative errno; 1: damage, with the reason. */
static int read_packets(struct capture *capture, struct pl_attempts *attempts,
                        struct counts *counts, char reason[CAPTURE_ERROR])
{
    enum pl_wire_proto link = pl_wire_link(capture_link(capture));
    struct capture_packet packet;
    struct pl_segment segment;
    struct pl_wire wire;
    int err = 0;
    int got;

    while (err == 0 && (got = capture_next(capture, &packet, reason)) > 0) {
        counts->packets++;
        if (link == PL_WIRE_NONE) {
            counts->unknown++;
            continue;
        }
        if (pl_segment_quick(packet.data, packet.captured, packet.length, link, packet.time,
                             &segment)) {
            err = pl_attempts_add(attempts, &segment);
            continue;
        }
        pl_wire_decode(&wire, packet.data, packet.captured, packet.length, link);
        if (pl_segment_get(&wire, packet.time, &segment))
            err = pl_attempts_add(attempts, &segment);
        else if (wire.stop == PL_WIRE_STOP_CUT)
            counts->cut++;
    }
    return err != 0 ? err : got < 0 ? 1 : 0;
}

static void note_count(uint64_t count, const char *one, const char *many)
{
    char text[CAPTURE_ERROR];

    if (count == 0)
        return;
    (void)snprintf(text, sizeof(text), "%llu %s", (unsigned long long)count,
                   count == 1 ? one : many);
    complain_text(text);
}

/* Reports what was not read. Returns the exit status. */
static int note(const struct printer *printer, const struct counts *counts, uint32_t link,
                const char *damage)
{
    char text[CAPTURE_ERROR + 96];
    bool missed = counts->unknown > 0 || counts->cut > 0 || damage;

    if (damage) {
        (void)snprintf(text, sizeof(text),
                       "damaged after packet %llu, the packets before it were "
                       "read: %s:",
                       (unsigned long long)counts->packets, damage);
        complain(text, printer->settings->name, "");
    }
    (void)snprintf(text, sizeof(text), "%llu packets have link type %u, which cannot be decoded",
                   (unsigned long long)counts->unknown, link);
    if (counts->unknown > 0)
        complain_text(text);
    note_count(counts->cut, "packet was captured too short: its headers are missing",
               "packets were captured too short: their headers are missing");
    if (printer->printed == 0 && printer->settings->ask.filter && printer->settings->format->screen)
        complain_text("no attempt matches the filter");
    return missed && printer->settings->strict ? EXIT_PARTIAL : EXIT_DONE;
}

static int read_all(struct printer *printer, struct capture *capture, struct pl_attempts *attempts)
{
    struct counts counts = {0};
    char reason[CAPTURE_ERROR] = "";
    uint32_t link = capture_link(capture);
    int err = read_packets(capture, attempts, &counts, reason);
    bool damaged = err == 1;
    int status;

    if (damaged && input_is_mixed(reason)) {
        out_free(&printer->out);
        return input_refuse_mixed(printer->settings->name);
    }
    if (err >= 0)
        err = pl_attempts_end(attempts, false);
    if (err < 0 && err != -ECANCELED) {
        complain_errno("cannot read", printer->settings->name, -err, "");
        (void)finish(printer);
        return EXIT_FAILED;
    }
    status = finish(printer);
    if (status != EXIT_DONE)
        return status;
    return note(printer, &counts, link, damaged ? reason : NULL);
}

static bool is_regular(FILE *file)
{
    struct stat info;

    return fstat(fileno(file), &info) == 0 && S_ISREG(info.st_mode);
}

static int open_file(const struct attempts *settings, FILE **file)
{
    struct input input = {.text = settings->name};
    int status = input_open(&input);

    *file = input.file;
    if (status == EXIT_DONE && !*file) {
        complain_errno("cannot read", settings->name, ENOENT, HELP);
        status = EXIT_FAILED;
    }
    return status;
}

/* Numbers that whatever wrote the capture could not know. */
static bool make_keys(uint64_t keys[PL_ATTEMPT_KEYS])
{
    size_t size = PL_ATTEMPT_KEYS * sizeof(*keys);
    int fd = open(RANDOM, O_RDONLY | O_CLOEXEC);
    bool made = fd >= 0 && read(fd, keys, size) == (ssize_t)size;

    if (fd >= 0)
        (void)close(fd);
    return made;
}

int attempts_run(struct attempts *settings)
{
    static struct printer printer;
    uint64_t keys[PL_ATTEMPT_KEYS];
    struct pl_attempts *attempts = NULL;
    struct capture *capture = NULL;
    FILE *file;
    int status = open_file(settings, &file);
    int err;

    printer.settings = settings;
    if (status != EXIT_DONE)
        return status;
    if (!make_keys(keys)) {
        complain_errno("cannot read", RANDOM, errno, "");
        (void)fclose(file);
        return EXIT_FAILED;
    }
    (void)setvbuf(file, printer.buffer, _IOFBF, sizeof(printer.buffer));
    err = pl_attempts_new(keys, take, &printer, &attempts);
    if (err < 0)
        complain_errno("cannot read", settings->name, -err, "");
    prepare(&printer);
    printer.at_once = !is_regular(file);
    /* The file is open: nothing else is needed. */
    sandbox_enter(settings->sandbox);
    status = err == 0 ? input_capture(file, settings->name, "-r", &capture) : EXIT_FAILED;
    if (status == EXIT_DONE)
        status = read_all(&printer, capture, attempts);
    if (capture)
        capture_close(capture);
    pl_attempts_free(attempts);
    return status;
}
