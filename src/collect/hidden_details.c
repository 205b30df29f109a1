/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Details that Linux silently omits for unprivileged readers: inet_diag_msg_attrs_fill(),
 * subflow_get_info(), tcp_diag_get_aux().
 */
#include "collect.h"
#include "field/field.h"
#include "model/array.h"

#include <string.h>

#define RIGHTS     ((uint32_t)(PL_LACK_NET_ADMIN | PL_LACK_NAMESPACE))
#define NAMES_SIZE 1024

enum of {
    OF_INET,    /* every internet socket has it */
    OF_TCP,     /* any TCP socket may have it */
    OF_SUBFLOW, /* every subflow of MPTCP has it */
};

static const struct {
    uint16_t id; /* enum pl_attr_id */
    uint16_t of; /* enum of */
    uint32_t lacks;
} kept[] = {
    {PL_ATTR_MARK, OF_INET, RIGHTS},
    {PL_ATTR_SUBFLOW_RELWRITE_SEQ, OF_SUBFLOW, RIGHTS},
    {PL_ATTR_SUBFLOW_MAP_SEQ, OF_SUBFLOW, RIGHTS},
    {PL_ATTR_SUBFLOW_MAP_SFSEQ, OF_SUBFLOW, RIGHTS},
    {PL_ATTR_SUBFLOW_SSN_OFFSET, OF_SUBFLOW, RIGHTS},
    {PL_ATTR_SUBFLOW_MAP_DATALEN, OF_SUBFLOW, RIGHTS},
    {PL_ATTR_ULP, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_TLS_VERSION, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_TLS_CIPHER, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_TLS_RXCONF, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_TLS_TXCONF, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_TLS_ZERO_COPY, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_SUBFLOW_TOKEN_REM, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_SUBFLOW_TOKEN_LOC, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_SUBFLOW_FLAGS, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_SUBFLOW_ID_REM, OF_TCP, PL_LACK_ULP},
    {PL_ATTR_SUBFLOW_ID_LOC, OF_TCP, PL_LACK_ULP},
};

/* Whether a socket could have the detail. Only sock_diag(7) reports details, and cookies. */
static bool is_missed(const struct pl_snapshot *snap, enum of of)
{
    const struct pl_sock *socks = snap->socks.items;

    if (of == OF_SUBFLOW)
        return pl_snapshot_saw(snap, PL_ATTR_SUBFLOW_TOKEN_LOC);
    for (size_t i = 0; i < snap->socks.count; i++) {
        if ((socks[i].family == PL_FAMILY_INET || socks[i].family == PL_FAMILY_INET6) &&
            socks[i].have & PL_HAVE_COOKIE && (of == OF_INET || socks[i].proto == PL_PROTO_TCP))
            return true;
    }
    return false;
}

static bool is_kept(const struct pl_snapshot *snap, unsigned int id)
{
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        if (kept[i].id == id && snap->detail_lacks & kept[i].lacks &&
            !pl_snapshot_saw(snap, (enum pl_attr_id)id) && is_missed(snap, (enum of)kept[i].of))
            return true;
    }
    return false;
}

uint32_t pl_hidden_detail(const struct pl_snapshot *snap, enum pl_attr_id id)
{
    return is_kept(snap, id) ? snap->detail_lacks : 0;
}

int pl_hidden_note_details(struct pl_snapshot *snap, const struct pl_query *query)
{
    char names[NAMES_SIZE] = "";
    struct pl_note note = {.kind = PL_NOTE_WITHHELD, .lacks = snap->detail_lacks};

    if (snap->detail_lacks == 0)
        return 0;
    for (size_t i = 0; query->hooks && i < query->hooks->shown_count; i++) {
        const struct pl_field *field = pl_field_of_attr((enum pl_attr_id)query->hooks->shown[i]);

        if (!field || !is_kept(snap, query->hooks->shown[i]))
            continue;
        if (names[0] != '\0')
            (void)strlcat(names, ", ", sizeof(names));
        (void)strlcat(names, field->name, sizeof(names));
    }
    note.feed = (struct pl_text){names, (uint32_t)strlen(names)};
    return note.feed.len > 0 ? pl_snapshot_note(snap, &note) : 0;
}
