/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_faults: lets each call of the actor fail, one in each run, in several
 * ways. Whatever fails, the reply must tell what happened to the target. The
 * linker replaces the calls: see CMakeLists.txt.
 */
#include "kill_lib.h"

#include "kill/linux/serving.h"
#include "source/call.h"
#include "source/linux/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned int fail_at; /* the call that fails; 0: none */
static unsigned int calls;   /* since it was set */
static int fail_with;        /* errno */

/* Returns whether this call is to fail. */
static bool fails(void)
{
    return fail_at != 0 && ++calls == fail_at;
}

/* Replaces a function that returns a negative errno. */
#define WRAP(type, name, parameters, arguments)                \
    type __real_##name parameters;                             \
    type __wrap_##name parameters;                             \
    type __wrap_##name parameters                              \
    {                                                          \
        return fails() ? -fail_with : __real_##name arguments; \
    }

WRAP(int, pl_open, (int dir, const char *path, int flags), (dir, path, flags))
WRAP(int, pl_open_dir, (int dir, const char *path, int flags, DIR **out), (dir, path, flags, out))
WRAP(int, pl_stat, (int dir, const char *path, int flags, struct stat *out),
     (dir, path, flags, out))
WRAP(ssize_t, pl_read, (int fd, void *buf, size_t size), (fd, buf, size))
WRAP(ssize_t, pl_read_start, (int dir, const char *path, void *buf, size_t size),
     (dir, path, buf, size))
WRAP(ssize_t, pl_read_link, (int dir, const char *path, char *buf, size_t size),
     (dir, path, buf, size))
WRAP(int, pl_entry, (DIR * dir, struct dirent **out), (dir, out))
WRAP(int, pl_netlink_open, (int protocol), (protocol))
WRAP(int, pl_netlink_order,
     (int fd, uint16_t type, void *request, size_t len, pl_chunk_fn *chunk, void *arg),
     (fd, type, request, len, chunk, arg))

static unsigned int dumps;

int __real_pl_netlink_dump(const struct pl_space *space, int protocol, uint16_t type, void *request,
                           size_t len, pl_chunk_fn *chunk, void *arg);
int __wrap_pl_netlink_dump(const struct pl_space *space, int protocol, uint16_t type, void *request,
                           size_t len, pl_chunk_fn *chunk, void *arg);
int __wrap_pl_netlink_dump(const struct pl_space *space, int protocol, uint16_t type, void *request,
                           size_t len, pl_chunk_fn *chunk, void *arg)
{
    dumps++;
    return fails() ? -fail_with
                   : __real_pl_netlink_dump(space, protocol, type, request, len, chunk, arg);
}

/* Replaces a function that sets errno. */
#define WRAP_C(type, failure, name, parameters, arguments) \
    type __real_##name parameters;                         \
    type __wrap_##name parameters;                         \
    type __wrap_##name parameters                          \
    {                                                      \
        if (!fails())                                      \
            return __real_##name arguments;                \
        errno = fail_with;                                 \
        return failure;                                    \
    }

WRAP_C(int, -1, poll, (struct pollfd * fds, nfds_t count, int wait), (fds, count, wait))
WRAP_C(void *, NULL, malloc, (size_t size), (size))
WRAP_C(void *, NULL, calloc, (size_t count, size_t size), (count, size))
WRAP_C(void *, NULL, realloc, (void *old, size_t size), (old, size))
WRAP_C(long, -1, syscall, (long number, long a, long b, long c, long d, long e),
       (number, a, b, c, d, e))

struct target {
    pid_t pid;
    int fd;
};

static struct target make_target(void)
{
    struct target target = {.fd = kl_bind(AF_INET, SOCK_STREAM, 5001, SO_REUSEADDR)};

    if (target.fd < 0 || listen(target.fd, 4) != 0)
        kl_die("listen");
    target.pid = fork();
    if (target.pid == 0) {
        for (;;)
            (void)pause();
    }
    return target;
}

