/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as ss(8) reads them: families that words leave, and words that are none. */
#include "filters.h"

#include <errno.h>

static int protocol(void *arg, unsigned int family, const char *name, uint32_t *out)
{
    (void)arg;
    if (family != PL_FAMILY_NETLINK || strcmp(name, "rtnl") != 0)
        return -ENOENT;
    *out = 0;
    return 0;
}

static const struct pl_filter_names names = {.host = some_host,
                                             .service = some_service,

                                             .protocol = protocol,
                                             .ss = true};

static uint32_t leaves(const char *expression, uint8_t family)
{
    struct pl_filter_names own = names;
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;
    uint32_t families;

    own.family = family;
    if (pl_filter_parse(expression, &own, &filter, &error) != 0)
        fail_msg("%s: %s", expression, error.text);
    families = pl_filter_families(filter);
    pl_filter_free(filter);
    return families;
}

static void families(void **state)
{
    (void)state;
    assert_int_equal(leaves("src 10.0.0.1 or sport = 22", 0), UINT32_MAX);
    assert_int_equal(leaves("src inet:10.0.0.1", 0), PL_BIT(PL_FAMILY_INET));
    assert_int_equal(leaves("src inet6:[::1] or dst ::2", 0), PL_BIT(PL_FAMILY_INET6));
    assert_int_equal(leaves("src unix:@x and dst netlink:rtnl", 0), PL_BIT(PL_FAMILY_NETLINK));
    assert_int_equal(leaves("src link:*:lo", 0), PL_BIT(PL_FAMILY_PACKET));
    assert_int_equal(leaves("src vsock:2:*", 0), PL_BIT(PL_FAMILY_VSOCK));
    /* The family that was chosen holds for what does not say its own. */
    assert_int_equal(leaves("sport = 22", PL_FAMILY_INET), PL_BIT(PL_FAMILY_INET));
    assert_int_equal(leaves("src @x", PL_FAMILY_UNIX), PL_BIT(PL_FAMILY_UNIX));
    assert_int_equal(leaves("autobound", PL_FAMILY_UNIX), UINT32_MAX);
}

static void is_wrong(const char *expression, uint8_t family, bool value)
{
    struct pl_filter_names own = names;
    struct pl_filter_error error = {0};
    struct pl_filter *filter = NULL;

    own.family = family;
    assert_int_equal(pl_filter_parse(expression, &own, &filter, &error), -EINVAL);
    assert_null(filter);
    assert_non_null(error.text);
    assert_int_equal(error.value, value);
}

/* A word in its place that is no value of it, or a word out of place. */
static void errors(void **state)
{
    (void)state;
    is_wrong("sport = nosuch", 0, true);
    is_wrong("src 10.0.0.0/99", 0, true);
    is_wrong("fwmark = blue", 0, true);
    is_wrong("fwmark = 1/", 0, true);
    is_wrong("src netlink:ipx", 0, true);
    is_wrong("src netlink:rtnl:lo", 0, true);
    is_wrong("src 1:99999999999", PL_FAMILY_VSOCK, true);
    is_wrong("sport =", 0, false);
    is_wrong("( sport = 1", 0, false);
    is_wrong("fwmark > 1", 0, false);
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        bool is;
        uint32_t number;
    } rows[] = {{"0", true, 0},           {"017", true, 15},
                {"0xFf", true, 255},      {"4294967295", true, UINT32_MAX},
                {"4294967296", false, 0}, {"", false, 0},
                {"0x", false, 0},         {"08", false, 0},
                {"1a", false, 0},         {"-1", false, 0},
                {"0x100000000", false, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t number = 0;

        assert_int_equal(
            pl_parse_any_number(rows[i].text, strlen(rows[i].text), UINT32_MAX, &number),
            rows[i].is);
        if (rows[i].is)
            assert_int_equal(number, rows[i].number);
    }
}

TEST_MAIN(TEST(families), TEST(errors), TEST(numbers))
