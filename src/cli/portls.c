/* SPDX-License-Identifier: BSD-2-Clause */
/* portls: the option table and what each option sets. */
#include "about.h"
#include "as/as.h"
#include "opts.h"
#include "portls_pairs.h"
#include "run.h"
#include "standard.h"

#include <stdlib.h>
#include <string.h>

static const struct opt options[] = {
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, "TCP sockets"},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, "UDP sockets"},
    {ID_UNIX, 'x', "unix", OPT_NONE, NULL, "UNIX sockets"},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, "raw IP sockets"},
    {ID_PING, 0, "icmp", OPT_NONE, NULL, "ping sockets"},
    {ID_UDPLITE, 'U', "udplite", OPT_NONE, NULL, "UDP-Lite sockets"},
    {ID_PACKET, '0', "packet", OPT_NONE, NULL, "packet sockets: who reads off an interface"},
    {ID_NETLINK, 0, "netlink", OPT_NONE, NULL, "netlink sockets"},
    {ID_SCTP, 'S', "sctp", OPT_NONE, NULL, "SCTP endpoints and associations"},
    {ID_MPTCP, 'M', "mptcp", OPT_NONE, NULL, "MPTCP connections"},
    {ID_VSOCK, 0, "vsock", OPT_NONE, NULL, "sockets between a machine and its guests"},
    {ID_XDP, 0, "xdp", OPT_NONE, NULL, "XDP sockets"},
    {ID_TIPC, 0, "tipc", OPT_NONE, NULL, "TIPC sockets"},
    {ID_DCCP, 0, "dccp", OPT_NONE, NULL, "DCCP sockets"},
    {ID_V4, '4', "ipv4", OPT_NONE, NULL, "only IPv4 sockets"},
    {ID_V6, '6', "ipv6", OPT_NONE, NULL, "only IPv6 sockets"},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL, "only listeners and unconnected sockets"},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, "also sockets that are only bound; wins over -l"},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, "numbers instead of names"},
    {ID_PROCESSES, 'p', "processes", OPT_NONE, NULL, "processes that hold each socket"},
    {ID_PROCESSES, 0, "programs", OPT_NONE, NULL, NULL},
    {ID_EXTENDED, 'e', "extended", OPT_NONE, NULL,
     "also user, inode, control group, socket options"},
    {ID_EXTENDED, 0, "extend", OPT_NONE, NULL, NULL},
    {ID_INTERNALS, 'i', "info", OPT_NONE, NULL, "also TCP and MPTCP internals"},
    {ID_MEMORY, 'm', "memory", OPT_NONE, NULL, "also memory and drops"},
    {ID_TIMERS, 'o', "timers", OPT_NONE, NULL, "also the running timer"},
    {ID_TIMERS, 0, "options", OPT_NONE, NULL, NULL},
    {ID_CONTEXTS, 'Z', "context", OPT_NONE, NULL, "also the security context of each process"},
    {ID_PEERS, 0, "peers", OPT_NONE, NULL, "also the processes at the other end"},
    {ID_QUEUES, 0, "queues", OPT_NONE, NULL, "also how full accept queues are"},
    {ID_SUMMARY, 's', "summary", OPT_NONE, NULL,
     "counts instead of sockets; with -a by state, with -p by process"},
    {ID_WIDE, 'W', "wide", OPT_NONE, NULL, "accepted: nothing is ever cut"},
    {ID_ONELINE, 'O', "oneline", OPT_NONE, NULL, "accepted: a socket is always one line"},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "no header line"},
    {ID_REPEAT, 'c', "continuous", OPT_NUMBER, "SEC", "list again every SEC seconds (1)"},
    {ID_QUIET, 'q', "quiet", OPT_NONE, NULL, "print nothing; exit 1 if no socket matches"},
    {ID_STRICT, 0, "strict", OPT_NONE, NULL, "exit 3 if anything could not be seen"},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document with sockets and notes"},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object a line"},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values"},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values"},
    {ID_COLUMNS, 0, "columns", OPT_TEXT, "LIST", "these columns, in this order"},
    {ID_LIST_COLUMNS, 0, "list-columns", OPT_NONE, NULL,
     "name, type, unit, option and meaning of every column"},
    {ID_LIST_WORDS, 0, "list-words", OPT_NONE, NULL,
     "kind and word: what filters, options and output know"},
    {ID_SORT, 0, "sort", OPT_TEXT, "KEY[,KEY]", "by columns, -KEY descending; none: kernel order"},
    {ID_GROUP, 0, "group-by", OPT_TEXT, "LIST",
     "how many sockets there are of each of these columns"},
    {ID_TOP, 0, "top", OPT_TEXT, "N", "only the first N rows or groups"},
    {ID_RESOLVE, 'r', "resolve", OPT_NONE, NULL, "names of hosts instead of addresses"},
    {ID_RESOLVE_LIMIT, 0, "resolve-timeout", OPT_TEXT, "SEC",
     "give up on names after SEC seconds (2)"},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never"},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script: bash, zsh, fish"},
    {ID_SOURCE, 0, "source", OPT_TEXT, "WAY", "only this way to the sockets: diag, proc"},
    {ID_OWNERS, 0, "owners", OPT_TEXT, "WAY", "find owners only this way: bpf, scan"},
    {ID_RECORD, 0, "record", OPT_TEXT, "DIR", "also keep what the kernel said in DIR"},
    {ID_REPLAY, 0, "replay", OPT_TEXT, "DIR", "list from the recording in DIR"},
    {ID_AS, 0, "as", OPT_TEXT, "NAME", "options and layout of netstat, ss or windows"},
    {ID_DEBUG, 0, "debug", OPT_NONE, NULL, "say on stderr what was read, how and how fast"},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help"},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and what is built in"},
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))
#define HELP         "portls --help"

