/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int pl_buffer_reserve(struct pl_buffer *buffer, size_t len)
{
    size_t size = buffer->size > 0 ? buffer->size : 4096;
    uint8_t *data;

    if (len > SIZE_MAX / 2 - buffer->len)
        return -ENOMEM;
    if (buffer->len + len <= buffer->size)
        return 0;
    while (size < buffer->len + len)
        size *= 2;
    data = realloc(buffer->data, size);
    if (!data)
        return -ENOMEM;
    buffer->data = data;
    buffer->size = size;
    return 0;
}

int pl_buffer_add(struct pl_buffer *buffer, const void *bytes, size_t len)
{
    int err = pl_buffer_reserve(buffer, len);

    if (err < 0)
        return err;
    if (len > 0)
        memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
    return 0;
}

void pl_buffer_free(struct pl_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct pl_buffer){0};
}

struct pl_abi pl_abi_here(enum pl_system system)
{
    const uint16_t one = 1;
    uint8_t first;

    memcpy(&first, &one, 1);
    return (struct pl_abi){
        .system = system,
        .big_endian = first == 0,
        .long_bytes = sizeof(long),
    };
}
