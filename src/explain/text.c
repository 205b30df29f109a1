/* SPDX-License-Identifier: BSD-2-Clause */
/* Causes in words. */
#include "api/attr.h"
#include "api/group.h"
#include "api/names.h"
#include "api/snapshot.h"
#include "explain.h"
#include "snapshot/routes.h"

#include "model/array.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pl_explain_put(char *buf, const char *format, va_list args)
{
    size_t len = strlen(buf);

    (void)vsnprintf(buf + len, PL_CAUSE_TEXT - len, format, args);
}

/* Appends to a text of PL_CAUSE_TEXT bytes, as printf(3). */
__attribute__((format(printf, 2, 3))) static void put(char *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    pl_explain_put(buf, format, args);
    va_end(args);
}

static void put_text(char *buf, struct pl_text text)
{
    put(buf, "%.*s", (int)text.len, text.data);
}

void pl_explain_end(char *buf, unsigned int family, const uint8_t *addr, unsigned int port)
{
    bool brackets = family == PL_FAMILY_INET6;
    char text[PL_ADDR_TEXT];
    size_t len = pl_addr_print(family, addr, text);

    put(buf, "%s%.*s%s:%u", brackets ? "[" : "", (int)len, text, brackets ? "]" : "", port);
}

/* What each kind is, and how to end it. Socket kinds have a state. */
static const struct {
    const char *text;
    const char *several;
    const char *state; /* of a filter; NULL: the cause is no socket */
    const char *end;
    bool port; /* the port follows */
} kinds[PL_CAUSE_MAX] = {
    [PL_CAUSE_LISTENER] = {"a socket listens there", "sockets listen there", " state listen",
                           "end its process: portkill :", true},
    [PL_CAUSE_BOUND] = {"a socket is bound there, neither listening nor connected",
                        "sockets are bound there, neither listening nor connected", " state bound",
                        "end its process"},
    [PL_CAUSE_CONNECTION] = {"a connection has this local port", "connections have this local port",
                             "", "end its process, or close it: portkill --close local port ",
                             true},
    [PL_CAUSE_CLOSING] = {"a connection that no process holds any more has this local port",
                          "connections that no process holds any more have this local port", "",
                          "wait, or close it: portkill --close local port ", true},
    [PL_CAUSE_TIME_WAIT] = {"a connection that was closed is in TIME_WAIT",
                            "connections that were closed are in TIME_WAIT", " state time-wait",
                            "wait"},
    [PL_CAUSE_SOCKET] = {"a UDP socket is bound there", "UDP sockets are bound there", "",
                         "end its process: portkill proto udp and :", true},
};

/* ---- why nothing is certain ---- */

enum doubt {
    DOUBT_NONE,
    DOUBT_SYSTEM,    /* the rules of another system */
    DOUBT_FLAGS,     /* the flags of the socket */
    DOUBT_INTERFACE, /* whether its interface belongs to a VRF */
    DOUBT_V6ONLY,    /* whether it accepts IPv4 */
    DOUBT_ORDER,     /* which socket was bound last */
};

static enum doubt doubt_of(const struct pl_snapshot *snap, const struct pl_bind *bind,
                           const struct pl_cause *cause)
{
    enum pl_system system = pl_snapshot_system(snap);
    unsigned int reuse = pl_explain_reuse(snap, cause->sock);
    struct pl_sock sock = *cause->sock;

    if (cause->verdict != PL_BIND_UNKNOWN)
        return DOUBT_NONE;
    if (system != PL_SYSTEM_LINUX)
        return DOUBT_SYSTEM;
    if (pl_explain_judge(snap, bind, cause->sock, reuse) == PL_BIND_TAKEN)
        return DOUBT_ORDER;
    if (pl_bind_judge(system, bind, &sock, PL_REUSE_NONE) == PL_BIND_TAKEN)
        return DOUBT_FLAGS;
    sock.have |= PL_HAVE_V6ONLY;
    if (pl_bind_judge(system, bind, &sock, PL_REUSE_NONE) == PL_BIND_TAKEN)
        return DOUBT_V6ONLY;
    return DOUBT_INTERFACE;
}

