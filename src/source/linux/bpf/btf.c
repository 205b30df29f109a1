/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up the offsets of a few members and the ids of a few types and functions of this kernel in
 * its BTF. The kernel's verifier refuses wrong ones.
 */
#include "bpf.h"
#include "source/call.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define BTF_PATH   "/sys/kernel/btf/vmlinux"
#define BTF_MAX    (256U << 20) /* the BTF of Linux 6.18 has 6 MB */
#define BTF_WINDOW (256U << 10)

/* To read BTF that cannot be mapped takes 2 ms. The scan of fewer files than this is faster. */
#define FILES_WORTH_READING 2000

struct wants {
    struct pl_btf_want *wants;
    size_t count;
    size_t needed; /* the first ones */
};

static struct pl_slice slice(const void *data, size_t len)
{
    return (struct pl_slice){data, len, pl_abi_here(PL_SYSTEM_LINUX).big_endian};
}

static int search_mapped(const void *base, size_t size, struct wants *wants)
{
    struct pl_slice file = slice(base, size);
    struct pl_slice types;
    struct pl_slice strings;
    struct pl_btf btf = {0};
    uint32_t id = 1;
    size_t used;
    int err = pl_btf_header(&file, size, &btf);

    if (err < 0)
        return err;
    types = pl_slice_part(&file, btf.types_at, btf.types_len);
    strings = pl_slice_part(&file, btf.strings_at, btf.strings_len);
    return pl_btf_walk(&types, &strings, &id, wants->wants, wants->count, &used);
}

/* Reads exactly len bytes. */
static int read_at(int fd, void *buf, size_t len, size_t at)
{
    while (len > 0) {
        ssize_t got = pread(fd, buf, len, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EIO;
        buf = (char *)buf + got;
        at += (size_t)got;
        len -= (size_t)got;
    }
    return 0;
}

/* Reads the types by parts, which reuse the same memory. A type may be in two of them. */
static int search_windows(int fd, const struct pl_btf *btf, const struct pl_slice *strings,
                          char *window, struct wants *wants)
{
    size_t at = btf->types_at;
    size_t end = at + btf->types_len;
    uint32_t id = 1;

    while (at < end && !pl_btf_complete(wants->wants, wants->count)) {
        size_t len = end - at < BTF_WINDOW ? end - at : BTF_WINDOW;
        struct pl_slice types = slice(window, len);
        size_t used = 0;
        int err = read_at(fd, window, len, at);

        if (err == 0)
            err = pl_btf_walk(&types, strings, &id, wants->wants, wants->count, &used);
        if (err < 0)
            return err;
        if (used == 0)
            break;
        at += used;
    }
    return 0;
}

static int search_read(int fd, size_t size, struct wants *wants)
{
    uint8_t bytes[PL_BTF_HEAD] = {0};
    struct pl_slice head = slice(bytes, sizeof(bytes));
    struct pl_slice strings;
    struct pl_btf btf = {0};
    char *window;
    int err = read_at(fd, bytes, sizeof(bytes), 0);

    err = err ? err : pl_btf_header(&head, size, &btf);
    if (err < 0)
        return err;
    window = malloc(BTF_WINDOW + btf.strings_len);
    if (!window)
        return -ENOMEM;
    strings = slice(window + BTF_WINDOW, btf.strings_len);
    err = read_at(fd, window + BTF_WINDOW, btf.strings_len, btf.strings_at);
    if (err == 0)
        err = search_windows(fd, &btf, &strings, window, wants);
    free(window);
    return err;
}

/* BTF can be mapped since Linux 6.16. */
static int search(int fd, bool forced, struct wants *wants)
{
    struct stat st;
    void *base;
    int err;

    err = pl_stat_open(fd, &st);
    if (err < 0)
        return err;
    if (st.st_size <= 0 || st.st_size > BTF_MAX)
        return -EFBIG;
    base = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (base != MAP_FAILED) {
        err = search_mapped(base, (size_t)st.st_size, wants);
        (void)munmap(base, (size_t)st.st_size);
    } else if (!forced && pl_linux_open_files() < FILES_WORTH_READING) {
        err = -EAGAIN;
    } else {
        err = search_read(fd, (size_t)st.st_size, wants);
    }
    return err == 0 && !pl_btf_complete(wants->wants, wants->needed) ? -ENOTSUP : err;
}

int pl_linux_btf(bool forced, struct pl_btf_want *wants, size_t count, size_t needed)
{
    struct wants all = {wants, count, needed};
    int fd = pl_open(AT_FDCWD, BTF_PATH, O_RDONLY);
    int err;

    if (fd < 0)
        return fd == -ENOENT ? -PL_ENOTYPES : fd;
    err = search(fd, forced, &all);
    close(fd);
    return err;
}
