/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger of sockets that change hands: which process held which socket at which descriptor, and
 * when. It is a file that all processes map. Times are CLOCK_MONOTONIC, in nanoseconds. Each span is
 * a little too long, never too short.
 */
#ifndef LIVE_HOLDINGS_H
#define LIVE_HOLDINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LIVES_MAX    (1U << 19)
#define HOLDINGS_MAX (1U << 22)
#define NAME_SIZE    16

struct life {
    uint32_t pid;
    uint32_t keeper;      /* process that waits for this one */
    char name[NAME_SIZE]; /* "": any */
    _Atomic uint64_t end; /* 0: not yet */
};

struct holding {
    _Atomic uint64_t begin; /* written last; 0: incomplete */
    _Atomic uint64_t end;   /* 0: as long as the process lives */
    uint64_t inode;
    uint32_t life; /* index */
    uint32_t fd;
};

struct holdings {
    atomic_uint life_count, holding_count;
    struct life lives[LIVES_MAX];
    struct holding items[HOLDINGS_MAX];
};

/* Maps the file, which is created if create is set; NULL on failure, with errno. */
struct holdings *holdings_map(const char *path, bool create);

uint64_t holdings_now(void);

/* Both return an index, or UINT32_MAX when the ledger is full. */
uint32_t holdings_live(struct holdings *all, uint32_t pid, uint32_t keeper, const char *name);
uint32_t holdings_add(struct holdings *all, uint32_t life, uint32_t fd, uint64_t inode,
                      uint64_t begin);

/* Ends the newest life of that process. */
void holdings_end(struct holdings *all, uint32_t pid, uint32_t keeper);

#endif
