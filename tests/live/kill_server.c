/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kill_server COUNT [ignore | mptcp | PORT]: COUNT processes share a socket that listens on 127.0.0.1.
 * Prints its port and the ids of the processes, then accepts connections until it is ended. With
 * ignore, the processes ignore SIGTERM; with mptcp, it is a socket of MPTCP, and another one is
 * connected to it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    const char *problem = NULL;
    long long count = argc > 1 ? strtonum(argv[1], 1, 16, &problem) : 1;
    bool ignores = argc > 2 && strcmp(argv[2], "ignore") == 0;
    bool mptcp = argc > 2 && strcmp(argv[2], "mptcp") == 0;
    int fd = socket(AF_INET, SOCK_STREAM, mptcp ? IPPROTO_MPTCP : 0);
    const int on = 1;

    if (argc > 2 && !ignores && !mptcp && !problem)
        address.sin_port = htons((uint16_t)strtonum(argv[2], 1, UINT16_MAX, &problem));
    if (problem || fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 5) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return 1;
    if (mptcp &&
        connect(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), (struct sockaddr *)&address, len) != 0)
        return 1;
    if (ignores)
        (void)signal(SIGTERM, SIG_IGN);
    printf("%u %d", ntohs(address.sin_port), (int)getpid());
    (void)fflush(stdout);
    for (long long i = 1; i < count; i++) {
        pid_t child = fork();

        if (child == 0) {
            for (;;)
                (void)pause();
        }
        printf(" %d", (int)child);
    }
    printf("\n");
    (void)fclose(stdout);
    for (;;)
        (void)accept(fd, NULL, NULL);
}
