/* SPDX-License-Identifier: BSD-2-Clause */
#include "recorded.h"

#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDINGS_MAX 32

static struct recorded recordings[RECORDINGS_MAX];
static size_t recording_count;

static char top[] = "/dev/shm/portls-run.XXXXXX";

static void write_file(const struct recorded *recording, const struct recorded_file *file,
                       const uint8_t *bytes, size_t len)
{
    char path[PATH_MAX];
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%s", recording->path, file->path);
    for (char *slash = strchr(path + sizeof(top), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        PROMISE(mkdir(path, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    PROMISE(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
}

static int compare_recordings(const void *a, const void *b)
{
    return strcmp(((const struct recorded *)a)->path, ((const struct recorded *)b)->path);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct recorded_file *)a)->path, ((const struct recorded_file *)b)->path);
}

static struct recorded *recording_of(const char *name, size_t len)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/%.*s", top, (int)len, name);
    for (size_t i = 0; i < recording_count; i++) {
        if (strcmp(recordings[i].path, path) == 0)
            return &recordings[i];
    }
    PROMISE(recording_count < RECORDINGS_MAX);
    recordings[recording_count].path = strdup(path);
    PROMISE(recordings[recording_count].path);
    return &recordings[recording_count++];
}

static int read_recorded(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    const char *name = path + strlen(FUZZ_RECORDINGS) + 1;
    const char *slash = type == FTW_F && ftw->level > 1 ? strchr(name, '/') : NULL;
    struct recorded *recording;
    struct recorded_file *file;
    int fd;

    if (!slash)
        return 0;
    recording = recording_of(name, (size_t)(slash - name));
    PROMISE(recording->count < RECORDED_FILES);
    file = &recording->files[recording->count++];
    file->path = strdup(slash + 1);
    file->len = (size_t)st->st_size;
    file->bytes = malloc(file->len + 1);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    PROMISE(file->path && file->bytes && read(fd, file->bytes, file->len) == (ssize_t)file->len);
    close(fd);
    return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void clear(void)
{
    (void)nftw(top, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

struct recorded *recorded_all(size_t *count)
{
    if (recording_count == 0) {
        PROMISE(mkdtemp(top));
        (void)atexit(clear);
        PROMISE(nftw(FUZZ_RECORDINGS, read_recorded, 16, FTW_PHYS) == 0 && recording_count > 0);
        qsort(recordings, recording_count, sizeof(recordings[0]), compare_recordings);
        for (size_t i = 0; i < recording_count; i++)
            qsort(recordings[i].files, recordings[i].count, sizeof(recordings[i].files[0]),
                  compare_paths);
    }
    *count = recording_count;
    return recordings;
}

void recorded_restore(struct recorded *recording)
{
    for (size_t i = 0; i < recording->count; i++) {
        struct recorded_file *file = &recording->files[i];

        if (recording->written && !file->edited)
            continue;
        write_file(recording, file, file->bytes, file->len);
        file->edited = false;
    }
    recording->written = true;
}

void recorded_edit(const struct recorded *recording, struct recorded_file *file,
                   const uint8_t *bytes, size_t len)
{
    char path[PATH_MAX];

    file->edited = true;
    if (bytes) {
        write_file(recording, file, bytes, len);
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/%s", recording->path, file->path);
    (void)remove(path);
}
