/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch.h"

#include "cli/complain.h"
#include "cli/status.h"

#include <string.h>

int known_check(const struct pl_filter *filter)
{
    const char *advice;
    const char *unknown = filter ? pl_filter_unknown(filter, NULL, &advice) : NULL;

    if (!unknown)
        return EXIT_DONE;
    complain_at("no service and no known program is called", unknown, strlen(unknown),
                "; for a program, write 'process NAME'", "");
    return EXIT_USAGE;
}
