/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile NSS module for the C library of GNU: libnss_evil.so.2. Each lookup tries to write, to
 * read secrets, to execute and to reach the program that looks up. The name of user 4242, the address
 * of host "evil" and the service of UDP port 9 show what worked: "evil:none" and 127.0.0.1, or
 * "evil:cron,shadow" and 127.0.0.3. Any other name is unknown. If /usr/local/lib/slow exists, each
 * lookup of a user takes as many seconds as that file has bytes.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPORT   4242
#define OVERFLOW 65534 /* the uid in a namespace where the user is unmapped */

enum nss_status _nss_evil_getpwuid_r(uid_t uid, struct passwd *entry, char *buf, size_t size,
                                     int *error);
enum nss_status _nss_evil_gethostbyname4_r(const char *name, struct gaih_addrtuple **out, char *buf,
                                           size_t size, int *error, int *herror, int32_t *ttl);

enum nss_status _nss_evil_setservent(int stay);
enum nss_status _nss_evil_getservent_r(struct servent *entry, char *buf, size_t size, int *error);
enum nss_status _nss_evil_endservent(void);

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0644);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool writes_cron(void)
{
    return opens("/etc/cron.d/evil", O_WRONLY | O_CREAT);
}

static bool writes_passwd(void)
{
    return opens("/etc/passwd", O_WRONLY | O_APPEND);
}

static bool writes_shm(void)
{
    return opens("/dev/shm/evil", O_WRONLY | O_CREAT) || mkdir("/dev/shm/evil.d", 0755) == 0 ||
           symlink("/", "/dev/shm/evil.l") == 0;
}

static bool reads_shadow(void)
{
    return opens("/etc/shadow", O_RDONLY);
}

static bool reads_home(void)
{
    return opens("/root", O_RDONLY | O_DIRECTORY) || opens("/home", O_RDONLY | O_DIRECTORY);
}

static bool reads_parent(void)
{
    char path[64];
    char byte;
    struct iovec here = {&byte, 1};
    struct iovec there = {&there, 1};

    (void)snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
    return opens(path, O_RDONLY) || process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1;
}

static bool traces_parent(void)
{
    return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0;
}

static bool kills_parent(void)
{
    return kill(getppid(), 0) == 0 || syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static bool limits_parent(void)
{
    const struct rlimit limit = {0, 0};

    return syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, &limit, NULL) == 0 ||
           setpriority(PRIO_PROCESS, (id_t)getppid(), 19) == 0;
}

/* In a child: a success would replace the helper. */
static bool executes(void)
{
    char *const argv[] = {"true", NULL};
    pid_t child = fork();
    int status = 1;

    if (child == 0) {
        execv("/bin/true", argv);
        _exit(1);
    }
    if (child < 0)
        return execv("/nonexistent", argv) < 0 && errno == ENOENT;
    (void)waitpid(child, &status, 0);
    return status == 0;
}

static bool becomes_root(void)
{
    return geteuid() != 0 && (setuid(0) == 0 || seteuid(0) == 0);
}

static bool has_capabilities(void)
{
    return chroot("/") == 0 || sethostname("evil", 4) == 0;
}

static bool makes_namespace(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool opens_packets(void)
{
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    return fd >= 0;
}

static bool binds_file(void)
{
    const struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "/dev/shm/evil.s"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    return fd >= 0 && bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) == 0;
}

static bool has_files(void)
{
    return fcntl(200, F_GETFD) >= 0;
}

static const struct {
    const char *name;
    bool (*works)(void);
} attacks[] = {
    {"cron", writes_cron},      {"passwd", writes_passwd},
    {"shm", writes_shm},        {"shadow", reads_shadow},
    {"home", reads_home},       {"memory", reads_parent},
    {"trace", traces_parent},   {"kill", kills_parent},
    {"limit", limits_parent},   {"exec", executes},
    {"root", becomes_root},     {"capability", has_capabilities},
    {"packets", opens_packets}, {"bind", binds_file},
    {"files", has_files},       {"namespace", makes_namespace},
};

/* Writes "evil:cron,shadow", the attempts that worked; returns their number. */
static unsigned int attack(char *buf, size_t size)
{
    unsigned int count = 0;
    size_t len = (size_t)snprintf(buf, size, "evil:");

    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        if (!attacks[i].works() || len >= size)
            continue;
        len +=
            (size_t)snprintf(buf + len, size - len, "%s%s", count > 0 ? "," : "", attacks[i].name);
        count++;
    }
    if (count == 0 && len < size)
        (void)snprintf(buf + len, size - len, "none");
    return count;
}

enum nss_status _nss_evil_getpwuid_r(uid_t uid, struct passwd *entry, char *buf, size_t size,
                                     int *error)
{
    struct stat slow;

    if (stat("/usr/local/lib/slow", &slow) == 0)
        sleep((unsigned int)slow.st_size);
    (void)attack(buf, size);
    *error = ENOENT;
    if (uid != REPORT && uid != OVERFLOW)
        return NSS_STATUS_NOTFOUND;
    *entry = (struct passwd){.pw_name = buf,
                             .pw_passwd = "x",
                             .pw_uid = uid,
                             .pw_gid = uid,
                             .pw_gecos = "",
                             .pw_dir = "/",
                             .pw_shell = "/"};
    return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_evil_gethostbyname4_r(const char *name, struct gaih_addrtuple **out, char *buf,
                                           size_t size, int *error, int *herror, int32_t *ttl)
{
    static char text[512];
    static struct gaih_addrtuple found = {.family = AF_INET};
    unsigned int count = attack(text, sizeof(text));

    (void)buf;
    (void)size;
    (void)ttl;
    *error = ENOENT;
    *herror = HOST_NOT_FOUND;
    if (strcmp(name, "evil") != 0)
        return NSS_STATUS_NOTFOUND;
    found.name = "evil";
    ((unsigned char *)found.addr)[0] = 127;
    ((unsigned char *)found.addr)[3] = (unsigned char)(1 + count);
    if (*out)
        **out = found;
    else
        *out = &found;
    return NSS_STATUS_SUCCESS;
}

static bool listed;

enum nss_status _nss_evil_setservent(int stay)
{
    (void)stay;
    listed = false;
    return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_evil_getservent_r(struct servent *entry, char *buf, size_t size, int *error)
{
    static char *none[] = {NULL};
    static char proto[] = "udp";

    *error = ENOENT;
    if (listed)
        return NSS_STATUS_NOTFOUND;
    listed = true;
    (void)attack(buf, size);
    *entry =
        (struct servent){.s_name = buf, .s_aliases = none, .s_port = htons(9), .s_proto = proto};
    return NSS_STATUS_SUCCESS;
}

enum nss_status _nss_evil_endservent(void)
{
    return NSS_STATUS_SUCCESS;
}
