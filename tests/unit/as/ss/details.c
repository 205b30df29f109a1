/* SPDX-License-Identifier: BSD-2-Clause */
#include "layouts.h"

#include "as/ss/layout.h"

static const struct pl_sock udp = {.have = PL_HAVE_COOKIE | PL_HAVE_UID | PL_HAVE_V6ONLY,
                                   .proto = PL_PROTO_UDP,
                                   .family = PL_FAMILY_INET6,
                                   .uid = 33,
                                   .key = 9,
                                   .cookie = 0xab};

static void says(struct as_view view, const struct pl_sock *sock, const struct pl_attr *attrs,
                 size_t count, const char *want)
{
    struct pl_snapshot *snap = one_sock(sock, attrs, count);
    struct out out = {.fd = -1};

    view.snap = snap;
    ss_put_details(&(struct ss_row){&view, snap->socks.items, &out});
    holds(&out, want);
    pl_snapshot_free(snap);
}

/* Minutes, seconds and milliseconds are printed only if they matter. */
static void timers(void **state)
{
    static const struct {
        uint64_t ms;
        const char *want;
    } rows[] = {
        {0, " timer:(on,,2)"},
        {7, " timer:(on,007ms,2)"},
        {204, " timer:(on,204ms,2)"},
        {1000, " timer:(on,1sec,2)"},
        {1204, " timer:(on,1.204ms,2)"},
        {12004, " timer:(on,12sec,2)"},
        {62500, " timer:(on,1min2sec,2)"},
        {600000, " timer:(on,10min,2)"},
        {601000, " timer:(on,10min,2)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct pl_attr attrs[] = {NUM(TIMER, PL_TIMER_RETRANSMIT),
                                        NUM(TIMER_LEFT, rows[i].ms), NUM(RETRIES, 2)};

        says((struct as_view){.timers = true}, &udp, attrs, 3, rows[i].want);
    }
    says((struct as_view){.timers = true}, &udp,
         (const struct pl_attr[]){NUM(TIMER, 9), NUM(TIMER_LEFT, 1)}, 2,
         " timer:(unknown,001ms,0)");
    says((struct as_view){.timers = true}, &udp, NULL, 0, "");
}

static void extended(void **state)
{
    static const struct pl_attr attrs[] = {NUM(SHUTDOWN, 1), NUM(MARK, 0x1f), NUM(CGROUP_ID, 0x2a),
                                           NUM(TOS, 16), NUM(TCLASS, 0)};
    struct pl_sock sock = udp;

    (void)state;
    says((struct as_view){.extended = true}, &sock, attrs, COUNT_OF(attrs),
         " uid:33 ino:9 sk:ab fwmark:0x1f cgroup:unreachable:2a v6only:0 -->");
    says((struct as_view){.tos = true, .cgroup = true}, &sock, attrs, COUNT_OF(attrs),
         " tos:0x10 tclass:0 cgroup:unreachable:2a");
    sock.uid = 0;
    sock.have = PL_HAVE_COOKIE;
    says((struct as_view){.extended = true}, &sock, NULL, 0, " ino:9 sk:ab");
    /* From /proc/net, which has no details. */
    sock.have = 0;
    says((struct as_view){.extended = true, .memory = true}, &sock, attrs, COUNT_OF(attrs), "");
}

static void options(void **state)
{
    static const struct pl_attr attrs[] = {NUM(RECVERR, 0), NUM(MC_LOOP, 1), NUM(FREEBIND, 1)};

    (void)state;
    says((struct as_view){.sockopt = true}, &udp, attrs, 3,
         "\n\tinet-sockopt: ( freebind mc_loop)");
    says((struct as_view){.sockopt = true, .one_line = true}, &udp, attrs, 3,
         " inet-sockopt: ( freebind mc_loop)");
    says((struct as_view){.sockopt = true}, &udp, NULL, 0, "");
}

static void memory(void **state)
{
    static const struct pl_attr attrs[] = {
        NUM(RMEM_ALLOC, 1), NUM(RCVBUF, 2),        NUM(WMEM_ALLOC, 3),
        NUM(SNDBUF, 4),     NUM(FORWARD_ALLOC, 5), NUM(WMEM_QUEUED, 6),
        NUM(OPTMEM, 7),     NUM(BACKLOG, 8),       NUM(DROPS, 9)};

    (void)state;
    says((struct as_view){.memory = true}, &udp, attrs, 9,
         "\n\t skmem:(r1,rb2,t3,tb4,f5,w6,o7,bl8,d9)");
    says((struct as_view){.memory = true, .one_line = true}, &udp, attrs, 7,
         " skmem:(r1,rb2,t3,tb4,f5,w6,o7)");
    says((struct as_view){.memory = true}, &udp, NULL, 0, "\n\t");
    says((struct as_view){.info = true}, &udp, NULL, 0, "");
}

static void sctp(void **state)
{
    static const struct pl_attr attrs[] = {STR(LOCAL_ADDRESSES, "::1,127.0.0.1"),
                                           STR(PEER_ADDRESSES, "::2"), NUM(TIMER, 1),
                                           NUM(TIMER_LEFT, 1000)};
    const struct pl_sock sock = {
        .have = PL_HAVE_COOKIE, .proto = PL_PROTO_SCTP, .family = PL_FAMILY_INET};

    (void)state;
    says((struct as_view){.info = true, .timers = true}, &sock, attrs, 4,
         " timer:(T3_RTX,1sec,0)\n\t locals:::1,127.0.0.1 peers:::2");
}

TEST_MAIN(TEST(timers), TEST(extended), TEST(options), TEST(memory), TEST(sctp))
