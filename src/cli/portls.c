/* SPDX-License-Identifier: BSD-2-Clause */
/* portls: the table of options, and the functions that its rows name. */
#include "about.h"
#include "as/as.h"
#include "completion.h"
#include "doctor.h"
#include "model/array.h"
#include "opts.h"
#include "others.h"
#include "settings.h"
#include "sibling.h"
#include "standard.h"
#include "why.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum id {
    ID_TCP = 1,
    ID_UDP,
    ID_UNIX,
    ID_RAW,
    ID_PING,
    ID_UDPLITE,
    ID_PACKET,
    ID_NETLINK,
    ID_SCTP,
    ID_MPTCP,
    ID_VSOCK,
    ID_XDP,
    ID_TIPC,
    ID_SMC,
    ID_DCCP,
    ID_V4,
    ID_V6,
    ID_LISTENING,
    ID_ALL,
    ID_NUMERIC,
    ID_PROCESSES,
    ID_EXTENDED,
    ID_INTERNALS,
    ID_MEMORY,
    ID_TIMERS,
    ID_CONTEXTS,
    ID_PEERS,
    ID_QUEUES,
    ID_SUMMARY,
    ID_WIDE,
    ID_ONELINE,
    ID_NO_HEADER,
    ID_EXPLAIN,
    ID_WHY,
    ID_REUSE,
    ID_COUNT,
    ID_PROBE,
    ID_AS_USER,
    ID_DOCTOR,
    ID_FOR,
    ID_REPEAT,
    ID_QUIET,
    ID_STRICT,
    ID_JSON,
    ID_JSONL,
    ID_CSV,
    ID_TSV,
    ID_MARKDOWN,
    ID_PIDS,
    ID_COLUMNS,
    ID_LIST_COLUMNS,
    ID_LIST_WORDS,
    ID_SORT,
    ID_SOURCE,
    ID_OWNERS,
    ID_RECORD,
    ID_REPLAY,
    ID_DEBUG,
    ID_NO_SANDBOX,
    ID_HELP,
    ID_AS,
    ID_GROUP,
    ID_TOP,
    ID_RESOLVE,
    ID_RESOLVE_LIMIT,
    ID_NETNS,
    ID_COLOR,
    ID_COMPLETION,
    ID_VERSION,
    ID_MAX,
};

static opt_set_fn set_summary, set_details, set_internals, set_sort, set_group;

/* A summary has no rows or columns, covers all states, and is never empty. */
static const struct opt_clash no_rows[] = {{ID_SUMMARY}, {0}};
/* The kernel's counters cover all sockets; only -a and -p count the requested ones. */
static const struct opt_clash counted[] = {
    {ID_SUMMARY, " cannot be combined with -s unless -a or -p is given", {ID_ALL, ID_PROCESSES}},
    {0}};
static const struct opt_clash no_columns[] = {
    {ID_SUMMARY},
    {ID_GROUP, " cannot be combined with --group-by, which sets the columns"},
    {0}};
/* -q prints nothing, and all rounds of a replay are the same. */
static const struct opt_clash one_round[] = {{ID_QUIET}, {ID_REPLAY}, {0}};
static const struct opt_clash with_replay[] = {{ID_REPLAY}, {0}};
static const struct opt_clash only_pids[] = {{ID_COLUMNS}, {ID_GROUP}, {ID_SUMMARY}, {0}};

/* Answers are no listings. */
static const struct opt_clash no_listing[] = {
    {ID_UNIX},      {ID_RAW},      {ID_PING},      {ID_UDPLITE},   {ID_PACKET},
    {ID_NETLINK},   {ID_SCTP},     {ID_MPTCP},     {ID_VSOCK},     {ID_XDP},
    {ID_TIPC},      {ID_SMC},      {ID_DCCP},      {ID_LISTENING}, {ID_ALL},
    {ID_PROCESSES}, {ID_EXTENDED}, {ID_INTERNALS}, {ID_MEMORY},    {ID_TIMERS},
    {ID_CONTEXTS},  {ID_PEERS},    {ID_QUEUES},    {ID_SUMMARY},   {ID_EXPLAIN},
    {ID_REPEAT},    {ID_PIDS},     {ID_COLUMNS},   {ID_SORT},      {ID_GROUP},
    {ID_TOP},       {ID_RESOLVE},  {ID_WHY},       {ID_DOCTOR},    {0}};

#define TEXT(member)          .set = opt_set_text, AT(member)
#define CHOICE(member, words) .set = opt_set_choice, AT(member), .choices = (words)
#define NUMBER(member, most, what) \
    .set = opt_set_number, AT(member), .bits = (most), .takes = (what)
