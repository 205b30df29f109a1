/* SPDX-License-Identifier: BSD-2-Clause */
/* "portls why": whether ports can be bound, and why not. */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "settings.h"

#include "api/bind.h"
#include "privilege/probe.h"

#define WHY_ZONE 64 /* bytes of the name of an interface */

/* One address and port of an operand. */
struct why_question {
    size_t operand; /* its number */
    struct pl_bind bind;
    char zone[WHY_ZONE]; /* name or number of the interface; "": none */
};

/* A cause of one question with one choice of flags. */
struct why_row {
    const struct why_question *question;
    struct pl_bind bind; /* of the question, with these flags */
    struct pl_cause cause;
    char address[PL_ADDR_TEXT];
    char *text, *evidence, *remedy, *filter; /* owned */
};

struct why {
    struct settings *settings; /* borrowed */
    bool privileged;           /* the user may bind ports that need a privilege */
    struct why_question *questions;
    size_t question_count;
    uint32_t user; /* of --as-user; PL_UID_UNKNOWN: not given, or not known yet */
    struct probe probe;
    uint8_t flags[2]; /* PL_REUSE_*: the choices of flags to judge */
    size_t flag_count;
    struct why_row *rows;
    size_t row_count;
};

/* Parses the operands. Returns 0 or an exit status after a message. */
int why_parse(struct why *why);
/* Looks up the user of --as-user; of a recording, the second does. Return as why_parse(). */
int why_find_user(struct why *why);
int why_find_recorded_user(struct why *why, const struct pl_snapshot *snap);
/* Looks up the zones of link-local addresses. Returns 0 or an exit status after a message. */
int why_find_zones(struct why *why, const struct pl_snapshot *snap);
/* Makes the rows. Returns 0 or a negative errno; -EPIPE: the process that binds has ended. */
int why_judge(struct why *why, const struct pl_snapshot *snap);
/* Returns the verdict on a question, with the choice of flags that decides the exit status. */
enum pl_bind_verdict why_verdict(const struct why *why, const struct why_question *question,
                                 uint8_t flags);
/* Prints the rows. */
void why_print(const struct why *why, const struct pl_snapshot *snap, struct out *out);
void why_free(struct why *why);

/* Answers. Returns the exit status. */
int why_run(struct settings *settings);

#endif
