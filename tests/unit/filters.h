/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of filters: names that exist, sockets, and invalid expressions. */
#ifndef TEST_FILTERS_H
#define TEST_FILTERS_H

#include "harness.h"

#include "filter/filter.h"

static inline size_t some_host(void *arg, const char *name, unsigned int family,
                               struct pl_host *out, size_t max)
{
    (void)arg;
    (void)family; /* returning too many must do no harm */
    if (strcmp(name, "twin") != 0 || max < 2)
        return 0;
    out[0] = (struct pl_host){.addr = {10, 0, 0, 1}, .family = PL_FAMILY_INET};
    out[1] = (struct pl_host){.addr = {[15] = 1}, .family = PL_FAMILY_INET6};
    return 2;
}

static inline size_t some_service(void *arg, const char *name, uint16_t *out, size_t max)
{
    (void)arg;
    if (strcmp(name, "ms-sql-s") != 0 || max < 1)
        return 0;
    out[0] = 1433;
    return 1;
}

static inline uint32_t some_link(void *arg, const char *name)
{
    (void)arg;
    return strcmp(name, "eth7") == 0 ? 7 : 0;
}

static inline uint64_t some_cgroup(void *arg, const char *path)
{
    (void)arg;
    return strcmp(path, "/web") == 0 ? 4321 : 0;
}

static const struct pl_filter_names some_names = {.host = some_host,
                                                  .service = some_service,
                                                  .link = some_link,
                                                  .cgroup = some_cgroup};

static inline struct pl_filter *parse(const char *expression)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    if (pl_filter_parse(expression, &some_names, &filter, &error) != 0)
        fail_msg("%s: %s at %zu", expression, error.text, error.from);
    return filter;
}

/* 10.0.0.1:1433 <- 192.168.1.2:45000, established, 5 bytes to read, uid 33. */
static inline struct pl_sock some_sock(void)
{
    return (struct pl_sock){
        .have = PL_HAVE_LOCAL | PL_HAVE_PEER | PL_HAVE_STATE | PL_HAVE_RECV_Q | PL_HAVE_UID,
        .proto = PL_PROTO_TCP,
        .family = PL_FAMILY_INET,
        .type = PL_TYPE_STREAM,
        .state = PL_STATE_ESTABLISHED,
        .local_addr = {10, 0, 0, 1},
        .peer_addr = {192, 168, 1, 2},
        .local_port = 1433,
        .peer_port = 45000,
        .recv_q = 5,
        .uid = 33,
    };
}

static inline enum pl_truth ask_of(const char *expression, struct pl_sock sock)
{
    struct pl_filter *filter = parse(expression);
    enum pl_truth truth = pl_filter_eval(filter, NULL, &sock);

    pl_filter_free(filter);
    return truth;
}

static inline enum pl_truth ask(const char *expression)
{
    return ask_of(expression, some_sock());
}

#define YES(expression)   assert_int_equal(ask(expression), PL_TRUE)
#define NO(expression)    assert_int_equal(ask(expression), PL_FALSE)
#define LATER(expression) assert_int_equal(ask(expression), PL_MAYBE)

/* Asserts that the expression is invalid at that byte, for that many bytes. */
static inline void wrong(const char *expression, size_t from, size_t len)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    assert_int_equal(pl_filter_parse(expression, &some_names, &filter, &error), -EINVAL);
    assert_null(filter);
    assert_non_null(error.text);
    assert_int_equal(error.from, from);
    assert_int_equal(error.len, len);
}

#endif
