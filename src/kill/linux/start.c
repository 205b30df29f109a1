/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts the actor as a child process, and talks to it. */
#include "serving.h"

#include "privilege/descriptor.h"
#include "privilege/linux.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Time for verification, in addition to waiting for the end of a process. */
#define LIMIT_MS 60000

/* ---- the child ---- */

/* Returns the SANDBOX_* rights that the plan needs. */
static uint32_t rights_of(const struct actor_plan *plan, const struct sandbox_plan *reads)
{
    return sandbox_rights(reads, SANDBOX_START) |
           (plan->what == ACTOR_SIGNAL ? SANDBOX_KILL : SANDBOX_NET_ADMIN);
}

/*
 * Returns -ESRCH if the numbers in /proc are not the process ids of this pid namespace, because only
 * one of the pid and mount namespaces was entered, nsenter(1): a signal would hit another process.
 */
static int check_proc(int proc)
{
    char self[16];
    char link[16];
    int own = snprintf(self, sizeof(self), "%d", (int)getpid());
    ssize_t len = pl_read_link(proc, "self", link, sizeof(link));

    if (len < 0 && len != -ENOENT)
        return (int)len;
    return len == own && memcmp(link, self, (size_t)len) == 0 ? 0 : -ESRCH;
}

static int prepare(struct serving *serving)
{
    struct rlimit files;
    int err = pl_reader_open(&serving->system);

    if (err < 0)
        return err;
    serving->proc = pl_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY);
    if (serving->proc < 0)
        return serving->proc;
    err = serving->plan->what == ACTOR_SIGNAL ? check_proc(serving->proc) : 0;
    if (err < 0)
        return err;
    serving->self = (uint32_t)getpid();
    serving->parent = (uint32_t)getppid();
    actor_find_ancestors(serving);
    serving->pinned_max = getrlimit(RLIMIT_NOFILE, &files) == 0 ? (size_t)files.rlim_cur / 2 : 0;
    return 0;
}

/* The first message: an error if the actor cannot work; else detail is the refused layer, or 0. */
static int greet(int fd, int error, int refused)
{
    const struct actor_reply hello = {.error = error, .detail = (uint32_t)-refused};

    int err = actor_send(fd, &hello, sizeof(hello));

    return err < 0 ? err : error;
}

/* Never returns. The standard streams are closed, so that readers of the output do not wait. */
static _Noreturn void be_actor(const struct actor_plan *plan, int fd)
{
    struct serving serving = {.plan = plan, .proc = -1};
    struct sandbox_plan reads = {
        .need = pl_filter_need(plan->selector), .live = true, .repeat = true};
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int refused = 0;
    int err;

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO && nothing >= 0; stream++)
        (void)dup2(nothing, stream);
    sandbox_close_others(fd, fd);
    if (plan->what == ACTOR_SIGNAL)
        reads.need |= PL_NEED_OWNERS;
    names_start_helper(&serving.names, (reads.need & PL_NEED_USERS) != 0, false,
                       plan->no_sandbox ? NULL : sandbox_confine);
    err = prepare(&serving);
    if (!plan->no_sandbox)
        refused = sandbox_confine_actor(&reads, rights_of(plan, &reads));
    if (greet(fd, err, refused) == 0)
        (void)actor_serve(&serving, fd);
    _exit(0);
}

/* ---- portkill ---- */

static int receive(int fd, struct actor_reply *reply, int limit_ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ssize_t got;
    int ready;

    while ((ready = poll(&wait, 1, limit_ms)) < 0 && errno == EINTR)
        ;
    if (ready <= 0)
        return ready == 0 ? -ETIMEDOUT : -errno;
    while ((got = recvfrom(fd, reply, sizeof(*reply), MSG_TRUNC, NULL, NULL)) < 0 && errno == EINTR)
        ;
    if (got < 0)
        return -errno;
    if (got == 0)
        return -EPIPE;
    return (size_t)got == sizeof(*reply) ? 0 : -EBADMSG;
}

int actor_start(const struct actor_plan *plan, struct actor *out)
{
    struct actor_reply hello = {0};
    pid_t child = -1;
    int ends[2];
    int err;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return -errno;
    err = sandbox_move_up(&ends[0]);
    err = err ? err : sandbox_move_up(&ends[1]);
    if (err == 0 && (child = fork()) < 0)
        err = -errno;
    if (child == 0) {
        close(ends[0]);
        be_actor(plan, ends[1]);
    }
    close(ends[1]);
    err = err ? err : receive(ends[0], &hello, LIMIT_MS);
    err = err ? err : hello.error;
    if (err < 0) {
        close(ends[0]);
        return err < -4095 || err > 0 ? -EIO : err;
    }
    *out = (struct actor){.fd = ends[0], .wait_ms = plan->wait_ms, .refused = (int)hello.detail};
    return 0;
}

static int exchange(struct actor *actor, const struct actor_request *request,
                    struct actor_reply *reply)
{
    uint64_t limit = (uint64_t)actor->wait_ms + ACTOR_KILL_WAIT_MS + LIMIT_MS;
    int err = actor->fd < 0 ? -EPIPE : actor_send(actor->fd, request, sizeof(*request));

    if (err < 0)
        return err;
    err = receive(actor->fd, reply, limit < INT32_MAX ? (int)limit : INT32_MAX);
    if (err == 0 && (reply->outcome >= ACTOR_OUTCOME_MAX || reply->detail >= ACTOR_DETAIL_MAX))
        err = -EBADMSG;
    return err;
}

static void ask(struct actor *actor, enum actor_step step, const struct actor_request *request,
                struct actor_reply *reply)
{
    struct actor_request message = *request;
    int err;

    message.step = step;
    err = exchange(actor, &message, reply);
    if (err == 0)
        return;
    /* A reply that comes late would be taken for that of the next request. */
    actor_end(actor);
    *reply = (struct actor_reply){.outcome = ACTOR_FAILED, .detail = ACTOR_LOST, .error = err};
}

void actor_check(struct actor *actor, struct actor_request *request, struct actor_reply *reply)
{
    ask(actor, ACTOR_CHECK, request, reply);
    if (reply->outcome != ACTOR_READY)
        return;
    request->started_ticks = reply->started_ticks;
    request->exe_dev = reply->exe_dev;
    request->exe_ino = reply->exe_ino;
}

void actor_act(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    ask(actor, ACTOR_ACT, request, reply);
}

void actor_wait(struct actor *actor, const struct actor_request *request, struct actor_reply *reply)
{
    ask(actor, ACTOR_WAIT, request, reply);
}

void actor_end(struct actor *actor)
{
    if (actor->fd >= 0)
        close(actor->fd);
    actor->fd = -1;
}
