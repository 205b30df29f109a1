/* SPDX-License-Identifier: BSD-2-Clause */
#include "plain.h"

#include "view/text.h"

#include <stdlib.h>

#define BLANKS 16

static void set_word(struct plain_word *word, const char *text, const char *suffix)
{
    size_t len = text ? strlen(text) : 0;
    size_t more = strlen(suffix);

    if (len == 0 || len + more > sizeof(word->text))
        return;
    memcpy(word->text, text, len);
    memcpy(word->text + len, suffix, more);
    word->len = (uint8_t)(len + more);
}

enum plain_kind plain_kind_of(const struct pl_field *field)
{
    static const uint8_t kinds[PL_FIELD_MAX] = {
        [PL_FIELD_PROTO] = PLAIN_PROTO,   [PL_FIELD_RECV_Q] = PLAIN_RECV_Q,
        [PL_FIELD_SEND_Q] = PLAIN_SEND_Q, [PL_FIELD_LOCAL] = PLAIN_LOCAL,
        [PL_FIELD_PEER] = PLAIN_PEER,     [PL_FIELD_STATE] = PLAIN_STATE,
        [PL_FIELD_INODE] = PLAIN_INODE,   [PL_FIELD_OWNERS] = PLAIN_OWNERS,
    };

    return (enum plain_kind)kinds[field->id];
}

bool plain_init(struct plain *plain, const struct view *view, const struct sheet_column *columns,
                size_t count, struct out *scratch)
{
    bool owners = false;

    *plain = (struct plain){
        .view = view,
        .scratch = scratch,
        .endpoints = view->data || (!view->port_names && !view->host),
        .columns = calloc(count > 0 ? count : 1, sizeof(*plain->columns)),
        .count = count,
    };
    if (!plain->columns)
        return false;
    for (size_t i = 0; i < count; i++) {
        plain->columns[i] =
            (struct plain_column){.width = strlen(columns[i].title), .kind = columns[i].plain};
        owners |= plain->columns[i].kind == PLAIN_OWNERS;
    }
    if (owners)
        plain->owners = calloc(PLAIN_OWNER_SLOTS, sizeof(*plain->owners));
    if (owners && !plain->owners) {
        free(plain->columns);
        return false;
    }
    for (unsigned int i = 0; i < PL_STATE_MAX; i++)
        set_word(&plain->states[i], pl_state_name(i), "");
    for (unsigned int i = 0; i < PL_PROTO_MAX; i++) {
        set_word(&plain->protos[i][0], pl_proto_name(i), "");
        set_word(&plain->protos[i][1], pl_proto_name(i), view->data ? "" : "6");
    }
    return true;
}

void plain_free(struct plain *plain)
{
    free(plain->columns);
    free(plain->owners);
}

/* ---- one value ---- */

static inline size_t number_width(uint64_t n)
{
    size_t width = 1 + (size_t)(n >= 10) + (size_t)(n >= 100) + (size_t)(n >= 1000);

    for (n /= 10000; n > 0; n /= 10)
        width++;
    return width;
}

/* Fast for 16 bits, which are usual. */
static inline size_t short_width(uint32_t port)
{
    if (port > UINT16_MAX)
        return number_width(port);
    return 1 + (size_t)(port >= 10) + (size_t)(port >= 100) + (size_t)(port >= 1000) +
           (size_t)(port >= 10000);
}

/* Writes count blanks at p, which has space for BLANKS more. */
static inline void put_blanks(char *p, size_t count)
{
    static const char blanks[BLANKS + 1] = "                ";

    for (; count > BLANKS; count -= BLANKS, p += BLANKS)
        memcpy(p, blanks, BLANKS);
    memcpy(p, blanks, BLANKS);
}

static inline char *put_number(char *p, uint64_t n, size_t width)
{
    size_t own = n < 10 ? 1 : number_width(n);

    if (own < width) {
        put_blanks(p, width - own);
        p += width - own;
    }
    if (n >= 10)
        return p + pl_number_print(n, p);
    *p = (char)('0' + n);
    return p + 1;
}

