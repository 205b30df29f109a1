/* SPDX-License-Identifier: BSD-2-Clause */
/* How long attempts are kept, and when they are passed on although no segment ends them. */
#include "attempt.h"

int attempt_finish(struct pl_attempts *table, struct entry *entry, bool going_on)
{
    int err = attempt_has(entry, IS_PASSED) ? 0 : attempt_pass(table, entry, going_on);

    attempt_remove(table, entry);
    return err;
}

static uint64_t patience(const struct pl_attempts *table, const struct entry *entry)
{
    if (attempt_has(entry, IS_PASSED))
        return attempt_is_refused_early(entry) ? SETTLE : FORGOTTEN;
    if (table->hurry && attempt_has(entry, HAS_SYN | IS_RST) && !attempt_is_complete(entry))
        return MOMENT;
    if (attempt_is_complete(entry) || entry->state & (IS_RST | IS_ABANDONED | IS_ICMP) ||
        !attempt_has(entry, HAS_SYN))
        return SETTLE;
    return GIVE_UP;
}

int attempt_pass_early(const struct pl_attempts *table, struct entry *entry)
{
    entry->state |= IS_PASSED;
    return attempt_pass(table, entry, false);
}

int attempt_sweep(struct pl_attempts *table)
{
    int err = 0;

    table->due = table->now + (table->hurry ? TICK : SECOND);
    table->packets = 0;
    for (uint32_t i = 0; i < table->used && err == 0; i++) {
        struct entry *entry = &table->entries[i];

        if (entry->state == 0 || table->now < entry->time ||
            table->now - entry->time < entry->last_ms * MILLISECOND + patience(table, entry))
            continue;
        if (!attempt_has(entry, IS_PASSED) &&
            (attempt_is_complete(entry) || (table->hurry && attempt_has(entry, HAS_SYN | IS_RST))))
            err = attempt_pass_early(table, entry);
        else
            err = attempt_finish(table, entry, false);
    }
    return err;
}

#define PARTS 64 /* of the time in which the entries began */

int attempt_shed(struct pl_attempts *table)
{
    uint32_t counts[PARTS] = {0};
    uint64_t first = UINT64_MAX;
    uint64_t last = 0;
    uint64_t width;
    uint32_t most = 0;
    uint32_t sum = 0;
    int err = 0;

    for (uint32_t i = 0; i < table->used; i++) {
        const struct entry *entry = &table->entries[i];

        if (entry->state != 0 && entry->time < first)
            first = entry->time;
        if (entry->state != 0 && entry->time > last)
            last = entry->time;
    }
    width = last > first ? (last - first) / PARTS + 1 : 1;
    for (uint32_t i = 0; i < table->used; i++) {
        if (table->entries[i].state != 0)
            counts[(table->entries[i].time - first) / width]++;
    }
    while (most < PARTS && sum < table->count / 8)
        sum += counts[most++];
    for (uint32_t i = 0; i < table->used && err == 0; i++) {
        struct entry *entry = &table->entries[i];

        if (entry->state == 0 || (entry->time - first) / width >= most)
            continue;
        table->early += !attempt_has(entry, IS_PASSED) && !attempt_is_complete(entry);
        err = attempt_finish(table, entry, true);
    }
    return err;
}

uint64_t pl_attempts_early(const struct pl_attempts *attempts)
{
    return attempts->early;
}

/* Returns the time later by so many nanoseconds. */
static uint64_t shift(uint64_t time, int64_t by)
{
    uint64_t back = by < 0 ? 0 - (uint64_t)by : 0;

    return by >= 0 ? time + (uint64_t)by : time > back ? time - back : 0;
}

void pl_attempts_shift(struct pl_attempts *attempts, int64_t by)
{
    attempts->now = shift(attempts->now, by);
    attempts->due = shift(attempts->due, by);
    for (uint32_t i = 0; i < attempts->used; i++)
        attempts->entries[i].time = shift(attempts->entries[i].time, by);
}

void pl_attempts_hurry(struct pl_attempts *attempts)
{
    attempts->hurry = true;
}

int pl_attempts_tick(struct pl_attempts *attempts, uint64_t now)
{
    /* The clock may have been set back. */
    if (now > attempts->now || attempts->now - now > SECOND)
        attempts->now = now;
    if (attempts->due > attempts->now + SECOND)
        attempts->due = attempts->now;
    return attempts->now >= attempts->due ? attempt_sweep(attempts) : 0;
}

int pl_attempts_end(struct pl_attempts *attempts, bool going_on)
{
    int err = 0;

    for (uint32_t i = 0; i < attempts->used && err == 0; i++) {
        if (attempts->entries[i].state != 0)
            err = attempt_finish(attempts, &attempts->entries[i], going_on);
    }
    return err;
}
