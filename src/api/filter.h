/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of a filter, and the keywords of the grammar. */
#ifndef PL_API_FILTER_H
#define PL_API_FILTER_H

#include <portls.h>

/*
 * The separator between command line arguments: a blank that ends quoted texts and regular
 * expressions.
 */
#define PL_FILTER_BOUNDARY '\x1f'

/*
 * Bits of the states (enum pl_state) and protocols (enum pl_proto) of possible matches; UINT32_MAX
 * if the filter does not restrict them.
 */
uint32_t pl_filter_states(const struct pl_filter *filter);
uint32_t pl_filter_protos(const struct pl_filter *filter);
/* The same for families (enum pl_family). */
uint32_t pl_filter_families(const struct pl_filter *filter);

/* Whether it selects sockets by the number of their local port. */
bool pl_filter_names_port(const struct pl_filter *filter);
/*
 * Returns the first word of the expression that is no keyword, service or known program, or NULL. It
 * matches processes of that name. *advice is a suggestion, as in struct pl_filter_error.
 */
const char *pl_filter_unknown(const struct pl_filter *filter, const char **advice);

/* Keywords of the grammar, for completions and checks: fields, then states. NULL after the last. */
const char *pl_filter_field(size_t index, const char **help);
const char *pl_filter_state(size_t index);

#endif
