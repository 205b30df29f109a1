/* SPDX-License-Identifier: BSD-2-Clause */
/* portname: the option table and what each option sets. */
#include "complain.h"
#include "lookup.h"
#include "opts.h"
#include "standard.h"

#include "../view/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_RANGE "1024-49151"

enum id {
    ID_SEARCH = 1,
    ID_UNASSIGNED,
    ID_LIVE,
    ID_QUIET,
    ID_NO_HEADER,
    ID_JSON,
    ID_JSONL,
    ID_TSV,
    ID_SERVICES,
    ID_HELP,
    ID_VERSION,
};

static const struct opt options[] = {
    {ID_SEARCH, 's', "search", OPT_TEXT, "WORD", "all that has WORD in a name or description"},
    {ID_UNASSIGNED, 'u', "unassigned", OPT_NONE, NULL, "free ports of the ranges given"},
    {ID_LIVE, 'l', "live", OPT_NONE, NULL, "also who on this machine uses the port now"},
    {ID_QUIET, 'q', "quiet", OPT_NONE, NULL, "print nothing; the exit status answers"},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "no header line"},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document"},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object a line: one (port, protocol)"},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values"},
    {ID_SERVICES, 0, "services", OPT_TEXT, "FILE", "local additions; /etc/services"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help"},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and the date of the registry"},
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

struct settings {
    struct lookup lookup;
    void (*print)(const struct answers *answers, struct out *out);
    bool live, unassigned;
    bool asked; /* there was something to answer */
};

static int finish(struct out *out)
{
    int err = out_flush(out);

    out_free(out);
    if (err < 0)
        err = -err;
    if (err == 0)
        return LOOKUP_FOUND;
    /* A reader that has seen enough is no failure to talk about. */
    if (err != EPIPE)
        complain("cannot write standard output: ", strerror(err), strlen(strerror(err)), "");
    return LOOKUP_FAILED;
}

static int print_help(void)
{
    struct out out = {.fd = STDOUT_FILENO};

    out_word(&out,
             "usage: portname [-lqH] [--json | --jsonl | --tsv] WORD ...\n"
             "       portname --search WORD\n"
             "       portname --unassigned [RANGE ...]\n"
             "What is this port, and which port is that? WORD: 443, 443/udp, 8000-8100, a name,\n"
             "or - for one a line from standard input.\n\n");
    opts_help(options, OPTION_COUNT, &out);
    out_word(&out, "\nexit status: 0 all found, 1 something unknown or unassigned, 2 malformed or "
                   "usage,\n4 the sockets could not be read or the output not written\n");
    return finish(&out);
}

static int print_version(void)
{
    struct out out = {.fd = STDOUT_FILENO};

    out_word(&out, "portname " PL_VERSION "\nregistry: ");
    out_word(&out, pl_service_table_date());
    out_char(&out, '\n');
    return finish(&out);
}

static void apply(struct settings *settings, int id, const char *value)
{
    switch (id) {
    case ID_SEARCH:
        settings->asked = true;
        lookup_search(&settings->lookup, value);
        break;
    case ID_JSON:
        settings->print = answer_json;
        break;
    case ID_JSONL:
        settings->print = answer_jsonl;
        break;
    case ID_TSV:
        settings->print = answer_tsv;
        break;
    default:
        break;
    }
}

/* Options count wherever they stand: those that change the answers are read before any word. */
static void set_flag(struct settings *settings, int id, const char *value)
{
    switch (id) {
    case ID_UNASSIGNED:
        settings->unassigned = true;
        break;
    case ID_LIVE:
        settings->live = true;
        break;
    case ID_QUIET:
        settings->lookup.quiet = true;
        break;
    case ID_NO_HEADER:
        settings->lookup.answers.header = false;
        break;
    case ID_SERVICES:
        settings->lookup.services = value;
        break;
    default:
        break;
    }
}

