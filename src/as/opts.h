/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of the personalities. Their settings are a struct command of their own, whose first member
 * is a struct as_settings.
 */
#ifndef AS_OPTS_H
#define AS_OPTS_H

#include "as.h"
#include "cli/opts.h"

#include <stddef.h>

#define AS_HELP "PERSONALITIES in portls(1)"

/* What a row of a table does to the struct command. */
#define AT(member)          .at = offsetof(struct command, member)
#define ON(member)          .set = opt_set_true, AT(member)
#define OFF(member)         .set = opt_set_false, AT(member)
#define BITS(member, value) .set = opt_set_bits, AT(member), .bits = (value)

/* Prints settings.who and what the options mean. */
opt_set_fn as_opt_help;
/* Complains: an option that settings.name has and we do not. */
opt_set_fn as_opt_refuse;

/* One line: what, the len bytes to blame, and where to read more. Returns status. */
int as_opts_refuse(const char *what, const char *culprit, size_t len, int status);

#endif
