/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes COUNT short TCP connections on 127.0.0.1, RATE a second, and writes which process made,
 * accepted and closed each socket to the file LEDGER (connections.h):
 *
 *   connections [-k HOLD] [-g PER_GENERATION] [-p PAIRS] COUNT RATE LEDGER
 *
 * PAIRS of processes work at the same time: a server and a client. After PER_GENERATION connections,
 * they exit, and new ones follow. Half of the new ones get the ids of processes that have ended, but
 * other names. In each eighth generation, a child of the process that listens accepts.
 *
 * Prints "done COUNT SECONDS". With -k, one of HOLD connections stays open until standard input ends.
 */
#include "connections.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND    UINT64_C(1000000000)
#define PAIRS_MAX 64
#define HELD_MAX  1024

struct pair {
    pid_t server;
    pid_t client;
    int quit; /* a pipe that ends when held connections are closed */
};

struct load {
    struct ledger *ledger;
    uint64_t rate;
    uint64_t pairs;
    uint64_t began; /* CLOCK_MONOTONIC */
    int held[HELD_MAX];
    size_t held_count;
    int quit[2]; /* closed by the first process when all held connections end */
    int done[2]; /* each process writes its pair when its connections are made */
    pid_t ended[PAIRS_MAX];
    size_t ended_count;
};

static uint64_t now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* ---- processes ---- */

/* Forks a process with the id of one that has ended, if the kernel permits it and the id is free. */
static pid_t fork_as(pid_t pid)
{
    struct clone_args args = {
        .exit_signal = SIGCHLD,
        .set_tid = (uint64_t)(uintptr_t)&pid,
        .set_tid_size = 1,
    };

    return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* Returns 0 in the new process, which is named by a letter and its generation. */
static pid_t start(struct load *load, char letter, uint64_t generation)
{
    char name[16];
    pid_t pid = -1;

    if (generation % 2 == 1 && load->ended_count > 0) {
        pid = fork_as(load->ended[--load->ended_count]);
        if (pid > 0)
            load->ledger->reused++;
    }
    if (pid < 0)
        pid = fork();
    if (pid < 0)
        err(1, "fork");
    if (pid == 0) {
        (void)snprintf(name, sizeof(name), "%c%u", letter, (unsigned int)generation);
        (void)prctl(PR_SET_NAME, name);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(load->quit[1]);
    }
    return pid;
}

/* Says that the connections are made, and keeps those that are held until the load ends. */
static _Noreturn void finish(const struct load *load, uint8_t pair, bool reads)
{
    char buf[16];

    if (write(load->done[1], &pair, 1) != 1)
        err(1, "done");
    if (load->held_count > 0 && read(load->quit[0], buf, 1) != 0)
        err(1, "quit");
    for (size_t i = 0; i < load->held_count; i++) {
        while (reads && read(load->held[i], buf, sizeof(buf)) > 0)
            continue;
        close(load->held[i]);
    }
    _exit(0);
}

static void hold(struct load *load, int fd)
{
    if (load->held_count == HELD_MAX)
        errx(1, "too many held connections in a generation");
    load->held[load->held_count++] = fd;
}

/* ---- sockets ---- */

static void write_down(int fd, struct ledger_end *end)
{
    struct sockaddr_in addr;
    socklen_t len = sizeof(addr);
    socklen_t size = sizeof(end->cookie);

    end->pid = end->closer = (uint32_t)getpid();
    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &end->cookie, &size) < 0 ||
        getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
        err(1, "SO_COOKIE");
    end->port = ntohs(addr.sin_port);
}

static void read_to_end(int fd)
{
    char buf[16];

    while (read(fd, buf, sizeof(buf)) > 0)
        continue;
}

static void send_bytes(int fd, const char *bytes, size_t len)
{
    if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
        err(1, "send");
}

static void accept_one(struct load *load, int listener, struct ledger_connection *connection)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        err(1, "accept");
    write_down(fd, &connection->server);
    if (connection->kind == KIND_HELD) {
        hold(load, fd);
        return;
    }
    if (connection->kind == KIND_RESET)
        send_bytes(fd, "x", 1); /* only now the client resets it */
    if (connection->kind != KIND_SERVER_CLOSES)
        read_to_end(fd);
    close(fd);
}

