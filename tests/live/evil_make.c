/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process for each name: the name is its command name, its argument, its executable, its control
 * group, its user, the path and the abstract name of UNIX sockets, an interface, a service.
 *
 * The ledger has rows "INODE COLUMN HEX", separated by tabs, with the expected value of a column, and
 * rows such as "rows tcp N". The directory gets passwd, services, and hosts (names in hexadecimal).
 */
#include "evil.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define UID_BASE   70000U
#define FILE_BYTES 255 /* of a file name */
#define UNIX_BYTES 107 /* of a path, and of an abstract name after its NUL */
#define COMM_BYTES 15

static void die(const char *what)
{
    fprintf(stderr, "evil: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void put_hex(FILE *file, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        fprintf(file, "%02x", (unsigned char)bytes[i]);
}

static void claim(unsigned long inode, const char *column, const char *bytes, size_t len)
{
    printf("%lu\t%s\t", inode, column);
    put_hex(stdout, bytes, len);
    putchar('\n');
}

static unsigned long inode_of(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        die("fstat");
    return (unsigned long)st.st_ino;
}

/* Makes a file name: at most max bytes, no slash. Returns its length. */
static size_t file_name(const struct evil_name *name, char *out, size_t max)
{
    size_t len = name->len < max ? name->len : max;

    for (size_t i = 0; i < len; i++)
        out[i] = name->bytes[i] == '/' ? '_' : name->bytes[i];
    out[len] = '\0';
    return len;
}

/* The control group of a container of LXC with that name. */
#define PAYLOAD "lxc.payload."

static void group_name(const struct evil_name *name, char out[FILE_BYTES + 1])
{
    memcpy(out, PAYLOAD, sizeof(PAYLOAD));
    (void)file_name(name, out + sizeof(PAYLOAD) - 1, FILE_BYTES - sizeof(PAYLOAD) + 1);
}

/* The names that all sockets of one child have. */
struct self {
    const struct evil_name *name;
    char exe[4096];
    char group[512];     /* "": none */
    char link[IFNAMSIZ]; /* "": none */
    bool user;
    size_t index;
    FILE *services;
};

/* If the name of a file begins with the truncated name, portls prints that. Returns the length. */
static size_t whole_name(const struct self *self, const char **out)
{
    const struct evil_name *name = self->name;
    const char *file = strrchr(self->exe, '/') + 1;
    const char *slash = memrchr(name->bytes, '/', name->len);
    const char *first = slash ? slash + 1 : name->bytes;
    size_t len = name->len - (size_t)(first - name->bytes);

    *out = name->bytes;
    if (name->len < COMM_BYTES)
        return name->len;
    if (strlen(file) > COMM_BYTES && memcmp(file, name->bytes, COMM_BYTES) == 0) {
        *out = file;
        return strlen(file);
    }
    if (len <= COMM_BYTES || len > 255 || memcmp(first, name->bytes, COMM_BYTES) != 0 ||
        memchr(name->bytes, ' ', name->len))
        return COMM_BYTES;
    *out = first;
    return len;
}

static void claim_all(const struct self *self, int fd)
{
    unsigned long inode = inode_of(fd);
    size_t len = self->name->len;
    const char *process;
    size_t process_len = whole_name(self, &process);

    claim(inode, "process", process, process_len);
    claim(inode, "command", self->name->bytes, len);
    claim(inode, "exe", self->exe, strlen(self->exe));
    if (self->user)
        claim(inode, "user", self->name->bytes, self->name->len);
}

/* ---- sockets ---- */

static void make_inet(const struct self *self, int type)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(0x7f010000 + (uint32_t)self->index + 1),
    };
    socklen_t size = sizeof(addr);
    int fd = socket(AF_INET, type, 0);
    FILE *services = self->services;

    if (fd < 0)
        die("socket");
    if (self->link[0] != '\0' &&
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, self->link, (socklen_t)strlen(self->link)) == 0)
        claim(inode_of(fd), "interface", self->link, strlen(self->link));
    if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
        (type == SOCK_STREAM && listen(fd, 1) != 0) ||
        getsockname(fd, (struct sockaddr *)&addr, &size) != 0)
        die("bind");
    claim_all(self, fd);
    if (self->group[0] != '\0') {
        const char *container = strrchr(self->group, '/') + sizeof(PAYLOAD);

        claim(inode_of(fd), "cgroup", self->group, strlen(self->group));
        claim(inode_of(fd), "container", container, strlen(container));
    }
    fwrite(self->name->bytes, 1, self->name->len < 200 ? self->name->len : 200, services);
    fprintf(services, " %u/%s\n", (unsigned int)ntohs(addr.sin_port),
            type == SOCK_STREAM ? "tcp" : "udp");
    if (fflush(services) != 0)
        die("services");
}

