/* SPDX-License-Identifier: BSD-2-Clause */
#include "actor_judge.h"

#include "decode/decode.h"
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

bool actor_fail(struct actor_reply *reply, enum actor_outcome outcome, enum actor_detail detail,
                int error)
{
    reply->outcome = outcome;
    reply->detail = detail;
    reply->error = error;
    return false;
}

int actor_missing(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < pl_feed_count; j++) {
            if (pl_feeds[j].slot >= PL_SLOT_SOCKS && notes[i].feed.data &&
                strlen(pl_feeds[j].name) == notes[i].feed.len &&
                memcmp(pl_feeds[j].name, notes[i].feed.data, notes[i].feed.len) == 0)
                return notes[i].error > 0 ? -notes[i].error : -EIO;
        }
    }
    return 0;
}

bool actor_judge(const struct pl_filter *selector, const struct pl_snapshot *snap,
                 const struct pl_sock *sock, int err, struct actor_reply *reply)
{
    enum pl_truth truth;

    if (!sock && err < 0)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
    if (!sock)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    truth = pl_filter_doubt(selector, snap, sock);
    if (truth == PL_MAYBE &&
        (sock->owner_unknown == PL_OWNER_ORPHAN || sock->owner_unknown == PL_OWNER_NOT_FOUND))
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_NOT_HELD, 0);
    return truth == PL_TRUE ||
           actor_fail(reply, ACTOR_REFUSED, truth == PL_MAYBE ? ACTOR_UNSURE : ACTOR_UNSELECTED, 0);
}

bool actor_is_listed(const struct actor_request *request, const struct pl_snapshot *snap,
                     struct actor_reply *reply)
{
    const struct pl_process *process = pl_snapshot_process(snap, request->pid);
    uint64_t exe = process ? actor_exe_hash(process->exe) : 0;
    uint64_t started = process ? process->started : 0;

    if (!process)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if ((request->listed_started != 0 && started == 0) || (request->listed_exe != 0 && exe == 0))
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, 0);
    /* Clocks of the listing are rounded to seconds. */
    if (request->listed_started != 0 && started + 1 != request->listed_started &&
        started != request->listed_started && started != request->listed_started + 1)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROCESS, 0);
    if (request->listed_exe != 0 && exe != request->listed_exe)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROGRAM, 0);
    return true;
}
