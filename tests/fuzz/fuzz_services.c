/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up a name, the first line of the input, in the tables and in /etc/services, the other
 * lines.
 */
#include "fuzz.h"

#include "api/library.h"

static void walk(const struct pl_overlay *overlay)
{
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry = {0};
    size_t entries = 0;
    int found;

    while ((found = pl_overlay_next(overlay, &place, &entry)) != 0) {
        PROMISE(++entries <= overlay->len + 1);
        PROMISE(place.at <= overlay->len);
        if (found < 0)
            continue;
        PROMISE(entry.name.len > 0);
        PROMISE(entry.name.data >= overlay->text &&
                entry.name.data + entry.name.len <= overlay->text + overlay->len);
        promise_plain(entry.name.data, entry.name.len, "");
        promise_plain(entry.aliases.data, entry.aliases.len, "\t");
    }
}

static void look_up(const char *name, const struct pl_overlay *overlay)
{
    struct pl_overlay_place place = {0};
    struct pl_overlay_entry entry = {0};
    struct pl_service service;
    struct pl_common common;
    const char *like[8];
    size_t at = 0;

    while (pl_overlay_find(overlay, name, &place, &entry))
        PROMISE(place.at <= overlay->len);
    while (pl_service_find(name, &at, &service))
        PROMISE(service.first <= service.last);
    at = 0;
    while (pl_common_find(name, &at, &common))
        PROMISE(common.name);
    /*
     * This searches all tables and takes as long as a thousand inputs, so only some inputs do it.
     */
    if (strlen(name) % 8 == 3)
        PROMISE(pl_service_suggest(name, like, 8) <= 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t len = end ? (size_t)(end - data) : size;
    char *name = malloc(len + 1);
    const struct pl_overlay overlay = {(const char *)data + len, size - len};

    PROMISE(name);
    if (len > 0)
        memcpy(name, data, len);
    name[len] = '\0';
    walk(&overlay);
    look_up(name, &overlay);
    free(name);
    return 0;
}