/* Pads the text from..end to width. */
static inline char *fill_up(char *from, char *end, size_t width)
{
    size_t own = (size_t)(end - from);

    if (own >= width)
        return end;
    put_blanks(end, width - own);
    return from + width;
}

static inline char *put_word(char *p, const struct plain_word *word, size_t width)
{
    if (word->len == 0)
        return NULL;
    memcpy(p, word->text, sizeof(word->text));
    return fill_up(p, p + word->len, width);
}

/* ---- endpoints ---- */

bool plain_is_dual_stack(const struct pl_sock *sock, const uint8_t *addr)
{
    return sock->family == PL_FAMILY_INET6 && (sock->have & PL_HAVE_V6ONLY) &&
           !(sock->flags & PL_FLAG_V6ONLY) && pl_addr_is_any(PL_FAMILY_INET6, addr);
}

static inline bool has_peer(const struct pl_sock *sock)
{
    return sock->peer_port != 0 || pl_sock_has_peer(sock);
}

/* Writes an INET6 address in brackets, or the wildcard of both families. */
static char *put_v6(char *p, const struct pl_sock *sock, const uint8_t *addr)
{
    if (plain_is_dual_stack(sock, addr)) {
        *p = '*';
        return p + 1;
    }
    *p++ = '[';
    p += pl_addr_print(PL_FAMILY_INET6, addr, p);
    *p = ']';
    return p + 1;
}

static inline char *write_endpoint(const struct pl_sock *sock, bool peer, char *p)
{
    const uint8_t *addr = peer ? sock->peer_addr : sock->local_addr;
    uint32_t port = peer ? sock->peer_port : sock->local_port;

    if (peer && !has_peer(sock)) {
        memcpy(p, "*:*", 3);
        return p + 3;
    }
    if (sock->family == PL_FAMILY_INET6)
        p = put_v6(p, sock, addr);
    else
        p += pl_addr_print(sock->family, addr, p);
    *p++ = ':';
    if (port != 0)
        return p + pl_number_print(port, p);
    *p = '*';
    return p + 1;
}

char *plain_endpoint(const struct pl_sock *sock, bool peer, char *p)
{
    return write_endpoint(sock, peer, p);
}

/* Returns whether the endpoint is only an address and a port number. */
static inline bool is_endpoint(const struct plain *plain, const struct pl_sock *sock, bool peer)
{
    const uint32_t more = PL_HAVE_SCOPE | PL_HAVE_INTERFACE;
    const uint32_t have = peer ? PL_HAVE_PEER : PL_HAVE_LOCAL;

    return plain->endpoints && (sock->have & (have | more)) == have &&
           (sock->family == PL_FAMILY_INET || sock->family == PL_FAMILY_INET6) &&
           sock->proto != PL_PROTO_RAW;
}

/* Sets the high bit of each of four bytes that is at least n (at most 128). */
static inline uint32_t at_least(uint32_t bytes, uint32_t n)
{
    const uint32_t ones = 0x01010101;

    return (((bytes & 127 * ones) + (128 - n) * ones) | bytes) & 128 * ones;
}

/* Four digits, three dots, and one more digit for each number above 9 and above 99. */
static inline size_t v4_width(const uint8_t *addr)
{
    uint32_t bytes;
    uint32_t more;

    memcpy(&bytes, addr, sizeof(bytes));
    more = (at_least(bytes, 10) >> 7) + (at_least(bytes, 100) >> 7);
    return 7 + (more * 0x01010101U >> 24);
}

static inline size_t address_width(const struct pl_sock *sock, const uint8_t *addr)
{
    char text[PL_ADDR_TEXT];

    if (sock->family == PL_FAMILY_INET)
        return v4_width(addr);
    return plain_is_dual_stack(sock, addr)
               ? 1
               : pl_addr_print(sock->family, addr, text) + 2; /* brackets */
}

