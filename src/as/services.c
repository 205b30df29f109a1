/* SPDX-License-Identifier: BSD-2-Clause */
#include "as.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { OF_TCP, OF_UDP, OF_RAW, KINDS };

struct as_services {
    char *names[KINDS][UINT16_MAX + 1];
};

/* A later one takes the place of an earlier. */
static void keep(struct as_services *services, int kind, size_t number, const char *name)
{
    char *copy = number <= UINT16_MAX ? strdup(name) : NULL;

    if (!copy)
        return;
    free(services->names[kind][number]);
    services->names[kind][number] = copy;
}

static void load(struct as_services *services)
{
    const struct servent *service;
    const struct protoent *proto;

    setservent(1);
    while ((service = getservent())) {
        size_t port = ntohs((uint16_t)service->s_port);

        if (strcmp(service->s_proto, "tcp") == 0)
            keep(services, OF_TCP, port, service->s_name);
        else if (strcmp(service->s_proto, "udp") == 0)
            keep(services, OF_UDP, port, service->s_name);
    }
    endservent();
    setprotoent(1);
    while ((proto = getprotoent()))
        keep(services, OF_RAW, (size_t)proto->p_proto, proto->p_name);
    endprotoent();
}

struct as_services *as_services_new(void)
{
    struct as_services *services = calloc(1, sizeof(*services));

    if (services)
        load(services);
    return services;
}

size_t as_services_find(struct as_services *services, uint32_t port, unsigned int proto, char *buf,
                        size_t size)
{
    int kind = proto == PL_PROTO_TCP                                ? OF_TCP
               : proto == PL_PROTO_UDP || proto == PL_PROTO_UDPLITE ? OF_UDP
               : proto == PL_PROTO_RAW                              ? OF_RAW
                                                                    : KINDS;
    const char *name;
    size_t len;

    if (kind == KINDS || port > UINT16_MAX)
        return 0;
    name = services->names[kind][port];
    len = name ? strnlen(name, size) : 0;
    if (len > 0)
        memcpy(buf, name, len);
    return len;
}

void as_services_free(struct as_services *services)
{
    if (!services)
        return;
    for (size_t kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i <= UINT16_MAX; i++)
            free(services->names[kind][i]);
    }
    free(services);
}

/* ---- protocols ---- */

struct as_protocols {
    char *names[UINT8_MAX + 1];
};

struct as_protocols *as_protocols_new(void)
{
    struct as_protocols *protocols = calloc(1, sizeof(*protocols));
    const struct protoent *proto;

    if (!protocols)
        return NULL;
    setprotoent(1);
    while ((proto = getprotoent())) {
        if (proto->p_proto >= 0 && proto->p_proto <= UINT8_MAX && !protocols->names[proto->p_proto])
            protocols->names[proto->p_proto] = strdup(proto->p_name);
    }
    endprotoent();
    return protocols;
}

const char *as_protocols_find(const struct as_protocols *protocols, uint32_t number)
{
    return number <= UINT8_MAX ? protocols->names[number] : NULL;
}

void as_protocols_free(struct as_protocols *protocols)
{
    if (!protocols)
        return;
    for (size_t i = 0; i <= UINT8_MAX; i++)
        free(protocols->names[i]);
    free(protocols);
}
