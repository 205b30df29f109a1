/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of a snapshot and their names. */
#include "ways.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct names_hosts {
    struct names_entry *entries; /* sorted by family and address */
    size_t count;
};

static size_t addr_size(unsigned int family)
{
    return family == PL_FAMILY_INET ? 4 : 16;
}

static int compare(const void *a, const void *b)
{
    const struct names_entry *x = a;
    const struct names_entry *y = b;

    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return memcmp(x->addr, y->addr, addr_size(x->family));
}

static void add(struct names_hosts *hosts, unsigned int family, const uint8_t *addr)
{
    struct names_entry *entry = &hosts->entries[hosts->count];

    /* An IPv4-mapped address is looked up as IPv4. */
    if (pl_addr_is_mapped(family, addr)) {
        family = PL_FAMILY_INET;
        addr += 12;
    }
    if ((family != PL_FAMILY_INET && family != PL_FAMILY_INET6) || pl_addr_is_any(family, addr))
        return;
    *entry = (struct names_entry){.family = (uint8_t)family};
    memcpy(entry->addr, addr, addr_size(family));
    hosts->count++;
}

static void drop_repeats(struct names_hosts *hosts)
{
    size_t kept = 0;

    if (hosts->count > 1)
        qsort(hosts->entries, hosts->count, sizeof(*hosts->entries), compare);
    for (size_t i = 0; i < hosts->count; i++) {
        if (kept == 0 || compare(&hosts->entries[kept - 1], &hosts->entries[i]) != 0)
            hosts->entries[kept++] = hosts->entries[i];
    }
    hosts->count = kept;
}

int names_find_hosts(struct names *names, const struct pl_snapshot *snap, struct names_hosts **out,
                     int *error)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    struct names_hosts *hosts = calloc(1, sizeof(*hosts));

    if (hosts)
        hosts->entries = calloc(count > 0 ? 2 * count : 1, sizeof(*hosts->entries));
    if (!hosts || !hosts->entries) {
        free(hosts);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (socks[i].have & PL_HAVE_LOCAL)
            add(hosts, socks[i].family, socks[i].local_addr);
        if (socks[i].have & PL_HAVE_PEER)
            add(hosts, socks[i].family, socks[i].peer_addr);
    }
    drop_repeats(hosts);
    *error = hosts->count > 0 ? names_hosts_ask(names, hosts->entries, hosts->count) : 0;
    *out = hosts;
    return 0;
}

const char *names_host(const struct names_hosts *hosts, unsigned int family, const uint8_t *addr)
{
    struct names_entry key = {0};
    const struct names_entry *found;

    if (pl_addr_is_mapped(family, addr)) {
        family = PL_FAMILY_INET;
        addr += 12;
    }
    if (!hosts || hosts->count == 0 || (family != PL_FAMILY_INET && family != PL_FAMILY_INET6))
        return NULL;
    key.family = (uint8_t)family;
    memcpy(key.addr, addr, addr_size(family));
    found = bsearch(&key, hosts->entries, hosts->count, sizeof(key), compare);
    return found ? found->name : NULL;
}

void names_free_hosts(struct names_hosts *hosts)
{
    if (!hosts)
        return;
    for (size_t i = 0; i < hosts->count; i++)
        free(hosts->entries[i].name);
    free(hosts->entries);
    free(hosts);
}
