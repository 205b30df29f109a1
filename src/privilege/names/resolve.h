/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of the addresses in a snapshot: each asked for once, all at the same time, within a limit.
 * What did not answer has no name.
 */
#ifndef CLI_RESOLVE_H
#define CLI_RESOLVE_H

#include <portls.h>

#define RESOLVE_DEFAULT_MS 2000

struct resolve;
struct sandbox;

/* How: "c-ares", or "C library", one after the other, in a build without it. */
const char *resolve_way(void);

/* By the helper of sandbox where it has one. 0 or a negative errno. */
int resolve_snapshot(const struct pl_snapshot *snap, unsigned int limit_ms, struct sandbox *sandbox,
                     struct resolve **out);
/* NULL: it has none. */
const char *resolve_name(const struct resolve *resolve, unsigned int family, const uint8_t *addr);
void resolve_free(struct resolve *resolve);

#endif
