/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>

static size_t copy(const char *text, char *buf, size_t size)
{
    size_t len = strnlen(text, size);

    memcpy(buf, text, len);
    return len;
}

size_t names_here_user(uint32_t uid, char *buf, size_t size)
{
    const struct passwd *found = getpwuid(uid);

    return found ? copy(found->pw_name, buf, size) : 0;
}

size_t names_here_service(uint32_t port, unsigned int proto, char *buf, size_t size)
{
    const struct servent *found = NULL;

    if (port <= UINT16_MAX)
        found = getservbyport(htons((uint16_t)port),
                              proto == PL_PROTO_UNKNOWN ? NULL : pl_proto_name(proto));
    return found ? copy(found->s_name, buf, size) : 0;
}

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

int names_here_addresses(const char *host, unsigned int family, struct pl_host *out, size_t max)
{
    const struct addrinfo hints = {
        .ai_family = family == PL_FAMILY_INET    ? AF_INET
                     : family == PL_FAMILY_INET6 ? AF_INET6
                                                 : AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
    };
    struct addrinfo *list;
    size_t count = 0;
    int err = getaddrinfo(host, NULL, &hints, &list);

    if (err != 0)
        return err == EAI_AGAIN ? -EAGAIN : 0;
    for (const struct addrinfo *info = list; info && count < max; info = info->ai_next)
        count += take_address(info, &out[count]);
    freeaddrinfo(list);
    return (int)count;
}

int names_here_port(const char *service, unsigned int proto)
{
    const struct servent *found = getservbyname(service, pl_proto_name(proto));

    return found ? ntohs((uint16_t)found->s_port) : -ENOENT;
}

void names_here_table(enum names_table table, names_row_fn *row, void *arg)
{
    const struct protoent *proto;

    if (table == NAMES_SERVICES) {
        const struct servent *service;

        setservent(1);
        while ((service = getservent()))
            row(arg, ntohs((uint16_t)service->s_port), service->s_proto, service->s_name);
        endservent();
        return;
    }
    setprotoent(1);
    while ((proto = getprotoent()))
        row(arg, (unsigned int)proto->p_proto, "", proto->p_name);
    endprotoent();
}