/* Returns the flag of the socket on which it depends. */
static const char *needed_flag(const struct pl_bind *bind, const struct pl_sock *sock)
{
    if (bind->reuse == PL_REUSE_ADDR)
        return "SO_REUSEADDR";
    if (bind->reuse == PL_REUSE_PORT || sock->state == PL_STATE_LISTEN)
        return "SO_REUSEPORT";
    return "SO_REUSEADDR or SO_REUSEPORT";
}

static void put_outcome(const struct pl_snapshot *snap, const struct pl_bind *bind,
                        const struct pl_cause *cause, char *buf)
{
    static const char *const texts[] = {
        [DOUBT_NONE] = ": bind(2) fails with EADDRINUSE",
        [DOUBT_SYSTEM] = ": bind(2) succeeds or fails by rules of this system that are not known",
        [DOUBT_INTERFACE] = (": bind(2) succeeds if its interface belongs to a VRF, and fails with "
                             "EADDRINUSE otherwise"),
        [DOUBT_V6ONLY] = (": bind(2) succeeds if this socket accepts only IPv6, and fails with "
                          "EADDRINUSE otherwise"),
        [DOUBT_ORDER] = (": bind(2) fails with EADDRINUSE, unless the last socket that was bound "
                         "there had SO_REUSEPORT and the same user"),
    };
    enum doubt doubt = doubt_of(snap, bind, cause);

    if (doubt == DOUBT_FLAGS)
        put(buf,
            ": bind(2) succeeds if %s set %s, which is not known, and fails with EADDRINUSE "
            "otherwise",
            cause->count > 1 ? "they all" : "this socket", needed_flag(bind, cause->sock));
    else
        put(buf, "%s", texts[doubt]);
}

/* ---- sentences ---- */

static void put_limit(const struct pl_snapshot *snap, enum pl_counter first, enum pl_counter last,
                      const char *between, char *buf)
{
    uint64_t value = 0;

    if (!pl_snapshot_counter(snap, first, &value))
        return;
    put(buf, "%llu", (unsigned long long)value);
    if (last != first && pl_snapshot_counter(snap, last, &value))
        put(buf, "%s%llu", between, (unsigned long long)value);
}

/* "bind(2) of 127.0.0.1:80 with SO_REUSEADDR failed with EADDRINUSE (Address already in use)" */
static void put_probe(const struct pl_bind *bind, const struct pl_cause *cause, char *buf)
{
    static const struct {
        int error;
        const char *name;
    } errors[] = {
        {EADDRINUSE, "EADDRINUSE"}, {EACCES, "EACCES"}, {EADDRNOTAVAIL, "EADDRNOTAVAIL"},
        {EINVAL, "EINVAL"},         {EPERM, "EPERM"},   {EAFNOSUPPORT, "EAFNOSUPPORT"},
        {ENODEV, "ENODEV"},
    };
    bool disagrees = cause->kind == PL_CAUSE_DISAGREEMENT;
    size_t i = 0;

    put(buf, "bind(2) of ");
    pl_explain_end(buf, bind->family, bind->addr, bind->port);
    put(buf, bind->reuse & PL_REUSE_ADDR ? " with SO_REUSEADDR" : " without a flag");
    if (cause->error == 0) {
        put(buf, " succeeded%s",
            disagrees ? ", although the sockets and limits say otherwise" : "");
        return;
    }
    while (i < COUNT_OF(errors) && errors[i].error != cause->error)
        i++;
    if (i < COUNT_OF(errors))
        put(buf, " failed with %s", errors[i].name);
    else
        put(buf, " failed with error %d", cause->error);
    put(buf, "%s", disagrees ? ", although no socket or limit prevents it" : "");
}

