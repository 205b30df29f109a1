/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the helper and sends it questions. The helper is a child process, because C libraries load
 * modules to look up names, and these open sockets and files. It is connected by pipes, which
 * appear in no list of sockets. Its answers are not trusted, because it parses data from other
 * machines.
 */
#include "ways.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NSSWITCH  "/etc/nsswitch.conf"
#define NSCD      "/var/run/nscd/socket"
#define ERRNO_END 4096 /* the next number after the last errno of Linux */
#define GRACE_MS  500  /* ms, added to the limit of the helper */

static unsigned int limit_of(const struct names *names)
{
    return names->limit_ms > 0 ? names->limit_ms : NAMES_DEFAULT_MS;
}

/* ---- questions ---- */

/* Ignores SIGPIPE: a helper that has ended must not end the program. */
static int put_question(int fd, const struct names_question *question, const void *bytes,
                        int64_t until)
{
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    struct sigaction before;
    int err;

    (void)sigaction(SIGPIPE, &ignored, &before);
    err = names_write(fd, question, sizeof(*question), until);
    if (err == 0)
        err = names_write(fd, bytes, question->len, until);
    (void)sigaction(SIGPIPE, &before, NULL);
    return err;
}

/*
 * Receives one answer and appends it, with a NUL, to *text of length *len. Returns 0 or a negative
 * errno of the exchange. *error is the error of the answer.
 */
static int get_answer(struct names *names, int64_t until, char **text, size_t *len, int *error)
{
    struct names_answer head;
    char *longer;
    int err = names_read(names->from, &head, sizeof(head), until);

    if (err < 0)
        return err;
    if (head.len > NAMES_BYTES_MAX - *len || head.error <= -ERRNO_END || head.error >= ERRNO_END)
        return -EIO;
    longer = realloc(*text, *len + head.len + 1U);
    if (!longer)
        return -ENOMEM;
    *text = longer;
    err = names_read(names->from, longer + *len, head.len, until);
    if (err < 0)
        return err;
    *len += head.len;
    longer[*len] = '\0';
    *error = head.error;
    return 0;
}

/*
 * Sends a question and appends the answer or, if several is set, all answers until an empty one.
 * The caller frees *text, also after an error. After a failed exchange, all later questions fail in
 * the same way.
 */
static int ask(struct names *names, struct names_question *question, const void *bytes,
               bool several, char **text, size_t *len)
{
    int64_t until;
    size_t before;
    int error = 0;

    *text = NULL;
    *len = 0;
    if (names->error < 0)
        return names->error;
    question->limit_ms = limit_of(names);
    until = names_now_ms() + question->limit_ms + (question->kind == NAMES_HOSTS ? GRACE_MS : 0);
    names->error = put_question(names->to, question, bytes, until);
    do {
        before = *len;
        if (names->error == 0)
            names->error = get_answer(names, until, text, len, &error);
    } while (names->error == 0 && several && *len > before);
    if (names->error == 0 && !*text)
        names->error = -EIO;
    return names->error < 0 ? names->error : error;
}

static int ask_users(void *users_arg, const uint32_t *uids, size_t count, bool all,
                     pl_users_take_fn *take, void *arg, int *partial)
{
    struct names *names = users_arg;
    struct names_question question = {.kind = NAMES_USERS,
                                      .count = (uint32_t)count,
                                      .extra = all,
                                      .len = (uint32_t)(count * sizeof(*uids))};
    char *text;
    size_t len;
    int err;

    if (count > NAMES_BYTES_MAX / sizeof(*uids))
        return -EFBIG;
    err = ask(names, &question, uids, true, &text, &len);
    if (err == -ETIMEDOUT)
        err = ETIMEDOUT;
    if (err > 0)
        *partial = err;
    if (err >= 0)
        err = take(arg, text ? text : "", len);
    free(text);
    return err;
}

pl_users_fn *names_users(const struct names *names)
{
    return names->helper ? ask_users : NULL;
}

static void take_hosts(struct names_entry *entries, size_t count, const char *text, size_t len)
{
    const char *at = text;

    for (size_t i = 0; i < count && at < text + len; i++) {
        const char *name = at + 1;

        entries[i].answered = *at == 'y';
        if (entries[i].answered && name < text + len && *name != '\0')
            entries[i].name = strdup(name);
        at = name < text + len ? name + strlen(name) + 1 : name;
    }
}

int names_hosts_ask(struct names *names, struct names_entry *entries, size_t count)
{
    struct names_question question = {
        .kind = NAMES_HOSTS, .count = (uint32_t)count, .len = (uint32_t)(count * sizeof(*entries))};
    char *text;
    size_t len;
    int err;

    if (!names->helper)
        return names_ask_hosts(entries, count, limit_of(names));
    if (count > NAMES_BYTES_MAX / sizeof(*entries))
        return -EFBIG;
    err = ask(names, &question, entries, false, &text, &len);
    if (err >= 0)
        take_hosts(entries, count, text, len);
    free(text);
    return err;
}

size_t names_service(struct names *names, uint32_t port, unsigned int proto, char *buf, size_t size)
{
    struct names_question question = {.kind = NAMES_SERVICE, .count = port, .extra = proto};
    char *text;
    size_t len;

    if (!names->helper)
        return names_here_service(port, proto, buf, size);
    if (ask(names, &question, NULL, false, &text, &len) == 0) {
        len = strnlen(text, size);
        memcpy(buf, text, len);
    } else {
        len = 0;
    }
    free(text);
    return len;
}

