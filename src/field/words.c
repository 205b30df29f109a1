/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of enumeration values as users type them. */
#include "field.h"
#include "model/array.h"
#include "model/near.h"

#include <string.h>

#define BIT(n) (1ULL << (n))

#define CLOSED  (BIT(PL_STATE_CLOSED) | BIT(PL_STATE_UNCONN))
#define SYNCING (BIT(PL_STATE_SYN_SENT) | BIT(PL_STATE_SYN_RECV))
#define SYNCED                                                                       \
    (BIT(PL_STATE_ESTABLISHED) | BIT(PL_STATE_FIN_WAIT1) | BIT(PL_STATE_FIN_WAIT2) | \
     BIT(PL_STATE_TIME_WAIT) | BIT(PL_STATE_CLOSE_WAIT) | BIT(PL_STATE_LAST_ACK) |   \
     BIT(PL_STATE_CLOSING))
/* All states but BOUND and PUBLISHED, which are shown only on request. */
#define ALL (SYNCED | SYNCING | CLOSED | BIT(PL_STATE_LISTEN))

/* Names of states and groups of states, ss(8)'s included. Completions offer the first of each. */
static const struct {
    const char *word;
    uint64_t states;
} states[] = {
    {"established", BIT(PL_STATE_ESTABLISHED)},
    {"syn-sent", BIT(PL_STATE_SYN_SENT)},
    {"syn-recv", BIT(PL_STATE_SYN_RECV)},
    {"fin-wait-1", BIT(PL_STATE_FIN_WAIT1)},
    {"fin-wait-2", BIT(PL_STATE_FIN_WAIT2)},
    {"time-wait", BIT(PL_STATE_TIME_WAIT)},
    {"closed", CLOSED},
    {"close-wait", BIT(PL_STATE_CLOSE_WAIT)},
    {"last-ack", BIT(PL_STATE_LAST_ACK)},
    {"listening", BIT(PL_STATE_LISTEN)},
    {"closing", BIT(PL_STATE_CLOSING)},
    {"bound", BIT(PL_STATE_BOUND)},
    {"unconn", BIT(PL_STATE_UNCONN)},
    {"published", BIT(PL_STATE_PUBLISHED)},
    {"all", ALL},
    {"connected", SYNCED | SYNCING},
    {"synchronized", SYNCED | BIT(PL_STATE_SYN_RECV)},
    {"bucket", BIT(PL_STATE_SYN_RECV) | BIT(PL_STATE_TIME_WAIT)},
    {"big", ALL & ~(BIT(PL_STATE_SYN_RECV) | BIT(PL_STATE_TIME_WAIT))},
    {"estab", BIT(PL_STATE_ESTABLISHED)},
    {"syn-rcv", BIT(PL_STATE_SYN_RECV)},
    {"unconnected", CLOSED},
    {"close", CLOSED},
    {"listen", BIT(PL_STATE_LISTEN)},
    {"bound-inactive", BIT(PL_STATE_BOUND)},
};

#define STATE_COUNT COUNT_OF(states)

uint64_t pl_words_state(const char *word, size_t len)
{
    for (size_t i = 0; i < STATE_COUNT; i++) {
        if (pl_word_is(states[i].word, strlen(states[i].word), word, len))
            return states[i].states;
    }
    return 0;
}

const char *pl_filter_state(size_t index)
{
    return index < STATE_COUNT ? states[index].word : NULL;
}

static uint64_t word_bit(const char *(*name)(unsigned int number), const char *word, size_t len)
{
    const char *own;

    for (unsigned int i = 0; len > 0 && (own = name(i)) != NULL; i++) {
        if (own[0] != '\0' && pl_word_is(own, strlen(own), word, len))
            return BIT(i);
    }
    return 0;
}

uint64_t pl_words_proto(const char *word, size_t len)
{
    uint64_t found = word_bit(pl_proto_name, word, len);

    return found != BIT(PL_PROTO_UNKNOWN) ? found : 0;
}

uint64_t pl_words_family(const char *word, size_t len)
{
    static const struct {
        const char *word;
        enum pl_family family;
    } also[] = {{"ipv4", PL_FAMILY_INET}, {"ipv6", PL_FAMILY_INET6}};

    for (size_t i = 0; i < COUNT_OF(also); i++) {
        if (pl_word_is(also[i].word, strlen(also[i].word), word, len))
            return BIT(also[i].family);
    }
    return word_bit(pl_family_name, word, len);
}

/* "any" is any address of any family. */
uint64_t pl_words_reach(const char *word, size_t len)
{
    const uint64_t any = BIT(PL_REACH_ANY);
    uint64_t found = word_bit(pl_reach_name, word, len);

    return found == any ? any | BIT(PL_REACH_ANY_V4) | BIT(PL_REACH_ANY_V6) : found;
}

uint64_t pl_field_words(const struct pl_field *field, const char *word, size_t len)
{
    return field->words ? field->words(word, len) : word_bit(field->word, word, len);
}

void pl_field_words_near(const struct pl_field *field, struct pl_near *near)
{
    const char *word;

    for (size_t i = 0; field->id == PL_FIELD_STATE && i < STATE_COUNT; i++)
        pl_near_add(near, states[i].word);
    for (unsigned int i = 0; field->id != PL_FIELD_STATE && (word = field->word(i)) != NULL; i++) {
        if (word[0] != '\0' && pl_field_words(field, word, strlen(word)) != 0)
            pl_near_add(near, word);
    }
}
