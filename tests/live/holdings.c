/* SPDX-License-Identifier: BSD-2-Clause */
#include "holdings.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct holdings *holdings_map(const char *path, bool create)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_TRUNC : 0), 0600);
    struct holdings *all = MAP_FAILED;

    if (fd < 0)
        return NULL;
    if (!create || ftruncate(fd, sizeof(*all)) == 0)
        all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return all == MAP_FAILED ? NULL : all;
}

uint64_t holdings_now(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* Returns the next index below max, or UINT32_MAX. */
static uint32_t take(atomic_uint *count, uint32_t max)
{
    uint32_t at = atomic_load(count);

    while (at < max && !atomic_compare_exchange_weak(count, &at, at + 1))
        continue;
    return at < max ? at : UINT32_MAX;
}

uint32_t holdings_live(struct holdings *all, uint32_t pid, uint32_t keeper, const char *name)
{
    uint32_t at = take(&all->life_count, LIVES_MAX);

    if (at == UINT32_MAX)
        return at;
    all->lives[at].pid = pid;
    all->lives[at].keeper = keeper;
    (void)strlcpy(all->lives[at].name, name, NAME_SIZE);
    return at;
}

uint32_t holdings_add(struct holdings *all, uint32_t life, uint32_t fd, uint64_t inode,
                      uint64_t begin)
{
    uint32_t at = take(&all->holding_count, HOLDINGS_MAX);

    if (at == UINT32_MAX)
        return at;
    all->items[at].inode = inode;
    all->items[at].life = life;
    all->items[at].fd = fd;
    atomic_store(&all->items[at].begin, begin);
    return at;
}

void holdings_end(struct holdings *all, uint32_t pid, uint32_t keeper)
{
    for (uint32_t at = atomic_load(&all->life_count); at-- > 0;) {
        struct life *life = &all->lives[at];

        if (life->pid != pid || life->keeper != keeper || atomic_load(&life->end) != 0)
            continue;
        atomic_store(&life->end, holdings_now());
        return;
    }
}
