/* SPDX-License-Identifier: BSD-2-Clause */
#include "as.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { OF_TCP, OF_UDP, OF_RAW, KINDS };

struct as_services {
    bool loaded;
    char *names[KINDS][UINT16_MAX + 1];
};

struct as_services *as_services_new(void)
{
    return calloc(1, sizeof(struct as_services));
}

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

    services->loaded = true;
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
    if (!services->loaded)
        load(services);
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
