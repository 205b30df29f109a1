/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays a journal. The first byte selects the byte order, and how often the rest is repeated, so that
 * it is longer than what is read at once. Each event is as if the journal were read in one piece, and
 * the rows and the log of the screen take it.
 */
#include "fuzz.h"

#include "model/list.h"
#include "screen/group.h"
#include "screen/log.h"
#include "source/source.h"

#include <errno.h>
#include <unistd.h>

#define REPEATS 20
#define SECOND  UINT64_C(1000000000)

/* What a journal has, read in one piece. */
struct whole {
    struct pl_reader reader; /* first: what it reads */
    const uint8_t *bytes;
    size_t len;
    FILE *file;
    struct pl_list sums; /* uint64_t, one of each event */
};

static int read_all(struct pl_reader *reader, const struct pl_request *request, pl_chunk_fn *chunk,
                    void *arg, struct pl_reading *reading)
{
    const struct whole *whole = (const struct whole *)(const void *)reader;

    (void)request;
    (void)reading;
    return chunk(arg, whole->bytes, whole->len);
}

static int open_file(struct pl_reader *reader, const struct pl_feed *feed)
{
    const struct whole *whole = (const struct whole *)(const void *)reader;

    (void)feed;
    return dup(fileno(whole->file));
}

static uint64_t add(uint64_t sum, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static uint64_t sum_of(const struct pl_event *event)
{
    const struct pl_holders *holders = event->holders;
    uint64_t sum = add(event->kind, &event->time, sizeof(event->time));

    sum = add(sum, &event->sock.cookie, sizeof(event->sock.cookie));
    sum = add(sum, event->sock.peer_addr, sizeof(event->sock.peer_addr));
    return holders ? add(sum, holders->items, holders->count * sizeof(holders->items[0])) : sum;
}

static int keep(void *arg, const struct pl_event *event)
{
    struct whole *whole = arg;
    uint64_t *sum = pl_list_add(&whole->sums, sizeof(*sum));

    PROMISE(sum);
    *sum = sum_of(event);
    return 0;
}

/* Each row is found by its identity, and no other row is in the table. */
static void check_rows(const struct rows *rows)
{
    const struct row *row;
    size_t count = 0;
    size_t at = 0;

    while ((row = rows_next(rows, &at))) {
        PROMISE(rows_find(rows, row_identity(row)) == row);
        PROMISE(row->mark <= ROW_CLOSED && row->sock.proto < PL_PROTO_MAX);
        count++;
    }
    PROMISE(count == rows->count);
}

/* What the screen does with its rows. */
static void show(const struct rows *rows)
{
    static const struct choice all = {.protos = UINT32_MAX};
    static const struct choice few = {
        .states = STATES_LISTENING, .protos = UINT32_MAX, .hide_loopback = true};
    struct ordering order = {0};
    struct groups groups = {0};

    for (unsigned int column = 0; column < COLUMN_MAX; column++) {
        const struct order_by by = {.column = (enum column)column, .first = column % 3};

        PROMISE(order_make(&order, rows, &all, &by) == 0 && order.count <= rows->count);
    }
    for (unsigned int kind = GROUP_PROCESS; kind <= GROUP_PORT; kind++)
        PROMISE(groups_make(&groups, &order, (enum group_kind)kind, GROUP_NAME, false) == 0 &&
                groups.count <= order.count);
    PROMISE(order_make(&order, rows, &few, &(struct order_by){.still = true}) == 0);
    groups_free(&groups);
    order_free(&order);
}

/* Plays the journal, as read in one piece before. Returns how it ended. */
static int play(struct whole *whole, struct rows *rows, struct log *log)
{
    const uint64_t *sums = whole->sums.items;
    const struct pl_event *event;
    struct pl_playback *playback;
    uint64_t before = 0;
    uint64_t size;
    size_t count = 0;
    int err;

    PROMISE(pl_playback_open(&whole->reader, &playback) == 0);
    while ((err = pl_playback_next(playback, &event)) > 0) {
        uint64_t at = pl_playback_at(playback, &size);

        PROMISE(at > before && at <= size && size == whole->len);
        before = at;
        PROMISE(count < whole->sums.count && sums[count] == sum_of(event));
        log_add(log, event);
        PROMISE(log_word(log_get(log, 0)));
        (void)rows_event(rows, event, event->time);
        if (++count % 16 == 0)
            (void)rows_expire(rows, event->time, 5 * SECOND);
    }
    pl_playback_close(playback);
    PROMISE(err < 0 || count == whole->sums.count);
    return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pl_reader_ops ops = {.read = read_all, .open = open_file};
    static FILE *file;
    uint8_t *bytes;
    struct whole whole = {.reader = {.ops = &ops}};
    struct rows rows = {0};
    struct log log = {0};
    size_t repeats;
    int err;

    if (size == 0)
        return 0;
    if (!file)
        file = tmpfile();
    repeats = data[0] & 2 ? REPEATS : 1;
    bytes = malloc((size - 1) * repeats + 1);
    PROMISE(file && bytes);
    for (size_t i = 0; i < repeats; i++)
        memcpy(bytes + i * (size - 1), data + 1, size - 1);
    whole.len = (size - 1) * repeats;
    whole.bytes = bytes;
    whole.file = file;
    whole.reader.abi = (struct pl_abi){.system = PL_SYSTEM_LINUX, .big_endian = data[0] & 1};
    PROMISE(ftruncate(fileno(file), 0) == 0 &&
            pwrite(fileno(file), bytes, whole.len, 0) == (ssize_t)whole.len &&
            lseek(fileno(file), 0, SEEK_SET) == 0);
    err = pl_journal_replay(&whole.reader, keep, &whole);
    PROMISE(play(&whole, &rows, &log) == err);
    PROMISE(err == 0 || err == -EBADMSG);
    check_rows(&rows);
    show(&rows);
    rows_free(&rows);
    log_free(&log);
    free(whole.sums.items);
    free(bytes);
    return 0;
}
