/* SPDX-License-Identifier: BSD-2-Clause */
/* Attempts from packets that are captured live. */
#include "live.h"

#include "cli/clock.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "source/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* How often verdicts of time are looked for, while there are attempts or connections. */
#define TICK_MS 250
/* Packets that are read at most before the output is written, and signals are received. */
#define BATCH 65536
/* After packets were read, more are left in the kernel's buffer for so long: to wake up for each costs more. */
#define PAUSE_MS 10
/* At the end. What does not fit into them came after it. */
#define LAST_BATCHES 4

struct packets {
    const struct attempts *settings;
    struct capture *capture;
    struct pl_attempts *attempts;
    struct pl_copies *copies;
    struct capture_file *record; /* NULL: none */
    const char *record_name;
    enum pl_wire_proto link;
    bool more;  /* packets may wait */
    bool pause; /* packets were read */
    uint64_t cut;
    int64_t ahead; /* of the clock before a clock that is never set; at the last step */
};

/* ---- --record ---- */

/* Creates the file, before the program has more privileges than its user. */
static int create_file(const char *name, FILE **out)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);

    *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (*out)
        return EXIT_DONE;
    if (errno == EEXIST)
        complain("--record does not overwrite a file:", name, "");
    else
        complain_errno("cannot create", name, errno, "");
    if (fd >= 0)
        (void)close(fd);
    return EXIT_FAILED;
}

static int refuse_record(const struct packets *packets, int err)
{
    complain_errno("cannot record to", packets->record_name, -err, "");
    return -EIO;
}

/* Begins the file; removes it if there is no capture. */
static int begin_record(struct packets *packets, FILE *file, int status)
{
    if (status != EXIT_DONE) {
        (void)unlink(packets->record_name);
        (void)fclose(file);
        return status;
    }
    packets->record = capture_create(packets->capture, file);
    if (packets->record)
        return EXIT_DONE;
    (void)refuse_record(packets, -ENOMEM);
    return EXIT_FAILED;
}

static int open_all(const struct attempts *settings, struct packets *packets)
{
    FILE *file = NULL;
    int status = EXIT_DONE;

    packets->settings = settings;
    packets->record_name = settings->record;
    if (settings->record)
        status = create_file(settings->record, &file);
    if (status != EXIT_DONE)
        return status;
    status = listen_on(settings, false, &packets->capture, &packets->link);
    return file ? begin_record(packets, file, status) : status;
}

int packets_open(const struct attempts *settings, pl_attempt_fn *take, void *arg,
                 struct packets **out)
{
    struct packets *packets = calloc(1, sizeof(*packets));
    int status;

    *out = packets;
    if (!packets || pl_copies_new(&packets->copies) < 0) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    status = open_all(settings, packets);
    if (status == EXIT_DONE && !packets->capture) {
        packets_close(packets);
        *out = NULL;
        return EXIT_DONE;
    }
    if (status == EXIT_DONE)
        status = printer_table(take, arg, &packets->attempts);
    if (status == EXIT_DONE)
        pl_attempts_hurry(packets->attempts);
    return status;
}

struct pl_attempts *packets_table(struct packets *packets)
{
    return packets->attempts;
}

void packets_close(struct packets *packets)
{
    if (!packets)
        return;
    if (packets->capture)
        capture_close(packets->capture);
    pl_attempts_free(packets->attempts);
    pl_copies_free(packets->copies);
    (void)capture_finish(packets->record);
    free(packets);
}

/* ---- reading ---- */

static uint64_t now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* Small differences are of the clock's rate. */
#define JUMP (SECOND / 2)

/* Attempts keep their age when the clock is set. */
static void follow_clock(struct packets *packets, uint64_t time)
{
    int64_t ahead = (int64_t)(time - clock_now());
    int64_t jump = ahead - packets->ahead;

    if (jump > (int64_t)JUMP || jump < -(int64_t)JUMP)
        pl_attempts_shift(packets->attempts, jump);
    packets->ahead = ahead;
}

static int take_packet(struct packets *packets, const struct capture_packet *packet)
{
    struct pl_wire wire;
    struct pl_segment segment;
    int err;

    if (!pl_segment_quick(packet->data, packet->captured, packet->length, packets->link,
                          packet->time, &segment)) {
        pl_wire_decode(&wire, packet->data, packet->captured, packet->length, packets->link);
        if (!pl_segment_get(&wire, packet->time, &segment)) {
            packets->cut += wire.stop == PL_WIRE_STOP_CUT;
            return 0;
        }
    }
    if (packet->interface != 0 && pl_segment_decides(&segment) &&
        pl_copies_has(packets->copies, &segment, packet->interface))
        return 0;
    err = pl_attempts_add(packets->attempts, &segment);
    if (packets->record && pl_attempts_matters(packets->attempts))
        capture_write(packets->record, packet);
    return err;
}

static int read_some(struct packets *packets)
{
    uint64_t time = now();
    struct capture_packet packet;
    char reason[CAPTURE_ERROR];
    int got = 1;
    size_t count = 0;
    int err = 0;
    int recorded;

    follow_clock(packets, time);
    for (; count < BATCH && err == 0; count++) {
        got = capture_next(packets->capture, &packet, reason);
        if (got <= 0)
            break;
        err = take_packet(packets, &packet);
    }
    packets->more = got > 0;
    packets->pause = count > 0;
    recorded = capture_flush(packets->record);
    if (recorded < 0)
        return refuse_record(packets, recorded);
    if (got < 0) {
        listen_complain(packets->settings, reason);
        return -EIO;
    }
    /* All packets before that time were read. */
    if (err == 0 && got == 0)
        err = pl_attempts_tick(packets->attempts, time);
    if (err == -ENOMEM)
        complain_text("out of memory");
    return err;
}

static int step(void *arg)
{
    struct packets *packets = arg;
    int err = read_some(packets);

    /* What was captured before is printed. */
    if (err < 0 && err != -ECANCELED)
        (void)pl_attempts_end(packets->attempts, true);
    return err;
}

static size_t get_fds(void *arg, int fds[LIVE_FDS])
{
    const struct packets *packets = arg;

    fds[0] = capture_fd(packets->capture);
    return packets->pause ? 0 : 1;
}

static int get_timeout(void *arg)
{
    const struct packets *packets = arg;
    size_t bytes;

    if (packets->more)
        return 0;
    if (packets->pause)
        return PAUSE_MS;
    return pl_attempts_count(packets->attempts, &bytes) > 0 ? TICK_MS : -1;
}

static int end(void *arg)
{
    struct packets *packets = arg;
    int err = 0;

    for (size_t i = 0; i < LAST_BATCHES && err == 0 && (i == 0 || packets->more); i++)
        err = step(packets);
    return err ? err : pl_attempts_end(packets->attempts, true);
}

struct live_source packets_source(struct packets *packets)
{
    return (struct live_source){packets, get_fds, get_timeout, step, end};
}

bool packets_note(const struct packets *packets)
{
    bool lost = listen_note(packets->capture);
    uint64_t early = pl_attempts_early(packets->attempts);

    printer_note(packets->cut, "packet was captured too short: its headers are missing",
                 "packets were captured too short: their headers are missing");
    printer_note(early, "attempt was printed before it was decided: there were too many",
                 "attempts were printed before they were decided: there were too many");
    return lost || packets->cut > 0 || early > 0;
}
