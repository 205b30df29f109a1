/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends a signal to exactly the process that was listed. A pidfd pins the process before anything
 * about it is read. If the process is alive after everything was read, the process id was not reused
 * meanwhile, and all of it is about that process.
 */
#include "serving.h"

#include "decode/bytes.h"
#include "source/call.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Linux 5.3 and 5.1; the same on every architecture but alpha. */
#define PIDFD_SEND_SIGNAL 424
#define PIDFD_OPEN        434

#define KTHREAD 0x200000 /* PF_KTHREAD, include/linux/sched.h */

/* Time to end after SIGKILL. The process may wait for a device. */
#define KILL_WAIT_MS 5000

/* ---- facts about a process ---- */

int actor_read_stat(int proc, uint32_t pid, struct actor_stat *out)
{
    uint8_t text[1024];
    char path[32];
    struct pl_slice rest = {.data = text};
    struct pl_slice words[23];
    uint64_t parent;
    ssize_t len;

    (void)snprintf(path, sizeof(path), "%u/stat", pid);
    len = pl_read_start(proc, path, text, sizeof(text));
    if (len < 0)
        return (int)len;
    /* The name may contain anything. */
    for (rest.len = (size_t)len; rest.len > 0 && text[rest.len - 1] != ')';)
        rest.len--;
    rest = (struct pl_slice){.data = text + rest.len, .len = (size_t)len - rest.len};
    for (int field = 3; field <= 22; field++) {
        if (!pl_text_word(&rest, &words[field]))
            return -EBADMSG;
    }
    if (words[3].len != 1 || !pl_text_dec(&words[4], INT32_MAX, &parent) ||
        !pl_text_dec(&words[9], UINT32_MAX, &out->flags) ||
        !pl_text_dec(&words[22], UINT64_MAX, &out->started_ticks))
        return -EBADMSG;
    out->state = (char)words[3].data[0];
    out->parent = (uint32_t)parent;
    return 0;
}

void actor_find_ancestors(struct serving *serving)
{
    struct actor_stat stat;
    uint32_t pid = serving->parent;

    while (serving->ancestor_count < ANCESTORS_MAX &&
           actor_read_stat(serving->proc, pid, &stat) == 0 && stat.parent != 0) {
        pid = stat.parent;
        serving->ancestors[serving->ancestor_count++] = pid;
    }
}

static bool is_ancestor(const struct serving *serving, uint32_t pid)
{
    for (size_t i = 0; i < serving->ancestor_count; i++) {
        if (serving->ancestors[i] == pid)
            return true;
    }
    return false;
}

/* Returns whether nothing protects the process. */
static bool may_hit(const struct serving *serving, uint32_t pid, struct actor_reply *reply)
{
    bool really = serving->plan->really;

    if (pid == serving->self || pid == serving->parent)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_SELF, 0);
    if (pid == 1 && !really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_INIT, 0);
    if (is_ancestor(serving, pid) && !really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_ANCESTOR, 0);
    return true;
}

static bool is_gone(int error)
{
    return error == -ENOENT || error == -ESRCH;
}

/* Sets reply for an error of reading about the process. */
static bool unreadable(struct actor_reply *reply, int error)
{
    if (is_gone(error))
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (error != -EACCES && error != -EPERM)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, error);
    reply->lacks = ACTOR_LACKS_PTRACE;
    return actor_fail(reply, ACTOR_FAILED, ACTOR_NOT_ALLOWED, error);
}

/* ---- descriptors ---- */

static bool holds_at(const struct serving *serving, const struct pl_owner *owner)
{
    char path[48];
    char link[64];
    ssize_t len;

    (void)snprintf(path, sizeof(path), "%u/fd/%u", owner->pid, owner->fd);
    len = pl_read_link(serving->proc, path, link, sizeof(link));
    if (len > 0 && pl_linux_is_ring(link, (size_t)len))
        return pl_linux_ring_holds(serving->proc, owner);
    return len > 0 && pl_linux_socket_inode(link, (size_t)len) == owner->key;
}

/* Searches all tables of descriptors of the process. */
static bool search(const struct serving *serving, struct pl_owner *owner, struct actor_reply *reply)
{
    struct pl_linux_scan *scan = calloc(1, sizeof(*scan));
    const struct pl_owner *found;
    int denied = 0;
    bool held = false;
    int err;

    if (!scan)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, -ENOMEM);
    scan->proc = serving->proc;
    err = pl_linux_scan_process(scan, owner->pid);
    found = (const struct pl_owner *)(const void *)scan->owners.data;
    for (size_t i = 0; i < scan->owners.len / sizeof(*found) && !held; i++) {
        if (found[i].fd > INT32_MAX) {
            denied = -(int)found[i].key;
        } else if (found[i].key == owner->key) {
            owner->fd = found[i].fd;
            held = true;
        }
    }
    err = err ? err : scan->lacks ? -scan->lacks : denied;
    pl_buffer_free(&scan->owners);
    pl_buffer_free(&scan->rings);
    free(scan);
    if (held)
        return true;
    return err < 0 ? unreadable(reply, err) : actor_fail(reply, ACTOR_CHANGED, ACTOR_NOT_HELD, 0);
}

/*
 * A process that moved the socket to another descriptor still holds it: sets owner->fd to that one.
 */
static bool holds(const struct serving *serving, struct pl_owner *owner, struct actor_reply *reply)
{
    return holds_at(serving, owner) || search(serving, owner, reply);
}

