/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Details of sockets, packed. Sockets with the same details in the same order share a shape, which
 * holds the values that are equal for all of them. A socket's own bytes hold only the others, in as
 * few bytes as the largest value so far needs. A value that does not fit begins a wider shape.
 */
#include "snapshot.h"

#include <errno.h>
#include <string.h>

_Static_assert(PL_ATTR_MAX <= UINT8_MAX, "pl_shape.ids");

#define TEXT_BYTES 12 /* length, then the address of the bytes */

struct pl_kept {
    struct pl_attr first; /* of the first socket of the shape */
    uint16_t at;          /* offset in the bytes of a socket */
    uint8_t width;        /* 0: every socket has the value of first */
};

struct pl_shape {
    const uint8_t *ids; /* ids of kept */
    uint16_t count;
    uint16_t bytes; /* of a socket */
    struct pl_kept kept[];
};

static bool is_equal(const struct pl_attr *a, const struct pl_attr *b)
{
    return a->text ? a->len == b->len && memcmp(a->u.text, b->u.text, a->len) == 0
                   : a->u.num == b->u.num;
}

static uint8_t width_of(const struct pl_attr *attr)
{
    if (attr->text)
        return TEXT_BYTES;
    if (attr->u.num > UINT32_MAX)
        return 8;
    if (attr->u.num > UINT16_MAX)
        return 4;
    return attr->u.num > UINT8_MAX ? 2 : 1;
}

static uint8_t wider(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* ---- numbers of a width ---- */

static void write_number(uint8_t *to, unsigned int width, uint64_t number)
{
    const uint32_t four = (uint32_t)number;
    const uint16_t two = (uint16_t)number;

    switch (width) {
    case 1:
        *to = (uint8_t)number;
        break;
    case 2:
        memcpy(to, &two, sizeof(two));
        break;
    case 4:
        memcpy(to, &four, sizeof(four));
        break;
    default:
        memcpy(to, &number, sizeof(number));
    }
}

static uint64_t read_number(const uint8_t *from, unsigned int width)
{
    uint64_t eight;
    uint32_t four;
    uint16_t two;

    switch (width) {
    case 1:
        return *from;
    case 2:
        memcpy(&two, from, sizeof(two));
        return two;
    case 4:
        memcpy(&four, from, sizeof(four));
        return four;
    default:
        memcpy(&eight, from, sizeof(eight));
        return eight;
    }
}

/* ---- shapes ---- */

static bool is_same_id(const struct pl_kept *kept, const struct pl_attr *attr)
{
    return kept->first.id == attr->id && kept->first.text == attr->text;
}

static bool has_ids(const struct pl_shape *shape, const struct pl_attr *attrs, size_t count)
{
    bool same = shape && shape->count == count;

    for (size_t i = 0; i < count && same; i++)
        same = is_same_id(&shape->kept[i], &attrs[i]);
    return same;
}

/* Makes a shape for these values and all that fit narrow, which may be NULL. */
static struct pl_shape *make_shape(struct pl_snapshot *snap, const struct pl_shape *narrow,
                                   const struct pl_attr *attrs, size_t count)
{
    struct pl_shape *shape = pl_snapshot_take_bytes(
        snap, sizeof(*shape) + count * (sizeof(shape->kept[0]) + 1), _Alignof(struct pl_shape));
    uint8_t *ids;

    if (!shape)
        return NULL;
    ids = (uint8_t *)&shape->kept[count];
    *shape = (struct pl_shape){.ids = ids, .count = (uint16_t)count};
    for (size_t i = 0; i < count; i++) {
        struct pl_kept *kept = &shape->kept[i];

        *kept = narrow ? narrow->kept[i] : (struct pl_kept){.first = attrs[i]};
        if (!narrow && attrs[i].text) {
            struct pl_text text = {attrs[i].u.text, attrs[i].len};

            if (pl_snapshot_keep_text(snap, &text) < 0)
                return NULL;
            kept->first.u.text = text.data;
        }
        if (kept->width > 0 || !is_equal(&kept->first, &attrs[i]))
            kept->width = wider(kept->width, width_of(&attrs[i]));
        kept->at = shape->bytes;
        shape->bytes += kept->width;
        ids[i] = (uint8_t)attrs[i].id;
        snap->seen[attrs[i].id / 64] |= UINT64_C(1) << attrs[i].id % 64;
    }
    return shape;
}

/* Returns 1; 0 if the shape has other ids or a value does not fit; or -ENOMEM. */
static int pack(struct pl_snapshot *snap, const struct pl_shape *shape, const struct pl_attr *attrs,
                size_t count, struct pl_details *out)
{
    uint8_t *bytes;

    if (!shape || shape->count != count)
        return 0;
    bytes = pl_snapshot_take_bytes(snap, shape->bytes, 1);
    if (!bytes)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct pl_kept *kept = &shape->kept[i];
        const struct pl_attr *attr = &attrs[i];
        struct pl_text text = {attr->u.text, attr->len};

        if (!is_same_id(kept, attr))
            return 0;
        if (kept->width == 0 ? !is_equal(attr, &kept->first) : kept->width < width_of(attr))
            return 0;
        if (kept->width == 0)
            continue;
        if (!attr->text) {
            write_number(bytes + kept->at, kept->width, attr->u.num);
            continue;
        }
        if (pl_snapshot_keep_text(snap, &text) < 0)
            return -ENOMEM;
        memcpy(bytes + kept->at, &text.len, sizeof(text.len));
        memcpy(bytes + kept->at + sizeof(text.len), &text.data, sizeof(text.data));
    }
    *out = (struct pl_details){shape, bytes};
    return 1;
}

