/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports by the programs of code.c: Documentation/bpf/ringbuf.rst. Loading them needs cap_bpf and
 * cap_perfmon, and for UDP cap_net_admin. Reading needs nothing: the ring buffer and the counter of
 * lost records are mapped.
 */
#include "events.h"
#include "model/array.h"
#include "source/call.h"
#include "source/linux/linux.h"

#include "decode/linux/event.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* 55,000 records: a second of 5,000 TCP connections, each of which changes its state 10 times. */
#define BUFFER_DEFAULT (8U << 20)
#define BUFFER_MAX     (1U << 30)

/* Bytes read before the kernel may reuse their room. */
#define SHARE (64U << 10)

/* Nanoseconds by which the clock must have been set to matter. */
#define CLOCK_SLACK 10000000U

enum { HOOK_BIND4, HOOK_BIND6, HOOK_RELEASE, HOOKS };

struct source {
    struct pl_reports base;
    int ring;     /* can be polled */
    int marks;    /* see code.c */
    int program;  /* the first one of the tracepoint; negative: none */
    int misses;   /* fdinfo of that program, proc(5); negative: none */
    int links[2]; /* attach the programs of the tracepoint */
    int hooks[HOOKS];
    int drops; /* attaches the program of dropped SYNs */
    struct pl_btf_names reasons;
    bool pids; /* the process ids are those that this process sees */
    size_t page;
    size_t size; /* bytes of records, a power of two */
    /* Mapped: the position of this reader; that of the kernel, then the records; a counter. */
    uint8_t *own;
    uint8_t *shared;
    uint8_t *counts; /* struct pl_events_counts */
    uint64_t lost_before;
    uint64_t epoch; /* nanoseconds between the Epoch and the boot */
};

