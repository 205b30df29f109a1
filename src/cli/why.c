/* SPDX-License-Identifier: BSD-2-Clause */
#include "why.h"

#include "model/array.h"
#include "print.h"
#include "session.h"
#include "view/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW 64 /* ports among which the next free one is searched; with --count, all are */

/* ---- rows ---- */

/* Without --reuse: no flag, and SO_REUSEADDR, which servers set. The last one decides. */
static void set_flags(struct why *why)
{
    if (why->settings->reuse > 0) {
        why->flags[why->flag_count++] = (uint8_t)(why->settings->reuse - 1);
        return;
    }
    why->flags[why->flag_count++] = PL_REUSE_NONE;
    why->flags[why->flag_count++] = PL_REUSE_ADDR;
}

static uint8_t deciding(const struct why *why)
{
    return why->flags[why->flag_count - 1];
}

static char *text_for(void (*write)(const struct pl_snapshot *, const struct pl_bind *,
                                    const struct pl_cause *, char *),
                      const struct pl_snapshot *snap, const struct why_row *row)
{
    char buf[PL_CAUSE_TEXT];

    write(snap, &row->bind, &row->cause, buf);
    return strdup(buf);
}

static int add_row(struct why *why, const struct pl_snapshot *snap,
                   const struct why_question *question, const struct pl_bind *bind,
                   const struct pl_cause *cause)
{
    struct why_row *rows = realloc(why->rows, (why->row_count + 1) * sizeof(*rows));
    char buf[PL_CAUSE_TEXT];
    struct why_row *row;

    if (!rows)
        return -ENOMEM;
    why->rows = rows;
    row = &rows[why->row_count++];
    *row = (struct why_row){.question = question, .bind = *bind, .cause = *cause};
    row->address[pl_addr_print(bind->family, bind->addr, row->address)] = '\0';
    pl_cause_filter(&row->bind, &row->cause, buf);
    row->filter = strdup(buf);
    row->text = text_for(pl_cause_text, snap, row);
    row->evidence = text_for(pl_cause_evidence, snap, row);
    row->remedy = text_for(pl_cause_remedy, snap, row);
    return row->filter && row->text && row->evidence && row->remedy ? 0 : -ENOMEM;
}

/* Returns the last port that is searched. */
static unsigned int last_port(const struct why *why, unsigned int port)
{
    unsigned int last = port + (unsigned int)WINDOW - 1;

    return why->settings->free_ports > 0 || last > UINT16_MAX ? UINT16_MAX : last;
}

static bool has_cause(const struct pl_bind_answer *answer, enum pl_cause_kind kind)
{
    size_t i = 0;

    while (i < answer->count && answer->causes[i].kind != kind)
        i++;
    return i < answer->count;
}

/* Whether all questions of the operand are free with another port, and no rule has it. */
static bool is_free(const struct why *why, const struct pl_snapshot *snap, size_t operand,
                    unsigned int port)
{
    for (size_t i = 0; i < why->question_count; i++) {
        struct pl_bind bind = why->questions[i].bind;
        struct pl_bind_answer answer;

        if (why->questions[i].operand != operand)
            continue;
        bind.port = (uint16_t)port;
        bind.reuse = deciding(why);
        pl_bind_explain(snap, &bind, &answer);
        if (answer.verdict != PL_BIND_FREE || has_cause(&answer, PL_CAUSE_PUBLISHED))
            return false;
    }
    return true;
}

/* The first question of an operand also gets the next free ports, as many as are wanted. */
static int add_next(struct why *why, const struct pl_snapshot *snap,
                    const struct why_question *question, unsigned int wanted)
{
    const struct pl_cause cause = {.kind = PL_CAUSE_NEXT_FREE};
    struct pl_bind bind = question->bind;
    unsigned int last = last_port(why, bind.port);
    int err = 0;

    bind.reuse = deciding(why);
    for (unsigned int port = bind.port + 1U; port <= last && wanted > 0 && err == 0; port++) {
        if (!is_free(why, snap, question->operand, port))
            continue;
        bind.port = (uint16_t)port;
        err = add_row(why, snap, question, &bind, &cause);
        wanted--;
    }
    return err;
}

/* Binds the address, after the sockets were read, so that it is not among them. */
static int probe(const struct why *why, const struct why_question *question, size_t flags,
                 struct pl_bind_answer *answer)
{
    size_t at = (size_t)(question - why->questions) * why->flag_count + flags;
    int error = 0;
    int err = probe_ask(&why->probe, at, question->bind.ifindex, &error);

