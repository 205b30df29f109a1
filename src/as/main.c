/* SPDX-License-Identifier: BSD-2-Clause */
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

/*
 * Removes --NAME from argv; with value, --NAME VALUE or --NAME=VALUE. Returns 1 if it was present,
 * 0 if not, -EINVAL if its value is missing.
 */
static int take_option(char **argv, const char *name, const char **value)
{
    size_t len = strlen(name);

    for (char **word = argv; *word && strcmp(*word, "--") != 0; word++) {
        bool whole = strcmp(*word, name) == 0;
        size_t count = whole && value ? 2 : 1;

        if (!whole && (!value || strncmp(*word, name, len) != 0 || (*word)[len] != '='))
            continue;
        if (count == 2 && !word[1])
            return -EINVAL;
        if (value)
            *value = whole ? word[1] : *word + len + 1;
        do
            word[0] = word[count];
        while (*word++);
        return 1;
    }
    return 0;
}

/* Returns the name without directories. */
static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool as_is_name(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(personalities); i++) {
        if (strcmp(personalities[i].name, base_of(name)) == 0)
            return strcmp(base_of(name), "windows") != 0;
    }
    return false;
}

int as_main(char **argv, bool elevated, int *status)
{
    struct sandbox sandbox = {.say = complain_text, .elevated = elevated};
    struct as_own own = {.sandbox = &sandbox};
    const char *name;

    if (!argv[0])
        return -ENOENT;
    if (as_is_name(argv[0]))
        return run_personality(base_of(argv[0]), argv + 1, &own, status);
    if (take_option(argv + 1, "--as", &name) != 1)
        return -ENOENT;
    sandbox.off = take_option(argv + 1, "--no-sandbox", NULL) == 1;
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
