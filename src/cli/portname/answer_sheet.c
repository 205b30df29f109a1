/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Results of portname as a sheet: a line per row, or in tables one for all rows with the same text.
 */
#include "answer.h"
#include "model/array.h"
#include "view/text.h"

#include <errno.h>
#include <stdlib.h>

enum id { PORT, PROTO, NAME, ALIASES, DESCRIPTION, CLASS, COMMON, PROGRAMS, LOCAL, LIVE, TEXT };

#define ALL (PL_SHOWN_TABLE | PL_SHOWN_JSON | PL_SHOWN_CSV)

/* The live column is shown only if requested. */
static const struct sheet_column all_columns[] = {
    {"port", "Port", ALL, PORT},
    {"proto", "Proto", ALL, PROTO},
    {"common", "Common", PL_SHOWN_TABLE, COMMON},
    {"name", "Name", ALL, NAME},
    {"aliases", "Aliases", PL_SHOWN_JSON | PL_SHOWN_CSV, ALIASES},
    {"description", "Description", PL_SHOWN_JSON | PL_SHOWN_CSV, DESCRIPTION},
    {"class", "Class", ALL, CLASS},
    {"common", "Common", PL_SHOWN_JSON | PL_SHOWN_CSV, COMMON},
    {"programs", "Programs", PL_SHOWN_CSV, PROGRAMS},
    {"local", "Local", PL_SHOWN_JSON | PL_SHOWN_CSV, LOCAL},
    {"live", "Live", ALL, LIVE},
    {"text", "Description", PL_SHOWN_TABLE, TEXT},
};

#define COLUMNS COUNT_OF(all_columns)

/* The current line and its registry entry. */
struct page {
    const struct answers *answers;
    const struct answer_line *line;
    struct pl_service service;
};

/* Characters to escape in parts of a cell besides the separator: in a table, blanks. */
static const char *also_of(char separator)
{
    return separator == ',' ? " ," : separator == ';' ? ";" : "";
}

/* Appends the separator, except before the first part; '\0': a JSON comma. */
static void put_separator(struct out *out, char separator, bool *first)
{
    if (!*first)
        out_char(out, separator == '\0' ? ',' : separator);
    *first = false;
}

/* Appends a list of the tables: consecutive strings, terminated by an empty one. */
static void put_words(struct out *out, const char *list, char separator, bool *first)
{
    for (; *list != '\0'; list += strlen(list) + 1) {
        put_separator(out, separator, first);
        if (separator == '\0')
            text_json(out, text_of(list));
        else
            text_plain(out, text_of(list), also_of(separator));
    }
}

static void put_list(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    bool first = true;

    (void)view;
    out_word(out, separator == '\0' ? "[" : "");
    put_words(out, cell->item, separator, &first);
    out_word(out, separator == '\0' ? "]" : "");
}

static bool set_list(struct cell *cell, const char *list)
{
    *cell = (struct cell){.put = put_list, .item = list};
    cell->kind = *list != '\0' ? CELL_OWN : CELL_ABSENT;
    return *list != '\0';
}

static void set_word(struct cell *cell, const char *word)
{
    cell->text = text_of(word ? word : "");
    cell->kind = cell->text.len > 0 ? CELL_WORD : CELL_ABSENT;
}

static void put_use(struct out *out, const struct view *view, const struct pl_common *use)
{
    struct cell cell;

    out_char(out, '{');
    set_word(&cell, use->name);
    json_member(out, view, "name", &cell, true);
    if (set_list(&cell, use->programs))
        json_member(out, view, "programs", &cell, false);
    cell = (struct cell){.kind = CELL_TEXT, .text = text_of(use->text)};
    json_member(out, view, "text", &cell, false);
    out_word(out, use->hint ? ",\"hint\":true}" : "}");
}

/* Returns whether only services(5) has a name for the port: no common use is spelled that way. */
static bool has_local(const struct answer *row)
{
    struct pl_common use;
    size_t at = 0;

    while (row->local.data && pl_common_get(row->port, row->proto, &at, &use))
        if (pl_common_is_named(&use, row->local))
            return false;
    return row->local.data != NULL;
}

