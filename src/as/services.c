/* SPDX-License-Identifier: BSD-2-Clause */
#include "as.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { OF_RAW, OF_TCP, OF_UDP, KINDS };

struct as_services {
    unsigned int kinds; /* that were read */
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

struct as_services *as_services_new(bool ports)
{
    struct as_services *services = calloc(1, sizeof(*services));
    const struct servent *service;
    const struct protoent *proto;

    if (!services)
        return NULL;
    services->kinds = ports ? KINDS : OF_RAW + 1;
    setprotoent(1);
    while ((proto = getprotoent()))
        keep(services, OF_RAW, (size_t)proto->p_proto, proto->p_name);
    endprotoent();
    if (!ports)
        return services;
    setservent(1);
    while ((service = getservent())) {
        size_t port = ntohs((uint16_t)service->s_port);

        if (strcmp(service->s_proto, "tcp") == 0)
            keep(services, OF_TCP, port, service->s_name);
        else if (strcmp(service->s_proto, "udp") == 0)
            keep(services, OF_UDP, port, service->s_name);
    }
    endservent();
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
