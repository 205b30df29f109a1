/* SPDX-License-Identifier: BSD-2-Clause */
/* Readers: how the bytes of a feed are had. System calls and framing, no decoding. */
#ifndef PL_SOURCE_SOURCE_H
#define PL_SOURCE_SOURCE_H

#include "decode/decode.h"

/*
 * What a filter lets through, as far as a kernel could tell it: a reader may leave out what does
 * not match, and need not. In prefix order: ALL and ANY are followed by count operands.
 */
enum pl_push_kind {
    PL_PUSH_ALL,
    PL_PUSH_ANY,
    PL_PUSH_LOCAL_PORT, /* low..high */
    PL_PUSH_PEER_PORT,
    PL_PUSH_LOCAL_ADDR, /* the first bits of addr; INET also means v4-mapped INET6 */
    PL_PUSH_PEER_ADDR,
    PL_PUSH_AUTOBOUND, /* the kernel chose the local port */
    PL_PUSH_DEVICE,    /* bound to the interface of that number */
    PL_PUSH_MARK,      /* of SO_MARK, the bits of the mask are number */
    PL_PUSH_CGROUP,    /* in the control group of that id */
};

struct pl_push {
    uint8_t kind;
    bool negate; /* of what is not ALL or ANY */
    uint8_t family;
    uint8_t bits;
    uint16_t low, high;
    uint32_t count;
    uint32_t mask;
    uint64_t number;
    uint8_t addr[16];
};

/* What may be left out of a feed. A reader may hand over more than is asked for, never less. */
struct pl_request {
    const struct pl_feed *feed;
    uint32_t states;     /* bits of enum pl_state; 0: all but BOUND and CLOSED */
    uint32_t families;   /* bits of enum pl_family; 0: all */
    const uint32_t *ids; /* pids or uids wanted */
    size_t id_count;
    /* For each of these pids a descriptor it held, to be looked at once more; or NULL. */
    const struct pl_owner *held;
    bool whole;    /* for a recording: all there are, besides those */
    uint32_t need; /* PL_NEED_*: which files of a process, which attributes of a socket */
    const struct pl_push *push; /* a tree, or none */
    size_t push_count;
    enum pl_owner_way owner_way;
    pl_users_fn *users; /* asked for names of users; NULL: pl_users_read() */
    void *users_arg;
    uint32_t protos; /* to prepare for: bits of enum pl_proto */
    bool repeated;   /* it will be read again */
    bool large;      /* much to do, and the order of chunks is of no matter: threads pay */
};

/*
 * Takes a chunk of whole units; bytes live for the call. Anything but 0 stops the reading, and
 * pl_reader_ops.read() answers it.
 */
typedef int pl_chunk_fn(void *arg, const void *bytes, size_t len);

/* Says what happened behind a read, for --debug and notes. */
struct pl_reading {
    const char *path; /* "netlink", "scan" ...: a literal */
    uint64_t bytes;
    uint32_t rights; /* PL_LACK_* that keep details of sockets; 0: nothing does */
    int lacks;       /* positive errno: part of it could not be read, the rest is as it should be */
};

struct pl_reader_ops {
    /*
     * 0 or a negative errno: -ENOENT where the system or the recording has no such feed;
     * -EBADMSG: less, or more, has been handed on than there should be.
     */
    int (*read)(struct pl_reader *reader, const struct pl_request *request, pl_chunk_fn *chunk,
                void *arg, struct pl_reading *reading);
    void (*close)(struct pl_reader *reader); /* frees the reader itself */
    /* Notes about the reader as a whole, told once a snapshot; may be NULL. */
    int (*notes)(struct pl_reader *reader, int (*note)(void *arg, const struct pl_note *note),
                 void *arg);
    /* Are there about that many TCP sockets, and threads of use to read them? May be NULL. */
    bool (*expects)(struct pl_reader *reader, uint64_t sockets);
    int (*commit)(struct pl_reader *reader);            /* of a recorder; else NULL */
    const int *(*dirs)(const struct pl_reader *reader); /* likewise: pl_reader_dirs() */
    /* Opens what takes rights that reading does not; may be NULL. */
    void (*prepare)(struct pl_reader *reader, const struct pl_request *request);
};

/* The first member of every reader. */
struct pl_reader {
    const struct pl_reader_ops *ops;
    struct pl_abi abi;
    bool whole;     /* whole feeds only: nothing is pushed down, owners and names always read */
    uint32_t lacks; /* PL_LACK_* of this process; 0: not known */
    bool replay;    /* a feed that is not there was not recorded */
};

/* abi of the machine this runs on, but for its system. */
struct pl_abi pl_abi_here(enum pl_system system);

/* Bytes that grow. data is NULL at first; -ENOMEM leaves it as it was. */
struct pl_buffer {
    uint8_t *data;
    size_t len;
    size_t size;
};

int pl_buffer_add(struct pl_buffer *buffer, const void *bytes, size_t len);
/* Room for len more bytes behind the end. */
int pl_buffer_reserve(struct pl_buffer *buffer, size_t len);
void pl_buffer_free(struct pl_buffer *buffer);

/*
 * users.c: "uid:name" lines of the wanted uids, by getpwuid_r(3). The same on every POSIX system.
 */
int pl_read_users(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                  struct pl_reading *reading);

#endif