/* Appends names of common uses: in a table also the local name, in JSON all members. */
static void put_common(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct answer *row = cell->item;
    struct pl_common use;
    size_t at = 0;
    bool first = true;

    out_word(out, separator == '\0' ? "[" : "");
    if (!view->data && has_local(row)) {
        put_separator(out, separator, &first);
        text_plain(out, row->local, also_of(separator));
    }
    while (pl_common_get(row->port, row->proto, &at, &use)) {
        if (use.hint && view->data && separator != '\0')
            continue;
        put_separator(out, separator, &first);
        if (separator == '\0')
            put_use(out, view, &use);
        else
            text_plain(out, text_of(use.name), also_of(separator));
        out_word(out, use.hint && !view->data ? "?" : "");
    }
    out_word(out, separator == '\0' ? "]" : "");
}

static void put_programs(struct out *out, const struct view *view, const struct cell *cell,
                         char separator)
{
    const struct answer *row = cell->item;
    struct pl_common use;
    size_t at = 0;
    bool first = true;

    (void)view;
    while (pl_common_get(row->port, row->proto, &at, &use))
        put_words(out, use.programs, separator, &first);
}

/* Returns whether an earlier socket of the row, or an earlier owner of this one, has the pid. */
static bool is_repeated(const struct answers *answers, const struct pl_sock *const *socks,
                        size_t sock, size_t owner, uint32_t pid)
{
    for (size_t i = 0; i <= sock; i++) {
        size_t count;
        const struct pl_owner *owners = pl_snapshot_owners(answers->live, socks[i], &count);

        for (size_t j = 0; j < (i == sock ? owner : count); j++)
            if (owners[j].pid == pid)
                return true;
    }
    return false;
}

static void put_names(const struct answers *answers, const struct answer *row, char separator,
                      struct out *out)
{
    size_t count;
    const struct pl_sock *const *socks = answer_socks(answers, row, &count);
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        size_t owner_count;
        const struct pl_owner *owners = pl_snapshot_owners(answers->live, socks[i], &owner_count);

        for (size_t j = 0; j < owner_count; j++) {
            const struct pl_process *process = pl_snapshot_process(answers->live, owners[j].pid);

            if (is_repeated(answers, socks, i, j, owners[j].pid))
                continue;
            put_separator(out, separator, &first);
            out_number(out, owners[j].pid);
            out_char(out, '/');
            if (process && process->name.data)
                text_plain(out, process->name, also_of(separator));
        }
    }
    /* In use by an unknown process. */
    if (first && count > 0)
        out_char(out, '?');
}

static void put_owners(struct out *out, const struct view *view, const struct pl_owner *owners,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cell name;

        out_word(out, i > 0 ? ",{\"pid\":" : ",\"owners\":[{\"pid\":");
        out_number(out, owners[i].pid);
        out_word(out, ",\"fd\":");
        out_number(out, owners[i].fd);
        cell_owner(view, &owners[i], PL_PART_PROCESS, &name);
        if (name.kind != CELL_ABSENT)
            json_member(out, view, "process", &name, false);
        out_char(out, '}');
    }
    out_word(out, count > 0 ? "]" : "");
}

static void put_sock(struct out *out, const struct view *view, const struct pl_sock *sock)
{
    static const enum pl_field_id ids[] = {PL_FIELD_LOCAL_ADDRESS, PL_FIELD_PEER_ADDRESS,
                                           PL_FIELD_PEER_PORT, PL_FIELD_STATE,
                                           PL_FIELD_OWNER_UNKNOWN};
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(view->snap, sock, &count);

    out_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        const struct pl_field *field = pl_field_row(ids[i]);
        bool of_peer = ids[i] == PL_FIELD_PEER_ADDRESS || ids[i] == PL_FIELD_PEER_PORT;
        struct cell cell = {0};

        column_get(field, view, sock, &cell);
        if (cell.kind != CELL_ABSENT && cell.kind != CELL_UNKNOWN &&
            !(of_peer && !pl_sock_has_peer(sock)))
            json_member(out, view, field->name, &cell, i == 0);
    }
    put_owners(out, view, owners, count);
    out_char(out, '}');
}

