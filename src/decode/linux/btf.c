/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf.h"

#include <errno.h>
#include <string.h>

#define BTF_MAGIC   0xeb9f
#define BTF_VERSION 1

/* struct btf_header: offsets */
enum {
    HEAD_MAGIC = 0,
    HEAD_VERSION = 2,
    HEAD_LEN = 4,
    HEAD_TYPE_OFF = 8,
    HEAD_TYPE_LEN = 12,
    HEAD_STR_OFF = 16,
    HEAD_STR_LEN = 20
};

/* struct btf_type { u32 name_off, info, size_or_type }, and what follows it. */
enum { TYPE_NAME = 0, TYPE_INFO = 4, TYPE_SIZE = 12 };

/* struct btf_member { u32 name_off, type, offset } */
enum { MEMBER_NAME = 0, MEMBER_OFFSET = 8, MEMBER_SIZE = 12 };

enum { KIND_STRUCT = 4, KIND_TYPEDEF = 8, KIND_FUNC = 12, KIND_MAX = 20 };

/* Bytes after a type of each kind: a fixed part, and one per vlen. */
static const struct {
    uint8_t known;
    uint8_t fixed;
    uint8_t each;
} tails[KIND_MAX] = {
    [1] = {1, 4, 0},   /* INT */
    [2] = {1, 0, 0},   /* PTR */
    [3] = {1, 12, 0},  /* ARRAY */
    [4] = {1, 0, 12},  /* STRUCT */
    [5] = {1, 0, 12},  /* UNION */
    [6] = {1, 0, 8},   /* ENUM */
    [7] = {1, 0, 0},   /* FWD */
    [8] = {1, 0, 0},   /* TYPEDEF */
    [9] = {1, 0, 0},   /* VOLATILE */
    [10] = {1, 0, 0},  /* CONST */
    [11] = {1, 0, 0},  /* RESTRICT */
    [12] = {1, 0, 0},  /* FUNC: its vlen is a linkage */
    [13] = {1, 0, 8},  /* FUNC_PROTO */
    [14] = {1, 4, 0},  /* VAR */
    [15] = {1, 0, 12}, /* DATASEC */
    [16] = {1, 0, 0},  /* FLOAT */
    [17] = {1, 4, 0},  /* DECL_TAG */
    [18] = {1, 0, 0},  /* TYPE_TAG */
    [19] = {1, 0, 12}, /* ENUM64 */
};

/* Reads a section at off after the header. Returns false if it is not inside the file. */
static bool place(size_t head_len, uint32_t off, uint32_t len, size_t size, size_t *at, size_t *out)
{
    if (off > size - head_len || len > size - head_len - off)
        return false;
    *at = head_len + off;
    *out = len;
    return true;
}

int pl_btf_header(const struct pl_slice *head, size_t size, struct pl_btf *out)
{
    struct pl_btf btf;
    size_t head_len = pl_slice_u32(head, HEAD_LEN);

    if (head->len < PL_BTF_HEAD || pl_slice_u16(head, HEAD_MAGIC) != BTF_MAGIC ||
        pl_slice_u8(head, HEAD_VERSION) != BTF_VERSION)
        return -EBADMSG;
    if (head_len < PL_BTF_HEAD || head_len > size)
        return -EBADMSG;
    if (!place(head_len, pl_slice_u32(head, HEAD_TYPE_OFF), pl_slice_u32(head, HEAD_TYPE_LEN), size,
               &btf.types_at, &btf.types_len) ||
        !place(head_len, pl_slice_u32(head, HEAD_STR_OFF), pl_slice_u32(head, HEAD_STR_LEN), size,
               &btf.strings_at, &btf.strings_len))
        return -EBADMSG;
    *out = btf;
    return 0;
}

/* Whether the string at off equals name. */
static bool is_name(const struct pl_slice *strings, uint32_t off, const char *name)
{
    size_t len;

    if (off >= strings->len || strings->data[off] != (uint8_t)name[0])
        return false;
    len = strlen(name) + 1;
    return len <= strings->len - off && memcmp(strings->data + off, name, len) == 0;
}

/*
 * Finds the offset of a member. Returns false if the struct has no such member, or if the member is a
 * bit field that was not requested as one.
 */
