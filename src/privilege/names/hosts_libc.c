/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks up one name at a time, by the C library, for builds without c-ares. The limit is checked
 * between lookups. */
#include "ways.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

const char *names_built(void)
{
    return "C library";
}

/* Returns 0 or a negative errno. */
static int ask(struct names_entry *entry)
{
    char name[NI_MAXHOST];
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    bool is_v4 = entry->family == PL_FAMILY_INET;
    int err;
    const void *addr = is_v4 ? (const void *)&v4 : (const void *)&v6;

    memcpy(&v4.sin_addr, entry->addr, 4);
    memcpy(&v6.sin6_addr, entry->addr, 16);
    err = getnameinfo(addr, is_v4 ? sizeof(v4) : sizeof(v6), name, sizeof(name), NULL, 0,
                      NI_NAMEREQD);
    entry->answered = err == 0 || err == EAI_NONAME;
    entry->name = err == 0 ? strdup(name) : NULL;
    return entry->answered ? 0 : -EAGAIN;
}

int names_ask_hosts(struct names_entry *entries, size_t count, unsigned int limit_ms)
{
    time_t end = time(NULL) + (time_t)((limit_ms + 999) / 1000);
    bool answered = false;
    int err = 0;

    for (size_t i = 0; i < count; i++) {
        int one = time(NULL) <= end ? ask(&entries[i]) : -ETIMEDOUT;

        answered |= one == 0;
        err = one < 0 ? one : err;
    }
    return answered ? -err : err;
}
