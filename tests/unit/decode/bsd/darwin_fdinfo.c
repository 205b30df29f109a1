/* SPDX-License-Identifier: BSD-2-Clause */
/* socket_fdinfo has the same values as the table of each socket, and its owner. */
#include "tables.h"

#include "decode/bsd/darwin_layout.h"
#include "decode/frames.h"

#define RECORDING    "macos-15-encoded"
#define FEED         "darwin/proc_pidfdinfo"
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)

static struct recorder_sink *decode_whole(const char *feed, unsigned int slot)
{
    struct table table = table_load(RECORDING, feed, slot);
    struct recorder_sink *got = recorder_new();

    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->note_count, 0);
    table_free(&table);
    return got;
}

static const struct pl_sock *find(const struct recorder_sink *in, uint64_t key)
{
    for (size_t i = 0; i < in->sock_count; i++) {
        if (in->socks[i].key == key)
            return &in->socks[i];
    }
    return NULL;
}

/* All sockets of the table, with equal values except the uid, which is absent here. */
static size_t compare_with(const char *feed, unsigned int slot)
{
    struct recorder_sink *table = decode_whole(feed, slot);
    struct recorder_sink *infos = decode_whole(FEED, slot);
    struct recorder_sink *owners = decode_whole(FEED, PL_SLOT_OWNERS);
    size_t equal = 0;

    for (size_t i = 0; i < table->sock_count; i++) {
        struct pl_sock want = table->socks[i];
        const struct pl_sock *got = find(infos, want.key);
        size_t held = 0;

        if (want.key == 0)
            continue; /* closing: no descriptor refers to it */
        assert_non_null(got);
        want.have &= (uint16_t)~PL_HAVE_UID;
        want.uid = 0;
        want.flags =
            (want.flags & ~PL_FLAG_ORPHAN) & 15; /* made-up: here a descriptor refers to it */
        assert_memory_equal(got, &want, sizeof(want));
        for (size_t o = 0; o < owners->owner_count; o++)
            held += owners->owners[o].key == want.key;
        assert_int_equal(held, 1);
        equal++;
    }
    recorder_free(table);
    recorder_free(infos);
    recorder_free(owners);
    return equal;
}

static void same_as_tables(void **state)
{
    (void)state;
    assert_int_equal(compare_with("darwin/net.inet.tcp.pcblist_n", SOCKS(TCP)), 17);
    assert_int_equal(compare_with("darwin/net.inet.udp.pcblist_n", SOCKS(UDP)), 5);
    assert_int_equal(compare_with("darwin/net.local.stream.pcblist_n", SOCKS(UNIX)), 5);
    assert_int_equal(compare_with("darwin/net.local.dgram.pcblist_n", SOCKS(UNIX)), 2);
}

static void damage(void **state)
{
    static const unsigned int slots[] = {PL_SLOT_OWNERS, SOCKS(TCP), SOCKS(UNIX)};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(slots); i++) {
        struct table table = table_load(RECORDING, FEED, slots[i]);

        table_damage(&table, 0, 4);
        table_free(&table);
    }
}

static struct bytes denied_frame(void)
{
    struct bytes b = {0};

    put_u32(&b, 1);
    put_u32(&b, PL_OWNER_DENIED);
    put_u32(&b, 4);
    put_u32(&b, EPERM);
    return b;
}

static int decode_slot(const struct bytes *b, unsigned int slot, struct recorder_sink *got)
{
    struct table table = table_load(RECORDING, FEED, slot);
    int err;

    memcpy(table.bytes, b->data, b->len);
    err = table_decode(&table, b->len, &got->sink);
    table_free(&table);
    return err;
}

/* An unreadable process is counted, and its sockets are absent. */
static void denied(void **state)
{
    struct bytes b = denied_frame();
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_slot(&b, PL_SLOT_OWNERS, got), 0);
    assert_int_equal(got->denied_count, 1);
    assert_int_equal(got->denied[0].pid, 1);
    assert_int_equal(got->denied[0].error, EPERM);
    assert_int_equal(got->note_count, 0);
    assert_int_equal(decode_slot(&b, SOCKS(TCP), got), 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_SOCKS_HIDDEN);
    put_u16(&b, 0); /* the start of another one */
    assert_int_equal(decode_slot(&b, SOCKS(TCP), got), -EBADMSG);
    b.len -= 2;
    got->fail_after = 0;
    assert_int_equal(decode_slot(&b, SOCKS(TCP), got), -ENOMEM);
    recorder_free(got);
}

static void unknown_layout(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    for (int i = 0; i < 2; i++) {
        put_u32(&b, 1);
        put_u32(&b, 3);
        put_u32(&b, 800);
        put_zeros(&b, 800);
    }
    assert_int_equal(decode_slot(&b, PL_SLOT_OWNERS, got), 0);
    assert_int_equal(got->owner_count, 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    assert_int_equal(got->notes[0].count, 800);
    recorder_free(got);
}

/* Held without a descriptor. */
static void fileport(void **state)
{
    struct bytes b = {0};
    struct recorder_sink *got = recorder_new();

    (void)state;
    put_u32(&b, 50);
    put_u32(&b, PL_OWNER_FILEPORT);
    put_u32(&b, PL_FDINFO_SIZE);
    put_zeros(&b, PL_FDINFO_SO);
    put_u32(&b, 0x51);
    put_zeros(&b, PL_FDINFO_SIZE - PL_FDINFO_SO - 4);
    assert_int_equal(decode_slot(&b, PL_SLOT_OWNERS, got), 0);
    assert_int_equal(got->owner_count, 1);
    assert_int_equal(got->owners[0].pid, 50);
    assert_int_equal(got->owners[0].fd, PL_FD_NONE);
    assert_int_equal(got->owners[0].key, 0x51);
    recorder_free(got);
}

TEST_MAIN(TEST(same_as_tables), TEST(damage), TEST(denied), TEST(unknown_layout), TEST(fileport))
