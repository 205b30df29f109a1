/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For every unit test: cmocka, a sink that records what a decoder puts, and builders of the bytes
 * that decoders read.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/decode.h"
#include "model/array.h"
#include "view/out.h"

/* Defines main() of a unit test, with its list of tests. */
#define TEST_MAIN(...)                                    \
    int main(void)                                        \
    {                                                     \
        const struct CMUnitTest tests[] = {__VA_ARGS__};  \
                                                          \
        return cmocka_run_group_tests(tests, NULL, NULL); \
    }
#define TEST(function) cmocka_unit_test(function)

/* ---- a sink that records everything ---- */

#define RECORDED_MAX 64

struct recorded_text {
    char *data; /* NUL-terminated copy; NULL: the text had no data */
    size_t len;
};

struct recorded_process {
    uint32_t pid, uid, fd_limit;
    uint64_t started;
    struct recorded_text name, command, exe, group; /* group: path of the control group */
};

struct recorded_name {
    enum pl_name_kind kind;
    uint32_t id;
    struct recorded_text text;
};

struct recorder_sink {
    struct pl_sink sink;
    struct pl_sock socks[RECORDED_MAX];
    size_t sock_count; /* of all sockets; those from RECORDED_MAX on are only counted */
    struct pl_attr attrs[RECORDED_MAX]; /* of all sockets; texts are copied */
    size_t attr_sock[RECORDED_MAX];     /* index of the socket */
    size_t attr_count;
    struct pl_owner owners[RECORDED_MAX];
    size_t owner_count;
    struct {
        uint64_t key;
        uint32_t uid;
    } uids[RECORDED_MAX];
    size_t uid_count;
    struct {
        uint32_t pid;
        int error;
    } denied[RECORDED_MAX];
    size_t denied_count;
    uint32_t lacks;
    struct {
        uint32_t pid;
        int error;
        uint64_t before, now;
    } held[RECORDED_MAX];
    size_t held_count;
    struct recorded_process processes[RECORDED_MAX];
    size_t process_count;
    struct recorded_name names[RECORDED_MAX];
    size_t name_count;
    struct {
        enum pl_note_kind kind;
        uint64_t count;
    } notes[RECORDED_MAX];
    size_t note_count;
    struct pl_addr addrs[RECORDED_MAX];
    size_t addr_count;
    int fail_after; /* number of calls before one returns fail_with; negative: none fails */
    int fail_with;
};

/* Returns an empty sink; free it with recorder_free(). */
struct recorder_sink *recorder_new(void);
void recorder_free(struct recorder_sink *recorder);

/* Copies bytes into memory of exactly that size, so that ASan detects reads past it, and decodes them
 * as that feed of a little-endian 64-bit machine. */
int decode_feed(const char *name, const void *bytes, size_t len, struct pl_sink *sink);
int decode_feed_abi(const char *name, const void *bytes, size_t len, bool big_endian,
                    uint8_t long_bytes, struct pl_sink *sink);
/* Decodes a chunk that is the whole feed. */
int decode_whole_feed(const char *name, const void *bytes, size_t len, struct pl_sink *sink);
int decode_text(const char *name, const char *text, struct pl_sink *sink);

/* ---- bytes ---- */

struct bytes {
    uint8_t data[65536];
    size_t len;
    bool big_endian;
};

void put_bytes(struct bytes *b, const void *data, size_t len);
void put_u8(struct bytes *b, uint8_t value);
void put_u16(struct bytes *b, uint16_t value);
void put_u32(struct bytes *b, uint32_t value);
void put_u64(struct bytes *b, uint64_t value);
void put_be16(struct bytes *b, uint16_t value);
void put_zeros(struct bytes *b, size_t count);
/* Overwrites bytes with a number. */
void set_u16(struct bytes *b, size_t at, uint16_t value);
void set_u32(struct bytes *b, size_t at, uint32_t value);

/* Starts a netlink message and returns its offset. nl_end() writes its length and pads it. */
size_t nl_begin(struct bytes *b, uint16_t type, uint16_t flags);
void nl_end(struct bytes *b, size_t message);
void nl_attr(struct bytes *b, uint16_t type, const void *value, size_t len);

/* ---- texts ---- */

#define TEXT(literal) ((struct pl_text){(literal), sizeof(literal) - 1})

/* Moves the contents of out into a string. */
const char *out_text(struct out *out, char *buf, size_t size);

#define assert_text_equal(text, literal)                                  \
    do {                                                                  \
        assert_non_null((text).data);                                     \
        assert_int_equal((text).len, sizeof(literal) - 1);                \
        assert_memory_equal((text).data, (literal), sizeof(literal) - 1); \
    } while (0)

/* ---- numbers ---- */

/* Asserts low <= value <= high, of any integer type. */
#define assert_within(value, low, high)                                                   \
    do {                                                                                  \
        long long within = (long long)(value);                                            \
                                                                                          \
        if (within < (long long)(low) || within > (long long)(high))                      \
            fail_msg("%s: %lld is not in [%lld, %lld]", #value, within, (long long)(low), \
                     (long long)(high));                                                  \
    } while (0)

/* ---- directories ---- */

/* Makes a directory below the temporary one; remove_tree() removes it. */
char *make_folder(char *path, size_t size);
void remove_tree(const char *path);
/* Writes dir/name, and makes its directories. */
void write_file(const char *dir, const char *name, const void *bytes, size_t len);
void write_text(const char *dir, const char *name, const char *text);

#endif
