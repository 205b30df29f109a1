/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * damage RECORDING: decodes each feed of pl_feeds that the recording has
 *
 *   - truncated at every byte: the records are the first ones of the whole feed, and a truncated unit
 *     is reported;
 *   - with 1, 2 and 4 bytes at every offset set to 0, 1, one less, one more and the maximum, and so
 *     with every length changed;
 *   - and the same in the other byte order and word size.
 *
 * Each copy is in memory of exactly its size, so that the sanitizers of a Debug build detect reads
 * past it. Prints what it did. Exits with 1 if anything was wrong.
 */
#include "summing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct subject {
    const struct pl_feed *feed;
    struct pl_abi abi;
    uint8_t *bytes;
    size_t len;
    size_t decodings;
    unsigned int faults;
};

static void fault(struct subject *subject, const char *what, size_t at)
{
    if (subject->faults++ < 10)
        printf("FAIL: %s: %s at byte %zu\n", subject->feed->name, what, at);
}

static int decode(struct subject *subject, const uint8_t *bytes, size_t len, struct summing *out)
{
    const struct pl_input in = {
        .feed = subject->feed,
        .bytes = {.data = bytes, .len = len, .big_endian = subject->abi.big_endian},
        .abi = subject->abi,
    };

    summing_reset(out);
    subject->decodings++;
    return subject->feed->decode(&in, &out->sink);
}

static bool is_answer(int err)
{
    return err == 0 || err == -EBADMSG || err == -EAGAIN;
}

static uint8_t *copy_of(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    if (!copy)
        abort();
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

/* Whether the feed consists of lines. A truncated last line may still be valid. */
static bool is_lines(const struct subject *subject)
{
    return subject->feed->slot == PL_SLOT_SERVICES;
}

static void cut(struct subject *subject, struct summing *whole, struct summing *part)
{
    size_t before = 0;

    (void)decode(subject, subject->bytes, subject->len, whole);
    for (size_t len = 0; len < subject->len; len++) {
        uint8_t *copy = copy_of(subject->bytes, len);
        int err = decode(subject, copy, len, part);
        size_t count = part->count < RECORDS_MAX ? part->count : RECORDS_MAX;

        free(copy);
        if (!is_answer(err) || part->senseless)
            fault(subject, "a senseless answer when cut", len);
        /* Whether the feed is decoded completely or not at all. */
        if (count > 0 && !is_lines(subject) &&
            memcmp(part->sums, whole->sums, (count - 1) * sizeof(part->sums[0])) != 0)
            fault(subject, "other records when cut", len);
        if (part->count < before && err == 0 && part->notes == 0)
            fault(subject, "fewer records of more bytes, in silence, when cut", len);
        before = part->count;
    }
}

static void store(uint8_t *bytes, size_t width, uint64_t value, bool big)
{
    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * (big ? width - 1 - i : i)));
}

static uint64_t load(const uint8_t *bytes, size_t width, bool big)
{
    uint64_t value = 0;

    for (size_t i = 0; i < width; i++)
        value |= (uint64_t)bytes[i] << (8 * (big ? width - 1 - i : i));
    return value;
}

/* Whether this offset is damaged: each one of a small feed, a sample of those of a large one. */
static bool is_tried(const struct subject *subject, size_t at)
{
    return at < 2048 || at % (subject->len / 1024 + 1) == 0;
}

static void overwrite(struct subject *subject, struct summing *out)
{
    static const size_t widths[] = {1, 2, 4};
    uint8_t *copy = copy_of(subject->bytes, subject->len);

    for (size_t at = 0; at < subject->len; at++) {
        for (size_t w = 0; w < 3 && is_tried(subject, at) && at + widths[w] <= subject->len; w++) {
            bool big = subject->abi.big_endian;
            uint64_t old = load(copy + at, widths[w], big);
            const uint64_t values[] = {0,  1,          2,          old - 1,    old + 1,
                                       15, 0x7fffffff, UINT64_MAX, old ^ 0x80, subject->len};

            for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
                int err;

                store(copy + at, widths[w], values[v], big);
                err = decode(subject, copy, subject->len, out);
                if (!is_answer(err) || out->senseless)
                    fault(subject, "a senseless answer to a wrong number", at);
            }
            store(copy + at, widths[w], old, big);
        }
    }
    free(copy);
}

static uint8_t *load_file(const char *dir, const char *name, size_t *len)
{
    char path[1024];
    struct stat st;
    uint8_t *bytes;
    ssize_t got;
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        abort();
    bytes = malloc((size_t)st.st_size + 1);
    if (!bytes)
        abort();
    got = read(fd, bytes, (size_t)st.st_size);
    close(fd);
    if (got != st.st_size)
        abort();
    *len = (size_t)got;
    return bytes;
}

/* The abi of the recording: the part that decoders receive. */
static struct pl_abi read_abi(const char *dir, enum pl_system system)
{
    struct pl_abi abi = {.system = system, .long_bytes = 8};
    size_t len = 0;
    uint8_t *text = load_file(dir, "abi", &len);

    if (!text)
        abort();
    text[len] = '\0';
    abi.big_endian = strstr((char *)text, "byte_order=big") != NULL;
    if (strstr((char *)text, "long_bytes=4"))
        abi.long_bytes = 4;
    free(text);
    return abi;
}

static unsigned int damage(const char *dir, const struct pl_feed *feed)
{
    static struct summing whole;
    static struct summing part;
    struct subject subject = {.feed = feed, .abi = read_abi(dir, (enum pl_system)feed->system)};

    subject.bytes = load_file(dir, feed->name, &subject.len);
    if (!subject.bytes)
        return 0;
    cut(&subject, &whole, &part);
    overwrite(&subject, &part);
    subject.abi.big_endian = !subject.abi.big_endian;
    (void)decode(&subject, subject.bytes, subject.len, &part);
    subject.abi.long_bytes = subject.abi.long_bytes == 8 ? 4 : 8;
    (void)decode(&subject, subject.bytes, subject.len, &part);
    printf("%s: %zu bytes, %zu records, %zu decodings, %u faults\n", feed->name, subject.len,
           whole.count, subject.decodings, subject.faults);
    free(subject.bytes);
    return subject.faults;
}

int main(int argc, char **argv)
{
    unsigned int faults = 0;

    if (argc != 2)
        return 2;
    for (size_t i = 0; i < pl_feed_count; i++)
        faults += damage(argv[1], &pl_feeds[i]);
    return faults > 0;
}
