/* SPDX-License-Identifier: BSD-2-Clause */
/* struct tcp_info of every length, SCTP's associations, and MPTCP's subflows. */
#include "harness.h"

static void begin_row(struct bytes *b, size_t *at, uint8_t state)
{
    *at = nl_begin(b, 20, 0);
    put_u8(b, 2);
    put_u8(b, state);
    put_zeros(b, 70);
}

static void every_length(void **state)
{
    uint8_t info[300];
    size_t before = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(info); i++)
        info[i] = (uint8_t)i;
    for (size_t len = 0; len <= sizeof(info); len++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at;

        got->sink.need = PL_NEED_INTERNALS;
        begin_row(&b, &at, 1);
        nl_attr(&b, 2, info, len);
        nl_end(&b, at);
        assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
        assert_true(got->attr_count >= before);
        before = got->attr_count;
        if (len == 104) { /* the struct of Linux 2.6, up to tcpi_total_retrans */
            bool found = false;

            for (size_t i = 0; i < got->attr_count; i++)
                found |=
                    got->attrs[i].id == PL_ATTR_TOTAL_RETRANS && got->attrs[i].u.num == 0x67666564;
            assert_true(found);
        }
        recorder_free(got);
    }
}

/* Offsets of struct tcp_info, include/uapi/linux/tcp.h. */
static void offsets(void **state)
{
    static const struct {
        uint16_t at;
        uint8_t width;
        enum pl_attr_id id;
    } members[] = {
        {104, 8, PL_ATTR_PACING_RATE}, {112, 8, PL_ATTR_MAX_PACING_RATE},
        {120, 8, PL_ATTR_BYTES_ACKED}, {128, 8, PL_ATTR_BYTES_RECEIVED},
        {136, 4, PL_ATTR_SEGS_OUT},    {140, 4, PL_ATTR_SEGS_IN},
        {7, 1, PL_ATTR_APP_LIMITED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct recorder_sink *got = recorder_new();
        uint8_t info[144] = {0};
        struct bytes b = {0};
        uint64_t value = 0;
        size_t at;

        got->sink.need = PL_NEED_INTERNALS;
        memset(info + members[i].at, 0x81, members[i].width);
        begin_row(&b, &at, 1);
        nl_attr(&b, 2, info, sizeof(info));
        nl_end(&b, at);
        assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
        for (size_t a = 0; a < got->attr_count; a++) {
            if (got->attrs[a].id == members[i].id)
                value = got->attrs[a].u.num;
        }
        assert_true(value == (members[i].width == 8   ? 0x8181818181818181U
                              : members[i].width == 4 ? 0x81818181U
                                                      : 1U));
        recorder_free(got);
    }
}

/* Details that are not requested are not kept. */
static void not_asked_for(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at;

    (void)state;
    begin_row(&b, &at, 1);
    nl_attr(&b, 2, (const char[104]){0}, 104);
    nl_attr(&b, 7, (const char[36]){0}, 36);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 0);
    recorder_free(got);
}

/* Numbers of the congestion control and of upper layers: INET_DIAG_* of inet_diag.h. */
static void details(void **state)
{
    static const struct {
        uint16_t attr;
        uint8_t at; /* of the 32-bit number, or of the 16-bit one */
        uint8_t width;
        enum pl_attr_id id;
    } fields[] = {
        {3, 0, 4, PL_ATTR_VEGAS_ENABLED}, {3, 12, 4, PL_ATTR_VEGAS_MINRTT},
        {9, 0, 2, PL_ATTR_DCTCP_ENABLED}, {9, 12, 4, PL_ATTR_DCTCP_AB_TOT},
        {16, 8, 4, PL_ATTR_BBR_MIN_RTT},  {16, 16, 4, PL_ATTR_BBR_CWND_GAIN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        for (size_t len = 0; len <= 20; len++) {
            struct recorder_sink *got = recorder_new();
            uint8_t value[20] = {0};
            struct bytes b = {0};
            bool found = false;
            size_t at;

            value[fields[i].at] = 0x5a;
            got->sink.need = PL_NEED_INTERNALS;
            begin_row(&b, &at, 1);
            nl_attr(&b, fields[i].attr, value, len);
            nl_end(&b, at);
            assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
            for (size_t a = 0; a < got->attr_count; a++)
                found |= got->attrs[a].id == fields[i].id && got->attrs[a].u.num == 0x5a;
            assert_int_equal(found, len >= (size_t)fields[i].at + fields[i].width);
            recorder_free(got);
        }
    }
}

static void tls(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes numbers = {0};
    struct bytes ulp = {0};
    struct bytes b = {0};
    size_t at;

    (void)state;
    nl_attr(&numbers, 1, "\4\3", 2);
    nl_attr(&numbers, 4, "\2\0", 2);
    nl_attr(&ulp, 1, "tls", 4);
    nl_attr(&ulp, 1, "", 1); /* no name */
    nl_attr(&ulp, 2, numbers.data, numbers.len);
    nl_attr(&ulp, 77, "\1", 1);
    got->sink.need = PL_NEED_INTERNALS;
    begin_row(&b, &at, 1);
    nl_attr(&b, 4, "cubic", 6);
    nl_attr(&b, 4, "", 1); /* no name */
    nl_attr(&b, 19, ulp.data, ulp.len);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 4);
    assert_int_equal(got->attrs[0].id, PL_ATTR_CONGESTION);
    assert_memory_equal(got->attrs[0].u.text, "cubic", 5);
    assert_int_equal(got->attrs[1].id, PL_ATTR_ULP);
    assert_int_equal(got->attrs[1].len, 3);
    assert_int_equal(got->attrs[2].u.num, 772);
    assert_int_equal(got->attrs[3].id, PL_ATTR_TLS_RXCONF);
    recorder_free(got);
}

