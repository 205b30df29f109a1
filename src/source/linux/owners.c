/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds owners by BPF, or where the kernel refuses that, by a scan of /proc. */
#include "linux.h"
#include "source/call.h"

#include "decode/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of the whole machine from which on a second thread is faster. */
#define FILES_FOR_THREADS 5000

#define WORKERS 2
#define FLUSH   16384 /* bytes passed on at once */

struct share {
    const uint32_t *pids;
    size_t count;
    atomic_size_t next; /* the first pid that no worker has taken */
    atomic_bool failed;
    uint32_t *found; /* by index of the pid: bytes of owners */
    uint8_t *worker; /* by index of the pid: number of the worker that took it */
};

struct worker {
    struct pl_linux_scan scan;
    struct share *share;
    uint8_t number;
    int err;
};

/* ---- one thread ---- */

static int hand_on(struct pl_linux_scan *scan, pl_chunk_fn *chunk, void *arg, size_t enough)
{
    size_t len = scan->owners.len;

    if (len == 0 || len < enough)
        return 0;
    scan->owners.len = 0;
    return chunk(arg, scan->owners.data, len);
}

static int scan_alone(struct pl_linux_scan *scan, const uint32_t *pids, size_t count,
                      pl_chunk_fn *chunk, void *arg)
{
    int err = 0;

    for (size_t i = 0; i < count && err == 0; i++) {
        err = pl_linux_scan_process(scan, pids[i]);
        if (err == 0)
            err = hand_on(scan, chunk, arg, FLUSH);
    }
    return err ? err : hand_on(scan, chunk, arg, 0);
}

/* ---- several threads, whose owners are merged in the order of the pids ---- */

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct share *share = worker->share;

    while (!atomic_load(&share->failed)) {
        size_t i = atomic_fetch_add(&share->next, 1);
        size_t before = worker->scan.owners.len;

        if (i >= share->count)
            break;
        worker->err = pl_linux_scan_process(&worker->scan, share->pids[i]);
        if (worker->err < 0)
            atomic_store(&share->failed, true);
        share->found[i] = (uint32_t)(worker->scan.owners.len - before);
        share->worker[i] = worker->number;
    }
    return NULL;
}

static int hand_on_by_pid(const struct worker *workers, const struct share *share,
                          pl_chunk_fn *chunk, void *arg)
{
    const uint8_t *at[WORKERS];
    int err = 0;

    for (size_t i = 0; i < WORKERS; i++)
        at[i] = workers[i].scan.owners.data;
    for (size_t i = 0; i < share->count && err == 0; i++) {
        if (share->found[i] > 0)
            err = chunk(arg, at[share->worker[i]], share->found[i]);
        at[share->worker[i]] += share->found[i];
    }
    return err;
}

static int scan_shared(struct worker *workers, struct share *share, pl_chunk_fn *chunk, void *arg)
{
    pthread_t threads[WORKERS];
    size_t started = 1;
    int err = 0;

    for (; started < WORKERS; started++) {
        if (pthread_create(&threads[started], NULL, work, &workers[started]) != 0)
            break;
    }
    work(&workers[0]);
    for (size_t i = 1; i < started; i++)
        (void)pthread_join(threads[i], NULL);
    for (size_t i = 0; i < WORKERS && err == 0; i++)
        err = workers[i].err;
    return err ? err : hand_on_by_pid(workers, share, chunk, arg);
}

static int scan_together(struct pl_linux_scan *scan, const uint32_t *pids, size_t count,
                         pl_chunk_fn *chunk, void *arg)
{
    struct worker *workers = calloc(WORKERS, sizeof(*workers));
    struct share share = {
        .pids = pids,
        .count = count,
        .found = calloc(count, sizeof(*share.found)),
        .worker = calloc(count, sizeof(*share.worker)),
    };
    int err = -ENOMEM;

    if (workers && share.found && share.worker) {
        for (uint8_t i = 0; i < WORKERS; i++) {
            workers[i].scan.proc = scan->proc;
            workers[i].scan.only = scan->only;
            workers[i].share = &share;
            workers[i].number = i;
        }
        err = scan_shared(workers, &share, chunk, arg);
        for (size_t i = 0; i < WORKERS; i++) {
            struct pl_linux_scan *part = &workers[i].scan;

            if (part->lacks != 0)
                scan->lacks = part->lacks;
            if (err == 0 && part->rings.len > 0)
                err = pl_buffer_add(&scan->rings, part->rings.data, part->rings.len);
            pl_buffer_free(&part->owners);
            pl_buffer_free(&part->rings);
        }
    }
    free(workers);
    free(share.found);
    free(share.worker);
    return err;
}

/* ---- /proc ---- */

