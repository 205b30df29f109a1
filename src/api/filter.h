/* SPDX-License-Identifier: BSD-2-Clause */
/* What an expression asks for, and the words of the grammar. */
#ifndef PL_API_FILTER_H
#define PL_API_FILTER_H

#include <portls.h>

/*
 * A blank as any other, beyond which no quoted text and no regular expression goes: it stands
 * between the words of a command line.
 */
#define PL_FILTER_BOUNDARY '\x1f'

/*
 * Bits of the states (enum pl_state) and protocols (enum pl_proto) that a matching socket can
 * have; UINT32_MAX where the expression does not ask for any.
 */
uint32_t pl_filter_states(const struct pl_filter *filter);
uint32_t pl_filter_protos(const struct pl_filter *filter);
/* The same for families (enum pl_family). */
uint32_t pl_filter_families(const struct pl_filter *filter);

/* The words of the grammar, for completions and checks: fields, then states. NULL at the end. */
const char *pl_filter_field(size_t index, const char **help);
const char *pl_filter_state(size_t index);

#endif
