/* SPDX-License-Identifier: BSD-2-Clause */
/* What portkill may select: names with a keyword, conditions that narrow, listeners by default. */
#include "filters.h"
#include "model/array.h"

static int parse_targets(const char *expression, struct pl_filter **filter,
                         struct pl_filter_error *error)
{
    *filter = NULL;
    *error = (struct pl_filter_error){0};
    return pl_filter_parse_targets(expression, &some_names, filter, error);
}

static const char *const narrow_ones[] = {
    ":3000",
    "3000",
    "3000/tcp",
    "udp/53",
    "tcp:3000",
    "80,443",
    "80 443",
    "8000-8100",
    "1-1024",
    "port 3000",
    "port = 3000",
    "port lt 1024",
    "sport 3000",
    "local port 3000",
    "peer port 3000",
    "dport 3000",
    "port ms-sql-s",
    ":ms-sql-s",
    "127.0.0.1:3000",
    "[::1]:3000",
    "*:3000",
    "0.0.0.0:80",
    "10.0.0.0/8:443",
    "localhost:3000",
    "10.0.0.1",
    "peer 10.0.0.1",
    "2001:db8::1",
    "process nginx",
    "process node*",
    "process 'a b'",
    "pid 812",
    "pid 812,813",
    "user www",
    "uid 33",
    "process_uid 33",
    "inode 4711",
    "cookie 4096",
    "service ssh",
    "command *server.js*",
    "exe /usr/bin/node",
    "container web",
    "container web,db",
    "container_id 0123456789ab*",
    "pod web-0",
    "unit nginx.service",
    "unit php*-fpm.service",
    "unit nginx.service and established",
    "/run/docker.sock",
    "local @bus",
    "path /run/*.sock",
    "peer_pid 812",
    "port 3000 and established",
    "port 3000 and state established",
    "established port 3000",
    "state listen port 3000",
    "tcp port 3000",
    "process sshd and not port 22",
    "not port 22 process sshd",
    "process ~ ngi port 80",
    "port 80 or port 443",
    "port 80 or process nginx",
    "( port 80 or port 443 ) and tcp",
    "tcp and ( port 80 or pid 5 )",
    "not not port 80",
    "not ( not port 80 or not tcp )",
    "not ( port != 80 or udp )",
    "state established and ( peer 10.0.0.1 or peer 10.0.0.2 )",
    "! ( ! pid 5 )",
};

static void narrow(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(narrow_ones); i++) {
        struct pl_filter_error error;
        struct pl_filter *filter;

        if (parse_targets(narrow_ones[i], &filter, &error) != 0)
            fail_msg("%s: %s%s", narrow_ones[i], error.text, error.advice);
        pl_filter_free(filter);
    }
}

static const struct {
    const char *expression, *culprit, *advice;
} wide_ones[] = {
    {"state listen", "state listen", "add a port, process"},
    {"listening", "listening", "add a port, process"},
    {"tcp", "tcp", "add a port, process"},
    {"tcp udp", "tcp udp", "add a port, process"},
    {"tcp listening", "tcp listening", "add a port, process"},
    {"4TCP", "4TCP", "add a port"},
    {"not port 22", "not port 22", "after 'not' or '!='"},
    {"port != 22", "port != 22", "after 'not' or '!='"},
    {"process != sshd", "process != sshd", "after 'not' or '!='"},
    {"not pid 1", "not pid 1", "after 'not' or '!='"},
    {"port 80 or state listen", "state listen", "add a port, process"},
    {"state listen or port 80", "state listen", "add a port, process"},
    {"port 80 or tcp or port 443", "tcp", "add a port"},
    {"port 80 or not port 22", "not port 22", "after 'not' or '!='"},
    {"port 80 or ( tcp and listening )", "( tcp and listening )", "add a port"},
    {"port 80 and tcp or udp", "udp", "add a port"},
    {"tcp and ( port 80 or udp )", "tcp and ( port 80 or udp )", "add a port"},
    {"not ( port 80 and pid 5 )", "not ( port 80 and pid 5 )", "after 'not' or '!='"},
    {"not not tcp", "not not tcp", "add a port"},
    {"port gt 1", "port gt 1", "at most 1024 ports"},
    {"port > 1", "port > 1", "at most 1024 ports"},
    {"port ge 1024", "port ge 1024", "at most 1024 ports"},
    {"port 1-65535", "port 1-65535", "at most 1024 ports"},
    {"1-1025", "1-1025", "at most 1024 ports"},
    {"port lt 1025", "port lt 1025", "at most 1024 ports"},
    {"port 1-65535 and listening", "port 1-65535 and listening", "at most 1024 ports"},
    {"80,1-65535", "80,1-65535", "at most 1024 ports"},
    {"0.0.0.0/0", "0.0.0.0/0", "one host instead of a network"},
    {"peer 10.0.0.0/24", "peer 10.0.0.0/24", "one host instead of a network"},
    {"::/0", "::/0", "one host instead of a network"},
    {"local 0.0.0.0", "local 0.0.0.0", "many sockets have this address"},
    {"127.0.0.1", "127.0.0.1", "many sockets have this address"},
    {"::ffff:127.0.0.1", "::ffff:127.0.0.1", "many sockets have this address"},
    {"peer ::ffff:127.1.2.3", "peer ::ffff:127.1.2.3", "many sockets have this address"},
    {"::ffff:0.0.0.0", "::ffff:0.0.0.0", "many sockets have this address"},
    {"peer ::1", "peer ::1", "many sockets have this address"},
    {"localhost", "localhost", "many sockets have this address"},
    {"process *", "process *", "more of the name"},
    {"process ?*", "process ?*", "more of the name"},
    {"process [a-z]*", "process [a-z]*", "more of the name"},
    {"process n*", "process n*", "more of the name"},
    {"process ~ .*", "process ~ .*", "instead of a regular expression"},
    {"process /./", "process /./", "instead of a regular expression"},
    {"container *", "container *", "more of the name"},
    {"container_id a*", "container_id a*", "more of the name"},
    {"unit ~ nginx", "unit ~ nginx", "instead of a regular expression"},
    {"not unit nginx.service", "not unit nginx.service", "after 'not' or '!='"},
    {"container", "container", "more of the name"},
    {"runtime docker", "runtime docker", "add a port"},
    {"pid gt 1", "pid gt 1", "name one number"},
    {"uid lt 1000", "uid lt 1000", "name one number"},
    {"inode ge 0", "inode ge 0", "name one number"},
    {"reach any", "reach any", "add a port"},
    {"recv_q 0", "recv_q 0", "add a port"},
    {"owners", "owners", "name one number"},
    {"v6only", "v6only", "add a port"},
    {"dev lo", "dev lo", "add a port"},
    {"inet:", "inet:", "add a port"},
};

