/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds owners with an iterator of bpf(2), Documentation/bpf/bpf_iterators.rst: a program of code.c
 * writes a struct pl_owner for each socket. This is many times faster than /proc/PID/fd, and
 * includes tables that /proc refuses.
 */
#include "bpf.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Consecutive reads without an owner: each is a million tasks, or a loop that the kernel ended. */
#define IDLE_MAX 1000

static const struct pl_btf_want wanted[PL_BPF_WANTS] = {
    [PL_BPF_TASK_FILE] = {.name = "bpf_iter_task_file"},
    [PL_BPF_TASK_TGID] = {.name = "task_struct", .member = "tgid"},
    [PL_BPF_FILE_INODE] = {.name = "file", .member = "f_inode"},
    [PL_BPF_INODE_SUPER] = {.name = "inode", .member = "i_sb"},
    [PL_BPF_INODE_NUMBER] = {.name = "inode", .member = "i_ino"},
    [PL_BPF_SUPER_MAGIC] = {.name = "super_block", .member = "s_magic"},
    [PL_BPF_TASK] = {.name = "bpf_iter_task"},
    [PL_BPF_CAST] = {.name = "bpf_rdonly_cast"},
    [PL_BPF_TASK_PID] = {.name = "task_struct", .member = "pid"},
    [PL_BPF_TASK_FILES] = {.name = "task_struct", .member = "files"},
    [PL_BPF_TASK_LEADER] = {.name = "task_struct", .member = "group_leader"},
    [PL_BPF_FILES_TABLE] = {.name = "files_struct", .member = "fdt"},
    [PL_BPF_TABLE_SIZE] = {.name = "fdtable", .member = "max_fds"},
    [PL_BPF_TABLE_SLOTS] = {.name = "fdtable", .member = "fd"},
    [PL_BPF_TABLE_OPEN] = {.name = "fdtable", .member = "open_fds"},
    [PL_BPF_FILE_CALLS] = {.name = "file", .member = "f_op"},
    [PL_BPF_CALLS_MAP] = {.name = "file_operations", .member = "get_unmapped_area"},
};

static int load_program(const struct pl_bpf_code *code, uint32_t iterator)
{
    return pl_bpf_load_iterator(code, iterator, "portls_owners");
}

/* Returns the program that walks tables, or a negative errno. */
static int load_tables(struct pl_linux_bpf *bpf, const struct pl_btf_want *wants, int map)
{
    struct pl_bpf_code code;
    void *shared;
    int program;

    if (!pl_btf_complete(wants, PL_BPF_WANTS))
        return -ENOTSUP;
    shared = mmap(NULL, sizeof(*bpf->shared), PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (shared == MAP_FAILED)
        return -errno;
    pl_bpf_code_tables(wants, map, &code);
    program = load_program(&code, wants[PL_BPF_TASK].value);
    if (program >= 0)
        bpf->shared = shared;
    else
        (void)munmap(shared, sizeof(*bpf->shared));
    return program;
}

static int load_files(const struct pl_btf_want *wants)
{
    struct pl_bpf_code code;

    pl_bpf_code_files(wants, &code);
    return load_program(&code, wants[PL_BPF_TASK_FILE].value);
}

/* Returns the link of a program, or a negative errno. */
static int open_program(struct pl_linux_bpf *bpf, bool forced)
{
    struct pl_btf_want wants[PL_BPF_WANTS];
    int program = -ENOTSUP;
    int map;
    int err = pl_bpf_check_pids();

    if (err < 0)
        return err;
    map = pl_bpf_array(sizeof(struct pl_bpf_shared));
    if (map == -EPERM && pl_bpf_is_refused())
        return map; /* checked first, because a look-up of the types takes longer */
    memcpy(wants, wanted, sizeof(wanted));
    err = pl_linux_btf(forced, wants, PL_BPF_WANTS, PL_BPF_FILE_WANTS);
    if (err == 0 && map >= 0)
        program = load_tables(bpf, wants, map);
    if (map >= 0)
        close(map); /* the program keeps it open */
    if (err < 0)
        return err;
    if (program < 0 && program != -EPERM)
        program = load_files(wants);
    if (program < 0)
        return program;
    return pl_bpf_open_link(program);
}

void pl_linux_bpf_open(struct pl_linux_bpf *bpf, bool forced, bool repeated)
{
    if (bpf->opened)
        return;
    *bpf = (struct pl_linux_bpf){.opened = true, .iterator = -1};
    pl_bpf_start(bpf, open_program(bpf, forced), repeated);
}

/* ---- reading ---- */

/* Moves the files that may be rings from owners, of which there are *count, to rings. */
static int take_rings(struct pl_bpf_shared *shared, uint32_t *count, struct pl_buffer *rings)
{
    struct pl_owner *owners = shared->owners;
    uint32_t kept = 0;
    int err = 0;

    for (uint32_t i = 0; i < *count && err == 0; i++) {
        const struct pl_owner owner = owners[i];

        if (owner.key != 0)
            owners[kept++] = owner;
        else
            err = pl_buffer_add(rings, &owner, sizeof(owner));
    }
    shared->ring = 0;
    *count = kept;
    return err;
}

/* EAGAIN: the map is full, or a million tasks had no sockets. The next read continues. */
static int read_tables(struct pl_bpf_shared *shared, int fd, struct pl_buffer *rings,
                       pl_chunk_fn *chunk, void *arg)
{
    unsigned int idle = 0;
    char none[16]; /* the program writes only to the map */
    int err = 0;

    shared->count = shared->task = shared->init = shared->ring = 0;
    while (err == 0) {
        ssize_t got = read(fd, none, sizeof(none));
        int error = got < 0 ? errno : 0;
        uint32_t count = shared->count < PL_BPF_ROOM ? shared->count : PL_BPF_ROOM;

        if (error == EINTR)
            continue;
        shared->count = 0;
        idle = count > 0 ? 0 : idle + 1;
        if (shared->ring != 0)
            err = take_rings(shared, &count, rings);
        if (err == 0 && count > 0)
            err = chunk(arg, shared->owners, count * sizeof(struct pl_owner));
        if (got == 0)
            break;
        if (err == 0 && (error != EAGAIN || idle > IDLE_MAX))
            err = 1;
    }
    return err;
}

bool pl_linux_bpf_missed_init(const struct pl_linux_bpf *bpf)
{
    return bpf->shared && bpf->shared->init == 0;
}

const char *pl_linux_bpf_path(const struct pl_linux_bpf *bpf)
{
    return bpf->error == 0 && !bpf->shared ? "bpf, file by file" : "bpf";
}

int pl_linux_read_bpf(struct pl_linux_bpf *bpf, struct pl_buffer *rings, pl_chunk_fn *chunk,
                      void *arg, int *why)
{
    int fd = pl_bpf_take_iterator(bpf);
    int err;

    *why = fd;
    if (fd < 0)
        return 1;
    err = bpf->shared ? read_tables(bpf->shared, fd, rings, chunk, arg)
                      : pl_bpf_read(fd, sizeof(struct pl_owner), chunk, arg);
    close(fd);
    *why = -EIO;
    return err;
}
