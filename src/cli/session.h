/* SPDX-License-Identifier: BSD-2-Clause */
/* The session of every listing, also of personalities: a reader, a sandbox, and rounds. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "privilege/sandbox.h"

#include "api/library.h"
#include "api/netns.h"

struct session {
    const char *record, *replay; /* directories; NULL: none */
    const char *netns;           /* network namespace to enter; "all": all; NULL: none */
    unsigned int interval;       /* seconds between rounds; 0: one round */
    bool repeated;               /* more rounds follow, without an interval */
    bool names;                  /* host or service names will be looked up */
    bool without;                /* call show() with NULL when nothing can be read */
    bool acts, screen;           /* as in struct sandbox_plan */
    bool more;                   /* another query follows: keep the privileges */
    bool hint;               /* also read all sockets and owners if the filter matches nothing */
    struct pl_snapshot *all; /* these, while show() runs; NULL: none */
    int failed;              /* exit status of a failure */
    bool elsewhere;          /* count listeners of other network namespaces */
    struct pl_netns_listeners others; /* these, from session_open() on; 0: none or not known */
    /* Opens more, before privileges are dropped. Returns 0 or an exit status after a message; or NULL. */
    int (*opened)(void *arg, struct pl_reader *reader);
    void *opened_arg;
    struct sandbox *sandbox;  /* borrowed */
    struct pl_reader *reader; /* owned, from session_open() on; NULL if that failed to open it */
};

/* Shows a snapshot and returns the exit status. snap is NULL if nothing was read or requested. */
typedef int session_show(void *arg, struct pl_snapshot *snap);

/*
 * These return 0 or an exit status, after a message on stderr. session_open() opens the reader for
 * the query and enters the sandbox. From then on, names are looked up through sandbox->names.
 */
int session_open(struct session *session, const struct pl_query *query);
/*
 * Makes this process a member of a network namespace, as session_open() does. netns as in struct session.
 * failed: the exit status if a privilege is missing.
 */
int session_enter_netns(const char *netns, int failed);
/* Takes and shows one snapshot. Sets hooks in a copy of the query. */
int session_round(struct session *session, const struct pl_query *asked, session_show *show,
                  void *arg);
/* One round, or repeated rounds until one fails. */
int session_rounds(struct session *session, const struct pl_query *query, session_show *show,
                   void *arg);
void session_close(struct session *session);

#endif
