/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include <portls.h>

/* The recording in dir, in place of the kernel. 0; or an exit status, and the complaint is out. */
int replay_open(const char *dir, struct pl_reader **out);

#endif
