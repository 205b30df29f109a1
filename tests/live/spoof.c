/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoof DIR: listens, and starts a child that holds a file that looks like the socket: it has the
 * type S_IFSOCK and the same inode number, on a FUSE file system (fuse(4)) that this program mounts
 * on DIR, in a mount namespace of the test. Prints "INODE OWNER-PID SPOOFER-PID" and waits for the
 * end of its input. Exits with 77 without FUSE.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define DOUBLE 2 /* the node of the file; that of the directory is FUSE_ROOT_ID */

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* Closes inherited descriptors, such as the listener, except the standard ones and this one. */
static pid_t start(int keep)
{
    pid_t child = fork();

    if (child < 0)
        die("fork");
    if (child > 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = 3; fd < 16; fd++) {
        if (fd != keep)
            (void)close(fd);
    }
    return 0;
}

static ino_t listener(void)
{
    const struct sockaddr_in local = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct stat st;

    if (fd < 0 || bind(fd, (const struct sockaddr *)&local, sizeof(local)) != 0 ||
        listen(fd, 1) != 0 || fstat(fd, &st) != 0)
        die("listen");
    return st.st_ino;
}

/* ---- a file system of one directory, in which every name is the double ---- */

static void reply(int fuse, const struct fuse_in_header *in, int error, const void *body,
                  size_t len)
{
    const struct fuse_out_header out = {
        .len = (uint32_t)(sizeof(out) + len),
        .error = -error,
        .unique = in->unique,
    };
    const struct iovec parts[] = {{(void *)(uintptr_t)&out, sizeof(out)},
                                  {(void *)(uintptr_t)body, len}};

    if (writev(fuse, parts, len > 0 ? 2 : 1) < 0 &&
        errno != ENOENT) /* ENOENT: the request was interrupted */
        die("answer");
}

static void answer(int fuse, const struct fuse_in_header *in, ino_t wanted)
{
    const struct fuse_attr root = {.ino = FUSE_ROOT_ID, .mode = S_IFDIR | 0755, .nlink = 2};
    const struct fuse_attr file = {.ino = wanted, .mode = S_IFSOCK | 0600, .nlink = 1};
    const struct fuse_init_out init = {
        .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096};
    const struct fuse_entry_out entry = {.nodeid = DOUBLE, .attr = file};
    const struct fuse_attr_out attr = {.attr = in->nodeid == FUSE_ROOT_ID ? root : file};

    switch (in->opcode) {
    case FUSE_INIT:
        reply(fuse, in, 0, &init, sizeof(init));
        break;
    case FUSE_LOOKUP:
        reply(fuse, in, 0, &entry, sizeof(entry));
        break;
    case FUSE_GETATTR:
        reply(fuse, in, 0, &attr, sizeof(attr));
        break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
        break; /* needs no reply */
    default:
        reply(fuse, in, ENOSYS, NULL, 0);
    }
}

/* Serves until the file system is unmounted, when its mount namespace ends. */
static void serve(int fuse, ino_t wanted)
{
    static union {
        struct fuse_in_header header;
        char bytes[FUSE_MIN_READ_BUFFER + 4096];
    } request;

    for (;;) {
        ssize_t got = read(fuse, &request, sizeof(request));

        if (got < 0 && (errno == EINTR || errno == ENOENT))
            continue;
        if (got < (ssize_t)sizeof(request.header))
            exit(0);
        answer(fuse, &request.header, wanted);
    }
}

static void mount_double(const char *folder, ino_t wanted)
{
    int fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[80];

    (void)snprintf(options, sizeof(options), "fd=%d,rootmode=40755,user_id=0,group_id=0", fuse);
    if (fuse < 0 || mount("none", folder, "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
        perror("FUSE");
        exit(77);
    }
    if (start(fuse) == 0)
        serve(fuse, wanted);
    (void)close(fuse);
}

/* ---- the owner and the child ---- */

static void spoof(const char *folder, ino_t wanted, int ready)
{
    int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = top < 0 ? -1 : openat(top, "double", O_PATH | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISSOCK(st.st_mode) || st.st_ino != wanted)
        die("double");
    if (write(ready, "", 1) != 1)
        die("ready");
    pause();
    exit(0);
}

int main(int argc, char **argv)
{
    int status = 0;
    int ready[2];
    ino_t wanted;
    pid_t child;
    char byte;

    if (argc != 2) {
        fputs("spoof DIR\n", stderr);
        return 2;
    }
    if (pipe(ready) != 0)
        die("pipe");
    wanted = listener();
    mount_double(argv[1], wanted);
    child = start(ready[1]);
    if (child == 0)
        spoof(argv[1], wanted, ready[1]);
    (void)close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    printf("%llu %ld %ld\n", (unsigned long long)wanted, (long)getpid(), (long)child);
    (void)fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    (void)kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return 0;
}
