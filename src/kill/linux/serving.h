/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the actor on Linux. */
#ifndef KILL_LINUX_SERVING_H
#define KILL_LINUX_SERVING_H

#include "kill/actor.h"
#include "privilege/names/names.h"
#include "source/source.h"

#define ANCESTORS_MAX 64

struct serving {
    const struct actor_plan *plan;
    struct pl_reader *system; /* the running kernel */
    struct names names;       /* of users */
    int proc;                 /* descriptor of /proc */
    uint32_t self;            /* process id of the actor */
    uint32_t parent;          /* of portkill */
    uint32_t ancestors[ANCESTORS_MAX];
    size_t ancestor_count;
};

/* Sets outcome, detail and error. Returns false, for the caller to return. */
bool actor_fail(struct actor_reply *reply, enum actor_outcome outcome, enum actor_detail detail,
                int error);

/* serve.c. Sends a whole message. Returns 0 or a negative errno. */
int actor_send(int fd, const void *message, size_t len);
/* Replies to requests until the other end closes. Returns 0 or a negative errno. */
int actor_serve(struct serving *serving, int fd);
void actor_reply_to(struct serving *serving, struct actor_request *request,
                    struct actor_reply *reply);

/*
 * verify.c. Finds the socket in the kernel's table by its cookie and key, and evaluates the selector.
 * fd: a descriptor of request->pid that holds it. On failure sets reply and returns false.
 */
bool actor_verify(struct serving *serving, const struct actor_request *request, uint32_t fd,
                  struct pl_sock *out, struct actor_reply *reply);
/* Only finds it, by its cookie. Returns 1 if it is listed, 0 if not, or a negative errno. */
int actor_find(struct serving *serving, const struct pl_sock *sock, struct pl_sock *out);

/* ---- process.c ---- */

struct actor_stat {
    uint64_t started_ticks;
    uint64_t flags; /* PF_*, include/linux/sched.h */
    uint32_t parent;
    char state;
};

/* Reads /proc/PID/stat, proc(5). Returns 0 or a negative errno. */
int actor_read_stat(int proc, uint32_t pid, struct actor_stat *out);
/* Lists the ancestors of portkill. */
void actor_find_ancestors(struct serving *serving);
void actor_signal(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply);

/* ---- close.c ---- */

void actor_close(struct serving *serving, const struct actor_request *request,
                 struct actor_reply *reply);

#endif
