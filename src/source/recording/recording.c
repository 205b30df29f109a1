/* SPDX-License-Identifier: BSD-2-Clause */
/* Replay: a recording in place of the kernel. The folder is hostile input. */
#include "recording.h"
#include "source/call.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_TEXT 512

struct recording {
    struct pl_reader base;
    int dir;
    struct pl_buffer text; /* of abi */
};

/* Opens a regular file below dir: no link, no device, nothing that blocks. */
static int open_file(int dir, const char *name, long long max, size_t *size)
{
    struct stat st;
    int fd = pl_open(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    int err;

    if (fd < 0)
        return fd == -ENOTDIR ? -ENOENT : fd;
    err = pl_stat_open(fd, &st);
    if (err == 0 && !S_ISREG(st.st_mode))
        err = -EINVAL;
    else if (err == 0 && st.st_size > max)
        err = -EFBIG;
    if (err < 0) {
        close(fd);
        return err;
    }
    *size = (size_t)st.st_size;
    return fd;
}

static int read_file(int dir, const char *name, long long max, struct pl_buffer *out)
{
    size_t size = 0;
    int fd = open_file(dir, name, max, &size);
    int err;

    if (fd < 0)
        return fd;
    err = pl_buffer_reserve(out, size);
    while (err == 0 && out->len < size) {
        ssize_t got = pl_read(fd, out->data + out->len, size - out->len);

        if (got < 0)
            err = (int)got;
        if (got <= 0)
            break;
        out->len += (size_t)got;
    }
    close(fd);
    return err;
}

/* Whether that many bytes are what abi says the feed has, if it says so. */
static bool is_whole(const struct recording *recording, const char *feed, size_t len)
{
    struct pl_slice rest = {.data = recording->text.data, .len = recording->text.len};
    struct pl_slice line;
    bool whole = true;

    while (pl_text_line(&rest, &line)) {
        struct pl_slice key;
        uint64_t size;

        if (pl_text_part(&line, '=', &key) && pl_slice_is(&key, feed))
            whole = pl_text_dec(&line, UINT64_MAX, &size) && size == len;
    }
    return whole;
}

static int recording_read(struct pl_reader *reader, const struct pl_request *request,
                          pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct recording *recording = (struct recording *)(void *)reader;
    struct pl_buffer bytes = {0};
    int err = read_file(recording->dir, request->feed->name, PL_RECORDING_FEED_MAX, &bytes);

    reading->path = "recording";
    if (err == 0)
        err = chunk(arg, bytes.data, bytes.len);
    if (err == 0 && !is_whole(recording, request->feed->name, bytes.len))
        err = -EBADMSG;
    pl_buffer_free(&bytes);
    return err;
}

static void recording_close(struct pl_reader *reader)
{
    struct recording *recording = (struct recording *)(void *)reader;

    close(recording->dir);
    pl_buffer_free(&recording->text);
    free(recording);
}

/* ---- abi ---- */

/* Sets what the line says; false if its value makes no sense. Unknown keys say nothing. */
static bool read_key(struct pl_slice line, struct pl_abi *abi, bool *ordered)
{
    struct pl_slice key;
    char word[16] = "";

    if (!pl_text_part(&line, '=', &key))
        return true;
    if (pl_slice_is(&key, "byte_order")) {
        abi->big_endian = pl_slice_is(&line, "big");
        *ordered = abi->big_endian || pl_slice_is(&line, "little");
        return *ordered;
    }
    if (pl_slice_is(&key, "long_bytes")) {
        abi->long_bytes = pl_slice_is(&line, "8") ? 8 : 4;
        return abi->long_bytes == 8 || pl_slice_is(&line, "4");
    }
    if (pl_slice_is(&key, "system")) {
        if (line.len >= sizeof(word))
            return true; /* an unknown system: the caller says so */
        pl_slice_copy(&line, 0, word, line.len);
        (void)pl_system_parse(word, &abi->system);
    }
    return true;
}

/* Only what makes no sense is -EINVAL; what cannot be read says why. */
static int read_abi(int dir, struct pl_abi *abi, struct pl_buffer *text)
{
    struct pl_slice rest;
    struct pl_slice line;
    bool ordered = false;
    int err = read_file(dir, PL_RECORDING_ABI, PL_RECORDING_ABI_MAX, text);

    rest = (struct pl_slice){.data = text->data, .len = text->len};
    while (err == 0 && pl_text_line(&rest, &line)) {
        if (!read_key(line, abi, &ordered))
            err = -EINVAL;
    }
    if (err < 0 && err != -ENOENT && err != -ELOOP && err != -EFBIG)
        return err;
    if (err < 0 || !ordered || abi->long_bytes == 0)
        return -EINVAL;
    return abi->system == PL_SYSTEM_UNKNOWN ? -ENOTSUP : 0;
}

/* ---- what else is in the folder ---- */

typedef int file_fn(void *arg, const char *path);

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder. */
struct names {
    struct pl_buffer text; /* each with its NUL */
    size_t count;
};

static int list_names(int dir, const char *path, struct names *names)
{
    DIR *listing;
    struct dirent *entry;
    int err = pl_open_dir(dir, path, O_NOFOLLOW, &listing);

    if (err < 0)
        return err;
    while (err == 0 && pl_entry(listing, &entry) > 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        err = pl_buffer_add(&names->text, entry->d_name, strlen(entry->d_name) + 1);
        names->count++;
    }
    closedir(listing);
    return err;
}

/* In an order of their own, and not that of the file system. NULL: out of memory. */
static const char **sort_names(const struct names *names)
{
    const char **sorted = calloc(names->count > 0 ? names->count : 1, sizeof(*sorted));
    const char *at = (const char *)names->text.data;

    if (!sorted)
        return NULL;
    for (size_t i = 0; i < names->count; i++) {
        sorted[i] = at;
        at += strlen(at) + 1;
    }
    if (names->count > 1)
        qsort(sorted, names->count, sizeof(*sorted), compare_names);
    return sorted;
}

static int walk(int dir, char *path, size_t len, int depth, file_fn *file, void *arg);

static int walk_entry(int dir, char *path, size_t len, int depth, file_fn *file, void *arg)
{
    struct stat st;

    if (pl_stat(dir, path, AT_SYMLINK_NOFOLLOW, &st) == 0 && S_ISDIR(st.st_mode) &&
        depth < PL_RECORDING_DEPTH)
        return walk(dir, path, len, depth + 1, file, arg);
    return file(arg, path);
}

static int walk_names(int dir, char *path, size_t len, int depth, const struct names *names,
                      file_fn *file, void *arg)
{
    const char **sorted = sort_names(names);
    int err = 0;

    if (!sorted)
        return -ENOMEM;
    for (size_t i = 0; i < names->count && err == 0; i++) {
        int added = snprintf(path + len, PATH_TEXT - len, "%s%s", len > 0 ? "/" : "", sorted[i]);

        if (added >= 0 && (size_t)added < PATH_TEXT - len) /* no feed has a longer name */
            err = walk_entry(dir, path, len + (size_t)added, depth, file, arg);
        path[len] = '\0';
    }
    free(sorted);
    return err;
}

/* Calls back for each thing in the tree that is no folder, by its path from the top. */
static int walk(int dir, char *path, size_t len, int depth, file_fn *file, void *arg)
{
    struct names names = {0};
    int err = list_names(dir, len > 0 ? path : ".", &names);

    if (err == 0)
        err = walk_names(dir, path, len, depth, &names, file, arg);
    else if (err != -ENOMEM) /* what cannot be listed is itself something that no feed is */
        err = len > 0 ? file(arg, path) : 0;
    pl_buffer_free(&names.text);
    return err;
}

struct file_notes {
    enum pl_system system;
    int (*note)(void *arg, const struct pl_note *note);
    void *arg;
};

static int note_foreign(void *arg, const char *path)
{
    const struct file_notes *notes = arg;
    const struct pl_feed *feed = pl_feed_find(path);
    struct pl_note note = {
        .kind = PL_NOTE_FEED_FOREIGN,
        .feed = {path, (uint32_t)strlen(path)},
    };

    if (strcmp(path, PL_RECORDING_ABI) == 0 || (feed && feed->system == notes->system))
        return 0;
    return notes->note(notes->arg, &note);
}

static int recording_notes(struct pl_reader *reader,
                           int (*note)(void *arg, const struct pl_note *note), void *arg)
{
    struct recording *recording = (struct recording *)(void *)reader;
    struct file_notes notes = {.system = reader->abi.system, .note = note, .arg = arg};
    char path[PATH_TEXT] = "";

    return walk(recording->dir, path, 0, 0, note_foreign, &notes);
}

static bool has_feed(int dir, enum pl_system system)
{
    struct stat st;

    for (size_t i = 0; i < pl_feed_count; i++) {
        if (pl_feeds[i].system == system && pl_stat(dir, pl_feeds[i].name, 0, &st) == 0)
            return true;
    }
    return false;
}

int pl_reader_replay(const char *dir, struct pl_reader **out)
{
    static const struct pl_reader_ops ops = {
        .read = recording_read,
        .close = recording_close,
        .notes = recording_notes,
    };
    struct pl_abi abi = {0};
    struct pl_buffer text = {0};
    struct recording *recording;
    int fd = pl_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
    int err;

    if (fd < 0)
        return fd;
    err = read_abi(fd, &abi, &text);
    if (err == 0 && !has_feed(fd, abi.system))
        err = -EINVAL;
    recording = err == 0 ? calloc(1, sizeof(*recording)) : NULL;
    if (!recording) {
        close(fd);
        pl_buffer_free(&text);
        return err < 0 ? err : -ENOMEM;
    }
    recording->base = (struct pl_reader){.ops = &ops, .abi = abi, .replay = true};
    recording->dir = fd;
    recording->text = text;
    *out = &recording->base;
    return 0;
}
