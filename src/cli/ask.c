/* SPDX-License-Identifier: BSD-2-Clause */
#include "ask.h"
#include "model/array.h"

#include "complain.h"
#include "model/protocol.h"
#include "privilege/names/names.h"
#include "status.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULTS    (PL_BIT(PL_PROTO_TCP) | PL_BIT(PL_PROTO_UDP))
#define INET        (PL_BIT(PL_FAMILY_INET) | PL_BIT(PL_FAMILY_INET6))
#define CULPRIT_MAX 80 /* bytes of the filter that a message quotes */

int ask_word(struct ask *ask, const char *word)
{
    size_t len = strlen(word);
    char *longer = realloc(ask->expression, ask->len + len + 2);

    if (!longer)
        return -ENOMEM;
    ask->expression = longer;
    if (ask->len > 0)
        longer[ask->len++] = PL_FILTER_BOUNDARY;
    memcpy(longer + ask->len, word, len + 1);
    ask->len += len;
    return 0;
}

/* Moves the words from offset end on before those that start at offset at. */
static void move_words(struct ask *ask, size_t at, size_t end)
{
    char *text = ask->expression;

    for (; end < ask->len && at < end; at++, end++) {
        char last = text[end];

        memmove(text + at + 1, text + at, end - at);
        text[at] = last;
    }
}

int ask_lsof(struct ask *ask, const char *word)
{
    /* Alone, "@name" would be a UNIX name. */
    bool host = word[0] == '@';
    size_t at = ask->lsof;
    size_t end = ask->len;
    int err = ask_word(ask, at > 0 ? "or" : "(");

    if (err == 0 && host)
        err = ask_word(ask, "host");
    if (err == 0)
        err = ask_word(ask, word + host);
    if (err == 0 && at == 0)
        err = ask_word(ask, ")");
    if (err < 0)
        return err;
    if (at > 0)
        move_words(ask, at, end);
    ask->lsof = at > 0 ? at + ask->len - end : ask->len - 2;
    return 0;
}

/* ---- names ---- */

static void set_unresolved(struct ask *ask, const char *name, const char *instead, int err)
{
    ask->instead = instead;
    (void)strlcpy(ask->unresolved, name, sizeof(ask->unresolved));
    ask->error = -err;
}

static size_t find_host(void *arg, const char *name, unsigned int family, struct pl_host *out,
                        size_t max)
{
    struct ask *ask = arg;
    int count;

    sandbox_start_helper(ask->sandbox, false, true);
    count = names_addresses(&ask->sandbox->names, name, family, out, max);
    if (count < 0)
        set_unresolved(ask, name, "an address", count);
    return count > 0 ? (size_t)count : 0;
}

static void add_port(uint16_t port, uint16_t *out, size_t *count, size_t max)
{
    for (size_t i = 0; i < *count; i++) {
        if (out[i] == port)
            return;
    }
    if (*count < max)
        out[(*count)++] = port;
}

size_t ask_service(void *arg, const char *name, uint16_t *out, size_t max)
{
    struct ask *ask = arg;
    struct pl_service service;
    struct pl_common use;
    size_t count = 0;
    size_t at = 0;

    while (pl_service_find(name, &at, &service))
        add_port(service.first, out, &count, max);
    at = 0;
    while (pl_common_find(name, &at, &use)) {
        uint16_t first;
        uint16_t last;

        for (size_t i = 0; pl_common_port(&use, &i, &first, &last);)
            add_port(first, out, &count, max);
    }
    for (size_t i = 0; count == 0 && i < PL_REGISTRIES; i++) {
        int port;

        sandbox_start_helper(ask->sandbox, false, true);
        port = names_port(&ask->sandbox->names, name, pl_registries[i]);
        if (port >= 0)
            add_port((uint16_t)port, out, &count, max);
        else if (port != -ENOENT)
            set_unresolved(ask, name, "a port number", port);
    }
    return count;
}

static bool find_program(void *arg, const char *name)
{
    (void)arg;
    return pl_common_program(name);
}

static uint32_t find_link(void *arg, const char *name)
{
    (void)arg;
    return if_nametoindex(name);
}

/* The id of a control group is the inode of its directory. */
static uint64_t find_cgroup(void *arg, const char *path)
{
    static const char *const mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};
    char file[PATH_MAX];
    struct stat info;

    (void)arg;
    for (size_t i = 0; i < COUNT_OF(mounts); i++) {
        int len;

        /* Only the version 2 hierarchy has this file, also in its root. */
        (void)snprintf(file, sizeof(file), "%s/cgroup.controllers", mounts[i]);
        if (stat(file, &info) != 0)
            continue;
        len = snprintf(file, sizeof(file), "%s%s", mounts[i], path);
        return len > 0 && (size_t)len < sizeof(file) && stat(file, &info) == 0 ? info.st_ino : 0;
    }
    return 0;
}

/* ---- the filter ---- */