/* Returns whether the target was hit. */
static bool was_hit(const struct target *target, enum actor_what what)
{
    int listens = 0;
    socklen_t len = sizeof(listens);

    if (what == ACTOR_SIGNAL)
        return waitpid(target->pid, NULL, 0 | WNOHANG) != 0;
    return getsockopt(target->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 || listens == 0;
}

static void end_target(const struct target *target)
{
    (void)kill(target->pid, SIGKILL);
    (void)waitpid(target->pid, NULL, 0);
    close(target->fd);
}

/* Returns whether the reply tells the truth. */
static bool is_true(const struct actor_reply *reply, bool hit)
{
    switch ((enum actor_outcome)reply->outcome) {
    case ACTOR_DONE:
    case ACTOR_KILLED:
        return hit;
    case ACTOR_SENT:
        return true;
    case ACTOR_FAILED:
        return !hit || reply->detail == ACTOR_UNVERIFIED;
    case ACTOR_CHANGED:
    case ACTOR_REFUSED:
        return !hit;
    case ACTOR_READY:
    case ACTOR_OUTCOME_MAX:
        break;
    }
    return false;
}

static bool reached;

/* Lets the nth call fail. Returns whether the reply was wrong. */
static bool try(struct serving *serving, enum actor_what what, unsigned int n, int error)
{
    struct target target = make_target();
    struct pl_snapshot *snap = kl_list();
    const struct pl_sock *sock = kl_by_key(snap, kl_key(target.fd));
    const struct pl_owner owner = {
        .pid = (uint32_t)target.pid, .fd = (uint32_t)target.fd, .key = kl_key(target.fd)};
    struct actor_request request;
    struct actor_reply reply = {0};
    char words[96];
    bool wrong;

    if (!sock)
        kl_die("not listed");
    actor_fill(&request, snap, sock, what == ACTOR_SIGNAL ? &owner : NULL);
    pl_snapshot_free(snap);
    request.step = ACTOR_CHECK;
    actor_reply_to(serving, &request, &reply);
    if (reply.outcome != ACTOR_READY)
        kl_die(kl_words(&reply, words));
    request.step = ACTOR_ACT;
    request.started_ticks = reply.started_ticks;
    request.exe_dev = reply.exe_dev;
    request.exe_ino = reply.exe_ino;
    memset(&reply, 0, sizeof(reply));
    calls = 0;
    fail_with = error;
    fail_at = n;
    actor_reply_to(serving, &request, &reply);
    if (reply.outcome == ACTOR_SENT) {
        request.step = ACTOR_WAIT;
        memset(&reply, 0, sizeof(reply));
        actor_reply_to(serving, &request, &reply);
    }
    fail_at = 0;
    reached = calls >= n;
    (void)poll(NULL, 0, reply.outcome == ACTOR_SENT ? 5 : 0);
    wrong = !is_true(&reply, was_hit(&target, what));
    if (wrong)
        printf("WRONG: call %u, %s: %s\n", n, strerrorname_np(error), kl_words(&reply, words));
    end_target(&target);
    return wrong;
}

static void parse(struct serving *serving, struct actor_plan *plan, const char *selector)
{
    struct pl_filter_error error;
    struct pl_filter *filter;

    if (pl_filter_parse(selector, NULL, &filter, &error) < 0 ||
        pl_reader_open(&serving->system) < 0)
        kl_die("serving");
    plan->selector = filter;
}

static void end(struct serving *serving, struct actor_plan *plan)
{
    pl_reader_close(serving->system);
    pl_filter_free((struct pl_filter *)(uintptr_t)plan->selector);
    close(serving->proc);
    free(serving->sent);
}

/* A connection is looked up: a dump would take time for each socket of the system. */
static unsigned int dumps_of_close(void)
{
    struct actor_plan plan = {.what = ACTOR_CLOSE};
    struct serving serving = {.plan = &plan, .proc = open("/proc", O_RDONLY | O_DIRECTORY)};
    int listener = kl_bind(AF_INET, SOCK_STREAM, 5002, SO_REUSEADDR);
    int client = kl_bind(AF_INET, SOCK_STREAM, 0, 0);
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(5002), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct actor_request request;
    struct actor_reply reply = {0};
    struct pl_snapshot *snap;
    char words[96];

    if (listener < 0 || client < 0 || listen(listener, 1) != 0 ||
        connect(client, (struct sockaddr *)&to, sizeof(to)) != 0)
        kl_die("connect");
    parse(&serving, &plan, "dport = :5002");
    snap = kl_list();
    actor_fill(&request, snap, kl_by_key(snap, kl_key(client)), NULL);
    pl_snapshot_free(snap);
    dumps = 0;
    for (int act = 0; act <= 1 && reply.detail != ACTOR_UNSUPPORTED; act++) {
        memset(&reply, 0, sizeof(reply));
        request.step = act ? ACTOR_ACT : ACTOR_CHECK;
        actor_reply_to(&serving, &request, &reply);
        if (reply.outcome != (act ? ACTOR_DONE : ACTOR_READY) && reply.detail != ACTOR_UNSUPPORTED)
            kl_die(kl_words(&reply, words));
    }
    end(&serving, &plan);
    close(client);
    close(listener);
    return dumps;
}

int main(void)
{
    static const int errors[] = {ENOMEM, EACCES, EIO};
    const struct {
        enum actor_what what;
        const char *title, *selector;
    } cases[] = {
        {ACTOR_SIGNAL, "signal", "sport = :5001 and state listen"},
        {ACTOR_SIGNAL, "signal, by owner", "sport = :5001 and process kill_faults"},
        {ACTOR_CLOSE, "close", "sport = :5001 and state listen"},
    };
    unsigned int wrong = 0;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct actor_plan plan = {.what = cases[i].what, .signal = SIGKILL, .wait_ms = 1000};
        struct serving serving = {.plan = &plan, .proc = open("/proc", O_RDONLY | O_DIRECTORY)};
        unsigned int runs = 0;

        parse(&serving, &plan, cases[i].selector);
        reached = true;
        for (unsigned int n = 1; reached; n++) {
            for (size_t e = 0; e < sizeof(errors) / sizeof(errors[0]); e++, runs++)
                wrong += try(&serving, cases[i].what, n, errors[e]);
        }
        printf("%s: %u faults\n", cases[i].title, runs);
        end(&serving, &plan);
    }
    printf("%u dumps for a connection\n", dumps_of_close());
    printf("%u wrong\n", wrong);
    return wrong > 0;
}
