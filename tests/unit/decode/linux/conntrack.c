/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections whose destination rules translate: messages of a kernel, and changes of them. */
#include "harness.h"

#include "model/array.h"

#include <arpa/inet.h>

#define FEED "linux/conntrack"

struct kept {
    struct pl_sink sink;
    struct pl_flow flows[8];
    size_t count;
    uint64_t malformed;
    int fail;
};

static int keep(struct pl_sink *sink, const struct pl_flow *flow)
{
    struct kept *kept = (struct kept *)(void *)sink;

    assert_true(kept->count < COUNT_OF(kept->flows));
    kept->flows[kept->count++] = *flow;
    return kept->fail;
}

static int note(struct pl_sink *sink, enum pl_note_kind kind, uint64_t count)
{
    assert_int_equal(kind, PL_NOTE_MALFORMED);
    ((struct kept *)(void *)sink)->malformed += count;
    return 0;
}

static int decode(const void *bytes, size_t len, struct kept *kept)
{
    const int fail = kept->fail;

    *kept = (struct kept){.sink = {.flow = keep, .note = note}, .fail = fail};
    return decode_feed(FEED, bytes, len, &kept->sink);
}

/* Linux 6.18: UDP, masqueraded, too; and the first attributes of a TCP connection of IPv6. */
static const char udp4[] =
    "020000003400018014000180080001000a480002080002000a4800011c00028005000100110000000600"
    "0200ca490000060003001f9000003400028014000180080001000a470002080002000a4700011c000280"
    "0500010011000000060002000050000006000300ca49000008000300000001ba08000800000000000800"
    "0c00fe0f723008000b0000000001080007000000001d";
static const char tcp6[] =
    "0a0000004c0001802c00018014000300fd00007200000000000000000000000214000400fd0000720000"
    "000000000000000000011c000280050001000600000006000200a9dc0000060003001f9100004c000280"
    "2c00018014000300fd00007100000000000000000000000214000400fd00007200000000000000000000"
    "00021c0002800500010006000000060002000050000006000300a9dc000008000300000001a8";

static void put_hex(struct bytes *b, uint16_t type, const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    size_t message = nl_begin(b, type, 0x22);

    for (size_t i = 0; hex[i]; i += 2) {
        const char *high = strchr(digits, hex[i]);
        const char *low = strchr(digits, hex[i + 1]);

        put_u8(b, (uint8_t)((high - digits) * 16 + (low - digits)));
    }
    nl_end(b, message);
}

static void is_end(unsigned int family, const uint8_t *addr, uint16_t port, const char *want)
{
    char text[80];

    assert_non_null(
        inet_ntop(family == PL_FAMILY_INET ? AF_INET : AF_INET6, addr, text, sizeof(text) - 8));
    (void)snprintf(text + strlen(text), 8, " %u", port);
    assert_string_equal(text, want);
}

static void is_tuple(const struct pl_flow *flow, const struct pl_flow_tuple *tuple,
                     const char *from, const char *to)
{
    is_end(flow->family, tuple->from, tuple->from_port, from);
    is_end(flow->family, tuple->to, tuple->to_port, to);
}

static void recorded(void **state)
{
    static struct kept kept;
    static struct bytes b;
    const struct pl_flow *flows = kept.flows;

    (void)state;
    put_hex(&b, 0x100, udp4);
    put_hex(&b, 0x100, tcp6);
    nl_end(&b, nl_begin(&b, 3, 2));
    assert_int_equal(decode(b.data, b.len, &kept), 0);
    assert_int_equal(kept.malformed, 0);
    assert_int_equal(kept.count, 2);
    assert_int_equal(flows[0].proto, PL_PROTO_UDP);
    is_tuple(&flows[0], &flows[0].sent, "10.72.0.2 51785", "10.72.0.1 8080");
    is_tuple(&flows[0], &flows[0].answered, "10.71.0.2 80", "10.71.0.1 51785");
    assert_int_equal(flows[1].proto, PL_PROTO_TCP);
    is_tuple(&flows[1], &flows[1].sent, "fd00:72::2 43484", "fd00:72::1 8081");
    is_tuple(&flows[1], &flows[1].answered, "fd00:71::2 80", "fd00:72::2 43484");
    kept.fail = -EOVERFLOW;
    assert_int_equal(decode(b.data, b.len, &kept), -EOVERFLOW);
    assert_int_equal(kept.count, 1);
}

/* Offsets into the first message after its header: one byte differs, and it is no flow. */
static void changed(void **state)
{
    static const struct {
        const char *what;
        size_t at;
        uint8_t value;
        size_t count;
    } cases[] = {
        {"nothing", 0, 2, 1},
        {"only the source is translated", 115, 0x9a, 0},
        {"another protocol", 36, 1, 0},
        {"UDP-Lite answers", 88, 136, 0},
        {"an address of three bytes", 12, 7, 0},
        {"no port", 42, 9, 0},
        {"no answer", 58, 9, 0},
        {"an answer of another family", 66, 3, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        static struct kept kept;
        struct bytes *b = calloc(1, sizeof(*b));

        assert_non_null(b);
        put_hex(b, 0x100, udp4);
        b->data[16 + cases[i].at] = cases[i].value;
        assert_int_equal(decode(b->data, b->len, &kept), 0);
        if (kept.count != cases[i].count)
            fail_msg("%s: %zu", cases[i].what, kept.count);
        free(b);
    }
}

/* Messages of other kinds, short ones, and damage at each byte. */
static void damaged(void **state)
{
    static struct kept kept;
    static struct bytes b;
    size_t first;

    (void)state;
    put_hex(&b, 0x102, udp4);
    put_hex(&b, 0x100, "0200");
    assert_int_equal(decode(b.data, b.len, &kept), 0);
    assert_int_equal(kept.count, 0);
    assert_int_equal(kept.malformed, 1);
    b.len = 0;
    put_hex(&b, 0x100, udp4);
    first = b.len;
    put_hex(&b, 0x100, tcp6);
    for (size_t len = 0; len <= b.len; len++) {
        const bool whole = len == 0 || len == first || len == b.len;

        assert_int_equal(decode(b.data, len, &kept), whole ? 0 : -EBADMSG);
        assert_int_equal(kept.count, (size_t)(len >= first) + (len == b.len));
    }
}

TEST_MAIN(TEST(recorded), TEST(changed), TEST(damaged))