#define HEADING(title)  \
    {                   \
        .help = (title) \
    }
#define DETAILS(shown) .set = set_details, .bits = (shown)
#define PROTO(name)    BITS(query.protos, PL_BIT(PL_PROTO_##name)), .clashes = counted

/*
 * In the order of --help. Options that select how, not what, to print (--color, --debug,
 * --no-sandbox, --source, --owners, --strict, -n, -W, -O) can be combined with everything that
 * reads sockets.
 */
static const struct opt options[] = {
    HEADING("What to list"),
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, "TCP sockets", PROTO(TCP)},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, "UDP sockets", PROTO(UDP)},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL,
     "only listening TCP and unconnected UDP sockets", ON(listening), .clashes = no_rows},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, "all states, also sockets only bound; overrides -l",
     ON(all)},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, "numbers instead of names", ON(numeric)},
    {ID_NUMERIC, 'P', NULL, OPT_NONE, NULL, NULL}, /* lsof's: numbers instead of port names */
    {ID_PROCESSES, 'p', "processes", OPT_NONE, NULL, "processes that hold each socket",
     ON(processes)},
    {ID_PROCESSES, 0, "programs", OPT_NONE, NULL, NULL},
    {ID_V4, '4', "ipv4", OPT_NONE, NULL, "only IPv4 sockets",
     BITS(query.families, PL_BIT(PL_FAMILY_INET)), .clashes = counted},
    {ID_V6, '6', "ipv6", OPT_NONE, NULL, "only IPv6 sockets",
     BITS(query.families, PL_BIT(PL_FAMILY_INET6)), .clashes = counted},
    {ID_UNIX, 'x', "unix", OPT_NONE, NULL, "UNIX sockets", PROTO(UNIX)},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, "raw IP sockets", PROTO(RAW)},
    {ID_NETNS, 'N', "netns", OPT_TEXT, "NS", "sockets of a network namespace: NAME, PID or all",
     TEXT(netns), .once = true},
    HEADING("Sockets of other families"),
    {ID_PING, 0, "icmp", OPT_NONE, NULL, OPT_BRIEF, PROTO(ICMP)},
    {ID_UDPLITE, 'U', "udplite", OPT_NONE, NULL, OPT_BRIEF, PROTO(UDPLITE)},
    {ID_PACKET, '0', "packet", OPT_NONE, NULL, OPT_BRIEF, PROTO(PACKET)},
    {ID_NETLINK, 0, "netlink", OPT_NONE, NULL, OPT_BRIEF, PROTO(NETLINK)},
    {ID_SCTP, 'S', "sctp", OPT_NONE, NULL, OPT_BRIEF, PROTO(SCTP)},
    {ID_MPTCP, 'M', "mptcp", OPT_NONE, NULL, OPT_BRIEF, PROTO(MPTCP)},
    {ID_VSOCK, 0, "vsock", OPT_NONE, NULL, OPT_BRIEF, PROTO(VSOCK)},
    {ID_XDP, 0, "xdp", OPT_NONE, NULL, OPT_BRIEF, PROTO(XDP)},
    {ID_TIPC, 0, "tipc", OPT_NONE, NULL, OPT_BRIEF, PROTO(TIPC)},
    {ID_DCCP, 0, "dccp", OPT_NONE, NULL, OPT_BRIEF, PROTO(DCCP)},
    {ID_SMC, 0, "smc", OPT_NONE, NULL, OPT_BRIEF, PROTO(SMC)},
    HEADING("Details to add; -ee, -ii, -mm, -oo: also values that are the default"),
    {ID_EXTENDED, 'e', "extended", OPT_NONE, NULL, "user, inode, control group and socket options",
     DETAILS(PL_SHOWN_MORE), .clashes = no_rows},
    {ID_EXTENDED, 0, "extend", OPT_NONE, NULL, NULL},
    {ID_INTERNALS, 'i', "info", OPT_NONE, NULL, "TCP and MPTCP internals", .set = set_internals,
     .bits = PL_SHOWN_INTERNALS, .clashes = no_rows},
    {ID_MEMORY, 'm', "memory", OPT_NONE, NULL, "memory use and dropped packets",
     DETAILS(PL_SHOWN_MEMORY), .clashes = no_rows},
    {ID_TIMERS, 'o', "timers", OPT_NONE, NULL, "the running timer", DETAILS(PL_SHOWN_TIMERS),
     .clashes = no_rows},
    {ID_TIMERS, 0, "options", OPT_NONE, NULL, NULL},
    {ID_CONTEXTS, 'Z', "context", OPT_NONE, NULL, "security context of each process",
     BITS(details, PL_SHOWN_CONTEXTS), .clashes = no_rows},
    {ID_PEERS, 0, "peers", OPT_NONE, NULL, "processes at the other end, on this machine",
     BITS(details, PL_SHOWN_PEERS), .clashes = no_rows},
    {ID_QUEUES, 0, "queues", OPT_NONE, NULL, "how full the accept queues are",
     BITS(details, PL_SHOWN_QUEUES), .clashes = no_rows},
    {ID_RESOLVE, 'r', "resolve", OPT_NONE, NULL, "host names instead of addresses", ON(resolve),
     .clashes = no_rows},
    {ID_RESOLVE_LIMIT, 0, "resolve-timeout", OPT_TEXT, "SEC",
     "seconds to wait for names (default 2)",
     NUMBER(resolve_seconds, 3600, "seconds from 1 to 3600")},
    HEADING("Output"),
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document of sockets and notes",
     .set = settings_set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line", .set = settings_set_format},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values", .set = settings_set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = settings_set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = settings_set_format},
    {ID_PIDS, 0, "pids", OPT_NONE, NULL, "only process ids, one per line; exit 1 if none",
     .set = settings_set_format, .clashes = only_pids},
    {ID_COLUMNS, 0, "columns", OPT_TEXT, "LIST",
     "only these columns, separated by commas; repeatable", .set = settings_set_columns,
     .clashes = no_columns},
    {ID_SORT, 0, "sort", OPT_TEXT, "KEY[,KEY]",
     "sort by columns; -KEY descending; none: kernel order", .set = set_sort, .clashes = no_rows},
    {ID_TOP, 0, "top", OPT_TEXT, "N", "show only the first N rows",
     NUMBER(top, 1000000000, "a number from 1 to 1000000000"), .clashes = no_rows},
    {ID_GROUP, 0, "group-by", OPT_TEXT, "LIST", "count sockets by the values of these columns",
     .set = set_group},
    {ID_SUMMARY, 's', "summary", OPT_NONE, NULL, "counters; -sa: by state, -sp: by process",
     .set = set_summary, AT(summary)},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line", OFF(header)},
    {ID_EXPLAIN, 0, "explain", OPT_NONE, NULL, "explain the states and other keywords listed",
     ON(explain), .clashes = no_rows},
    {ID_WHY, 0, "why", OPT_NONE, NULL, "say whether the ports named can be bound, and why not",
     ON(why), .clashes = no_listing},
    {ID_REUSE, 0, "reuse", OPT_TEXT, "FLAGS",
     "of --why: none, addr, port, both (default: first two)", .set = settings_set_reuse,
     .choices = "none addr port both"},
    {ID_COUNT, 0, "count", OPT_TEXT, "N", "of --why: also list the next N free ports",
     NUMBER(free_ports, 1000, "a number from 1 to 1000")},
    {ID_PROBE, 0, "probe", OPT_NONE, NULL, "of --why: also bind each address, for a moment",
     ON(probe), .clashes = with_replay},
    {ID_AS_USER, 0, "as-user", OPT_TEXT, "USER", "of --why: answer for this user, a name or number",
     TEXT(as_user)},
    {ID_DOCTOR, 0, "doctor", OPT_NONE, NULL, "look for what is wrong with the sockets", ON(doctor),
     .clashes = no_listing},
    {ID_FOR, 0, "for", OPT_TEXT, "SEC", "of --doctor: count for SEC seconds (default 1)",
     .set = settings_set_sample},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never", .set = settings_set_color,
     .choices = "auto always never"},
    {ID_REPEAT, 'c', "continuous", OPT_NUMBER, "SEC", "list again every SEC seconds (default 1)",
     NUMBER(interval, 86400, "seconds from 1 to 86400"), .clashes = one_round},
    {ID_AS, 0, "as", OPT_TEXT, "NAME", "options and layout of netstat, ss or windows",
     .choices = "netstat ss windows"},
    {ID_WIDE, 'W', "wide", OPT_NONE, NULL, "no effect: output is never truncated"},
    {ID_ONELINE, 'O', "oneline", OPT_NONE, NULL, "no effect: a socket is always one line"},
    HEADING("Scripts and diagnosis"),
    {ID_QUIET, 'q', "quiet", OPT_NONE, NULL, "print nothing; exit 1 if no socket matches",
     ON(quiet), .clashes = no_rows},
    {ID_STRICT, 0, "strict", OPT_NONE, NULL, "exit 3 if anything could not be read", ON(strict)},
    {ID_RECORD, 0, "record", OPT_TEXT, "DIR", "also save the kernel's data in directory DIR",
     TEXT(record), .clashes = with_replay},
    {ID_REPLAY, 0, "replay", OPT_TEXT, "DIR", "list from a recording instead of the kernel",
     TEXT(replay)},
    {ID_SOURCE, 0, "source", OPT_TEXT, "WAY", "read sockets only this way: auto, diag or proc",
     CHOICE(query.way, "auto diag proc")},
    {ID_OWNERS, 0, "owners", OPT_TEXT, "WAY", "find processes only this way: auto, bpf or scan",
     CHOICE(query.owner_way, "auto bpf scan"), .clashes = with_replay},
    {ID_DEBUG, 0, "debug", OPT_NONE, NULL, "report on stderr what was read, how and how fast",
     ON(debug)},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     ON(no_sandbox), .anywhere = true},
    HEADING("About portls"),
    {ID_LIST_COLUMNS, 0, "list-columns", OPT_NONE, NULL,
     "name, type, unit, option and meaning of each column", .set = about_columns, .alone = true},
    {ID_LIST_WORDS, 0, "list-words", OPT_NONE, NULL, "keywords of filters, options and output",
     .set = about_words, .alone = true},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script for bash, zsh or fish", .set = completion_print, .alone = true,
     .choices = "bash zsh fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = about_help},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and the build options",
     .set = about_version, .alone = true},
};