static inline size_t endpoint_width(const struct plain *plain, const struct pl_sock *sock,
                                    bool peer)
{
    if (!is_endpoint(plain, sock, peer))
        return 0;
    if (peer && !has_peer(sock))
        return 3; /* "*:*" */
    return address_width(sock, peer ? sock->peer_addr : sock->local_addr) + 1 +
           short_width(peer ? sock->peer_port : sock->local_port); /* "*" is as wide as "0" */
}

static inline char *put_endpoint(const struct plain *plain, const struct pl_sock *sock, bool peer,
                                 size_t width, char *p)
{
    return is_endpoint(plain, sock, peer) ? fill_up(p, write_endpoint(sock, peer, p), width) : NULL;
}

/* ---- owners ---- */

static void fill_owner(struct plain_owner *slot, const struct plain *plain,
                       const struct pl_owner *owner)
{
    const struct cell cell = {.kind = CELL_OWNERS, .owners = owner, .count = 1};
    struct out *out = plain->scratch;

    *slot = (struct plain_owner){.pid = owner->pid};
    cell_plain(out, plain->view, &cell, ',', " ");
    if (out->error == 0 && out->len <= sizeof(slot->text) &&
        text_width(out->data, out->len) == out->len) {
        memcpy(slot->text, out->data, out->len);
        slot->len = (uint32_t)out->len;
    }
    out->len = 0;
}

/*
 * Returns the only process that holds the socket; its len is 0 if there are several, or if its text
 * is not short ASCII.
 */
static const struct plain_owner *owner_of(const struct plain *plain, const struct pl_sock *sock)
{
    static const struct plain_owner nobody = {.text = "-", .len = 1};
    static const struct plain_owner several = {.len = 0};
    struct plain_owner *slot;
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(plain->view->snap, sock, &count);

    if (count == 0)
        return &nobody;
    for (size_t i = 1; i < count; i++) {
        if (owners[i].pid != owners[0].pid)
            return &several;
    }
    slot = &plain->owners[owners[0].pid % PLAIN_OWNER_SLOTS];
    if (slot->pid != owners[0].pid || slot->len == 0)
        fill_owner(slot, plain, &owners[0]);
    return slot;
}

static char *put_owner(const struct plain *plain, const struct pl_sock *sock, size_t width, char *p)
{
    const struct plain_owner *owner = owner_of(plain, sock);

    if (owner->len == 0)
        return NULL;
    memcpy(p, owner->text, sizeof(owner->text));
    return fill_up(p, p + owner->len, width);
}

/* ---- by column ---- */

static const struct plain_word no_word;

static const struct plain_word *state_word(const struct plain *plain, const struct pl_sock *sock)
{
    return sock->have & PL_HAVE_STATE && sock->state < PL_STATE_MAX ? &plain->states[sock->state]
                                                                    : &no_word;
}

static const struct plain_word *proto_word(const struct plain *plain, const struct pl_sock *sock)
{
    return sock->proto < PL_PROTO_MAX ? &plain->protos[sock->proto][sock->family == PL_FAMILY_INET6]
                                      : &no_word;
}

static inline size_t queue_width(const struct pl_sock *sock, uint32_t have, uint32_t queue)
{
    if (!(sock->have & have))
        return 0;
    return queue < 10 ? 1 : number_width(queue); /* most are empty */
}

static inline char *put_queue(const struct pl_sock *sock, uint32_t have, uint32_t queue,
                              size_t width, char *p)
{
    return sock->have & have ? put_number(p, queue, width) : NULL;
}

