/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of net-tools 2.10's netstat that list sockets, and its ways: which families follow
 * from which, when it minds that one is missing, and what it says of processes it may not read.
 */
#include "as/opts.h"
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

/* Without it, asking the kernel for SCTP sockets would load the module. */
#define SCTP_TABLES "/proc/net/sctp"

enum {
    ID_TCP = 1,
    ID_UDP,
    ID_UDPLITE,
    ID_SCTP,
    ID_RAW,
    ID_UNIX,
    ID_V4,
    ID_V6,
    ID_FAMILIES,
    ID_LISTENING,
    ID_ALL,
    ID_NUMERIC,
    ID_HOSTS,
    ID_PORTS,
    ID_USERS,
    ID_PROGRAMS,
    ID_EXTEND,
    ID_TIMERS,
    ID_WIDE,
    ID_CONTINUOUS,
    ID_VERBOSE,
    ID_IGNORED,
    ID_HELP,
    ID_REFUSED_FAMILY, /* its names are one option for getopt_long(3), the others are each one */
    ID_REFUSED_ROUTE,
    ID_REFUSED_INTERFACES,
    ID_REFUSED_STATISTICS,
    ID_REFUSED_GROUPS,
    ID_REFUSED_MASQUERADE,
    ID_REFUSED_CACHE,
    ID_REFUSED_FIB,
    ID_REFUSED_CONTEXT,
    ID_REFUSED_L2CAP,
    ID_REFUSED_RFCOMM,
    ID_REFUSED_VERSION,
    ID_MAX,
};

struct command {
    struct as_settings settings;
};

static opt_set_fn add_families, set_numeric;

#define PROTO(name)  BITS(settings.query.protos, PL_BIT(PL_PROTO_##name))
#define FAMILY(name) BITS(settings.query.families, PL_BIT(PL_FAMILY_##name))
#define REFUSED      .set = as_opt_refuse

/* Names that it knows and we do not are here for the sake of what an abbreviation stands for. */
static const struct opt options[] = {
    {ID_TCP, 't', "tcp", OPT_NONE, NULL, "TCP", PROTO(TCP)},
    {ID_UDP, 'u', "udp", OPT_NONE, NULL, "UDP", PROTO(UDP)},
    {ID_UDPLITE, 'U', "udplite", OPT_NONE, NULL, "UDP-Lite", PROTO(UDPLITE)},
    {ID_SCTP, 'S', "sctp", OPT_NONE, NULL, "SCTP", PROTO(SCTP)},
    {ID_RAW, 'w', "raw", OPT_NONE, NULL, "raw sockets", PROTO(RAW)},
    {ID_UNIX, 'x', "unix", OPT_NONE, NULL, "UNIX sockets", PROTO(UNIX)},
    /* Of inet and inet6 it takes the first. */
    {ID_V4, 0, "ine", OPT_NONE, NULL, NULL, FAMILY(INET)},
    {ID_V4, '4', "inet", OPT_NONE, NULL, "IPv4"},
    {ID_V6, '6', "inet6", OPT_NONE, NULL, "IPv6", FAMILY(INET6)},
    {ID_V4, 0, "ip", OPT_NONE, NULL, "IPv4"},
    {ID_FAMILIES, 'A', "protocol", OPT_TEXT, "LIST",
     "families: inet, inet6, unix, separated by commas", .set = add_families},
    {ID_LISTENING, 'l', "listening", OPT_NONE, NULL, "only listening sockets",
     ON(settings.view.listening)},
    {ID_ALL, 'a', "all", OPT_NONE, NULL, "listening sockets and connections",
     ON(settings.view.all)},
    {ID_NUMERIC, 'n', "numeric", OPT_NONE, NULL, "numbers instead of names", .set = set_numeric},
    {ID_HOSTS, 0, "numeric-hosts", OPT_NONE, NULL, "no host names", ON(settings.numeric_hosts)},
    {ID_PORTS, 0, "numeric-ports", OPT_NONE, NULL, "no port names", ON(settings.numeric_ports)},
    {ID_USERS, 0, "numeric-users", OPT_NONE, NULL, "no user names", ON(settings.numeric_users)},
    {ID_PROGRAMS, 'p', "programs", OPT_NONE, NULL, "processes", ON(settings.view.processes)},
    {ID_EXTEND, 'e', "extend", OPT_NONE, NULL, "user and inode", ON(settings.view.extended)},
    {ID_TIMERS, 'o', "timers", OPT_NONE, NULL, "TCP timers", ON(settings.view.timers)},
    {ID_WIDE, 'W', "wide", OPT_NONE, NULL, "do not truncate addresses", ON(settings.view.wide)},
    {ID_CONTINUOUS, 'c', "continuous", OPT_NONE, NULL, "repeat every second", .set = opt_set_number,
     AT(settings.interval)},
    {ID_VERBOSE, 'v', "verbose", OPT_NONE, NULL, "report unsupported families",
     ON(settings.verbose)},
    {ID_IGNORED, 'N', "symbolic", OPT_NONE, NULL, "no effect"},
    {ID_IGNORED, 'd', NULL, OPT_NONE, NULL, "no effect"},
    {ID_IGNORED, 0, "tcpip", OPT_NONE, NULL, NULL},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = as_opt_help},
    {ID_REFUSED_VERSION, 'V', "version", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_ROUTE, 'r', "route", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_INTERFACES, 'i', "interfaces", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_STATISTICS, 's', "statistics", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_GROUPS, 'g', "groups", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_MASQUERADE, 'M', "masquerade", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_CACHE, 'C', "cache", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FIB, 'F', "fib", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_CONTEXT, 'Z', "context", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_L2CAP, '2', "l2cap", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_RFCOMM, 'f', "rfcomm", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "ax25", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "x25", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "ipx", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "appletalk", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "netrom", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "ddp", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "rose", OPT_NONE, NULL, NULL, REFUSED},
    {ID_REFUSED_FAMILY, 0, "bluetooth", OPT_NONE, NULL, NULL, REFUSED},
};

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
        uint32_t protos, families; /* none: it has the family, and we do not */
    } names[] = {
        {"inet", 0, PL_BIT(PL_FAMILY_INET)},
        {"ip", 0, PL_BIT(PL_FAMILY_INET)},
        {"tcpip", 0, PL_BIT(PL_FAMILY_INET)},
        {"inet6", 0, PL_BIT(PL_FAMILY_INET6)},
        {"ip6", 0, PL_BIT(PL_FAMILY_INET6)},
        {"unix", PL_BIT(PL_PROTO_UNIX), 0},
        {"ax25", 0, 0},
        {"ipx", 0, 0},
        {"rose", 0, 0},
        {"netrom", 0, 0},
        {"appletalk", 0, 0},
        {"ddp", 0, 0},
        {"econet", 0, 0},
        {"x25", 0, 0},
        {"ash", 0, 0},
        {"bluetooth", 0, 0},
    };
    struct pl_query *query = &((struct command *)opts->settings)->settings.query;

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

