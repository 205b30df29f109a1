/* SPDX-License-Identifier: BSD-2-Clause */
/* Live sources of attempts, and the loop that reads them. */
#ifndef WIRE_LIVE_H
#define WIRE_LIVE_H

#include "printer.h"

#include <signal.h>

#define LIVE_FDS 4

struct live_source {
    void *arg;
    /* Stores descriptors to wait for; returns their number, at most LIVE_FDS. */
    size_t (*fds)(void *arg, int fds[LIVE_FDS]);
    /* Returns the milliseconds until step() is due without input; -1: only with input. */
    int (*timeout)(void *arg);
    /* Reads what waits. Returns 0; -ECANCELED: enough was printed; or another negative errno, after a message: end() is not called then. */
    int (*step)(void *arg);
    /* Passes on the attempts that are left; returns as step(). */
    int (*end)(void *arg);
};

/*
 * Reads the sources until a signal, an error, or enough was printed; or until the time, of clock_now(), unless
 * it is 0. Writes the output of the printer, unless it is NULL. Returns as step().
 */
int live_loop(const struct live_source *sources, size_t count, struct printer *printer,
              uint64_t until, const sigset_t *open);

/* If standard error is a terminal, prints what is waited for, and how to end that. */
void live_note(const char *what);

struct capture;

/* ---- listen.c ---- */

/*
 * Starts a capture on the interfaces of the settings; whole has the meaning of capture_want.whole. Stores the
 * capture, and the protocol of the first header of its packets. If packets cannot be captured, but the
 * kernel's reports suffice, prints a note and stores NULL. Returns 0, or an exit status after a message.
 */
int listen_on(const struct attempts *settings, bool whole, struct capture **out,
              enum pl_wire_proto *link);
/* Prints why no more packets can be captured, with the reason of libpcap. */
void listen_complain(const struct attempts *settings, const char *reason);
/* Reports lost packets. Returns whether there are any. */
bool listen_note(const struct capture *capture);

/* ---- links.c: a source without attempts: changes of the interfaces of -i ---- */

#define LISTEN_GONE "the interface no longer exists:"

struct link_watched {
    const char *name;
    unsigned int number;
    bool gone, down;
    uint64_t due; /* when it is printed that it is down; 0: nothing is due */
};

struct links {
    int fd; /* negative: nothing is reported */
    size_t count, gone;
    struct link_watched watched[INTERFACES_MAX];
};

/* Call it before privileges are dropped. */
void links_open(const struct attempts *settings, struct links *links);
struct live_source links_source(struct links *links);
void links_close(struct links *links);

/* ---- reports.c: the source by reports of the kernel ---- */

struct reports;

/* Returns 0, or a negative errno without a message. Call it before privileges are dropped. */
int reports_open(const struct sandbox *sandbox, pl_attempt_fn *take, void *arg,
                 struct reports **out);
/* Prints why there are no reports: "BEFORE: REASON; it needs cap_bpf and cap_perfmonAFTER". */
void reports_complain(const char *before, int error, const char *after);
/* Notes why drops are not reported. */
void reports_note_drops(const struct reports *reports);
struct live_source reports_source(struct reports *reports);
/* Adds to an attempt without an answer why there may be none. */
void reports_explain(const struct reports *reports, struct pl_attempt *attempt);
/* Notes what was missed. Returns whether anything was. */
bool reports_note(const struct reports *reports);
void reports_close(struct reports *reports);

/* ---- packets.c: the source by libpcap ---- */

struct packets;

/*
 * Begins to capture on the interfaces of the settings. Returns 0, or an exit status after a message. Call it
 * before privileges are dropped. *out is NULL if the packets may not or cannot be captured, and the settings
 * do not require it.
 */
int packets_open(const struct attempts *settings, pl_attempt_fn *take, void *arg,
                 struct packets **out);
/* The table of attempts. */
struct pl_attempts *packets_table(struct packets *packets);
struct live_source packets_source(struct packets *packets);
/* Reports what was missed. Returns whether anything was. */
bool packets_note(const struct packets *packets);
void packets_close(struct packets *packets);

#endif
