/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each operation, struct inet_diag_bc_op, has the distance to jump if it is true ("yes") and if it
 * is false ("no"). A socket matches if a jump ends exactly at the end of the code. A piece of code
 * is false if it jumps 4 bytes past its end, so that in "a JUMP b" a false "a" continues with b.
 */
#include "bytecode.h"

#include <linux/inet_diag.h>
#include <string.h>
#include <sys/socket.h>

struct code {
    uint8_t *bytes;
    size_t len;
    bool full;
};

static void put(struct code *code, const void *bytes, size_t len)
{
    if (PL_BYTECODE_MAX - code->len < len) {
        code->full = true;
        return;
    }
    memcpy(code->bytes + code->len, bytes, len);
    code->len += len;
}

static void put_op(struct code *code, unsigned int op, size_t yes, size_t no)
{
    const struct inet_diag_bc_op item = {(uint8_t)op, (uint8_t)yes, (uint16_t)no};

    put(code, &item, sizeof(item));
}

/* Moves the target of "no" jumps of from..mid from past mid to past the end of the code. */
static void extend(struct code *code, size_t from, size_t mid)
{
    for (size_t at = from; at + sizeof(struct inet_diag_bc_op) <= mid && !code->full;) {
        struct inet_diag_bc_op op;

        memcpy(&op, code->bytes + at, sizeof(op));
        if (at + op.no == mid + 4) {
            op.no = (uint16_t)(op.no + (code->len - mid));
            memcpy(code->bytes + at, &op, sizeof(op));
        }
        at += op.yes;
    }
}

static void negate(struct code *code)
{
    put_op(code, INET_DIAG_BC_JMP, 4, 8);
}

static void put_bound(struct code *code, unsigned int op, uint16_t port)
{
    put_op(code, op, 8, 12);
    put_op(code, 0, 0, port); /* the operand is in the place of the next operation */
}

static void put_port(struct code *code, const struct pl_push *item)
{
    bool peer = item->kind == PL_PUSH_PEER_PORT;
    size_t from = code->len;
    size_t mid;

    put_bound(code, peer ? INET_DIAG_BC_D_GE : INET_DIAG_BC_S_GE, item->low);
    mid = code->len;
    put_bound(code, peer ? INET_DIAG_BC_D_LE : INET_DIAG_BC_S_LE, item->high);
    extend(code, from, mid);
}

static void put_addr(struct code *code, const struct pl_push *item)
{
    size_t addr = item->family == PL_FAMILY_INET ? 4 : 16;
    size_t len = sizeof(struct inet_diag_bc_op) + sizeof(struct inet_diag_hostcond) + addr;
    const struct inet_diag_hostcond cond = {
        .family = item->family == PL_FAMILY_INET ? AF_INET : AF_INET6,
        .prefix_len = item->bits,
        .port = -1,
    };

    put_op(code, item->kind == PL_PUSH_PEER_ADDR ? INET_DIAG_BC_D_COND : INET_DIAG_BC_S_COND, len,
           len + 4);
    put(code, &cond, sizeof(cond));
    put(code, item->addr, addr);
}

/* Adds an operation that is followed by its operand. */
static void put_number(struct code *code, const struct pl_push *item)
{
    const uint32_t device = (uint32_t)item->number;
    const struct inet_diag_markcond mark = {(uint32_t)item->number, item->mask};
    const struct {
        unsigned int op;
        const void *operand;
        size_t len;
    } rows[] = {
        [PL_PUSH_DEVICE - PL_PUSH_DEVICE] = {INET_DIAG_BC_DEV_COND, &device, sizeof(device)},
        [PL_PUSH_MARK - PL_PUSH_DEVICE] = {INET_DIAG_BC_MARK_COND, &mark, sizeof(mark)},
        [PL_PUSH_CGROUP -
            PL_PUSH_DEVICE] = {INET_DIAG_BC_CGROUP_COND, &item->number, sizeof(item->number)},
    };
    size_t row = item->kind - (size_t)PL_PUSH_DEVICE;
    size_t len = sizeof(struct inet_diag_bc_op) + rows[row].len;

    put_op(code, rows[row].op, len, len + 4);
    put(code, rows[row].operand, rows[row].len);
}

static size_t compile(struct code *code, const struct pl_push *item, size_t left);

/* Returns how many items the list and its operands are. */
static size_t compile_list(struct code *code, const struct pl_push *item, size_t left)
{
    size_t used = 1;
    size_t from = code->len;

    for (uint32_t i = 0; i < item->count && !code->full; i++) {
        size_t mid = code->len;
        size_t jump = code->len;

        if (i > 0 && item->kind == PL_PUSH_ANY) {
            put_op(code, INET_DIAG_BC_JMP, 4, 0);
            mid = code->len;
        }
        used += compile(code, item + used, left - used);
        if (i > 0 && item->kind == PL_PUSH_ALL)
            extend(code, from, mid);
        if (i > 0 && item->kind == PL_PUSH_ANY && !code->full) {
            const struct inet_diag_bc_op op = {INET_DIAG_BC_JMP, 4, (uint16_t)(code->len - jump)};

            memcpy(code->bytes + jump, &op, sizeof(op));
        }
    }
    return used;
}

static size_t compile(struct code *code, const struct pl_push *item, size_t left)
{
    if (left == 0 || code->full) {
        code->full = true;
        return 0;
    }
    switch ((enum pl_push_kind)item->kind) {
    case PL_PUSH_ALL:
    case PL_PUSH_ANY:
        return compile_list(code, item, left);
    case PL_PUSH_LOCAL_PORT:
    case PL_PUSH_PEER_PORT:
        put_port(code, item);
        break;
    case PL_PUSH_LOCAL_ADDR:
    case PL_PUSH_PEER_ADDR:
        put_addr(code, item);
        break;
    case PL_PUSH_AUTOBOUND:
        put_op(code, INET_DIAG_BC_AUTO, 4, 8);
        break;
    case PL_PUSH_DEVICE:
    case PL_PUSH_MARK:
    case PL_PUSH_CGROUP:
        put_number(code, item);
        break;
    }
    if (item->negate)
        negate(code);
    return 1;
}

size_t pl_linux_bytecode(const struct pl_push *push, size_t count, uint8_t buf[PL_BYTECODE_MAX])
{
    struct code code = {0};

    code.bytes = buf;
    if (count == 0)
        return 0;
    (void)compile(&code, push, count);
    return code.full ? 0 : code.len;
}

uint16_t pl_linux_push_port(const struct pl_push *push, size_t count, enum pl_push_kind side)
{
    size_t operands = 1;

    if (count > 0 && push->kind == PL_PUSH_ALL) {
        operands = push->count;
        push++;
    }
    /* Stops at a nested list: the code contains all operands. */
    for (size_t i = 0; i < operands && i < count && push[i].kind > PL_PUSH_ANY; i++) {
        if (push[i].kind == side && !push[i].negate && push[i].low == push[i].high)
            return push[i].low;
    }
    return 0;
}
