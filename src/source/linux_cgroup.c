/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths of control groups, cgroups(7): the id of one is the inode of its directory. A hybrid
 * system has the hierarchy that sockets belong to in a folder of its own.
 */
#include "linux.h"

#include "../decode/frames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define DEPTH_MAX  32
#define GROUPS_MAX 100000
#define PATH_BYTES 4096

struct walk {
    struct pl_buffer frames;
    size_t groups;
    size_t len; /* of path */
    char path[PATH_BYTES];
};

static int add_group(struct walk *walk, int dir)
{
    struct stat st;
    uint32_t len = walk->len > 0 ? (uint32_t)walk->len : 1;
    uint64_t id;
    int err;

    if (fstat(dir, &st) < 0)
        return 0;
    id = st.st_ino;
    err = pl_buffer_add(&walk->frames, &id, sizeof(id));
    err = err ? err : pl_buffer_add(&walk->frames, &len, sizeof(len));
    return err ? err : pl_buffer_add(&walk->frames, walk->len > 0 ? walk->path : "/", len);
}

/* Takes dir over. What comes and goes meanwhile is passed by. */
static int walk_dir(struct walk *walk, int dir, unsigned int depth)
{
    size_t from = walk->len;
    struct dirent *entry;
    DIR *stream;
    int err = add_group(walk, dir);

    stream = err == 0 ? fdopendir(dir) : NULL;
    if (!stream) {
        close(dir);
        return err;
    }
    while (err == 0 && depth < DEPTH_MAX && (entry = readdir(stream))) {
        size_t len = strlen(entry->d_name);
        int child;

        if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0 || from + 1 + len > sizeof(walk->path) ||
            walk->groups >= GROUPS_MAX)
            continue;
        child =
            openat(dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child < 0)
            continue;
        walk->path[from] = '/';
        memcpy(walk->path + from + 1, entry->d_name, len);
        walk->len = from + 1 + len;
        walk->groups++;
        err = walk_dir(walk, child, depth + 1);
        walk->len = from;
    }
    closedir(stream);
    return err;
}

int pl_linux_read_cgroups(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading)
{
    static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    struct walk walk = {.len = 0};
    int err = -ENOENT;

    (void)request;
    reading->path = "walk";
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]) && err == -ENOENT; i++) {
        struct statfs fs;
        int dir = open(roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (dir < 0)
            continue;
        if (fstatfs(dir, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
            err = walk_dir(&walk, dir, 0);
        else
            close(dir);
    }
    if (err == 0)
        err = chunk(arg, walk.frames.data, walk.frames.len);
    pl_buffer_free(&walk.frames);
    return err;
}
