/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * landlock DIR[:DIR]... COMMAND [ARGUMENT]...: runs a command that may read and execute files below
 * those directories only, by landlock(7). Exits with 77 if the kernel lacks it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RIGHTS                                                                       \
    ((unsigned long long)LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
     LANDLOCK_ACCESS_FS_READ_DIR)

/* Ignores a directory that does not exist. */
static int allow(int rules, const char *folder)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = RIGHTS};
    int got;

    beneath.parent_fd = open(folder, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0)
        return errno == ENOENT ? 0 : -1;
    got = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
    return got;
}

int main(int argc, char **argv)
{
    const struct landlock_ruleset_attr handled = {.handled_access_fs = RIGHTS};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);

    if (argc < 3)
        return 2;
    if (rules < 0) {
        perror("landlock");
        return 77;
    }
    for (char *folder = argv[1]; folder;) {
        char *end = strchr(folder, ':');

        if (end)
            *end++ = '\0';
        if (allow(rules, folder) != 0) {
            perror(folder);
            return 1;
        }
        folder = end;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_landlock_restrict_self, rules, 0) != 0) {
        perror("landlock");
        return 77;
    }
    execv(argv[2], argv + 2);
    perror(argv[2]);
    return 127;
}
