/* SPDX-License-Identifier: BSD-2-Clause */
/* What this process may not do, of what reading the descriptors of others takes. */
#include "call.h"
#include "linux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PROC_USER_INIT_INO, PROC_PID_INIT_INO, include/linux/proc_ns.h */
#define INITIAL_USER_NAMESPACE 0xeffffffdU
#define INITIAL_PID_NAMESPACE  0xeffffffcU

static bool has(const struct __user_cap_data_struct *sets, unsigned int capability)
{
    return (sets[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

uint32_t pl_linux_lacks(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    uint32_t lacks = PL_LACK_KNOWN;
    struct stat ns;

    if (syscall(SYS_capget, &head, sets) != 0)
        return 0;
    if (geteuid() != 0)
        lacks |= PL_LACK_ROOT;
    if (!has(sets, CAP_SYS_PTRACE))
        lacks |= PL_LACK_PTRACE;
    if (!has(sets, CAP_DAC_READ_SEARCH))
        lacks |= PL_LACK_READ_SEARCH;
    if (pl_stat(AT_FDCWD, "/proc/self/ns/user", 0, &ns) == 0 && ns.st_ino != INITIAL_USER_NAMESPACE)
        lacks |= PL_LACK_NAMESPACE;
    if (pl_stat(AT_FDCWD, "/proc/self/ns/pid", 0, &ns) == 0 && ns.st_ino != INITIAL_PID_NAMESPACE)
        lacks |= PL_LACK_PIDS;
    return lacks;
}
