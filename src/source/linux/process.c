/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads files of /proc/PID, proc(5). frames.h describes the frames. */
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include "decode/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONTENT_MAX 4096                       /* bytes of a file except cmdline */
#define COMM_BYTES  ((ssize_t)PL_COMM_MAX + 1) /* of comm, with its line feed */
#define THREADS_MAX 64 /* threads that are searched for a file or a descriptor */

/*
 * Bytes of a command line: at most those that execve(2) accepts, 3/4 of an 8 MiB stack. A process
 * can make its own as long, so the part of all that is beyond the first CONTENT_MAX bytes of each
 * is limited, too.
 */
#define COMMAND_MAX  (6U << 20)
#define COMMANDS_MAX (32U << 20)

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
    {PL_NEED_STARTED, PL_FRAME_STAT, "stat", false},
    {PL_NEED_GROUPS, PL_FRAME_CGROUP, "cgroup", false},
    {PL_NEED_FD_LIMITS, PL_FRAME_LIMITS, "limits", false},
};

struct reading {
    struct pl_buffer frames;
    struct pl_buffer content; /* of one file */
    size_t beyond;            /* bytes of command lines beyond the first CONTENT_MAX of each */
    const struct pl_request *request;
    int proc;
    int lacks; /* positive errno */
};

/* The process is gone, or there is no security module to give it a context. */
static bool is_nothing(ssize_t error, enum pl_frame what)
{
    return error == -ENOENT || error == -ESRCH || (what == PL_FRAME_CONTEXT && error == -EINVAL);
}

/* Appends "..." to a command line that is longer. */
static ssize_t read_command(struct reading *reading, const char *path)
{
    static const char cut[] = "...";
    struct pl_buffer *content = &reading->content;
    size_t max = CONTENT_MAX + COMMANDS_MAX - reading->beyond;
    int fd = pl_open(reading->proc, path, O_RDONLY);
    ssize_t got = fd < 0 ? fd : 1;

    max = max < COMMAND_MAX ? max : COMMAND_MAX;
    while (got > 0 && content->len <= max) {
        got = pl_buffer_reserve(content, CONTENT_MAX);
        if (got == 0)
            got = pl_read(fd, content->data + content->len, content->size - content->len);
        content->len += got > 0 ? (size_t)got : 0;
    }
    if (fd >= 0)
        close(fd);
    if (got > 0)
        got = pl_buffer_reserve(content, sizeof(cut));
    if (got < 0)
        return got;
    if (content->len > max) {
        memcpy(content->data + max, cut, sizeof(cut) - 1);
        content->len = max + sizeof(cut) - 1;
    }
    reading->beyond += content->len > CONTENT_MAX ? content->len - CONTENT_MAX : 0;
    return (ssize_t)content->len;
}

/* Sets reading->content. thread: 0 for the process itself. Returns the length. */
static ssize_t read_file(struct reading *reading, uint32_t pid, uint32_t thread, size_t file)
{
    struct pl_buffer *content = &reading->content;
    char path[64];
    int err;

    if (thread == 0)
        (void)snprintf(path, sizeof(path), "%u/%s", pid, files[file].name);
    else
        (void)snprintf(path, sizeof(path), "%u/task/%u/%s", pid, thread, files[file].name);
    content->len = 0;
    if (files[file].what == PL_FRAME_CMDLINE)
        return read_command(reading, path);
    err = pl_buffer_reserve(content, CONTENT_MAX);
    if (err < 0)
        return err;
    return files[file].link ? pl_read_link(reading->proc, path, (char *)content->data, CONTENT_MAX)
                            : pl_read_start(reading->proc, path, content->data, CONTENT_MAX);
}

/*
 * After the first thread of a process has ended, /proc/PID/exe is absent and cmdline is empty, but
 * those of the other threads remain. Returns the length, 0 if no thread has content, or a negative
 * errno.
 */
static ssize_t read_threads(struct reading *reading, uint32_t pid, size_t file)
{
    char path[32];
    struct dirent *entry;
    DIR *tasks;
    ssize_t len = 0;
    int err;

    (void)snprintf(path, sizeof(path), "%u/task", pid);
    if (!pl_linux_has_threads(reading->proc, path))
        return 0;
    err = pl_open_dir(reading->proc, path, 0, &tasks);
    if (err < 0)
        return is_nothing(err, files[file].what) ? 0 : err;
    for (int i = 0; i < THREADS_MAX && len <= 0 && (err = pl_entry(tasks, &entry)) > 0; i++) {
        uint32_t tid = pl_linux_number(entry->d_name);
        ssize_t got = tid != UINT32_MAX && tid != pid ? read_file(reading, pid, tid, file) : 0;

        if (got > 0 || (got < 0 && !is_nothing(got, files[file].what)))
            len = got;
    }
    closedir(tasks);
    return len == 0 && err < 0 && !is_nothing(err, files[file].what) ? err : len;
}

/*
 * Ignores files that cannot be read, but sets reading->lacks if the process is wanted. If the
 * kernel may have truncated the name, also reads the files that may have all of it.
 */
