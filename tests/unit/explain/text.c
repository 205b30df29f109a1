/* SPDX-License-Identifier: BSD-2-Clause */
/* Causes in words. */
#include "harness.h"

#include "api/bind.h"
#include "model/array.h"
#include "snapshot/snapshot.h"

#include <arpa/inet.h>
#include <errno.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct pl_query all = {.protos = UINT32_MAX, .states = UINT32_MAX};

static struct pl_text text(const char *word)
{
    return (struct pl_text){word, (uint32_t)strlen(word)};
}

static struct pl_snapshot *fresh(enum pl_system system)
{
    struct pl_snapshot *snap;

    assert_int_equal(pl_snapshot_new(system, &all, &snap), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_USER, 33, text("www-data")), 0);
    assert_int_equal(snap->sink.name(&snap->sink, PL_NAME_LINK, 2, text("eth0")), 0);
    assert_int_equal(snap->sink.cgroup(&snap->sink, 7, text("/web.service")), 0);
    pl_join_settle(snap);
    return snap;
}

static struct pl_bind bind_of(const char *addr, unsigned int proto, unsigned int reuse)
{
    bool v6 = strchr(addr, ':') != NULL;
    struct pl_bind bind = {.uid = 33,
                           .port = 80,
                           .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
                           .proto = (uint8_t)proto,
                           .reuse = (uint8_t)reuse};

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, addr, bind.addr), 1);
    return bind;
}

static struct pl_sock sock_of(const char *addr, unsigned int proto, unsigned int state)
{
    bool v6 = strchr(addr, ':') != NULL;
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_UID | PL_HAVE_V6ONLY,
        .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .proto = (uint8_t)proto,
        .state = (uint16_t)state,
        .local_port = 80,
        .uid = 33,
        .owner_unknown = PL_OWNER_NOT_FOUND,
    };

    assert_int_equal(inet_pton(v6 ? AF_INET6 : AF_INET, addr, sock.local_addr), 1);
    return sock;
}

/* The cause that the only socket of the snapshot is. */
static struct pl_cause cause_of(const struct pl_snapshot *snap, const struct pl_bind *bind)
{
    struct pl_bind_answer answer;

    pl_bind_explain(snap, bind, &answer);
    assert_true(answer.count > 0);
    return answer.causes[0];
}

static void add(struct pl_snapshot *snap, const struct pl_sock *sock, const struct pl_attr *attrs,
                size_t count)
{
    assert_int_equal(snap->sink.sock(&snap->sink, sock, attrs, count), 0);
}

static void assert_text(const struct pl_snapshot *snap, const struct pl_bind *bind,
                        const struct pl_cause *cause, const char *want)
{
    char buf[PL_CAUSE_TEXT];

    pl_cause_text(snap, bind, cause, buf);
    assert_string_equal(buf, want);
}

static void assert_evidence(const struct pl_snapshot *snap, const struct pl_bind *bind,
                            const struct pl_cause *cause, const char *want)
{
    char buf[PL_CAUSE_TEXT];

    pl_cause_evidence(snap, bind, cause, buf);
    assert_string_equal(buf, want);
}

static void assert_remedy(const struct pl_snapshot *snap, const struct pl_bind *bind,
                          const struct pl_cause *cause, const char *want)
{
    char buf[PL_CAUSE_TEXT];

    pl_cause_remedy(snap, bind, cause, buf);
    assert_string_equal(buf, want);
}

static void assert_filter(const struct pl_bind *bind, const struct pl_cause *cause,
                          const char *want)
{
    char buf[PL_CAUSE_TEXT];

    pl_cause_filter(bind, cause, buf);
    assert_string_equal(buf, want);
}

