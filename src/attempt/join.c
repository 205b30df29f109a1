/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joins what several sources know of one attempt. It has up to three parts: its packets, and the socket
 * of each end that is on this machine. The parts have the same ends, and the same sequence numbers where
 * both know them, which also differ between network namespaces that use the same addresses. A part waits
 * a short time for the others. Packets show what was sent and when; reports of sockets have the owners
 * and errors.
 */
#include "api/states.h"
#include "attempt.h"
#include "drops.h"
#include "pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHAINS 16384U /* a power of two */
#define FIRST  1024U
#define MOST   65536U /* attempts that wait: when there are more, the oldest does no longer */
/* Those that are not decided come at the end, all at once, and wait for each other. */
#define MOST_TRYING (8U * MOST)

#define PARTS (PL_ATTEMPT_PACKETS | PL_ATTEMPT_ANY_STATES)

struct held {
    struct pl_attempt attempt;
    uint64_t due;
    uint32_t chain;        /* its index */
    uint32_t next;         /* in the chain; of a free one, the next free one. Index + 1 */
    uint32_t older, newer; /* index + 1; 0: none */
    bool asked;            /* its packets were requested: it is about to be passed on */
};

struct pl_joiner {
    struct pl_joiner_want want;
    struct held *items;
    uint32_t room, used, free, count;
    uint32_t oldest, newest; /* index + 1 */
    uint32_t chains[CHAINS]; /* index + 1 */
    struct drops drops;
};

/* ---- whether two parts are of one attempt ---- */

static bool is_completed(unsigned int verdict)
{
    return verdict == PL_VERDICT_COMPLETED || verdict == PL_VERDICT_SIMULTANEOUS;
}

/* Exchanges both ends of an attempt that only sockets are known of. */
static void turn(struct pl_attempt *attempt)
{
    const struct pl_attempt from = *attempt;
    const uint32_t pairs[][2] = {{PL_ATTEMPT_ISN, PL_ATTEMPT_PEER_ISN},
                                 {PL_ATTEMPT_STATES, PL_ATTEMPT_PEER_STATES}};

    for (size_t end = 0; end < 2; end++) {
        memcpy(attempt->addrs[end], from.addrs[!end], sizeof(attempt->addrs[end]));
        attempt->ports[end] = from.ports[!end];
        attempt->owners[end] = from.owners[!end];
    }
    attempt->isn = from.peer_isn;
    attempt->peer_isn = from.isn;
    for (size_t i = 0; i < 2; i++) {
        attempt->have &= ~(pairs[i][0] | pairs[i][1]);
        attempt->have |= from.have & pairs[i][0] ? pairs[i][1] : 0;
        attempt->have |= from.have & pairs[i][1] ? pairs[i][0] : 0;
    }
    attempt->have &= ~(uint32_t)PL_ATTEMPT_THIRD;
}

static bool agree(const struct pl_attempt *a, const struct pl_attempt *b, uint32_t known,
                  uint32_t number, uint32_t other)
{
    return !(a->have & b->have & known) || number == other;
}

static bool is_same(const struct pl_attempt *a, const struct pl_attempt *b)
{
    return a->family == b->family && memcmp(a->addrs, b->addrs, sizeof(a->addrs)) == 0 &&
           memcmp(a->ports, b->ports, sizeof(a->ports)) == 0 &&
           !((a->have | b->have) & PL_ATTEMPT_NO_PORT) &&
           agree(a, b, PL_ATTEMPT_ISN, a->isn, b->isn) &&
           agree(a, b, PL_ATTEMPT_PEER_ISN, a->peer_isn, b->peer_isn);
}

/* Returns whether the new part belongs to the held one; turns one of them if both ends began. */
static bool fits(struct held *held, struct pl_attempt *attempt)
{
    struct pl_attempt turned;
    bool packets = (attempt->have & PL_ATTEMPT_PACKETS) != 0;

    if (!(held->attempt.have & attempt->have & PARTS) && is_same(&held->attempt, attempt))
        return true;
    if (held->attempt.verdict != PL_VERDICT_SIMULTANEOUS &&
        attempt->verdict != PL_VERDICT_SIMULTANEOUS)
        return false;
    if (packets && held->attempt.have & PL_ATTEMPT_PACKETS)
        return false;
    turned = packets ? held->attempt : *attempt;
    turn(&turned);
    if (!is_same(&turned, packets ? attempt : &held->attempt) ||
        turned.have & (packets ? attempt : &held->attempt)->have & PARTS)
        return false;
    *(packets ? &held->attempt : attempt) = turned;
    return true;
}

