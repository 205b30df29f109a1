/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patient: a program with one fault, for tests/live/doctor. Prints "ready" and keeps its sockets
 * until its standard input ends.
 *
 *   patient leak PORT N            N connections that the other end closed
 *   patient backlog PORT LIMIT N   N clients of a listener that does not accept
 *   patient listen [ADDRESS PORT]... listeners
 *   patient udp PORT               receives nothing; sends itself 1000 datagrams for each line of
 *                                  standard input, and prints "sent"
 *   patient ports PORT N           N connections to one port
 *   patient halfopen PORT LIMIT N FROM TO  a listener, and N SYNs that look like those of FROM
 *   patient stuck PORT             writes until nothing fits; the other end does not read
 *   patient dead ADDRESS PORT      connects, prints "connected", and writes after a line of input
 *   patient sink PORT              accepts all connections, and reads them
 *   patient send ADDRESS PORT N    writes N times a byte to a connection, each in its own segment
 *   patient proxy PORT ADDRESS PORT N  a listener with N clients, and a connection to a server
 *   patient uneven PORT N          two listeners that share a port; one is not served
 */
#include "address.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "patient: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int check(int result, const char *what)
{
    if (result < 0)
        fail(what);
    return result;
}

static unsigned int number(const char *text)
{
    return (unsigned int)strtonum(text, 0, 1000000, NULL);
}

/* Standard input has ended, or has a line. */
static bool next_line(void)
{
    char line[16];

    return fgets(line, sizeof(line), stdin) != NULL;
}

static void say(const char *word)
{
    puts(word);
    (void)fflush(stdout);
}

static void hold(void)
{
    say("ready");
    while (next_line())
        ;
}

/*
 * The port may be in use for a moment after its process was killed: a BPF iterator of another test, which
 * reads the descriptors of all processes, holds a file until it returns to its user.
 */
static void take_address(int fd, const struct sockaddr_storage *at, socklen_t len)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    int left = 1000;

    while (bind(fd, (const struct sockaddr *)at, len) != 0) {
        if (errno != EADDRINUSE || left-- == 0)
            fail("bind");
        (void)nanosleep(&moment, NULL);
    }
}

/* An IPv6 listener does not accept IPv4. */
static int listener(const char *address, unsigned int port, int limit, bool shared)
{
    struct sockaddr_storage at;
    socklen_t len = address_of(address, port, &at);
    int fd = check(socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    const int on = 1;

    if (at.ss_family == AF_INET6)
        check(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), "IPV6_V6ONLY");
    check(setsockopt(fd, SOL_SOCKET, shared ? SO_REUSEPORT : SO_REUSEADDR, &on, sizeof(on)),
          "reuse");
    take_address(fd, &at, len);
    check(listen(fd, limit), "listen");
    return fd;
}

static int client(const char *address, unsigned int port, bool wait)
{
    struct sockaddr_storage at;
    socklen_t len = address_of(address, port, &at);
    int fd = check(socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0),
                   "socket");

    if (connect(fd, (struct sockaddr *)&at, len) != 0 && (wait || errno != EINPROGRESS))
        fail("connect");
    return fd;
}

/* ---- faults ---- */

static void leak(char **words)
{
    int fd = listener("127.0.0.1", number(words[0]), 128, false);

    for (unsigned int i = 0; i < number(words[1]); i++) {
        int other = client("127.0.0.1", number(words[0]), true);

        check(accept(fd, NULL, NULL), "accept");
        close(other);
    }
    hold();
}

static void backlog(char **words)
{
    (void)listener("127.0.0.1", number(words[0]), (int)number(words[1]), false);
    for (unsigned int i = 0; i < number(words[2]); i++)
        (void)client("127.0.0.1", number(words[0]), false);
    hold();
}

static void listeners(char **words)
{
    for (; words[0] && words[1]; words += 2)
        (void)listener(words[0], number(words[1]), 16, false);
    hold();
}

static void datagrams(char **words)
{
    struct sockaddr_storage at;
    socklen_t len = address_of("127.0.0.1", number(words[0]), &at);
    int receiver = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    int sender = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    const int small = 4096;
    char bytes[512] = {0};

    check(setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), "SO_RCVBUF");
    take_address(receiver, &at, len);
    check(connect(sender, (struct sockaddr *)&at, len), "connect");
    say("ready");
    while (next_line()) {
        for (int i = 0; i < 1000; i++)
            (void)send(sender, bytes, sizeof(bytes), 0);
        say("sent");
    }
}

static void ports(char **words)
{
    int fd = listener("127.0.0.1", number(words[0]), 128, false);

    for (unsigned int i = 0; i < number(words[1]); i++) {
        (void)client("127.0.0.1", number(words[0]), true);
        check(accept(fd, NULL, NULL), "accept");
    }
    hold();
}

static uint16_t sum(const void *data, size_t len, uint32_t start)
{
    const uint8_t *bytes = data;
    uint32_t total = start;

    for (size_t i = 0; i < len; i += 2)
        total += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (total >> 16 != 0)
        total = (total & 0xffff) + (total >> 16);
    return htons((uint16_t)~total);
}

