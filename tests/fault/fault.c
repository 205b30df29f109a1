/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault [-a] [-n RUNS] [-k KIND] -p PRELOAD -f json|table|text|loose|kill [-d DIR] [-r] COMMAND [ARGUMENT]...
 *
 * Makes every call of the command fail, one in each run, in every way (kinds.c), and checks the
 * output. Prints a line for each kind and a sum. Exits with 1 if an output was wrong.
 *
 *   -n  at most that many runs for each kind of call, evenly spread
 *   -k  only this kind; may be repeated
 *   -a  the command has a sanitizer, which maps memory at any time
 *   -d  a directory that the command makes: removed before each run; must exist only on success
 *   -r  a replay: exits with 2 for a bad recording
 */
#include "fault.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KINDS_MAX 32

struct options {
    const char *preload;
    const char *dir;
    const char *kinds[KINDS_MAX];
    size_t kind_count;
    enum form form;
    uint32_t runs;
    bool sanitized;
    bool replay;
    char **argv;
};

struct sum {
    uint64_t faults;
    uint64_t wrong;
};

static void usage(void)
{
    fputs(
        "usage: fault [-ar] [-n RUNS] [-k KIND]... [-d DIR] -p PRELOAD -f json|table|text|loose|kill "
        "COMMAND [ARGUMENT]...\n",
        stderr);
    exit(2);
}

static uint32_t number(const char *word)
{
    const char *problem = NULL;
    long long n = strtonum(word, 0, UINT32_MAX, &problem);

    if (problem)
        usage();
    return (uint32_t)n;
}

static enum form form_of(const char *word)
{
    static const char *const words[] = {"json", "table", "text", "loose", "kill"};

    for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0)
            return (enum form)i;
    }
    usage();
    return FORM_TEXT;
}

static struct options parse(int argc, char **argv)
{
    struct options options = {.form = FORM_TEXT};
    int letter;

    while ((letter = getopt(argc, argv, "+arn:k:d:p:f:")) != -1) {
        switch (letter) {
        case 'a':
            options.sanitized = true;
            break;
        case 'r':
            options.replay = true;
            break;
        case 'n':
            options.runs = number(optarg);
            break;
        case 'k':
            if (options.kind_count < KINDS_MAX)
                options.kinds[options.kind_count++] = optarg;
            break;
        case 'd':
            options.dir = optarg;
            break;
        case 'p':
            options.preload = optarg;
            break;
        case 'f':
            options.form = form_of(optarg);
            break;
        default:
            usage();
        }
    }
    options.argv = argv + optind;
    if (!options.preload || !options.argv[0])
        usage();
    return options;
}

