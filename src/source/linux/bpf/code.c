/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembles the two programs that write a struct pl_owner for each socket of each process, from
 * instructions of Documentation/bpf/standardization/instruction-set.rst.
 *
 * By tables (Linux 6.9): called for each task, walks its descriptor table. It takes no references
 * to files. This makes it 5 to 10 times faster, but it must check what it read: see find_socket().
 *
 * By files (Linux 5.8): called by the kernel's iterator for each descriptor, with a reference.
 */
#include "bpf.h"
#include "files.h"

#include <stddef.h>

/* include/uapi/linux/magic.h: the file systems of rings, event counters and others without a name. */
#define ANON_MAGIC 0x09041934

/* "may_goto", include/uapi/linux/bpf.h: a jump that the kernel takes to end a very long loop. */
#define MAY_GOTO 0xe0

static struct socket_wants sockets_of(const struct pl_btf_want *wants)
{
    return (struct socket_wants){&wants[PL_BPF_FILE_INODE], &wants[PL_BPF_INODE_SUPER],
                                 &wants[PL_BPF_SUPER_MAGIC]};
}

/* ---- by tables ---- */

/* R0 = R1 as a pointer to type. The kernel makes reads of its members safe, wherever it points. */
static void cast(struct writer *w, const struct pl_btf_want *wants, enum pl_bpf_want type)
{
    set(w, R2, (int)wants[type].id);
    put(w, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, (int)wants[PL_BPF_CAST].value);
}

enum {
    OWN_TABLE,
    NOT_INIT,
    SAME_TASK,
    TABLE_AGAIN,
    LOOP,
    LOOK,
    NO_SOCKET,
    WRITE,
    NEXT,
    DONE,
    BROKEN_OFF
};

/* Offsets of variables on the stack. */
enum { FILES = -8, TABLE = -16, SIZE = -24, OPEN = -32, SLOT = -40, FILE_SEEN = -48 };

/* Variables in registers that calls preserve. */
enum { TASK = R6, SHARED = R7, SLOTS = R8, FD = R9 };

#define SHARED_AT(field) ((int)offsetof(struct pl_bpf_shared, field))
#define OWNER_AT(field) \
    ((int)(offsetof(struct pl_bpf_shared, owners) + offsetof(struct pl_owner, field)))

/*
 * Loads a slot or a word of the bitmap, which are members of no type: as the member i_sb of a
 * struct inode, whose address the caller computed so.
 */
static void load_word(struct writer *w, const struct pl_btf_want *wants, int dst)
{
    cast(w, wants, PL_BPF_INODE_SUPER);
    load(w, BPF_DW, dst, R0, wants[PL_BPF_INODE_SUPER].value);
}

/* Ignores threads that share the table of their leader. */
static void find_table(struct writer *w, const struct pl_btf_want *wants, int map)
{
    load(w, BPF_DW, R1, R1, CTX_TASK);
    jump(w, BPF_JEQ, R1, 0, DONE); /* NULL at the end */
    /* Without this cast, the verifier takes 4 ms longer to check accesses by a trusted pointer. */
    cast(w, wants, PL_BPF_TASK_TGID);
    move(w, TASK, R0);
    load(w, BPF_DW, R3, TASK, wants[PL_BPF_TASK_FILES].value);
    jump(w, BPF_JEQ, R3, 0, DONE); /* has ended, or is a kernel thread */
    store(w, BPF_DW, FP, FILES, R3);
    load(w, BPF_DW, R1, TASK, wants[PL_BPF_TASK_LEADER].value);
    jump_by(w, BPF_JEQ, R1, TASK, OWN_TABLE);
    load(w, BPF_DW, R2, R1, wants[PL_BPF_TASK_FILES].value);
    jump_by(w, BPF_JEQ, R2, R3, DONE);
    place(w, OWN_TABLE);
    set_map(w, SHARED, BPF_PSEUDO_MAP_VALUE, map);
    load(w, BPF_W, R1, TASK, wants[PL_BPF_TASK_TGID].value);
    jump(w, BPF_JNE, R1, 1, NOT_INIT);
    store(w, BPF_W, SHARED, SHARED_AT(init), R1);
    place(w, NOT_INIT);
    load(w, BPF_W, FD, SHARED, SHARED_AT(fd));
    load(w, BPF_W, R1, SHARED, SHARED_AT(task));
    load(w, BPF_W, R2, TASK, wants[PL_BPF_TASK_PID].value);
    jump_by(w, BPF_JEQ, R1, R2, SAME_TASK);
    load(w, BPF_W, FD, SHARED, SHARED_AT(first));
    place(w, SAME_TASK);
}

