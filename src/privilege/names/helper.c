/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers the questions of the program. */
#include "ways.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define NAME_MAX_BYTES 256

static int answer(int fd, int error, const void *bytes, size_t len)
{
    const struct names_answer head = {error, (uint32_t)len};
    int err = len > NAMES_BYTES_MAX ? -EFBIG : names_write(fd, &head, sizeof(head), NAMES_FOREVER);

    return err < 0 ? err : names_write(fd, bytes, len, NAMES_FOREVER);
}

static int take_lines(void *arg, const void *bytes, size_t len)
{
    return len > 0 ? answer(*(int *)arg, 0, bytes, len) : 0;
}

/* Sends each name as soon as it is found, because the program may stop waiting. */
static int answer_users(int fd, const struct names_question *question, const void *bytes)
{
    const uint32_t *uids = bytes;
    int err = question->len / sizeof(*uids) < question->count ? -EINVAL : 0;
    int partial = 0;

    for (size_t i = 0; i < question->count && err == 0; i++)
        err = pl_users_read(NULL, &uids[i], 1, false, take_lines, &fd, &partial);
    if (err == 0 && question->extra)
        err = pl_users_read(NULL, NULL, 0, true, take_lines, &fd, &partial);
    return err == -EPIPE ? err : answer(fd, err ? err : partial, NULL, 0);
}

static char *put(char *at, const struct names_entry *entry)
{
    const char *name = entry->name ? entry->name : "";
    size_t size = strlen(name) + 1;

    *at++ = entry->answered ? 'y' : 'n';
    memcpy(at, name, size);
    return at + size;
}

static int answer_hosts(int fd, const struct names_question *question, struct names_entry *entries)
{
    size_t count = question->len / sizeof(*entries);
    size_t len = 0;
    char *text;
    char *at;
    int err;

    for (size_t i = 0; i < count; i++) {
        entries[i].name = NULL;
        entries[i].answered = false;
    }
    err = names_ask_hosts(entries, count, question->limit_ms);
    for (size_t i = 0; i < count; i++)
        len += (entries[i].name ? strlen(entries[i].name) : 0) + 2;
    text = malloc(len + 1);
    at = text;
    for (size_t i = 0; i < count && text; i++)
        at = put(at, &entries[i]);
    for (size_t i = 0; i < count; i++)
        free(entries[i].name);
    err = text ? answer(fd, err, text, len) : -ENOMEM;
    free(text);
    return err;
}

static int answer_service(int fd, const struct names_question *question)
{
    char name[NAME_MAX_BYTES];

    return answer(fd, 0, name,
                  names_here_service(question->count, question->extra, name, sizeof(name)));
}

static int answer_addresses(int fd, const struct names_question *question, const char *host)
{
    struct pl_host found[NAMES_ADDRESSES_MAX];
    size_t max = question->count < NAMES_ADDRESSES_MAX ? question->count : NAMES_ADDRESSES_MAX;
    int count = names_here_addresses(host, question->extra, found, max);

    return count < 0 ? answer(fd, count, NULL, 0)
                     : answer(fd, 0, found, (size_t)count * sizeof(*found));
}

static int answer_port(int fd, const struct names_question *question, const char *service)
{
    int port = names_here_port(service, question->extra);
    uint16_t found = (uint16_t)port;

    return port < 0 ? answer(fd, port, NULL, 0) : answer(fd, 0, &found, sizeof(found));
}

struct rows {
    char *text;
    size_t len;
    int error;
};

static void add_row(void *arg, unsigned int number, const char *proto, const char *name)
{
    struct rows *rows = arg;
    size_t most = strlen(proto) + strlen(name) + 16;
    char *longer = rows->error == 0 ? realloc(rows->text, rows->len + most) : NULL;

    if (!longer) {
        rows->error = -ENOMEM;
        return;
    }
    rows->text = longer;
    rows->len += (size_t)snprintf(longer + rows->len, most, "%u %s %s\n", number, proto, name);
}

static int answer_table(int fd, const struct names_question *question)
{
    struct rows rows = {0};
    int err;

    names_here_table(question->count == NAMES_SERVICES ? NAMES_SERVICES : NAMES_PROTOCOLS, add_row,
                     &rows);
    err = answer(fd, rows.error, rows.text, rows.len);
    free(rows.text);
    return err;
}

static int answer_question(int fd, const struct names_question *question, void *bytes)
{
    switch (question->kind) {
    case NAMES_USERS:
        return answer_users(fd, question, bytes);
    case NAMES_HOSTS:
        return answer_hosts(fd, question, bytes);
    case NAMES_SERVICE:
        return answer_service(fd, question);
    case NAMES_ADDRESSES:
        return answer_addresses(fd, question, bytes);
    case NAMES_PORT:
        return answer_port(fd, question, bytes);
    case NAMES_TABLE:
        return answer_table(fd, question);
    default:
        return -EINVAL;
    }
}

/* SIGALRM ends a helper that hangs in a lookup after the program has stopped waiting. */
static void set_alarm(unsigned int ms)
{
    const struct itimerval timer = {
        .it_value = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)}};

    (void)setitimer(ITIMER_REAL, &timer, NULL);
}

void names_serve(int from, int to)
{
    struct names_question question;
    int err = 0;

    while (err == 0 && names_read(from, &question, sizeof(question), NAMES_FOREVER) == 0 &&
           question.len <= NAMES_BYTES_MAX) {
        char *bytes = malloc(question.len + 1U);

        err = bytes ? names_read(from, bytes, question.len, NAMES_FOREVER) : -ENOMEM;
        if (err == 0) {
            bytes[question.len] = '\0';
            set_alarm(question.limit_ms + 1000);
            err = answer_question(to, &question, bytes);
            set_alarm(0);
        }
        free(bytes);
    }
}
