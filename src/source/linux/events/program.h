/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs have in common: each writes records into the ring buffer. */
#ifndef PL_SOURCE_LINUX_EVENTS_PROGRAM_H
#define PL_SOURCE_LINUX_EVENTS_PROGRAM_H

#include "events.h"
#include "source/linux/bpf/asm.h"

/* Registers that calls preserve. */
enum { SOCK = R6, OLD = R7, NEW = R8, RECORD = R9 };

enum { LOST, IPV6, ADDED, NO_TCP, SUBMIT, IGNORED, NOT_YET };

/* Counters, in a value of struct pl_events_counts. */
enum {
    COUNT_LOST = offsetof(struct pl_events_counts, lost),
    COUNT_CAUGHT = offsetof(struct pl_events_counts, caught)
};

static inline void copy(struct writer *w, unsigned int size, int to, int src, int64_t from)
{
    load(w, size, R1, src, from);
    store(w, size, RECORD, to, R1);
}

static inline void put_number(struct writer *w, unsigned int size, int to, int number)
{
    put(w, BPF_ST | BPF_MEM | size, RECORD, 0, to, number);
}

/* RECORD = room for a record; without any, counts it. */
static inline void reserve(struct writer *w, int ring, int size)
{
    set_map(w, R1, BPF_PSEUDO_MAP_FD, ring);
    set(w, R2, size);
    set(w, R3, 0);
    call(w, BPF_FUNC_ringbuf_reserve);
    jump(w, BPF_JEQ, R0, 0, LOST);
    move(w, RECORD, R0);
}

static inline void count(struct writer *w, int counts, int at)
{
    set_map(w, R1, BPF_PSEUDO_MAP_VALUE, counts);
    w->out->insns[w->out->count - 1].imm = at;
    set(w, R2, 1);
    put(w, BPF_STX | BPF_ATOMIC | BPF_DW, R1, R2, 0, BPF_ADD);
}

/*
 * Passes the record on. Without flags, the kernel wakes the reader only if the reader has read all
 * records before this one.
 */
static inline void submit(struct writer *w, int counts, int result)
{
    move(w, R1, RECORD);
    set(w, R2, 0);
    call(w, BPF_FUNC_ringbuf_submit);
    place(w, IGNORED);
    end(w, result);
    place(w, LOST);
    count(w, counts, COUNT_LOST);
    end(w, result);
    finish(w);
}

#endif
