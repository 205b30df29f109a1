/* SPDX-License-Identifier: BSD-2-Clause */
#include "drops.h"

#include "attempt.h"
#include "model/array.h"

#include <string.h>

/* Of the family, the initiator and its number; and the responder, unless responder is false. */
static uint64_t hash_of(const uint64_t *keys, const struct pl_attempt *attempt, bool responder)
{
    const uint8_t *end = attempt->addrs[responder ? 1 : 0];
    uint64_t hash = attempt_hash(keys, attempt->family, attempt->addrs[0], attempt->ports[0], end,
                                 responder ? attempt->ports[1] : 0);
    uint8_t numbers[2][16] = {{0}};

    memcpy(numbers[0], &attempt->isn, sizeof(attempt->isn));
    memcpy(numbers[1], &hash, sizeof(hash));
    return attempt_hash(keys, 6, numbers[0], responder, numbers[1], 0);
}

/* Of a segment that arrived after the connection had been opened, for instance. */
static bool is_vague(const char *reason)
{
    return strcmp(reason, "NOT_SPECIFIED") == 0;
}

static struct drop *set_of(struct drops *drops, uint64_t hash)
{
    return drops->sets[(hash >> 32) & (DROP_SETS - 1)];
}

/* Returns the entry of a hash, or an empty one in the place of the oldest. */
static struct drop *entry_for(struct drops *drops, uint64_t hash)
{
    struct drop *set = set_of(drops, hash);
    struct drop *oldest = set;

    for (size_t i = 0; i < DROP_WAYS; i++) {
        if (set[i].order != 0 && set[i].hash == hash)
            return &set[i];
        if (set[i].order < oldest->order)
            oldest = &set[i];
    }
    drops->forgotten += oldest->order != 0 && oldest->exact && !oldest->found;
    *oldest = (struct drop){.hash = hash};
    return oldest;
}

static void add(struct drops *drops, uint64_t hash, uint64_t responder,
                const struct pl_attempt *dropped)
{
    struct drop *drop = entry_for(drops, hash);
    bool answer = (dropped->have & PL_ATTEMPT_DROPPED_ANSWER) != 0;

    /* The last reason counts, unless it is unspecified. */
    if (drop->order != 0 && is_vague(dropped->drop_reason))
        return;
    if (drop->reason != dropped->drop_reason || drop->answer != answer)
        drop->count = 0;
    drop->several |= drop->order != 0 && drop->responder != responder;
    drop->exact = hash == responder;
    drop->responder = responder;
    drop->order = ++drops->order;
    drop->reason = dropped->drop_reason;
    drop->netns = dropped->drop_netns;
    drop->answer = answer;
    drop->count += drop->count < UINT32_MAX;
}

void drops_add(struct drops *drops, const uint64_t *keys, const struct pl_attempt *dropped)
{
    uint64_t responder = hash_of(keys, dropped, true);

    add(drops, responder, responder, dropped);
    add(drops, hash_of(keys, dropped, false), responder, dropped);
}

/*
 * Returns the drop of an attempt, or NULL. A translation may change the responder on the way. The numbers of a
 * socket are its own; those of a raw packet may be the same for each port that a scanner tries.
 */
static struct drop *find(struct drops *drops, const uint64_t *keys,
                         const struct pl_attempt *attempt)
{
    for (int responder = 1; responder >= 0; responder--) {
        uint64_t hash = hash_of(keys, attempt, responder);
        struct drop *set = set_of(drops, hash);

        if (responder == 0 && !(attempt->have & PL_ATTEMPT_STATES))
            break;
        for (size_t i = 0; i < DROP_WAYS; i++) {
            if (set[i].order != 0 && set[i].hash == hash && !set[i].several)
                return &set[i];
        }
    }
    return NULL;
}

/* Whether the only SYN that was captured had an answer: then it was not the one that was dropped. */
static bool is_answered(const struct pl_attempt *attempt)
{
    return attempt->have & PL_ATTEMPT_PEER_SYN && attempt->have & PL_ATTEMPT_SYN_COUNT &&
           attempt->syn_count <= 1;
}

void drops_find(struct drops *drops, const uint64_t *keys, struct pl_attempt *attempt)
{
    struct drop *drop;

    if (!(attempt->have & PL_ATTEMPT_ISN) || attempt->have & PL_ATTEMPT_NO_PORT)
        return;
    drop = find(drops, keys, attempt);
    if (!drop)
        return;
    drop->found = true;
    if (!drop->answer && is_answered(attempt))
        return;
    attempt->drop_reason = drop->reason;
    attempt->drop_netns = drop->netns;
    attempt->drop_count = drop->count;
    attempt->have |= PL_ATTEMPT_DROPPED | (drop->answer ? PL_ATTEMPT_DROPPED_ANSWER : 0U);
}