int names_addresses(struct names *names, const char *host, unsigned int family, struct pl_host *out,
                    size_t max)
{
    struct names_question question = {.kind = NAMES_ADDRESSES,
                                      .count = (uint32_t)max,
                                      .extra = family,
                                      .len = (uint32_t)strlen(host)};
    char *text;
    size_t len;
    size_t count = 0;
    int err;

    if (!names->helper)
        return names_here_addresses(host, family, out, max);
    err = ask(names, &question, host, false, &text, &len);
    for (size_t at = 0; err == 0 && at + sizeof(*out) <= len && count < max; at += sizeof(*out)) {
        memcpy(&out[count], text + at, sizeof(*out));
        count += out[count].family == PL_FAMILY_INET || out[count].family == PL_FAMILY_INET6;
    }
    free(text);
    return err < 0 ? err : (int)count;
}

int names_port(struct names *names, const char *service, unsigned int proto)
{
    struct names_question question = {
        .kind = NAMES_PORT, .extra = proto, .len = (uint32_t)strlen(service)};
    char *text;
    size_t len;
    uint16_t port = 0;
    int err;

    if (!names->helper)
        return names_here_port(service, proto);
    err = ask(names, &question, service, false, &text, &len);
    if (err == 0 && len == sizeof(port))
        memcpy(&port, text, sizeof(port));
    else
        err = err < 0 ? err : -EIO;
    free(text);
    return err < 0 ? err : port;
}

int names_table(struct names *names, enum names_table table, names_row_fn *row, void *arg)
{
    struct names_question question = {.kind = NAMES_TABLE, .count = table};
    char *text;
    char *rest;
    char *line;
    size_t len;
    int err;

    if (!names->helper) {
        names_here_table(table, row, arg);
        return 0;
    }
    err = ask(names, &question, NULL, false, &text, &len);
    rest = err == 0 ? text : NULL;
    while ((line = strsep(&rest, "\n"))) {
        const char *problem = NULL;
        unsigned int number = (unsigned int)strtonum(strsep(&line, " "), 0, UINT16_MAX, &problem);
        const char *proto = strsep(&line, " ");

        if (!problem && line)
            row(arg, number, proto, line);
    }
    free(text);
    return err;
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

size_t names_user(struct names *names, uint32_t uid, char *buf, size_t size)
{
    struct one_user user = {.buf = buf, .size = size};
    int partial;

    if (!names->helper)
        return names_here_user(uid, buf, size);
    (void)ask_users(names, &uid, 1, false, take_user, &user, &partial);
    return user.len;
}

/* ---- starting the helper ---- */

/* nscd(8), if it runs, is asked first. */
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

/* A pipe whose ends are no standard streams, even if those are closed. */
static int make_pipe(int ends[2])
{
    int err = 0;

    if (pipe(ends) != 0)
        return -errno;
    for (int i = 0; i < 2; i++) {
        int end = ends[i];

        if (end > STDERR_FILENO) {
            (void)fcntl(end, F_SETFD, FD_CLOEXEC);
            continue;
        }
        ends[i] = fcntl(end, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        err = ends[i] < 0 ? -errno : err;
        close(end);
    }
    return err;
}

static void close_pipe(const int ends[2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
}

/* Never returns. The standard streams are closed, so that readers of the output do not wait for the
 * helper. */
static _Noreturn void be_helper(int from, int to, pid_t parent, names_confine_fn *confine)
{
    int nothing = open("/dev/null", O_RDWR);

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO && nothing >= 0; stream++)
        (void)dup2(nothing, stream);
    (void)signal(SIGALRM, SIG_DFL);
    if (confine)
        confine(from, to);
    if (getppid() == parent)
        names_serve(from, to);
    _exit(0);
}

static int start(struct names *names, names_confine_fn *confine)
{
    int asked[2] = {-1, -1};
    int answered[2] = {-1, -1};
    pid_t parent = getpid();
    pid_t child = -1;
    int err = make_pipe(asked);

    if (err == 0)
        err = make_pipe(answered);
    if (err == 0 && (child = fork()) < 0)
        err = -errno;
    if (child == 0) {
        close(asked[1]);
        close(answered[0]);
        be_helper(asked[0], answered[1], parent, confine);
    }
    if (err < 0) {
        close_pipe(asked);
        close_pipe(answered);
        return err;
    }
    close(asked[0]);
    close(answered[1]);
    names->to = asked[1];
    names->from = answered[0];
    (void)fcntl(names->to, F_SETFL, O_NONBLOCK);
    (void)fcntl(names->from, F_SETFL, O_NONBLOCK);
    return 0;
}

void names_start_helper(struct names *names, bool users, bool others, names_confine_fn *confine)
{
    if (names->helper || (!users && !others))
        return;
    if (!others && users_are_files()) {
        /* If the C library loads a module for files, it does so now. */
        setpwent();
        endpwent();
        return;
    }
    names->helper = true;
    names->to = names->from = -1;
    names->error = start(names, confine);
}

void names_end_helper(struct names *names)
{
    if (names->helper)
        close_pipe((const int[]){names->to, names->from});
    *names = (struct names){.limit_ms = names->limit_ms};
}
