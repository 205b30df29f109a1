/* SPDX-License-Identifier: BSD-2-Clause */
/* A process outside the sandbox that executes portkill for one socket at a time, and nothing else. */
#ifndef SCREEN_LAUNCHER_H
#define SCREEN_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

struct launcher {
    int to, from; /* pipes, if the process was started */
    int pid;      /* 0: the process was not started */
    int error;    /* the positive errno of a failed start, or 0 */
};

/* What portkill shall do to the socket with a cookie. */
struct launch_order {
    uint64_t cookie;
    uint64_t close; /* close the socket, instead of ending its processes */
};

enum { LAUNCH_FAILED = 127 }; /* portkill could not be executed */

/* Starts the process. path is that of portkill. Call this before privileges are dropped. */
void launcher_start(struct launcher *launcher, const char *path);
/*
 * Executes portkill, which uses the terminal for its question, and waits until it ends. Returns its exit
 * status, or a negative errno.
 */
int launcher_run(struct launcher *launcher, const struct launch_order *order);
/* Ends the process. */
void launcher_end(struct launcher *launcher);

#endif
