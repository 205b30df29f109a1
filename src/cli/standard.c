/* SPDX-License-Identifier: BSD-2-Clause */
#include "standard.h"

#include "complain.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* Bytes; the deepest listing uses fewer. */
#define STACK_MIN (96U << 10)

/* With a smaller stack the program would end by a signal. */
static bool has_stack(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= STACK_MIN)
        return true;
    complain_text("the stack limit is below 96 KiB: raise it with ulimit -s 96");
    return false;
}

bool standard_hold(void)
{
    int fd;

    if (!has_stack())
        return false;

    (void)signal(SIGXFSZ, SIG_IGN);
    do {
        fd = open("/",
                  O_RDONLY |
                      O_CLOEXEC); /* always exists; a directory can be neither read nor written */
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            return false;
    }
    return true;
}