uint64_t pl_events_clock(int clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* ---- reading ---- */

static uint64_t load_number(const uint8_t *at)
{
    return atomic_load_explicit((const _Atomic uint64_t *)(const void *)at, memory_order_acquire);
}

static void store_number(void *at, uint64_t number)
{
    atomic_store_explicit((_Atomic uint64_t *)at, number, memory_order_release);
}

/* Reads a record of the ring, which may continue at the start of the buffer. */
static struct pl_slice record_at(const struct source *source, uint64_t at, size_t len,
                                 uint8_t copy[PL_EVENT_SIZE])
{
    const uint8_t *data = source->shared + source->page;
    size_t from = (size_t)(at & (source->size - 1));
    size_t there = source->size - from;
    struct pl_slice record = {data + from, len, source->base.big_endian};

    if (len > PL_EVENT_SIZE)
        record.len = len = PL_EVENT_SIZE;
    if (len <= there)
        return record;
    memcpy(copy, data + from, there);
    memcpy(copy + there, data, len - there);
    record.data = copy;
    return record;
}

static int pass_on(const struct source *source, uint64_t at, size_t len, uint64_t epoch,
                   pl_report_fn *take, void *arg)
{
    uint8_t copy[PL_EVENT_SIZE];
    struct pl_slice record = record_at(source, at, len, copy);
    struct pl_report report;

    if (record.len == PL_DROP_SIZE) {
        uint32_t reason;

        if (pl_linux_drop(&record, epoch, &report, &reason) < 0)
            return 0;
        report.reason = pl_events_reason(&source->reasons, reason);
        return report.reason ? take(arg, &report) : 0;
    }
    if (pl_linux_event(&record, epoch, &report) < 0)
        return 0;
    if (!source->pids)
        report.have &= (uint8_t)~PL_REPORT_HAVE_PROCESS;
    return take(arg, &report);
}

/*
 * The difference of the two clocks stays the same unless one is set. It cannot be read exactly,
 * because this process may be preempted between them.
 */
static void find_epoch(struct source *source)
{
    uint64_t before = pl_events_clock(CLOCK_BOOTTIME);
    uint64_t epoch = pl_events_clock(CLOCK_REALTIME) - before;
    uint64_t error = pl_events_clock(CLOCK_BOOTTIME) - before;
    uint64_t moved = epoch > source->epoch ? epoch - source->epoch : source->epoch - epoch;

    if (moved > CLOCK_SLACK + error)
        source->epoch = epoch;
}

/* A record begins with its length; the upper bits are set until it is complete. */
static int read_ring(struct source *source, pl_report_fn *take, void *arg)
{
    const uint8_t *data = source->shared + source->page;
    uint64_t end = load_number(source->shared);
    uint64_t at = load_number(source->own);
    uint64_t stored = at;
    int err = 0;

    find_epoch(source);
    while (at < end && err == 0) {
        const _Atomic uint32_t *head =
            (const _Atomic uint32_t *)(const void *)(data + (at & (source->size - 1)));
        uint32_t word = atomic_load_explicit(head, memory_order_acquire);
        uint32_t len = word & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

        if (word & BPF_RINGBUF_BUSY_BIT)
            break; /* a program is still writing it */
        if (!(word & BPF_RINGBUF_DISCARD_BIT))
            err = pass_on(source, at + BPF_RINGBUF_HDR_SZ, len, source->epoch, take, arg);
        at += (len + BPF_RINGBUF_HDR_SZ + 7U) & ~7U;
        if (at - stored >= SHARE) {
            store_number(source->own, at);
            stored = at;
        }
    }
    store_number(source->own, at);
    return err;
}

/*
 * Since Linux 6.1, the kernel counts how often it did not run the first program, because that was
 * interrupted or preempted on that processor. bpf_local_irq_save() in the program does not prevent it:
 * what was held back then interrupts the end of the program.
 */
static uint64_t count_missed(const struct source *source)
{
    static const char title[] = "recursion_misses:";
    char text[1024];
    ssize_t got = source->misses < 0 ? -1 : pread(source->misses, text, sizeof(text), 0);
    struct pl_slice rest = {(const uint8_t *)text, got > 0 ? (size_t)got : 0, false};
    struct pl_slice line;
    uint64_t count;

    while (pl_text_line(&rest, &line)) {
        struct pl_slice word;

        if (pl_text_word(&line, &word) && pl_slice_is(&word, title) && pl_text_word(&line, &word) &&
            pl_text_dec(&word, UINT64_MAX, &count))
            return count;
    }
    return 0;
}

/*
 * Returns the number of lost records. The misses are read first: what the second program caught
 * meanwhile is then subtracted too early, not too late.
 */
static uint64_t count_lost(const struct source *source)
{
    uint64_t missed = count_missed(source);
    uint64_t caught = load_number(source->counts + offsetof(struct pl_events_counts, caught));
    uint64_t lost = load_number(source->counts + offsetof(struct pl_events_counts, lost));

    return lost + (missed > caught ? missed - caught : 0);
}

static int source_read(struct pl_reports *reports, pl_report_fn *take, void *arg, uint64_t *lost)
{
    struct source *source = (struct source *)(void *)reports;
    uint64_t lost_now = count_lost(source);

    if (lost_now > source->lost_before) {
        *lost += lost_now - source->lost_before;
        source->lost_before = lost_now;
    }
    return read_ring(source, take, arg);
}

static size_t source_fds(const struct pl_reports *reports, int fds[4])
{
    fds[0] = ((const struct source *)(const void *)reports)->ring;
    return 1;
}

static void source_close(struct pl_reports *reports)
{
    struct source *source = (struct source *)(void *)reports;
    const int fds[] = {source->ring,
                       source->program,
                       source->misses,
                       source->marks,
                       source->drops,
                       source->links[0],
                       source->links[1],
                       source->hooks[HOOK_BIND4],
                       source->hooks[HOOK_BIND6],
                       source->hooks[HOOK_RELEASE]};

    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    if (source->own)
        (void)munmap(source->own, source->page);
    if (source->shared)
        (void)munmap(source->shared, source->page + source->size);
    if (source->counts)
        (void)munmap(source->counts, source->page);
    free(source);
}

/* ---- opening ---- */

static size_t buffer_size(size_t wanted, size_t page)
{
    size_t size = page;

    if (wanted == 0)
        wanted = BUFFER_DEFAULT;
    while (size < wanted && size < BUFFER_MAX)
        size *= 2;
    return size;
}

static void *map(int fd, size_t size, int access, size_t at)
{
    void *memory = mmap(NULL, size, access, MAP_SHARED, fd, (off_t)at);

    return memory == MAP_FAILED ? NULL : memory;
}

static int open_ring(struct source *source)
{
    union bpf_attr attr = {.map_type = BPF_MAP_TYPE_RINGBUF,
                           .max_entries = (uint32_t)source->size,
                           .map_name = "portls_events"};

    source->ring = pl_bpf(BPF_MAP_CREATE, &attr);
    if (source->ring < 0)
        return source->ring;
    source->own = map(source->ring, source->page, PROT_READ | PROT_WRITE, 0);
    source->shared = map(source->ring, source->page + source->size, PROT_READ, source->page);
    return source->own && source->shared ? 0 : -ENOMEM;
}

/* Loads a program of a tracepoint, and attaches it by *link. Returns it or a negative errno. */
static int attach(const struct pl_bpf_code *code, uint32_t tracepoint, const char *name, int *link)
{
    union bpf_attr attr = {
        .prog_type = BPF_PROG_TYPE_TRACING,
        .expected_attach_type = BPF_TRACE_RAW_TP,
        .attach_btf_id = tracepoint,
    };
    union bpf_attr opened = {0};
    int program;

    (void)snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
    program = pl_bpf_load(code, &attr);
    if (program < 0)
        return program;
    opened.raw_tracepoint.prog_fd = (uint32_t)program;
    *link = pl_bpf(BPF_RAW_TRACEPOINT_OPEN, &opened);
    if (*link >= 0)
        return program;
    close(program);
    return *link;
}

static int attach_program(struct source *source, const struct pl_btf_want *wants, int counts,
                          bool second)
{
    struct pl_bpf_code code;

    pl_events_code_state(wants, source->ring, counts, source->marks, second, &code);
    return attach(&code, wants[PL_EVENTS_TRACE].id, "portls_state", &source->links[second]);
}

static int attach_drops(struct source *source, const struct pl_btf_want *wants, int counts)
{
    int err = pl_events_check_drop(wants);
    struct pl_bpf_code code;
    int program;

    if (err < 0)
        return err;
    pl_events_code_drop(wants, source->ring, counts, &code);
    program = attach(&code, wants[PL_EVENTS_FREE_SKB].id, "portls_drop", &source->drops);
    if (program >= 0)
        close(program); /* the link keeps it */
    return program < 0 ? program : 0;
}

/* The second program is attached last, since it runs last. */
static int attach_state(struct source *source, const struct pl_btf_want *wants, int counts)
{
    union bpf_attr marks = {.map_type = BPF_MAP_TYPE_PERCPU_ARRAY,
                            .key_size = sizeof(uint32_t),
                            .value_size = PL_EVENTS_MARKS * sizeof(uint64_t),
                            .max_entries = 1};
    char path[64];
    int second;

    source->marks = pl_bpf(BPF_MAP_CREATE, &marks);
    if (source->marks < 0)
        return source->marks;
    source->program = attach_program(source, wants, counts, false);
    if (source->program < 0)
        return source->program;
    (void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", source->program);
    source->misses = pl_open(AT_FDCWD, path, O_RDONLY);
    second = attach_program(source, wants, counts, true);
    if (second >= 0)
        close(second); /* the link keeps it */
    return second < 0 ? second : 0;
}

static int attach_hook(struct source *source, const struct pl_btf_want *wants, int counts,
                       int groups, size_t hook)
{
    static const struct {
        enum bpf_attach_type type;
        enum pl_report_kind kind;
    } types[HOOKS] = {
        [HOOK_BIND4] = {BPF_CGROUP_INET4_POST_BIND, PL_REPORT_BOUND},
        [HOOK_BIND6] = {BPF_CGROUP_INET6_POST_BIND, PL_REPORT_BOUND},
        [HOOK_RELEASE] = {BPF_CGROUP_INET_SOCK_RELEASE, PL_REPORT_ENDED},
    };
    union bpf_attr program = {
        .prog_type = BPF_PROG_TYPE_CGROUP_SOCK,
        .expected_attach_type = types[hook].type,
        .prog_name = "portls_udp",
    };
    union bpf_attr link = {0};
    struct pl_bpf_code code;
    int fd;

    pl_events_code_udp(wants, types[hook].kind, source->ring, counts, &code);
    fd = pl_bpf_load(&code, &program);
    if (fd < 0)
        return fd;
    link.link_create.prog_fd = (uint32_t)fd;
    link.link_create.target_fd = (uint32_t)groups;
    link.link_create.attach_type = types[hook].type;
    source->hooks[hook] = pl_bpf(BPF_LINK_CREATE, &link);
    close(fd); /* the link keeps the program */
    return source->hooks[hook] < 0 ? source->hooks[hook] : 0;
}

/* Attaches all hooks or none. */
static int attach_hooks(struct source *source, const struct pl_btf_want *wants, int counts)
{
    int groups = pl_linux_open_cgroups();
    int err = groups < 0 ? groups : 0;

    for (size_t i = 0; i < HOOKS && err == 0; i++)
        err = attach_hook(source, wants, counts, groups, i);
    for (size_t i = 0; i < HOOKS && err < 0; i++) {
        if (source->hooks[i] >= 0)
            close(source->hooks[i]);
        source->hooks[i] = -1;
    }
    if (groups >= 0)
        close(groups);
    return err;
}

static int open_all(struct source *source, const struct pl_reports_want *want)
{
    struct pl_btf_want wants[PL_EVENTS_WANTS];
    size_t count = want->drops ? PL_EVENTS_WANTS : PL_EVENTS_STATE_WANTS;
    int err = open_ring(source); /* first: the fastest step to fail without privileges */
    int counts;

    if (err < 0)
        return err;
    pl_events_wants(wants, &source->reasons);
    err = pl_linux_btf(true, wants, count, PL_EVENTS_NEEDED);
    err = err ? err : pl_events_check(wants);
    if (err < 0)
        return err;
    counts = pl_bpf_array(sizeof(struct pl_events_counts));
    if (counts < 0)
        return counts;
    source->counts = map(counts, source->page, PROT_READ, 0);
    err = source->counts ? attach_state(source, wants, counts) : -ENOMEM;
    if (err == 0 && want->drops)
        source->base.drops = -attach_drops(source, wants, counts);
    if (err == 0 && want->udp) {
        source->base.why[PL_REPORT_BPF] = -attach_hooks(source, wants, counts);
        source->base.udp = source->base.why[PL_REPORT_BPF] == 0;
    }
    close(counts); /* the programs keep it */
    return err;
}

int pl_events_open_bpf(const struct pl_reports_want *want, struct pl_reports **out)
{
    static const struct pl_reports_ops ops = {source_fds, source_read, source_close};
    int pids = pl_bpf_check_pids();
    long page = sysconf(_SC_PAGESIZE);
    struct source *source;
    int err;

    if (pids == -PL_EWORDS)
        return pids;
    source = calloc(1, sizeof(*source));
    if (!source)
        return -ENOMEM;
    source->base.ops = &ops;
    source->base.way = PL_REPORT_BPF;
    source->base.big_endian = pl_abi_here(PL_SYSTEM_LINUX).big_endian;
    source->ring = source->marks = source->program = source->misses = source->drops = -1;
    source->links[0] = source->links[1] = -1;
    for (size_t i = 0; i < HOOKS; i++)
        source->hooks[i] = -1;
    source->pids = pids == 0;
    source->page = page > 0 ? (size_t)page : 4096;
    source->size = buffer_size(want->buffer, source->page);
    err = open_all(source, want);
    if (err < 0)
        source_close(&source->base);
    else
        *out = &source->base;
    return err;
}
