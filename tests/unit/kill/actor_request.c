/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to the process that acts: what it accepts, how they are made, and words for replies. */
#include "harness.h"

#include "kill/actor.h"

#include <signal.h>
#include <stdio.h>

static const struct actor_plan signals = {.what = ACTOR_SIGNAL, .signal = SIGTERM};
static const struct actor_plan closes = {.what = ACTOR_CLOSE};

static struct actor_request request_of(const struct actor_plan *plan)
{
    struct actor_request request;

    memset(&request, 0, sizeof(request));
    request.what = plan->what;
    request.sock = (struct pl_sock){.key = 77,
                                    .cookie = 5,
                                    .local_port = 3000,
                                    .have = PL_HAVE_COOKIE,
                                    .state = PL_STATE_LISTEN,
                                    .family = PL_FAMILY_INET,
                                    .proto = PL_PROTO_TCP};
    if (plan->what == ACTOR_SIGNAL) {
        request.pid = 1234;
        request.fd = 3;
        request.listed_started = 1000;
        request.listed_exe = 99;
        request.started_ticks = 100000;
        request.exe_dev = 1;
        request.exe_ino = 2;
    }
    return request;
}

/* Sets a number of a request. */
#define NUMBER(member) \
    offsetof(struct actor_request, member), sizeof(((struct actor_request *)NULL)->member)

static void set(struct actor_request *request, size_t offset, size_t size, uint64_t value)
{
    uint8_t *at = (uint8_t *)request + offset;
    uint8_t byte = (uint8_t)value;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;

    if (size == sizeof(byte))
        memcpy(at, &byte, size);
    else if (size == sizeof(half))
        memcpy(at, &half, size);
    else if (size == sizeof(word))
        memcpy(at, &word, size);
    else
        memcpy(at, &value, size);
}

enum allowed { NEVER = 0, SIGNAL = 1, CLOSE = 2, ALWAYS = 3 };

static const struct {
    const char *title;
    size_t offset, size;
    uint64_t value;
    enum allowed allowed;
} number_cases[] = {
    {"what: none", NUMBER(what), 0, NEVER},
    {"what: a signal", NUMBER(what), ACTOR_SIGNAL, SIGNAL},
    {"what: a close", NUMBER(what), ACTOR_CLOSE, CLOSE},
    {"what: unknown", NUMBER(what), 3, NEVER},
    {"what: largest", NUMBER(what), UINT32_MAX, NEVER},
    {"step: check", NUMBER(step), ACTOR_CHECK, ALWAYS},
    {"step: wait", NUMBER(step), ACTOR_WAIT, SIGNAL},
    {"step: unknown", NUMBER(step), ACTOR_STEP_MAX, NEVER},
    {"step: largest", NUMBER(step), UINT32_MAX, NEVER},
    {"pid: 0 is the process group", NUMBER(pid), 0, CLOSE},
    {"pid: 1", NUMBER(pid), 1, ALWAYS},
    {"pid: largest", NUMBER(pid), INT32_MAX, ALWAYS},
    {"pid: negative", NUMBER(pid), (uint64_t)INT32_MAX + 1, NEVER},
    {"pid: -1 is all processes", NUMBER(pid), UINT32_MAX, NEVER},
    {"fd: 0", NUMBER(fd), 0, ALWAYS},
    {"fd: largest", NUMBER(fd), INT32_MAX, ALWAYS},
    {"fd: negative", NUMBER(fd), (uint64_t)INT32_MAX + 1, NEVER},
    {"fd: none", NUMBER(fd), PL_FD_NONE, ALWAYS},
    {"key: none", NUMBER(sock.key), 0, CLOSE},
    {"key: largest", NUMBER(sock.key), UINT64_MAX, ALWAYS},
    {"start: listed", NUMBER(listed_started), UINT64_MAX, SIGNAL},
    {"executable: listed", NUMBER(listed_exe), UINT64_MAX, SIGNAL},
    {"start: checked", NUMBER(started_ticks), UINT64_MAX, SIGNAL},
    {"executable: device", NUMBER(exe_dev), UINT64_MAX, SIGNAL},
    {"executable: inode", NUMBER(exe_ino), UINT64_MAX, SIGNAL},
    {"start: not listed", NUMBER(listed_started), 0, ALWAYS},
    {"protocol: unknown", NUMBER(sock.proto), PL_PROTO_UNKNOWN, NEVER},
    {"protocol: last", NUMBER(sock.proto), PL_PROTO_MAX - 1, ALWAYS},
    {"protocol: none", NUMBER(sock.proto), PL_PROTO_MAX, NEVER},
    {"protocol: largest", NUMBER(sock.proto), UINT8_MAX, NEVER},
    {"family: unspecified", NUMBER(sock.family), PL_FAMILY_UNSPEC, NEVER},
    {"family: last", NUMBER(sock.family), PL_FAMILY_MAX - 1, ALWAYS},
    {"family: none", NUMBER(sock.family), PL_FAMILY_MAX, NEVER},
    {"family: without a name", NUMBER(sock.family), PL_FAMILY_OTHER | 1, NEVER},
    {"state: last", NUMBER(sock.state), PL_STATE_MAX - 1, ALWAYS},
    {"state: none", NUMBER(sock.state), PL_STATE_MAX, NEVER},
    {"state: without a name", NUMBER(sock.state), PL_STATE_OTHER | 20, ALWAYS},
    {"local port: largest", NUMBER(sock.local_port), UINT16_MAX, ALWAYS},
    {"local port: too large", NUMBER(sock.local_port), UINT16_MAX + 1, NEVER},
    {"local port: 16 bits of it fit", NUMBER(sock.local_port), 0x10000 + 3000, NEVER},
    {"peer port: largest", NUMBER(sock.peer_port), UINT16_MAX, ALWAYS},
    {"peer port: too large", NUMBER(sock.peer_port), UINT32_MAX, NEVER},
};