/* ---- merging two parts ---- */

/*
 * What packets show is certain; where they show no end, the socket knows more. The socket of the
 * initiator does not know whether its third step arrived, or was sent at all.
 */
static uint8_t decide(unsigned int packets, unsigned int states, bool initiator)
{
    const bool half = initiator && packets == PL_VERDICT_HALF_OPEN;
    const unsigned int certain = 1U << PL_VERDICT_COMPLETED | 1U << PL_VERDICT_SIMULTANEOUS |
                                 1U << PL_VERDICT_RST | 1U << PL_VERDICT_ICMP |
                                 1U << PL_VERDICT_ABANDONED;

    return (uint8_t)(certain >> packets & 1 || half || states == PL_VERDICT_TRYING ? packets
                                                                                   : states);
}

static void take_number(struct pl_attempt *to, const struct pl_attempt *from, uint32_t known,
                        uint32_t *number, uint32_t value)
{
    if (to->have & known || !(from->have & known))
        return;
    *number = value;
    to->have |= known;
}

/* Adds the part of a socket. */
static void overlay(struct pl_attempt *to, const struct pl_attempt *from)
{
    bool packets = (to->have & PL_ATTEMPT_PACKETS) != 0;
    bool initiator = (from->have & PL_ATTEMPT_STATES) != 0;

    for (size_t end = 0; end < 2; end++)
        to->owners[end] = to->owners[end] ? to->owners[end] : from->owners[end];
    if (from->owner_unknown != 0)
        to->owner_unknown = from->owner_unknown;
    if (from->have & PL_ATTEMPT_NETNS && (initiator || !(to->have & PL_ATTEMPT_NETNS)))
        to->netns = from->netns;
    if (from->have & PL_ATTEMPT_ERROR)
        to->error = from->error;
    if (from->have & PL_ATTEMPT_CONNECT_TIME)
        to->connect_us = from->connect_us;
    take_number(to, from, PL_ATTEMPT_ISN, &to->isn, from->isn);
    take_number(to, from, PL_ATTEMPT_PEER_ISN, &to->peer_isn, from->peer_isn);
    if (!packets && initiator) {
        to->time = from->time;
        to->syn_count = from->syn_count;
        to->third_seq = from->third_seq;
        to->third_ack = from->third_ack;
        to->taken = from->taken;
        to->have |= from->have & (PL_ATTEMPT_SYN_COUNT | PL_ATTEMPT_THIRD);
    }
    if (packets)
        to->verdict = decide(to->verdict, from->verdict, !(from->have & PL_ATTEMPT_PEER_STATES));
    to->have |= from->have & PL_ATTEMPT_REPORTED;
}

static void merge(struct pl_attempt *held, const struct pl_attempt *attempt)
{
    if (attempt->have & PL_ATTEMPT_PACKETS) {
        struct pl_attempt both = *attempt;

        overlay(&both, held);
        *held = both;
    } else {
        overlay(held, attempt);
    }
}

/* ---- those that wait ---- */

static uint32_t chain_of(const struct pl_joiner *joiner, const struct pl_attempt *attempt)
{
    uint64_t hash = attempt_hash(joiner->want.keys, attempt->family, attempt->addrs[0],
                                 attempt->ports[0], attempt->addrs[1], attempt->ports[1]);

    return (uint32_t)(hash >> 32) & (CHAINS - 1);
}

/* Returns the held part of the same attempt: index + 1; 0: none. */
static uint32_t find(struct pl_joiner *joiner, uint32_t chain, struct pl_attempt *attempt)
{
    uint32_t at = joiner->chains[chain];

    while (at != 0 && !fits(&joiner->items[at - 1], attempt))
        at = joiner->items[at - 1].next;
    return at;
}

static int grow(struct pl_joiner *joiner)
{
    uint32_t room = joiner->room ? joiner->room * 2 : FIRST;
    struct held *items = realloc(joiner->items, room * sizeof(*items));

    if (!items)
        return -ENOMEM;
    joiner->items = items;
    joiner->room = room;
    return 0;
}

