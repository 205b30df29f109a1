/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a journal event by event. It is hostile input. */
#include "decode/frames.h"
#include "source/call.h"
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH 4
/* An event with as many holders as it may have. */
#define EVENT_MAX (LENGTH + PL_JOURNAL_BYTES + PL_JOURNAL_HOLDERS_MAX * PL_JOURNAL_HOLDER)
#define ROOM      65536

struct pl_playback {
    struct pl_sink sink; /* first: the decoder has a pointer to it */
    struct pl_input in;
    int fd;
    uint64_t read, size; /* bytes of the journal */
    size_t from, to;     /* bytes in room that were not decoded */
    bool damaged;
    struct pl_event event;
    bool taken;
    uint8_t room[ROOM];
};

_Static_assert(EVENT_MAX <= ROOM, "room for an event");

/* The decoder has the holders on its stack. */
static int take(struct pl_sink *sink, const struct pl_event *event)
{
    struct pl_playback *playback = (struct pl_playback *)(void *)sink;
    struct pl_holders *copy = NULL;

    if (event->holders) {
        copy = pl_holders_new(event->holders->count);
        if (!copy)
            return -ENOMEM;
        memcpy(copy->items, event->holders->items, copy->count * sizeof(struct pl_holder));
    }
    playback->event = *event;
    playback->event.holders = copy;
    playback->taken = true;
    return 0;
}

static int on_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    (void)sink;
    (void)kind;
    (void)count;
    return -EBADMSG;
}

int pl_playback_open(struct pl_reader *reader, struct pl_playback **out)
{
    const struct pl_feed *feed = pl_feed_first(reader->abi.system, PL_SLOT_EVENTS);
    struct pl_playback *playback;
    struct stat st;
    int fd = feed && reader->ops->open ? reader->ops->open(reader, feed) : -ENOENT;
    int err = fd < 0 ? fd : pl_stat_open(fd, &st);

    if (fd < 0)
        return fd;
    playback = err == 0 ? calloc(1, sizeof(*playback)) : NULL;
    if (!playback) {
        (void)close(fd);
        return err ? err : -ENOMEM;
    }
    playback->sink = (struct pl_sink){.event = take, .note = on_note};
    playback->in = (struct pl_input){.feed = feed, .abi = reader->abi, .whole = true};
    playback->fd = fd;
    playback->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    *out = playback;
    return 0;
}

/* Reads until there are that many bytes, or the journal ends. Returns 0 or a negative errno. */
static int fill(struct pl_playback *playback, size_t size)
{
    if (playback->to - playback->from >= size)
        return 0;
    memmove(playback->room, playback->room + playback->from, playback->to - playback->from);
    playback->to -= playback->from;
    playback->from = 0;
    while (playback->to < size) {
        ssize_t len = pl_read(playback->fd, playback->room + playback->to, ROOM - playback->to);

        if (len <= 0)
            return (int)len;
        playback->to += (size_t)len;
        playback->read += (size_t)len;
    }
    return 0;
}

/* Stores the length of the next event. Returns 1; 0: the journal ends; or a negative errno. */
static int next_length(struct pl_playback *playback, size_t *len)
{
    int err = fill(playback, LENGTH);
    size_t left = playback->to - playback->from;
    const struct pl_slice head = {.data = playback->room + playback->from,
                                  .len = left,
                                  .big_endian = playback->in.abi.big_endian};
    uint32_t size;

    if (err < 0)
        return err;
    if (left < LENGTH)
        return left == 0 ? 0 : -EBADMSG;
    size = pl_slice_u32(&head, 0);
    if (size < PL_JOURNAL_BYTES || size > EVENT_MAX - LENGTH)
        return -EBADMSG;
    *len = LENGTH + size;
    err = fill(playback, *len);
    if (err < 0)
        return err;
    return playback->to - playback->from < *len ? -EBADMSG : 1;
}

int pl_playback_next(struct pl_playback *playback, const struct pl_event **out)
{
    pl_holders_drop(playback->event.holders);
    playback->event.holders = NULL;
    playback->taken = false;
    while (!playback->taken) {
        size_t len;
        int err = next_length(playback, &len);

        if (err <= 0)
            return err == 0 && playback->damaged ? -EBADMSG : err;
        playback->in.bytes = (struct pl_slice){.data = playback->room + playback->from,
                                               .len = len,
                                               .big_endian = playback->in.abi.big_endian};
        playback->from += len;
        err = playback->in.feed->decode(&playback->in, &playback->sink);
        if (err == -ENOMEM)
            return err;
        playback->damaged |= err != 0;
    }
    *out = &playback->event;
    return 1;
}

uint64_t pl_playback_at(const struct pl_playback *playback, uint64_t *size)
{
    uint64_t at = playback->read - (playback->to - playback->from);

    *size = playback->size > at ? playback->size : at; /* it may still grow */
    return at;
}

void pl_playback_close(struct pl_playback *playback)
{
    if (!playback)
        return;
    pl_holders_drop(playback->event.holders);
    (void)close(playback->fd);
    free(playback);
}
