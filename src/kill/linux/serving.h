/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the actor on Linux. */
#ifndef KILL_LINUX_SERVING_H
#define KILL_LINUX_SERVING_H

#include "kill/actor.h"
#include "kill/actor_judge.h"
#include "kill/actor_stat.h"
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
    struct pl_snapshot *shared[PL_PROTO_MAX]; /* of verify.c; only for checks */
    struct sent *sent;                        /* of wait.c */
    size_t sent_count, sent_room;
    size_t pinned;     /* how many of them have an open pidfd */
    size_t pinned_max; /* at a time */
};

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
/*
 * Only finds it, by its cookie. Returns 1 if it is listed, 0 if not, or a negative errno. A connection
 * whose port stays bound is not looked for: the kernel walks all sockets for those.
 */
int actor_find(struct serving *serving, const struct pl_sock *sock, struct pl_sock *out);
/* Whether it is certain, and was quickly found, that the socket is closed. */
bool actor_is_gone(const struct pl_sock *sock);
/* Whether the TCP socket of a listener belongs to one of MPTCP, as the table of MPTCP shows. */
bool actor_is_mptcp(struct serving *serving, const struct pl_sock *sock);
/* Frees what checks share, so that everything after that is read again. */
void actor_forget(struct serving *serving);

/* ---- process.c ---- */

/* Whether the descriptor is one of the socket, or of a ring that holds it. */
bool actor_holds_at(const struct serving *serving, const struct pl_owner *owner);
/* Lists the ancestors of portkill. */
void actor_find_ancestors(struct serving *serving);
void actor_signal(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply);

/* Sends a signal to a process. On failure sets reply and returns false. */
bool actor_send_signal(int pidfd, int signal, struct actor_reply *reply);

/* What identifies a process and its program. */
struct actor_identity {
    uint64_t started_ticks, exe_dev, exe_ino;
};

/* On failure sets reply and returns false. */
bool actor_identify(const struct serving *serving, uint32_t pid, struct actor_identity *out,
                    struct actor_reply *reply);
bool actor_is_identical(const struct actor_identity *a, const struct actor_identity *b,
                        struct actor_reply *reply);

/* ---- wait.c: the processes that got the signal ---- */

/* Milliseconds of a clock that is never set. */
int64_t actor_now_ms(void);
/* Returns 1 if the process has ended, 0 if not, or a negative errno. */
int actor_has_ended(int pidfd);
/* Makes room for one more, and waits for others if too many are open. Returns 0 or a negative errno. */
int actor_reserve(struct serving *serving);
/* After actor_reserve() and the signal: owns pidfd. */
void actor_keep(struct serving *serving, uint32_t pid, int pidfd,
                const struct actor_identity *identity);
/* Replies to ACTOR_WAIT. */
void actor_report(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply);

/* ---- close.c ---- */

void actor_close(struct serving *serving, const struct actor_request *request,
                 struct actor_reply *reply);

#endif
