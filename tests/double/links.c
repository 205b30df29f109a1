/* SPDX-License-Identifier: BSD-2-Clause */
/* Separate: libc declares if_nameindex(3) in a header that redefines much. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "double.h"

#include <ifaddrs.h>
#include <netinet/in.h>

#define LINKS_MAX 16

struct if_nameindex *if_nameindex(void)
{
    struct table table = double_call("links", "links");
    struct if_nameindex *links = calloc(LINKS_MAX + 1, sizeof(*links));
    char *rest = (char *)table.bytes;
    size_t count = 0;
    char *name;
    unsigned int number;

    if (!links)
        double_die("links");
    while (rest && count < LINKS_MAX && (name = double_name(&rest, &number)) != NULL)
        links[count++] = (struct if_nameindex){number, strdup(name)};
    free(table.bytes);
    if (table.error == 0)
        return links;
    if_freenameindex(links);
    errno = table.error;
    return NULL;
}

void if_freenameindex(struct if_nameindex *links)
{
    for (size_t i = 0; links[i].if_index != 0; i++)
        free(links[i].if_name);
    free(links);
}

unsigned int if_nametoindex(const char *name)
{
    struct if_nameindex *links = if_nameindex();
    unsigned int index = 0;

    for (size_t i = 0; links && links[i].if_index != 0; i++)
        index = strcmp(links[i].if_name, name) == 0 ? links[i].if_index : index;
    if (links)
        if_freenameindex(links);
    return index;
}

static char *link_name(uint32_t index)
{
    struct if_nameindex *links = if_nameindex();
    char *name = NULL;

    for (size_t i = 0; links && links[i].if_index != 0; i++) {
        if (links[i].if_index == index)
            name = strdup(links[i].if_name);
    }
    if (links)
        if_freenameindex(links);
    return name ? name : strdup("");
}

/* An address for each entry of the table, after one of another family and one without. */
int getifaddrs(struct ifaddrs **out)
{
    static struct sockaddr_storage addrs[LINKS_MAX];
    static struct ifaddrs all[LINKS_MAX];
    struct table table = double_call("addrs", "addrs");
    size_t count = 2;

    addrs[1].ss_family = AF_UNIX;
    all[0].ifa_addr = NULL;
    all[1].ifa_addr = (struct sockaddr *)&addrs[1];
    for (size_t at = 0; table.len - at >= 24 && count < LINKS_MAX; at += 24, count++) {
        uint32_t entry[6];

        memcpy(entry, table.bytes + at, sizeof(entry));
        addrs[count].ss_family = entry[1] == 4 ? AF_INET : AF_INET6;
        if (entry[1] == 4)
            memcpy(&((struct sockaddr_in *)&addrs[count])->sin_addr, &entry[2], 4);
        else
            memcpy(&((struct sockaddr_in6 *)&addrs[count])->sin6_addr, &entry[2], 16);
        all[count].ifa_addr = (struct sockaddr *)&addrs[count];
        all[count].ifa_name = link_name(entry[0]);
    }
    all[0].ifa_name = strdup("lo0");
    all[1].ifa_name = strdup("lo0");
    for (size_t i = 0; i < count; i++)
        all[i].ifa_next = i + 1 < count ? &all[i + 1] : NULL;
    free(table.bytes);
    *out = all;
    errno = table.error;
    return table.error != 0 ? -1 : 0;
}

void freeifaddrs(struct ifaddrs *addrs)
{
    for (; addrs; addrs = addrs->ifa_next)
        free(addrs->ifa_name);
}