static int make_unix(const struct self *self, bool abstract, struct sockaddr_un *addr,
                     socklen_t *size)
{
    int fd = socket(AF_UNIX, abstract ? SOCK_DGRAM : SOCK_STREAM, 0);
    char *path = addr->sun_path + abstract;
    size_t max = UNIX_BYTES - abstract;
    size_t len = self->name->len < max ? self->name->len : max;

    *addr = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (abstract)
        memcpy(path, self->name->bytes, len);
    else
        len = file_name(self->name, path, max);
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
    if (fd < 0 || bind(fd, (struct sockaddr *)addr, *size) != 0)
        die("bind of a UNIX socket");
    claim_all(self, fd);
    claim(inode_of(fd), "path", addr->sun_path, len + abstract);
    return fd;
}

static void make_unix_all(const struct self *self)
{
    struct sockaddr_un addr;
    socklen_t size;
    int listener;
    int client;
    int server;

    (void)make_unix(self, true, &addr, &size);
    if (chdir("unix") != 0)
        die("unix");
    listener = make_unix(self, false, &addr, &size);
    client = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listen(listener, 1) != 0 || connect(client, (struct sockaddr *)&addr, size) != 0)
        die("connect");
    server = accept(listener, NULL, NULL);
    if (server < 0 || chdir("..") != 0)
        die("accept");
    claim_all(self, client);
    claim_all(self, server);
    claim(inode_of(server), "path", addr.sun_path, strlen(addr.sun_path));
}

/* ---- a child ---- */

static void join_group(struct self *self, const char *cgroup)
{
    char file[FILE_BYTES + 1];
    char path[4096];
    FILE *procs;

    group_name(self->name, file);
    snprintf(path, sizeof(path), "%s/%s", cgroup, file);
    if (cgroup[0] == '\0' || mkdir(path, 0700) != 0)
        return; /* the kernel allows no newline there */
    snprintf(self->group, sizeof(self->group), "%s/%s", strrchr(cgroup, '/'), file);
    snprintf(path, sizeof(path), "%s%s/cgroup.procs", cgroup, strrchr(self->group, '/'));
    procs = fopen(path, "we");
    if (!procs || fputs("0", procs) < 0 || fclose(procs) != 0)
        self->group[0] = '\0';
}

void evil_child(const char *words)
{
    int numbers[3] = {0}; /* descriptors stop and ready, index of the name */
    size_t count;
    char comm[COMM_BYTES + 1] = "";
    char byte = 0;
    const struct evil_name *name;

    for (size_t i = 0; i < 3; i++) {
        char word[16] = "";
        const char *problem = NULL;
        size_t len = strcspn(words, ",");

        if (len < sizeof(word))
            memcpy(word, words, len);
        numbers[i] = (int)strtonum(word, 0, 100000, &problem);
        if (problem)
            exit(1);
        words += len + (words[len] == ',');
    }
    name = &evil_names(&count)[numbers[2]];
    memcpy(comm, name->bytes, name->len < COMM_BYTES ? name->len : COMM_BYTES);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, comm);
    if (write(numbers[1], &byte, 1) != 1)
        exit(1);
    close(numbers[1]);
    while (read(numbers[0], &byte, 1) > 0)
        ;
    _exit(0);
}

static void become(struct self *self, const char *cgroup, int stop, int ready)
{
    char variable[64];
    char *argument = strndup(self->name->bytes, self->name->len);
    char *words[] = {argument, NULL};
    char *environment[] = {variable, NULL};

    join_group(self, cgroup);
    setfsuid((uid_t)(UID_BASE + self->index));
    make_inet(self, SOCK_STREAM);
    make_inet(self, SOCK_DGRAM);
    make_unix_all(self);
    setfsuid(0);
    if (fflush(stdout) != 0)
        die("ledger");
    snprintf(variable, sizeof(variable), "EVIL=%d,%d,%zu", stop, ready, self->index);
    execve(self->exe, words, environment);
    die("exec");
}

