/* SPDX-License-Identifier: BSD-2-Clause */
#include "log.h"

#include <errno.h>
#include <stdlib.h>

void log_add(struct log *log, const struct pl_event *event)
{
    struct pl_event *item;

    if (!log->items) {
        log->items = calloc(LOG_MAX, sizeof(*log->items));
        if (!log->items)
            return;
    }
    item = &log->items[log->next];
    pl_holders_drop(item->holders);
    *item = *event;
    (void)pl_holders_keep(item->holders);
    log->next = (log->next + 1) % LOG_MAX;
    log->count += log->count < LOG_MAX;
    log->total++;
}

struct pl_event log_event(const struct row *row, enum row_mark mark, uint64_t time)
{
    static const uint8_t kinds[] = {
        [ROW_SAME] = PL_EVENT_STATE,
        [ROW_NEW] = PL_EVENT_LISTEN,
        [ROW_CHANGED] = PL_EVENT_STATE,
        [ROW_CLOSED] = PL_EVENT_CLOSE,
    };

    return (struct pl_event){.sock = row_sock(row),
                             .time = time,
                             .bytes_in = row->bytes_in,
                             .bytes_out = row->bytes_out,
                             .have =
                                 (uint16_t)(PL_EVENT_HAVE_SOCK | PL_EVENT_COMPARED |
                                            (row->have & ROW_HAVE_BYTES ? PL_EVENT_HAVE_BYTES : 0)),
                             .kind = kinds[mark],
                             .holders = row->holders};
}

const struct pl_event *log_get(const struct log *log, size_t index)
{
    return index < log->count ? &log->items[(log->next + LOG_MAX - 1 - index) % LOG_MAX] : NULL;
}

const char *log_word(const struct pl_event *event)
{
    const char *word = pl_event_name(event->kind);

    /* From two tables, it does not follow which end made a connection. */
    if (event->have & PL_EVENT_COMPARED && event->kind == PL_EVENT_LISTEN)
        return pl_sock_is_listener(&event->sock) ? "listen" : "new";
    return word ? word : "unknown";
}

int log_copy(const struct log *log, struct log *to)
{
    for (size_t i = log->count; i > 0; i--) {
        const struct pl_event *event = log_get(log, i - 1);

        if (event)
            log_add(to, event);
    }
    to->total = log->total;
    return to->count == log->count ? 0 : -ENOMEM;
}

void log_free(struct log *log)
{
    for (size_t i = 0; i < LOG_MAX && log->items; i++)
        pl_holders_drop(log->items[i].holders);
    free(log->items);
    *log = (struct log){0};
}
