/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion scripts, made from the tables of options, columns and words. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "cli/opts.h"
#include "view/out.h"

/* Of a program, "portls" or "portname", for bash, zsh or fish. */
void completion_print(const char *program, const struct opt *table, size_t count, const char *shell,
                      struct out *out);

#endif
