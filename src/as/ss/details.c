/* SPDX-License-Identifier: BSD-2-Clause */
/* What ss adds to a row of the internet families with -o, -e, -m, -i and their like. */
#include "layout.h"
#include "model/array.h"

#include "view/text.h"

enum { IP_UDP = 17, IP_SCTP = 132, IP_MPTCP = 262 };

void ss_put_memory(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } fields[] = {
        {PL_ATTR_RMEM_ALLOC, " skmem:(r"},
        {PL_ATTR_RCVBUF, ",rb"},
        {PL_ATTR_WMEM_ALLOC, ",t"},
        {PL_ATTR_SNDBUF, ",tb"},
        {PL_ATTR_FORWARD_ALLOC, ",f"},
        {PL_ATTR_WMEM_QUEUED, ",w"},
        {PL_ATTR_OPTMEM, ",o"},
        {PL_ATTR_BACKLOG, ",bl"},
        {PL_ATTR_DROPS, ",d"},
    };

    /* The last two came later: an older kernel lacks them. */
    if (!view->memory || !ss_has(view, sock, PL_ATTR_OPTMEM))
        return;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (ss_has(view, sock, fields[i].id))
            ss_put_field(out, fields[i].name, ss_number(view, sock, fields[i].id));
    }
    out_char(out, ')');
}

/* ---- the timer ---- */

/* "8min59sec", "12min", "59sec", "1.204ms", "204ms": the parts that matter at its size. */
static void put_time(uint64_t ms, struct out *out)
{
    uint64_t minutes = ms / 60000;
    uint64_t seconds = ms / 1000 % 60;
    uint64_t rest = minutes > 0 || seconds > 9 ? 0 : ms % 1000;

    if (minutes > 9)
        seconds = 0;
    if (minutes > 0) {
        out_number(out, minutes);
        out_word(out, "min");
    }
    if (seconds > 0) {
        out_number(out, seconds);
        out_word(out, rest > 0 ? "." : "sec");
    }
    if (rest > 0) {
        out_word(out, rest < 10 ? "00" : rest < 100 ? "0" : "");
        out_number(out, rest);
        out_word(out, "ms");
    }
}

static void put_timer(const struct as_view *view, const struct pl_sock *sock, unsigned int protocol,
                      struct out *out)
{
    static const char *const names[] = {"off", "on", "keepalive", "timewait", "persist"};
    uint64_t timer = ss_number(view, sock, PL_ATTR_TIMER);
    const char *name = timer < COUNT_OF(names) ? names[timer] : "unknown";

    if (timer == PL_TIMER_NONE)
        return;
    out_word(out, " timer:(");
    out_word(out, protocol == IP_SCTP ? "T3_RTX" : name);
    out_char(out, ',');
    put_time(ss_number(view, sock, PL_ATTR_TIMER_LEFT), out);
    ss_put_field(out, ",", ss_number(view, sock, PL_ATTR_RETRIES));
    out_char(out, ')');
}

/* ---- -e ---- */

/* Zero has no "0x". */
static void put_prefixed(struct out *out, const char *name, uint64_t n)
{
    out_word(out, name);
    ss_put_hex(out, n != 0 ? "0x" : "", n, 1);
}

static void put_cgroup(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    uint64_t id = ss_number(view, sock, PL_ATTR_CGROUP_ID);
    struct pl_text path = pl_snapshot_cgroup(view->snap, id);

    if (id == 0)
        return;
    out_word(out, " cgroup:");
    if (path.data)
        text_plain(out, path, " ");
    else
        ss_put_hex(out, "unreachable:", id, 1);
}

void ss_put_identity(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    uint64_t mark = ss_number(view, sock, PL_ATTR_MARK);

    if (sock->have & PL_HAVE_UID && sock->uid != 0)
        ss_put_field(out, " uid:", sock->uid);
    ss_put_field(out, " ino:", sock->key);
    if (sock->have & PL_HAVE_COOKIE)
        ss_put_hex(out, " sk:", sock->cookie, 1);
    if (mark != 0)
        ss_put_hex(out, " fwmark:0x", mark, 1);
    put_cgroup(view, sock, out);
}

