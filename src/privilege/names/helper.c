/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The helper: a process that looks names up. C libraries load modules for that, which open sockets
 * and files of their own, so it has neither filter nor Landlock; but it has given its rights up, and
 * has nothing to lose. It is asked and answers over two pipes, which no list of sockets shows:
 *
 *     question: struct question, len bytes
 *     answer:   struct answer, len bytes
 */
#include "ways.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NSSWITCH       "/etc/nsswitch.conf"
#define NSCD           "/var/run/nscd/socket"
#define NAME_MAX_BYTES 256
#define BYTES_MAX      (64U << 20) /* more is no answer: a million users */
#define ERRNO_END      4096        /* behind the last errno, as in Linux system calls */

enum kind { ASK_USERS, ASK_HOSTS, ASK_SERVICE };

struct question {
    uint32_t kind;
    uint32_t count; /* uids; hosts; a port */
    uint32_t extra; /* all of them too; milliseconds; its protocol */
    uint32_t len;
};

struct answer {
    int32_t error;
    uint32_t len;
};

static bool write_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t done = write(fd, at, len);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t len)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t done = read(fd, at, len);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

/* ---- the helper ---- */

static int answer(void *arg, const void *bytes, size_t len)
{
    int fd = *(int *)arg;
    const struct answer head = {0, (uint32_t)len};

    if (len > BYTES_MAX)
        return -EFBIG;
    return write_all(fd, &head, sizeof(head)) && write_all(fd, bytes, len) ? 0 : -EPIPE;
}

/* The answers: false when one could not be written, so that whoever waits for it is not misled. */
static bool answer_users(int fd, const struct question *question, const void *bytes)
{
    int err = question->len / sizeof(uint32_t) < question->count ? -EINVAL : 0;
    int partial = 0;

    if (err == 0)
        err = pl_users_read(NULL, bytes, question->count, question->extra != 0, answer, &fd,
                            &partial);
    err = err ? err : partial; /* a positive one: all but some names */
    return err != -EPIPE && write_all(fd, &(struct answer){err, 0}, sizeof(struct answer));
}

/* The names, each with its NUL, in the order of the addresses. */
static bool answer_hosts(int fd, const struct question *question, struct names_entry *entries)
{
    size_t count = question->len / sizeof(*entries);
    size_t len = 0;
    char *names;
    char *at;
    bool whole;

    for (size_t i = 0; i < count; i++)
        entries[i].name = NULL;
    names_ask_hosts(entries, count, question->extra);
    for (size_t i = 0; i < count; i++)
        len += (entries[i].name ? strlen(entries[i].name) : 0) + 1;
    names = malloc(len + 1);
    at = names;
    for (size_t i = 0; i < count && names; i++) {
        const char *name = entries[i].name ? entries[i].name : "";

        memcpy(at, name, strlen(name) + 1);
        at += strlen(name) + 1;
    }
    for (size_t i = 0; i < count; i++)
        free(entries[i].name);
    whole = answer(&fd, names, names ? len : 0) == 0;
    free(names);
    return whole;
}

static bool answer_service(int fd, const struct question *question)
{
    char name[NAME_MAX_BYTES];

    return answer(&fd, name,
                  names_service(&(struct names){0}, question->count, question->extra, name,
                                sizeof(name))) == 0;
}

static void serve(int from, int to)
{
    struct question question;

    while (read_all(from, &question, sizeof(question)) && question.len <= BYTES_MAX) {
        void *bytes = malloc(question.len + 1U);
        bool answered;

        if (!bytes || !read_all(from, bytes, question.len)) {
            free(bytes);
            return;
        }
        if (question.kind == ASK_USERS)
            answered = answer_users(to, &question, bytes);
        else if (question.kind == ASK_HOSTS)
            answered = answer_hosts(to, &question, bytes);
        else
            answered = answer_service(to, &question);
        free(bytes);
        if (!answered)
            return;
    }
}

/* Never returns. Whoever reads our output does not wait for the helper too. */
static _Noreturn void be_helper(int from, int to, pid_t parent, names_confine_fn *confine)
{
    int nothing = open("/dev/null", O_RDWR);

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO && nothing >= 0; stream++)
        (void)dup2(nothing, stream);
    confine(from, to);
    if (getppid() == parent)
        serve(from, to);
    _exit(0);
}

/* ---- asking it ---- */

/* A helper that is gone must not take us along. */
static bool put_question(int fd, const struct question *question, const void *bytes)
{
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    struct sigaction before;
    bool whole;

    (void)sigaction(SIGPIPE, &ignored, &before);
    whole = write_all(fd, question, sizeof(*question)) && write_all(fd, bytes, question->len);
    (void)sigaction(SIGPIPE, &before, NULL);
    return whole;
}

/* Its answer is not trusted: it has read what comes from outside. *out is to be freed; it has a NUL
 * behind its end. 0 or a negative errno. */
