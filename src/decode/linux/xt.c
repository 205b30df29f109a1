/* SPDX-License-Identifier: BSD-2-Clause */
/* Extensions of xtables: include/uapi/linux/netfilter/xt_tcpudp.h, xt_iprange.h, nf_nat.h. */
#include "nat.h"

#define MAP_IPS   1U
#define MAP_PORTS 2U

/* Offsets: of the ports, and of what else is compared, in struct xt_tcp and xt_udp. */
#define SPORTS    0
#define DPORTS    4
#define TCP_OTHER 8 /* an option, and a mask of flags */
#define TCP_FLAGS 11
#define UDP_FLAGS 8
#define INV_DPORT 2U

#define RANGE_FLAGS 64 /* offset in struct xt_iprange_mtinfo */
#define RANGE_DST   2U

/* struct xt_multiport and xt_multiport_v1 */
#define MULTI_COUNT 1
#define MULTI_PORTS 2
#define MULTI_RANGES \
    32 /* revision 1: whether a port begins a range, and whether all are excluded */
#define MULTI_INVERT 47
#define MULTI_SOURCE 0
#define MULTI_EITHER 2

static bool is_full(const struct pl_slice *data, size_t at)
{
    return pl_slice_u16(data, at) == 0 && pl_slice_u16(data, at + 2) == UINT16_MAX;
}

static bool match_ports(struct pl_slice data, size_t flags, struct pl_nat_rule *rule)
{
    uint16_t first = pl_slice_u16(&data, DPORTS);
    uint16_t last = pl_slice_u16(&data, DPORTS + 2);

    if (data.len <= flags || first > last)
        return false;
    rule->exact &= is_full(&data, SPORTS) && pl_slice_u8(&data, flags) == 0 &&
                   (flags == UDP_FLAGS || pl_slice_u16(&data, TCP_OTHER) == 0);
    if (is_full(&data, DPORTS))
        return true; /* it compares something else */
    if (pl_slice_u8(&data, flags) & INV_DPORT)
        return false;
    rule->match.ports = true;
    rule->match.first = first;
    rule->match.last = last;
    return true;
}

static bool match_many(struct pl_slice data, bool ranges, struct pl_nat_rule *rule,
                       struct pl_xt_ports *ports)
{
    const unsigned int kind = pl_slice_u8(&data, 0);
    const size_t count = pl_slice_u8(&data, MULTI_COUNT);

    if (data.len < (ranges ? MULTI_INVERT + 1 : MULTI_RANGES))
        return false;
    rule->exact &= kind != MULTI_SOURCE && kind != MULTI_EITHER;
    if (kind == MULTI_SOURCE)
        return true;
    if (ports->count > 0 || count == 0 || count > PL_XT_PORTS ||
        (ranges && pl_slice_u8(&data, MULTI_INVERT) != 0))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t at = ports->count++;

        ports->first[at] = pl_slice_u16(&data, MULTI_PORTS + 2 * i);
        if (ranges && i + 1 < count && pl_slice_u8(&data, MULTI_RANGES + i) != 0)
            i++;
        ports->last[at] = pl_slice_u16(&data, MULTI_PORTS + 2 * i);
    }
    return true;
}

bool pl_xt_match(struct pl_slice name, uint8_t revision, struct pl_slice data,
                 struct pl_nat_rule *rule, struct pl_xt_ports *ports)
{
    if (pl_slice_is(&name, "multiport") && revision <= 1)
        return match_many(data, revision == 1, rule, ports);
    if (pl_slice_is(&name, "tcp") && revision == 0)
        return match_ports(data, TCP_FLAGS, rule);
    if (pl_slice_is(&name, "udp") && revision == 0)
        return match_ports(data, UDP_FLAGS, rule);
    if (pl_slice_is(&name, "comment"))
        return true;
    rule->exact = false;
    if (pl_slice_is(&name, "iprange"))
        return data.len > RANGE_FLAGS && !(pl_slice_u8(&data, RANGE_FLAGS) & RANGE_DST);
    /* Sets of ipset may contain destinations; they are not read. */
    return !pl_slice_is(&name, "multiport") && !pl_slice_is(&name, "set");
}

bool pl_xt_matters(const struct pl_nat_rule *rule)
{
    /* A verdict that is not exact may apply to fewer packets than those that match. */
    return rule->action != PL_NAT_PASS &&
           (rule->exact || (rule->action != PL_NAT_END && rule->action != PL_NAT_RETURN));
}

int pl_xt_put(const struct pl_nat_rule *rule, const struct pl_xt_ports *ports, struct pl_sink *sink)
{
    struct pl_nat_rule one = *rule;
    int err = 0;

    if (!pl_xt_matters(rule))
        return 0;
    if (ports->count == 0)
        return sink->nat(sink, rule);
    for (size_t i = 0; i < ports->count && err == 0; i++) {
        one.match = rule->match;
        if (!one.match.ports || one.match.first < ports->first[i])
            one.match.first = ports->first[i];
        if (!one.match.ports || one.match.last > ports->last[i])
            one.match.last = ports->last[i];
        one.match.ports = true;
        err = one.match.first <= one.match.last ? sink->nat(sink, &one) : 0;
    }
    return err;
}

/* struct nf_nat_range and nf_nat_range2 */
static void read_range(struct pl_slice data, uint8_t family, struct pl_target *target)
{
    uint32_t flags = pl_slice_u32(&data, 0);

    if (flags & MAP_IPS) {
        target->family = family;
        pl_slice_copy(&data, 4, target->addr, family == PL_FAMILY_INET ? 4 : 16);
        pl_slice_copy(&data, 20, target->last_addr, family == PL_FAMILY_INET ? 4 : 16);
    }
    if (flags & MAP_PORTS) {
        target->port = pl_slice_be16(&data, 36);
        target->last_port = pl_slice_be16(&data, 38);
    }
}

/* struct nf_nat_ipv4_multi_range_compat: a number of ranges, which is 1 */
static void read_old_range(struct pl_slice data, struct pl_target *target)
{
    uint32_t flags = pl_slice_u32(&data, 4);

    if (flags & MAP_IPS) {
        target->family = PL_FAMILY_INET;
        pl_slice_copy(&data, 8, target->addr, 4);
        pl_slice_copy(&data, 12, target->last_addr, 4);
    }
    if (flags & MAP_PORTS) {
        target->port = pl_slice_be16(&data, 16);
        target->last_port = pl_slice_be16(&data, 18);
    }
}

void pl_xt_target(struct pl_slice name, uint8_t revision, struct pl_slice data, uint8_t family,
                  struct pl_nat_rule *rule)
{
    bool redirect = pl_slice_is(&name, "REDIRECT");
    bool old = family == PL_FAMILY_INET && revision == 0;

    if ((!redirect && !pl_slice_is(&name, "DNAT")) || data.len < (old ? 20U : 40U))
        return;
    if (old)
        read_old_range(data, &rule->target);
    else
        read_range(data, family, &rule->target);
    if (redirect)
        rule->target.family = PL_FAMILY_UNSPEC;
    /* Without an address, only the port changes. */
    rule->action = rule->target.family == PL_FAMILY_UNSPEC ? PL_NAT_REDIRECT : PL_NAT_DNAT;
}
