/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * churner DIR KEEPERS SECONDS LEDGER HOLDERS PAIRS: processes that start and end, fork, exec, open
 * and close sockets, grow their descriptor tables, and pass sockets on. A new process often gets
 * the pid of one that has just ended. LEDGER (holdings.h) records who held which socket when.
 * HOLDERS processes keep PAIRS connections each, from beginning to end.
 *
 * Most sockets identify their owner: a process is named "pN" before it opens any, and N is the local
 * or the foreign port of each of its sockets. Only sockets that are passed on have other ports.
 *
 * Prints "ready" when the holders have their connections. After SECONDS, or when terminated, prints
 * the totals. In DIR, it creates the names of programs to execute.
 */
#include "holdings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT_BASE        2000 /* to 2000 + KEEPERS_MAX * PORTS_OF_KEEPER */
#define KEEPERS_MAX      64
#define PORTS_OF_KEEPER  400
#define CONNECTIONS      6 /* of each process */
#define LIFE_US          50000
#define PIDS_BELOW_LIMIT 500  /* the pids in use are this far below the limit */
#define HELD_MAX         32   /* sockets of a process that churns */
#define SPARE            4096 /* entries of the ledger that are kept free */
#define SECOND           1000000000U

struct counts {
    atomic_ulong processes, connections, execs, forks, same_pid, passed, received, grown;
    atomic_uint settled; /* holders that have their connections */
    atomic_bool over;
};
static struct counts *counts;
static struct holdings *ledger;
static const char *folder;
static int box[2]; /* sockets on their way to another process */

/* ---- what this process holds ---- */

static uint32_t life;
static struct held {
    int fd;
    uint32_t at; /* in the ledger */
} held[HELD_MAX];
static size_t held_count;

/* Writes down a descriptor that was made after begin; returns it. */
static int hold(int fd, uint64_t begin)
{
    struct stat status;
    uint32_t at;

    if (fd < 0 || fstat(fd, &status) != 0)
        return -1;
    at = holdings_add(ledger, life, (uint32_t)fd, status.st_ino, begin);
    if (held_count < HELD_MAX)
        held[held_count++] = (struct held){fd, at};
    return fd;
}

static void let_go(int fd)
{
    close(fd);
    for (size_t i = 0; i < held_count; i++) {
        if (held[i].fd != fd)
            continue;
        atomic_store(&ledger->items[held[i].at].end, holdings_now());
        held[i] = held[--held_count];
        return;
    }
}

/* In a new process, which inherits the parent's descriptors. */
static void inherit(uint64_t begin, uint32_t keeper, const char *name)
{
    struct held parents[HELD_MAX];
    size_t count = held_count;

    memcpy(parents, held, sizeof(held));
    held_count = 0;
    life = holdings_live(ledger, (uint32_t)getpid(), keeper, name);
    for (size_t i = 0; i < count; i++)
        (void)hold(parents[i].fd, begin);
}

static void terminate(int signal)
{
    (void)signal;
    counts->over = true;
}

static bool is_over(uint64_t end)
{
    return counts->over || holdings_now() >= end;
}

static bool is_ledger_full(void)
{
    return atomic_load(&ledger->life_count) > LIVES_MAX - SPARE ||
           atomic_load(&ledger->holding_count) > HOLDINGS_MAX - SPARE * HELD_MAX;
}

/* ---- sockets ---- */

static int socket_at(int type, uint16_t port, uint32_t host)
{
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host)};
    const int on = 1;
    uint64_t begin = holdings_now();
    int fd = socket(AF_INET, type, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    (void)hold(fd, begin);
    if (bind(fd, (const void *)&at, sizeof(at)) == 0)
        return fd;
    let_go(fd);
    return -1;
}

static int connect_to(uint16_t port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct linger reset = {.l_onoff = 1};
    uint64_t begin = holdings_now();
    int fd = hold(socket(AF_INET, SOCK_STREAM, 0), begin);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (connect(fd, (const void *)&to, sizeof(to)) == 0)
        return fd;
    let_go(fd);
    return -1;
}

