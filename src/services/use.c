/* SPDX-License-Identifier: BSD-2-Clause */
/* Common use: the usual programs of a port, and the usual ports of a program. */
#include "model/array.h"
#include "model/near.h"
#include "table.h"

#include <string.h>

/* The length of a process name in the kernel: TASK_COMM_LEN on Linux, without the NUL. */
#define PROGRAM_MAX 15U
#define UDP_CLIENTS 32768U /* the first of Linux' ephemeral ports */

static void fill_common(uint16_t index, struct pl_common *out)
{
    const struct pl_common_row *row = &pl_common_rows[index];

    out->name = pl_service_string(row->name);
    out->also = pl_service_string(row->also);
    out->programs = pl_service_string(row->programs);
    out->text = pl_service_string(row->text);
    out->protos = pl_service_protos(row->protos);
    out->any = row->any;
    out->hint = false;
    out->index = index;
}

bool pl_common_find(const char *name, size_t *at, struct pl_common *out)
{
    uint16_t row;

    if (!pl_service_step(pl_common_keys, pl_common_key_count, name, at, &row))
        return false;
    fill_common(row, out);
    return true;
}

bool pl_common_search(const char *word, size_t *at, struct pl_common *out)
{
    for (size_t i = *at; i < pl_common_row_count; i++) {
        const struct pl_common_row *row = &pl_common_rows[i];

        if (pl_service_contains(pl_service_string(row->name), word) ||
            pl_service_list_contains(pl_service_string(row->also), word) ||
            pl_service_list_contains(pl_service_string(row->programs), word) ||
            pl_service_contains(pl_service_string(row->text), word)) {
            fill_common((uint16_t)i, out);
            *at = i + 1;
            return true;
        }
    }
    *at = pl_common_row_count;
    return false;
}

static int compare_span(const void *port, const void *span)
{
    const struct pl_common_span *narrow = span;

    return *(const unsigned int *)port >= narrow->first + PL_COMMON_NARROW;
}

/* Returns the index of the first narrow span that can contain a port. */
static size_t span_seek(unsigned int port)
{
    return pl_lower_bound(&port, pl_common_spans, pl_common_narrow_count, sizeof(*pl_common_spans),
                          compare_span);
}

/* Returns the next span, from at, that contains a port. */
static size_t span_next(size_t at, unsigned int port)
{
    if (at == 0)
        at = span_seek(port);
    if (at < pl_common_narrow_count) {
        for (; at < pl_common_narrow_count && pl_common_spans[at].first <= port; at++)
            if (pl_common_spans[at].last >= port)
                return at;
        at = pl_common_narrow_count;
    }
    for (; at < pl_common_span_count; at++)
        if (pl_common_spans[at].first <= port && port <= pl_common_spans[at].last)
            break;
    return at;
}

bool pl_common_get(unsigned int port, enum pl_proto proto, size_t *at, struct pl_common *out)
{
    unsigned int bit = pl_service_bit(proto);

    if (bit == 0 && proto != PL_PROTO_UNKNOWN)
        return false;
    for (size_t i = span_next(*at, port); i < pl_common_span_count; i = span_next(i + 1, port)) {
        const struct pl_common_span *span = &pl_common_spans[i];

        if (bit != 0 && !(pl_common_rows[span->row].protos & bit))
            continue;
        fill_common(span->row, out);
        out->hint = out->any && i >= pl_common_narrow_count;
        *at = i + 1;
        return true;
    }
    *at = pl_common_span_count;
    return false;
}

static int compare_row(const void *row, const void *port)
{
    const uint16_t *wanted = row;

    return (int)*wanted - (int)((const struct pl_common_span *)port)->row;
}

/* Returns the ports of a common use, and their number. */
static const struct pl_common_span *row_ports(uint16_t row, size_t *count)
{
    size_t from = pl_lower_bound(&row, pl_common_ports, pl_common_port_count,
                                 sizeof(*pl_common_ports), compare_row);
    size_t end = from;

    while (end < pl_common_port_count && pl_common_ports[end].row == row)
        end++;
    *count = end - from;
    return pl_common_ports + from;
}

bool pl_common_port(const struct pl_common *use, size_t *at, uint16_t *first, uint16_t *last)
{
    size_t count;
    const struct pl_common_span *ports = row_ports(use->index, &count);

    if (*at >= count)
        return false;
    *first = ports[*at].first;
    *last = ports[*at].last;
    (*at)++;
    return true;
}

static int compare_program(const void *name, const void *program)
{
    return strcmp(name, pl_service_string(((const struct pl_common_program *)program)->name));
}

static size_t program_seek(const char *name)
{
    return pl_lower_bound(name, pl_common_programs, pl_common_program_count,
                          sizeof(*pl_common_programs), compare_program);
}

static bool program_is(size_t i, const char *name)
{
    return i < pl_common_program_count &&
           strcmp(pl_service_string(pl_common_programs[i].name), name) == 0;
}

/*
 * Returns the index of the first row of a program, by its name or by its name without a trailing
 * version number (python3.11, php-fpm8.2). Truncates name to what matched.
 */
