/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records: reads through another reader and keeps every chunk. The directory is made under another
 * name, and renamed when it is complete. Other users may be able to write to the directory around
 * it, so both are used by descriptor only.
 */
#include "recording.h"
#include "source/call.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { OWN, PARENT };

#define ABI_TEXT 512 /* bytes of the lines of abi that are not about feeds or namespaces */

struct recorder {
    struct pl_reader base;
    struct pl_reader *inner;
    int dirs[2];             /* OWN: the recording; PARENT: the directory around it. -1: not open */
    char name[NAME_MAX + 1]; /* of the complete recording in PARENT */
    char aside[40];          /* its name until then; empty: not made, or renamed */
    bool complete;           /* committed: later readings are not part of it */
    int error;               /* of the last write that failed, for commit */
    struct pl_buffer sizes;  /* lines for abi */
};

int pl_recording_create(int dir, const char *name)
{
    char path[256];

    if (strlcpy(path, name, sizeof(path)) >= sizeof(path))
        return -ENAMETOOLONG;
    for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdirat(dir, path, 0700) != 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return pl_open(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
}

struct tee {
    int fd;
    uint64_t bytes;
    int error; /* of the first write that failed; later chunks are only passed on */
    pl_chunk_fn *chunk;
    void *arg;
};

static int tee_chunk(void *arg, const void *bytes, size_t len)
{
    struct tee *tee = arg;

    if (tee->error == 0)
        tee->error = pl_write_all(tee->fd, bytes, len);
    tee->bytes += len;
    return tee->chunk(tee->arg, bytes, len);
}

static int add_line(struct pl_buffer *lines, const char *key, const char *value, size_t len)
{
    int err = pl_buffer_add(lines, key, strlen(key));

    err = err ? err : pl_buffer_add(lines, "=", 1);
    err = err ? err : pl_buffer_add(lines, value, len);
    return err ? err : pl_buffer_add(lines, "\n", 1);
}

/* Adds the line "feed=bytes", or "feed=-" for a feed that was not read whole. */
static int add_size(struct recorder *recorder, const char *feed, uint64_t size, bool whole)
{
    char number[20];

    return whole ? add_line(&recorder->sizes, feed, number, pl_number_print(size, number))
                 : add_line(&recorder->sizes, feed, "-", 1);
}

/* Returns err, or else the error of close(2). After EINTR the bytes are written. */
static int close_written(int fd, int err)
{
    int closed = close(fd) != 0 && errno != EINTR ? -errno : 0;

    return err ? err : closed;
}

static int recorder_read(struct pl_reader *reader, const struct pl_request *request,
                         pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;
    struct tee tee = {.chunk = chunk, .arg = arg};
    char path[PL_RECORDING_PATH];
    int err;

    if (recorder->complete)
        return recorder->inner->ops->read(recorder->inner, request, chunk, arg, reading);
    pl_recording_path(request->feed, request->space ? request->space->netns : 0, path);
    tee.fd = pl_recording_create(recorder->dirs[OWN], path);
    if (tee.fd < 0) {
        recorder->error = tee.fd;
        return recorder->inner->ops->read(recorder->inner, request, chunk, arg, reading);
    }
    err = recorder->inner->ops->read(recorder->inner, request, tee_chunk, &tee, reading);
    tee.error = close_written(tee.fd, tee.error);
    if (err == 0 && tee.error == 0)
        tee.error = add_size(recorder, path, tee.bytes, reading->lacks == 0);
    if (tee.error < 0)
        recorder->error = tee.error;
    /* A recording does not contain part of a feed that failed, and no file for a table that is empty. */
    if ((err != 0 || (request->space && tee.bytes == 0)) &&
        unlinkat(recorder->dirs[OWN], path, 0) != 0 && errno != ENOENT)
        recorder->error = -errno;
    return err;
}

static int recorder_notes(struct pl_reader *reader,
                          int (*note)(void *arg, const struct pl_note *note), void *arg)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;
    const struct pl_reader_ops *ops = recorder->inner->ops;

    return ops->notes ? ops->notes(recorder->inner, note, arg) : 0;
}

