/* SPDX-License-Identifier: BSD-2-Clause */
/* The layers of the sandbox on Linux. */
#ifndef CLI_SANDBOX_LINUX_H
#define CLI_SANDBOX_LINUX_H

#include "sandbox.h"

/* Descriptors of ours are no standard stream, even where those are closed. Takes fd over. */
int sandbox_above_stdio(int fd);

/* No capability and no way to get one. */
void sandbox_drop_all(void);

/* sandbox_filter.c, or sandbox_no_filter.c in a build without libseccomp. */
const char *sandbox_filter_built(void);
/* false: the kernel has none. */
bool sandbox_filter_install(bool record);

/* Rules of plan that do not bind yet: a descriptor above 2; 0: the kernel has no Landlock. */
int sandbox_landlock_make(const struct sandbox_plan *plan, int *abi);
/* Makes them bind, for good. */
void sandbox_landlock_bind(struct sandbox *sandbox);

#endif
