/* SPDX-License-Identifier: BSD-2-Clause */
/* Which calls fail, and how. Omits system calls that this machine lacks. */
#include "fault.h"

#include <errno.h>
#include <sys/syscall.h>

#define CALLS(...)      \
    (const int[])       \
    {                   \
        __VA_ARGS__, -1 \
    }
#define ERRORS(...)    \
    (const int[])      \
    {                  \
        __VA_ARGS__, 0 \
    }

#ifdef SYS_open
#define OPEN     SYS_open, SYS_openat
#define STAT     SYS_stat, SYS_lstat, SYS_fstat, SYS_newfstatat, SYS_statx
#define READLINK SYS_readlink, SYS_readlinkat
#define MKDIR    SYS_mkdir, SYS_mkdirat
#define RENAME   SYS_rename, SYS_renameat
#define UNLINK   SYS_unlink, SYS_rmdir, SYS_unlinkat
#define WAIT     SYS_poll, SYS_ppoll
#else
#define OPEN     SYS_openat
#define STAT     SYS_fstat, SYS_newfstatat, SYS_statx
#define READLINK SYS_readlinkat
#define MKDIR    SYS_mkdirat
#define RENAME   SYS_renameat
#define UNLINK   SYS_unlinkat
#define WAIT     SYS_ppoll
#endif

const struct fault_kind fault_kinds[] = {
    {"allocate", NULL, ERRORS(ENOMEM)},
    {"map", CALLS(SYS_mmap, SYS_mremap), ERRORS(ENOMEM, EACCES)},
    {"open", CALLS(OPEN), ERRORS(EINTR, EACCES, ENOENT, EMFILE, EIO, ENOMEM)},
    {"read", CALLS(SYS_read, SYS_pread64), ERRORS(EINTR, FAULT_SHORT, EIO, EAGAIN, ENOMEM, EACCES)},
    {"receive", CALLS(SYS_recvmsg, SYS_recvfrom),
     ERRORS(EINTR, FAULT_SHORT, ENOBUFS, EAGAIN, ENOMEM, EIO)},
    {"send", CALLS(SYS_sendto, SYS_sendmsg),
     ERRORS(EINTR, FAULT_SHORT, ENOBUFS, EAGAIN, ENOMEM, EACCES)},
    {"socket", CALLS(SYS_socket), ERRORS(EACCES, EMFILE, ENOBUFS, ENOMEM)},
    {"bind", CALLS(SYS_bind), ERRORS(EACCES, ENOMEM)},
    {"connect", CALLS(SYS_connect), ERRORS(EINTR, EACCES, ENOENT, ENOMEM)},
    {"setsockopt", CALLS(SYS_setsockopt), ERRORS(ENOMEM, EACCES)},
    {"list", CALLS(SYS_getdents64), ERRORS(EINTR, EIO, ENOENT, EACCES, ENOMEM)},
    {"readlink", CALLS(READLINK), ERRORS(EINTR, EACCES, ENOENT, EIO, ENOMEM)},
    {"stat", CALLS(STAT, SYS_statfs, SYS_fstatfs), ERRORS(EINTR, EACCES, ENOENT, EIO, ENOMEM)},
    {"write", CALLS(SYS_write, SYS_writev), ERRORS(EINTR, FAULT_SHORT, EIO, ENOSPC, EAGAIN)},
    {"thread", CALLS(SYS_clone, SYS_clone3), ERRORS(EAGAIN, ENOMEM)},
    {"bpf", CALLS(SYS_bpf), ERRORS(EINTR, EAGAIN, EPERM, EACCES, ENOMEM)},
    {"kcmp", CALLS(SYS_kcmp), ERRORS(EPERM, ENOMEM)},
    {"close", CALLS(SYS_close), ERRORS(EINTR, EIO)},
    {"mkdir", CALLS(MKDIR), ERRORS(EACCES, ENOSPC, EIO)},
    {"rename", CALLS(RENAME, SYS_renameat2), ERRORS(EACCES, EIO)},
    {"unlink", CALLS(UNLINK), ERRORS(EACCES, EIO)},
    {"uname", CALLS(SYS_uname), ERRORS(EIO)},
    {"affinity", CALLS(SYS_sched_getaffinity), ERRORS(ENOMEM)},
    {"capget", CALLS(SYS_capget), ERRORS(EPERM)},
    {"wait", CALLS(WAIT), ERRORS(EINTR, ENOMEM)},
};

const size_t fault_kind_count = sizeof(fault_kinds) / sizeof(fault_kinds[0]);