void pl_cause_text(const struct pl_snapshot *snap, const struct pl_bind *bind,
                   const struct pl_cause *cause, char *buf)
{
    bool v4 = bind->family == PL_FAMILY_INET;
    const char *const texts[PL_CAUSE_MAX] = {
        [PL_CAUSE_PRIVILEGED] = "the port needs a privilege: bind(2) fails with EACCES",
        [PL_CAUSE_NOT_LOCAL] =
            cause->verdict == PL_BIND_TAKEN
                ? "no interface has the address: bind(2) fails with EADDRNOTAVAIL"
                : "bind(2) succeeds only if an interface has the address, which "
                  "is not known",
        [PL_CAUSE_NO_ZONE] = "a link-local address needs its interface: bind(2) fails with EINVAL",
        [PL_CAUSE_MULTICAST] = v4 ? "bind(2) permits a multicast address, but no TCP connection "
                                    "can arrive there"
                                  : "TCP has no IPv6 multicast address: bind(2) fails with EINVAL",
        [PL_CAUSE_NO_IPV6] = "bind(2) fails if IPv6 is disabled: no interface has an IPv6 address",
        [PL_CAUSE_EPHEMERAL] = ("the kernel gives ports of this range to outgoing connections, so "
                                "the port may be taken when a server starts"),
        [PL_CAUSE_PUBLISHED] = ("a rule sends connections to this port elsewhere: bind(2) is not "
                                "affected, but the socket does not get these connections"),
        [PL_CAUSE_FREE] = "the port can be bound",
        [PL_CAUSE_NEXT_FREE] = "the next port that can be bound",
    };

    buf[0] = '\0';
    if (cause->kind == PL_CAUSE_PROBE || cause->kind == PL_CAUSE_DISAGREEMENT) {
        put_probe(bind, cause, buf);
        return;
    }
    if (!cause->sock) {
        put(buf, "%s", texts[cause->kind]);
        return;
    }
    if (cause->count > 1)
        put(buf, "%zu %s", cause->count, kinds[cause->kind].several);
    else
        put(buf, "%s", kinds[cause->kind].text);
    put_outcome(snap, bind, cause, buf);
}

/* ---- evidence ---- */

/* The container of the process, else its unit. */
static void put_group(const struct pl_snapshot *snap, const struct pl_group *group, char *buf)
{
    struct pl_text container = pl_snapshot_container_name(snap, group);

    if (container.data) {
        put(buf, ", container ");
        put_text(buf, container);
    } else if (group->unit.data) {
        put(buf, ", unit ");
        put_text(buf, group->unit);
    }
}

static void put_owner(const struct pl_snapshot *snap, const struct pl_sock *sock, char *buf)
{
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);
    const struct pl_process *process = count > 0 ? pl_snapshot_process(snap, owners[0].pid) : NULL;
    size_t others = 0;

    for (size_t i = 1; i < count; i++)
        others += owners[i].pid != owners[i - 1].pid;
    if (count == 0) {
        put(buf, ", no known process (%s)", pl_owner_unknown_name(sock->owner_unknown));
        return;
    }
    put(buf, ", process %u", owners[0].pid);
    if (process && process->name.data) {
        put(buf, "/");
        put_text(buf, process->name);
    }
    if (others > 0)
        put(buf, " and %zu more", others);
    if (process && process->group)
        put_group(snap, process->group, buf);
}

static void put_user(const struct pl_snapshot *snap, const struct pl_sock *sock, char *buf)
{
    struct pl_text name = pl_snapshot_user(snap, sock->uid);

    if (!(sock->have & PL_HAVE_UID) || sock->state == PL_STATE_TIME_WAIT)
        return;
    put(buf, ", user %u", sock->uid);
    if (!name.data)
        return;
    put(buf, " (");
    put_text(buf, name);
    put(buf, ")");
}

