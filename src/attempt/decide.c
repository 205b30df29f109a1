/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts that the kernel has decided. The table alone would wait, since packets may repeat, and an
 * answer can be late.
 */
#include "attempt.h"

#include <string.h>

int pl_attempts_decide(struct pl_attempts *attempts, const struct pl_attempt *reported)
{
    const unsigned int kept =
        1U << PL_VERDICT_COMPLETED | 1U << PL_VERDICT_SIMULTANEOUS | 1U << PL_VERDICT_RST;
    struct pl_segment segment = {
        .family = reported->family,
        .source_port = reported->ports[0],
        .target_port = reported->ports[1],
        .flags = PL_TCP_SYN,
    };
    struct key key;
    struct entry *entry;
    int err;

    memcpy(segment.source, reported->addrs[0], sizeof(segment.source));
    memcpy(segment.target, reported->addrs[1], sizeof(segment.target));
    attempt_find(attempts, &segment, &key);
    entry = key.entry;
    if (!entry || entry->state & IS_PASSED ||
        (key.by_initiator && entry->state & HAS_SYN && reported->have & PL_ATTEMPT_ISN &&
         entry->isn != reported->isn))
        return 0;
    err = attempt_pass(attempts, entry, reported->verdict == PL_VERDICT_TRYING);
    /*
     * More packets of it may follow, which are no new attempt. ECONNREFUSED is also the error of an ICMP
     * port unreachable, and the answer may not be captured: nothing else ends an entry without an RST.
     */
    if (kept >> reported->verdict & 1 && (attempt_is_complete(entry) || attempt_has(entry, IS_RST)))
        entry->state |= IS_PASSED;
    else
        attempt_remove(attempts, entry);
    return err;
}