static void put_extended(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    uint64_t shut = ss_number(view, sock, PL_ATTR_SHUTDOWN);

    ss_put_identity(view, sock, out);
    if (sock->family == PL_FAMILY_INET6 && sock->have & PL_HAVE_V6ONLY)
        ss_put_field(out, " v6only:", (sock->flags & PL_FLAG_V6ONLY) != 0);
    if (!ss_has(view, sock, PL_ATTR_SHUTDOWN))
        return;
    out_word(out, shut & 1 ? " --" : " <-");
    out_char(out, shut & 2 ? '-' : '>');
}

static void put_tos(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } fields[] = {
        {PL_ATTR_TOS, " tos:"}, {PL_ATTR_TCLASS, " tclass:"}, {PL_ATTR_CLASS_ID, " class_id:"}};

    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        if (ss_has(view, sock, fields[i].id))
            put_prefixed(out, fields[i].name, ss_number(view, sock, fields[i].id));
    }
}

static void put_sockopt(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    static const struct {
        enum pl_attr_id id;
        const char *name;
    } options[] = {
        {PL_ATTR_RECVERR, " recverr"},
        {PL_ATTR_CONNECTION_ORIENTED, " is_icsk"},
        {PL_ATTR_FREEBIND, " freebind"},
        {PL_ATTR_HDRINCL, " hdrincl"},
        {PL_ATTR_MC_LOOP, " mc_loop"},
        {PL_ATTR_TRANSPARENT, " transparent"},
        {PL_ATTR_MC_ALL, " mc_all"},
        {PL_ATTR_NODEFRAG, " nodefrag"},
        {PL_ATTR_BIND_ADDRESS_NO_PORT, " bind_addr_no_port"},
        {PL_ATTR_RECVERR_RFC4884, " recverr_rfc4884"},
        {PL_ATTR_DEFER_CONNECT, " defer_connect"},
    };

    if (!ss_has(view, sock, PL_ATTR_RECVERR))
        return;
    ss_break(view, out);
    out_word(out, view->one_line ? " inet-sockopt: (" : "inet-sockopt: (");
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        if (ss_number(view, sock, options[i].id) != 0)
            out_word(out, options[i].name);
    }
    out_char(out, ')');
}

/* ---- the line below ---- */

static void put_addresses(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    struct pl_text locals = ss_text(view, sock, PL_ATTR_LOCAL_ADDRESSES);
    struct pl_text peers = ss_text(view, sock, PL_ATTR_PEER_ADDRESSES);

    if (locals.data) {
        out_word(out, " locals:");
        text_plain(out, locals, "");
    }
    if (peers.data) {
        out_word(out, " peers:");
        text_plain(out, peers, "");
    }
}

static void put_inside(const struct as_view *view, const struct pl_sock *sock,
                       unsigned int protocol, struct out *out)
{
    if (!view->memory && (!view->info || protocol == IP_UDP))
        return;
    ss_break(view, out);
    ss_put_memory(view, sock, out);
    if (protocol == IP_SCTP) {
        put_addresses(view, sock, out);
    } else if (protocol == IP_MPTCP) {
        ss_put_mptcp(view, sock, out);
    } else {
        ss_put_tcp(view, sock, out);
        ss_put_ulp(view, sock, out);
    }
}

void ss_put_details(const struct as_view *view, const struct pl_sock *sock, struct out *out)
{
    unsigned int protocol;

    if (sock->family != PL_FAMILY_INET && sock->family != PL_FAMILY_INET6) {
        ss_put_family_details(view, sock, out);
        return;
    }
    protocol = ss_protocol(view, sock);
    /* Of what it has out of /proc/net it knows no more. */
    if (sock->proto != PL_PROTO_TCP && !(sock->have & PL_HAVE_COOKIE))
        return;
    if (view->timers)
        put_timer(view, sock, protocol, out);
    if (view->extended)
        put_extended(view, sock, out);
    if (view->tos)
        put_tos(view, sock, out);
    if (view->cgroup)
        put_cgroup(view, sock, out);
    if (view->sockopt)
        put_sockopt(view, sock, out);
    put_inside(view, sock, protocol, out);
}
