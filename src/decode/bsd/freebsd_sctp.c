/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FreeBSD: net.inet.sctp.assoclist, netinet/sctp_sysctl.c. A list ends with a record whose field last
 * is 1:
 *
 *   for each socket: xsctp_inpcb, its addresses (xsctp_laddr ...), then
 *       for each association: xsctp_tcb, local addresses (xsctp_laddr ...), those of the peer
 *       (xsctp_raddr ...)
 *
 * As on Linux, a socket with associations has a separate row only if it listens. The table has neither
 * users nor queues.
 */
#include "bsd.h"
#include "freebsd_layout.h"
#include "model/array.h"

#include <errno.h>
#include <string.h>

/* sctp_flags, netinet/sctp.h */
#define FLAG_ONE_TO_MANY 0x00000001U
#define FLAG_BOUND_ALL   0x00000004U
#define FLAG_ACCEPTING   0x00000008U
#define FLAG_BOUND_V6    0x04000000U

/* sys/socket.h */
#define AF_INET_NUMBER  2U
#define AF_INET6_NUMBER 28U

#define ADDRESSES_TEXT 512

/* User states of netinet/sctp.h, and the most similar TCP state. */
static const struct {
    uint32_t number;
    const char *name;
    uint8_t state;
} associations[] = {
    {0x0000, "CLOSED", PL_STATE_CLOSED},
    {0x0002, "COOKIE_WAIT", PL_STATE_SYN_SENT},
    {0x0004, "COOKIE_ECHOED", PL_STATE_SYN_SENT},
    {0x0008, "ESTABLISHED", PL_STATE_ESTABLISHED},
    {0x0010, "SHUTDOWN_SENT", PL_STATE_FIN_WAIT2},
    {0x0020, "SHUTDOWN_RECEIVED", PL_STATE_CLOSE_WAIT},
    {0x0040, "SHUTDOWN_ACK_SENT", PL_STATE_LAST_ACK},
    {0x0080, "SHUTDOWN_PENDING", PL_STATE_FIN_WAIT1},
};

/* An address of union sctp_sockstore, with the zone inside, or in scope. */
struct address {
    uint8_t family; /* enum pl_family; UNSPEC: neither */
    uint8_t bytes[16];
    uint32_t scope;
};

/* A list of addresses. */
struct addresses {
    struct address first[2]; /* of IPv4 and of IPv6 */
    uint32_t count[2];
    char text[ADDRESSES_TEXT]; /* all, for PL_ATTR_LOCAL_ADDRESSES */
    size_t len;
};

struct walk {
    const struct pl_input *in;
    struct pl_sink *sink;
    size_t at;
    uint32_t flags; /* of the socket */
    uint32_t port;
    uint64_t key;
};

/* Takes the next record. Returns 1, 0 if it ends the list, or -EBADMSG. */
static int take(struct walk *walk, size_t size, size_t last, struct pl_slice *out)
{
    const struct pl_slice *bytes = &walk->in->bytes;
    uint32_t end;

    if (bytes->len - walk->at < size)
        return -EBADMSG;
    *out = pl_slice_part(bytes, walk->at, size);
    end = pl_slice_u32(out, last);
    if (end > 1)
        return -EBADMSG;
    walk->at += size;
    return end == 0;
}

/* Returns an address at the start of a record. */
static struct address read_address(const struct pl_slice *record)
{
    unsigned int number = pl_slice_u8(record, 1);
    struct address address = {.family = PL_FAMILY_UNSPEC};

    if (number == AF_INET_NUMBER) {
        address.family = PL_FAMILY_INET;
        pl_slice_copy(record, 4, address.bytes, 4);
    } else if (number == AF_INET6_NUMBER) {
        address.family = PL_FAMILY_INET6;
        pl_slice_copy(record, 8, address.bytes, 16);
        address.scope = pl_slice_u32(record, 24);
    }
    return address;
}

