/* SPDX-License-Identifier: BSD-2-Clause */
/* portwatch --wait: waits for a port, by reading the tables of the kernel. */
#include "watch.h"

#include "cli/clock.h"
#include "cli/print.h"
#include "cli/session.h"
#include "launch.h"
#include "ports.h"
#include "taken.h"
#include "wake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Milliseconds between two readings. */
#define POLL_MS 20
/* Between readings of the owners of sockets that did not match the filter. */
#define OWNERS_MS 250
/* A timer of the kernel may end early, and reports may be lost. */
#define LONG_MS 1000

/* Exit status of timeout(1). */
#define TIMED_OUT 124

struct waiting {
    struct watch_settings *settings;
    struct session session;
    struct ports ports;
    struct wake wake;
    struct ask ask;        /* the sockets on these ports */
    struct pl_query look;  /* reads them, without owners */
    struct pl_query whole; /* reads them with what is printed or compared by the filter */
    bool owners;           /* a socket is there that does not match the filter yet */
    bool narrowed;         /* the user gave a filter */
    uint64_t *before;      /* ids of sockets that listened at first; NULL: not --changed */
    size_t before_count;
    uint64_t deadline; /* of clock_now(); UINT64_MAX: none */
    struct taken taken;
    uint64_t seen;              /* digest of the sockets at the last reading of whole */
    uint64_t next_whole;        /* time before which these need not be read again */
    const struct target *unmet; /* the last operand that was not as requested */
    bool met;
    bool noted; /* hidden owners were reported */
    bool late;  /* the time limit was reached */
};

/* Identifies a socket as long as it exists. */
static uint64_t id_of(const struct pl_sock *sock)
{
    return sock->have & PL_HAVE_COOKIE ? sock->cookie : sock->key;
}

static bool is_old(const struct waiting *wait, const struct pl_sock *sock)
{
    for (size_t i = 0; i < wait->before_count; i++) {
        if (wait->before[i] == id_of(sock))
            return true;
    }
    return false;
}

/* Whether a port is as requested. */
static bool is_met(const struct waiting *wait, const struct port *port,
                   const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (pl_filter_match(port->filter, snap, &socks[i]) && !is_old(wait, &socks[i]))
            return !wait->settings->free;
    }
    return wait->settings->free;
}

/* Whether each operand has a port that is as requested. Stores the first that has none. */
static bool is_all_met(struct waiting *wait, const struct pl_snapshot *snap)
{
    for (size_t i = 0; i < wait->ports.count; i++) {
        const struct target *target = &wait->ports.targets[i];
        bool met = false;

        for (size_t n = 0; n < target->count && !met; n++)
            met = is_met(wait, &target->ports[n], snap);
        wait->unmet = target;
        if (!met)
            return false;
    }
    return true;
}

/* ---- what was read ---- */

static int print(struct waiting *wait, const struct pl_snapshot *snap)
{
    const struct settings *list = &wait->settings->list;
    /* The output of the command follows. */
    struct out out = {.fd = wait->settings->command ? STDERR_FILENO : STDOUT_FILENO};
    int err = 0;

    if (!wait->settings->free || list->format->data)
        err = -print_listing(list, snap, NULL, &out);
    if (err == 0)
        err = out_flush(&out);
    out_free(&out);
    if (err != 0) {
        complain_output(err);
        return EXIT_FAILED;
    }
    if (!list->format->notes)
        print_notes(snap);
    return EXIT_DONE;
}

/* Whether the filter might match sockets whose owners are hidden. */
static bool is_unsure(const struct pl_snapshot *snap)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    for (size_t i = 0; i < count; i++) {
        if (notes[i].left_out > 0)
            return true;
    }
    return false;
}

/* Of the whole query. A port is not free while its holder is unknown. */
static int show(void *arg, struct pl_snapshot *snap)
{
    struct waiting *wait = arg;
    bool unsure = is_unsure(snap);

    wait->met = is_all_met(wait, snap) && !(unsure && wait->settings->free);
    if (wait->settings->list.quiet)
        return EXIT_DONE;
    if (unsure && !wait->met && !wait->noted && !wait->late)
        print_notes(snap);
    wait->noted |= unsure;
    if (wait->met || wait->late)
        return print(wait, snap);
    if (wait->settings->free)
        taken_tell(&wait->taken, wait->unmet, snap);
    return EXIT_DONE;
}

static uint64_t digest(const struct pl_snapshot *snap)
{
    uint64_t sum = 1;
    size_t count;
    const struct pl_sock *socks = pl_snapshot_socks(snap, &count);

    for (size_t i = 0; i < count; i++)
        sum = (sum * 31 + id_of(&socks[i])) * 31 + socks[i].state;
    return sum;
}

