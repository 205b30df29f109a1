/* SPDX-License-Identifier: BSD-2-Clause */
#include "source/call.h"
#include "bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PROC_PID_INIT_INO, include/linux/proc_ns.h: programs see the pids of that namespace. */
#define INITIAL_PID_NAMESPACE 0xeffffffcU

#define TRIES 5

#define ENOTSUPP 524 /* include/linux/errno.h of the kernel: no JIT compiler */

int pl_bpf(int command, union bpf_attr *attr)
{
    long got = -1;

    /* EAGAIN: a signal interrupted the verifier. */
    for (int i = 0; i < TRIES && got < 0 && (i == 0 || errno == EINTR || errno == EAGAIN); i++)
        got = syscall(SYS_bpf, command, attr, sizeof(*attr));
    return got < 0 ? -errno : (int)got;
}

int pl_bpf_load(const struct pl_bpf_code *code, union bpf_attr *attr)
{
    int fd;

    attr->insns = (uintptr_t)code->insns;
    attr->insn_cnt = code->count;
    attr->license = (uintptr_t) "Dual BSD/GPL";
    fd = pl_bpf(BPF_PROG_LOAD, attr);
    if (fd == -EACCES || fd == -EINVAL || fd == -E2BIG)
        return -PL_EPROGRAM; /* the verifier; without privileges, the error is EPERM */
    return fd == -ENOTSUPP ? -PL_EJIT : fd;
}

int pl_bpf_array(uint32_t size)
{
    union bpf_attr attr = {
        .map_type = BPF_MAP_TYPE_ARRAY,
        .key_size = sizeof(uint32_t),
        .value_size = size,
        .max_entries = 1,
        .map_flags = BPF_F_MMAPABLE,
        .map_name = "portls",
    };

    return pl_bpf(BPF_MAP_CREATE, &attr);
}

int pl_bpf_check_pids(void)
{
    struct stat ns;

    if (sizeof(long) != 8) /* the programs expect pointers and long numbers of 64 bits */
        return -PL_EWORDS;
    if (pl_stat(AT_FDCWD, "/proc/self/ns/pid", 0, &ns) < 0 || ns.st_ino != INITIAL_PID_NAMESPACE)
        return -PL_ENAMESPACE;
    return 0;
}

/* Before Linux 5.11, EPERM also means that RLIMIT_MEMLOCK is too low for a map of that size. */
bool pl_bpf_is_refused(void)
{
    int small = pl_bpf_array(sizeof(uint32_t));

    if (small >= 0)
        close(small);
    return small < 0;
}
