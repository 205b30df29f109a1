/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of ports.
 *
 * Two tables are built in: the IANA registry (struct pl_service) and common use (struct pl_common,
 * written for this project). Neither describes this machine. A "list" is a sequence of strings,
 * each ended by NUL; an empty string ends the list. All strings are constant, printable text.
 * Nothing here allocates memory.
 *
 * The registry has tcp, udp, sctp and dccp; mptcp is treated as tcp, udplite as udp.
 */
#ifndef PL_API_SERVICE_H
#define PL_API_SERVICE_H

#include <portls.h>

enum pl_service_status {
    PL_SERVICE_UNASSIGNED, /* unassigned, at least for this protocol */
    PL_SERVICE_ASSIGNED,   /* has a service name */
    PL_SERVICE_UNNAMED,  /* assigned to a use without a service name ("any private mail system") */
    PL_SERVICE_RESERVED, /* reserved by IANA, often because the other protocol is assigned */
    PL_SERVICE_DEREGISTERED, /* assigned formerly, but not now */
    PL_SERVICE_DYNAMIC,      /* 49152-65535: never assigned */
    PL_SERVICE_STATUS_MAX,
};

/* A row of the registry. */
struct pl_service {
    const char *name;        /* IANA's primary (first) name; NULL if none */
    const char *aliases;     /* list */
    const char *description; /* "" if none */
    uint32_t protos;         /* bits 1 << PL_PROTO_...: the protocols of the row */
    uint16_t first;          /* the range of ports, in host order */
    uint16_t last;
    enum pl_service_status status;
};

/* A common use: a program and its usual ports, see pl_common_port(). */
struct pl_common {
    const char *name;
    const char *also;     /* list: other spellings */
    const char *programs; /* list: process names, truncated to 15 bytes as in the kernel */
    const char *text;     /* one line */
    uint32_t protos;      /* bits 1 << PL_PROTO_... */
    bool any;             /* any other program is as likely on these ports */
    bool hint;            /* of a port: it is only in a wide range that any program may use */
    uint16_t index;       /* for pl_common_port() */
};

/*
 * Returns the registry's row of a port. -EINVAL: no registry for the protocol, or port over 65535.
 */
int pl_service_get(unsigned int port, enum pl_proto proto, struct pl_service *out);
/*
 * Returns the class of a port (RFC 6335 section 6): "system" (0-1023), "user" (1024-49151) or
 * "dynamic"; without an assignment, the first two have the suffix -unassigned, -reserved or
 * -deregistered. NULL where pl_service_get() returns -EINVAL.
 */
const char *pl_service_class(unsigned int port, enum pl_proto proto);
/* Returns the date of the registry in the built-in table: YYYY-MM-DD. */
const char *pl_service_table_date(void);

/*
 * Iterators: *at is 0 at first and then private; they return false after the last row. Names match
 * whole, ignoring case, blanks, hyphens and underscores: "MS SQL-Server" is "mssqlserver". They
 * compare the name, the aliases and the other spellings. A search finds the word anywhere in those
 * and in the description or text, ignoring case.
 */
bool pl_service_find(const char *name, size_t *at, struct pl_service *out);
bool pl_service_search(const char *word, size_t *at, struct pl_service *out);
bool pl_common_find(const char *name, size_t *at, struct pl_common *out);
bool pl_common_search(const char *word, size_t *at, struct pl_common *out);
/* Returns whether a common use names the program, also with a version at the end: "python3.11". */
bool pl_common_program(const char *name);
/*
 * Iterates over common uses of a program, compared as by pl_common_find() and without versions at
 * the ends: "apache" is "apache2". general: uses of programs that also serve other purposes.
 */
bool pl_common_by_program(const char *name, bool general, size_t *at, struct pl_common *out);
/* Iterates over common uses of a port, most likely first. PL_PROTO_UNKNOWN: of any protocol. */
bool pl_common_get(unsigned int port, enum pl_proto proto, size_t *at, struct pl_common *out);
/* Returns whether the name is one of the use, or another spelling of it. */
bool pl_common_is_named(const struct pl_common *use, struct pl_text name);
/* Iterates over the usual ports of a common use. */
bool pl_common_port(const struct pl_common *use, size_t *at, uint16_t *first, uint16_t *last);

/*
 * Finds similar names, the closest first: at most three letters, and about a quarter of them,
 * differ. Returns how many of max it stored. Names longer than 64 bytes have none.
 */
size_t pl_service_suggest(const char *name, const char **out, size_t max);
/* The same for programs that serve a common use. */
size_t pl_common_suggest(const char *name, const char **out, size_t max);

/*
 * Finds the first run of unassigned ports at or above from, up to 49151. PL_PROTO_UNKNOWN:
 * unassigned for all protocols. Returns false if there is none.
 */
bool pl_service_unassigned(enum pl_proto proto, unsigned int from, uint16_t *first, uint16_t *last);

/* Whether a program uses its usual port. */
enum pl_place {
    PL_PLACE_UNKNOWN,  /* program or port unknown */
    PL_PLACE_USUAL,    /* a common use of the port names the program */
    PL_PLACE_MOVED,    /* a known server program on another port than its usual ones */
    PL_PLACE_UNLIKELY, /* other programs commonly use the port */
    PL_PLACE_MAX,
};

#define PL_PLACE_PORTS 4

struct pl_placement {
    enum pl_place place;
    bool more;                      /* moved: the program has more usual ports than these */
    uint8_t count;                  /* moved: how many usual ports follow */
    uint16_t usual[PL_PLACE_PORTS]; /* moved: the usual ports */
    struct pl_common use;           /* usual, unlikely: the use of the port */
};

/*
 * Compares a process name with the common uses of a port. A hint only: processes choose their
 * names. Ignores UDP ports above 32767, where clients and servers are indistinguishable.
 */
void pl_service_place(unsigned int port, enum pl_proto proto, struct pl_text program,
                      struct pl_placement *out);
/* Returns "", "usual", "moved" or "unlikely"; NULL when out of range. */
const char *pl_place_name(unsigned int place);

/* ---- /etc/services: local additions ---------------------------------------------------------- */

/* A file in the format of services(5), for ports that the tables do not name. */
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

/* The position of an iteration over an overlay, {0} at first. */
struct pl_overlay_place {
    size_t at;
    uint32_t line; /* line of the last entry or error, from 1 */
};

/*
 * Returns 1 and the next entry, 0 at the end, or -EINVAL for a malformed line, after which the
 * iteration can continue. Names contain only printable ASCII. Skips lines of other protocols.
 */
int pl_overlay_next(const struct pl_overlay *overlay, struct pl_overlay_place *place,
                    struct pl_overlay_entry *out);
/* Find the next entry of a port, or with this name or alias, compared as by pl_service_find(). */
bool pl_overlay_get(const struct pl_overlay *overlay, unsigned int port, enum pl_proto proto,
                    struct pl_overlay_place *place, struct pl_overlay_entry *out);
bool pl_overlay_find(const struct pl_overlay *overlay, const char *name,
                     struct pl_overlay_place *place, struct pl_overlay_entry *out);
/* Returns whether the registry does not give the entry's name to its port. */
bool pl_overlay_is_local(const struct pl_overlay_entry *entry);
/*
 * Reads a file (NULL: /etc/services) of at most 4 MiB. Free it with pl_overlay_free(). -EFBIG: too
 * long; -EINVAL: not a regular file; or an error of open(2) or read(2).
 */
int pl_overlay_read(const char *path, struct pl_overlay *out);
void pl_overlay_free(struct pl_overlay *overlay);

#endif
