/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/array.h"
#include "source.h"

#include <errno.h>

/* Parses a number of a few digits, and moves *at past it. */
static unsigned int take_number(const char **at)
{
    unsigned int number = 0;

    for (; **at >= '0' && **at <= '9' && number < 1000; ++*at)
        number = number * 10 + (unsigned int)(**at - '0');
    return number;
}

bool pl_linux_is_release(const char *release, unsigned int major, unsigned int minor)
{
    unsigned int first = take_number(&release);
    unsigned int second = 0;

    if (*release == '.') {
        release++;
        second = take_number(&release);
    }
    return first > major || (first == major && second >= minor);
}

void pl_reader_close(struct pl_reader *reader)
{
    if (reader)
        reader->ops->close(reader);
}

int pl_reader_commit(struct pl_reader *recorder)
{
    return recorder->ops->commit ? recorder->ops->commit(recorder) : -EINVAL;
}

const int *pl_reader_dirs(const struct pl_reader *reader)
{
    return reader->ops->dirs ? reader->ops->dirs(reader) : NULL;
}

/* What readers open before they are read. */
#define PREPARED                                                                        \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_REUSE | PL_NEED_SEQUENCE | PL_NEED_PUBLISHED | \
                PL_NEED_RULES | PL_NEED_PEERS))

void pl_reader_prepare(struct pl_reader *reader, const struct pl_query *query)
{
    struct pl_request request = {
        .owner_way = query->owner_way,
        .protos = query->protos,
        .way = query->way,
        .repeated = query->hooks && query->hooks->repeated,
        .need = query->need | (query->filter ? pl_filter_need(query->filter) : 0),
    };

    if (reader->whole)
        request.need |= PREPARED;
    else if (query->hooks) {
        request.first_port = query->hooks->reuse_first;
        request.last_port = query->hooks->reuse_last;
    }
    if (pl_reader_wants_bound(reader, query))
        request.states = PL_BIT(PL_STATE_BOUND);
    if (reader->ops->prepare && (request.states != 0 || (request.need & PREPARED) != 0))
        reader->ops->prepare(reader, &request);
}

bool pl_reader_wants_bound(const struct pl_reader *reader, const struct pl_query *query)
{
    bool wanted = reader->whole || pl_query_states(query) & PL_BIT(PL_STATE_BOUND);

    return wanted && pl_query_protos(query) & PL_BIT(PL_PROTO_TCP);
}

bool pl_reader_no_bound(struct pl_reader *reader)
{
    return reader->ops->no_bound ? reader->ops->no_bound(reader) : reader->abi.no_bound;
}

uint32_t pl_reader_netns(struct pl_reader *reader)
{
    return reader->ops->netns ? reader->ops->netns(reader) : reader->abi.netns;
}

int pl_reader_drop(struct pl_reader *reader, const struct pl_sock *sock)
{
    return reader->ops->drop ? reader->ops->drop(reader, sock) : -ENOTSUP;
}

uint32_t pl_reader_parent(struct pl_reader *reader, uint32_t pid)
{
    return reader->ops->parent ? reader->ops->parent(reader, pid) : 0;
}

int pl_spaces_notes(const struct pl_spaces *spaces, uint32_t lacks,
                    int (*note)(void *arg, const struct pl_note *note), void *arg)
{
    const struct pl_note notes[] = {
        {.kind = PL_NOTE_NETNS_UNKNOWN, .count = spaces->unknown, .lacks = lacks},
        {.kind = PL_NOTE_NETNS_CLOSED, .count = spaces->closed, .lacks = lacks},
        {.kind = PL_NOTE_NETNS_HIDDEN, .count = spaces->hidden, .lacks = lacks},
    };
    int err = 0;

    for (size_t i = 0; i < COUNT_OF(notes) && err == 0; i++)
        err = notes[i].count > 0 ? note(arg, &notes[i]) : 0;
    return err;
}
