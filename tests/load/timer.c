/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer: measures commands against each other. Every round starts each of them once, in turn, so
 * that a slow moment of the machine hits all alike.
 *
 *     timer ROUNDS COMMAND...
 *
 * A command is one argument, split at blanks; its output goes to /dev/null. For each a line:
 * median ms, least ms, ratio to the first command (median of the ratios of the rounds), peak KiB,
 * exit status, command; separated by tabs.
 */
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

/* One run; its time, or a negative number if it could not be started. */
static double run(struct command *command)
{
    double since = now_ms();
    struct rusage usage;
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        (void)dup2(null, STDOUT_FILENO);
        (void)dup2(null, STDERR_FILENO);
        execvp(command->words[0], command->words);
        _exit(127);
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

/* Of a sorted copy. */
static double median(const double *values, int count, double *least)
{
    double sorted[ROUNDS_MAX];

    memcpy(sorted, values, (size_t)count * sizeof(*sorted));
    qsort(sorted, (size_t)count, sizeof(*sorted), compare);
    *least = sorted[0];
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

int main(int argc, char **argv)
{
    const char *problem = NULL;
    int rounds = argc > 2 ? (int)strtonum(argv[1], 1, ROUNDS_MAX, &problem) : 0;
    int count = argc - 2;

    if (rounds < 1 || problem || count > COMMANDS_MAX) {
        fprintf(stderr, "usage: timer ROUNDS COMMAND...\n");
        return 2;
    }
    for (int i = 0; i < count; i++)
        split(&commands[i], argv[i + 2]);
    for (int i = 0; i < count; i++)
        (void)run(&commands[i]); /* programs and libraries into the page cache */
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < count; i++)
            commands[i].ms[round] = run(&commands[i]);
    }
    for (int i = 0; i < count; i++) {
        double ratios[ROUNDS_MAX];
        double least, unused, middle = median(commands[i].ms, rounds, &least);

        for (int round = 0; round < rounds; round++)
            ratios[round] = commands[i].ms[round] / commands[0].ms[round];
        printf("%.3f\t%.3f\t%.2f\t%ld\t%d\t%s\n", middle, least, median(ratios, rounds, &unused),
               commands[i].peak, commands[i].status, commands[i].text);
    }
    return 0;
}
