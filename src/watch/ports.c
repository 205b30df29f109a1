/* SPDX-License-Identifier: BSD-2-Clause */
#include "ports.h"

#include "cli/complain.h"
#include "cli/endpoint.h"
#include "cli/status.h"
#include "cli/words.h"
#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP      "portwatch --help"
#define ITEM_MAX  300 /* bytes */
#define PORTS_MAX 32  /* ports of the name of a service */
#define ALL_MAX   128 /* ports of a command line */

/* Results of parsing beside exit statuses. */
enum { IS_PORT = -1, NOT_A_PORT = -2 };

/* Protocols with ports that other sockets may wait for. */
static const char *const protos[] = {"tcp", "udp", "udplite", "sctp", "dccp", "mptcp", NULL};

static int usage(const char *what, const char *culprit)
{
    complain(what, culprit, HELP);
    return EXIT_USAGE;
}

static int no_memory(void)
{
    complain_errno("cannot parse the ports", NULL, ENOMEM, "");
    return EXIT_FAILED;
}

/* ---- one port ---- */

/* The list ends with NULL. */
static int put_words(struct ask *ask, const char *const *words)
{
    int err = 0;

    while (*words && err == 0)
        err = ask_word(ask, *words++);
    return err;
}

/* Adds words that select the sockets on a port. A socket on a wildcard address serves all. */
static int put_port(const struct port *port, struct ask *ask)
{
    char number[8];
    const char *const any[] = {"(", "proto", port->proto, "lport", number, ")", NULL};
    const char *const one[] = {"(",           "proto", port->proto, "lport", number, "(", "local",
                               port->address, "or",    "local",     "[::]",  ")",    ")", NULL};
    const char *const both[] = {"(",     "proto",       port->proto, "lport", number,    "(",
                                "local", port->address, "or",        "local", "0.0.0.0", "or",
                                "(",     "local",       "[::]",      "not",   "v6only",  ")",
                                ")",     ")",           NULL};

    (void)snprintf(number, sizeof(number), "%u", port->number);
    if (!port->address)
        return put_words(ask, any);
    return put_words(ask, port->address[0] == '[' ? one : both);
}

/* Parses the filter of a port. Returns IS_PORT or an exit status. */
static int set_filter(const struct ports *ports, struct port *port)
{
    struct ask ask = {.sandbox = ports->sandbox, .made = true};
    int status = put_port(port, &ask) < 0 ? no_memory() : ask_parse(&ask);

    port->filter = ask.filter;
    ask.filter = NULL;
    ask_free(&ask);
    return status == 0 ? IS_PORT : status;
}

/* Appends a port to the target. address may be NULL. Returns IS_PORT or an exit status. */
static int add_port(const struct ports *ports, struct target *target, unsigned int number,
                    const char *proto, const char *address)
{
    size_t all = target->count;
    struct port *more;
    struct port *port;

    for (size_t i = 0; i < ports->count; i++)
        all += ports->targets[i].count;
    if (all >= ALL_MAX)
        return usage("--wait takes at most 128 ports; one too many:", target->text);
    if (address && address[0] == '[' && !strchr(address, ':'))
        return usage("brackets enclose an IPv6 address, not", target->text);
    more = realloc(target->ports, (target->count + 1) * sizeof(*more));
    if (!more)
        return no_memory();
    target->ports = more;
    port = &more[target->count++];
    *port = (struct port){.number = (uint16_t)number, .proto = proto};
    if (address && address[0] != '\0' && strcmp(address, "*") != 0) {
        port->address = strdup(address);
        if (!port->address)
            return no_memory();
    }
    return set_filter(ports, port);
}

/* ---- spellings ---- */

static int take_number(const struct ports *ports, struct target *target, const char *word,
                       const char *proto, const char *address)
{
    const char *problem = NULL;
    unsigned int number = (unsigned int)strtonum(word, 1, 65535, &problem);

    if (problem)
        return usage("a port is a number from 1 to 65535, not", word);
    return add_port(ports, target, number, proto, address);
}

static int take_service(struct ports *ports, struct target *target, const char *name,
                        const char *proto, const char *address)
{
    struct ask ask = {.sandbox = ports->sandbox};
    uint16_t numbers[PORTS_MAX];
    size_t count = words_is_filter(name) ? 0 : ask_service(&ask, name, numbers, COUNT_OF(numbers));
    int status = NOT_A_PORT;

    for (size_t i = 0; i < count; i++) {
        status = add_port(ports, target, numbers[i], proto, address);
        if (status != IS_PORT)
            break;
    }
    return status;
}

/* Parses one item of a list. Returns IS_PORT, NOT_A_PORT or an exit status. */
static int take_item(struct ports *ports, struct target *target, const char *item, size_t len)
{
    struct endpoint end = {.proto = ports->proto};
    char buf[ITEM_MAX];
    size_t digits;

    if (len == 0 || len >= sizeof(buf))
        return NOT_A_PORT;
    memcpy(buf, item, len);
    buf[len] = '\0';
    if (!endpoint_split(buf, protos, &end))
        return NOT_A_PORT;
    digits = strspn(end.port, "0123456789");
    if (end.port[digits] == '\0')
        return take_number(ports, target, end.port, end.proto, end.address);
    if (digits > 0 && end.port[digits] == '-')
        return usage("--wait takes single ports and lists of them, not the range", end.port);
    return take_service(ports, target, end.port, end.proto, end.address);
}

/* Parses an operand. Returns IS_PORT, NOT_A_PORT or an exit status. */
static int take_word(struct ports *ports, struct target *target, const char *word)
{
    const char *item = word;

    for (;;) {
        size_t len = strcspn(item, ",");
        int status = take_item(ports, target, item, len);

        if (status == NOT_A_PORT && item > word)
            return usage("not a list of ports:", word);
        if (status != IS_PORT || item[len] == '\0')
            return status;
        item += len + 1;
    }
}

/* ---- all operands ---- */

int ports_parse(struct ports *ports, const char *const *words, size_t count, size_t *taken)
{
    ports->targets = calloc(count + 1, sizeof(*ports->targets));
    if (!ports->targets)
        return no_memory();
    for (*taken = 0; *taken < count; ++*taken) {
        struct target *target = &ports->targets[ports->count];
        int status;

        target->text = words[*taken];
        status = take_word(ports, target, target->text);
        if (status == NOT_A_PORT)
            break;
        ports->count++;
        if (status != IS_PORT)
            return status;
    }
    if (ports->count > 0)
        return 0;
    if (count > 0)
        return usage("--wait takes ports and names of services, not", words[0]);
    return usage("--wait needs a port, as in: portwatch --wait 8080", NULL);
}

int ports_filter(const struct ports *ports, struct ask *ask)
{
    const char *before = "(";
    int err = 0;

    for (size_t i = 0; i < ports->count; i++) {
        const struct target *target = &ports->targets[i];

        for (size_t n = 0; n < target->count && err == 0; n++) {
            err = ask_word(ask, before);
            before = "or";
            if (err == 0)
                err = put_port(&target->ports[n], ask);
        }
    }
    return err == 0 ? ask_word(ask, ")") : err;
}

void ports_free(struct ports *ports)
{
    for (size_t i = 0; i < ports->count; i++) {
        for (size_t n = 0; n < ports->targets[i].count; n++) {
            free(ports->targets[i].ports[n].address);
            pl_filter_free(ports->targets[i].ports[n].filter);
        }
        free(ports->targets[i].ports);
    }
    free(ports->targets);
    *ports = (struct ports){0};
}
