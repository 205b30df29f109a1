/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of Windows' netstat that concern sockets, in either case, also with a slash. */
#include "as/as.h"
#include "model/array.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STATUS_USAGE 1
#define INTERVAL_MAX 86400 /* seconds */

struct settings {
    struct as_settings as;
    bool bound;
};

static opt_set_fn set_proto;

static const struct opt options[] = {
    AS_OPT('a', NULL, "also listening sockets", ON(as.view.all)),
    AS_OPT('n', NULL, "numbers instead of names", ON(as.numeric_hosts)),
    AS_OPT('o', NULL, "process of each socket", ON(as.view.processes)),
    AS_OPT('q', NULL, "also sockets that are only bound", ON(bound)),
    {'p', 'p', NULL, OPT_TEXT, "PROTO", "TCP, UDP, TCPv6 or UDPv6", .set = set_proto},
    AS_OPT('?', NULL, "print this help", .set = as_opt_help),
    AS_REFUSED('b', NULL),
    AS_REFUSED('e', NULL),
    AS_REFUSED('f', NULL),
    AS_REFUSED('i', NULL),
    AS_REFUSED('r', NULL),
    AS_REFUSED('s', NULL),
    AS_REFUSED('t', NULL),
    AS_REFUSED('x', NULL),
    AS_REFUSED('y', NULL)};

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
    struct pl_query *query = &((struct as_settings *)opts->settings)->query;
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
    "portls with the options of Windows' netstat; see PERSONALITIES in portls(1)\n\n"

int as_windows(char **argv, const struct as_own *own)
{
    struct settings command = {
        .as = {.name = "windows",
               .who = WHO,
               .options = options,
               .option_count = COUNT_OF(options),
               .word = set_interval,
               .usage = STATUS_USAGE,
               .any_case = true,
               .print = windows_print,
               .numeric_users = true,
               .own = *own},
    };
    struct as_settings *settings = &command.as;
    struct pl_query *query = &settings->query;
    int status;

    for (char **word = argv; *word; word++) {
        if ((*word)[0] == '/' && (*word)[1] != '\0')
            (*word)[0] = '-';
    }
    query->protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP);
    status = as_opts_apply(settings, argv);
    if (status >= 0)
        return status;
    settings->numeric_ports = settings->numeric_hosts;
    query->states = command.bound ? UINT32_MAX : UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (!settings->view.all && !command.bound) {
        /* UDP has no connections: its table is read without printing a row. */
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
