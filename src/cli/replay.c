/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay.h"

#include "run.h"

#include <errno.h>
#include <string.h>

#define HELP "RECORDINGS in portls(1)"

static const char *replay_problem(int err)
{
    switch (err) {
    case -ENOENT:
        return "no such recording: ";
    case -ENOTDIR:
        return "not a recording, since not a folder: ";
    case -EINVAL:
        return "not a recording: ";
    case -ENOTSUP:
        return "a recording of an unknown system: ";
    default:
        return NULL;
    }
}

int replay_open(const char *dir, struct pl_reader **out)
{
    int err = pl_reader_replay(dir, out);
    const char *problem = replay_problem(err);

    if (err == 0)
        return EXIT_LISTED;
    if (problem)
        complain(problem, dir, strlen(dir), HELP);
    else
        complain_errno("cannot replay", dir, -err, HELP);
    return EXIT_USAGE;
}
