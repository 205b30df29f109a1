/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of Windows' netstat: -a, -n, -o and -p PROTO. */
#include "as.h"
#include "opts.h"
#include "run.h"

#include <string.h>
#include <strings.h>

#define STATUS_USAGE 1

enum { ID_ALL = 1, ID_NUMERIC, ID_OWNER, ID_PROTO };

static const struct opt options[] = {
    {ID_ALL, 'a', NULL, OPT_NONE, NULL, NULL},
    {ID_NUMERIC, 'n', NULL, OPT_NONE, NULL, NULL},
    {ID_OWNER, 'o', NULL, OPT_NONE, NULL, NULL},
    {ID_PROTO, 'p', NULL, OPT_TEXT, NULL, NULL},
};

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
    complain("--as windows: -p takes TCP, UDP, TCPv6 or UDPv6, not ", word, strlen(word),
             "PERSONALITIES in portls(1)");
    return STATUS_USAGE;
}

int as_windows(char **argv, const char *replay)
{
    struct as_settings settings = {
        .failed = 1, .print = windows_print, .replay = replay, .numeric_hosts = true, .numeric_ports = true};
    struct opts opts = {
        .table = options, .count = sizeof(options) / sizeof(options[0]), .argv = argv};
    struct pl_query *query = &settings.query;
    int id;

    query->protos = PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP);
    while ((id = opts_next(&opts)) != OPT_END) {
        if (id == OPT_BAD || id == OPT_WORD) {
            const char *word = id == OPT_WORD ? opts.value : "";

            complain(id == OPT_WORD ? "--as windows knows no " : opts.problem, word, strlen(word),
                     "PERSONALITIES in portls(1)");
            return STATUS_USAGE;
        }
        if (id == ID_PROTO && set_proto(query, opts.value) != 0)
            return STATUS_USAGE;
        settings.view.all |= id == ID_ALL;
        settings.view.processes |= id == ID_OWNER;
    }
    /* Without -a: connections of TCP. */
    query->states = UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (!settings.view.all) {
        query->states &= ~(PL_BIT(PL_STATE_LISTEN) | PL_BIT(PL_STATE_UNCONN));
        query->protos &= PL_BIT(PL_PROTO_TCP);
    }
    if (query->protos == 0)
        query->protos = PL_BIT(PL_PROTO_TCP), query->states = PL_BIT(PL_STATE_NONE);
    if (settings.view.processes)
        query->need = PL_NEED_OWNERS;
    return as_run(&settings);
}
