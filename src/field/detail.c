/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields derived from several values. */
#include "field.h"
#include "model/array.h"

#include <string.h>

bool pl_get_protocol_name(const struct pl_field *field, const struct pl_snapshot *snap,
                          const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr attr = pl_snapshot_attr(snap, sock, PL_ATTR_PROTOCOL);

    (void)field;
    return i == 0 && attr.id != PL_ATTR_NONE &&
           pl_value_word(pl_protocol_name(sock->proto, attr.u.num), out);
}

/* 0 if no process has accepted the peer yet. */
bool pl_get_peer_inode(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr attr = pl_snapshot_attr(snap, sock, PL_ATTR_PEER_KEY);

    (void)field;
    if (i > 0 || attr.u.num == 0 || pl_snapshot_system(snap) != PL_SYSTEM_LINUX)
        return false;
    out->number = attr.u.num;
    return true;
}

/* The rate that the congestion window allows, in bytes per second. */
bool pl_get_send_rate(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr cwnd = pl_snapshot_attr(snap, sock, PL_ATTR_CWND);
    const struct pl_attr mss = pl_snapshot_attr(snap, sock, PL_ATTR_SND_MSS);
    const struct pl_attr rtt = pl_snapshot_attr(snap, sock, PL_ATTR_RTT);

    (void)field;
    if (i > 0 || cwnd.id == PL_ATTR_NONE || rtt.u.num == 0 || mss.u.num == 0)
        return false;
    out->number = (uint64_t)((double)cwnd.u.num * (double)mss.u.num * 1e6 / (double)rtt.u.num);
    return true;
}

bool pl_get_cgroup(const struct pl_field *field, const struct pl_snapshot *snap,
                   const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    const struct pl_attr id = pl_snapshot_attr(snap, sock, PL_ATTR_CGROUP_ID);

    (void)field;
    if (i > 0 || id.id == PL_ATTR_NONE)
        return false;
    out->text = pl_snapshot_cgroup(snap, id.u.num);
    return out->text.data != NULL;
}

/* Returns a counter of portls's own network namespace. Those of others are not read: absent for their sockets. */
static bool counter_for(const struct pl_snapshot *snap, const struct pl_sock *sock,
                        enum pl_counter counter, uint64_t *value)
{
    return sock->netns == 0 && pl_snapshot_counter(snap, counter, value);
}

/* ---- accept queues ---- */

bool pl_get_queue(const struct pl_field *field, const struct pl_snapshot *snap,
                  const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    return sock->state == PL_STATE_LISTEN && pl_get_word(field, snap, sock, i, out);
}

static bool has_queue(const struct pl_sock *sock)
{
    const uint32_t both = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;

    return sock->state == PL_STATE_LISTEN && (sock->have & both) == both;
}

/* Linux admits one connection more than the limit; the BSDs and macOS, half as many more and one. */
bool pl_get_queue_used(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint64_t most = sock->send_q;

    (void)field;
    if (i > 0 || !has_queue(sock) || sock->send_q == 0)
        return false;
    if (pl_snapshot_system(snap) != PL_SYSTEM_LINUX)
        most = most * 3 / 2;
    most++;
    out->number = sock->recv_q < most ? sock->recv_q * UINT64_C(100) / most : 100;
    return true;
}

bool pl_get_queue_remark(const struct pl_field *field, const struct pl_snapshot *snap,
                         const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint64_t limit;
    bool full = has_queue(sock) && sock->recv_q > sock->send_q;
    bool clipped = has_queue(sock) && counter_for(snap, sock, PL_COUNTER_SOMAXCONN, &limit) &&
                   sock->send_q == limit;

    (void)field;
    if (i >= (size_t)full + clipped)
        return false;
    return pl_value_word(full && i == 0 ? "full" : "somaxconn", out);
}

bool pl_get_counter(const struct pl_field *field, const struct pl_snapshot *snap,
                    const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    return i == 0 && sock->state == PL_STATE_LISTEN && sock->proto != PL_PROTO_UNIX &&
           counter_for(snap, sock, (enum pl_counter)field->part, &out->number);
}

/* ---- autobound: the kernel chose the local address ---- */

