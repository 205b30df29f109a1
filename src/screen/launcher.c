/* SPDX-License-Identifier: BSD-2-Clause */
#include "launcher.h"

#include "model/array.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BY_SIGNAL = 128 };

/* Signals of the terminal: they are for portkill, not for the processes that wait for it. */
static const int typed[] = {SIGINT, SIGQUIT, SIGTSTP};

static void set_typed(void (*handler)(int number))
{
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)signal(typed[i], handler);
}

/* Reads or writes a whole record. Returns whether that succeeded. */
static bool read_all(int from, void *record, size_t size)
{
    char *at = record;

    while (size > 0) {
        ssize_t len = read(from, at, size);

        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            return false;
        at += len;
        size -= (size_t)len;
    }
    return true;
}

static bool write_all(int to, const void *record, size_t size)
{
    ssize_t len;

    /* Records are smaller than PIPE_BUF: they are written as a whole. */
    do
        len = write(to, record, size);
    while (len < 0 && errno == EINTR);
    return len == (ssize_t)size;
}

/* ---- the launcher ---- */

static _Noreturn void execute(const char *path, const struct launch_order *order)
{
    char program[] = "portkill";
    char option[] = "--close";
    char field[] = "cookie";
    char number[24];
    char *args[5] = {program};
    size_t count = 1;

    (void)snprintf(number, sizeof(number), "%llu", (unsigned long long)order->cookie);
    if (order->close)
        args[count++] = option;
    args[count++] = field;
    args[count++] = number;
    args[count] = NULL;
    set_typed(SIG_DFL);
    (void)execv(path, args);
    _exit(LAUNCH_FAILED);
}

/* Returns the exit status of portkill. */
static int run(const char *path, const struct launch_order *order)
{
    pid_t child = fork();
    int status;

    if (child < 0)
        return LAUNCH_FAILED;
    if (child == 0)
        execute(path, order);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return LAUNCH_FAILED;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
}

static _Noreturn void serve(const char *path, int from, int to)
{
    struct launch_order order;

    set_typed(SIG_IGN);
    while (read_all(from, &order, sizeof(order))) {
        int status = run(path, &order);

        if (!write_all(to, &status, sizeof(status)))
            break;
    }
    _exit(0);
}

/* ---- the screen ---- */

static void close_pair(const int pair[2])
{
    (void)close(pair[0]);
    (void)close(pair[1]);
}

void launcher_start(struct launcher *launcher, const char *path)
{
    int orders[2];
    int replies[2];
    pid_t pid;

    if (access(path, X_OK) != 0 || pipe(orders) != 0) {
        launcher->error = errno;
        return;
    }
    if (pipe(replies) != 0) {
        launcher->error = errno;
        close_pair(orders);
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(orders[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(replies[i], F_SETFD, FD_CLOEXEC);
    }
    pid = fork();
    if (pid < 0) {
        launcher->error = errno;
        close_pair(orders);
        close_pair(replies);
        return;
    }
    (void)close(orders[pid == 0]);
    (void)close(replies[pid != 0]);
    if (pid == 0)
        serve(path, orders[0], replies[1]);
    *launcher = (struct launcher){.to = orders[1], .from = replies[0], .pid = (int)pid};
}

int launcher_run(struct launcher *launcher, const struct launch_order *order)
{
    struct sigaction before[COUNT_OF(typed)];
    int status = -EPIPE;

    /* A signal that is ignored is not pending afterwards. */
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)sigaction(typed[i], NULL, &before[i]);
    set_typed(SIG_IGN);
    if (!write_all(launcher->to, order, sizeof(*order)) ||
        !read_all(launcher->from, &status, sizeof(status)))
        status = -EPIPE;
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)sigaction(typed[i], &before[i], NULL);
    return status;
}

void launcher_end(struct launcher *launcher)
{
    if (launcher->pid == 0)
        return;
    (void)close(launcher->to);
    (void)close(launcher->from);
    launcher->pid = 0;
}
