/* SPDX-License-Identifier: BSD-2-Clause */
/* -c: one round after the other. */
#ifndef CLI_REPEAT_H
#define CLI_REPEAT_H

#include "view/out.h"

#include "api/library.h"

/* To be called before the first round: from then on a change of the terminal's size is noticed. */
void repeat_begin(void);
/* Until the seconds are over or the terminal has another size. */
void repeat_wait(unsigned int seconds);
/*
 * The notes of a round as they stand below it on a terminal: where they have no room, how many there
 * are. Nothing if standard error is none.
 */
void repeat_notes(const struct pl_snapshot *snap, struct out *notes);
/* Puts a round over the one before on the terminal, with room for its notes below it. */
void repeat_draw(const struct out *round, const struct out *notes, struct out *out);

#endif
