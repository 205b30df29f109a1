/* SPDX-License-Identifier: BSD-2-Clause */
/* -c: one round after the other. */
#ifndef CLI_REPEAT_H
#define CLI_REPEAT_H

#include "../view/out.h"

/* To be called before the first round: from then on a change of the terminal's size is noticed. */
void repeat_begin(void);
/* Until the seconds are over or the terminal has another size. */
void repeat_wait(unsigned int seconds);
/* Puts a round over the one before on the terminal, with room for some lines of others below it. */
void repeat_draw(const struct out *round, size_t below, struct out *out);

#endif
