/* SPDX-License-Identifier: BSD-2-Clause */
#include "signals.h"

#include "model/array.h"
#include "model/near.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Those of POSIX, and others that the system has. */
static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP},     {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},
    {"KILL", SIGKILL},     {"USR1", SIGUSR1}, {"SEGV", SIGSEGV}, {"USR2", SIGUSR2},
    {"PIPE", SIGPIPE},     {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CHLD", SIGCHLD},
    {"CONT", SIGCONT},     {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
    {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"SYS", SIGSYS},
#ifdef SIGWINCH
    {"WINCH", SIGWINCH},
#endif
#ifdef SIGIO
    {"IO", SIGIO},
#endif
#ifdef SIGPWR
    {"PWR", SIGPWR},
#endif
#ifdef SIGSTKFLT
    {"STKFLT", SIGSTKFLT},
#endif
#ifdef SIGINFO
    {"INFO", SIGINFO},
#endif
};

#define SIGNAL_MAX 64

int signals_parse(const char *word, char *advice, size_t size)
{
    const char *name = strncasecmp(word, "SIG", 3) == 0 ? word + 3 : word;
    const char *problem = NULL;
    struct pl_near near;
    int number = (int)strtonum(word, 0, SIGNAL_MAX, &problem);

    advice[0] = '\0';
    if (!problem && word[0] >= '0' && word[0] <= '9')
        return number;
    pl_near_start(&near, name, strlen(name), 2);
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        if (strcasecmp(signals[i].name, name) == 0)
            return signals[i].number;
        pl_near_add(&near, signals[i].name);
    }
    pl_near_print(&near, "", advice, size);
    return -1;
}

void signals_name(int number, char *buf, size_t size)
{
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        if (signals[i].number == number) {
            (void)strlcpy(buf, signals[i].name, size);
            return;
        }
    }
    (void)snprintf(buf, size, "%d", number);
}

/* systemd.service(5), SuccessExitStatus= */
bool signals_is_clean(int number)
{
    return number == SIGHUP || number == SIGINT || number == SIGTERM || number == SIGPIPE;
}

bool signals_ends(int number)
{
    return number == SIGTERM || number == SIGKILL || number == SIGINT || number == SIGQUIT ||
           number == SIGABRT;
}
