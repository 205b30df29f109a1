/* SPDX-License-Identifier: BSD-2-Clause */
#include "endpoint.h"

#include <stddef.h>
#include <string.h>

static const char *find_proto(const char *word, const char *const *protos)
{
    while (*protos && strcmp(*protos, word) != 0)
        protos++;
    return *protos;
}

/* Removes "PROTOCOL/" or "/PROTOCOL". Returns the rest, or NULL for an unknown protocol. */
static char *cut_proto(char *text, const char *const *protos, const char **proto)
{
    char *slash = strchr(text, '/');
    const char *found;

    if (!slash)
        return text;
    *slash = '\0';
    found = find_proto(slash + 1, protos);
    if (found) {
        *proto = found;
        return text;
    }
    found = find_proto(text, protos);
    if (!found)
        return NULL;
    *proto = found;
    return slash + 1;
}

/* Splits "ADDRESS:PORT", "[ADDRESS]:PORT" or ":PORT". Returns PORT; NULL for other text. */
static char *cut_address(char *text, char **address)
{
    char *colon = strrchr(text, ':');

    if (!colon)
        return text;
    *colon = '\0';
    *address = text;
    if (text[0] == '[' ? text[strlen(text) - 1] != ']' : strchr(text, ':') != NULL)
        return NULL;
    return colon + 1;
}

bool endpoint_split(char *text, const char *const *protos, struct endpoint *out)
{
    char *rest = cut_proto(text, protos, &out->proto);

    out->address = NULL;
    out->port = rest ? cut_address(rest, &out->address) : NULL;
    return out->port && out->port[0] != '\0';
}
