/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getppid(2), and kill(2) of processes that are only in tables: no signal is sent. A process that got
 * one has ended.
 */
#include "double.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int kill(pid_t pid, int sig)
{
    static pid_t last;
    struct table table;
    char what[32];

    if (sig == 0) {
        errno = pid == last ? ESRCH : 0;
        return errno != 0 ? -1 : 0;
    }
    table = double_call("kill", NULL);
    (void)snprintf(what, sizeof(what), "%d/%d", (int)pid, sig);
    double_log("kill", what, -table.error);
    free(table.bytes);
    errno = table.error;
    if (table.error != 0)
        return -1;
    last = pid;
    double_pass();
    return 0;
}

/* Above the greatest number that Linux gives to a process. */
#define PARENT 77777772

static pid_t program;

__attribute__((constructor)) static void start(void)
{
    program = getpid();
}

/* A child of the program has its real parent. */
pid_t getppid(void)
{
    const char *parent = getenv("DOUBLE_PARENT");

    if (getpid() != program)
        return (pid_t)syscall(SYS_getppid);
    return (pid_t)(parent ? double_number(parent) : PARENT);
}
