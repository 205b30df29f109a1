/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of NetBSD: recorded ones, and the same with hidden addresses, as from NetBSD 9 on. */
#include "tables.h"

#include "decode/bsd/netbsd_layout.h"

#define RECORDING    "netbsd-7.99-amd64"
#define SOCKS(proto) ((int)PL_SLOT_SOCKS + (int)PL_PROTO_##proto)

static const struct {
    const char *feed;
    unsigned int slot;
    size_t records;
} tables[] = {
    {"netbsd/net.inet.tcp.pcblist", SOCKS(TCP), 22},
    {"netbsd/net.inet6.tcp6.pcblist", SOCKS(TCP), 11},
    {"netbsd/net.inet.udp.pcblist", SOCKS(UDP), 4},
    {"netbsd/net.inet.raw.pcblist", SOCKS(RAW), 1},
    {"netbsd/net.inet6.raw6.pcblist", SOCKS(RAW), 1},
    {"netbsd/net.local.stream.pcblist", SOCKS(UNIX), 5},
    {"netbsd/net.local.dgram.pcblist", SOCKS(UNIX), 2},
    {"netbsd/kern.file2.bypid", PL_SLOT_OWNERS, 0},
    {"netbsd/kern.proc2", PL_SLOT_PROCESSES, 0},
};

static struct recorder_sink *decode_whole(const char *feed, unsigned int slot)
{
    struct table table = table_load(RECORDING, feed, slot);
    struct recorder_sink *got = recorder_new();

    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->note_count, 0);
    table_free(&table);
    return got;
}

static void records(void **state)
{
    struct recorder_sink *files = decode_whole("netbsd/kern.file2.bypid", PL_SLOT_OWNERS);
    struct recorder_sink *processes = decode_whole("netbsd/kern.proc2", PL_SLOT_PROCESSES);
    struct table_owners owners = {files, processes};

    (void)state;
    assert_int_equal(processes->process_count, 4);
    assert_int_equal(files->uid_count, files->owner_count);
    for (size_t i = 0; i < COUNT_OF(tables) - 2; i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = decode_whole(tables[i].feed, tables[i].slot);

        assert_int_equal(table_compare(&table, got, &owners), tables[i].records);
        recorder_free(got);
        table_free(&table);
    }
    recorder_free(files);
    recorder_free(processes);
}

static void damage(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);

        table_damage(&table, 0, 4);
        table_free(&table);
    }
}

static void flags(void **state)
{
    struct recorder_sink *got = decode_whole("netbsd/net.inet.tcp.pcblist", SOCKS(TCP));
    size_t waiting = 0;

    (void)state;
    for (size_t i = 0; i < got->sock_count; i++)
        waiting += (got->socks[i].flags & PL_FLAG_ACCEPT_QUEUE) != 0;
    assert_int_equal(waiting, 2);
    recorder_free(got);
}

static void hidden_addresses(void **state)
{
    struct table table = table_load(RECORDING, "netbsd/kern.file2.bypid", PL_SLOT_OWNERS);
    struct recorder_sink *got = recorder_new();

    (void)state;
    for (size_t at = 0; at < table.len; at += PL_KINFO_FILE_SIZE)
        memset(table.bytes + at + PL_KINFO_FILE_FDATA, 0, 8);
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->owner_count, 0);
    assert_int_equal(got->denied_count, 1);
    assert_int_equal(got->denied[0].pid, 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_KEYS_HIDDEN);
    recorder_free(got);
    table_free(&table);
}

/* A row of an unknown family. */
static void foreign_family(void **state)
{
    struct table table = table_load(RECORDING, "netbsd/net.inet.udp.pcblist", SOCKS(UDP));
    struct recorder_sink *got = recorder_new();

    (void)state;
    table.bytes[PL_KINFO_PCB_FAMILY] = 18;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    recorder_free(got);
    table_free(&table);
}

/* An address of a family that is not the row's. */
static void foreign_address(void **state)
{
    struct table table = table_load(RECORDING, "netbsd/net.inet.udp.pcblist", SOCKS(UDP));
    struct recorder_sink *got = recorder_new();

    (void)state;
    table.bytes[PL_KINFO_PCB_SRC + 1] = 18;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->notes[0].kind, PL_NOTE_MALFORMED);
    recorder_free(got);
    table_free(&table);
}

static void sink_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct table table = table_load(RECORDING, tables[i].feed, tables[i].slot);
        struct recorder_sink *got = recorder_new();

        got->fail_after = 0;
        assert_int_equal(table_decode(&table, table.len, &got->sink), -ENOMEM);
        recorder_free(got);
        table_free(&table);
    }
}

TEST_MAIN(TEST(records), TEST(damage), TEST(flags), TEST(hidden_addresses), TEST(foreign_family),
          TEST(foreign_address), TEST(sink_errors))
