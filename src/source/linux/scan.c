/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the sockets of one process in /proc/PID/fd, proc(5), where the link of a socket reads
 * "socket:[inode]". Threads may have separate descriptor tables: unshare(2), CLONE_FILES. kcmp(2)
 * finds these without reading the table of every thread.
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
#include <sys/vfs.h>
#include <unistd.h>

#define TABLES_MAX 64       /* tables compared in one process; further ones may be read twice */
#define UNTOLD_MAX 8        /* tables read in one process if kcmp(2) is refused */
#define KTHREAD    0x200000 /* PF_KTHREAD, include/linux/sched.h */

int pl_linux_check_fs(int fd, long magic)
{
    struct statfs fs;

    while (fstatfs(fd, &fs) != 0) {
        if (errno != EINTR)
            return -errno;
    }
    return (long)fs.f_type == magic ? 0 : -ENOENT;
}

/*
 * Only UNIX sockets have "scm_fds" (net/unix/af_unix.c unix_show_fdinfo(), Linux 5.6); "ino" is of
 * the same file (fs/proc/fd.c seq_show(), Linux 5.14).
 */
static bool is_unix(int proc, const struct pl_owner *owner)
{
    char path[48];
    char text[512];
    char inode[48];
    ssize_t len;
    int fd;

    (void)snprintf(path, sizeof(path), "%u/fdinfo/%u", owner->pid, owner->fd);
    (void)snprintf(inode, sizeof(inode), "\nino:\t%llu\n", (unsigned long long)owner->key);
    fd = pl_open(proc, path, O_RDONLY);
    if (fd < 0)
        return false;
    len = pl_read(fd, text, sizeof(text) - 1);
    close(fd);
    text[len > 0 ? len : 0] = '\0';
    return strstr(text, inode) && strstr(text, "\nscm_fds:");
}

static bool is_in_namespace(int proc, uint32_t pid)
{
    char path[32];
    char here[64];
    char there[64];
    ssize_t len = pl_read_link(proc, "self/ns/net", here, sizeof(here));

    (void)snprintf(path, sizeof(path), "%u/ns/net", pid);
    return len > 0 && pl_read_link(proc, path, there, sizeof(there)) == len &&
           memcmp(here, there, (size_t)len) == 0;
}

static int put(struct pl_linux_scan *scan, uint32_t pid, uint32_t fd, uint64_t key)
{
    const struct pl_owner owner = {.pid = pid, .fd = fd, .key = key};

    if (scan->only && fd <= INT32_MAX &&
        !(key <= UINT32_MAX && pl_linux_wants(scan->only, (uint32_t)key) &&
          is_unix(scan->proc, &owner)))
        return 0;
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

/* Kernel threads have no descriptors, so a refusal hides nothing. */
static bool is_kernel_thread(const struct pl_linux_scan *scan, uint32_t pid)
{
    char path[32];
    char text[1024];
    const char *at;
    ssize_t len;

    (void)snprintf(path, sizeof(path), "%u/stat", pid);
    len = pl_read_start(scan->proc, path, text, sizeof(text) - 1);
    if (len <= 0)
        return false;
    text[len] = '\0';
    at = strrchr(text, ')'); /* the name before it may contain anything */
    /* state ppid pgrp session tty tpgid flags */
    for (int skip = 0; at && skip < 7; skip++)
        at = strchr(at + 1, ' ');
    if (!at)
        return false;
    text[strcspn(at + 1, " ") + (size_t)(at + 1 - text)] = '\0';
    return pl_linux_number(at + 1) != UINT32_MAX && (pl_linux_number(at + 1) & KTHREAD) != 0;
}

/* The process or descriptor no longer exists. */
static bool is_gone(int error)
{
    return error == -ENOENT || error == -ESRCH || error == -ENOTDIR;
}

static bool is_refused(int error)
{
    return error == -EACCES || error == -EPERM;
}

/* Adds the socket of one descriptor. -EPERM: the link is refused. */
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
        return -EPERM; /* the kernel checks by process, so the other links are refused too */
    if (len < 0 && !is_gone((int)len))
        scan->lacks = (int)-len;
    inode = len > 0 ? pl_linux_socket_inode(link, (size_t)len) : 0;
    if (inode != 0)
        return put(scan, pid, fd, inode);
    if (len > 0 && pl_linux_is_ring(link, (size_t)len))
        return pl_buffer_add(&scan->rings, &(struct pl_owner){.pid = pid, .fd = fd},
                             sizeof(struct pl_owner));
    return 0;
}

/* Reads one descriptor table. -EPERM: its links are refused. */
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
    scan->lacks = -err; /* only this table is missed */
    return 0;
}

/* If kcmp(2) is refused, assumes separate tables for the first few threads. */
static bool same_table(uint32_t a, uint32_t b, size_t known)
{
    long order = syscall(SYS_kcmp, (long)a, (long)b, (long)KCMP_FILES, 0L, 0L);

    return order < 0 ? known > UNTOLD_MAX : order == 0;
}

/* Reads the tables of threads that share none of those already read. */
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

/* The link count of the directory is 2 plus the number of threads. */
bool pl_linux_has_threads(int proc, const char *path)
{
    struct stat task;
    int err = pl_stat(proc, path, 0, &task);

    return err == 0 ? task.st_nlink > 3 : !is_gone(err); /* listing it will report the error */
}

int pl_linux_scan_process(struct pl_linux_scan *scan, uint32_t pid)
{
    char path[32];
    int err;

    if (scan->only && !is_in_namespace(scan->proc, pid))
        return 0;
    (void)snprintf(path, sizeof(path), "%u/fd", pid);
    err = scan_table(scan, path, pid);
    (void)snprintf(path, sizeof(path), "%u/task", pid);
    if (err == 0 && pl_linux_has_threads(scan->proc, path))
        err = scan_threads(scan, pid);
    if (is_refused(err))
        return is_kernel_thread(scan, pid) ? 0 : pl_linux_scan_denied(scan, pid, -err);
    if (err < 0 && err != -ENOMEM) {
        scan->lacks = -err;
        err = 0;
    }
    return err;
}
