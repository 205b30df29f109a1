/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interprets the program that walks descriptor tables, on copies of the kernel's structs. Checks
 * what it writes, also if the structs change meanwhile, which a kernel does once in a million runs.
 * (The live tests load the program into the kernel.)
 */
#include "harness.h"

#include "source/linux/bpf/bpf.h"

#include <stddef.h>

/*
 * The members of the kernel's structs that the program reads, in another order, so that every
 * offset matters. Pointers have 64 bits on every machine.
 */
struct super_block {
    uint64_t blocksize, magic;
};

struct inode {
    uint64_t mode, ino, sb;
};

struct file {
    uint64_t flags, inode;
};

struct fdtable {
    uint32_t lock, max_fds;
    uint64_t fd, open_fds;
};

struct files {
    uint64_t count, fdt;
};

struct task {
    uint64_t leader, files;
    uint32_t pid, tgid;
};

#define ADDRESS(object) ((uint64_t)(uintptr_t)(object))

enum { ID_TASK = 1, ID_FILE, ID_INODE, CAST };

static const struct pl_btf_want wants[PL_BPF_WANTS] = {
    [PL_BPF_TASK_TGID] = {.value = offsetof(struct task, tgid), .id = ID_TASK},
    [PL_BPF_FILE_INODE] = {.value = offsetof(struct file, inode), .id = ID_FILE},
    [PL_BPF_INODE_SUPER] = {.value = offsetof(struct inode, sb), .id = ID_INODE},
    [PL_BPF_INODE_NUMBER] = {.value = offsetof(struct inode, ino), .id = ID_INODE},
    [PL_BPF_SUPER_MAGIC] = {.value = offsetof(struct super_block, magic)},
    [PL_BPF_CAST] = {.value = CAST, .id = CAST},
    [PL_BPF_TASK_PID] = {.value = offsetof(struct task, pid), .id = ID_TASK},
    [PL_BPF_TASK_FILES] = {.value = offsetof(struct task, files), .id = ID_TASK},
    [PL_BPF_TASK_LEADER] = {.value = offsetof(struct task, leader), .id = ID_TASK},
    [PL_BPF_FILES_TABLE] = {.value = offsetof(struct files, fdt)},
    [PL_BPF_TABLE_SIZE] = {.value = offsetof(struct fdtable, max_fds)},
    [PL_BPF_TABLE_SLOTS] = {.value = offsetof(struct fdtable, fd)},
    [PL_BPF_TABLE_OPEN] = {.value = offsetof(struct fdtable, open_fds)},
};

#define DESCRIPTORS 192

static const struct super_block sockfs = {.magic = 0x534F434B};
static const struct super_block tmpfs = {.magic = 0x01021994};

/* A process; descriptors 5, 70 and 130 are sockets 1005, 1070 and 1130, and 6 is another file. */
static struct {
    struct inode inodes[DESCRIPTORS];
    struct file opened[DESCRIPTORS];
    uint64_t fd[DESCRIPTORS];
    uint64_t open_fds[DESCRIPTORS / 64];
    struct fdtable fdt;
    struct files files;
    struct task leader;
    struct task thread;
} p;

static struct pl_bpf_shared shared;

/* Changes the process when the program reads this address for the nth time. */
static struct {
    const void *place;
    unsigned int nth;
    void (*happens)(void);
} event;

static void open_file(size_t fd, const struct super_block *sb)
{
    p.inodes[fd] = (struct inode){.ino = 1000 + fd, .sb = ADDRESS(sb)};
    p.opened[fd] = (struct file){.inode = ADDRESS(&p.inodes[fd])};
    p.fd[fd] = ADDRESS(&p.opened[fd]);
    p.open_fds[fd / 64] |= UINT64_C(1) << fd % 64;
}

