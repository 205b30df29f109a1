/* SPDX-License-Identifier: BSD-2-Clause */
#include "mounts.h"

#include "model/array.h"

#include <string.h>

/* Words of a line: "ID PARENT DEVICE ROOT PATH ...". */
enum { ROOT = 3, PATH = 4 };

static bool is_octal(uint8_t c)
{
    return c >= '0' && c <= '7';
}

/* Blanks, line feeds and backslashes are written as "\040" and so on. */
static bool is_escape(const uint8_t *at, size_t left)
{
    return left > 3 && at[0] == '\\' && is_octal(at[1]) && is_octal(at[2]) && is_octal(at[3]);
}

bool pl_decode_netns_mount(struct pl_slice line, char *path, size_t size)
{
    static const char root[] = "net:[";
    struct pl_slice words[PATH + 1] = {{0}};
    size_t len = 0;

    for (size_t i = 0; i < COUNT_OF(words); i++)
        (void)pl_text_word(&line, &words[i]);
    if (words[ROOT].len < sizeof(root) || memcmp(words[ROOT].data, root, sizeof(root) - 1) != 0 ||
        words[PATH].len == 0)
        return false;
    for (size_t i = 0; i < words[PATH].len; i++) {
        const uint8_t *at = words[PATH].data + i;
        unsigned int byte = *at;

        if (is_escape(at, words[PATH].len - i)) {
            byte = (unsigned int)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0')) & 0xff;
            i += 3;
        }
        if (len + 1 >= size || byte == 0)
            return false;
        path[len++] = (char)byte;
    }
    path[len] = '\0';
    return true;
}
