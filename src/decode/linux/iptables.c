/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nat table of iptables-legacy: include/uapi/linux/netfilter_ipv4/ip_tables.h, netfilter_ipv6/
 * ip6_tables.h, netfilter/x_tables.h. A chain is identified by the offset of its first entry.
 */
#include "nat.h"

#include <errno.h>

/* struct ipt_getinfo */
#define INFO_HOOKS   32
#define INFO_ENTRIES 36
#define HOOK_ARRIVE  0 /* NF_INET_PRE_ROUTING */
#define HOOK_SEND    3 /* NF_INET_LOCAL_OUT */
#define HOOKS        5
#define PRIORITY     (-100) /* NF_IP_PRI_NAT_DST, at both hooks */

/* Inverted conditions, equal for both. */
#define V4_FRAGMENT 1U /* IPT_F_FRAG */
#define V4_GOTO     2U /* IPT_F_GOTO */
#define V6_GOTO     4U /* IP6T_F_GOTO */
#define INV_DSTIP   0x10U
#define INV_PROTO   0x40U

/* Of the standard target: -NF_DROP - 1, -NF_ACCEPT - 1, XT_RETURN. Others are offsets of chains. */
#define VERDICT_DROP   ((uint32_t)-1)
#define VERDICT_ACCEPT ((uint32_t)-2)
#define VERDICT_RETURN ((uint32_t)-5)

/* struct xt_entry_match, which struct xt_entry_target equals */
#define EXTENSION_HEAD     32
#define EXTENSION_NAME     2
#define EXTENSION_NAME_LEN 29
#define EXTENSION_REVISION 31

/* Offsets in struct ipt_entry and ip6t_entry. */
struct form {
    uint16_t dst, from_mask, mask, addr_len, interface_masks, proto, flags, inverted, target, next;
    uint16_t size;
};

static const struct form v4_form = {4, 8, 12, 4, 48, 80, 82, 83, 88, 90, 112};
static const struct form v6_form = {16, 32, 48, 16, 96, 128, 131, 132, 140, 142, 168};

struct table {
    struct pl_slice info, entries;
    const struct form *form;
    struct pl_sink *sink;
    uint64_t salt; /* ids of chains of both families differ */
    uint8_t family;
};

static uint64_t id_of(const struct table *table, size_t offset)
{
    return table->salt | (offset + 1);
}

/* Returns the number of leading ones, or 255 if the mask is no prefix. */
static uint8_t prefix(const uint8_t *mask, size_t len)
{
    uint8_t bits = 0;

    while (bits < len * 8 && mask[bits / 8] & 0x80U >> bits % 8)
        bits++;
    for (size_t i = bits; i < len * 8; i++) {
        if (mask[i / 8] & 0x80U >> i % 8)
            return UINT8_MAX;
    }
    return bits;
}

/* Whether nothing is compared but the protocol and the destination. */
static bool is_exact(const struct table *table, const struct pl_slice *entry)
{
    const struct form *form = table->form;
    uint8_t others = pl_slice_u8(entry, form->inverted);

    for (size_t i = 0; i < form->addr_len; i++)
        others |= pl_slice_u8(entry, form->from_mask + i);
    for (size_t i = form->interface_masks; i < form->proto; i++)
        others |= pl_slice_u8(entry, i);
    if (table->family == PL_FAMILY_INET)
        others |= pl_slice_u8(entry, form->flags) & V4_FRAGMENT;
    return others == 0;
}

/* Returns whether all that matters was understood. */
static bool read_conditions(const struct table *table, const struct pl_slice *entry,
                            struct pl_nat_match *match)
{
    const struct form *form = table->form;
    uint8_t inverted = pl_slice_u8(entry, form->inverted);
    uint16_t proto = pl_slice_u16(entry, form->proto);
    uint8_t mask[16];
    uint8_t bits;

    pl_slice_copy(entry, form->mask, mask, form->addr_len);
    bits = prefix(mask, form->addr_len);
    match->family = table->family;
    if (proto > UINT8_MAX || (inverted & INV_PROTO && proto != 0))
        return false;
    match->proto = (uint8_t)proto;
    if (bits == UINT8_MAX)
        return false;
    pl_slice_copy(entry, form->dst, match->addr, form->addr_len);
    match->outside = inverted & INV_DSTIP;
    if (match->outside)
        return pl_nat_is_loopback(match->family, match->addr, bits);
    match->bits = bits;
    return true;
}

static struct pl_slice name_of(const struct pl_slice *extension)
{
    struct pl_slice name = pl_slice_part(extension, EXTENSION_NAME, EXTENSION_NAME_LEN);

    return pl_slice_until(&name, '\0');
}

static bool read_matches(struct pl_slice rest, struct pl_nat_rule *rule, struct pl_xt_ports *ports,
                         bool *broken)
{
    while (rest.len > 0) {
        size_t size = pl_slice_u16(&rest, 0);
        struct pl_slice one = pl_slice_part(&rest, 0, size);

        *broken = size < EXTENSION_HEAD || size > rest.len;
        if (*broken || !pl_xt_match(name_of(&one), pl_slice_u8(&one, EXTENSION_REVISION),
                                    pl_slice_part(&one, EXTENSION_HEAD, one.len), rule, ports))
            return false;
        rest = pl_slice_part(&rest, size, rest.len);
    }
    return true;
}

