/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners of one process by /proc/PID/fd, proc(5): each descriptor is a link; that of a socket reads
 * "socket:[inode]". A process whose threads do not share one table (unshare(CLONE_FILES)) has more
 * tables than the leader's: kcmp(2) finds them without reading every thread's.
 */
#include "linux.h"

#include "../decode/frames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TABLES_MAX 64       /* descriptor tables told apart in one process; more are read twice */
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

/* "socket:[123]"; 0 if the link says another thing. */
static uint64_t socket_inode(const char *link, size_t len)
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
    fd = openat(scan->proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    len = read(fd, text, sizeof(text) - 1);
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

/* Reads one descriptor table; -EPERM when it may be listed, but not what its entries are. */
static int scan_links(struct pl_linux_scan *scan, int dir, uint32_t pid)
{
    for (;;) {
        long got = syscall(SYS_getdents64, dir, scan->dents, sizeof(scan->dents));

        if (got < 0)
            return errno == ENOENT || errno == ESRCH ? 0 : -errno;
        if (got == 0)
            return 0;
        for (long at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(scan->dents + at);
            uint32_t fd = pl_linux_number(entry->d_name);
            char link[64];
            ssize_t len;
            uint64_t inode;

            at += entry->d_reclen;
            if (fd == UINT32_MAX)
                continue; /* "." and ".." */
            len = readlinkat(dir, entry->d_name, link, sizeof(link));
            if (len < 0 && (errno == EACCES || errno == EPERM))
                return -EPERM; /* the check is made per process: the others are refused too */
            inode = len > 0 ? socket_inode(link, (size_t)len) : 0;
            if (inode != 0) {
                int err = put(scan, pid, fd, inode);

                if (err != 0)
                    return err;
            }
        }
    }
}

static int scan_table(struct pl_linux_scan *scan, const char *path, uint32_t pid)
{
    int dir = openat(scan->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int err;

    if (dir < 0)
        return errno == ENOENT || errno == ESRCH || errno == ENOTDIR ? 0 : -errno;
    err = scan_links(scan, dir, pid);
    close(dir);
    return err;
}

static bool same_table(uint32_t a, uint32_t b)
{
    long order = syscall(SYS_kcmp, (long)a, (long)b, (long)KCMP_FILES, 0L, 0L);

    return order <= 0; /* equal, or we cannot tell: then threads share, as nearly all do */
}

/* Threads whose table is none of those read already. */
static int scan_threads(struct pl_linux_scan *scan, uint32_t pid)
{
    uint32_t tables[TABLES_MAX] = {pid};
    size_t known = 1;
    char path[48];
    struct dirent *entry;
    DIR *tasks;
    int dir;
    int err = 0;

    (void)snprintf(path, sizeof(path), "%u/task", pid);
    dir = openat(scan->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return 0;
    tasks = fdopendir(dir);
    if (!tasks) {
        close(dir);
        return -ENOMEM;
    }
    while (err == 0 && (entry = readdir(tasks))) {
        uint32_t tid = pl_linux_number(entry->d_name);
        bool shared = false;

        if (tid == UINT32_MAX || tid == pid)
            continue;
        for (size_t i = 0; i < known && !shared; i++)
            shared = same_table(tables[i], tid);
        if (shared)
            continue;
        if (known < TABLES_MAX)
            tables[known++] = tid;
        (void)snprintf(path, sizeof(path), "%u/task/%u/fd", pid, tid);
        err = scan_table(scan, path, pid);
    }
    closedir(tasks);
    return err;
}

int pl_linux_scan_process(struct pl_linux_scan *scan, uint32_t pid)
{
    struct stat task;
    char path[32];
    int err;

    (void)snprintf(path, sizeof(path), "%u/fd", pid);
    err = scan_table(scan, path, pid);
    (void)snprintf(path, sizeof(path), "%u/task", pid);
    /* Links of the folder: itself, its parent, and one for each thread. */
    if (err == 0 && fstatat(scan->proc, path, &task, 0) == 0 && task.st_nlink > 3)
        err = scan_threads(scan, pid);
    if (err == -EACCES || err == -EPERM)
        err = is_kernel_thread(scan, pid) ? 0 : pl_linux_scan_denied(scan, pid, -err);
    return err;
}
