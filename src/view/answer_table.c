/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port names for people and for awk. Ports in a row, and protocols of a port, of which the same is
 * to be said share a line; TSV has a line for each.
 */
#include "answer.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum cell {
    CELL_PORT,
    CELL_PROTO,
    CELL_NAME,
    CELL_CLASS,
    CELL_COMMON,
    CELL_LIVE,
    CELL_TEXT,
    CELLS
};

static const char *const titles[CELLS] = {"Port",   "Proto", "Name",       "Class",
                                          "Common", "Live",  "Description"};

/* Rows from first on that say the same: span ports, the same protocols of each. */
struct line {
    const struct answer *first;
    size_t rows;
    unsigned int span;
    unsigned int protos; /* of the first port */
};

static struct pl_text text_of(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static void put_list(struct out *out, const char *list, char separator, const char *also)
{
    for (bool first = true; *list != '\0'; list += strlen(list) + 1, first = false) {
        if (!first)
            out_char(out, separator);
        text_plain(out, text_of(list), also);
    }
}

static void put_common(const struct answer *row, struct out *out, char separator, const char *also)
{
    struct pl_common use;
    size_t at = 0;
    bool first = true;

    for (; pl_common_get(row->port, row->proto, &at, &use); first = false) {
        if (!first)
            out_char(out, separator);
        text_plain(out, text_of(use.name), also);
    }
    if (row->local.data) {
        if (!first)
            out_char(out, separator);
        text_plain(out, row->local, also);
    }
}

/* Whether an owner stood under an earlier socket of the row, or earlier under its own. */
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

static void put_live(const struct answers *answers, const struct answer *row, struct out *out,
                     char separator, const char *also)
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
            if (!first)
                out_char(out, separator);
            first = false;
            out_number(out, owners[j].pid);
            out_char(out, '/');
            if (process && process->name.data)
                text_plain(out, process->name, also);
        }
    }
    /* In use, by whom is not known. */
    if (first && count > 0)
        out_char(out, '?');
}

/* Of a port of which there is nothing else to say. */
static const char *status_text(enum pl_service_status status)
{
    static const char *const texts[PL_SERVICE_STATUS_MAX] = {
        [PL_SERVICE_UNASSIGNED] = "nobody registered it, no common use is known",
        [PL_SERVICE_ASSIGNED] = "",
        [PL_SERVICE_UNNAMED] = "",
        [PL_SERVICE_RESERVED] = "reserved by IANA",
        [PL_SERVICE_DEREGISTERED] = "no longer registered",
        [PL_SERVICE_DYNAMIC] = "cannot be registered: for private use and outgoing connections",
    };

    return texts[status];
}

/* The registry, common use and the local name in a sentence. */
static void put_text(const struct answer *row, const struct pl_service *service, struct out *out)
{
    struct pl_common use;
    size_t at = 0;
    bool some = service->description[0] != '\0';

    text_plain(out, text_of(service->description), "");
    if (*service->aliases != '\0') {
        out_word(out, some ? " (also " : "(also ");
        put_list(out, service->aliases, ' ', "");
        out_char(out, ')');
        some = true;
    }
    for (const char *before = some ? "; commonly: " : "commonly: ";
         pl_common_get(row->port, row->proto, &at, &use); before = "; ") {
        out_word(out, before);
        text_plain(out, text_of(use.text), "");
        some = true;
    }
    if (row->local.data) {
        out_word(out, some ? "; here: " : "here: ");
        text_plain(out, row->local, "");
        some = true;
    }
    if (!some)
        out_word(out, status_text(service->status));
}

static void put_protos(const struct line *line, struct out *out)
{
    bool first = true;

    for (unsigned int proto = 0; proto < PL_PROTO_MAX; proto++) {
        if (!(line->protos & PL_BIT(proto)))
            continue;
        if (!first)
            out_char(out, ',');
        out_word(out, pl_proto_name(proto));
        first = false;
    }
}

static void put_cell(const struct answers *answers, const struct line *line, enum cell cell,
                     struct out *out)
{
    const struct answer *row = line->first;
    struct pl_service service;
    size_t from = out->len;

    if (pl_service_get(row->port, row->proto, &service) != 0)
        return;
    switch (cell) {
    case CELL_PORT:
        out_number(out, row->port);
        if (line->span > 1) {
            out_char(out, '-');
            out_number(out, row->port + line->span - 1U);
        }
        break;
    case CELL_PROTO:
        put_protos(line, out);
        break;
    case CELL_NAME:
        text_plain(out, text_of(service.name ? service.name : ""), " ,");
        break;
    case CELL_CLASS:
        out_word(out, pl_service_class(row->port, row->proto));
        break;
    case CELL_COMMON:
        put_common(row, out, ',', " ,");
        break;
    case CELL_LIVE:
        put_live(answers, row, out, ',', " ,");
        break;
    case CELL_TEXT:
        put_text(row, &service, out);
        break;
    case CELLS:
        break;
    }
    if (out->len == from)
        out_char(out, '-');
}

/* Lists of the tables: equal ones stand in one place, and there are two empty ones. */
static bool same_list(const char *a, const char *b)
{
    return a == b || (*a == '\0' && *b == '\0');
}

