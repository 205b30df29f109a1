/* SPDX-License-Identifier: BSD-2-Clause */
#include "about.h"

#include "cli/completion/completion.h"
#include "privilege/names/names.h"
#include "run.h"
#include "words.h"

#include <string.h>
#include <unistd.h>

static int finish(struct out *out)
{
    int err = out_flush(out);

    out_free(out);
    if (err == 0)
        return EXIT_DONE;
    complain_output(err);
    return EXIT_FAILED;
}

int about_help(struct opts *opts, const struct opt *opt)
{
    const struct opt *table = opts->table;
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out, "usage: portls [-");
    for (size_t i = 0; i < opts->count; i++) {
        if (table[i].letter != 0 && table[i].kind == OPT_NONE)
            out_char(&out, table[i].letter);
    }
    out_word(&out, "] [-c[SEC]] [--long-option ...] [FILTER]\n"
                   "Lists sockets: what is on this port, and who is it talking to?\n\n");
    opts_help(table, opts->count, &out);
    out_word(&out,
             "\nenvironment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM say whether to colour\n"
             "exit status: 0 listed, 1 nothing matched (-q), 2 usage, 3 something could not "
             "be seen\n(--strict), 4 nothing could be read or the output not written\n");
    return finish(&out);
}

int about_completion(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (opts_choice(opts, opt) < 0)
        return EXIT_USAGE;
    completion_print("portls", opts->table, opts->count, opts->value, &out);
    return finish(&out);
}

int about_version(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opts;
    (void)opt;
    out_word(&out,
             "portls " PL_VERSION "\nreader: " PORTLS_READER "\nlibbsd: " PORTLS_BSD "\nnames: ");
    out_word(&out, names_built());
    out_word(&out, "\nsandbox: ");
    out_word(&out, sandbox_built());
    out_char(&out, '\n');
    return finish(&out);
}

int about_columns(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opts;
    (void)opt;
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        const struct pl_field *column = &pl_fields[i];

        out_word(&out, column->name);
        out_char(&out, '\t');
        out_word(&out, column->type);
        out_char(&out, '\t');
        out_word(&out, column->unit ? column->unit : "-");
        out_char(&out, '\t');
        out_word(&out, column_option(column));
        out_char(&out, '\t');
        out_word(&out, column->help);
        out_char(&out, '\n');
    }
    return finish(&out);
}

int about_words(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opts;
    (void)opt;
    for (size_t kind = 0; kind < WORDS_MAX; kind++) {
        const char *word;

        for (size_t i = 0; (word = words_get((enum words)kind, i)) != NULL; i++) {
            out_word(&out, words_name((enum words)kind));
            out_char(&out, '\t');
            out_word(&out, word);
            out_char(&out, '\n');
        }
    }
    return finish(&out);
}
