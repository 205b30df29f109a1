/* SPDX-License-Identifier: BSD-2-Clause */
/* portwatch: the table of options, and the functions that its rows name. */
#include "cli/completion.h"
#include "cli/seconds.h"
#include "cli/standard.h"
#include "cli/words.h"
#include "launch.h"
#include "model/array.h"
#include "screen/screen.h"
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum id {
    ID_KEEP = 1,
    ID_INTERVAL,
    ID_EVENTS,
    ID_STATES,
    ID_COUNT,
    ID_FOR,
    ID_SOURCE,
    ID_BUFFER,
    ID_NETNS,
    ID_RECORD,
    ID_REPLAY,
    ID_STRICT,
    ID_WAIT,
    ID_LISTENING,
    ID_FREE,
    ID_CHANGED,
    ID_TIMEOUT,
    ID_UDP,
    ID_QUIET,
    ID_NUMERIC,
    ID_JSON,
    ID_JSONL,
    ID_CSV,
    ID_TSV,
    ID_MARKDOWN,
    ID_PIDS,
    ID_COLUMNS,
    ID_NO_HEADER,
    ID_COLOR,
    ID_DEBUG,
    ID_NO_SANDBOX,
    ID_LIST_WORDS,
    ID_COMPLETION,
    ID_HELP,
    ID_VERSION,
    ID_MAX,
};

#define HELP   "portwatch --help"
#define SECOND UINT64_C(1000000000)

/* What a row does to struct watch_settings. */
#define WATCH(member) .at = offsetof(struct watch_settings, member)
#define TRUE(member)  .set = opt_set_true, WATCH(member)

static opt_set_fn set_seconds, set_source, set_netns, print_help, print_version, print_words;

#define NUMBER(member, most, what) \
    .set = opt_set_number, WATCH(member), .bits = (most), .takes = (what)

static const struct opt_clash no_wait[] = {{ID_WAIT}, {ID_PIDS}, {0}};
static const struct opt_clash no_record[] = {{ID_RECORD}, {ID_SOURCE},   {ID_BUFFER},
                                             {ID_FOR},    {ID_INTERVAL}, {0}};
static const struct opt_clash one_until[] = {{ID_LISTENING}, {ID_CHANGED}, {0}};
static const struct opt_clash not_changed[] = {{ID_LISTENING}, {0}};

static const struct opt options[] = {
    {.help = "Screen"},
    {ID_KEEP, 0, "keep", OPT_TEXT, "SEC", "show closed sockets for SEC seconds (5)",
     .set = set_seconds, WATCH(screen.keep)},
    {ID_INTERVAL, 0, "interval", OPT_TEXT, "SEC", "read the sockets at most each SEC seconds (1)",
     .set = set_seconds, WATCH(screen.interval)},
    {.help = "Events"},
    {ID_EVENTS, 0, "events", OPT_NONE, NULL, "print sockets as they open, connect and close",
     TRUE(events), .clashes = no_wait},
    {ID_STATES, 0, "states", OPT_NONE, NULL, "also print all other changes of state",
     TRUE(event.states)},
    {ID_COUNT, 0, "count", OPT_TEXT, "N", "end after N events",
     NUMBER(event.count, 1000000000, "a number from 1 to 1000000000")},
    {ID_FOR, 0, "for", OPT_TEXT, "SEC", "end after SEC seconds", .set = set_seconds,
     WATCH(event.for_ns)},
    {ID_BUFFER, 0, "buffer", OPT_TEXT, "KIB", "size of the kernel's buffer, in KiB",
     NUMBER(event.buffer, 1048576, "KiB from 1 to 1048576")},
    {ID_NETNS, 'N', "netns", OPT_TEXT, "NS", "a network namespace: NAME, PID or this; or all",
     .set = set_netns, .once = true},
    {ID_RECORD, 0, "record", OPT_TEXT, "DIR", "also write the events to the new directory DIR",
     .set = opt_set_text, WATCH(list.record)},
    {ID_REPLAY, 0, "replay", OPT_TEXT, "DIR",
     "play the recording on the screen, or print its events", .set = opt_set_text,
     WATCH(list.replay), .clashes = no_record},
    {ID_STRICT, 0, "strict", OPT_NONE, NULL, "exit 3 if events were lost", TRUE(list.strict)},
    {.help = "Waiting for a port"},
    {ID_WAIT, 0, "wait", OPT_NONE, NULL, "wait for the ports, then print who opened them",
     TRUE(wait)},
    {ID_LISTENING, 0, "listening", OPT_NONE, NULL, "until a socket listens (the default)"},
    {ID_FREE, 0, "free", OPT_NONE, NULL, "until no socket holds the port", TRUE(free),
     .clashes = one_until},
    {ID_CHANGED, 0, "changed", OPT_NONE, NULL, "until another socket listens than at the start",
     TRUE(changed), .clashes = not_changed},
    {ID_TIMEOUT, 0, "timeout", OPT_TEXT, "SEC", "give up after SEC seconds; 0: test once",
     .set = set_seconds, WATCH(timeout_ns)},
    {.help = "All"},
    {ID_SOURCE, 0, "source", OPT_TEXT, "WAY", "auto, or only: bpf, destroy (ends) or poll (tables)",
     .set = set_source, .choices = "auto bpf destroy poll"},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, "UDP: ports without a protocol are those of UDP",
     TRUE(udp)},
    {.help = "Output"},
    {ID_QUIET, 'q', "quiet", OPT_NONE, NULL, "print nothing; only set the exit status",
     TRUE(list.quiet)},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, "numbers instead of names", TRUE(list.numeric)},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document of sockets and notes",
     .set = settings_set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line", .set = settings_set_format},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values", .set = settings_set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = settings_set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = settings_set_format},
    {ID_PIDS, 0, "pids", OPT_NONE, NULL, "only process ids, one per line",
     .set = settings_set_format},
    {ID_COLUMNS, 0, "columns", OPT_TEXT, "LIST",
     "only these columns, separated by commas; repeatable", .set = settings_set_columns},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line", .set = opt_set_false,
     WATCH(list.header)},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never", .set = settings_set_color,
     .choices = "auto always never"},
    {.help = "Diagnosis, and about portwatch"},
    {ID_DEBUG, 0, "debug", OPT_NONE, NULL, "report on stderr how the sockets are watched",
     TRUE(list.debug)},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     TRUE(list.no_sandbox)},
    {ID_LIST_WORDS, 0, "list-words", OPT_NONE, NULL, "keywords of options", .set = print_words},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script for bash, zsh or fish", .set = completion_print,
     .choices = "bash zsh fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = print_help},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version", .set = print_version},
};