/* The shape used last for the same ids; other ids may share its place. */
static const struct pl_shape **recent_shape(struct pl_snapshot *snap, const struct pl_attr *attrs,
                                            size_t count)
{
    uint32_t hash = (uint32_t)count;

    for (size_t i = 0; i < count; i++)
        hash = (hash << 5 | hash >> 27) ^ attrs[i].id;
    return &snap->recent[(hash * 0x9e3779b9U) >> 26];
}

static int pack_details(struct pl_snapshot *snap, struct pl_details *out,
                        const struct pl_attr *attrs, size_t count)
{
    const struct pl_shape **recent = recent_shape(snap, attrs, count);
    int fits = pack(snap, *recent, attrs, count, out);

    if (fits == 0) {
        *recent = make_shape(snap, has_ids(*recent, attrs, count) ? *recent : NULL, attrs, count);
        fits = pack(snap, *recent, attrs, count, out);
    }
    return fits > 0 ? 0 : -ENOMEM;
}

int pl_details_put(struct pl_snapshot *snap, size_t sock, const struct pl_attr *attrs, size_t count)
{
    while (snap->details.count <= sock) {
        if (pl_details_add(snap, &(struct pl_details){0}) < 0)
            return -ENOMEM;
    }
    return count == 0
               ? 0
               : pack_details(snap, (struct pl_details *)snap->details.items + sock, attrs, count);
}

/* ---- reading ---- */

static struct pl_attr unpack(const struct pl_details *details, size_t i)
{
    const struct pl_kept *kept = &details->shape->kept[i];
    const uint8_t *from = details->bytes + kept->at;
    struct pl_attr attr = kept->first;

    if (kept->width == TEXT_BYTES) {
        memcpy(&attr.len, from, sizeof(attr.len));
        memcpy(&attr.u.text, from + sizeof(attr.len), sizeof(attr.u.text));
    } else if (kept->width > 0) {
        attr.u.num = read_number(from, kept->width);
    }
    return attr;
}

size_t pl_details_get(const struct pl_snapshot *snap, size_t sock, struct pl_attr *out)
{
    const struct pl_details *details = snap->details.items;

    if (sock >= snap->details.count || !details[sock].shape)
        return 0;
    for (size_t i = 0; i < details[sock].shape->count; i++)
        out[i] = unpack(&details[sock], i);
    return details[sock].shape->count;
}

struct pl_attr pl_snapshot_attr(const struct pl_snapshot *snap, const struct pl_sock *sock,
                                enum pl_attr_id id)
{
    size_t i = (size_t)(sock - (const struct pl_sock *)snap->socks.items);
    const struct pl_details *details = snap->details.items;
    const struct pl_shape *shape;
    const uint8_t *found;

    if (i >= snap->details.count || !pl_snapshot_saw(snap, id) || !details[i].shape)
        return (struct pl_attr){0};
    shape = details[i].shape;
    /* UNIX sockets, which have few details, begin with their name. */
    found = shape->ids[0] == id ? shape->ids : memchr(shape->ids, (int)id, shape->count);
    return found ? unpack(&details[i], (size_t)(found - shape->ids)) : (struct pl_attr){0};
}
