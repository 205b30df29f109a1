/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of ports.
 *
 * Two tables are built in, and kept apart: what IANA registered (struct pl_service) and what
 * people really run (struct pl_common; our own words). Neither says what runs here and now.
 * A "list" is a run of strings, each ended by NUL, the list by an empty one. All strings are
 * constant, printable text and live as long as the program. Nothing here allocates.
 *
 * The registry knows tcp, udp, sctp and dccp; mptcp is looked up as tcp, udplite as udp.
 */
#ifndef PL_API_SERVICE_H
#define PL_API_SERVICE_H

#include <portls.h>

enum pl_service_status {
    PL_SERVICE_UNASSIGNED,   /* free, for this protocol at least */
    PL_SERVICE_ASSIGNED,     /* has a service name */
    PL_SERVICE_UNNAMED,      /* set aside for a use without a name ("any private mail system") */
    PL_SERVICE_RESERVED,     /* kept back by IANA, often the other protocol of an assignment */
    PL_SERVICE_DEREGISTERED, /* was assigned once */
    PL_SERVICE_DYNAMIC,      /* 49152-65535: never assigned */
    PL_SERVICE_STATUS_MAX,
};

/* One row of the registry. */
struct pl_service {
    const char *name;        /* IANA's primary (first-listed) name; NULL if it has none */
    const char *aliases;     /* list */
    const char *description; /* "" if there is none */
    uint32_t protos;         /* bits 1 << PL_PROTO_...: the protocols this row speaks of */
    uint16_t first;          /* the ports it speaks of, in host order */
    uint16_t last;
    enum pl_service_status status;
};

/* Something people run, on its usual ports: pl_common_port(). */
struct pl_common {
    const char *name;
    const char *also;     /* list: other spellings people type */
    const char *programs; /* list: process names, 15 bytes at most as the kernel cuts them */
    const char *text;     /* one line */
    uint32_t protos;      /* bits 1 << PL_PROTO_... */
    bool any;             /* any other program is as likely */
    uint16_t index;       /* identity, for pl_common_port() */
};

/* What the registry says of a port; -EINVAL: a protocol it does not know, or a port over 65535. */
int pl_service_get(unsigned int port, enum pl_proto proto, struct pl_service *out);
/*
 * The class of a port, RFC 6335 section 6, and whether it is in use in the registry: system
 * (0-1023), user (1024-49151) or dynamic; the first two with -unassigned, -reserved or
 * -deregistered behind it where there is no assignment. NULL where pl_service_get() has -EINVAL.
 */
const char *pl_service_class(unsigned int port, enum pl_proto proto);
/* The day of the registry the table was made from: YYYY-MM-DD. */
const char *pl_service_table_date(void);

/*
 * Walks. *at is 0 at first and belongs to the walk; false: no further row. In a name, case,
 * blanks, hyphens and underscores do not count, so "MS SQL-Server" is "mssqlserver"; the name,
 * the aliases and the other spellings are looked at, whole. A search looks for the word, in any
 * case, anywhere in them and in the description or text.
 */
bool pl_service_find(const char *name, size_t *at, struct pl_service *out);
bool pl_service_search(const char *word, size_t *at, struct pl_service *out);
bool pl_common_find(const char *name, size_t *at, struct pl_common *out);
bool pl_common_search(const char *word, size_t *at, struct pl_common *out);
/* The common uses of a port, the likeliest first. PL_PROTO_UNKNOWN: of any protocol. */
bool pl_common_get(unsigned int port, enum pl_proto proto, size_t *at, struct pl_common *out);
/* The usual ports of a common use. */
bool pl_common_port(const struct pl_common *use, size_t *at, uint16_t *first, uint16_t *last);

/*
 * Names like this one (at most a third of it, and at most three letters, typed wrong), the
 * closest first: "did you mean". Returns how many of max it filled in; a name longer than 64
 * bytes is like none.
 */
size_t pl_service_suggest(const char *name, const char **out, size_t max);

/*
 * The first run of unassigned ports at or above from, of one protocol or (PL_PROTO_UNKNOWN)
 * unassigned for all of them. Never beyond 49151. false: there is none.
 */
bool pl_service_unassigned(enum pl_proto proto, unsigned int from, uint16_t *first, uint16_t *last);

/* Whether a program is found where programs of its name usually are. */
enum pl_place {
    PL_PLACE_UNKNOWN,  /* nothing is known about this program and this port */
    PL_PLACE_USUAL,    /* one of the common uses of the port names the program */
    PL_PLACE_MOVED,    /* a known daemon on another port than its usual ones */
    PL_PLACE_UNLIKELY, /* the port has a common use, by other programs */
    PL_PLACE_MAX,
};

#define PL_PLACE_PORTS 4

struct pl_placement {
    enum pl_place place;
    bool more;                      /* moved: it has more usual ports than these */
    uint8_t count;                  /* moved: how many usual ports follow */
    uint16_t usual[PL_PLACE_PORTS]; /* moved: the usual ports */
    struct pl_common use;           /* usual, unlikely: the use of the port */
};

/*
 * Compares a process name with the common uses. A hint from names, never a fact: a process can
 * call itself anything. UDP above 32767 is not judged, clients and servers look alike there.
 */
void pl_service_place(unsigned int port, enum pl_proto proto, struct pl_text program,
                      struct pl_placement *out);
/* "", "usual", "moved", "unlikely"; NULL when out of range. */
const char *pl_place_name(unsigned int place);

/* ---- /etc/services: local additions ---------------------------------------------------------- */

/* A text in the format of services(5), to be asked only where the tables have no answer. */
struct pl_overlay {
    const char *text;
    size_t len;
};

struct pl_overlay_entry {
    struct pl_text name;
    struct pl_text aliases; /* separated by blanks or tabs */
    enum pl_proto proto;
    uint16_t port;
};

/* Where a walk through an overlay is: {0} at first. */
struct pl_overlay_place {
    size_t at;
    uint32_t line; /* of the entry or error last returned, from 1 */
};

/*
 * The next entry: 1, 0 at the end, or -EINVAL for a malformed line, after which the walk can go
 * on. Names hold printable ASCII only; lines of other protocols are passed over.
 */
int pl_overlay_next(const struct pl_overlay *overlay, struct pl_overlay_place *place,
                    struct pl_overlay_entry *out);
/* The next entry for a port, or with this name or alias (as above, by pl_service_find()). */
bool pl_overlay_get(const struct pl_overlay *overlay, unsigned int port, enum pl_proto proto,
                    struct pl_overlay_place *place, struct pl_overlay_entry *out);
bool pl_overlay_find(const struct pl_overlay *overlay, const char *name,
                     struct pl_overlay_place *place, struct pl_overlay_entry *out);
/*
 * Reads a file (NULL: /etc/services) of at most 4 MiB; the text is to be freed with
 * pl_overlay_free(). -EFBIG: longer; -EINVAL: not a regular file; otherwise the error of open(2)
 * or read(2).
 */
int pl_overlay_read(const char *path, struct pl_overlay *out);
void pl_overlay_free(struct pl_overlay *overlay);

#endif
