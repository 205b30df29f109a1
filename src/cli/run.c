/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include "model/array.h"
#include "print.h"
#include "repeat.h"
#include "session.h"
#include "view/terminal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns the number of sockets whose processes should be known. */
static size_t count_unowned(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    size_t unowned = 0;

    for (size_t i = 0; i < count; i++)
        unowned += socks[i].owner_unknown == PL_OWNER_NOT_PERMITTED ||
                   socks[i].owner_unknown == PL_OWNER_NOT_FOUND;
    return unowned;
}

/* Returns whether something is missing. If no note has reported that, prints a message. */
static bool is_partial(const struct settings *settings, const struct pl_snapshot *snap)
{
    size_t unowned = count_unowned(snap);
    size_t notes;
    char text[96];

    (void)pl_snapshot_notes(snap, &notes);
    if (notes == 0 && unowned > 0 && !settings->format->notes) {
        (void)snprintf(text, sizeof(text), "the processes of %zu socket%s were not found", unowned,
                       unowned == 1 ? "" : "s");
        complain_text(text);
    }
    return notes > 0 || unowned > 0;
}

static bool has_owners(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);
    size_t owners = 0;

    for (size_t i = 0; i < count && owners == 0; i++)
        (void)pl_snapshot_owners(snap, &socks[i], &owners);
    return owners > 0;
}

/* Whether a process that holds a listed socket may be hidden. */
static bool has_hidden(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (notes[i].kind == PL_NOTE_OWNERS_HIDDEN || notes[i].kind == PL_NOTE_OWNERS_OUTSIDE ||
            notes[i].kind == PL_NOTE_FEED_FAILED)
            return true;
    }
    return false;
}

/*
 * Returns a word of the filter that is the name of neither a service nor a process with a socket, or
 * NULL. If not all sockets were read, only an empty listing is checked.
 */
static const char *unknown_word(const struct settings *settings, const struct pl_snapshot *snap,
                                const char **advice)
{
    const struct pl_filter *filter = settings->ask.filter;
    const struct pl_snapshot *all = settings->session->all;
    const char *word;
    size_t count;

    (void)pl_snapshot_socks(snap, &count);
    if (!filter || settings->summary || (count > 0 && !all))
        return NULL;
    word = pl_filter_unknown(filter, snap, advice);
    return word && all ? pl_filter_unknown(filter, all, advice) : word;
}

/* Words for what another command prints. */
static const struct {
    const char *word, *advice;
} elsewhere[] = {
    {"free", "; for unused ports: portname -u -l 8000-8100"},
    {"unused", "; for unused ports: portname -u -l 8000-8100"},
    {"available", "; for unused ports: portname -u -l 8000-8100"},
};

/* Reports a word that nothing matches. */
static int refuse_word(const struct settings *settings, const char *word, const char *advice)
{
    char other[200] = "";
    char after[300];

    if (settings->session->all)
        hint_word(settings, settings->session->all, word, advice[0] != '\0', other, sizeof(other));
    if (other[0] != '\0')
        advice = other;
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
        if (strcmp(elsewhere[i].word, word) == 0)
            advice = elsewhere[i].advice;
    }
    (void)snprintf(after, sizeof(after), ", and no process of that name has a listed socket%s%s",
                   advice, advice[0] != '\0' ? "" : "; for a user, write 'user NAME'");
    complain_at("no service is called", word, strlen(word), after,
                advice[0] != '\0' ? "" : "FILTER EXPRESSIONS in portls(1)");
    return EXIT_USAGE;
}

/* A note reports that hosts could not be looked up. */
static struct names_hosts *find_hosts(const struct settings *settings, struct pl_snapshot *snap)
{
    struct names_hosts *hosts = NULL;
    struct pl_note note = {.feed = {"hosts", 5}, .title = "host names"};

    if (!settings->summary && settings_show_hosts(settings) &&
        names_find_hosts(&settings->sandbox->names, snap, &hosts, &note.error) == 0 &&
        note.error != 0) {
        note.kind = note.error < 0 ? PL_NOTE_FEED_FAILED : PL_NOTE_FEED_PARTIAL;
        note.error = abs(note.error);
        (void)pl_snapshot_note(snap, &note);
    }
    return hosts;
}

/* With -c on a terminal each listing replaces the last, unless --debug writes to that terminal. */
static bool is_in_place(const struct settings *settings)
{
    return settings->interval > 0 && settings->format->screen &&
           terminal_width(STDOUT_FILENO) > 0 && !terminal_is_dumb() &&
           !(settings->debug && terminal_width(STDERR_FILENO) > 0);
}

static int draw(const struct pl_snapshot *snap, const struct out *round)
{
    struct out out = {.fd = STDOUT_FILENO};
    struct out notes = {.fd = STDERR_FILENO};
    int err = round->error;

    repeat_notes(snap, &notes);
    if (err == 0)
        repeat_draw(round, &notes, &out);
    if (err == 0)
        err = out_flush(&out);
    if (err == 0)
        (void)out_flush(&notes);
    out_free(&notes);
    out_free(&out);
    return -err;
}

