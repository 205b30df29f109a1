/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of Windows' netstat that list sockets: -a, -n, -o, -q, -p PROTO and an interval, in
 * either case and with a slash as well.
 */
#include "as/opts.h"
#include "model/array.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATUS_USAGE 1
#define INTERVAL_MAX 86400 /* seconds */

enum { ID_ALL = 1, ID_NUMERIC, ID_OWNER, ID_BOUND, ID_PROTO, ID_HELP, ID_REFUSED, ID_MAX };

struct command {
    struct as_settings settings;
    bool bound;
};

static opt_set_fn set_proto;

static const struct opt options[] = {
    {ID_ALL, 'a', NULL, OPT_NONE, NULL, "also listening sockets", ON(settings.view.all)},
    {ID_ALL, 'A', NULL, OPT_NONE, NULL, NULL},
    {ID_NUMERIC, 'n', NULL, OPT_NONE, NULL, "numbers instead of names", ON(settings.numeric_hosts)},
    {ID_NUMERIC, 'N', NULL, OPT_NONE, NULL, NULL},
    {ID_OWNER, 'o', NULL, OPT_NONE, NULL, "process of each socket", ON(settings.view.processes)},
    {ID_OWNER, 'O', NULL, OPT_NONE, NULL, NULL},
    {ID_BOUND, 'q', NULL, OPT_NONE, NULL, "also sockets that are only bound", ON(bound)},
    {ID_BOUND, 'Q', NULL, OPT_NONE, NULL, NULL},
    {ID_PROTO, 'p', NULL, OPT_TEXT, "PROTO", "TCP, UDP, TCPv6 or UDPv6", .set = set_proto},
    {ID_PROTO, 'P', NULL, OPT_TEXT, NULL, NULL},
    {ID_HELP, '?', NULL, OPT_NONE, NULL, "print this help", .set = as_opt_help},
    {ID_REFUSED, 'b', NULL, OPT_NONE, NULL, NULL, .set = as_opt_refuse},
    {ID_REFUSED, 'B', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'e', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'E', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'f', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'F', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'i', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'I', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'r', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'R', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 's', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'S', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 't', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'T', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'x', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'X', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'y', NULL, OPT_NONE, NULL, NULL},
    {ID_REFUSED, 'Y', NULL, OPT_NONE, NULL, NULL},
};

static int set_proto(struct opts *opts, const struct opt *opt)
{
    static const struct {
        const char *word;
        enum pl_proto proto;
        enum pl_family family;
    } words[] = {{"tcp", PL_PROTO_TCP, PL_FAMILY_INET},
                 {"udp", PL_PROTO_UDP, PL_FAMILY_INET},
                 {"tcpv6", PL_PROTO_TCP, PL_FAMILY_INET6},
                 {"udpv6", PL_PROTO_UDP, PL_FAMILY_INET6}};
    struct pl_query *query = &((struct command *)opts->settings)->settings.query;
    const char *word = opts->value;

    (void)opt;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcasecmp(word, words[i].word) == 0) {
            query->protos = PL_BIT(words[i].proto);
            query->families = PL_BIT(words[i].family);
            return OPTS_GO_ON;
        }
    }
    return as_opts_refuse("--as windows: -p takes TCP, UDP, TCPv6 or UDPv6, not", word,
                          strlen(word), STATUS_USAGE);
}

static int set_interval(struct opts *opts)
{
    struct as_settings *settings = opts->settings;
    const char *word = opts->value;
    const char *error;
    long long seconds = strtonum(word, 1, INTERVAL_MAX, &error);

    if (error)
        return as_opts_refuse("--as windows does not support", word, strlen(word), STATUS_USAGE);
    settings->interval = (unsigned int)seconds;
    return OPTS_GO_ON;
}

#define WHO                                          \
    "usage: netstat [-anoq?] [-p PROTO] [SECONDS]\n" \
    "portls with the options and layout of Windows' netstat; see PERSONALITIES in portls(1)\n\n"

int as_windows(char **argv, const struct as_own *own)
{
    struct command command = {
        .settings = {.name = "windows",
                     .who = WHO,
                     .failed = 1,
                     .print = windows_print,
                     .numeric_users = true,
                     .own = *own},
    };
    struct as_settings *settings = &command.settings;
    struct pl_query *query = &settings->query;
    bool given[ID_MAX] = {false};
    struct opts opts = {
        .table = options,
        .count = COUNT_OF(options),
        .argv = argv,
        .settings = &command,
        .word = set_interval,
        .help = AS_HELP,
        .status = STATUS_USAGE,
        .given = given,
    };
    int status;

    for (char **word = argv; *word; word++) {
        if ((*word)[0] == '/' && (*word)[1] != '\0')
            (*word)[0] = '-';
    }
    query->protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP);
    status = opts_apply(&opts);
    if (status >= 0)
        return status;
    settings->numeric_ports = settings->numeric_hosts;
    query->states = command.bound ? UINT32_MAX : UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (!settings->view.all && !command.bound) {
        /* Connections of TCP. Those of UDP are none there: the table is read, and no row shown. */
        query->states &= ~(PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN));
        if (query->protos & PL_BIT(PL_PROTO_TCP))
            query->protos = PL_BIT(PL_PROTO_TCP);
        else
            query->states = PL_BIT(PL_STATE_NONE);
    }
    if (settings->view.processes)
        query->need = PL_NEED_OWNERS;
    return as_run(settings);
}
