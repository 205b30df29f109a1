/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the names in a layout come from. */
#ifndef AS_NAMES_H
#define AS_NAMES_H

#include "layout.h"
#include "privilege/names/names.h"

struct as_settings;

struct as_lookup {
    struct names *names;
    struct names_hosts *hosts;
    struct as_services *services;
    struct as_protocols *protocols;
    const struct pl_snapshot *snap; /* NULL: users and processes are this machine's */
    bool plain;                     /* ports from first to last keep their number */
    uint16_t first, last;
};

/* Fills *out, which looks names up in *lookup: as long as settings and snap live. snap may be NULL. */
void as_lookup_begin(struct as_lookup *lookup, const struct as_settings *settings,
                     const struct pl_snapshot *snap, struct as_names *out);
void as_lookup_end(struct as_lookup *lookup);

#endif
