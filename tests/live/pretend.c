/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pretend WORD...: holds sockets as a daemon does, under the name of its file, until standard input
 * ends. Prints "ready" when all are open. The words:
 *   uid:N            the user of the sockets that follow
 *   tcp:ADDRESS:PORT, udp:ADDRESS:PORT     waits there; accepts TCP connections
 *   bound:ADDRESS:PORT  a TCP socket that does not wait
 *   unix:PATH
 *   to:ADDRESS:PORT, syn:ADDRESS:PORT  a TCP connection; with syn:, the peer does not reply
 *   send:TEXT        on the last connection
 *   close            the last connection
 *   workers:N        this many processes that hold all of them, too
 * Other words are ignored, as the name of a script.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETS 256

static struct pollfd sockets[SOCKETS] = {{.fd = STDIN_FILENO, .events = POLLIN}};
static nfds_t count = 1;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int number_of(const char *text)
{
    const char *problem = NULL;
    long long number = strtonum(text, 0, 1 << 24, &problem);

    if (problem) {
        (void)fprintf(stderr, "pretend: not a number: %s\n", text);
        exit(2);
    }
    return (int)number;
}

/* "ADDRESS:PORT", an IPv6 address in brackets. */
static struct addrinfo *parse(char *text, int type)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = type};
    char *port = strrchr(text, ':');
    struct addrinfo *info = NULL;

    if (port)
        *port++ = '\0';
    if (text[0] == '[') {
        text++;
        text[strcspn(text, "]")] = '\0';
    }
    if (!port || getaddrinfo(text, port, &hints, &info) != 0) {
        (void)fprintf(stderr, "pretend: not an address and port: %s\n", text);
        exit(2);
    }
    return info;
}

static void add(int fd, short events)
{
    if (count == SOCKETS || fd < 0)
        die("socket");
    sockets[count++] = (struct pollfd){.fd = fd, .events = events};
}

static void listen_at(char *text, int type, bool waits)
{
    struct addrinfo *info = parse(text, type);
    int fd = socket(info->ai_family, type, 0);
    const int yes = 1;

    add(fd, waits && type == SOCK_STREAM ? POLLIN : 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0)
        die(text);
    if (waits && type == SOCK_STREAM && listen(fd, 511) != 0)
        die(text);
    freeaddrinfo(info);
}

static void listen_unix(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    add(fd, POLLIN);
    (void)snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
    if (bind(fd, (const struct sockaddr *)&name, sizeof(name)) != 0 || listen(fd, 511) != 0)
        die(path);
}

static void connect_to(char *text, int flags)
{
    struct addrinfo *info = parse(text, SOCK_STREAM);
    int fd = socket(info->ai_family, SOCK_STREAM | flags, 0);

    add(fd, 0);
    if (connect(fd, info->ai_addr, info->ai_addrlen) != 0 && errno != EINPROGRESS)
        die(text);
    freeaddrinfo(info);
}

static void close_last(void)
{
    if (close(sockets[--count].fd) != 0)
        die("close");
}

static void obey(char *word)
{
    char *value = strchr(word, ':');

    value = value ? value + 1 : word;
    if (strncmp(word, "uid:", 4) == 0 && setuid((uid_t)number_of(value)) != 0)
        die(word);
    else if (strncmp(word, "tcp:", 4) == 0)
        listen_at(value, SOCK_STREAM, true);
    else if (strncmp(word, "bound:", 6) == 0)
        listen_at(value, SOCK_STREAM, false);
    else if (strncmp(word, "unix:", 5) == 0)
        listen_unix(value);
    else if (strncmp(word, "udp:", 4) == 0)
        listen_at(value, SOCK_DGRAM, true);
    else if (strncmp(word, "to:", 3) == 0)
        connect_to(value, 0);
    else if (strncmp(word, "syn:", 4) == 0)
        connect_to(value, SOCK_NONBLOCK);
    else if (strncmp(word, "send:", 5) == 0 &&
             send(sockets[count - 1].fd, value, strlen(value), 0) < 0)
        die(word);
    else if (strcmp(word, "close") == 0)
        close_last();
    else if (strncmp(word, "workers:", 8) == 0)
        for (int i = number_of(value); i > 0 && fork() > 0; i--)
            continue;
}

int main(int argc, char **argv)
{
    const pid_t first = getpid();

    for (int i = 1; i < argc; i++)
        obey(argv[i]);
    if (getpid() == first) {
        (void)puts("ready");
        (void)fflush(stdout);
    }
    while (poll(sockets, count, -1) > 0 && sockets[0].revents == 0) {
        nfds_t all = count;

        for (nfds_t i = 1; i < all; i++) {
            /* Another worker may have accepted it. */
            int fd = sockets[i].revents & POLLIN ? accept4(sockets[i].fd, NULL, NULL, 0) : -1;

            if (fd >= 0)
                add(fd, 0);
        }
    }
    return 0;
}
