/* SPDX-License-Identifier: BSD-2-Clause */
#include "open.h"
#include "replay.h"

#include <errno.h>
#include <string.h>

/* The kernel, or what keeps what it says. */
static int open_live(const struct settings *settings, struct pl_reader **out)
{
    struct pl_reader *inner;
    int err;

    err = pl_reader_open(&inner);
    if (err < 0) {
        complain_errno("cannot read", "this system", -err, "");
        return EXIT_FAILED;
    }
    *out = inner;
    if (!settings->record)
        return EXIT_LISTED;
    err = pl_reader_record(inner, settings->record, out);
    if (err < 0) {
        pl_reader_close(inner);
        complain_errno("cannot record to", settings->record, -err, "RECORDINGS in portls(1)");
        return err == -EEXIST || err == -ENOTEMPTY || err == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
    }
    return EXIT_LISTED;
}

int open_reader(const struct settings *settings, struct pl_reader **out)
{
    const struct pl_query *query = &settings->query;
    struct sandbox *sandbox = settings->sandbox;
    bool hosts = settings_show_hosts(settings) && !settings->quiet;
    int status;

    sandbox->plan = (struct sandbox_plan){
        .need = query->need | (query->filter ? pl_filter_need(query->filter) : 0),
        .live = !settings->replay,
        .repeat = settings->interval > 0,
        .replay = settings->replay,
    };
    sandbox_start_helper(
        sandbox, !settings->replay && (settings->record || sandbox->plan.need & PL_NEED_USERS),
        hosts);
    /* A recording is hostile to its first byte; the kernel is asked with the rights it takes. */
    if (settings->replay) {
        sandbox_enter(sandbox);
        return replay_open(settings->replay, out);
    }
    status = open_live(settings, out);
    if (status != EXIT_LISTED)
        return status;
    pl_reader_prepare(*out, query);
    sandbox->plan.record = pl_reader_folder(*out);
    sandbox_enter(sandbox);
    return EXIT_LISTED;
}
