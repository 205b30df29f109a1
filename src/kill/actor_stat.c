/* SPDX-License-Identifier: BSD-2-Clause */
#include "actor_stat.h"

#include "decode/bytes.h"

#include <string.h>

bool actor_parse_stat(const char *text, size_t len, struct actor_stat *out)
{
    const char *open = memchr(text, '(', len);
    struct pl_slice rest = {.data = (const uint8_t *)text, .len = len};
    struct pl_slice words[23];
    uint64_t parent;
    size_t from;

    /* The name may contain anything. */
    while (rest.len > 0 && text[rest.len - 1] != ')')
        rest.len--;
    if (!open || rest.len == 0 || open >= text + rest.len - 1)
        return false;
    from = rest.len;
    out->name = (struct pl_text){open + 1, (uint32_t)(text + from - 1 - (open + 1))};
    rest = (struct pl_slice){.data = (const uint8_t *)text + from, .len = len - from};
    for (int field = 3; field <= 22; field++) {
        if (!pl_text_word(&rest, &words[field]))
            return false;
    }
    if (words[3].len != 1 || !pl_text_dec(&words[4], INT32_MAX, &parent) ||
        !pl_text_dec(&words[9], UINT32_MAX, &out->flags) ||
        !pl_text_dec(&words[22], UINT64_MAX, &out->started_ticks))
        return false;
    out->state = (char)words[3].data[0];
    out->parent = (uint32_t)parent;
    return true;
}

size_t actor_ancestors(uint32_t pid, actor_stat_fn *read, void *arg, uint32_t *out, size_t max)
{
    struct actor_stat stat;
    size_t count = 0;

    while (count < max && read(arg, pid, &stat) && stat.parent != 0) {
        pid = stat.parent;
        out[count++] = pid;
    }
    return count;
}
