/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes TCP connections on 127.0.0.1, one kind per call:
 *
 *   dialer serve PORT [HOW]     accepts, reads to the end, replies "abc" and closes, until stdin ends
 *   dialer keep PORT V6ONLY     an IPv6 listener, of IPv6 only if V6ONLY is 1; accepts one connection,
 *                               and keeps both until stdin ends
 *   dialer connect PORT COUNT [HOW]  connections one after the other: sends "hello", reads the reply
 *   dialer refused PORT         where nothing listens
 *   dialer reset PORT           closes without lingering
 *   dialer fast PORT            sends "hello" in the SYN (TCP Fast Open), reads the reply
 *   dialer self PORT            a socket that is connected to itself
 *   dialer hold PORT            connects and waits until stdin ends
 *   dialer silent ADDRESS PORT  where nothing replies; gives up after a second. Keeps its processor busy
 *   dialer bind PORT            a UDP socket
 *
 * HOW: md5 (RFC 2385), mptcp, or patient: also if the first SYN is lost. Prints its process id when it is
 * ready, then does the work.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in end_at(const char *address, const char *port)
{
    struct sockaddr_in end = {.sin_family = AF_INET,
                              .sin_port = htons((uint16_t)strtonum(port, 1, 65535, NULL))};

    (void)inet_pton(AF_INET, address, &end.sin_addr);
    return end;
}

static const char *how = "";

static bool is_how(const char *name)
{
    return strcmp(how, name) == 0;
}

static int make_socket(void)
{
    struct tcp_md5sig key = {.tcpm_keylen = 3, .tcpm_key = "key"};
    int fd = socket(AF_INET, SOCK_STREAM, is_how("mptcp") ? IPPROTO_MPTCP : 0);
    struct sockaddr_in end = end_at("127.0.0.1", "1");

    end.sin_port = 0;
    memcpy(&key.tcpm_addr, &end, sizeof(end));
    if (is_how("md5"))
        (void)setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key));
    return fd;
}

static void say_ready(void)
{
    printf("%ld\n", (long)getpid());
    (void)fflush(stdout);
}

static int serve(const char *port)
{
    struct sockaddr_in end = end_at("127.0.0.1", port);
    int listener = make_socket();
    char bytes[64];

    (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listener, (struct sockaddr *)&end, sizeof(end)) != 0 || listen(listener, 100) != 0)
        return 1;
    say_ready();
    for (;;) {
        struct pollfd polled[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        int fd;

        (void)poll(polled, 2, -1);
        if (polled[1].revents != 0)
            return 0;
        fd = accept(listener, NULL, NULL);
        while (read(fd, bytes, sizeof(bytes)) > 0)
            ;
        (void)!write(fd, "abc", 3);
        (void)close(fd);
    }
}

static int keep(const char *port, const char *only)
{
    struct sockaddr_in6 end = {.sin6_family = AF_INET6,
                               .sin6_port = htons((uint16_t)strtonum(port, 1, 65535, NULL))};
    struct pollfd polled[] = {{.fd = socket(AF_INET6, SOCK_STREAM, 0), .events = POLLIN},
                              {.fd = 0, .events = POLLIN}};
    int fd = polled[0].fd;

    (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){only[0] == '1'}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&end, sizeof(end)) != 0 || listen(fd, 100) != 0)
        return 1;
    say_ready();
    (void)poll(polled, 2, -1);
    if (polled[1].revents == 0) {
        fd = accept(fd, NULL, NULL);
        (void)poll(polled + 1, 1, -1);
    }
    (void)close(fd);
    return 0;
}

/* Returns a connected socket, or -1. */
static int dial(const char *address, const char *port)
{
    struct sockaddr_in end = end_at(address, port);
    int fd = make_socket();

    if (!is_how("patient"))
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(unsigned int){500}, sizeof(int));
    if (connect(fd, (struct sockaddr *)&end, sizeof(end)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/*
 * A timer of the kernel ends the attempt, and interrupts whatever runs on that processor. On some
 * kernels, no BPF program runs while a certain process does, such as the one that manages a virtual
 * machine. Therefore this process itself runs until then.
 */
static void dial_silent(const char *address, const char *port)
{
    struct sockaddr_in end = end_at(address, port);
    struct pollfd polled = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
                            .events = POLLOUT};
    int cpu = sched_getcpu();
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET((size_t)(cpu < 0 ? 0 : cpu), &cpus);
    (void)sched_setaffinity(0, sizeof(cpus), &cpus);
    (void)setpriority(PRIO_PROCESS, 0, -20);
    (void)setsockopt(polled.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(unsigned int){500}, sizeof(int));
    (void)connect(polled.fd, (struct sockaddr *)&end, sizeof(end));
    while (poll(&polled, 1, 0) == 0)
        ;
    (void)close(polled.fd);
}

/* Reads to the end, and closes. */
static void finish(int fd)
{
    char bytes[64];

    (void)shutdown(fd, SHUT_WR);
    while (read(fd, bytes, sizeof(bytes)) > 0)
        ;
    (void)close(fd);
}

static void dial_often(const char *port, const char *count)
{
    for (long long i = strtonum(count, 1, 10000000, NULL); i > 0; i--) {
        int fd = dial("127.0.0.1", port);

        (void)!write(fd, "hello", 5);
        finish(fd);
    }
}

static void dial_fast(const char *port)
{
    struct sockaddr_in end = end_at("127.0.0.1", port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    (void)!sendto(fd, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&end, sizeof(end));
    finish(fd);
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    char bytes[64];
    int fd;

    (void)signal(SIGPIPE, SIG_IGN); /* of a connection that was reset */
    if (strcmp(what, "serve") == 0) {
        how = argc > 3 ? argv[3] : "";
        return serve(argv[2]);
    }
    if (strcmp(what, "keep") == 0)
        return keep(argv[2], argv[3]);
    say_ready();
    if (strcmp(what, "connect") == 0) {
        how = argc > 4 ? argv[4] : "";
        dial_often(argv[2], argv[3]);
    } else if (strcmp(what, "refused") == 0) {
        (void)dial("127.0.0.1", argv[2]);
    } else if (strcmp(what, "silent") == 0) {
        dial_silent(argv[2], argv[3]);
    } else if (strcmp(what, "reset") == 0) {
        fd = dial("127.0.0.1", argv[2]);
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
        (void)close(fd);
    } else if (strcmp(what, "fast") == 0) {
        dial_fast(argv[2]);
    } else if (strcmp(what, "self") == 0) {
        struct sockaddr_in end = end_at("127.0.0.1", argv[2]);

        fd = socket(AF_INET, SOCK_STREAM, 0);
        (void)bind(fd, (struct sockaddr *)&end, sizeof(end));
        (void)connect(fd, (struct sockaddr *)&end, sizeof(end));
        (void)close(fd);
    } else if (strcmp(what, "hold") == 0) {
        fd = dial("127.0.0.1", argv[2]);
        (void)!write(1, "held\n", 5);
        (void)!read(0, bytes, 1);
        (void)close(fd);
    } else if (strcmp(what, "bind") == 0) {
        struct sockaddr_in end = end_at("127.0.0.1", argv[2]);

        fd = socket(AF_INET, SOCK_DGRAM, 0);
        (void)bind(fd, (struct sockaddr *)&end, sizeof(end));
        (void)usleep(300000); /* longer than between two tables */
        (void)close(fd);
    }
    return 0;
}