/* Loads the current table of the files. The kernel replaces a table that is too small. */
static void load_table(struct writer *w, const struct pl_btf_want *wants)
{
    int seen_as = (int)wants[PL_BPF_INODE_SUPER].value;

    place(w, TABLE_AGAIN);
    load(w, BPF_DW, R1, FP, FILES);
    load(w, BPF_DW, R1, R1, wants[PL_BPF_FILES_TABLE].value);
    store(w, BPF_DW, FP, TABLE, R1);
    load(w, BPF_W, R2, R1, wants[PL_BPF_TABLE_SIZE].value);
    store(w, BPF_DW, FP, SIZE, R2);
    load(w, BPF_DW, R2, R1, wants[PL_BPF_TABLE_OPEN].value);
    alu(w, BPF_SUB, R2, seen_as);
    store(w, BPF_DW, FP, OPEN, R2);
    load(w, BPF_DW, SLOTS, R1, wants[PL_BPF_TABLE_SLOTS].value);
    alu(w, BPF_SUB, SLOTS, seen_as);
}

/* Finds the next open descriptor. A word of the bitmap may skip 64 of them. */
static void find_open(struct writer *w, const struct pl_btf_want *wants)
{
    place(w, LOOP);
    jump(w, MAY_GOTO, 0, 0, BROKEN_OFF);
    load(w, BPF_DW, R1, FP, SIZE);
    jump_by(w, BPF_JGE, FD, R1, DONE);
    move(w, R1, FD);
    alu(w, BPF_AND, R1, 63);
    jump(w, BPF_JNE, R1, 0, LOOK);
    move(w, R1, FD);
    alu(w, BPF_RSH, R1, 3);
    load(w, BPF_DW, R2, FP, OPEN);
    alu_by(w, BPF_ADD, R1, R2);
    load_word(w, wants, R1);
    jump(w, BPF_JNE, R1, 0, LOOK);
    alu(w, BPF_ADD, FD, 64);
    go(w, LOOP);
    place(w, LOOK);
    move(w, R1, FD);
    alu(w, BPF_LSH, R1, 3);
    alu_by(w, BPF_ADD, R1, SLOTS);
    load_word(w, wants, R1);
    jump(w, BPF_JEQ, R1, 0, NEXT);
    store(w, BPF_DW, FP, SLOT, R0);
    store(w, BPF_DW, FP, FILE_SEEN, R1);
}

/*
 * The program holds no reference to the file, the table or the task's struct files. Each of them
 * may be freed and reused by another process while the program reads it. RCU, under which the
 * program runs, preserves inodes and replaced tables, but neither files (SLAB_TYPESAFE_BY_RCU) nor
 * the table of a process that exits. Therefore check everything again, as __fget_files_rcu() in
 * fs/file.c does:
 *   - The slot still has this file, and the file still has this inode.
 *   - The struct files still has this table. A replaced table keeps the file of a descriptor that
 *     was closed since, and another process may now own that file.
 *   - The task still has this struct files.
 */
static void find_socket(struct writer *w, const struct pl_btf_want *wants)
{
    const struct socket_wants sockets = sockets_of(wants);

    cast(w, wants, PL_BPF_FILE_INODE);
    load_socket_inode(w, &sockets, R1, R0, NO_SOCKET);
    load(w, BPF_DW, R3, FP, SLOT);
    load(w, BPF_DW, R3, R3, wants[PL_BPF_INODE_SUPER].value);
    load(w, BPF_DW, R4, FP, FILE_SEEN);
    jump_by(w, BPF_JNE, R3, R4, LOOP);
    load(w, BPF_DW, R3, R0, wants[PL_BPF_FILE_INODE].value);
    jump_by(w, BPF_JNE, R3, R1, LOOP);
    load(w, BPF_DW, R5, R1, wants[PL_BPF_INODE_NUMBER].value);
    load(w, BPF_DW, R4, FP, FILES);
    load(w, BPF_DW, R3, R4, wants[PL_BPF_FILES_TABLE].value);
    load(w, BPF_DW, R2, FP, TABLE);
    jump_by(w, BPF_JNE, R3, R2, TABLE_AGAIN);
    load(w, BPF_DW, R3, TASK, wants[PL_BPF_TASK_FILES].value);
    jump_by(w, BPF_JNE, R3, R4, DONE);
    go(w, WRITE);
}

