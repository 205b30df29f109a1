/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners by the task_file iterator of bpf(2): the kernel walks every descriptor table and writes a
 * struct pl_owner for each socket. Documentation/bpf/bpf_iterators.rst. Ten times faster than
 * reading /proc/PID/fd, and it sees tables that we may not read there. The program is a few
 * instructions put together here; the field offsets in them come from the kernel's own BTF, and the
 * kernel's verifier refuses any that are wrong.
 */
#include "call.h"
#include "linux.h"

#include "../decode/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BTF_PATH   "/sys/kernel/btf/vmlinux"
#define BTF_MAX    (256U << 20) /* a BTF larger than this is no kernel's (today: 6 MB) */
#define BTF_WINDOW (256U << 10)

/* Where BTF cannot be mapped it costs 2 ms to read: the scan of fewer files than this is quicker. */
#define FILES_WORTH_READING 2000

/* PROC_PID_INIT_INO, include/linux/proc_ns.h: the pids the iterator writes are of that namespace */
#define INITIAL_PID_NAMESPACE 0xeffffffcU

#define TRIES 5

#define READ_SIZE 65536 /* the kernel gives 32 KiB at most at once */

/*
 * include/uapi/linux/magic.h: the file system of sockets, and of nothing else. That a file is of
 * type S_IFSOCK proves nothing: anybody makes such on a tmpfs, which numbers its inodes on its own.
 */
#define SOCKFS_MAGIC 0x534F434B

enum { ITER_ID, TASK_TGID, FILE_INODE, INODE_SUPER, INODE_NUMBER, SUPER_MAGIC, WANTS };

static const struct pl_btf_want wanted[WANTS] = {
    [ITER_ID] = {.name = "bpf_iter_task_file"},
    [TASK_TGID] = {.name = "task_struct", .member = "tgid"},
    [FILE_INODE] = {.name = "file", .member = "f_inode"},
    [INODE_SUPER] = {.name = "inode", .member = "i_sb"},
    [INODE_NUMBER] = {.name = "inode", .member = "i_ino"},
    [SUPER_MAGIC] = {.name = "super_block", .member = "s_magic"},
};

/* ---- offsets from BTF ---- */

static struct pl_slice slice(const void *data, size_t len)
{
    return (struct pl_slice){data, len, pl_abi_here(PL_SYSTEM_LINUX).big_endian};
}

static int search_mapped(const void *base, size_t size, struct pl_btf_want *wants)
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
    return pl_btf_walk(&types, &strings, &id, wants, WANTS, &used);
}

/* Reads len bytes from at; fewer are an error. */
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

/* Types by windows, so that their memory is touched once only; a type may cross two of them. */
static int search_windows(int fd, const struct pl_btf *btf, const struct pl_slice *strings,
                          char *window, struct pl_btf_want *wants)
{
    size_t at = btf->types_at;
    size_t end = at + btf->types_len;
    uint32_t id = 1;

    while (at < end && !pl_btf_complete(wants, WANTS)) {
        size_t len = end - at < BTF_WINDOW ? end - at : BTF_WINDOW;
        struct pl_slice types = slice(window, len);
        size_t used = 0;
        int err = read_at(fd, window, len, at);

        if (err == 0)
            err = pl_btf_walk(&types, strings, &id, wants, WANTS, &used);
        if (err < 0)
            return err;
        if (used == 0)
            break;
        at += used;
    }
    return 0;
}

static int search_read(int fd, size_t size, struct pl_btf_want *wants)
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

/* BTF can be mapped since Linux 6.16; reading it all costs a page fault for each of its pages. */
static int search(int fd, bool forced, struct pl_btf_want *wants)
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
    if (err == 0 && !pl_btf_complete(wants, WANTS))
        err = -ENOTSUP;
    return err;
}

