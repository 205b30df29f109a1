/* SPDX-License-Identifier: BSD-2-Clause */
/* The search for ports and names like those that the user typed. */
#ifndef CLI_HINT_H
#define CLI_HINT_H

#include "settings.h"

#include "api/filter.h"
#include "model/near.h"
#include "view/out.h"

#define CLUES_MAX       32
#define HINT_NAME_BYTES 64

struct hint {
    const struct settings *settings;
    const struct pl_snapshot *all; /* NULL: unknown */
    const struct pl_sock *socks;
    size_t count;
    struct pl_clue clues[CLUES_MAX];
    size_t clue_count;
    struct out *line;
};

/* similar.c */
void hint_text(const struct hint *hint, struct pl_text text);
/* Adds the names of processes or users of all sockets. They are stored in *names, to be freed. */
void hint_names(const struct hint *hint, bool users, struct pl_near *near,
                char (**names)[HINT_NAME_BYTES]);
/*
 * Prints what is near a port: "; process 81 is sshd: use 'pid 81'", or "; 80 is held by nginx".
 */
void hint_port(const struct hint *hint, const struct pl_clue *clue);
/*
 * Prints that a listener of any address serves the address and port of the filter, if one does: "no socket
 * has just the address 127.0.0.1:80; 0.0.0.0:80 accepts connections to it: use ':80'".
 */
bool hint_wildcard(const struct hint *hint);

#endif
