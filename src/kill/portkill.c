/* SPDX-License-Identifier: BSD-2-Clause */
/* portkill: the table of options, and the functions that its rows name. */
#include "cli/complain.h"
#include "cli/completion.h"
#include "cli/opts.h"
#include "cli/standard.h"
#include "cli/status.h"
#include "model/array.h"
#include "run.h"
#include "signals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How long to wait for the end of processes without --grace. */
#define WAIT_MS       2000
#define WAIT_OTHER_MS 200 /* after a signal that need not end a process */

enum id {
    ID_CLOSE = 1,
    ID_SIGNAL,
    ID_GRACE,
    ID_NETNS,
    ID_DRY_RUN,
    ID_YES,
    ID_REALLY,
    ID_REPLAY,
    ID_JSON,
    ID_JSONL,
    ID_CSV,
    ID_TSV,
    ID_MARKDOWN,
    ID_NO_HEADER,
    ID_COLOR,
    ID_DEBUG,
    ID_NO_SANDBOX,
    ID_COMPLETION,
    ID_HELP,
    ID_VERSION,
    ID_MAX,
};

struct settings {
    struct run run;
    unsigned int grace; /* seconds; 0: none */
    bool close;
};

static opt_set_fn set_signal, set_format, set_color, print_help, print_version;

static const struct opt_clash no_signal[] = {{ID_SIGNAL}, {ID_GRACE}, {0}};
static const struct opt_clash no_act[] = {{ID_YES}, {0}};
static const struct opt_clash with_replay[] = {{ID_REPLAY}, {0}};

static const struct opt options[] = {
    {.help = "What to do"},
    {ID_CLOSE, 0, "close", OPT_NONE, NULL, "close the sockets instead of ending processes",
     ON(close), .clashes = no_signal},
    {ID_SIGNAL, 's', "signal", OPT_TEXT, "SIG", "send SIG, a name or number (default TERM)",
     .set = set_signal},
    {ID_GRACE, 0, "grace", OPT_TEXT, "SEC", "send KILL to what still runs after SEC seconds",
     .set = opt_set_number, AT(grace), .bits = 3600, .takes = "seconds from 1 to 3600"},
    {ID_NETNS, 'N', "netns", OPT_TEXT, "NS", "act in a network namespace: NAME or PID",
     .set = opt_set_text, AT(run.netns), .clashes = with_replay, .once = true},
    {ID_DRY_RUN, 'n', "dry-run", OPT_NONE, NULL, "only show what would be hit", ON(run.dry_run),
     .clashes = no_act},
    {ID_YES, 'y', "yes", OPT_NONE, NULL, "do not ask; needed without a terminal", ON(run.yes)},
    {ID_REALLY, 0, "really", OPT_NONE, NULL, "also hit process 1, ancestors, this ssh session",
     ON(run.plan.really)},
    {.help = "Output"},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document of targets and results",
     .set = set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line: a target", .set = set_format},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values", .set = set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = set_format},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line of a table",
     OFF(run.header)},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never", .set = set_color,
     .choices = "auto always never"},
    {ID_REPLAY, 0, "replay", OPT_TEXT, "DIR", "preview from a recording; needs --dry-run",
     .set = opt_set_text, AT(run.replay)},
    {ID_DEBUG, 0, "debug", OPT_NONE, NULL, "report on stderr what was read, how and how fast",
     ON(run.sandbox.debug)},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     ON(run.sandbox.off)},
    {.help = "About portkill"},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script for bash, zsh or fish", .set = completion_print,
     .choices = "bash zsh fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = print_help},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version", .set = print_version},
};

static const struct opt_other others[] = {
    {"9 KILL k", "use --signal KILL"},
    {"15 TERM T t timeout", "use --signal TERM, or --grace SEC"},
    {"f force", "use --signal KILL, or --grace SEC"},
    {"i p port", "write the selector without an option, as in: portkill :3000"},
    {"pid", "use 'pid NUMBER'"},
    {"x l list", "use portls to list sockets"},
    {"K", "use --signal KILL, or --close to close sockets"},
    {"H I S U", "use --signal and the name of the signal"},
    {0},
};

