/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer: compares the times of commands. Each round runs each of them once, so that a slow moment of
 * the machine affects all.
 *
 *     timer ROUNDS SECONDS COMMAND...
 *
 * A command is one argument, split at blanks. A first run counts its lines and fills the page cache.
 * Then it runs once in each round, with output to /dev/null, while its runs take no more than SECONDS
 * in all. If that leaves no run, the first one counts. Prints a line for each command: median ms,
 * least ms, ratio to the first command (median of the rounds), peak KiB, exit status, rounds, lines,
 * command; separated by tabs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define ROUNDS_MAX   1000
#define WORDS_MAX    64

struct command {
    const char *text;
    char *words[WORDS_MAX];
    double ms[ROUNDS_MAX];
    double ratios[ROUNDS_MAX]; /* of the same rounds */
    int rounds;
    double first; /* ms of the run before the rounds */
    double spent; /* ms of all the others */
    long lines;
    long peak; /* KiB */
    int status;
};

static struct command commands[COMMANDS_MAX];

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void split(struct command *command, const char *text)
{
    size_t count = 0;
    char *next = strdup(text);

    command->text = text;
    while (next && count < WORDS_MAX - 1) {
        char *word = next + strspn(next, " ");

        if (*word == '\0')
            break;
        next = strchr(word, ' ');
        if (next)
            *next++ = '\0';
        command->words[count++] = word;
    }
}

/* Reads the pipe until its end. */
static long count_lines(int fd)
{
    static char bytes[65536];
    long lines = 0;

    for (;;) {
        ssize_t got = read(fd, bytes, sizeof(bytes));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return lines;
        for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + got - at))); at++)
            lines++;
    }
}

static _Noreturn void start(const struct command *command, int out)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)dup2(null, STDIN_FILENO);
    (void)dup2(out < 0 ? null : out, STDOUT_FILENO);
    (void)dup2(null, STDERR_FILENO);
    execvp(command->words[0], command->words);
    _exit(127);
}

/* Runs once. Returns the time in ms, or a negative number if it could not start. */
static double run(struct command *command, int counting)
{
    int ends[2] = {-1, -1};
    struct rusage usage;
    int status = -1;
    double since;
    pid_t pid;

    if (counting && pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    since = now_ms();
    pid = fork();
    if (pid == 0)
        start(command, ends[1]);
    if (counting) {
        close(ends[1]);
        command->lines = count_lines(ends[0]);
        close(ends[0]);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
        return -1;
    command->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (usage.ru_maxrss > command->peak)
        command->peak = usage.ru_maxrss;
    return now_ms() - since;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts a copy. */
static double median(const double *values, int count, double *least)
{
    double sorted[ROUNDS_MAX];

    memcpy(sorted, values, (size_t)count * sizeof(*sorted));
    qsort(sorted, (size_t)count, sizeof(*sorted), compare);
    *least = sorted[0];
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static void add(struct command *command, double ms, double first_ms)
{
    command->ms[command->rounds] = ms;
    command->ratios[command->rounds++] = ms / first_ms;
}

/* The first command runs in every round, since the others are compared with it. */
static void measure(int count, int rounds, double limit)
{
    for (int i = 0; i < count; i++)
        commands[i].first = run(&commands[i], 1);
    for (int round = 0; round < rounds; round++) {
        double first_ms = 1;

        for (int i = 0; i < count; i++) {
            struct command *command = &commands[i];
            double ms;

            if (i > 0 && command->spent + command->first > limit)
                continue;
            ms = run(command, 0);
            command->spent += ms;
            if (i == 0)
                first_ms = ms;
            add(command, ms, first_ms);
        }
    }
}

static void print(struct command *command, const struct command *first)
{
    double least, unused, middle;

    if (command->rounds == 0)
        add(command, command->first, median(first->ms, first->rounds, &unused));
    middle = median(command->ms, command->rounds, &least);
    printf("%.3f\t%.3f\t%.2f\t%ld\t%d\t%d\t%ld\t%s\n", middle, least,
           median(command->ratios, command->rounds, &unused), command->peak, command->status,
           command->rounds, command->lines, command->text);
}

int main(int argc, char **argv)
{
    const char *problem = NULL;
    const char *too_long = NULL;
    int rounds = argc > 3 ? (int)strtonum(argv[1], 1, ROUNDS_MAX, &problem) : 0;
    double limit = argc > 3 ? (double)strtonum(argv[2], 1, 100000, &too_long) * 1e3 : 0;
    int count = argc - 3;

    if (rounds < 1 || problem || too_long || count > COMMANDS_MAX) {
        fprintf(stderr, "usage: timer ROUNDS SECONDS COMMAND...\n");
        return 2;
    }
    for (int i = 0; i < count; i++)
        split(&commands[i], argv[i + 3]);
    measure(count, rounds, limit);
    for (int i = 0; i < count; i++)
        print(&commands[i], &commands[0]);
    return 0;
}