/* The sizes are first, so that a truncated abi lacks a required key. */
int pl_recording_abi(int dir, const struct pl_abi *abi, const struct pl_buffer *sizes)
{
    struct utsname host;
    char netns[32] = "";
    char text[ABI_TEXT];
    int len;
    int fd;
    int err = 0;

    if (uname(&host) < 0)
        return -errno;
    if (abi->netns != 0)
        (void)snprintf(netns, sizeof(netns), "netns=%u\n", abi->netns);
    len = snprintf(text, sizeof(text), "system=%s\nrelease=%s\n%sbyte_order=%s\nlong_bytes=%u\n",
                   pl_system_name(abi->system), host.release, netns,
                   abi->big_endian ? "big" : "little", abi->long_bytes);
    if (len < 0 || (size_t)len >= sizeof(text))
        return -EOVERFLOW;
    fd = pl_recording_create(dir, PL_RECORDING_ABI);
    if (fd < 0)
        return fd;
    if (sizes)
        err = pl_write_all(fd, sizes->data, sizes->len);
    return close_written(fd, err ? err : pl_write_all(fd, text, (size_t)len));
}

/* -ESTALE: another process has replaced the directory, and name is something else. */
static int check_own(const struct recorder *recorder, const char *name)
{
    struct stat own;
    struct stat named;
    int err = pl_stat_open(recorder->dirs[OWN], &own);

    err = err ? err : pl_stat(recorder->dirs[PARENT], name, AT_SYMLINK_NOFOLLOW, &named);
    if (err != 0)
        return err == -ENOENT ? -ESTALE : err;
    return own.st_ino == named.st_ino && own.st_dev == named.st_dev ? 0 : -ESTALE;
}

static int recorder_commit(struct pl_reader *reader)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;
    int parent = recorder->dirs[PARENT];
    int err = recorder->error;

    err = err ? err : pl_recording_add_spaces(&recorder->sizes, &recorder->base.spaces);
    if (err == 0 && recorder->sizes.len > PL_RECORDING_ABI_MAX - ABI_TEXT)
        err = -EFBIG;
    err = err ? err : pl_recording_abi(recorder->dirs[OWN], &recorder->base.abi, &recorder->sizes);
    err = err ? err : check_own(recorder, recorder->aside);
    if (err == 0 && renameat(parent, recorder->aside, parent, recorder->name) != 0)
        err = -errno;
    err = err ? err : check_own(recorder, recorder->name);
    if (err < 0)
        return err;
    recorder->aside[0] = '\0';
    recorder->complete = true;
    recorder->base.whole = false;
    return 0;
}

static const int *recorder_dirs(const struct pl_reader *reader)
{
    return ((const struct recorder *)(const void *)reader)->dirs;
}

static void recorder_prepare(struct pl_reader *reader, const struct pl_request *request)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;

    if (recorder->inner->ops->prepare)
        recorder->inner->ops->prepare(recorder->inner, request);
    recorder->base.spaces = recorder->inner->spaces; /* more may have been found */
}

static bool recorder_no_bound(struct pl_reader *reader)
{
    return pl_reader_no_bound(((struct recorder *)(void *)reader)->inner);
}

static uint32_t recorder_netns(struct pl_reader *reader)
{
    return pl_reader_netns(((struct recorder *)(void *)reader)->inner);
}

static int recorder_reports(struct pl_reader *reader, enum pl_report_way way,
                            const struct pl_reports_want *want, struct pl_reports **out)
{
    struct pl_reader *inner = ((struct recorder *)(void *)reader)->inner;

    return inner->ops->reports ? inner->ops->reports(inner, way, want, out) : -ENOTSUP;
}

static void remove_feeds(int dir, uint32_t netns)
{
    char path[PL_RECORDING_PATH];

    for (size_t i = 0; i < pl_feed_count; i++) {
        pl_recording_path(&pl_feeds[i], netns, path);
        (void)unlinkat(dir, path, 0);
    }
    for (size_t i = 0; i < pl_feed_count; i++) {
        char *slash;

        pl_recording_path(&pl_feeds[i], netns, path);
        while ((slash = strrchr(path, '/'))) {
            *slash = '\0';
            (void)unlinkat(dir, path, AT_REMOVEDIR);
        }
    }
}

