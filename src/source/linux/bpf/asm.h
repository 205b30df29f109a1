/* SPDX-License-Identifier: BSD-2-Clause */
/* An assembler of BPF: Documentation/bpf/standardization/instruction-set.rst. */
#ifndef PL_SOURCE_LINUX_BPF_ASM_H
#define PL_SOURCE_LINUX_BPF_ASM_H

#include "bpf.h"
#include "model/array.h"

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, FP };

#define LABELS 16

struct label {
    uint32_t at;       /* the instruction that follows it */
    uint32_t from[16]; /* those that jump to it */
    uint32_t from_count;
};

struct writer {
    struct pl_bpf_code *out;
    struct label labels[LABELS];
};

static inline void put(struct writer *w, unsigned int code, int dst, int src, int off, int imm)
{
    if (w->out->count == PL_BPF_CODE_MAX)
        return; /* the verifier will refuse the program */
    w->out->insns[w->out->count++] = (struct bpf_insn){
        .code = (uint8_t)code,
        .dst_reg = (uint8_t)(dst & 0xf),
        .src_reg = (uint8_t)(src & 0xf),
        .off = (int16_t)off,
        .imm = imm,
    };
}

static inline void load(struct writer *w, unsigned int size, int dst, int src, int64_t off)
{
    put(w, BPF_LDX | BPF_MEM | size, dst, src, (int)off, 0);
}

static inline void store(struct writer *w, unsigned int size, int dst, int off, int src)
{
    put(w, BPF_STX | BPF_MEM | size, dst, src, off, 0);
}

static inline void move(struct writer *w, int dst, int src)
{
    put(w, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static inline void set(struct writer *w, int dst, int imm)
{
    put(w, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static inline void alu(struct writer *w, unsigned int op, int dst, int imm)
{
    put(w, BPF_ALU64 | op | BPF_K, dst, 0, 0, imm);
}

static inline void alu_by(struct writer *w, unsigned int op, int dst, int src)
{
    put(w, BPF_ALU64 | op | BPF_X, dst, src, 0, 0);
}

static inline void place(struct writer *w, size_t label)
{
    w->labels[label].at = w->out->count;
}

static inline void jump_from(struct writer *w, size_t label)
{
    struct label *l = &w->labels[label];

    if (l->from_count < COUNT_OF(l->from) && w->out->count < PL_BPF_CODE_MAX)
        l->from[l->from_count++] = w->out->count;
}

static inline void jump(struct writer *w, unsigned int op, int dst, int imm, size_t label)
{
    jump_from(w, label);
    put(w, BPF_JMP | op | BPF_K, dst, 0, 0, imm);
}

static inline void jump_by(struct writer *w, unsigned int op, int dst, int src, size_t label)
{
    jump_from(w, label);
    put(w, BPF_JMP | op | BPF_X, dst, src, 0, 0);
}

static inline void go(struct writer *w, size_t label)
{
    jump(w, BPF_JA, 0, 0, label);
}

static inline void call(struct writer *w, int function)
{
    put(w, BPF_JMP | BPF_CALL, 0, 0, 0, function);
}

static inline void end(struct writer *w, int answer)
{
    set(w, R0, answer);
    put(w, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* dst = a constant of 64 bits, which takes two instructions: kind is BPF_PSEUDO_MAP_*. */
static inline void set_map(struct writer *w, int dst, int kind, int map)
{
    put(w, BPF_LD | BPF_DW | BPF_IMM, dst, kind, 0, map);
    put(w, 0, 0, 0, 0, 0); /* for BPF_PSEUDO_MAP_VALUE: the offset in the value */
}

/* Reads size bytes at from + at to the stack. A read that fails leaves zeros there. */
static inline void fetch(struct writer *w, int to, int size, int from, uint32_t at)
{
    move(w, R3, from);
    alu(w, BPF_ADD, R3, (int)at);
    move(w, R1, FP);
    alu(w, BPF_ADD, R1, to);
    set(w, R2, size);
    call(w, BPF_FUNC_probe_read_kernel);
}

/* The first field of the context of every iterator: struct bpf_iter_meta, include/linux/bpf.h. */
enum { CTX_META = 0 };

/* Writes a record on the stack to the reader of the iterator. If that fails, the kernel calls again. */
static inline void write_record(struct writer *w, int ctx, int record, int size)
{
    load(w, BPF_DW, R1, ctx, CTX_META);
    load(w, BPF_DW, R1, R1, 0); /* meta->seq */
    move(w, R2, FP);
    alu(w, BPF_ADD, R2, record);
    set(w, R3, size);
    call(w, BPF_FUNC_seq_write);
}

static inline void finish(struct writer *w)
{
    for (size_t i = 0; i < LABELS; i++) {
        const struct label *l = &w->labels[i];

        for (uint32_t j = 0; j < l->from_count; j++)
            w->out->insns[l->from[j]].off = (int16_t)((int)l->at - (int)l->from[j] - 1);
    }
}

#endif
