/* SPDX-License-Identifier: BSD-2-Clause */
/* The two tables of OpenBSD, encoded by its kernel code. Merging them: snapshot/merge.c. */
#include "tables.h"

#include "decode/bsd/bsd.h"
#include "decode/bsd/openbsd_layout.h"

#define RECORDING  "openbsd-7-amd64-encoded"
#define BY_PROCESS "openbsd/kern.file.bypid"
#define BY_FILE    "openbsd/kern.file.byfile"

static struct recorder_sink *decode_table(struct table *table, const char *feed)
{
    struct recorder_sink *got = recorder_new();

    *table = table_load(RECORDING, feed, PL_SLOT_ANY);
    assert_int_equal(table_decode(table, table->len, &got->sink), 0);
    assert_int_equal(got->note_count, 0);
    return got;
}

static void by_process(void **state)
{
    struct table table;
    struct recorder_sink *got = decode_table(&table, BY_PROCESS);

    (void)state;
    assert_int_equal(got->owner_count, 19);
    assert_int_equal(table_compare(&table, got, &(struct table_owners){got, got}), 19);
    recorder_free(got);
    table_free(&table);
}

static void by_file(void **state)
{
    struct table table;
    struct recorder_sink *got = decode_table(&table, BY_FILE);

    (void)state;
    assert_int_equal(got->owner_count, 0);
    assert_int_equal(table_compare(&table, got, &(struct table_owners){got, got}), 20);
    recorder_free(got);
    table_free(&table);
}

static void damage(void **state)
{
    static const char *const feeds[] = {BY_PROCESS, BY_FILE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(feeds); i++) {
        struct table table = table_load(RECORDING, feeds[i], PL_SLOT_ANY);

        table_damage(&table, 0, 4);
        table_free(&table);
    }
}

/* Without privileges, addresses are 0 or -1, and the key of a row by process is its position. */
static void hidden_addresses(void **state)
{
    struct table table = table_load(RECORDING, BY_PROCESS, PL_SLOT_ANY);
    struct recorder_sink *got = recorder_new();

    (void)state;
    for (size_t at = 0; at < table.len; at += PL_KINFO_FILE_SIZE)
        memset(table.bytes + at + PL_KINFO_FILE_SO_PCB, 0xff, 8);
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 19);
    for (size_t i = 0; i < got->sock_count; i++) {
        assert_true(got->socks[i].key == i + 1);
        assert_true(got->owners[i].key == i + 1);
    }
    recorder_free(got);
    table_free(&table);
}

/* Text, cwd and the like have negative descriptors; pipes and files are other types. */
/* A bit of the socket's state is set if no descriptor refers to it. */
static void unreferenced(void **state)
{
    struct table table = table_load(RECORDING, "openbsd/kern.file.byfile", PL_SLOT_ANY);
    struct recorder_sink *got = recorder_new();

    (void)state;
    table.bytes[PL_KINFO_FILE_SO_STATE] |= PL_BSD_SS_NOFDREF;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->socks[0].flags, PL_FLAG_ORPHAN);
    assert_int_equal(got->socks[1].flags & PL_FLAG_ORPHAN, 0);
    recorder_free(got);
    table_free(&table);
}

static void no_socket(void **state)
{
    struct table table = table_load(RECORDING, BY_PROCESS, PL_SLOT_ANY);
    struct recorder_sink *got = recorder_new();

    (void)state;
    memset(table.bytes + PL_KINFO_FILE_FD, 0xff, 4);
    table.bytes[PL_KINFO_FILE_SIZE + PL_KINFO_FILE_TYPE] = 1;
    assert_int_equal(table_decode(&table, table.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 17);
    recorder_free(got);
    table_free(&table);
}

static void sink_errors(void **state)
{
    struct table table = table_load(RECORDING, BY_PROCESS, PL_SLOT_ANY);

    (void)state;
    for (int i = 0; i < 3; i++) { /* socket, owner, process */
        struct recorder_sink *got = recorder_new();

        got->fail_after = i;
        assert_int_equal(table_decode(&table, table.len, &got->sink), -ENOMEM);
        recorder_free(got);
    }
    table_free(&table);
}

/* On i386 the records are shorter, and some offsets differ. */
static void narrow(void **state)
{
    struct table table = table_load(RECORDING, BY_FILE, PL_SLOT_ANY);
    struct recorder_sink *got = recorder_new();

    (void)state;
    assert_int_equal(decode_feed_abi(BY_FILE, table.bytes, table.len, false, 4, &got->sink), 0);
    assert_int_equal(got->sock_count, 0);
    assert_int_equal(got->note_count, 1);
    assert_int_equal(got->notes[0].kind, PL_NOTE_LAYOUT);
    recorder_free(got);
    table_free(&table);
}

TEST_MAIN(TEST(narrow), TEST(by_process), TEST(by_file), TEST(damage), TEST(hidden_addresses),
          TEST(unreferenced), TEST(no_socket), TEST(sink_errors))
