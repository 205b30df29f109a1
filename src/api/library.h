/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface of the library for the programs and between its directories. <portls.h> is its
 * public part, installed and documented in portls(3); the other headers here are private.
 */
#ifndef PL_API_LIBRARY_H
#define PL_API_LIBRARY_H

#include "attr.h"
#include "filter.h"
#include "group.h"
#include "names.h"
#include "query.h"
#include "reader.h"
#include "report.h"
#include "service.h"
#include "snapshot.h"

#endif
