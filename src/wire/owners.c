/* SPDX-License-Identifier: BSD-2-Clause */
/* The processes that own the ends of an attempt, as values of fields and as cells. */
#include "fields.h"

#include "api/event.h"
#include "model/array.h"
#include "view/text.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- names of users ---- */

#define USERS 64

/* Names that were looked up, by uid; a later one replaces an earlier one. */
static struct {
    struct names *names;
    struct user {
        uint32_t uid;
        bool known;
        uint8_t len;
        char name[64];
    } users[USERS];
} lookup;

void owners_names(struct names *names)
{
    lookup.names = names;
}

/* Returns the name of a user, or else the number. */
static struct pl_text user_of(uint32_t uid)
{
    struct user *user = &lookup.users[uid % USERS];
    size_t len = 0;

    if (!user->known || user->uid != uid) {
        if (lookup.names)
            len = names_user(lookup.names, uid, user->name, sizeof(user->name));
        if (len == 0)
            len = (size_t)snprintf(user->name, sizeof(user->name), "%lu", (unsigned long)uid);
        user->len = (uint8_t)len;
        user->uid = uid;
        user->known = true;
    }
    return (struct pl_text){user->name, user->len};
}

/* ---- values ---- */

static struct pl_text name_of(const struct pl_holder *holder)
{
    return (struct pl_text){holder->name, (uint32_t)strnlen(holder->name, sizeof(holder->name))};
}

/* Returns owner number i, and stores which end it owns: 0 or 1. NULL: there are no more. */
static const struct pl_holder *owner_at(const struct pl_attempt *attempt, size_t i, size_t *end)
{
    for (*end = 0; *end < 2; ++*end) {
        const struct pl_holders *owners = attempt->owners[*end];

        if (owners && i < owners->count)
            return &owners->items[i];
        i -= owners ? owners->count : 0;
    }
    return NULL;
}

bool owners_get(const struct pl_field *field, const struct pl_snapshot *snap,
                const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    size_t end;
    const struct pl_holder *owner = owner_at(attempt_of(sock), i, &end);

    (void)snap;
    if (!owner)
        return false;
    if (field->part == COLUMN_PID)
        out->number = owner->pid;
    else if (field->part == COLUMN_PROCESS && owner->name[0] != '\0')
        out->text = name_of(owner);
    else if (field->part == COLUMN_USER && owner->uid != PL_UID_UNKNOWN)
        out->text = user_of(owner->uid);
    return true;
}

/* ---- cells ---- */

/* {"end":"initiator","pid":4711,"process":"curl","uid":1000} */
static void put_object(struct out *out, const struct pl_holder *owner, size_t end)
{
    out_word(out, end == 0 ? "{\"end\":\"initiator\",\"pid\":" : "{\"end\":\"responder\",\"pid\":");
    out_number(out, owner->pid);
    if (owner->name[0] != '\0') {
        out_char(out, ',');
        text_json_member(out, "process", name_of(owner));
    }
    if (owner->uid != PL_UID_UNKNOWN) {
        out_word(out, ",\"uid\":");
        out_number(out, owner->uid);
    }
    out_char(out, '}');
}

static void put_json(struct out *out, const struct pl_attempt *attempt)
{
    const struct pl_holder *owner;
    size_t end;

    for (size_t i = 0; (owner = owner_at(attempt, i, &end)) != NULL; i++) {
        out_char(out, i == 0 ? '[' : ',');
        put_object(out, owner, end);
    }
    out_char(out, ']');
}

/* Appends "4711/curl" for the initiator, ">812/nginx,813/nginx" for the responder. */
static void put_owners(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct pl_attempt *attempt = attempt_of(cell->sock);

    (void)view;
    if (separator == '\0') {
        put_json(out, attempt);
        return;
    }
    for (size_t end = 0; end < 2; end++) {
        const struct pl_holders *owners = attempt->owners[end];

        out_word(out, end == 1 && owners ? ">" : "");
        for (uint32_t i = 0; owners && i < owners->count; i++) {
            if (i > 0)
                out_char(out, separator);
            out_number(out, owners->items[i].pid);
            out_char(out, '/');
            if (owners->items[i].name[0] != '\0')
                text_plain(out, name_of(&owners->items[i]), CELL_OWNER_ALSO ">");
            else
                out_char(out, '-');
        }
    }
}

/* All values of a field, separated. */
static void put_values(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct pl_field *field = &attempt_fields[cell->number];
    struct pl_value value = {0};

    (void)view;
    out_word(out, separator == '\0' ? "[" : "");
    for (size_t i = 0; field->get(field, NULL, cell->sock, i, &value); i++) {
        if (i > 0)
            out_char(out, separator == '\0' ? ',' : separator);
        if (field->kind == PL_KIND_NUMBER)
            out_number(out, value.number);
        else if (separator == '\0' && value.text.data)
            text_json(out, value.text);
        else if (separator == '\0')
            out_word(out, "null");
        else
            text_plain(out, value.text, CELL_OWNER_ALSO);
        value = (struct pl_value){0};
    }
    out_word(out, separator == '\0' ? "]" : "");
}

void owners_cell(const struct pl_field *field, const struct pl_sock *sock, struct cell *cell)
{
    size_t end;

    if (!owner_at(attempt_of(sock), 0, &end))
        return;
    cell->kind = CELL_OWN;
    cell->put = field->part == COLUMN_OWNERS ? put_owners : put_values;
    cell->sock = sock;
    cell->number = field->part;
}

void owners_keep(struct attempt_row *row)
{
    (void)pl_holders_keep(row->attempt.owners[0]);
    (void)pl_holders_keep(row->attempt.owners[1]);
}

void owners_drop(struct attempt_row *row)
{
    pl_holders_drop(row->attempt.owners[0]);
    pl_holders_drop(row->attempt.owners[1]);
    row->attempt.owners[0] = row->attempt.owners[1] = NULL;
}

void owners_text(struct out *out, const struct pl_attempt *attempt, size_t end)
{
    const struct pl_holders *owners = attempt->owners[end];

    if (!owners || owners->count == 0)
        return;
    out_number(out, owners->items[0].pid);
    out_char(out, '/');
    text_plain(out, name_of(&owners->items[0]), CELL_OWNER_ALSO);
    if (owners->count > 1) {
        out_word(out, "(x");
        out_number(out, owners->count);
        out_char(out, ')');
    }
}
