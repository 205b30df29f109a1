/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Least privilege: root may run the program on input that anyone can write, so it keeps only the
 * privileges that it still needs. plan.h selects them. CMake builds sandbox.c on Linux and none.c,
 * which keeps everything, elsewhere.
 */
#ifndef PRIVILEGE_SANDBOX_H
#define PRIVILEGE_SANDBOX_H

#include "plan.h"
#include "privilege/names/names.h"

/* In the order in which they are entered, except that Landlock may follow later. */
enum sandbox_layer {
    SANDBOX_USER,
    SANDBOX_CAPABILITIES,
    SANDBOX_NO_NEW_PRIVS,
    SANDBOX_LANDLOCK,
    SANDBOX_FILTER,
};

struct sandbox {
    struct sandbox_plan plan;
    bool off;                      /* --no-sandbox */
    void (*say)(const char *text); /* prints a line on stderr; may be NULL */
    bool debug;                    /* print which layers are on */
    bool elevated;                 /* sandbox_is_elevated() */
    bool asleep; /* capabilities are kept, but take no effect until sandbox_wake() */
    bool entered;
    bool left_root; /* root became nobody */
    bool no_new_privs, filtered;
    int landlock;       /* its ABI; 0: it is off */
    uint32_t told;      /* bits of enum sandbox_layer: refusals already reported */
    char refused[512];  /* refusals to report */
    struct names names; /* names of hosts, users and services */
};

/* Returns the layers that are built in: "capabilities, no_new_privs, Landlock". */
const char *sandbox_built(void);

/*
 * Returns whether the program has more privileges than its user (set-user-ID, file capabilities). If
 * so, cleans the environment (sandbox_clean()) and makes the process that user, without capabilities
 * in effect until sandbox_raise(). Exits if the process cannot become its user.
 */
bool sandbox_is_elevated(void (*say)(const char *text));
/*
 * Puts the capabilities of such a program into effect, to open the reader. Until sandbox_enter(), only
 * paths that are fixed in the program may be opened.
 */
void sandbox_raise(const struct sandbox *sandbox);
/* Returns whether the process may bind ports that need a privilege. Call it before sandbox_enter(). */
bool sandbox_binds_low(void);
/* The message if such a program is called with --no-sandbox. */
#define SANDBOX_REFUSED "--no-sandbox is refused for a program with more privileges than its user"

/*
 * Starts the helper for names, unless it runs or name services will also work after
 * sandbox_enter(). Call it first. users: names of users are wanted; others: also of hosts or
 * services.
 */
void sandbox_start_helper(struct sandbox *sandbox, bool users, bool others);

/*
 * Starts a process without privileges that does nothing but keep the open files, except the standard
 * streams, until the caller ends. The kernel takes some 15 ms to release a program that is attached to a
 * tracepoint; the caller ends before that. Call it before sandbox_enter().
 */
void sandbox_hold_files(void);

/*
 * Confines the prober of "why --probe", in that process: it keeps the descriptor and the standard
 * streams, and may bind sockets, also to ports that need a privilege if it could before. user: it
 * becomes this user, without privileges unless it is root; PL_UID_UNKNOWN: it stays the same, since a
 * security module may ask for it. off: only that. Returns 0 or a negative errno.
 */
int sandbox_confine_prober(int fd, uint32_t user, bool off);

/*
 * Drops the privileges that the plan does not need and enters the other layers. Skips a layer that
 * the kernel lacks; reports one that it refuses.
 */
void sandbox_enter(struct sandbox *sandbox);
/* Puts the capabilities that sandbox_enter() kept without effect into effect. */
void sandbox_wake(struct sandbox *sandbox);
/* A pl_query_hooks.phase that drops what is no longer needed; arg is the struct sandbox. */
void sandbox_phase(void *arg, enum pl_phase phase);
void sandbox_end(struct sandbox *sandbox);

#endif
