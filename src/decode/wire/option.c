/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP options, byte by byte: https://www.iana.org/assignments/tcp-parameters. The kind and subtype
 * of an option, and its length where the layout depends on it, select a row of a table.
 */
#include "internal.h"

#include "model/array.h"

enum { KIND_END = 0, KIND_NOP = 1, KIND_MPTCP = 30, KIND_TRIAL = 253, KIND_TRIAL_2 = 254 };

#define ANY                  0xffU
#define PARTS                8
#define REST                 0xffU   /* bits: all that is left */
#define EXPERIMENT_FAST_OPEN 0xf989U /* RFC 7413 */
#define EXPERIMENT_ACCECN_0  0xacc0U /* drafts of RFC 9768 */
#define EXPERIMENT_ACCECN_1  0xacc1U

struct part {
    uint8_t id, bits;
};

#define P(id, bits)          \
    {                        \
        PL_WIRE_F_##id, bits \
    }

struct spec {
    uint8_t kind, subtype; /* subtype: of MPTCP, or ANY */
    uint8_t id;
    uint8_t least, most, step; /* valid lengths: least, least + step ... most */
    bool syn;                  /* only in a SYN */
    struct part parts[PARTS];  /* after kind and length; the last repeats while bytes are left */
};

#define O(id)       PL_WIRE_F_##id
#define MP(subtype) 30, subtype, PL_WIRE_F_MPTCP

static const struct spec specs[] = {
    {2, ANY, O(MSS), 4, 4, 1, true, {P(MSS, 16)}},
    {3, ANY, O(WINDOW_SCALE), 3, 3, 1, true, {P(WINDOW_SCALE, 8)}},
    {4, ANY, O(SACK_PERMITTED), 2, 2, 1, true, {{0}}},
    {5, ANY, O(SACK), 10, 34, 8, false, {P(SACK_LEFT, 32), P(SACK_RIGHT, 32)}},
    {8, ANY, O(TIMESTAMPS), 10, 10, 1, false, {P(TSVAL, 32), P(TSECR, 32)}},
    {19, ANY, O(MD5), 18, 18, 1, false, {P(DIGEST, 128)}},
    {27, ANY, O(QUICK_START), 8, 8, 1, false, {P(OPTION_DATA, REST)}},
    {28, ANY, O(USER_TIMEOUT), 4, 4, 1, false, {P(GRANULARITY, 1), P(TIMEOUT, 15)}},
    {29, ANY, O(AO), 4, 40, 1, false, {P(KEY_ID, 8), P(NEXT_KEY_ID, 8), P(MAC, REST)}},
    {34, ANY, O(FAST_OPEN), 2, 2, 1, true, {{0}}},
    {34, ANY, O(FAST_OPEN), 6, 18, 2, true, {P(COOKIE, REST)}},
    {172, ANY, O(ACCECN), 2, 11, 3, false, {P(ECT0_BYTES, 24), P(CE_BYTES, 24), P(ECT1_BYTES, 24)}},
    {174, ANY, O(ACCECN), 2, 11, 3, false, {P(ECT1_BYTES, 24), P(CE_BYTES, 24), P(ECT0_BYTES, 24)}},
    /* RFC 8684, section 3. MP_CAPABLE has one key more in each step of the handshake. */
    {MP(0), 4, 4, 1, true, {P(SUBTYPE, 4), P(MPTCP_VERSION, 4), P(MPTCP_FLAGS, 8)}},
    {MP(0),
     12,
     12,
     1,
     false,
     {P(SUBTYPE, 4), P(MPTCP_VERSION, 4), P(MPTCP_FLAGS, 8), P(SENDER_KEY, 64)}},
    {MP(0),
     20,
     24,
     2,
     false,
     {P(SUBTYPE, 4), P(MPTCP_VERSION, 4), P(MPTCP_FLAGS, 8), P(SENDER_KEY, 64), P(RECEIVER_KEY, 64),
      P(DATA_LENGTH, 16), P(CHECKSUM, 16)}},
    {MP(1),
     12,
     12,
     1,
     true,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(BACKUP, 1), P(ADDRESS_ID, 8), P(TOKEN, 32), P(NONCE, 32)}},
    {MP(1),
     16,
     16,
     1,
     true,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(BACKUP, 1), P(ADDRESS_ID, 8), P(HMAC, 64), P(NONCE, 32)}},
    {MP(1), 24, 24, 1, false, {P(SUBTYPE, 4), P(RESERVED, 12), P(HMAC, 160)}},
    {MP(2), 4, 28, 2, false, {P(SUBTYPE, 4), P(RESERVED, 7), P(DSS_FLAGS, 5)}}, /* see put_dss() */
    {MP(3),
     8,
     8,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 32)}},
    {MP(3),
     10,
     10,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 32), P(PORT, 16)}},
    {MP(3),
     16,
     16,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 32), P(HMAC, 64)}},
    {MP(3),
     18,
     18,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 32), P(PORT, 16),
      P(HMAC, 64)}},
    {MP(3),
     20,
     20,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 128)}},
    {MP(3),
     22,
     22,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 128), P(PORT, 16)}},
    {MP(3),
     28,
     28,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 128), P(HMAC, 64)}},
    {MP(3),
     30,
     30,
     1,
     false,
     {P(SUBTYPE, 4), P(RESERVED, 3), P(ECHO, 1), P(ADDRESS_ID, 8), P(ADDRESS, 128), P(PORT, 16),
      P(HMAC, 64)}},
    {MP(4), 4, 40, 1, false, {P(SUBTYPE, 4), P(RESERVED, 4), P(ADDRESS_ID, 8)}},
    {MP(5), 3, 4, 1, false, {P(SUBTYPE, 4), P(RESERVED, 3), P(BACKUP, 1), P(ADDRESS_ID, 8)}},
    {MP(6), 12, 12, 1, false, {P(SUBTYPE, 4), P(RESERVED, 12), P(DATA_SEQ, 64)}},
    {MP(7), 12, 12, 1, false, {P(SUBTYPE, 4), P(RESERVED, 12), P(RECEIVER_KEY, 64)}},
    {MP(8), 4, 4, 1, false, {P(SUBTYPE, 4), P(RESET_FLAGS, 4), P(REASON, 8)}},
};