/* Whether the same is to be said of two rows, apart from port and protocol. */
static bool says_same(const struct answers *answers, const struct answer *a, const struct answer *b)
{
    struct pl_service x;
    struct pl_service y;
    struct pl_common use;
    struct pl_common other;
    size_t at = 0;
    size_t step = 0;
    bool more;

    if (pl_service_get(a->port, a->proto, &x) != 0 || pl_service_get(b->port, b->proto, &y) != 0)
        return false;
    if (x.name != y.name || !same_list(x.aliases, y.aliases) ||
        strcmp(x.description, y.description) != 0 ||
        strcmp(pl_service_class(a->port, a->proto), pl_service_class(b->port, b->proto)) != 0)
        return false;
    if (a->local.data || b->local.data)
        return false;
    do {
        more = pl_common_get(a->port, a->proto, &at, &use);
        if (pl_common_get(b->port, b->proto, &step, &other) != more)
            return false;
    } while (more && use.index == other.index);
    if (more)
        return false;
    if (answers->live) {
        size_t count;

        (void)answer_socks(answers, a, &count);
        if (count > 0)
            return false;
        (void)answer_socks(answers, b, &count);
        return count == 0;
    }
    return true;
}

/* The rows of one port from i on that say the same: how many, and their protocols. */
static size_t same_port(const struct answers *answers, size_t i, unsigned int *protos)
{
    const struct answer *first = &answers->rows[i];
    size_t end = i;

    *protos = 0;
    while (end < answers->count && answers->rows[end].port == first->port &&
           (end == i || says_same(answers, first, &answers->rows[end])) &&
           !(*protos & PL_BIT(answers->rows[end].proto))) {
        *protos |= PL_BIT(answers->rows[end].proto);
        end++;
    }
    return end - i;
}

static struct line line_at(const struct answers *answers, size_t i)
{
    struct line line = {.first = &answers->rows[i], .span = 1};

    line.rows = same_port(answers, i, &line.protos);
    for (;;) {
        size_t next = i + line.rows;
        unsigned int protos;
        size_t rows;

        if (next >= answers->count || answers->rows[next].port != line.first->port + line.span ||
            !says_same(answers, line.first, &answers->rows[next]))
            return line;
        rows = same_port(answers, next, &protos);
        if (protos != line.protos)
            return line;
        /* A port with a further row that says something else ends the run before it. */
        if (next + rows < answers->count &&
            answers->rows[next + rows].port == answers->rows[next].port)
            return line;
        line.rows += rows;
        line.span++;
    }
}

static void measure(const struct answers *answers, size_t *widths, struct out *scratch)
{
    for (size_t i = 0; i < CELLS; i++)
        widths[i] = answers->header ? strlen(titles[i]) : 0;
    for (size_t i = 0; i < answers->count && scratch->error == 0;) {
        struct line line = line_at(answers, i);

        for (enum cell cell = 0; cell < CELL_TEXT; cell++) {
            size_t own;

            if (cell == CELL_LIVE && !answers->live)
                continue;
            put_cell(answers, &line, cell, scratch);
            own = text_width(scratch->data, scratch->len);
            scratch->len = 0;
            if (own > widths[cell])
                widths[cell] = own;
        }
        i += line.rows;
    }
}

/* line NULL: the header. */
static void put_line(const struct answers *answers, const size_t *widths, const struct line *line,
                     struct out *out)
{
    for (enum cell cell = 0; cell < CELLS; cell++) {
        size_t from = out->len;
        size_t own;

        if (cell == CELL_LIVE && !answers->live)
            continue;
        if (line)
            put_cell(answers, line, cell, out);
        else
            out_word(out, titles[cell]);
        if (cell == CELL_TEXT || out->error != 0)
            break;
        own = text_width(out->data + from, out->len - from);
        out_pad(out, widths[cell] - own + 1);
    }
    out_char(out, '\n');
}

void answer_table(const struct answers *answers, struct out *out)
{
    struct out scratch = {.fd = -1};
    size_t widths[CELLS];

    measure(answers, widths, &scratch);
    if (scratch.error != 0)
        out->error = scratch.error;
    out_free(&scratch);
    if (answers->count > 0 && answers->header)
        put_line(answers, widths, NULL, out);
    for (size_t i = 0; i < answers->count;) {
        struct line line = line_at(answers, i);

        put_line(answers, widths, &line, out);
        out_drain(out);
        i += line.rows;
    }
}

static void put_programs(const struct answer *row, struct out *out)
{
    struct pl_common use;
    size_t at = 0;
    bool first = true;

    while (pl_common_get(row->port, row->proto, &at, &use)) {
        if (*use.programs == '\0')
            continue;
        if (!first)
            out_char(out, ';');
        put_list(out, use.programs, ';', ";");
        first = false;
    }
}

void answer_tsv(const struct answers *answers, struct out *out)
{
    if (answers->header) {
        out_word(out, "port\tproto\tname\taliases\tdescription\tclass\tcommon\tprograms\tlocal");
        out_word(out, answers->live ? "\tlive\n" : "\n");
    }
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *row = &answers->rows[i];
        struct pl_service service;
        struct answer registered = {.port = row->port, .proto = row->proto};

        if (pl_service_get(row->port, row->proto, &service) != 0)
            continue;
        out_number(out, row->port);
        out_char(out, '\t');
        out_word(out, pl_proto_name(row->proto));
        out_char(out, '\t');
        out_word(out, service.name ? service.name : "");
        out_char(out, '\t');
        put_list(out, service.aliases, ';', ";");
        out_char(out, '\t');
        text_plain(out, text_of(service.description), "");
        out_char(out, '\t');
        out_word(out, pl_service_class(row->port, row->proto));
        out_char(out, '\t');
        put_common(&registered, out, ';', ";");
        out_char(out, '\t');
        put_programs(row, out);
        out_char(out, '\t');
        text_plain(out, row->local, "");
        if (answers->live) {
            out_char(out, '\t');
            put_live(answers, row, out, ';', ";");
        }
        out_char(out, '\n');
        out_drain(out);
    }
}
