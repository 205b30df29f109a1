/* SPDX-License-Identifier: BSD-2-Clause */
#include "opts.h"

#include "cli/complain.h"
#include "view/out.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int as_opts_help(const struct opt *table, size_t count, const char *who)
{
    struct out out = {.fd = STDOUT_FILENO};
    int err;

    out_word(&out, who);
    opts_help(table, count, &out);
    err = out_flush(&out);
    out_free(&out);
    if (err == 0)
        return 0;
    complain_output(err);
    return AS_OPTS_UNWRITTEN;
}

int as_opts_refuse(const char *what, const char *culprit, size_t len, int status)
{
    complain(what, culprit, len, "PERSONALITIES in portls(1)");
    return status;
}

int as_opts_walk(const struct as_opts *options, char **argv)
{
    struct opts opts = {.table = options->table, .count = options->count, .argv = argv};
    int id;

    while ((id = opts_next(&opts)) != OPT_END) {
        int status;

        if (id == OPT_BAD)
            return as_opts_refuse(opts.problem, "", 0, options->status);
        if (id >= options->refused) {
            const char *word = opts.argv[-1];
            char what[64];

            (void)snprintf(what, sizeof(what), "--as %s cannot do all of: ", options->name);
            return as_opts_refuse(what, word, strlen(word), options->status);
        }
        status = options->apply(options->arg, id, opts.value);
        if (status >= 0)
            return status;
    }
    return -1;
}
