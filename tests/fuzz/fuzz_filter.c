/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text is a valid filter, which is evaluated, or an error at a position in the text. */
#include "as/ss/dialect.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t some_host(void *arg, const char *name, unsigned int family, struct pl_host *out,
                        size_t max)
{
    (void)arg;
    (void)family;
    if (name[0] != 'h' || max == 0)
        return 0;
    out[0] = (struct pl_host){.addr = {10, 0, 0, 1}, .family = PL_FAMILY_INET};
    return 1;
}

static uint32_t some_link(void *arg, const char *name)
{
    (void)arg;
    return (uint32_t)strlen(name);
}

static uint64_t some_cgroup(void *arg, const char *path)
{
    (void)arg;
    return strlen(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_sock sock = {.have = UINT16_MAX,
                                 .proto = PL_PROTO_TCP,
                                 .family = PL_FAMILY_INET,
                                 .state = PL_STATE_LISTEN};
    struct pl_query query = PL_QUERY_INIT;
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    const struct pl_filter_names names = {
        .host = some_host, .link = some_link, .cgroup = some_cgroup};
    int err;
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    err = size % 2 == 1 ? ss_filter_parse(text, &names, PL_FAMILY_UNSPEC, &filter, &error)
                        : pl_filter_parse(text, &names, &filter, &error);
    if (err == 0) {
        query.filter = filter;
        (void)pl_query_match(&query, &sock);
        (void)pl_filter_states(filter);
        (void)pl_filter_protos(filter);
        (void)pl_filter_families(filter);
        pl_filter_free(filter);
    } else if (!error.text || error.from + error.len > strlen(text)) {
        abort();
    }
    free(text);
    return 0;
}