static int list_pids(DIR *proc, struct pl_buffer *pids)
{
    struct dirent *entry;
    int err;

    while ((err = pl_entry(proc, &entry)) > 0) {
        uint32_t pid = pl_linux_number(entry->d_name);

        if (pid != UINT32_MAX)
            err = pl_buffer_add(pids, &pid, sizeof(pid));
        if (err < 0)
            break;
    }
    return err;
}

/* Notes a denial if /proc does not list the processes of other users: hidepid=2, proc(5). */
static int look_for_init(struct pl_linux_scan *scan)
{
    struct stat init;
    int err = pl_stat(scan->proc, "1", 0, &init);

    if (err == -ENOENT || err == -EACCES || err == -EPERM)
        return pl_linux_scan_denied(scan, 0, EPERM);
    scan->lacks = -err;
    return 0;
}

static int begin(struct pl_linux_scan *scan)
{
    const struct pl_owner lacks = {.fd = PL_OWNER_LACKS, .key = pl_linux_lacks()};
    int err = lacks.key == 0 ? 0 : pl_buffer_add(&scan->owners, &lacks, sizeof(lacks));

    return err ? err : look_for_init(scan);
}

static int scan_pids(struct pl_linux_scan *scan, const uint32_t *pids, size_t count,
                     pl_chunk_fn *chunk, void *arg)
{
    int err = begin(scan);

    if (err < 0)
        return err;
    if (count < 2 || pl_linux_open_files() <= FILES_FOR_THREADS || pl_linux_cpus() == 1)
        return scan_alone(scan, pids, count, chunk, arg);
    err = hand_on(scan, chunk, arg, 0);
    return err ? err : scan_together(scan, pids, count, chunk, arg);
}

/* -ENOENT: not mounted. An empty directory would look like a system without processes. */
static int open_proc(DIR **out)
{
    int err = pl_open_dir(AT_FDCWD, "/proc", 0, out);

    if (err < 0)
        return err;
    err = pl_linux_check_fs(dirfd(*out), PROC_SUPER_MAGIC);
    if (err < 0)
        closedir(*out);
    return err;
}

static int read_scan(const struct pl_request *only, pl_chunk_fn *chunk, void *arg, int *lacks,
                     struct pl_buffer *rings)
{
    struct pl_linux_scan *scan = calloc(1, sizeof(*scan));
    struct pl_buffer pids = {0};
    DIR *proc;
    int err = scan ? open_proc(&proc) : -ENOMEM;

    if (err == 0) {
        scan->proc = dirfd(proc);
        scan->only = only;
        err = list_pids(proc, &pids);
        if (err == 0)
            err = scan_pids(scan, (const uint32_t *)(const void *)pids.data,
                            pids.len / sizeof(uint32_t), chunk, arg);
        *lacks = scan->lacks;
        *rings = scan->rings;
        pl_buffer_free(&scan->owners);
        pl_buffer_free(&pids);
        closedir(proc);
    }
    free(scan);
    return err;
}

/* Reports the same as the scan, which may not read the links of process 1 there. */
static int put_init_denied(pl_chunk_fn *chunk, void *arg)
{
    const struct pl_owner denied[] = {{.fd = PL_OWNER_LACKS, .key = pl_linux_lacks()},
                                      {.pid = 1, .fd = PL_OWNER_DENIED, .key = EPERM}};

    return chunk(arg, denied, sizeof(denied));
}

int pl_linux_read_owners(struct pl_linux_bpf *bpf, const struct pl_request *request,
                         pl_chunk_fn *chunk, void *arg, struct pl_reading *reading,
                         struct pl_buffer *rings)
{
    bool forced = request->owner_way == PL_OWNER_WAY_BPF;

    pl_buffer_free(rings);
    if (request->owner_way != PL_OWNER_WAY_SCAN) {
        bool prepared = bpf->opened;
        int why;
        int err;

        pl_linux_bpf_open(bpf, forced, false);
        reading->path = pl_linux_bpf_path(bpf);
        err = pl_linux_read_bpf(bpf, rings, chunk, arg, &why);
        if (err == 0 && pl_linux_bpf_missed_init(bpf))
            err = put_init_denied(chunk, arg);
        if (!prepared)
            pl_linux_bpf_close(bpf);
        if (err <= 0)
            return err;
        if (forced)
            return why;
        pl_buffer_free(rings);
        /* Owners that BPF found before it failed are found again; the snapshot drops duplicates. */
    }
    reading->path = "scan";
    return read_scan(NULL, chunk, arg, &reading->lacks, rings);
}

int pl_linux_read_holders(const struct pl_request *request, pl_chunk_fn *chunk, void *arg,
                          struct pl_reading *reading)
{
    struct pl_buffer rings = {0};
    int lacks = 0;
    int err;

    reading->path = "scan";
    err = read_scan(request, chunk, arg, &lacks, &rings);
    pl_buffer_free(&rings);
    return err;
}
