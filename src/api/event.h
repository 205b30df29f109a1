/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events: sockets that are opened, change or end. A stream makes them from reports of the kernel and
 * from tables of sockets.
 */
#ifndef PL_API_EVENT_H
#define PL_API_EVENT_H

#include "query.h"
#include "report.h"

enum pl_event_kind {
    PL_EVENT_LISTEN,  /* CLOSED to LISTEN; UDP: bound */
    PL_EVENT_CONNECT, /* SYN_SENT to ESTABLISHED */
    PL_EVENT_ACCEPT,  /* SYN_RECV to ESTABLISHED */
    PL_EVENT_REFUSED, /* SYN_SENT to CLOSED, by the error of the socket */
    PL_EVENT_TIMEOUT,
    PL_EVENT_FAILED,
    PL_EVENT_CLOSE,  /* the end of a socket with one of the first three events */
    PL_EVENT_STATE,  /* any other transition */
    PL_EVENT_LOST,   /* count reports were lost */
    PL_EVENT_RESYNC, /* the table was read again */
    PL_EVENT_MAX,
};

/* How a connection ended. */
enum pl_ended {
    PL_ENDED_NONE, /* no connection, or not ended */
    PL_ENDED_FIN,
    PL_ENDED_RST,
    PL_ENDED_TIMEOUT,
    PL_ENDED_KILLED, /* by SOCK_DESTROY */
    PL_ENDED_UNKNOWN,
    PL_ENDED_MAX,
};

/* How the holders of a socket are known. */
enum pl_held_by {
    PL_HELD_UNKNOWN,
    PL_HELD_RUNNING,  /* the process that ran at a transition that only an owner causes */
    PL_HELD_LISTENER, /* the holders of the listener that accepted the connection */
    PL_HELD_TABLE,    /* the table of owners */
    PL_HELD_MAX,
};

/* Names: "listen", "fin", "running". NULL for a number outside the enumeration. */
const char *pl_event_name(unsigned int kind);
const char *pl_ended_name(unsigned int ended);
const char *pl_held_name(unsigned int by);

/* A process that holds a socket. */
struct pl_holder {
    uint32_t pid;
    uint32_t uid;  /* PL_UID_UNKNOWN: not known */
    char name[16]; /* NUL-terminated, not escaped; empty: not known */
};

/* Holders of one or several sockets, counted by references. */
struct pl_holders {
    uint32_t references;
    uint32_t count;
    struct pl_holder items[]; /* sorted by pid */
};

/* Returns its argument with one more reference; NULL stays NULL. */
struct pl_holders *pl_holders_keep(struct pl_holders *holders);
void pl_holders_drop(struct pl_holders *holders);
/* Allocates holders with one reference; the caller fills the items. NULL: out of memory. */
struct pl_holders *pl_holders_new(uint32_t count);

/* pl_event.have */
enum {
    PL_EVENT_HAVE_SOCK = 1 << 0, /* sock and held_by; not of LOST and RESYNC */
    PL_EVENT_HAVE_OLD = 1 << 1,
    PL_EVENT_HAVE_NETNS = 1 << 2,
    PL_EVENT_HAVE_DURATION = 1 << 3,
    PL_EVENT_HAVE_BYTES = 1 << 4,
    PL_EVENT_HAVE_RETRANS = 1 << 5,
    PL_EVENT_HAVE_RTT = 1 << 6,
    PL_EVENT_FOREIGN = 1 << 7, /* in another network namespace than the reader */
    /* Derived from two tables: time is that of the second, and short states between are not seen. */
    PL_EVENT_COMPARED = 1 << 8,
};

struct pl_event {
    /* Its state is the new one; owner_unknown is the reason if there are no holders; key is 0. */
    struct pl_sock sock;
    uint64_t time; /* nanoseconds since the Epoch */
    /* Since the connection was established; of an attempt, since its first SYN. Microseconds. */
    uint64_t duration_us;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t count; /* LOST: number of reports */
    uint32_t retrans;
    uint32_t rtt_us;
    uint32_t netns; /* inode of the network namespace */
    uint16_t old_state;
    uint16_t have;              /* PL_EVENT_* */
    uint8_t kind;               /* enum pl_event_kind */
    uint8_t ended;              /* enum pl_ended */
    uint8_t held_by;            /* enum pl_held_by */
    struct pl_holders *holders; /* NULL: unknown. Borrowed during a call of pl_event_fn */
};

/* Takes an event, valid during the call. Returns 0 or a negative errno, which stops the caller. */
typedef int pl_event_fn(void *arg, const struct pl_event *event);

/* ---- streams ---- */