static int begin(void **state)
{
    (void)state;
    memset(&p, 0, sizeof(p));
    memset(&shared, 0, sizeof(shared));
    memset(&event, 0, sizeof(event));
    p.fdt = (struct fdtable){
        .max_fds = DESCRIPTORS, .fd = ADDRESS(p.fd), .open_fds = ADDRESS(p.open_fds)};
    p.files.fdt = ADDRESS(&p.fdt);
    p.leader = (struct task){
        .leader = ADDRESS(&p.leader), .files = ADDRESS(&p.files), .pid = 7, .tgid = 7};
    p.thread = (struct task){
        .leader = ADDRESS(&p.leader), .files = ADDRESS(&p.files), .pid = 8, .tgid = 7};
    open_file(5, &sockfs);
    open_file(6, &tmpfs);
    open_file(70, &sockfs);
    open_file(130, &sockfs);
    return 0;
}

/* ---- the interpreter ---- */

static uint64_t load(const void *place, unsigned int size)
{
    uint64_t wide = 0;
    uint32_t word = 0;

    if (place == event.place && event.nth > 0 && --event.nth == 0)
        event.happens();
    if (size == BPF_W) {
        memcpy(&word, place, sizeof(word));
        return word;
    }
    memcpy(&wide, place, sizeof(wide));
    return wide;
}

static void store(void *place, unsigned int size, uint64_t value)
{
    uint32_t word = (uint32_t)value;

    if (size == BPF_W)
        memcpy(place, &word, sizeof(word));
    else
        memcpy(place, &value, sizeof(value));
}

static uint64_t compute(unsigned int op, uint64_t a, uint64_t b)
{
    switch (op) {
    case BPF_ADD:
        return a + b;
    case BPF_SUB:
        return a - b;
    case BPF_MUL:
        return a * b;
    case BPF_AND:
        return a & b;
    case BPF_LSH:
        return a << b;
    case BPF_RSH:
        return a >> b;
    default:
        assert_int_equal(op, BPF_MOV);
        return b;
    }
}

static bool jumps(unsigned int op, uint64_t a, uint64_t b)
{
    switch (op) {
    case BPF_JA:
        return true;
    case BPF_JEQ:
        return a == b;
    case BPF_JNE:
        return a != b;
    case BPF_JGE:
        return a >= b;
    default:
        assert_int_equal(op, 0xe0); /* may_goto: not yet */
        return false;
    }
}

/* Runs the program for a task, as read(2) does. Returns whether it stopped early. */
static bool run(const struct task *task)
{
    const uint64_t context[] = {0, ADDRESS(task)};
    _Alignas(uint64_t) uint8_t stack[512];
    uint64_t r[11] = {[1] = ADDRESS(context), [10] = ADDRESS(stack + sizeof(stack))};
    struct pl_bpf_code code;

    pl_bpf_code_tables(wants, 3, &code);
    assert_within(code.count, 1, PL_BPF_CODE_MAX - 1);
    for (uint32_t at = 0, steps = 0; steps < 1000000; steps++, at++) {
        const struct bpf_insn *i = &code.insns[at];
        unsigned int op = i->code & 0xf0;
        uint64_t by = i->code & BPF_X ? r[i->src_reg] : (uint64_t)(int64_t)i->imm;

        assert_within(at, 0, code.count - 1);
        if (i->code == (BPF_LD | BPF_DW | BPF_IMM)) {
            assert_int_equal(i->src_reg, BPF_PSEUDO_MAP_VALUE);
            assert_int_equal(i->imm, 3);
            r[i->dst_reg] = ADDRESS(&shared);
            at++;
        } else if ((i->code & 7) == BPF_LDX) {
            r[i->dst_reg] = load((const char *)(uintptr_t)r[i->src_reg] + i->off, i->code & 0x18);
        } else if ((i->code & 7) == BPF_STX) {
            store((char *)(uintptr_t)r[i->dst_reg] + i->off, i->code & 0x18, r[i->src_reg]);
        } else if ((i->code & 7) == BPF_ALU64) {
            r[i->dst_reg] = compute(op, r[i->dst_reg], by);
        } else if (i->code == (BPF_JMP | BPF_EXIT)) {
            return r[0] != 0;
        } else if (i->code == (BPF_JMP | BPF_CALL)) {
            assert_int_equal(i->src_reg, BPF_PSEUDO_KFUNC_CALL);
            assert_int_equal(i->imm, CAST);
            assert_within(r[2], ID_TASK, ID_INODE);
            r[0] = r[1];
            r[1] = r[2] = r[3] = r[4] = r[5] = 0; /* a call overwrites these registers */
        } else if (jumps(op, r[i->dst_reg], by)) {
            at = (uint32_t)((int64_t)at + i->off);
        }
    }
    fail_msg("it does not end");
    return false;
}