static int hold(struct pl_joiner *joiner, const struct pl_attempt *attempt, uint64_t now)
{
    uint32_t at = joiner->free;
    struct held *held;

    if (at == 0 && joiner->used == joiner->room && grow(joiner) < 0)
        return -ENOMEM;
    at = at != 0 ? at : ++joiner->used;
    held = &joiner->items[at - 1];
    if (at == joiner->free)
        joiner->free = held->next;
    *held = (struct held){
        .attempt = *attempt,
        .due = now + joiner->want.patience,
        .chain = chain_of(joiner, attempt),
        .older = joiner->newest,
    };
    held->next = joiner->chains[held->chain];
    joiner->chains[held->chain] = at;
    if (joiner->newest != 0)
        joiner->items[joiner->newest - 1].newer = at;
    else
        joiner->oldest = at;
    joiner->newest = at;
    joiner->count++;
    return 0;
}

/* Removes a held one, and returns its attempt. */
static struct pl_attempt release(struct pl_joiner *joiner, uint32_t at)
{
    struct held *held = &joiner->items[at - 1];
    uint32_t *link = &joiner->chains[held->chain];

    while (*link != at)
        link = &joiner->items[*link - 1].next;
    *link = held->next;
    *(held->older ? &joiner->items[held->older - 1].newer : &joiner->oldest) = held->newer;
    *(held->newer ? &joiner->items[held->newer - 1].older : &joiner->newest) = held->older;
    held->next = joiner->free;
    joiner->free = at;
    joiner->count--;
    return held->attempt;
}

static void drop_owners(struct pl_attempt *attempt)
{
    pl_holders_drop(attempt->owners[0]);
    pl_holders_drop(attempt->owners[1]);
}

/* Passes on an attempt, and drops its owners. */
static int pass(struct pl_joiner *joiner, struct pl_attempt *attempt)
{
    int err;

    if (attempt->owners[0] || attempt->owners[1])
        attempt->owner_unknown = 0;
    else if (!(attempt->have & PL_ATTEMPT_ANY_STATES))
        attempt->owner_unknown = joiner->want.unknown;
    drops_find(&joiner->drops, joiner->want.keys, attempt);
    err = joiner->want.take(joiner->want.arg, attempt);
    drop_owners(attempt);
    return err;
}

/* Whether no other part can come, or is worth waiting for. */
static bool is_whole(const struct pl_joiner *joiner, const struct pl_attempt *attempt)
{
    bool open = is_completed(attempt->verdict) || attempt->verdict == PL_VERDICT_HALF_OPEN;
    uint32_t wanted = (joiner->want.packets ? PL_ATTEMPT_PACKETS : 0U) |
                      (joiner->want.states ? PL_ATTEMPT_STATES : 0U) |
                      (joiner->want.states && open ? PL_ATTEMPT_PEER_STATES : 0U);

    if (attempt->verdict == PL_VERDICT_LATE || attempt->verdict == PL_VERDICT_STRAY)
        return true;
    return (attempt->have & wanted) == wanted;
}

/* Passes on the one that has waited longest, after asking for its packets. */
static int pass_oldest(struct pl_joiner *joiner)
{
    uint32_t at = joiner->oldest;
    struct held *held = &joiner->items[at - 1];
    struct pl_attempt attempt = held->attempt;
    int err = 0;
    int passed;

    held->asked = true;
    if (joiner->want.packets && joiner->want.ask && !(attempt.have & PL_ATTEMPT_PACKETS))
        err = joiner->want.ask(joiner->want.arg, &attempt);
    attempt = release(joiner, at);
    passed = pass(joiner, &attempt);
    return err ? err : passed;
}

/* ---- sockets without a port ---- */

/* Collects what attempt_pair() can pair. Returns the number of items, or a negative errno. */
static long collect(const struct pl_joiner *joiner, struct loose **out)
{
    const unsigned int kinds = PL_ATTEMPT_NO_PORT | PL_ATTEMPT_PACKETS;
    bool any = false;
    long count = 0;

    *out = malloc((joiner->count + 1) * sizeof(**out));
    if (!*out)
        return -ENOMEM;
    for (uint32_t at = joiner->oldest; at != 0; at = joiner->items[at - 1].newer) {
        const struct pl_attempt *attempt = &joiner->items[at - 1].attempt;

        if (!(attempt->have & kinds) ||
            (attempt->have & PL_ATTEMPT_PACKETS && attempt->have & PL_ATTEMPT_STATES))
            continue;
        any |= (attempt->have & PL_ATTEMPT_NO_PORT) != 0;
        (*out)[count++] = (struct loose){.attempt = attempt, .at = at};
    }
    return any ? count : 0;
}