/* ---- texts ---- */

/* Reasons of include/net/dropreason-core.h of Linux that a SYN or a SYN-ACK can have. */
static const struct {
    const char *name, *text;
} reasons[] = {
    {"BPF_CGROUP_EGRESS", "a BPF program of a control group drops it"},
    {"CPU_BACKLOG", "the queue of the processor was full"},
    {"DEV_HDR", "no link header could be made for it"},
    {"DEV_READY", "the interface is down"},
    {"FULL_RING", "the ring of the interface was full"},
    {"IPV6DISABLED", "IPv6 is disabled on the interface"},
    {"IPV6_NDISC_FRAG", "it is a fragment"},
    {"IP_CSUM", "wrong checksum of the IP header"},
    {"IP_INADDRERRORS", "its destination is no address of this machine, which does not forward it"},
    {"IP_INHDR", "damaged IP header"},
    {"IP_INNOROUTES", "no route to its destination"},
    {"IP_INVALID_DEST", "its destination is not valid here"},
    {"IP_INVALID_SOURCE", "its source is not valid here"},
    {"IP_LOCALNET", "an address of the loopback network on another interface"},
    {"IP_LOCAL_SOURCE", "its source is an address of this machine"},
    {"IP_NOPROTO", "no such protocol"},
    {"IP_OUTNOROUTES", "no route to its destination"},
    {"IP_RPFILTER",
     "the way back to its source is not the interface that it came from (rp_filter)"},
    {"MEMORY_PRESSURE", "lack of memory"},
    {"NEIGH_CREATEFAIL", "the table of neighbours is full"},
    {"NEIGH_DEAD", "its neighbour was removed"},
    {"NEIGH_FAILED", "the next hop does not answer ARP or neighbour discovery"},
    {"NEIGH_HH_FILLFAIL", "no link header could be made for it"},
    {"NEIGH_QUEUEFULL", "too many packets wait for the link address of its neighbour"},
    {"NETFILTER_DROP", "a rule of the firewall (netfilter)"},
    {"NOMEM", "lack of memory"},
    {"NOT_SPECIFIED", "the kernel names no reason"},
    {"NO_SOCKET", "no socket listens on this port"},
    {"PFMEMALLOC", "lack of memory"},
    {"PROTO_MEM", "TCP has used up its memory (tcp_mem)"},
    {"QDISC_DROP", "a full or limiting queue of the interface"},
    {"SKB_CSUM", "wrong checksum"},
    {"SOCKET_BACKLOG", "the backlog of the socket was full"},
    {"SOCKET_FILTER", "a filter of the socket"},
    {"SOCKET_RCVBUFF", "the receive buffer of the socket was full"},
    {"TC_EGRESS", "a rule of tc(8) on the outgoing interface"},
    {"TC_INGRESS", "a rule of tc(8) on the incoming interface"},
    {"TCP_AOFAILURE", "wrong TCP-AO signature"},
    {"TCP_AOKEYNOTFOUND", "unknown TCP-AO key"},
    {"TCP_AONOTFOUND", "the listener requires a TCP-AO signature"},
    {"TCP_AOUNEXPECTED", "the listener expects no TCP-AO signature"},
    {"TCP_AUTH_HDR", "damaged signature option"},
    {"TCP_CSUM", "wrong checksum of TCP"},
    {"TCP_FLAGS", "flags that are not valid in this state"},
    {"TCP_INVALID_SYN", "a SYN that does not fit into the connection"},
    {"TCP_MD5FAILURE", "wrong MD5 signature"},
    {"TCP_MD5NOTFOUND", "the listener requires an MD5 signature"},
    {"TCP_MD5UNEXPECTED", "the listener expects no MD5 signature"},
    {"TCP_MINTTL", "a time to live below the limit of the socket (IP_MINTTL)"},
    {"UNHANDLED_PROTO", "no such protocol"},
    {"XDP", "a program of XDP"},
    {"XFRM_POLICY", "a policy of IPsec"},
};

const char *pl_drop_text(const char *reason)
{
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        if (strcmp(reasons[i].name, reason) == 0)
            return reasons[i].text;
    }
    return NULL;
}