/* ---- all of them ---- */

/* Returns the descriptor that keeps the interface, or -1 if the kernel refuses the name. */
static int make_link(struct self *self)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    size_t len = self->name->len < IFNAMSIZ - 1 ? self->name->len : IFNAMSIZ - 1;
    int fd = -1;

    memcpy(request.ifr_name, self->name->bytes, len);
    if (!memchr(request.ifr_name, '%', len))
        fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (ioctl(fd, TUNSETIFF, &request) != 0) {
        close(fd);
        return -1;
    }
    memcpy(self->link, request.ifr_name, sizeof(self->link));
    return fd;
}

/* Writes a line of passwd(5), unless the name is invalid there. */
static bool add_user(FILE *passwd, const struct evil_name *name, size_t index)
{
    const char *bytes = name->bytes;

    if (name->len > 1000 || memchr(bytes, ':', name->len) || memchr(bytes, '\n', name->len) ||
        strchr("+-# \t\v\f\r", bytes[0]))
        return false;
    fwrite(bytes, 1, name->len, passwd);
    fprintf(passwd, ":x:%u:%u:", UID_BASE + (unsigned int)index, UID_BASE);
    fwrite(bytes, 1, name->len, passwd);
    fprintf(passwd, ":/:/bin/sh\n");
    return true;
}

static void make_one(struct self *self, const char *folder, const char *cgroup, int stop)
{
    char file[FILE_BYTES + 1];
    int ready[2];
    char byte;
    pid_t child;

    (void)file_name(self->name, file, FILE_BYTES);
    snprintf(self->exe, sizeof(self->exe), "%s/exe/%s", folder, file);
    if (link("self", self->exe) != 0 || pipe2(ready, 0) != 0)
        die("link");
    (void)make_link(self);
    fflush(stdout);
    child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        close(ready[0]);
        become(self, cgroup, stop, ready[1]);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        exit(1);
    close(ready[0]);
}

static void copy_self(void)
{
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = open("self", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    char bytes[65536];
    ssize_t got;

    while ((got = read(from, bytes, sizeof(bytes))) > 0) {
        if (write(to, bytes, (size_t)got) != got)
            die("copy");
    }
    close(from);
    close(to);
}

static void clean(const char *cgroup, size_t count, const struct evil_name *names)
{
    while (wait(NULL) > 0)
        ;
    for (size_t i = 0; i < count && cgroup[0] != '\0'; i++) {
        char file[FILE_BYTES + 1];
        char path[4096];

        group_name(&names[i], file);
        snprintf(path, sizeof(path), "%s/%s", cgroup, file);
        (void)rmdir(path);
    }
    if (cgroup[0] != '\0')
        (void)rmdir(cgroup);
}

int evil_make(const char *folder, const char *cgroup)
{
    size_t count;
    const struct evil_name *names = evil_names(&count);
    FILE *passwd;
    FILE *hosts;
    FILE *services;
    int stop[2];
    char byte;

    /* Only the end of standard input ends this program, which then removes the control groups. */
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    if (chdir(folder) != 0 || mkdir("exe", 0700) != 0 || mkdir("unix", 0777) != 0 ||
        chmod("unix", 0777) != 0 || pipe2(stop, 0) != 0 || fcntl(stop[1], F_SETFD, FD_CLOEXEC) != 0)
        die(folder);
    if (cgroup[0] != '\0' && mkdir(cgroup, 0700) != 0)
        die(cgroup);
    copy_self();
    passwd = fopen("passwd", "ae");
    hosts = fopen("hosts", "we");
    services = fopen("services", "ae");
    if (!passwd || !hosts || !services)
        die("passwd");
    for (size_t i = 0; i < count; i++) {
        struct self self = {.name = &names[i], .index = i, .services = services};

        self.user = add_user(passwd, &names[i], i);
        put_hex(hosts, names[i].bytes, names[i].len < 63 ? names[i].len : 63);
        fputc('\n', hosts);
        make_one(&self, folder, cgroup, stop[0]);
    }
    fclose(passwd);
    fclose(hosts);
    fclose(services);
    printf("READY\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    close(stop[1]);
    clean(cgroup, count, names);
    return 0;
}
