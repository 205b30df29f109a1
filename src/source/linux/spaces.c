/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds network namespaces, network_namespaces(7), by processes and mounts, and enters one or opens
 * sockets in all. A socket stays in the namespace where it was made.
 */
#include "linux.h"
#include "model/array.h"
#include "source/call.h"

#include "api/netns.h"
#include "decode/linux/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define PID_LIMIT  4194304U /* process ids are below it, proc(5); inodes of namespaces are above */

/* ---- finding ---- */

/* Threads in another network namespace than their process, setns(2). */
static int each_thread(pl_found_fn *found, void *arg, int proc, uint32_t pid)
{
    struct dirent *entry;
    struct stat leader, st;
    char path[64];
    DIR *dir;
    int err = 0;

    (void)snprintf(path, sizeof(path), "%u/task", pid);
    if (!pl_linux_has_threads(proc, path) || pl_open_dir(proc, path, 0, &dir) < 0)
        return 0;
    (void)snprintf(path, sizeof(path), "%u/ns/net", pid);
    if (pl_stat(proc, path, 0, &leader) < 0)
        leader.st_ino = 0;
    while (err == 0 && leader.st_ino != 0 && pl_entry(dir, &entry) > 0) {
        uint32_t thread = pl_linux_number(entry->d_name);

        (void)snprintf(path, sizeof(path), "%u/task/%u/ns/net", pid, thread);
        if (pl_stat(proc, path, 0, &st) == 0 && st.st_ino != leader.st_ino)
            err = found(arg, proc, path, thread);
    }
    closedir(dir);
    return err;
}

static int each_member(pl_found_fn *found, void *arg, bool threads)
{
    struct dirent *entry;
    DIR *dir;
    int err = pl_open_dir(AT_FDCWD, "/proc", 0, &dir);

    if (err < 0)
        return err;
    while (err == 0 && pl_entry(dir, &entry) > 0) {
        uint32_t pid = pl_linux_number(entry->d_name);
        char path[32];

        if (pid == UINT32_MAX)
            continue;
        (void)snprintf(path, sizeof(path), "%u/ns/net", pid);
        err = found(arg, dirfd(dir), path, pid);
        if (err == 0 && threads)
            err = each_thread(found, arg, dirfd(dir), pid);
    }
    closedir(dir);
    return err;
}

int pl_linux_each_process(pl_found_fn *found, void *arg)
{
    return each_member(found, arg, false);
}

struct mounts {
    pl_found_fn *found;
    void *arg;
    char path[PATH_BYTES];
};

static int read_mounts(void *arg, const void *bytes, size_t len)
{
    struct mounts *mounts = arg;
    struct pl_slice rest = {.data = bytes, .len = len};
    struct pl_slice line;
    int err = 0;

    while (err == 0 && pl_text_line(&rest, &line)) {
        if (pl_decode_netns_mount(line, mounts->path, sizeof(mounts->path)))
            err = mounts->found(mounts->arg, AT_FDCWD, mounts->path, 0);
    }
    return err;
}

static int each_namespace(pl_found_fn *found, void *arg)
{
    struct mounts mounts = {.found = found, .arg = arg};
    int err = each_member(found, arg, true);
    int fd;

    if (err != 0)
        return err;
    fd = pl_open(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY);
    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    err = pl_linux_read_lines(fd, read_mounts, &mounts);
    close(fd);
    return err;
}