static void put_live(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct page *page = cell->item;
    const struct answer *row = page->line->first;
    size_t count;
    const struct pl_sock *const *socks = answer_socks(page->answers, row, &count);

    if (separator != '\0') {
        put_names(page->answers, row, separator, out);
        return;
    }
    out_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        out_word(out, i > 0 ? "," : "");
        put_sock(out, view, socks[i]);
    }
    out_char(out, ']');
}

/* The description of a port without a registered service or common use. */
static const char *status_text(enum pl_service_status status)
{
    static const char *const texts[PL_SERVICE_STATUS_MAX] = {
        [PL_SERVICE_UNASSIGNED] = "not registered, no known common use",
        [PL_SERVICE_ASSIGNED] = "",
        [PL_SERVICE_UNNAMED] = "",
        [PL_SERVICE_RESERVED] = "reserved by IANA",
        [PL_SERVICE_DEREGISTERED] = "no longer registered",
        [PL_SERVICE_DYNAMIC] = "for private use and outgoing connections, never registered",
    };

    return texts[status];
}

static void put_part(struct out *out, const char *before, bool *some)
{
    out_word(out, *some ? "; " : "");
    out_word(out, before);
    *some = true;
}

static void put_registered(struct out *out, const struct pl_service *service, bool *some)
{
    bool first = true;

    if (service->description[0] == '\0' && *service->aliases == '\0')
        return;
    put_part(out, *some ? "registered: " : "", some);
    text_plain(out, text_of(service->description), "");
    if (*service->aliases != '\0') {
        out_word(out, service->description[0] != '\0' ? " (also " : "(also ");
        put_words(out, service->aliases, ' ', &first);
        out_char(out, ')');
    }
}

/* Appends the local name, common uses and the registry entry as a sentence. */
static void put_text(struct out *out, const struct view *view, const struct cell *cell,
                     char separator)
{
    const struct page *page = cell->item;
    const struct answer *row = page->line->first;
    const char *services = page->answers->services;
    struct pl_common use;
    size_t at = 0;
    bool some = false;

    (void)view;
    (void)separator;
    if (row->local.data) {
        put_part(out, "named ", &some);
        text_plain(out, row->local, "");
        out_word(out, " by ");
        text_plain(out, text_of(services ? services : "/etc/services"), "");
        out_word(out, " of this machine");
    }
    for (const char *before = "commonly: "; pl_common_get(row->port, row->proto, &at, &use);
         before = "") {
        put_part(out, use.hint ? "" : before, &some);
        text_plain(out, text_of(use.text), "");
    }
    put_registered(out, &page->service, &some);
    if (!some)
        out_word(out, status_text(page->service.status));
}

/* Appends the ports of a line: "8011-8012". */
static void put_ports(struct out *out, const struct view *view, const struct cell *cell,
                      char separator)
{
    const struct answer_line *line = cell->item;

    (void)view;
    (void)separator;
    out_number(out, line->first->port);
    if (line->span > 1) {
        out_char(out, '-');
        out_number(out, line->first->port + line->span - 1U);
    }
}

static void put_protos(struct out *out, const struct view *view, const struct cell *cell,
                       char separator)
{
    const struct answer_line *line = cell->item;
    bool first = true;

    (void)view;
    out_word(out, separator == '\0' ? "\"" : "");
    for (unsigned int proto = 0; proto < PL_PROTO_MAX; proto++) {
        if (!(line->protos & PL_BIT(proto)))
            continue;
        put_separator(out, separator, &first);
        out_word(out, pl_proto_name(proto));
    }
    out_word(out, separator == '\0' ? "\"" : "");
}

static void set_own(struct cell *cell, cell_put_fn *put, const void *item)
{
    *cell = (struct cell){.kind = CELL_OWN, .put = put, .item = item};
}

