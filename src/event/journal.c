/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes events into a recording, and replays them: see decode/frames.h. */
#include "decode/frames.h"
#include "source/call.h"
#include "source/recording/recording.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pl_journal {
    int fd;
    struct pl_buffer bytes;
};

/* Returns the feed of the system's events, or NULL. */
static const struct pl_feed *feed_of(const struct pl_reader *reader)
{
    return pl_feed_first(reader->abi.system, PL_SLOT_EVENTS);
}

int pl_journal_open(int fd, struct pl_journal **out)
{
    struct pl_journal *journal = calloc(1, sizeof(*journal));

    if (!journal)
        return -ENOMEM;
    journal->fd = fd;
    *out = journal;
    return 0;
}

int pl_journal_create(struct pl_reader *recorder, struct pl_journal **out)
{
    const int *dirs = pl_reader_dirs(recorder);
    const struct pl_feed *feed = feed_of(recorder);
    int fd;
    int err;

    if (!dirs || !feed)
        return -EINVAL;
    fd = pl_recording_create(dirs[0], feed->name);
    err = fd < 0 ? fd : pl_journal_open(fd, out);
    if (fd >= 0 && err < 0)
        (void)close(fd);
    return err;
}

/* Fills the new directory. Returns a descriptor of the journal. */
static int fill(int dir, const struct pl_abi *abi, const char *name)
{
    struct stat st;
    int err = pl_stat_open(dir, &st);
    int fd;

    /* Another user may have replaced the directory. */
    if (err == 0 && (st.st_uid != geteuid() || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0))
        err = -ESTALE;
    if (err < 0)
        return err;
    fd = pl_recording_create(dir, name);
    err = fd < 0 ? fd : pl_recording_abi(dir, abi, NULL);
    if (err == 0)
        return fd;
    if (fd >= 0)
        (void)close(fd);
    (void)unlinkat(dir, name, 0);
    (void)unlinkat(dir, PL_RECORDING_ABI, 0);
    (void)unlinkat(dir, pl_system_name(abi->system), AT_REMOVEDIR);
    return err;
}

int pl_journal_make(const char *dir, enum pl_system system)
{
    const struct pl_feed *feed = pl_feed_first(system, PL_SLOT_EVENTS);
    const struct pl_abi abi = pl_abi_here(system);
    char name[NAME_MAX + 1];
    int parent = feed ? pl_open_parent(dir, name) : -ENOTSUP;
    int own;
    int err;

    if (parent < 0)
        return parent;
    err = mkdirat(parent, name, 0700) != 0 ? -errno : 0;
    if (err == 0) {
        own = pl_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        err = own < 0 ? own : fill(own, &abi, feed->name);
        if (own >= 0)
            (void)close(own);
        if (err < 0)
            (void)unlinkat(parent, name, AT_REMOVEDIR);
    }
    (void)close(parent);
    return err;
}

/* ---- writing, in the byte order of this machine ---- */

static void put_u16(uint8_t *bytes, size_t at, uint16_t value)
{
    memcpy(bytes + at, &value, sizeof(value));
}

static void put_u32(uint8_t *bytes, size_t at, uint32_t value)
{
    memcpy(bytes + at, &value, sizeof(value));
}

static void put_u64(uint8_t *bytes, size_t at, uint64_t value)
{
    memcpy(bytes + at, &value, sizeof(value));
}

static void put_event(uint8_t *to, const struct pl_event *event, uint32_t holders)
{
    const struct pl_sock *sock = &event->sock;

    put_u16(to, PL_JOURNAL_VERSION, PL_JOURNAL_FORMAT);
    put_u16(to, PL_JOURNAL_HOLDERS, (uint16_t)holders);
    put_u16(to, PL_JOURNAL_HAVE, event->have);
    to[PL_JOURNAL_KIND] = event->kind;
    to[PL_JOURNAL_ENDED] = event->ended;
    to[PL_JOURNAL_HELD_BY] = event->held_by;
    to[PL_JOURNAL_FAMILY] = sock->family;
    to[PL_JOURNAL_PROTO] = sock->proto;
    to[PL_JOURNAL_TYPE] = sock->type;
    to[PL_JOURNAL_FLAGS] = sock->flags;
    to[PL_JOURNAL_UNKNOWN] = sock->owner_unknown;
    put_u16(to, PL_JOURNAL_OLD_STATE, event->old_state);
    put_u16(to, PL_JOURNAL_STATE, sock->state);
    put_u16(to, PL_JOURNAL_SOCK_HAVE, sock->have);
    put_u32(to, PL_JOURNAL_NETNS, event->netns);
    put_u32(to, PL_JOURNAL_UID, sock->uid);
    put_u32(to, PL_JOURNAL_IFINDEX, sock->ifindex);
    put_u32(to, PL_JOURNAL_LOCAL_PORT, sock->local_port);
    put_u32(to, PL_JOURNAL_PEER_PORT, sock->peer_port);
    put_u32(to, PL_JOURNAL_RETRANS, event->retrans);
    put_u32(to, PL_JOURNAL_RTT, event->rtt_us);
    put_u64(to, PL_JOURNAL_TIME, event->time);
    put_u64(to, PL_JOURNAL_DURATION, event->duration_us);
    put_u64(to, PL_JOURNAL_BYTES_IN, event->bytes_in);
    put_u64(to, PL_JOURNAL_BYTES_OUT, event->bytes_out);
    put_u64(to, PL_JOURNAL_COUNT, event->count);
    put_u64(to, PL_JOURNAL_COOKIE, sock->cookie);
    memcpy(to + PL_JOURNAL_LOCAL, sock->local_addr, sizeof(sock->local_addr));
    memcpy(to + PL_JOURNAL_PEER, sock->peer_addr, sizeof(sock->peer_addr));
}

