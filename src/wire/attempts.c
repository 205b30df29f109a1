/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a capture packet by packet, and prints its attempts as they are decided. */
#include "attempts.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "input.h"
#include "printer.h"
#include "source/capture.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define HELP "portwire(1)"

struct buffer {
    char bytes[262144]; /* of the file */
};

struct counts {
    uint64_t packets, unknown, cut;
};

/* Copies of other segments change nothing. */
static bool is_copy(struct pl_copies *copies, const struct pl_segment *segment, uint32_t interface)
{
    return interface != 0 && pl_segment_decides(segment) &&
           pl_copies_has(copies, segment, interface);
}

/* Reads all packets. Returns 0, -ECANCELED, another negative errno; 1: damage, with the reason. */
static int read_packets(struct capture *capture, struct pl_attempts *attempts,
                        struct pl_copies *copies, struct counts *counts, char reason[CAPTURE_ERROR])
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
        if (!pl_segment_get(&wire, packet.time, &segment))
            counts->cut += wire.stop == PL_WIRE_STOP_CUT;
        else if (!is_copy(copies, &segment, packet.interface))
            err = pl_attempts_add(attempts, &segment);
    }
    return err != 0 ? err : got < 0 ? 1 : 0;
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
    printer_note(counts->cut, "packet was captured too short: its headers are missing",
                 "packets were captured too short: their headers are missing");
    if (printer->printed == 0 && printer->settings->format->screen)
        complain_text(printer->settings->ask.filter ? "no attempt matches the filter"
                                                    : "the capture has no attempt to connect");
    return missed && printer->settings->strict ? EXIT_PARTIAL : EXIT_DONE;
}

static int read_all(struct printer *printer, struct capture *capture, struct pl_attempts *attempts)
{
    struct counts counts = {0};
    char reason[CAPTURE_ERROR] = "";
    uint32_t link = capture_link(capture);
    struct pl_copies *copies = NULL;
    int err = pl_copies_new(&copies);
    bool damaged;
    int status;

    if (err == 0)
        err = read_packets(capture, attempts, copies, &counts, reason);
    pl_copies_free(copies);
    damaged = err == 1;
    if (damaged && input_is_mixed(reason)) {
        out_free(&printer->out);
        return input_refuse_mixed(printer->settings->name);
    }
    if (err >= 0)
        err = pl_attempts_end(attempts, false);
    if (err < 0 && err != -ECANCELED) {
        complain_errno("cannot read", printer->settings->name, -err, "");
        (void)printer_finish(printer);
        return EXIT_FAILED;
    }
    status = printer_finish(printer);
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

int attempts_run(struct attempts *settings)
{
    static struct printer printer;
    static struct buffer buffer;
    struct pl_attempts *attempts = NULL;
    struct capture *capture = NULL;
    FILE *file;
    int status = open_file(settings, &file);

    if (status != EXIT_DONE)
        return status;
    (void)setvbuf(file, buffer.bytes, _IOFBF, sizeof(buffer.bytes));
    printer_prepare(&printer, settings);
    printer.at_once = !is_regular(file);
    status = printer_table(printer_take, &printer, &attempts);
    if (status != EXIT_DONE) {
        (void)fclose(file);
        return status;
    }
    /* The file is open: nothing else is needed. */
    sandbox_enter(settings->sandbox);
    status = input_capture(file, settings->name, "-r", &capture);
    if (status == EXIT_DONE)
        status = read_all(&printer, capture, attempts);
    if (capture)
        capture_close(capture);
    pl_attempts_free(attempts);
    return status;
}
