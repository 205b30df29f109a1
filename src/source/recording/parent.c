/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens the directory in which a recording appears, one component of the path at a time. Users who
 * may write to a directory of the path must not be able to redirect root. Therefore a symbolic link
 * is followed only if no user but root and the caller can have created or replaced it.
 */
#include "recording.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 40

/* Opens a directory to pass through it, which needs no permission to list it. */
#if defined(O_PATH)
#define PASS O_PATH
#elif defined(O_SEARCH)
#define PASS O_SEARCH
#else
#define PASS O_RDONLY
#endif

struct walk {
    int dir;
    unsigned int links; /* followed so far */
};

static int enter(struct walk *walk, const char *name)
{
    int next = pl_open(walk->dir, name, PASS | O_DIRECTORY | O_NOFOLLOW);

    if (next < 0)
        return next;
    if (walk->dir >= 0)
        close(walk->dir);
    walk->dir = next;
    return 0;
}

static bool is_ours(const struct stat *st)
{
    return st->st_uid == 0 || st->st_uid == geteuid();
}

static int walk_path(struct walk *walk, const char *path, const char *end);

/* Follows name if it is a symbolic link, else returns error. */
static int follow(struct walk *walk, const char *name, int error)
{
    char target[PATH_MAX];
    struct stat link;
    struct stat dir;
    ssize_t len;
    int err = pl_stat(walk->dir, name, AT_SYMLINK_NOFOLLOW, &link);

    if (err < 0 || !S_ISLNK(link.st_mode))
        return error;
    err = pl_stat_open(walk->dir, &dir);
    if (err < 0)
        return err;
    if (!is_ours(&link) || !is_ours(&dir) || (dir.st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
        walk->links++ == LINKS_MAX)
        return -ELOOP;
    len = pl_read_link(walk->dir, name, target, sizeof(target));
    if (len >= (ssize_t)sizeof(target))
        return -ENAMETOOLONG;
    return len < 0 ? (int)len : walk_path(walk, target, target + len);
}

static int walk_path(struct walk *walk, const char *path, const char *end)
{
    int err = path < end && *path == '/' ? enter(walk, "/") : 0;

    while (err == 0 && path < end) {
        char name[NAME_MAX + 1];
        size_t len = 0;

        while (path + len < end && path[len] != '/')
            len++;
        if (len >= sizeof(name))
            return -ENAMETOOLONG;
        memcpy(name, path, len);
        name[len] = '\0';
        path += len + (path + len < end); /* past the slash */
        if (len == 0)
            continue;
        err = enter(walk, name);
        if (err < 0)
            err = follow(walk, name, err);
    }
    return err;
}

int pl_open_parent(const char *path, char name[static NAME_MAX + 1])
{
    const char *end = path + strlen(path);
    const char *last;
    struct walk walk = {.dir = AT_FDCWD};
    int err;

    while (end > path && end[-1] == '/')
        end--;
    for (last = end; last > path && last[-1] != '/'; last--)
        ;
    if (end - last > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, last, (size_t)(end - last));
    name[end - last] = '\0';
    /* rename(2) cannot replace these. */
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return -EEXIST;
    err = enter(&walk, ".");
    if (err == 0)
        err = walk_path(&walk, path, last);
    if (err == 0)
        return walk.dir;
    if (walk.dir >= 0)
        close(walk.dir);
    return err;
}
