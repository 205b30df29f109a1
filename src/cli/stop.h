/* SPDX-License-Identifier: BSD-2-Clause */
/* For programs that go on until they are interrupted. */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <signal.h>
#include <stdbool.h>

/*
 * Blocks the signals that end the program, except during a wait with the mask that it stores. They are
 * SIGINT, SIGTERM and SIGHUP, unless they were ignored.
 */
void stop_catch(sigset_t *open);
/* Returns whether one of them was received. */
bool stop_wanted(void);
/*
 * Waits until the descriptor takes output, for struct out. After a signal, it waits for a second, and after
 * another one no longer. Returns whether it does. Call stop_catch() before.
 */
bool stop_writable(int fd);

#endif
