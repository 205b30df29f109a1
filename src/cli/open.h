/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader that the settings ask for, and the sandbox that is put up around it. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

#include "run.h"

/* 0, or the exit status of what was complained about. */
int open_reader(const struct settings *settings, struct pl_reader **out);

#endif