static void listener(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_sock sock = sock_of("0.0.0.0", PL_PROTO_TCP, PL_STATE_LISTEN);
    const struct pl_attr group = {.id = PL_ATTR_CGROUP_ID, .u.num = 7};
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_ADDR);
    struct pl_bind v6 = bind_of("::", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_cause cause;

    (void)state;
    add(snap, &sock, &group, 1);
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause, "a socket listens there: bind(2) fails with EADDRINUSE");
    assert_evidence(snap, &bind, &cause,
                    "0.0.0.0:80 LISTEN, no known process (not_found), user 33 (www-data), flags "
                    "not known, control group /web.service");
    assert_remedy(snap, &bind, &cause,
                  "end its process: portkill :80; SO_REUSEPORT helps only if this socket set it, "
                  "too, which is not known");
    assert_filter(&bind, &cause, "proto tcp local port 80 state listen");
    assert_remedy(snap, &v6, &cause,
                  "end its process: portkill :80; SO_REUSEPORT helps only if this socket set it, "
                  "too, which is not known; or set IPV6_V6ONLY, because this socket has an IPv4 "
                  "address");
    bind.uid = 34;
    assert_remedy(snap, &bind, &cause,
                  "end its process: portkill :80; SO_REUSEPORT does not help, because the socket "
                  "has another user");
    bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_PORT);
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause,
                "a socket listens there: bind(2) succeeds if this socket set SO_REUSEPORT, which "
                "is not known, and fails with EADDRINUSE otherwise");
    assert_remedy(snap, &bind, &cause, "end its process: portkill :80");
    pl_snapshot_free(snap);
}

/* The first process that holds it: in a container, of a unit, of neither. */
static void holders(void **state)
{
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"/docker/" ID "/x.service", ", process 77/nginx, container web, user"},
        {"/libpod-" ID, ", process 77/nginx, container 0123456789ab, user"},
        {"/system.slice/nginx.service", ", process 77/nginx, unit nginx.service, user"},
        {"/", ", process 77/nginx, user"},
    };
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_ADDR);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
        struct pl_sock sock = sock_of("0.0.0.0", PL_PROTO_TCP, PL_STATE_LISTEN);
        const struct pl_container container = {.id = text(ID),
                                               .name = i == 0 ? text("web") : (struct pl_text){0},
                                               .uid = PL_UID_UNKNOWN};
        struct pl_group group;
        const struct pl_process process = {.pid = 77, .name = text("nginx"), .group = &group};
        struct pl_cause cause;
        char buf[PL_CAUSE_TEXT];

        pl_group_decode(text(cases[i].path), &group);
        sock.key = 5;
        assert_int_equal(snap->sink.sock(&snap->sink, &sock, NULL, 0), 0);
        assert_int_equal(pl_join_prepare(snap), 0);
        assert_int_equal(snap->sink.owner(&snap->sink, &(struct pl_owner){77, 3, 5}), 0);
        assert_int_equal(pl_join_owners(snap), 0);
        assert_int_equal(snap->sink.process(&snap->sink, &process), 0);
        assert_int_equal(snap->sink.container(&snap->sink, &container), 0);
        pl_join_settle(snap);
        cause = cause_of(snap, &bind);
        pl_cause_evidence(snap, &bind, &cause, buf);
        if (!strstr(buf, cases[i].want))
            fail_msg("%s: %s", cases[i].path, buf);
        pl_snapshot_free(snap);
    }
}

