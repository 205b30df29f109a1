/* SPDX-License-Identifier: BSD-2-Clause */
/* Replays a recording. Its directory is hostile input. */
#include "recording.h"
#include "source/call.h"
#include "source/source.h"

#include "api/netns.h"

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
    struct pl_buffer abi_text;
    struct pl_spaces spaces; /* those that were read; base.spaces: those to be listed */
};

static int read_file(int dir, const char *name, size_t max, struct pl_buffer *out)
{
    struct stat st;
    int err = pl_stat(dir, name, AT_SYMLINK_NOFOLLOW, &st);

    if (err < 0)
        return err == -ENOTDIR ? -ENOENT : err;
    /* Merely opening a FIFO or a device could have an effect. */
    return S_ISREG(st.st_mode) ? pl_read_regular(dir, name, O_NOFOLLOW, max, out) : -PL_ENOTREG;
}

/* Returns the value of the line that abi has for a feed. If it has no such line, data is NULL. */
static struct pl_slice find_size(const struct recording *recording, const char *feed)
{
    struct pl_slice rest = {.data = recording->abi_text.data, .len = recording->abi_text.len};
    struct pl_slice found = {0};
    struct pl_slice line;

    while (pl_text_line(&rest, &line)) {
        struct pl_slice key;

        if (pl_text_part(&line, '=', &key) && pl_slice_is(&key, feed))
            found = line;
    }
    return found;
}

/* Returns whether abi has this length for the feed. */
static bool is_stated(const struct recording *recording, const char *feed, size_t len)
{
    struct pl_slice value = find_size(recording, feed);
    uint64_t size;

    return value.data && pl_text_dec(&value, UINT64_MAX, &size) && size == len;
}

/* Returns false if abi has another length for the feed. */
static bool is_whole(const struct recording *recording, const char *feed, size_t len)
{
    return !find_size(recording, feed).data || is_stated(recording, feed, len);
}

static int recording_read(struct pl_reader *reader, const struct pl_request *request,
                          pl_chunk_fn *chunk, void *arg, struct pl_reading *reading)
{
    struct recording *recording = (struct recording *)(void *)reader;
    struct pl_buffer bytes = {0};
    char path[PL_RECORDING_PATH];
    int err;

    pl_recording_path(request->feed, request->space ? request->space->netns : 0, path);
    err = read_file(recording->dir, path, PL_RECORDING_FEED_MAX, &bytes);

    reading->path = "recording";
    if (err == 0)
        err = chunk(arg, bytes.data, bytes.len);
    if (err == 0 && !is_whole(recording, path, bytes.len))
        err = -EBADMSG;
    /* The kernel counted no socket there, so that nothing was read. */
    if (err == -ENOENT && request->space && is_stated(recording, path, 0))
        err = 0;
    pl_buffer_free(&bytes);
    return err;
}

static int recording_open(struct pl_reader *reader, const struct pl_feed *feed)
{
    const struct recording *recording = (struct recording *)(void *)reader;
    struct stat st;
    int fd = pl_stat(recording->dir, feed->name, AT_SYMLINK_NOFOLLOW, &st);

    if (fd < 0)
        return fd == -ENOTDIR ? -ENOENT : fd;
    /* Merely opening a FIFO or a device could have an effect. */
    if (!S_ISREG(st.st_mode))
        return -PL_ENOTREG;
    fd = pl_open(recording->dir, feed->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || (pl_stat_open(fd, &st) == 0 && S_ISREG(st.st_mode)))
        return fd;
    (void)close(fd);
    return -PL_ENOTREG;
}

static void recording_close(struct pl_reader *reader)
{
    struct recording *recording = (struct recording *)(void *)reader;

    close(recording->dir);
    pl_buffer_free(&recording->abi_text);
    free(recording->spaces.list.items);
    free(recording);
}

/* Parses a line. Returns false if its value is invalid. Ignores unknown keys. */
static bool read_key(struct pl_slice line, struct pl_abi *abi, bool *ordered)
{
    struct pl_slice key;
    char word[16] = "";
    char release[32] = "";

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
    if (pl_slice_is(&key, "netns")) {
        uint64_t number;

        if (!pl_text_dec(&line, UINT32_MAX, &number))
            return false;
        abi->netns = (uint32_t)number;
    }
    if (pl_slice_is(&key, "release")) {
        pl_slice_copy(&line, 0, release,
                      line.len < sizeof(release) ? line.len : sizeof(release) - 1);
        abi->no_bound = !pl_linux_is_release(release, 6, 8);
    }
    if (pl_slice_is(&key, "system")) {
        if (line.len >= sizeof(word))
            return true; /* the system stays unknown */
        pl_slice_copy(&line, 0, word, line.len);
        (void)pl_system_parse(word, &abi->system);
    }
    return true;
}

/* -EINVAL: not a recording. -ENOTSUP: of an unknown system. Other errors: abi is unreadable. */
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
    if (err < 0 && err != -ENOENT && err != -PL_ENOTREG && err != -EFBIG)
        return err;
    if (err < 0 || !ordered || abi->long_bytes == 0)
        return -EINVAL;
    abi->no_bound &= abi->system == PL_SYSTEM_LINUX;
    return abi->system == PL_SYSTEM_UNKNOWN ? -ENOTSUP : 0;
}