static void answer_word(struct settings *settings, const char *word)
{
    settings->asked = true;
    if (settings->unassigned)
        lookup_unassigned(&settings->lookup, word);
    else if (strcmp(word, "-") == 0)
        lookup_input(&settings->lookup);
    else
        lookup_word(&settings->lookup, word);
}

/* "-1" is a port typed wrong, not an option: the words after it are still answered. */
static bool is_number(const char *word)
{
    return word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

/* One walk over the command line. -1: go on; else an exit status. */
static int walk(struct settings *settings, char **argv, bool words)
{
    struct opts opts = {.table = options, .count = OPTION_COUNT, .argv = argv};
    int id;

    while ((id = opts_next(&opts)) != OPT_END) {
        if (id == OPT_BAD && is_number(opts.argv[-1])) {
            opts.bundle = NULL;
            if (words)
                answer_word(settings, opts.argv[-1]);
        } else if (id == OPT_BAD) {
            complain("", opts.problem, strlen(opts.problem), "portname --help");
            return LOOKUP_MALFORMED;
        } else if (id == ID_HELP) {
            return print_help();
        } else if (id == ID_VERSION) {
            return print_version();
        } else if (!words) {
            set_flag(settings, id, opts.value);
        } else if (id == OPT_WORD) {
            answer_word(settings, opts.value);
        } else {
            apply(settings, id, opts.value);
        }
    }
    return -1;
}

/* Notes that concern a socket that is shown. */
static void print_notes(const struct answers *answers)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(answers->live, &count);
    bool hidden = false;

    for (size_t i = 0; i < answers->count && !hidden; i++) {
        size_t socks;
        const struct pl_sock *const *sock = answer_socks(answers, &answers->rows[i], &socks);

        for (size_t j = 0; j < socks; j++)
            hidden |= sock[j]->owner_unknown == PL_OWNER_NOT_PERMITTED;
    }
    for (size_t i = 0; i < count; i++) {
        if (notes[i].kind != PL_NOTE_OWNERS_HIDDEN || hidden)
            complain_note(&notes[i]);
    }
}

static int print(struct settings *settings)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (settings->lookup.quiet)
        return LOOKUP_FOUND;
    settings->print(&settings->lookup.answers, &out);
    return finish(&out);
}

static int print_live(struct settings *settings)
{
    struct answers *answers = &settings->lookup.answers;
    struct pl_query query = PL_QUERY_INIT;
    struct pl_snapshot *snap = NULL;
    struct pl_reader *reader = NULL;
    int status = LOOKUP_FAILED;
    int err;

    query.states = UINT32_MAX;
    query.need = PL_NEED_OWNERS | PL_NEED_NAMES;
    err = pl_reader_open(&reader);
    if (err == 0)
        err = pl_snapshot_take(reader, &query, &snap);
    if (err == 0 && !answers_live(answers, snap))
        err = -ENOMEM;
    if (err == 0) {
        status = print(settings);
        if (!settings->lookup.quiet)
            print_notes(answers);
    } else {
        complain("cannot read the sockets of this system: ", strerror(-err), strlen(strerror(-err)),
                 "");
    }
    pl_snapshot_free(snap);
    pl_reader_close(reader);
    return status;
}

int main(int argc, char **argv)
{
    struct settings settings = {.lookup = {.answers = {.header = true}}, .print = answer_table};
    char **words = argv + (argc > 0);
    int status;

    if (!standard_hold())
        return LOOKUP_FAILED;
    status = walk(&settings, words, false);
    if (status < 0)
        status = walk(&settings, words, true);
    if (status >= 0) {
        lookup_free(&settings.lookup);
        return status;
    }
    if (settings.unassigned && !settings.asked)
        answer_word(&settings, DEFAULT_RANGE);
    if (!settings.asked) {
        complain("nothing to look up", "", 0, "portname --help");
        return LOOKUP_MALFORMED;
    }
    status = settings.live ? print_live(&settings) : print(&settings);
    if (settings.lookup.status > status)
        status = settings.lookup.status;
    lookup_free(&settings.lookup);
    return status;
}
