/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The join: the first byte selects the sources; each 12 bytes after it are a part of an attempt, or a
 * dropped SYN. No part is lost or passed on twice, nothing stays, and owners are dropped as often as kept.
 */
#include "fuzz.h"

#include "api/states.h"

#define PART 12

struct state {
    struct pl_joiner *joiner;
    size_t passed;
    uint32_t parts; /* that were passed on: bits PL_ATTEMPT_PACKETS ... of each */
    const struct pl_attempt *answer;
    size_t asked;
};

static size_t parts_of(const struct pl_attempt *attempt)
{
    return (attempt->have & PL_ATTEMPT_PACKETS ? 1U : 0U) +
           (attempt->have & PL_ATTEMPT_STATES ? 1U : 0U) +
           (attempt->have & PL_ATTEMPT_PEER_STATES ? 1U : 0U);
}

static int take(void *arg, const struct pl_attempt *attempt)
{
    struct state *state = arg;

    PROMISE(attempt->verdict > PL_VERDICT_NONE && attempt->verdict < PL_VERDICT_MAX);
    PROMISE(parts_of(attempt) > 0);
    PROMISE(!(attempt->have & PL_ATTEMPT_DROPPED) == !attempt->drop_reason);
    for (size_t end = 0; end < 2; end++)
        PROMISE(!attempt->owners[end] || attempt->owners[end]->items[0].pid > 0);
    state->passed++;
    state->parts += (uint32_t)parts_of(attempt);
    return 0;
}

static int ask(void *arg, const struct pl_attempt *attempt)
{
    struct state *state = arg;

    PROMISE(!(attempt->have & PL_ATTEMPT_PACKETS));
    if (!state->answer)
        return 0;
    state->asked++;
    return pl_joiner_add(state->joiner, state->answer, 0);
}

static struct pl_attempt part_of(const uint8_t *from)
{
    static const uint32_t kinds[] = {PL_ATTEMPT_PACKETS, PL_ATTEMPT_STATES, PL_ATTEMPT_PEER_STATES,
                                     PL_ATTEMPT_DROPPED};
    uint32_t kind = kinds[from[0] & 3];
    struct pl_attempt part = {
        .family = from[0] & 4 ? 6 : 4,
        .time = (uint64_t)from[1] * 1000000,
        .ports = {from[2] & 3, from[2] >> 2 & 3},
        .isn = from[3] & 3,
        .peer_isn = from[3] >> 2 & 3,
        .netns = from[4] & 3,
        .error = from[5],
        .syn_count = 1,
        .drop_reason = kind == PL_ATTEMPT_DROPPED ? "NO_SOCKET" : NULL,
        .have = kind | (from[6] & 1 ? PL_ATTEMPT_ISN : 0U) |
                (from[6] & 2 ? PL_ATTEMPT_PEER_ISN : 0U) | (from[6] & 4 ? PL_ATTEMPT_NETNS : 0U) |
                (from[6] & 8 ? PL_ATTEMPT_ERROR : 0U),
        .verdict = kind == PL_ATTEMPT_DROPPED ? PL_VERDICT_NONE
                                              : (uint8_t)(1 + from[7] % (PL_VERDICT_MAX - 1)),
    };

    if (kind == PL_ATTEMPT_STATES && from[6] & 16)
        part.have |= PL_ATTEMPT_NO_PORT | (from[6] & 32 ? PL_ATTEMPT_NO_ADDRESS : 0U);
    part.addrs[0][0] = from[8] & 1;
    part.addrs[1][0] = from[8] >> 1 & 1;
    return part;
}

static void add(struct state *state, const uint8_t *from, struct pl_attempt *part, uint64_t now)
{
    size_t end = part->have & PL_ATTEMPT_STATES ? 0 : 1;
    struct pl_holders *holders =
        part->have & PL_ATTEMPT_ANY_STATES && from[9] > 0 ? pl_holders_new(1) : NULL;

    if (holders)
        holders->items[0] = (struct pl_holder){.pid = from[9], .name = "p"};
    part->owners[end] = holders;
    PROMISE(pl_joiner_add(state->joiner, part, now) == 0);
    pl_holders_drop(holders);
    part->owners[end] = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {0};
    struct pl_joiner_want want = {.patience = 300, .take = take, .arg = &state};
    struct pl_attempt last = {0};
    size_t added = 0;
    uint64_t now = 1;

    if (size < 1)
        return 0;
    want.packets = (data[0] & 1) != 0;
    want.states = (data[0] & 2) != 0;
    want.ask = data[0] & 4 ? ask : NULL;
    if (pl_joiner_new(&want, &state.joiner) < 0)
        return 0;
    for (size_t at = 1; at + PART <= size; at += PART) {
        struct pl_attempt part = part_of(data + at);

        now += data[at + 10];
        PROMISE(pl_joiner_step(state.joiner, now) == 0);
        PROMISE(pl_joiner_due(state.joiner) == 0 || pl_joiner_due(state.joiner) > now);
        add(&state, data + at, &part, now);
        added += !(part.have & PL_ATTEMPT_DROPPED);
        PROMISE(pl_joiner_count(state.joiner) <= added + state.asked);
        if (part.have & PL_ATTEMPT_PACKETS) {
            last = part;
            state.answer = data[at + 11] & 1 ? &last : NULL;
        }
    }
    state.answer = NULL;
    PROMISE(pl_joiner_end(state.joiner) == 0);
    PROMISE(pl_joiner_count(state.joiner) == 0);
    PROMISE(state.passed <= added + state.asked);
    PROMISE(state.parts == added + state.asked);
    pl_joiner_free(state.joiner);
    return 0;
}
