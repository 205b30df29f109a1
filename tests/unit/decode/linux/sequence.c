/* SPDX-License-Identifier: BSD-2-Clause */
/* Initial sequence numbers from counters: each is right, or absent. */
#include "decode/linux/sequence.h"
#include "harness.h"

#define FEED "linux/sequence"

static struct pl_sequence taken[8];
static size_t taken_count;
static int refuse; /* the record at which the sink fails; 0: none */

static int take(struct pl_sink *sink, const struct pl_sequence *sequence)
{
    (void)sink;
    if (refuse > 0 && --refuse == 0)
        return -ENOMEM;
    assert_true(taken_count < COUNT_OF(taken));
    taken[taken_count++] = *sequence;
    return 0;
}

struct record {
    uint64_t cookie, acked, received, sent, retrans;
    uint32_t unacked, next, written, expected, backlog;
    uint8_t state, fast, repaired;
    uint32_t delivered, data_segs, packets_out, sacked, total_retrans;
};

static void put_record(struct bytes *b, const struct record *r)
{
    const size_t from = b->len;

    put_u64(b, r->cookie);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_BYTES_ACKED);
    put_u64(b, r->acked);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_BYTES_RECEIVED);
    put_u64(b, r->received);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_BYTES_SENT);
    put_u64(b, r->sent);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_BYTES_RETRANS);
    put_u64(b, r->retrans);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_UNACKED);
    put_u32(b, r->unacked);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_NEXT);
    put_u32(b, r->next);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_WRITTEN);
    put_u32(b, r->written);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_EXPECTED);
    put_u32(b, r->expected);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_BACKLOG);
    put_u32(b, r->backlog);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_STATE);
    put_u8(b, r->state);
    put_u8(b, r->fast);
    put_u8(b, r->repaired);
    put_u8(b, 0);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_DELIVERED);
    put_u32(b, r->delivered);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_DATA_SEGS);
    put_u32(b, r->data_segs);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_PACKETS_OUT);
    put_u32(b, r->packets_out);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_SACKED);
    put_u32(b, r->sacked);
    assert_int_equal(b->len - from, PL_SEQUENCE_AT_TOTAL_RETRANS);
    put_u32(b, r->total_retrans);
    put_u32(b, 0);
    assert_int_equal(b->len - from, PL_SEQUENCE_SIZE);
}

static int decode(const struct bytes *b, size_t len)
{
    struct recorder_sink *got = recorder_new();
    int err;

    taken_count = 0;
    got->sink.sequence = take;
    err = decode_feed_abi(FEED, b->data, len, b->big_endian, 8, &got->sink);
    assert_int_equal(got->note_count, 0);
    recorder_free(got);
    return err;
}

enum { NOBODY = PL_OPENED_UNKNOWN, LOCAL = PL_OPENED_LOCAL, PEER = PL_OPENED_PEER };

/* The own ISN is 1000 and the peer's 5000 in all cases but the last two, where numbers wrap. */
#define ABSENT UINT64_MAX