static int usage(const char *what, const char *culprit)
{
    complain(what, culprit, strlen(culprit), HELP);
    return EXIT_USAGE;
}

static int set_interval(struct settings *settings, const char *value)
{
    const char *problem = NULL;

    settings->interval = 1;
    if (value)
        settings->interval = (unsigned int)strtonum(value, 1, 86400, &problem);
    return problem ? usage("-c takes seconds from 1 to 86400, not ", value) : 0;
}

/* Which of count words value is; count if none. */
static unsigned int which(const char *value, const char *const *words, unsigned int count)
{
    unsigned int i = 0;

    while (i < count && strcmp(value, words[i]) != 0)
        i++;
    return i;
}

static int set_source(struct settings *settings, const char *value)
{
    static const char *const ways[PL_WAY_MAX] = {"auto", "diag", "proc"};
    unsigned int way = which(value, ways, PL_WAY_MAX);

    if (way == PL_WAY_MAX)
        return usage("--source takes auto, diag or proc, not ", value);
    settings->query.way = (enum pl_way)way;
    return 0;
}

static int set_owners(struct settings *settings, const char *value)
{
    static const char *const ways[PL_OWNER_WAY_MAX] = {"auto", "bpf", "scan"};
    unsigned int way = which(value, ways, PL_OWNER_WAY_MAX);

    if (way == PL_OWNER_WAY_MAX)
        return usage("--owners takes auto, bpf or scan, not ", value);
    settings->query.owner_way = (enum pl_owner_way)way;
    return 0;
}

static int set_list(struct settings *settings, int id, const char *value)
{
    const char *bad = value;
    size_t len = 0;
    bool sort = id == ID_SORT;

    if ((sort ? settings_sort : settings_columns)(settings, value, &bad, &len) == 0)
        return 0;
    if (len == 0)
        return usage(sort               ? "--sort has an empty name: "
                     : id == ID_COLUMNS ? "--columns has an empty name: "
                                        : "--group-by has an empty name: ",
                     value[0] != '\0' ? value : "''");
    complain(sort ? "no such sort key: " : "no such column: ", bad, len, "portls --list-columns");
    return EXIT_USAGE;
}

static void set_family(struct settings *settings, int id)
{
    /* The first one given replaces the default. */
    static const struct {
        int id;
        uint32_t protos, families;
    } sets[] = {
        {ID_TCP, PL_BIT(PL_PROTO_TCP), 0},       {ID_UDP, PL_BIT(PL_PROTO_UDP), 0},
        {ID_UNIX, PL_BIT(PL_PROTO_UNIX), 0},     {ID_RAW, PL_BIT(PL_PROTO_RAW), 0},
        {ID_PING, PL_BIT(PL_PROTO_ICMP), 0},     {ID_UDPLITE, PL_BIT(PL_PROTO_UDPLITE), 0},
        {ID_PACKET, PL_BIT(PL_PROTO_PACKET), 0}, {ID_NETLINK, PL_BIT(PL_PROTO_NETLINK), 0},
        {ID_SCTP, PL_BIT(PL_PROTO_SCTP), 0},     {ID_MPTCP, PL_BIT(PL_PROTO_MPTCP), 0},
        {ID_VSOCK, PL_BIT(PL_PROTO_VSOCK), 0},   {ID_XDP, PL_BIT(PL_PROTO_XDP), 0},
        {ID_TIPC, PL_BIT(PL_PROTO_TIPC), 0},     {ID_DCCP, PL_BIT(PL_PROTO_DCCP), 0},
        {ID_V4, 0, PL_BIT(PL_FAMILY_INET)},      {ID_V6, 0, PL_BIT(PL_FAMILY_INET6)},
    };

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if (sets[i].id == id) {
            settings->query.protos |= sets[i].protos;
            settings->query.families |= sets[i].families;
        }
    }
}

