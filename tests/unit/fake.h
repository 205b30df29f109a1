/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader that answers from a table in memory: what a kernel might say, or refuse to. */
#ifndef TEST_FAKE_H
#define TEST_FAKE_H

#include "harness.h"

#include "source/source.h"

/* What one feed answers. A feed without a row answers -ENOENT. */
struct fake_feed {
    const char *name;
    const void *bytes; /* one chunk */
    size_t len;
    const void *more; /* and a second one; NULL: none */
    size_t more_len;
    int error;             /* answered after the chunks */
    unsigned int changing; /* so many readings have NLM_F_DUMP_INTR set in the first message */
};

#define FAKE_READS_MAX 64

struct fake_reader {
    struct pl_reader base;
    const struct fake_feed *feeds;
    size_t count;
    /* What was asked for, in this order. */
    struct {
        const char *feed;
        uint32_t states, families, need;
        size_t id_count;
        uint32_t first_id;
        bool whole;
    } reads[FAKE_READS_MAX];
    _Atomic size_t read_count; /* large tables are read by two threads */
    bool large;                /* says that there are as many sockets as anybody asks about */
    bool closed;
};

/* Lives where the caller has it: close() only marks it. */
void fake_init(struct fake_reader *fake, const struct fake_feed *feeds, size_t count);
/* How often was the feed read? */
size_t fake_reads(const struct fake_reader *fake, const char *feed);

/* sock_diag's row of an IPv4 listener: port 75 + inode, uid 1000. And a row of the owner feed. */
struct bytes fake_listener(uint32_t inode, uint32_t ifindex);
struct bytes fake_owner(uint32_t pid, uint32_t fd, uint64_t key);

/* There is one note, of that kind and feed. */
const struct pl_note *assert_only_note(const struct pl_snapshot *snap, enum pl_note_kind kind,
                                       const char *feed);
void assert_counts(const struct pl_snapshot *snap, size_t socks, size_t notes);

#endif