static void time_wait(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_sock sock = sock_of("10.0.0.1", PL_PROTO_TCP, PL_STATE_TIME_WAIT);
    const struct pl_attr timer = {.id = PL_ATTR_TIMER_LEFT, .u.num = 41200};
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_cause cause;

    (void)state;
    sock.owner_unknown = PL_OWNER_TIME_WAIT;
    sock.peer_addr[0] = 10;
    sock.peer_port = 5000;
    add(snap, &sock, &timer, 1);
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause,
                "a connection that was closed is in TIME_WAIT: bind(2) fails with EADDRINUSE");
    assert_evidence(snap, &bind, &cause,
                    "10.0.0.1:80 to 10.0.0.0:5000 TIME_WAIT, no known process (time_wait), flags "
                    "not known");
    assert_remedy(snap, &bind, &cause,
                  "wait 42 s; SO_REUSEADDR helps only if this socket set it, too, which is not "
                  "known");
    sock.peer_port = 5001;
    add(snap, &sock, &timer, 1);
    bind.reuse = PL_REUSE_ADDR;
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause,
                "2 connections that were closed are in TIME_WAIT: bind(2) succeeds if they all "
                "set SO_REUSEADDR, which is not known, and fails with EADDRINUSE otherwise");
    bind.reuse = PL_REUSE_ADDR | PL_REUSE_PORT;
    cause.count = 1;
    assert_text(snap, &bind, &cause,
                "a connection that was closed is in TIME_WAIT: bind(2) succeeds if this socket set "
                "SO_REUSEADDR or SO_REUSEPORT, which is not known, and fails with EADDRINUSE "
                "otherwise");
    pl_snapshot_free(snap);
}

/* Each reason why nothing is certain. */
static void doubts(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_snapshot *bsd = fresh(PL_SYSTEM_OPENBSD);
    struct pl_sock sock = sock_of("10.0.0.1", PL_PROTO_TCP, PL_STATE_LISTEN);
    struct pl_bind bind = bind_of("10.0.0.1", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_cause cause;

    (void)state;
    sock.have |= PL_HAVE_INTERFACE;
    sock.ifindex = 2;
    add(snap, &sock, NULL, 0);
    add(bsd, &sock, NULL, 0);
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause,
                "a socket listens there: bind(2) succeeds if its interface belongs to a VRF, and "
                "fails with EADDRINUSE otherwise");
    assert_evidence(snap, &bind, &cause,
                    "10.0.0.1:80 LISTEN, no known process (not_found), user 33 (www-data), flags "
                    "not known, interface eth0");
    bind.reuse = PL_REUSE_ADDR;
    cause = cause_of(bsd, &bind);
    assert_text(bsd, &bind, &cause,
                "a socket listens there: bind(2) succeeds or fails by rules of this system that "
                "are not known");
    assert_remedy(bsd, &bind, &cause, "end its process: portkill :80");
    pl_snapshot_free(bsd);
    pl_snapshot_free(snap);

    snap = fresh(PL_SYSTEM_LINUX);
    sock = sock_of("::", PL_PROTO_TCP, PL_STATE_LISTEN);
    sock.have &= (uint16_t)~PL_HAVE_V6ONLY;
    add(snap, &sock, NULL, 0);
    bind.reuse = PL_REUSE_NONE;
    cause = cause_of(snap, &bind);
    assert_text(snap, &bind, &cause,
                "a socket listens there: bind(2) succeeds if this socket accepts only IPv6, and "
                "fails with EADDRINUSE otherwise");
    pl_snapshot_free(snap);

    snap = fresh(PL_SYSTEM_LINUX);
    sock = sock_of("0.0.0.0", PL_PROTO_TCP, PL_STATE_LISTEN);
    sock.uid = 0;
    add(snap, &sock, NULL, 0);
    sock.uid = 33;
    add(snap, &sock, NULL, 0);
    bind.reuse = PL_REUSE_PORT;
    cause = cause_of(snap, &bind);
    cause.sock = pl_snapshot_socks(snap, &(size_t){0});
    assert_text(snap, &bind, &cause,
                "2 sockets listen there: bind(2) fails with EADDRINUSE, unless the last socket "
                "that was bound there had SO_REUSEPORT and the same user");
    pl_snapshot_free(snap);
}

