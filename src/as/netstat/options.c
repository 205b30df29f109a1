/* SPDX-License-Identifier: BSD-2-Clause */
/* The options and messages of net-tools 2.10's netstat that concern sockets. */
#include "as/as.h"
#include "model/array.h"
#include "snapshot/beside.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Exit statuses. */
enum { STATUS_NO_SUPPORT = 1, STATUS_FAMILY = 1, STATUS_USAGE = 3 };

#define INTERNET                                                           \
    (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_SCTP) | PL_BIT(PL_PROTO_UDP) | \
     PL_BIT(PL_PROTO_UDPLITE) | PL_BIT(PL_PROTO_RAW))

/* Absent if the SCTP module is not loaded: a request would load it. */
#define SCTP_TABLES "/proc/net/sctp"

struct settings {
    struct as_settings as;
};

static opt_set_fn add_families, set_numeric;

enum { HOSTS = 1, PORTS, USERS, FOREIGN };

#define PROTO(name)  BITS(as.query.protos, PL_BIT(PL_PROTO_##name))
#define FAMILY(name) BITS(as.query.families, PL_BIT(PL_FAMILY_##name))
#define IGNORED      .set = NULL
/* In net-tools these options set values of one option: an abbreviation of two is not ambiguous. */
#define OTHER(name) AS_NAME(FOREIGN, name, NULL, .set = as_opt_refuse)

/* Unsupported names are in the table because they make abbreviations ambiguous. */
static const struct opt options[] = {
    AS_OPT('t', "tcp", "TCP", PROTO(TCP)),
    AS_OPT('u', "udp", "UDP", PROTO(UDP)),
    AS_OPT('U', "udplite", "UDP-Lite", PROTO(UDPLITE)),
    AS_OPT('S', "sctp", "SCTP", PROTO(SCTP)),
    AS_OPT('w', "raw", "raw sockets", PROTO(RAW)),
    AS_OPT('x', "unix", "UNIX sockets", PROTO(UNIX)),
    AS_NAME('4', "ine", NULL, FAMILY(INET)), /* of inet and inet6, the one named first */
    AS_OPT('4', "inet", "IPv4", FAMILY(INET)),
    AS_OPT('6', "inet6", "IPv6", FAMILY(INET6)),
    AS_NAME('4', "ip", "IPv4", FAMILY(INET)),
    {'A', 'A', "protocol", OPT_TEXT, "LIST", "families: inet, inet6, unix, separated by commas",
     .set = add_families},
    AS_OPT('l', "listening", "only listening sockets", ON(as.view.listening)),
    AS_OPT('a', "all", "listening sockets and connections", ON(as.view.all)),
    AS_OPT('n', "numeric", "numbers instead of names", .set = set_numeric),
    AS_NAME(HOSTS, "numeric-hosts", "no host names", ON(as.numeric_hosts)),
    AS_NAME(PORTS, "numeric-ports", "no port names", ON(as.numeric_ports)),
    AS_NAME(USERS, "numeric-users", "no user names", ON(as.numeric_users)),
    AS_OPT('p', "programs", "processes", ON(as.view.processes)),
    AS_OPT('e', "extend", "user and inode", ON(as.view.extended)),
    AS_OPT('o', "timers", "TCP timers", ON(as.view.timers)),
    AS_OPT('W', "wide", "do not truncate addresses", ON(as.view.wide)),
    AS_OPT('c', "continuous", "repeat every second", .set = opt_set_number, AT(as.interval)),
    AS_OPT('v', "verbose", "report unsupported families", ON(as.verbose)),
    AS_OPT('N', "symbolic", "no effect", IGNORED),
    AS_OPT('d', NULL, "no effect", IGNORED),
    AS_NAME('N', "tcpip", NULL, IGNORED),
    AS_OPT('h', "help", "print this help", .set = as_opt_help),
    AS_REFUSED('V', "version"),
    AS_REFUSED('r', "route"),
    AS_REFUSED('i', "interfaces"),
    AS_REFUSED('s', "statistics"),
    AS_REFUSED('g', "groups"),
    AS_REFUSED('M', "masquerade"),
    AS_REFUSED('C', "cache"),
    AS_REFUSED('F', "fib"),
    AS_REFUSED('Z', "context"),
    AS_REFUSED('2', "l2cap"),
    AS_REFUSED('f', "rfcomm"),
    OTHER("ax25"),
    OTHER("x25"),
    OTHER("ipx"),
    OTHER("appletalk"),
    OTHER("netrom"),
    OTHER("ddp"),
    OTHER("rose"),
    OTHER("bluetooth")};