static const char *format_of(int id)
{
    switch (id) {
    case ID_JSON:
        return "json";
    case ID_JSONL:
        return "jsonl";
    case ID_CSV:
        return "csv";
    case ID_TSV:
        return "tsv";
    default:
        return NULL;
    }
}

static int set_format(struct settings *settings, const char *name)
{
    if (settings->format && strcmp(settings->format->name, name) != 0)
        return usage("only one format at a time, not also --", name);
    settings->format = view_format_find(name);
    return 0;
}

static void set_detail(struct settings *settings, int id)
{
    static const struct {
        int id;
        uint32_t shown;
    } details[] = {
        {ID_EXTENDED, SHOWN_MORE}, {ID_INTERNALS, SHOWN_INTERNALS}, {ID_MEMORY, SHOWN_MEMORY},
        {ID_TIMERS, SHOWN_TIMERS}, {ID_CONTEXTS, SHOWN_CONTEXTS},   {ID_PEERS, SHOWN_PEERS},
        {ID_QUEUES, SHOWN_QUEUES},
    };

    for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
        if (details[i].id == id)
            settings->details |= details[i].shown;
    }
}

static void set_flag(struct settings *settings, int id)
{
    const struct {
        int id;
        bool *flag;
        bool value;
    } flags[] = {
        {ID_LISTENING, &settings->listening, true},   {ID_ALL, &settings->all, true},
        {ID_NUMERIC, &settings->numeric, true},       {ID_PROCESSES, &settings->processes, true},
        {ID_EXTENDED, &settings->extended, true},     {ID_NO_HEADER, &settings->header, false},
        {ID_QUIET, &settings->quiet, true},           {ID_STRICT, &settings->strict, true},
        {ID_NO_SANDBOX, &settings->no_sandbox, true}, {ID_DEBUG, &settings->debug, true},
        {ID_RESOLVE, &settings->resolve, true},       {ID_SUMMARY, &settings->summary, true},
    };

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (flags[i].id == id)
            *flags[i].flag = flags[i].value;
    }
}

static int set_number(unsigned int *out, const char *value, long long min, long long max,
                      const char *what)
{
    const char *problem = NULL;

    *out = (unsigned int)strtonum(value, min, max, &problem);
    return problem ? usage(what, value) : 0;
}

static int set_color(struct settings *settings, const char *value)
{
    if (strcmp(value, "auto") != 0 && strcmp(value, "always") != 0 && strcmp(value, "never") != 0)
        return usage("--color takes auto, always or never, not ", value);
    settings->color = value;
    return 0;
}

static int set_group(struct settings *settings, const char *value)
{
    int status = set_list(settings, ID_GROUP, value);

    if (status != 0)
        return status;
    if (settings->column_count > GROUP_KEYS)
        return usage("--group-by takes at most 4 columns, not ", value);
    settings->group = true;
    return 0;
}

/* 0, or an exit status. */
static int apply(struct settings *settings, int id, const char *value)
{
    switch (id) {
    case ID_REPEAT:
        return set_interval(settings, value);
    case ID_SOURCE:
        return set_source(settings, value);
    case ID_OWNERS:
        return set_owners(settings, value);
    case ID_COLUMNS:
        settings->listed = true;
        return set_list(settings, id, value);
    case ID_SORT:
        return set_list(settings, id, value);
    case ID_GROUP:
        return set_group(settings, value);
    case ID_TOP:
        return set_number(&settings->top, value, 1, 1000000000, "--top takes a number, not ");
    case ID_RESOLVE_LIMIT:
        return set_number(&settings->resolve_seconds, value, 1, 3600,
                          "--resolve-timeout takes seconds from 1 to 3600, not ");
    case ID_COLOR:
        return set_color(settings, value);
    case ID_RECORD:
        settings->record = value;
        return 0;
    case ID_REPLAY:
        settings->replay = value;
        return 0;
    default:
        if (format_of(id))
            return set_format(settings, format_of(id));
        set_family(settings, id);
        set_detail(settings, id);
        set_flag(settings, id);
        return 0;
    }
}

