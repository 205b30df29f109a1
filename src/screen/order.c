/* SPDX-License-Identifier: BSD-2-Clause */
#include "order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is shown ---- */

static bool is_loopback(const struct pl_sock *sock, const uint8_t *addr)
{
    static const uint8_t one[16] = {[15] = 1};
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (sock->family == PL_FAMILY_INET)
        return addr[0] == 127;
    if (sock->family != PL_FAMILY_INET6)
        return false;
    return memcmp(addr, one, sizeof(one)) == 0 ||
           (memcmp(addr, mapped, sizeof(mapped)) == 0 && addr[12] == 127);
}

bool order_chooses(const struct choice *choice, const struct row *row)
{
    const struct pl_sock *sock = &row->sock;

    if (!(choice->protos & PL_BIT(sock->proto)))
        return false;
    if (choice->states == STATES_LISTENING && !pl_sock_is_listener(sock))
        return false;
    if (choice->states == STATES_ESTABLISHED && sock->state != PL_STATE_ESTABLISHED)
        return false;
    return !choice->hide_loopback || !is_loopback(sock, sock->local_addr) ||
           (pl_sock_has_peer(sock) && !is_loopback(sock, sock->peer_addr));
}

/* ---- keys ---- */

uint64_t order_text(const char *text, size_t len)
{
    uint64_t key = 0;

    for (size_t i = 0; i < sizeof(key); i++)
        key = key << 8 | (i < len ? (unsigned char)text[i] : 0);
    return key;
}

/* IPv4 before IPv6, then by address. The ports are compared afterwards. */
static struct order_key address_key(const struct pl_sock *sock, const uint8_t *addr)
{
    bool v4 = sock->family == PL_FAMILY_INET;

    return v4 ? (struct order_key){0, order_text((const char *)addr, 4) >> 32, false}
              : (struct order_key){order_text((const char *)addr, 8) | 1,
                                   order_text((const char *)addr + 8, 8), false};
}

static struct order_key number_key(uint64_t number, bool known)
{
    return (struct order_key){number, 0, !known};
}

static struct order_key owner_key(const struct row *row)
{
    const struct pl_holders *holders = row->holders;
    const char *name;
    size_t len;

    if (!holders || holders->count == 0)
        return (struct order_key){.unknown = true};
    name = holders->items[0].name;
    len = strnlen(name, sizeof(holders->items[0].name));
    /* Names have up to 15 bytes; the first twelve, then the process id. */
    return (struct order_key){
        order_text(name, len),
        (order_text(name + (len > 8 ? 8 : len), len > 8 ? len - 8 : 0) & ~(uint64_t)UINT32_MAX) |
            holders->items[0].pid,
        false};
}

struct order_key order_key(const struct row *row, enum column column)
{
    const struct pl_sock *sock = &row->sock;
    bool rate = (row->have & ROW_HAVE_RATE) != 0;
    bool bytes = (row->have & ROW_HAVE_BYTES) != 0;

    switch (column) {
    case COLUMN_PROTO:
        return number_key((uint64_t)sock->proto << 8 | sock->family, true);
    case COLUMN_LOCAL:
        return address_key(sock, sock->local_addr);
    case COLUMN_PEER:
        if (!pl_sock_has_peer(sock))
            return (struct order_key){.unknown = true};
        return address_key(sock, sock->peer_addr);
    case COLUMN_STATE:
        return number_key(sock->state, (sock->have & PL_HAVE_STATE) != 0);
    case COLUMN_RATE_IN:
        return number_key(rate ? (uint64_t)row->rate_in : 0, rate);
    case COLUMN_RATE_OUT:
        return number_key(rate ? (uint64_t)row->rate_out : 0, rate);
    case COLUMN_OWNERS:
        return owner_key(row);
    case COLUMN_AGE:
        return number_key(row->first, !(row->have & ROW_BEFORE));
    case COLUMN_RTT:
        return number_key(row->rtt_us, (row->have & ROW_HAVE_RTT) != 0);
    case COLUMN_BYTES_IN:
        return number_key(row->bytes_in, bytes);
    case COLUMN_BYTES_OUT:
        return number_key(row->bytes_out, bytes);
    case COLUMN_RECV_Q:
        return number_key(sock->recv_q, (sock->have & PL_HAVE_RECV_Q) != 0);
    case COLUMN_SEND_Q:
        return number_key(sock->send_q, (sock->have & PL_HAVE_SEND_Q) != 0);
    case COLUMN_MAX:
        break;
    }
    return (struct order_key){.unknown = true};
}

/* ---- sorting ---- */

struct item {
    uint64_t high, low;
    struct row *row;
    bool unknown;
};

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Rows that are equal so far: as listings sort them. */
static int compare_rows(const struct row *x, const struct row *y)
{
    const struct pl_sock *a = &x->sock;
    const struct pl_sock *b = &y->sock;
    int order = compare(a->proto, b->proto);

    order = order ? order : compare(a->local_port, b->local_port);
    order = order ? order : compare(a->family, b->family);
    order = order ? order : memcmp(a->local_addr, b->local_addr, sizeof(a->local_addr));
    order = order ? order : memcmp(a->peer_addr, b->peer_addr, sizeof(a->peer_addr));
    order = order ? order : compare(a->peer_port, b->peer_port);
    return order ? order : compare(a->cookie, b->cookie);
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    int order = x->unknown - y->unknown;

    order = order ? order : compare(x->high, y->high);
    order = order ? order : compare(x->low, y->low);
    return order ? order : compare_rows(x->row, y->row);
}

static void set_item(struct item *item, struct row *row, const struct order_by *by)
{
    struct order_key key;

    item->row = row;
    if (by->still && row->place != 0) {
        item->high = row->place;
        item->low = 0;
        item->unknown = false;
        return;
    }
    if (by->still) {
        item->high = UINT64_MAX;
        item->low = 0;
        item->unknown = true;
        return;
    }
    key = order_key(row, by->column);
    item->high = by->descending ? ~key.high : key.high;
    item->low = by->descending ? ~key.low : key.low;
    item->unknown = key.unknown;
    if (key.unknown)
        item->high = item->low = 0;
}

int order_make(struct ordering *order, const struct rows *rows, const struct choice *choice,
               const struct order_by *by)
{
    struct item *items;
    struct row *row;
    size_t at = 0;
    size_t count = 0;

    order->count = 0;
    if (rows->count == 0)
        return 0;
    items = malloc(rows->count * sizeof(*items));
    if (order->size < rows->count) {
        struct row **grown = realloc(order->rows, rows->count * sizeof(struct row *));

        if (grown) {
            order->rows = grown;
            order->size = rows->count;
        }
    }
    if (!items || order->size < rows->count) {
        free(items);
        return -ENOMEM;
    }
    while ((row = rows_next(rows, &at))) {
        if (row->shown && order_chooses(choice, row))
            set_item(&items[count++], row, by);
        else
            row->place = 0;
    }
    if (count > 1)
        qsort(items, count, sizeof(*items), compare_items);
    for (size_t i = 0; i < count; i++) {
        order->rows[i] = items[i].row;
        order->rows[i]->place = (uint32_t)i + 1;
    }
    order->count = count;
    free(items);
    return 0;
}

void order_free(struct ordering *order)
{
    free(order->rows);
    *order = (struct ordering){0};
}
