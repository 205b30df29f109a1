/* SPDX-License-Identifier: BSD-2-Clause */
/* Extensions of xtables: include/uapi/linux/netfilter/xt_tcpudp.h, xt_iprange.h, nf_nat.h. */
#include "nat.h"

#define MAP_IPS   1U
#define MAP_PORTS 2U

#define INV_DPORT 2U

/* Offsets: of the destination ports and the inverted flags in struct xt_tcp and xt_udp. */
#define DPORTS    4
#define TCP_FLAGS 11
#define UDP_FLAGS 8

#define RANGE_FLAGS 64 /* offset in struct xt_iprange_mtinfo */
#define RANGE_DST   2U

static bool match_ports(struct pl_slice data, size_t flags, struct pl_nat_match *match)
{
    uint16_t first = pl_slice_u16(&data, DPORTS);
    uint16_t last = pl_slice_u16(&data, DPORTS + 2);

    if (data.len <= flags || first > last)
        return false;
    if (first == 0 && last == UINT16_MAX)
        return true; /* it compares something else */
    if (pl_slice_u8(&data, flags) & INV_DPORT)
        return false;
    match->ports = true;
    match->first = first;
    match->last = last;
    return true;
}

bool pl_xt_match(struct pl_slice name, uint8_t revision, struct pl_slice data,
                 struct pl_nat_match *match)
{
    /* Sets of ipset may contain destinations; they are not read. */
    if (pl_slice_is(&name, "multiport") || pl_slice_is(&name, "set"))
        return false;
    if (pl_slice_is(&name, "iprange"))
        return data.len > RANGE_FLAGS && !(pl_slice_u8(&data, RANGE_FLAGS) & RANGE_DST);
    if (pl_slice_is(&name, "tcp") && revision == 0)
        return match_ports(data, TCP_FLAGS, match);
    if (pl_slice_is(&name, "udp") && revision == 0)
        return match_ports(data, UDP_FLAGS, match);
    return true;
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
    rule->action = redirect ? PL_NAT_REDIRECT : PL_NAT_DNAT;
}