static void assert_owners(const uint64_t *fds, size_t count)
{
    assert_int_equal(shared.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(shared.owners[i].pid, 7);
        assert_int_equal(shared.owners[i].fd, fds[i]);
        assert_int_equal(shared.owners[i].key, 1000 + fds[i]);
    }
}

#define ASSERT_FDS(...)                            \
    assert_owners((const uint64_t[]){__VA_ARGS__}, \
                  sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* ---- the tests ---- */

static void finds_sockets(void **state)
{
    (void)state;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 70, 130);
}

static void speaks_once_for_a_table(void **state)
{
    static struct files other;

    (void)state;
    assert_false(run(&p.thread));
    assert_int_equal(shared.count, 0);
    other = p.files;
    p.thread.files = ADDRESS(&other); /* unshare(CLONE_FILES) */
    assert_false(run(&p.thread));
    ASSERT_FDS(5, 70, 130);
}

static void passes_over_what_has_none(void **state)
{
    (void)state;
    assert_false(run(NULL));
    p.leader.files = 0;
    assert_false(run(&p.leader));
    assert_int_equal(shared.count, 0);
}

static void tells_whether_it_met_process_1(void **state)
{
    (void)state;
    assert_false(run(&p.leader));
    assert_int_equal(shared.init, 0);
    p.leader.tgid = 1;
    assert_false(run(&p.thread)); /* shares its leader's table, which is not read here */
    assert_int_equal(shared.init, 0);
    assert_false(run(&p.leader));
    assert_int_equal(shared.init, 1);
}

/* Slots that are not marked open are skipped, 64 at a time. */
static void skips_what_is_closed(void **state)
{
    (void)state;
    p.open_fds[1] = 0;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 130);
}

static void goes_on_where_room_ended(void **state)
{
    (void)state;
    shared.count = PL_BPF_ROOM - 2;
    assert_true(run(&p.leader));
    assert_int_equal(shared.count, PL_BPF_ROOM);
    assert_int_equal(shared.owners[PL_BPF_ROOM - 1].fd, 70);
    assert_int_equal(shared.fd, 130);
    shared.count = 0;
    assert_false(run(&p.leader));
    ASSERT_FDS(130);
}

/* Where it stopped does not affect the next process, even if the one before has ended. */
static void begins_anew_with_another_task(void **state)
{
    for (int ended = 0; ended < 2; ended++) {
        struct task other;

        (void)begin(state);
        other = p.leader;
        other.leader = ADDRESS(&other);
        other.pid = 9;
        shared.count = PL_BPF_ROOM - 2;
        assert_true(run(&p.leader));
        shared.count = 0;
        if (ended) {
            p.leader.files = 0;
            assert_false(run(&p.leader));
        }
        assert_false(run(&other));
        ASSERT_FDS(5, 70, 130);
    }
}

/* The file was reused by another process before its inode was read. */
static struct inode foreign_inode = {.ino = 666};
static struct file foreign;

static void give_away_file(void)
{
    foreign_inode.sb = ADDRESS(&sockfs);
    p.opened[70].inode = ADDRESS(&foreign_inode);
    p.fd[70] = 0;
}

static void is_not_misled_by_a_reused_file(void **state)
{
    (void)state;
    event.place = &p.opened[70].inode;
    event.nth = 1;
    event.happens = give_away_file;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 130);
}

/* Closed and reopened meanwhile: the new socket, not the old one. */
static void open_another(void)
{
    open_file(71, &sockfs);
    p.fd[70] = p.fd[71];
    p.inodes[71].ino = 1070;
    p.fd[71] = 0;
    p.inodes[70].ino = 666;
}