/*
 * A ring of io_uring is the only anonymous file, besides maps of BPF, with its own
 * get_unmapped_area(). Key 0: the reader checks whether it is a ring.
 */
static void find_ring(struct writer *w, const struct pl_btf_want *wants)
{
    place(w, NO_SOCKET);
    jump(w, BPF_JNE, R2, ANON_MAGIC, NEXT);
    load(w, BPF_DW, R3, R0, wants[PL_BPF_FILE_CALLS].value);
    load(w, BPF_DW, R3, R3, wants[PL_BPF_CALLS_MAP].value);
    jump(w, BPF_JEQ, R3, 0, NEXT);
    set(w, R5, 1);
    store(w, BPF_W, SHARED, SHARED_AT(ring), R5);
    set(w, R5, 0);
}

static void write_owner(struct writer *w, const struct pl_btf_want *wants)
{
    place(w, WRITE);
    load(w, BPF_W, R1, SHARED, SHARED_AT(count));
    jump(w, BPF_JGE, R1, PL_BPF_ROOM, BROKEN_OFF);
    move(w, R2, R1);
    alu(w, BPF_ADD, R2, 1);
    store(w, BPF_W, SHARED, SHARED_AT(count), R2);
    alu(w, BPF_MUL, R1, sizeof(struct pl_owner));
    alu_by(w, BPF_ADD, R1, SHARED);
    load(w, BPF_W, R2, TASK, wants[PL_BPF_TASK_TGID].value);
    store(w, BPF_W, R1, OWNER_AT(pid), R2);
    store(w, BPF_W, R1, OWNER_AT(fd), FD);
    store(w, BPF_DW, R1, OWNER_AT(key), R5);
    place(w, NEXT);
    alu(w, BPF_ADD, FD, 1);
    go(w, LOOP);
}

void pl_bpf_code_tables(const struct pl_btf_want wants[PL_BPF_WANTS], int map,
                        struct pl_bpf_code *out)
{
    struct writer w = {.out = out};

    out->count = 0;
    find_table(&w, wants, map);
    load_table(&w, wants);
    find_open(&w, wants);
    find_socket(&w, wants);
    find_ring(&w, wants);
    write_owner(&w, wants);
    place(&w, DONE);
    end(&w, 0);
    place(&w,
          BROKEN_OFF); /* read(2) fails with EAGAIN, and the next one continues with this task */
    store(&w, BPF_W, SHARED, SHARED_AT(fd), FD);
    load(&w, BPF_W, R1, TASK, wants[PL_BPF_TASK_PID].value);
    store(&w, BPF_W, SHARED, SHARED_AT(task), R1);
    end(&w, 1);
    finish(&w);
}

/* ---- by files ---- */

/* Offsets of a struct pl_owner on the stack. */
enum { OWNER = -16, OWNER_PID = OWNER, OWNER_FD = OWNER + 4, OWNER_KEY = OWNER + 8 };

void pl_bpf_code_files(const struct pl_btf_want wants[PL_BPF_WANTS], struct pl_bpf_code *out)
{
    enum { CTX = R6, OF_TASK = R7, INODE = R8 };
    const struct socket_wants sockets = sockets_of(wants);
    struct writer writer = {.out = out};
    struct writer *w = &writer;

    out->count = 0;
    load_file(w, CTX, OF_TASK, INODE, DONE);
    load_socket_inode(w, &sockets, INODE, INODE, DONE);
    load(w, BPF_W, R2, OF_TASK, wants[PL_BPF_TASK_TGID].value);
    store(w, BPF_W, FP, OWNER_PID, R2);
    load(w, BPF_W, R2, CTX, CTX_FD);
    store(w, BPF_W, FP, OWNER_FD, R2);
    load(w, BPF_DW, R2, INODE, wants[PL_BPF_INODE_NUMBER].value);
    store(w, BPF_DW, FP, OWNER_KEY, R2);
    write_record(w, CTX, OWNER, sizeof(struct pl_owner));
    place(w, DONE);
    end(w, 0); /* continue */
    finish(w);
}
