/* SPDX-License-Identifier: BSD-2-Clause */
/* services(5), parsed line by line without allocation. The text is not trusted. */
#include "model/protocol.h"
#include "table.h"

#include <errno.h>
#include <string.h>

#define LINE_MAX_BYTES 1024U
#define NAME_MAX_BYTES 64U

struct word {
    const char *data;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Returns the next word of a line and moves *at past it. At the end of the line it is empty. */
static struct word take(const char **at, const char *end)
{
    struct word word;

    while (*at < end && is_blank(**at))
        (*at)++;
    word.data = *at;
    while (*at < end && !is_blank(**at))
        (*at)++;
    word.len = (size_t)(*at - word.data);
    return word;
}

static bool is_name(struct word word)
{
    if (word.len == 0 || word.len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (word.data[i] <= ' ' || word.data[i] > '~')
            return false;
    return true;
}

/* Takes "80/" from "80/tcp"; the protocol remains. */
static bool take_port(struct word *word, uint16_t *port)
{
    uint32_t value = 0;
    size_t i;

    for (i = 0; i < word->len && word->data[i] >= '0' && word->data[i] <= '9'; i++) {
        value = value * 10 + (uint32_t)(word->data[i] - '0');
        if (value > UINT16_MAX)
            return false;
    }
    if (i == 0 || i + 1 >= word->len || (word->data[i] != '/' && word->data[i] != ','))
        return false;
    *port = (uint16_t)value;
    word->data += i + 1;
    word->len -= i + 1;
    return true;
}

static enum pl_proto proto_of(struct word word)
{
    for (size_t i = 0; i < PL_REGISTRIES; i++) {
        const char *name = pl_proto_name(pl_registries[i]);

        if (strlen(name) == word.len && memcmp(name, word.data, word.len) == 0)
            return pl_registries[i];
    }
    return PL_PROTO_UNKNOWN;
}

/* Returns 1 for an entry, 0 for an empty line or another protocol, -EINVAL for a malformed line. */
static int line_parse(const char *at, const char *end, struct pl_overlay_entry *out)
{
    const char *hash = memchr(at, '#', (size_t)(end - at));
    struct pl_overlay_entry entry = {0};
    struct word name;
    struct word port;
    const char *rest;

    if (hash)
        end = hash;
    else if ((size_t)(end - at) > LINE_MAX_BYTES)
        return -EINVAL;
    else if (end > at && end[-1] == '\r') /* CR LF */
        end--;
    name = take(&at, end);
    if (name.len == 0)
        return 0;
    port = take(&at, end);
    if (!is_name(name) || !is_name(port) || !take_port(&port, &entry.port) ||
        (size_t)(end - name.data) > LINE_MAX_BYTES)
        return -EINVAL;
    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    entry.name = (struct pl_text){name.data, (uint32_t)name.len};
    entry.aliases = (struct pl_text){at, (uint32_t)(end - at)};
    for (rest = at; rest < end;) {
        struct word alias = take(&rest, end);

        if (!is_name(alias))
            return -EINVAL;
    }
    entry.proto = proto_of(port);
    if (entry.proto == PL_PROTO_UNKNOWN)
        return 0;
    *out = entry;
    return 1;
}

int pl_overlay_next(const struct pl_overlay *overlay, struct pl_overlay_place *place,
                    struct pl_overlay_entry *out)
{
    while (place->at < overlay->len) {
        const char *line = overlay->text + place->at;
        size_t left = overlay->len - place->at;
        const char *end = memchr(line, '\n', left);
        int found;

        if (!end)
            end = line + left;
        place->at += (size_t)(end - line) + (end < line + left);
        place->line++;
        found = line_parse(line, end, out);
        if (found != 0)
            return found;
    }
    return 0;
}

bool pl_overlay_get(const struct pl_overlay *overlay, unsigned int port, enum pl_proto proto,
                    struct pl_overlay_place *place, struct pl_overlay_entry *out)
{
    struct pl_overlay_entry entry = {0};
    unsigned int bit = pl_service_bit(proto);
    int found;

    if (bit == 0)
        return false;
    while ((found = pl_overlay_next(overlay, place, &entry)) != 0) {
        if (found == 1 && entry.port == port && pl_service_bit(entry.proto) == bit) {
            *out = entry;
            return true;
        }
    }
    return false;
}

static bool same(const char *name, struct word word)
{
    char copy[NAME_MAX_BYTES + 1];

    if (word.len > NAME_MAX_BYTES)
        return false;
    memcpy(copy, word.data, word.len);
    copy[word.len] = '\0';
    return pl_service_compare(name, copy) == 0;
}

/* Returns whether a list of the tables has the name. */
static bool list_has(const char *list, struct word name)
{
    for (; *list != '\0'; list += strlen(list) + 1)
        if (same(list, name))
            return true;
    return false;
}

bool pl_overlay_is_local(const struct pl_overlay_entry *entry)
{
    const struct word name = {entry->name.data, entry->name.len};
    struct pl_service service;

    return pl_service_get(entry->port, entry->proto, &service) != 0 || !service.name ||
           (!same(service.name, name) && !list_has(service.aliases, name));
}

bool pl_common_is_named(const struct pl_common *use, struct pl_text name)
{
    const struct word word = {name.data, name.len};

    return same(use->name, word) || list_has(use->also, word);
}

bool pl_overlay_find(const struct pl_overlay *overlay, const char *name,
                     struct pl_overlay_place *place, struct pl_overlay_entry *out)
{
    struct pl_overlay_entry entry = {0};
    int found;

    if (pl_service_compare(name, "") == 0)
        return false;
    while ((found = pl_overlay_next(overlay, place, &entry)) != 0) {
        const char *at = entry.aliases.data;
        const char *end;
        bool hit;

        if (found != 1)
            continue;
        end = at + entry.aliases.len;
        hit = same(name, (struct word){entry.name.data, entry.name.len});
        while (!hit && at < end)
            hit = same(name, take(&at, end));
        if (hit) {
            *out = entry;
            return true;
        }
    }
    return false;
}
