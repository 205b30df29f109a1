/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixed files of io_uring, io_uring_register(2): a process may close the descriptor of a socket that
 * it has registered. /proc/PID/fdinfo of the ring lists these files, io_uring/fdinfo.c:
 *
 *   UserFiles:	2
 *       0: socket:[48836153]
 *       1: /var/log/a\040name
 */
#include "linux.h"
#include "model/list.h"
#include "source/call.h"

#include "decode/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TRIES       10 /* the kernel omits the files while another thread submits requests */
#define THREADS_MAX 64 /* threads whose tables are searched for the ring */

/* Bytes read of all rings. The largest, with IORING_MAX_FIXED_FILES sockets, has fewer. */
#define RINGS_MAX (32U << 20)

bool pl_linux_is_ring(const char *link, size_t len)
{
    static const char ring[] = "anon_inode:[io_uring]";

    return len == sizeof(ring) - 1 && memcmp(link, ring, len) == 0;
}

/* dir: "PID" or "PID/task/TID". Returns the descriptor of fdinfo, -ENOENT if fd is no ring. */
static int open_info(int proc, const char *dir, uint32_t fd)
{
    char path[64];
    char link[64];
    ssize_t len;

    (void)snprintf(path, sizeof(path), "%s/fd/%u", dir, fd);
    len = pl_read_link(proc, path, link, sizeof(link));
    if (len < 0)
        return (int)len;
    if (!pl_linux_is_ring(link, (size_t)len))
        return -ENOENT;
    (void)snprintf(path, sizeof(path), "%s/fdinfo/%u", dir, fd);
    return pl_open(proc, path, O_RDONLY);
}

/* A thread may have a separate table, and the table of the first thread ends with it. */
static int open_ring(int proc, const struct pl_owner *ring)
{
    char path[48];
    struct dirent *entry;
    DIR *tasks;
    int err;
    int fd;

    (void)snprintf(path, sizeof(path), "%u", ring->pid);
    fd = open_info(proc, path, ring->fd);
    if (fd != -ENOENT)
        return fd;
    (void)snprintf(path, sizeof(path), "%u/task", ring->pid);
    if (!pl_linux_has_threads(proc, path))
        return fd;
    err = pl_open_dir(proc, path, 0, &tasks);
    if (err < 0)
        return err;
    for (int i = 0; i < THREADS_MAX && fd < 0 && pl_entry(tasks, &entry) > 0; i++) {
        uint32_t tid = pl_linux_number(entry->d_name);

        (void)snprintf(path, sizeof(path), "%u/task/%u", ring->pid, tid);
        if (tid != UINT32_MAX && tid != ring->pid)
            fd = open_info(proc, path, ring->fd);
    }
    closedir(tasks);
    return fd;
}

int pl_linux_ring_lines(void *arg, const void *bytes, size_t len)
{
    static const char title[] = "UserFiles:";
    struct pl_linux_ring *list = arg;
    struct pl_slice rest = {.data = bytes, .len = len};
    struct pl_slice line;
    struct pl_slice word;
    int err = len <= list->left ? 0 : -EFBIG;

    list->left -= err == 0 ? len : 0;
    while (err == 0 && pl_text_line(&rest, &line)) {
        struct pl_owner owner = list->owner;

        if (line.len == 0 || !strchr(" 0123456789", line.data[0])) {
            list->inside =
                line.len >= sizeof(title) - 1 && memcmp(line.data, title, sizeof(title) - 1) == 0;
            list->begun |= list->inside;
            continue;
        }
        /* Names have no blanks, and those of files in a file system begin with '/'. */
        if (!list->inside || !pl_text_word(&line, &word) || !pl_text_word(&line, &word))
            continue;
        owner.key = pl_linux_socket_inode((const char *)word.data, word.len);
        if (owner.key != 0)
            err = list->found(list->arg, &owner);
    }
    return err;
}

/*
 * Calls found() for each socket of a ring. -EBUSY: the ring was in use during every attempt. -EFBIG:
 * it has more than list->left bytes.
 */
static int read_ring(int proc, struct pl_linux_ring *list)
{
    int err = 0;

    list->begun = list->inside = false;
    for (int i = 0; i < TRIES && err == 0 && !list->begun; i++) {
        int fd = open_ring(proc, &list->owner);

        if (fd < 0)
            return fd;
        err = pl_linux_read_lines(fd, pl_linux_ring_lines, list);
        close(fd);
    }
    return err == 0 && !list->begun ? -EBUSY : err;
}

static int is_held(void *arg, const struct pl_owner *owner)
{
    return owner->key == ((const struct pl_owner *)arg)->key;
}

bool pl_linux_ring_holds(int proc, const struct pl_owner *held)
{
    struct pl_owner key = *held;
    struct pl_linux_ring list = {.owner = *held, .found = is_held, .arg = &key, .left = RINGS_MAX};

    return read_ring(proc, &list) == 1;
}

static int add_owner(void *arg, const struct pl_owner *owner)
{
    return pl_buffer_add(arg, owner, sizeof(*owner));
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = ((const struct pl_owner *)a)->key;
    uint64_t y = ((const struct pl_owner *)b)->key;

    return (x > y) - (x < y);
}

void pl_linux_ring_unique(struct pl_buffer *owners, size_t from)
{
    const size_t size = sizeof(struct pl_owner);
    struct pl_list list = {.count = (owners->len - from) / size};

    if (list.count == 0)
        return;
    list.items = owners->data + from;
    pl_list_sort(&list, size, compare_keys);
    pl_list_unique(&list, size, compare_keys);
    owners->len = from + list.count * size;
}

int pl_linux_read_fixed(const struct pl_buffer *rings, pl_chunk_fn *chunk, void *arg,
                        struct pl_reading *reading)
{
    const struct pl_owner *ring = (const void *)rings->data;
    struct pl_buffer owners = {0};
    struct pl_linux_ring list = {.found = add_owner, .arg = &owners, .left = RINGS_MAX};
    int proc;
    int err = 0;

    reading->path = "read";
    /* Before Linux 6.14, the kernel does not name sockets, and any file may have such a name. */
    if (rings->len == 0 || !pl_linux_runs(6, 14))
        return 0;
    proc = pl_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY);
    if (proc < 0)
        return proc;
    for (size_t i = 0; i < rings->len / sizeof(*ring) && err != -ENOMEM && err != -EFBIG; i++) {
        size_t from = owners.len;

        list.owner = ring[i];
        err = read_ring(proc, &list);
        pl_linux_ring_unique(&owners, from);
        if (err < 0 && err != -ENOENT && err != -ESRCH)
            reading->lacks = -err;
    }
    close(proc);
    if (err != -ENOMEM)
        err = owners.len > 0 ? chunk(arg, owners.data, owners.len) : 0;
    pl_buffer_free(&owners);
    return err;
}