static bool is_wanted(const struct options *options, const struct fault_kind *kind)
{
    bool wanted = options->kind_count == 0;

    /* Calls that the sanitizer needs. */
    if (options->sanitized &&
        (strcmp(kind->name, "map") == 0 || strcmp(kind->name, "affinity") == 0))
        return false;
    for (size_t i = 0; i < options->kind_count; i++)
        wanted |= strcmp(options->kinds[i], kind->name) == 0;
    return wanted;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* The directory exists if and only if the command succeeded. */
static const char *check_dir(const struct options *options, const struct run *run)
{
    struct stat st;
    bool there;

    if (!options->dir)
        return NULL;
    there = stat(options->dir, &st) == 0;
    /* It exists once the listing is printed. */
    if (there && strstr(run->err, "cannot write standard output"))
        return NULL;
    if (there != (WEXITSTATUS(run->status) != 4))
        return there ? "it failed and left a folder" : "it made no folder and did not fail";
    return NULL;
}

static void run_once(const struct options *options, const struct fault_kind *kind, uint32_t n,
                     int error, struct run *run)
{
    struct victims victims;

    if (options->dir)
        (void)nftw(options->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    if (options->form == FORM_KILL)
        victims_make(&victims);
    run_faulty(options->argv, kind, n, error, options->preload, run);
    if (options->form == FORM_KILL)
        victims_end(&victims, run);
}

static const char *error_name(int error)
{
    return error == FAULT_SHORT ? "short" : strerrorname_np(error);
}

static void report(const struct options *options, const struct fault_kind *kind, uint32_t n,
                   int error, const char *problem, const struct run *run)
{
    printf("WRONG: call %u of %s %s: %s (exit %d)\n   ", n, kind->name, error_name(error), problem,
           WIFEXITED(run->status) ? WEXITSTATUS(run->status) : -WTERMSIG(run->status));
    for (char **arg = options->argv; *arg; arg++)
        printf(" %s", *arg);
    printf("\n    stderr: %.2000s\n", run->err);
    if (getenv("FAULT_SHOW"))
        printf("    stdout: %s\n", run->out);
}

/*
 * An interrupted call must have no effect, if libc permits to repeat it. Resolvers and dlopen(3) do
 * not repeat all calls; then a note says that host names are missing.
 */
static bool is_seen(const struct run *whole, const struct run *run)
{
    if (run->status == whole->status && strstr(run->err, "host names"))
        return false;
    return run->status != whole->status || strcmp(run->err, whole->err) != 0;
}

static const char *judge(const struct options *options, int error, const struct run *whole,
                         const struct run *run)
{
    const char *problem = compare(options->form, whole, run, options->replay, error);

    /* Without /proc, it cannot detect leaks. */
    if (options->sanitized && strstr(run->err, "LeakSanitizer has encountered a fatal error"))
        return NULL;
    if (!problem)
        problem = check_dir(options, run);
    if (!problem && error == EINTR && is_seen(whole, run))
        problem = "a signal that broke off a call shows";
    return problem;
}

/* Runs once. Returns false if there was no nth call. */
static bool try(const struct options *options, const struct fault_kind *kind, uint32_t n, int error,
                struct run *whole, struct sum *sum)
{
    struct run run;
    const char *problem;
    bool reached;

    run_once(options, kind, n, error, &run);
    reached = run.reached;
    if (reached) {
        problem = judge(options, error, whole, &run);
        if (problem && !options->dir) {
            /* A connection may have ended since the undisturbed run: repeats that. */
            run_free(whole);
            run_once(options, kind, 0, 0, whole);
            problem = judge(options, error, whole, &run);
        }
        sum->faults++;
        if (problem) {
            sum->wrong++;
            report(options, kind, n, error, problem, &run);
        }
    }
    run_free(&run);
    return reached;
}

static void try_kind(const struct options *options, const struct fault_kind *kind, struct sum *sum)
{
    struct run whole;
    struct sum ours = {0};
    uint64_t errors = 0;
    uint64_t all;
    uint64_t step = 1;

    run_once(options, kind, 0, 0, &whole);
    if (whole.timed_out || !WIFEXITED(whole.status)) {
        printf("WRONG: undisturbed, it ends with %d: %s\n", whole.status, whole.err);
        sum->wrong++;
    }
    while (kind->errors[errors])
        errors++;
    all = whole.calls * errors;
    if (options->runs > 0 && all > options->runs)
        step = (all + options->runs - 1) / options->runs;
    /* Uses the errors in turn, so that a sample has all of them. */
    while (step > 1 && errors > 1 && step % errors == 0)
        step++;
    for (uint64_t i = 0; i < all; i += step)
        (void)try(options, kind, (uint32_t)(i / errors + 1), kind->errors[i % errors], &whole,
                  &ours);
    if (ours.faults > 0)
        printf("%-10s %5u calls %6llu faults %4llu wrong\n", kind->name, whole.calls,
               (unsigned long long)ours.faults, (unsigned long long)ours.wrong);
    sum->faults += ours.faults;
    sum->wrong += ours.wrong;
    run_free(&whole);
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    struct sum sum = {0};

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < fault_kind_count; i++) {
        if (is_wanted(&options, &fault_kinds[i]))
            try_kind(&options, &fault_kinds[i], &sum);
    }
    printf("faults %llu wrong %llu\n", (unsigned long long)sum.faults,
           (unsigned long long)sum.wrong);
    return sum.wrong > 0 || sum.faults == 0;
}
