/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables that scripts/gen-services generates from data/services.txt and data/common-use.txt:
 * constant arrays of offsets into one string pool, which need no parsing or relocation at start.
 */
#ifndef PL_SERVICES_TABLE_H
#define PL_SERVICES_TABLE_H

#include "api/library.h"

/* No string crosses a chunk. ISO C guarantees only string literals of 4095 characters. */
#define PL_SERVICE_CHUNK 2048

enum {
    PL_SERVICE_TCP = 1,
    PL_SERVICE_UDP = 2,
    PL_SERVICE_SCTP = 4,
    PL_SERVICE_DCCP = 8,
};

/* Sorted by port. The ranges of two rows are equal or disjoint. Names are offsets into the pool. */
struct pl_service_row {
    uint16_t first;
    uint16_t last;
    uint8_t protos;
    uint8_t status;
    uint32_t name;
    uint32_t aliases;
    uint32_t text;
};

struct pl_common_row {
    uint32_t name;
    uint32_t also;
    uint32_t programs;
    uint32_t text;
    uint8_t protos;
    uint8_t any;
};

/* A name or other spelling and its row, sorted by pl_service_compare(). */
struct pl_service_key {
    uint32_t name;
    uint16_t row;
};

/*
 * Ports of a common use, sorted by first port, then by row. Narrow spans, of fewer than
 * PL_COMMON_NARROW ports, precede the few wide ones.
 */
#define PL_COMMON_NARROW 10U

struct pl_common_span {
    uint16_t first;
    uint16_t last;
    uint16_t row;
};

/* A program and a row that names it, sorted by name, then by row. */
struct pl_common_program {
    uint32_t name;
    uint16_t row;
    uint8_t general; /* serves many protocols, and has no usual port */
};

extern const char pl_service_pool[][PL_SERVICE_CHUNK];
extern const char pl_service_date[];
extern const struct pl_service_row pl_service_rows[];
extern const uint16_t pl_service_row_count;
extern const struct pl_common_row pl_common_rows[];
extern const uint16_t pl_common_row_count;
extern const struct pl_service_key pl_service_keys[];
extern const uint16_t pl_service_key_count;
extern const struct pl_service_key pl_common_keys[];
extern const uint16_t pl_common_key_count;
extern const struct pl_common_span pl_common_spans[];
extern const uint16_t pl_common_span_count;
/* The same spans, sorted by row, then narrow ones first. */
extern const struct pl_common_span pl_common_ports[];
extern const uint16_t pl_common_port_count;
extern const uint16_t pl_common_narrow_count;
extern const struct pl_common_program pl_common_programs[];
extern const uint16_t pl_common_program_count;

static inline const char *pl_service_string(uint32_t offset)
{
    return pl_service_pool[offset / PL_SERVICE_CHUNK] + offset % PL_SERVICE_CHUNK;
}

/* Returns a PL_SERVICE_* bit; 0 for a protocol without a registry. */
unsigned int pl_service_bit(enum pl_proto proto);
/* Converts PL_SERVICE_* bits to bits 1 << PL_PROTO_... */
uint32_t pl_service_protos(unsigned int mask);

/* Compares two names, ignoring case, blanks, hyphens and underscores. */
int pl_service_compare(const char *a, const char *b);
/*
 * Iterates over the rows of the keys that equal name. Returns false at the end. Equal spellings of
 * one row count once.
 */
bool pl_service_step(const struct pl_service_key *keys, size_t count, const char *name, size_t *at,
                     uint16_t *row);
bool pl_service_contains(const char *text, const char *word);
bool pl_service_list_contains(const char *list, const char *word);

void pl_service_fill(const struct pl_service_row *row, struct pl_service *out);

#endif
