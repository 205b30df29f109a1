/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns of attempts: which are shown, their cells, and the sheet. */
#include "fields.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "model/array.h"
#include "model/near.h"
#include "view/terminal.h"
#include "view/text.h"

#include <stdio.h>

void columns_row(const struct pl_attempt *attempt, struct attempt_row *row)
{
    row->attempt = *attempt;
    row->sock = (struct pl_sock){
        .local_port = attempt->ports[0],
        .peer_port = attempt->ports[1],
        .have = PL_HAVE_PEER | (attempt->have & PL_ATTEMPT_NO_PORT ? 0 : PL_HAVE_LOCAL),
        .family = attempt->family == 6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .proto = PL_PROTO_TCP,
        .type = PL_TYPE_STREAM,
    };
    memcpy(row->sock.local_addr, attempt->addrs[0], 16);
    memcpy(row->sock.peer_addr, attempt->addrs[1], 16);
}

/* ---- choosing columns ---- */

static int refuse_column(const struct opts *opts, const char *name, size_t len)
{
    struct pl_near near;
    char advice[128];

    pl_near_start(&near, name, len, 2);
    near.starts = true;
    for (size_t i = 0; i < COLUMN_MAX; i++)
        pl_near_add(&near, attempt_fields[i].name);
    pl_near_print(&near, "", advice, sizeof(advice));
    complain_at("unknown column", name, len, advice, advice[0] != '\0' ? "" : "portwire(1)");
    return opts->status;
}

static const struct pl_field *find_column(const char *name, size_t len)
{
    for (size_t i = 0; i < COLUMN_MAX; i++) {
        if (pl_field_is_named(&attempt_fields[i], name, len) ||
            pl_field_is_titled(&attempt_fields[i], name, len))
            return &attempt_fields[i];
    }
    return NULL;
}

int columns_set(struct opts *opts, const char *list, const struct pl_field **columns, size_t *count)
{
    for (;; list++) {
        size_t len = strcspn(list, ",");
        const struct pl_field *column = find_column(list, len);

        if (len == 0)
            return opts_refuse(opts, "empty column name in", opts->value, strlen(opts->value));
        if (!column)
            return refuse_column(opts, list, len);
        if (*count == ATTEMPT_COLUMNS)
            return opts_refuse(opts, "too many columns", NULL, 0);
        columns[(*count)++] = column;
        list += len;
        if (*list == '\0')
            return OPTS_GO_ON;
    }
}

size_t columns_default(const struct format *format, bool owners, const struct pl_field **columns)
{
    const uint32_t shown = format->shown & ~(uint32_t)PL_SHOWN_PROCESSES;
    /* A table ends with the verdict and what explains it. */
    static const uint8_t last[] = {COLUMN_VERDICT, COLUMN_REMARK, COLUMN_OWNERS};
    size_t count = 0;

    for (size_t i = 0; i < COLUMN_MAX; i++) {
        bool moved = !format->data && (i == last[0] || i == last[1] || i == last[2]);
        bool kernel = (attempt_fields[i].shown & PL_SHOWN_PROCESSES) != 0;

        if (attempt_fields[i].shown & shown && !moved && (owners || !kernel))
            columns[count++] = &attempt_fields[i];
    }
    for (size_t i = 0; i < COUNT_OF(last) - !owners && !format->data; i++)
        columns[count++] = &attempt_fields[last[i]];
    return count;
}

/* ---- cells ---- */

static void put_time(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    cell_moment(out, view, attempt_of(cell->sock)->time, separator);
}

static void put_remark(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    (void)view;
    out_word(out, separator == '\0' ? "\"" : "");
    columns_remark(out, attempt_of(cell->sock));
    out_word(out, separator == '\0' ? "\"" : "");
}

/* Seconds with a unit, for people. */
static void put_span(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct pl_attempt *attempt = attempt_of(cell->sock);
    char text[STEP_TIME];
    size_t len = steps_span(cell->peer ? attempt->third_us : attempt->synack_us, text, "");

    (void)view;
    (void)separator;
    out_bytes(out, text, len);
}

static void set_own(struct cell *cell, cell_put_fn *put, const struct pl_sock *sock)
{
    cell->kind = CELL_OWN;
    cell->put = put;
    cell->sock = sock;
}

static void set_word(struct cell *cell, const char *word)
{
    cell->kind = word && word[0] != '\0' ? CELL_WORD : CELL_ABSENT;
    cell->text = text_of(word ? word : "");
}