#define OPTION_COUNT COUNT_OF(options)
#define HELP         "portls --help"

_Static_assert(sizeof(enum pl_way) == sizeof(unsigned int) &&
                   sizeof(enum pl_owner_way) == sizeof(unsigned int),
               "opt_set_choice() sets them");

static int usage(const char *what, const char *culprit)
{
    complain(what, culprit, HELP);
    return EXIT_USAGE;
}

/* Returns whether the first operand is a command of portls itself. */
static bool take_own(struct opts *opts)
{
    struct settings *settings = opts->settings;
    const struct {
        const char *word;
        int id;
        bool *set;
    } commands[] = {{"why", ID_WHY, &settings->why}, {"doctor", ID_DOCTOR, &settings->doctor}};

    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(opts->value, commands[i].word) != 0)
            continue;
        opts->given[commands[i].id] = OPT_BY_NAME;
        *commands[i].set = true;
        return true;
    }
    return false;
}

static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;

    if (opts->value[0] == '\0')
        return usage("empty filter word", "");
    if (opts->first_word == opts->value && !opts->words_only && take_own(opts))
        return OPTS_GO_ON;
    if (settings->operand_count++ < OPERANDS_MAX)
        settings->operands[settings->operand_count - 1] = opts->value;
    if (opts->first_word == opts->value && !opts->words_only && sibling_is_command(opts->value))
        return usage("write a command before all options, a filter word after '--':", opts->value);
    if (opts->value[0] == '/' && opts->value[1 + strspn(opts->value + 1, "abnoqABNOQ")] == '\0' &&
        opts->value[1] != '\0')
        return usage("use --as windows for the options of Windows, such as", opts->value);
    return ask_word(&settings->ask, opts->value) < 0 ? EXIT_FAILED : OPTS_GO_ON;
}