/* The flag of the other program's socket. */
static void shared(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    const struct pl_sock sock = sock_of("0.0.0.0", PL_PROTO_TCP, PL_STATE_LISTEN);
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_reuse reuse = {.cookie = sock.have & PL_HAVE_COOKIE ? sock.cookie : 0,
                             .key = sock.have & PL_HAVE_COOKIE ? 0 : sock.key,
                             .flags = PL_REUSE_PORT};
    struct pl_reuse *kept = pl_list_add(&snap->reuses, sizeof(*kept));
    struct pl_cause cause;

    (void)state;
    assert_non_null(kept);
    if (kept)
        *kept = reuse;
    bind.uid = sock.uid;
    add(snap, &sock, NULL, 0);
    cause = cause_of(snap, &bind);
    assert_remedy(snap, &bind, &cause,
                  "end its process: portkill :80; or set SO_REUSEPORT, which the socket that has "
                  "the port set, too");
    pl_snapshot_free(snap);
}

static void kernel(void **state)
{
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_sock sock = sock_of("::", PL_PROTO_UDP, PL_STATE_UNCONN);
    struct pl_bind bind = bind_of("::", PL_PROTO_UDP, PL_REUSE_NONE);
    struct pl_cause cause;

    (void)state;
    sock.owner_unknown = PL_OWNER_KERNEL;
    sock.flags = PL_FLAG_V6ONLY;
    add(snap, &sock, NULL, 0);
    cause = cause_of(snap, &bind);
    assert_evidence(snap, &bind, &cause,
                    "[::]:80 UNCONN, no known process (kernel), user 33 (www-data), flags not "
                    "known, only IPv6");
    assert_remedy(snap, &bind, &cause,
                  "remove the tunnel or service of the kernel that made it; SO_REUSEADDR helps "
                  "only if this socket set it, too, which is not known");
    pl_snapshot_free(snap);
}

static void rules(void **state)
{
    struct pl_route route = {
        .target = {.family = PL_FAMILY_INET, .addr = {10, 0, 0, 2}, .last_addr = {10, 0, 0, 2}}};
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_cause cause = {.kind = PL_CAUSE_PUBLISHED, .route = &route};
    char filter[PL_CAUSE_TEXT];

    (void)state;
    assert_text(snap, &bind, &cause,
                "a rule sends connections to this port elsewhere: bind(2) is not affected, but the "
                "socket does not get these connections");
    assert_evidence(snap, &bind, &cause, "nftables, to 10.0.0.2:80");
    assert_remedy(snap, &bind, &cause,
                  "use another port, or remove the rule, which a container or a service may have "
                  "made: nft list ruleset");
    pl_cause_filter(&bind, &cause, filter);
    assert_string_equal(filter, "proto tcp local port 80 published_by nftables");
    route = (struct pl_route){.target = {.port = 81}, .iptables = true};
    assert_evidence(snap, &bind, &cause, "iptables, to port 81");
    assert_remedy(snap, &bind, &cause,
                  "use another port, or remove the rule, which a container or a service may have "
                  "made: iptables -t nat -S");
    pl_snapshot_free(snap);
}