    if (err == 0)
        pl_bind_take_probe(answer, error);
    return err;
}

static int judge_question(struct why *why, const struct pl_snapshot *snap,
                          const struct why_question *question)
{
    struct pl_bind bind = question->bind;
    struct pl_bind_answer answer;
    int err = 0;

    for (size_t i = 0; i < why->flag_count && err == 0; i++) {
        bind.reuse = why->flags[i];
        pl_bind_explain(snap, &bind, &answer);
        if (why->probe.fd >= 0)
            err = probe(why, question, i, &answer);
        for (size_t n = 0; n < answer.count && err == 0; n++)
            err = add_row(why, snap, question, &bind, &answer.causes[n]);
    }
    return err;
}

int why_judge(struct why *why, const struct pl_snapshot *snap)
{
    int err = 0;

    for (size_t from = 0, to; from < why->question_count && err == 0; from = to) {
        bool next = false;

        for (to = from; to < why->question_count && err == 0 &&
                        why->questions[to].operand == why->questions[from].operand;
             to++) {
            err = judge_question(why, snap, &why->questions[to]);
            next |=
                err == 0 && why_verdict(why, &why->questions[to], deciding(why)) != PL_BIND_FREE;
        }
        if (err == 0)
            err = add_next(why, snap, &why->questions[from],
                           why->settings->free_ports > 0 ? why->settings->free_ports : next);
    }
    return err;
}

enum pl_bind_verdict why_verdict(const struct why *why, const struct why_question *question,
                                 uint8_t flags)
{
    enum pl_bind_verdict verdict = PL_BIND_FREE;

    for (size_t i = 0; i < why->row_count; i++) {
        const struct why_row *row = &why->rows[i];

        if (row->question != question || row->bind.reuse != flags)
            continue;
        if (row->cause.kind == PL_CAUSE_PROBE || row->cause.kind == PL_CAUSE_DISAGREEMENT)
            return row->cause.verdict;
        if (row->cause.verdict > verdict)
            verdict = row->cause.verdict;
    }
    return verdict;
}

void why_free(struct why *why)
{
    for (size_t i = 0; i < why->row_count; i++) {
        free(why->rows[i].text);
        free(why->rows[i].evidence);
        free(why->rows[i].remedy);
        free(why->rows[i].filter);
    }
    free(why->rows);
    free(why->questions);
    probe_end(&why->probe);
    *why = (struct why){.probe = {.fd = -1}};
}

/* ---- the query ---- */

/* Selects the sockets on the ports, and on those after each. */
static int set_filter(const struct why *why, struct ask *ask)
{
    struct sandbox *sandbox = ask->sandbox;
    int err = 0;

    ask_free(ask);
    ask->sandbox = sandbox;
    for (size_t i = 0; i < why->question_count && err == 0; i++) {
        const struct pl_bind *bind = &why->questions[i].bind;
        char ports[16];
        const char *const words[] = {
            i > 0 ? "or" : "(", "(", "proto", pl_proto_name(bind->proto), "lport", ports, ")"};

        (void)snprintf(ports, sizeof(ports), "%u-%u", bind->port, last_port(why, bind->port));
        for (size_t n = 0; n < COUNT_OF(words) && err == 0; n++)
            err = ask_word(ask, words[n]);
    }
    if (err == 0)
        err = ask_word(ask, ")");
    if (err == 0)
        return ask_parse(ask);
    complain_errno("cannot read the ports", NULL, -err, "");
    return EXIT_FAILED;
}

/* The hooks limit the flags that are read to the ports that are searched. */
static void set_query(const struct why *why, struct pl_query *query, struct pl_query_hooks *hooks)
{
    if (query->hooks)
        *hooks = *query->hooks;
    hooks->reuse_first = UINT16_MAX;
    for (size_t i = 0; i < why->question_count; i++) {
        unsigned int port = why->questions[i].bind.port;

        if (port < hooks->reuse_first)
            hooks->reuse_first = (uint16_t)port;
        if (last_port(why, port) > hooks->reuse_last)
            hooks->reuse_last = (uint16_t)last_port(why, port);
    }
    hooks->every_user = why->settings->as_user != NULL;
    query->hooks = hooks;
    query->protos = 0;
    for (size_t i = 0; i < why->question_count; i++)
        query->protos |= PL_BIT(why->questions[i].bind.proto);
    query->families = 0; /* a socket of the other family may hold the port */
    query->filter = why->settings->ask.filter;
    query->states = UINT32_MAX;
    query->need |= PL_BIND_NEED | PL_NEED_RULES;
    query->any_order = true;
}

