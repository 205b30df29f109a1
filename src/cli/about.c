/* SPDX-License-Identifier: BSD-2-Clause */
#include "about.h"

#include "complain.h"
#include "privilege/sandbox.h"
#include "view/column.h"
#include "words.h"

#include <unistd.h>

int about_help(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out, "usage: portls [OPTION ...] [FILTER]\n"
                   "Lists sockets and the processes that hold them. Without arguments, it prints\n"
                   "an overview of what listens on this machine. Examples:\n\n"
                   "  portls :443               sockets that use port 443\n"
                   "  portls ssh                sockets of the service or program ssh\n"
                   "  portls 10.0.0.0/8         sockets with an address in this network\n"
                   "  portls process nginx      sockets of the program nginx\n"
                   "  portls state close-wait   connections that the program has not closed\n\n"
                   "Commands, as the first argument: why PORT, whether a port can be bound and\n"
                   "why not; doctor, what is wrong with the sockets; watch, events and wait, see\n"
                   "portwatch(1); wire, see portwire(1); kill, see portkill(1).\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out, "\nA filter selects sockets; see FILTER EXPRESSIONS in portls(1).\n\n"
                   "environment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM control colours;\n"
                   "  COLUMNS is the width of the window; PATH may be searched for commands\n"
                   "exit status: 0 success, 1 nothing matched (-q), a port is not free (why) or\n"
                   "  something is wrong (doctor), 2 usage error, 3 something could not be read\n"
                   "  (--strict), 4 nothing could be read or the output could not be written\n");
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
