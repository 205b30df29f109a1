/* SPDX-License-Identifier: BSD-2-Clause */
/* The session of a personality: takes snapshots and prints them in its layout. */
#include "as.h"

#include "cli/complain.h"
#include "cli/session.h"

#include <unistd.h>

/* Reports data that could not be read, but not data that does not exist, as those programs do. */
static void say_notes(const struct as_settings *settings, const struct pl_snapshot *snap)
{
    uint32_t silent = PL_BIT(PL_NOTE_FEED_MISSING) | PL_BIT(PL_NOTE_FAMILY_ABSENT) | settings->said;
    size_t count;
    size_t sock_count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    (void)pl_snapshot_socks(snap, &sock_count);
    if (!settings->own.replay)
        silent |= PL_BIT(PL_NOTE_OWNERS_OUTSIDE);
    /* Those programs are of Linux: an empty listing of another system has this reason. */
    if (pl_snapshot_system(snap) != PL_SYSTEM_LINUX && sock_count == 0)
        silent &= ~PL_BIT(PL_NOTE_FAMILY_ABSENT);
    for (size_t i = 0; i < count; i++) {
        if (!(silent & PL_BIT(notes[i].kind)))
            complain_note(&notes[i]);
    }
}

static int show(void *arg, struct pl_snapshot *snap)
{
    struct as_settings *settings = arg;
    struct out out = {.fd = STDOUT_FILENO};
    struct as_lookup lookup;
    int status = settings->judge ? settings->judge(settings, snap) : 0;
    int err;

    settings->view.snap = snap;
    if (snap)
        say_notes(settings, snap);
    as_lookup_begin(&lookup, settings, snap, &settings->view.names);
    settings->print(&settings->view, &out);
    err = out_flush(&out);
    out_free(&out);
    names_free_hosts(lookup.hosts);
    if (err == 0)
        return status;
    complain_output(err);
    return AS_FAILED;
}

/* Whether names are looked up after the sandbox has been entered. */
static bool asks_names(const struct as_settings *settings)
{
    const char *name;

    return !settings->numeric_hosts ||
           (!settings->numeric_ports &&
            !as_services_find(settings->services, 0, PL_PROTO_TCP, &name)) ||
           (!settings->own.replay && settings->view.extended && !settings->numeric_users);
}

/* The counters, once, before the rows. */
static int show_first(const struct as_settings *settings, struct session *session)
{
    struct as_settings first = *settings;
    int status;

    first.query = (struct pl_query){.need = PL_NEED_COUNTERS};
    first.print = settings->first;
    session->more = true;
    session->without = false; /* do not print sums of unknown counters as 0 */
    status = session_round(session, &first.query, show, &first);
    session->more = false;
    session->without = settings->empty;
    return status;
}

int as_run(struct as_settings *settings)
{
    struct sandbox *sandbox = settings->own.sandbox;
    struct session session = {.replay = settings->own.replay,
                              .netns = settings->own.netns,
                              .interval = settings->interval,
                              .names = asks_names(settings),
                              .without = settings->empty,
                              .failed = AS_FAILED,
                              .sandbox = sandbox};
    int status;

    settings->names = &sandbox->names;
    if (settings->own.replay && !settings->numeric_users)
        settings->query.need |= PL_NEED_USERS;
    status = session_open(&session, &settings->query);
    if (status != 0)
        return status;
    if (settings->first)
        status = show_first(settings, &session);
    if (status == 0 && settings->print)
        status = session_rounds(&session, &settings->query, show, settings);
    session_close(&session);
    return status;
}