static void half_open(char **words)
{
    const int on = 1;
    int raw = check(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), "raw socket");
    struct sockaddr_storage to;
    struct sockaddr_storage from;
    struct {
        struct iphdr ip;
        struct tcphdr tcp;
    } packet;

    (void)listener("0.0.0.0", number(words[0]), (int)number(words[1]), false);
    (void)address_of(words[4], number(words[0]), &to);
    (void)address_of(words[3], 0, &from);
    check(setsockopt(raw, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)), "IP_HDRINCL");
    for (unsigned int i = 0; i < number(words[2]); i++) {
        uint8_t pseudo[12] = {[9] = IPPROTO_TCP, [11] = sizeof(packet.tcp)};
        uint32_t start = 0;

        memset(&packet, 0, sizeof(packet));
        packet.ip.version = 4;
        packet.ip.ihl = 5;
        packet.ip.ttl = 64;
        packet.ip.protocol = IPPROTO_TCP;
        packet.ip.tot_len = htons(sizeof(packet));
        packet.ip.saddr = ((struct sockaddr_in *)(void *)&from)->sin_addr.s_addr;
        packet.ip.daddr = ((struct sockaddr_in *)(void *)&to)->sin_addr.s_addr;
        packet.tcp.source = htons((uint16_t)(1000 + i));
        packet.tcp.dest = htons((uint16_t)number(words[0]));
        packet.tcp.seq = htonl(i);
        packet.tcp.doff = 5;
        packet.tcp.syn = 1;
        packet.tcp.window = htons(1024);
        memcpy(pseudo, &packet.ip.saddr, 4);
        memcpy(pseudo + 4, &packet.ip.daddr, 4);
        for (size_t n = 0; n < sizeof(pseudo); n += 2)
            start += (uint32_t)pseudo[n] << 8 | pseudo[n + 1];
        packet.tcp.check = sum(&packet.tcp, sizeof(packet.tcp), start);
        check((int)sendto(raw, &packet, sizeof(packet), 0, (struct sockaddr *)&to,
                          sizeof(struct sockaddr_in)),
              "sendto");
    }
    hold();
}

static void stuck(char **words)
{
    int fd = listener("127.0.0.1", number(words[0]), 16, false);
    int sender = client("127.0.0.1", number(words[0]), true);
    static char bytes[65536];
    int quiet = 0;

    check(accept(fd, NULL, NULL), "accept");
    check(fcntl(sender, F_SETFL, O_NONBLOCK), "fcntl");
    /* The window is zero when nothing fits any more. */
    while (quiet < 20) {
        if (send(sender, bytes, sizeof(bytes), 0) > 0) {
            quiet = 0;
        } else {
            quiet++;
            (void)poll(NULL, 0, 10);
        }
    }
    hold();
}

static void dead(char **words)
{
    int fd = client(words[0], number(words[1]), true);

    say("connected");
    if (!next_line())
        return;
    check((int)send(fd, "x", 1, 0), "send");
    hold();
}

static void sink(char **words)
{
    int fd = listener("0.0.0.0", number(words[0]), 128, false);
    struct pollfd fds[64] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    nfds_t count = 2;
    char bytes[4096];

    say("ready");
    while (poll(fds, count, -1) > 0 && fds[1].revents == 0) {
        for (nfds_t i = 2; i < count; i++) {
            if (fds[i].revents != 0 && read(fds[i].fd, bytes, sizeof(bytes)) <= 0)
                fds[i].fd = -1;
        }
        if (fds[0].revents != 0 && count < 64)
            fds[count++] =
                (struct pollfd){.fd = check(accept(fd, NULL, NULL), "accept"), .events = POLLIN};
    }
}

static void sender(char **words)
{
    int fd = client(words[0], number(words[1]), true);
    const int on = 1;

    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "TCP_NODELAY");
    for (unsigned int i = 0; i < number(words[2]); i++) {
        check((int)send(fd, "x", 1, 0), "send");
        (void)poll(NULL, 0, 1);
    }
    hold();
}

static void proxy(char **words)
{
    unsigned int port = number(words[0]);
    int front = listener("127.0.0.1", port, 16, false);

    for (unsigned int i = number(words[3]); i > 0; i--) {
        (void)client("127.0.0.1", port, true);
        (void)check(accept(front, NULL, NULL), "accept");
    }
    (void)client(words[1], number(words[2]), false);
    hold();
}

static void uneven(char **words)
{
    int fds[2] = {listener("127.0.0.1", number(words[0]), 1000, true),
                  listener("127.0.0.1", number(words[0]), 1000, true)};

    for (unsigned int i = 0; i < number(words[1]); i++)
        (void)client("127.0.0.1", number(words[0]), true);
    check(fcntl(fds[0], F_SETFL, O_NONBLOCK), "fcntl");
    while (accept(fds[0], NULL, NULL) >= 0)
        ;
    hold();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*make)(char **words);
        int words;
    } faults[] = {
        {"leak", leak, 2},     {"backlog", backlog, 3}, {"listen", listeners, 2},
        {"udp", datagrams, 1}, {"ports", ports, 2},     {"halfopen", half_open, 5},
        {"stuck", stuck, 1},   {"dead", dead, 2},       {"sink", sink, 1},
        {"send", sender, 3},   {"uneven", uneven, 2},   {"proxy", proxy, 4},
    };
    for (size_t i = 0; argc > 1 && i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strcmp(argv[1], faults[i].name) != 0 || argc < 2 + faults[i].words)
            continue;
        faults[i].make(argv + 2);
        return 0;
    }
    fprintf(stderr, "usage: patient FAULT ARGUMENT...\n");
    return 2;
}
