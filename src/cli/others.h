/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_OTHERS_H
#define CLI_OTHERS_H

#include "opts.h"

/* Options of ss, netstat, lsof, sockstat and others, which portls does not have. */
extern const struct opt_other others_portls[];

#endif
