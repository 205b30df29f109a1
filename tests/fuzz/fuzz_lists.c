/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses lists: the first byte selects columns or sort keys. */
#include "fuzz.h"

#include "cli/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct settings settings;
    const char *bad = NULL;
    size_t len = 0;
    char *list;
    int err;

    if (size == 0)
        return 0;
    list = malloc(size);
    PROMISE(list);
    memcpy(list, data + 1, size - 1);
    list[size - 1] = '\0';
    err = (data[0] & 1 ? settings_sort : settings_columns)(&settings, list, &bad, &len);
    PROMISE(settings.column_count <= COLUMNS_MAX && settings.key_count <= COLUMNS_MAX);
    for (size_t i = 0; i < settings.column_count; i++)
        PROMISE(settings.columns[i]);
    for (size_t i = 0; i < settings.key_count; i++)
        PROMISE(settings.keys[i].column);
    /* The invalid name is a part of the list. */
    if (err < 0)
        PROMISE(bad >= list && bad + len <= list + strlen(list));
    free(list);
    return 0;
}
