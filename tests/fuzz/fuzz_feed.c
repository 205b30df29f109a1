/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoder of the feed FUZZ_FEED. The first byte of the input is the machine that wrote the
 * rest: bit 0 big-endian, bit 1 32 bits.
 */
#include "fuzz.h"

#include "../damage/summing.h"

#include <errno.h>

/* The name of the feed, or of its directory in the corpus, which has '-' for '/'. */
static bool is_named(const struct pl_feed *feed, const char *name)
{
    size_t i = 0;

    while (name[i] != '\0' &&
           (feed->name[i] == name[i] || (feed->name[i] == '/' && name[i] == '-')))
        i++;
    return name[i] == '\0' && feed->name[i] == '\0';
}

static const struct pl_feed *chosen(void)
{
    static const struct pl_feed *feed;
    const char *name = getenv("FUZZ_FEED");

    for (size_t i = 0; !feed && name && i < pl_feed_count; i++)
        feed = is_named(&pl_feeds[i], name) ? &pl_feeds[i] : NULL;
    if (!feed) {
        (void)fprintf(stderr, "FUZZ_FEED is no feed; there are:\n");
        for (size_t i = 0; i < pl_feed_count; i++)
            (void)fprintf(stderr, "%s\n", pl_feeds[i].name);
        exit(2);
    }
    return feed;
}

/* If the feed table has several rows of this feed, uses their decoders in turn. */
static void decode(const struct pl_feed *feed, const uint8_t *data, size_t size)
{
    static struct summing first;
    static struct summing again;
    const struct pl_input in = {
        .feed = feed,
        .bytes = {.data = data + 1, .len = size - 1, .big_endian = (data[0] & 1) != 0},
        .abi = {.system = (enum pl_system)feed->system,
                .big_endian = (data[0] & 1) != 0,
                .long_bytes = data[0] & 2 ? 4 : 8},
    };
    int err;

    summing_reset(&first);
    err = feed->decode(&in, &first.sink);
    PROMISE(err == 0 || err == -EBADMSG || err == -EAGAIN);
    PROMISE(!first.senseless);
    /* A decoder has no state: the same bytes give the same records. */
    summing_reset(&again);
    PROMISE(feed->decode(&in, &again.sink) == err);
    PROMISE(first.count == again.count);
    PROMISE(memcmp(first.sums, again.sums,
                   (first.count < RECORDS_MAX ? first.count : RECORDS_MAX) *
                       sizeof(first.sums[0])) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_feed *feed = chosen();

    if (size == 0)
        return 0;
    for (size_t i = 0; i < pl_feed_count; i++) {
        if (strcmp(pl_feeds[i].name, feed->name) == 0)
            decode(&pl_feeds[i], data, size);
    }
    return 0;
}
