/* SPDX-License-Identifier: BSD-2-Clause */
/* portname: the option table and what each option sets. */
#include "cli/completion/completion.h"
#include "complain.h"
#include "lookup.h"
#include "opts.h"
#include "privilege/sandbox.h"
#include "standard.h"

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
    ID_NO_SANDBOX,
    ID_COMPLETION,
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
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging"},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script: bash, zsh, fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help"},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and the date of the registry"},
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

struct settings {
    struct lookup lookup;
    const struct format *format;
    bool live, unassigned;
    struct sandbox sandbox;
    struct pl_query query; /* of what is live */
    struct pl_reader *reader;
    int error;  /* of opening it: 0 or a negative errno */
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

static int print_completion(const char *shell)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (completion_print("portname", options, OPTION_COUNT, shell, &out) < 0) {
        complain("--completion takes bash, zsh or fish, not ", shell, strlen(shell),
                 "portname --help");
        return LOOKUP_MALFORMED;
    }
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
        settings->format = view_format_find("json");
        break;
    case ID_JSONL:
        settings->format = view_format_find("jsonl");
        break;
    case ID_TSV:
        settings->format = view_format_find("tsv");
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
    case ID_NO_SANDBOX:
        settings->sandbox.off = true;
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
        } else if (id == ID_COMPLETION) {
            return print_completion(opts.value);
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
    answers_print(&settings->lookup.answers, settings->format, &out);
    return finish(&out);
}

static int print_live(struct settings *settings)
{
    struct answers *answers = &settings->lookup.answers;
    struct pl_snapshot *snap = NULL;
    int status = LOOKUP_FAILED;
    int err = settings->error;

    sandbox_wake(&settings->sandbox);
    settings->query.phase = sandbox_phase;
    settings->query.phase_arg = &settings->sandbox;
    if (err == 0)
        err = pl_snapshot_take(settings->reader, &settings->query, &snap);
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
    return status;
}

/* Words, standard input and services(5) come from outside: capabilities for what is live sleep
 * until those have been read. */
static void enter(struct settings *settings)
{
    struct sandbox *sandbox = &settings->sandbox;

    settings->query = (struct pl_query)PL_QUERY_INIT;
    settings->query.states = UINT32_MAX;
    settings->query.need = PL_NEED_OWNERS | PL_NEED_NAMES;
    if (settings->live)
        settings->error = pl_reader_open(&settings->reader);
    if (settings->reader)
        pl_reader_prepare(settings->reader, &settings->query);
    sandbox->plan = (struct sandbox_plan){
        .need = settings->live ? settings->query.need : 0,
        .live = settings->live,
        .file = settings->lookup.services ? settings->lookup.services : "/etc/services",
    };
    sandbox->asleep = true;
    sandbox_enter(sandbox);
}

static int leave(struct settings *settings, int status)
{
    pl_reader_close(settings->reader);
    sandbox_end(&settings->sandbox);
    lookup_free(&settings->lookup);
    return status;
}

int main(int argc, char **argv)
{
    struct settings settings = {.lookup = {.answers = {.header = true}},
                                .format = view_format_find("table")};
    char **words = argv + (argc > 0);
    int status;

    if (!standard_hold())
        return LOOKUP_FAILED;
    settings.sandbox.elevated = sandbox_is_elevated();
    status = walk(&settings, words, false);
    if (status < 0 && settings.sandbox.elevated && settings.lookup.services) {
        complain("--services is not for a program with more rights than its user: ",
                 settings.lookup.services, strlen(settings.lookup.services), "");
        status = LOOKUP_MALFORMED;
    }
    if (status < 0) {
        enter(&settings);
        status = walk(&settings, words, true);
    }
    if (status >= 0)
        return leave(&settings, status);
    if (settings.unassigned && !settings.asked)
        answer_word(&settings, DEFAULT_RANGE);
    if (!settings.asked) {
        complain("nothing to look up", "", 0, "portname --help");
        return LOOKUP_MALFORMED;
    }
    status = settings.live ? print_live(&settings) : print(&settings);
    if (settings.lookup.status > status)
        status = settings.lookup.status;
    return leave(&settings, status);
}
