/* SPDX-License-Identifier: BSD-2-Clause */
/* The layers of the sandbox on Linux. */
#ifndef PRIVILEGE_LINUX_H
#define PRIVILEGE_LINUX_H

#include "sandbox.h"

/* filter.c, or no_filter.c in a build without libseccomp. */
const char *sandbox_filter_built(void);
/* false: the kernel has none. */
bool sandbox_filter_install(bool record);

/* For good. The ABI; 0: the kernel has no Landlock. */
int sandbox_landlock_enter(const struct sandbox_plan *plan);

#endif
