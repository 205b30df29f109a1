/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /etc/services, which services/overlay.c parses. */
#include "source.h"

#include <fcntl.h>
#include <stdlib.h>

#define FILE_MAX (4U << 20)

int pl_overlay_read(const char *path, struct pl_overlay *out)
{
    struct pl_buffer text = {0};
    int err = pl_read_regular(AT_FDCWD, path ? path : "/etc/services", 0, FILE_MAX, &text);

    if (err < 0) {
        pl_buffer_free(&text);
        return err;
    }
    out->text = (const char *)text.data;
    out->len = text.len;
    return 0;
}

void pl_overlay_free(struct pl_overlay *overlay)
{
    free((char *)(uintptr_t)overlay->text);
    *overlay = (struct pl_overlay){0};
}
