/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of tests/recordings: decoded, compared record by record with what is expected, and
 * damaged in every way.
 */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include "harness.h"

struct table {
    const char *recording; /* "freebsd-14-amd64" */
    const char *feed;      /* "freebsd/net.inet.tcp.pcblist" */
    const struct pl_feed *row;
    uint8_t *bytes;
    size_t len;
};

/* The file of that feed; slot says which row of the feed table, where a name stands more than once.
 * Free it with table_free(). */
struct table table_load(const char *recording, const char *feed, unsigned int slot);
void table_free(struct table *table);

/* The first len bytes of it, in memory of that size. */
int table_decode(const struct table *table, size_t len, struct pl_sink *sink);

/* Who owns the sockets: decoded from other tables of the recording, or from the same one. */
struct table_owners {
    const struct recorder_sink *owners;
    const struct recorder_sink *processes;
};

/*
 * Every record against its line of tests/recordings/RECORDING.expected, whose format is described
 * in expected.jq. Answers how many.
 */
size_t table_compare(const struct table *table, const struct recorder_sink *got,
                     const struct table_owners *owners);

/*
 * Cuts the table at every byte, then puts 0, 1 and huge numbers of `width` bytes at every fourth
 * byte, and so over every length field. What comes before the damage is decoded as ever; nothing is
 * read behind the end, which needs ASan to be seen. Damage to the first `head` bytes, which say how
 * to read the rest, may cost every record.
 */
void table_damage(const struct table *table, size_t head, size_t width);

#endif
