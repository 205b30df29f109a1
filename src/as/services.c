/* SPDX-License-Identifier: BSD-2-Clause */
#include "as.h"

#include "cli/session.h"

#include <stdlib.h>
#include <string.h>

enum { OF_RAW, OF_TCP, OF_UDP, KINDS };

struct as_services {
    unsigned int kinds; /* protocols that were read */
    char *names[KINDS][UINT16_MAX + 1];
};

/* net-tools uses the last of several names, iproute2 the first. */
static void keep(struct as_services *services, int kind, size_t number, const char *name)
{
    char **at = number <= UINT16_MAX ? &services->names[kind][number] : NULL;
    char *copy = at && (!*at || services->kinds == KINDS) ? strdup(name) : NULL;

    if (!copy)
        return;
    free(*at);
    *at = copy;
}

static void keep_service(void *arg, unsigned int port, const char *proto, const char *name)
{
    if (strcmp(proto, "tcp") == 0)
        keep(arg, OF_TCP, port, name);
    else if (strcmp(proto, "udp") == 0)
        keep(arg, OF_UDP, port, name);
}

static void keep_protocol(void *arg, unsigned int number, const char *proto, const char *name)
{
    (void)proto;
    keep(arg, OF_RAW, number, name);
}

struct as_services *as_services_new(const struct as_own *own, bool ports)
{
    struct as_services *services = calloc(1, sizeof(*services));

    if (!services)
        return NULL;
    services->kinds = ports ? KINDS : OF_RAW + 1;
    /* Names that cannot be looked up stay numbers, as in the other programs. */
    sandbox_start_helper(own->sandbox, false, true);
    (void)names_table(&own->sandbox->names, NAMES_PROTOCOLS, keep_protocol, services);
    if (ports)
        (void)names_table(&own->sandbox->names, NAMES_SERVICES, keep_service, services);
    return services;
}

bool as_services_find(const struct as_services *services, uint32_t port, unsigned int proto,
                      const char **out)
{
    unsigned int kind = proto == PL_PROTO_RAW                                ? OF_RAW
                        : proto == PL_PROTO_TCP                              ? OF_TCP
                        : proto == PL_PROTO_UDP || proto == PL_PROTO_UDPLITE ? OF_UDP
                                                                             : KINDS;

    if (!services || (kind >= services->kinds && services->kinds < KINDS))
        return false;
    *out = kind < KINDS && port <= UINT16_MAX ? services->names[kind][port] : NULL;
    return true;
}

void as_services_free(struct as_services *services)
{
    for (size_t kind = 0; services && kind < services->kinds; kind++) {
        for (size_t i = 0; i <= UINT16_MAX; i++)
            free(services->names[kind][i]);
    }
    free(services);
}