struct pl_stream_want {
    struct pl_reports_want reports;
    const struct pl_query *query; /* protocols, ways and hooks of the tables; borrowed */
    const struct pl_query *first; /* of the first table; borrowed. NULL: as the others */
    bool states;                  /* also PL_EVENT_STATE */
    bool owners;                  /* look owners up in tables */
    bool all_netns;               /* also sockets of other network namespaces */
    /*
     * Nanoseconds after which the table is read to find whether a socket in FIN_WAIT1, CLOSING or LAST_ACK still
     * exists, if its end was not reported; 0: 60 s.
     */
    uint64_t patience;
    uint64_t interval; /* least nanoseconds between two tables; 0: 100 ms */
};

struct pl_stream; /* opaque */

/* Opens the reports. Privileges may be dropped afterwards. Returns 0 or a negative errno. */
int pl_stream_open(struct pl_reader *reader, const struct pl_stream_want *want, pl_event_fn *take,
                   void *arg, struct pl_stream **out);
const struct pl_reports *pl_stream_reports(const struct pl_stream *stream);
/*
 * Takes the first table, which *snap is if it is not NULL; the caller frees that. Call it once,
 * before the first pl_stream_step().
 */
int pl_stream_start(struct pl_stream *stream, struct pl_snapshot **snap);
/* Stores descriptors to poll(2) for input; returns their number. */
size_t pl_stream_fds(const struct pl_stream *stream, int fds[4]);
/* Returns the milliseconds until pl_stream_step() has work without input; -1: never. */
int pl_stream_timeout(const struct pl_stream *stream);
/*
 * Passes on all events that are known by now. -ECANCELED and other errors of the pl_event_fn stop
 * it. Returns 0 or a negative errno.
 */
int pl_stream_step(struct pl_stream *stream);
/* Returns the number of lost reports since the start. */
uint64_t pl_stream_lost(const struct pl_stream *stream);
void pl_stream_close(struct pl_stream *stream);

/* ---- journals ---- */

/* The events in a recording. */
struct pl_journal; /* opaque */

/*
 * Creates the journal of a recorder, before pl_reader_commit(). These return 0 or a negative errno.
 */
int pl_journal_create(struct pl_reader *recorder, struct pl_journal **out);
/*
 * Makes the new directory dir: a recording that has only a journal. Returns a descriptor of the journal, for
 * pl_journal_open().
 */
int pl_journal_make(const char *dir, enum pl_system system);
/* Takes over the descriptor, unless it fails. */
int pl_journal_open(int fd, struct pl_journal **out);
int pl_journal_add(struct pl_journal *journal, const struct pl_event *event);
/* Writes what was added. */
int pl_journal_flush(struct pl_journal *journal);
void pl_journal_close(struct pl_journal *journal);
/* Returns whether a recording has a journal. */
bool pl_journal_exists(struct pl_reader *reader);
/*
 * Passes on the events of a recording. -ENOENT: it has no journal. -EBADMSG: the journal is damaged;
 * the events before the damage were passed on.
 */
int pl_journal_replay(struct pl_reader *reader, pl_event_fn *take, void *arg);

/* The journal of a recording, event by event: it may be larger than the memory. */
struct pl_playback; /* opaque */

/* Returns 0 or a negative errno. -ENOENT: the recording has no journal. */
int pl_playback_open(struct pl_reader *reader, struct pl_playback **out);
/*
 * Stores the next event, which is valid until the next call. Returns 1; 0: there are no more; or a negative
 * errno. -EBADMSG: there are no more, and the journal is damaged.
 */
int pl_playback_next(struct pl_playback *playback, const struct pl_event **out);
/* Returns how many bytes of the journal were read, and stores how many it has. */
uint64_t pl_playback_at(const struct pl_playback *playback, uint64_t *size);
void pl_playback_close(struct pl_playback *playback);

/* ---- batches ---- */

/*
 * A batch: events, and their sockets as a snapshot, so that fields, filters and columns apply to
 * them. The names of services and interfaces are read from the reader, and again when they are old;
 * those of network namespaces also when a new one appears. The name of a user is read once.
 */
struct pl_batch; /* opaque */

/* The query is borrowed: need, hooks and filter. */
int pl_batch_new(struct pl_reader *reader, const struct pl_query *query, struct pl_batch **out);
void pl_batch_free(struct pl_batch *batch);
/*
 * Adds an event: a pl_event_fn whose arg is the batch. -EEXIST: its process has the id of another
 * process of the batch; then it must be the first event of the next batch.
 */
int pl_batch_add(void *arg, const struct pl_event *event);
/* Returns the events. */
const struct pl_event *pl_batch_events(const struct pl_batch *batch, size_t *count);
/*
 * Makes the snapshot of the events. Its sockets are those of the events that have one, in their
 * order. Returns 0 or a negative errno.
 */
int pl_batch_settle(struct pl_batch *batch, const struct pl_snapshot **out);
/* Removes the events, and the snapshot. */
void pl_batch_clear(struct pl_batch *batch);

#endif