/* Opens a file that the user named. It may be of any type. */
static int open_file(int dir, const char *path)
{
    return pl_open(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/* ---- one of them ---- */

struct wanted {
    uint32_t netns; /* inode */
    int fd;
};

static int match_inode(void *arg, int dir, const char *path, uint32_t pid)
{
    struct wanted *wanted = arg;
    struct stat st;

    (void)pid;
    if (pl_stat(dir, path, 0, &st) < 0 || (uint32_t)st.st_ino != wanted->netns)
        return 0;
    wanted->fd = open_file(dir, path);
    if (wanted->fd >= 0 &&
        (pl_stat_open(wanted->fd, &st) < 0 || (uint32_t)st.st_ino != wanted->netns)) {
        close(wanted->fd); /* the process has moved */
        wanted->fd = -ENOENT;
    }
    return wanted->fd == -ENOENT ? 0 : wanted->fd < 0 ? wanted->fd : 1;
}

static int open_number(uint32_t number)
{
    struct wanted wanted = {.netns = number, .fd = -ENOENT};
    char path[32];
    int err;

    if (number < PID_LIMIT) {
        (void)snprintf(path, sizeof(path), "/proc/%u/ns/net", number);
        err = open_file(AT_FDCWD, path);
        return err == -ENOENT ? -ESRCH : err;
    }
    err = each_namespace(match_inode, &wanted);
    return err < 0 ? err : wanted.fd;
}

/* Returns N of "N" and "net:[N]", or UINT32_MAX. */
static uint32_t number_of(const char *which)
{
    char number[16];
    size_t len = strlen(which);

    if (strncmp(which, "net:[", 5) != 0 || which[len - 1] != ']' || len - 6 >= sizeof(number))
        return pl_linux_number(which);
    memcpy(number, which + 5, len - 6);
    number[len - 6] = '\0';
    return pl_linux_number(number);
}

static int open_which(const char *which, struct pl_netns_several *several)
{
    uint32_t number = number_of(which);
    char path[PATH_BYTES];
    int fd;

    if (strchr(which, '/'))
        return open_file(AT_FDCWD, which);
    if (number != UINT32_MAX)
        return open_number(number);
    if (snprintf(path, sizeof(path), "/run/netns/%s", which) >= (int)sizeof(path))
        return -ENOENT;
    fd = open_file(AT_FDCWD, path);
    return fd == -ENOENT ? pl_linux_open_container(which, several) : fd;
}

static bool is_here(int fd)
{
    struct stat st, self;

    return pl_stat_open(fd, &st) == 0 && pl_stat(AT_FDCWD, "/proc/self/ns/net", 0, &self) == 0 &&
           st.st_dev == self.st_dev && st.st_ino == self.st_ino;
}

static int enter(int fd)
{
    return setns(fd, CLONE_NEWNET) != 0 ? -errno : 0;
}

int pl_netns_enter(const char *which, struct pl_netns_several *several)
{
    int fd = open_which(which, several);
    int err;

    if (fd < 0)
        return fd;
    err = is_here(fd) ? 0 : enter(fd);
    close(fd);
    return err;
}

/* ---- all of them ---- */

struct adding {
    struct pl_spaces *spaces;
    uint32_t here;
    dev_t device; /* of the file system of namespaces */
    int home;     /* this namespace, to come back */
    int proc;     /* directory in which processes are looked up */
    bool moved;   /* this process has entered another one */
};

/* Returns whether the namespace was found before. Those that are closed have no sockets. */
static bool is_known(const struct adding *adding, uint32_t netns)
{
    const struct pl_space *spaces = adding->spaces->list.items;

    for (size_t i = 0; i < adding->spaces->list.count; i++) {
        if (spaces[i].netns == netns)
            return true;
    }
    return netns == adding->here;
}

/* Names of files of /proc/net, in the order of pl_space.counts. */
static const char *const counts[] = {"/proc/thread-self/net/sockstat",
                                     "/proc/thread-self/net/sockstat6"};

static void close_one(int fd)
{
    if (fd >= 0)
        close(fd);
}

static int open_process(int dir, uint32_t pid)
{
    char path[32];

    (void)snprintf(path, sizeof(path), "%u", pid);
    return pid == 0 ? -ENOENT : pl_open(dir, path, O_PATH | O_DIRECTORY);
}

void pl_linux_open_counts(int fds[2])
{
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        fds[i] = pl_open(AT_FDCWD, counts[i], O_RDONLY);
}

void pl_linux_close_counts(int fds[2])
{
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        close_one(fds[i]);
        fds[i] = -1;
    }
}

/* This process is in the namespace. */
static int open_sockets(struct pl_space *space, int dir, uint32_t pid)
{
    char path[32];

    space->diag = pl_netlink_open(NETLINK_SOCK_DIAG);
    space->route = pl_netlink_open(NETLINK_ROUTE);
    pl_linux_open_counts(space->counts);
    (void)snprintf(path, sizeof(path), "%u", pid);
    space->proc = pid == 0 ? -1 : pl_open(dir, path, O_PATH | O_DIRECTORY);
    if (space->diag < 0)
        return space->diag;
    if (space->route < 0)
        return space->route;
    return space->proc == -EMFILE || space->proc == -ENFILE ? space->proc : 0;
}

static struct pl_space *add_unopened(struct pl_spaces *spaces, uint32_t netns)
{
    struct pl_space *space = pl_list_add(&spaces->list, sizeof(*space));

    if (space)
        *space = (struct pl_space){netns, .diag = -1, .route = -1, .proc = -1, {-1, -1}};
    return space;
}

/* Takes over fd, a file that may be a network namespace. pid: a process in it; 0: unknown. */
static int add_open(struct adding *adding, int fd, uint32_t pid)
{
    struct pl_spaces *spaces = adding->spaces;
    struct pl_space *space = NULL;
    struct stat st;
    int err;

    if (pl_stat_open(fd, &st) < 0 || st.st_dev != adding->device ||
        is_known(adding, (uint32_t)st.st_ino)) {
        close(fd);
        return 0;
    }
    space = add_unopened(spaces, (uint32_t)st.st_ino);
    err = space ? enter(fd) : -ENOMEM;
    close(fd);
    if (err == -EPERM) {
        /* Without entering it, there are the files /proc/PID/net of its processes. */
        space->proc = open_process(adding->proc, pid);
        spaces->closed += space->proc < 0;
        return 0;
    }
    adding->moved |= err == 0;
    return err < 0 ? err : open_sockets(space, adding->proc, pid);
}

static int add_space(void *arg, int dir, const char *path, uint32_t pid)
{
    struct adding *adding = arg;
    struct stat st;
    int err = pl_stat(dir, path, 0, &st);
    int fd;

    adding->spaces->unknown += err == -EACCES || err == -EPERM;
    if (err < 0 || is_known(adding, (uint32_t)st.st_ino))
        return 0;
    fd = open_file(dir, path);
    if (fd < 0)
        return fd == -EMFILE || fd == -ENFILE ? fd : 0;
    /* The process may have moved since, and another mount may cover the path. */
    adding->proc = dir;
    return add_open(adding, fd, pid);
}

/* Each namespace takes five descriptors. */
static void allow_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Those that cannot be read are counted. */
static void drop_closed(struct pl_spaces *spaces)
{
    struct pl_space *list = spaces->list.items;
    size_t kept = 0;

    for (size_t i = 0; i < spaces->list.count; i++) {
        if (list[i].diag >= 0 || list[i].proc >= 0)
            list[kept++] = list[i];
    }
    spaces->list.count = kept;
}

static int begin_adding(struct adding *adding, struct pl_spaces *spaces)
{
    struct stat st;
    int err;

    *adding = (struct adding){.spaces = spaces, .proc = AT_FDCWD};
    adding->home = pl_open(AT_FDCWD, "/proc/self/ns/net", O_RDONLY);
    if (adding->home < 0)
        return adding->home;
    err = pl_stat_open(adding->home, &st);
    adding->here = (uint32_t)st.st_ino;
    adding->device = st.st_dev;
    return err;
}

/* err: 0 or the first error. */
static int end_adding(struct adding *adding, int err)
{
    int back = adding->moved ? enter(adding->home) : 0;

    drop_closed(adding->spaces);
    if (adding->home >= 0)
        close(adding->home);
    return err ? err : back;
}

int pl_linux_open_spaces(struct pl_spaces *spaces)
{
    struct adding adding;
    struct stat init;
    int err = begin_adding(&adding, spaces);

    if (err == 0) {
        allow_files();
        spaces->hidden = pl_stat(AT_FDCWD, "/proc/1", 0, &init) == -ENOENT;
        err = each_namespace(add_space, &adding);
    }
    return end_adding(&adding, err);
}

/* Returns the file of the namespace, or a negative errno. The process may have closed it since. */
static int open_held(const struct pl_linux_seen_row *row)
{
    int process = (int)syscall(SYS_pidfd_open, row->pid, 0);
    int fd = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, row->fd, 0);
    int space = fd;
    int err = -errno;

    if (process >= 0)
        close(process);
    if (fd < 0)
        return err;
    if (row->proto != 0) {
        space = ioctl(fd, SIOCGSKNS);
        err = -errno;
        close(fd);
    } else if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET) {
        close(fd);
        return -ENOENT;
    }
    return space < 0 ? err : space;
}

