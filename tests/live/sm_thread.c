/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that are hard to read: own descriptor tables of threads, dead leaders, evil names. */
#include "sockmaker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct sm_place loopback = {"v4", AF_INET, "127.0.0.1", false};

/* 15 bytes, as many as a command name holds: escape, newline, ')', blank, not UTF-8. */
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
 * In the thread's own copy of the table: the main thread's socket is closed, and its number is
 * used for another one. The descriptor of the main thread's table is untouched.
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

/* Waits until the leader is a zombie, then shows its socket. */
static void *after_leader(void *arg)
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

/* Starts this program anew under an evil name; it keeps the socket and the stop pipe. */
static void become_hostile(const int *fds, size_t count)
{
    char name[] = EVIL_ARGV0, mark[] = "--hostile", stop[16], held[16];
    char *words[] = {name, mark, stop, held, NULL};

    (void)count;
    snprintf(stop, sizeof(stop), "%d", sm_child_stop_fd());
    snprintf(held, sizeof(held), "%d", fds[0]);
    execv("/proc/self/exe", words);
    sm_die("exec of /proc/self/exe");
}

void sm_hostile(unsigned index)
{
    int fd = index % 2 ? sm_bound(&loopback, SOCK_DGRAM, 0) : sm_listener(&loopback, 24);

    sm_child_start(become_hostile, &fd, 1);
    close(fd);
}

void sm_hostile_main(char **words)
{
    int fd = atoi(words[1]);
    int type;
    socklen_t length = sizeof(type);

    /* exec does not keep this setting. */
    prctl(PR_SET_PDEATHSIG, 9);
    sm_child_adopt(atoi(words[0]));
    if (prctl(PR_SET_NAME, EVIL_COMM) || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length))
        sm_die("hostile process");
    sm_row_fd(fd, type == SOCK_STREAM ? "LISTEN" : "UNCONN", "hostile");
    sm_child_hold();
}