static void add_text(struct addresses *list, struct address address)
{
    if (list->len + 1 + PL_ADDR_TEXT > sizeof(list->text))
        return;
    if (pl_addr_is_link_local(address.family, address.bytes))
        address.bytes[2] = address.bytes[3] = 0;
    if (list->len > 0)
        list->text[list->len++] = ',';
    list->len += pl_addr_print(address.family, address.bytes, list->text + list->len);
}

/* Reads a list of xsctp_laddr or xsctp_raddr. */
static int read_addresses(struct walk *walk, size_t size, struct addresses *list)
{
    struct pl_slice record;
    int more;

    *list = (struct addresses){.len = 0};
    while ((more = take(walk, size, PL_XSCTP_ADDR_LAST, &record)) > 0) {
        struct address address = read_address(&record);
        size_t version = address.family == PL_FAMILY_INET6;

        if (address.family == PL_FAMILY_UNSPEC)
            continue;
        if (list->count[version]++ == 0)
            list->first[version] = address;
        add_text(list, address);
    }
    return more;
}

/* The address that the socket uses for a peer: unknown, if it is bound to several of all interfaces. */
static const struct address *local_of(const struct walk *walk, const struct addresses *locals,
                                      unsigned int family)
{
    size_t version = family == PL_FAMILY_INET6;
    uint32_t count = locals->count[version];

    return count == 1 || (count > 1 && !(walk->flags & FLAG_BOUND_ALL)) ? &locals->first[version]
                                                                        : NULL;
}

static void put_local(const struct address *local, struct pl_sock *sock)
{
    if (local)
        memcpy(sock->local_addr, local->bytes, sizeof(local->bytes));
}

/* The zone beside an address, if none is inside. */
static void put_zone(const struct address *address, struct pl_sock *sock)
{
    if (!(sock->have & PL_HAVE_SCOPE) && address->scope != 0 &&
        pl_addr_is_link_local(address->family, address->bytes)) {
        sock->ifindex = address->scope;
        sock->have |= PL_HAVE_SCOPE;
    }
}

static int put_row(const struct walk *walk, struct pl_sock *sock, uint16_t state,
                   const struct pl_bsd_attrs *attrs)
{
    sock->state = state;
    sock->type = walk->flags & FLAG_ONE_TO_MANY ? PL_TYPE_SEQPACKET : PL_TYPE_STREAM;
    if (sock->key == 0)
        sock->flags |= PL_FLAG_ORPHAN;
    return walk->sink->sock(walk->sink, sock, attrs->items, attrs->count);
}

/* Without interfaces of IPv4, it is not known whether a socket of all addresses has both versions. */
static void put_version(const struct walk *walk, const struct addresses *locals,
                        struct pl_sock *sock)
{
    if (walk->flags & FLAG_BOUND_ALL && sock->family == PL_FAMILY_INET6 && locals->count[0] > 0)
        sock->have |= PL_HAVE_V6ONLY;
}

static int put_socket(const struct walk *walk, const struct pl_slice *record,
                      const struct addresses *locals, bool listens)
{
    bool v6 = (walk->flags & FLAG_BOUND_V6) != 0;
    struct pl_sock sock = {.key = walk->key, .local_port = walk->port};
    struct pl_bsd_attrs attrs = {.count = 0};
    const struct address *local = NULL;
    uint16_t state = listens ? PL_STATE_LISTEN : walk->port != 0 ? PL_STATE_BOUND : PL_STATE_CLOSED;

    sock.family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    if (!(walk->flags & FLAG_BOUND_ALL)) {
        if (locals->count[v6] == 0 && locals->count[!v6] > 0)
            sock.family = v6 ? PL_FAMILY_INET : PL_FAMILY_INET6;
        local = local_of(walk, locals, sock.family);
        put_local(local, &sock);
        pl_bsd_add_text(&attrs, PL_ATTR_LOCAL_ADDRESSES,
                        (struct pl_text){locals->text, (uint32_t)locals->len});
    }
    put_version(walk, locals, &sock);
    if (listens) {
        sock.recv_q = pl_slice_u32(record, PL_XSCTP_INPCB_QLEN);
        sock.send_q = pl_slice_u32(record, PL_XSCTP_INPCB_MAXQLEN);
        sock.have |= PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
    }
    pl_bsd_inet_finish(&sock, PL_PROTO_SCTP, 0);
    if (local)
        put_zone(local, &sock);
    return put_row(walk, &sock, state, &attrs);
}

