/* SPDX-License-Identifier: BSD-2-Clause */
/* The user, groups and capabilities of the process: credentials(7), capabilities(7). */
#include "linux.h"
#include "model/array.h"
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The default of /proc/sys/kernel/overflowuid. */
#define NOBODY 65534

static const struct {
    uint32_t right;
    unsigned int capability;
    const char *name;
} rights[] = {
    {SANDBOX_PTRACE, CAP_SYS_PTRACE, "cap_sys_ptrace"},
    {SANDBOX_SEARCH, CAP_DAC_READ_SEARCH, "cap_dac_read_search"},
    {SANDBOX_NET_ADMIN, CAP_NET_ADMIN, "cap_net_admin"},
    {SANDBOX_OVERRIDE, CAP_DAC_OVERRIDE, "cap_dac_override"},
    {SANDBOX_OVERRIDE, CAP_FOWNER, "cap_fowner"},
    {SANDBOX_KILL, CAP_KILL, "cap_kill"},
    {SANDBOX_BIND, CAP_NET_BIND_SERVICE, "cap_net_bind_service"},
    {SANDBOX_RAW, CAP_NET_RAW, "cap_net_raw"},
    {SANDBOX_BPF, CAP_BPF, "cap_bpf"},
    {SANDBOX_BPF, CAP_PERFMON, "cap_perfmon"},
    {SANDBOX_BPF, CAP_SYS_ADMIN, "cap_sys_admin"},
};

#define WORDS _LINUX_CAPABILITY_U32S_3

static int get(struct __user_cap_data_struct sets[WORDS])
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};

    return syscall(SYS_capget, &head, sets) == 0 ? 0 : -errno;
}

static bool permits(const struct __user_cap_data_struct sets[WORDS], unsigned int capability)
{
    return (sets[CAP_TO_INDEX(capability)].permitted & CAP_TO_MASK(capability)) != 0;
}

int sandbox_keep(uint32_t wanted, bool effective)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct have[WORDS] = {{0}};
    struct __user_cap_data_struct kept[WORDS] = {{0}};
    int err = get(have);

    if (err < 0)
        return err;
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        if (wanted & rights[i].right && permits(have, rights[i].capability))
            kept[CAP_TO_INDEX(rights[i].capability)].permitted |= CAP_TO_MASK(rights[i].capability);
    }
    for (size_t i = 0; effective && i < WORDS; i++)
        kept[i].effective = kept[i].permitted;
    if (memcmp(have, kept, sizeof(have)) == 0)
        return 0;
    return syscall(SYS_capset, &head, kept) == 0 ? 0 : -errno;
}

void sandbox_name_rights(char *buf, size_t size)
{
    struct __user_cap_data_struct have[WORDS] = {{0}};
    size_t count = 0;

    buf[0] = '\0';
    if (get(have) < 0) {
        (void)strlcpy(buf, "unknown", size);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        if (!permits(have, rights[i].capability))
            continue;
        (void)strlcat(buf, count++ > 0 ? "," : "", size);
        (void)strlcat(buf, rights[i].name, size);
    }
    if (count == 0)
        (void)strlcpy(buf, "none", size);
}

int sandbox_become(uid_t uid, gid_t gid, bool groups)
{
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setresgid(gid, gid, gid) != 0 ||
        (!groups && setgroups(0, NULL) != 0) || setresuid(uid, uid, uid) != 0)
        return -errno;
    if (SANDBOX_SANITIZED)
        (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* LeakSanitizer traces the process */
    return 0;
}

/* Without a wanted capability, uid 0 still gives access to what root owns. */
static bool can_leave_root(uint32_t wanted)
{
    struct __user_cap_data_struct have[WORDS] = {{0}};

    if (getauxval(AT_EUID) != 0 || get(have) < 0 || !permits(have, CAP_SETUID) ||
        !permits(have, CAP_SETGID))
        return false;
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        if (wanted & rights[i].right && !permits(have, rights[i].capability))
            return false;
    }
    return true;
}

int sandbox_leave_root(uint32_t wanted)
{
    int err = can_leave_root(wanted) ? sandbox_become(NOBODY, NOBODY, false) : -ENOTSUP;

    return err == -EINVAL ? -ENOTSUP : err; /* a user namespace without that id */
}

/*
 * A capability counts only in a network namespace whose user namespace is this one or one below it;
 * the kernel refuses to open another one. Without /proc, that is assumed.
 */
bool sandbox_binds_low(void)
{
    struct __user_cap_data_struct have[WORDS] = {{0}};
    int owner = -1;
    int net;
    bool ours;

    if (get(have) < 0 ||
        !(have[CAP_TO_INDEX(CAP_NET_BIND_SERVICE)].effective & CAP_TO_MASK(CAP_NET_BIND_SERVICE)))
        return false;
    net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (net >= 0)
        owner = ioctl(net, NS_GET_USERNS);
    ours = net < 0 || owner >= 0 || errno != EPERM;
    if (owner >= 0)
        close(owner);
    if (net >= 0)
        close(net);
    return ours;
}
