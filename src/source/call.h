/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls that begin anew where a signal broke them off; a negative errno instead of errno. */
#ifndef PL_SOURCE_CALL_H
#define PL_SOURCE_CALL_H

#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>

/* A descriptor, close-on-exec; dir may be AT_FDCWD. */
int pl_open(int dir, const char *path, int flags);
/* A folder to list with pl_entry(), to be closed with closedir(3). */
int pl_open_dir(int dir, const char *path, int flags, DIR **out);
int pl_stat(int dir, const char *path, int flags, struct stat *out);
int pl_stat_open(int fd, struct stat *out);
ssize_t pl_read(int fd, void *buf, size_t size);
/* The same of an open folder, which it takes over; not on failure. */
int pl_list(int fd, DIR **out);
ssize_t pl_read_link(int dir, const char *path, char *buf, size_t size);
/* 1: *out is the next entry. 0: there are no more. */
int pl_entry(DIR *dir, struct dirent **out);
/* Every byte of it. */
int pl_write_all(int fd, const void *bytes, size_t len);

#endif
