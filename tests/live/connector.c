/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes COUNT short TCP connections between two processes on 127.0.0.1, one after the other: the
 * client sends 5 bytes and closes first. Then binds and closes a UDP socket.
 *
 *   connector COUNT
 *
 * Prints the process ids of the server and of the client, and the ports of TCP and UDP.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_bound(int type, struct sockaddr_in *addr)
{
    socklen_t len = sizeof(*addr);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    *addr = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)addr, sizeof(*addr)) < 0 ||
        getsockname(fd, (struct sockaddr *)addr, &len) < 0)
        err(1, "bind");
    return fd;
}

/* Reads until the client closes, then closes. */
static void serve(int listener, int ready, long count)
{
    char buf[16];

    if (listen(listener, 4096) < 0 || write(ready, "", 1) != 1) /* the client may begin */
        err(1, "listen");
    for (long i = 0; i < count; i++) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            err(1, "accept");
        while (read(fd, buf, sizeof(buf)) > 0)
            continue;
        close(fd);
    }
    close(listener);
}

static void connect_to(const struct sockaddr_in *addr)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) < 0 ||
        send(fd, "hello", 5, 0) != 5)
        err(1, "connect");
    close(fd);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? (long)strtonum(argv[1], 1, 1000000, NULL) : 1;
    struct sockaddr_in tcp;
    struct sockaddr_in udp;
    int listener = open_bound(SOCK_STREAM, &tcp);
    int ready[2];
    char byte;
    pid_t server;
    int fd;

    if (pipe(ready) < 0 || (server = fork()) < 0)
        err(1, "fork");
    if (server == 0) {
        serve(listener, ready[1], count);
        return 0;
    }
    close(listener);
    if (read(ready[0], &byte, 1) != 1)
        err(1, "server");
    for (long i = 0; i < count; i++)
        connect_to(&tcp);
    (void)waitpid(server, NULL, 0);
    fd = open_bound(SOCK_DGRAM, &udp);
    close(fd);
    printf("%ld %ld %d %d\n", (long)server, (long)getpid(), ntohs(tcp.sin_port),
           ntohs(udp.sin_port));
    return 0;
}