static void wide(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wide_ones); i++) {
        const char *expression = wide_ones[i].expression;
        struct pl_filter_error error;
        struct pl_filter *filter;

        if (parse_targets(expression, &filter, &error) != -EINVAL)
            fail_msg("%s: accepted", expression);
        if (strcmp(error.text, "too many sockets match") != 0 ||
            error.len != strlen(wide_ones[i].culprit) ||
            strncmp(expression + error.from, wide_ones[i].culprit, error.len) != 0 ||
            !strstr(error.advice, wide_ones[i].advice))
            fail_msg("%s: %s, %zu+%zu%s", expression, error.text, error.from, error.len,
                     error.advice);
    }
}

static void names(void **state)
{
    static const char *const cases[] = {"nginx", "ms-sql-s", "nginx port 80", "port 80 or nginx",
                                        "80,nginx"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_filter_error error;
        struct pl_filter *filter;

        assert_int_equal(parse_targets(cases[i], &filter, &error), -EINVAL);
        assert_string_equal(error.text, "a name needs a keyword before it:");
        assert_non_null(strstr(error.advice, "; write 'process "));
    }
}

static bool hits(const char *expression, const struct pl_sock *sock)
{
    struct pl_filter_error error;
    struct pl_filter *filter;
    bool match;

    assert_int_equal(parse_targets(expression, &filter, &error), 0);
    match = pl_filter_match(filter, NULL, sock);
    pl_filter_free(filter);
    return match;
}

static const struct {
    const char *expression;
    bool served, client, listener, udp;
} listener_cases[] = {
    {":1433", false, false, true, true},
    {"1433", false, false, true, true},
    {"port 1433", false, false, true, true},
    {"10.0.0.1:1433", false, false, true, true},
    {"10.0.0.1", false, false, true, true},
    {"tcp:1433", false, false, true, false},
    {"1433/udp", false, false, false, true},
    {"sport 1433", true, false, true, true},
    {"peer port 1433", false, true, false, false},
    {"port 1433 and established", true, true, false, false},
    {":1433 state established", true, true, false, false},
    {"local port 1433 established", true, false, false, false},
    {"port 1433 state listen", false, false, true, false},
    {"uid 33 and not port 1433", false, false, false, false},
    {"peer 192.168.1.2", true, true, false, false},
    /* An excluded state does not select clients, nor does a state in another operand of "or". */
    {":1433 and not time-wait", false, false, true, true},
    {":1433 and !time-wait", false, false, true, true},
    {":1433 and state != time-wait", false, false, true, true},
    {":1433 and not established", false, false, true, true},
    {":1433 or ( :1 and established )", false, false, true, true},
    {"( :1 and established ) or :1433", false, false, true, true},
    {":1 or ( :1433 and established )", true, true, false, false},
    {":1433 and ( established or uid 99 )", false, false, false, false},
    {":1433 and ( established or time-wait )", true, true, false, false},
    {":1433 and not ( established or time-wait )", false, false, true, true},
    {":1433 and not not established", true, true, false, false},
    {":1433 and not ( not established or udp )", true, true, false, false},
    {"established and ( :1433 or :1 )", true, true, false, false},
};

/* A connection to local port 1433, one from that port, a listener, and a bound UDP socket. */
static void listeners(void **state)
{
    struct pl_sock served = some_sock();
    struct pl_sock client = some_sock();
    struct pl_sock listener = some_sock();
    struct pl_sock udp = some_sock();

    (void)state;
    client.local_port = 45000;
    client.peer_port = 1433;
    listener.state = PL_STATE_LISTEN;
    memset(listener.peer_addr, 0, sizeof(listener.peer_addr));
    listener.peer_port = 0;
    udp = listener;
    udp.proto = PL_PROTO_UDP;
    udp.state = PL_STATE_UNCONN;
    for (size_t i = 0; i < COUNT_OF(listener_cases); i++) {
        const char *expression = listener_cases[i].expression;

        if (hits(expression, &served) != listener_cases[i].served ||
            (strstr(expression, "10.0.0.1") == NULL &&
             hits(expression, &client) != listener_cases[i].client) ||
            hits(expression, &listener) != listener_cases[i].listener ||
            hits(expression, &udp) != listener_cases[i].udp)
            fail_msg("%s", expression);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrow),
        cmocka_unit_test(wide),
        cmocka_unit_test(names),
        cmocka_unit_test(listeners),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
