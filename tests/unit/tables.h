/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of tests/recordings: decoded, compared with the expected records, and damaged.
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

/* Reads the file of that feed; slot chooses the row of the feed table if several have the name. Free
 * it with table_free(). */
struct table table_load(const char *recording, const char *feed, unsigned int slot);
void table_free(struct table *table);
/* Stores a number as a little-endian machine does. */
void table_set32(struct table *table, size_t at, uint32_t value);

/* Copies its first len bytes into memory of that size. */
int table_decode(const struct table *table, size_t len, struct pl_sink *sink);

/* Decodes the owners of the sockets from other tables of the recording, or from the same one. */
struct table_owners {
    const struct recorder_sink *owners;
    const struct recorder_sink *processes;
};

/*
 * Compares every record with its line of tests/recordings/RECORDING.expected (format: expected.jq).
 * Returns their number.
 */
size_t table_compare(const struct table *table, const struct recorder_sink *got,
                     const struct table_owners *owners);

/*
 * Truncates the table at every byte, then writes 0, 1 and huge numbers of width bytes at every fourth
 * byte, and so over every length. Records before the damage must be the same; ASan detects reads past
 * the end. Damage to the first head bytes, which describe the rest, may lose every record.
 */
void table_damage(const struct table *table, size_t head, size_t width);

#endif
