/* SPDX-License-Identifier: BSD-2-Clause */
/* -c: repeated listings. */
#ifndef CLI_REPEAT_H
#define CLI_REPEAT_H

#include "view/out.h"

#include "api/library.h"

/* Call before the first round: from then on a resize of the terminal ends the wait. */
void repeat_begin(void);
/* Waits the given number of seconds, or until the terminal is resized. */
void repeat_wait(unsigned int seconds);
/*
 * Appends the notes of a round, or their number if they do not fit on the terminal. Nothing if
 * standard error is not a terminal.
 */
void repeat_notes(const struct pl_snapshot *snap, struct out *notes);
/* Draws a round over the last one, leaving room for its notes. */
void repeat_draw(const struct out *round, const struct out *notes, struct out *out);

#endif
