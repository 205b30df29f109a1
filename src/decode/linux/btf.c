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
enum { TYPE_NAME = 0, TYPE_INFO = 4, TYPE_BYTES = 8, TYPE_SIZE = 12 };

/* struct btf_member { u32 name_off, type, offset } */
enum { MEMBER_NAME = 0, MEMBER_OFFSET = 8, MEMBER_SIZE = 12 };

/* struct btf_enum { u32 name_off; s32 val } */
enum { VALUE_NAME = 0, VALUE_NUMBER = 4, VALUE_SIZE = 8 };

enum { KIND_STRUCT = 4, KIND_ENUM = 6, KIND_TYPEDEF = 8, KIND_FUNC = 12, KIND_MAX = 20 };

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
                        const char *member, struct pl_btf_want *want)
{
    uint32_t info = pl_slice_u32(type, TYPE_INFO);
    /* kind_flag: the offset has 24 bits; the size of a bit field is above it. */
    bool has_sizes = (info >> 31) != 0;

    for (size_t at = TYPE_SIZE; at + MEMBER_SIZE <= type->len; at += MEMBER_SIZE) {
        uint32_t bits = pl_slice_u32(type, at + MEMBER_OFFSET);

        if (!is_name(strings, pl_slice_u32(type, at + MEMBER_NAME), member))
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

static bool find_struct(const struct pl_slice *type, const struct pl_slice *strings,
                        struct pl_btf_want *want)
{
    struct pl_btf_want other = *want;

    want->size = pl_slice_u32(type, TYPE_BYTES);
    return (!want->beside || find_member(type, strings, want->beside, &other)) &&
           find_member(type, strings, want->member, want);
}

/* Copies a name that begins as the others do. */
static void copy_name(const struct pl_slice *strings, uint32_t off, const char *start,
                      char out[PL_BTF_NAME])
{
    size_t skip = strlen(start);
    struct pl_slice name = pl_slice_part(strings, off, strings->len);
    const uint8_t *end = name.len > 0 ? memchr(name.data, '\0', name.len) : NULL;
    size_t len = end ? (size_t)(end - name.data) : 0;

    if (len <= skip || len - skip >= PL_BTF_NAME || memcmp(name.data, start, skip) != 0)
        return;
    memcpy(out, name.data + skip, len - skip);
    out[len - skip] = '\0';
}

static bool find_names(const struct pl_slice *type, const struct pl_slice *strings,
                       struct pl_btf_names *names)
{
    memset(names->text, 0, sizeof(names->text));
    for (size_t at = TYPE_SIZE; at + VALUE_SIZE <= type->len; at += VALUE_SIZE) {
        uint32_t number = pl_slice_u32(type, at + VALUE_NUMBER);

        if (number < PL_BTF_NAMES)
            copy_name(strings, pl_slice_u32(type, at + VALUE_NAME), names->start,
                      names->text[number]);
    }
    return true;
}

/* Returns whether a type of this kind can be the wanted one. */
static bool is_kind(const struct pl_btf_want *want, uint32_t kind)
{
    if (want->member)
        return kind == KIND_STRUCT;
    return want->names ? kind == KIND_ENUM : kind == KIND_TYPEDEF || kind == KIND_FUNC;
}

/* Returns whether something was found. */
static bool match(const struct pl_slice *type, const struct pl_slice *strings, uint32_t kind,
                  uint32_t id, struct pl_btf_want *wants, size_t count)
{
    uint32_t name = pl_slice_u32(type, TYPE_NAME);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        struct pl_btf_want *want = &wants[i];

        if (want->found || !is_kind(want, kind) || !is_name(strings, name, want->name))
            continue;
        want->id = id;
        if (want->member) {
            want->found = find_struct(type, strings, want);
        } else {
            want->value = id;
            want->found = !want->names || find_names(type, strings, want->names);
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
    bool enums[UINT8_MAX + 1];
    bool named[UINT8_MAX + 1]; /* functions and typedefs */
};

static void set_initials(struct initials *initials, const struct pl_btf_want *wants, size_t count)
{
    *initials = (struct initials){0};
    for (size_t i = 0; i < KIND_MAX; i++)
        initials->of_kind[i] = initials->none;
    initials->of_kind[KIND_STRUCT] = initials->structs;
    initials->of_kind[KIND_ENUM] = initials->enums;
    initials->of_kind[KIND_FUNC] = initials->named;
    initials->of_kind[KIND_TYPEDEF] = initials->named;
    for (size_t i = 0; i < count; i++) {
        bool *letters = wants[i].member  ? initials->structs
                        : wants[i].names ? initials->enums
                                         : initials->named;

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
