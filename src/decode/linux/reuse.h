/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flags SO_REUSEADDR and SO_REUSEPORT of sockets, which sock_diag(7) does not report. Programs of
 * source/linux/bpf write a record for each TCP and UDP socket with a local port. They repeat a socket
 * that is only bound for each of its descriptors.
 */
#ifndef PL_DECODE_LINUX_REUSE_H
#define PL_DECODE_LINUX_REUSE_H

/* Offsets in a record. Numbers are in the byte order of this machine. */
enum {
    PL_REUSE_AT_COOKIE = 0, /* u64; 0: none yet */
    PL_REUSE_AT_INODE = 8,  /* u32; 0: not known */
    /* u8: of struct sock_common, skc_reuse (4 bits), skc_reuseport and others, as compilers place them */
    PL_REUSE_AT_BITS = 12,
    PL_REUSE_SIZE = 16,
};

#endif