#define OPTION_COUNT COUNT_OF(options)

static int print_help(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out,
             "usage: portwatch [FILTER] [OPTION ...]\n"
             "       portwatch --events [FILTER] [OPTION ...]\n"
             "       portwatch --wait PORT[,PORT] ... [FILTER] [OPTION ...] [-- COMMAND ...]\n"
             "Shows sockets on a live screen, where '?' lists the keys. Or prints sockets as\n"
             "they open, connect and close. Or waits until a port is opened, or is free; it\n"
             "makes no connection. Examples:\n\n"
             "  portwatch                         the screen\n"
             "  portwatch process curl            the screen, with the sockets of curl\n"
             "  portwatch process curl --replay DIR\n"
             "                                    the same of a recording\n"
             "  portwatch --events                listeners and connections\n"
             "  portwatch --events process curl --jsonl\n"
             "                                    those of curl, one JSON object per line\n"
             "  portwatch --wait 5432             until a socket listens on TCP port 5432\n"
             "  portwatch --wait 80 443           until both ports have a listener\n"
             "  portwatch --wait 80,8080          until one of them has\n"
             "  portwatch --wait 53/udp           until a UDP socket has port 53\n"
             "  portwatch --wait 8080 process nginx --timeout 30 -- ./test\n"
             "                                    until nginx listens, then runs ./test\n"
             "  portwatch --wait 8080 --free      until no socket holds the port\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out, "\nA filter selects sockets; see FILTER EXPRESSIONS in portls(1).\n\n"
                   "exit status: 0 done, 1 timed out, 2 usage error, 3 with --strict: events were\n"
                   "  lost, 4 the sockets could not be read or the output could not be written;\n"
                   "  with COMMAND: its own status, 124 timed out, 126 it could not be executed,\n"
                   "  127 not found\n");
    return finish_output(&out);
}

static int print_version(struct opts *opts, const struct opt *opt)
{
    (void)opts;
    (void)opt;
    return print_program("portwatch", "sandbox", sandbox_built());
}

static int print_words(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    words_print_choices(opts->table, opts->count, &out);
    return finish_output(&out);
}