/* Joins a socket with its packets; without its owner, unless that is certain. */
static void join_loose(struct pl_joiner *joiner, const struct loose *socket,
                       const struct loose *packets)
{
    struct pl_attempt attempt = release(joiner, socket->at);

    if (!socket->is_certain) {
        drop_owners(&attempt);
        memset(attempt.owners, 0, sizeof(attempt.owners));
        attempt.owner_unknown = PL_OWNER_NOT_FOUND;
        attempt.have &= ~(uint32_t)(PL_ATTEMPT_NETNS | PL_ATTEMPT_CONNECT_TIME);
    }
    overlay(&joiner->items[packets->at - 1].attempt, &attempt);
}

/* Sockets whose port is not known come at the end, so that all parts are there. */
static int join_rest(struct pl_joiner *joiner)
{
    struct loose *items;
    long count = collect(joiner, &items);

    if (count > 0)
        attempt_pair(items, (size_t)count);
    for (long i = 0; i < count; i++) {
        if (items[i].pair != 0)
            join_loose(joiner, &items[i], &items[items[i].pair - 1]);
    }
    free(items);
    return count < 0 ? (int)count : 0;
}

/* ---- the interface ---- */

int pl_joiner_new(const struct pl_joiner_want *want, struct pl_joiner **out)
{
    struct pl_joiner *joiner = calloc(1, sizeof(*joiner));

    if (!joiner)
        return -ENOMEM;
    joiner->want = *want;
    *out = joiner;
    return 0;
}

int pl_joiner_add(struct pl_joiner *joiner, const struct pl_attempt *attempt, uint64_t now)
{
    struct pl_attempt part = *attempt;
    uint32_t at;
    int err = 0;

    if (attempt->have & PL_ATTEMPT_DROPPED) {
        drops_add(&joiner->drops, joiner->want.keys, attempt);
        return 0;
    }
    at = find(joiner, chain_of(joiner, &part), &part);
    (void)pl_holders_keep(part.owners[0]);
    (void)pl_holders_keep(part.owners[1]);
    if (at != 0) {
        struct held *held = &joiner->items[at - 1];
        const struct pl_attempt before = held->attempt;

        merge(&held->attempt, &part);
        for (size_t end = 0; end < 2; end++) {
            if (part.owners[end] && before.owners[end])
                pl_holders_drop(part.owners[end]);
        }
        if (held->asked || !is_whole(joiner, &held->attempt))
            return 0;
        part = release(joiner, at);
        return pass(joiner, &part);
    }
    if (is_whole(joiner, &part))
        return pass(joiner, &part);
    if (joiner->count >= (part.verdict == PL_VERDICT_TRYING ? MOST_TRYING : MOST))
        err = pass_oldest(joiner);
    if (err == 0)
        err = hold(joiner, &part, now);
    else
        drop_owners(&part);
    return err;
}

int pl_joiner_step(struct pl_joiner *joiner, uint64_t now)
{
    int err = 0;

    while (err == 0 && joiner->oldest != 0 && joiner->items[joiner->oldest - 1].due <= now)
        err = pass_oldest(joiner);
    return err;
}

int pl_joiner_end(struct pl_joiner *joiner)
{
    int err = join_rest(joiner);
    int passed = pl_joiner_step(joiner, UINT64_MAX);

    return err ? err : passed;
}

uint64_t pl_joiner_due(const struct pl_joiner *joiner)
{
    return joiner->oldest != 0 ? joiner->items[joiner->oldest - 1].due : 0;
}

size_t pl_joiner_count(const struct pl_joiner *joiner)
{
    return joiner->count;
}

uint64_t pl_joiner_forgotten(const struct pl_joiner *joiner)
{
    return joiner->drops.forgotten;
}

void pl_joiner_free(struct pl_joiner *joiner)
{
    if (!joiner)
        return;
    for (uint32_t at = joiner->oldest; at != 0; at = joiner->items[at - 1].newer)
        drop_owners(&joiner->items[at - 1].attempt);
    free(joiner->items);
    free(joiner);
}
