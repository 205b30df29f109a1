/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program has from whoever started it. */
#ifndef CLI_STANDARD_H
#define CLI_STANDARD_H

#include <stdbool.h>

/*
 * Before anything is opened. A standard stream that was closed stays one that cannot be read or
 * written, but its number is taken: no socket and no file gets it, and our output. A limit on the
 * size of files becomes an error instead of a signal. false: nothing may be opened.
 */
bool standard_hold(void);

#endif
