/* SPDX-License-Identifier: BSD-2-Clause */
/* The standard streams that a program inherits. */
#ifndef CLI_STANDARD_H
#define CLI_STANDARD_H

#include <stdbool.h>

/*
 * Call before opening anything. Occupies the numbers of closed standard streams, so that no socket
 * or file gets them and receives our output. Makes an exceeded file size limit an error instead of
 * a signal. Returns false if nothing can be opened.
 */
bool standard_hold(void);

#endif
