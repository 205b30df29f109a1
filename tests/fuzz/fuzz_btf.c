/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses a BTF file, the kernel's description of its types. */
#include "fuzz.h"

#include "decode/linux/btf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct pl_slice file = {.data = data, .len = size};
    struct pl_slice head = pl_slice_part(&file, 0, PL_BTF_HEAD);
    static struct pl_btf_names names = {.start = "n"};
    struct pl_btf_want wants[] = {{.name = "a", .member = "b"},
                                  {.name = "f"},
                                  {.name = "e", .names = &names},
                                  {.name = "", .member = "m", .beside = "b"}};
    struct pl_slice types;
    struct pl_slice strings;
    struct pl_btf btf;
    uint32_t id = 1;
    size_t used = 0;

    if (pl_btf_header(&head, size, &btf) < 0)
        return 0;
    PROMISE(btf.types_at <= size && btf.types_len <= size - btf.types_at);
    PROMISE(btf.strings_at <= size && btf.strings_len <= size - btf.strings_at);
    types = pl_slice_part(&file, btf.types_at, btf.types_len);
    strings = pl_slice_part(&file, btf.strings_at, btf.strings_len);
    if (pl_btf_walk(&types, &strings, &id, wants, 4, &used) == 0)
        PROMISE(used <= types.len);
    (void)pl_btf_complete(wants, 4);
    return 0;
}
