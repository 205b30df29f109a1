/* SPDX-License-Identifier: BSD-2-Clause */
/* seccomp(2): installs the filters that sandbox_gen wrote at build time. */
#include "linux.h"
#include "model/array.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_filter.h"

/* Since Linux 4.17: keeps speculative execution on. A listing holds no secret. */
#define SPEC_ALLOW 4U

/* Length of the longest filter, in instructions. */
#define ROOM 512

const char *sandbox_filter_built(void)
{
    return "capabilities, no_new_privs, seccomp (libseccomp " SANDBOX_LIBSECCOMP "), Landlock";
}

int sandbox_filter_install(enum sandbox_filter filter)
{
    static const struct {
        const struct sock_filter *code;
        size_t count;
    } filters[] = {
        [SANDBOX_FILTER_LISTING] = {sandbox_listing, COUNT_OF(sandbox_listing)},
        [SANDBOX_FILTER_RECORDING] = {sandbox_recording, COUNT_OF(sandbox_recording)},
        [SANDBOX_FILTER_SCREEN] = {sandbox_screen, COUNT_OF(sandbox_screen)},
        [SANDBOX_FILTER_HELPER] = {sandbox_helper, COUNT_OF(sandbox_helper)},
        [SANDBOX_FILTER_ACTOR] = {sandbox_actor, COUNT_OF(sandbox_actor)},
        [SANDBOX_FILTER_PROBER] = {sandbox_prober, COUNT_OF(sandbox_prober)},
    };
    struct sock_filter code[ROOM];
    const struct sock_fprog program = {(unsigned short)filters[filter].count, code};
    uint32_t pid = (uint32_t)getpid();

    _Static_assert(COUNT_OF(sandbox_listing) <= ROOM && COUNT_OF(sandbox_recording) <= ROOM &&
                       COUNT_OF(sandbox_helper) <= ROOM && COUNT_OF(sandbox_screen) <= ROOM &&
                       COUNT_OF(sandbox_actor) <= ROOM && COUNT_OF(sandbox_prober) <= ROOM,
                   "room for each");
    for (size_t i = 0; i < program.len; i++) {
        code[i] = filters[filter].code[i];
        if (code[i].k == SANDBOX_PID)
            code[i].k = pid;
    }
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SPEC_ALLOW, &program) == 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0)
        return 0;
    return -errno;
}
