/* SPDX-License-Identifier: BSD-2-Clause */
/* What this process may not do, of what seeing the owners and all details of sockets takes. */
#include "call.h"
#include "linux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* PROC_USER_INIT_INO, PROC_PID_INIT_INO, include/linux/proc_ns.h */
#define INITIAL_USER_NAMESPACE 0xeffffffdU
#define INITIAL_PID_NAMESPACE  0xeffffffcU

static bool has(const struct __user_cap_data_struct *sets, unsigned int capability)
{
    return (sets[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

static bool read_sets(struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3])
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};

    return syscall(SYS_capget, &head, sets) == 0;
}

static bool is_initial_user_namespace(void)
{
    struct stat ns;

    return pl_stat(AT_FDCWD, "/proc/self/ns/user", 0, &ns) != 0 ||
           ns.st_ino == INITIAL_USER_NAMESPACE;
}

/* "6.18.2-arch1" is. Since Linux 6.15 anybody is told the upper layer protocol of a TCP socket. */
static bool tells_ulp(void)
{
    struct utsname host;
    char *end;
    unsigned long major;
    unsigned long minor;

    if (uname(&host) != 0)
        return true;
    major = strtoul(host.release, &end, 10);
    minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    return major > 6 || (major == 6 && minor >= 15);
}

uint32_t pl_linux_detail_lacks(void)
{
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    uint32_t lacks = 0;

    if (!read_sets(sets))
        return 0;
    if (!has(sets, CAP_NET_ADMIN))
        lacks |= PL_LACK_NET_ADMIN | (tells_ulp() ? 0 : (uint32_t)PL_LACK_ULP);
    if (!is_initial_user_namespace())
        lacks |= PL_LACK_NAMESPACE;
    if (lacks != 0 && geteuid() != 0)
        lacks |= PL_LACK_ROOT;
    return lacks;
}

uint32_t pl_linux_lacks(void)
{
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    uint32_t lacks = PL_LACK_KNOWN;
    struct stat ns;

    if (!read_sets(sets))
        return 0;
    if (geteuid() != 0)
        lacks |= PL_LACK_ROOT;
    if (!has(sets, CAP_SYS_PTRACE))
        lacks |= PL_LACK_PTRACE;
    if (!has(sets, CAP_DAC_READ_SEARCH))
        lacks |= PL_LACK_READ_SEARCH;
    if (!is_initial_user_namespace())
        lacks |= PL_LACK_NAMESPACE;
    if (pl_stat(AT_FDCWD, "/proc/self/ns/pid", 0, &ns) == 0 && ns.st_ino != INITIAL_PID_NAMESPACE)
        lacks |= PL_LACK_PIDS;
    return lacks;
}