static const struct {
    const char *what;
    struct record r;
    unsigned int opened;
    uint64_t isn, peer_isn, next_seq, next_ack; /* ABSENT */
} cases[] = {
    {"connected", {1, 1, 0, 0, 0, 1001, 1001, 1001, 5001, 0, 1}, LOCAL, 1000, 5000, 1001, 5001},
    {"accepted",
     {1, 0, 0, 0, 0, 1001, 1001, 1001, 5001, 9, 1, .delivered = 1},
     PEER,
     1000,
     5000,
     1001,
     5001},
    {"data both ways",
     {1, 101, 70, 100, 0, 1101, 1101, 1101, 5071, 0, 1},
     LOCAL,
     1000,
     5000,
     1101,
     5071},
    {"accepted, data under way and not sent",
     {1, 60, 7, 100, 0, 1061, 1101, 1301, 5008, 4096, 1, .delivered = 5, .data_segs = 5,
      .packets_out = 2, .sacked = 1},
     PEER,
     1000,
     5000,
     1101,
     5008},
    {"sent again",
     {1, 101, 0, 130, 30, 1101, 1101, 1101, 5001, 0, 1},
     LOCAL,
     1000,
     5000,
     1101,
     5001},
    {"discarded here, and sent later",
     {1, 2, 0, 2, 0, 1002, 1002, 1002, 5001, 0, 1, .delivered = 2, .data_segs = 2},
     NOBODY,
     ABSENT,
     ABSENT,
     1002,
     5001},
    {"of a listener without a limit",
     {1, 0, 0, 0, 0, 1001, 1001, 1001, 5001, 0, 1, .delivered = 1},
     NOBODY,
     ABSENT,
     5000,
     1001,
     5001},
    {"listened before it connected",
     {1, 1, 0, 0, 0, 1001, 1001, 1001, 5001, 3, 1, .delivered = 1},
     NOBODY,
     ABSENT,
     5000,
     1001,
     5001},
    {"SYN sent", {1, 0, 0, 0, 0, 1000, 1001, 1001, 0, 0, 2}, LOCAL, 1000, ABSENT, 1001, ABSENT},
    {"SYN sent by one that listened",
     {1, 0, 0, 0, 0, 1000, 1001, 1001, 0, 3, 2},
     LOCAL,
     1000,
     ABSENT,
     1001,
     ABSENT},
    {"SYN with data",
     {1, 0, 0, 50, 0, 1000, 1051, 1051, 0, 0, 2},
     LOCAL,
     1000,
     ABSENT,
     1051,
     ABSENT},
    {"SYN from both ends",
     {1, 0, 0, 0, 0, 1000, 1001, 1001, 5001, 0, 3},
     LOCAL,
     1000,
     5000,
     1001,
     5001},
    {"request", {1, 0, 0, 0, 0, 1000, 0, 0, 5000, 0, 12}, PEER, 1000, 5000, 1001, 5001},
    {"FIN under way",
     {1, 11, 0, 20, 0, 1011, 1022, 1022, 5001, 0, 4},
     LOCAL,
     1000,
     5000,
     1022,
     5001},
    {"FIN waits for data",
     {1, 10, 0, 20, 0, 1011, 1021, 1052, 5001, 9, 4, .delivered = 2, .data_segs = 2,
      .packets_out = 1},
     PEER,
     1000,
     5000,
     1021,
     5001},
    {"FIN acknowledged",
     {1, 22, 0, 20, 0, 1022, 1022, 1022, 5001, 0, 5},
     LOCAL,
     1000,
     5000,
     1022,
     5001},
    {"FIN of both, accepted",
     {1, 20, 8, 20, 0, 1021, 1022, 1022, 5009, 9, 9, .delivered = 2, .data_segs = 1,
      .packets_out = 1},
     PEER,
     1000,
     5000,
     1022,
     5009},
    {"FIN of both at once",
     {1, 21, 1, 20, 0, 1021, 1022, 1022, 5002, 0, 11},
     LOCAL,
     1000,
     5000,
     1022,
     5002},
    {"FIN received", {1, 1, 1, 0, 0, 1001, 1001, 1001, 5002, 0, 8}, LOCAL, 1000, 5000, 1001, 5002},
    {"data of a SYN accepted",
     {1, 20, 50, 20, 0, 1021, 1021, 1021, 5051, 9, 1, 1, .delivered = 2, .data_segs = 1},
     PEER,
     1000,
     5000,
     1021,
     5051},
    {"data of a SYN accepted, then a FIN",
     {1, 20, 51, 20, 0, 1021, 1021, 1021, 5052, 9, 8, 1, .delivered = 2, .data_segs = 1},
     PEER,
     1000,
     ABSENT,
     1021,
     5052},
    {"data of its SYN accepted, then a FIN",
     {1, 51, 21, 50, 0, 1051, 1051, 1051, 5022, 0, 8, 1},
     LOCAL,
     1000,
     5000,
     1051,
     5022},
    {"repaired",
     {1, 0, 0, 0, 0, 1001, 1001, 1001, 5001, 9, 1, 0, 2},
     NOBODY,
     ABSENT,
     ABSENT,
     1001,
     5001},
    {"SYN that waits for data",
     {1, 0, 0, 0, 0, 0, 0, 1000, 0, 0, 2},
     LOCAL,
     ABSENT,
     ABSENT,
     ABSENT,
     ABSENT},
    {"SYN that waits, of a socket that was connected",
     {1, 0, 0, 0, 0, 700, 701, 1000, 0, 0, 2},
     LOCAL,
     ABSENT,
     ABSENT,
     ABSENT,
     ABSENT},
    {"SYN that waits, and one from the peer",
     {1, 0, 0, 0, 0, 0, 0, 1000, 5001, 0, 3},
     NOBODY,
     ABSENT,
     ABSENT,
     ABSENT,
     5001},
    {"listened, and a byte was discarded here",
     {1, 2, 0, 2, 0, 1002, 1002, 1002, 5001, 7, 1, .delivered = 2, .data_segs = 2},
     NOBODY,
     ABSENT,
     ABSENT,
     1002,
     5001},
    {"accepted, and sent again",
     {1, 20, 0, 30, 10, 1021, 1021, 1021, 5001, 7, 1, .delivered = 3, .data_segs = 3,
      .total_retrans = 1},
     PEER,
     1000,
     5000,
     1021,
     5001},
    {"restored", {1, 0, 0, 0, 0, 1101, 1101, 1101, 5031, 0, 1}, NOBODY, ABSENT, ABSENT, 1101, 5031},
    {"restored, then data both ways",
     {1, 5, 6, 5, 0, 1106, 1106, 1106, 5037, 0, 1, .delivered = 1, .data_segs = 1},
     NOBODY,
     ABSENT,
     ABSENT,
     1106,
     5037},
    {"restored in a socket that listened",
     {1, 0, 0, 0, 0, 1101, 1101, 1101, 5031, 7, 1},
     NOBODY,
     ABSENT,
     ABSENT,
     1101,
     5031},
    {"restored with a byte that waits",
     {1, 0, 0, 0, 0, 1101, 1102, 1102, 5031, 0, 1, .packets_out = 1},
     NOBODY,
     ABSENT,
     ABSENT,
     1102,
     5031},
    {"numbers wrapped in the data",
     {1, UINT64_C(0x300000011), UINT64_C(0x100000006), UINT64_C(0x300000010), 0, 1, 1, 1, 0, 0, 1},
     LOCAL,
     0xfffffff0,
     0xfffffff9,
     1,
     0},
    {"the SYN was the last number",
     {1, 0, 0, 0, 0, 0, 0, 0, 0, 9, 1, .delivered = 1},
     PEER,
     UINT32_MAX,
     UINT32_MAX,
     0,
     0},
};

