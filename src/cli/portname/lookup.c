/* SPDX-License-Identifier: BSD-2-Clause */
#include "lookup.h"
#include "model/array.h"

#include "cli/complain.h"
#include "model/protocol.h"
#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORD_MAX   255
#define GUESSES    3
#define PORTS      65536U
#define LINES_TOLD 10 /* malformed lines of services(5) to report one by one */

static void worse(struct lookup *lookup, int status)
{
    if (status > lookup->status)
        lookup->status = status;
}

static void malformed(struct lookup *lookup, const char *problem, const char *word)
{
    complain(problem, word, "");
    worse(lookup, EXIT_USAGE);
}

/* ---- services(5) ---- */

static void tell_line(const struct lookup *lookup, uint32_t line)
{
    char text[512];

    (void)snprintf(text, sizeof(text), "%s:%u: malformed line ignored",
                   lookup->services ? lookup->services : "/etc/services", (unsigned int)line);
    complain_text(text);
}

static const struct pl_overlay *overlay(struct lookup *lookup)
{
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;
    uint32_t told = 0;
    int found;
    int err;

    if (lookup->overlay_read)
        return &lookup->overlay;
    lookup->overlay_read = true;
    err = pl_overlay_read(lookup->services, &lookup->overlay);
    /* A missing /etc/services is not an error. */
    if (err < 0 && (err != -ENOENT || lookup->services))
        complain_errno("cannot read", lookup->services ? lookup->services : "/etc/services", -err,
                       "");
    if (err < 0)
        return &lookup->overlay;
    lookup->local = calloc(PORTS, sizeof(*lookup->local));
    while ((found = pl_overlay_next(&lookup->overlay, &place, &entry)) != 0) {
        if (found > 0 && lookup->local)
            lookup->local[entry.port] = true;
        if (found < 0 && ++told <= LINES_TOLD && !lookup->quiet)
            tell_line(lookup, place.line);
    }
    if (told > LINES_TOLD && !lookup->quiet)
        complain_text("more malformed lines of that file ignored");
    return &lookup->overlay;
}

/*
 * Looks up a port in services(5), if only_local by names that the registry does not have. If there
 * is no memory for the index, scans the file for each port.
 */
static bool overlay_get(struct lookup *lookup, unsigned int port, enum pl_proto proto,
                        bool only_local, struct pl_overlay_entry *out)
{
    struct pl_overlay_place place = {0};
    const struct pl_overlay *local = overlay(lookup);

    while ((!lookup->local || lookup->local[port]) &&
           pl_overlay_get(local, port, proto, &place, out))
        if (!only_local || pl_overlay_is_local(out))
            return true;
    return false;
}

/* ---- rows ---- */

static bool has_common(unsigned int port, enum pl_proto proto)
{
    struct pl_common use;
    size_t at = 0;

    return pl_common_get(port, proto, &at, &use);
}

/* Adds the row of a port and protocol. Returns whether anything is known about it. */
static bool add(struct lookup *lookup, unsigned int port, enum pl_proto proto)
{
    struct answer row = {.port = (uint16_t)port, .proto = (uint8_t)proto};
    struct pl_service service;
    struct pl_overlay_entry entry;
    bool known;

    if (pl_service_get(port, proto, &service) != 0)
        return false;
    known = service.status == PL_SERVICE_ASSIGNED || service.status == PL_SERVICE_UNNAMED;
    if (overlay_get(lookup, port, proto, true, &entry))
        row.local = entry.name;
    if (!answers_add(&lookup->answers, &row)) {
        complain_text("out of memory");
        worse(lookup, EXIT_FAILED);
    }
    return known || row.local.data || has_common(port, proto);
}

/* tcp and udp always have a row; other protocols only if the registry names the port. */
static bool is_worth_a_row(unsigned int port, enum pl_proto proto)
{
    return proto == PL_PROTO_TCP || proto == PL_PROTO_UDP || pl_service_name(port, proto);
}

static void add_ports(struct lookup *lookup, const struct ports *ports)
{
    for (unsigned int port = ports->first; port <= ports->last && lookup->status != EXIT_FAILED;
         port++) {
        bool known = false;

        for (size_t i = 0; i < PL_REGISTRIES; i++) {
            if (ports->proto == pl_registries[i] ||
                (ports->proto == PL_PROTO_UNKNOWN && is_worth_a_row(port, pl_registries[i])))
                known |= add(lookup, port, pl_registries[i]);
        }
        if (!known)
            worse(lookup, EXIT_NOTHING);
    }
}

/* PL_PROTO_UNKNOWN: each protocol of mask. */
static void add_span(struct lookup *lookup, unsigned int first, unsigned int last, uint32_t mask,
                     enum pl_proto wanted)
{
    for (unsigned int port = first; port <= last && lookup->status != EXIT_FAILED; port++)
        for (size_t i = 0; i < PL_REGISTRIES; i++)
            if (mask & PL_BIT(pl_registries[i]) &&
                (wanted == PL_PROTO_UNKNOWN || wanted == pl_registries[i]))
                (void)add(lookup, port, pl_registries[i]);
}

