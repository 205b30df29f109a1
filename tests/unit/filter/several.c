/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of values, and adjacent values. The socket is 10.0.0.1:1433 <- 192.168.1.2:45000. */
#include "filters.h"

static void commas(void **state)
{
    (void)state;
    YES("port 80,1433");
    YES("port 80,45000");
    NO("port 80,443");
    YES("sport 80,1433");
    NO("sport 80,45000");
    YES("sport 80,1400-1500");
    YES("80,1433");
    YES(":80,1433");
    NO(":80,443");
    YES(":80,:1433");
    YES("port :80,:1433");
    YES("10.0.0.1:80,1433");
    NO("10.0.0.2:80,1433");
    YES("port 81,ms-sql-s");
    YES("state listen,established");
    NO("state listen,time-wait");
    YES("listening,established");
    YES("uid 1,33");
    NO("uid != 1,33");
    YES("uid != 1,2");
    NO("not port 80,1433");
    YES("recv_q 4,5,6");
    YES("10.0.0.1,10.0.0.9");
    LATER("process a,b");
}

static void side_by_side(void **state)
{
    (void)state;
    YES("80 1433");
    YES("1433 80 443");
    NO("80 443");
    YES("port 80 port 1433");
    YES(":80 :1433");
    YES("sport 80 sport 1433");
    YES("state listen state established");
    YES("state listen established");
    YES("listening established");
    YES("uid 1 uid 33");
    YES("state time-wait or 80 1433");
    NO("state time-wait or 80 443");
    YES("80 1433 and state established");
    NO("80 1433 state listen");
    YES("uid 1 uid 33 80 1433");
}

/* The column PORTS of docker(1). */
static void published(void **state)
{
    (void)state;
    YES("10.0.0.1:1433->80/tcp, [::]:1433->80/tcp");
    YES("[::]:1433->80/tcp,10.0.0.1:1433->80/tcp");
    YES("[::]:1433->80/tcp 10.0.0.1:1433->80/tcp uid 33");
    YES("10.0.0.9:80->80/tcp, 10.0.0.1:1400-1500->80-180/tcp, [::]:1433->80/tcp");
    NO("10.0.0.1:80->1433/tcp, [::]:1433->80/tcp");
    NO("10.0.0.1:1433->80/tcp, [::]:1433->80/tcp uid 34");
    NO("10.0.0.1:1433->80/tcp and [::]:1433->80/tcp");
    YES("80->80/tcp, 1433->80/tcp");
    NO("[::]:1433 10.0.0.1:1433");
}

/* Adjacent ranges, comparisons, addresses, negations and different fields must all match. */
static void both(void **state)
{
    (void)state;
    NO("port 80 and port 1433");
    NO("80 and 1433");
    YES("1433 and 45000");
    NO("port 1-100 port 1433");
    YES("port ge 1000 port le 2000");
    NO("sport ge 2000 sport le 3000");
    NO("sport 80 dport 45000");
    YES("sport 1433 dport 45000");
    NO("10.0.0.1 10.0.0.2");
    YES("10.0.0.1 192.168.1.2");
    NO("uid != 1 uid != 33");
    NO("not 80 not 1433");
    NO("( 80 ) ( 1433 )");
    NO("1433 uid 34");
}

static void protocols(void **state)
{
    (void)state;
    YES("1433/tcp");
    YES("tcp/1433");
    NO("1433/udp");
    YES("80,1433/tcp");
    YES("ms-sql-s/tcp");
    YES("4TCP:80,1433");
    YES("4:1433");
    NO("6:1433");
    YES("tcp:81,ms-sql-s");
    wrong("1433/quic", 0, 9);
    wrong("tcp/", 0, 4);
}

static void errors(void **state)
{
    (void)state;
    wrong("80,", 0, 3);
    wrong("port ,80", 5, 3);
    wrong("port 80,,81", 5, 6);
    wrong("port 80,x", 8, 1);
    wrong("port 80,70000", 8, 5);
    wrong("state listen,x", 6, 8);
    wrong("uid lt 1,2", 7, 3);
}

/* Keywords of tcpdump, netstat and lsof. */
static void directions(void **state)
{
    (void)state;
    YES("src port 1433");
    NO("dst port 1433");
    YES("dst port 45000");
    YES("src port 80,1433");
    YES("lport 1433");
    NO("rport 1433");
    YES("rport 45000");
    YES("remote 192.168.1.2");
    NO("foreign 10.0.0.1");
    wrong("src port", 4, 4);
}

TEST_MAIN(TEST(commas), TEST(side_by_side), TEST(published), TEST(both), TEST(protocols),
          TEST(directions), TEST(errors))
