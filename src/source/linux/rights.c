/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Privileges that this process lacks for owners and for all details of sockets. PL_LACK_ROOT is
 * about the user who started the program: started by root, portls becomes nobody and keeps
 * capabilities.
 */
#include "linux.h"
#include "source/call.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/auxv.h>
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

bool pl_linux_runs(unsigned int major, unsigned int minor)
{
    struct utsname host;

    return uname(&host) == 0 && pl_linux_is_release(host.release, major, minor);
}

bool pl_linux_tells_ulp(const char *release)
{
    return pl_linux_is_release(release, 6, 15);
}

uint32_t pl_linux_detail_lacks(void)
{
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    struct utsname host;
    uint32_t lacks = 0;

    if (!read_sets(sets))
        return 0;
    if (!has(sets, CAP_NET_ADMIN))
        lacks |= PL_LACK_NET_ADMIN;
    if (lacks != 0 && uname(&host) == 0 && !pl_linux_tells_ulp(host.release))
        lacks |= PL_LACK_ULP;
    if (!is_initial_user_namespace())
        lacks |= PL_LACK_NAMESPACE;
    if (lacks != 0 && getauxval(AT_UID) != 0)
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
    if (getauxval(AT_UID) != 0)
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