/* ---- what it says ---- */

/* What it calls the tables, in its order. The last ones are none of ours. */
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

/* Protocols with a socket: whatever else is missing, one of their tables was read. */
static uint32_t present_of(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    uint32_t present = 0;

    for (size_t i = 0; i < count; i++)
        present |= PL_BIT(socks[i].proto);
    return present;
}

static uint32_t absent_of(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);
    uint32_t absent = 0;

    for (size_t i = 0; i < count; i++) {
        if (notes[i].kind != PL_NOTE_FAMILY_ABSENT && notes[i].kind != PL_NOTE_FEED_FAILED &&
            notes[i].kind != PL_NOTE_FEED_MISSING)
            continue;
        for (size_t j = 0; j < COUNT_OF(tables); j++) {
            if (tables[j].file && ends_with(notes[i].feed, tables[j].file))
                absent |= PL_BIT(tables[j].proto);
        }
    }
    return absent & ~present_of(snap);
}

static void say_unsupported(const char *name)
{
    (void)fprintf(stderr, "netstat: no support for `%s' on this system.\n", name);
}

/* 0, or the exit status with which it stops at the first missing one that was asked for by name. */
static int judge_tables(struct as_settings *settings, const struct pl_snapshot *snap)
{
    uint32_t absent = settings->absent | absent_of(snap);
    uint32_t families = settings->query.families;
    bool everything = settings->view.protos == (INTERNET | PL_BIT(PL_PROTO_UNIX)) && families == 0;

    if (families != 0 && !(families & PL_BIT(PL_FAMILY_INET)))
        absent &= ~INTERNET; /* of IPv6 it does not mind */
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
            say_unsupported(tables[i].name); /* it has two tables, of servers and connections */
    }
    return 0;
}

static int judge(struct as_settings *settings, const struct pl_snapshot *snap)
{
    struct pl_sight sight = pl_snapshot_sight(snap);

    if (settings->own.replay)
        return judge_tables(settings, snap); /* it was not we who might not read them */
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

/* ---- what follows from what ---- */

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
        /* Rows in the order of /proc/net. Of UNIX sockets only sock_diag tells the true names. */
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
        query->states = PL_BIT(PL_STATE_NONE); /* no row */
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

/* It does not mind words. */
static int take_word(struct opts *opts)
{
    (void)opts;
    return OPTS_GO_ON;
}

int as_netstat(char **argv, const struct as_own *own)
{
    struct command command = {
        .settings = {.name = "netstat",
                     .who = "",
                     .failed = 1,
                     .print = netstat_print,
                     .judge = judge,
                     .own = *own},
    };
    struct as_settings *settings = &command.settings;
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

    if (status >= 0)
        return status;
    settle(settings);
    settings->services = settings->numeric_ports ? NULL : as_services_new();
    status = as_run(settings);
    as_services_free(settings->services);
    return status;
}
