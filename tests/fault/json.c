/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of RFC 8259 that distinguishes a complete document from a truncated one. */
#include "fault.h"

#include <string.h>

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool string(const char **at)
{
    if (**at != '"')
        return false;
    for (++*at; **at != '"'; ++*at) {
        if ((unsigned char)**at < 0x20)
            return false;
        if (**at == '\\')
            ++*at;
        if (**at == '\0')
            return false;
    }
    ++*at;
    return true;
}

/* Reads an object or array after its bracket. */
static bool members(const char **at, bool object)
{
    const char end = object ? '}' : ']';

    skip_blanks(at);
    if (**at == end) {
        ++*at;
        return true;
    }
    for (;;) {
        skip_blanks(at);
        if (object) {
            if (!string(at) || **at != ':')
                return false;
            ++*at;
        }
        if (!json_value(at))
            return false;
        skip_blanks(at);
        if (**at == end) {
            ++*at;
            return true;
        }
        if (*(*at)++ != ',')
            return false;
    }
}

bool json_value(const char **at)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t len;

    skip_blanks(at);
    if (**at == '{' || **at == '[')
        return members(at, *(*at)++ == '{');
    if (**at == '"')
        return string(at);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strncmp(*at, words[i], strlen(words[i])) == 0) {
            *at += strlen(words[i]);
            return true;
        }
    }
    len = strspn(*at, "0123456789+-.eE");
    *at += len;
    return len > 0;
}

bool json_member(const char *object, const char *key, const char **from, const char **to)
{
    const char *at = object + 1;
    size_t len = strlen(key);

    if (*object != '{')
        return false;
    while (*at == '"') {
        bool here = strncmp(at + 1, key, len) == 0 && at[1 + len] == '"';

        if (!string(&at) || *at++ != ':')
            return false;
        *from = at;
        if (!json_value(&at))
            return false;
        *to = at;
        if (here)
            return true;
        at += *at == ',';
        skip_blanks(&at);
    }
    return false;
}

bool json_element(const char *array, size_t n, const char **from, const char **to)
{
    const char *at = array + 1;

    skip_blanks(&at);
    for (size_t i = 0; *array == '[' && *at != ']'; i++) {
        skip_blanks(&at);
        *from = at;
        if (!json_value(&at))
            return false;
        *to = at;
        if (i == n)
            return true;
        if (*at == ',')
            at++;
        skip_blanks(&at);
    }
    return false;
}
