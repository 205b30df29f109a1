/* SPDX-License-Identifier: BSD-2-Clause */
#include "out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool out_grow(struct out *out, size_t size)
{
    size_t wanted = out->size > 0 ? out->size : (size_t)OUT_MUCH * 2;
    char *data;

    if (out->error != 0)
        return false;
    while (wanted - out->len < size)
        wanted *= 2;
    data = realloc(out->data, wanted);
    if (!data) {
        out->error = ENOMEM;
        out->size = out->len; /* makes every later write fail */
        return false;
    }
    out->data = data;
    out->size = wanted;
    return true;
}

void out_word(struct out *out, const char *word)
{
    out_bytes(out, word, strlen(word));
}

void out_number(struct out *out, uint64_t n)
{
    if (out_room(out, 20))
        out->len += pl_number_print(n, out->data + out->len);
}

void out_pad(struct out *out, size_t blanks)
{
    if (blanks == 0 || !out_room(out, blanks))
        return;
    memset(out->data + out->len, ' ', blanks);
    out->len += blanks;
}

static void write_all(struct out *out)
{
    size_t at = 0;

    while (at < out->len && out->error == 0) {
        size_t left = out->len - at;
        ssize_t put;

        if (out->wait && !out->wait(out->fd)) {
            out->error = EINTR;
            break;
        }
        put = write(out->fd, out->data + at, out->wait && left > OUT_LEAST ? OUT_LEAST : left);
        if (put >= 0)
            at += (size_t)put;
        else if (errno != EINTR)
            out->error = errno;
    }
    out->len = 0;
    if (out->error != 0)
        out_free(out);
}

void out_write(struct out *out)
{
    if (out->fd >= 0)
        write_all(out);
}

int out_flush(struct out *out)
{
    out_write(out);
    return out->error;
}

void out_free(struct out *out)
{
    free(out->data);
    out->data = NULL;
    out->len = out->size = 0;
}