static _Noreturn void serve(struct load *load, uint64_t generation, uint8_t pair, int ready)
{
    struct ledger *ledger = load->ledger;
    struct ledger_generation *own = ledger_generation(ledger, generation);
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    uint64_t first = generation * ledger->per_generation;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t child = 0;

    if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(fd, 4096) < 0)
        err(1, "listen");
    write_down(fd, &own->listener);
    if (generation % 8 == 7) {
        child = fork();
        if (child < 0)
            err(1, "fork");
        own->child = child > 0 ? (uint32_t)child : (uint32_t)getpid();
    }
    if (child > 0) {
        (void)waitpid(child, NULL, 0); /* it holds the listener meanwhile */
        _exit(0);
    }
    if (write(ready, "", 1) != 1)
        err(1, "ready");
    for (uint64_t i = first; i < first + ledger->per_generation && i < ledger->connections; i++) {
        if (kind_of(ledger, i) != KIND_REFUSED)
            accept_one(load, fd, &ledger->items[i]);
    }
    if (own->child == 0)
        close(fd);
    finish(load, pair, true);
}

/* ---- clients ---- */

static void close_by_child(int fd, struct ledger_end *end)
{
    int go[2];
    char byte;
    pid_t child;

    if (pipe(go) < 0 || (child = fork()) < 0)
        err(1, "fork");
    if (child == 0) {
        end->closer = (uint32_t)getpid();
        if (read(go[0], &byte, 1) != 1)
            _exit(1);
        close(fd);
        _exit(0);
    }
    close(fd);
    if (write(go[1], "", 1) != 1)
        err(1, "child");
    (void)waitpid(child, NULL, 0);
    close(go[0]);
    close(go[1]);
}

static void end_one(struct load *load, int fd, struct ledger_connection *connection)
{
    struct linger reset = {.l_onoff = 1};
    char byte;

    if (connection->kind == KIND_HELD) {
        hold(load, fd);
        return;
    }
    if (connection->kind == KIND_SERVER_CLOSES)
        read_to_end(fd);
    else if (connection->kind != KIND_RESET)
        send_bytes(fd, "hello", 5);
    else if (read(fd, &byte, 1) != 1 ||
             setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
        err(1, "SO_LINGER");
    if (connection->kind == KIND_CHILD_CLOSES)
        close_by_child(fd, &connection->client);
    else
        close(fd);
}

static void connect_one(struct load *load, uint16_t port, struct ledger_connection *connection)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        err(1, "socket");
    addr.sin_port = htons(connection->kind == KIND_REFUSED ? 1 : port);
    if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 && connection->kind != KIND_REFUSED)
        err(1, "connect");
    write_down(fd, &connection->client);
    if (connection->kind == KIND_REFUSED)
        close(fd);
    else
        end_one(load, fd, connection);
}

/* Waits until the connection of that number is due: those of one round of generations alternate. */
static void pace(const struct load *load, uint64_t generation, uint64_t i)
{
    uint64_t number =
        generation / load->pairs * load->pairs * load->ledger->per_generation + i * load->pairs;
    uint64_t due = load->began + number * SECOND / load->rate;
    uint64_t at = now();
    struct timespec wait;

    if (due < at + SECOND / 1000)
        return;
    wait = (struct timespec){(time_t)((due - at) / SECOND), (long)((due - at) % SECOND)};
    (void)nanosleep(&wait, NULL);
}

static _Noreturn void visit(struct load *load, uint64_t generation, uint8_t pair)
{
    struct ledger *ledger = load->ledger;
    uint16_t port = ledger_generation(ledger, generation)->listener.port;
    uint64_t first = generation * ledger->per_generation;

    for (uint64_t i = 0; i < ledger->per_generation && first + i < ledger->connections; i++) {
        ledger->items[first + i].kind = kind_of(ledger, first + i);
        pace(load, generation, i);
        connect_one(load, port, &ledger->items[first + i]);
    }
    finish(load, pair, false);
}

