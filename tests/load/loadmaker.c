/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loadmaker: makes many sockets on loopback, to measure. It needs an unused network namespace. Prints
 * "READY pid" and holds the sockets until its standard input ends.
 *
 *     loadmaker [tcp=N] [listen=N] [timewait=N] [files=N] [processes=N]
 *
 * tcp: connections, so 2N sockets; files: descriptors of /dev/null in each process.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Less than the number of local ports. */
#define CONNECTIONS_OF_ADDRESS 10000
#define LISTENERS_OF_ADDRESS   20000
#define FIRST_PORT             10000
#define PROCESSES_MAX          20000 /* fits the addresses below */

enum { TCP, LISTENERS, TIME_WAIT, FILES, PROCESSES, AMOUNTS };

static const char *const names[AMOUNTS] = {"tcp", "listen", "timewait", "files", "processes"};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "loadmaker: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t len = strlen(text);

    if (fd < 0 || write(fd, text, len) != (ssize_t)len)
        fail(path);
    close(fd);
}

static void prepare_namespace(void)
{
    struct ifreq lo = {.ifr_name = "lo"};
    int fd;

    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &lo) != 0)
        fail("lo");
    if (lo.ifr_flags & IFF_UP) {
        fprintf(stderr, "loadmaker: this namespace is in use; start it by unshare -n\n");
        exit(2);
    }
    lo.ifr_flags |= IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &lo) != 0)
        fail("lo");
    close(fd);
    write_file("/proc/sys/net/ipv4/tcp_max_tw_buckets", "2000000");
    write_file("/proc/sys/net/ipv4/tcp_tw_reuse", "0");
}

/* 127.kind.x.y: addresses of one kind by number. */
static struct sockaddr_in address(unsigned int kind, unsigned int number, unsigned int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(127U << 24 | kind << 16 | (number + 1)),
    };
}

static int bound(struct sockaddr_in at)
{
    const int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        fail("socket");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
        fail("bind");
    return fd;
}

static int listener(struct sockaddr_in at)
{
    int fd = bound(at);

    if (listen(fd, 16) != 0)
        fail("listen");
    return fd;
}

/* count connections of one pair of addresses; closed: the client closes first, so only its
 * TIME_WAIT stays. */
static void connections(unsigned int kind, unsigned int number, long count, int closed)
{
    struct sockaddr_in to = address(kind, number, 443);
    int server = listener(to);

    for (long i = 0; i < count; i++) {
        int client = bound(address(kind + 1, number, 0));
        int accepted;

        if (connect(client, (struct sockaddr *)&to, sizeof(to)) != 0)
            fail("connect");
        accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        if (accepted < 0)
            fail("accept");
        if (closed) {
            close(client);
            close(accepted);
        }
    }
    close(server);
}

/* Returns how many of an amount one process makes. */
static long share(const long *amounts, int which, long number)
{
    return amounts[which] / amounts[PROCESSES] + (number < amounts[which] % amounts[PROCESSES]);
}

static void fill(const long *amounts, long number)
{
    static const int pairs[] = {TCP, TIME_WAIT};
    long listeners = share(amounts, LISTENERS, number);

    for (long i = 0; i < amounts[FILES]; i++) {
        if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
            fail("/dev/null");
    }
    for (long i = 0; i < listeners; i++)
        (void)listener(address(10, (unsigned int)(number + i / LISTENERS_OF_ADDRESS * 65000),
                               (unsigned int)(FIRST_PORT + i % LISTENERS_OF_ADDRESS)));
    for (unsigned int kind = 0; kind < 2; kind++) {
        long left = share(amounts, pairs[kind], number);

        for (unsigned int part = 0; left > 0; part++, left -= CONNECTIONS_OF_ADDRESS)
            connections(20 + kind * 10 + part % 5 * 2, (unsigned int)number + part / 5 * 21000,
                        left < CONNECTIONS_OF_ADDRESS ? left : CONNECTIONS_OF_ADDRESS, kind == 1);
    }
}

static void raise_limits(const long *amounts)
{
    rlim_t need = (rlim_t)(amounts[FILES] + 3 * share(amounts, TCP, 0) +
                           2 * share(amounts, LISTENERS, 0) + 100);
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("RLIMIT_NOFILE");
    if (limit.rlim_cur >= need)
        return;
    limit.rlim_cur = need;
    if (limit.rlim_max < need)
        limit.rlim_max = need;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("RLIMIT_NOFILE");
}

/* A process writes a byte when it is ready, and waits until hold is closed. */
static void start(const long *amounts, long number, int ready, const int hold[2])
{
    pid_t pid = fork();
    char byte = 0;

    if (pid < 0)
        fail("fork");
    if (pid > 0)
        return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(hold[1]);
    fill(amounts, number);
    if (write(ready, &byte, 1) != 1)
        _exit(1);
    close(ready);
    while (read(hold[0], &byte, 1) < 0 && errno == EINTR)
        ;
    _exit(0);
}

static void read_amounts(int argc, char **argv, long *amounts)
{
    amounts[PROCESSES] = 1;
    for (int i = 1; i < argc; i++) {
        char *value = strchr(argv[i], '=');
        int which = 0;
        const char *problem = NULL;

        while (value && which < AMOUNTS &&
               (strlen(names[which]) != (size_t)(value - argv[i]) ||
                strncmp(argv[i], names[which], (size_t)(value - argv[i])) != 0))
            which++;
        if (!value || which == AMOUNTS) {
            fprintf(stderr, "loadmaker: what is \"%s\"?\n", argv[i]);
            exit(2);
        }
        amounts[which] = (long)strtonum(value + 1, which == PROCESSES,
                                        which == PROCESSES ? PROCESSES_MAX : 10000000, &problem);
        if (problem) {
            fprintf(stderr, "loadmaker: %s: %s\n", argv[i], problem);
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    long amounts[AMOUNTS] = {0};
    int ready[2], hold[2];
    char bytes[4096];

    read_amounts(argc, argv, amounts);
    prepare_namespace();
    raise_limits(amounts);
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(hold, O_CLOEXEC) != 0)
        fail("pipe");
    for (long i = 0; i < amounts[PROCESSES]; i++)
        start(amounts, i, ready[1], hold);
    close(ready[1]);
    close(hold[0]);
    for (long left = amounts[PROCESSES]; left > 0;) {
        ssize_t got = read(ready[0], bytes, sizeof(bytes));

        if (got == 0) {
            fprintf(stderr, "loadmaker: a process could not make its part\n");
            return 1;
        }
        left -= got > 0 ? got : 0;
    }
    printf("READY %ld\n", (long)getpid());
    fflush(stdout);
    while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
        ;
    close(hold[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
