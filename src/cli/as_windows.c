/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of Windows' netstat that list sockets: -a, -n, -o, -q, -p PROTO and an interval, in
 * either case and with a slash as well.
 */
#include "as.h"
#include "complain.h"
#include "opts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATUS_USAGE 1
#define HELP         "PERSONALITIES in portls(1)"
#define INTERVAL_MAX 86400 /* seconds */

enum { ID_ALL = 1, ID_NUMERIC, ID_OWNER, ID_BOUND, ID_PROTO, ID_REFUSED };

static const struct opt options[] = {
    {ID_ALL, 'a', NULL, OPT_NONE, NULL, NULL},     {ID_ALL, 'A', NULL, OPT_NONE, NULL, NULL},
    {ID_NUMERIC, 'n', NULL, OPT_NONE, NULL, NULL}, {ID_NUMERIC, 'N', NULL, OPT_NONE, NULL, NULL},
    {ID_OWNER, 'o', NULL, OPT_NONE, NULL, NULL},   {ID_OWNER, 'O', NULL, OPT_NONE, NULL, NULL},
    {ID_BOUND, 'q', NULL, OPT_NONE, NULL, NULL},   {ID_BOUND, 'Q', NULL, OPT_NONE, NULL, NULL},
    {ID_PROTO, 'p', NULL, OPT_TEXT, NULL, NULL},   {ID_PROTO, 'P', NULL, OPT_TEXT, NULL, NULL},
    {ID_REFUSED, 'b', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'B', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'e', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'E', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'f', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'F', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'i', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'I', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'r', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'R', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 's', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'S', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 't', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'T', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'x', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'X', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'y', NULL, OPT_NONE, NULL, NULL}, {ID_REFUSED, 'Y', NULL, OPT_NONE, NULL, NULL},
};

static int refuse(const char *what, const char *culprit)
{
    complain(what, culprit, strlen(culprit), HELP);
    return STATUS_USAGE;
}

static int set_proto(struct pl_query *query, const char *word)
{
    static const struct {
        const char *word;
        enum pl_proto proto;
        enum pl_family family;
    } words[] = {{"tcp", PL_PROTO_TCP, PL_FAMILY_INET},
                 {"udp", PL_PROTO_UDP, PL_FAMILY_INET},
                 {"tcpv6", PL_PROTO_TCP, PL_FAMILY_INET6},
                 {"udpv6", PL_PROTO_UDP, PL_FAMILY_INET6}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(word, words[i].word) == 0) {
            query->protos = PL_BIT(words[i].proto);
            query->families = PL_BIT(words[i].family);
            return 0;
        }
    }
    return refuse("--as windows: -p takes TCP, UDP, TCPv6 or UDPv6, not ", word);
}

static int set_interval(struct as_settings *settings, const char *word)
{
    const char *error;
    long long seconds = strtonum(word, 1, INTERVAL_MAX, &error);

    if (error)
        return refuse("--as windows knows no ", word);
    settings->interval = (unsigned int)seconds;
    return 0;
}

/* Answers 0 or the exit status. */
static int parse(struct as_settings *settings, char **argv, bool *bound)
{
    struct opts opts = {
        .table = options, .count = sizeof(options) / sizeof(options[0]), .argv = argv};
    int id;

    for (char **word = argv; *word; word++) {
        if ((*word)[0] == '/' && (*word)[1] != '\0')
            (*word)[0] = '-';
    }
    while ((id = opts_next(&opts)) != OPT_END) {
        int status = 0;

        if (id == OPT_BAD)
            return refuse(opts.problem, "");
        if (id == ID_REFUSED)
            return refuse("--as windows cannot do all of: ", opts.argv[-1]);
        if (id == OPT_WORD)
            status = set_interval(settings, opts.value);
        else if (id == ID_PROTO)
            status = set_proto(&settings->query, opts.value);
        if (status != 0)
            return status;
        settings->view.all |= id == ID_ALL || id == ID_BOUND;
        *bound |= id == ID_BOUND;
        settings->numeric_hosts |= id == ID_NUMERIC;
        settings->view.processes |= id == ID_OWNER;
    }
    settings->numeric_ports = settings->numeric_hosts;
    return 0;
}

int as_windows(char **argv, const struct as_own *own)
{
    struct as_settings settings = {.failed = 1, .print = windows_print, .own = *own};
    struct pl_query *query = &settings.query;
    bool bound = false;
    int status;

    query->protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP);
    status = parse(&settings, argv, &bound);
    if (status != 0)
        return status;
    settings.numeric_users = true;
    query->states = bound ? UINT32_MAX : UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (!settings.view.all) {
        /* Connections of TCP. Those of UDP are none there: the table is read, and no row shown. */
        query->states &= ~(PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN));
        if (query->protos & PL_BIT(PL_PROTO_TCP))
            query->protos = PL_BIT(PL_PROTO_TCP);
        else
            query->states = PL_BIT(PL_STATE_NONE);
    }
    if (settings.view.processes)
        query->need = PL_NEED_OWNERS;
    return as_run(&settings);
}
