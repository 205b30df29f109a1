/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors that processes of portls share. */
#ifndef PRIVILEGE_DESCRIPTOR_H
#define PRIVILEGE_DESCRIPTOR_H

/*
 * Moves a descriptor, to a close-on-exec one, if it is a standard stream, because those were closed.
 * Returns 0 or a negative errno, which leaves it unchanged.
 */
int sandbox_move_up(int *fd);

#endif
