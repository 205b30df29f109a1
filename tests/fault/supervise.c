/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a program and replies to its nth call of a kind in place of the kernel: seccomp_unotify(2). */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS_MAX   16
#define PATIENCE_MS 60000 /* longer than any program runs */
#define SHORT_READ  7     /* bytes: within a line, a record, a word */

struct supervisor {
    const struct fault_kind *kind;
    uint32_t n;
    int error;
    pid_t child;
    int process; /* its pidfd */
    pid_t asker; /* the thread that called */
    int listener;
    bool inside; /* main is running */
    bool answered;
    uint32_t calls;
};

static void die(const char *what)
{
    perror(what);
    exit(3);
}

/* ---- the child ---- */

/* Notifies of the calls of kind, and of prctl(2). */
static int install_filter(const struct fault_kind *kind)
{
    struct sock_filter code[CALLS_MAX + 4];
    struct sock_fprog program = {.filter = code};
    unsigned short at = 0;
    int count = 0;

    while (kind->calls && kind->calls[count] >= 0)
        count++;
    code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                              (unsigned)offsetof(struct seccomp_data, nr));
    code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl,
                                              (unsigned char)(count + 1), 0);
    for (int i = 0; i < count; i++)
        code[at++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)kind->calls[i], (unsigned char)(count - i), 0);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    program.len = at;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

static void become(char **argv, const struct fault_kind *kind, const int *fds,
                   struct fault_shared *shared)
{
    static char asan[] = "ASAN_OPTIONS=detect_leaks=1:exitcode=97:verify_asan_link_order=0:"
                         "allocator_may_return_null=1";
    int listener;

    for (int i = 0; i < 3; i++)
        dup2(fds[i], i);
    dup2(fds[3], FAULT_FD);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setpgid(0, 0) != 0 || putenv(asan) != 0)
        _exit(96);
    listener = install_filter(kind);
    if (listener < 0)
        _exit(96);
    __atomic_store_n(&shared->listener, (uint32_t)listener + 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&shared->go, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    execv(argv[0], argv);
    _exit(96);
}

/* ---- replies ---- */

/* Copies a descriptor of the caller: the child, a thread or a child of it. */
static int take_fd(const struct supervisor *s, uint64_t fd)
{
    int process = (int)syscall(SYS_pidfd_open, s->asker, 0);
    int copy = (int)syscall(SYS_pidfd_getfd, process >= 0 ? process : s->process, (int)fd, 0);

    if (process >= 0)
        close(process);
    return copy;
}

static bool put_bytes(pid_t pid, uint64_t to, const void *bytes, size_t len)
{
    struct iovec local = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
    struct iovec remote = {.iov_base = (void *)(uintptr_t)to, .iov_len = len};

    return process_vm_writev(pid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}

static bool get_bytes(pid_t pid, uint64_t from, void *bytes, size_t len)
{
    struct iovec local = {.iov_base = bytes, .iov_len = len};
    struct iovec remote = {.iov_base = (void *)(uintptr_t)from, .iov_len = len};

    return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)len;
}

static int64_t short_read(const struct supervisor *s, const struct seccomp_data *call)
{
    char bytes[SHORT_READ];
    size_t len = call->args[2] < sizeof(bytes) ? call->args[2] : sizeof(bytes);
    int fd = take_fd(s, call->args[0]);
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    ssize_t got;

    /* The writer of an empty pipe may wait for a reply of this process. */
    if (poll(&ready, 1, 0) == 0) {
        close(fd);
        return -EINTR;
    }
    got = call->nr == SYS_pread64 ? pread(fd, bytes, len, (off_t)call->args[3])
                                  : read(fd, bytes, len);
    close(fd);
    if (got > 0 && !put_bytes(s->asker, call->args[1], bytes, (size_t)got))
        return -EFAULT;
    return got < 0 ? -errno : got;
}

static int64_t short_write(const struct supervisor *s, const struct seccomp_data *call)
{
    char bytes[65536];
    size_t len = (call->args[2] + 1) / 2 < sizeof(bytes) ? (call->args[2] + 1) / 2 : sizeof(bytes);
    int fd = take_fd(s, call->args[0]);
    ssize_t put = -1;

    if (get_bytes(s->asker, call->args[1], bytes, len))
        put = write(fd, bytes, len);
    close(fd);
    return put < 0 ? -EIO : put;
}

/* Truncates a datagram to half its length. */
static int64_t short_receive(const struct supervisor *s, const struct seccomp_data *call)
{
    char bytes[65536];
    char name[128];
    struct msghdr theirs;
    struct iovec iov;
    struct iovec mine = {.iov_base = bytes, .iov_len = sizeof(bytes)};
    struct msghdr msg = {
        .msg_iov = &mine, .msg_iovlen = 1, .msg_name = name, .msg_namelen = sizeof(name)};
    int fd;
    ssize_t got;

    if (call->nr != SYS_recvmsg || !get_bytes(s->asker, call->args[1], &theirs, sizeof(theirs)) ||
        !get_bytes(s->asker, (uintptr_t)theirs.msg_iov, &iov, sizeof(iov)))
        return -EIO;
    fd = take_fd(s, call->args[0]);
    if (mine.iov_len > iov.iov_len)
        mine.iov_len = iov.iov_len;
    got = recvmsg(fd, &msg, 0);
    close(fd);
    if (got < 0)
        return -errno;
    got = got / 2 | 1; /* within a message: their lengths are even */
    theirs.msg_flags = 0;
    if (msg.msg_namelen <= theirs.msg_namelen)
        theirs.msg_namelen = msg.msg_namelen;
    if (!put_bytes(s->asker, (uintptr_t)iov.iov_base, bytes, (size_t)got) ||
        (theirs.msg_name &&
         !put_bytes(s->asker, (uintptr_t)theirs.msg_name, name, theirs.msg_namelen)) ||
        !put_bytes(s->asker, call->args[1], &theirs, sizeof(theirs)))
        return -EFAULT;
    return got;
}

