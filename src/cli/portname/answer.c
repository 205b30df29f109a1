/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"
#include "model/array.h"

#include <stdlib.h>

#define FIRST_SIZE 64

bool answers_add(struct answers *answers, const struct answer *row)
{
    if (answers->count == answers->size) {
        size_t size = answers->size > 0 ? answers->size * 2 : FIRST_SIZE;
        struct answer *rows = NULL;

        if (size <= SIZE_MAX / sizeof(*rows))
            rows = realloc(answers->rows, size * sizeof(*rows));
        if (!rows)
            return false;
        answers->rows = rows;
        answers->size = size;
    }
    answers->rows[answers->count++] = *row;
    return true;
}

/* MPTCP listeners use TCP ports. UDP-Lite ports are separate from UDP ports. */
static unsigned int proto_rank(unsigned int proto)
{
    return proto == PL_PROTO_MPTCP ? PL_PROTO_TCP : proto;
}

static int compare_place(unsigned int proto, uint32_t port, const struct pl_sock *sock)
{
    unsigned int other = proto_rank(sock->proto);

    if (proto != other)
        return proto < other ? -1 : 1;
    if (port != sock->local_port)
        return port < sock->local_port ? -1 : 1;
    return 0;
}

static int compare_answer(const void *key, const void *item)
{
    const struct answer *row = key;
    const struct pl_sock *const *sock = item;

    return compare_place(row->proto, row->port, *sock);
}

static int compare_socks(const void *a, const void *b)
{
    const struct pl_sock *const *x = a;
    const struct pl_sock *const *y = b;
    int order = compare_place(proto_rank((*x)->proto), (*x)->local_port, *y);

    if (order != 0)
        return order;
    /* Listeners first, then kernel order. */
    order = ((*y)->state == PL_STATE_LISTEN) - ((*x)->state == PL_STATE_LISTEN);
    if (order != 0)
        return order;
    return *x < *y ? -1 : *x > *y;
}

bool answers_live(struct answers *answers, const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    const struct pl_sock **sorted = calloc(count > 0 ? count : 1, sizeof(const struct pl_sock *));

    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &socks[i];
    qsort(sorted, count, sizeof(const struct pl_sock *), compare_socks);
    answers->live = snap;
    answers->live_socks = sorted;
    answers->live_count = count;
    return true;
}

void answers_free(struct answers *answers)
{
    free(answers->rows);
    free(answers->live_socks);
    *answers = (struct answers){0};
}

const struct pl_sock *const *answer_socks(const struct answers *answers, const struct answer *row,
                                          size_t *count)
{
    size_t low = pl_lower_bound(row, answers->live_socks, answers->live_count,
                                sizeof(*answers->live_socks), compare_answer);
    size_t end = low;

    while (end < answers->live_count &&
           compare_place(row->proto, row->port, answers->live_socks[end]) == 0)
        end++;
    *count = end - low;
    return answers->live_socks + low;
}

void answers_drop_used(struct answers *answers)
{
    size_t kept = 0;
    size_t end;

    for (size_t from = 0; from < answers->count; from = end) {
        bool used = false;

        for (end = from;
             end < answers->count && answers->rows[end].port == answers->rows[from].port; end++) {
            size_t count;

            (void)answer_socks(answers, &answers->rows[end], &count);
            used |= count > 0;
        }
        for (size_t i = from; !used && i < end; i++)
            answers->rows[kept++] = answers->rows[i];
    }
    answers->count = kept;
    answers->unused = true;
}
