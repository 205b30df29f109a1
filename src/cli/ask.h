/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of a command line: words that are no options, joined by blanks. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "api/library.h"

struct ask {
    char *expression; /* NULL: no word yet */
    size_t len;
    struct pl_filter *filter;
    /* How a personality parses it, to 0 and ask->filter or a negative errno; or NULL. */
    int (*parse)(struct ask *ask, const struct pl_filter_names *names,
                 struct pl_filter_error *error);
    uint8_t family; /* for parse: of addresses that do not say theirs. 0: of IP */
    bool value;     /* after a complaint: it was about a host, port or mark */
};

/* One word more. 0 or -ENOMEM. */
int ask_word(struct ask *ask, const char *word);
/* Parses what was collected; a complaint on stderr and an exit status when it makes no sense. */
int ask_parse(struct ask *ask);
/* What the filter says about the protocols and states to collect, where no option did. */
void ask_query(const struct ask *ask, struct pl_query *query);
void ask_free(struct ask *ask);

/* Is the rest of "-i..." as lsof(8) has it ("-i4TCP", "-iTCP:443", "-i:443")? */
bool ask_is_lsof(const char *rest);

#endif