static void assert_number(const char *what, const struct pl_sequence *got,
                          enum pl_sequence_number which, uint64_t want)
{
    const bool known = (got->have & PL_BIT(which)) != 0;

    if (known != (want != ABSENT) || (known && got->numbers[which] != want))
        fail_msg("%s: number %u is %u, known: %d", what, which, got->numbers[which], known);
}

static void numbers(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            struct bytes b = {.big_endian = big == 1};
            const struct pl_sequence *got = &taken[0];

            put_record(&b, &cases[i].r);
            assert_int_equal(decode(&b, b.len), 0);
            assert_int_equal(taken_count, 1);
            assert_int_equal(got->cookie, 1);
            assert_int_equal(got->restored, cases[i].r.repaired != 0);
            if (got->opened != cases[i].opened)
                fail_msg("%s: opened by %u", cases[i].what, got->opened);
            assert_number(cases[i].what, got, PL_SEQUENCE_ISN, cases[i].isn);
            assert_number(cases[i].what, got, PL_SEQUENCE_PEER_ISN, cases[i].peer_isn);
            assert_number(cases[i].what, got, PL_SEQUENCE_NEXT_SEQ, cases[i].next_seq);
            assert_number(cases[i].what, got, PL_SEQUENCE_NEXT_ACK, cases[i].next_ack);
        }
    }
}

/* Of other states, and without a cookie. */
static void ignored(void **state)
{
    static const uint8_t states[] = {
        0, PL_SEQUENCE_TIME_WAIT, PL_SEQUENCE_CLOSE, PL_SEQUENCE_LISTEN, 13, UINT8_MAX};
    struct bytes b = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(states); i++)
        put_record(&b, &(struct record){.cookie = 1, .state = states[i]});
    put_record(&b, &(struct record){.state = PL_SEQUENCE_ESTABLISHED});
    assert_int_equal(decode(&b, b.len), 0);
    assert_int_equal(taken_count, 0);
}

static void cut_and_refused(void **state)
{
    struct bytes b = {0};

    (void)state;
    put_record(&b, &cases[0].r);
    put_record(&b, &cases[1].r);
    for (size_t len = 0; len <= b.len; len++) {
        assert_int_equal(decode(&b, len), len % PL_SEQUENCE_SIZE == 0 ? 0 : -EBADMSG);
        assert_int_equal(taken_count, len / PL_SEQUENCE_SIZE);
    }
    refuse = 2;
    assert_int_equal(decode(&b, b.len), -ENOMEM);
    assert_int_equal(taken_count, 1);
}

TEST_MAIN(TEST(numbers), TEST(ignored), TEST(cut_and_refused))
