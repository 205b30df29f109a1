/* SPDX-License-Identifier: BSD-2-Clause */
/* Which personality is asked for. */
#include "as.h"
#include "model/array.h"

#include "cli/complain.h"
#include "cli/session.h"
#include "cli/status.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    int (*main)(char **argv, const struct as_own *own);
} personalities[] = {{"netstat", as_netstat}, {"ss", as_ss}, {"windows", as_windows}};

static int run_personality(const char *name, char **argv, const struct as_own *own, int *status)
{
    for (size_t i = 0; i < COUNT_OF(personalities); i++) {
        if (strcmp(personalities[i].name, name) == 0) {
            *status = personalities[i].main(argv, own);
            sandbox_end(own->sandbox);
            return 0;
        }
    }
    return -ENOENT;
}

static void take_out(char **word, size_t count)
{
    do
        word[0] = word[count];
    while (*word++);
}

/* Is --no-sandbox in argv? Then not any more: the personality has its own options. */
static bool take_no_sandbox(char **argv)
{
    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        if (strcmp(*word, "--no-sandbox") == 0) {
            take_out(word, 1);
            return true;
        }
    }
    return false;
}

/* Takes --NAME VALUE or --NAME=VALUE out of argv. 1: found; 0: not; -EINVAL: without a value. */
static int take_option(char **argv, const char *name, const char **value)
{
    size_t len = strlen(name);

    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        bool alone = strcmp(*word, name) == 0;

        if (!alone && (strncmp(*word, name, len) != 0 || (*word)[len] != '='))
            continue;
        if (alone && !word[1])
            return -EINVAL;
        *value = alone ? word[1] : *word + len + 1;
        take_out(word, alone ? 2 : 1);
        return 1;
    }
    return 0;
}

int as_main(char **argv, bool elevated, int *status)
{
    struct sandbox sandbox = {.say = complain_text, .elevated = elevated};
    struct as_own own = {.sandbox = &sandbox};
    const char *name;
    const char *base;

    if (!argv[0])
        return -ENOENT;
    base = strrchr(argv[0], '/');
    base = base ? base + 1 : argv[0];
    if (strcmp(base, "windows") != 0 && run_personality(base, argv + 1, &own, status) == 0)
        return 0;
    if (take_option(argv + 1, "--as", &name) != 1)
        return -ENOENT;
    sandbox.off = take_no_sandbox(argv + 1);
    if (sandbox.off && elevated) {
        complain(SANDBOX_REFUSED, NULL, "portls --help");
        *status = EXIT_USAGE;
    } else if (take_option(argv + 1, "--replay", &own.replay) < 0) {
        complain("missing value for", "--replay", "portls --help");
        *status = EXIT_USAGE;
    } else if (run_personality(name, argv + 1, &own, status) != 0) {
        complain("--as takes netstat, ss or windows, not", name, "portls --help");
        *status = EXIT_USAGE;
    }
    return 0;
}
