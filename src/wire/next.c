/* SPDX-License-Identifier: BSD-2-Clause */
/* portwire --header FILTER --count N: the headers of the next packets that match. */
#include "fields.h"
#include "live.h"
#include "show.h"

#include "cli/clock.h"
#include "cli/complain.h"
#include "cli/status.h"
#include "cli/stop.h"
#include "model/array.h"
#include "source/capture.h"

#include <errno.h>
#include <string.h>
#include <sys/select.h>

/* Packets that are read at most before signals are received. */
#define BATCH 4096

struct next {
    const struct attempts *settings;
    const struct show *show;
    struct capture *capture;
    struct pl_copies *copies;
    struct links links;
    enum pl_wire_proto link;
    struct input input;
    bool more; /* packets may wait */
    unsigned int shown;
    int status; /* of the output */
};

static uint16_t port_at(const struct pl_wire *wire, const struct pl_wire_header *header, size_t end)
{
    const uint8_t *bytes = wire->data + header->at + 2 * end;

    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* ---- the filter ---- */

/* A packet as a row: the local end is its source. */
struct packet_row {
    struct pl_sock sock;
    uint16_t flags; /* PL_TCP_*; UDP has none */
};

static bool get_flag(const struct pl_field *field, const struct pl_snapshot *snap,
                     const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct packet_row *row = (const struct packet_row *)(const void *)sock;

    (void)snap;
    out->number = (row->flags & field->part) != 0;
    return i == 0 && sock->proto == PL_PROTO_TCP;
}

#define FLAG(flag, word)                                                                          \
    {                                                                                             \
        .name = (word), .type = "boolean", .kind = PL_KIND_BOOL, .get = get_flag, .part = (flag), \
        .id = (enum pl_field_id)(PL_FIELD_MAX + 10 + COLUMN_MAX + (flag))                         \
    }

int next_parse(struct ask *ask, const struct pl_filter_names *names, struct pl_filter_error *error)
{
    /* The names are those of the fields that are shown. */
    static const struct pl_field flags[] = {
        FLAG(PL_TCP_FIN, "fin"), FLAG(PL_TCP_SYN, "syn"), FLAG(PL_TCP_RST, "rst"),
        FLAG(PL_TCP_PSH, "psh"), FLAG(PL_TCP_ACK, "ack"), FLAG(PL_TCP_URG, "urg"),
        FLAG(PL_TCP_ECE, "ece"), FLAG(PL_TCP_CWR, "cwr"), FLAG(PL_TCP_AE, "ae"),
    };
    const struct pl_record record = {
        .fields = flags,
        .count = COUNT_OF(flags),
        .lacks = "a packet does not have what is compared in",
    };

    return fields_parse(ask, names, &record, error);
}

/* Finds the innermost TCP or UDP header, and stores its ends and flags as a row for the filter. */
static bool find_ends(const struct pl_wire *wire, struct packet_row *row)
{
    struct attempt_row attempt;
    const struct pl_wire_header *header = wire->headers + wire->count;
    struct pl_attempt ends = {.family = wire->family};
    size_t len = wire->family == 4 ? 4 : 16;

    do {
        if (header == wire->headers)
            return false;
        header--;
    } while (header->proto != PL_WIRE_TCP && header->proto != PL_WIRE_UDP);
    if (wire->family == 0 || header->at + 4 > wire->captured)
        return false;
    memcpy(ends.addrs[0], wire->source, len);
    memcpy(ends.addrs[1], wire->target, len);
    ends.ports[0] = port_at(wire, header, 0);
    ends.ports[1] = port_at(wire, header, 1);
    columns_row(&ends, &attempt);
    *row = (struct packet_row){.sock = attempt.sock};
    if (header->proto == PL_WIRE_UDP) {
        row->sock.proto = PL_PROTO_UDP;
        row->sock.type = PL_TYPE_DGRAM;
    } else if (header->at + 14 <= wire->captured) {
        row->flags =
            (uint16_t)((wire->data[header->at + 12] & 1) << 8 | wire->data[header->at + 13]);
    }
    return true;
}

static int take_packet(struct next *next, const struct capture_packet *packet)
{
    struct input *input = &next->input;
    const struct pl_filter *filter = next->settings->ask.filter;
    struct packet_row row;
    struct pl_segment segment;
    struct pl_wire wire;

    pl_wire_decode(&wire, packet->data, packet->captured, packet->length, next->link);
    if (!find_ends(&wire, &row) || (filter && pl_filter_eval(filter, NULL, &row.sock) != PL_TRUE))
        return 0;
    if (pl_segment_get(&wire, packet->time, &segment) && packet->interface != 0 &&
        pl_copies_has(next->copies, &segment, packet->interface))
        return 0;
    input->captured = packet->captured < HEX_BYTES ? packet->captured : HEX_BYTES;
    input->length = packet->length;
    input->from = next->link;
    memcpy(input->hex.bytes, packet->data, input->captured);
    next->status = show_packet(next->show, input, next->shown++ > 0);
    return next->status != EXIT_DONE || next->shown == next->settings->count ? -ECANCELED : 0;
}

static int step(void *arg)
{
    struct next *next = arg;
    struct capture_packet packet;
    char reason[CAPTURE_ERROR];
    int got = 1;
    int err = 0;

    for (size_t i = 0; i < BATCH && err == 0; i++) {
        got = capture_next(next->capture, &packet, reason);
        if (got <= 0)
            break;
        err = take_packet(next, &packet);
    }
    next->more = got > 0;
    if (got >= 0)
        return err;
    listen_complain(next->settings, reason);
    return -EIO;
}

/* Waits until the kernel has delivered the last block. */
static int end(void *arg)
{
    struct timespec wait = {0, 2L * CAPTURE_DELAY_MS * (long)CLOCK_MS};

    (void)pselect(0, NULL, NULL, NULL, &wait, NULL);
    return step(arg);
}

static size_t get_fds(void *arg, int fds[LIVE_FDS])
{
    const struct next *next = arg;

    fds[0] = capture_fd(next->capture);
    return 1;
}

static int get_timeout(void *arg)
{
    const struct next *next = arg;

    return next->more ? 0 : -1;
}

static int run(struct next *next, const sigset_t *open)
{
    const struct live_source sources[] = {{next, get_fds, get_timeout, step, end},
                                          links_source(&next->links)};
    uint64_t for_ns = next->settings->for_ns;
    uint64_t until = for_ns != 0 ? clock_now() + for_ns : 0;
    int err;

    live_note("waiting for a packet that matches");
    err = live_loop(sources, COUNT_OF(sources), NULL, until, open);

    if (next->status != EXIT_DONE)
        return next->status;
    if (err != 0 && err != -ECANCELED)
        return EXIT_FAILED;
    (void)listen_note(next->capture);
    return EXIT_DONE;
}

int next_run(struct attempts *settings, const struct show *show)
{
    static struct next next;
    sigset_t open;
    int status;

    next.settings = settings;
    next.show = show;
    stop_catch(&open);
    if (pl_copies_new(&next.copies) < 0) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    links_open(settings, &next.links);
    status = listen_on(settings, true, &next.capture, &next.link);
    if (status == EXIT_DONE) {
        /* The capture is open: nothing else is needed. */
        sandbox_enter(settings->sandbox);
        status = run(&next, &open);
    }
    links_close(&next.links);
    if (next.capture)
        capture_close(next.capture);
    pl_copies_free(next.copies);
    return status;
}