static bool has_common(const struct answer *row)
{
    struct pl_common use;
    size_t at = 0;

    return pl_common_get(row->port, row->proto, &at, &use);
}

static void answer_cell(const struct sheet *sheet, const void *of,
                        const struct sheet_column *column, struct cell *cell)
{
    struct page *page = sheet->arg;
    const struct answer_line *line = of;
    const struct answer *row = line->first;

    if (page->line != line)
        (void)pl_service_get(row->port, row->proto, &page->service);
    page->line = line;
    switch ((enum id)column->id) {
    case PORT:
        set_own(cell, put_ports, line);
        break;
    case PROTO:
        set_own(cell, put_protos, line);
        break;
    case NAME:
        set_word(cell, page->service.name);
        break;
    case ALIASES:
        (void)set_list(cell, page->service.aliases);
        break;
    case DESCRIPTION:
        set_word(cell, page->service.description);
        cell->kind = cell->text.len > 0 ? CELL_TEXT : CELL_ABSENT;
        break;
    case CLASS:
        set_word(cell, pl_service_class(row->port, row->proto));
        break;
    case COMMON:
        if (has_common(row) || (!sheet->view->data && row->local.data))
            set_own(cell, put_common, row);
        break;
    case PROGRAMS:
        set_own(cell, put_programs, row);
        break;
    case LOCAL:
        cell->kind = row->local.data ? CELL_TEXT : CELL_ABSENT;
        cell->text = row->local;
        break;
    case LIVE:
        set_own(cell, put_live, page);
        break;
    case TEXT:
        set_own(cell, put_text, page);
        break;
    }
}

static size_t pick(const struct answers *answers, const struct format *format,
                   struct sheet_column *out)
{
    size_t count = 0;

    for (size_t i = 0; i < COLUMNS; i++) {
        if (all_columns[i].shown & format->shown &&
            (all_columns[i].id != LIVE || (answers->live && !answers->unused)))
            out[count++] = all_columns[i];
    }
    return count;
}

/* Prints all lines at once, because they share column widths. */
static void print_lines(const struct answers *answers, const struct sheet *sheet,
                        const struct format *format, struct out *out)
{
    struct answer_line *lines = calloc(answers->count + 1, sizeof(*lines));
    size_t count = 0;

    if (!lines) {
        out->error = ENOMEM;
        return;
    }
    for (size_t i = 0; i < answers->count; i += lines[count++].rows)
        lines[count] = answer_line(answers, i);
    sheet_print_items(sheet, format, lines, sizeof(*lines), count, out);
    free(lines);
}

static void print_rows(const struct answers *answers, const struct sheet *sheet,
                       const struct format *format, struct out *out)
{
    struct page *page = sheet->arg;
    struct writer writer;

    sheet_begin(&writer, sheet, format, out);
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer_line line = {.first = &answers->rows[i],
                                         .rows = 1,
                                         .span = 1,
                                         .protos = PL_BIT(answers->rows[i].proto)};
        const void *row = &line;

        page->line = NULL;
        sheet_rows(&writer, &row, 1);
    }
    sheet_end(&writer);
}

void answers_print(const struct answers *answers, const struct format *format, struct out *out)
{
    const struct view view = {.snap = answers->live,
                              .data = format->data,
                              .header = answers->header,
                              .wrap = format->screen ? answers->wrap : 0};
    const char *date = pl_service_table_date();
    bool explain = answers->word_count > 0;
    bool ports = answers->count > 0 || !explain || (format->data && format->several);
    struct page page = {.answers = answers};
    struct sheet_column columns[COLUMNS];
    const struct sheet sheet = {.key = "ports",
                                .columns = columns,
                                .column_count = pick(answers, format, columns),
                                .view = &view,
                                .registry = date,
                                .cell = answer_cell,
                                .arg = &page,
                                .loose = true,
                                .followed = explain && format->several};

    if (ports && format->data)
        print_rows(answers, &sheet, format, out);
    else if (ports)
        print_lines(answers, &sheet, format, out);
    if (explain)
        explain_print(answers->words, answers->word_count, &view, date, format, ports, out);
}
