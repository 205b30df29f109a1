/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * opener: opens sockets for tests/live/wait. Reads commands from standard input, one a line, and
 * prints "ok" after each, or the reason why it failed:
 *   listen ADDRESS PORT, bind ADDRESS PORT, udp ADDRESS PORT
 *   share ADDRESS PORT: a listener with SO_REUSEPORT
 *   short ADDRESS PORT: a listener with a backlog of 0
 *   from ADDRESS PORT TO PORT: connects from the first address to the second
 *   timewait ADDRESS PORT: a connection that the side with PORT closed first
 *   accepts: prints the number of connections that wait at all listeners
 *   close: closes all sockets
 */
#include "address.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX 64

static int sockets[MAX];
static size_t count;

/* Returns a bound socket that close_all() closes, or -1. */
static int bound(const char *text, unsigned int port, int type, bool share)
{
    struct sockaddr_storage address;
    socklen_t len = address_of(text, port, &address);
    int fd = len > 0 && count < MAX ? socket(address.ss_family, type | SOCK_CLOEXEC, 0) : -1;

    if (fd < 0)
        return -1;
    sockets[count++] = fd;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){share}, sizeof(int)) != 0 ||
        bind(fd, (struct sockaddr *)&address, len) != 0)
        return -1;
    return fd;
}

static void close_all(void)
{
    while (count > 0)
        close(sockets[--count]);
}

static bool time_wait(const char *text, unsigned int port)
{
    struct sockaddr_storage address;
    socklen_t len = address_of(text, port, &address);
    size_t before = count;
    int listener = bound(text, port, SOCK_STREAM, false);
    int client = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int server;
    char byte;

    if (listener < 0 || client < 0 || listen(listener, 1) != 0 ||
        connect(client, (struct sockaddr *)&address, len) != 0)
        return false;
    server = accept(listener, NULL, NULL);
    close(server);
    if (server < 0 || read(client, &byte, 1) != 0)
        return false;
    close(client);
    close(listener);
    count = before;
    return true;
}

static int accepts(void)
{
    int total = 0;

    for (size_t i = 0; i < count; i++) {
        int fd;

        (void)fcntl(sockets[i], F_SETFL, O_NONBLOCK);
        while ((fd = accept(sockets[i], NULL, NULL)) >= 0) {
            total++;
            close(fd);
        }
    }
    return total;
}

/* Returns the next word, or "". */
static const char *cut(char **line)
{
    char *word = *line;

    *line += strcspn(word, " ");
    if (**line != '\0')
        *(*line)++ = '\0';
    return word;
}

static bool connect_from(const char *text, unsigned int port, char **line)
{
    struct sockaddr_storage address;
    int fd = bound(text, port, SOCK_STREAM, false);
    const char *to = cut(line);
    socklen_t len = address_of(to, (unsigned int)strtonum(cut(line), 1, 65535, NULL), &address);

    return fd >= 0 && len > 0 && connect(fd, (struct sockaddr *)&address, len) == 0;
}

static bool obey(char *line)
{
    const char *command = cut(&line);
    const char *address = cut(&line);
    unsigned int port = (unsigned int)strtonum(cut(&line), 0, 65535, NULL);
    bool share;
    int fd;

    errno = EINVAL;
    if (strcmp(command, "close") == 0) {
        close_all();
        return true;
    }
    if (strcmp(command, "accepts") == 0) {
        printf("%d ", accepts());
        return true;
    }
    if (address[0] == '\0')
        return false;
    if (strcmp(command, "timewait") == 0)
        return time_wait(address, port);
    if (strcmp(command, "from") == 0)
        return connect_from(address, port, &line);
    share = strcmp(command, "share") == 0;
    fd = bound(address, port, strcmp(command, "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM, share);
    if (fd < 0 || strcmp(command, "udp") == 0 || strcmp(command, "bind") == 0)
        return fd >= 0;
    return listen(fd, strcmp(command, "short") == 0 ? 0 : 16) == 0;
}

int main(void)
{
    char line[128];

    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (obey(line))
            puts("ok");
        else
            puts(strerror(errno));
        (void)fflush(stdout);
    }
    return 0;
}
