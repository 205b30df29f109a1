/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoof FOLDER: listens, and lets a child hold open a file that only looks like that socket: of
 * type S_IFSOCK, with the same inode number, on a tmpfs, which gives its numbers out one by one.
 * FOLDER is where the tmpfs is mounted; the mount namespace must be one's own. Prints
 * "INODE OWNER-PID SPOOFER-PID" and waits for the end of its input. Exit status 77: no such number.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIES_MAX 20000000UL /* a minute */

static void die(const char *what)
{
    perror(what);
    exit(1);
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

/* Makes and removes files until one has the number wanted. */
static int make_double(ino_t wanted)
{
    struct stat st;

    for (unsigned long i = 0; i < TRIES_MAX; i++) {
        if (mknod("double", S_IFSOCK | 0600, 0) != 0 || stat("double", &st) != 0)
            die("double");
        if (st.st_ino == wanted)
            return 0;
        if (st.st_ino > wanted)
            break;
        (void)unlink("double");
    }
    return -1;
}

/* Has none of the parent's descriptors but the standard ones. */
static void spoof(ino_t wanted, int ready)
{
    if (make_double(wanted) != 0) {
        fprintf(stderr, "no file with the number %llu\n", (unsigned long long)wanted);
        exit(77);
    }
    if (open("double", O_PATH | O_CLOEXEC) < 0)
        die("O_PATH");
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

    if (argc != 2 || mount("none", argv[1], "tmpfs", 0, "") != 0 || chdir(argv[1]) != 0)
        die("tmpfs");
    if (pipe(ready) != 0)
        die("pipe");
    wanted = listener();
    child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int fd = 3; fd < 16; fd++) {
            if (fd != ready[1])
                (void)close(fd);
        }
        spoof(wanted, ready[1]);
    }
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