static int accept_from(int listener)
{
    const struct linger reset = {.l_onoff = 1};
    uint64_t begin = holdings_now();
    int fd = hold(accept(listener, NULL, NULL), begin);

    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    return fd;
}

/* A connection to our own listener, which ends without TIME_WAIT. */
static void connect_once(int listener, uint16_t port)
{
    int client = connect_to(port);
    int server;

    if (client < 0)
        return;
    server = accept_from(listener);
    counts->connections++;
    if (server >= 0) {
        sched_yield();
        let_go(server);
    }
    let_go(client);
}

/* ---- what a process does ---- */

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

/* No process holds the socket until it is received. */
static void pass_on(void)
{
    union control control = {0};
    char byte = 0;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    int fd = socket_at(SOCK_DGRAM, 0, INADDR_LOOPBACK);

    if (fd < 0)
        return;
    control.header = (struct cmsghdr){CMSG_LEN(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
    if (sendmsg(box[0], &message, MSG_DONTWAIT) == 1) {
        counts->passed++;
        let_go(fd);
    }
}

static bool receive(void)
{
    union control control = {0};
    char byte = 0;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    uint64_t begin = holdings_now();
    const struct cmsghdr *header;
    int fd;

    if (recvmsg(box[1], &message, MSG_DONTWAIT) != 1 || !(header = CMSG_FIRSTHDR(&message)) ||
        header->cmsg_type != SCM_RIGHTS)
        return false;
    memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    counts->received++;
    return hold(fd, begin) >= 0;
}

/* Moves a socket up; the table grows each time, and its old slot is closed at once. */
static void grow(uint16_t port)
{
    int fd = socket_at(SOCK_DGRAM, port, INADDR_LOOPBACK + 1);

    for (int slot = 100; fd >= 0 && slot < 5000; slot *= 3) {
        uint64_t begin = holdings_now();
        int moved = hold(dup2(fd, slot), begin);

        let_go(fd);
        fd = moved;
        counts->grown++;
    }
}

/* Executes another program of the same name, with the same descriptors. */
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

/* The keeper adopts the child. */
static void fork_off(uint16_t port, unsigned int kind, uint32_t keeper, int listener)
{
    uint64_t begin = holdings_now();

    if (fork() != 0)
        return;
    inherit(begin, keeper, ledger->lives[life].name);
    counts->forks++;
    connect_once(listener, port);
    pause_for(kind * 6151U % LIFE_US);
    _exit(0);
}

/* The life of a process. It is named before it opens sockets. */
static void live(uint16_t port, unsigned int kind, uint32_t keeper)
{
    char name[NAME_SIZE];
    int listener;

    (void)snprintf(name, sizeof(name), "p%u", port);
    if (prctl(PR_SET_NAME, name) != 0)
        return;
    inherit(0, keeper, name);
    listener = socket_at(SOCK_STREAM, port, INADDR_LOOPBACK);
    if (socket_at(SOCK_DGRAM, port, INADDR_LOOPBACK) < 0 || listener < 0 ||
        listen(listener, 8) != 0)
        return;
    counts->processes++;
    if (kind % 4 == 0)
        fork_off(port, kind, keeper, listener);
    for (int i = 0; i < CONNECTIONS; i++)
        connect_once(listener, port);
    if (kind % 8 == 2)
        grow(port);
    for (int i = 0; i < 2 && kind % 8 == 5; i++)
        pass_on();
    for (int i = 0; i < 4 && kind % 8 == 6 && receive(); i++)
        continue;
    /* As long as it takes to list: some end before, some during, some after it. */
    pause_for(kind * 7919U % LIFE_US);
    if (kind % 8 == 1)
        exec_as(name, port);
}

/* ---- keepers ---- */

/* Forks a child with that pid, unless it is in use. */
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

/* Waits for that child, or all with -1, and reaps others that have ended. */
static void reap(pid_t child, uint32_t keeper)
{
    pid_t pid;

    while ((pid = waitpid(-1, NULL, child != 0 ? 0 : WNOHANG)) > 0) {
        holdings_end(ledger, (uint32_t)pid, keeper);
        child = pid == child ? 0 : child;
    }
}

static void keep(unsigned int keeper, pid_t pid, uint64_t end)
{
    uint32_t self = (uint32_t)getpid();

    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (unsigned int i = 0; !is_over(end) && !is_ledger_full(); i++) {
        uint16_t port = (uint16_t)(PORT_BASE + keeper * PORTS_OF_KEEPER + i % PORTS_OF_KEEPER);
        pid_t child = clone_as(pid);

        if (child == 0) {
            live(port, i + keeper, self);
            _exit(0);
        }
        reap(child, self);
    }
    reap(-1, self);
}

/* Keeps connections to itself until the end. */
static void stay(unsigned int holder, unsigned int pairs, uint64_t end)
{
    struct sockaddr_in at;
    socklen_t len = sizeof(at);
    char name[NAME_SIZE];
    int listener;
    unsigned int made = 0;

    (void)snprintf(name, sizeof(name), "h%u", holder);
    (void)prctl(PR_SET_NAME, name);
    inherit(0, (uint32_t)getppid(), name);
    listener = socket_at(SOCK_STREAM, 0, INADDR_LOOPBACK);
    if (listener >= 0 && listen(listener, 8) == 0 &&
        getsockname(listener, (void *)&at, &len) == 0) {
        while (made < pairs && connect_to(ntohs(at.sin_port)) >= 0 && accept_from(listener) >= 0)
            made++;
    }
    if (made < pairs)
        (void)fprintf(stderr, "churner: %s has %u of %u connections: %s\n", name, made, pairs,
                      strerror(errno));
    counts->settled++;
    while (!is_over(end))
        pause_for(20000);
}

/* ---- all of them ---- */

/* Returns 0 if word is invalid. */
static unsigned int number(const char *word)
{
    const char *problem;

    return (unsigned int)strtonum(word, 1, INT32_MAX, &problem);
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

static bool prepare(const char *path, unsigned int pairs)
{
    const struct rlimit files = {2 * (rlim_t)pairs + 10000, 2 * (rlim_t)pairs + 10000};

    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ledger = holdings_map(path, true);
    if (counts == MAP_FAILED || !ledger || setrlimit(RLIMIT_NOFILE, &files) != 0 ||
        socketpair(AF_UNIX, SOCK_DGRAM, 0, box) != 0) {
        perror("churner");
        return false;
    }
    return true;
}

static void print_counts(void)
{
    printf("%lu processes (%lu with a pid used before, %lu forked, %lu executed), "
           "%lu connections, %lu sockets passed and %lu received, tables grown %lu times%s\n",
           counts->processes, counts->same_pid, counts->forks, counts->execs, counts->connections,
           counts->passed, counts->received, counts->grown,
           is_ledger_full() ? "; the ledger is full" : "");
}

static pid_t fork_child(void)
{
    pid_t child = fork();

    if (child == 0)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

int main(int argc, char **argv)
{
    pid_t first = pid_limit() - PIDS_BELOW_LIMIT;
    unsigned int keepers, holders, pairs;
    uint64_t end;

    if (argc == 3) { /* after exec */
        pause_for(number(argv[2]) * 3571U % LIFE_US);
        return 0;
    }
    if (argc != 7)
        return 2;
    folder = argv[1];
    keepers = number(argv[2]) % (KEEPERS_MAX + 1);
    end = holdings_now() + (uint64_t)number(argv[3]) * SECOND;
    holders = number(argv[5]);
    pairs = number(argv[6]);
    if (!prepare(argv[4], pairs))
        return 1;
    (void)signal(SIGTERM, terminate);
    for (unsigned int i = 0; i < holders; i++) {
        if (fork_child() == 0) {
            stay(i, pairs, end);
            _exit(0);
        }
    }
    while (counts->settled < holders)
        pause_for(1000);
    puts("ready");
    (void)fflush(stdout);
    for (unsigned int i = 0; i < keepers; i++) {
        if (fork_child() == 0) {
            keep(i, first > 0 ? first + (pid_t)i : 0, end);
            _exit(0);
        }
    }
    while (wait(NULL) > 0 || errno == EINTR)
        continue;
    print_counts();
    return 0;
}