static void numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(number_cases); i++) {
        struct actor_request request = request_of(&signals);

        set(&request, number_cases[i].offset, number_cases[i].size, number_cases[i].value);
        if (actor_is_valid(&signals, &request, sizeof(request)) !=
            ((number_cases[i].allowed & SIGNAL) != 0))
            fail_msg("signal: %s", number_cases[i].title);
        request = request_of(&closes);
        set(&request, number_cases[i].offset, number_cases[i].size, number_cases[i].value);
        if (actor_is_valid(&closes, &request, sizeof(request)) !=
            ((number_cases[i].allowed & CLOSE) != 0))
            fail_msg("close: %s", number_cases[i].title);
    }
}

static void lengths(void **state)
{
    struct actor_request request = request_of(&signals);

    (void)state;
    for (size_t len = 0; len <= 2 * sizeof(request); len++)
        assert_int_equal(actor_is_valid(&signals, &request, len), len == sizeof(request));
    assert_false(actor_is_valid(&signals, &request, SIZE_MAX));
}

static void kinds(void **state)
{
    struct actor_request signal = request_of(&signals);
    struct actor_request close = request_of(&closes);

    (void)state;
    assert_true(actor_is_valid(&signals, &signal, sizeof(signal)));
    assert_true(actor_is_valid(&closes, &close, sizeof(close)));
    assert_false(actor_is_valid(&closes, &signal, sizeof(signal)));
    assert_false(actor_is_valid(&signals, &close, sizeof(close)));
    memset(&signal, 0, sizeof(signal));
    memset(&close, 0xff, sizeof(close));
    assert_false(actor_is_valid(&signals, &signal, sizeof(signal)));
    assert_false(actor_is_valid(&closes, &close, sizeof(close)));
}