static int set_numeric(struct opts *opts, const struct opt *opt)
{
    struct as_settings *settings = opts->settings;

    (void)opt;
    settings->numeric_hosts = settings->numeric_ports = settings->numeric_users = true;
    return OPTS_GO_ON;
}

/* "inet,unix" */
static int add_families(struct opts *opts, const struct opt *opt)
{
    static const struct {
        const char *name;
        uint32_t protos, families; /* NONE: net-tools has the family, portls does not */
    } names[] = {{"inet", 0, PL_BIT(PL_FAMILY_INET)},
                 {"ip", 0, PL_BIT(PL_FAMILY_INET)},
                 {"tcpip", 0, PL_BIT(PL_FAMILY_INET)},
                 {"inet6", 0, PL_BIT(PL_FAMILY_INET6)},
                 {"ip6", 0, PL_BIT(PL_FAMILY_INET6)},
                 {"unix", PL_BIT(PL_PROTO_UNIX), 0},
                 {"ax25"},
                 {"ipx"},
                 {"rose"},
                 {"netrom"},
                 {"appletalk"},
                 {"ddp"},
                 {"econet"},
                 {"x25"},
                 {"ash"},
                 {"bluetooth"}};
    struct pl_query *query = &((struct as_settings *)opts->settings)->query;

    (void)opt;
    for (const char *list = opts->value;; list++) {
        size_t len = strcspn(list, ",");
        size_t i = 0;

        while (i < COUNT_OF(names) &&
               (strlen(names[i].name) != len || strncmp(names[i].name, list, len) != 0))
            i++;
        if (i == COUNT_OF(names))
            return as_opts_refuse("unknown address family", list, len, STATUS_FAMILY);
        if (names[i].protos == 0 && names[i].families == 0)
            return as_opts_refuse("--as netstat cannot list the family", list, len, STATUS_USAGE);
        query->protos |= names[i].protos;
        query->families |= names[i].families;
        list += len;
        if (*list == '\0')
            return OPTS_GO_ON;
    }
}

/* ---- messages ---- */

/* netstat's names of its tables, in its order. portls does not have the last ones. */
static const struct {
    unsigned int proto;
    const char *file; /* end of the feed's name */
    const char *name;
} tables[] = {
    {PL_PROTO_TCP, "/tcp", "AF INET (tcp)"}, {PL_PROTO_SCTP, "/sctp", "AF INET (sctp)"},
    {PL_PROTO_UDP, "/udp", "AF INET (udp)"}, {PL_PROTO_UDPLITE, "/udplite", "AF INET (udplite)"},
    {PL_PROTO_RAW, "/raw", "AF INET (raw)"}, {PL_PROTO_UNIX, "/unix", "AF UNIX"},
    {PL_PROTO_UNKNOWN, NULL, "AF IPX"},      {PL_PROTO_UNKNOWN, NULL, "AF AX25"},
    {PL_PROTO_UNKNOWN, NULL, "AF X25"},      {PL_PROTO_UNKNOWN, NULL, "AF NETROM"},
    {PL_PROTO_UNKNOWN, NULL, "AF ROSE"},
};

static bool ends_with(struct pl_text text, const char *end)
{
    size_t len = strlen(end);

    return text.len >= len && memcmp(text.data + text.len - len, end, len) == 0;
}

/* Returns the protocols without a table. If a protocol has a socket, one of its tables was read. */
static uint32_t absent_of(const struct pl_snapshot *snap)
{
    const uint32_t kinds =
        PL_BIT(PL_NOTE_FAMILY_ABSENT) | PL_BIT(PL_NOTE_FEED_FAILED) | PL_BIT(PL_NOTE_FEED_MISSING);
    size_t note_count;
    size_t sock_count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &note_count);
    const struct pl_sock *socks = pl_snapshot_socks(snap, &sock_count);
    uint32_t absent = 0;

    for (size_t i = 0; i < note_count; i++) {
        for (size_t j = 0; kinds & PL_BIT(notes[i].kind) && j < COUNT_OF(tables); j++) {
            if (tables[j].file && ends_with(notes[i].feed, tables[j].file))
                absent |= PL_BIT(tables[j].proto);
        }
    }
    for (size_t i = 0; i < sock_count; i++)
        absent &= ~PL_BIT(socks[i].proto);
    return absent;
}

static void say_unsupported(const char *name)
{
    (void)fprintf(stderr, "netstat: no support for `%s' on this system.\n", name);
}

/*
 * Returns 0, or an exit status if a table that was requested by name is missing: it ends the list.
 */
