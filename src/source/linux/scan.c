/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners of one process by /proc/PID/fd, proc(5): each descriptor is a link; that of a socket reads
 * "socket:[inode]". A process whose threads do not share one table (unshare(CLONE_FILES)) has more
 * tables than the leader's: kcmp(2) finds them without reading every thread's.
 */
#include "linux.h"
#include "source/call.h"

#include "decode/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TABLES_MAX 64       /* descriptor tables told apart in one process; more are read twice */
#define UNTOLD_MAX 8        /* tables of one process read where kcmp(2) is refused */
#define KTHREAD    0x200000 /* PF_KTHREAD, include/linux/sched.h */

static int put(struct pl_linux_scan *scan, uint32_t pid, uint32_t fd, uint64_t key)
{
    const struct pl_owner owner = {.pid = pid, .fd = fd, .key = key};

    return pl_buffer_add(&scan->owners, &owner, sizeof(owner));
}

int pl_linux_scan_denied(struct pl_linux_scan *scan, uint32_t pid, int error)
{
    return put(scan, pid, PL_OWNER_DENIED, (uint64_t)error);
}

uint32_t pl_linux_number(const char *name)
{
    uint64_t n = 0;

    if (*name == '\0')
        return UINT32_MAX;
    for (; *name; name++) {
        if (*name < '0' || *name > '9' || n > UINT32_MAX / 10)
            return UINT32_MAX;
        n = n * 10 + (uint64_t)(*name - '0');
    }
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* "socket:[123]" */
uint64_t pl_linux_socket_inode(const char *link, size_t len)
{
    static const char prefix[] = "socket:[";
    const size_t start = sizeof(prefix) - 1;
    uint64_t inode = 0;

    if (len < start + 2 || memcmp(link, prefix, start) != 0 || link[len - 1] != ']')
        return 0;
    for (size_t i = start; i < len - 1; i++) {
        if (link[i] < '0' || link[i] > '9' || inode > UINT64_MAX / 10 - 1)
            return 0;
        inode = inode * 10 + (uint64_t)(link[i] - '0');
    }
    return inode;
}

/* Kernel threads have no descriptors: being refused theirs hides nothing. */
static bool is_kernel_thread(const struct pl_linux_scan *scan, uint32_t pid)
{
    char path[32];
    char text[1024];
    const char *at;
    ssize_t len;
    int fd;

    (void)snprintf(path, sizeof(path), "%u/stat", pid);
    fd = pl_open(scan->proc, path, O_RDONLY);
    if (fd < 0)
        return false;
    len = pl_read(fd, text, sizeof(text) - 1);
    close(fd);
    if (len <= 0)
        return false;
    text[len] = '\0';
    at = strrchr(text, ')'); /* the name before it may hold anything */
    /* state ppid pgrp session tty tpgid flags */
    for (int skip = 0; at && skip < 7; skip++)
        at = strchr(at + 1, ' ');
    if (!at)
        return false;
    text[strcspn(at + 1, " ") + (size_t)(at + 1 - text)] = '\0';
    return pl_linux_number(at + 1) != UINT32_MAX && (pl_linux_number(at + 1) & KTHREAD) != 0;
}

/* A process that has ended meanwhile is no loss. */
static bool is_gone(int error)
{
    return error == -ENOENT || error == -ESRCH || error == -ENOTDIR;
}

static bool is_refused(int error)
{
    return error == -EACCES || error == -EPERM;
}

/* One descriptor; -EPERM when its link is refused. */
static int scan_link(struct pl_linux_scan *scan, int dir, const char *name, uint32_t pid)
{
    uint32_t fd = pl_linux_number(name);
    char link[64];
    ssize_t len;
    uint64_t inode;

    if (fd == UINT32_MAX)
        return 0; /* "." and ".." */
    len = pl_read_link(dir, name, link, sizeof(link));
    if (len < 0 && is_refused((int)len))
        return -EPERM; /* the check is made per process: the others are refused too */
    if (len < 0 && !is_gone((int)len))
        scan->lacks = (int)-len;
    inode = len > 0 ? pl_linux_socket_inode(link, (size_t)len) : 0;
    return inode != 0 ? put(scan, pid, fd, inode) : 0;
}

/* Reads one descriptor table; -EPERM when it may be listed, but not what its entries are. */
static int scan_links(struct pl_linux_scan *scan, int dir, uint32_t pid)
{
    for (;;) {
        long got = syscall(SYS_getdents64, dir, scan->dents, sizeof(scan->dents));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return 0;
        for (long at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(scan->dents + at);
            int err;

            at += entry->d_reclen;
            err = scan_link(scan, dir, entry->d_name, pid);
            if (err != 0)
                return err;
        }
    }
}

static int scan_table(struct pl_linux_scan *scan, const char *path, uint32_t pid)
{
    int dir = pl_open(scan->proc, path, O_RDONLY | O_DIRECTORY);
    int err = dir;

    if (dir >= 0) {
        err = scan_links(scan, dir, pid);
        close(dir);
    }
    if (err == 0 || is_gone(err))
        return 0;
    if (is_refused(err) || err == -ENOMEM)
        return err;
    scan->lacks = -err; /* of this table only: the others are read all the same */
    return 0;
}

/* Where we are not told, some tables are read again rather than missed: the rest share, as most do. */
static bool same_table(uint32_t a, uint32_t b, size_t known)
{
    long order = syscall(SYS_kcmp, (long)a, (long)b, (long)KCMP_FILES, 0L, 0L);

    return order < 0 ? known > UNTOLD_MAX : order == 0;
}

/* Threads whose table is none of those read already. */
static int scan_threads(struct pl_linux_scan *scan, uint32_t pid)
{
    uint32_t tables[TABLES_MAX] = {pid};
    size_t known = 1;
    char path[48];
    struct dirent *entry;
    DIR *tasks;
    int err;

    (void)snprintf(path, sizeof(path), "%u/task", pid);
    err = pl_open_dir(scan->proc, path, 0, &tasks);
    if (err < 0)
        return is_gone(err) ? 0 : err;
    while ((err = pl_entry(tasks, &entry)) > 0) {
        uint32_t tid = pl_linux_number(entry->d_name);
        bool shared = false;

        if (tid == UINT32_MAX || tid == pid)
            continue;
        for (size_t i = 0; i < known && !shared; i++)
            shared = same_table(tables[i], tid, known);
        if (shared)
            continue;
        if (known < TABLES_MAX)
            tables[known++] = tid;
        (void)snprintf(path, sizeof(path), "%u/task/%u/fd", pid, tid);
        err = scan_table(scan, path, pid);
        if (err < 0)
            break;
    }
    closedir(tasks);
    return is_gone(err) ? 0 : err;
}

/* Links of the folder: itself, its parent, and one for each thread. */
static bool has_threads(int proc, const char *path)
{
    struct stat task;
    int err = pl_stat(proc, path, 0, &task);

    return err == 0 ? task.st_nlink > 3 : !is_gone(err); /* what is wrong there, listing it tells */
}

int pl_linux_scan_process(struct pl_linux_scan *scan, uint32_t pid)
{
    char path[32];
    int err;

    (void)snprintf(path, sizeof(path), "%u/fd", pid);
    err = scan_table(scan, path, pid);
    (void)snprintf(path, sizeof(path), "%u/task", pid);
    if (err == 0 && has_threads(scan->proc, path))
        err = scan_threads(scan, pid);
    if (is_refused(err))
        return is_kernel_thread(scan, pid) ? 0 : pl_linux_scan_denied(scan, pid, -err);
    if (err < 0 && err != -ENOMEM) {
        scan->lacks = -err;
        err = 0;
    }
    return err;
}