/* Experiments by ExID: RFC 6994. Their length includes it. */
static const struct {
    uint32_t exid;
    struct spec spec;
} experiments[] = {
    {EXPERIMENT_FAST_OPEN, {0, ANY, O(FAST_OPEN), 4, 20, 2, true, {P(COOKIE, REST)}}},
    {EXPERIMENT_ACCECN_0,
     {0, ANY, O(ACCECN), 4, 13, 3, false, {P(ECT0_BYTES, 24), P(CE_BYTES, 24), P(ECT1_BYTES, 24)}}},
    {EXPERIMENT_ACCECN_1,
     {0, ANY, O(ACCECN), 4, 13, 3, false, {P(ECT1_BYTES, 24), P(CE_BYTES, 24), P(ECT0_BYTES, 24)}}},
};

static const struct spec unknown = {0, ANY,   O(UNKNOWN_OPTION),     2, 40,
                                    1, false, {P(OPTION_DATA, REST)}};
static const struct spec experiment = {0,  ANY, O(EXPERIMENT), 4,
                                       40, 1,   false,         {P(OPTION_DATA, REST)}};

/* An option in the header: its first byte, and its length as far as it is in the header. */
struct option {
    uint32_t at, len;
    uint8_t kind;
    size_t first; /* index of its first field */
};

static bool fits(const struct spec *spec, uint32_t len)
{
    return len >= spec->least && len <= spec->most && (len - spec->least) % spec->step == 0;
}

