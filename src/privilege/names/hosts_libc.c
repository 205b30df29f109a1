/* SPDX-License-Identifier: BSD-2-Clause */
/* One after the other, by the C library: for builds without c-ares. The limit holds between two. */
#include "ways.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

const char *names_built(void)
{
    return "C library";
}

static char *ask(const struct names_entry *entry)
{
    char name[NI_MAXHOST];
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    bool is_v4 = entry->family == PL_FAMILY_INET;
    const void *addr = is_v4 ? (const void *)&v4 : (const void *)&v6;

    memcpy(&v4.sin_addr, entry->addr, 4);
    memcpy(&v6.sin6_addr, entry->addr, 16);
    if (getnameinfo(addr, is_v4 ? sizeof(v4) : sizeof(v6), name, sizeof(name), NULL, 0,
                    NI_NAMEREQD) != 0)
        return NULL;
    return strdup(name);
}

void names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms)
{
    time_t end = time(NULL) + (time_t)((limit_ms + 999) / 1000);

    for (size_t i = 0; i < count && time(NULL) <= end; i++)
        entries[i].name = ask(&entries[i]);
}
