/* SPDX-License-Identifier: BSD-2-Clause */
#include "sibling.h"

#include "complain.h"
#include "model/array.h"
#include "status.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
    const char *word, *program;
    const char *option; /* inserted before the arguments; NULL: none */
} commands[] = {
    {"watch", "portwatch", NULL},    {"events", "portwatch", "--events"},
    {"wait", "portwatch", "--wait"}, {"wire", "portwire", NULL},
    {"kill", "portkill", NULL},
};

static const struct command *find(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(commands[i].word, word) == 0)
            return &commands[i];
    }
    return NULL;
}

const char *sibling_command(unsigned int index)
{
    return index < COUNT_OF(commands) ? commands[index].word : NULL;
}

bool sibling_is_command(const char *word)
{
    return find(word) != NULL;
}

/* Finds a command of the shell in PATH. */
static bool search_path(const char *name, char found[PATH_MAX])
{
    const char *path = getenv("PATH");
    char file[PATH_MAX];

    while (path && *path != '\0') {
        int len = (int)strcspn(path, ":");
        int size = snprintf(file, sizeof(file), "%.*s/%s", len, len > 0 ? path : ".", name);

        if (size > 0 && (size_t)size < sizeof(file) && access(file, X_OK) == 0)
            return realpath(file, found) != NULL;
        path += len + (path[len] == ':');
    }
    return false;
}

/* Stores the path of this program. */
static bool find_self(const char *name, char self[PATH_MAX])
{
    /* Linux, NetBSD, FreeBSD. */
    static const char *const links[] = {"/proc/self/exe", "/proc/curproc/exe",
                                        "/proc/curproc/file"};

    for (size_t i = 0; i < COUNT_OF(links); i++) {
        ssize_t len = readlink(links[i], self, PATH_MAX - 1);

        if (len > 0) {
            self[len] = '\0';
            return self[0] == '/';
        }
    }
    return strchr(name, '/') ? realpath(name, self) != NULL : search_path(name, self);
}

bool sibling_path(const char *self, const char *program, char *path, size_t size)
{
    char found[PATH_MAX] = "";
    char *slash = find_self(self, found) ? strrchr(found, '/') : NULL;
    int len;

    if (!slash)
        return false;
    slash[1] = '\0';
    len = snprintf(path, size, "%s%s", found, program);
    return len > 0 && (size_t)len < size;
}

static int out_of_memory(void)
{
    complain_errno("cannot execute a program", NULL, ENOMEM, "");
    return EXIT_FAILED;
}

/* Executes a program of the directory that has this one. Returns the exit status of a failure. */
static int execute(const struct command *command, char **argv)
{
    char program[32];
    char option[32];
    char path[PATH_MAX + sizeof(program)];
    size_t count = 0;
    char **args;
    int err;

    if (!sibling_path(argv[0], command->program, path, sizeof(path))) {
        complain("cannot find the directory of this program; instead, run", command->program, "");
        return EXIT_USAGE;
    }
    while (argv[count])
        count++;
    args = calloc(count + 1, sizeof(*args));
    if (!args)
        return out_of_memory();
    (void)strlcpy(program, command->program, sizeof(program));
    (void)strlcpy(option, command->option ? command->option : "", sizeof(option));
    args[0] = program;
    if (command->option)
        args[1] = option;
    memcpy(args + 1 + (command->option != NULL), argv + 2, (count - 2) * sizeof(*args));
    (void)execv(path, args);
    err = errno;
    free(args);
    complain_errno(err == ENOENT ? "this command needs a program that is not installed:"
                                 : "cannot execute",
                   path, err, "");
    return EXIT_USAGE;
}

int sibling_main(char **argv, bool elevated, int *status)
{
    const struct command *command = argv[0] && argv[1] ? find(argv[1]) : NULL;

    if (!command)
        return -ENOENT;
    *status = EXIT_USAGE;
    if (elevated)
        complain("a program with more privileges than its user executes no other; instead, run",
                 command->program, "");
    else
        *status = execute(command, argv);
    return 0;
}
