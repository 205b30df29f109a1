/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/net/{tcp,udp,udplite,raw,icmp}{,6}: one line per socket, proc(5), net/ipv4/tcp_ipv4.c
 * get_tcp4_sock().
 *
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11757
 *
 * An address is printed as 32-bit words in the byte order of the machine.
 */
#include "diag.h"
#include "inet.h"

#include <errno.h>
#include <string.h>

static bool read_addr(const struct pl_slice *hex, bool big_endian, uint8_t *out)
{
    for (size_t word = 0; word < hex->len / 8; word++) {
        struct pl_slice part = pl_slice_part(hex, word * 8, 8);
        uint64_t value;

        if (!pl_text_hex(&part, UINT32_MAX, &value))
            return false;
        for (size_t i = 0; i < 4; i++)
            out[word * 4 + i] = (uint8_t)(value >> (8 * (big_endian ? 3 - i : i)));
    }
    return true;
}

/* "0100007F:1F90" */
static bool read_endpoint(struct pl_slice *line, size_t addr_len, uint8_t *addr, uint32_t *port)
{
    struct pl_slice word;
    struct pl_slice hex;
    uint64_t value;

    if (!pl_text_word(line, &word) || !pl_text_part(&word, ':', &hex) || hex.len != addr_len * 2 ||
        !pl_text_hex(&word, UINT16_MAX, &value))
        return false;
    *port = (uint32_t)value;
    return read_addr(&hex, line->big_endian, addr);
}

/* "00000007:0000002A": tx, then rx */
static bool read_queues(struct pl_slice *line, struct pl_sock *sock)
{
    struct pl_slice word;
    struct pl_slice part;
    uint64_t tx;
    uint64_t rx;

    if (!pl_text_word(line, &word) || !pl_text_part(&word, ':', &part) ||
        !pl_text_hex(&part, UINT32_MAX, &tx) || !pl_text_hex(&word, UINT32_MAX, &rx))
        return false;
    sock->send_q = (uint32_t)tx;
    sock->recv_q = (uint32_t)rx;
    return true;
}

/* USER_HZ: 1/100 s. */
#define TICK_MS 10

/*
 * "02:000AE9B4" and "00000000": kind and rest of the timer, and retransmissions of the oldest
 * segment. Unanswered probes follow the uid.
 */
struct timer {
    uint64_t kind, left, retransmits, probes;
};

static bool read_timer(struct pl_slice *line, struct timer *timer)
{
    struct pl_slice word;
    struct pl_slice part;

    return pl_text_word(line, &word) && pl_text_part(&word, ':', &part) &&
           pl_text_hex(&part, UINT8_MAX, &timer->kind) &&
           pl_text_hex(&word, UINT64_MAX / TICK_MS, &timer->left) && pl_text_word(line, &word) &&
           pl_text_hex(&word, UINT64_MAX, &timer->retransmits);
}

/* Retries are those of the running timer, as in sock_diag(7). */
static void put_timer(const struct timer *timer, const struct pl_sock *sock,
                      const struct pl_sink *sink, struct pl_attrs *attrs)
{
    bool probes = timer->kind == PL_TIMER_KEEPALIVE || timer->kind == PL_TIMER_PROBE;

    if (sink->need & PL_NEED_TIMERS && timer->kind != PL_TIMER_NONE) {
        pl_attrs_num(attrs, PL_ATTR_TIMER, timer->kind);
        pl_attrs_num(attrs, PL_ATTR_TIMER_LEFT, timer->left * TICK_MS);
        pl_attrs_num(attrs, PL_ATTR_RETRIES, probes ? timer->probes : timer->retransmits);
    }
    /* TIME_WAIT and half-open connections have no internals. */
    if (sink->need & PL_NEED_INTERNALS && sock->key != 0) {
        pl_attrs_num(attrs, PL_ATTR_RETRANSMITS, timer->retransmits);
        pl_attrs_num(attrs, PL_ATTR_PROBES, timer->probes);
    }
}

/* Reads the count-th word as a decimal number. */
static bool read_word(struct pl_slice *line, int count, uint64_t max, uint64_t *out)
{
    struct pl_slice word;

    while (count-- > 0) {
        if (!pl_text_word(line, &word))
            return false;
    }
    return pl_text_dec(&word, max, out);
}

/* After the inode of a datagram socket: references, kernel address, dropped datagrams. */
static void read_drops(struct pl_slice line, struct pl_attrs *attrs)
{
    uint64_t drops;

    if (read_word(&line, 3, UINT64_MAX, &drops))
        pl_attrs_num(attrs, PL_ATTR_DROPS, drops);
}

static bool read_line(struct pl_slice line, const struct pl_feed *feed, const struct pl_sink *sink,
                      struct pl_sock *sock, struct pl_attrs *attrs)
{
    size_t addr_len = feed->family == PL_FAMILY_INET ? 4 : 16;
    struct pl_slice word;
    struct timer timer;
    uint64_t state;
    uint64_t uid;

    *sock = (struct pl_sock){
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_RECV_Q | PL_HAVE_SEND_Q | PL_HAVE_UID |
                PL_HAVE_INODE,
        .family = feed->family,
    };
    if (!pl_text_word(&line, &word) || word.data[word.len - 1] != ':' ||
        !read_endpoint(&line, addr_len, sock->local_addr, &sock->local_port) ||
        !read_endpoint(&line, addr_len, sock->peer_addr, &sock->peer_port) ||
        !pl_text_word(&line, &word) || !pl_text_hex(&word, UINT8_MAX, &state) ||
        !read_queues(&line, sock) || !read_timer(&line, &timer) ||
        !read_word(&line, 1, UINT32_MAX, &uid) || !read_word(&line, 1, UINT64_MAX, &timer.probes) ||
        !read_word(&line, 1, UINT64_MAX, &sock->key))
        return false;
    sock->uid = (uint32_t)uid;
    pl_linux_inet_finish(sock, feed->slot - PL_SLOT_SOCKS, (unsigned int)state);
    if (sock->proto == PL_PROTO_RAW) {
        pl_attrs_num(attrs, PL_ATTR_PROTOCOL, sock->local_port);
        sock->peer_port = 0;
    }
    if (sock->proto == PL_PROTO_TCP)
        put_timer(&timer, sock, sink, attrs);
    else if (sink->need & PL_NEED_MEMORY)
        read_drops(line, attrs);
    /* This table lacks the limit of the accept queue. */
    if (sock->state == PL_STATE_LISTEN)
        sock->have &= (uint16_t)~PL_HAVE_SEND_Q;
    return true;
}

static bool is_header(const struct pl_slice *line)
{
    struct pl_slice rest = *line;
    struct pl_slice word;

    return pl_text_word(&rest, &word) && word.len == 2 && memcmp(word.data, "sl", 2) == 0;
}

int pl_decode_linux_proc_inet(const struct pl_input *in, struct pl_sink *sink)
{
    struct pl_slice rest = pl_text_whole(&in->bytes);
    bool torn = rest.len < in->bytes.len;
    struct pl_slice line;
    uint64_t malformed = 0;

    while (pl_text_line(&rest, &line)) {
        struct pl_attrs attrs;
        struct pl_sock sock;
        int err;

        if (is_header(&line))
            continue;
        attrs.count = 0;
        if (!read_line(line, in->feed, sink, &sock, &attrs)) {
            malformed++;
            continue;
        }
        err = sink->sock(sink, &sock, attrs.items, attrs.count);
        if (err < 0)
            return err;
    }
    return pl_sink_end(sink, malformed, torn || pl_linux_table_absent(in) ? -EBADMSG : 0);
}