/* ---- the answer ---- */

static int status_of(const struct why *why, const struct pl_snapshot *snap)
{
    enum pl_bind_verdict worst = PL_BIND_FREE;
    size_t notes;

    (void)pl_snapshot_notes(snap, &notes);
    for (size_t i = 0; i < why->question_count; i++) {
        enum pl_bind_verdict verdict = why_verdict(why, &why->questions[i], deciding(why));

        if (verdict > worst)
            worst = verdict;
    }
    if (worst == PL_BIND_TAKEN)
        return EXIT_NOTHING;
    if (why->settings->strict && (worst == PL_BIND_UNKNOWN || notes > 0))
        return EXIT_PARTIAL;
    return worst == PL_BIND_FREE ? EXIT_DONE : EXIT_NOTHING;
}

static int show(void *arg, struct pl_snapshot *snap)
{
    struct why *why = arg;
    const struct settings *settings = why->settings;
    struct out out = {.fd = STDOUT_FILENO};
    int status = why_find_recorded_user(why, snap);
    int err = 0;

    if (status == 0)
        status = why_find_zones(why, snap);
    if (status == 0)
        err = why_judge(why, snap);
    if (err < 0) {
        complain_errno(err == -ENOMEM ? "cannot judge the ports" : "cannot bind the ports", NULL,
                       -err, "");
        status = EXIT_FAILED;
    }
    if (status == 0 && !settings->quiet)
        why_print(why, snap, &out);
    if (status == 0)
        status = finish_output(&out);
    else
        out_free(&out);
    if (status != 0)
        return status;
    if (settings->quiet || !settings->format->notes)
        print_notes(snap);
    return status_of(why, snap);
}

/*
 * Starts the process that binds. SO_REUSEPORT is not tried: the kernel would remember the flag as long
 * as another socket has the port, and then permit what it refused before.
 */
static int start_probe(void *arg, struct pl_reader *reader)
{
    struct why *why = arg;
    size_t count = why->question_count * why->flag_count;
    struct pl_bind *binds;
    int err;

    (void)reader;
    if (!why->settings->probe)
        return 0;
    if (deciding(why) & PL_REUSE_PORT) {
        complain("--probe does not try SO_REUSEPORT: use --reuse none or --reuse addr", NULL, "");
        return EXIT_USAGE;
    }
    binds = calloc(count, sizeof(*binds));
    if (!binds) {
        complain_errno("cannot start the process that binds the ports", NULL, ENOMEM, "");
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        binds[i] = why->questions[i / why->flag_count].bind;
        binds[i].reuse = why->flags[i % why->flag_count];
    }
    err = probe_start(&why->probe, binds, count, why->user, why->settings->sandbox->off);
    free(binds);
    if (err == 0)
        return 0;
    if (err == -EPERM && why->settings->as_user)
        complain("only root may bind as another user: leave out --probe, or run as root to bind as",
                 why->settings->as_user, "--as-user in portls(1)");
    else
        complain_errno("cannot start the process that binds the ports", NULL, -err, "");
    return EXIT_FAILED;
}

int why_run(struct settings *settings)
{
    static struct session session;
    struct pl_query_hooks hooks = {0};
    struct why why = {.settings = settings,
                      .privileged = sandbox_binds_low(),
                      .user = PL_UID_UNKNOWN,
                      .probe = {.fd = -1}};
    int status = why_parse(&why);

    set_flags(&why);
    if (status == 0)
        status = why_find_user(&why);
    if (status == 0)
        status = set_filter(&why, &settings->ask);
    if (status != 0) {
        sandbox_end(settings->sandbox);
        why_free(&why);
        return status;
    }
    session = (struct session){.record = settings->record,
                               .replay = settings->replay,
                               .netns = settings->netns,
                               .opened = start_probe, /* in the network namespace */
                               .opened_arg = &why,
                               .failed = EXIT_FAILED,
                               .sandbox = settings->sandbox};
    set_query(&why, &settings->query, &hooks);
    status = session_open(&session, &settings->query);
    if (status == EXIT_DONE) {
        status = session_round(&session, &settings->query, show, &why);
        session_close(&session);
    }
    why_free(&why);
    return status;
}
