/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * churner FOLDER KEEPERS SECONDS: processes that come and go, open sockets, fork and exec, each
 * with a pid that another one had a moment ago. Every socket proves whose it is: a process is named
 * "pN" before it opens any, and all of its sockets have N as their local or their peer's port.
 * Prints "ready", and at the end what there was. FOLDER holds names to exec by.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT_BASE        2000 /* to 2000 + KEEPERS_MAX * PORTS_OF_KEEPER */
#define KEEPERS_MAX      64
#define PORTS_OF_KEEPER  400
#define CONNECTIONS      6 /* of each process */
#define LIFE_US          50000
#define PIDS_BELOW_LIMIT 500 /* where the pids are taken that are used again and again */

struct counts {
    atomic_ulong processes, connections, execs, forks, same_pid;
};
static struct counts *counts;
static const char *folder;

static int socket_at(int type, uint16_t port, uint32_t host)
{
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host)};
    const int on = 1;
    int fd = socket(AF_INET, type, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (const void *)&at, sizeof(at)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A connection to our own listener, which ends without TIME_WAIT. */
static void connect_once(int listener, uint16_t port)
{
    const struct linger reset = {.l_onoff = 1};
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int server;

    if (client < 0)
        return;
    (void)setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (connect(client, (const void *)&to, sizeof(to)) == 0) {
        server = accept(listener, NULL, NULL);
        counts->connections++;
        if (server >= 0) {
            (void)setsockopt(server, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
            sched_yield();
            close(server);
        }
    }
    close(client);
}

/* Goes on as another program of the same name, with the same descriptors. */
static void exec_as(const char *name, uint16_t port)
{
    char path[256];
    char number[8];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    (void)snprintf(number, sizeof(number), "%u", port);
    if (symlink("/proc/self/exe", path) != 0 && errno != EEXIST)
        return;
    counts->execs++;
    execl(path, name, "--", number, (char *)NULL);
}

static void pause_for(unsigned int microseconds)
{
    const struct timespec t = {.tv_nsec = (long)microseconds * 1000};

    (void)nanosleep(&t, NULL);
}

/* All of a process: its name first, then its sockets. */
static void live(uint16_t port, unsigned int kind)
{
    char name[16];
    int listener;

    (void)snprintf(name, sizeof(name), "p%u", port);
    if (prctl(PR_SET_NAME, name) != 0)
        return;
    listener = socket_at(SOCK_STREAM, port, INADDR_LOOPBACK);
    if (socket_at(SOCK_DGRAM, port, INADDR_LOOPBACK) < 0 || listener < 0 ||
        listen(listener, 8) != 0)
        return;
    counts->processes++;
    if (kind % 4 == 0 && fork() == 0) {
        counts->forks++;
        connect_once(listener, port);
        pause_for(kind * 6151U % LIFE_US);
        _exit(0);
    }
    for (int i = 0; i < CONNECTIONS; i++)
        connect_once(listener, port);
    /* As long as it takes to list: some end before, some amid, some after it. */
    pause_for(kind * 7919U % LIFE_US);
    if (kind % 8 == 1)
        exec_as(name, port);
}

/* A child with that pid, unless it is taken. */
static pid_t clone_as(pid_t pid)
{
    struct clone_args args = {.exit_signal = SIGCHLD};
    long child;

    if (pid > 0) {
        args.set_tid = (uintptr_t)&pid;
        args.set_tid_size = 1;
    }
    child = syscall(SYS_clone3, &args, sizeof(args));
    if (child < 0 && pid > 0)
        return clone_as(0);
    if (child > 0 && child == pid)
        counts->same_pid++;
    return (pid_t)child;
}

static time_t now(void)
{
    struct timespec t;

    return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? t.tv_sec : 0;
}

static void keep(unsigned int keeper, pid_t pid, time_t end)
{
    for (unsigned int i = 0; now() < end; i++) {
        uint16_t port = (uint16_t)(PORT_BASE + keeper * PORTS_OF_KEEPER + i % PORTS_OF_KEEPER);
        pid_t child = clone_as(pid);

        if (child == 0) {
            live(port, i + keeper);
            _exit(0);
        }
        while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
}

/* 0 where it is none. */
static int number(const char *word)
{
    const char *problem;

    return (int)strtonum(word, 1, INT32_MAX, &problem);
}

static pid_t pid_limit(void)
{
    char text[32] = "";
    int fd = open("/proc/sys/kernel/pid_max", O_RDONLY);

    if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
        text[0] = '\0';
    if (fd >= 0)
        close(fd);
    text[strcspn(text, "\n")] = '\0';
    return (pid_t)number(text);
}

int main(int argc, char **argv)
{
    unsigned int keepers;
    time_t end;
    pid_t first = pid_limit() - PIDS_BELOW_LIMIT;

    if (argc == 3) { /* after an exec: the descriptors are still there */
        pause_for((unsigned int)number(argv[2]) * 3571U % LIFE_US);
        return 0;
    }
    if (argc != 4)
        return 2;
    folder = argv[1];
    keepers = (unsigned int)number(argv[2]) % (KEEPERS_MAX + 1);
    end = now() + number(argv[3]);
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED)
        return 1;
    puts("ready");
    (void)fflush(stdout);
    for (unsigned int i = 0; i < keepers; i++) {
        if (fork() == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            keep(i, first > 0 ? first + (pid_t)i : 0, end);
            _exit(0);
        }
    }
    while (wait(NULL) > 0 || errno == EINTR)
        continue;
    printf(
        "%lu processes (%lu with a pid used before, %lu forked, %lu executed), %lu connections\n",
        counts->processes, counts->same_pid, counts->forks, counts->execs, counts->connections);
    return 0;
}
