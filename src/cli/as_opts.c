/* SPDX-License-Identifier: BSD-2-Clause */
#include "as_opts.h"

#include "complain.h"

#include <stdio.h>
#include <string.h>

int as_opts_refuse(const char *what, const char *culprit, int status)
{
    complain(what, culprit, strlen(culprit), "PERSONALITIES in portls(1)");
    return status;
}

int as_opts_walk(const struct as_opts *options, char **argv)
{
    struct opts opts = {.table = options->table, .count = options->count, .argv = argv};
    int id;

    while ((id = opts_next(&opts)) != OPT_END) {
        int status;

        if (id == OPT_BAD)
            return as_opts_refuse(opts.problem, "", options->status);
        if (id >= options->refused) {
            char what[64];

            (void)snprintf(what, sizeof(what), "--as %s cannot do all of: ", options->name);
            return as_opts_refuse(what, opts.argv[-1], options->status);
        }
        status = options->apply(options->arg, id, opts.value);
        if (status >= 0)
            return status;
    }
    return -1;
}