static void hashes(void **state)
{
    char path[] = "/usr/bin/a";

    (void)state;
    assert_true(actor_exe_hash((struct pl_text){0}) == 0);
    assert_true(actor_exe_hash((struct pl_text){"", 0}) != 0);
    /* The vector of FNV-1a for "a". */
    assert_true(actor_exe_hash((struct pl_text){"a", 1}) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(actor_exe_hash((struct pl_text){path, 9}) !=
                actor_exe_hash((struct pl_text){path, 10}));
}

static void explanations(void **state)
{
    static const struct {
        const struct actor_plan *plan;
        struct actor_reply reply;
        const char *text;
    } cases[] = {
        {&signals, {.outcome = ACTOR_READY}, "would get the signal"},
        {&closes, {.outcome = ACTOR_READY}, "would be closed"},
        {&signals, {.outcome = ACTOR_DONE}, "ended"},
        {&closes, {.outcome = ACTOR_DONE}, "closed"},
        {&signals, {.outcome = ACTOR_KILLED}, "ended by SIGKILL"},
        {&signals, {.outcome = ACTOR_SENT}, "the signal was sent, and the process still runs"},
        {&signals,
         {.outcome = ACTOR_SENT, .detail = ACTOR_OTHER_PROGRAM},
         "the signal was sent, but KILL was not: the process runs another program now"},
        {&signals,
         {.outcome = ACTOR_CHANGED, .detail = ACTOR_OTHER_PROCESS},
         "not touched: another process has this process id now"},
        {&signals,
         {.outcome = ACTOR_REFUSED, .detail = ACTOR_INIT},
         "not touched: it is process 1 (--really allows it)"},
        {&signals,
         {.outcome = ACTOR_FAILED, .detail = ACTOR_NOT_ALLOWED, .lacks = ACTOR_LACKS_KILL},
         "failed: not permitted (needs CAP_KILL, or root)"},
        {&closes,
         {.error = -EPERM,
          .outcome = ACTOR_FAILED,
          .detail = ACTOR_NOT_ALLOWED,
          .lacks = ACTOR_LACKS_NET_ADMIN},
         "failed: not permitted (needs CAP_NET_ADMIN, or root)"},
        {&signals, {.error = -EIO, .outcome = ACTOR_FAILED}, "failed: Input/output error"},
        {&signals,
         {.error = -EPIPE, .outcome = ACTOR_FAILED, .detail = ACTOR_LOST},
         "failed: the process that acts gave no reply: Broken pipe"},
        /* A reply of a damaged actor. */
        {&signals, {.outcome = UINT32_MAX, .detail = UINT32_MAX}, "failed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];

        (void)actor_explain(cases[i].plan, &cases[i].reply, text, sizeof(text));
        if (cases[i].reply.error == 0 || cases[i].reply.detail == ACTOR_NOT_ALLOWED)
            assert_string_equal(text, cases[i].text);
        else if (strncmp(text, cases[i].text, strlen("failed: ")) != 0)
            fail_msg("%s", text); /* the rest depends on the C library */
    }
}

/* Another socket of the process may do only if the reason is about the socket. */
static void about_sockets(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < ACTOR_DETAIL_MAX; i++) {
        const struct actor_reply reply = {.detail = i};
        bool about = i == ACTOR_SOCKET_GONE || i == ACTOR_NOT_HELD || i == ACTOR_UNSELECTED ||
                     i == ACTOR_UNSURE;

        assert_int_equal(actor_is_about_socket(&reply), about);
    }
}

/* Each word is there, and differs from the others. */
static void words(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < ACTOR_OUTCOME_MAX; i++)
        assert_non_null(actor_outcome_name(i));
    for (unsigned int i = 1; i < ACTOR_DETAIL_MAX; i++) {
        assert_true(actor_detail_name(i)[0] != '\0');
        for (unsigned int j = 0; j < i; j++)
            assert_string_not_equal(actor_detail_name(i), actor_detail_name(j));
    }
    assert_string_equal(actor_detail_name(ACTOR_NO_DETAIL), "");
    assert_null(actor_outcome_name(ACTOR_OUTCOME_MAX));
    assert_null(actor_detail_name(ACTOR_DETAIL_MAX));
}

/* The manual page explains each reason: ".It Cm bound , kind". */
static void manual(void **state)
{
    bool explained[ACTOR_DETAIL_MAX] = {[ACTOR_NO_DETAIL] = true};
    FILE *page = fopen(DATA "/../man/portkill.1", "r");
    char line[256];

    (void)state;
    assert_non_null(page);
    while (fgets(line, sizeof(line), page)) {
        char *rest = line + strlen(".It Cm ");
        char *word;

        if (strncmp(line, ".It Cm ", strlen(".It Cm ")) != 0)
            continue;
        while ((word = strsep(&rest, " ,\n")) != NULL) {
            for (unsigned int i = 1; i < ACTOR_DETAIL_MAX; i++)
                explained[i] |= strcmp(word, actor_detail_name(i)) == 0;
        }
    }
    (void)fclose(page);
    for (unsigned int i = 0; i < ACTOR_DETAIL_MAX; i++) {
        if (!explained[i])
            fail_msg("man/portkill.1 does not explain %s", actor_detail_name(i));
    }
}

TEST_MAIN(TEST(numbers), TEST(lengths), TEST(kinds), TEST(hashes), TEST(explanations), TEST(words),
          TEST(about_sockets), TEST(manual))