static void complain_error(const struct ask *ask, const struct pl_filter_error *error)
{
    const char *culprit = error->len > 0 ? ask->expression + error->from : NULL;
    size_t len = error->len < CULPRIT_MAX ? error->len : CULPRIT_MAX;
    char words[CULPRIT_MAX];
    bool advised = error->advice[0] != '\0';
    char place[64] = " at the end of the filter";
    char after[sizeof(place) + sizeof(error->advice)];

    if (ask->made)
        place[0] = '\0';
    else if (culprit)
        (void)snprintf(place, sizeof(place), " at character %zu of the filter", error->from + 1);
    (void)snprintf(after, sizeof(after), "%s%s", place, error->advice);
    for (size_t i = 0; culprit && i < len; i++)
        words[i] = culprit[i] == PL_FILTER_BOUNDARY ? ' ' : culprit[i];
    complain_at(error->text, culprit ? words : NULL, len, after,
                advised ? "" : "FILTER EXPRESSIONS in portls(1)");
}

static void complain_unresolved(const struct ask *ask)
{
    unsigned int ms = ask->sandbox->names.limit_ms;
    bool late = ask->error == ETIMEDOUT;
    char reason[64];
    char after[128];

    ms = ms > 0 ? ms : NAMES_DEFAULT_MS;
    if (late)
        (void)snprintf(reason, sizeof(reason), " within %u second%s", ms / 1000,
                       ms == 1000 ? "" : "s");
    else
        (void)snprintf(reason, sizeof(reason), ": %s",
                       ask->error == EAGAIN ? "no name service answers" : strerror(ask->error));
    (void)snprintf(after, sizeof(after), "%s; use %s%s", reason, ask->instead,
                   late && !ask->parse ? " or --resolve-timeout SEC" : "");
    complain_at("cannot resolve", ask->unresolved, strlen(ask->unresolved), after, "");
}

static struct pl_filter_names names_of(struct ask *ask)
{
    return (struct pl_filter_names){
        .arg = ask,
        .host = find_host,
        .service = ask_service,
        .program = find_program,
        .link = find_link,
        .cgroup = find_cgroup,
    };
}

int ask_try(struct ask *ask, const char *expression, bool hosts, struct pl_filter **out,
            struct pl_filter_error *error)
{
    struct pl_filter_names names = names_of(ask);

    if (!hosts)
        names.host = NULL;
    return pl_filter_parse(expression, &names, out, error);
}

int ask_parse(struct ask *ask)
{
    const struct pl_filter_names names = names_of(ask);
    struct pl_filter_error error = {0};
    int err;

    if (!ask->expression)
        return 0;
    err = ask->parse ? ask->parse(ask, &names, &error)
                     : pl_filter_parse(ask->expression, &names, &ask->filter, &error);
    if (err == -EINVAL) {
        ask->value = error.value;
        if (ask->error != 0)
            complain_unresolved(ask);
        else
            complain_error(ask, &error);
        return EXIT_USAGE;
    }
    if (err < 0) {
        complain_errno("cannot parse the filter", NULL, -err, "");
        return EXIT_FAILED;
    }
    return 0;
}

/*
 * Returns the protocols of the expression; if it names none, TCP and UDP or those of its families.
 */
static uint32_t protos_of(const struct pl_filter *filter)
{
    uint32_t protos = pl_filter_protos(filter);
    uint32_t families = pl_filter_families(filter);
    uint32_t usual = families & INET ? DEFAULTS : 0;

    if (families >> PL_FAMILY_MAX == 0)
        usual |= pl_family_protos(families & ~INET);
    /* Bits beyond the last protocol: the expression names none, or excludes some. */
    if (protos >> PL_PROTO_MAX != 0)
        protos &= usual;
    return protos != 0 ? protos : DEFAULTS;
}

void ask_query(const struct ask *ask, struct pl_query *query)
{
    uint32_t states;

    query->filter = ask->filter;
    if (query->protos == 0)
        query->protos = ask->filter ? protos_of(ask->filter) : DEFAULTS;
    if (!ask->filter || query->states != 0)
        return;
    states = pl_filter_states(ask->filter);
    /* Bits beyond the last state: it excludes some. Naming BOUND or a local port lists BOUND. */
    if (states >> PL_STATE_MAX != 0 && !pl_filter_names_port(ask->filter))
        states &= ~PL_BIT(PL_STATE_BOUND);
    query->states = states != 0 ? states : PL_BIT(PL_STATE_NONE);
}

void ask_free(struct ask *ask)
{
    pl_filter_free(ask->filter);
    free(ask->expression);
    *ask = (struct ask){0};
}

bool ask_is_lsof(const char *rest)
{
    size_t digits = *rest == '4' || *rest == '6';

    if (*rest == '\0' || strpbrk(rest, ":@"))
        return *rest != '\0';
    return strncmp(rest + digits, "TCP", 3) == 0 || strncmp(rest + digits, "UDP", 3) == 0 ||
           strcmp(rest + digits, "tcp") == 0 || strcmp(rest + digits, "udp") == 0;
}
