/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
#ifndef PL_DECODE_LINUX_MOUNTS_H
#define PL_DECODE_LINUX_MOUNTS_H

#include "decode/decode.h"

/*
 * Writes the path where a network namespace is mounted, and returns true. Returns false if the line is
 * another mount, or the path does not fit into size bytes. Users choose paths.
 */
bool pl_decode_netns_mount(struct pl_slice line, char *path, size_t size);

#endif