/* The options that take seconds. */
static int set_seconds(struct opts *opts, const struct opt *opt)
{
    struct watch_settings *settings = opts->settings;
    bool zero = opt->id == ID_TIMEOUT || opt->id == ID_KEEP; /* is allowed */
    uint64_t nanoseconds;
    int status = seconds_take(opts, opt, zero, &nanoseconds);

    if (status != OPTS_GO_ON)
        return status;
    memcpy((char *)settings + opt->at, &nanoseconds, sizeof(nanoseconds));
    settings->limited |= opt->id == ID_TIMEOUT;
    return OPTS_GO_ON;
}

static int set_source(struct opts *opts, const struct opt *opt)
{
    static const enum pl_report_way ways[] = {PL_REPORT_BPF, PL_REPORT_BPF, PL_REPORT_DESTROY,
                                              PL_REPORT_POLL};
    struct watch_settings *settings = opts->settings;
    int choice = opts_choice(opts, opt);

    if (choice < 0)
        return EXIT_USAGE;
    settings->event.forced = choice > 0;
    settings->event.way = ways[choice];
    return OPTS_GO_ON;
}

static int set_netns(struct opts *opts, const struct opt *opt)
{
    struct watch_settings *settings = opts->settings;
    bool here = strcmp(opts->value, "this") == 0;

    (void)opt;
    settings->event.all_netns = strcmp(opts->value, "all") == 0;
    settings->list.netns = here || settings->event.all_netns ? NULL : opts->value;
    return OPTS_GO_ON;
}

/* Keeps operands; those after "--" are the command. */
static int take_word(struct opts *opts)
{
    struct watch_settings *settings = opts->settings;

    if (opts->value[0] == '\0')
        return opts_refuse(opts, "empty word", "", 0);
    if (opts->words_only && !settings->wait) {
        complain("only --wait takes a command:", opts->value, HELP);
        return EXIT_USAGE;
    }
    if (opts->words_only) {
        settings->command = opts->argv - 1;
        while (*opts->argv)
            opts->argv++;
        return OPTS_GO_ON;
    }
    settings->words[settings->word_count++] = opts->value;
    return OPTS_GO_ON;
}

/* Whether the screen can show what -N names. Otherwise, prints a message. */
static bool accepts_netns(const struct watch_settings *settings)
{
    if (settings->event.all_netns) {
        complain(
            "the screen shows one network namespace; for all, use portwatch --events or portls -c "
            "with -N all",
            NULL, HELP);
        return false;
    }
    if (settings->list.netns && settings->list.replay) {
        complain("the screen plays a recording of one network namespace, without -N",
                 settings->list.netns, HELP);
        return false;
    }
    return true;
}

/* Options that only one way of running has. Returns OPTS_GO_ON, or the exit status after a message. */
static int check_options(const struct watch_settings *settings, const uint8_t *given)
{
    static const uint8_t waits[] = {ID_LISTENING, ID_FREE, ID_CHANGED, ID_TIMEOUT, 0};
    static const uint8_t events[] = {ID_STATES, ID_COUNT,  ID_FOR, ID_BUFFER,
                                     ID_RECORD, ID_STRICT, 0};
    static const uint8_t replays[] = {ID_REPLAY, 0};
    static const uint8_t screens[] = {ID_KEEP, ID_INTERVAL, 0};
    static const uint8_t prints[] = {ID_QUIET,     ID_JSON,     ID_JSONL, ID_CSV,
                                     ID_TSV,       ID_MARKDOWN, ID_PIDS,  ID_COLUMNS,
                                     ID_NO_HEADER, ID_UDP,      0};
    static const char only_events[] =
        "only --events can be combined with --states, --count, --for, --buffer, --record, "
        "--replay and --strict";
    bool screen = !settings->wait && !settings->events;
    const struct {
        const uint8_t *ids;
        bool allowed;
        const char *text;
    } rules[] = {
        {waits, settings->wait,
         "only --wait PORT can be combined with --listening, --free, --changed and --timeout"},
        {events, settings->events, only_events},
        {replays, settings->events || (screen && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)),
         only_events},
        {screens, screen, "only the screen has --keep and --interval, not --events and --wait"},
        {prints, !screen,
         "the screen prints nothing: combine formats, columns, -H, -q and -u with --events or --wait"},
    };

    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        for (const uint8_t *id = rules[i].ids; *id != 0 && !rules[i].allowed; id++) {
            if (given[*id]) {
                complain(rules[i].text, NULL, HELP);
                return EXIT_USAGE;
            }
        }
    }
    if (settings->wait && settings->event.all_netns) {
        complain("--wait watches one network namespace, not -N all", NULL, HELP);
        return EXIT_USAGE;
    }
    if (!screen)
        return OPTS_GO_ON;
    if (!accepts_netns(settings))
        return EXIT_USAGE;
    if (settings->event.forced && settings->event.way == PL_REPORT_DESTROY) {
        complain("the screen has only --source auto, bpf and poll", NULL, HELP);
        return EXIT_USAGE;
    }
    return screen_usable() ? OPTS_GO_ON : EXIT_USAGE;
}

