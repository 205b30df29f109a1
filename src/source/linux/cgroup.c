/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths of control groups, cgroups(7). The id of a group is the inode of its directory. Hybrid
 * systems mount the hierarchy of sockets in a directory "unified".
 */
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include "decode/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX  32
#define GROUPS_MAX 100000
#define PATH_BYTES 4096

struct walk {
    struct pl_buffer frames;
    size_t groups;
    int lacks;  /* positive errno of a directory that could not be read, or 0 */
    size_t len; /* of path */
    char path[PATH_BYTES];
};

static int add_group(struct walk *walk, int dir)
{
    struct stat st;
    uint32_t len = walk->len > 0 ? (uint32_t)walk->len : 1;
    uint64_t id;
    int err;

    err = pl_stat_open(dir, &st);
    if (err < 0) {
        walk->lacks = -err;
        return 0;
    }
    id = st.st_ino;
    err = pl_buffer_add(&walk->frames, &id, sizeof(id));
    err = err ? err : pl_buffer_add(&walk->frames, &len, sizeof(len));
    return err ? err : pl_buffer_add(&walk->frames, walk->len > 0 ? walk->path : "/", len);
}

static bool next_entry(struct walk *walk, DIR *stream, struct dirent **out)
{
    int got = pl_entry(stream, out);

    if (got < 0 && got != -ENOENT)
        walk->lacks = -got;
    return got > 0;
}

/* Closes dir. Ignores directories that disappear during the walk. */
static int walk_dir(struct walk *walk, int dir, unsigned int depth)
{
    size_t from = walk->len;
    struct dirent *entry;
    DIR *stream = NULL;
    int err = add_group(walk, dir);
    int got = err == 0 ? pl_list(dir, &stream) : err;

    if (!stream) {
        if (err == 0)
            walk->lacks = -got;
        close(dir);
        return err;
    }
    while (err == 0 && depth < DEPTH_MAX && next_entry(walk, stream, &entry)) {
        size_t len = strlen(entry->d_name);
        int child;

        if (entry->d_type != DT_DIR || from + 1 + len > sizeof(walk->path) ||
            walk->groups >= GROUPS_MAX)
            continue;
        child = pl_open(dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (child < 0 && child != -ENOENT)
            walk->lacks = -child;
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

int pl_linux_open_cgroups(void)
{
    static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    int result = -ENOENT;

    for (size_t i = 0; i < COUNT_OF(roots) && result == -ENOENT; i++) {
        result = pl_open(AT_FDCWD, roots[i], O_RDONLY | O_DIRECTORY);
        if (result >= 0) {
            int err = pl_linux_check_fs(result, CGROUP2_SUPER_MAGIC);

            if (err < 0) {
                close(result);
                result = err;
            }
        }
    }
    return result;
}

int pl_linux_read_cgroups(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading)
{
    struct walk walk = {.len = 0};
    int dir = pl_linux_open_cgroups();
    int err = dir < 0 ? dir : walk_dir(&walk, dir, 0);

    (void)request;
    reading->path = "walk";
    if (err == 0)
        err = chunk(arg, walk.frames.data, walk.frames.len);
    reading->lacks = walk.lacks;
    pl_buffer_free(&walk.frames);
    return err;
}