static void put_details(const struct pl_snapshot *snap, const struct pl_sock *sock, char *buf)
{
    static const char *const flags[] = {
        [PL_REUSE_NONE] = "neither SO_REUSEADDR nor SO_REUSEPORT",
        [PL_REUSE_ADDR] = "SO_REUSEADDR without SO_REUSEPORT",
        [PL_REUSE_PORT] = "SO_REUSEPORT without SO_REUSEADDR",
        [PL_REUSE_ADDR | PL_REUSE_PORT] = "SO_REUSEADDR and SO_REUSEPORT",
        [PL_REUSE_UNKNOWN] = "flags not known",
    };
    struct pl_attr group = pl_snapshot_attr(snap, sock, PL_ATTR_CGROUP_ID);
    struct pl_text path = pl_snapshot_cgroup(snap, group.id == PL_ATTR_NONE ? 0 : group.u.num);

    put(buf, ", %s", flags[pl_explain_reuse(snap, sock)]);
    if (sock->family == PL_FAMILY_INET6 && sock->have & PL_HAVE_V6ONLY &&
        pl_addr_is_any(sock->family, sock->local_addr))
        put(buf, sock->flags & PL_FLAG_V6ONLY ? ", only IPv6" : ", IPv4 and IPv6");
    if (sock->have & PL_HAVE_INTERFACE && sock->ifindex != 0) {
        struct pl_text name = pl_snapshot_link_of(snap, sock);

        put(buf, ", interface ");
        if (name.data)
            put_text(buf, name);
        else
            put(buf, "%u", sock->ifindex);
    }
    if (path.data) {
        put(buf, ", control group ");
        put_text(buf, path);
    }
}

/* "nftables, to 10.0.0.2:80", "iptables, to port 81" */
static void put_route(const struct pl_bind *bind, const struct pl_route *route, char *buf)
{
    const struct pl_target target = pl_route_target(route, bind->port);
    char text[PL_TARGET_TEXT];
    size_t len = pl_target_print(&target, text);
    bool port = target.family == PL_FAMILY_UNSPEC; /* after a colon */

    put(buf, "%s, to %s%.*s", pl_route_by(route), port ? "port " : "", (int)(len - port),
        text + port);
}

void pl_cause_evidence(const struct pl_snapshot *snap, const struct pl_bind *bind,
                       const struct pl_cause *cause, char *buf)
{
    const struct pl_sock *sock = cause->sock;

    buf[0] = '\0';
    if (cause->kind == PL_CAUSE_PRIVILEGED) {
        put(buf, "net.ipv4.ip_unprivileged_port_start=");
        put_limit(snap, PL_COUNTER_UNPRIVILEGED_FIRST, PL_COUNTER_UNPRIVILEGED_FIRST, "", buf);
    } else if (cause->kind == PL_CAUSE_EPHEMERAL) {
        put(buf, "net.ipv4.ip_local_port_range=");
        put_limit(snap, PL_COUNTER_EPHEMERAL_FIRST, PL_COUNTER_EPHEMERAL_LAST, " ", buf);
    }
    if (cause->route)
        put_route(bind, cause->route, buf);
    if (!sock)
        return;
    pl_explain_end(buf, sock->family, sock->local_addr, sock->local_port);
    if (pl_sock_has_peer(sock)) {
        put(buf, " to ");
        pl_explain_end(buf, sock->family, sock->peer_addr, sock->peer_port);
    }
    put(buf, " %s", pl_state_name(sock->state) ? pl_state_name(sock->state) : "unknown state");
    put_owner(snap, sock, buf);
    put_user(snap, sock, buf);
    put_details(snap, sock, buf);
    if (cause->count > 1)
        put(buf, "; and %zu more", cause->count - 1);
}

/* ---- remedies ---- */

/* Appends whether another flag helps, which depends on the socket. */
static void put_flag(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     const struct pl_sock *sock, char *buf)
{
    bool listens = sock->proto == PL_PROTO_TCP && sock->state == PL_STATE_LISTEN;
    unsigned int flag = listens ? PL_REUSE_PORT : PL_REUSE_ADDR;
    const char *name = listens ? "SO_REUSEPORT" : "SO_REUSEADDR";
    unsigned int reuse = pl_explain_reuse(snap, sock);
    struct pl_bind other = *bind;

    other.reuse = (uint8_t)(bind->reuse | flag);
    if (pl_snapshot_system(snap) != PL_SYSTEM_LINUX ||
        (reuse == PL_REUSE_UNKNOWN && bind->reuse & flag))
        return;
    if (listens && sock->have & PL_HAVE_UID && sock->uid != bind->uid)
        put(buf, "; %s does not help, because the socket has another user", name);
    else if (reuse == PL_REUSE_UNKNOWN)
        put(buf, "; %s helps only if this socket set it, too, which is not known", name);
    else if (!(reuse & flag))
        put(buf, "; %s does not help, because this socket did not set it", name);
    else if (pl_explain_judge(snap, &other, sock, reuse) == PL_BIND_FREE)
        put(buf, "; or set %s, which the socket that has the port set, too", name);
}

