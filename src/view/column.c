/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields as cells. */
#include "column.h"
#include "model/array.h"
#include "model/protocol.h"

#include <string.h>
#include <strings.h>

/* Fills a zeroed cell, or leaves it absent. */
typedef void set_fn(const struct pl_field *field, const struct view *view,
                    const struct pl_sock *sock, struct cell *cell);

/* ---- by kind ---- */

static void set_number(const struct pl_field *field, const struct view *view,
                       const struct pl_sock *sock, struct cell *cell)
{
    if (field->get(field, view->snap, sock, 0, &cell->value))
        cell->kind = CELL_NUMBER;
}

static void set_bool(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    if (field->get(field, view->snap, sock, 0, &cell->value))
        cell->kind = CELL_BOOL;
}

/* Sets the word of a table, or unknown(N). */
static void set_word(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    const char *word = NULL;

    if (!field->get(field, view->snap, sock, 0, &cell->value))
        return;
    if (cell->number <= UINT32_MAX)
        word = field->word((unsigned int)cell->number);
    cell->kind = word ? CELL_WORD : CELL_UNKNOWN;
    cell->number &= ~(uint64_t)field->other;
    if (word)
        cell->text = (struct pl_text){word, (uint32_t)strlen(word)};
}

/* Sets the text, or else the number that it would name. */
static void set_text(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    if (!field->get(field, view->snap, sock, 0, &cell->value))
        return;
    if (cell->text.data)
        cell->kind = cell->value.word ? CELL_WORD : CELL_TEXT;
    else if (field->named)
        cell->kind = CELL_NUMBER;
}

static void set_address(const struct pl_field *field, const struct view *view,
                        const struct pl_sock *sock, struct cell *cell)
{
    (void)view;
    if (!(sock->have & field->have) || (field->peer && !pl_sock_has_peer(sock)))
        return;
    cell->kind = CELL_ADDRESS;
    cell->sock = sock;
    cell->peer = field->peer;
}

/* ---- by form ---- */

static void set_proto(const struct pl_field *field, const struct view *view,
                      const struct pl_sock *sock, struct cell *cell)
{
    set_word(field, view, sock, cell);
    if (cell->kind == CELL_WORD)
        cell->kind = CELL_PROTO;
    cell->sock = sock;
}

static void set_port(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    if (sock->proto != PL_PROTO_RAW && (!field->peer || sock->have & PL_HAVE_PEER))
        set_number(field, view, sock, cell);
}

static void set_name(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    set_text(field, view, sock, cell);
    if (view->data && cell->kind == CELL_NUMBER)
        cell->kind = CELL_ABSENT;
}

static void set_user(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    if (view->data || view->user_names)
        set_name(field, view, sock, cell);
    else
        set_number(pl_field_row(PL_FIELD_UID), view, sock, cell);
}

/* Both remarks can apply to a queue. */
static void set_joined(const struct pl_field *field, const struct view *view,
                       const struct pl_sock *sock, struct cell *cell)
{
    static const char both[] = "full,somaxconn";
    struct pl_value second = {0};

    set_text(field, view, sock, cell);
    if (field->get(field, view->snap, sock, 1, &second))
        cell->text = (struct pl_text){both, sizeof(both) - 1};
}

static void set_endpoint(const struct pl_field *field, const struct view *view,
                         const struct pl_sock *sock, struct cell *cell)
{
    /* Endpoints that are not addresses are composed of other fields. */
    bool other = pl_family_endpoint(sock->family) >= PL_ENDPOINT_PATH;

    (void)view;
    if (!other && !(sock->have & field->have))
        return;
    cell->kind = CELL_ENDPOINT;
    cell->sock = sock;
    cell->peer = field->peer;
}

static void set_host(const struct pl_field *field, const struct view *view,
                     const struct pl_sock *sock, struct cell *cell)
{
    const uint8_t *addr = field->peer ? sock->peer_addr : sock->local_addr;
    const char *name = NULL;

    if (view->host && sock->have & field->have && (!field->peer || pl_sock_has_peer(sock)))
        name = view->host(view->host_arg, sock->family, addr);
    if (!name)
        return;
    cell->kind = CELL_TEXT;
    cell->text = (struct pl_text){name, (uint32_t)strlen(name)};
}

/* ---- owners ---- */

/* Whether a part of an owner is known. Not every process has a context or a container. */
static bool has_part(const struct view *view, const struct cell *cell, enum pl_part part)
{
    for (size_t i = 0; i < cell->count; i++) {
        struct pl_value value;

        pl_owner_part(view->snap, &cell->owners[i], part, &value);
        if (part == PL_PART_STARTED ? !value.absent : value.text.data != NULL)
            return true;
    }
    return false;
}

static void set_parts(const struct pl_field *field, const struct view *view,
                      const struct pl_sock *sock, struct cell *cell)
{
    cell->owners = pl_field_owners(field, view->snap, sock, &cell->count);
    cell->number = field->part;
    if (cell->count > 0 &&
        (field->part < PL_PART_CONTEXT || has_part(view, cell, (enum pl_part)field->part)))
        cell->kind = CELL_OWNER;
}

/* Also sets a list without owners, unless the peer is unknown. */
static void set_owners(const struct pl_field *field, const struct view *view,
                       const struct pl_sock *sock, struct cell *cell)
{
    if (field->peer && pl_snapshot_peer_key(view->snap, sock) == 0)
        return;
    cell->kind = CELL_OWNERS;
    cell->owners = pl_field_owners(field, view->snap, sock, &cell->count);
}

