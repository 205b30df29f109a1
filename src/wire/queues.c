/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Full queues of listeners. The kernel drops a SYN for a full accept queue without a reason. It counts it in
 * the listener, and in its network namespace (ListenOverflows). Both together are evidence if the listener is
 * the only one that the SYN can have been for.
 */
#include "queues.h"

#include "api/reader.h"
#include "api/snapshot.h"
#include "cli/clock.h"
#include "source/source.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_NS (1000 * CLOCK_MS)

/* An attempt lasts at most 130 seconds. */
#define SAMPLES 160
/* How old the table of listeners may be. */
#define FRESH (200 * CLOCK_MS)

static const enum pl_counter counters[] = {PL_COUNTER_LISTEN_OVERFLOWS, PL_COUNTER_SYN_DROPS};
enum { OVERFLOWS, SYN_DROPS, COUNTERS };

struct sample {
    uint64_t time; /* since the Epoch; 0: none */
    uint64_t values[COUNTERS];
    bool known[COUNTERS];
};

struct queues {
    struct pl_reader *reader;
    struct pl_snapshot *first, *now; /* of listeners: at the beginning, and the last one */
    uint64_t taken;                  /* when now was taken, of clock_now() */
    uint64_t sampled;                /* when the last sample was */
    size_t next;
    struct sample samples[SAMPLES];
};

static uint64_t time_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

static struct sample sample_of(const struct pl_snapshot *snap)
{
    struct sample sample = {.time = time_now()};

    for (size_t i = 0; i < COUNTERS; i++)
        sample.known[i] = pl_snapshot_counter(snap, counters[i], &sample.values[i]);
    return sample;
}

static struct pl_snapshot *read_listeners(const struct queues *queues)
{
    const struct pl_query query = {
        .protos = PL_BIT(PL_PROTO_TCP),
        .states = PL_BIT(PL_STATE_LISTEN),
        .need = PL_NEED_MEMORY | PL_NEED_COUNTERS | PL_NEED_ADDRS | PL_NEED_NETNS,
        .any_order = true,
    };
    struct pl_snapshot *snap = NULL;

    return pl_snapshot_take(queues->reader, &query, &snap) == 0 ? snap : NULL;
}

struct queues *queues_open(struct pl_reader *reader)
{
    struct queues *queues = calloc(1, sizeof(*queues));

    if (!queues)
        return NULL;
    queues->reader = reader;
    queues->first = read_listeners(queues);
    if (queues->first)
        queues->samples[queues->next++] = sample_of(queues->first);
    queues->sampled = clock_now();
    return queues;
}

void queues_close(struct queues *queues)
{
    if (!queues)
        return;
    pl_snapshot_free(queues->first);
    pl_snapshot_free(queues->now);
    free(queues);
}

void queues_step(struct queues *queues)
{
    const struct pl_query query = {.need = PL_NEED_COUNTERS};
    struct pl_snapshot *snap = NULL;
    uint64_t now = clock_now();

    if (now - queues->sampled < SECOND_NS)
        return;
    queues->sampled = now;
    if (pl_snapshot_take(queues->reader, &query, &snap) != 0)
        return;
    queues->samples[queues->next] = sample_of(snap);
    queues->next = (queues->next + 1) % SAMPLES;
    pl_snapshot_free(snap);
}

/* ---- the listener of an attempt ---- */

/* Returns the attempt's responder as a listener of the namespace and family of another one. */
static struct pl_sock responder_of(const struct pl_attempt *attempt, const struct pl_sock *listener)
{
    struct pl_sock sock = *listener;

    sock.family = attempt->family == 6 ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    memset(sock.local_addr, 0, sizeof(sock.local_addr));
    memcpy(sock.local_addr, attempt->addrs[1], attempt->family == 6 ? 16 : 4);
    return sock;
}

static bool is_any(const struct pl_sock *sock)
{
    static const uint8_t any[16];
    static const uint8_t mapped_any[16] = {[10] = 0xff, [11] = 0xff};

    return memcmp(sock->local_addr, any, 16) == 0 || memcmp(sock->local_addr, mapped_any, 16) == 0;
}

/* Whether an IPv4 address is that of an IPv6 socket. */
static bool is_mapped(const struct pl_sock *sock, const uint8_t *address)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return memcmp(sock->local_addr, prefix, 12) == 0 &&
           memcmp(sock->local_addr + 12, address, 4) == 0;
}

/* Whether the listener gets SYNs for this end, if it is in the namespace of the listener. */
static bool accepts(const struct pl_sock *listener, const struct pl_attempt *attempt)
{
    bool v6 = attempt->family == 6;
    bool socket6 = listener->family == PL_FAMILY_INET6;

    if (listener->local_port != attempt->ports[1] || (v6 && !socket6) ||
        (!v6 && socket6 && listener->flags & PL_FLAG_V6ONLY))
        return false;
    if (is_any(listener))
        return true;
    if (v6 == socket6)
        return memcmp(listener->local_addr, attempt->addrs[1], v6 ? 16 : 4) == 0;
    return is_mapped(listener, attempt->addrs[1]);
}

