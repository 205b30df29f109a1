/* SPDX-License-Identifier: BSD-2-Clause */
/* The options and words of iproute2 6.1's ss. */
#include "dialect.h"
#include "model/array.h"
#include "tables.h"

#include "as/opts.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "snapshot/beside.h"

#include <stdio.h>
#include <string.h>

/* Exit statuses: of a bad option, and of a host or port that it does not know. */
enum { STATUS_USAGE = 255, STATUS_VALUE = 1 };

enum {
    ID_TCP = 1,
    ID_UDP,
    ID_RAW,
    ID_DCCP,
    ID_SCTP,
    ID_MPTCP,
    ID_UNIX,
    ID_PACKET,
    ID_VSOCK,
    ID_TIPC,
    ID_XDP,
    ID_V4,
    ID_V6,
    ID_FAMILY,
    ID_QUERY,
    ID_LISTENING,
    ID_ALL,
    ID_NUMERIC,
    ID_RESOLVE,
    ID_PROCESSES,
    ID_OPTIONS,
    ID_EXTENDED,
    ID_MEMORY,
    ID_INFO,
    ID_TOS,
    ID_CGROUP,
    ID_SOCKOPT,
    ID_SUMMARY,
    ID_NO_HEADER,
    ID_ONE_LINE,
    ID_HELP,
    ID_REFUSED_KILL, /* names of one start are different options */
    ID_REFUSED_EVENTS,
    ID_REFUSED_THREADS,
    ID_REFUSED_BPF,
    ID_REFUSED_CONTEXT,
    ID_REFUSED_CONTEXTS,
    ID_REFUSED_NET,
    ID_REFUSED_DIAG,
    ID_REFUSED_FILTER,
    ID_REFUSED_TIPCINFO,
    ID_REFUSED_VERSION,
    ID_MAX,
};

struct command {
    struct as_settings settings;
    struct ss_choice choice;
    struct ask ask;
    const char *state;  /* "state" or "exclude", whose word comes next */
    bool states, words; /* seen: one of them, the expression after them */
    bool summary;
};

static opt_set_fn set_table, set_family, set_family_name, set_tables, set_wanted;

#define TABLE(name)   .set = set_table, .bits = PL_BIT(SS_##name)
#define FAMILY(name)  .set = set_family, .bits = PL_FAMILY_##name
#define WANTED(value) .set = set_wanted, .bits = (value)
#define REFUSED       .set = as_opt_refuse

static const struct opt options[] = {
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, "TCP", TABLE(TCP)},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, "UDP", TABLE(UDP)},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, "raw IP", TABLE(RAW)},
    {ID_DCCP, 'd', "dccp", OPT_NONE, NULL, "DCCP", TABLE(DCCP)},
    {ID_SCTP, 'S', "sctp", OPT_NONE, NULL, "SCTP", TABLE(SCTP)},
    {ID_MPTCP, 'M', "mptcp", OPT_NONE, NULL, "MPTCP", TABLE(MPTCP)},
    {ID_UNIX, 'x', "unix", OPT_NONE, NULL, "UNIX", FAMILY(UNIX)},
    {ID_PACKET, '0', "packet", OPT_NONE, NULL, "packet sockets", FAMILY(PACKET)},
    {ID_VSOCK, 0, "vsock", OPT_NONE, NULL, "vsock", FAMILY(VSOCK)},
    {ID_TIPC, 0, "tipc", OPT_NONE, NULL, "TIPC", FAMILY(TIPC)},
    {ID_XDP, 0, "xdp", OPT_NONE, NULL, "XDP", FAMILY(XDP)},
    {ID_V4, '4', "ipv4", OPT_NONE, NULL, "IPv4", FAMILY(INET)},
    {ID_V6, '6', "ipv6", OPT_NONE, NULL, "IPv6", FAMILY(INET6)},
    {ID_FAMILY, 'f', "family", OPT_TEXT, "NAME",
     "inet, inet6, link, unix, netlink, vsock, tipc, xdp", .set = set_family_name},
    {ID_QUERY, 'A', "query", OPT_TEXT, "LIST", "tables, separated by commas; ! excludes one",
     .set = set_tables},
    {ID_QUERY, 0, "socket", OPT_TEXT, "LIST", "another name of --query"},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL,
     "only listening sockets; overrides an earlier -a",
     WANTED(PL_BIT(PL_STATE_LISTEN) | SS_CLOSED)},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, "all states", WANTED(SS_ALL)},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, "numbers instead of names",
     ON(settings.view.numeric)},
    {ID_RESOLVE, 'r', "resolve", OPT_NONE, NULL, "host names", OFF(settings.numeric_hosts)},
    {ID_PROCESSES, 'p', "processes", OPT_NONE, NULL, "processes that hold each socket",
     ON(settings.view.processes)},
    {ID_OPTIONS, 'o', "options", OPT_NONE, NULL, "timers", ON(settings.view.timers)},
    {ID_EXTENDED, 'e', "extended", OPT_NONE, NULL, "user, inode, cookie, more details, timers",
     ON(settings.view.extended)},
    {ID_MEMORY, 'm', "memory", OPT_NONE, NULL, "memory", ON(settings.view.memory)},
    {ID_INFO, 'i', "info", OPT_NONE, NULL, "TCP and MPTCP internals", ON(settings.view.info)},
    {ID_TOS, 0, "tos", OPT_NONE, NULL, "type of service, traffic class, priority",
     ON(settings.view.tos)},
    {ID_CGROUP, 0, "cgroup", OPT_NONE, NULL, "control group", ON(settings.view.cgroup)},
    {ID_SOCKOPT, 0, "inet-sockopt", OPT_NONE, NULL, "socket options", ON(settings.view.sockopt)},
    {ID_SUMMARY, 's', "summary", OPT_NONE, NULL, "summary", ON(summary)},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the heading", OFF(settings.view.header)},
    {ID_ONE_LINE, 'O', "oneline", OPT_NONE, NULL, "print each socket in one line",
     ON(settings.view.one_line)},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = as_opt_help},
    {ID_REFUSED_KILL, 'K', "kill", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_EVENTS, 'E', "events", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_THREADS, 'T', "threads", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_BPF, 'b', "bpf", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_CONTEXT, 'Z', "context", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_CONTEXTS, 'z', "contexts", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_NET, 'N', "net", OPT_TEXT, NULL, NULL, REFUSED},
    {ID_REFUSED_DIAG, 'D', "diag", OPT_TEXT, NULL, NULL, REFUSED},
    {ID_REFUSED_FILTER, 'F', "filter", OPT_TEXT, NULL, NULL, REFUSED},
    {ID_REFUSED_TIPCINFO, 0, "tipcinfo", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_VERSION, 'V', "version", OPT_NONE, NULL, NULL, REFUSED},
};

