/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that are hard to read: threads with separate tables, dead leaders, fixed files of
 * io_uring, hostile names.
 */
#include "sockmaker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct sm_place loopback = {"v4", AF_INET, "127.0.0.1", false};

/* 15 bytes, the longest command name: escape, newline, ')', blank, invalid UTF-8. */
#define EVIL_COMM "e\033[31m\n) (x \xff)"
/* A forged row, a title-changing escape sequence, a tab, quotes, bytes that are not UTF-8. */
#define EVIL_ARGV0 "evil\n) R 1\ttcp LISTEN \"\033]0;owned\007' \xc3\x28\\"

static pthread_t start_thread(void *(*run)(void *), void *arg)
{
    pthread_t thread;

    errno = pthread_create(&thread, NULL, run, arg);
    if (errno)
        sm_die("pthread_create");
    return thread;
}

/*
 * In the thread's copy of the table, the socket of the main thread is closed and its number is used
 * for another one. The table of the main thread stays unchanged.
 */
static void *own_table(void *arg)
{
    int shared = *(int *)arg;
    int fd;

    if (unshare(CLONE_FILES))
        sm_die("unshare(CLONE_FILES)");
    fd = sm_listener(&loopback, 21);
    if (dup2(fd, shared) < 0)
        sm_die("dup2");
    close(fd);
    sm_row_fd(shared, "LISTEN", "thread-own-table");
    sm_row_fd(sm_bound(&loopback, SOCK_DGRAM, 0), "UNCONN", "thread-own-table");
    sm_child_hold();
}

static void threads_with_tables(const int *fds, size_t count)
{
    int fd = sm_listener(&loopback, 22);

    (void)fds;
    (void)count;
    sm_row_fd(fd, "LISTEN", "thread-main-table");
    start_thread(own_table, &fd);
    /* The thread ends the process. */
    for (;;)
        pause();
}

void sm_thread(unsigned index)
{
    (void)index;
    sm_child_start(threads_with_tables, NULL, 0);
}

/* Waits until the leader is a zombie. */
static void wait_leader(void)
{
    char path[64], line[256];
    FILE *file;
    char *state;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)getpid());
    do {
        file = fopen(path, "r");
        if (!file || !fgets(line, sizeof(line), file))
            sm_die("%s", path);
        fclose(file);
        state = strrchr(line, ')');
        sched_yield();
    } while (state && strncmp(state, ") Z", 3) != 0);
}

static void *after_leader(void *arg)
{
    wait_leader();
    sm_row_fd(*(int *)arg, "LISTEN", "leader-gone");
    sm_child_hold();
}

static void leader_leaves(const int *fds, size_t count)
{
    static int fd;

    (void)fds;
    (void)count;
    fd = sm_listener(&loopback, 23);
    start_thread(after_leader, &fd);
    /* Ends this thread only, not the process. */
    syscall(SYS_exit, 0);
}

void sm_leader(unsigned index)
{
    (void)index;
    sm_child_start(leader_leaves, NULL, 0);
}

/*
 * Registers a listener with a ring of io_uring and closes its descriptor. Linux 6.14 names such
 * sockets in /proc/PID/fdinfo.
 */
static int ring_with(struct sm_row *row)
{
    struct io_uring_params params = {0};
    const int listener = sm_listener(&loopback, 25);
    const int files[] = {-1, listener};
    const int ring = (int)syscall(SYS_io_uring_setup, 4, &params);

    if (ring < 0)
        sm_skip("io_uring_setup: %s", strerror(errno));
    if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, files, 2))
        sm_die("IORING_REGISTER_FILES");
    sm_row_from(row, listener, "LISTEN", "fixed-file");
    sm_row_orphan(row, "-");
    sm_row_owner(row, getpid(), ring);
    close(listener);
    return ring;
}

static void *after_leader_ring(void *arg)
{
    wait_leader();
    sm_row_print(arg);
    sm_child_hold();
}

static void leader_leaves_ring(const int *fds, size_t count)
{
    static struct sm_row row;

    (void)fds;
    (void)count;
    ring_with(&row);
    start_thread(after_leader_ring, &row);
    syscall(SYS_exit, 0);
}

/* Held only in a ring: of this process, and of one whose first thread has ended. */
void sm_ring(unsigned index)
{
    struct sm_row row;

    if (index % 2 == 1) {
        sm_child_start(leader_leaves_ring, NULL, 0);
        return;
    }
    ring_with(&row);
    sm_row_print(&row);
}

/* Environment of the process after exec; its arguments are hostile. */
#define HOSTILE_VARIABLE "SOCKMAKER_HOSTILE"

static const struct {
    const char *comm;
    const char *argv0;
    int type;
} hostile[] = {
    {EVIL_COMM, EVIL_ARGV0, SOCK_STREAM},
    {EVIL_COMM, EVIL_ARGV0, SOCK_DGRAM},
    {"", "", SOCK_STREAM},
};
#define HOSTILE_COUNT (sizeof(hostile) / sizeof(hostile[0]))

/* The name that a child gets; copied by fork. */
static size_t hostile_kind;

/* Executes this program under a hostile name; it keeps the socket and the stop pipe. */
static void become_hostile(const int *fds, size_t count)
{
    char name[sizeof(EVIL_ARGV0)], variable[64];
    char *words[] = {name, NULL};
    char *environment[] = {variable, NULL};

    (void)count;
    strlcpy(name, hostile[hostile_kind].argv0, sizeof(name));
    snprintf(variable, sizeof(variable), HOSTILE_VARIABLE "=%d,%d,%zu", sm_child_stop_fd(), fds[0],
             hostile_kind);
    execve("/proc/self/exe", words, environment);
    sm_die("exec of /proc/self/exe");
}

void sm_hostile(unsigned index)
{
    int fd;

    hostile_kind = index % HOSTILE_COUNT;
    fd = hostile[hostile_kind].type == SOCK_STREAM ? sm_listener(&loopback, 24)
                                                   : sm_bound(&loopback, SOCK_DGRAM, 0);
    sm_child_start(become_hostile, &fd, 1);
    close(fd);
}

void sm_hostile_main(void)
{
    const char *words = getenv(HOSTILE_VARIABLE);
    char numbers[3][16] = {""};
    size_t kind;
    int fd;

    if (!words)
        return;
    for (size_t i = 0; i < 3; i++) {
        size_t length = strcspn(words, ",");

        strlcpy(numbers[i], words, length < 15 ? length + 1 : 16);
        words += length + (words[length] == ',');
    }
    fd = sm_number(numbers[1], INT_MAX);
    kind = (size_t)sm_number(numbers[2], HOSTILE_COUNT - 1);
    /* exec does not keep this setting. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sm_child_adopt(sm_number(numbers[0], INT_MAX));
    if (prctl(PR_SET_NAME, hostile[kind].comm))
        sm_die("name of a hostile process");
    sm_row_fd(fd, hostile[kind].type == SOCK_STREAM ? "LISTEN" : "UNCONN",
              kind < 2 ? "hostile" : "nameless");
    sm_child_hold();
}
