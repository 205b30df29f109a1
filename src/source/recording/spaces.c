/* SPDX-License-Identifier: BSD-2-Clause */
/* Other network namespaces in a recording: their directories, and their lines in abi. */
#include "recording.h"
#include "source/source.h"

#include "model/array.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTORY "netns/"

void pl_recording_path(const struct pl_feed *feed, uint32_t netns, char path[PL_RECORDING_PATH])
{
    if (netns != 0)
        (void)snprintf(path, PL_RECORDING_PATH, DIRECTORY "%u/%s", netns, feed->name);
    else
        (void)strlcpy(path, feed->name, PL_RECORDING_PATH);
}

const char *pl_recording_in_space(const char *path, uint32_t *netns)
{
    struct pl_slice number;
    const char *end;
    uint64_t value;

    if (strncmp(path, DIRECTORY, strlen(DIRECTORY)) != 0)
        return NULL;
    path += strlen(DIRECTORY);
    end = strchr(path, '/');
    if (!end)
        return NULL;
    number = (struct pl_slice){.data = (const uint8_t *)path, .len = (size_t)(end - path)};
    if (!pl_text_dec(&number, UINT32_MAX, &value) || value == 0)
        return NULL;
    *netns = (uint32_t)value;
    return end + 1;
}

/* ---- lines ---- */

static const struct {
    const char *key;
    size_t at; /* in struct pl_spaces */
} counts[] = {
    {"spaces_unknown", offsetof(struct pl_spaces, unknown)},
    {"spaces_closed", offsetof(struct pl_spaces, closed)},
    {"spaces_hidden", offsetof(struct pl_spaces, hidden)},
};

static int add_line(struct pl_buffer *lines, const char *key, uint64_t number)
{
    char line[64];
    int len = snprintf(line, sizeof(line), "%s=%llu\n", key, (unsigned long long)number);

    return pl_buffer_add(lines, line, (size_t)len);
}

int pl_recording_add_spaces(struct pl_buffer *lines, const struct pl_spaces *spaces)
{
    const struct pl_space *list = spaces->list.items;
    int err = 0;

    for (size_t i = 0; i < COUNT_OF(counts) && err == 0; i++) {
        size_t number;

        memcpy(&number, (const char *)spaces + counts[i].at, sizeof(number));
        err = number > 0 ? add_line(lines, counts[i].key, number) : 0;
    }
    for (size_t i = 0; i < spaces->list.count && err == 0; i++)
        err = add_line(lines, "space", list[i].netns);
    return err;
}

static int add_space(struct pl_spaces *out, uint64_t netns)
{
    struct pl_space *space = pl_list_add(&out->list, sizeof(*space));

    if (!space)
        return -ENOMEM;
    *space = (struct pl_space){(uint32_t)netns, .diag = -1, .route = -1, .proc = -1, {-1, -1}};
    return 0;
}

/* Returns 0 also for lines with another key. */
static int read_line(struct pl_slice line, struct pl_spaces *out)
{
    struct pl_slice key;
    uint64_t number = 0;

    if (!pl_text_part(&line, '=', &key))
        return 0;
    if (pl_slice_is(&key, "space"))
        return pl_text_dec(&line, UINT32_MAX, &number) && number != 0 ? add_space(out, number)
                                                                      : -EINVAL;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        size_t value;

        if (!pl_slice_is(&key, counts[i].key))
            continue;
        if (!pl_text_dec(&line, UINT32_MAX, &number))
            return -EINVAL;
        value = (size_t)number;
        memcpy((char *)out + counts[i].at, &value, sizeof(value));
    }
    return 0;
}

/* A namespace that is read twice would have each of its sockets twice. */
static int check_unique(const struct pl_spaces *spaces, uint32_t own)
{
    const struct pl_space *list = spaces->list.items;
    uint32_t *inodes = calloc(spaces->list.count + 1, sizeof(*inodes));
    int err = 0;

    if (!inodes)
        return -ENOMEM;
    for (size_t i = 0; i < spaces->list.count; i++)
        inodes[i] = list[i].netns;
    inodes[spaces->list.count] = own;
    qsort(inodes, spaces->list.count + 1, sizeof(*inodes), pl_compare_u32);
    for (size_t i = 0; i < spaces->list.count; i++) {
        if (inodes[i] == inodes[i + 1])
            err = -EINVAL;
    }
    free(inodes);
    return err;
}

int pl_recording_read_spaces(const struct pl_buffer *abi, uint32_t own, struct pl_spaces *out)
{
    struct pl_slice rest = {.data = abi->data, .len = abi->len};
    struct pl_slice line;
    int err = 0;

    while (err == 0 && pl_text_line(&rest, &line))
        err = read_line(line, out);
    return err ? err : check_unique(out, own);
}
