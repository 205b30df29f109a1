/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion scripts, made from the tables of options, columns, states and fields. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "../view/out.h"
#include "opts.h"

/* -EINVAL: a shell that is not bash, zsh or fish. */
int completion_print(const struct opt *table, size_t count, const char *shell, struct out *out);

#endif
