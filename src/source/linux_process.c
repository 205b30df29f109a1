/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc/PID, proc(5), for the pids wanted; the frames are described in frames.h. */
#include "linux.h"

#include "../decode/frames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CONTENT_MAX 4096 /* what is kept of a file: a command line may be megabytes */

static const struct {
    uint32_t need;
    enum pl_frame what;
    const char *name;
    bool link;
} files[] = {
    {PL_NEED_NAMES, PL_FRAME_COMM, "comm", false},
    {PL_NEED_COMMANDS, PL_FRAME_CMDLINE, "cmdline", false},
    {PL_NEED_EXES, PL_FRAME_EXE, "exe", true},
    {PL_NEED_UIDS, PL_FRAME_STATUS, "status", false},
    {PL_NEED_CONTEXTS, PL_FRAME_CONTEXT, "attr/current", false},
};

static ssize_t read_file(int proc, const char *path, void *buf, size_t size)
{
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0)
        return -errno;
    do {
        got = read(fd, buf, size);
    } while (got < 0 && errno == EINTR);
    close(fd);
    return got;
}

/* What cannot be read (gone, refused) is left out: the record then lacks that field. */
static int add_process(struct pl_buffer *frames, int proc, uint32_t pid, uint32_t need)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char content[CONTENT_MAX];
        char path[32];
        uint32_t head[PL_FRAME_HEAD / sizeof(uint32_t)] = {pid, files[i].what, 0};
        ssize_t len;
        int err;

        if (!(need & files[i].need))
            continue;
        (void)snprintf(path, sizeof(path), "%u/%s", pid, files[i].name);
        len = files[i].link ? readlinkat(proc, path, content, sizeof(content))
                            : read_file(proc, path, content, sizeof(content));
        if (len < 0)
            continue;
        head[2] = (uint32_t)len;
        err = pl_buffer_add(frames, head, sizeof(head));
        err = err ? err : pl_buffer_add(frames, content, (size_t)len);
        if (err < 0)
            return err;
    }
    return 0;
}

static int add_all(struct pl_buffer *frames, DIR *proc, uint32_t need)
{
    struct dirent *entry;
    int err = 0;

    while (err == 0 && (entry = readdir(proc))) {
        const char *problem;
        long long pid = strtonum(entry->d_name, 1, INT_MAX, &problem);

        if (!problem)
            err = add_process(frames, dirfd(proc), (uint32_t)pid, need);
    }
    return err;
}

int pl_linux_read_processes(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                            struct pl_reading *reading)
{
    struct pl_buffer frames = {0};
    DIR *proc = opendir("/proc");
    int err = 0;

    if (!proc)
        return -errno;
    reading->path = "read";
    if (request->whole)
        err = add_all(&frames, proc, request->need);
    for (size_t i = 0; !request->whole && i < request->id_count && err == 0; i++)
        err = add_process(&frames, dirfd(proc), request->ids[i], request->need);
    closedir(proc);
    if (err == 0)
        err = chunk(arg, frames.data, frames.len);
    pl_buffer_free(&frames);
    return err;
}