/* dashes: "--" was read. Returns OPTS_GO_ON, or the exit status after a message. */
static int check(const struct watch_settings *settings, const uint8_t *given, bool dashes)
{
    const struct settings *list = &settings->list;
    int status = check_options(settings, given);

    if (status != OPTS_GO_ON)
        return status;
    for (size_t i = 0; i < list->column_count && !settings->events; i++) {
        if (events_is_column(list->columns[i])) {
            complain("only --events has the column", list->columns[i]->name, HELP);
            return EXIT_USAGE;
        }
    }
    if (settings->wait && settings->event.forced && settings->event.way == PL_REPORT_DESTROY &&
        !settings->free) {
        complain("the kernel reports only the ends of sockets by --source destroy; combine it with "
                 "--free",
                 NULL, HELP);
        return EXIT_USAGE;
    }
    if (dashes && settings->wait && !settings->command) {
        complain("a command is missing after '--'", NULL, HELP);
        return EXIT_USAGE;
    }
    if (list->no_sandbox && list->elevated) {
        complain(SANDBOX_REFUSED, NULL, HELP);
        return EXIT_USAGE;
    }
    if (settings->command && list->elevated) {
        complain("a command is refused for a program with more privileges than its user:",
                 settings->command[0], HELP);
        return EXIT_USAGE;
    }
    return OPTS_GO_ON;
}

/* The operands are the filter. */
static int start_events(struct watch_settings *settings)
{
    struct settings *list = &settings->list;
    int status = 0;

    for (size_t i = 0; i < settings->word_count; i++) {
        int err = ask_word(&list->ask, settings->words[i]);

        if (err < 0) {
            complain_errno("cannot read the filter", NULL, -err, "");
            return EXIT_FAILED;
        }
    }
    if (settings->word_count > 0)
        status = ask_parse(&list->ask);
    if (status == 0)
        status = known_check(list->ask.filter);
    settings->event.udp = settings->udp;
    settings->screen.forced = settings->event.forced;
    settings->screen.way = settings->event.way;
    if (status != 0)
        return status;
    return settings->events ? events_run(list, &settings->event)
                            : screen_run(list, &settings->screen);
}

static int start(struct watch_settings *settings)
{
    struct settings *list = &settings->list;
    int go = -1;

    list->sandbox->off = list->no_sandbox;
    list->sandbox->elevated = list->elevated;
    list->sandbox->debug = list->debug;
    list->ask.sandbox = list->sandbox;
    if (!list->format)
        list->format = view_format_find("table");
    if (settings->command) {
        go = launch_start(settings->command);
        if (go < 0) {
            complain_errno("cannot start a process for the command", NULL, -go, "");
            return EXIT_FAILED;
        }
    }
    return settings->wait ? wait_run(settings, go) : start_events(settings);
}

int main(int argc, char **argv)
{
    static struct watch_settings settings; /* 15 KiB, too large for a small stack */
    static struct sandbox sandbox = {.say = complain_text};
    uint8_t given[ID_MAX] = {0};
    struct opts opts = {
        .table = options,
        .count = OPTION_COUNT,
        .argv = argv + (argc > 0),
        .settings = &settings,
        .word = take_word,
        .help = HELP,
        .status = EXIT_USAGE,
        .given = given,
    };
    int status = EXIT_FAILED;

    launch_remember();
    settings.list.header = true;
    settings.screen = (struct screen_options){
        .self = argc > 0 ? argv[0] : "portwatch", .keep = 5 * SECOND, .interval = SECOND};
    settings.list.own_column = events_column;
    settings.list.sandbox = &sandbox;
    settings.list.elevated = sandbox_is_elevated(complain_text);
    settings.words = calloc((size_t)argc + 1, sizeof(*settings.words));
    if (!standard_hold())
        return status;
    if (!settings.words) {
        complain_text("out of memory");
        return status;
    }
    status = opts_apply(&opts);
    if (status < 0)
        status = check(&settings, given, opts.words_only);
    if (status < 0)
        status = start(&settings);
    sandbox_end(&sandbox);
    ask_free(&settings.list.ask);
    free(settings.words);
    return status;
}
