/* SPDX-License-Identifier: BSD-2-Clause */
#include "completion.h"

#include "complain.h"
#include "view/out.h"

#include <string.h>
#include <unistd.h>

int completion_print(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (opts_choice(opts, opt) < 0)
        return opts->status;
    for (const struct completion *one = completions; one->shell; one++) {
        if (strcmp(one->shell, opts->value) == 0)
            out_bytes(&out, one->script, one->len);
    }
    return finish_output(&out);
}
