/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include "call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

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

int pl_buffer_add_name(struct pl_buffer *buffer, uint32_t number, const char *name)
{
    char digits[20];
    int err = pl_buffer_add(buffer, digits, pl_number_print(number, digits));

    err = err ? err : pl_buffer_add(buffer, ":", 1);
    err = err ? err : pl_buffer_add(buffer, name, strcspn(name, "\n"));
    return err ? err : pl_buffer_add(buffer, "\n", 1);
}

int pl_read_open(int fd, size_t max, struct pl_buffer *out)
{
    struct stat st;
    int err = pl_stat_open(fd, &st);
    size_t left;
    ssize_t got = 1;

    if (err < 0)
        return err;
    if (!S_ISREG(st.st_mode))
        return -PL_ENOTREG;
    if (st.st_size > (off_t)max)
        return -EFBIG;
    left = (size_t)st.st_size;
    err = pl_buffer_reserve(out, left);
    if (err < 0)
        return err;
    for (; left > 0 && got > 0; left -= (size_t)got) {
        got = pl_read(fd, out->data + out->len, left);
        if (got < 0)
            return (int)got;
        out->len += (size_t)got;
    }
    return 0;
}

int pl_read_regular(int dir, const char *path, int flags, size_t max, struct pl_buffer *out)
{
    int fd = pl_open(dir, path, flags | O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int err = fd < 0 ? fd : pl_read_open(fd, max, out);

    if (fd >= 0)
        close(fd);
    return err;
}

int pl_buffer_frame(struct pl_buffer *buffer, uint32_t a, uint32_t b, const void *bytes, size_t len)
{
    const uint32_t head[] = {a, b, (uint32_t)len};
    int err = pl_buffer_add(buffer, head, sizeof(head));

    return err ? err : pl_buffer_add(buffer, bytes, len);
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

/* By default, glibc keeps it: each large block that is freed raises the size from which it gives back. */
void pl_memory_return(void)
{
#ifdef M_MMAP_THRESHOLD
    (void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
}