/* Returns 0, or the positive errno of a failed write. */
static int print_round(const struct settings *settings, const struct pl_snapshot *snap,
                       const struct names_hosts *hosts)
{
    bool place = is_in_place(settings);
    struct out out = {.fd = place ? -1 : STDOUT_FILENO};
    int err = print_listing(settings, snap, hosts, &out);

    if (err == 0)
        err = place ? draw(snap, &out) : -out_flush(&out);
    out_free(&out);
    return -err;
}

/* Notes that were neither printed by the format nor drawn with the listing. */
static bool has_notes_left(const struct settings *settings)
{
    if (settings->quiet)
        return true;
    return !settings->format->notes &&
           !(is_in_place(settings) && terminal_width(STDERR_FILENO) > 0);
}

/* Hints are printed only on a terminal, below a table. */
static bool is_hinting(const struct settings *settings)
{
    return settings->format->screen && !settings->quiet && !settings->summary &&
           settings->interval == 0 && isatty(STDERR_FILENO);
}

/* "-ano" prints process ids on Windows, and timers here. */
static bool is_windows_habit(const struct settings *settings)
{
    return settings->all && settings->numeric && settings->details == PL_SHOWN_TIMERS &&
           !settings->processes && !settings->ask.filter && !settings->group;
}

static void note_elsewhere(const struct pl_netns_listeners *others)
{
    char text[160];

    (void)snprintf(text, sizeof(text),
                   "%" PRIu64 " listener%s in %" PRIu64 " other network namespace%s: portls -N all",
                   others->listeners, others->listeners == 1 ? "" : "s", others->spaces,
                   others->spaces == 1 ? "" : "s");
    complain_text(text);
}

int run_refuse_unknown(const struct settings *settings, const struct pl_snapshot *snap)
{
    const char *advice = "";
    const char *unknown = unknown_word(settings, snap, &advice);

    return unknown && !has_hidden(snap) ? refuse_word(settings, unknown, advice) : 0;
}

static int show(void *arg, struct pl_snapshot *snap)
{
    const struct settings *settings = arg;
    struct names_hosts *hosts = settings->quiet ? NULL : find_hosts(settings, snap);
    const char *advice = "";
    const char *unknown = unknown_word(settings, snap, &advice);
    size_t count;
    int err = 0;

    if (unknown && !has_hidden(snap)) {
        names_free_hosts(hosts);
        return refuse_word(settings, unknown, advice);
    }
    (void)pl_snapshot_socks(snap, &count);
    if (!settings->quiet)
        err = print_round(settings, snap, hosts);
    names_free_hosts(hosts);
    if (err != 0) {
        complain_output(err);
        return EXIT_FAILED;
    }
    if (has_notes_left(settings))
        print_notes(snap);
    if (settings->session->others.listeners > 0 && settings->interval == 0)
        note_elsewhere(&settings->session->others);
    /* A hidden process may have that name, so it is no error. */
    if (unknown && advice[0] != '\0' && !settings->quiet && !settings->format->notes)
        complain_at("no service is called", unknown, strlen(unknown), advice, "");
    if (settings->hint && count == 0)
        hint_print(settings, settings->session->all);
    else if (settings->hint && is_windows_habit(settings))
        complain_text("-o adds timers; for process ids, add -p, or use --as windows -ano");
    if (settings->strict && is_partial(settings, snap))
        return EXIT_PARTIAL;
    if (settings->format->only)
        count = has_owners(snap) ? count : 0;
    return (settings->quiet || settings->format->only) && count == 0 ? EXIT_NOTHING : EXIT_DONE;
}

int run(struct settings *settings)
{
    struct sandbox *sandbox = settings->sandbox;
    static struct session session;
    const char *advice;
    int status;

    session = (struct session){.record = settings->record,
                               .replay = settings->replay,
                               .netns = settings->netns,
                               .interval = settings->interval,
                               .failed = EXIT_FAILED,
                               .sandbox = sandbox};

    settings_settle(settings);
    settings_add_rules(settings);
    settings->hint = is_hinting(settings);
    settings->session = &session;
    session.hint = settings->ask.filter && !settings->record && settings->interval == 0 &&
                   !settings->summary &&
                   (settings->hint || pl_filter_unknown(settings->ask.filter, NULL, &advice));
    session.elsewhere =
        settings->overview && settings->format->screen && !settings->quiet && !settings->netns;
    session.names = settings_show_hosts(settings) && !settings->quiet;
    status = session_open(&session, &settings->query);
    if (status != EXIT_DONE)
        return status;
    if (settings->interval > 0)
        repeat_begin();
    status = session_rounds(&session, &settings->query, show, settings);
    session_close(&session);
    return status;
}