/* Stores the segments that the listener has dropped since the beginning. */
static bool count_drops(const struct queues *queues, const struct pl_sock *listener, uint64_t *out)
{
    const struct pl_attr now = pl_snapshot_attr(queues->now, listener, PL_ATTR_DROPS);
    size_t count;
    const struct pl_sock *before = pl_snapshot_socks(queues->first, &count);

    *out = now.u.num;
    for (size_t i = 0; i < count; i++) {
        if (before[i].cookie == listener->cookie) {
            const struct pl_attr then = pl_snapshot_attr(queues->first, &before[i], PL_ATTR_DROPS);

            *out -= then.u.num < *out ? then.u.num : *out;
            return now.id != 0 && then.id != 0;
        }
    }
    return now.id != 0;
}

/* Whether the end is in that namespace: an address that only this machine has, or this namespace alone. */
static bool is_there(const struct queues *queues, const struct pl_attempt *attempt,
                     const struct pl_sock *listener)
{
    const struct pl_sock end = responder_of(attempt, listener);
    uint32_t netns = pl_snapshot_netns(queues->now, listener);
    bool same = attempt->have & PL_ATTEMPT_NETNS && attempt->netns == netns;
    bool seen = netns == pl_reader_netns(queues->reader) && attempt->have & PL_ATTEMPT_PACKETS;
    uint64_t drops;

    switch ((int)pl_snapshot_reach(queues->now, &end)) {
    case PL_REACH_LOOPBACK:
        return attempt->have & PL_ATTEMPT_NETNS ? same : seen;
    case PL_REACH_LINK_LOCAL:
        return same || seen;
    case PL_REACH_PRIVATE:
    case PL_REACH_PUBLIC:
        /* Another namespace may have the same address: this one has dropped something. */
        return same || seen || (count_drops(queues, listener, &drops) && drops > 0);
    default:
        return false;
    }
}

/* Returns the only listener that the SYN can be for; NULL: none, or there are several. */
static const struct pl_sock *find_listener(const struct queues *queues,
                                           const struct pl_attempt *attempt)
{
    const struct pl_sock *found = NULL;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(queues->now, &count);

    for (size_t i = 0; i < count; i++) {
        if (!accepts(&socks[i], attempt) || !is_there(queues, attempt, &socks[i]))
            continue;
        if (found)
            return NULL;
        found = &socks[i];
    }
    return found;
}

/* ---- what it lost ---- */

/* Returns how far a counter has risen since the attempt began; 0: it has not, or that is not known. */
static uint32_t rise_of(const struct queues *queues, const struct sample *now, size_t counter,
                        uint64_t since)
{
    const struct sample *before = NULL;
    uint64_t rise;

    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sample *sample = &queues->samples[i];

        if (sample->time != 0 && sample->time <= since && (!before || sample->time > before->time))
            before = sample;
    }
    if (!before || !before->known[counter] || !now->known[counter] ||
        now->values[counter] < before->values[counter])
        return 0;
    rise = now->values[counter] - before->values[counter];
    return rise < UINT32_MAX ? (uint32_t)rise : UINT32_MAX;
}

static uint32_t least(uint32_t a, uint64_t b)
{
    return b < a ? (uint32_t)b : a;
}

static void add(const struct queues *queues, const struct pl_sock *listener,
                struct pl_attempt *attempt)
{
    const unsigned int both = PL_HAVE_RECV_Q | PL_HAVE_SEND_Q;
    const struct sample now = sample_of(queues->now);
    uint64_t drops;

    if ((listener->have & both) == both) {
        attempt->queue = listener->recv_q;
        attempt->queue_limit = listener->send_q;
        attempt->have |= PL_ATTEMPT_QUEUE;
    }
    if (!count_drops(queues, listener, &drops) || drops == 0 ||
        pl_snapshot_netns(queues->now, listener) != pl_reader_netns(queues->reader))
        return;
    /* The counters are of all listeners, and its drops have all causes. */
    attempt->overflows = least(rise_of(queues, &now, OVERFLOWS, attempt->time), drops);
    attempt->syn_drops = least(rise_of(queues, &now, SYN_DROPS, attempt->time), drops);
}

void queues_explain(struct queues *queues, struct pl_attempt *attempt)
{
    const unsigned int open = 1U << PL_VERDICT_NO_ANSWER | 1U << PL_VERDICT_TRYING;
    const struct pl_sock *listener;

    if (!queues->first || !(open >> attempt->verdict & 1) || attempt->have & PL_ATTEMPT_DROPPED)
        return;
    if (!queues->now || clock_now() - queues->taken > FRESH) {
        struct pl_snapshot *snap = read_listeners(queues);

        if (!snap)
            return;
        pl_snapshot_free(queues->now);
        queues->now = snap;
        queues->taken = clock_now();
    }
    listener = find_listener(queues, attempt);
    if (listener)
        add(queues, listener, attempt);
}