/* Prefers a row that has the length; else the first with that kind and subtype. */
static const struct spec *find(const struct wire_list *list, const struct option *option)
{
    uint8_t subtype = wire_u8(list->wire, option->at + 2) >> 4;
    const struct spec *found = NULL;

    for (size_t i = 0; i < COUNT_OF(specs); i++) {
        const struct spec *spec = &specs[i];

        if (spec->kind != option->kind || (spec->subtype != ANY && spec->subtype != subtype))
            continue;
        if (fits(spec, option->len))
            return spec;
        if (!found)
            found = spec;
    }
    return found ? found : &unknown;
}

static const struct spec *find_experiment(const struct wire_list *list, const struct option *option)
{
    uint32_t exid = wire_u16(list->wire, option->at + 2);

    for (size_t i = 0; i < COUNT_OF(experiments); i++) {
        if (experiments[i].exid == exid)
            return &experiments[i].spec;
    }
    return &experiment;
}

/* ---- fields ---- */

/* Bits of the option that have no field yet. */
static uint32_t left(const struct wire_list *list, const struct option *option)
{
    const struct pl_wire_field *last = &list->fields[list->count - 1];
    uint32_t end = (option->at - list->header->at + option->len) * 8;

    return end - last->at - last->bits;
}

static struct pl_wire_field *put(struct wire_list *list, const struct spec *spec, unsigned int id,
                                 uint32_t bits)
{
    struct pl_wire_field *field = wire_add(list, id, bits);

    if (field)
        field->option = spec->id;
    return field;
}

static void put_rest(struct wire_list *list, const struct spec *spec, const struct option *option,
                     unsigned int id)
{
    if (left(list, option) > 0)
        (void)put(list, spec, id, left(list, option));
}

static void put_parts(struct wire_list *list, const struct spec *spec, const struct option *option)
{
    size_t count = 0;

    while (count < PARTS && spec->parts[count].id != PL_WIRE_F_NONE)
        count++;
    for (size_t i = 0; count > 0; i = i + 1 < count ? i + 1 : spec->id == PL_WIRE_F_SACK ? 0 : i) {
        uint32_t bits = spec->parts[i].bits == REST ? left(list, option) : spec->parts[i].bits;

        if (bits == 0 || bits > left(list, option) || !put(list, spec, spec->parts[i].id, bits))
            break;
    }
}

/* The flags of DSS determine which fields follow: RFC 8684, section 3.3. */
static void put_dss(struct wire_list *list, const struct spec *spec, const struct option *option)
{
    uint8_t flags = wire_u8(list->wire, option->at + 3);
    const struct part parts[] = {
        {PL_WIRE_F_DATA_ACK, (flags & 1) == 0   ? 0
                             : (flags & 2) != 0 ? 64
                                                : 32},
        {PL_WIRE_F_DATA_SEQ, (flags & 4) == 0   ? 0
                             : (flags & 8) != 0 ? 64
                                                : 32},
        {PL_WIRE_F_SUBFLOW_SEQ, (flags & 4) == 0 ? 0 : 32},
        {PL_WIRE_F_DATA_LENGTH, (flags & 4) == 0 ? 0 : 16},
    };

    for (size_t i = 0; i < 3; i++)
        (void)put(list, spec, spec->parts[i].id, spec->parts[i].bits);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].bits > 0 && parts[i].bits <= left(list, option))
            (void)put(list, spec, parts[i].id, parts[i].bits);
    }
    if (left(list, option) == 16)
        (void)put(list, spec, PL_WIRE_F_CHECKSUM, 16);
}

/* ---- one option ---- */

static bool was_before(const struct wire_list *list, const struct option *option)
{
    for (size_t i = 0; i < option->first; i++) {
        if (list->fields[i].id == PL_WIRE_F_KIND && list->fields[i].value == option->kind &&
            !list->fields[i].cut)
            return true;
    }
    return false;
}

static bool may_repeat(uint8_t kind)
{
    return kind == KIND_MPTCP || kind >= KIND_TRIAL;
}

