/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What /proc/net/unix has and sock_diag(7) lacks: the number of references to a socket, and
 * connections that were not accepted yet. Both list the same table in the same order.
 *
 * A name may contain line feeds and forged rows. sock_diag(7) reports the names: a line that is
 * part of the name before it is no row, and a row of a connection is valid only with the name of a
 * listener.
 */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The kernel prints NULs as '@'. */
static bool same_bytes(const char *name, const char *printed, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (name[i] != printed[i] && !(name[i] == '\0' && printed[i] == '@'))
            return false;
    }
    return true;
}

static bool holds_line(struct pl_text name, struct pl_text line)
{
    for (size_t i = 0; i + 1 + line.len <= name.len; i++) {
        size_t end = i + 1 + line.len;

        if (name.data[i] == '\n' && (end == name.len || name.data[end] == '\n') &&
            same_bytes(name.data + i + 1, line.data, line.len))
            return true;
    }
    return false;
}

static struct pl_text name_of(const struct pl_snapshot *snap, const struct pl_sock *sock)
{
    const struct pl_attr attr = pl_snapshot_attr(snap, sock, PL_ATTR_PATH);

    return (struct pl_text){attr.u.text, attr.len};
}

/* Compares the first line of the name, which is all that a row shows. */
static bool is_shown_as(struct pl_text name, struct pl_text printed)
{
    const char *end = name.len > 0 ? memchr(name.data, '\n', name.len) : NULL;
    size_t len = end ? (size_t)(end - name.data) : name.len;

    return len == printed.len && same_bytes(name.data, printed.data, len);
}

/* Searches from the last match on, cyclically. */
static struct pl_sock *find_sock(const struct pl_snapshot *snap, const struct pl_reference *row,
                                 bool listener)
{
    struct pl_sock *socks = snap->socks.items;
    size_t count = snap->socks.count;

    for (size_t i = 0; i < count; i++) {
        struct pl_sock *sock = &socks[(snap->reference_next + i) % count];

        if (sock->proto != PL_PROTO_UNIX)
            continue;
        if (listener ? sock->state == PL_STATE_LISTEN && is_shown_as(name_of(snap, sock), row->name)
                     : sock->key == row->key)
            return sock;
    }
    return NULL;
}

static int add_unaccepted(struct pl_snapshot *snap, const struct pl_reference *row)
{
    const struct pl_sock *listener = find_sock(snap, row, true);
    struct pl_unaccepted waiting = {
        .before = snap->reference_next,
        .references = row->count,
        .state = row->state,
        .type = row->type,
    };

    if (!listener)
        return 0;
    waiting.name = snap->reference_name = name_of(snap, listener);
    return pl_unaccepted_add(snap, &waiting);
}

int pl_references_put(struct pl_snapshot *snap, const struct pl_reference *row)
{
    struct pl_sock *sock;
    uint32_t *counts;

    if (holds_line(snap->reference_name, row->line))
        return 0;
    while (snap->references.count < snap->socks.count) {
        if (pl_references_add(snap, &(uint32_t){0}) < 0)
            return -ENOMEM;
    }
    if (row->key == 0)
        return add_unaccepted(snap, row);
    sock = find_sock(snap, row, false);
    if (!sock)
        return 0;
    counts = snap->references.items;
    snap->reference_next = (size_t)(sock - (struct pl_sock *)snap->socks.items);
    counts[snap->reference_next++] = row->count;
    snap->reference_name = name_of(snap, sock);
    return 0;
}

bool pl_snapshot_references(const struct pl_snapshot *snap, const struct pl_sock *sock,
                            uint32_t *count)
{
    size_t i = (size_t)(sock - (const struct pl_sock *)snap->socks.items);
    const uint32_t *counts = snap->references.items;

    if (i >= snap->references.count || counts[i] == 0)
        return false;
    *count = counts[i];
    return true;
}

const struct pl_unaccepted *pl_snapshot_unaccepted(const struct pl_snapshot *snap, size_t *count)
{
    *count = snap->unaccepted.count;
    return snap->unaccepted.items;
}
