/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a snapshot as the settings of a listing request. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "privilege/names/names.h"
#include "view/out.h"

struct settings;

/* Prints the notes on stderr. */
void print_notes(const struct pl_snapshot *snap);
/*
 * Appends the sockets, groups of them, or the summary. hosts may be NULL. Returns 0 or a negative
 * errno.
 */
int print_listing(const struct settings *settings, const struct pl_snapshot *snap,
                  const struct names_hosts *hosts, struct out *out);

#endif
