/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording is a directory with the file "abi", lines of key=value, and one file for each feed.
 * The file has the name of the feed and holds its chunks one after the other, without framing: the
 * units of every feed mark their own ends, and a netlink feed ends with the NLMSG_DONE of its last
 * dump. To reveal a cut between two units, abi has a line "feed=bytes" for each feed, or "feed=-"
 * for one that the kernel did not report whole. These lines are optional.
 */
#ifndef PL_SOURCE_RECORDING_RECORDING_H
#define PL_SOURCE_RECORDING_RECORDING_H

#include <limits.h>

#define PL_RECORDING_ABI      "abi"
#define PL_RECORDING_ABI_MAX  16384      /* bytes */
#define PL_RECORDING_FEED_MAX (1U << 30) /* bytes: 8 million sockets */
#define PL_RECORDING_DEPTH    8          /* levels of directories */

/* Creates the file of a feed, and the directories that its name requires. Returns a descriptor. */
int pl_recording_create(int dir, const char *name);
struct pl_abi;
struct pl_buffer;
/* Writes the file "abi". sizes: its lines about feeds; NULL: none. Returns 0 or a negative errno. */
int pl_recording_abi(int dir, const struct pl_abi *abi, const struct pl_buffer *sizes);
/*
 * Returns a descriptor of the directory that contains path, and the last component of path in name.
 * -ELOOP: another user could change a symbolic link of the path. -EEXIST: path ends with "/", "."
 * or "..".
 */
int pl_open_parent(const char *path, char name[static NAME_MAX + 1]);

#endif
