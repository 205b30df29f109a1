/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grower SECONDS: processes whose descriptor table grows while it may be read.
 *
 * A victim has a table as large as it may be, so that a walk takes long, and sockets in its last
 * slots. It makes the table grow and closes the sockets at once. RCU keeps the outgrown table for a
 * while, and the slots there still point to the closed files. The user runs on the same processor.
 * It then opens as many sockets, and the kernel takes the freed files for them. A walk that is still
 * in the outgrown table finds the user's sockets there, which the victim never held.
 *
 * First prints "ready PID PROCESSOR": the user's process, and a processor that is free of all this.
 * At the end prints a line for each handover, "handover BEGIN END INODE...": when the table began to
 * grow, when the user's sockets were open, both in seconds since 1970, and what these sockets are.
 * The last line is "reused COUNT of COUNT": of the closed files that it looked at, those that the
 * user got. Exits with 77 where it cannot run, and prints "SKIP: REASON".
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOTS_MAX   131072 /* of a victim's table before it grows; a power of two */
#define TABLE_BEGIN 64     /* lower descriptors are for other uses */
#define SLOTS_MIN   4096
#define SOCKETS     10 /* of a victim: few, so that a handover is shorter than a walk */
#define ROUNDS      2  /* the user keeps its sockets for this many handovers */
#define VICTIM_PORT 2000
#define USER_PORT   3000
#define REFERENCES  128 /* files to compare the others with */
#define LOOKS_APART 32  /* it compares the files of one handover in this many */

/* From a victim to the user, which answers each with one byte. */
struct message {
    struct timespec begin;
    pid_t pid; /* 0: the sockets are closed now */
};

static int slots = SLOTS_MAX;
static int to_user[2];
static int to_victim[2];

/* Not in the last words of the bitmap, which would make the kernel allocate a larger table. */
static int socket_fd(int number)
{
    return slots - 2 * 64 + number;
}

static unsigned int round_of(unsigned int handover)
{
    return handover % ROUNDS * SOCKETS;
}

static int udp_socket(unsigned int port)
{
    const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd >= 0 && bind(fd, (const void *)&at, sizeof(at)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* ---- the user ---- */

static int references[REFERENCES];

/*
 * Returns how many references kcmp(2) sorts before a file. It sorts by obfuscated address, so that
 * a reused file keeps its rank.
 */
static int rank_of(pid_t pid, int fd)
{
    int rank = 0;

    for (int i = 0; i < REFERENCES; i++) {
        long order = syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, references[i], fd);

        if (order < 0)
            return -1;
        rank += order == 1;
    }
    return rank;
}

/* Counts the files of each rank; false if the kernel does not compare files. */
static bool count_ranks(pid_t pid, const int fds[SOCKETS], unsigned int counts[REFERENCES + 1])
{
    for (int i = 0; i <= REFERENCES; i++)
        counts[i] = 0;
    for (int i = 0; i < SOCKETS; i++) {
        int rank = rank_of(pid, fds[i]);

        if (rank < 0)
            return false;
        counts[rank]++;
    }
    return true;
}

static void print_handover(const struct timespec *begin, const int fds[SOCKETS])
{
    struct timespec end;
    struct stat status;

    (void)clock_gettime(CLOCK_REALTIME, &end);
    printf("handover %lld.%06ld %lld.%06ld", (long long)begin->tv_sec, begin->tv_nsec / 1000,
           (long long)end.tv_sec, end.tv_nsec / 1000);
    for (int i = 0; i < SOCKETS; i++)
        if (fds[i] >= 0 && fstat(fds[i], &status) == 0)
            printf(" %llu", (unsigned long long)status.st_ino);
    puts("");
}

/* Opens sockets as soon as the victim has closed its sockets, then closes the oldest. */
static void take_over(unsigned int handover, int fds[SOCKETS], const int oldest[SOCKETS])
{
    for (unsigned int i = 0; i < SOCKETS; i++)
        fds[i] = udp_socket(USER_PORT + round_of(handover) + i);
    for (unsigned int i = 0; i < SOCKETS; i++)
        if (oldest[i] > 0)
            close(oldest[i]);
}

static void use(void)
{
    static int fds[ROUNDS][SOCKETS];
    int theirs[SOCKETS];
    unsigned int before[REFERENCES + 1];
    unsigned int after[REFERENCES + 1];
    unsigned int reused = 0;
    unsigned int looked = 0;
    bool look = false;
    struct message message;

    (void)prctl(PR_SET_NAME, "user");
    for (int i = 0; i < REFERENCES; i++)
        references[i] = open("/dev/null", O_RDONLY);
    for (int i = 0; i < SOCKETS; i++)
        theirs[i] = socket_fd(i);
    for (unsigned int n = 0; read(to_user[0], &message, sizeof(message)) == sizeof(message);) {
        if (message.pid != 0) {
            look = n % LOOKS_APART == 0 && count_ranks(message.pid, theirs, before);
        } else {
            /* The next of its sets is the oldest. */
            take_over(n, fds[n % ROUNDS], fds[(n + 1) % ROUNDS]);
            print_handover(&message.begin, fds[n % ROUNDS]);
            if (look && count_ranks(getpid(), fds[n % ROUNDS], after)) {
                for (int i = 0; i <= REFERENCES; i++)
                    reused += before[i] < after[i] ? before[i] : after[i];
                looked += SOCKETS;
            }
            n++;
        }
        if (write(to_victim[1], "", 1) != 1)
            break;
    }
    printf("reused %u of %u\n", reused, looked);
}

/* ---- the victims ---- */

static bool tell(struct message message)
{
    char answer;

    return write(to_user[1], &message, sizeof(message)) == sizeof(message) &&
           read(to_victim[0], &answer, 1) == 1;
}

static bool open_sockets(unsigned int round)
{
    for (int i = 0; i < SOCKETS; i++) {
        int fd = udp_socket(VICTIM_PORT + round + (unsigned int)i);

        if (fd < 0 || dup2(fd, socket_fd(i)) < 0)
            return false;
        close(fd);
    }
    return true;
}

static bool suffer(unsigned int round)
{
    struct message message = {.pid = getpid()};

    if (prctl(PR_SET_NAME, "victim") != 0 || !open_sockets(round) || !tell(message))
        return false;
    message.pid = 0;
    (void)clock_gettime(CLOCK_REALTIME, &message.begin);
    if (dup2(0, slots) < 0)
        return false;
    for (int i = 0; i < SOCKETS; i++)
        close(socket_fd(i));
    return tell(message);
}

/* ---- both ---- */

static int skip(const char *reason)
{
    printf("SKIP: %s\n", reason);
    return 77;
}

/* Runs on the first processor; the last one, or -1 where there is only one. */
static int choose_processors(void)
{
    cpu_set_t set;
    size_t first = CPU_SETSIZE;
    size_t last = CPU_SETSIZE;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return -1;
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &set))
            continue;
        first = first == CPU_SETSIZE ? i : first;
        last = i;
    }
    if (first == last)
        return -1;
    CPU_ZERO(&set);
    CPU_SET(first, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0 ? (int)last : -1;
}

