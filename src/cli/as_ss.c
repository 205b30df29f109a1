/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of iproute2 6.1's ss. */
#include "as.h"
#include "ask.h"
#include "opts.h"
#include "run.h"

#include <string.h>

#define STATUS_USAGE 255

enum {
    ID_TCP = 1,
    ID_UDP,
    ID_RAW,
    ID_V4,
    ID_V6,
    ID_LISTENING,
    ID_ALL,
    ID_NUMERIC,
    ID_RESOLVE,
    ID_PROCESSES,
    ID_NO_HEADER,
    ID_IGNORED,
    ID_REFUSED,
};

static const struct opt options[] = {
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, NULL},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, NULL},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, NULL},
    {ID_V4, '4', "ipv4", OPT_NONE, NULL, NULL},
    {ID_V6, '6', "ipv6", OPT_NONE, NULL, NULL},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL, NULL},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, NULL},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, NULL},
    {ID_RESOLVE, 'r', "resolve", OPT_NONE, NULL, NULL},
    {ID_PROCESSES, 'p', "processes", OPT_NONE, NULL, NULL},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, NULL},
    {ID_IGNORED, 'O', "oneline", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'x', "unix", OPT_NONE, NULL, NULL},
    {ID_REFUSED, '0', "packet", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'e', "extended", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'o', "options", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'i', "info", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'm', "memory", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 's', "summary", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'K', "kill", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'E', "events", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'M', "mptcp", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'S', "sctp", OPT_NONE, NULL, NULL},
};

/* What is on its way or over, and what is open: ss's own choice without -l and -a. */
#define SHORT_LIVED (PL_BIT(PL_STATE_TIME_WAIT) | PL_BIT(PL_STATE_SYN_RECV))
#define SERVERS     (PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_CLOSED) | PL_BIT(PL_STATE_UNCONN))
#define EVERY       (PL_BIT(PL_STATE_MAX) - 1 - PL_BIT(PL_STATE_BOUND))

static void apply(struct as_settings *settings, int id)
{
    static const struct {
        int id;
        uint32_t protos, families, states;
    } sets[] = {
        {ID_TCP, PL_BIT(PL_PROTO_TCP), 0, 0},
        {ID_UDP, PL_BIT(PL_PROTO_UDP), 0, 0},
        {ID_RAW, PL_BIT(PL_PROTO_RAW), 0, 0},
        {ID_V4, 0, PL_BIT(PL_FAMILY_INET), 0},
        {ID_V6, 0, PL_BIT(PL_FAMILY_INET6), 0},
        {ID_LISTENING, 0, 0, SERVERS},
        {ID_ALL, 0, 0, EVERY},
    };

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if (sets[i].id != id)
            continue;
        settings->query.protos |= sets[i].protos;
        if (sets[i].families != 0)
            settings->query.families = sets[i].families;
        if (sets[i].states != 0)
            settings->query.states = sets[i].states; /* the last one wins */
    }
    settings->view.processes |= id == ID_PROCESSES;
    if (id == ID_NUMERIC)
        settings->numeric_ports = true;
    if (id == ID_RESOLVE)
        settings->numeric_hosts = settings->numeric_ports = false;
    if (id == ID_NO_HEADER)
        settings->view.header = false;
}

static int refuse(const char *what, const char *culprit)
{
    complain(what, culprit, strlen(culprit), "PERSONALITIES in portls(1)");
    return STATUS_USAGE;
}

/* Answers 0 or the exit status. */
static int parse(struct as_settings *settings, struct ask *ask, char **argv)
{
    struct opts opts = {
        .table = options, .count = sizeof(options) / sizeof(options[0]), .argv = argv};
    int id;

    while ((id = opts_next(&opts)) != OPT_END) {
        if (id == OPT_BAD)
            return refuse(opts.problem, "");
        if (id == ID_REFUSED)
            return refuse("--as ss cannot do all of: ", opts.argv[-1]);
        if (id == OPT_WORD && ask_word(ask, opts.value) < 0)
            return STATUS_USAGE;
        apply(settings, id);
    }
    if (settings->query.protos == 0)
        return refuse("--as ss needs one of -t, -u, -w", "");
    return ask_parse(ask) == 0 ? 0 : STATUS_USAGE;
}

int as_ss(char **argv, const char *replay)
{
    struct as_settings settings = {
        .failed = 1, .print = ss_print, .numeric_hosts = true, .ephemeral_plain = true};
    struct ask ask = {0};
    struct pl_query *query = &settings.query;
    uint32_t by_filter;
    int status;

    settings.view.header = true;
    settings.replay = replay;
    query->states = EVERY & ~(SERVERS | SHORT_LIVED);
    status = parse(&settings, &ask, argv);
    if (status == 0) {
        by_filter = ask.filter ? pl_filter_states(ask.filter) : UINT32_MAX;
        if (by_filter >> PL_STATE_MAX == 0)
            query->states = by_filter & EVERY;
        /* Connectionless sockets have one state of those that it lists by itself. */
        if (query->states == (EVERY & ~(SERVERS | SHORT_LIVED)) &&
            !(query->protos & PL_BIT(PL_PROTO_TCP)))
            query->states = PL_BIT(PL_STATE_ESTABLISHED);
        query->filter = ask.filter;
        query->need = PL_NEED_LINKS;
        if (settings.view.processes)
            query->need |= PL_NEED_OWNERS | PL_NEED_NAMES;
        settings.view.protos = query->protos;
        settings.view.states = query->states;
        status = as_run(&settings);
    }
    ask_free(&ask);
    return status;
}
