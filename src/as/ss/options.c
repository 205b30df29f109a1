/* SPDX-License-Identifier: BSD-2-Clause */
/* The options and operands of iproute2 6.1's ss. */
#include "dialect.h"
#include "model/array.h"
#include "tables.h"

#include "as/as.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "snapshot/beside.h"
#include "view/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Exit statuses: bad option; unknown host or port. */
enum { STATUS_USAGE = 255, STATUS_VALUE = 1 };

struct settings {
    struct as_settings as;
    struct ss_choice choice;
    struct ask ask;
    const char *state;  /* "state" or "exclude", if its value is the next operand */
    bool states, words; /* operands seen: a state, an expression */
    bool summary;
};

static opt_set_fn set_table, set_family, set_family_name, set_tables, set_wanted;

enum { ID_VSOCK = 1, ID_TIPC, ID_XDP, ID_TOS, ID_CGROUP, ID_SOCKOPT, ID_TIPCINFO };

#define TABLE(name)   .set = set_table, .bits = PL_BIT(SS_##name)
#define FAMILY(name)  .set = set_family, .bits = PL_FAMILY_##name
#define WANTED(value) .set = set_wanted, .bits = (value)
#define REFUSED_TEXT(id, name)                       \
    {                                                \
        id, id, name, OPT_TEXT, .set = as_opt_refuse \
    }

static const struct opt options[] = {
    AS_OPT('t', "tcp", "TCP", TABLE(TCP)),
    AS_OPT('u', "udp", "UDP", TABLE(UDP)),
    AS_OPT('w', "raw", "raw IP", TABLE(RAW)),
    AS_OPT('d', "dccp", "DCCP", TABLE(DCCP)),
    AS_OPT('S', "sctp", "SCTP", TABLE(SCTP)),
    AS_OPT('M', "mptcp", "MPTCP", TABLE(MPTCP)),
    AS_OPT('x', "unix", "UNIX", FAMILY(UNIX)),
    AS_OPT('0', "packet", "packet sockets", FAMILY(PACKET)),
    AS_NAME(ID_VSOCK, "vsock", "vsock", FAMILY(VSOCK)),
    AS_NAME(ID_TIPC, "tipc", "TIPC", FAMILY(TIPC)),
    AS_NAME(ID_XDP, "xdp", "XDP", FAMILY(XDP)),
    AS_OPT('4', "ipv4", "IPv4", FAMILY(INET)),
    AS_OPT('6', "ipv6", "IPv6", FAMILY(INET6)),
    {'f', 'f', "family", OPT_TEXT, "NAME", "inet, inet6, link, unix, netlink, vsock, tipc, xdp",
     .set = set_family_name},
    {'A', 'A', "query", OPT_TEXT, "LIST", "tables, separated by commas; ! excludes one",
     .set = set_tables},
    {'A', 0, "socket", OPT_TEXT, "LIST", "another name of --query"},
    AS_OPT('l', "listening", "only listening sockets; overrides an earlier -a",
           WANTED(PL_BIT(PL_STATE_LISTEN) | SS_CLOSED)),
    AS_OPT('a', "all", "all states", WANTED(SS_ALL)),
    AS_OPT('n', "numeric", "numbers instead of names", ON(as.view.numeric)),
    AS_OPT('r', "resolve", "host names", OFF(as.numeric_hosts)),
    AS_OPT('p', "processes", "processes that hold each socket", ON(as.view.processes)),
    AS_OPT('o', "options", "timers", ON(as.view.timers)),
    AS_OPT('e', "extended", "user, inode, cookie, more details, timers", ON(as.view.extended)),
    AS_OPT('m', "memory", "memory", ON(as.view.memory)),
    AS_OPT('i', "info", "TCP and MPTCP internals", ON(as.view.info)),
    AS_NAME(ID_TOS, "tos", "type of service, traffic class, priority", ON(as.view.tos)),
    AS_NAME(ID_CGROUP, "cgroup", "control group", ON(as.view.cgroup)),
    AS_NAME(ID_SOCKOPT, "inet-sockopt", "socket options", ON(as.view.sockopt)),
    AS_OPT('s', "summary", "summary", ON(summary)),
    AS_OPT('H', "no-header", "omit the heading", OFF(as.view.header)),
    AS_OPT('O', "oneline", "print each socket in one line", ON(as.view.one_line)),
    AS_OPT('h', "help", "print this help", .set = as_opt_help),
    AS_REFUSED('K', "kill"),
    AS_REFUSED('E', "events"),
    AS_REFUSED('T', "threads"),
    AS_REFUSED('b', "bpf"),
    AS_REFUSED('Z', "context"),
    AS_REFUSED('z', "contexts"),
    {'N', 'N', "net", OPT_TEXT, "NS", "network namespace NS", .set = opt_set_text,
     AT(as.own.netns)},
    REFUSED_TEXT('D', "diag"),
    REFUSED_TEXT('F', "filter"),
    AS_NAME(ID_TIPCINFO, "tipcinfo", NULL, .set = as_opt_refuse),
    AS_REFUSED('V', "version")};

