/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters: expressions that say which sockets a query shows. The grammar is in portls(1), under
 * FILTER EXPRESSIONS; it contains the one of ss(8).
 *
 * A comparison with what the system did not give is false; "!=" is "not =", so it is true then.
 */
#ifndef PORTLS_FILTER_H
#define PORTLS_FILTER_H

#include <portls.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A parsed expression. It does not change, and may serve several queries and threads. */
struct pl_filter;

/* Where the expression is wrong: bytes from..from + len of it; text is a constant. */
struct pl_filter_error {
    const char *text; /* "no such state" */
    size_t from;
    size_t len;
    bool value; /* a word in its place that is no host, port or mark */
};

/* One address of a host: family is PL_FAMILY_INET or PL_FAMILY_INET6. */
struct pl_host {
    uint8_t addr[16];
    uint8_t family;
};

/*
 * Answers what an expression names and the library does not know. A member may be NULL: such a
 * name is then an error. name is NUL-terminated.
 */
struct pl_filter_names {
    /*
     * Addresses of a host, at most max; family is PL_FAMILY_INET, PL_FAMILY_INET6 or
     * PL_FAMILY_UNSPEC for both. Returns their number, 0 if there is no such host.
     */
    size_t (*host)(void *arg, const char *name, unsigned int family, struct pl_host *out,
                   size_t max);
    /* Ports of a service name, at most max. Returns their number, 0 if there is no such service. */
    size_t (*service)(void *arg, const char *name, uint16_t *out, size_t max);
    /*
     * What the running kernel calls an interface or a control group (its path in the hierarchy of
     * version 2): so that it can filter by it. 0 if it has none of that name; not asked of a
     * recording, where names alone count.
     */
    uint32_t (*link)(void *arg, const char *name);
    uint64_t (*cgroup)(void *arg, const char *path);
    void *arg;
};

/*
 * A blank as any other, beyond which no quoted text and no regular expression goes: it stands
 * between the words of a command line.
 */
#define PL_FILTER_BOUNDARY '\x1f'

/*
 * names may be NULL. -EINVAL: error says where and why. The filter is to be freed with
 * pl_filter_free(). Blanks alone are an expression that every socket matches.
 */
int pl_filter_parse(const char *expression, const struct pl_filter_names *names,
                    struct pl_filter **out, struct pl_filter_error *error);
void pl_filter_free(struct pl_filter *filter);

/* Does this socket of a snapshot match? */
bool pl_filter_match(const struct pl_filter *filter, const struct pl_snapshot *snap,
                     const struct pl_sock *sock);

/* What a snapshot has to collect for it: PL_NEED_*. */
uint32_t pl_filter_need(const struct pl_filter *filter);
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

#ifdef __cplusplus
}
#endif

#endif