/* Given twice, an option also shows values that are the default. */
static int set_details(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    settings->whole |= settings->details & opt->bits;
    settings->details |= opt->bits;
    return OPTS_GO_ON;
}

/* lsof(8)'s -t in "-ti:443" selects process ids, not TCP. */
static int take_lsof_t(struct opts *opts)
{
    struct settings *settings = opts->settings;
    const char *letter = opts->bundle - 2;

    while (*letter != '-' && *letter != 't')
        letter--;
    if (*letter == '-')
        return OPTS_GO_ON;
    settings->query.protos &= ~PL_BIT(PL_PROTO_TCP);
    opts->given[ID_PIDS] = OPT_BY_NAME;
    return settings_format(settings, "pids", HELP);
}

/* lsof(8)'s -i4TCP and -i:443 are filters. */
static int set_internals(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    int status;

    if (!opts->bundle || !ask_is_lsof(opts->bundle))
        return set_details(opts, opt);
    status = take_lsof_t(opts);
    if (status >= 0)
        return status;
    if (opts->given[ID_TCP] && !opts->given[ID_PIDS] && isatty(STDERR_FILENO))
        complain("-t selects TCP; to print process ids, use --pids instead of", "-t", "");
    if (ask_lsof(&settings->ask, opts->bundle) < 0)
        return EXIT_FAILED;
    opts->bundle = "";
    if (!(settings->details & PL_SHOWN_INTERNALS))
        opts->given[opt->id] = 0; /* it is no -i */
    return OPTS_GO_ON;
}

