/* SPDX-License-Identifier: BSD-2-Clause */
/* Network namespaces, network_namespaces(7). Only Linux has them. */
#ifndef PL_API_NETNS_H
#define PL_API_NETNS_H

#include <portls.h>

/*
 * Makes this process, which must have one thread, a member of a network namespace: its name in
 * /run/netns, the path of a file with a slash, the ID of a process, its inode as N or net:[N], or the ID
 * of a container, or at least the first 12 digits of it. Call it before pl_reader_open(). Returns 0 or
 * a negative errno:
 * -ENOENT: no namespace has that name; -ESRCH: no process has that ID; -EINVAL: the file is not one;
 * -EEXIST: several match; -EPERM, -EACCES: a privilege is missing; -ENOTSUP: this system has none.
 */
int pl_netns_enter(const char *which);

/*
 * Opens sockets in every other network namespace that a process or a mount keeps, so that snapshots
 * list its sockets too. Requires cap_sys_admin; reading does not. What cannot be seen becomes a note
 * of each snapshot. Returns 0 or a negative errno. -ENOTSUP: this system has none.
 */
int pl_reader_add_netns(struct pl_reader *reader);

#endif
