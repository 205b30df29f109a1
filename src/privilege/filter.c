/* SPDX-License-Identifier: BSD-2-Clause */
/* seccomp(2): installs what sandbox_gen wrote when this was built. */
#include "linux.h"
#include "model/array.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_filter.h"

/* Since Linux 4.17: no slower speculation; a listing holds no secret. */
#define SPEC_ALLOW 4U

#define PROGRAM(array)                                      \
    {                                                       \
        .len = (unsigned short)(COUNT_OF(array)),           \
        .filter = (struct sock_filter *)(uintptr_t)(array), \
    }

const char *sandbox_filter_built(void)
{
    return "capabilities, no_new_privs, seccomp (libseccomp " SANDBOX_LIBSECCOMP "), Landlock";
}

int sandbox_filter_install(enum sandbox_filter filter)
{
    const struct sock_fprog programs[] = {
        [SANDBOX_FILTER_LISTING] = PROGRAM(sandbox_listing),
        [SANDBOX_FILTER_RECORDING] = PROGRAM(sandbox_recording),
        [SANDBOX_FILTER_HELPER] = PROGRAM(sandbox_helper),
    };
    const struct sock_fprog *program = &programs[filter];

    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SPEC_ALLOW, program) == 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0)
        return 0;
    return -errno;
}
