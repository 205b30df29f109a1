/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_SHOW_H
#define WIRE_SHOW_H

#include "attempts.h"
#include "input.h"

struct show {
    const struct format *format;
    bool explain, no_header;
    const char *color; /* NULL: auto */
};

/* Prints the headers of the bytes; again: after an empty line. Returns the exit status. */
int show_packet(const struct show *show, const struct input *input, bool again);

/* next.c: shows the next headers on the wire that match the filter. Returns the exit status. */
int next_run(struct attempts *settings, const struct show *show);

#endif
