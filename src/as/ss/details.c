/* SPDX-License-Identifier: BSD-2-Clause */
/* Details of IP sockets: -o, -e, -m, -i and similar options. */
#include "layout.h"
#include "tables.h"

#include "model/array.h"
#include "view/text.h"

void ss_put_memory(const struct ss_row *row)
{
    /* Older kernels lack the last two. */
    static const struct ss_part parts[] = {
        {PL_ATTR_RMEM_ALLOC, " skmem:(r", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_RCVBUF, ",rb", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_WMEM_ALLOC, ",t", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_SNDBUF, ",tb", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_FORWARD_ALLOC, ",f", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_WMEM_QUEUED, ",w", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_OPTMEM, ",o", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_BACKLOG, ",bl", SS_NUMBER, SS_GIVEN},
        {PL_ATTR_DROPS, ",d", SS_NUMBER, SS_GIVEN},
    };

    if (!row->view->memory || !ss_has(row, PL_ATTR_OPTMEM))
        return;
    SS_PARTS(row, parts);
    out_char(row->out, ')');
}

/* ---- the timer ---- */

/* "8min59sec", "12min", "59sec", "1.204ms" (seconds and milliseconds), "204ms". */
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

static void put_timer(const struct ss_row *row, unsigned int protocol)
{
    static const char *const names[] = {"off", "on", "keepalive", "timewait", "persist"};
    uint64_t timer = ss_number(row, PL_ATTR_TIMER);
    const char *name = timer < COUNT_OF(names) ? names[timer] : "unknown";

    if (timer == PL_TIMER_NONE)
        return;
    out_word(row->out, " timer:(");
    out_word(row->out, protocol == IP_SCTP ? "T3_RTX" : name);
    out_char(row->out, ',');
    put_time(ss_number(row, PL_ATTR_TIMER_LEFT), row->out);
    ss_put_field(row, ",", ss_number(row, PL_ATTR_RETRIES));
    out_char(row->out, ')');
}

/* ---- -e ---- */

static void put_cgroup(const struct ss_row *row)
{
    uint64_t id = ss_number(row, PL_ATTR_CGROUP_ID);
    struct pl_text path = pl_snapshot_cgroup(row->view->snap, id);

    if (id == 0)
        return;
    out_word(row->out, " cgroup:");
    if (path.data)
        text_plain(row->out, path, " ");
    else
        ss_put_hex(row, "unreachable:", id, 1);
}

void ss_put_identity(const struct ss_row *row)
{
    static const struct ss_part mark[] = {{PL_ATTR_MARK, " fwmark:0x", SS_HEX}};
    const struct pl_sock *sock = row->sock;

    if (sock->have & PL_HAVE_UID && sock->uid != 0)
        ss_put_field(row, " uid:", sock->uid);
    ss_put_field(row, " ino:", sock->key);
    if (sock->have & PL_HAVE_COOKIE)
        ss_put_hex(row, " sk:", sock->cookie, 1);
    SS_PARTS(row, mark);
    put_cgroup(row);
}

void ss_put_shutdown(const struct ss_row *row)
{
    uint64_t shut = ss_number(row, PL_ATTR_SHUTDOWN);

    if (!ss_has(row, PL_ATTR_SHUTDOWN))
        return;
    out_word(row->out, shut & 1 ? " --" : " <-");
    out_char(row->out, shut & 2 ? '-' : '>');
}

static void put_extended(const struct ss_row *row)
{
    const struct pl_sock *sock = row->sock;

    ss_put_identity(row);
    if (sock->family == PL_FAMILY_INET6 && sock->have & PL_HAVE_V6ONLY)
        ss_put_field(row, " v6only:", (sock->flags & PL_FLAG_V6ONLY) != 0);
    ss_put_shutdown(row);
}

static void put_tos(const struct ss_row *row)
{
    static const struct ss_part parts[] = {
        {PL_ATTR_TOS, " tos:", SS_PREFIXED, SS_GIVEN},
        {PL_ATTR_TCLASS, " tclass:", SS_PREFIXED, SS_GIVEN},
        {PL_ATTR_CLASS_ID, " class_id:", SS_PREFIXED, SS_GIVEN},
    };

    SS_PARTS(row, parts);
}

static void put_sockopt(const struct ss_row *row)
{
    static const struct ss_part parts[] = {
        {PL_ATTR_RECVERR, " recverr", SS_NAME},
        {PL_ATTR_CONNECTION_ORIENTED, " is_icsk", SS_NAME},
        {PL_ATTR_FREEBIND, " freebind", SS_NAME},
        {PL_ATTR_HDRINCL, " hdrincl", SS_NAME},
        {PL_ATTR_MC_LOOP, " mc_loop", SS_NAME},
        {PL_ATTR_TRANSPARENT, " transparent", SS_NAME},
        {PL_ATTR_MC_ALL, " mc_all", SS_NAME},
        {PL_ATTR_NODEFRAG, " nodefrag", SS_NAME},
        {PL_ATTR_BIND_ADDRESS_NO_PORT, " bind_addr_no_port", SS_NAME},
        {PL_ATTR_RECVERR_RFC4884, " recverr_rfc4884", SS_NAME},
        {PL_ATTR_DEFER_CONNECT, " defer_connect", SS_NAME},
    };

    if (!ss_has(row, PL_ATTR_RECVERR))
        return;
    ss_break(row);
    out_word(row->out, row->view->one_line ? " inet-sockopt: (" : "inet-sockopt: (");
    SS_PARTS(row, parts);
    out_char(row->out, ')');
}

/* ---- second line ---- */

static void put_inside(const struct ss_row *row, unsigned int protocol)
{
    if (!row->view->memory && (!row->view->info || protocol == IP_UDP))
        return;
    ss_break(row);
    ss_put_memory(row);
    if (protocol == IP_SCTP) {
        ss_put_text(row, " locals:", PL_ATTR_LOCAL_ADDRESSES, "");
        ss_put_text(row, " peers:", PL_ATTR_PEER_ADDRESSES, "");
    } else if (protocol == IP_MPTCP) {
        ss_put_mptcp(row);
    } else {
        ss_put_tcp(row);
        ss_put_ulp(row);
    }
}

void ss_put_details(const struct ss_row *row)
{
    const struct as_view *view = row->view;
    const struct pl_sock *sock = row->sock;
    unsigned int protocol;

    if (!ss_is_inet(sock)) {
        ss_put_family_details(row);
        return;
    }
    protocol = ss_protocol(row);
    /* ss prints no details of sockets from /proc/net. */
    if (sock->proto != PL_PROTO_TCP && !(sock->have & PL_HAVE_COOKIE))
        return;
    if (view->timers)
        put_timer(row, protocol);
    if (view->extended)
        put_extended(row);
    if (view->tos)
        put_tos(row);
    if (view->cgroup)
        put_cgroup(row);
    if (view->sockopt)
        put_sockopt(row);
    put_inside(row, protocol);
}