static void set_holders(const struct pl_field *field, const struct view *view,
                        const struct pl_sock *sock, struct cell *cell)
{
    size_t count;

    (void)field;
    cell->owners = pl_snapshot_owners(view->snap, sock, &count);
    cell->count = count > 0;
    for (size_t i = 0; i < count; i++)
        cell->number += i == 0 || cell->owners[i - 1].pid != cell->owners[i].pid;
    if (count > 0)
        cell->kind = CELL_HOLDERS;
}

static void set_ports(const struct pl_field *field, const struct view *view,
                      const struct pl_sock *sock, struct cell *cell)
{
    (void)field;
    if (pl_field_judge(view->snap, sock, &cell->placement, &cell->text) == PL_PLACE_MOVED)
        cell->kind = CELL_PORTS;
}

static void set_remark(const struct pl_field *field, const struct view *view,
                       const struct pl_sock *sock, struct cell *cell)
{
    enum pl_place place;

    (void)field;
    cell->text = pl_published_remark(view->snap, sock);
    if (!cell->text.data)
        cell->text = pl_translated_remark(view->snap, sock);
    if (cell->text.data) {
        cell->kind = CELL_TEXT;
        return;
    }
    place = pl_field_judge(view->snap, sock, &cell->placement, &cell->text);
    if (place == PL_PLACE_MOVED || place == PL_PLACE_UNLIKELY)
        cell->kind = CELL_REMARK;
}

static void set_pairs(const struct pl_field *field, const struct view *view,
                      const struct pl_sock *sock, struct cell *cell)
{
    struct cell first;

    (void)field;
    if (view->data && !detail_next(view, sock, &(size_t){0}, &first))
        return;
    cell->kind = CELL_PAIRS;
    cell->sock = sock;
}

void column_get(const struct pl_field *field, const struct view *view, const struct pl_sock *sock,
                struct cell *cell)
{
    static set_fn *const forms[] = {
        [PL_FORM_NUMBER] = set_number,     [PL_FORM_BOOL] = set_bool,
        [PL_FORM_WORD] = set_word,         [PL_FORM_TEXT] = set_text,
        [PL_FORM_ADDRESS] = set_address,   [PL_FORM_PROTO] = set_proto,
        [PL_FORM_PORT] = set_port,         [PL_FORM_USER] = set_user,
        [PL_FORM_NAME] = set_name,         [PL_FORM_JOINED] = set_joined,
        [PL_FORM_PARTS] = set_parts,       [PL_FORM_PORTS] = set_ports,
        [PL_FORM_ENDPOINT] = set_endpoint, [PL_FORM_HOST] = set_host,
        [PL_FORM_OWNERS] = set_owners,     [PL_FORM_HOLDERS] = set_holders,
        [PL_FORM_REMARK] = set_remark,     [PL_FORM_PAIRS] = set_pairs,
    };

    forms[field->form](field, view, sock, cell);
}

/* ---- columns ---- */

const char *column_option(const struct pl_field *column)
{
    static const struct {
        uint32_t shown;
        const char *option;
    } options[] = {
        {PL_SHOWN_PROCESSES, "-p"}, {PL_SHOWN_EXTENDED, "-e"},   {PL_SHOWN_MORE, "-e"},
        {PL_SHOWN_INTERNALS, "-i"}, {PL_SHOWN_MEMORY, "-m"},     {PL_SHOWN_TIMERS, "-o"},
        {PL_SHOWN_CONTEXTS, "-Z"},  {PL_SHOWN_PEERS, "--peers"}, {PL_SHOWN_QUEUES, "--queues"},
        {PL_SHOWN_HOSTS, "-r"},     {PL_SHOWN_NETNS, "-N"},
    };

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (column->shown & options[i].shown)
            return options[i].option;
    }
    if (column->shown & PL_SHOWN_TABLE)
        return "";
    return column->shown != 0 ? "--json" : "--columns";
}

/* Other names: keywords of filters, and a title that several columns have. */
static const struct {
    const char *word;
    enum pl_field_id id;
} aliases[] = {
    {"port", PL_FIELD_LOCAL_PORT},    {"lport", PL_FIELD_LOCAL_PORT}, {"rport", PL_FIELD_PEER_PORT},
    {"remote", PL_FIELD_PEER},        {"foreign", PL_FIELD_PEER},     {"program", PL_FIELD_PROCESS},
    {"PID/Program", PL_FIELD_OWNERS},
};

const char *column_alias(size_t index)
{
    return index < COUNT_OF(aliases) ? aliases[index].word : NULL;
}

const struct pl_field *column_find(const char *name, size_t len)
{
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        if (pl_field_is_named(&pl_fields[i], name, len))
            return &pl_fields[i];
    }
    for (size_t i = 0; i < COUNT_OF(aliases); i++) {
        if (strlen(aliases[i].word) == len && strncasecmp(aliases[i].word, name, len) == 0)
            return pl_field_row(aliases[i].id);
    }
    for (size_t i = 0; i < PL_FIELD_COLUMNS; i++) {
        if (pl_field_is_titled(&pl_fields[i], name, len))
            return &pl_fields[i];
    }
    return NULL;
}
