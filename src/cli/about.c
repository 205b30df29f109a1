/* SPDX-License-Identifier: BSD-2-Clause */
#include "about.h"

#include "resolve.h"
#include "run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int about_finish(struct out *out)
{
    int err = out_flush(out);

    out_free(out);
    if (err == 0)
        return EXIT_LISTED;
    if (err != EPIPE)
        complain("cannot write standard output: ", strerror(err), strlen(strerror(err)), "");
    return EXIT_FAILED;
}

int about_version(void)
{
    struct out out = {.fd = STDOUT_FILENO};

    out_word(&out,
             "portls " PL_VERSION "\nreader: " PORTLS_READER "\nlibbsd: " PORTLS_BSD "\nnames: ");
    out_word(&out, resolve_way());
    out_word(&out, "\nsandbox: ");
    out_word(&out, sandbox_built());
    out_char(&out, '\n');
    return about_finish(&out);
}

int about_columns(void)
{
    struct out out = {.fd = STDOUT_FILENO};

    for (size_t i = 0; i < view_column_count; i++) {
        const struct column *column = &view_columns[i];

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
    return about_finish(&out);
}
