/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends a signal to exactly the process that was listed. A pidfd pins the process before anything
 * about it is read. If the process is alive after everything was read, the process id was not reused
 * meanwhile, and all of it is about that process.
 */
#include "serving.h"

#include "source/call.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.3 and 5.1; the same on every architecture but alpha. */
#define PIDFD_SEND_SIGNAL 424
#define PIDFD_OPEN        434

#define KTHREAD 0x200000 /* PF_KTHREAD, include/linux/sched.h */

/* ---- facts about a process ---- */

/* Returns 0 or a negative errno. out has no name. */
static int read_stat(const struct serving *serving, uint32_t pid, struct actor_stat *out)
{
    char text[1024];
    char path[32];
    ssize_t len;

    (void)snprintf(path, sizeof(path), "%u/stat", pid);
    len = pl_read_start(serving->proc, path, text, sizeof(text));
    if (len < 0)
        return (int)len;
    if (!actor_parse_stat(text, (size_t)len, out))
        return -EBADMSG;
    out->name = (struct pl_text){0};
    return 0;
}

static bool read_parent(void *arg, uint32_t pid, struct actor_stat *out)
{
    return read_stat(arg, pid, out) == 0;
}

void actor_find_ancestors(struct serving *serving)
{
    serving->ancestor_count =
        actor_ancestors(serving->parent, read_parent, serving, serving->ancestors, ANCESTORS_MAX);
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

bool actor_holds_at(const struct serving *serving, const struct pl_owner *owner)
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
static bool holds(const struct serving *serving, const struct pl_sock *sock, struct pl_owner *owner,
                  struct actor_reply *reply)
{
    if (actor_holds_at(serving, owner))
        return true;
    /* A process may have many descriptors: do not search them for a socket that is closed. */
    if (actor_is_gone(sock))
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_SOCKET_GONE, 0);
    return search(serving, owner, reply);
}

/* ---- identity ---- */

bool actor_identify(const struct serving *serving, uint32_t pid, struct actor_identity *out,
                    struct actor_reply *reply)
{
    struct actor_stat process;
    struct stat exe = {0};
    char path[32];
    int err = read_stat(serving, pid, &process);

    if (err < 0)
        return unreadable(reply, err);
    /* No state shows that it has ended: that of a first thread which ended before others is Z, too. */
    if (process.flags & KTHREAD && !serving->plan->really)
        return actor_fail(reply, ACTOR_REFUSED, ACTOR_KERNEL, 0);
    (void)snprintf(path, sizeof(path), "%u/exe", pid);
    err = pl_stat(serving->proc, path, 0, &exe);
    if (err < 0 && !is_gone(err))
        return unreadable(reply, err);
    *out = (struct actor_identity){process.started_ticks, err < 0 ? 0 : exe.st_dev,
                                   err < 0 ? 0 : exe.st_ino};
    return true;
}

bool actor_is_identical(const struct actor_identity *a, const struct actor_identity *b,
                        struct actor_reply *reply)
{
    if (a->started_ticks != b->started_ticks)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROCESS, 0);
    /* Without one, the process or its first thread has ended, and executed nothing since. */
    if (b->exe_ino != 0 && (a->exe_dev != b->exe_dev || a->exe_ino != b->exe_ino))
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_OTHER_PROGRAM, 0);
    return true;
}

/* A check reports the identity; an act compares it with the one that was reported. */
static bool identify(const struct serving *serving, const struct actor_request *request,
                     struct actor_identity *now, struct actor_reply *reply)
{
    const struct actor_identity listed = {request->started_ticks, request->exe_dev,
                                          request->exe_ino};

    if (!actor_identify(serving, request->pid, now, reply))
        return false;
    reply->started_ticks = now->started_ticks;
    reply->exe_dev = now->exe_dev;
    reply->exe_ino = now->exe_ino;
    return request->step == ACTOR_CHECK || actor_is_identical(&listed, now, reply);
}

/* ---- the signal ---- */

bool actor_send_signal(int pidfd, int signal, struct actor_reply *reply)
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

static bool verify(struct serving *serving, const struct actor_request *request,
                   struct actor_identity *now, struct actor_reply *reply)
{
    struct pl_owner owner = {.pid = request->pid, .fd = request->fd, .key = request->sock.key};
    struct pl_sock sock;

    /* The identity last: the time from here to the signal is all that remains of the race. */
    return holds(serving, &request->sock, &owner, reply) &&
           actor_verify(serving, request, owner.fd, &sock, reply) &&
           (!actor_is_own(&serving->plan->own, &sock) || serving->plan->really ||
            actor_fail(reply, ACTOR_REFUSED, ACTOR_SESSION, 0)) &&
           identify(serving, request, now, reply) && holds(serving, &request->sock, &owner, reply);
}

/* Returns whether the signal was sent. */
static bool verify_and_hit(struct serving *serving, const struct actor_request *request, int pidfd,
                           struct actor_identity *now, struct actor_reply *reply)
{
    bool good = verify(serving, request, now, reply);
    int ended = actor_has_ended(pidfd);

    /* A process that has ended holds nothing, and its id may be in use again. */
    if (ended > 0)
        return actor_fail(reply, ACTOR_CHANGED, ACTOR_PROCESS_GONE, 0);
    if (ended < 0)
        return actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, ended);
    if (good && request->step == ACTOR_CHECK)
        (void)(actor_send_signal(pidfd, 0, reply) &&
               actor_fail(reply, ACTOR_READY, ACTOR_NO_DETAIL, 0));
    return good && request->step == ACTOR_ACT &&
           actor_send_signal(pidfd, serving->plan->signal, reply);
}

void actor_signal(struct serving *serving, const struct actor_request *request,
                  struct actor_reply *reply)
{
    struct actor_identity now = {0};
    int err = request->step == ACTOR_ACT ? actor_reserve(serving) : 0;
    int pidfd;

    if (err < 0) {
        (void)actor_fail(reply, ACTOR_FAILED, ACTOR_UNREADABLE, err);
        return;
    }
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
    if (!verify_and_hit(serving, request, pidfd, &now, reply)) {
        close(pidfd);
        return;
    }
    actor_keep(serving, request->pid, pidfd, &now);
    (void)actor_fail(reply, ACTOR_SENT, ACTOR_NO_DETAIL, 0);
}
