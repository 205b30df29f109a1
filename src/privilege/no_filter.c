/* SPDX-License-Identifier: BSD-2-Clause */
/* A build without libseccomp, or one whose sanitizers make calls of their own. */
#include "linux.h"

#include <errno.h>

const char *sandbox_filter_built(void)
{
    return "capabilities, no_new_privs, Landlock (no seccomp filter)";
}

int sandbox_filter_install(enum sandbox_filter filter)
{
    (void)filter;
    return -ENOTSUP;
}
