/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the rooms of the library and the programs may ask of it. <portls.h> is the part of it that
 * is public, installed and documented in portls(3); the headers beside this one are not.
 */
#ifndef PL_API_LIBRARY_H
#define PL_API_LIBRARY_H

#include "attr.h"
#include "filter.h"
#include "names.h"
#include "query.h"
#include "reader.h"
#include "service.h"
#include "snapshot.h"

#endif
