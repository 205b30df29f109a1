/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of "portls doctor". */
#ifndef PL_EXPLAIN_DOCTOR_H
#define PL_EXPLAIN_DOCTOR_H

#include "api/attr.h"
#include "api/doctor.h"
#include "api/snapshot.h"
#include "model/list.h"

/* ---- thresholds ---- */

#define CLOSE_WAIT_COUNT         10    /* sockets of a process */
#define CLOSE_WAIT_MS            10000 /* since the peer closed */
#define QUEUE_PERCENT            50    /* of an accept or SYN queue */
#define QUEUE_LEAST              8     /* connections, unless the queue is full */
#define PORTS_PERCENT            80    /* of the ephemeral ports to one destination */
#define PORTS_FULL_PERCENT       95
#define STUCK_MS                 30000 /* without sending data */
#define DEAD_RETRIES             6     /* of one segment: 12 s or more */
#define SERVER_RETRIES           2     /* SYNs of one connection: 2 s or more */
#define RETRANS_PERCENT          5     /* of the segments sent */
#define RETRANS_LEAST            50    /* segments */
#define DESCRIPTORS_PERCENT      80    /* of the limit of descriptors, by sockets alone */
#define DESCRIPTORS_FULL_PERCENT 95
#define MEMORY_PERCENT           90 /* of the limit of tcp_mem */
#define UNEVEN_LEAST             8  /* connections in the longest queue of a group */
#define UNEVEN_TIMES             8  /* as long as the shortest */
#define FINDINGS_OF_RULE         50 /* the last one has the number of the others */

struct doctor {
    const struct pl_examination *examination;
    const struct pl_snapshot *snap; /* examination->now */
    const struct pl_sock *socks;
    size_t count;
    struct pl_list findings;
    enum pl_rule rule;       /* being applied */
    size_t first;            /* index of its first finding */
    bool failed;             /* memory ran out */
    struct pl_finding spare; /* what is returned then */
};

/* A rule. It calls pl_doctor_add() for each finding. */
typedef void pl_rule_fn(struct doctor *doctor);

pl_rule_fn pl_rule_close_wait, pl_rule_accept_queue, pl_rule_accept_overflow, pl_rule_syn_queue,
    pl_rule_ephemeral_ports, pl_rule_port_in_range, pl_rule_stuck_sender, pl_rule_dead_peer,
    pl_rule_silent_server, pl_rule_retransmissions, pl_rule_udp_drops, pl_rule_descriptors,
    pl_rule_tcp_memory, pl_rule_exposed, pl_rule_open_v6, pl_rule_moved, pl_rule_unlikely,
    pl_rule_deleted_exe, pl_rule_uneven_queues, pl_rule_unseen;

/* Part of the path of an executable that was removed, as Linux prints it. */
#define DELETED_MARK " (deleted)"

/* Returns a new finding about a socket, or NULL for none, with the severity of its rule. */
struct pl_finding *pl_doctor_add(struct doctor *doctor, const struct pl_sock *sock);

/*
 * What a counter grew by in the sample; without one, its value, and *boot is true. Returns false if
 * it is unknown.
 */
bool pl_doctor_grown(const struct doctor *doctor, enum pl_counter counter, uint64_t *value,
                     bool *boot);
/* Sets what a counter measured. What happened before the sample is only a note. */
void pl_doctor_counted(const struct doctor *doctor, struct pl_finding *finding, uint64_t value,
                       bool boot);
/* Returns the process of a socket's first owner, or NULL. */
const struct pl_process *pl_doctor_process(const struct pl_snapshot *snap,
                                           const struct pl_sock *sock);
/* Returns a number, or UINT64_MAX if the socket does not have it. */
uint64_t pl_doctor_number(const struct pl_snapshot *snap, const struct pl_sock *sock,
                          enum pl_attr_id id);
/* Whether this side opened the connection, judged by its ports. */
bool pl_doctor_is_client(const struct pl_snapshot *snap, const struct pl_sock *sock);
/* The ephemeral ports: those of the kernel, or else those of RFC 6335. Returns whether known. */
bool pl_doctor_range(const struct pl_snapshot *snap, uint32_t *first, uint32_t *last);

/* Returns how many ports from first to last are reserved. */
uint64_t pl_doctor_reserved(const struct pl_snapshot *snap, uint32_t first, uint32_t last);

/* ---- texts ---- */

struct doctor_source {
    const struct pl_examination *examination;
    const struct pl_finding *finding;
};

/* Append to a text of PL_FINDING_TEXT bytes. */
__attribute__((format(printf, 2, 3))) void pl_doctor_put(char *buf, const char *format, ...);
void pl_doctor_put_text(char *buf, struct pl_text text);
/*
 * Appends the value called "name", or the number and word of "name|word". Returns whether it is
 * known.
 */
bool pl_doctor_value(const struct doctor_source *source, struct pl_text name, char *buf);

/* ---- groups of sockets ---- */

struct group_key {
    uint8_t local[16], peer[16];
    uint32_t pid, local_port, peer_port;
    uint32_t kind; /* family of the addresses, and protocol */
};

struct group {
    struct group_key key;
    const struct pl_sock *sock; /* the one with the greatest value */
    uint64_t count, value, sum, least;
    uint64_t extra; /* for the caller */
};

struct groups {
    struct pl_list list; /* of struct group, in the order of their first socket */
    uint32_t *slots;
    size_t mask;
};

/* The parts of a socket that make a key. */
enum {
    BY_LOCAL = 1 << 0,
    BY_PEER = 1 << 1,
    BY_LOCAL_PORT = 1 << 2,
    BY_PEER_PORT = 1 << 3,
    BY_PID = 1 << 4,
};

/* Adds a socket with a value to the group of its key, which it returns; NULL when out of memory. */
struct group *pl_groups_add(struct doctor *doctor, struct groups *groups, unsigned int by,
                            const struct pl_sock *sock, uint64_t value);
void pl_groups_free(struct groups *groups);

#endif
