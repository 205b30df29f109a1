/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A table of iptables-legacy of each family and byte order: chains of hooks and of users, jumps,
 * conditions; every truncation, and damaged lengths.
 */
#include "nat_kept.h"

#define ENTRY(v6) ((v6) ? 168U : 112U)

struct entry {
    const char *target; /* "": a verdict */
    uint32_t verdict;
    uint16_t proto, port;
    uint8_t inverted;
    uint8_t net; /* bits of the destination's mask */
};

/* Offsets of all entries. */
static size_t offsets[16];

static void put_extension(struct bytes *b, const char *name, uint8_t revision, size_t data)
{
    char padded[29] = "";

    (void)snprintf(padded, sizeof(padded), "%s", name);
    put_u16(b, (uint16_t)(32 + data));
    put_bytes(b, padded, sizeof(padded));
    put_u8(b, revision);
}

static void put_match(struct bytes *b, uint16_t port)
{
    put_extension(b, "tcp", 0, 16);
    put_u16(b, 0);
    put_u16(b, 65535);
    put_u16(b, port);
    put_u16(b, port);
    put_zeros(b, 8);
}

static void put_entry(struct bytes *b, bool v6, const struct entry *entry)
{
    size_t at = b->len;
    size_t len = v6 ? 16 : 4;
    size_t from = ENTRY(v6) + (entry->port ? 48 : 0);
    size_t data = entry->target[0] == '\0' ? 8 : entry->target[0] == 'E' ? 32 : 44;

    put_zeros(b, ENTRY(v6));
    memset(b->data + at + len, 0x7f, 1);                  /* destination 127.0.0.0 */
    memset(b->data + at + 3 * len, 0xff, entry->net / 8); /* mask */
    if (v6 && entry->inverted == 0x10) {
        memset(b->data + at + len, 0, 1); /* ::1 */
        memset(b->data + at + 2 * len - 1, entry->net == 8, 1);
        memset(b->data + at + 3 * len, 0xff, len);
    }
    set_u16(b, at + (v6 ? 128 : 80), entry->proto);
    b->data[at + (v6 ? 132 : 83)] = entry->inverted;
    set_u16(b, at + (v6 ? 140 : 88), (uint16_t)from);
    set_u16(b, at + (v6 ? 142 : 90), (uint16_t)(from + 32 + data));
    if (entry->port)
        put_match(b, entry->port);
    put_extension(b, entry->target, entry->target[0] == 'D' ? 2 : 0, data);
    if (data == 8) {
        put_u32(b, entry->verdict);
        put_zeros(b, 4);
    } else if (data == 44) {
        put_u32(b, 3);
        put_bytes(b, (const uint8_t[16]){10, 0, 0, 2}, 16);
        put_bytes(b, (const uint8_t[16]){10, 0, 0, 2}, 16);
        put_be16(b, 80);
        put_be16(b, 80);
        put_zeros(b, 4);
    } else {
        put_zeros(b, data);
    }
}

#define ACCEPT UINT32_C(0xfffffffe) /* -NF_ACCEPT - 1 */

/* PREROUTING: a jump to a chain of a user; OUTPUT: DNAT; the chain: DNAT in several forms. */
static void make(struct bytes *b, bool v6, bool big)
{
    static const struct entry entries[] = {
        {"", 0, 0, 0, 0, 0}, /* jump to entry 5 */
        {"", ACCEPT, 0, 0, 0, 0},
        {"DNAT", 0, 6, 8080, 0, 8},
        {"", ACCEPT, 0, 0, 0, 0},
        {"ERROR", 0, 0, 0, 0, 0},
        {"DNAT", 0, 6, 8081, 0x10, 8}, /* ! -d */
        {"DNAT", 0, 6, 8082, 0x40, 0}, /* ! -p */
        {"DNAT", 0, 6, 8085, 0x10, 0}, /* ! -d, of others than the loopback interface */
        {"MASQUERADE", 0, 6, 8083, 0, 0},
        {"DNAT", 0, 6, 8084, 0, 0},
        {"ERROR", 0, 0, 0, 0, 0},
    };

    *b = (struct bytes){.big_endian = big};
    put_zeros(b, PL_NAT_INFO_BYTES);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        offsets[i] = b->len - PL_NAT_INFO_BYTES;
        put_entry(b, v6, &entries[i]);
    }
    set_u32(b, 32, 1U << 0 | 1U << 1 | 1U << 3); /* hooks */
    set_u32(b, 36 + 0, (uint32_t)offsets[0]);
    set_u32(b, 36 + 4, (uint32_t)offsets[3]); /* INPUT, empty but for its policy */
    set_u32(b, 36 + 12, (uint32_t)offsets[2]);
    set_u32(b, PL_NAT_INFO_BYTES + ENTRY(v6) + 32, (uint32_t)offsets[5]);
}

static int decode(const struct bytes *b, size_t len, bool v6, struct nat_kept *kept)
{
    uint8_t *copy = malloc(len + 1);
    int err;

    assert_non_null(copy);
    memcpy(copy + 1, b->data, len);
    nat_reset(kept);
    err = pl_nat_iptables((struct pl_slice){copy + 1, len, b->big_endian}, v6, &kept->sink,
                          &kept->malformed);
    free(copy);
    return err;
}

