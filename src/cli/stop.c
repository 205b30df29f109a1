/* SPDX-License-Identifier: BSD-2-Clause */
#include "stop.h"

#include <stddef.h>

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    stopped = number;
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
}

bool stop_wanted(void)
{
    return stopped != 0;
}
