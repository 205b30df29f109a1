/* SPDX-License-Identifier: BSD-2-Clause */
#include "about.h"

#include "complain.h"
#include "privilege/sandbox.h"
#include "view/column.h"
#include "words.h"

#include <unistd.h>

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
    return finish_output(&out);
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
    return finish_output(&out);
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
    return finish_output(&out);
}

int about_words(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    words_print(&out);
    words_print_choices(opts->table, opts->count, &out);
    return finish_output(&out);
}
