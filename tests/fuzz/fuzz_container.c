/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of container runtimes: the first byte chooses the kind of file. */
#include "fuzz.h"

#include "decode/json.h"
#include "decode/linux/containers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct pl_container_names names;
    struct pl_slice content;
    char text[64];
    uint32_t len;
    bool any = false;

    if (size == 0)
        return 0;
    content = (struct pl_slice){.data = data + 1, .len = size - 1};
    if (pl_decode_container((enum pl_container_file)(data[0] % PL_CONTAINER_FILE_MAX), content,
                            (struct pl_text){id, PL_CONTAINER_ID}, &names))
        any = true;
    for (size_t i = 0; i < PL_CONTAINER_PARTS; i++) {
        PROMISE(names.len[i] <= PL_CONTAINER_TEXT);
        PROMISE(any || names.len[i] == 0);
    }
    if (pl_json_string(content, text, sizeof(text), &len))
        PROMISE(len <= sizeof(text) && len + 2 <= content.len);
    return 0;
}
