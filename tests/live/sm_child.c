/* SPDX-License-Identifier: BSD-2-Clause */
/* Other processes that hold sockets. They live as long as sockmaker. */
#include "sockmaker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define READY_LINE "READY\n"
#define KEEP_MAX   64

static int stop_pipe[2] = {-1, -1};

void sm_child_setup(void)
{
    if (pipe(stop_pipe))
        sm_die("pipe");
}

void sm_child_adopt(int stop_fd)
{
    stop_pipe[0] = stop_fd;
}

int sm_child_stop_fd(void)
{
    return stop_pipe[0];
}

void sm_child_hold(void)
{
    char byte;

    fputs(READY_LINE, stdout);
    fflush(stdout);
    close(STDOUT_FILENO);
    while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

static int compare_fds(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Closes every descriptor but stdout, stderr, the stop pipe's reading end and fds. */
static void keep_only(const int *fds, size_t count)
{
    int keep[KEEP_MAX + 3] = {STDOUT_FILENO, STDERR_FILENO, stop_pipe[0]};
    unsigned from = 0;

    if (count > 0)
        memcpy(keep + 3, fds, count * sizeof(*fds));
    qsort(keep, count + 3, sizeof(*keep), compare_fds);
    for (size_t i = 0; i < count + 3; i++) {
        if ((unsigned)keep[i] > from)
            close_range(from, (unsigned)keep[i] - 1, 0);
        from = (unsigned)keep[i] + 1;
    }
    close_range(from, ~0U, 0);
}

/* Copies the rows of the child to standard output until it is ready. */
static void take_rows(int from, pid_t child)
{
    FILE *rows = fdopen(from, "r");
    char line[2048];

    if (!rows)
        sm_die("fdopen");
    while (fgets(line, sizeof(line), rows)) {
        if (strcmp(line, READY_LINE) == 0) {
            fclose(rows);
            return;
        }
        fputs(line, stdout);
    }
    errno = ECHILD;
    sm_die("child %d ended before it was ready", (int)child);
}

pid_t sm_child_start(sm_child_body *body, const int *fds, size_t count)
{
    int rows[2];
    pid_t child;

    if (count > KEEP_MAX || pipe(rows))
        sm_die("pipe for a child");
    fflush(stdout);
    child = fork();
    if (child < 0)
        sm_die("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (dup2(rows[1], STDOUT_FILENO) < 0)
            sm_die("dup2");
        keep_only(fds, count);
        body(fds, count);
        sm_child_hold();
    }
    close(rows[1]);
    take_rows(rows[0], child);
    return child;
}
