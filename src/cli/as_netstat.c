/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of net-tools 2.10's netstat. */
#include "as.h"
#include "opts.h"
#include "run.h"

#include <string.h>

#define STATUS_USAGE 3

enum {
    ID_TCP = 1,
    ID_UDP,
    ID_UDPLITE,
    ID_RAW,
    ID_V4,
    ID_V6,
    ID_LISTENING,
    ID_ALL,
    ID_NUMERIC,
    ID_HOSTS,
    ID_PORTS,
    ID_USERS,
    ID_PROGRAMS,
    ID_EXTEND,
    ID_WIDE,
    ID_CONTINUOUS,
    ID_IGNORED,
    ID_REFUSED,
};

static const struct opt options[] = {
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, NULL},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, NULL},
    {ID_UDPLITE, 'U', "udplite", OPT_NONE, NULL, NULL},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, NULL},
    {ID_V4, '4', "inet", OPT_NONE, NULL, NULL},
    {ID_V6, '6', "inet6", OPT_NONE, NULL, NULL},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL, NULL},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, NULL},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, NULL},
    {ID_HOSTS, 0, "numeric-hosts", OPT_NONE, NULL, NULL},
    {ID_PORTS, 0, "numeric-ports", OPT_NONE, NULL, NULL},
    {ID_USERS, 0, "numeric-users", OPT_NONE, NULL, NULL},
    {ID_PROGRAMS, 'p', "programs", OPT_NONE, NULL, NULL},
    {ID_EXTEND, 'e', "extend", OPT_NONE, NULL, NULL},
    {ID_WIDE, 'W', "wide", OPT_NONE, NULL, NULL},
    {ID_CONTINUOUS, 'c', "continuous", OPT_NONE, NULL, NULL},
    {ID_IGNORED, 'v', "verbose", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'o', "timers", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'x', "unix", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'S', "sctp", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'r', "route", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'i', "interfaces", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'g', "groups", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 's', "statistics", OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'M', "masquerade", OPT_NONE, NULL, NULL},
};

static void apply(struct as_settings *settings, int id)
{
    static const struct {
        int id;
        uint32_t protos, families;
    } sets[] = {
        {ID_TCP, PL_BIT(PL_PROTO_TCP), 0},         {ID_UDP, PL_BIT(PL_PROTO_UDP), 0},
        {ID_UDPLITE, PL_BIT(PL_PROTO_UDPLITE), 0}, {ID_RAW, PL_BIT(PL_PROTO_RAW), 0},
        {ID_V4, 0, PL_BIT(PL_FAMILY_INET)},        {ID_V6, 0, PL_BIT(PL_FAMILY_INET6)},
    };
    const struct {
        int id;
        bool *flag;
    } flags[] = {
        {ID_LISTENING, &settings->view.listening}, {ID_ALL, &settings->view.all},
        {ID_NUMERIC, &settings->numeric_hosts},    {ID_NUMERIC, &settings->numeric_ports},
        {ID_NUMERIC, &settings->numeric_users},    {ID_HOSTS, &settings->numeric_hosts},
        {ID_PORTS, &settings->numeric_ports},      {ID_USERS, &settings->numeric_users},
        {ID_PROGRAMS, &settings->view.processes},  {ID_EXTEND, &settings->view.extended},
        {ID_WIDE, &settings->view.wide},
    };

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if (sets[i].id == id) {
            settings->query.protos |= sets[i].protos;
            settings->query.families |= sets[i].families;
        }
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        *flags[i].flag |= flags[i].id == id;
    if (id == ID_CONTINUOUS)
        settings->interval = 1;
}

int as_netstat(char **argv, bool no_sandbox)
{
    struct as_settings settings = {.failed = 1, .print = netstat_print, .no_sandbox = no_sandbox};
    struct opts opts = {
        .table = options, .count = sizeof(options) / sizeof(options[0]), .argv = argv};
    struct pl_query *query = &settings.query;
    int id;

    while ((id = opts_next(&opts)) != OPT_END) {
        const char *word = opts.argv[-1];

        if (id == OPT_BAD || id == ID_REFUSED) {
            complain(id == OPT_BAD ? opts.problem : "--as netstat cannot do all of: ",
                     id == OPT_BAD ? "" : word, id == OPT_BAD ? 0 : strlen(word),
                     "PERSONALITIES in portls(1)");
            return STATUS_USAGE;
        }
        apply(&settings, id);
    }
    if (query->protos == 0)
        query->protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP) | PL_BIT(PL_PROTO_UDPLITE) |
                        PL_BIT(PL_PROTO_RAW);
    query->way = PL_WAY_PROC; /* what netstat reads: the order of the rows is the kernel's there */
    query->states = UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (settings.view.processes)
        query->need = PL_NEED_OWNERS | PL_NEED_COMMANDS;
    return as_run(&settings);
}
