/* SPDX-License-Identifier: BSD-2-Clause */
/* The sockets that exist, and the events that follow from reports and tables about them. */
#ifndef PL_EVENT_TRACK_H
#define PL_EVENT_TRACK_H

#include "api/event.h"
#include "model/list.h"
#include "snapshot/snapshot.h"

/* pl_tracked.flags */
enum {
    PL_TRACK_ACTIVE = 1 << 0,  /* began with SYN_SENT */
    PL_TRACK_SEEN = 1 << 1,    /* in the table that is being compared */
    PL_TRACK_TOUCHED = 1 << 2, /* reported since that table was requested */
    PL_TRACK_LARGE = 1 << 3,   /* addrs has 32 bytes, else 8 */
    PL_TRACK_V6ONLY = 1 << 4,  /* PL_FLAG_V6ONLY */
    PL_TRACK_GONE = 1 << 5,    /* the last table lacked it, and no loss preceded that table */
    PL_TRACK_ENDING = 1 << 6,  /* pl_tracker_ending() found it in one of the last states */
};

/* A socket. There may be 100,000 of them. */
struct pl_tracked {
    uint64_t cookie;
    uint64_t opened; /* pl_moment.steady; 0: unknown */
    struct pl_holders *holders;
    uint32_t uid;
    uint32_t netns;
    uint32_t ifindex;
    uint16_t have; /* as in struct pl_sock */
    uint16_t local_port;
    uint16_t peer_port;
    uint8_t state; /* CLOSED: its end was passed on */
    uint8_t family;
    uint8_t proto;
    uint8_t flags;
    uint8_t held_by;
    uint8_t unknown; /* enum pl_owner_unknown */
    uint8_t addrs[]; /* local, then peer: 4 or 16 bytes each */
};

/* ---- table.c: sockets by cookie ---- */

/* Entries of one size in blocks, which do not move. */
struct pl_pool {
    struct pl_list blocks; /* pointers */
    size_t size;           /* bytes of an entry */
    uint32_t free;         /* first free entry + 1; its cookie is the next one */
    uint32_t end;          /* number of entries that were ever used */
};

struct pl_table {
    struct pl_pool pools[2]; /* IPv4, and the others */
    uint32_t *slots;         /* open addressing: id + 1 */
    size_t mask;
    size_t count;
};

/* A zeroed table is empty. */
void pl_table_free(struct pl_table *table);
/* Returns the entry with that cookie, or NULL. */
struct pl_tracked *pl_table_find(const struct pl_table *table, uint64_t cookie);
/* Adds a zeroed entry, which must be absent. NULL: out of memory. */
struct pl_tracked *pl_table_add(struct pl_table *table, uint64_t cookie, uint8_t family);
/* Removes an entry and drops its holders. */
void pl_table_remove(struct pl_table *table, struct pl_tracked *entry);
/* Returns the next entry after *at, which starts at 0; NULL after the last. Entries may be removed. */
struct pl_tracked *pl_table_next(const struct pl_table *table, size_t *at);

/* ---- track.c ---- */

struct pl_track_want {
    uint32_t protos;
    uint32_t netns; /* inode of the reader's network namespace; 0: unknown */
    bool all_netns;
    bool states;
    bool polls;    /* no reports: TIME_WAIT is the end of a connection */
    bool destroys; /* only the ends are reported, some of them long after tables lack the socket */
};

/* A listener, in a chain of those with the same hash of the port. */
struct pl_listening {
    uint64_t cookie;
    uint32_t next; /* index + 1 */
};

#define PL_LISTENING_CHAINS 256
#define PL_RECENT_HOLDERS   64

struct pl_tracker {
    struct pl_track_want want;
    pl_event_fn *take;
    void *arg;
    struct pl_table table;
    struct pl_list listening; /* struct pl_listening */
    uint32_t chains[PL_LISTENING_CHAINS];
    uint32_t free_listening;                      /* index + 1 */
    struct pl_holders *recent[PL_RECENT_HOLDERS]; /* single processes, by pid */
    struct pl_list ended; /* cookies that ended since the table was requested */
    bool comparing;       /* a table was requested */
};

void pl_tracker_free(struct pl_tracker *tracker);
/* Returns the number of the bytes of an address of the entry. */
static inline size_t pl_track_addr_len(const struct pl_tracked *entry)
{
    return entry->flags & PL_TRACK_LARGE ? 16 : 4;
}

/* Returns what identifies the socket: its cookie, or what comes closest. */
uint64_t pl_track_cookie(const struct pl_sock *sock);
/* Processes a report. These return 0 or a negative errno. */
int pl_tracker_report(struct pl_tracker *tracker, const struct pl_report *report);
/* Passes on an event without a socket. */
int pl_tracker_mark(struct pl_tracker *tracker, enum pl_event_kind kind, uint64_t count,
                    uint64_t time);
/* Passes on an event of an entry; *event has everything that the entry does not know. */
int pl_tracker_emit(struct pl_tracker *tracker, const struct pl_tracked *entry,
                    struct pl_event *event);
/* Sets the duration from the time the entry was opened. steady: that of the event, by that clock. */
void pl_track_duration(const struct pl_tracked *entry, uint64_t steady, struct pl_event *event);
/* Adds an entry for a socket. NULL: out of memory. */
struct pl_tracked *pl_tracker_add(struct pl_tracker *tracker, const struct pl_sock *sock,
                                  uint32_t netns);
void pl_tracker_remove(struct pl_tracker *tracker, struct pl_tracked *entry);
/* Sets addresses and ports that the entry does not have. */
void pl_track_merge(struct pl_tracked *entry, const struct pl_sock *sock);
/* Replaces the holders; takes over the reference. */
void pl_track_hold(struct pl_tracked *entry, struct pl_holders *holders, enum pl_held_by by);

/* ---- listening.c ---- */

int pl_listening_add(struct pl_tracker *tracker, const struct pl_tracked *entry);
void pl_listening_remove(struct pl_tracker *tracker, const struct pl_tracked *entry);
/*
 * Returns the holders of the listeners that accept connections to the local end of an entry, with
 * a reference; NULL: unknown. *found: there is such a listener.
 */
struct pl_holders *pl_listening_holders(const struct pl_tracker *tracker,
                                        const struct pl_tracked *entry, bool *found);

/* ---- compare.c ---- */

/* Returns the states (bits) of the sockets that tables need; remnants: also TIME_WAIT. */
uint32_t pl_tracker_states(bool remnants);
/* Loads the first table, without events. */
int pl_tracker_load(struct pl_tracker *tracker, const struct pl_snapshot *snap);
/* Call it before a table is read that pl_tracker_compare() will get. */
void pl_tracker_expect(struct pl_tracker *tracker);
/* Returns whether the table has a socket that is not tracked. */
bool pl_tracker_is_new(struct pl_tracker *tracker, const struct pl_snapshot *snap);
/* Sockets of this namespace in FIN_WAIT1, CLOSING or LAST_ACK. */
enum pl_ending {
    PL_ENDING_NONE,
    PL_ENDING_SOME,
    PL_ENDING_LONG, /* one of them already was at the last call */
};
enum pl_ending pl_tracker_ending(struct pl_tracker *tracker);
/* A later table. */
struct pl_later {
    const struct pl_snapshot *snap;
    uint32_t protos;     /* bits of those that it has */
    bool resync;         /* reports were lost before it */
    struct pl_moment at; /* when it was requested */
};

/*
 * Passes on the events that follow from the difference to a table, except of sockets that were
 * reported since pl_tracker_expect().
 */
int pl_tracker_compare(struct pl_tracker *tracker, const struct pl_later *table);

#endif