static void tables(void **state)
{
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    for (unsigned int form = 0; form < 4; form++) {
        bool v6 = form & 1;
        const struct pl_nat_rule *rules = kept.rules;

        make(&b, v6, form & 2);
        assert_int_equal(decode(&b, b.len, v6, &kept), 0);
        assert_int_equal(kept.malformed, 0);
        assert_int_equal(kept.count, 8);
        assert_int_equal(rules[0].kind, PL_NAT_BASE);
        assert_false(rules[0].sent);
        assert_int_equal(rules[1].kind, PL_NAT_BASE);
        assert_true(rules[1].sent);
        assert_int_equal(rules[2].action, PL_NAT_JUMP);
        assert_true(rules[2].chain == rules[0].chain);
        assert_true(rules[2].to == rules[6].chain);
        assert_true(rules[2].exact && !rules[2].leaves);
        assert_int_equal(rules[3].action, PL_NAT_END); /* the policy of the hook */
        assert_true(rules[3].chain == rules[0].chain);
        assert_int_equal(rules[5].action, PL_NAT_END);
        assert_int_equal(rules[4].action, PL_NAT_DNAT);
        assert_true(rules[4].chain == rules[1].chain);
        assert_int_equal(rules[4].match.bits, 8);
        assert_int_equal(rules[4].match.addr[0], 127);
        assert_int_equal(rules[4].match.first, 8080);
        assert_int_equal(rules[4].match.proto, 6);
        assert_int_equal(rules[4].target.port, 80);
        assert_int_equal(rules[4].match.family, v6 ? PL_FAMILY_INET6 : PL_FAMILY_INET);
        assert_true(rules[6].match.outside);
        assert_int_equal(rules[6].match.bits, 0);
        assert_int_equal(rules[7].match.first, 8084);
    }
}

/* What a rule does beside jumping, and which conditions keep that from being known. */
static void verdicts(void **state)
{
    static const struct {
        uint32_t verdict;
        uint16_t at4, at6; /* of a byte to set; 0: none */
        uint8_t byte;
        uint8_t action; /* PL_NAT_PASS: the rule is left out */
    } cases[] = {
        {UINT32_MAX, 0, 0, 0, PL_NAT_END},
        {ACCEPT, 0, 0, 0, PL_NAT_END},
        {UINT32_C(0xfffffffb), 0, 0, 0, PL_NAT_RETURN},
        {UINT32_C(0xfffffffc), 0, 0, 0, PL_NAT_PASS}, /* to a queue */
        {ACCEPT, 8, 32, 0xff, PL_NAT_PASS},           /* the mask of the source */
        {ACCEPT, 48, 96, 0xff, PL_NAT_PASS},          /* that of the name of an interface */
        {ACCEPT, 79, 127, 0xff, PL_NAT_PASS},
        {ACCEPT, 83, 132, 0x08, PL_NAT_PASS}, /* any but the source */
    };
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (unsigned int form = 0; form < 4; form++) {
            const bool v6 = form & 1;
            const size_t at = v6 ? cases[i].at6 : cases[i].at4;

            make(&b, v6, form & 2);
            set_u32(&b, PL_NAT_INFO_BYTES + ENTRY(v6) + 32, cases[i].verdict);
            if (at != 0)
                b.data[PL_NAT_INFO_BYTES + at] = cases[i].byte;
            assert_int_equal(decode(&b, b.len, v6, &kept), 0);
            assert_int_equal(kept.count, cases[i].action == PL_NAT_PASS ? 7 : 8);
            if (cases[i].action != PL_NAT_PASS)
                assert_int_equal(kept.rules[2].action, cases[i].action);
        }
    }
    for (unsigned int v6 = 0; v6 < 2; v6++) {
        make(&b, v6, false);
        b.data[PL_NAT_INFO_BYTES + (v6 ? 131 : 82)] = v6 ? 4 : 2; /* goto */
        assert_int_equal(decode(&b, b.len, v6, &kept), 0);
        assert_int_equal(kept.rules[2].action, PL_NAT_JUMP);
        assert_true(kept.rules[2].leaves);
    }
}

static void truncated(void **state)
{
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    for (unsigned int form = 0; form < 4; form++) {
        make(&b, form & 1, form & 2);
        for (size_t len = 0; len < b.len; len++) {
            bool whole = len == PL_NAT_INFO_BYTES;

            for (size_t i = 1; i < 11; i++)
                whole |= len == PL_NAT_INFO_BYTES + offsets[i];
            assert_int_equal(decode(&b, len, form & 1, &kept), whole ? 0 : -EBADMSG);
        }
    }
}

/* Each 16-bit field with each of these values: no read past the end, and an end. */
static void damaged(void **state)
{
    static const uint16_t values[] = {0, 1, 31, 111, 144, 0x7fff, 0xffff};
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    for (unsigned int form = 0; form < 2; form++) {
        for (size_t at = 0; at < 1200; at += 2) {
            for (size_t i = 0; i < COUNT_OF(values); i++) {
                int err;

                make(&b, form & 1, false);
                set_u16(&b, at, values[i]);
                err = decode(&b, b.len, form & 1, &kept);
                assert_true(err == 0 || err == -EBADMSG);
            }
        }
    }
}

static void refused(void **state)
{
    static struct nat_kept kept;
    static struct bytes b;

    (void)state;
    make(&b, false, false);
    nat_reset(&kept);
    kept.fail = -ENOMEM;
    assert_int_equal(pl_nat_iptables((struct pl_slice){b.data, b.len, false}, false, &kept.sink,
                                     &kept.malformed),
                     -ENOMEM);
    assert_int_equal(kept.count, 1);
}

TEST_MAIN(TEST(tables), TEST(verdicts), TEST(truncated), TEST(damaged), TEST(refused))
