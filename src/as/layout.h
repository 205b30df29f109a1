/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layouts of other programs, for the scripts that parse them: rows in the kernel's order, names
 * from the resolver and services(5), as in those programs.
 */
#ifndef AS_LAYOUT_H
#define AS_LAYOUT_H

#include "view/out.h"

#define AS_NAME_MAX 512 /* bytes of a name */

/*
 * Functions that write a name in place of a number to buf. They return its length, 0 if there is
 * none.
 */
struct as_names {
    size_t (*host)(void *arg, unsigned int family, const uint8_t *addr, char *buf, size_t size);
    size_t (*service)(void *arg, uint32_t port, unsigned int proto, char *buf, size_t size);
    size_t (*user)(void *arg, uint32_t uid, char *buf, size_t size);
    size_t (*process)(void *arg, uint32_t pid, char *buf, size_t size);
    void *arg;
};

struct as_view {
    const struct pl_snapshot *snap;
    struct as_names names;   /* a NULL member: numbers */
    uint32_t protos;         /* requested: bits of enum pl_proto */
    uint32_t states;         /* ss: requested protocols; the column is omitted for a single one */
    unsigned int ends_at;    /* netstat: the list ends before this protocol; 0: nowhere */
    uint32_t tables;         /* ss: bits of enum ss_table; the column is omitted for a single one */
    uint32_t families;       /* ss: bits of enum pl_family */
    uint32_t asked_families; /* ss: those for sock_diag */
    size_t screen;           /* ss: columns of the terminal; 0: not a terminal */
    bool all, listening, processes, extended, timers, wide, header;
    bool info, memory, tos, cgroup, sockopt, one_line, numeric; /* ss */
};

/* Writes the name of the port, or else its number. Returns the length. */
static inline size_t as_port(const struct as_view *view, uint32_t port, unsigned int proto,
                             char buf[AS_NAME_MAX])
{
    const struct as_names *names = &view->names;
    size_t len = names->service ? names->service(names->arg, port, proto, buf, AS_NAME_MAX) : 0;

    return len > 0 ? len : pl_number_print(port, buf);
}

/* Returns the name of the process as the kernel truncates it. */
static inline struct pl_text as_comm(const struct pl_snapshot *snap,
                                     const struct pl_process *process)
{
    struct pl_text name = process ? process->name : (struct pl_text){0};

    if (pl_snapshot_system(snap) == PL_SYSTEM_LINUX && name.len > PL_COMM_MAX)
        name.len = PL_COMM_MAX;
    return name;
}

/* Pads the output since from to width bytes. */
static inline void as_pad(struct out *out, size_t from, size_t width)
{
    size_t len = out->len - from;

    out_pad(out, len < width ? width - len : 0);
}

void netstat_print(const struct as_view *view, struct out *out);
void ss_print(const struct as_view *view, struct out *out);
/* ss -s: the kernel's counters. */
void ss_print_summary(const struct as_view *view, struct out *out);
/* netstat -ano of Windows. */
void windows_print(const struct as_view *view, struct out *out);

#endif
