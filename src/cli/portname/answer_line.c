/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of the table: consecutive ports and protocols of a port share a line if their text is the
 * same.
 */
#include "answer.h"

#include <string.h>

/* Compares lists of the tables by address: equal lists share one, except empty lists. */
static bool same_list(const char *a, const char *b)
{
    return a == b || (*a == '\0' && *b == '\0');
}

/* Returns whether two rows have the same text, apart from port and protocol. */
static bool says_same(const struct answers *answers, const struct answer *a, const struct answer *b)
{
    struct pl_service x;
    struct pl_service y;
    struct pl_common use;
    struct pl_common other;
    size_t at = 0;
    size_t step = 0;
    bool more;

    if (pl_service_get(a->port, a->proto, &x) != 0 || pl_service_get(b->port, b->proto, &y) != 0)
        return false;
    if (x.name != y.name || !same_list(x.aliases, y.aliases) ||
        strcmp(x.description, y.description) != 0 ||
        strcmp(pl_service_class(a->port, a->proto), pl_service_class(b->port, b->proto)) != 0)
        return false;
    if (a->local.data || b->local.data)
        return false;
    do {
        more = pl_common_get(a->port, a->proto, &at, &use);
        if (pl_common_get(b->port, b->proto, &step, &other) != more)
            return false;
    } while (more && use.index == other.index);
    if (more)
        return false;
    if (answers->live) {
        size_t count;

        (void)answer_socks(answers, a, &count);
        if (count > 0)
            return false;
        (void)answer_socks(answers, b, &count);
        return count == 0;
    }
    return true;
}

/*
 * Returns the number of rows of one port, from i on, with the same text; their protocols in
 * *protos.
 */
static size_t same_port(const struct answers *answers, size_t i, unsigned int *protos)
{
    const struct answer *first = &answers->rows[i];
    size_t end = i;

    *protos = 0;
    while (end < answers->count && answers->rows[end].port == first->port &&
           (end == i || says_same(answers, first, &answers->rows[end])) &&
           !(*protos & PL_BIT(answers->rows[end].proto))) {
        *protos |= PL_BIT(answers->rows[end].proto);
        end++;
    }
    return end - i;
}

struct answer_line answer_line(const struct answers *answers, size_t i)
{
    struct answer_line line = {.first = &answers->rows[i], .span = 1};

    line.rows = same_port(answers, i, &line.protos);
    for (;;) {
        size_t next = i + line.rows;
        unsigned int protos;
        size_t rows;

        if (next >= answers->count || answers->rows[next].port != line.first->port + line.span ||
            !says_same(answers, line.first, &answers->rows[next]))
            return line;
        rows = same_port(answers, next, &protos);
        if (protos != line.protos)
            return line;
        /* A port that also has a row with another text ends the line. */
        if (next + rows < answers->count &&
            answers->rows[next + rows].port == answers->rows[next].port)
            return line;
        line.rows += rows;
        line.span++;
    }
}
