/* SPDX-License-Identifier: BSD-2-Clause */
/* Applies the filter, after owners and names are known. */
#include "filter/filter.h"
#include "collect.h"

#include <string.h>

#define UNTOLD_MAX 16 /* fields of a filter that notes may name */

/* Moves the owners of a socket down to index kept. Returns the index after them. */
static size_t move_owners(struct pl_snapshot *snap, size_t from, size_t to, size_t kept)
{
    struct pl_owner *owners = snap->owners.items;

    if (to > from && from != kept)
        memmove(owners + kept, owners + from, (to - from) * sizeof(*owners));
    return kept + (to - from);
}

/* Whether a socket has a value of the field. */
static bool is_known(const struct pl_snapshot *snap, const struct pl_field *field)
{
    const struct pl_sock *socks = snap->socks.items;

    for (size_t i = 0; i < snap->socks.count; i++) {
        struct pl_value value = {0};

        for (size_t n = 0; field->get(field, snap, &socks[i], n, &value); n++) {
            if (field->kind == PL_KIND_TEXT && !field->named ? value.text.data != NULL
                                                             : !value.absent)
                return true;
        }
    }
    return false;
}

int pl_collect_note_untold(struct pl_snapshot *snap, const struct pl_filter *filter, bool proc)
{
    const struct pl_field *noted[UNTOLD_MAX];
    size_t count = 0;
    int err = 0;

    if (snap->socks.count == 0)
        return 0;
    for (const struct pl_node *node = filter->made; node && err == 0; node = node->made) {
        const struct pl_field *field = node->test.field;
        bool before = false;

        if (node->kind != PL_NODE_TEST || !(field->told || (field->diag && proc)))
            continue;
        for (size_t i = 0; i < count; i++)
            before |= noted[i] == field;
        if (before || count == UNTOLD_MAX)
            continue;
        noted[count++] = field;
        if (!is_known(snap, field))
            err = pl_snapshot_note(
                snap, &(struct pl_note){.kind = PL_NOTE_UNTOLD,
                                        .lacks = pl_hidden_detail(snap, pl_field_attr(field)),
                                        .feed = {field->name, (uint32_t)strlen(field->name)}});
    }
    return err;
}

void pl_collect_filter(struct pl_snapshot *snap, const struct pl_filter *filter)
{
    struct pl_sock *socks = snap->socks.items;
    uint32_t *owner_ends = snap->owner_ends.items;
    size_t owner_from = 0;
    size_t owners = 0;
    size_t kept = 0;
    bool has_owners = snap->owner_ends.count > 0;
    bool doubt = (filter->need & PL_NEED_OWNERS) != 0;

    if (snap->socks.count == 0)
        return;
    for (size_t i = 0; i < snap->socks.count; i++) {
        size_t owner_to = has_owners ? owner_ends[i] : 0;
        bool stays = pl_filter_match(filter, snap, &socks[i]);

        if (doubt)
            pl_hidden_count(snap, filter, &socks[i], stays);
        /* Rows from i on have not moved yet: i >= kept. */
        if (stays) {
            pl_snapshot_move_row(snap, kept, i);
            owners = move_owners(snap, owner_from, owner_to, owners);
            if (has_owners)
                owner_ends[kept] = (uint32_t)owners;
            kept++;
        }
        owner_from = owner_to;
    }
    pl_snapshot_end_rows(snap, kept);
    snap->references.count = snap->unaccepted.count = 0; /* they refer to rows by index */
    if (has_owners) {
        snap->owner_ends.count = kept;
        snap->owners.count = owners;
    }
}
