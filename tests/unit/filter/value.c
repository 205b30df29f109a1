/* SPDX-License-Identifier: BSD-2-Clause */
#include "filters.h"
#include "model/array.h"

static void numbers(void **state)
{
    (void)state;
    YES("recv_q > 0");
    YES("recv-q = 5");
    YES("recv_q");
    NO("recv_q > 18446744073709551615");
    YES("recv_q <= 5 uid 33 user 33");
    NO("user = 34");
    /* unknown: false, and "!=" is true */
    NO("send_q = 0");
    YES("send_q != 0");
    NO("send_q >= 0");
}

static void words(void **state)
{
    (void)state;
    YES("proto tcp");
    YES("family = inet");
    YES("type stream");
    NO("v6only");
    NO("v6only = no");
    wrong("v6only = maybe", 9, 5);
    wrong("family = nosuch", 9, 6);
    wrong("proto < tcp", 8, 3);
}

static void texts(void **state)
{
    (void)state;
    LATER("process sshd");
    LATER("process s*");
    LATER("process /^s/i and tcp");
    NO("process sshd and udp");
    YES("process sshd or tcp");
    LATER("not user root");
    wrong("process /[/", 8, 3);
}

/* A name without a dot is that of a service. */
static void units(void **state)
{
    static const struct {
        const char *expression, *text;
    } cases[] = {{"unit nginx", "nginx.service"}, {"unit nginx.socket", "nginx.socket"},
                 {"unit 'nginx'", "nginx"},       {"unit nginx*", "nginx*"},
                 {"container nginx", "nginx"},    {"unit = nginx", "nginx.service"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_filter *filter = parse(cases[i].expression);

        assert_string_equal(filter->root->test.text, cases[i].text);
        assert_int_equal(filter->root->test.len, strlen(cases[i].text));
        pl_filter_free(filter);
    }
}

static void notations(void **state)
{
    (void)state;
    YES("recv_q = 0x5");
    wrong("recv_q = 0x5g", 9, 4);
    LATER("fwmark = 0x10/0xff");
    wrong("fwmark = 08", 9, 2);
    wrong("fwmark = 0x1/", 9, 4);
    wrong("fwmark = 4294967296", 9, 10);
    LATER("mark > 0x10");
    LATER("timer = retransmit");
    LATER("timer = 1");
    LATER("timer >= 1");
    wrong("timer = never", 8, 5);
    wrong("timer > keepalive", 8, 9);
    LATER("ca_state loss");
    LATER("shutdown = both");
    LATER("cgroup = /system.slice/*");
    LATER("cgroup = /^\\/web/");
    LATER("user 33x");
}

TEST_MAIN(TEST(units), TEST(notations), TEST(numbers), TEST(words), TEST(texts))
