/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what the rules of "portls doctor" need: counters, and the sockets some time later. */
#include "doctor.h"

#include "print.h"
#include "repeat.h"
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP "WHAT IS WRONG in portls(1)"

struct patient {
    struct settings *settings;
    struct session *session;
    struct pl_examination examination;
    bool detailed; /* the snapshot has details of TCP */
};

/* ---- findings ---- */

static char *write_text(pl_finding_write *write, const struct pl_examination *examination,
                        const struct pl_finding *finding)
{
    char buf[PL_FINDING_TEXT];

    write(examination, finding, buf);
    return strdup(buf);
}

/* Rows are selected by the filter of the command line, too. */
static char *write_filter(const struct settings *settings, const struct pl_examination *examination,
                          const struct pl_finding *finding)
{
    char *own = write_text(pl_finding_filter, examination, finding);
    const char *asked = settings->ask.expression;
    size_t size;
    char *both;

    if (!own || own[0] == '\0' || !settings->ask.filter || !asked)
        return own;
    size = strlen(own) + strlen(asked) + sizeof("(  ) and (  )");
    both = malloc(size);
    if (both)
        (void)snprintf(both, size, "( %s ) and ( %s )", asked, own);
    for (char *at = both; at && *at != '\0'; at++) {
        if (*at == PL_FILTER_BOUNDARY)
            *at = ' ';
    }
    free(own);
    return both;
}

static int make_rows(struct doctor_page *page, const struct pl_examination *examination,
                     const struct pl_findings *findings)
{
    page->rows = calloc(findings->count + 1, sizeof(*page->rows));
    if (!page->rows)
        return -ENOMEM;
    for (size_t i = 0; i < findings->count; i++) {
        struct doctor_row *row = &page->rows[page->row_count++];

        row->finding = &findings->items[i];
        row->text = write_text(pl_finding_text, examination, row->finding);
        row->evidence = write_text(pl_finding_evidence, examination, row->finding);
        row->filter = write_filter(page->settings, examination, row->finding);
        row->remedy = write_text(pl_finding_remedy, examination, row->finding);
        row->since = write_text(pl_finding_since, examination, row->finding);
        if (!row->text || !row->evidence || !row->filter || !row->remedy || !row->since)
            return -ENOMEM;
        page->counts[row->finding->severity]++;
    }
    return 0;
}

static void free_rows(struct doctor_page *page)
{
    for (size_t i = 0; i < page->row_count; i++) {
        free(page->rows[i].text);
        free(page->rows[i].evidence);
        free(page->rows[i].filter);
        free(page->rows[i].remedy);
        free(page->rows[i].since);
    }
    free(page->rows);
}

static int status_of(const struct doctor_page *page)
{
    size_t notes;

    (void)pl_snapshot_notes(page->snap, &notes);
    if (page->counts[PL_SEVERITY_WARNING] + page->counts[PL_SEVERITY_ERROR] > 0)
        return EXIT_NOTHING;
    return page->settings->strict && notes > 0 ? EXIT_PARTIAL : EXIT_DONE;
}

static int print_findings(const struct patient *patient, const struct pl_findings *findings)
{
    struct doctor_page page = {.settings = patient->settings, .snap = patient->examination.now};
    struct out out = {.fd = STDOUT_FILENO};
    int err = make_rows(&page, &patient->examination, findings);
    int status = EXIT_FAILED;

    if (err < 0)
        complain_errno("cannot judge the sockets", NULL, -err, "");
    else if (!patient->settings->quiet)
        doctor_print(&page, &out);
    if (err == 0)
        status = finish_output(&out);
    else
        out_free(&out);
    if (status == EXIT_DONE)
        status = status_of(&page);
    free_rows(&page);
    return status;
}

/* ---- snapshots ---- */

static void set_query(const struct patient *patient, struct pl_query *query)
{
    const struct settings *settings = patient->settings;

    *query = settings->query;
    ask_query(&settings->ask, query);
    query->need |= PL_DOCTOR_NEED;
    query->any_order = true;
    if (patient->detailed)
        query->need |= PL_NEED_INTERNALS;
}

static int examine(void *arg, struct pl_snapshot *snap)
{
    struct patient *patient = arg;
    struct pl_findings findings;
    int status = run_refuse_unknown(patient->settings, snap);
    int err;

    if (status != 0)
        return status;
    patient->examination.now = snap;
    if (!patient->detailed && pl_doctor_wants(&patient->examination)) {
        struct pl_query query;

        patient->detailed = true;
        set_query(patient, &query);
        return session_round(patient->session, &query, examine, patient);
    }
    err = pl_doctor_examine(&patient->examination, &findings);
    if (err < 0) {
        complain_errno("cannot judge the sockets", NULL, -err, "");
        return EXIT_FAILED;
    }
    status = print_findings(patient, &findings);
    free(findings.items);
    return status;
}

/* The first snapshot lives until the others are examined. */
static int wait_and_examine(void *arg, struct pl_snapshot *snap)
{
    struct patient *patient = arg;
    struct pl_query query;

    patient->examination.before = snap;
    repeat_wait(patient->examination.seconds);
    set_query(patient, &query);
    return session_round(patient->session, &query, examine, patient);
}

static int read_all(struct patient *patient)
{
    struct pl_query query;

    if (patient->examination.seconds == 0) {
        patient->detailed = patient->settings->record || patient->settings->replay;
        set_query(patient, &query);
        return session_round(patient->session, &query, examine, patient);
    }
    query = (struct pl_query){.protos = PL_BIT(PL_PROTO_UDP),
                              .need = PL_DOCTOR_EARLIER,
                              .way = patient->settings->query.way};
    return session_round(patient->session, &query, wait_and_examine, patient);
}

int doctor_run(struct settings *settings)
{
    static struct session session;
    bool once = settings->record || settings->replay;
    struct patient patient = {.settings = settings, .session = &session, .detailed = true};
    struct pl_query query;
    int status;

    if (once && settings->sample > 1) {
        complain("--for counts while portls runs, so with a recording it can only be 0", NULL,
                 HELP);
        return EXIT_USAGE;
    }
    patient.examination.seconds = settings->sample > 0 ? settings->sample - 1 : !once;
    patient.examination.filtered =
        settings->ask.filter || settings->query.protos != 0 || settings->query.families != 0;
    session = (struct session){.record = settings->record,
                               .replay = settings->replay,
                               .netns = settings->netns,
                               .repeated = !once,
                               .failed = EXIT_FAILED,
                               .sandbox = settings->sandbox};
    settings->session = &session;
    set_query(&patient, &query);
    status = session_open(&session, &query);
    patient.detailed = false;
    if (status == EXIT_DONE) {
        status = read_all(&patient);
        session_close(&session);
    }
    return status;
}