/* Options that tell about portls itself, and nothing else. */
static bool is_about(int id)
{
    return id == ID_VERSION || id == ID_LIST_COLUMNS || id == ID_LIST_WORDS || id == ID_COMPLETION;
}

static int tell(const struct pairs *given, int id, const char *value)
{
    int status = pairs_check_alone(given, (enum id)id);

    if (status != 0)
        return status;
    if (id == ID_VERSION)
        return about_version();
    if (id == ID_LIST_COLUMNS)
        return about_columns();
    if (id == ID_LIST_WORDS)
        return about_words();
    return about_completion(options, OPTION_COUNT, value);
}

/* A word or an option that asks for a listing: 0, or an exit status. */
static int take(struct settings *settings, int id, const char *value)
{
    if (id != OPT_WORD)
        return apply(settings, id, value);
    if (value[0] == '\0')
        return usage("a filter word is empty: ", "");
    return ask_word(&settings->ask, value) < 0 ? EXIT_FAILED : 0;
}

/* The exit status; -1: list. */
static int parse(struct opts *opts, struct settings *settings)
{
    struct pairs given = {.table = options};
    const char *value = NULL; /* of the option about */
    int about = 0;
    int status;
    int id;

    while ((id = opts_next(opts)) != OPT_END) {
        if (id == OPT_BAD)
            return usage("", opts->problem);
        if (id == ID_HELP)
            return about_help(options, OPTION_COUNT);
        /* lsof(8)'s -i4TCP and -i:443 are a filter. */
        if (id == ID_INTERNALS && opts->bundle && ask_is_lsof(opts->bundle)) {
            opts->value = opts->bundle;
            opts->bundle = "";
            id = OPT_WORD;
            /* "@" and a name would be a UNIX one. */
            if (opts->value[0] == '@') {
                if (ask_word(&settings->ask, "host") < 0)
                    return EXIT_FAILED;
                opts->value++;
            }
        }
        if (id != OPT_WORD)
            given.given |= (uint64_t)1 << id;
        else if (!given.word)
            given.word = opts->value;
        if (is_about(id)) {
            about = id;
            value = opts->value;
            continue;
        }
        status = take(settings, id, opts->value);
        if (status != 0)
            return status;
    }
    if (about != 0)
        return tell(&given, about, value);
    status = pairs_check(&given);
    return status != 0 ? status : -1;
}

/* What groups have no use for is refused, and so is an order by what they do not have. */
static int check_group(const struct settings *settings)
{
    if (settings->listed)
        return usage("--columns does not go with --group-by, which takes the columns itself", "");
    if (settings->summary)
        return usage("-s does not go with --group-by", "");
    if (settings->order == ORDER_KERNEL)
        return usage("with --group-by, --sort takes the columns of groups, not ", "none");
    for (size_t i = 0; i < settings->key_count; i++) {
        const struct column *key = settings->keys[i].column;
        size_t at = 0;

        while (at < settings->column_count && settings->columns[at] != key)
            at++;
        if (at == settings->column_count)
            return usage("with --group-by, --sort takes the columns of groups, not ", key->name);
    }
    return 0;
}

static int start(struct settings *settings)
{
    int status = ask_parse(&settings->ask);

    if (status != 0)
        return status;
    if (settings->record && settings->elevated)
        return usage("--record is not for a program with more rights than its user: ",
                     settings->record);
    if (settings->record && settings->replay)
        return usage("--record and --replay exclude each other", "");
    if (settings->record && settings->interval > 0)
        return usage("-c does not go with --record ", settings->record);
    if (!settings->format)
        settings->format = view_format_find("table");
    if (settings->summary && !settings->format->several)
        return usage("-s prints a table or --json, not --", settings->format->name);
    status = settings->group ? check_group(settings) : 0;
    if (status != 0)
        return status;
    /* "portls :443" asks who it is. */
    if (settings->ask.filter && settings->query.protos == 0)
        settings->processes = true;
    return run(settings);
}

int main(int argc, char **argv)
{
    struct sandbox sandbox = {0};
    struct settings settings = {.header = true, .sandbox = &sandbox};
    struct opts opts = {.table = options, .count = OPTION_COUNT, .argv = argv + (argc > 0)};
    int status = EXIT_FAILED;

    settings.elevated = sandbox_is_elevated();
    if (!standard_hold() || as_main(argv, settings.elevated, &status) == 0)
        return status;
    status = parse(&opts, &settings);
    if (status < 0)
        status = start(&settings);
    ask_free(&settings.ask);
    return status;
}