static void looks_again_at_a_slot_that_changed(void **state)
{
    (void)state;
    event.place = &p.inodes[70].sb;
    event.nth = 1;
    event.happens = open_another;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 70, 130);
}

/* Another file in the same memory and slot. */
static void reuse_in_place(void)
{
    p.inodes[0] = (struct inode){.ino = 1070, .sb = ADDRESS(&sockfs)};
    p.opened[70].inode = ADDRESS(&p.inodes[0]);
    p.inodes[70].ino = 666;
}

static void looks_again_at_a_file_that_changed(void **state)
{
    (void)state;
    event.place = &p.inodes[70].sb;
    event.nth = 1;
    event.happens = reuse_in_place;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 70, 130);
}

/* The process ended: its table is freed and may be reused. */
static void end_process(void)
{
    p.leader.files = 0;
    foreign_inode.sb = ADDRESS(&sockfs);
    foreign.inode = ADDRESS(&foreign_inode);
    p.fd[70] = ADDRESS(&foreign);
}

static void stops_where_the_process_ends(void **state)
{
    (void)state;
    event.place = &p.fd[70];
    event.nth = 1;
    event.happens = end_process;
    assert_false(run(&p.leader));
    ASSERT_FDS(5);
}

/*
 * The process outgrew its table and closed descriptor 70 in the new one. The old slot still holds
 * the file, whose memory is another process's socket by now; descriptor 71 was opened meanwhile.
 */
static struct fdtable grown;
static uint64_t grown_fd[DESCRIPTORS];
static uint64_t grown_open[DESCRIPTORS / 64];

static void grow_and_close(void)
{
    memcpy(grown_fd, p.fd, sizeof(grown_fd));
    memcpy(grown_open, p.open_fds, sizeof(grown_open));
    grown_fd[70] = 0;
    p.inodes[71] = (struct inode){.ino = 1071, .sb = ADDRESS(&sockfs)};
    p.opened[71] = (struct file){.inode = ADDRESS(&p.inodes[71])};
    grown_fd[71] = ADDRESS(&p.opened[71]);
    grown = (struct fdtable){
        .max_fds = DESCRIPTORS, .fd = ADDRESS(grown_fd), .open_fds = ADDRESS(grown_open)};
    p.files.fdt = ADDRESS(&grown);
    foreign_inode.sb = ADDRESS(&sockfs);
    p.opened[70].inode = ADDRESS(&foreign_inode);
}

static void follows_a_table_that_grew(void **state)
{
    (void)state;
    event.place = &p.opened[70].inode;
    event.nth = 1;
    event.happens = grow_and_close;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 71, 130);
}

/* Grown before the slot is read: the old table is unchanged. */
static void follows_a_table_that_grew_before_the_slot(void **state)
{
    (void)state;
    event.place = &p.fd[70];
    event.nth = 1;
    event.happens = grow_and_close;
    assert_false(run(&p.leader));
    ASSERT_FDS(5, 71, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_sockets, begin),
        cmocka_unit_test_setup(speaks_once_for_a_table, begin),
        cmocka_unit_test_setup(passes_over_what_has_none, begin),
        cmocka_unit_test_setup(tells_whether_it_met_process_1, begin),
        cmocka_unit_test_setup(skips_what_is_closed, begin),
        cmocka_unit_test_setup(goes_on_where_room_ended, begin),
        cmocka_unit_test_setup(begins_anew_with_another_task, begin),
        cmocka_unit_test_setup(is_not_misled_by_a_reused_file, begin),
        cmocka_unit_test_setup(looks_again_at_a_slot_that_changed, begin),
        cmocka_unit_test_setup(looks_again_at_a_file_that_changed, begin),
        cmocka_unit_test_setup(stops_where_the_process_ends, begin),
        cmocka_unit_test_setup(follows_a_table_that_grew, begin),
        cmocka_unit_test_setup(follows_a_table_that_grew_before_the_slot, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
