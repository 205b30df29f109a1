/* SPDX-License-Identifier: BSD-2-Clause */
#include "launcher.h"

#include "api/event.h"
#include "api/reader.h"
#include "model/array.h"
#include "source/call.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BY_SIGNAL = 128 };

/* Signals of the terminal: they are for portkill, not for the processes that wait for it. */
static const int typed[] = {SIGINT, SIGQUIT, SIGTSTP};

static void set_typed(void (*handler)(int number))
{
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)signal(typed[i], handler);
}

/* Room for one descriptor beside a reply. */
union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

/* Sends a status, which is a descriptor if it is one of a file. */
static bool reply(int to, int status, bool file)
{
    union control control = {0};
    struct iovec bytes = {&status, sizeof(status)};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    ssize_t len;

    if (file && status >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &status, sizeof(status));
    }
    do
        len = sendmsg(to, &message, 0);
    while (len < 0 && errno == EINTR);
    return len == (ssize_t)sizeof(status);
}

/* Receives what reply() sent. Returns the status, the descriptor, or -EPIPE. */
static int receive(int from)
{
    union control control = {0};
    int status = -EPIPE;
    struct iovec bytes = {&status, sizeof(status)};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *header;
    ssize_t len;

    do
        len = recvmsg(from, &message, 0);
    while (len < 0 && errno == EINTR);
    if (len != (ssize_t)sizeof(status))
        return -EPIPE;
    /* The descriptor could not be received: the status is its number in the other process. */
    if (message.msg_flags & MSG_CTRUNC)
        return -EMFILE;
    header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(&status, CMSG_DATA(header), sizeof(status));
        (void)fcntl(status, F_SETFD, FD_CLOEXEC);
    }
    return status;
}

/* ---- the launcher ---- */

struct program {
    const char *path;
    char *netns; /* NULL: it needs no option -N */
};

static _Noreturn void execute(const struct program *portkill, const struct launch_order *order)
{
    char program[] = "portkill";
    char option[] = "--close";
    char field[] = "cookie";
    char number[24];
    char space[] = "-N";
    char *args[7] = {program};
    size_t count = 1;

    (void)snprintf(number, sizeof(number), "%llu", (unsigned long long)order->cookie);
    if (portkill->netns) {
        args[count++] = space;
        args[count++] = portkill->netns;
    }
    if (order->kind == LAUNCH_CLOSE)
        args[count++] = option;
    args[count++] = field;
    args[count++] = number;
    args[count] = NULL;
    set_typed(SIG_DFL);
    /* The shell sees only portwatch, which waits: nobody would continue a portkill that stops. */
    (void)signal(SIGTSTP, SIG_IGN);
    (void)execv(portkill->path, args);
    _exit(LAUNCH_FAILED);
}

/* Returns the exit status of portkill. */
static int run(const struct program *portkill, const struct launch_order *order)
{
    pid_t child = fork();
    int status;

    if (child < 0)
        return LAUNCH_FAILED;
    if (child == 0)
        execute(portkill, order);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return LAUNCH_FAILED;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
}

/* ---- files ---- */

static bool is_regular(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/*
 * Opens a file of the user. A symbolic link, a FIFO and a device are refused: in a directory that other users
 * write to, they could be anything.
 */
static int open_file(const char *path, bool replace)
{
    const int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    struct stat st;
    int fd = -1;

    if (!replace)
        fd = open(path, flags | O_CREAT | O_EXCL, 0666);
    if (!replace && (fd >= 0 || errno != EEXIST))
        return fd < 0 ? -errno : fd;
    if (lstat(path, &st) != 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -PL_ENOTREG;
    if (!replace)
        return -EEXIST;
    fd = open(path, flags);
    if (fd < 0)
        return -errno;
    if (is_regular(fd) && ftruncate(fd, 0) == 0)
        return fd;
    (void)close(fd);
    return -PL_ENOTREG;
}

static int open_ordered(const struct launch_order *order)
{
    if (strnlen(order->path, sizeof(order->path)) == sizeof(order->path))
        return -ENAMETOOLONG;
    if (order->kind == LAUNCH_RECORD)
        return pl_journal_make(order->path, (enum pl_system)order->system);
    return open_file(order->path, order->kind == LAUNCH_REPLACE);
}

static _Noreturn void serve(const struct program *portkill, int socket)
{
    struct launch_order order;
    bool sent = true;

    set_typed(SIG_IGN);
    while (sent && pl_read_all(socket, &order, sizeof(order)) == (ssize_t)sizeof(order)) {
        bool file = order.kind != LAUNCH_KILL && order.kind != LAUNCH_CLOSE;
        int status = file ? open_ordered(&order) : run(portkill, &order);

        sent = reply(socket, status, file);
        if (file && status >= 0)
            (void)close(status);
    }
    _exit(0);
}

/* ---- the screen ---- */

void launcher_start(struct launcher *launcher, const char *path, const char *netns)
{
    struct program portkill = {path, netns ? strdup(netns) : NULL};
    int ends[2];
    pid_t pid;

    if ((netns && !portkill.netns) || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        launcher->error = errno;
        free(portkill.netns);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    pid = fork();
    if (pid < 0)
        launcher->error = errno;
    if (pid == 0) {
        (void)close(ends[0]);
        serve(&portkill, ends[1]);
    }
    free(portkill.netns);
    (void)close(ends[1]);
    if (pid > 0)
        *launcher =
            (struct launcher){.to = ends[0], .pid = (int)pid, .kills = access(path, X_OK) == 0};
    else
        (void)close(ends[0]);
}

int launcher_open(struct launcher *launcher, const struct launch_order *order)
{
    if (launcher->pid == 0)
        return launcher->error != 0 ? -launcher->error : -EPERM;
    return pl_write_all(launcher->to, order, sizeof(*order)) == 0 ? receive(launcher->to) : -EPIPE;
}

int launcher_run(struct launcher *launcher, const struct launch_order *order)
{
    struct sigaction before[COUNT_OF(typed)];
    int status;

    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)sigaction(typed[i], NULL, &before[i]);
    set_typed(SIG_IGN);
    status = launcher_open(launcher, order);
    /* A blocked signal is pending although it is ignored; to ignore it again discards it. */
    set_typed(SIG_IGN);
    for (size_t i = 0; i < COUNT_OF(typed); i++)
        (void)sigaction(typed[i], &before[i], NULL);
    return status;
}

void launcher_end(struct launcher *launcher)
{
    if (launcher->pid == 0)
        return;
    (void)close(launcher->to);
    launcher->pid = 0;
}