/* ---- files that are not feeds ---- */

/* Files that are not feeds of the system of the recording. */
struct foreign {
    const struct recording *recording;
    uint64_t count;
    char first[PATH_TEXT]; /* the path that sorts first, whatever the order of the file system */
    char path[PATH_TEXT];  /* the current one; empty: the recording itself */
};

static bool has_space(const struct recording *recording, uint32_t netns)
{
    const struct pl_space *spaces = recording->spaces.list.items;

    for (size_t i = 0; i < recording->spaces.list.count; i++) {
        if (spaces[i].netns == netns)
            return true;
    }
    return false;
}

static void add_foreign(struct foreign *foreign)
{
    const struct recording *recording = foreign->recording;
    uint32_t netns = 0;
    const char *name = pl_recording_in_space(foreign->path, &netns);
    const struct pl_feed *feed = pl_feed_find(name ? name : foreign->path);

    if (strcmp(foreign->path, PL_RECORDING_ABI) == 0 ||
        (feed && feed->system == recording->base.abi.system &&
         (!name || has_space(recording, netns))))
        return;
    if (foreign->count++ == 0 || strcmp(foreign->path, foreign->first) < 0)
        (void)strlcpy(foreign->first, foreign->path, sizeof(foreign->first));
}

/* Visits all files below the current path. Treats a directory that cannot be listed as a file. */
static int find_foreign(struct foreign *foreign, int depth)
{
    char *path = foreign->path;
    size_t len = strlen(path);
    int top = foreign->recording->dir;
    struct dirent *entry;
    DIR *dir;
    int err = depth > PL_RECORDING_DEPTH ? -ELOOP
                                         : pl_open_dir(top, len > 0 ? path : ".", O_NOFOLLOW, &dir);

    if (err < 0) {
        if (len > 0)
            add_foreign(foreign);
        return err == -ENOMEM ? err : 0;
    }
    while (err == 0 && pl_entry(dir, &entry) > 0) {
        int added =
            snprintf(path + len, PATH_TEXT - len, "%s%s", len > 0 ? "/" : "", entry->d_name);
        struct stat st;

        /* The name of a feed is never truncated. */
        if (added < (int)(PATH_TEXT - len) && pl_stat(top, path, AT_SYMLINK_NOFOLLOW, &st) == 0 &&
            S_ISDIR(st.st_mode))
            err = find_foreign(foreign, depth + 1);
        else
            add_foreign(foreign);
    }
    path[len] = '\0';
    closedir(dir);
    return err;
}

static int recording_notes(struct pl_reader *reader,
                           int (*note)(void *arg, const struct pl_note *note), void *arg)
{
    struct foreign foreign = {.recording = (struct recording *)(void *)reader};
    int err = pl_spaces_notes(&reader->spaces, reader->lacks, note, arg);

    err = err ? err : find_foreign(&foreign, 0);
    if (err < 0 || foreign.count == 0)
        return err;
    return note(arg, &(struct pl_note){.kind = PL_NOTE_FEED_FOREIGN,
                                       .count = foreign.count,
                                       .feed = {foreign.first, (uint32_t)strlen(foreign.first)}});
}

/* Whether there is a file for a feed of the system, readable or not. */
static bool has_feed(int dir, enum pl_system system)
{
    struct stat st;

    for (size_t i = 0; i < pl_feed_count; i++) {
        int err = pl_feeds[i].system == system
                      ? pl_stat(dir, pl_feeds[i].name, AT_SYMLINK_NOFOLLOW, &st)
                      : -ENOENT;

        if (err != -ENOENT && err != -ENOTDIR)
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
        .open = recording_open,
    };
    struct pl_abi abi = {0};
    struct pl_buffer text = {0};
    struct pl_spaces spaces = {.all = true};
    struct recording *recording;
    int fd = pl_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY);
    int err;

    if (fd < 0)
        return fd;
    err = read_abi(fd, &abi, &text);
    if (err == 0 && !has_feed(fd, abi.system))
        err = -EINVAL;
    err = err ? err : pl_recording_read_spaces(&text, abi.netns, &spaces);
    recording = err == 0 ? calloc(1, sizeof(*recording)) : NULL;
    if (!recording) {
        close(fd);
        pl_buffer_free(&text);
        free(spaces.list.items);
        return err < 0 ? err : -ENOMEM;
    }
    /* Root has no additional access to the files: the sandbox removes it before a replay. */
    recording->base =
        (struct pl_reader){.ops = &ops, .abi = abi, .lacks = PL_LACK_KNOWN, .replay = true};
    recording->dir = fd;
    recording->abi_text = text;
    recording->spaces = spaces;
    *out = &recording->base;
    return 0;
}

void pl_reader_replay_netns(struct pl_reader *reader)
{
    reader->spaces = ((struct recording *)(void *)reader)->spaces; /* borrowed */
}
