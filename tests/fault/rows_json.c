/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the rows of two JSON documents. */
#include "fault.h"

#include <string.h>

#define ROWS_MAX 1024
#define KEY_MAX  64

struct part {
    const char *from, *to;
};

static bool equal(const struct part *a, const struct part *b)
{
    return a->to - a->from == b->to - b->from &&
           memcmp(a->from, b->from, (size_t)(a->to - a->from)) == 0;
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}
#define IS_ONE_OF(word, words) is_one_of(word, words, sizeof(words) / sizeof((words)[0]))

/* Keys that identify a socket, as far as its source has them. */
static const char *const identity[] = {
    "proto", "family", "local_address", "local_port",   "peer_address", "peer_port", "interface",
    "path",  "inode",  "cookie",        "netlink_port", "protocol",     "groups",
};

/* /proc/net lacks these, and they were not requested by name. */
static const char *const diag_only[] = {"type", "send_q", "cookie", "v6only", "interface", "reach"};

/* Clocks. */
static const char *const ticking[] = {"last_data_sent", "last_ack_sent", "last_data_recv",
                                      "last_ack_recv"};

/* Finds the nth member of an object and copies its key. */
static bool nth_member(const char *object, size_t n, char *key, struct part *value)
{
    const char *at = object + 1;

    for (size_t i = 0; *at == '"'; i++) {
        size_t len = strcspn(at + 1, "\"");

        if (len >= KEY_MAX)
            return false;
        memcpy(key, at + 1, len);
        key[len] = '\0';
        at += len + 3; /* the quotes and the colon */
        value->from = at;
        if (!json_value(&at))
            return false;
        value->to = at;
        if (i == n)
            return true;
        at += *at == ',';
    }
    return false;
}

static bool is_same_socket(const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++) {
        struct part x;
        struct part y;

        if (json_member(a, identity[i], &x.from, &x.to) &&
            json_member(b, identity[i], &y.from, &y.to) && !equal(&x, &y))
            return false;
    }
    return true;
}

/* Every member of the owner in run is in whole. */
static const char *compare_owner(const char *whole, const char *run, struct lack *lack)
{
    char key[KEY_MAX];
    struct part a;
    struct part b;
    size_t n;

    for (n = 0; nth_member(run, n, key, &a); n++) {
        if (!json_member(whole, key, &b.from, &b.to) || !equal(&a, &b))
            return "an owner with a field that is not its own";
    }
    if (nth_member(whole, n, key, &b))
        lack->rows = true;
    return NULL;
}

static const char *compare_owners(const char *whole, const char *run, struct lack *lack)
{
    static const char *const who[] = {"pid", "fd"};
    struct part a;
    struct part b;
    size_t n;

    for (n = 0; json_element(run, n, &a.from, &a.to); n++) {
        const char *problem = "an owner that the socket does not have";

        for (size_t i = 0; json_element(whole, i, &b.from, &b.to); i++) {
            bool same = true;

            for (size_t w = 0; w < 2; w++) {
                struct part x;
                struct part y;

                same = same && json_member(a.from, who[w], &x.from, &x.to) &&
                       json_member(b.from, who[w], &y.from, &y.to) && equal(&x, &y);
            }
            if (same) {
                problem = compare_owner(b.from, a.from, lack);
                break;
            }
        }
        if (problem)
            return problem;
    }
    if (json_element(whole, n, &b.from, &b.to))
        *(n > 0 ? &lack->owners : &lack->rows) = true;
    return NULL;
}

static const char *compare_row(const char *whole, const char *run, struct lack *lack)
{
    char key[KEY_MAX];
    struct part a;
    struct part b;

    for (size_t n = 0; nth_member(run, n, key, &a); n++) {
        if (strcmp(key, "owner_unknown") == 0 || IS_ONE_OF(key, ticking))
            continue;
        if (!json_member(whole, key, &b.from, &b.to))
            return "a field that is not in the whole listing";
        if (strcmp(key, "owners") == 0) {
            const char *problem = compare_owners(b.from, a.from, lack);

            if (problem)
                return problem;
        } else if (!equal(&a, &b)) {
            return "a field with another value";
        }
    }
    for (size_t n = 0; nth_member(whole, n, key, &b); n++) {
        if (!json_member(run, key, &a.from, &a.to) && !IS_ONE_OF(key, diag_only))
            lack->rows = true;
    }
    return NULL;
}

static size_t rows_of(const char *document, const char **rows)
{
    struct part list;
    struct part row;
    const char *at;
    size_t count = 0;

    if (!json_member(document, "sockets", &list.from, &list.to))
        return 0;
    for (at = list.from + 1; count < ROWS_MAX; count++) {
        at += strspn(at, " \n,");
        row.from = at;
        if (*at != '{' || !json_value(&at))
            break;
        rows[count] = row.from;
    }
    return count;
}

const char *compare_json(const char *whole, const char *run, struct lack *lack, bool *noted)
{
    const char *a[ROWS_MAX];
    const char *b[ROWS_MAX];
    bool used[ROWS_MAX] = {false};
    const char *end = run;
    size_t rows;
    size_t all = rows_of(whole, b);
    struct part x;
    struct part y;

    if (!json_value(&end) || strcmp(end, "\n") != 0)
        return "not one whole JSON document";
    rows = rows_of(run, a);
    for (size_t i = 0; i < rows; i++) {
        const char *problem;
        size_t j = 0;

        while (j < all && (used[j] || !is_same_socket(a[i], b[j])))
            j++;
        if (j == all)
            return "a row of a socket that does not exist";
        used[j] = true;
        problem = compare_row(b[j], a[i], lack);
        if (problem)
            return problem;
    }
    if (rows < all)
        lack->rows = true;
    *noted = json_member(run, "notes", &x.from, &x.to) &&
             json_member(whole, "notes", &y.from, &y.to) && !equal(&x, &y);
    return NULL;
}
