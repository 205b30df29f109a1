/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls, repeated after EINTR. They return a negative errno instead of setting errno. */
#ifndef PL_SOURCE_CALL_H
#define PL_SOURCE_CALL_H

#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Returns a close-on-exec descriptor. dir may be AT_FDCWD. */
int pl_open(int dir, const char *path, int flags);
/* Opens a directory for pl_entry(). The caller closes it with closedir(3). */
int pl_open_dir(int dir, const char *path, int flags, DIR **out);
int pl_stat(int dir, const char *path, int flags, struct stat *out);
int pl_stat_open(int fd, struct stat *out);
ssize_t pl_read(int fd, void *buf, size_t size);
/* The same for an open directory. It takes over fd if it succeeds. */
int pl_list(int fd, DIR **out);
ssize_t pl_read_link(int dir, const char *path, char *buf, size_t size);
/* Stores the next entry but "." and "..", and returns 1. 0: no more entries. */
int pl_entry(DIR *dir, struct dirent **out);
/* Reads the first size bytes of a file, or all of a shorter one. Returns their number. */
ssize_t pl_read_start(int dir, const char *path, void *buf, size_t size);
/* Reads size bytes, or all until the end. Returns their number. */
ssize_t pl_read_all(int fd, void *buf, size_t size);
int pl_write_all(int fd, const void *bytes, size_t len);

#endif
