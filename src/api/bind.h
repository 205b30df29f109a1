/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a new socket can be bound to a port, judged by the sockets of a snapshot: bind(2). */
#ifndef PL_API_BIND_H
#define PL_API_BIND_H

#include "query.h"

/* Flags that permit several sockets on a port: bits of pl_bind.reuse. */
enum {
    PL_REUSE_NONE = 0,
    PL_REUSE_ADDR = 1 << 0,    /* SO_REUSEADDR */
    PL_REUSE_PORT = 1 << 1,    /* SO_REUSEPORT */
    PL_REUSE_UNKNOWN = 1 << 2, /* alone: the flags of another socket are not known */
};

enum pl_bind_verdict {
    PL_BIND_FREE,
    PL_BIND_UNKNOWN, /* it depends on what the system does not report */
    PL_BIND_TAKEN,
    PL_BIND_MAX,
};

/* Returns "free", "unknown" or "taken". */
const char *pl_bind_verdict_name(unsigned int verdict);

/*
 * A socket to be: bound to the address and port, and then listening if it is TCP. An IPv6 wildcard
 * also accepts IPv4.
 */
struct pl_bind {
    uint8_t addr[16]; /* as in struct pl_sock */
    uint32_t uid;     /* of the user */
    uint32_t ifindex; /* zone of a link-local address; 0: none */
    uint16_t port;    /* not 0 */
    uint8_t family;   /* PL_FAMILY_INET or PL_FAMILY_INET6 */
    uint8_t proto;    /* PL_PROTO_TCP or PL_PROTO_UDP */
    uint8_t reuse;    /* PL_REUSE_* */
    bool privileged;  /* may bind ports that need a privilege */
};

/* Why a port is taken, or what else a user should know about it. */
enum pl_cause_kind {
    PL_CAUSE_LISTENER,
    PL_CAUSE_BOUND,      /* bound, neither listening nor connected */
    PL_CAUSE_CONNECTION, /* accepted, or outgoing */
    PL_CAUSE_CLOSING,    /* a connection that no process holds any more */
    PL_CAUSE_TIME_WAIT,
    PL_CAUSE_SOCKET, /* UDP */
    PL_CAUSE_PRIVILEGED,
    PL_CAUSE_NOT_LOCAL, /* no interface has the address */
    PL_CAUSE_NO_ZONE,   /* a link-local address without its interface */
    PL_CAUSE_MULTICAST,
    PL_CAUSE_NO_IPV6,
    PL_CAUSE_EPHEMERAL,    /* the kernel may give the port to another socket */
    PL_CAUSE_PUBLISHED,    /* a rule sends connections to the port elsewhere */
    PL_CAUSE_PROBE,        /* bind(2) was tried */
    PL_CAUSE_DISAGREEMENT, /* the same, and the result contradicts the sockets */
    PL_CAUSE_FREE,
    PL_CAUSE_NEXT_FREE,
    PL_CAUSE_MAX,
};

/* Returns "listener" and so on; NULL when out of range. */
const char *pl_cause_name(unsigned int kind);

struct pl_route;

struct pl_cause {
    enum pl_cause_kind kind;
    enum pl_bind_verdict verdict; /* the strictest of the sockets */
    const struct pl_sock *sock;   /* one of them with this verdict; NULL: not about sockets */
    size_t count;                 /* number of sockets */
    uint64_t free_in_ms;          /* until the last one in TIME_WAIT ends; 0: not known */
    const struct pl_route *route; /* of PL_CAUSE_PUBLISHED */
    int error;                    /* of a bind(2) that was tried: a positive errno, or 0 */
};

struct pl_bind_answer {
    enum pl_bind_verdict verdict; /* the strictest of the causes */
    struct pl_cause causes[PL_CAUSE_MAX];
    size_t count;
};

/*
 * Takes the result of a bind(2), a positive errno or 0: it overrides the verdict, and is a cause of
 * its own.
 */
void pl_bind_take_probe(struct pl_bind_answer *answer, int error);

/* The PL_NEED_* bits of a snapshot for these functions. All sockets of the port must be in it. */
#define PL_BIND_NEED                                                                             \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_USERS | PL_NEED_ADDRS | PL_NEED_LINKS | \
                PL_NEED_INTERFACES | PL_NEED_TIMERS | PL_NEED_MORE | PL_NEED_CGROUPS |           \
                PL_NEED_COUNTERS | PL_NEED_GROUPS | PL_NEED_CONTAINERS | PL_NEED_REUSE))

/*
 * The verdict about one socket, whose flags are reuse (PL_REUSE_*). system: whose rules apply; for
 * all but Linux, little is certain.
 */
enum pl_bind_verdict pl_bind_judge(enum pl_system system, const struct pl_bind *bind,
                                   const struct pl_sock *sock, unsigned int reuse);
/* Judges all sockets and limits. A port without any cause gets PL_CAUSE_FREE. */
void pl_bind_explain(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     struct pl_bind_answer *answer);

/* Longest text of the functions below, with its NUL. */
#define PL_CAUSE_TEXT 1024

/*
 * Write text to buf, which has PL_CAUSE_TEXT bytes. It may contain control bytes from names.
 * pl_cause_text(): a sentence. pl_cause_evidence(): the socket and its owner, or the limit; may be
 * empty. pl_cause_remedy(): what would make the port free; may be empty. pl_cause_filter(): a filter
 * of portls that selects the sockets; may be empty.
 */
void pl_cause_text(const struct pl_snapshot *snap, const struct pl_bind *bind,
                   const struct pl_cause *cause, char *buf);
void pl_cause_evidence(const struct pl_snapshot *snap, const struct pl_bind *bind,
                       const struct pl_cause *cause, char *buf);
void pl_cause_remedy(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     const struct pl_cause *cause, char *buf);
void pl_cause_filter(const struct pl_bind *bind, const struct pl_cause *cause, char *buf);

#endif
