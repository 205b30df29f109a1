/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard streams and limits that the program inherits. */
#ifndef CLI_STANDARD_H
#define CLI_STANDARD_H

#include <stdbool.h>

/*
 * Called before anything is opened. Takes the number of each closed standard stream, so that no
 * socket and no file gets it; the stream still can be neither read nor written. Turns the signal for
 * a file that grows too large into an error. False: nothing may be opened, or the stack is too small,
 * which a message reports.
 */
bool standard_hold(void);

#endif
