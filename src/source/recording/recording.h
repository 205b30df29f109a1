/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A recording is a directory with the file "abi", lines of key=value, and one file for each feed.
 * The file has the name of the feed and holds its chunks one after the other, without framing: the
 * units of every feed mark their own ends, and a netlink feed ends with the NLMSG_DONE of its last
 * dump. To reveal a cut between two units, abi has a line "feed=bytes" for each feed, or "feed=-"
 * for one that the kernel did not report whole. These lines are optional.
 *
 * Each other network namespace that was read has a line "space=INODE", in the order of reading. Its
 * feeds are below the directory "netns/INODE". Lines such as "spaces_closed=N" count what could not be
 * seen of them.
 */
#ifndef PL_SOURCE_RECORDING_RECORDING_H
#define PL_SOURCE_RECORDING_RECORDING_H

#include <limits.h>
#include <stdint.h>

#define PL_RECORDING_ABI      "abi"
#define PL_RECORDING_ABI_MAX  (1U << 20) /* bytes: some 3,000 network namespaces */
#define PL_RECORDING_FEED_MAX (1U << 30) /* bytes: 8 million sockets */
#define PL_RECORDING_DEPTH    8          /* levels of directories */

#define PL_RECORDING_PATH 128 /* bytes of the longest path of a feed, with its NUL */

struct pl_abi;
struct pl_buffer;
struct pl_feed;
struct pl_spaces;

/* The path of a feed. netns: inode of another network namespace; 0: none. */
void pl_recording_path(const struct pl_feed *feed, uint32_t netns, char path[PL_RECORDING_PATH]);
/* Returns the path of the feed that a file in the directory of an inode has, or NULL. */
const char *pl_recording_in_space(const char *path, uint32_t *netns);
/* Appends the lines of abi about other network namespaces. */
int pl_recording_add_spaces(struct pl_buffer *lines, const struct pl_spaces *spaces);
/* Reads these lines. own: inode of that of the recording. -EINVAL: one is invalid or repeated. */
int pl_recording_read_spaces(const struct pl_buffer *abi, uint32_t own, struct pl_spaces *out);
/* Creates the file of a feed, and the directories that its name requires. Returns a descriptor. */
int pl_recording_create(int dir, const char *name);
/* Writes the file "abi". sizes: its lines about feeds; NULL: none. Returns 0 or a negative errno. */
int pl_recording_abi(int dir, const struct pl_abi *abi, const struct pl_buffer *sizes);
/*
 * Returns a descriptor of the directory that contains path, and the last component of path in name.
 * -ELOOP: another user could change a symbolic link of the path. -EEXIST: path ends with "/", "."
 * or "..".
 */
int pl_open_parent(const char *path, char name[static NAME_MAX + 1]);

#endif