/* The standard target: XT_STANDARD_TARGET. */
static void read_verdict(const struct table *table, const struct pl_slice *entry, uint32_t verdict,
                         struct pl_nat_rule *rule)
{
    uint8_t flags = pl_slice_u8(entry, table->form->flags);

    if (verdict <= INT32_MAX) {
        rule->action = PL_NAT_JUMP;
        rule->to = id_of(table, verdict);
        rule->leaves = flags & (table->family == PL_FAMILY_INET ? V4_GOTO : V6_GOTO);
    } else {
        rule->action = verdict == VERDICT_RETURN                              ? PL_NAT_RETURN
                       : verdict == VERDICT_ACCEPT || verdict == VERDICT_DROP ? PL_NAT_END
                                                                              : PL_NAT_PASS;
    }
}

/* Sets *chain to the next one after the entry that ends or begins it. */
static int read_entry(const struct table *table, const struct pl_slice *entry, size_t at,
                      uint64_t *chain, uint64_t *malformed)
{
    size_t from = pl_slice_u16(entry, table->form->target);
    struct pl_slice target = pl_slice_part(entry, from, entry->len);
    size_t size = pl_slice_u16(&target, 0);
    struct pl_slice data = pl_slice_part(&target, EXTENSION_HEAD, target.len);
    struct pl_slice name = name_of(&target);
    struct pl_nat_rule rule = {.chain = *chain,
                               .kind = PL_NAT_RULE,
                               .iptables = true,
                               .exact = is_exact(table, entry),
                               .addr_word = PL_NAT_NONE,
                               .port_word = PL_NAT_NONE};
    struct pl_xt_ports ports = {.count = 0};
    bool broken = false;
    bool known;

    if (*chain == 0 || from < table->form->size || size < EXTENSION_HEAD || size > target.len) {
        (*malformed)++;
        return 0;
    }
    if (pl_slice_is(&name, "ERROR")) {
        *chain = id_of(table, at + entry->len);
        return 0;
    }
    known = read_conditions(table, entry, &rule.match);
    known &= read_matches(pl_slice_part(entry, table->form->size, from - table->form->size), &rule,
                          &ports, &broken);
    *malformed += broken;
    if (name.len == 0 && data.len >= 4)
        read_verdict(table, entry, pl_slice_u32(&data, 0), &rule);
    else
        pl_xt_target(name, pl_slice_u8(&target, EXTENSION_REVISION), data, table->family, &rule);
    return known ? pl_xt_put(&rule, &ports, table->sink) : 0;
}

static int put_base(const struct table *table, unsigned int hook)
{
    const struct pl_nat_rule base = {
        .chain = id_of(table, pl_slice_u32(&table->info, INFO_ENTRIES + 4 * (size_t)hook)),
        .kind = PL_NAT_BASE,
        .iptables = true,
        .sent = hook == HOOK_SEND,
        .priority = PRIORITY,
        .match = {.family = table->family}};

    return pl_slice_u32(&table->info, INFO_HOOKS) & 1U << hook
               ? table->sink->nat(table->sink, &base)
               : 0;
}

/* Returns the chain of a hook that begins at the offset, or the one before. */
static uint64_t begins(const struct table *table, size_t at, uint64_t chain)
{
    for (size_t hook = 0; hook < HOOKS; hook++) {
        if (pl_slice_u32(&table->info, INFO_HOOKS) & 1U << hook &&
            pl_slice_u32(&table->info, INFO_ENTRIES + 4 * hook) == at)
            return id_of(table, at);
    }
    return chain;
}

int pl_nat_iptables(struct pl_slice bytes, bool v6, struct pl_sink *sink, uint64_t *malformed)
{
    const struct table table = {
        .info = pl_slice_part(&bytes, 0, PL_NAT_INFO_BYTES),
        .entries = pl_slice_part(&bytes, PL_NAT_INFO_BYTES, bytes.len),
        .form = v6 ? &v6_form : &v4_form,
        .sink = sink,
        .salt = (uint64_t)(v6 ? 2 : 1) << 62,
        .family = v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET,
    };
    uint64_t chain = 0;
    size_t at = 0;
    int err;

    if (bytes.len < PL_NAT_INFO_BYTES)
        return -EBADMSG;
    err = put_base(&table, HOOK_ARRIVE);
    err = err ? err : put_base(&table, HOOK_SEND);
    while (err == 0 && at < table.entries.len) {
        struct pl_slice entry = pl_slice_part(&table.entries, at, table.entries.len);
        size_t next = pl_slice_u16(&entry, table.form->next);

        if (next < table.form->size + (size_t)EXTENSION_HEAD || next > entry.len)
            return -EBADMSG;
        entry = pl_slice_part(&entry, 0, next);
        chain = begins(&table, at, chain);
        err = read_entry(&table, &entry, at, &chain, malformed);
        at += next;
    }
    return err;
}
