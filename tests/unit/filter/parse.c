/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar: valid expressions, their meaning, and positions of errors. */
#include "filters.h"

static void connectives(void **state)
{
    (void)state;
    YES("");
    YES("  \t");
    YES("tcp and sport = 1433");
    YES("tcp & sport 1433 && dport 45000");
    NO("udp | sport = 1");
    YES("udp || tcp");
    YES("not udp");
    YES("! ( udp or sport 1 )");
    NO("!tcp");
    /* one rank, from the left */
    NO("tcp or udp and sport 1");
    YES("sport 1 and udp or tcp");
    NO("tcp or ( udp and sport 1 ) and sport 2");
    YES("not sport 1 and tcp");
}

static void runs(void **state)
{
    (void)state;
    YES("udp tcp");
    YES("state listening state established");
    NO("state listening exclude established");
    NO("exclude established");
    YES("exclude listening");
    YES("state connected exclude syn-sent");
    YES("state != listen");
    YES("established");
}

static void habits(void **state)
{
    (void)state;
    YES(":1433");
    YES("1433");
    YES("44000-46000");
    YES("ms-sql-s");
    YES("10.0.0.1:1433");
    NO("10.0.0.1:45000");
    YES("192.168.0.0/16");
    YES("10/8");
    YES("4TCP");
    NO("6TCP");
    YES("tcp:1433");
    YES("TCP@10.0.0.1:1433");
    NO("udp:1433");
    NO("[::1]:1433");
    YES("inet");
}

static void errors(void **state)
{
    (void)state;
    wrong("(", 1, 0);
    wrong("( tcp", 0, 1);
    wrong("tcp )", 4, 1);
    wrong("tcp and", 7, 0);
    wrong("and tcp", 0, 3);
    wrong("tcp or nosuch > 5", 7, 6);
    wrong("sport = :99999", 8, 6);
    wrong("sport =", 0, 5);
    wrong("sport = and", 0, 5);
    wrong("state estb", 6, 4);
    wrong("src > 10.0.0.1", 0, 3);
    wrong("10.0.0.0/33", 0, 11);
    wrong("process = /(/", 10, 3);
    wrong("process 'x", 8, 2);
    wrong("recv_q > x", 9, 1);
    wrong("user > x", 7, 1);
}

static void depth(void **state)
{
    static char text[20001];

    (void)state;
    memset(text, '(', 10000);
    memset(text + 10000, ')', 10000);
    wrong(text, PL_FILTER_DEPTH, 1);
    memset(text, '!', 10000);
    text[10000] = '\0';
    wrong(text, PL_FILTER_DEPTH, 1);
    memset(text, '(', PL_FILTER_DEPTH);
    memcpy(text + PL_FILTER_DEPTH, "tcp", 3);
    memset(text + PL_FILTER_DEPTH + 3, ')', PL_FILTER_DEPTH);
    text[2 * PL_FILTER_DEPTH + 3] = '\0';
    YES(text);
}

static void turns(void **state)
{
    static char text[200000];
    size_t len = 0;

    (void)state;
    for (int i = 0; i < 1500; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "tcp or tcp and ");
    memcpy(text + len, "tcp", 4);
    assert_int_equal(
        pl_filter_parse(text, NULL, &(struct pl_filter *){NULL}, &(struct pl_filter_error){0}),
        -EINVAL);
    len = 0;
    for (int i = 0; i < 5000; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "sport 1 or ");
    memcpy(text + len, "tcp", 4);
    YES(text);
}

TEST_MAIN(TEST(connectives), TEST(runs), TEST(habits), TEST(errors), TEST(depth), TEST(turns))
