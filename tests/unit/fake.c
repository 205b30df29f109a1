/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake.h"

#define FLAGS_AT  6 /* of struct nlmsghdr */
#define DUMP_INTR 0x10

/* Copies into memory of exactly its size, so that ASan detects reads past it. */
static int hand_on(const void *bytes, size_t len, bool changing, pl_chunk_fn *chunk, void *arg)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    int err;

    if (!copy)
        return -ENOMEM;
    if (len > 0)
        memcpy(copy, bytes, len);
    if (changing && len > FLAGS_AT)
        copy[FLAGS_AT] |= DUMP_INTR;
    err = chunk(arg, copy, len);
    free(copy);
    return err;
}

static int fake_read(struct pl_reader *reader, const struct pl_request *request, pl_chunk_fn *chunk,
                     void *arg, struct pl_reading *reading)
{
    struct fake_reader *fake = (struct fake_reader *)(void *)reader;
    const char *name = request->feed->name;
    bool changing;
    int err;

    reading->path = "fake";
    if (fake->read_count < FAKE_READS_MAX) {
        size_t i = fake->read_count++;

        fake->reads[i].feed = name;
        fake->reads[i].states = request->states;
        fake->reads[i].families = request->families;
        fake->reads[i].need = request->need;
        fake->reads[i].id_count = request->id_count;
        fake->reads[i].first_id = request->id_count > 0 ? request->ids[0] : 0;
        fake->reads[i].group_count = request->group_count;
        fake->reads[i].whole = request->whole;
    }
    for (size_t i = 0; i < fake->count; i++) {
        const struct fake_feed *feed = &fake->feeds[i];

        if (strcmp(feed->name, name) != 0)
            continue;
        changing = fake_reads(fake, name) <= feed->changing;
        err = feed->bytes ? hand_on(feed->bytes, feed->len, changing, chunk, arg) : 0;
        if (err == 0 && feed->more)
            err = hand_on(feed->more, feed->more_len, false, chunk, arg);
        return err != 0 ? err : feed->error;
    }
    return -ENOENT;
}

static bool fake_expects(struct pl_reader *reader, uint64_t sockets)
{
    (void)sockets;
    return ((struct fake_reader *)(void *)reader)->large;
}

static void fake_close(struct pl_reader *reader)
{
    ((struct fake_reader *)(void *)reader)->closed = true;
}

void fake_init(struct fake_reader *fake, const struct fake_feed *feeds, size_t count)
{
    static const struct pl_reader_ops ops = {
        .read = fake_read, .expects = fake_expects, .close = fake_close};

    *fake = (struct fake_reader){
        .base = {.ops = &ops, .abi = {PL_SYSTEM_LINUX, false, 8}},
        .feeds = feeds,
        .count = count,
    };
}

size_t fake_reads(const struct fake_reader *fake, const char *feed)
{
    size_t count = 0;

    for (size_t i = 0; i < fake->read_count; i++)
        count += strcmp(fake->reads[i].feed, feed) == 0;
    return count;
}

struct bytes fake_listener(uint32_t inode, uint32_t ifindex)
{
    struct bytes b = {0};
    size_t at = nl_begin(&b, 20, 0);

    put_u8(&b, 2);
    put_u8(&b, 10);
    put_u16(&b, 0);
    put_be16(&b, (uint16_t)(75 + inode));
    put_zeros(&b, 34);
    put_u32(&b, ifindex);
    put_zeros(&b, 20);
    put_u32(&b, 1000);
    put_u32(&b, inode);
    nl_end(&b, at);
    return b;
}

struct bytes fake_owner(uint32_t pid, uint32_t fd, uint64_t key)
{
    struct bytes b = {0};

    put_u32(&b, pid);
    put_u32(&b, fd);
    put_u64(&b, key);
    return b;
}

const struct pl_note *assert_only_note(const struct pl_snapshot *snap, enum pl_note_kind kind,
                                       const char *feed)
{
    size_t count;
    const struct pl_note *notes = pl_snapshot_notes(snap, &count);

    assert_int_equal(count, 1);
    assert_int_equal(notes[0].kind, kind);
    assert_int_equal(notes[0].feed.len, strlen(feed));
    assert_memory_equal(notes[0].feed.data, feed, strlen(feed));
    return notes;
}

void assert_counts(const struct pl_snapshot *snap, size_t socks, size_t notes)
{
    size_t count;

    (void)pl_snapshot_socks(snap, &count);
    assert_int_equal(count, socks);
    (void)pl_snapshot_notes(snap, &count);
    assert_int_equal(count, notes);
}
