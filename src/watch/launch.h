/* SPDX-License-Identifier: BSD-2-Clause */
/* COMMAND of --wait: executed by the process that the user started, as the user started it. */
#ifndef WATCH_LAUNCH_H
#define WATCH_LAUNCH_H

/* Call it first: remembers what the program is about to change. */
void launch_remember(void);
/*
 * Forks. The child returns, to wait: a descriptor on which launch_go() sends the order to execute the
 * command, and which poll(2) reports as closed when the parent has ended. A negative errno if the
 * process cannot be created.
 *
 * The parent never returns. It reads that order and nothing else. Then it executes the command, with
 * the privileges, the environment, the signals and the files that it was started with; without the
 * order it exits with the status of the child.
 */
int launch_start(char **command);
/* Returns 0 or a negative errno. */
int launch_go(int go);

#endif