int pl_linux_add_spaces(struct pl_spaces *spaces, const struct pl_linux_seen_row *rows,
                        size_t count)
{
    struct adding adding;
    uint32_t last = 0; /* the namespace of the row before, which may be one of many rows */
    int err = begin_adding(&adding, spaces);

    for (size_t i = 0; i < count && err == 0; i++) {
        int fd;

        if (rows[i].netns == last)
            continue;
        last = rows[i].netns;
        if (is_known(&adding, last))
            continue;
        fd = open_held(&rows[i]);
        if (fd >= 0) {
            err = add_open(&adding, fd, 0);
        } else if (fd == -EMFILE || fd == -ENFILE) {
            err = fd;
        } else if ((fd == -EPERM || fd == -EACCES) && rows[i].proto != 0) {
            spaces->closed++;
            err = add_unopened(spaces, rows[i].netns) ? 0 : -ENOMEM;
        }
    }
    return end_adding(&adding, err);
}

void pl_linux_close_spaces(struct pl_spaces *spaces)
{
    struct pl_space *list = spaces->list.items;

    for (size_t i = 0; i < spaces->list.count; i++) {
        close_one(list[i].diag);
        close_one(list[i].route);
        close_one(list[i].proc);
        pl_linux_close_counts(list[i].counts);
    }
    free(spaces->list.items);
    spaces->list = (struct pl_list){0};
}
