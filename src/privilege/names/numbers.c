/* SPDX-License-Identifier: BSD-2-Clause */
/* From a name to addresses and ports, by the C library. */
#include "names.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static bool take_address(const struct addrinfo *info, struct pl_host *out)
{
    *out = (struct pl_host){0};
    if (info->ai_family == AF_INET && info->ai_addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in addr;

        memcpy(&addr, info->ai_addr, sizeof(addr));
        memcpy(out->addr, &addr.sin_addr, 4);
        out->family = PL_FAMILY_INET;
        return true;
    }
    if (info->ai_family == AF_INET6 && info->ai_addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 addr;

        memcpy(&addr, info->ai_addr, sizeof(addr));
        memcpy(out->addr, &addr.sin6_addr, 16);
        out->family = PL_FAMILY_INET6;
        return true;
    }
    return false;
}

size_t names_addresses(const char *host, unsigned int family, struct pl_host *out, size_t max)
{
    const struct addrinfo hints = {
        .ai_family = family == PL_FAMILY_INET    ? AF_INET
                     : family == PL_FAMILY_INET6 ? AF_INET6
                                                 : AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
    };
    struct addrinfo *list;
    size_t count = 0;

    if (getaddrinfo(host, NULL, &hints, &list) != 0)
        return 0;
    for (const struct addrinfo *info = list; info && count < max; info = info->ai_next)
        count += take_address(info, &out[count]);
    freeaddrinfo(list);
    return count;
}

int names_port(const char *service, unsigned int proto)
{
    const struct servent *found = getservbyname(service, pl_proto_name(proto));

    return found ? ntohs((uint16_t)found->s_port) : -1;
}
