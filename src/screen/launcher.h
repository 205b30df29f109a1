/* SPDX-License-Identifier: BSD-2-Clause */
/* A process outside the sandbox that executes portkill for one socket at a time, and nothing else. */
#ifndef SCREEN_LAUNCHER_H
#define SCREEN_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

struct launcher {
    int to, from; /* pipes; only if pid is not 0 */
    int pid;      /* 0: there is none */
    int error;    /* the positive errno that prevents it; 0: none */
};

/* What portkill shall do to the socket with a cookie. */
struct launch_order {
    uint64_t cookie;
    uint64_t close; /* close the socket, instead of ending its processes */
};

enum { LAUNCH_FAILED = 127 }; /* portkill could not be executed */

/* Starts it. path: of portkill. Call it before privileges are dropped. */
void launcher_start(struct launcher *launcher, const char *path);
/*
 * Executes portkill, which uses the terminal for its question, and waits for its end. Returns its exit status, or a
 * negative errno.
 */
int launcher_run(struct launcher *launcher, const struct launch_order *order);
/* Ends it. */
void launcher_end(struct launcher *launcher);

#endif
