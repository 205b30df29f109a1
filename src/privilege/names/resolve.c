/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolve.h"

#include "privilege/sandbox.h"
#include "resolve_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct resolve {
    struct resolve_entry *entries; /* by family and address */
    size_t count;
};

static size_t addr_size(unsigned int family)
{
    return family == PL_FAMILY_INET ? 4 : 16;
}

static int compare(const void *a, const void *b)
{
    const struct resolve_entry *x = a;
    const struct resolve_entry *y = b;

    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    return memcmp(x->addr, y->addr, addr_size(x->family));
}

static void add(struct resolve *resolve, unsigned int family, const uint8_t *addr)
{
    struct resolve_entry *entry = &resolve->entries[resolve->count];

    /* Mapped addresses are looked up as the IPv4 ones they are. */
    if (pl_addr_is_mapped(family, addr)) {
        family = PL_FAMILY_INET;
        addr += 12;
    }
    if ((family != PL_FAMILY_INET && family != PL_FAMILY_INET6) || pl_addr_is_any(family, addr))
        return;
    *entry = (struct resolve_entry){.family = (uint8_t)family};
    memcpy(entry->addr, addr, addr_size(family));
    resolve->count++;
}

static void drop_repeats(struct resolve *resolve)
{
    size_t kept = 0;

    if (resolve->count > 1)
        qsort(resolve->entries, resolve->count, sizeof(*resolve->entries), compare);
    for (size_t i = 0; i < resolve->count; i++) {
        if (kept == 0 || compare(&resolve->entries[kept - 1], &resolve->entries[i]) != 0)
            resolve->entries[kept++] = resolve->entries[i];
    }
    resolve->count = kept;
}

int resolve_snapshot(const struct pl_snapshot *snap, unsigned int limit_ms, struct sandbox *sandbox,
                     struct resolve **out)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    struct resolve *resolve = calloc(1, sizeof(*resolve));

    if (resolve)
        resolve->entries = calloc(count > 0 ? 2 * count : 1, sizeof(*resolve->entries));
    if (!resolve || !resolve->entries) {
        free(resolve);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (socks[i].have & PL_HAVE_LOCAL)
            add(resolve, socks[i].family, socks[i].local_addr);
        if (socks[i].have & PL_HAVE_PEER)
            add(resolve, socks[i].family, socks[i].peer_addr);
    }
    drop_repeats(resolve);
    if (resolve->count > 0 && !sandbox_resolve(sandbox, resolve->entries, resolve->count, limit_ms))
        resolve_ask(resolve->entries, resolve->count, limit_ms);
    *out = resolve;
    return 0;
}

const char *resolve_name(const struct resolve *resolve, unsigned int family, const uint8_t *addr)
{
    struct resolve_entry key = {0};
    const struct resolve_entry *found;

    if (pl_addr_is_mapped(family, addr)) {
        family = PL_FAMILY_INET;
        addr += 12;
    }
    if (!resolve || resolve->count == 0 || (family != PL_FAMILY_INET && family != PL_FAMILY_INET6))
        return NULL;
    key.family = (uint8_t)family;
    memcpy(key.addr, addr, addr_size(family));
    found = bsearch(&key, resolve->entries, resolve->count, sizeof(key), compare);
    return found ? found->name : NULL;
}

void resolve_free(struct resolve *resolve)
{
    if (!resolve)
        return;
    for (size_t i = 0; i < resolve->count; i++)
        free(resolve->entries[i].name);
    free(resolve->entries);
    free(resolve);
}
