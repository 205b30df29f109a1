/* SPDX-License-Identifier: BSD-2-Clause */
/* What portls says about itself. Each answers the exit status. */
#ifndef CLI_ABOUT_H
#define CLI_ABOUT_H

#include "../view/out.h"

int about_version(void);
/* --list-columns */
int about_columns(void);

/* Writes out and frees it; complains when that fails. */
int about_finish(struct out *out);

#endif
