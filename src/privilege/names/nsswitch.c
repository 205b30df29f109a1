/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Moves *at past the next word and returns its length. A comment ends the line. */
static size_t next_word(const char **at, const char *end)
{
    const char *from;

    while (*at < end && is_blank(**at))
        ++*at;
    from = *at;
    while (*at < end && !is_blank(**at) && **at != '#')
        ++*at;
    return (size_t)(*at - from);
}

/* at follows "passwd:". */
static bool are_files(const char *at, const char *end)
{
    size_t len;

    while ((len = next_word(&at, end)) > 0) {
        if (len != strlen("files") || strncmp(at - len, "files", len) != 0)
            return false;
    }
    return true;
}

bool names_users_are_files(const char *text, size_t len)
{
    static const char key[] = "passwd:";
    const char *end = text + len;

    while (text < end) {
        const char *line = text;
        const char *stop = memchr(text, '\n', (size_t)(end - text));

        stop = stop ? stop : end;
        while (line < stop && is_blank(*line))
            line++;
        if ((size_t)(stop - line) >= strlen(key) && memcmp(line, key, strlen(key)) == 0 &&
            !are_files(line + strlen(key), stop))
            return false;
        text = stop < end ? stop + 1 : end;
    }
    return true;
}
