/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds without libseccomp, or with sanitizers, which make other system calls. */
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
