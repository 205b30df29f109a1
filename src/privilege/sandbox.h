/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Least privilege: a program that root runs and that reads what anybody may write keeps only the
 * rights that are still of use. CMake chooses sandbox.c (Linux) or none.c, where all of it
 * does nothing but say so. Which rights, and when: plan.h.
 */
#ifndef PRIVILEGE_SANDBOX_H
#define PRIVILEGE_SANDBOX_H

#include "plan.h"
#include "privilege/names/names.h"

enum sandbox_layer {
    SANDBOX_CAPABILITIES,
    SANDBOX_USER,
    SANDBOX_NO_NEW_PRIVS,
    SANDBOX_FILTER,
    SANDBOX_LANDLOCK,
};

struct sandbox {
    struct sandbox_plan plan;
    bool off;                      /* --no-sandbox */
    void (*say)(const char *text); /* on stderr; NULL: nothing */
    bool debug;                    /* say what stands */
    bool elevated;                 /* sandbox_is_elevated() */
    bool asleep; /* capabilities are kept, but take no effect until sandbox_wake() */
    bool entered;
    bool left_root; /* root became nobody */
    bool no_new_privs, filtered;
    int landlock;       /* its ABI; 0: it is off */
    uint32_t told;      /* layers whose refusal was reported: bits of enum sandbox_layer */
    char refused[512];  /* those to be reported */
    struct names names; /* whom to ask for names */
};

/* What is built in: "seccomp (libseccomp 2.5.4), Landlock, capabilities". */
const char *sandbox_built(void);

/*
 * Whether the program has more privileges than its user (set-user-ID, file capabilities). If so,
 * the environment is emptied but for how a terminal looks, and the process becomes its user: nothing
 * is opened with privileges before sandbox_raise(). A process that cannot become its user exits.
 */
bool sandbox_is_elevated(void (*say)(const char *text));
/* Gives such a program back what opening the reader takes. Every path opened from here to
 * sandbox_enter() is fixed in the program. */
void sandbox_raise(const struct sandbox *sandbox);
/* What a program says that is elevated and was given --no-sandbox, which would keep its privileges. */
#define SANDBOX_REFUSED "--no-sandbox is refused for a program with more privileges than its user"

/*
 * Starts the helper for names, unless it runs, where sandbox_enter() will keep name services from
 * working. To be called first. users: names of users are wanted; others: also of hosts or services.
 */
void sandbox_start_helper(struct sandbox *sandbox, bool users, bool others);

/* Drops what plan has no use for, and puts up the filter and Landlock. What the kernel lacks is
 * left out. */
void sandbox_enter(struct sandbox *sandbox);
/* For a reading that comes later: capabilities kept until now take effect. */
void sandbox_wake(struct sandbox *sandbox);
/* pl_query_hooks.phase; arg is the struct sandbox. */
void sandbox_phase(void *arg, enum pl_phase phase);
void sandbox_end(struct sandbox *sandbox);

#endif
