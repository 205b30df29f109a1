/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process outside the sandbox that executes portkill for one socket at a time, and opens the files that the
 * user names, with the rights of the user. It does nothing else.
 */
#ifndef SCREEN_LAUNCHER_H
#define SCREEN_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

#define LAUNCH_PATH 256

struct launcher {
    int to;     /* a socket, if the process was started */
    int pid;    /* 0: the process was not started */
    int error;  /* the positive errno of a failed start, or 0 */
    bool kills; /* portkill can be executed */
};

enum launch_kind {
    LAUNCH_KILL,    /* portkill ends the processes of the socket with the cookie */
    LAUNCH_CLOSE,   /* portkill closes that socket */
    LAUNCH_CREATE,  /* opens a new file, to write it */
    LAUNCH_REPLACE, /* opens a regular file that exists, and empties it */
    LAUNCH_RECORD,  /* makes the directory of a recording, and opens its journal */
};

struct launch_order {
    uint64_t cookie;
    uint32_t kind;          /* enum launch_kind */
    uint32_t system;        /* enum pl_system of a recording */
    char path[LAUNCH_PATH]; /* NUL-terminated */
};

enum { LAUNCH_FAILED = 127 }; /* portkill could not be executed */

/*
 * Starts the process. path is that of portkill, which need not exist. netns: the network namespace that it
 * acts in, as for its option -N; NULL: this one. Call this before privileges are dropped.
 */
void launcher_start(struct launcher *launcher, const char *path, const char *netns);
/*
 * Executes portkill, which uses the terminal for its question, and waits until it ends. Returns its exit
 * status, or a negative errno.
 */
int launcher_run(struct launcher *launcher, const struct launch_order *order);
/* Opens a file. Returns a descriptor or a negative errno. */
int launcher_open(struct launcher *launcher, const struct launch_order *order);
/* Ends the process. */
void launcher_end(struct launcher *launcher);

#endif
