/* SPDX-License-Identifier: BSD-2-Clause */
#include "stop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/select.h>
#include <time.h>

static volatile sig_atomic_t signals;
static sigset_t unblocked;

static void on_signal(int number)
{
    (void)number;
    if (signals < 2)
        signals = signals + 1;
}

void stop_catch(sigset_t *open)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;

    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct sigaction old;

        /* nohup(1) ignores it. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
            continue;
        (void)sigaction(numbers[i], &action, NULL);
        (void)sigaddset(&blocked, numbers[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &blocked, open);
    unblocked = *open;
}

bool stop_wanted(void)
{
    return signals != 0;
}

bool stop_writable(int fd)
{
    int got = -1;

    errno = EINTR;
    while (got < 0 && errno == EINTR) {
        const struct timespec wait = {signals == 1, 0};
        fd_set output;

        if (fd < 0 || fd >= FD_SETSIZE)
            return true;
        FD_ZERO(&output);
        FD_SET(fd, &output);
        got = pselect(fd + 1, NULL, &output, NULL, signals == 0 ? NULL : &wait, &unblocked);
    }
    /* After another failure, write(2) reports it. */
    return got != 0;
}
