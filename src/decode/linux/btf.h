/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF, the kernel's description of its types: Documentation/bpf/btf.rst, uapi/linux/btf.h.
 * Only what is needed to read a few fields: byte offsets of members, ids of functions.
 */
#ifndef PL_DECODE_LINUX_BTF_H
#define PL_DECODE_LINUX_BTF_H

#include "decode/bytes.h"

/* Bytes of the header that pl_btf_header() reads. */
#define PL_BTF_HEAD 24

/* Offsets of the two sections from the start of the file. Both are inside it. */
struct pl_btf {
    size_t types_at;
    size_t types_len;
    size_t strings_at;
    size_t strings_len;
};

/* The names of an enumeration, by value, without the prefix that they share. An unused value has "". */
#define PL_BTF_NAMES 256
#define PL_BTF_NAME  48

struct pl_btf_names {
    const char *start; /* names that begin otherwise are left out */
    char text[PL_BTF_NAMES][PL_BTF_NAME];
};

/* A wanted member, function or enumeration. The first definition is used. */
struct pl_btf_want {
    const char
        *name; /* of a struct ("": an unnamed one), a function, a typedef or an enumeration */
    const char *member;         /* of the struct; NULL: name is not that of a struct */
    const char *beside;         /* another member that the struct must have; NULL: none */
    struct pl_btf_names *names; /* of an enumeration; else NULL */
    uint32_t value;             /* byte offset of the member, or id of the function */
    uint32_t id;                /* of the struct, or of the function */
    uint32_t size;              /* of the struct, in bytes */
    bool bits;                  /* the member may be a bit field: value is its offset in bits */
    bool found;
};

/*
 * Parses the first PL_BTF_HEAD bytes of a file of size bytes. Returns 0, or -EBADMSG if it is no
 * BTF.
 */
int pl_btf_header(const struct pl_slice *head, size_t size, struct pl_btf *out);

/*
 * Walks the complete types of the slice, until everything wanted is found. *id is the id of the
 * first type, 1 at the start of the section. *used is the number of bytes walked; the rest begins
 * an incomplete type. Returns 0, or -EBADMSG at an unknown or damaged kind, which ends the walk.
 */
int pl_btf_walk(const struct pl_slice *types, const struct pl_slice *strings, uint32_t *id,
                struct pl_btf_want *wants, size_t count, size_t *used);

/* Whether all are found. */
bool pl_btf_complete(const struct pl_btf_want *wants, size_t count);

#endif
