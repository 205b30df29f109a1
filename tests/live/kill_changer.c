/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_changer MODE: servers that change when portkill acts. Prints a port of 127.0.0.1, and the ids of
 * the processes to be hit.
 *
 *     close     listens on 127.0.0.1 and 127.0.0.2; USR1 closes the first socket, USR2 both
 *     together  three processes with one socket; each ends when all of them got TERM
 *     execute   TERM and HUP execute sleep(1), which keeps the socket
 *     many      listens on 65 other ports, too
 *     churn     a client with two lasting connections, and many short ones
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROCESSES 3
#define SHORT     20 /* connections at a time */

static int listeners[2];
static atomic_int *terminated; /* how many processes got TERM */

static struct sockaddr_in address_of(unsigned int host, uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host)};
}

static uint16_t start(unsigned int host, uint16_t port)
{
    struct sockaddr_in address = address_of(host, port);
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 100) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        _exit(1);
    listeners[host - 1] = fd;
    return ntohs(address.sin_port);
}

static void announce(uint16_t port, const pid_t *pids, int count)
{
    printf("%u", port);
    for (int i = 0; i < count; i++)
        printf(" %d", (int)pids[i]);
    printf("\n");
    (void)fclose(stdout);
}

static void close_some(int number)
{
    close(listeners[0]);
    if (number == SIGUSR2)
        close(listeners[1]);
}

static void count(int number)
{
    (void)number;
    atomic_fetch_add(terminated, 1);
}

static void execute(int number)
{
    (void)number;
    (void)execlp("sleep", "sleep", "1000", (char *)NULL);
    _exit(1);
}

static _Noreturn void wait_for_all(void)
{
    while (atomic_load(terminated) < PROCESSES)
        (void)usleep(10000);
    _exit(0);
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = address_of(1, port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        _exit(1);
    return fd;
}

static _Noreturn void churn(uint16_t port, int ready)
{
    int fds[SHORT];

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(listeners[0]);
    (void)connect_to(port);
    (void)connect_to(port);
    if (write(ready, "", 1) != 1)
        _exit(1);
    for (;;) {
        for (int i = 0; i < SHORT; i++)
            fds[i] = connect_to(port);
        for (int i = 0; i < SHORT; i++) {
            const struct linger reset = {.l_onoff = 1};

            (void)setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
            close(fds[i]);
        }
    }
}

static void leave(int number)
{
    (void)number;
    _exit(0);
}

/* Keeps the first two connections. Ends with the client. */
static _Noreturn void serve(uint16_t port)
{
    int ready[2];
    char byte;
    pid_t client;

    (void)signal(SIGCHLD, leave);
    if (pipe(ready) != 0 || (client = fork()) < 0)
        _exit(1);
    if (client == 0)
        churn(port, ready[1]);
    for (int i = 0; i < 2; i++)
        (void)accept(listeners[0], NULL, NULL);
    if (read(ready[0], &byte, 1) != 1)
        _exit(1);
    announce(port, &client, 1);
    for (;;)
        close(accept(listeners[0], NULL, NULL));
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    uint16_t port = start(1, 0);
    pid_t pids[PROCESSES] = {getpid()};
    int processes = 1;

    if (strcmp(mode, "churn") == 0)
        serve(port);
    if (strcmp(mode, "close") == 0) {
        (void)start(2, port);
        (void)signal(SIGUSR1, close_some);
        (void)signal(SIGUSR2, close_some);
    } else if (strcmp(mode, "execute") == 0) {
        (void)signal(SIGTERM, execute);
        (void)signal(SIGHUP, execute);
    } else if (strcmp(mode, "many") == 0) {
        for (int i = 0; i < 65; i++)
            (void)start(2, 0);
    } else if (strcmp(mode, "together") == 0) {
        terminated = mmap(NULL, sizeof(*terminated), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (terminated == MAP_FAILED)
            return 1;
        (void)signal(SIGTERM, count);
        for (; processes < PROCESSES; processes++) {
            pids[processes] = fork();
            if (pids[processes] == 0)
                wait_for_all();
        }
    } else {
        return 2;
    }
    announce(port, pids, processes);
    if (terminated)
        wait_for_all();
    for (;;)
        (void)pause();
}