static int find_offsets(bool forced, struct pl_btf_want *wants)
{
    int fd = pl_open(AT_FDCWD, BTF_PATH, O_RDONLY);
    int err;

    if (fd < 0)
        return fd;
    memcpy(wants, wanted, sizeof(wanted));
    err = search(fd, forced, wants);
    close(fd);
    return err;
}

/* ---- the program ---- */

/* Fields of the context: struct bpf_iter__task_file, kernel/bpf/task_iter.c. */
enum { CTX_META = 0, CTX_TASK = 8, CTX_FD = 16, CTX_FILE = 24 };

/* A struct pl_owner at the top of the program's stack. */
enum { OWNER = -16, OWNER_PID = OWNER, OWNER_FD = OWNER + 4, OWNER_KEY = OWNER + 8 };

static struct bpf_insn insn(unsigned int code, int dst, int src, int off, int imm)
{
    return (struct bpf_insn){
        .code = (uint8_t)code,
        .dst_reg = (uint8_t)(dst & 0xf),
        .src_reg = (uint8_t)(src & 0xf),
        .off = (int16_t)off,
        .imm = imm,
    };
}

#define LOAD(size, dst, src, off) insn(BPF_LDX | BPF_MEM | (size), dst, src, (int)(off), 0)
#define STORE(size, off, src)     insn(BPF_STX | BPF_MEM | (size), BPF_REG_10, src, off, 0)
#define MOVE(dst, src)            insn(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define SET(dst, imm)             insn(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define ADD(dst, imm)             insn(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm)
#define JUMP(op, dst, imm, over)  insn(BPF_JMP | (op) | BPF_K, dst, 0, over, imm)
#define CALL(function)            insn(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EXIT()                    insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static int bpf(int command, union bpf_attr *attr)
{
    long got = -1;

    /* EAGAIN: a signal broke the verifier off. */
    for (int i = 0; i < TRIES && got < 0 && (i == 0 || errno == EINTR || errno == EAGAIN); i++)
        got = syscall(SYS_bpf, command, attr, sizeof(*attr));
    return got < 0 ? -errno : (int)got;
}

static int load_program(const struct pl_btf_want *wants)
{
    enum { CTX = BPF_REG_6, TASK = BPF_REG_7, INODE = BPF_REG_8, VALUE = BPF_REG_2 };
    const struct bpf_insn program[] = {
        MOVE(CTX, BPF_REG_1),
        LOAD(BPF_DW, TASK, CTX, CTX_TASK),
        JUMP(BPF_JEQ, TASK, 0, 18), /* both are NULL at the end of the walk */
        LOAD(BPF_DW, INODE, CTX, CTX_FILE),
        JUMP(BPF_JEQ, INODE, 0, 16),
        LOAD(BPF_DW, INODE, INODE, wants[FILE_INODE].value),
        LOAD(BPF_DW, VALUE, INODE, wants[INODE_SUPER].value),
        LOAD(BPF_DW, VALUE, VALUE, wants[SUPER_MAGIC].value), /* unsigned long */
        JUMP(BPF_JNE, VALUE, SOCKFS_MAGIC, 12),
        LOAD(BPF_W, VALUE, TASK, wants[TASK_TGID].value),
        STORE(BPF_W, OWNER_PID, VALUE),
        LOAD(BPF_W, VALUE, CTX, CTX_FD),
        STORE(BPF_W, OWNER_FD, VALUE),
        LOAD(BPF_DW, VALUE, INODE, wants[INODE_NUMBER].value),
        STORE(BPF_DW, OWNER_KEY, VALUE),
        LOAD(BPF_DW, BPF_REG_1, CTX, CTX_META),
        LOAD(BPF_DW, BPF_REG_1, BPF_REG_1, 0), /* meta->seq */
        MOVE(BPF_REG_2, BPF_REG_10),
        ADD(BPF_REG_2, OWNER),
        SET(BPF_REG_3, sizeof(struct pl_owner)),
        CALL(BPF_FUNC_seq_write),
        SET(BPF_REG_0, 0), /* go on; what seq_write could not place is asked for again */
        EXIT(),
    };
    union bpf_attr attr = {
        .prog_type = BPF_PROG_TYPE_TRACING,
        .expected_attach_type = BPF_TRACE_ITER,
        .attach_btf_id = wants[ITER_ID].value,
        .insns = (uintptr_t)program,
        .insn_cnt = sizeof(program) / sizeof(program[0]),
        .license = (uintptr_t) "Dual BSD/GPL",
        .prog_name = "portls_owners",
    };

    return bpf(BPF_PROG_LOAD, &attr);
}