#define WHO                                                               \
    "usage: ss [-tuwMSdx046alnrpoeimsHOh] [-f NAME] [-A LIST] [FILTER]\n" \
    "portls with the options and layout of iproute2's ss; see PERSONALITIES in portls(1)\n\n"

/* ---- words ---- */

static uint32_t bits_of(const char *word)
{
    static const char *const groups[] = {"all", "connected", "synchronized", "big"};
    char expression[64];
    struct pl_filter_error error;
    struct pl_filter *filter;
    uint32_t bits = 0;

    if (snprintf(expression, sizeof(expression), "state '%s'", word) >= (int)sizeof(expression) ||
        pl_filter_parse(expression, NULL, &filter, &error) < 0)
        return 0;
    bits = pl_filter_states(filter) & SS_ALL;
    pl_filter_free(filter);
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        if (strcmp(word, groups[i]) == 0)
            bits |= PL_BIT(PL_STATE_NONE);
    }
    return bits;
}

static int take_state(struct command *command, const char *word)
{
    bool add = strcmp(command->state, "state") == 0;
    uint32_t bits = bits_of(word);

    if (bits == 0)
        return as_opts_refuse("unknown state", word, strlen(word), STATUS_USAGE);
    if (!command->states)
        command->choice.wanted = add ? 0 : SS_ALL;
    command->choice.wanted = add ? command->choice.wanted | bits : command->choice.wanted & ~bits;
    command->states = true;
    command->state = NULL;
    return OPTS_GO_ON;
}

/* States come first; it takes them for a port where an expression has begun. */
static int take_word(struct opts *opts)
{
    struct command *command = opts->settings;
    const char *word = opts->value;
    bool state =
        strcmp(word, "state") == 0 || strcmp(word, "exclude") == 0 || strcmp(word, "excl") == 0;

    if (command->state)
        return take_state(command, word);
    if (state && command->words)
        return as_opts_refuse("expected a port, not", word, strlen(word), STATUS_VALUE);
    if (state) {
        command->state = word;
        return OPTS_GO_ON;
    }
    command->words = true;
    return ask_word(&command->ask, word) < 0 ? STATUS_USAGE : OPTS_GO_ON;
}

/* ---- options ---- */

static int set_table(struct opts *opts, const struct opt *opt)
{
    struct command *command = opts->settings;

    ss_choose_tables(&command->choice, opt->bits);
    return OPTS_GO_ON;
}

static int set_family(struct opts *opts, const struct opt *opt)
{
    struct command *command = opts->settings;

    ss_choose_family(&command->choice, (enum pl_family)opt->bits);
    return OPTS_GO_ON;
}

static int set_family_name(struct opts *opts, const struct opt *opt)
{
    struct command *command = opts->settings;

    (void)opt;
    if (ss_choose_family_name(&command->choice, opts->value) < 0)
        return opts_refuse(opts, "unknown family", opts->value, strlen(opts->value));
    return OPTS_GO_ON;
}