static int print_help(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out, "usage: portkill [--close | --signal SIG] [OPTION ...] SELECTOR\n"
                   "Ends the processes that hold the selected sockets, or closes the sockets.\n"
                   "Shows what will be hit, and asks. Examples:\n\n"
                   "  portkill :3000                    processes that listen on port 3000\n"
                   "  portkill process node port 3000   only those called node\n"
                   "  portkill --close peer 10.0.0.9    connections with that host\n"
                   "  portkill --grace 5 --yes :3000    TERM, and KILL after 5 seconds\n\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out, "\nexit status: 0 done, 1 nothing matched or declined, 2 usage error or a\n"
                   "  selector that matches too much, 3 some targets failed or had changed,\n"
                   "  4 the sockets could not be read or the output could not be written\n");
    return finish_output(&out);
}

static int print_version(struct opts *opts, const struct opt *opt)
{
    (void)opts;
    (void)opt;
    return print_program("portkill", "sandbox", sandbox_built());
}

static int set_signal(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    char advice[128];

    (void)opt;
    settings->run.plan.signal = signals_parse(opts->value, advice, sizeof(advice));
    if (settings->run.plan.signal > 0)
        return OPTS_GO_ON;
    if (settings->run.plan.signal == 0)
        complain_text("signal 0 ends nothing; to see the targets, use --dry-run");
    else
        complain_at("no signal is called", opts->value, strlen(opts->value), advice,
                    advice[0] != '\0' ? "" : "signal(7)");
    return EXIT_USAGE;
}

static int set_format(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    settings->run.format = view_format_find(opt->name);
    return OPTS_GO_ON;
}

static int set_color(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    if (opts_choice(opts, opt) < 0)
        return EXIT_USAGE;
    settings->run.color = opts->value;
    return OPTS_GO_ON;
}

static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;
    int err;

    if (opts->value[0] == '\0')
        return opts_refuse(opts, "empty selector word", "", 0);
    err = ask_word(&settings->run.ask, opts->value);
    if (err < 0)
        complain_errno("cannot read the selector", NULL, -err, "");
    return err < 0 ? EXIT_FAILED : OPTS_GO_ON;
}

static int usage(const char *what, const char *culprit)
{
    complain(what, culprit, "portkill --help");
    return EXIT_USAGE;
}

static int parse_selector(struct ask *ask, const struct pl_filter_names *names,
                          struct pl_filter_error *error)
{
    return pl_filter_parse_targets(ask->expression, names, &ask->filter, error);
}

/* Checks the settings, and completes the plan. Returns OPTS_GO_ON or the exit status. */
static int settle(struct settings *settings)
{
    struct run *run = &settings->run;
    int status;

    if (!run->ask.expression)
        return usage("nothing is selected: name what to hit, as in portkill :3000", NULL);
    if (run->replay && !run->dry_run)
        return usage("a recording cannot be hit: add --dry-run to --replay", NULL);
    if (run->netns && strcmp(run->netns, "all") == 0)
        return usage(
            "portkill acts in one network namespace, not in all: name it instead of -N all", NULL);
    run->ask.sandbox = &run->sandbox;
    run->ask.parse = parse_selector;
    status = ask_parse(&run->ask);
    if (status != 0)
        return status;
    run->plan.what = settings->close ? ACTOR_CLOSE : ACTOR_SIGNAL;
    run->plan.wait_ms = settings->grace > 0              ? settings->grace * 1000
                        : signals_ends(run->plan.signal) ? WAIT_MS
                                                         : WAIT_OTHER_MS;
    run->plan.then_kill = settings->grace > 0;
    run->plan.no_sandbox = run->sandbox.off;
    return OPTS_GO_ON;
}

int main(int argc, char **argv)
{
    struct settings settings = {.run = {.sandbox = {.say = complain_text},
                                        .plan = {.signal = SIGTERM},
                                        .format = view_format_find("table"),
                                        .header = true}};
    uint8_t given[ID_MAX] = {0};
    struct opts opts = {
        .table = options,
        .count = COUNT_OF(options),
        .argv = argv + (argc > 0),
        .others = others,
        .settings = &settings,
        .word = take_word,
        .help = "portkill --help",
        .status = EXIT_USAGE,
        .given = given,
    };
    int status;

    if (sandbox_is_elevated(complain_text)) {
        complain_text("refused: the program has more privileges than its user; remove its "
                      "set-user-ID bit and its capabilities");
        return EXIT_USAGE;
    }
    if (!standard_hold())
        return EXIT_FAILED;
    status = opts_apply(&opts);
    if (status < 0)
        status = settle(&settings);
    if (status < 0)
        status = run_kill(&settings.run);
    ask_free(&settings.run.ask);
    sandbox_end(&settings.run.sandbox);
    return status;
}
