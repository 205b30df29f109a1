/* SPDX-License-Identifier: BSD-2-Clause */
/* What every listing does, portls' own and those of personalities: a reader, a sandbox, rounds. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "privilege/sandbox.h"

#include "api/library.h"

struct session {
    const char *record, *replay; /* folders; NULL: none */
    unsigned int interval;       /* seconds between rounds; 0: one round */
    bool names;                  /* of hosts or services will be looked up */
    bool without;                /* where nothing can be read, there is something to show */
    bool more;                   /* another query follows, for which rights are kept */
    int failed;                  /* exit status where it cannot go on */
    struct sandbox *sandbox;     /* borrowed */
    struct pl_reader *reader;    /* owned, from session_open() on */
};

/* Shows a snapshot; NULL: nothing could be read, or the query asks for nothing. The exit status. */
typedef int session_show(void *arg, const struct pl_snapshot *snap);

/*
 * Each of these returns 0 or an exit status, and has said on stderr what could not be done. Opens
 * the reader for query and enters the sandbox: names are looked up as by its struct names from
 * then on.
 */
int session_open(struct session *session, const struct pl_query *query);
/* One round: whom to tell of feeds and phases and to ask for users is set in a copy of asked. */
int session_round(struct session *session, const struct pl_query *asked, session_show *show,
                  void *arg);
/* Round after round, where they are asked for, until one cannot be read or shown. */
int session_rounds(struct session *session, const struct pl_query *query, session_show *show,
                   void *arg);
void session_close(struct session *session);

#endif