int pl_journal_add(struct pl_journal *journal, const struct pl_event *event)
{
    uint32_t count = event->holders ? event->holders->count : 0;
    uint32_t len;
    uint8_t *to;
    int err;

    if (count > PL_JOURNAL_HOLDERS_MAX)
        count = PL_JOURNAL_HOLDERS_MAX;
    len = PL_JOURNAL_BYTES + count * PL_JOURNAL_HOLDER;
    err = pl_buffer_reserve(&journal->bytes, sizeof(len) + len);
    if (err < 0)
        return err;
    to = journal->bytes.data + journal->bytes.len;
    put_u32(to, 0, len);
    to += sizeof(len);
    put_event(to, event, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct pl_holder *holder = &event->holders->items[i];
        uint8_t *at = to + PL_JOURNAL_BYTES + (size_t)i * PL_JOURNAL_HOLDER;

        put_u32(at, 0, holder->pid);
        put_u32(at, 4, holder->uid);
        memcpy(at + 8, holder->name, sizeof(holder->name));
    }
    journal->bytes.len += sizeof(len) + len;
    return 0;
}

int pl_journal_flush(struct pl_journal *journal)
{
    int err = pl_write_all(journal->fd, journal->bytes.data, journal->bytes.len);

    journal->bytes.len = 0;
    return err;
}

void pl_journal_close(struct pl_journal *journal)
{
    if (!journal)
        return;
    (void)close(journal->fd);
    pl_buffer_free(&journal->bytes);
    free(journal);
}

/* ---- replaying ---- */

struct replay {
    struct pl_sink sink;
    struct pl_input in;
    pl_event_fn *take;
    void *arg;
};

/* The receiver may keep the holders, which the decoder has on its stack. */
static int pass_on(struct pl_sink *sink, const struct pl_event *event)
{
    struct replay *replay = (struct replay *)(void *)sink;
    struct pl_event copy = *event;
    int err;

    if (event->holders) {
        uint32_t count = event->holders->count;

        copy.holders = pl_holders_new(count);
        if (!copy.holders)
            return -ENOMEM;
        memcpy(copy.holders->items, event->holders->items, count * sizeof(struct pl_holder));
    }
    err = replay->take(replay->arg, &copy);
    pl_holders_drop(copy.holders);
    return err;
}

static int on_note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    (void)sink;
    (void)kind;
    (void)count;
    return -EBADMSG;
}

static int on_chunk(void *arg, const void *bytes, size_t len)
{
    struct replay *replay = arg;

    replay->in.bytes =
        (struct pl_slice){.data = bytes, .len = len, .big_endian = replay->in.abi.big_endian};
    return replay->in.feed->decode(&replay->in, &replay->sink);
}

int pl_journal_replay(struct pl_reader *reader, pl_event_fn *take, void *arg)
{
    struct pl_reading reading = {0};
    struct replay replay = {
        .sink = {.event = pass_on, .note = on_note},
        .in = {.feed = feed_of(reader), .abi = reader->abi, .whole = true},
        .take = take,
        .arg = arg,
    };
    const struct pl_request request = {.feed = replay.in.feed};

    if (!request.feed)
        return -ENOENT;
    return reader->ops->read(reader, &request, on_chunk, &replay, &reading);
}

static int refuse_chunk(void *arg, const void *bytes, size_t len)
{
    (void)arg;
    (void)bytes;
    (void)len;
    return -ECANCELED;
}

bool pl_journal_exists(struct pl_reader *reader)
{
    struct pl_reading reading = {0};
    const struct pl_request request = {.feed = feed_of(reader)};

    return request.feed &&
           reader->ops->read(reader, &request, refuse_chunk, NULL, &reading) != -ENOENT;
}