/* The value of a field that filters compare. */
static void set_value(const struct view *view, const struct pl_field *field,
                      const struct pl_sock *sock, struct cell *cell)
{
    struct pl_value value = {0};

    if (field->get == owners_get) {
        owners_cell(field, sock, cell);
        return;
    }
    if (!field->get(field, NULL, sock, 0, &value))
        return;
    if (field->kind == PL_KIND_TEXT) {
        cell->kind = CELL_WORD;
        cell->text = value.text;
    } else if (field->kind == PL_KIND_MASK) {
        set_word(cell, field->word((unsigned int)value.number));
    } else if (field->kind == PL_KIND_ADDRESS) {
        cell->kind = CELL_ADDRESS;
        cell->sock = sock;
        cell->peer = field->peer;
    } else if (!view->data &&
               (field->part == COLUMN_SYNACK_TIME || field->part == COLUMN_THIRD_TIME)) {
        set_own(cell, put_span, sock);
        cell->peer = field->part == COLUMN_THIRD_TIME;
    } else {
        cell->kind = field->kind == PL_KIND_BOOL ? CELL_BOOL : CELL_NUMBER;
        cell->number = value.number;
    }
}

static bool is_plain(const struct pl_attempt *attempt)
{
    struct out out = {.fd = -1};
    bool plain;

    columns_remark(&out, attempt);
    plain = out.len == 0 && out.error == 0;
    out_free(&out);
    return plain;
}

static void attempt_cell(const struct sheet *sheet, const void *item,
                         const struct sheet_column *column, struct cell *cell)
{
    const struct attempt_row *row = item;
    const struct pl_field *field = column->field;

    if (field->get) {
        set_value(sheet->view, field, &row->sock, cell);
        return;
    }
    switch ((int)field->part) {
    case COLUMN_TIME:
        set_own(cell, put_time, &row->sock);
        break;
    case COLUMN_INITIATOR:
    case COLUMN_RESPONDER:
        if (!field->peer && row->attempt.have & PL_ATTEMPT_NO_ADDRESS)
            break;
        cell->kind = CELL_ENDPOINT;
        cell->sock = &row->sock;
        cell->peer = field->peer;
        break;
    case COLUMN_ICMP:
        set_word(cell,
                 row->attempt.verdict == PL_VERDICT_ICMP && row->attempt.have & PL_ATTEMPT_PACKETS
                     ? pl_attempt_icmp(&row->attempt)
                     : NULL);
        break;
    case COLUMN_OWNERS:
        owners_cell(field, &row->sock, cell);
        break;
    case COLUMN_REMARK:
        if (!is_plain(&row->attempt))
            set_own(cell, put_remark, &row->sock);
        break;
    default:
        break;
    }
}

const char *columns_style(unsigned int verdict)
{
    switch (verdict) {
    case PL_VERDICT_COMPLETED:
    case PL_VERDICT_SIMULTANEOUS:
        return "\033[32m";
    case PL_VERDICT_RST:
    case PL_VERDICT_ICMP:
    case PL_VERDICT_NO_ANSWER:
        return "\033[31m";
    case PL_VERDICT_HALF_OPEN:
    case PL_VERDICT_ABANDONED:
        return "\033[33m";
    default:
        return "";
    }
}

static const char *attempt_style(const struct sheet_column *column, const void *item,
                                 const struct cell *cell)
{
    const struct attempt_row *row = item;

    (void)cell;
    return column->field->part == COLUMN_VERDICT ? columns_style(row->attempt.verdict) : "";
}

/* Widths of cells that are wider than their titles: a stream cannot measure its rows. */
static size_t width_of(const struct pl_field *field)
{
    static const uint8_t widths[COLUMN_MAX] = {[COLUMN_TIME] = 16,
                                               [COLUMN_VERDICT] = 12,
                                               [COLUMN_INITIATOR] = 21,
                                               [COLUMN_RESPONDER] = 21,
                                               [COLUMN_ISN] = 10,
                                               [COLUMN_PEER_ISN] = 10,
                                               [COLUMN_REMARK] = 6,
                                               [COLUMN_SYNACK_TIME] = 10,
                                               [COLUMN_THIRD_TIME] = 9,
                                               [COLUMN_INITIATOR_ADDRESS] = 15,
                                               [COLUMN_RESPONDER_ADDRESS] = 15};

    return widths[field->part];
}

struct sheet columns_sheet(const struct view *view, struct sheet_column *out)
{
    struct sheet sheet = sheet_of_stream(view, width_of, out);

    for (size_t i = 0; i < sheet.column_count; i++)
        out[i].plain = out[i].field->part == COLUMN_INITIATOR   ? PLAIN_LOCAL
                       : out[i].field->part == COLUMN_RESPONDER ? PLAIN_PEER
                                                                : PLAIN_NONE;
    sheet.key = "attempts";
    sheet.cell = attempt_cell;
    sheet.style = attempt_style;
    return sheet;
}