/* ---- identity ---- */

static int64_t now_ms(void)
{
    struct timespec t = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Returns 1 if the process ends in time, 0 if not, or a negative errno. */
static int wait_for_end(int pidfd, uint32_t wait_ms)
{
    int64_t until = now_ms() + wait_ms;
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};

    for (;;) {
        int64_t left = until - now_ms();
        int ready = poll(&wait, 1, left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left);

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return -errno;
        if (ready > 0 || left <= 0)
            return ready;
    }
}

/* Reads the start time and the executable, and compares them unless this is a check. */
static bool identify(const struct serving *serving, const struct actor_request *request,
                     struct actor_reply *reply)
{
    struct actor_stat process;
    struct stat exe = {0};
    char path[32];
    int err = actor_read_stat(serving->proc, request->pid, &process);

    if (err < 0)
        return unreadable(reply, err);
    if (process.state == 'Z' || process.state == 'X')
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (process.flags & KTHREAD && !serving->plan->really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_KERNEL, 0);
    (void)snprintf(path, sizeof(path), "%u/exe", request->pid);
    err = pl_stat(serving->proc, path, 0, &exe);
    if (err < 0 && !is_gone(err))
        return unreadable(reply, err);
    reply->started_ticks = process.started_ticks;
    reply->exe_dev = err < 0 ? 0 : exe.st_dev;
    reply->exe_ino = err < 0 ? 0 : exe.st_ino;
    if (request->check)
        return true;
    if (reply->started_ticks != request->started_ticks)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROCESS, 0);
    if (reply->exe_dev != request->exe_dev || reply->exe_ino != request->exe_ino)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROGRAM, 0);
    return true;
}

/* ---- the signal ---- */

/* Returns whether the signal was sent. */
static bool send_signal(int pidfd, int signal, struct actor_reply *reply)
{
    if (syscall(PIDFD_SEND_SIGNAL, pidfd, signal, NULL, 0) == 0)
        return true;
    if (errno == ESRCH)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (errno == EPERM) {
        reply->lacks = ACTOR_LACKS_KILL;
        return actor_fail(reply, ACTOR_FAILED, ACTOR_NOT_ALLOWED, -EPERM);
    }
    return actor_fail(reply, ACTOR_FAILED, errno == ENOSYS ? ACTOR_NO_PIDFD : ACTOR_NO_DETAIL,
                      -errno);
}

/* Also an error after the signal was sent is reported as ACTOR_SENT. */
static void hit(const struct serving *serving, int pidfd, struct actor_reply *reply)
{
    const struct actor_plan *plan = serving->plan;
    struct actor_reply second = {0};
    int ended;

    if (!send_signal(pidfd, plan->signal, reply))
        return;
    ended = wait_for_end(pidfd, plan->wait_ms);
    if (ended > 0) {
        reply->outcome = ACTOR_DONE;
        return;
    }
    (void)actor_fail(reply, ACTOR_SENT, ACTOR_NO_DETAIL, ended);
    if (!plan->then_kill)
        return;
    if (!send_signal(pidfd, SIGKILL, &second)) {
        reply->outcome = second.detail == ACTOR_PROCESS_GONE ? ACTOR_DONE : ACTOR_SENT;
        reply->error = second.error;
        return;
    }
    ended = wait_for_end(pidfd, KILL_WAIT_MS);
    reply->outcome = ended > 0 ? ACTOR_KILLED : ACTOR_SENT;
    reply->error = ended < 0 ? ended : 0;
}

static bool verify(struct serving *serving, const struct actor_request *request,
                   struct actor_reply *reply)
{
    struct pl_owner owner = {.pid = request->pid, .fd = request->fd, .key = request->sock.key};
    struct pl_sock sock;

    /* The identity last: the time from here to the signal is all that remains of the race. */
    return holds(serving, &owner, reply) &&
           actor_verify(serving, request, owner.fd, &sock, reply) &&
           (!actor_is_own(&serving->plan->own, &sock) || serving->plan->really ||
            actor_fail(reply, ACTOR_REFUSED, ACTOR_SESSION, 0)) &&
           identify(serving, request, reply) && holds(serving, &owner, reply);
}

static void verify_and_hit(struct serving *serving, const struct actor_request *request, int pidfd,
                           struct actor_reply *reply)
{
    bool good = verify(serving, request, reply);
    int ended = wait_for_end(pidfd, 0);

    /* A process that has ended holds nothing, and its id may be in use again. */
    if (ended > 0)
        (void)actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    else if (ended < 0)
        (void)actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, ended);
    else if (good && request->check)
        reply->outcome = send_signal(pidfd, 0, reply) ? ACTOR_READY : reply->outcome;
    else if (good)
        hit(serving, pidfd, reply);
}

void actor_signal(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply)
{
    int pidfd;

    if (!may_hit(serving, request->pid, reply))
        return;
    pidfd = (int)syscall(PIDFD_OPEN, request->pid, 0);
    if (pidfd < 0 && errno == ENOSYS) {
        (void)actor_fail(reply, ACTOR_REFUSED, ACTOR_NO_PIDFD, -ENOSYS);
        return;
    }
    /* EINVAL: the id is that of a thread. */
    if (pidfd < 0) {
        (void)unreadable(reply, errno == EINVAL ? -ESRCH : -errno);
        return;
    }
    verify_and_hit(serving, request, pidfd, reply);
    close(pidfd);
}
