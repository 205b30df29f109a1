/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats of feeds that no kernel provides in one piece. Numbers are in the byte order of abi.
 *
 *   owners     array of struct pl_owner: u32 pid, u32 fd, u64 key.
 *              fd PL_OWNER_DENIED: the descriptors of pid could not be read; key is the errno.
 *              pid 0 there: some processes are not even visible.
 *              pid 0, fd PL_OWNER_LACKS: key is PL_LACK_* of the reader.
 *   unix       the same, of UNIX sockets that /proc/net/unix leaves in doubt.
 *   rings      the same, of sockets that are fixed files of io_uring. fd is that of the ring.
 *   processes  u32 pid, u32 what (enum pl_frame), u32 length, and that many bytes: the contents of
 *              a file of /proc/PID, or the target of a link. No padding.
 *   events     u32 length, and that many bytes: one event, see enum pl_journal_at. Then its holders:
 *              u32 pid, u32 uid, 16 bytes of name, padded with NULs. No padding.
 *   cgroups    u64 id, u32 length, and that many bytes: the path. No padding.
 *   containers u32 uid of the user who runs it (PL_UID_UNKNOWN: the system), u32 lengths of its id,
 *              name, image, pod and namespace of the pod, and these texts. No padding.
 *   nat        u32 what (enum pl_nat_frame of linux/nat.h), u32 0, u32 length, and that many bytes:
 *              answers of nfnetlink, or a table of iptables. No padding.
 *   users      lines of "uid:name".
 *   links      lines of "interface index:name".
 *   netns      lines of "inode of the network namespace:name".
 *   addrs      u32 interface index, u32 4 or 6, 16 bytes: an IPv4 address and zeros, or an IPv6
 *              address, perhaps with the index in bytes 2 and 3 (KAME).
 *   kern.proc.filedesc (FreeBSD)
 *              u32 pid, u32 0, u32 length, and that many bytes: the table of pid. PL_OWNER_DENIED in
 *              place of 0: it could not be read; the bytes are the errno, u32.
 *   jails      u32 jid, u32 vnet: JAIL_SYS_NEW if the jail has its own network stack (FreeBSD).
 *   proc_pidfdinfo (macOS)
 *              u32 pid, u32 fd, u32 length, and that many bytes: struct socket_fdinfo. fd
 *              PL_OWNER_DENIED: the descriptors of pid could not be read; the bytes are the errno,
 *              u32. fd PL_OWNER_FILEPORT: pid holds the socket as a fileport, without a descriptor.
 */
#ifndef PL_DECODE_FRAMES_H
#define PL_DECODE_FRAMES_H

#include <stdint.h>

#define PL_OWNER_DENIED   UINT32_MAX
#define PL_OWNER_LACKS    (UINT32_MAX - 1)
#define PL_OWNER_FILEPORT (UINT32_MAX - 2)
#define PL_OWNER_BYTES    16
#define PL_CGROUP_HEAD    12
#define PL_CONTAINER_HEAD 24
#define PL_JAIL_BYTES     8
#define PL_ADDR_BYTES     24

enum pl_frame {
    PL_FRAME_COMM,      /* /proc/PID/comm */
    PL_FRAME_CMDLINE,   /* /proc/PID/cmdline: arguments, each NUL-terminated; if cut, "..." */
    PL_FRAME_EXE,       /* target of /proc/PID/exe */
    PL_FRAME_STATUS,    /* /proc/PID/status, for its line "Uid:" */
    PL_FRAME_SHORTINFO, /* macOS: struct proc_bsdshortinfo */
    PL_FRAME_CONTEXT,   /* /proc/PID/attr/current, with its NUL or line feed */
    PL_FRAME_HELD, /* u64 key of a descriptor before the files above were read; u64 key after; u64
                      errno, EPERM without CAP_SYS_PTRACE */
    PL_FRAME_BOOT, /* u64 nanoseconds from the Epoch to the start of the system; u64 ticks per second
                      in the frames that follow */
    PL_FRAME_STAT,   /* /proc/PID/stat, for the time when the process started */
    PL_FRAME_CGROUP, /* /proc/PID/cgroup; a last line without its line feed is not whole */
    PL_FRAME_LIMITS, /* /proc/PID/limits, for its line "Max open files" */
    PL_FRAME_MAX,
};

/* Offsets in an event of the journal. PL_JOURNAL_FORMAT changes if a number gets another meaning. */
enum pl_journal_at {
    PL_JOURNAL_VERSION = 0,     /* u16 PL_JOURNAL_FORMAT */
    PL_JOURNAL_HOLDERS = 2,     /* u16 number of holders */
    PL_JOURNAL_HAVE = 4,        /* u16 PL_EVENT_* */
    PL_JOURNAL_KIND = 6,        /* u8 enum pl_event_kind */
    PL_JOURNAL_ENDED = 7,       /* u8 enum pl_ended */
    PL_JOURNAL_HELD_BY = 8,     /* u8 enum pl_held_by */
    PL_JOURNAL_FAMILY = 9,      /* u8, of the socket, as the next five */
    PL_JOURNAL_PROTO = 10,      /* u8 */
    PL_JOURNAL_TYPE = 11,       /* u8 */
    PL_JOURNAL_FLAGS = 12,      /* u8 PL_FLAG_* */
    PL_JOURNAL_UNKNOWN = 13,    /* u8 enum pl_owner_unknown */
    PL_JOURNAL_OLD_STATE = 14,  /* u16 */
    PL_JOURNAL_STATE = 16,      /* u16 */
    PL_JOURNAL_SOCK_HAVE = 18,  /* u16 PL_HAVE_* */
    PL_JOURNAL_NETNS = 20,      /* u32 */
    PL_JOURNAL_UID = 24,        /* u32 */
    PL_JOURNAL_IFINDEX = 28,    /* u32 */
    PL_JOURNAL_LOCAL_PORT = 32, /* u32 */
    PL_JOURNAL_PEER_PORT = 36,  /* u32 */
    PL_JOURNAL_RETRANS = 40,    /* u32 */
    PL_JOURNAL_RTT = 44,        /* u32 us */
    PL_JOURNAL_TIME = 48,       /* u64 ns */
    PL_JOURNAL_DURATION = 56,   /* u64 us */
    PL_JOURNAL_BYTES_IN = 64,   /* u64 */
    PL_JOURNAL_BYTES_OUT = 72,  /* u64 */
    PL_JOURNAL_COUNT = 80,      /* u64 */
    PL_JOURNAL_COOKIE = 88,     /* u64 */
    PL_JOURNAL_LOCAL = 96,      /* 16 bytes */
    PL_JOURNAL_PEER = 112,      /* 16 bytes */
    PL_JOURNAL_BYTES = 128,
};

#define PL_JOURNAL_FORMAT      1
#define PL_JOURNAL_HOLDER      24
#define PL_JOURNAL_HOLDERS_MAX 256U

#define PL_FRAME_HEAD 12
#define PL_HELD_BYTES 24
#define PL_BOOT_BYTES 16

#endif