/*
 * The kernel names a UNIX socket "@" and five hexadecimal digits: unix(7), "Autobind feature". An
 * unnamed socket is autobound, too.
 */
static bool is_autobound_name(struct pl_attr path)
{
    if (path.len == 0)
        return true;
    if (path.len != 6 || path.u.text[0] != '\0')
        return false;
    for (uint32_t i = 1; i < path.len; i++) {
        if (path.u.text[i] == '\0' || !strchr("0123456789abcdef", path.u.text[i]))
            return false;
    }
    return true;
}

/* An internet socket is autobound if its port is in the ephemeral range, as in ss(8). */
bool pl_get_autobound(const struct pl_field *field, const struct pl_snapshot *snap,
                      const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    uint64_t first;
    uint64_t last;

    (void)field;
    if (i > 0)
        return false;
    switch (sock->family) {
    case PL_FAMILY_UNIX:
        out->number = is_autobound_name(pl_snapshot_attr(snap, sock, PL_ATTR_PATH));
        return true;
    case PL_FAMILY_NETLINK:
        /* The kernel uses the pid, or a negative number if another socket has that port. */
        out->number = sock->local_port > INT32_MAX;
        return true;
    case PL_FAMILY_VSOCK:
        out->number = sock->local_port > 1023; /* LAST_RESERVED_PORT of the kernel */
        return true;
    case PL_FAMILY_INET:
    case PL_FAMILY_INET6:
        break;
    default:
        return false;
    }
    if (!(sock->have & PL_HAVE_LOCAL) ||
        !counter_for(snap, sock, PL_COUNTER_EPHEMERAL_FIRST, &first) ||
        !counter_for(snap, sock, PL_COUNTER_EPHEMERAL_LAST, &last))
        return false;
    out->number = sock->local_port >= first && sock->local_port <= last;
    return true;
}

/* ---- details ---- */

/* Returns the names of the details that are present. */
bool pl_get_details(const struct pl_field *field, const struct pl_snapshot *snap,
                    const struct pl_sock *sock, size_t i, struct pl_value *out)
{
    size_t found = 0;

    (void)field;
    for (size_t id = 0; id < PL_FIELD_MAX; id++) {
        const struct pl_field *detail = &pl_fields[id];

        if (detail->shown & PL_SHOWN_PAIR && detail->get == pl_get_attr &&
            pl_snapshot_attr(snap, sock, (enum pl_attr_id)detail->part).id != PL_ATTR_NONE &&
            found++ == i)
            return pl_value_word(detail->name, out);
    }
    return false;
}

/* States in which the peer has advertised a window. */
#define CONNECTED                                                                             \
    (PL_BIT(PL_STATE_ESTABLISHED) | PL_BIT(PL_STATE_FIN_WAIT1) | PL_BIT(PL_STATE_FIN_WAIT2) | \
     PL_BIT(PL_STATE_CLOSE_WAIT) | PL_BIT(PL_STATE_LAST_ACK) | PL_BIT(PL_STATE_CLOSING))

bool pl_field_is_quiet(const struct pl_field *field, const struct pl_snapshot *snap,
                       const struct pl_sock *sock, const struct pl_value *value)
{
    bool zero = field->kind == PL_KIND_TEXT ? value->text.len == 0 : value->number == 0;
    const struct {
        unsigned int rule;
        bool holds;
    } rules[] = {
        {PL_QUIET_ALWAYS, true},
        {PL_QUIET_ZERO, zero},
        {PL_QUIET_USUAL, value->number == field->usual},
        {PL_QUIET_LISTENER, sock->state == PL_STATE_LISTEN},
        {PL_QUIET_STILL, zero && (PL_BIT(sock->state) & CONNECTED) == 0},
        {PL_QUIET_V6, zero && sock->family == PL_FAMILY_INET6},
    };
    const struct pl_field *beside = pl_field_row((enum pl_field_id)field->beside);

    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        if (field->quiet & rules[i].rule && rules[i].holds)
            return true;
    }
    return field->quiet & PL_QUIET_BESIDE &&
           beside->get(beside, snap, sock, 0, &(struct pl_value){0});
}