static size_t program_find(char *name)
{
    size_t len = strlen(name);

    for (;;) {
        size_t i = program_seek(name);

        if (program_is(i, name))
            return i;
        if (len < 2 || !(name[len - 1] == '.' || (name[len - 1] >= '0' && name[len - 1] <= '9')))
            return pl_common_program_count;
        name[--len] = '\0';
    }
}

bool pl_common_program(const char *name)
{
    char copy[PROGRAM_MAX + 1];
    size_t len = strnlen(name, PROGRAM_MAX);

    memcpy(copy, name, len);
    copy[len] = '\0';
    return program_find(copy) < pl_common_program_count;
}

size_t pl_common_suggest(const char *name, const char **out, size_t max)
{
    struct pl_near near;

    pl_near_start(&near, name, strlen(name), max);
    for (size_t i = 0; i < pl_common_program_count; i++)
        pl_near_add(&near, pl_service_string(pl_common_programs[i].name));
    memcpy(out, near.words, near.count * sizeof(*out));
    return near.count;
}

/* Copies a program's name without a version at its end. out has PROGRAM_MAX + 1 bytes. */
static void copy_program(const char *name, char *out)
{
    size_t len = strnlen(name, PROGRAM_MAX);

    while (len > 1 && (name[len - 1] == '.' || (name[len - 1] >= '0' && name[len - 1] <= '9')))
        len--;
    memcpy(out, name, len);
    out[len] = '\0';
}

bool pl_common_by_program(const char *name, bool general, size_t *at, struct pl_common *out)
{
    char wanted[PROGRAM_MAX + 1];
    char own[PROGRAM_MAX + 1];

    copy_program(name, wanted);
    for (size_t i = *at; i < pl_common_program_count; i++) {
        const struct pl_common_program *each = &pl_common_programs[i];

        copy_program(pl_service_string(each->name), own);
        if (each->general != general || pl_service_compare(own, wanted) != 0)
            continue;
        fill_common(each->row, out);
        *at = i + 1;
        return true;
    }
    *at = pl_common_program_count;
    return false;
}

static bool row_has_port(uint16_t row, unsigned int port)
{
    size_t count;
    const struct pl_common_span *ports = row_ports(row, &count);

    for (size_t i = 0; i < count; i++)
        if (ports[i].first <= port && port <= ports[i].last)
            return true;
    return false;
}

static bool row_is_relay(uint16_t row)
{
    size_t count;

    (void)row_ports(row, &count);
    return count == 0;
}

static void usual_add(struct pl_placement *out, uint16_t port)
{
    for (unsigned int i = 0; i < out->count; i++)
        if (out->usual[i] == port)
            return;
    if (out->count == PL_PLACE_PORTS)
        out->more = true;
    else
        out->usual[out->count++] = port;
}

static void usual_fill(struct pl_placement *out, uint16_t row)
{
    size_t count;
    const struct pl_common_span *ports = row_ports(row, &count);

    for (size_t i = 0; i < count; i++)
        usual_add(out, ports[i].first);
}

/* Whether a port has a common use that names its programs, and no use by any program. */
static bool port_is_claimed(unsigned int port, enum pl_proto proto, struct pl_common *use)
{
    struct pl_common each;
    bool claimed = false;
    size_t at = 0;

    while (pl_common_get(port, proto, &at, &each)) {
        if (each.any)
            return false;
        if (*each.programs != '\0' && !claimed) {
            *use = each;
            claimed = true;
        }
    }
    return claimed;
}

void pl_service_place(unsigned int port, enum pl_proto proto, struct pl_text program,
                      struct pl_placement *out)
{
    unsigned int bit = pl_service_bit(proto);
    char name[PROGRAM_MAX + 1];
    size_t len = program.len < PROGRAM_MAX ? program.len : PROGRAM_MAX;
    struct pl_placement found = {.place = PL_PLACE_UNKNOWN};

    *out = found;
    if (bit == 0 || len == 0 || (bit == PL_SERVICE_UDP && port >= UDP_CLIENTS))
        return;
    memcpy(name, program.data, len);
    name[len] = '\0';
    for (size_t i = program_find(name); program_is(i, name); i++) {
        const struct pl_common_program *each = &pl_common_programs[i];

        if (row_is_relay(each->row))
            return;
        if (!(pl_common_rows[each->row].protos & bit))
            continue;
        if (row_has_port(each->row, port)) {
            out->place = PL_PLACE_USUAL;
            fill_common(each->row, &out->use);
            return;
        }
        if (!each->general)
            usual_fill(&found, each->row);
    }
    if (found.count > 0) {
        *out = found;
        out->place = PL_PLACE_MOVED;
    } else if (port_is_claimed(port, proto, &out->use)) {
        out->place = PL_PLACE_UNLIKELY;
    }
}

const char *pl_place_name(unsigned int place)
{
    static const char *const words[PL_PLACE_MAX] = {
        [PL_PLACE_UNKNOWN] = "",
        [PL_PLACE_USUAL] = "usual",
        [PL_PLACE_MOVED] = "moved",
        [PL_PLACE_UNLIKELY] = "unlikely",
    };

    return place < PL_PLACE_MAX ? words[place] : NULL;
}