/* The link of a loaded program keeps it alive, and an iterator both. */
static int open_link(int program)
{
    union bpf_attr link = {
        .link_create = {.prog_fd = (uint32_t)program, .attach_type = BPF_TRACE_ITER}};

    return bpf(BPF_LINK_CREATE, &link);
}

static int open_iterator(int link)
{
    union bpf_attr iter = {.iter_create = {.link_fd = (uint32_t)link}};

    return bpf(BPF_ITER_CREATE, &iter);
}

static bool in_initial_namespace(void)
{
    struct stat ns;

    return pl_stat(AT_FDCWD, "/proc/self/ns/pid", 0, &ns) == 0 &&
           ns.st_ino == INITIAL_PID_NAMESPACE;
}

/* The link, or a negative errno. */
static int open_program(bool forced)
{
    struct pl_btf_want wants[WANTS] = {0};
    int program;
    int link;
    int err;

    if (sizeof(long) != 8) /* the width of inode.i_ino and super_block.s_magic */
        return -ENOTSUP;
    if (!in_initial_namespace())
        return -EXDEV;
    err = find_offsets(forced, wants);
    if (err < 0)
        return err;
    program = load_program(wants);
    if (program < 0)
        return program;
    link = open_link(program);
    close(program);
    return link;
}

void pl_linux_bpf_open(struct pl_linux_bpf *bpf, bool forced, bool repeated)
{
    if (bpf->opened)
        return;
    *bpf = (struct pl_linux_bpf){.opened = true, .iterator = -1};
    bpf->link = open_program(forced);
    bpf->error = bpf->link < 0 ? bpf->link : 0;
    if (bpf->link < 0)
        return;
    bpf->iterator = open_iterator(bpf->link);
    if (bpf->iterator < 0)
        bpf->error = bpf->iterator;
    /* An iterator keeps all that it needs. */
    if (bpf->error < 0 || !repeated) {
        close(bpf->link);
        bpf->link = -1;
    }
}

void pl_linux_bpf_close(struct pl_linux_bpf *bpf)
{
    if (!bpf->opened)
        return;
    if (bpf->iterator >= 0)
        close(bpf->iterator);
    if (bpf->link >= 0)
        close(bpf->link);
    bpf->opened = false;
}

/* Before Linux 5.19 a new one takes cap_bpf where kernel.unprivileged_bpf_disabled is set. */
int pl_linux_bpf_iterator(struct pl_linux_bpf *bpf)
{
    int fd = bpf->iterator;

    bpf->iterator = -1;
    if (fd < 0)
        fd = bpf->link >= 0 ? open_iterator(bpf->link) : -EPERM;
    return fd;
}

int pl_linux_read_bpf(int fd, pl_chunk_fn *chunk, void *arg)
{
    char *buf = malloc(READ_SIZE);
    size_t len = 0; /* of an owner that came in part */
    int err = buf ? 0 : -ENOMEM;

    while (err == 0) {
        ssize_t got = read(fd, buf + len, READ_SIZE - len);
        size_t whole;

        /* EAGAIN: a million descriptors without a socket among them; it goes on from there. */
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0 || (got == 0 && len > 0))
            err = 1;
        if (got <= 0)
            break;
        len += (size_t)got;
        whole = len - len % sizeof(struct pl_owner);
        err = whole > 0 ? chunk(arg, buf, whole) : 0;
        len -= whole;
        memmove(buf, buf + whole, len);
    }
    free(buf);
    return err;
}
