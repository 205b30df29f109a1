/* SPDX-License-Identifier: BSD-2-Clause */
#include "seconds.h"

#include <stdio.h>
#include <string.h>

bool seconds_parse(const char *text, uint64_t *nanoseconds)
{
    size_t whole = strspn(text, "0123456789");
    size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    uint64_t number = 0;

    if (whole + part == 0 || whole > 9 || part > 9 ||
        text[whole + (text[whole] == '.') + part] != '\0')
        return false;
    for (size_t i = 0; i < whole; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    for (size_t i = 0; i < 9; i++)
        number = number * 10 + (i < part ? (uint64_t)(text[whole + 1 + i] - '0') : 0);
    *nanoseconds = number;
    return true;
}

int seconds_take(struct opts *opts, const struct opt *opt, bool zero, uint64_t *nanoseconds)
{
    char what[64];

    if (seconds_parse(opts->value, nanoseconds) && (zero || *nanoseconds > 0))
        return OPTS_GO_ON;
    (void)snprintf(what, sizeof(what), "--%s takes seconds %s 999999999, not", opt->name,
                   zero ? "from 0 to" : "above 0, at most");
    return opts_refuse(opts, what, opts->value, strlen(opts->value));
}
