/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that take seconds. */
#ifndef CLI_SECONDS_H
#define CLI_SECONDS_H

#include "opts.h"

/* Parses seconds with up to 9 decimals. Returns false if text is something else. */
bool seconds_parse(const char *text, uint64_t *nanoseconds);
/* Takes the value of the option; zero: 0 is allowed. Returns as an opt_set_fn. */
int seconds_take(struct opts *opts, const struct opt *opt, bool zero, uint64_t *nanoseconds);

#endif