/* Returns 0 if plain.c cannot print the cell. */
static inline size_t width_of(const struct plain *plain, enum plain_kind kind,
                              const struct pl_sock *sock)
{
    switch (kind) {
    case PLAIN_PROTO:
        return proto_word(plain, sock)->len;
    case PLAIN_STATE:
        return state_word(plain, sock)->len;
    case PLAIN_LOCAL:
        return endpoint_width(plain, sock, false);
    case PLAIN_PEER:
        return endpoint_width(plain, sock, true);
    case PLAIN_RECV_Q:
        return queue_width(sock, PL_HAVE_RECV_Q, sock->recv_q);
    case PLAIN_SEND_Q:
        return queue_width(sock, PL_HAVE_SEND_Q, sock->send_q);
    case PLAIN_INODE:
        return sock->have & PL_HAVE_INODE ? number_width(sock->key) : 0;
    case PLAIN_OWNERS:
        return owner_of(plain, sock)->len;
    case PLAIN_NONE:
        break;
    }
    return 0;
}

/* Returns NULL if plain.c cannot print the cell. */
static inline char *put_cell(const struct plain *plain, enum plain_kind kind,
                             const struct pl_sock *sock, size_t width, char *p)
{
    switch (kind) {
    case PLAIN_PROTO:
        return put_word(p, proto_word(plain, sock), width);
    case PLAIN_STATE:
        return put_word(p, state_word(plain, sock), width);
    case PLAIN_LOCAL:
        return put_endpoint(plain, sock, false, width, p);
    case PLAIN_PEER:
        return put_endpoint(plain, sock, true, width, p);
    case PLAIN_RECV_Q:
        return put_queue(sock, PL_HAVE_RECV_Q, sock->recv_q, width, p);
    case PLAIN_SEND_Q:
        return put_queue(sock, PL_HAVE_SEND_Q, sock->send_q, width, p);
    case PLAIN_INODE:
        return sock->have & PL_HAVE_INODE ? put_number(p, sock->key, width) : NULL;
    case PLAIN_OWNERS:
        return put_owner(plain, sock, width, p);
    case PLAIN_NONE:
        break;
    }
    return NULL;
}

void plain_expect(const struct plain *plain, const void *const *rows, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        __builtin_prefetch(rows[i]);
    for (size_t i = from; i < end && plain->owners; i++) {
        size_t count;

        __builtin_prefetch(pl_snapshot_owners(plain->view->snap, rows[i], &count));
    }
}

/* kind is a compile-time constant: each kind has its own loop. */
static inline size_t measure_kind(const struct plain *plain, enum plain_kind kind, size_t *width,
                                  const void *const *rows, size_t from, size_t end)
{
    size_t widest = *width;

    for (; from < end; from++) {
        size_t own = width_of(plain, kind, rows[from]);

        if (own == 0)
            break;
        if (own > widest)
            widest = own;
    }
    *width = widest;
    return from;
}

size_t plain_measure(const struct plain *plain, size_t column, const void *const *rows, size_t from,
                     size_t end)
{
    size_t *width = &plain->columns[column].width;

#define MEASURE(kind) \
    case kind:        \
        return measure_kind(plain, kind, width, rows, from, end)
    switch (plain->columns[column].kind) {
        MEASURE(PLAIN_PROTO);
        MEASURE(PLAIN_STATE);
        MEASURE(PLAIN_LOCAL);
        MEASURE(PLAIN_PEER);
        MEASURE(PLAIN_RECV_Q);
        MEASURE(PLAIN_SEND_Q);
        MEASURE(PLAIN_INODE);
        MEASURE(PLAIN_OWNERS);
    case PLAIN_NONE:
        break;
    }
#undef MEASURE
    return from;
}

size_t plain_write(const struct plain *plain, size_t column, const struct pl_sock *sock, char **p)
{
    const struct plain_column *next = plain->columns + column;
    const struct plain_column *end = plain->columns + plain->count;
    char *at = *p;

    for (; next < end; next++) {
        char *to = put_cell(plain, next->kind, sock, next->width, at);

        if (!to)
            break;
        *to = ' ';
        at = to + 1;
    }
    *p = at;
    return (size_t)(next - plain->columns);
}
