/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that print information about portls itself. */
#ifndef CLI_ABOUT_H
#define CLI_ABOUT_H

#include "opts.h"

/* Each prints on standard output and returns the exit status. */
opt_set_fn about_help, about_version, about_columns, about_words;

#endif