static int add_process(struct reading *reading, uint32_t pid, bool wanted)
{
    const uint32_t asked = reading->request->need;
    uint32_t need = asked;

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        ssize_t len;
        ssize_t other;
        int err;

        if (!(need & files[i].need))
            continue;
        len = read_file(reading, pid, 0, i);
        if (len == 0 || (len < 0 && is_nothing(len, files[i].what))) {
            other = read_threads(reading, pid, i);
            len = other != 0 ? other : len;
        }
        if (len == -ENOMEM)
            return -ENOMEM;
        if (len < 0) {
            if (wanted && asked & files[i].need && !is_nothing(len, files[i].what))
                reading->lacks = (int)-len;
            continue;
        }
        if (files[i].what == PL_FRAME_COMM && len == COMM_BYTES)
            need |= PL_NEED_COMMANDS | PL_NEED_EXES;
        err = pl_buffer_frame(&reading->frames, pid, files[i].what, reading->content.data,
                              (size_t)len);
        if (err < 0)
            return err;
    }
    return 0;
}

/* ---- whether a process still holds the socket that it held ---- */

/* Returns the inode of a socket, 0 for other files, or a negative errno. */
static int64_t read_held(int proc, const char *path)
{
    char link[64];
    ssize_t len = pl_read_link(proc, path, link, sizeof(link));

    return len < 0 ? len : (int64_t)pl_linux_socket_inode(link, (size_t)len);
}

/* Searches for the descriptor in the tables of the other threads. */
static int64_t search_threads(int proc, const struct pl_owner *held)
{
    char path[64];
    DIR *tasks;
    struct dirent *entry;
    int64_t found = -ENOENT;

    (void)snprintf(path, sizeof(path), "%u/task", held->pid);
    if (pl_open_dir(proc, path, 0, &tasks) < 0)
        return found;
    for (int i = 0; i < THREADS_MAX && pl_entry(tasks, &entry) > 0; i++) {
        uint32_t tid = pl_linux_number(entry->d_name);

        if (tid == UINT32_MAX || tid == held->pid)
            continue;
        (void)snprintf(path, sizeof(path), "%u/task/%u/fd/%u", held->pid, tid, held->fd);
        found = read_held(proc, path);
        if (found == (int64_t)held->key)
            break;
    }
    closedir(tasks);
    return found;
}

/* Checked after the files are read: a pid may have been reused in between. */
static int add_held(struct reading *reading, const struct pl_owner *held)
{
    uint64_t now[3] = {held->key, 0, 0};
    char path[48];
    int64_t found;

    (void)snprintf(path, sizeof(path), "%u/fd/%u", held->pid, held->fd);
    found = read_held(reading->proc, path);
    if (found >= 0 ? (uint64_t)found != held->key : found == -ENOENT) {
        int64_t other = search_threads(reading->proc, held);

        if (other == (int64_t)held->key || pl_linux_ring_holds(reading->proc, held))
            found = (int64_t)held->key;
    }
    /* -EPERM distinguishes a missing privilege from a refusal for another reason. */
    if (found == -EACCES && pl_linux_lacks() & PL_LACK_PTRACE)
        found = -EPERM;
    now[1] = found < 0 ? 0 : (uint64_t)found;
    now[2] = found < 0 ? (uint64_t)-found : 0;
    return pl_buffer_frame(&reading->frames, held->pid, PL_FRAME_HELD, now, sizeof(now));
}

/* ---- the list of processes ---- */

static uint64_t nanoseconds(clockid_t clock)
{
    struct timespec t = {0};

    (void)clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* sysconf(3) returns USER_HZ, the unit of times in /proc. */
static int add_boot(struct reading *reading)
{
    const uint64_t boot[] = {nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME),
                             (uint64_t)sysconf(_SC_CLK_TCK)};

    return reading->request->need & PL_NEED_STARTED
               ? pl_buffer_frame(&reading->frames, 0, PL_FRAME_BOOT, boot, sizeof(boot))
               : 0;
}

bool pl_linux_wants(const struct pl_request *request, uint32_t id)
{
    size_t i = pl_lower_bound(&id, request->ids, request->id_count, sizeof(id), pl_compare_u32);

    return i < request->id_count && request->ids[i] == id;
}

static int add_all(struct reading *reading, DIR *proc)
{
    struct dirent *entry;
    int err;

    while ((err = pl_entry(proc, &entry)) > 0) {
        uint32_t pid = pl_linux_number(entry->d_name);

        if (pid == UINT32_MAX)
            continue;
        err = add_process(reading, pid, pl_linux_wants(reading->request, pid));
        if (err < 0)
            break;
    }
    return err;
}

static int add_each(struct reading *reading)
{
    const struct pl_request *request = reading->request;
    int err = 0;

    for (size_t i = 0; i < request->id_count && err == 0; i++) {
        if (!request->whole)
            err = add_process(reading, request->ids[i], true);
        if (err == 0 && request->held)
            err = add_held(reading, &request->held[i]);
    }
    return err;
}

int pl_linux_read_processes(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                            struct pl_reading *said)
{
    struct reading reading = {.request = request};
    DIR *proc;
    int err = pl_open_dir(AT_FDCWD, "/proc", 0, &proc);

    if (err < 0)
        return err;
    said->path = "read";
    reading.proc = dirfd(proc);
    err = add_boot(&reading);
    if (err == 0 && request->whole)
        err = add_all(&reading, proc);
    err = err ? err : add_each(&reading);
    closedir(proc);
    if (err == 0)
        err = chunk(arg, reading.frames.data, reading.frames.len);
    said->lacks = reading.lacks;
    pl_buffer_free(&reading.content);
    pl_buffer_free(&reading.frames);
    return err;
}
