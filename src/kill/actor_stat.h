/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/stat of proc(5): for the actor, the ancestors of portkill, and parents of processes. */
#ifndef KILL_ACTOR_STAT_H
#define KILL_ACTOR_STAT_H

#include "api/library.h"

struct actor_stat {
    struct pl_text name;    /* in the text that was parsed */
    uint64_t started_ticks; /* since the start of the system */
    uint64_t flags;         /* PF_*, include/linux/sched.h */
    uint32_t parent;        /* 0: none */
    char state;
};

/* Returns whether the text is complete. */
bool actor_parse_stat(const char *text, size_t len, struct actor_stat *out);

/* Reads the file of a process. Returns whether it could. */
typedef bool actor_stat_fn(void *arg, uint32_t pid, struct actor_stat *out);
/* Lists the parent of a process, its parent, and so on to process 1. Returns their number. */
size_t actor_ancestors(uint32_t pid, actor_stat_fn *read, void *arg, uint32_t *out, size_t max);

#endif
