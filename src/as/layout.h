/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Personalities: the layouts of other programs, for what greps them. Rows stand in the kernel's
 * order; names come from the resolver and services(5), as those programs have them.
 */
#ifndef AS_LAYOUT_H
#define AS_LAYOUT_H

#include "view/out.h"

/* Names that a layout shows instead of numbers. Each returns the length written, 0 for none. */
struct as_names {
    size_t (*host)(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size);
    size_t (*service)(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size);
    size_t (*user)(void *arg, uint32_t uid, char *buf, size_t size);
    /* Of IP: "icmp"; of a process, whether it holds a listed socket or not. */
    size_t (*protocol)(void *arg, uint32_t number, char *buf, size_t size);
    size_t (*process)(void *arg, uint32_t pid, char *buf, size_t size);
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
    uint32_t tables;   /* ss: bits of enum ss_table, a single one leaves out its column */
    uint32_t families; /* ss: bits of enum pl_family; those that it asks sock_diag for: */
    uint32_t asked_families;
    bool info, memory, tos, cgroup, sockopt, one_line, numeric;
};

void netstat_print(const struct as_view *view, struct out *out);
void ss_print(const struct as_view *view, struct out *out);
/* Its -s: what the kernel counts. */
void ss_print_summary(const struct as_view *view, struct out *out);
/* Windows' netstat -ano. */
void windows_print(const struct as_view *view, struct out *out);

#endif
