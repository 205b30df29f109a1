/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts from a script of segments, for tests of attempt/. A script is a list of
 *     WHO FLAGS SEQ [ACK] [/DATA] [@MS] [option...];
 * WHO: c (10.0.0.1:1000) or s (10.0.0.2:80); FLAGS: letters S A R F P; @MS: milliseconds since the
 * first segment, 1 later than the one before by default. "I TYPE CODE SEQ [FLAGS]" is an ICMP error about a
 * segment of c. Options: bad (checksum), mss, scale, sack, ts, cookie, ask.
 */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

#include "harness.h"

#include "api/attempt.h"

#include <stdio.h>

#define SCRIPT_START UINT64_C(1795969217000000000)

static const uint64_t script_keys[PL_ATTEMPT_KEYS] = {
    UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xbf58476d1ce4e5b9), UINT64_C(0x94d049bb133111eb),
    UINT64_C(0x2545f4914f6cdd1d), UINT64_C(0xd6e8feb86659fd93), UINT64_C(0xa0761d6478bd642f),
    UINT64_C(0xe7037ed1a0b428db), UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3),
    UINT64_C(0x1d8e4e27c47d124f), UINT64_C(0xeb44accab455d165), UINT64_C(0x72be1579feb64dd9)};

struct script_word {
    const char *word;
    uint16_t bit;
};

static inline uint64_t script_number(const char *text)
{
    uint64_t number = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    assert_true(*text == '\0');
    return number;
}

static inline void script_option(const char *word, struct pl_segment *out, uint64_t *ms)
{
    static const struct script_word words[] = {{"mss", PL_SYN_MSS},
                                               {"scale", PL_SYN_SCALE},
                                               {"sack", PL_SYN_SACK},
                                               {"ts", PL_SYN_TIMESTAMPS},
                                               {"cookie", PL_SYN_FAST_OPEN | PL_SYN_COOKIE},
                                               {"ask", PL_SYN_FAST_OPEN}};

    if (word[0] == '@') {
        *ms = script_number(word + 1);
        return;
    }
    if (word[0] == '/') {
        out->data = (uint32_t)script_number(word + 1);
        return;
    }
    if (strcmp(word, "bad") == 0) {
        out->bad = true;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i].word, word) == 0) {
            out->syn.have |= words[i].bit;
            return;
        }
    }
    fail_msg("unknown word in a script: %s", word);
}

static inline uint16_t script_flags(const char *letters)
{
    static const struct script_word bits[] = {{"S", PL_TCP_SYN}, {"A", PL_TCP_ACK},
                                              {"R", PL_TCP_RST}, {"F", PL_TCP_FIN},
                                              {"P", PL_TCP_PSH}, {"-", 0}};
    uint16_t flags = 0;

    for (; *letters != '\0'; letters++) {
        for (size_t i = 0; i < COUNT_OF(bits); i++)
            flags |= *letters == bits[i].word[0] ? bits[i].bit : 0;
    }
    return flags;
}

/* Reads one segment of the script into *out. */
static inline void script_segment(char *text, struct pl_segment *out, uint64_t *ms)
{
    static const uint8_t hosts[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
    static const uint16_t ports[2] = {1000, 80};
    char *words[16];
    size_t count = 0;
    size_t at = 3;
    bool server;

    for (char *word = text; *word != '\0';) {
        word += strspn(word, " \n");
        if (*word == '\0')
            break;
        assert_true(count < COUNT_OF(words));
        words[count++] = word;
        word += strcspn(word, " \n");
        if (*word != '\0')
            *word++ = '\0';
    }
    assert_true(count >= 3);
    server = words[0][0] == 's';
    *out = (struct pl_segment){
        .family = 4, .source_port = ports[server], .target_port = ports[!server]};
    memcpy(out->source, hosts[server], 4);
    memcpy(out->target, hosts[!server], 4);
    ++*ms;
    if (words[0][0] == 'I') {
        assert_true(count >= 4);
        out->icmp = true;
        out->type = (uint8_t)script_number(words[1]);
        out->code = (uint8_t)script_number(words[2]);
        out->seq = (uint32_t)script_number(words[3]);
        at = 4;
        if (count > at && words[at][0] >= 'A' && words[at][0] <= 'Z')
            out->flags = script_flags(words[at++]);
    } else {
        out->flags = script_flags(words[1]);
        out->seq = (uint32_t)script_number(words[2]);
        if (count > at && words[at][0] >= '0' && words[at][0] <= '9')
            out->ack = (uint32_t)script_number(words[at++]);
    }
    for (; at < count; at++)
        script_option(words[at], out, ms);
    out->time = SCRIPT_START + *ms * 1000000;
}

/* What take() was called with, as text: "completed isn 1 peer 2 syn 1 synack 1; ...". */
struct script_result {
    char text[4096];
    size_t len;
    struct pl_attempt last;
    size_t count;
};

static inline int script_take(void *arg, const struct pl_attempt *attempt)
{
    static const struct script_word marks[] = {{"other", PL_ATTEMPT_OTHER},
                                               {"bad_rst", PL_ATTEMPT_BAD_RST},
                                               {"reversed", PL_ATTEMPT_REVERSED},
                                               {"third", PL_ATTEMPT_THIRD}};
    struct script_result *result = arg;
    char *to = result->text + result->len;
    size_t room = sizeof(result->text) - result->len;
    size_t len = (size_t)snprintf(to, room, "%s%s", result->len > 0 ? "; " : "",
                                  pl_verdict_name(attempt->verdict));

    if (attempt->have & PL_ATTEMPT_ISN)
        len += (size_t)snprintf(to + len, room - len, " isn %u", attempt->isn);
    if (attempt->have & PL_ATTEMPT_PEER_ISN)
        len += (size_t)snprintf(to + len, room - len, " peer %u", attempt->peer_isn);
    len += (size_t)snprintf(to + len, room - len, " syn %u synack %u", attempt->syn_count,
                            attempt->synack_count);
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (attempt->have & marks[i].bit)
            len += (size_t)snprintf(to + len, room - len, " %s", marks[i].word);
    }
    result->len += len;
    result->last = *attempt;
    result->count++;
    return 0;
}

static inline void script_run(const char *script, bool going_on, struct script_result *result)
{
    struct pl_attempts *attempts = NULL;
    struct pl_segment segment;
    char copy[1024];
    uint64_t ms = UINT64_MAX; /* the first segment is at 0 */
    size_t bytes;

    *result = (struct script_result){.len = 0};
    assert_int_equal(pl_attempts_new(script_keys, script_take, result, &attempts), 0);
    while (*script != '\0') {
        size_t len = strcspn(script, ";");

        assert_true(len < sizeof(copy));
        memcpy(copy, script, len);
        copy[len] = '\0';
        script += len + (script[len] == ';');
        if (copy[strspn(copy, " \n")] == '\0')
            continue;
        script_segment(copy, &segment, &ms);
        assert_int_equal(pl_attempts_add(attempts, &segment), 0);
    }
    assert_int_equal(pl_attempts_end(attempts, going_on), 0);
    assert_int_equal(pl_attempts_count(attempts, &bytes), 0);
    pl_attempts_free(attempts);
}

#endif
