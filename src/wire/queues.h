/* SPDX-License-Identifier: BSD-2-Clause */
/* Full queues of listeners, for attempts without an answer. */
#ifndef WIRE_QUEUES_H
#define WIRE_QUEUES_H

#include "api/attempt.h"
#include "api/reader.h"

struct queues; /* opaque */

/* Reads the listeners and the counters. The reader is borrowed. Returns NULL without memory. */
struct queues *queues_open(struct pl_reader *reader);
/* Reads the counters if that was not done for a second. Call it while there is anything to read. */
void queues_step(struct queues *queues);
/* Adds the queue of its listener on this machine to an attempt without an answer, and what counters show. */
void queues_explain(struct queues *queues, struct pl_attempt *attempt);
void queues_close(struct queues *queues);

#endif