static bool find_member(const struct pl_slice *type, const struct pl_slice *strings,
                        struct pl_btf_want *want)
{
    uint32_t info = pl_slice_u32(type, TYPE_INFO);
    /* kind_flag: the offset has 24 bits; the size of a bit field is above it. */
    bool has_sizes = (info >> 31) != 0;

    for (size_t at = TYPE_SIZE; at + MEMBER_SIZE <= type->len; at += MEMBER_SIZE) {
        uint32_t bits = pl_slice_u32(type, at + MEMBER_OFFSET);

        if (!is_name(strings, pl_slice_u32(type, at + MEMBER_NAME), want->member))
            continue;
        if (want->bits) {
            want->value = has_sizes ? bits & 0xffffffU : bits;
            return true;
        }
        if (bits % 8 != 0 || (has_sizes && (bits >> 24) != 0))
            return false;
        want->value = bits / 8;
        return true;
    }
    return false;
}

/* Returns whether something was found. */
static bool match(const struct pl_slice *type, const struct pl_slice *strings, uint32_t kind,
                  uint32_t id, struct pl_btf_want *wants, size_t count)
{
    uint32_t name = pl_slice_u32(type, TYPE_NAME);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        bool named = !wants[i].member;

        if (wants[i].found || named != (kind != KIND_STRUCT) ||
            !is_name(strings, name, wants[i].name))
            continue;
        wants[i].id = id;
        if (named) {
            wants[i].value = id;
            wants[i].found = true;
        } else {
            wants[i].found = find_member(type, strings, &wants[i]);
        }
        found |= wants[i].found;
    }
    return found;
}

bool pl_btf_complete(const struct pl_btf_want *wants, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!wants[i].found)
            return false;
    }
    return true;
}

/*
 * The kinds and first bytes of the wanted names. This one test skips most of the 100,000 types,
 * without a branch that is hard to predict.
 */
struct initials {
    const bool *of_kind[KIND_MAX];
    bool none[UINT8_MAX + 1];
    bool structs[UINT8_MAX + 1];
    bool named[UINT8_MAX + 1]; /* functions and typedefs */
};

static void set_initials(struct initials *initials, const struct pl_btf_want *wants, size_t count)
{
    *initials = (struct initials){0};
    for (size_t i = 0; i < KIND_MAX; i++)
        initials->of_kind[i] = initials->none;
    initials->of_kind[KIND_STRUCT] = initials->structs;
    initials->of_kind[KIND_FUNC] = initials->named;
    initials->of_kind[KIND_TYPEDEF] = initials->named;
    for (size_t i = 0; i < count; i++) {
        bool *letters = wants[i].member ? initials->structs : initials->named;

        if (!wants[i].found)
            letters[(uint8_t)wants[i].name[0]] = true;
    }
}

int pl_btf_walk(const struct pl_slice *types, const struct pl_slice *strings, uint32_t *id,
                struct pl_btf_want *wants, size_t count, size_t *used)
{
    const struct pl_slice walked = *types; /* a local copy, which stores below cannot alias */
    const struct pl_slice names = *strings;
    struct initials initials;
    size_t at = 0;
    uint32_t here = *id;

    set_initials(&initials, wants, count);
    while (walked.len - at >= TYPE_SIZE) {
        uint32_t name = pl_slice_u32(&walked, at + TYPE_NAME);
        uint32_t info = pl_slice_u32(&walked, at + TYPE_INFO);
        uint32_t kind = (info >> 24) & 0x1f;
        size_t len;

        if (kind >= KIND_MAX || !tails[kind].known)
            return -EBADMSG;
        len = TYPE_SIZE + tails[kind].fixed + (size_t)(info & 0xffff) * tails[kind].each;
        if (len > walked.len - at)
            break;
        if (initials.of_kind[kind][pl_slice_u8(&names, name)]) {
            const struct pl_slice type = {walked.data + at, len, walked.big_endian};

            if (match(&type, strings, kind, here, wants, count)) {
                if (pl_btf_complete(wants, count))
                    break;
                set_initials(&initials, wants, count);
            }
        }
        at += len;
        here++;
    }
    *id = here;
    *used = at;
    return 0;
}