static void add_common(struct lookup *lookup, const struct pl_common *use, enum pl_proto wanted)
{
    uint16_t first;
    uint16_t last;
    size_t at = 0;

    while (pl_common_port(use, &at, &first, &last))
        add_span(lookup, first, last, use->protos, wanted);
}

static int compare_rows(const void *a, const void *b)
{
    const struct answer *x = a;
    const struct answer *y = b;

    if (x->port != y->port)
        return x->port < y->port ? -1 : 1;
    for (size_t i = 0; i < PL_REGISTRIES; i++)
        if ((x->proto == pl_registries[i]) != (y->proto == pl_registries[i]))
            return x->proto == pl_registries[i] ? -1 : 1;
    return 0;
}

/* Sorts the rows from index from on and removes duplicates: both tables can yield a port. */
static void settle(struct answers *answers, size_t from)
{
    size_t kept = from;

    if (answers->count == from)
        return;
    qsort(answers->rows + from, answers->count - from, sizeof(*answers->rows), compare_rows);
    for (size_t i = from + 1; i < answers->count; i++)
        if (compare_rows(&answers->rows[kept], &answers->rows[i]) != 0)
            answers->rows[++kept] = answers->rows[i];
    answers->count = kept + 1;
}

/* ---- words ---- */

/* Returns whether rows were added. */
static bool add_name(struct lookup *lookup, const char *name, enum pl_proto wanted)
{
    size_t from = lookup->answers.count;
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry;
    struct pl_service service;
    struct pl_common use;
    size_t at = 0;

    while (pl_service_find(name, &at, &service))
        add_span(lookup, service.first, service.last, service.protos, wanted);
    at = 0;
    while (pl_common_find(name, &at, &use))
        add_common(lookup, &use, wanted);
    while (pl_overlay_find(overlay(lookup), name, &place, &entry))
        if (wanted == PL_PROTO_UNKNOWN || wanted == entry.proto)
            (void)add(lookup, entry.port, entry.proto);
    for (int general = 0; general < 2 && lookup->answers.count == from; general++)
        for (at = 0; pl_common_by_program(name, general != 0, &at, &use);)
            add_common(lookup, &use, wanted);
    settle(&lookup->answers, from);
    return lookup->answers.count > from;
}

/* Reports "what 'name'" with similar names, or with the advice if there are none. */
static void unknown(struct lookup *lookup, const char *what, const char *name, const char *advice)
{
    const char *names[GUESSES];
    size_t count = pl_service_suggest(name, names, GUESSES);
    struct out line = {.fd = STDERR_FILENO};

    worse(lookup, EXIT_NOTHING);
    if (lookup->quiet)
        return;
    complain_name(&line);
    out_word(&line, what);
    out_word(&line, " '");
    text_plain(&line, text_of(name), "");
    out_char(&line, '\'');
    for (size_t i = 0; i < count; i++) {
        out_word(&line, i == 0 ? "; did you mean " : i + 1 < count ? ", " : " or ");
        text_plain(&line, text_of(names[i]), "");
    }
    out_word(&line, count > 0 ? "?" : advice);
    out_char(&line, '\n');
    (void)out_flush(&line);
    out_free(&line);
}

/* Looks up "domain/udp" and "udp/domain": a service name and a protocol. */
static bool add_name_and_proto(struct lookup *lookup, const char *word)
{
    const char *slash = strrchr(word, '/');
    char name[WORD_MAX + 1];
    enum pl_proto proto;

    if (!slash || slash == word || (size_t)(slash - word) >= sizeof(name))
        return false;
    memcpy(name, word, (size_t)(slash - word));
    name[slash - word] = '\0';
    if (lookup_proto(slash + 1, &proto))
        return add_name(lookup, name, proto);
    return lookup_proto(name, &proto) && add_name(lookup, slash + 1, proto);
}

/* Adds explanations of a keyword of portls. Returns whether there are any. */
static bool add_words(struct lookup *lookup, const char *word)
{
    struct answers *answers = &lookup->answers;
    const struct pl_explanation *item;
    size_t found = 0;
    size_t at = 0;

    for (; (item = pl_explanation_find(word, &at)) != NULL; found++) {
        size_t i = 0;

        while (i < answers->word_count && answers->words[i] != item)
            i++;
        if (i == answers->word_count && i < ANSWER_WORDS)
            answers->words[answers->word_count++] = item;
    }
    return found > 0;
}

/* Looks up a name that may be a service, a program and a keyword. Returns whether it is known. */
static bool look_up_name(struct lookup *lookup, const char *word)
{
    bool explained = add_words(lookup, word);

    return add_name(lookup, word, PL_PROTO_UNKNOWN) || add_name_and_proto(lookup, word) ||
           explained;
}

