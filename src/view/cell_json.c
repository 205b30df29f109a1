/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints cells as JSON values. */
#include "column.h"
#include "model/array.h"
#include "text.h"

static void json_owner(struct out *out, const struct view *view, const struct pl_owner *owner)
{
    static const struct {
        const char *key;
        enum pl_part field;
    } fields[] = {
        {"pid", PL_PART_PID},         {"fd", PL_PART_FD},   {"process", PL_PART_PROCESS},
        {"command", PL_PART_COMMAND}, {"exe", PL_PART_EXE}, {"uid", PL_PART_UID},
    };

    out_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct cell cell;

        cell_owner(view, owner, fields[i].field, &cell);
        if (cell.kind != CELL_ABSENT)
            json_member(out, view, fields[i].key, &cell, i == 0);
    }
    if (pl_snapshot_is_fixed(view->snap, owner))
        out_word(out, ",\"io_uring\":true");
    out_char(out, '}');
}

static void json_list(struct out *out, const struct view *view, const struct cell *cell)
{
    out_char(out, '[');
    for (size_t i = 0; i < cell->count; i++) {
        struct cell one;

        if (i > 0)
            out_char(out, ',');
        if (cell->kind == CELL_OWNERS) {
            json_owner(out, view, &cell->owners[i]);
            continue;
        }
        cell_owner(view, &cell->owners[i], (enum pl_part)cell->number, &one);
        if (one.kind == CELL_ABSENT)
            out_word(out, "null");
        else
            cell_json(out, view, &one);
    }
    out_char(out, ']');
}

void json_list_hex(struct out *out, const struct view *view, const char *key,
                   const struct cell *cell)
{
    bool broken = false;
    struct cell one;

    for (size_t i = 0; i < cell->count; i++) {
        cell_owner(view, &cell->owners[i], (enum pl_part)cell->number, &one);
        broken |= one.kind == CELL_TEXT && !text_is_utf8(one.text);
    }
    if (!broken)
        return;
    out_bytes(out, ",\"", 2);
    out_word(out, key);
    out_word(out, "_hex\":");
    for (size_t i = 0; i < cell->count; i++) {
        cell_owner(view, &cell->owners[i], (enum pl_part)cell->number, &one);
        out_char(out, i > 0 ? ',' : '[');
        if (one.kind != CELL_TEXT || text_is_utf8(one.text)) {
            out_word(out, "null");
            continue;
        }
        out_char(out, '"');
        text_hex(out, one.text);
        out_char(out, '"');
    }
    out_char(out, ']');
}

/* Appends the printed text as a JSON string: the name of an interface may contain any byte. */
static void json_plain(struct out *out, const struct view *view, const struct cell *cell)
{
    struct out text = {.fd = -1};

    cell_plain(&text, view, cell, ',', "");
    if (text.error != 0)
        out->error = text.error;
    text_json(out, (struct pl_text){text.data, (uint32_t)text.len});
    out_free(&text);
}

void cell_json(struct out *out, const struct view *view, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_NUMBER:
        out_number(out, cell->number);
        break;
    case CELL_BOOL:
        out_word(out, cell->number ? "true" : "false");
        break;
    case CELL_TEXT:
        text_json(out, cell->text);
        break;
    case CELL_ABSENT:
    case CELL_TIME:
    case CELL_WORD:
    case CELL_UNKNOWN:
    case CELL_PROTO:
    case CELL_ADDRESS:
        /* Literals of the program need no escapes. */
        out_char(out, '"');
        cell_plain(out, view, cell, ',', "");
        out_char(out, '"');
        break;
    case CELL_OWNERS:
    case CELL_OWNER:
        json_list(out, view, cell);
        break;
    case CELL_PORTS:
        out_char(out, '[');
        cell_plain(out, view, cell, ',', "");
        out_char(out, ']');
        break;
    case CELL_OWN:
        cell->put(out, view, cell, '\0');
        break;
    case CELL_HOLDERS:
    case CELL_REMARK:
    case CELL_ENDPOINT:
    case CELL_PAIRS:
        json_plain(out, view, cell);
        break;
    }
}
