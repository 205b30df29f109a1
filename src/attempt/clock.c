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
