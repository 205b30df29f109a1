/* SPDX-License-Identifier: BSD-2-Clause */
#include "drops.h"

#include "attempt.h"
#include "model/array.h"

#include <string.h>

static uint64_t hash_of(const uint64_t *keys, const struct pl_attempt *attempt)
{
    uint8_t number[16] = {0};

    memcpy(number, &attempt->isn, sizeof(attempt->isn));
    return attempt_hash(keys, attempt->family, attempt->addrs[0], attempt->ports[0], number, 0);
}

/* Of a segment that arrived after the connection had been opened, for instance. */
static bool is_vague(const char *reason)
{
    return strcmp(reason, "NOT_SPECIFIED") == 0;
}

void drops_add(struct drops *drops, const uint64_t *keys, const struct pl_attempt *dropped)
{
    uint64_t hash = hash_of(keys, dropped);
    struct drop *set = drops->sets[(hash >> 32) & (DROP_SETS - 1)];
    struct drop *drop = set;
    bool answer = (dropped->have & PL_ATTEMPT_DROPPED_ANSWER) != 0;

    for (size_t i = 0; i < DROP_WAYS; i++) {
        if (set[i].order != 0 && set[i].hash == hash) {
            drop = &set[i];
            break;
        }
        if (set[i].order < drop->order)
            drop = &set[i];
    }
    /* The last reason counts, unless it is unspecified. */
    if (drop->order != 0 && drop->hash == hash && is_vague(dropped->drop_reason))
        return;
    if (drop->order == 0 || drop->hash != hash || drop->reason != dropped->drop_reason ||
        drop->answer != answer)
        drop->count = 0;
    drop->hash = hash;
    drop->order = ++drops->order;
    drop->reason = dropped->drop_reason;
    drop->netns = dropped->drop_netns;
    drop->answer = answer;
    if (drop->count < UINT16_MAX)
        drop->count++;
}

void drops_find(const struct drops *drops, const uint64_t *keys, struct pl_attempt *attempt)
{
    uint64_t hash = hash_of(keys, attempt);
    const struct drop *set = drops->sets[(hash >> 32) & (DROP_SETS - 1)];

    if (!(attempt->have & PL_ATTEMPT_ISN) || attempt->have & PL_ATTEMPT_NO_PORT)
        return;
    for (size_t i = 0; i < DROP_WAYS; i++) {
        if (set[i].order == 0 || set[i].hash != hash)
            continue;
        attempt->drop_reason = set[i].reason;
        attempt->drop_netns = set[i].netns;
        attempt->drop_count = set[i].count;
        attempt->have |= PL_ATTEMPT_DROPPED | (set[i].answer ? PL_ATTEMPT_DROPPED_ANSWER : 0U);
        return;
    }
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
    {"NEIGH_FAILED", "its neighbour does not answer ARP or neighbour discovery"},
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
