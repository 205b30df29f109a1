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
    struct pl_sock sock;

    if (!(choice->protos & PL_BIT(row->sock.proto)))
        return false;
    if (choice->states == STATES_LISTENING && !row_is_listener(row))
        return false;
    if (choice->states == STATES_ESTABLISHED && row->sock.state != PL_STATE_ESTABLISHED)
        return false;
    if (!choice->hide_loopback)
        return true;
    sock = row_sock(row);
    return !is_loopback(&sock, sock.local_addr) ||
           (pl_sock_has_peer(&sock) && !is_loopback(&sock, sock.peer_addr));
}

/* ---- keys ---- */

uint64_t order_text(const char *text, size_t len)
{
    uint64_t key = 0;

    for (size_t i = 0; i < sizeof(key); i++)
        key = key << 8 | (i < len ? (unsigned char)text[i] : 0);
    return key;
}

/* IPv4 before IPv6, then by address and port. */
static struct order_key address_key(const struct pl_sock *sock, const uint8_t *addr, uint32_t port)
{
    struct order_key key = {.port = port, .large = sock->family != PL_FAMILY_INET};

    key.high = order_text((const char *)addr, key.large ? 8 : 4);
    key.low = key.large ? order_text((const char *)addr + 8, 8) : 0;
    return key;
}

static struct order_key end_key(const struct row *row, bool peer)
{
    const struct pl_sock sock = row_sock(row);

    if (peer && !pl_sock_has_peer(&sock))
        return (struct order_key){.unknown = true};
    return peer ? address_key(&sock, sock.peer_addr, sock.peer_port)
                : address_key(&sock, sock.local_addr, sock.local_port);
}

static struct order_key number_key(uint64_t number, bool known)
{
    return (struct order_key){.high = number, .unknown = !known};
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
    return (struct order_key){.high = order_text(name, len),
                              .low =
                                  (order_text(name + (len > 8 ? 8 : len), len > 8 ? len - 8 : 0) &
                                   ~(uint64_t)UINT32_MAX) |
                                  holders->items[0].pid};
}

struct order_key order_key(const struct row *row, enum column column)
{
    const struct row_sock *sock = &row->sock;
    bool rate = (row->have & ROW_HAVE_RATE) != 0;
    bool bytes = (row->have & ROW_HAVE_BYTES) != 0;

    switch (column) {
    case COLUMN_PROTO:
        return number_key((uint64_t)sock->proto << 8 | sock->family, true);
    case COLUMN_LOCAL:
    case COLUMN_PEER:
        return end_key(row, column == COLUMN_PEER);
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
    uint32_t port;
    bool large, unknown;
};

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    int order = x->unknown - y->unknown;

    order = order ? order : x->large - y->large;
    order = order ? order : compare(x->high, y->high);
    order = order ? order : compare(x->low, y->low);
    order = order ? order : compare(x->port, y->port);
    return order ? order : rows_compare(x->row, y->row);
}

static void set_item(struct item *item, struct row *row, const struct order_by *by)
{
    struct order_key key = {0};

    if (!by->still)
        key = order_key(row, by->column);
    *item = (struct item){.row = row, .unknown = key.unknown};
    if (key.unknown)
        return;
    item->high = by->descending ? ~key.high : key.high;
    item->low = by->descending ? ~key.low : key.low;
    item->port = by->descending ? ~key.port : key.port;
    item->large = key.large != by->descending;
}

/* Moves the first ones, in order, to the front. Quick if there are few. */
static void sort_first(struct item *items, size_t count, size_t first)
{
    qsort(items, first, sizeof(*items), compare_items);
    for (size_t i = first; i < count; i++) {
        struct item item = items[i];
        size_t at = first;

        if (compare_items(&item, &items[first - 1]) >= 0)
            continue;
        items[i] = items[first - 1];
        while (--at > 0 && compare_items(&item, &items[at - 1]) < 0)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

static bool make_room(struct ordering *order, size_t count)
{
    struct row **grown;

    if (order->size >= count)
        return true;
    grown = realloc(order->rows, count * sizeof(struct row *));
    if (!grown)
        return false;
    order->rows = grown;
    order->size = count;
    return true;
}

/* Puts a row where it was. Returns whether it had a place. */
static bool keep_place(struct ordering *order, size_t places, struct row *row)
{
    if (row->place == 0 || row->place > places || order->rows[row->place - 1])
        return false;
    order->rows[row->place - 1] = row;
    return true;
}

/* Closes the gaps. Returns the number of the rows. */
static size_t close_gaps(struct ordering *order, size_t places)
{
    size_t count = 0;

    for (size_t i = 0; i < places; i++) {
        if (order->rows[i])
            order->rows[count++] = order->rows[i];
    }
    return count;
}

int order_make(struct ordering *order, const struct rows *rows, const struct choice *choice,
               const struct order_by *by)
{
    struct order_by how = *by;
    size_t places;
    struct item *items;
    struct row *row;
    size_t at = 0;
    size_t count = 0; /* of the rows that are sorted */
    size_t kept;

    how.still &= !order->partial;
    places = how.still ? order->size : 0;
    order->count = 0;
    order->partial = false;
    if (rows->count == 0)
        return 0;
    items = malloc(rows->count * sizeof(*items));
    if (!items || !make_room(order, rows->count)) {
        free(items);
        return -ENOMEM;
    }
    if (places > 0)
        memset(order->rows, 0, places * sizeof(struct row *));
    while ((row = rows_next(rows, &at))) {
        if (!row->shown || !order_chooses(choice, row))
            row->place = 0;
        else if (!keep_place(order, places, row))
            set_item(&items[count++], row, &how);
    }
    order->partial = how.first > 0 && how.first < count;
    if (order->partial)
        sort_first(items, count, how.first);
    else if (count > 1)
        qsort(items, count, sizeof(*items), compare_items);
    kept = close_gaps(order, places);
    for (size_t i = 0; i < count; i++)
        order->rows[kept + i] = items[i].row;
    order->count = kept + count;
    for (size_t i = 0; i < order->count; i++)
        order->rows[i]->place = (uint32_t)i + 1;
    free(items);
    return 0;
}

void order_free(struct ordering *order)
{
    free(order->rows);
    *order = (struct ordering){0};
}

struct order_rates order_rates(const struct ordering *order)
{
    struct order_rates rates = {0};
    bool lacking = false;

    for (size_t i = 0; i < order->count; i++) {
        const struct row *row = order->rows[i];

        lacking |= row_lacks_rate(row);
        if (!(row->have & ROW_HAVE_RATE) || row->mark == ROW_CLOSED)
            continue;
        rates.in += (double)row->rate_in;
        rates.out += (double)row->rate_out;
        rates.known = true;
    }
    rates.known &= !lacking;
    return rates;
}
