/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of portls and of its personalities. Each line of the input is an argument. Runs
 * everything but the listing: options, columns, sort keys, filters, help and messages.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int portls_main(int argc, char **argv);
#define main portls_main
#include "cli/portls.c"
#undef main

#define WORDS_MAX 64

/* Replace src/cli/run.c, src/cli/doctor.c and src/as/run.c. */
int run(struct settings *settings)
{
    PROMISE(settings->format && settings->format->rows);
    PROMISE(settings->column_count <= COLUMNS_MAX && settings->key_count <= COLUMNS_MAX);
    PROMISE(settings->interval <= 86400 && settings->resolve_seconds <= 3600);
    for (size_t i = 0; i < settings->column_count; i++)
        PROMISE(settings->columns[i]);
    return 0;
}

int doctor_run(struct settings *settings)
{
    PROMISE(settings->doctor && settings->sample <= 3601);
    return 0;
}

int as_run(struct as_settings *settings)
{
    PROMISE(settings->print);
    return 0;
}

/* The output is not checked here, but by tests/live/hostile-messages. */
static void silence(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    PROMISE(null >= 0 && dup2(null, STDOUT_FILENO) >= 0);
    close(null);
    (void)signal(SIGCHLD, SIG_IGN); /* the helper for names leaves no zombie */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    static char name[] = "portls";
    char *copy = malloc(size + 1);
    char *words[WORDS_MAX + 2] = {name};
    size_t count = 1;
    char *rest = copy;
    int status;

    if (!ready)
        silence();
    ready = true;
    PROMISE(copy);
    if (size > 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    while (rest && count <= WORDS_MAX)
        words[count++] = strsep(&rest, "\n");
    status = portls_main((int)count, words);
    PROMISE(status >= 0 && status <= 255);
    free(copy);
    return 0;
}
