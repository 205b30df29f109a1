/* SPDX-License-Identifier: BSD-2-Clause */
#include "as.h"

#include "cli/complain.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int as_opt_help(struct opts *opts, const struct opt *opt)
{
    const struct as_settings *settings = opts->settings;
    struct out out = {.fd = STDOUT_FILENO};
    int err;

    (void)opt;
    out_word(&out, settings->who);
    opts_help(opts->table, opts->count, &out);
    err = out_flush(&out);
    out_free(&out);
    if (err == 0)
        return 0;
    complain_output(err);
    return AS_FAILED;
}

int as_opts_refuse(const char *what, const char *culprit, size_t len, int status)
{
    complain_at(what, culprit, len, "", AS_HELP);
    return status;
}

int as_opt_refuse(struct opts *opts, const struct opt *opt)
{
    const struct as_settings *settings = opts->settings;
    const char *word = opts->argv[-1];
    char what[64];

    (void)opt;
    (void)snprintf(what, sizeof(what), "--as %s does not support", settings->name);
    return as_opts_refuse(what, word, strlen(word), opts->status);
}

int as_opts_apply(struct as_settings *settings, char **argv)
{
    uint8_t given[UINT8_MAX + 1] = {0};
    struct opts opts = {
        .table = settings->options,
        .count = settings->option_count,
        .argv = argv,
        .any_case = settings->any_case,
        .settings = settings,
        .word = settings->word,
        .help = AS_HELP,
        .status = settings->usage,
        .given = given,
    };

    return opts_apply(&opts);
}