static int64_t short_answer(const struct supervisor *s, const struct seccomp_data *call)
{
    switch (call->nr) {
    case SYS_read:
    case SYS_pread64:
        return short_read(s, call);
    case SYS_write:
        return short_write(s, call);
    case SYS_recvmsg:
        return short_receive(s, call);
    case SYS_sendto:
        return (int64_t)(call->args[2] / 2);
    default:
        return -EIO;
    }
}

/* A close(2) that fails closes the file nevertheless. */
static void let_go(const struct supervisor *s, const struct seccomp_notif *asked)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct seccomp_notif_addfd put = {.id = asked->id,
                                      .flags = SECCOMP_ADDFD_FLAG_SETFD,
                                      .srcfd = (uint32_t)nothing,
                                      .newfd = (uint32_t)asked->data.args[0],
                                      .newfd_flags = O_CLOEXEC};

    (void)ioctl(s->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &put);
    close(nothing);
}

/* Handles a notification: a mark of preload.c, the nth call, or another one, which continues. */
static void answer(struct supervisor *s, const struct seccomp_notif *asked,
                   struct seccomp_notif_resp *resp)
{
    *resp = (struct seccomp_notif_resp){.id = asked->id};
    if (asked->data.nr == SYS_prctl) {
        if (asked->data.args[0] == FAULT_MARK)
            s->inside = asked->data.args[1] == FAULT_BEGIN;
    } else if (s->inside && ++s->calls == s->n) {
        int64_t got = -s->error;

        s->answered = true;
        s->asker = (pid_t)asked->pid;
        if (s->error == FAULT_SHORT)
            got = short_answer(s, &asked->data);
        if (asked->data.nr == SYS_close)
            let_go(s, asked);
        if (got < 0)
            resp->error = (int)got;
        else
            resp->val = got;
        return;
    }
    resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

/* Replies until all have ended. Returns false if that takes too long. */
static bool serve(struct supervisor *s)
{
    for (;;) {
        struct pollfd wait[2] = {{.fd = s->listener, .events = POLLIN},
                                 {.fd = s->process, .events = POLLIN}};
        struct seccomp_notif asked = {0};
        struct seccomp_notif_resp resp;
        int ready = poll(wait, 2, PATIENCE_MS);

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        if (!(wait[0].revents & POLLIN))
            return true;
        if (ioctl(s->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
            continue;
        answer(s, &asked, &resp);
        (void)ioctl(s->listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
    }
}

/* ---- a run ---- */

static int memory(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    if (fd < 0)
        die("memfd_create");
    return fd;
}

static char *text_of(int fd, size_t *len)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char *text = malloc((size_t)end + 1);

    if (!text || end < 0 || pread(fd, text, (size_t)end, 0) != end)
        die("what it wrote");
    text[end] = '\0';
    *len = (size_t)end;
    return text;
}

static void supervise(struct supervisor *s, struct fault_shared *shared, struct run *run)
{
    uint32_t listener;

    s->process = (int)syscall(SYS_pidfd_open, s->child, 0);
    while ((listener = __atomic_load_n(&shared->listener, __ATOMIC_SEQ_CST)) == 0) {
        if (waitpid(s->child, &run->status, WNOHANG) == s->child)
            die("the child could not install its filter");
        sched_yield();
    }
    s->listener = (int)syscall(SYS_pidfd_getfd, s->process, (int)listener - 1, 0);
    if (s->process < 0 || s->listener < 0)
        die("pidfd");
    __atomic_store_n(&shared->go, 1, __ATOMIC_SEQ_CST);
    run->timed_out = !serve(s);
    if (run->timed_out)
        kill(s->child, SIGKILL);
    close(s->listener);
    if (waitpid(s->child, &run->status, 0) != s->child)
        die("waitpid");
    close(s->process);
    /* What it started, too, whose sockets the next run would list. */
    while (waitpid(-s->child, NULL, 0) > 0 || errno == EINTR)
        ;
}

void run_faulty(char **argv, const struct fault_kind *kind, uint32_t n, int error,
                const char *preload, struct run *run)
{
    struct supervisor s = {.kind = kind, .n = n, .error = error};
    int fds[4] = {open("/dev/null", O_RDONLY | O_CLOEXEC), memory("out"), memory("err"),
                  memory("shared")};
    struct fault_shared *shared;

    *run = (struct run){0};
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        die("prctl");
    if (fds[0] < 0 || ftruncate(fds[3], sizeof(*shared)) != 0)
        die("shared memory");
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fds[3], 0);
    if (shared == MAP_FAILED)
        die("mmap");
    if (!kind->calls)
        shared->fail_at = n;
    if (setenv("LD_PRELOAD", preload, 1) != 0)
        die("setenv");
    s.child = fork();
    if (s.child < 0)
        die("fork");
    if (s.child == 0)
        become(argv, kind, fds, shared);
    unsetenv("LD_PRELOAD");
    supervise(&s, shared, run);
    run->calls = kind->calls ? s.calls : shared->allocations;
    run->reached = n > 0 && run->calls >= n;
    run->out = text_of(fds[1], &run->out_len);
    run->err = text_of(fds[2], &run->err_len);
    munmap(shared, sizeof(*shared));
    for (int i = 0; i < 4; i++)
        close(fds[i]);
}

void run_free(struct run *run)
{
    free(run->out);
    free(run->err);
}
