/* SPDX-License-Identifier: BSD-2-Clause */
/* portname: the table of options, and the functions that its rows name. */
#include "cli/complain.h"
#include "cli/completion.h"
#include "cli/opts.h"
#include "cli/standard.h"
#include "lookup.h"
#include "model/array.h"
#include "privilege/sandbox.h"
#include "view/terminal.h"

#include <errno.h>
#include <stddef.h>
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
    ID_MARKDOWN,
    ID_SERVICES,
    ID_NO_SANDBOX,
    ID_COMPLETION,
    ID_HELP,
    ID_VERSION,
    ID_MAX,
};

struct settings {
    struct lookup lookup;
    const struct format *format;
    bool live, unassigned;
    struct sandbox sandbox;
    struct pl_query query; /* of --live */
    struct pl_query_hooks hooks;
    struct pl_reader *reader;
    int error;      /* of opening the reader: 0 or a negative errno */
    bool asked;     /* a word, range or search was given */
    bool answering; /* second pass: look words up */
};

static opt_set_fn set_search, set_format, print_help, print_version;

static const struct opt options[] = {
    {ID_SEARCH, 's', "search", OPT_TEXT, "WORD", "services with WORD in a name or description",
     .set = set_search},
    {ID_UNASSIGNED, 'u', "unassigned", OPT_NONE, NULL,
     "unassigned ports of a range; -l: only unused ones", ON(unassigned)},
    {ID_LIVE, 'l', "live", OPT_NONE, NULL, "also processes of this machine that use the port",
     ON(live)},
    {ID_QUIET, 'q', "quiet", OPT_NONE, NULL, "print nothing; return only the exit status",
     ON(lookup.quiet)},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line", .set = opt_set_false,
     AT(lookup.answers.header)},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document", .set = set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line: a port and protocol",
     .set = set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = set_format},
    {ID_SERVICES, 0, "services", OPT_TEXT, "FILE", "use FILE instead of /etc/services",
     .set = opt_set_text, AT(lookup.services)},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     ON(sandbox.off)},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script for bash, zsh or fish", .set = completion_print,
     .choices = "bash zsh fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = print_help},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and the date of the registry",
     .set = print_version},
};

#define OPTION_COUNT COUNT_OF(options)

static int print_help(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out, "usage: portname [-lqH] [--json | --jsonl | --tsv | --markdown] WORD ...\n"
                   "       portname --search WORD\n"
                   "       portname --unassigned [RANGE ...]\n"
                   "Shows what a port is used for, and which port a service uses. Examples:\n\n"
                   "  portname 443              services of port 443\n"
                   "  portname 443/udp          the same for UDP only\n"
                   "  portname 8000-8100        a range of ports\n"
                   "  portname ssh              ports of the service ssh\n"
                   "  portname nginx            usual ports of the program nginx\n"
                   "  portname close-wait       what a state or keyword of portls means\n"
                   "  portname -u -l 8000-8100  unassigned ports that are free now\n"
                   "  portname -                words from standard input, one per line\n\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out, "\nexit status: 0 all found, 1 something is unknown or unassigned,\n"
                   "  2 malformed word or usage error, 4 the sockets could not be read or the\n"
                   "  output could not be written\n");
    return finish_output(&out);
}

static int print_version(struct opts *opts, const struct opt *opt)
{
    (void)opts;
    (void)opt;
    return print_program("portname", "registry", pl_service_table_date());
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

static int set_search(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    (void)opt;
    if (!settings->answering)
        return OPTS_GO_ON;
    settings->asked = true;
    lookup_search(&settings->lookup, opts->value);
    return OPTS_GO_ON;
}

static int set_format(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    settings->format = view_format_find(opt->name);
    return OPTS_GO_ON;
}

static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;

    if (settings->answering)
        answer_word(settings, opts->value);
    return OPTS_GO_ON;
}

/*
 * Options apply wherever they are, so the command line is parsed twice: first for the options, then
 * for the words. Returns OPTS_GO_ON or the exit status.
 */