/* Whether the whole query has to be read: it has owners, so that it takes longer. */
static bool is_whole_due(struct waiting *wait, const struct pl_snapshot *snap, bool met)
{
    bool quiet = wait->settings->list.quiet;
    uint64_t sum = digest(snap);
    uint64_t time = clock_now();

    if (!wait->narrowed)
        return met ? !quiet : wait->settings->free && !quiet && sum != wait->seen;
    if (met == wait->settings->free)
        return met && !quiet;
    if (sum == wait->seen && time < wait->next_whole)
        return false;
    wait->next_whole = time + (uint64_t)OWNERS_MS * CLOCK_MS;
    return true;
}

/* Reads the sockets once. Sets wait->met, and *left as taken_left(). */
static int look(struct waiting *wait, uint64_t *left)
{
    struct pl_snapshot *snap;
    bool met;
    bool due;

    /* On failure, the other query reports why. */
    if (pl_snapshot_take(wait->session.reader, &wait->look, &snap) < 0)
        return session_round(&wait->session, &wait->whole, show, wait);
    met = is_all_met(wait, snap);
    due = is_whole_due(wait, snap, met);
    wait->seen = digest(snap);
    *left = taken_left(snap);
    wait->owners = met && wait->narrowed;
    pl_snapshot_free(snap);
    if (due)
        return session_round(&wait->session, &wait->whole, show, wait);
    wait->met = met && (!wait->narrowed || wait->settings->free);
    return EXIT_DONE;
}

/* ---- before the first reading ---- */

static int put_words(struct ask *ask, const char *const *words, size_t count)
{
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++)
        err = ask_word(ask, words[i]);
    return err;
}

/* Parses the words of the user alone, for the positions in messages, and checks bare words. */
static int check_filter(const struct waiting *wait, const char *const *words, size_t count)
{
    struct ask ask = {.sandbox = wait->settings->list.sandbox};
    int status = put_words(&ask, words, count) == 0 ? ask_parse(&ask) : EXIT_FAILED;

    if (status == 0)
        status = known_check(ask.filter);
    ask_free(&ask);
    return status;
}

/* Parses the ports and the filter that follows them. */
static int parse(struct waiting *wait)
{
    struct watch_settings *settings = wait->settings;
    struct ask *whole = &settings->list.ask;
    const char *const *rest;
    size_t taken;
    size_t count;
    int status = ports_parse(&wait->ports, settings->words, settings->word_count, &taken);
    int err;

    if (status != 0)
        return status;
    wait->unmet = wait->ports.targets;
    rest = settings->words + taken;
    count = settings->word_count - taken;
    wait->narrowed = count > 0;
    if (wait->narrowed)
        status = check_filter(wait, rest, count);
    if (status != 0)
        return status;
    err = ports_filter(&wait->ports, &wait->ask);
    if (err == 0)
        err = ports_filter(&wait->ports, whole);
    if (err == 0 && wait->narrowed) {
        err = ask_word(whole, "(");
        if (err == 0)
            err = put_words(whole, rest, count);
        if (err == 0)
            err = ask_word(whole, ")");
    }
    if (err < 0) {
        complain_errno("cannot parse the filter", NULL, -err, "");
        return EXIT_FAILED;
    }
    status = ask_parse(&wait->ask);
    return status == 0 ? ask_parse(whole) : status;
}

static int open_wake(void *arg, struct pl_reader *reader)
{
    struct waiting *wait = arg;
    bool udp = (wait->look.protos & PL_BIT(PL_PROTO_UDP)) != 0;

    const struct event_options *event = &wait->settings->event;
    int err;

    wait->wake.ports = &wait->ports;
    /* A test does not wait. */
    if (wait->settings->limited && wait->settings->timeout_ns == 0)
        return EXIT_DONE;
    err = wake_open(&wait->wake, reader, event->way, event->forced, udp);
    if (err == 0 && pl_reports_way(wait->wake.reports) == PL_REPORT_BPF)
        sandbox_hold_files();
    return err < 0 && event->forced ? way_refuse(event->way, -err) : EXIT_DONE;
}

static int open_session(struct waiting *wait)
{
    struct settings *list = &wait->settings->list;

    list->listening = !wait->settings->free;
    list->all = wait->settings->free;
    settings_settle(list);
    wait->whole = list->query;
    wait->look = (struct pl_query){.protos = list->query.protos,
                                   .states = list->query.states,
                                   .need = wait->settings->free ? PL_NEED_TIMERS : 0,
                                   .filter = wait->ask.filter,
                                   .any_order = true};
    wait->whole.need |= wait->look.need;
    if (list->quiet)
        wait->whole.need =
            wait->look.need | (wait->narrowed ? pl_filter_need(list->ask.filter) : 0);
    wait->session = (struct session){.failed = EXIT_FAILED,
                                     .netns = list->netns,
                                     .sandbox = list->sandbox,
                                     .repeated = true,
                                     .opened = open_wake,
                                     .opened_arg = wait};
    return session_open(&wait->session, &wait->whole);
}