/* Sets the number of slots to what the limit allows. */
static bool choose_slots(void)
{
    struct rlimit limit = {SLOTS_MAX + 1, SLOTS_MAX + 1};

    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return true;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    while (slots > SLOTS_MIN && (rlim_t)slots >= limit.rlim_max)
        slots /= 2;
    limit.rlim_cur = limit.rlim_max;
    return (rlim_t)slots < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* Each victim gets a copy of this table. */
static bool fill_table(void)
{
    for (int fd = TABLE_BEGIN; fd < socket_fd(0); fd++)
        if (dup2(0, fd) < 0)
            return false;
    return true;
}

static pid_t fork_child(void)
{
    pid_t child = fork();

    if (child == 0)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

static int keep(time_t seconds)
{
    time_t end = time(NULL) + seconds;
    int status = 0;

    if (!fill_table())
        return 1;
    for (unsigned int n = 0; time(NULL) < end && status == 0; n++) {
        pid_t child = fork_child();

        if (child == 0)
            _exit(suffer(round_of(n)) ? 0 : 1);
        if (child < 0 || waitpid(child, &status, 0) < 0)
            return 1;
    }
    close(to_user[1]);
    (void)wait(NULL);
    return status == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *problem = NULL;
    int seconds = argc == 2 ? (int)strtonum(argv[1], 1, 3600, &problem) : 0;
    int processor = choose_processors();
    int null = open("/dev/null", O_RDWR);
    pid_t child;

    if (seconds == 0)
        return 2;
    if (processor < 0)
        return skip("there is only one processor");
    if (!choose_slots())
        return skip("the limit of open files is too low");
    if (null < 0 || dup2(null, 0) < 0 || pipe(to_user) != 0 || pipe(to_victim) != 0)
        return 1;
    child = fork_child();
    if (child == 0) {
        close(to_user[1]);
        use();
        (void)fflush(stdout);
        _exit(0);
    }
    printf("ready %d %d\n", (int)child, processor);
    (void)fflush(stdout);
    return child < 0 ? 1 : keep(seconds);
}