static int ask(struct names *names, const struct question *question, const void *bytes, char **out,
               size_t *len)
{
    struct answer head;
    char *text;

    if (names->out_of_step)
        return -EIO;
    names->out_of_step = true;
    if (!put_question(names->to, question, bytes) || !read_all(names->from, &head, sizeof(head)) ||
        head.len > BYTES_MAX)
        return -EIO;
    text = head.error < 0 ? NULL : malloc(head.len + 1U);
    if (!text) {
        names->out_of_step = head.error >= 0;
        return head.error >= 0 ? -ENOMEM : head.error > -ERRNO_END ? head.error : -EIO;
    }
    if (!read_all(names->from, text, head.len)) {
        free(text);
        return -EIO;
    }
    names->out_of_step = false;
    text[head.len] = '\0';
    *out = text;
    *len = head.len;
    return 0;
}

static int ask_users(void *users_arg, const uint32_t *uids, size_t count, bool all,
                     pl_users_take_fn *take, void *arg, int *partial)
{
    struct names *names = users_arg;
    const struct question question = {.kind = ASK_USERS,
                                      .count = (uint32_t)count,
                                      .extra = all,
                                      .len = (uint32_t)(count * sizeof(*uids))};
    struct answer end;
    char *text;
    size_t len;
    int err;

    if (count > BYTES_MAX / sizeof(*uids))
        return -EFBIG;
    err = ask(names, &question, uids, &text, &len);
    if (err < 0)
        return err;
    err = take(arg, text, len);
    free(text);
    /* What became of it all comes behind the names. */
    names->out_of_step = !read_all(names->from, &end, sizeof(end));
    if (err < 0)
        return err;
    if (names->out_of_step || end.error < 0 || end.error >= ERRNO_END)
        return -EIO;
    if (end.error != 0)
        *partial = end.error;
    return 0;
}

static void ask_hosts(struct names *names, struct names_entry *entries, size_t count,
                      unsigned int limit_ms)
{
    const struct question question = {.kind = ASK_HOSTS,
                                      .count = (uint32_t)count,
                                      .extra = limit_ms,
                                      .len = (uint32_t)(count * sizeof(*entries))};
    const char *at;
    char *text;
    size_t len;

    if (count > BYTES_MAX / sizeof(*entries) || ask(names, &question, entries, &text, &len) < 0)
        return;
    at = text;
    for (size_t i = 0; i < count && at < text + len; i++) {
        if (*at != '\0')
            entries[i].name = strdup(at);
        at += strlen(at) + 1;
    }
    free(text);
}

static size_t ask_service(struct names *names, uint32_t port, unsigned int proto, char *buf,
                          size_t size)
{
    const struct question question = {.kind = ASK_SERVICE, .count = port, .extra = proto};
    char *text;
    size_t len;

    if (ask(names, &question, "", &text, &len) < 0)
        return 0;
    len = strnlen(text, size);
    memcpy(buf, text, len);
    free(text);
    return len;
}

struct one_user {
    char *buf;
    size_t size, len;
};

/* "uid:name\n" */
static int take_user(void *arg, const void *bytes, size_t len)
{
    struct one_user *user = arg;
    const char *line = bytes;
    const char *name = memchr(line, ':', len);
    const char *end = name ? memchr(name, '\n', len - (size_t)(name - line)) : NULL;

    if (!end)
        return 0;
    user->len = strnlen(name + 1, (size_t)(end - name) - 1);
    user->len = user->len < user->size ? user->len : user->size;
    memcpy(user->buf, name + 1, user->len);
    return 0;
}

static size_t ask_user(struct names *names, uint32_t uid, char *buf, size_t size)
{
    struct one_user user = {.size = size};
    int partial;

    user.buf = buf;
    (void)ask_users(names, &uid, 1, false, take_user, &user, &partial);
    return user.len;
}

static const struct names_helper helper = {ask_hosts, ask_user, ask_service, ask_users};

/* ---- starting it ---- */

/* Anything but files is asked by a module; nscd(8) stands before all of them. */
static bool users_are_files(void)
{
    char text[16384];
    ssize_t len = 0;
    int fd;

    if (access(NSCD, F_OK) == 0)
        return false;
    fd = open(NSSWITCH, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        len = read(fd, text, sizeof(text));
        close(fd);
    }
    return len >= 0 && (size_t)len < sizeof(text) && names_users_are_files(text, (size_t)len);
}

/* Descriptors of ours are no standard stream, even where those are closed. Takes fd over. */
static int above_stdio(int fd)
{
    int other;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    other = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return other;
}

static bool make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ends[0] = above_stdio(ends[0]);
    ends[1] = above_stdio(ends[1]);
    return ends[0] > 0 && ends[1] > 0;
}

void names_start_helper(struct names *names, bool users, bool others, names_confine_fn *confine)
{
    pid_t parent = getpid();
    int asked[2];
    int answered[2];
    pid_t child;

    if (!users && !others)
        return;
    if (!others && users_are_files()) {
        /* A C library that has a module for files too loads it now. */
        setpwent();
        endpwent();
        return;
    }
    if (!make_pipe(asked) || !make_pipe(answered))
        return;
    child = fork();
    if (child == 0) {
        close(asked[1]);
        close(answered[0]);
        be_helper(asked[0], answered[1], parent, confine);
    }
    close(asked[0]);
    close(answered[1]);
    if (child > 0) {
        *names = (struct names){.helper = &helper, .to = asked[1], .from = answered[0]};
    } else {
        close(asked[1]);
        close(answered[0]);
    }
}

void names_end_helper(struct names *names)
{
    if (names->helper) {
        close(names->to);
        close(names->from);
    }
    *names = (struct names){0};
}