static void put_option(struct wire_list *list, const struct option *option, bool syn)
{
    bool trial = option->kind == KIND_TRIAL || option->kind == KIND_TRIAL_2;
    const struct spec *spec = trial ? find_experiment(list, option) : find(list, option);
    struct pl_wire_field *kind = put(list, spec, PL_WIRE_F_KIND, 8);
    struct pl_wire_field *length = put(list, spec, PL_WIRE_F_OPTION_LENGTH, 8);

    if (!kind || !length)
        return;
    if (!fits(spec, option->len))
        wire_blame(length, PL_WIRE_BAD_OPTION_LENGTH);
    if (spec->syn && !syn)
        wire_blame(kind, PL_WIRE_BAD_NOT_SYN);
    if (was_before(list, option) && !may_repeat(option->kind))
        wire_blame(kind, PL_WIRE_BAD_TWICE);
    if (trial && left(list, option) >= 16)
        (void)put(list, spec, PL_WIRE_F_EXID, 16);
    if (option->kind == KIND_MPTCP && spec->subtype == 2 && option->len >= 4)
        put_dss(list, spec, option);
    else
        put_parts(list, spec, option);
    put_rest(list, spec, option, PL_WIRE_F_OPTION_DATA);
    if (spec->id == PL_WIRE_F_WINDOW_SCALE && list->fields[list->count - 1].value > 14)
        wire_blame(&list->fields[list->count - 1], PL_WIRE_BAD_SCALE);
}

/* Appends what cannot be divided into options: bytes of the header are left. */
static void put_bad(struct wire_list *list, const struct option *option, uint32_t bytes,
                    enum pl_wire_fault fault)
{
    const struct spec *spec = find(list, option);
    struct pl_wire_field *kind = put(list, spec, PL_WIRE_F_KIND, 8);
    struct pl_wire_field *length = bytes > 1 ? put(list, spec, PL_WIRE_F_OPTION_LENGTH, 8) : kind;

    wire_blame(length, fault);
    if (bytes > 2)
        (void)put(list, spec, PL_WIRE_F_OPTION_DATA, (bytes - 2) * 8);
}

static bool is_zero(const struct pl_wire *wire, uint32_t at, uint32_t end)
{
    while (at < end && wire_u8(wire, at) == 0)
        at++;
    return at >= end;
}

/* Appends one option; returns its length. bytes: how many are left in the header. */
static uint32_t take(struct wire_list *list, uint32_t at, uint32_t bytes, bool syn)
{
    const struct pl_wire *wire = list->wire;
    struct option option = {.at = at, .len = 1, .kind = wire_u8(wire, at), .first = list->count};
    struct pl_wire_field *field;

    if (at >= wire->captured) {
        (void)wire_add(list, PL_WIRE_F_OPTIONS, bytes * 8);
        return bytes;
    }
    if (option.kind == KIND_END) {
        (void)wire_add(list, PL_WIRE_F_END, 8);
        field = bytes > 1 ? wire_add(list, PL_WIRE_F_PADDING, (bytes - 1) * 8) : NULL;
        if (!is_zero(wire, at + 1, at + bytes))
            wire_blame(field, PL_WIRE_BAD_PADDING);
        return bytes;
    }
    if (option.kind == KIND_NOP) {
        (void)wire_add(list, PL_WIRE_F_NOP, 8);
        return 1;
    }
    option.len = wire_u8(wire, at + 1);
    if (bytes < 2 || (at + 1 < wire->captured && (option.len < 2 || option.len > bytes))) {
        put_bad(list, &option, bytes,
                bytes < 2        ? PL_WIRE_BAD_OPTION_NO_LENGTH
                : option.len < 2 ? PL_WIRE_BAD_OPTION_ZERO
                                 : PL_WIRE_BAD_OPTION_LONG);
        return bytes;
    }
    if (at + 1 >= wire->captured)
        option.len = bytes;
    put_option(list, &option, syn);
    return option.len;
}

void wire_options(struct wire_list *list, bool syn)
{
    uint32_t at = list->header->at + WIRE_TCP_LEAST;
    uint32_t end = list->header->at + list->header->len;

    while (at < end)
        at += take(list, at, end - at, syn);
}
