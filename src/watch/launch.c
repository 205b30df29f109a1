/* SPDX-License-Identifier: BSD-2-Clause */
#include "launch.h"

#include "cli/complain.h"
#include "cli/status.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit statuses as those of env(1), timeout(1) and shells. */
enum { CANNOT_EXECUTE = 126, NOT_FOUND = 127, BY_SIGNAL = 128 };

/* standard_hold() ignores this signal. */
static struct sigaction file_too_large;

void launch_remember(void)
{
    (void)sigaction(SIGXFSZ, NULL, &file_too_large);
}

/* Returns the exit status of the child. */
static int reap(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return EXIT_FAILED;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
}

/* Returns whether the order arrived before the pipe was closed. */
static bool is_ordered(int from)
{
    char byte;
    ssize_t len;

    do
        len = read(from, &byte, 1);
    while (len < 0 && errno == EINTR);
    return len == 1;
}

static _Noreturn void launch(char **command, pid_t child, int from)
{
    bool ordered = is_ordered(from);
    int status = reap(child);

    if (!ordered)
        _exit(status);
    (void)sigaction(SIGXFSZ, &file_too_large, NULL);
    (void)execvp(command[0], command);
    status = errno == ENOENT ? NOT_FOUND : CANNOT_EXECUTE;
    complain_errno("cannot execute", command[0], errno, "");
    _exit(status);
}

int launch_start(char **command)
{
    int ends[2];
    pid_t child;

    if (pipe(ends) != 0)
        return -errno;
    child = fork();
    if (child < 0)
        return -errno;
    (void)close(ends[child == 0 ? 0 : 1]);
    (void)fcntl(ends[child == 0 ? 1 : 0], F_SETFD, FD_CLOEXEC);
    if (child > 0)
        launch(command, child, ends[0]);
    return ends[1];
}

int launch_go(int go)
{
    ssize_t len;

    do
        len = write(go, "", 1);
    while (len < 0 && errno == EINTR);
    return len == 1 ? 0 : -errno;
}