static void look_up(struct lookup *lookup, const char *word)
{
    const char *problem;
    struct ports ports;
    int found = lookup_parse(word, &ports, &problem);

    if (found < 0) {
        malformed(lookup, problem, word);
        return;
    }
    if (found > 0) {
        add_ports(lookup, &ports);
        return;
    }
    problem = lookup_check_name(word);
    if (problem)
        malformed(lookup, problem, word);
    else if (!look_up_name(lookup, word))
        unknown(lookup, "unknown service", word, "; try portname --search WORD");
}

void lookup_word(struct lookup *lookup, const char *word)
{
    char part[WORD_MAX + 1];

    if (!lookup_is_list(word)) {
        look_up(lookup, word);
        return;
    }
    for (size_t at = 0; lookup_next_part(word, &at, part, sizeof(part));) {
        if (part[0] == '\0' || part[0] == '/')
            malformed(lookup, "missing port before or after a comma in", word);
        else
            look_up(lookup, part);
    }
}

/*
 * Reads a line without surrounding blanks. Returns -1 at the end of input, 0 if the line is too
 * long or contains a NUL (*problem is a message), else 1.
 */
static int next_line(char *word, size_t size, const char **problem)
{
    size_t len = 0;
    bool nul = false;
    bool blank = true;
    int c;

    while ((c = getc(stdin)) != EOF && c != '\n') {
        if (blank && (c == ' ' || c == '\t'))
            continue;
        blank = false;
        nul |= c == '\0';
        if (len < size)
            word[len++] = (char)c;
    }
    if (c == EOF && blank)
        return -1;
    *problem = nul ? "control character" : "more than 255 bytes";
    if (nul || len == size)
        return 0;
    while (len > 0 && strchr(" \t\r", word[len - 1]))
        len--;
    word[len] = '\0';
    return 1;
}

void lookup_input(struct lookup *lookup)
{
    char word[WORD_MAX + 1];
    unsigned long line = 0;
    const char *problem;
    int found;

    while ((found = next_line(word, sizeof(word), &problem)) >= 0) {
        char text[128];

        line++;
        if (found == 0) {
            (void)snprintf(text, sizeof(text), "%s in line %lu of standard input", problem, line);
            malformed(lookup, text, NULL);
        } else if (word[0] != '\0') {
            lookup_word(lookup, word);
        }
    }
    if (ferror(stdin)) {
        complain_text("cannot read standard input");
        worse(lookup, EXIT_FAILED);
    }
}

void lookup_search(struct lookup *lookup, const char *word)
{
    size_t from = lookup->answers.count;
    const char *problem = lookup_check_name(word);
    struct pl_service service;
    struct pl_common use;
    size_t at = 0;

    if (problem) {
        malformed(lookup, problem, word);
        return;
    }
    while (pl_service_search(word, &at, &service))
        add_span(lookup, service.first, service.last, service.protos, PL_PROTO_UNKNOWN);
    at = 0;
    while (pl_common_search(word, &at, &use))
        add_common(lookup, &use, PL_PROTO_UNKNOWN);
    settle(&lookup->answers, from);
    if (lookup->answers.count == from)
        unknown(lookup, "no service matches", word, "");
}

/* ---- free ports ---- */

static bool is_free(struct lookup *lookup, unsigned int port, enum pl_proto proto)
{
    struct pl_overlay_entry entry;

    return !has_common(port, proto) && !overlay_get(lookup, port, proto, false, &entry);
}

static void add_free(struct lookup *lookup, unsigned int port, enum pl_proto wanted)
{
    static const enum pl_proto both[] = {PL_PROTO_TCP, PL_PROTO_UDP};

    if (wanted != PL_PROTO_UNKNOWN) {
        if (is_free(lookup, port, wanted))
            (void)add(lookup, port, wanted);
        return;
    }
    if (!is_free(lookup, port, both[0]) || !is_free(lookup, port, both[1]))
        return;
    for (size_t i = 0; i < COUNT_OF(both); i++)
        (void)add(lookup, port, both[i]);
}

void lookup_unassigned(struct lookup *lookup, const char *range)
{
    size_t from = lookup->answers.count;
    const char *problem = "expected a port or a range, not";
    struct ports ports;
    uint16_t first;
    uint16_t last;
    unsigned int next;

    if (lookup_parse(range, &ports, &problem) <= 0) {
        malformed(lookup, problem, range);
        return;
    }
    for (next = ports.first; next <= ports.last; next = last + 1U) {
        if (!pl_service_unassigned(ports.proto, next, &first, &last) || first > ports.last)
            break;
        for (unsigned int port = first; port <= last && port <= ports.last; port++)
            add_free(lookup, port, ports.proto);
    }
    if (lookup->answers.count > from)
        return;
    worse(lookup, EXIT_NOTHING);
    if (!lookup->quiet)
        complain("no free port in", range, "");
}

void lookup_all_used(struct lookup *lookup)
{
    worse(lookup, EXIT_NOTHING);
    if (!lookup->quiet)
        complain_text("all unassigned ports of the range are in use");
}

void lookup_free(struct lookup *lookup)
{
    answers_free(&lookup->answers);
    pl_overlay_free(&lookup->overlay);
    free(lookup->local);
}