static void put_limit_remedy(const struct pl_snapshot *snap, const struct pl_bind *bind,
                             const struct pl_cause *cause, char *buf)
{
    static const char *const texts[PL_CAUSE_MAX] = {
        [PL_CAUSE_NOT_LOCAL] = ("bind a wildcard address, add the address to an interface, or set "
                                "IP_FREEBIND"),
        [PL_CAUSE_MULTICAST] = "bind a wildcard address",
        [PL_CAUSE_NO_IPV6] = "bind an IPv4 address",
        [PL_CAUSE_DISAGREEMENT] =
            ("ask again, because the sockets may have changed meanwhile; if it "
             "stays so, a security module, a control group or a BPF program "
             "decides, or a socket that is not listed"),
    };
    char addr[PL_ADDR_TEXT];

    if (cause->kind == PL_CAUSE_PRIVILEGED) {
        put(buf, "run the program as root or with cap_net_bind_service, or use a port from ");
        put_limit(snap, PL_COUNTER_UNPRIVILEGED_FIRST, PL_COUNTER_UNPRIVILEGED_FIRST, "", buf);
        put(buf, " on");
    } else if (cause->kind == PL_CAUSE_EPHEMERAL) {
        put(buf, "reserve it: sysctl net.ipv4.ip_local_reserved_ports=%u", bind->port);
    } else if (cause->kind == PL_CAUSE_NO_ZONE) {
        size_t len = pl_addr_print(bind->family, bind->addr, addr);

        put(buf, "name the interface, as in [%.*s%%eth0]:%u", (int)len, addr, bind->port);
    } else if (cause->route) {
        put(buf,
            "use another port, or remove the rule, which a container or a service may have made: %s",
            cause->route->iptables ? "iptables -t nat -S" : "nft list ruleset");
    } else if (texts[cause->kind]) {
        put(buf, "%s", texts[cause->kind]);
    }
}

void pl_cause_remedy(const struct pl_snapshot *snap, const struct pl_bind *bind,
                     const struct pl_cause *cause, char *buf)
{
    const struct pl_sock *sock = cause->sock;

    buf[0] = '\0';
    if (!sock) {
        put_limit_remedy(snap, bind, cause, buf);
        return;
    }
    if (cause->kind == PL_CAUSE_TIME_WAIT && cause->free_in_ms > 0)
        put(buf, "wait %llu s", (unsigned long long)(cause->free_in_ms + 999) / 1000);
    else if (sock->owner_unknown == PL_OWNER_KERNEL)
        put(buf, "remove the tunnel or service of the kernel that made it");
    else
        put(buf, "%s", kinds[cause->kind].end);
    if (kinds[cause->kind].port && sock->owner_unknown != PL_OWNER_KERNEL)
        put(buf, "%u", bind->port);
    put_flag(snap, bind, sock, buf);
    if (bind->family == PL_FAMILY_INET6 && pl_addr_is_any(bind->family, bind->addr) &&
        (sock->family == PL_FAMILY_INET || pl_addr_is_mapped(sock->family, sock->local_addr)))
        put(buf, "; or set IPV6_V6ONLY, because this socket has an IPv4 address");
}

void pl_cause_filter(const struct pl_bind *bind, const struct pl_cause *cause, char *buf)
{
    buf[0] = '\0';
    if (cause->route)
        put(buf, "proto %s local port %u published_by %s", pl_proto_name(bind->proto), bind->port,
            pl_route_by(cause->route));
    if (cause->sock)
        put(buf, "proto %s local port %u%s", pl_proto_name(bind->proto), bind->port,
            kinds[cause->kind].state);
}