static int put_association(const struct walk *walk, const struct pl_slice *record,
                           const struct addresses *locals, const struct addresses *peers)
{
    struct address peer = read_address(record);
    uint32_t number = pl_slice_u32(record, PL_XSCTP_TCB_STATE);
    uint16_t state = (uint16_t)(PL_STATE_OTHER | (number & ~PL_STATE_OTHER));
    struct pl_bsd_attrs attrs = {.count = 0};
    struct pl_sock sock = {.key = walk->key,
                           .family = peer.family,
                           .local_port = walk->port,
                           .peer_port = pl_slice_u16(record, PL_XSCTP_TCB_RPORT)};

    if (peer.family == PL_FAMILY_UNSPEC)
        return walk->sink->note(walk->sink, PL_NOTE_MALFORMED, 1);
    memcpy(sock.peer_addr, peer.bytes, sizeof(peer.bytes));
    put_local(local_of(walk, locals, peer.family), &sock);
    pl_bsd_add_text(&attrs, PL_ATTR_LOCAL_ADDRESSES,
                    (struct pl_text){locals->text, (uint32_t)locals->len});
    pl_bsd_add_text(&attrs, PL_ATTR_PEER_ADDRESSES,
                    (struct pl_text){peers->text, (uint32_t)peers->len});
    for (size_t i = 0; i < COUNT_OF(associations); i++) {
        const char *name = associations[i].name;

        if (associations[i].number != number)
            continue;
        state = associations[i].state;
        pl_bsd_add_text(&attrs, PL_ATTR_ASSOCIATION,
                        (struct pl_text){name, (uint32_t)strlen(name)});
    }
    pl_bsd_inet_finish(&sock, PL_PROTO_SCTP, 0);
    put_zone(&peer, &sock);
    return put_row(walk, &sock, state, &attrs);
}

/* The associations of a socket. Returns how many there are, or a negative errno. */
static int put_associations(struct walk *walk)
{
    struct pl_slice record;
    int count = 0;
    int more;

    while ((more = take(walk, PL_XSCTP_TCB_SIZE, PL_XSCTP_TCB_LAST, &record)) > 0) {
        struct addresses locals;
        struct addresses peers;
        int err = read_addresses(walk, PL_XSCTP_LADDR_SIZE, &locals);

        err = err ? err : read_addresses(walk, PL_XSCTP_RADDR_SIZE, &peers);
        err = err ? err : put_association(walk, &record, &locals, &peers);
        if (err < 0)
            return err;
        count++;
    }
    return more < 0 ? more : count;
}

int pl_decode_freebsd_sctp(const struct pl_input *in, struct pl_sink *sink)
{
    struct walk walk = {.in = in, .sink = sink};
    struct pl_slice record;
    int more;

    if (in->abi.long_bytes != 8)
        return sink->note(sink, PL_NOTE_LAYOUT, 0);
    while ((more = take(&walk, PL_XSCTP_INPCB_SIZE, PL_XSCTP_INPCB_LAST, &record)) > 0) {
        struct addresses locals;
        bool listens;
        int err = read_addresses(&walk, PL_XSCTP_LADDR_SIZE, &locals);
        int count;

        walk.flags = pl_slice_u32(&record, PL_XSCTP_INPCB_FLAGS);
        walk.port = pl_slice_u16(&record, PL_XSCTP_INPCB_LPORT);
        walk.key = pl_slice_u64(&record, PL_XSCTP_INPCB_SOCKET);
        listens = walk.flags & FLAG_ACCEPTING;
        if (err == 0 && listens)
            err = put_socket(&walk, &record, &locals, true);
        count = err < 0 ? err : put_associations(&walk);
        if (count == 0 && !listens)
            count = put_socket(&walk, &record, &locals, false);
        if (count < 0)
            return count;
    }
    return more < 0 || walk.at != in->bytes.len ? -EBADMSG : 0;
}