static int set_tables(struct opts *opts, const struct opt *opt)
{
    struct command *command = opts->settings;
    struct pl_text bad;

    (void)opt;
    if (ss_choose_list(&command->choice, opts->value, &bad) < 0)
        return opts_refuse(opts, "unknown table", bad.data, bad.len);
    return OPTS_GO_ON;
}

/* The last one wins. */
static int set_wanted(struct opts *opts, const struct opt *opt)
{
    struct command *command = opts->settings;

    command->choice.wanted = opt->bits;
    return OPTS_GO_ON;
}

/* ---- what follows from them ---- */

/* -1, or the exit status. */
static int settle(struct command *command)
{
    const struct ss_choice *choice = &command->choice;
    struct as_settings *settings = &command->settings;
    struct as_view *view = &settings->view;
    struct pl_query *query = &settings->query;
    uint32_t left = command->ask.filter ? pl_filter_families(command->ask.filter) : 0;

    view->timers |= view->extended;
    ss_choose_rest(&command->choice);
    if (choice->tables == 0)
        return as_opts_refuse("the options and the filter exclude every table", NULL, 0, 0);
    if (choice->states == 0)
        return as_opts_refuse("the options and the filter exclude every state", NULL, 0, 0);
    /* An address of a family leaves no other. */
    if (left != 0 && (left & (left - 1)) == 0)
        ss_leave_families(&command->choice, left);
    ss_choose_query(choice, query);
    query->filter = command->ask.filter;
    query->need = PL_NEED_LINKS | PL_NEED_REPEATS;
    if (view->processes)
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    /* Whose number the port of a netlink socket is: not to be looked up on another machine. */
    if (settings->own.replay && query->protos & PL_BIT(PL_PROTO_NETLINK))
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    if (view->timers)
        query->need |= PL_NEED_TIMERS;
    if (view->info)
        query->need |= PL_NEED_INTERNALS;
    if (view->memory || query->protos & PL_BIT(PL_PROTO_XDP))
        query->need |= PL_NEED_MEMORY;
    if (view->extended || view->tos || view->cgroup || view->sockopt)
        query->need |= PL_NEED_MORE;
    if (view->extended || view->cgroup)
        query->need |= PL_NEED_CGROUPS;
    view->tables = choice->tables;
    view->states = choice->states;
    view->families = choice->families;
    view->asked_families = ss_asked_families(choice);
    return -1;
}

static int parse(struct ask *ask, const struct pl_filter_names *names,
                 struct pl_filter_error *error)
{
    return ss_filter_parse(ask->expression, names, ask->family, &ask->filter, error);
}

/* The expression is read, the kernel not yet: -1, or the exit status. */
static int prepare(struct command *command)
{
    command->ask.parse = parse;
    command->ask.sandbox = command->settings.own.sandbox;
    command->ask.family = command->choice.family;
    if (ask_parse(&command->ask) != 0)
        return command->ask.value ? STATUS_VALUE : STATUS_USAGE;
    return settle(command);
}

static int run(struct command *command)
{
    struct as_settings *settings = &command->settings;
    int status = 0;
    int first;

    if (command->state)
        return as_opts_refuse("missing state after", command->state, strlen(command->state),
                              STATUS_USAGE);
    settings->numeric_ports = settings->view.numeric;
    if (command->summary)
        settings->first = ss_print_summary;
    if (!command->summary || command->choice.chosen || command->states || command->words)
        status = prepare(command);
    if (status >= 0 && !command->summary)
        return status;
    if (status >= 0) {
        settings->print = NULL;
        settings->query = (struct pl_query){.need = PL_NEED_COUNTERS};
    } else if (!settings->numeric_ports && settings->query.protos & PL_BIT(PL_PROTO_RAW)) {
        settings->protocols = as_protocols_new();
    }
    first = as_run(settings);
    as_protocols_free(settings->protocols);
    return first == 0 && status > 0 ? status : first;
}

int as_ss(char **argv, const struct as_own *own)
{
    struct command command = {
        .settings = {.name = "ss",
                     .who = WHO,
                     .failed = 1,
                     .print = ss_print,
                     .own = *own,
                     .numeric_hosts = true,
                     .numeric_users = true,
                     .ephemeral_plain = true,
                     .empty = true,
                     .view.header = true},
    };
    bool given[ID_MAX] = {false};
    struct opts opts = {
        .table = options,
        .count = COUNT_OF(options),
        .argv = argv,
        .settings = &command,
        .word = take_word,
        .help = AS_HELP,
        .status = STATUS_USAGE,
        .given = given,
    };
    int status = opts_apply(&opts);

    if (status < 0)
        status = run(&command);
    ask_free(&command.ask);
    return status;
}