/* lsof(8)'s -sTCP:LISTEN is a filter. */
static int set_summary(struct opts *opts, const struct opt *opt)
{
    static const char *const protos[] = {"TCP", "UDP"};
    struct settings *settings = opts->settings;
    const char *rest = opts->bundle ? opts->bundle : "";

    for (size_t i = 0; i < COUNT_OF(protos); i++) {
        if (strncmp(rest, protos[i], 3) != 0 || rest[3] != ':')
            continue;
        if (ask_word(&settings->ask, protos[i]) < 0 || ask_word(&settings->ask, "state") < 0 ||
            ask_word(&settings->ask, rest + 4) < 0)
            return EXIT_FAILED;
        opts->bundle = "";
        opts->given[opt->id] = settings->summary ? OPT_BY_LETTER : 0;
        return OPTS_GO_ON;
    }
    return opt_set_true(opts, opt);
}

static int set_sort(struct opts *opts, const struct opt *opt)
{
    const char *bad = opts->value;
    size_t len = 0;
    int err = settings_sort(opts->settings, opts->value, &bad, &len);

    return settings_check_list(opts, opt, err, bad, len);
}

static int set_group(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    int status;

    settings->column_count = 0; /* the last one counts */
    status = settings_set_columns(opts, opt);
    if (status < 0 && settings->column_count > GROUP_KEYS)
        return usage("--group-by takes at most 4 columns, not", opts->value);
    settings->group = true;
    return status;
}

/* ---- all together ---- */

static int start(struct settings *settings)
{
    struct sandbox *sandbox = settings->sandbox;
    int status;

    if (settings->record && settings->elevated)
        return usage("--record is refused for a program with more privileges than its user:",
                     settings->record);
    if (settings->no_sandbox && settings->elevated)
        return usage(SANDBOX_REFUSED, NULL);
    sandbox->off = settings->no_sandbox;
    sandbox->elevated = settings->elevated;
    sandbox->debug = settings->debug;
    sandbox->names.limit_ms = settings->resolve_seconds * 1000;
    settings->ask.sandbox = sandbox;
    if (!settings->format)
        settings->format = view_format_find("table");
    if (settings->netns && strcmp(settings->netns, "all") == 0 &&
        (settings->why || settings->doctor))
        return usage(
            settings->why
                ? "--why is about one network namespace; for its holders in all, use -N all with a filter, not --why"
                : "--doctor examines one network namespace: name it instead of -N all",
            NULL);
    if (settings->sample > 0 && !settings->doctor)
        return usage("--for needs --doctor", NULL);
    if (settings->why)
        return why_run(settings);
    if (settings->reuse > 0 || settings->free_ports > 0 || settings->probe || settings->as_user)
        return usage("--reuse, --count, --probe and --as-user need --why", NULL);
    status = ask_parse(&settings->ask);
    if (status != 0)
        return status;
    if (settings->doctor)
        return doctor_run(settings);
    if (settings->record && settings->interval > 0)
        return usage("-c cannot be combined with --record", settings->record);
    if (settings->summary && !settings->format->several)
        return settings_refuse_format("-s prints a table or --json, not", settings->format->name,
                                      HELP);
    if (settings->explain && settings->format->data && !settings->format->several)
        return settings_refuse_format("--explain prints with a table, Markdown or --json, not",
                                      settings->format->name, HELP);
    status = settings->group ? settings_check_group(settings, HELP) : 0;
    return status != 0 ? status : run(settings);
}

int main(int argc, char **argv)
{
    static struct settings settings; /* 15 KiB, too large for a small stack */
    static struct sandbox sandbox = {.say = complain_text};
    uint8_t given[ID_MAX] = {0};
    struct opts opts = {
        .table = options,
        .count = OPTION_COUNT,
        .others = others_portls,
        .argv = argv + (argc > 0),
        .settings = &settings,
        .word = take_word,
        .help = HELP,
        .status = EXIT_USAGE,
        .given = given,
    };
    int status = EXIT_FAILED;

    memset(&settings, 0, sizeof(settings)); /* a fuzz target calls this function repeatedly */
    settings.header = true;
    settings.sandbox = &sandbox;
    settings.elevated = sandbox_is_elevated(complain_text);
    if (argc > 1 && !as_is_name(argv[0]) && sibling_main(argv, settings.elevated, &status) == 0)
        return status;
    if (!standard_hold() || as_main(argv, settings.elevated, &status) == 0)
        return status;
    status = opts_apply(&opts);
    if (status < 0)
        status = start(&settings);
    sandbox_end(&sandbox);
    ask_free(&settings.ask);
    return status;
}
