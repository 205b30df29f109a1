/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of a table in memory: what a kernel might report or refuse. */
#ifndef TEST_FAKE_H
#define TEST_FAKE_H

#include "harness.h"

#include "source/source.h"

/* What a read of one feed returns. A feed without a row returns -ENOENT. */
struct fake_feed {
    const char *name;
    const void *bytes; /* one chunk */
    size_t len;
    const void *more; /* a second chunk, or NULL */
    size_t more_len;
    int error;             /* returned after the chunks */
    unsigned int changing; /* readings whose first message has NLM_F_DUMP_INTR */
};

#define FAKE_READS_MAX 64

struct fake_reader {
    struct pl_reader base;
    const struct fake_feed *feeds;
    size_t count;
    /* Requests, in order. */
    struct {
        const char *feed;
        uint32_t states, families, need;
        size_t id_count, group_count;
        uint32_t first_id;
        bool whole;
    } reads[FAKE_READS_MAX];
    _Atomic size_t read_count; /* large tables are read by two threads */
    bool large;                /* expects any number of sockets */
    bool closed;
};

/* The caller owns the memory; close() only marks the reader. */
void fake_init(struct fake_reader *fake, const struct fake_feed *feeds, size_t count);
/* Returns how often the feed was read. */
size_t fake_reads(const struct fake_reader *fake, const char *feed);

/* A sock_diag message of an IPv4 listener: port 75 + inode, uid 1000; and a record of an owner. */
struct bytes fake_listener(uint32_t inode, uint32_t ifindex);
struct bytes fake_owner(uint32_t pid, uint32_t fd, uint64_t key);

/* Asserts that there is one note, of that kind and feed. */
const struct pl_note *assert_only_note(const struct pl_snapshot *snap, enum pl_note_kind kind,
                                       const char *feed);
void assert_counts(const struct pl_snapshot *snap, size_t socks, size_t notes);

#endif
