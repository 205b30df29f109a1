/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the output of a run with the undisturbed one. */
#include "fault.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

enum { STATUS_LISTED, STATUS_NOTHING, STATUS_USAGE, STATUS_PARTIAL, STATUS_FAILED };

/* A failure must print a reason. */
static const char *check_failure(int status, const struct run *run, bool replay)
{
    if (status != STATUS_FAILED && !(replay && status == STATUS_USAGE))
        return "an exit status that is not documented";
    if (run->err_len == 0)
        return "it failed without a word";
    return NULL;
}

static const char *check_words(const struct run *run)
{
    if (strstr(run->err, "Sanitizer") || strstr(run->err, "runtime error"))
        return "a sanitizer complains";
    if (run->err_len > 0 && run->err[run->err_len - 1] != '\n')
        return "standard error ends within a line";
    return NULL;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* Unknown is never shown as zero. */
static const char *compare_zeros(const char *whole, const char *run)
{
    for (;;) {
        size_t a;
        size_t b;

        whole += strspn(whole, " \n");
        run += strspn(run, " \n");
        a = strcspn(whole, " \n");
        b = strcspn(run, " \n");
        if (a == 0 || b == 0)
            return NULL;
        if (b == 1 && *run == '0' && !(a == 1 && *whole == '0'))
            return "a zero that was none";
        whole += a;
        run += b;
    }
}

static const char *compare_text(enum form form, const struct run *whole, const struct run *run,
                                int error, struct lack *lack)
{
    bool as_many = count_lines(whole->out) == count_lines(run->out);

    /* Another owner may be hidden. */
    if (form == FORM_TEXT && error != EACCES && error != EPERM)
        lack->rows = strcmp(whole->out, run->out) != 0;
    else
        lack->rows = !as_many;
    return form == FORM_LOOSE && as_many ? compare_zeros(whole->out, run->out) : NULL;
}

const char *compare(enum form form, const struct run *whole, const struct run *run, bool replay,
                    int error)
{
    struct lack lack = {false, false};
    bool noted = false;
    const char *problem = check_words(run);
    int status = WEXITSTATUS(run->status);

    if (run->timed_out)
        return "it hangs";
    if (WIFSIGNALED(run->status))
        return "a signal ended it";
    if (problem)
        return problem;
    if (form == FORM_KILL)
        return compare_kill(whole, run);
    if (status != WEXITSTATUS(whole->status) && status != STATUS_PARTIAL)
        return check_failure(status, run, replay);
    if (form == FORM_JSON)
        problem = compare_json(whole->out, run->out, &lack, &noted);
    else if (form == FORM_TABLE)
        problem = compare_table(whole->out, run->out, &lack);
    else
        problem = compare_text(form, whole, run, error, &lack);
    noted |= strcmp(whole->err, run->err) != 0;
    if (error == EACCES || error == EPERM)
        lack.owners = false;
    if (!problem && (lack.rows || lack.owners) && !noted && error != ENOENT)
        problem = "something is missing, and no note says so";
    return problem;
}
