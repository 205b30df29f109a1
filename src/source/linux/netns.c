/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of network namespaces, ip-netns(8): each is a file on which the namespace is mounted. The
 * inode of the mounted file identifies the namespace.
 */
#include "linux.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define NAMES "/run/netns"

/* Adds "inode:name". device: of the file system of namespaces; other files are mounted nowhere. */
static int add_name(struct pl_buffer *lines, int dir, const char *name, dev_t device)
{
    struct stat st;
    char number[32];
    int len;
    int err;

    /* Names with a line feed cannot be in a line. */
    if (strchr(name, '\n') || pl_stat(dir, name, AT_SYMLINK_NOFOLLOW, &st) < 0 ||
        st.st_dev != device)
        return 0;
    len = snprintf(number, sizeof(number), "%llu:", (unsigned long long)st.st_ino);
    err = pl_buffer_add(lines, number, (size_t)len);
    err = err ? err : pl_buffer_add(lines, name, strlen(name));
    return err ? err : pl_buffer_add(lines, "\n", 1);
}

int pl_linux_read_netns(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    struct pl_buffer lines = {0};
    struct dirent *entry;
    struct stat self;
    DIR *dir = NULL;
    int err = pl_stat(AT_FDCWD, "/proc/self/ns/net", 0, &self);

    (void)request;
    reading->path = "list";
    err = err ? err : pl_open_dir(AT_FDCWD, NAMES, 0, &dir);
    if (err != 0)
        return err;
    while (err == 0 && pl_entry(dir, &entry) > 0)
        err = add_name(&lines, dirfd(dir), entry->d_name, self.st_dev);
    if (err == 0)
        err = chunk(arg, lines.data, lines.len);
    closedir(dir);
    pl_buffer_free(&lines);
    return err;
}