static void sctp(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    uint8_t addrs[256] = {[0] = 2, [4] = 127, [7] = 1, [128] = 10, [136 + 15] = 1};
    size_t at;

    (void)state;
    begin_row(&b, &at, 3); /* an association: state 3 of SCTP is ESTABLISHED */
    nl_attr(&b, 13, addrs, sizeof(addrs));
    nl_end(&b, at);
    begin_row(&b, &at, 10);
    nl_end(&b, at);
    begin_row(&b, &at, 77);
    nl_attr(&b, 13, addrs, 3);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/sctp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->sock_count, 3);
    assert_int_equal(got->socks[0].state, PL_STATE_ESTABLISHED);
    assert_int_equal(got->attrs[0].id, PL_ATTR_PEER_ADDRESSES);
    assert_memory_equal(got->attrs[0].u.text, "127.0.0.1,::1", 13);
    assert_int_equal(got->socks[1].state, PL_STATE_LISTEN);
    assert_int_equal(got->socks[2].state, PL_STATE_OTHER | 77);
    recorder_free(got);
}

/* enum sctp_state, in the order of include/net/sctp/constants.h. */
static void sctp_states(void **state)
{
    static const struct {
        const char *name;
        unsigned int state;
    } want[] = {
        {"CLOSED", PL_STATE_CLOSED},
        {"COOKIE_WAIT", PL_STATE_SYN_SENT},
        {"COOKIE_ECHOED", PL_STATE_SYN_SENT},
        {"ESTABLISHED", PL_STATE_ESTABLISHED},
        {"SHUTDOWN_PENDING", PL_STATE_FIN_WAIT1},
        {"SHUTDOWN_SENT", PL_STATE_FIN_WAIT2},
        {"SHUTDOWN_RECEIVED", PL_STATE_CLOSE_WAIT},
        {"SHUTDOWN_ACK_SENT", PL_STATE_LAST_ACK},
    };
    const uint8_t addrs[128] = {[0] = 2, [4] = 127, [7] = 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct recorder_sink *got = recorder_new();
        struct bytes b = {0};
        size_t at;

        begin_row(&b, &at, (uint8_t)i);
        nl_attr(&b, 13, addrs, sizeof(addrs));
        nl_end(&b, at);
        assert_int_equal(decode_feed("linux/diag/sctp", b.data, b.len, &got->sink), 0);
        assert_int_equal(got->sock_count, 1);
        assert_int_equal(got->socks[0].state, want[i].state);
        assert_int_equal(got->attrs[1].id, PL_ATTR_ASSOCIATION);
        assert_int_equal(got->attrs[1].len, strlen(want[i].name));
        assert_memory_equal(got->attrs[1].u.text, want[i].name, got->attrs[1].len);
        recorder_free(got);
    }
}

/* An attribute has the protocol of a raw socket, which is stored as its port. */
static void raw(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes b = {0};
    size_t at;

    (void)state;
    begin_row(&b, &at, 7);
    nl_attr(&b, 10, "\x59", 1);
    nl_attr(&b, 11, "\0", 1); /* INET_DIAG_SKV6ONLY: 0, but it receives only IPv6 */
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/raw", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->socks[0].local_port, 0x59);
    assert_int_equal(got->socks[0].peer_port, 0);
    assert_false(got->socks[0].have & PL_HAVE_V6ONLY);
    assert_int_equal(got->attrs[0].id, PL_ATTR_PROTOCOL);
    assert_int_equal(got->attrs[0].u.num, 0x59);
    recorder_free(got);
}

static void subflow(void **state)
{
    struct recorder_sink *got = recorder_new();
    struct bytes subflow = {0};
    struct bytes ulp = {0};
    struct bytes b = {0};
    size_t at;

    (void)state;
    nl_attr(&subflow, 2, "\1\2\3\4", 4);
    nl_attr(&subflow, 4, "\1\2", 2); /* too short */
    nl_attr(&ulp, 1, "mptcp\0", 6);
    nl_attr(&ulp, 3, subflow.data, subflow.len);
    nl_attr(&ulp, 9, subflow.data, subflow.len); /* of an unknown ULP */
    got->sink.need = PL_NEED_INTERNALS;
    begin_row(&b, &at, 1);
    nl_attr(&b, 19, ulp.data, ulp.len);
    nl_end(&b, at);
    assert_int_equal(decode_feed("linux/diag/tcp", b.data, b.len, &got->sink), 0);
    assert_int_equal(got->attr_count, 2);
    assert_int_equal(got->attrs[0].len, 5);
    assert_int_equal(got->attrs[1].id, PL_ATTR_SUBFLOW_TOKEN_LOC);
    assert_int_equal(got->attrs[1].u.num, 0x04030201);
    recorder_free(got);
}

TEST_MAIN(TEST(every_length), TEST(offsets), TEST(not_asked_for), TEST(details), TEST(tls),
          TEST(sctp), TEST(raw), TEST(sctp_states), TEST(subflow))