static int walk(struct settings *settings, char **argv, bool answering)
{
    uint8_t given[ID_MAX] = {0};
    struct opts opts = {
        .table = options,
        .count = OPTION_COUNT,
        .argv = argv,
        .numbers = true, /* "-1" is a malformed port; the words after it are still looked up */
        .settings = settings,
        .word = take_word,
        .help = "portname --help",
        .status = EXIT_USAGE,
        .given = given,
    };

    settings->answering = answering;
    return opts_apply(&opts);
}

/* Prints notes, those on hidden owners only if they concern a listed socket. */
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

static int print_answers(struct settings *settings)
{
    struct out out = {.fd = STDOUT_FILENO};

    if (settings->lookup.quiet)
        return EXIT_DONE;
    settings->lookup.answers.wrap = terminal_wrap(STDOUT_FILENO);
    answers_print(&settings->lookup.answers, settings->format, &out);
    return finish_output(&out);
}

static int print_live(struct settings *settings)
{
    struct answers *answers = &settings->lookup.answers;
    struct pl_snapshot *snap = NULL;
    int status = EXIT_FAILED;
    int err = settings->error;

    sandbox_wake(&settings->sandbox);
    settings->hooks =
        (struct pl_query_hooks){.phase = sandbox_phase, .phase_arg = &settings->sandbox};
    settings->query.hooks = &settings->hooks;
    if (err == 0)
        err = pl_snapshot_take(settings->reader, &settings->query, &snap);
    if (err == 0 && !answers_live(answers, snap))
        err = -ENOMEM;
    if (err == 0 && settings->unassigned) {
        size_t count = answers->count;

        answers_drop_used(answers);
        if (count > 0 && answers->count == 0)
            lookup_all_used(&settings->lookup);
    }
    if (err == 0) {
        status = print_answers(settings);
        if (!settings->lookup.quiet)
            print_notes(answers);
    } else {
        complain_errno("cannot read the sockets of this system", NULL, -err, "");
    }
    pl_snapshot_free(snap);
    return status;
}

/*
 * Arguments, standard input and services(5) are untrusted: the capabilities for --live are raised
 * only after those have been read.
 */
static void enter(struct settings *settings)
{
    struct sandbox *sandbox = &settings->sandbox;

    settings->query = (struct pl_query)PL_QUERY_INIT;
    settings->query.states = UINT32_MAX;
    settings->query.need = PL_NEED_OWNERS | PL_NEED_NAMES;
    if (settings->live) {
        sandbox_raise(sandbox);
        settings->error = pl_reader_open(&settings->reader);
    }
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
    struct settings settings = {.sandbox = {.say = complain_text},
                                .lookup = {.answers = {.header = true}},
                                .format = view_format_find("table")};
    char **words = argv + (argc > 0);
    int status;

    settings.sandbox.elevated = sandbox_is_elevated(complain_text);
    if (!standard_hold())
        return EXIT_FAILED;
    status = walk(&settings, words, false);
    if (status < 0 && settings.sandbox.elevated && settings.lookup.services) {
        complain("--services is refused for a program with more privileges than its user:",
                 settings.lookup.services, "portname --help");
        status = EXIT_USAGE;
    }
    if (status < 0 && settings.sandbox.elevated && settings.sandbox.off) {
        complain(SANDBOX_REFUSED, NULL, "portname --help");
        status = EXIT_USAGE;
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
        complain("nothing to look up: name a port, a range or a service", NULL, "portname --help");
        return EXIT_USAGE;
    }
    settings.lookup.answers.services = settings.lookup.services;
    status = settings.live ? print_live(&settings) : print_answers(&settings);
    if (settings.unassigned && !settings.live && !settings.lookup.quiet &&
        settings.lookup.answers.count > 0 && isatty(STDERR_FILENO))
        complain_text("some of these ports may be in use now; -l leaves those out");
    if (settings.lookup.status > status)
        status = settings.lookup.status;
    return leave(&settings, status);
}
