/* SPDX-License-Identifier: BSD-2-Clause */
#include "decode/linux/diag.h"

static struct pl_attr *next(struct pl_attrs *attrs, enum pl_attr_id id)
{
    struct pl_attr *attr;

    if (attrs->count == PL_ATTR_MAX)
        return NULL;
    attr = &attrs->items[attrs->count++];
    *attr = (struct pl_attr){.id = (uint16_t)id};
    return attr;
}

void pl_attrs_num(struct pl_attrs *attrs, enum pl_attr_id id, uint64_t number)
{
    struct pl_attr *attr = next(attrs, id);

    if (attr)
        attr->u.num = number;
}

void pl_attrs_text(struct pl_attrs *attrs, enum pl_attr_id id, const struct pl_slice *text)
{
    struct pl_attr *attr = next(attrs, id);

    if (!attr)
        return;
    attr->text = 1;
    attr->len = (uint32_t)text->len;
    attr->u.text = text->len > 0 ? (const char *)text->data : "";
}

static uint64_t read_field(const struct pl_slice *from, const struct pl_attr_field *field)
{
    uint64_t value;

    switch (field->width) {
    case 1:
        value = pl_slice_u8(from, field->offset);
        break;
    case 2:
        value = pl_slice_u16(from, field->offset);
        break;
    case 4:
        value = pl_slice_u32(from, field->offset);
        break;
    default:
        value = pl_slice_u64(from, field->offset);
    }
    return field->mask != 0 ? value >> field->shift & field->mask : value;
}

void pl_attrs_fields(struct pl_attrs *attrs, const struct pl_slice *from,
                     const struct pl_attr_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((size_t)fields[i].offset + fields[i].width <= from->len)
            pl_attrs_num(attrs, fields[i].id, read_field(from, &fields[i]));
    }
}
