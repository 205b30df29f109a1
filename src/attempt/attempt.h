/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of this directory. */
#ifndef PL_ATTEMPT_ATTEMPT_H
#define PL_ATTEMPT_ATTEMPT_H

#include "api/attempt.h"

#define MILLISECOND UINT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

/* How long an attempt is kept after its last packet. */
#define SETTLE    (4 * SECOND)     /* decided: copies of its packets may follow */
#define GIVE_UP   (130 * SECOND)   /* without an answer: Linux tries for 127 seconds */
#define FORGOTTEN (10800 * SECOND) /* a connection without a packet */

/* With pl_attempts_hurry(): a refusal is passed on then, unless an answer comes. */
#define MOMENT (200 * MILLISECOND)
#define TICK   (250 * MILLISECOND) /* how often the table is swept */

/* Then, more attempts and connections are not kept: a flood of SYNs would take all memory. */
#define HURRY_MOST 262144U

#define NO_TIME UINT32_MAX

/* State of an entry. 0: it is free. */
enum {
    IS_V6 = 1 << 0,
    HAS_SYN = 1 << 1,      /* of the initiator */
    HAS_PEER_SYN = 1 << 2, /* SYN or SYN-ACK of the responder */
    IS_ACKED = 1 << 3,     /* the responder acknowledged the initiator's SYN */
    IS_PEER_ACKED = 1 << 4,
    HAS_THIRD = 1 << 5,
    IS_CROSSED = 1 << 6,
    IS_RST = 1 << 7,
    IS_ABANDONED = 1 << 8,
    IS_ICMP = 1 << 9,
    IS_OTHER = 1 << 10, /* other_ack is known */
    IS_BAD_RST = 1 << 11,
    IS_PASSED = 1 << 12, /* take() was called: a connection */
    HAS_FIN = 1 << 13,
    HAS_PEER_FIN = 1 << 14,
    IS_REVERSED = 1 << 15,
};

/* In have[0] of an entry, beside PL_SYN_*: SYN-ACKs of the initiator. */
enum {
    OWN_SYNACK_FIRST = 1 << 14, /* it came before any of the responder */
    OWN_SYNACK = 1 << 15,
};

/* Times are microseconds after the first packet, saturated. */
struct entry {
    uint64_t time;
    uint8_t addrs[2][16];
    uint16_t ports[2];
    uint32_t isn, peer_isn;
    uint32_t last_ms;
    uint32_t syn_last_us, synack_us, end_us;
    uint32_t third_seq, third_ack;
    uint32_t other_ack; /* also of a SYN-ACK before its SYN */
    uint16_t syn_count, synack_count;
    uint16_t syn_data, taken;
    uint16_t mss[2], have[2];
    uint16_t state;
    uint16_t synack_data;
    uint8_t scale[2];
    uint8_t type, code;
};

/* With its share of the index, at most 128 bytes. */
_Static_assert(sizeof(struct entry) <= 104, "an attempt is too large");

/* Both ends of a segment, and where they are in the table. */
struct key {
    uint64_t hash;
    const struct pl_segment *segment;
    struct entry *entry; /* NULL: none */
    bool by_initiator;   /* the segment is from the initiator of the entry */
};

/* table.c: entries in a pool, found by an index with open addressing. */
struct slot {
    uint32_t hash;
    uint32_t at; /* index of the entry, plus 1; 0: free */
};

#define RECENT 16384 /* a power of two */

struct pl_attempts {
    uint64_t keys[PL_ATTEMPT_KEYS];
    pl_attempt_fn *take;
    void *arg;
    struct slot *slots; /* mask + 1, a power of two */
    uint32_t mask;
    struct entry *entries;
    uint32_t used, room; /* of entries; used includes free ones */
    uint32_t free;       /* index of the first free entry, plus 1; its isn is the next one's */
    uint32_t count;
    uint64_t now;     /* latest time of a packet */
    uint64_t due;     /* when the table is swept next */
    uint32_t packets; /* since the last sweep */
    bool hurry;       /* pl_attempts_hurry() */
    bool matters;     /* pl_attempts_matters() */
    uint64_t early;   /* pl_attempts_early() */
    /* Hashes of connections that ended: their last packets are no new ones. */
    uint64_t recent[RECENT];
};

/* Returns a hash of both ends that does not depend on their order. */
uint64_t attempt_hash(const uint64_t *keys, unsigned int family, const uint8_t *a, uint16_t a_port,
                      const uint8_t *b, uint16_t b_port);
void attempt_find(struct pl_attempts *table, const struct pl_segment *segment, struct key *out);
/* Adds an entry whose initiator is the source (or the target) of the segment; NULL: no memory. */
struct entry *attempt_insert(struct pl_attempts *table, struct key *key, bool by_source);
/* Removes an entry and remembers that it ended. */
void attempt_remove(struct pl_attempts *table, struct entry *entry);
bool attempt_is_recent(const struct pl_attempts *table, uint64_t hash);
void attempt_remember(struct pl_attempts *table, uint64_t hash);

/* record.c */
enum pl_verdict attempt_verdict(const struct entry *entry, bool going_on);
/* Passes an attempt on. */
int attempt_pass(const struct pl_attempts *table, const struct entry *entry, bool going_on);
static inline bool attempt_is_complete(const struct entry *entry)
{
    const unsigned int both = IS_ACKED | IS_PEER_ACKED;

    return (entry->state & both) == both;
}

static inline bool attempt_has(const struct entry *entry, unsigned int state)
{
    return (entry->state & state) == state;
}
/* A refusal that was passed on early is kept: it may be repeated. */
static inline bool attempt_is_refused_early(const struct entry *entry)
{
    return attempt_has(entry, IS_PASSED | IS_RST) && !attempt_is_complete(entry);
}

/* clock.c */
/* Ends an attempt; passes it on, unless that was done. */
int attempt_finish(struct pl_attempts *table, struct entry *entry, bool going_on);
/* Passes an entry on, and keeps it. */
int attempt_pass_early(const struct pl_attempts *table, struct entry *entry);
/* Passes on attempts that have waited long enough, and forgets idle connections. */
int attempt_sweep(struct pl_attempts *table);
/* Passes on and forgets at least an eighth of the entries: those that began first. */
int attempt_shed(struct pl_attempts *table);

#endif
