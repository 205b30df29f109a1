/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"

#include "snapshot/snapshot.h"

/* A service takes precedence over a host of that name. */
static size_t local_service(void *arg, const char *name, uint16_t *out, size_t max)
{
    (void)arg;
    if (strcmp(name, "localhost") != 0 || max < 1)
        return 0;
    out[0] = 1433;
    return 1;
}

static size_t asked;

static size_t local_host(void *arg, const char *name, unsigned int family, struct pl_host *out,
                         size_t max)
{
    (void)arg;
    (void)family;
    asked++;
    if (strcmp(name, "localhost") != 0 || max < 1)
        return 0;
    out[0] = (struct pl_host){.addr = {127, 0, 0, 1}, .family = PL_FAMILY_INET};
    return 1;
}

static enum pl_test_kind kind_of(const char *word, const struct pl_filter_names *names)
{
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    const struct pl_node *node;
    enum pl_test_kind kind;

    assert_int_equal(pl_filter_parse(word, names, &filter, &error), 0);
    assert_int_equal(filter->root->kind, PL_NODE_ANY);
    for (node = filter->root; node->kind != PL_NODE_TEST; node = node->first)
        assert_int_equal(node->kind, PL_NODE_ANY);
    kind = node->test.kind;
    pl_filter_free(filter);
    return kind;
}

static void localhost(void **state)
{
    static const struct pl_filter_names host = {.host = local_host};
    static const struct pl_filter_names both = {.host = local_host, .service = local_service};

    (void)state;
    asked = 0;
    assert_int_equal(kind_of("localhost", &host), PL_TEST_PREFIX);
    assert_int_equal(kind_of("localhost", NULL), PL_TEST_PREFIX);
    assert_int_equal(kind_of("localhost", &both), PL_TEST_RANGE);
    assert_int_equal(asked, 0);
}

static bool some_program(void *arg, const char *name)
{
    (void)arg;
    return strcmp(name, "nginx") == 0;
}

static const char *unknown_in(const char *expression, char *buf, size_t size)
{
    static const struct pl_filter_names names = {
        .host = local_host, .service = local_service, .program = some_program};
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    const char *word, *advice;

    assert_int_equal(pl_filter_parse(expression, &names, &filter, &error), 0);
    word = pl_filter_unknown(filter, NULL, &advice);
    (void)snprintf(buf, size, "%s%s", word ? word : "-", advice);
    pl_filter_free(filter);
    return buf;
}

/* A word is a service or a program; those that are neither are remembered. */
static void names(void **state)
{
    const struct pl_filter_names none = {0};
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    const char *advice;
    char buf[128];

    (void)state;
    /* A word without a dot is not sent to a name server. */
    asked = 0;
    assert_string_equal(unknown_in("lisening", buf, sizeof(buf)),
                        "lisening; did you mean 'listening'?");
    assert_int_equal(asked, 0);
    assert_string_equal(unknown_in("nginx", buf, sizeof(buf)), "-");
    assert_string_equal(unknown_in("nginx,ngnix", buf, sizeof(buf)),
                        "ngnix; did you mean 'nginx'?");
    assert_string_equal(unknown_in("tcp one or two", buf, sizeof(buf)), "one");
    assert_string_equal(unknown_in("'one'", buf, sizeof(buf)), "-");
    assert_string_equal(unknown_in("process one", buf, sizeof(buf)), "-");
    assert_int_equal(pl_filter_parse("nginx", &none, &filter, &error), 0);
    assert_string_equal(pl_filter_unknown(filter, NULL, &advice), "nginx");
    pl_filter_free(filter);
    LATER("nginx");
    LATER("1433 nginx");
    YES("ms-sql-s");
    LATER("not nginx");
    NO("( nginx ) 80 uid 1");
    wrong("recvq gt 0", 0, 5);
}

static void words(void **state)
{
    (void)state;
    YES("1433");
    YES("0x599");
    YES("0X599-0x59a");
    NO("0x59a");
    YES(":0x599");
    YES("10.0.0.1:0x599");
    YES("tcp@10.0.0.1:1433");
    YES("4@10.0.0.1");
    NO("6@10.0.0.1");
    YES("4TCP:0x599");
    YES("10/8");
    YES("10.0.0.0/255.0.0.0");
    YES("any:1433");
    NO("any:1434");
    wrong("10.1", 0, 4);
    wrong("0x", 0, 2);
    wrong("0x10000", 0, 7);
}

TEST_MAIN(TEST(localhost), TEST(names), TEST(words))
