/* SPDX-License-Identifier: BSD-2-Clause */
/* Record: reads through another reader and keeps every chunk. Written aside, then renamed. */
#include "recording.h"
#include "source/call.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct recorder {
    struct pl_reader base;
    struct pl_reader *inner;
    char *target;
    char *aside;            /* NULL once it has been renamed */
    int dir;                /* of aside */
    int error;              /* of the first write that failed: commit refuses */
    struct pl_buffer sizes; /* lines for abi: how long each feed is */
};

/* A feed's name has slashes: its folders are made on the way. */
static int create_file(int dir, const char *name)
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
    int error; /* of our writing: nothing more is written, all is handed on */
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

/* So that a recording knows what was cut off. Of a feed that came in part it says only that. */
static int add_size(struct recorder *recorder, const char *feed, uint64_t size, bool whole)
{
    char number[20];

    return whole ? add_line(&recorder->sizes, feed, number, pl_number_print(size, number))
                 : add_line(&recorder->sizes, feed, "-", 1);
}

/* EINTR: the descriptor is closed all the same, and the bytes are where they should be. */
static int close_written(int fd)
{
    return close(fd) != 0 && errno != EINTR ? -errno : 0;
}

static int recorder_read(struct pl_reader *reader, const struct pl_request *request,
                         pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;
    struct tee tee = {.chunk = chunk, .arg = arg};
    int err;

    tee.fd = create_file(recorder->dir, request->feed->name);
    if (tee.fd < 0) {
        recorder->error = tee.fd;
        return recorder->inner->ops->read(recorder->inner, request, chunk, arg, reading);
    }
    err = recorder->inner->ops->read(recorder->inner, request, tee_chunk, &tee, reading);
    if (tee.error == 0)
        tee.error = close_written(tee.fd);
    else
        close(tee.fd);
    if (err == 0 && tee.error == 0)
        tee.error = add_size(recorder, request->feed->name, tee.bytes, reading->lacks == 0);
    if (tee.error < 0)
        recorder->error = tee.error;
    /* A feed that was broken off is not in the recording. */
    if (err != 0 && unlinkat(recorder->dir, request->feed->name, 0) != 0 && errno != ENOENT)
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

/* The sizes first: an abi that is cut short then lacks what every abi has. */
static int write_abi(const struct recorder *recorder)
{
    const struct pl_abi *abi = &recorder->base.abi;
    struct utsname host;
    char text[512];
    int len;
    int fd;
    int err;

    if (uname(&host) < 0)
        return -errno;
    len = snprintf(text, sizeof(text), "system=%s\nrelease=%s\nbyte_order=%s\nlong_bytes=%u\n",
                   pl_system_name(abi->system), host.release, abi->big_endian ? "big" : "little",
                   abi->long_bytes);
    if (len < 0 || (size_t)len >= sizeof(text))
        return -EOVERFLOW;
    fd = create_file(recorder->dir, PL_RECORDING_ABI);
    if (fd < 0)
        return fd;
    err = pl_write_all(fd, recorder->sizes.data, recorder->sizes.len);
    err = err ? err : pl_write_all(fd, text, (size_t)len);
    if (err == 0)
        return close_written(fd);
    close(fd);
    return err;
}

static int recorder_commit(struct pl_reader *reader)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;
    int err = recorder->error < 0 ? recorder->error : write_abi(recorder);

    if (err < 0)
        return err;
    if (rename(recorder->aside, recorder->target) != 0)
        return -errno;
    free(recorder->aside);
    recorder->aside = NULL;
    return 0;
}

static const char *recorder_folder(const struct pl_reader *reader)
{
    return ((const struct recorder *)(const void *)reader)->aside;
}

static void recorder_prepare(struct pl_reader *reader, const struct pl_request *request)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;

    if (recorder->inner->ops->prepare)
        recorder->inner->ops->prepare(recorder->inner, request);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    /* remove(3) tries a folder as a file first, which Landlock answers in its own way. */
    return type == FTW_DP ? rmdir(path) : unlink(path);
}

static void recorder_close(struct pl_reader *reader)
{
    struct recorder *recorder = (struct recorder *)(void *)reader;

    if (recorder->dir >= 0)
        close(recorder->dir);
    if (recorder->aside)
        (void)nftw(recorder->aside, remove_entry, PL_RECORDING_DEPTH, FTW_DEPTH | FTW_PHYS);
    pl_reader_close(recorder->inner);
    pl_buffer_free(&recorder->sizes);
    free(recorder->aside);
    free(recorder->target);
    free(recorder);
}

/* Absent, or an empty folder: rename(2) puts a folder in the place of an empty one. */
static int check_target(const char *path)
{
    const char *last = strrchr(path, '/');
    struct dirent *entry;
    struct stat st;
    DIR *dir;
    int err;

    last = last ? last + 1 : path;
    /* What cannot be replaced by a rename. */
    if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0 ||
        (pl_stat(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &st) == 0 && !S_ISDIR(st.st_mode)))
        return -EEXIST;
    err = pl_open_dir(AT_FDCWD, path, 0, &dir);
    if (err < 0)
        return err == -ENOENT ? 0 : (err == -ENOTDIR ? -EEXIST : err);
    while ((err = pl_entry(dir, &entry)) > 0) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            break;
    }
    closedir(dir);
    return err > 0 ? -ENOTEMPTY : err;
}

/* path without slashes at its end, and with suffix; NULL when out of memory. */
static char *join_path(const char *path, const char *suffix)
{
    size_t len = strlen(path);
    char *joined = malloc(len + strlen(suffix) + 1);

    while (len > 1 && path[len - 1] == '/')
        len--;
    if (joined)
        (void)snprintf(joined, len + strlen(suffix) + 1, "%.*s%s", (int)len, path, suffix);
    return joined;
}

/* Makes the folder aside, 0700, beside the target. */
static int open_aside(struct recorder *recorder, const char *path)
{
    recorder->target = join_path(path, "");
    recorder->aside = join_path(path, ".XXXXXX");
    if (!recorder->target || !recorder->aside || !mkdtemp(recorder->aside)) {
        int err = recorder->target && recorder->aside ? -errno : -ENOMEM;

        free(recorder->aside);
        recorder->aside = NULL;
        return err;
    }
    recorder->dir = pl_open(AT_FDCWD, recorder->aside, O_RDONLY | O_DIRECTORY);
    return recorder->dir < 0 ? recorder->dir : 0;
}

int pl_reader_record(struct pl_reader *inner, const char *dir, struct pl_reader **out)
{
    static const struct pl_reader_ops ops = {
        .read = recorder_read,
        .close = recorder_close,
        .notes = recorder_notes,
        .commit = recorder_commit,
        .folder = recorder_folder,
        .prepare = recorder_prepare,
    };
    struct recorder *recorder;
    int err = dir[0] == '\0' ? -EINVAL : check_target(dir);

    if (err < 0)
        return err;
    recorder = calloc(1, sizeof(*recorder));
    if (!recorder)
        return -ENOMEM;
    recorder->dir = -1;
    recorder->base = (struct pl_reader){.ops = &ops, .abi = inner->abi, .whole = true};
    err = open_aside(recorder, dir);
    if (err < 0) {
        recorder_close(&recorder->base);
        return err;
    }
    recorder->inner = inner;
    *out = &recorder->base;
    return 0;
}
