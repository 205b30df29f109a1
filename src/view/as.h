/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Personalities: the layouts of other programs, for what greps them. Rows stand in the kernel's
 * order; names come from the resolver and services(5), as those programs have them.
 */
#ifndef VIEW_AS_H
#define VIEW_AS_H

#include "out.h"

/* Names that a layout shows instead of numbers. Each returns the length written, 0 for none. */
struct as_names {
    size_t (*host)(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size);
    size_t (*service)(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size);
    size_t (*user)(void *arg, uint32_t uid, char *buf, size_t size);
    void *arg;
};

struct as_view {
    const struct pl_snapshot *snap;
    struct as_names names; /* a NULL member: numbers */
    uint32_t protos;       /* asked for */
    uint32_t states;       /* ss: asked for, a single one leaves out its column */
    unsigned int ends_at;  /* netstat: a protocol the system does not have; 0: none */
    bool all, listening;
    bool processes, extended, timers, wide;
    bool header;
};

void netstat_print(const struct as_view *view, struct out *out);
void ss_print(const struct as_view *view, struct out *out);
/* Windows' netstat -ano. */
void windows_print(const struct as_view *view, struct out *out);

#endif
