/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares cells for sorting. */
#include "column.h"
#include "text.h"

#include <string.h>

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_addresses(const struct cell *a, const struct cell *b)
{
    uint8_t family = cell_family(a);
    int order = compare_numbers(family, cell_family(b));

    if (order == 0)
        order = memcmp(cell_address(a), cell_address(b), family == PL_FAMILY_INET ? 4 : 16);
    if (order == 0 && a->kind == CELL_ENDPOINT)
        order = compare_numbers(cell_port(a), cell_port(b));
    return order;
}

static int compare_owners(const struct view *view, const struct cell *a, const struct cell *b)
{
    struct cell x;
    struct cell y;
    /* For holders, number is their count. */
    enum pl_part field = a->kind == CELL_OWNER ? (enum pl_part)a->number : PL_PART_PID;

    if (a->count == 0 || b->count == 0)
        return (a->count == 0) - (b->count == 0);
    cell_owner(view, &a->owners[0], field, &x);
    cell_owner(view, &b->owners[0], field, &y);
    return cell_compare(view, &x, &y);
}

int cell_compare(const struct view *view, const struct cell *a, const struct cell *b)
{
    if (a->kind != b->kind) {
        if (a->kind == CELL_ABSENT || b->kind == CELL_ABSENT)
            return (a->kind == CELL_ABSENT) - (b->kind == CELL_ABSENT);
        return compare_numbers(a->kind, b->kind);
    }
    switch (a->kind) {
    case CELL_ABSENT:
    case CELL_PAIRS:
    case CELL_OWN:
        return 0;
    case CELL_NUMBER:
    case CELL_TIME:
    case CELL_BOOL:
    case CELL_UNKNOWN:
        return compare_numbers(a->number, b->number);
    case CELL_WORD:
    case CELL_TEXT:
        return text_compare(a->text, b->text);
    case CELL_PROTO: {
        int order = text_compare(a->text, b->text);

        return order != 0 ? order : compare_numbers(a->sock->family, b->sock->family);
    }
    case CELL_ADDRESS:
    case CELL_ENDPOINT:
        return compare_addresses(a, b);
    case CELL_OWNERS:
    case CELL_OWNER:
    case CELL_HOLDERS:
        return compare_owners(view, a, b);
    case CELL_PORTS:
    case CELL_REMARK:
        return compare_numbers(a->placement.usual[0], b->placement.usual[0]);
    }
    return 0;
}