static int judge_tables(struct as_settings *settings, const struct pl_snapshot *snap)
{
    uint32_t absent = settings->absent | absent_of(snap);
    uint32_t families = settings->query.families;
    bool everything = settings->view.protos == (INTERNET | PL_BIT(PL_PROTO_UNIX)) && families == 0;

    if (families != 0 && !(families & PL_BIT(PL_FAMILY_INET)))
        absent &= ~INTERNET; /* netstat does not report a missing IPv6 table */
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        unsigned int proto = tables[i].proto;
        bool missing = proto != PL_PROTO_UNKNOWN
                           ? (settings->view.protos & absent & PL_BIT(proto)) != 0
                           : everything && !settings->by_name && !settings->own.replay;

        if (!missing || (!settings->by_name && !(settings->verbose && everything)))
            continue;
        say_unsupported(tables[i].name);
        if (settings->by_name) {
            settings->view.ends_at = proto;
            return STATUS_NO_SUPPORT;
        }
        if (proto == PL_PROTO_SCTP && settings->view.all)
            say_unsupported(tables[i].name); /* once for servers, once for connections */
    }
    return 0;
}

static int judge(struct as_settings *settings, const struct pl_snapshot *snap)
{
    struct pl_sight sight = pl_snapshot_sight(snap);

    if (settings->own.replay)
        return judge_tables(settings, snap); /* for messages about the user */
    settings->said = sight.closed > 0 ? PL_BIT(PL_NOTE_OWNERS_HIDDEN) : 0;
    if (sight.closed > 0 && sight.found == 0)
        (void)fprintf(stderr,
                      "(No info could be read for \"-p\": geteuid()=%u but you should be root.)\n",
                      (unsigned int)geteuid());
    else if (sight.closed > 0)
        (void)fputs("(Not all processes could be identified, non-owned process info\n"
                    " will not be shown, you would have to be root to see it all.)\n",
                    stderr);
    return judge_tables(settings, snap);
}

/* ---- settings ---- */

static void settle(struct as_settings *settings)
{
    struct pl_query *query = &settings->query;

    settings->by_name = (query->protos & INTERNET) != 0;
    if (query->families != 0 && !settings->by_name)
        query->protos |= INTERNET;
    if (query->protos == 0)
        query->protos = INTERNET | PL_BIT(PL_PROTO_UNIX);
    settings->view.protos = query->protos;
    if (query->families != 0)
        query->families |= PL_BIT(PL_FAMILY_UNIX);
    if (!settings->own.replay) {
        /* Rows in the order of /proc/net. UNIX names cannot be forged in sock_diag. */
        query->way = PL_WAY_PROC;
        query->need |= PL_NEED_UNIX_DIAG;
        if (query->protos & PL_BIT(PL_PROTO_SCTP) && access(SCTP_TABLES, F_OK) != 0) {
            settings->absent = PL_BIT(PL_PROTO_SCTP);
            query->protos &= ~PL_BIT(PL_PROTO_SCTP);
        }
    }
    query->states = UINT32_MAX & ~PL_BIT(PL_STATE_BOUND);
    if (query->protos == 0) {
        query->protos = PL_BIT(PL_PROTO_RAW);
        query->states = PL_BIT(PL_STATE_NONE); /* no table */
    }
    if (query->protos & PL_BIT(PL_PROTO_UNIX))
        query->need |= PL_NEED_REFERENCES;
    if (settings->view.processes)
        query->need |= PL_NEED_OWNERS | PL_NEED_COMMANDS | PL_NEED_SIGHT;
    if (settings->view.processes && settings->own.replay)
        query->need |= PL_NEED_NAMES; /* not every system has command lines */
    if (settings->view.timers)
        query->need |= PL_NEED_TIMERS | PL_NEED_INTERNALS;
}

/* netstat ignores operands. */
static int take_word(struct opts *opts)
{
    (void)opts;
    return OPTS_GO_ON;
}

int as_netstat(char **argv, const struct as_own *own)
{
    struct settings command = {
        .as = {.name = "netstat",
               .who = "",
               .options = options,
               .option_count = COUNT_OF(options),
               .word = take_word,
               .usage = STATUS_USAGE,
               .print = netstat_print,
               .judge = judge,
               .own = *own},
    };
    struct as_settings *settings = &command.as;
    int status = as_opts_apply(settings, argv);

    if (status >= 0)
        return status;
    settle(settings);
    settings->services = settings->numeric_ports ? NULL : as_services_new(&settings->own, true);
    status = as_run(settings);
    as_services_free(settings->services);
    return status;
}
