/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text is an expression or an error whose place is inside it; a filter can be asked. */
#include <portls.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_sock sock = {.have = UINT32_MAX,
                                 .proto = PL_PROTO_TCP,
                                 .family = PL_FAMILY_INET,
                                 .state = PL_STATE_LISTEN};
    struct pl_query query = PL_QUERY_INIT;
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (pl_filter_parse(text, NULL, &filter, &error) == 0) {
        query.filter = filter;
        (void)pl_query_match(&query, &sock);
        (void)pl_filter_states(filter);
        (void)pl_filter_protos(filter);
        pl_filter_free(filter);
    } else if (!error.text || error.from + error.len > strlen(text)) {
        abort();
    }
    free(text);
    return 0;
}
