/* SPDX-License-Identifier: BSD-2-Clause */
/* Snapshots for the tests of the rules of "portls doctor". */
#ifndef TEST_CLINIC_H
#define TEST_CLINIC_H

#include "harness.h"

#include "api/doctor.h"
#include "snapshot/snapshot.h"

/* Sockets to add. */
struct sick {
    unsigned int proto, state;
    const char *local; /* address; NULL: 10.0.0.1 */
    unsigned int port; /* the next socket has the next port if there is a peer, else the same */
    const char *peer;  /* NULL: none */
    unsigned int peer_port;
    unsigned int count; /* 0: one */
    uint32_t recv_q, send_q;
    uint32_t pid; /* 0: no owner */
    struct pl_attr attrs[3];
    bool v6only;
};

#define NUMBER(attr, value)                    \
    {                                          \
        .id = PL_ATTR_##attr, .u.num = (value) \
    }

/* An empty snapshot of Linux, with the ephemeral ports 40000 to 40099. */
struct pl_snapshot *clinic_new(void);
void clinic_add(struct pl_snapshot *snap, const struct sick *sick);
void clinic_reserve(struct pl_snapshot *snap, uint16_t first, uint16_t last);
void clinic_counter(struct pl_snapshot *snap, enum pl_counter id, uint64_t value);
/* Sets the limit of descriptors of a process, which may be added before or after. */
void clinic_limit(struct pl_snapshot *snap, uint32_t pid, uint32_t limit);
/* exe may be NULL. */
void clinic_process(struct pl_snapshot *snap, uint32_t pid, const char *name, const char *exe);
/* Joins sockets and owners, after everything was added. */
void clinic_settle(struct pl_snapshot *snap);
/*
 * Settles the snapshot, applies all rules, and compares the findings with lines of "ID SEVERITY
 * COUNT VALUE LIMIT OTHER PID\n", PID 0 for none.
 */
void clinic_check(struct pl_snapshot *snap, const struct pl_snapshot *before, const char *want);
/* The same for an examination; does not settle. */
void clinic_examine(const struct pl_examination *examination, const char *want);
/* Compares the texts of the first finding, after clinic_settle(). */
void clinic_texts(const struct pl_examination *examination, const char *text, const char *evidence,
                  const char *filter, const char *remedy, const char *since);

#endif