/* ---- pairs ---- */

static void start_pair(struct load *load, struct pair *pair, uint8_t number, uint64_t generation)
{
    struct ledger *ledger = load->ledger;
    uint64_t first = generation * ledger->per_generation;
    int ready[2];
    char byte;

    /* The server needs the kinds first. */
    for (uint64_t i = first; i < first + ledger->per_generation && i < ledger->connections; i++)
        ledger->items[i].kind = kind_of(ledger, i);
    if (pipe2(ready, O_CLOEXEC) < 0)
        err(1, "pipe");
    pair->server = start(load, 's', generation);
    if (pair->server == 0)
        serve(load, generation, number, ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        errx(1, "the server does not listen");
    close(ready[0]);
    close(ready[1]);
    pair->client = start(load, 'c', generation);
    if (pair->client == 0)
        visit(load, generation, number);
}

/* Waits for the processes of a pair, unless they hold connections. */
static void end_pair(struct load *load, const struct pair *pair)
{
    const pid_t pids[] = {pair->server, pair->client};

    for (size_t i = 0; i < 2 && load->ledger->hold == 0; i++) {
        int status;

        if (waitpid(pids[i], &status, 0) < 0 || status != 0)
            errx(1, "a process failed");
        if (load->ended_count < PAIRS_MAX)
            load->ended[load->ended_count++] = pids[i];
    }
}

static void run(struct load *load)
{
    uint64_t generations = ledger_generations(load->ledger);
    struct pair pairs[PAIRS_MAX];
    unsigned int reports[PAIRS_MAX] = {0};
    uint64_t next = 0;
    uint64_t running = 0;

    for (; next < load->pairs && next < generations; next++, running++)
        start_pair(load, &pairs[next], (uint8_t)next, next);
    while (running > 0) {
        uint8_t pair;

        if (read(load->done[0], &pair, 1) != 1 || pair >= PAIRS_MAX)
            err(1, "done");
        if (++reports[pair] % 2 != 0)
            continue;
        end_pair(load, &pairs[pair]);
        if (next < generations)
            start_pair(load, &pairs[pair], pair, next++);
        else
            running--;
    }
}

static struct ledger *make_ledger(const char *path, const struct ledger *head)
{
    uint64_t size = sizeof(*head) + head->connections * sizeof(head->items[0]) +
                    ledger_generations(head) * sizeof(struct ledger_generation);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct ledger *ledger;

    if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
        err(1, "%s", path);
    ledger = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ledger == MAP_FAILED)
        err(1, "%s", path);
    close(fd);
    *ledger = *head;
    return ledger;
}

static uint64_t number(const char *text, long long max)
{
    const char *error;
    long long value = strtonum(text, 1, max, &error);

    if (error)
        errx(2, "%s: %s", text, error);
    return (uint64_t)value;
}

int main(int argc, char **argv)
{
    struct ledger head = {.per_generation = 500};
    struct load load = {.pairs = 4};
    int option;
    char byte;

    while ((option = getopt(argc, argv, "k:g:p:")) != -1) {
        if (option == 'k')
            head.hold = number(optarg, 1000000);
        else if (option == 'g')
            head.per_generation = number(optarg, 100000);
        else if (option == 'p')
            load.pairs = number(optarg, PAIRS_MAX);
        else
            return 2;
    }
    if (argc - optind != 3)
        errx(2, "usage: connections [-k HOLD] [-g PER_GENERATION] [-p PAIRS] COUNT RATE LEDGER");
    head.connections = number(argv[optind], 10000000);
    load.rate = number(argv[optind + 1], 1000000);
    load.ledger = make_ledger(argv[optind + 2], &head);
    if (pipe2(load.quit, O_CLOEXEC) < 0 || pipe2(load.done, O_CLOEXEC) < 0)
        err(1, "pipe");
    load.began = now();
    run(&load);
    printf("done %llu %.3f\n", (unsigned long long)head.connections,
           (double)(now() - load.began) / (double)SECOND);
    (void)fflush(stdout);
    while (head.hold != 0 && read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    close(load.quit[1]);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
