/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF, the kernel's description of its own types: Documentation/bpf/btf.rst, uapi/linux/btf.h.
 * Only what is needed to read a few fields: byte offsets of members, ids of functions.
 */
#ifndef PL_DECODE_LINUX_BTF_H
#define PL_DECODE_LINUX_BTF_H

#include "decode/bytes.h"

/* Bytes of the header that pl_btf_header() reads. */
#define PL_BTF_HEAD 24

/* Where the two sections are, from the start of the file; both lie inside it. */
struct pl_btf {
    size_t types_at;
    size_t types_len;
    size_t strings_at;
    size_t strings_len;
};

/* Something looked for. The first definition that has it counts. */
struct pl_btf_want {
    const char *name;   /* of a struct, or of a function */
    const char *member; /* of the struct; NULL: name is a function */
    uint32_t value;     /* byte offset of the member, or id of the function */
    uint32_t id;        /* of the struct, or of the function */
    bool found;
};

/* head: the first PL_BTF_HEAD bytes of a file of size bytes. -EBADMSG: that is no BTF. */
int pl_btf_header(const struct pl_slice *head, size_t size, struct pl_btf *out);

/*
 * Walks the whole types at the front of types, the first of which has *id (1 at the start of the
 * section), until every want is found. *used: the bytes walked; what is left when it returns 0 is
 * the start of a type that ends behind the slice. -EBADMSG: a kind that is unknown or damaged, so
 * that nothing behind it can be found.
 */
int pl_btf_walk(const struct pl_slice *types, const struct pl_slice *strings, uint32_t *id,
                struct pl_btf_want *wants, size_t count, size_t *used);

/* Are all of them found? */
bool pl_btf_complete(const struct pl_btf_want *wants, size_t count);

#endif