static void limits(void **state)
{
    static const struct {
        enum pl_cause_kind kind;
        const char *text, *evidence, *remedy;
    } cases[] = {
        {PL_CAUSE_PRIVILEGED, "the port needs a privilege: bind(2) fails with EACCES",
         "net.ipv4.ip_unprivileged_port_start=1024",
         "run the program as root or with cap_net_bind_service, or use a port from 1024 on"},
        {PL_CAUSE_NOT_LOCAL, "no interface has the address: bind(2) fails with EADDRNOTAVAIL", "",
         "bind a wildcard address, add the address to an interface, or set IP_FREEBIND"},
        {PL_CAUSE_NO_ZONE, "a link-local address needs its interface: bind(2) fails with EINVAL",
         "", "name the interface, as in [fe80::5%eth0]:80"},
        {PL_CAUSE_MULTICAST, "TCP has no IPv6 multicast address: bind(2) fails with EINVAL", "",
         "bind a wildcard address"},
        {PL_CAUSE_NO_IPV6, "bind(2) fails if IPv6 is disabled: no interface has an IPv6 address",
         "", "bind an IPv4 address"},
        {PL_CAUSE_EPHEMERAL,
         "the kernel gives ports of this range to outgoing connections, so the port may be taken "
         "when a server starts",
         "net.ipv4.ip_local_port_range=32768 60999",
         "reserve it: sysctl net.ipv4.ip_local_reserved_ports=80"},
        {PL_CAUSE_FREE, "the port can be bound", "", ""},
        {PL_CAUSE_NEXT_FREE, "the next port that can be bound", "", ""},
    };
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);
    struct pl_bind bind = bind_of("fe80::5", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_bind v4 = bind_of("224.0.0.1", PL_PROTO_TCP, PL_REUSE_NONE);
    struct pl_cause cause = {.kind = PL_CAUSE_MULTICAST};

    (void)state;
    assert_text(snap, &v4, &cause,
                "bind(2) permits a multicast address, but no TCP connection can arrive there");
    cause = (struct pl_cause){.kind = PL_CAUSE_NOT_LOCAL, .verdict = PL_BIND_UNKNOWN};
    assert_text(snap, &v4, &cause,
                "bind(2) succeeds only if an interface has the address, which is not known");
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_UNPRIVILEGED_FIRST, 1024), 0);
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_FIRST, 32768), 0);
    assert_int_equal(snap->sink.counter(&snap->sink, PL_COUNTER_EPHEMERAL_LAST, 60999), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cause = (struct pl_cause){.kind = cases[i].kind, .verdict = PL_BIND_TAKEN};
        assert_text(snap, &bind, &cause, cases[i].text);
        assert_evidence(snap, &bind, &cause, cases[i].evidence);
        assert_remedy(snap, &bind, &cause, cases[i].remedy);
        assert_filter(&bind, &cause, "");
    }
    pl_snapshot_free(snap);
}

/* The result of a bind(2) that was tried. */
static void probes(void **state)
{
    static const struct {
        const char *addr;
        unsigned int reuse;
        enum pl_cause_kind kind;
        int error;
        const char *want;
    } cases[] = {
        {"0.0.0.0", PL_REUSE_NONE, PL_CAUSE_PROBE, 0,
         "bind(2) of 0.0.0.0:80 without a flag succeeded"},
        {"::1", PL_REUSE_ADDR, PL_CAUSE_PROBE, EADDRINUSE,
         "bind(2) of [::1]:80 with SO_REUSEADDR failed with EADDRINUSE"},
        {"::1", PL_REUSE_ADDR, PL_CAUSE_PROBE, 12345,
         "bind(2) of [::1]:80 with SO_REUSEADDR failed with error 12345"},
        {"127.0.0.1", PL_REUSE_NONE, PL_CAUSE_DISAGREEMENT, 0,
         "bind(2) of 127.0.0.1:80 without a flag succeeded, although the sockets and limits say "
         "otherwise"},
        {"127.0.0.1", PL_REUSE_NONE, PL_CAUSE_DISAGREEMENT, EACCES,
         "bind(2) of 127.0.0.1:80 without a flag failed with EACCES, although no socket or limit "
         "prevents it"},
    };
    struct pl_snapshot *snap = fresh(PL_SYSTEM_LINUX);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct pl_bind bind = bind_of(cases[i].addr, PL_PROTO_TCP, cases[i].reuse);
        const struct pl_cause cause = {.kind = cases[i].kind, .error = cases[i].error};
        char buf[PL_CAUSE_TEXT];

        pl_cause_text(snap, &bind, &cause, buf);
        assert_string_equal(buf, cases[i].want);
        pl_cause_remedy(snap, &bind, &cause, buf);
        assert_int_equal(buf[0] != '\0', cases[i].kind == PL_CAUSE_DISAGREEMENT);
    }
    pl_snapshot_free(snap);
}

TEST_MAIN(TEST(probes), TEST(listener), TEST(holders), TEST(time_wait), TEST(doubts), TEST(shared),
          TEST(kernel), TEST(limits), TEST(rules))