/* Excludes the sockets that listened at first from the whole query. */
static int exclude_old(struct waiting *wait)
{
    struct ask *ask = &wait->settings->list.ask;
    struct ask fresh = {.sandbox = ask->sandbox};
    char cookie[24];
    int err = ask_word(&fresh, ask->expression);
    int status;

    for (size_t i = 0; i < wait->before_count && err == 0; i++) {
        (void)snprintf(cookie, sizeof(cookie), "%llu", (unsigned long long)wait->before[i]);
        err = put_words(&fresh, (const char *const[]){"cookie", "!=", cookie}, 3);
    }
    status = err == 0 ? ask_parse(&fresh) : EXIT_FAILED;
    if (status == EXIT_DONE) {
        ask_free(ask);
        *ask = fresh;
        wait->whole.filter = ask->filter;
    } else {
        ask_free(&fresh);
    }
    return status;
}

/* Stores which sockets listen now. */
static int remember(struct waiting *wait)
{
    bool cookies = true;
    struct pl_snapshot *snap;
    const struct pl_sock *socks;
    size_t count;

    if (pl_snapshot_take(wait->session.reader, &wait->look, &snap) < 0)
        return session_round(&wait->session, &wait->whole, show, wait);
    socks = pl_snapshot_socks(snap, &count);
    wait->before = calloc(count + 1, sizeof(*wait->before));
    for (size_t i = 0; i < count && wait->before; i++) {
        wait->before[wait->before_count++] = id_of(&socks[i]);
        cookies &= (socks[i].have & PL_HAVE_COOKIE) != 0;
    }
    pl_snapshot_free(snap);
    if (wait->before)
        return cookies ? exclude_old(wait) : EXIT_DONE;
    complain_errno("cannot wait", NULL, ENOMEM, "");
    return EXIT_FAILED;
}

/* ---- the wait ---- */

/* Sleeps. left: as taken_left(). Returns false if the process that executes the command has ended. */
static bool sleep_on(struct waiting *wait, int go, uint64_t left)
{
    uint64_t time = clock_now();
    uint64_t ms = POLL_MS;

    if (left > 0)
        ms = left < LONG_MS ? left : LONG_MS;
    else if (!wait->settings->free && !wait->owners && wake_reports_listeners(&wait->wake))
        ms = LONG_MS;
    if (time < wait->deadline && wait->deadline - time < ms * CLOCK_MS)
        ms = (wait->deadline - time + CLOCK_MS - 1) / CLOCK_MS;
    return wake_sleep(&wait->wake, go, ms);
}

/* A format for programs has a document of what was found. */
static int time_out(struct waiting *wait)
{
    const struct watch_settings *settings = wait->settings;
    const struct settings *list = &settings->list;

    if (list->format->data && !list->quiet) {
        int status;

        wait->late = true;
        status = session_round(&wait->session, &wait->whole, show, wait);
        if (status != EXIT_DONE || wait->met)
            return status;
    }
    if (!settings->list.quiet && !settings->free) {
        const char *words = settings->changed ? "no other socket listens on port"
                            : wait->narrowed  ? "no matching socket listens on port"
                                              : "nothing listens on port";

        complain(words, wait->unmet->text, "");
    }
    return settings->command ? TIMED_OUT : EXIT_NOTHING;
}

static void describe(const struct waiting *wait)
{
    char how[200];
    char text[256];

    wake_describe(&wait->wake, how, sizeof(how));
    (void)snprintf(text, sizeof(text), "waiting: changes are %s", how);
    complain_text(text);
}

/* Reads until the condition is true. */
static int loop(struct waiting *wait, int go)
{
    bool debugged = false;
    uint64_t left = 0;
    int status = wait->settings->changed ? remember(wait) : EXIT_DONE;

    for (;;) {
        if (status == EXIT_DONE)
            status = look(wait, &left);
        if (status == EXIT_DONE && wait->met && debugged && wait->settings->list.debug)
            complain_text(wait->wake.reported ? "the kernel reported a change of a port"
                                              : "the change was found by polling");
        if (status != EXIT_DONE || wait->met)
            return status;
        if (clock_now() >= wait->deadline)
            return time_out(wait);
        if (wait->settings->list.debug && !debugged)
            describe(wait);
        debugged = true;
        if (!sleep_on(wait, go, left))
            return EXIT_FAILED;
    }
}

int wait_run(struct watch_settings *settings, int go)
{
    static struct waiting wait;
    int status;

    wait.settings = settings;
    wait.ports =
        (struct ports){.proto = settings->udp ? "udp" : "tcp", .sandbox = settings->list.sandbox};
    wait.deadline = settings->limited ? clock_now() + settings->timeout_ns : UINT64_MAX;
    status = parse(&wait);
    if (status == EXIT_DONE) {
        status = open_session(&wait);
        if (status == EXIT_DONE)
            status = loop(&wait, go);
        wake_close(&wait.wake);
        session_close(&wait.session);
    }
    if (status == EXIT_DONE && go >= 0 && launch_go(go) < 0)
        status = EXIT_FAILED;
    ports_free(&wait.ports);
    ask_free(&wait.ask);
    free(wait.before);
    return status;
}
