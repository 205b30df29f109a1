/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The feeds that no kernel hands out in one piece. Readers write them, decoders read them;
 * numbers are in the byte order of the recording's abi.
 *
 *   owners     struct pl_owner after struct pl_owner: u32 pid, u32 fd, u64 key.
 *              fd PL_OWNER_DENIED: the descriptors of pid could not be read, key is the errno;
 *              pid 0 there: some processes are hidden altogether.
 *              pid 0, fd PL_OWNER_LACKS: key is the bits PL_LACK_* of whoever read them.
 *   processes  u32 pid, u32 what (enum pl_frame), u32 length, then that many bytes: the contents
 *              of a file of /proc/PID, of a link its target. No padding.
 *   cgroups    u64 id, u32 length, then that many bytes: its path. No padding.
 *   users      lines of "uid:name".
 *   links      lines of "interface index:name".
 *   proc_pidfdinfo (macOS)
 *              u32 pid, u32 fd, u32 length, then that many bytes: struct socket_fdinfo of the
 *              descriptor. fd PL_OWNER_DENIED: the descriptors of pid could not be read, the bytes
 *              are the errno, u32.
 */
#ifndef PL_DECODE_FRAMES_H
#define PL_DECODE_FRAMES_H

#include <stdint.h>

#define PL_OWNER_DENIED UINT32_MAX
#define PL_OWNER_LACKS  (UINT32_MAX - 1)
#define PL_OWNER_BYTES  16
#define PL_CGROUP_HEAD  12

enum pl_frame {
    PL_FRAME_COMM,      /* /proc/PID/comm */
    PL_FRAME_CMDLINE,   /* /proc/PID/cmdline: words, each ended by NUL */
    PL_FRAME_EXE,       /* target of /proc/PID/exe */
    PL_FRAME_STATUS,    /* /proc/PID/status, for its line "Uid:" */
    PL_FRAME_SHORTINFO, /* macOS: struct proc_bsdshortinfo */
    PL_FRAME_CONTEXT,   /* /proc/PID/attr/current, its NUL or line feed included */
    PL_FRAME_HELD, /* u64 key of a descriptor before the files above were read; u64 key after; u64
                      errno, EPERM where CAP_SYS_PTRACE was missing */
    PL_FRAME_MAX,
};

#define PL_FRAME_HEAD 12
#define PL_HELD_BYTES 24

#endif