/* Removes files by the names of feeds: there may be no free descriptor to list directories. */
static void remove_files(const struct recorder *recorder)
{
    const struct pl_space *spaces = recorder->base.spaces.list.items;
    int dir = recorder->dirs[OWN];

    (void)unlinkat(dir, PL_RECORDING_ABI, 0);
    for (size_t i = 0; i < recorder->base.spaces.list.count; i++)
        remove_feeds(dir, spaces[i].netns);
    remove_feeds(dir, 0);
}

static void recorder_close(struct pl_reader *reader)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;

    if (recorder->aside[0] != '\0') {
        if (recorder->dirs[OWN] >= 0)
            remove_files(recorder);
        (void)unlinkat(recorder->dirs[PARENT], recorder->aside, AT_REMOVEDIR);
    }
    for (size_t i = 0; i < 2; i++) {
        if (recorder->dirs[i] >= 0)
            close(recorder->dirs[i]);
    }
    pl_reader_close(recorder->inner);
    pl_buffer_free(&recorder->sizes);
    free(recorder);
}

/* Returns 0 or -ENOTEMPTY. */
static int check_empty(int parent, const char *name)
{
    struct dirent *entry;
    DIR *dir;
    int err = pl_open_dir(parent, name, O_NOFOLLOW, &dir);

    if (err < 0)
        return err;
    err = pl_entry(dir, &entry);
    closedir(dir);
    return err > 0 ? -ENOTEMPTY : err;
}

/* renameat(2) can replace an empty directory, but nothing else. */
static int check_target(const struct recorder *recorder)
{
    struct stat st;
    int err = pl_stat(recorder->dirs[PARENT], recorder->name, AT_SYMLINK_NOFOLLOW, &st);

    if (err < 0)
        return err == -ENOENT ? 0 : err;
    return S_ISDIR(st.st_mode) ? check_empty(recorder->dirs[PARENT], recorder->name) : -EEXIST;
}

/* -ESTALE: the opened directory is not the new one, or not private. */
static int open_aside(struct recorder *recorder)
{
    int parent = recorder->dirs[PARENT];
    long number = (long)getpid();
    struct stat st;
    int err;

    do {
        (void)snprintf(recorder->aside, sizeof(recorder->aside), "portls-record.%ld", number++);
        err = mkdirat(parent, recorder->aside, 0700) != 0 ? -errno : 0;
    } while (err == -EEXIST && number < getpid() + 1000);
    if (err < 0) {
        recorder->aside[0] = '\0';
        return err;
    }
    recorder->dirs[OWN] = pl_open(parent, recorder->aside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    err = recorder->dirs[OWN];
    if (err >= 0)
        err = pl_stat_open(recorder->dirs[OWN], &st);
    else if (err == -ENOENT || err == -ENOTDIR || err == -ELOOP)
        return -ESTALE;
    if (err == 0 && (st.st_uid != geteuid() || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0))
        err = -ENOTEMPTY;
    err = err ? err : check_empty(recorder->dirs[OWN], ".");
    if (err != -ENOTEMPTY)
        return err;
    /* Another directory: recorder_close() must not remove its files. */
    (void)close(recorder->dirs[OWN]);
    recorder->dirs[OWN] = -1;
    return -ESTALE;
}

int pl_reader_record(struct pl_reader *inner, const char *dir, struct pl_reader **out)
{
    static const struct pl_reader_ops ops = {
        .read = recorder_read,
        .close = recorder_close,
        .notes = recorder_notes,
        .commit = recorder_commit,
        .dirs = recorder_dirs,
        .prepare = recorder_prepare,
        .no_bound = recorder_no_bound,
        .netns = recorder_netns,
        .reports = recorder_reports,
    };
    struct recorder *recorder;
    int err;

    if (dir[0] == '\0')
        return -EINVAL;
    recorder = calloc(1, sizeof(*recorder));
    if (!recorder)
        return -ENOMEM;
    recorder->base = (struct pl_reader){
        .ops = &ops, .abi = inner->abi, .whole = true, .spaces = inner->spaces /* borrowed */};
    recorder->base.abi.netns = pl_reader_netns(inner);
    recorder->dirs[OWN] = -1;
    err = recorder->dirs[PARENT] = pl_open_parent(dir, recorder->name);
    err = err < 0 ? err : check_target(recorder);
    err = err ? err : open_aside(recorder);
    if (err < 0) {
        recorder_close(&recorder->base);
        return err;
    }
    recorder->inner = inner;
    *out = &recorder->base;
    return 0;
}