#define WHO                                                               \
    "usage: ss [-tuwMSdx046alnrpoeimsHOh] [-f NAME] [-A LIST] [FILTER]\n" \
    "portls with the options of iproute2's ss; see PERSONALITIES in portls(1)\n\n"

/* ---- operands ---- */

static uint32_t bits_of(const char *word)
{
    static const char *const groups[] = {"all", "connected", "synchronized", "big"};
    char expression[64];
    struct pl_filter_error error;
    struct pl_filter *filter;
    uint32_t bits = 0;

    if (strchr(word, '\'') ||
        snprintf(expression, sizeof(expression), "state '%s'", word) >= (int)sizeof(expression) ||
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

static int take_state(struct settings *command, const char *word)
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

/* States precede the expression. Inside it, ss parses the keyword as a port. */
static int take_word(struct opts *opts)
{
    struct settings *command = opts->settings;
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

static struct ss_choice *choice_of(struct opts *opts)
{
    return &((struct settings *)opts->settings)->choice;
}

static int set_table(struct opts *opts, const struct opt *opt)
{
    ss_choose_tables(choice_of(opts), opt->bits);
    return OPTS_GO_ON;
}

static int set_family(struct opts *opts, const struct opt *opt)
{
    ss_choose_family(choice_of(opts), (enum pl_family)opt->bits);
    return OPTS_GO_ON;
}

static int set_family_name(struct opts *opts, const struct opt *opt)
{
    (void)opt;
    if (ss_choose_family_name(choice_of(opts), opts->value) == 0)
        return OPTS_GO_ON;
    return opts_refuse(opts, "unknown family", opts->value, strlen(opts->value));
}

static int set_tables(struct opts *opts, const struct opt *opt)
{
    struct pl_text bad;

    (void)opt;
    if (ss_choose_list(choice_of(opts), opts->value, &bad) == 0)
        return OPTS_GO_ON;
    return opts_refuse(opts, "unknown table", bad.data, bad.len);
}

/* The last one is used. */
static int set_wanted(struct opts *opts, const struct opt *opt)
{
    choice_of(opts)->wanted = opt->bits;
    return OPTS_GO_ON;
}

/* ---- settings ---- */

/* -1 or the exit status. */
static int settle(struct settings *command)
{
    const struct ss_choice *choice = &command->choice;
    struct as_settings *settings = &command->as;
    struct as_view *view = &settings->view;
    struct pl_query *query = &settings->query;
    uint32_t left = command->ask.filter ? pl_filter_families(command->ask.filter) : 0;

    view->timers |= view->extended;
    ss_choose_rest(&command->choice);
    if (choice->tables == 0)
        return as_opts_refuse("the options and the filter exclude every table", NULL, 0, 0);
    if (choice->states == 0)
        return as_opts_refuse("the options and the filter exclude every state", NULL, 0, 0);
    /* A filter with addresses of one family excludes the others. */
    if (left != 0 && (left & (left - 1)) == 0)
        ss_leave_families(&command->choice, left);
    ss_choose_query(choice, query);
    query->filter = command->ask.filter;
    query->need = PL_NEED_LINKS | PL_NEED_REPEATS |
                  (view->processes ? PL_NEED_OWNERS | PL_NEED_NAMES : 0) |
                  (view->timers ? PL_NEED_TIMERS : 0) | (view->info ? PL_NEED_INTERNALS : 0) |
                  (view->memory || query->protos & PL_BIT(PL_PROTO_XDP) ? PL_NEED_MEMORY : 0) |
                  (view->extended || view->cgroup ? PL_NEED_MORE | PL_NEED_CGROUPS : 0) |
                  (view->tos || view->sockopt ? PL_NEED_MORE : 0);
    /* The port of a netlink socket is a process id, which another machine cannot look up. */
    if (settings->own.replay && query->protos & PL_BIT(PL_PROTO_NETLINK))
        query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
    view->screen = terminal_width(STDOUT_FILENO);
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

/* Parses the expression. Returns -1 or the exit status. */
static int prepare(struct settings *command)
{
    command->ask.parse = parse;
    command->ask.sandbox = command->as.own.sandbox;
    command->ask.family = command->choice.family;
    if (ask_parse(&command->ask) != 0)
        return command->ask.value ? STATUS_VALUE : STATUS_USAGE;
    return settle(command);
}

static int run(struct settings *command)
{
    struct as_settings *settings = &command->as;
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
        settings->services = as_services_new(&settings->own, false);
    }
    first = as_run(settings);
    as_services_free(settings->services);
    return first == 0 && status > 0 ? status : first;
}

int as_ss(char **argv, const struct as_own *own)
{
    struct settings command = {
        .as = {.name = "ss",
               .who = WHO,
               .options = options,
               .option_count = COUNT_OF(options),
               .word = take_word,
               .usage = STATUS_USAGE,
               .print = ss_print,
               .own = *own,
               .numeric_hosts = true,
               .numeric_users = true,
               .ephemeral_plain = true,
               .empty = true,
               .view.header = true},
    };
    int status = as_opts_apply(&command.as, argv);

    if (status < 0)
        status = run(&command);
    ask_free(&command.ask);
    return status;
}
