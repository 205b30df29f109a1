/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of bind(2) for two sockets, as measured on Linux 6.18. */
#include "harness.h"

#include "api/bind.h"

#include <arpa/inet.h>

enum { NONE = PL_REUSE_NONE, ADDR = PL_REUSE_ADDR, PORT = PL_REUSE_PORT };
enum { BOTH = PL_REUSE_ADDR | PL_REUSE_PORT, HIDDEN = PL_REUSE_UNKNOWN };
enum { ME = 1000, OTHER = 1001 };

static void parse(const char *text, uint8_t *family, uint8_t *out)
{
    *family = strchr(text, ':') ? PL_FAMILY_INET6 : PL_FAMILY_INET;
    assert_int_equal(inet_pton(*family == PL_FAMILY_INET6 ? AF_INET6 : AF_INET, text, out), 1);
}

static struct pl_bind bind_of(const char *addr, unsigned int proto, unsigned int reuse)
{
    struct pl_bind bind = {.uid = ME, .port = 80, .proto = (uint8_t)proto, .reuse = (uint8_t)reuse};

    parse(addr, &bind.family, bind.addr);
    return bind;
}

static struct pl_sock sock_of(const char *addr, unsigned int proto, unsigned int state)
{
    struct pl_sock sock = {
        .have = PL_HAVE_LOCAL | PL_HAVE_STATE | PL_HAVE_UID | PL_HAVE_V6ONLY,
        .proto = (uint8_t)proto,
        .state = (uint16_t)state,
        .local_port = 80,
        .uid = ME,
    };

    parse(addr, &sock.family, sock.local_addr);
    return sock;
}

static const char *judge(const struct pl_bind *bind, const struct pl_sock *sock, unsigned int reuse)
{
    return pl_bind_verdict_name(pl_bind_judge(PL_SYSTEM_LINUX, bind, sock, reuse));
}

static char letter(const struct pl_sock *sock, unsigned int reuse, unsigned int flags)
{
    struct pl_bind bind = bind_of("127.0.0.1", sock->proto, flags);

    return judge(&bind, sock, reuse)[0];
}

/* Answers for no flag, SO_REUSEADDR, SO_REUSEPORT and both: t taken, f free, u unknown. */
static void flags(void **state)
{
    static const struct {
        unsigned int proto, state, reuse, uid;
        const char *want;
    } cases[] = {
        {PL_PROTO_TCP, PL_STATE_LISTEN, NONE, ME, "tttt"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, ADDR, ME, "tttt"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, PORT, ME, "ttff"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, BOTH, ME, "ttff"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, PORT, OTHER, "tttt"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, BOTH, OTHER, "tttt"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, HIDDEN, ME, "ttuu"},
        {PL_PROTO_TCP, PL_STATE_LISTEN, HIDDEN, OTHER, "tttt"},
        {PL_PROTO_TCP, PL_STATE_BOUND, NONE, ME, "tttt"},
        {PL_PROTO_TCP, PL_STATE_BOUND, ADDR, ME, "tftf"},
        {PL_PROTO_TCP, PL_STATE_BOUND, PORT, ME, "ttff"},
        {PL_PROTO_TCP, PL_STATE_BOUND, BOTH, OTHER, "tftf"},
        {PL_PROTO_TCP, PL_STATE_BOUND, HIDDEN, ME, "tuuu"},
        {PL_PROTO_TCP, PL_STATE_BOUND, HIDDEN, OTHER, "tutu"},
        {PL_PROTO_TCP, PL_STATE_TIME_WAIT, NONE, ME, "tttt"},
        {PL_PROTO_TCP, PL_STATE_TIME_WAIT, ADDR, ME, "tftf"},
        {PL_PROTO_TCP, PL_STATE_TIME_WAIT, PORT, OTHER, "ttff"},
        {PL_PROTO_TCP, PL_STATE_TIME_WAIT, HIDDEN, OTHER, "tuuu"},
        {PL_PROTO_TCP, PL_STATE_ESTABLISHED, NONE, ME, "tttt"},
        {PL_PROTO_TCP, PL_STATE_ESTABLISHED, ADDR, OTHER, "tftf"},
        {PL_PROTO_TCP, PL_STATE_CLOSE_WAIT, PORT, ME, "ttff"},
        {PL_PROTO_TCP, PL_STATE_FIN_WAIT2, PORT, OTHER, "tttt"},
        {PL_PROTO_TCP, PL_STATE_SYN_RECV, NONE, ME, "ffff"},
        {PL_PROTO_TCP, PL_STATE_CLOSED, NONE, ME, "ffff"},
        {PL_PROTO_UDP, PL_STATE_UNCONN, NONE, ME, "tttt"},
        {PL_PROTO_UDP, PL_STATE_UNCONN, ADDR, OTHER, "tftf"},
        {PL_PROTO_UDP, PL_STATE_UNCONN, PORT, ME, "ttff"},
        {PL_PROTO_UDP, PL_STATE_UNCONN, PORT, OTHER, "tttt"},
        {PL_PROTO_UDP, PL_STATE_UNCONN, HIDDEN, ME, "tuuu"},
        {PL_PROTO_UDP, PL_STATE_ESTABLISHED, ADDR, ME, "tftf"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = sock_of("127.0.0.1", cases[i].proto, cases[i].state);
        char got[5] = "";

        sock.uid = cases[i].uid;
        for (unsigned int n = 0; n < 4; n++)
            got[n] = letter(&sock, cases[i].reuse, n);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("row %zu: %s instead of %s", i, got, cases[i].want);
    }
}

/* An unknown user may be the same one; TIME_WAIT has none. */
static void hidden_user(void **state)
{
    struct pl_sock listener = sock_of("127.0.0.1", PL_PROTO_TCP, PL_STATE_LISTEN);
    struct pl_sock waiting = sock_of("127.0.0.1", PL_PROTO_TCP, PL_STATE_TIME_WAIT);

    (void)state;
    listener.have &= (uint16_t)~PL_HAVE_UID;
    waiting.have &= (uint16_t)~PL_HAVE_UID;
    assert_int_equal(letter(&listener, PORT, PORT), 'u');
    assert_int_equal(letter(&listener, HIDDEN, PORT), 'u');
    assert_int_equal(letter(&listener, ADDR, PORT), 't');
    assert_int_equal(letter(&listener, PORT, ADDR), 't');
    assert_int_equal(letter(&waiting, PORT, PORT), 'f');
}

static void addresses(void **state)
{
    static const char *const wanted[] = {"127.0.0.1", "127.0.0.2", "0.0.0.0",
                                         "::1",       "::",        "::ffff:127.0.0.1"};
    static const struct {
        const char *addr;
        bool v6only;
        const char *want; /* a letter for each of these */
    } cases[] = {
        {"127.0.0.1", false, "tftftt"},
        {"0.0.0.0", false, "tttftt"},
        {"::1", false, "fffttf"},
        {"::", true, "fffttf"},
        {"::", false, "tttttt"},
        {"::ffff:127.0.0.1", false, "tftftt"},
        {"::ffff:0.0.0.0", false, "tttftt"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = sock_of(cases[i].addr, PL_PROTO_TCP, PL_STATE_LISTEN);

        sock.flags = cases[i].v6only ? PL_FLAG_V6ONLY : 0;
        for (size_t n = 0; n < COUNT_OF(wanted); n++) {
            struct pl_bind bind = bind_of(wanted[n], PL_PROTO_TCP, NONE);

            if (judge(&bind, &sock, NONE)[0] != cases[i].want[n])
                fail_msg("%s beside %s is %s", wanted[n], cases[i].addr, judge(&bind, &sock, NONE));
        }
    }
}

/* /proc/net does not tell whether an IPv6 wildcard accepts IPv4. */
static void hidden_v6only(void **state)
{
    struct pl_sock sock = sock_of("::", PL_PROTO_TCP, PL_STATE_LISTEN);
    struct pl_bind v4 = bind_of("127.0.0.1", PL_PROTO_TCP, NONE);
    struct pl_bind v6 = bind_of("::1", PL_PROTO_TCP, NONE);

    (void)state;
    sock.have &= (uint16_t)~PL_HAVE_V6ONLY;
    assert_string_equal(judge(&v4, &sock, NONE), "unknown");
    assert_string_equal(judge(&v6, &sock, NONE), "taken");
}

static void interfaces(void **state)
{
    static const struct {
        unsigned int proto, held, wanted;
        const char *want;
    } cases[] = {
        {PL_PROTO_TCP, 1, 0, "taken"},   {PL_PROTO_TCP, 2, 0, "unknown"},
        {PL_PROTO_TCP, 0, 2, "unknown"}, {PL_PROTO_TCP, 2, 2, "taken"},
        {PL_PROTO_TCP, 2, 3, "free"},    {PL_PROTO_UDP, 2, 0, "taken"},
        {PL_PROTO_UDP, 2, 3, "free"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct pl_sock sock = sock_of("fe80::1", cases[i].proto, PL_STATE_LISTEN);
        struct pl_bind bind = bind_of("fe80::1", cases[i].proto, NONE);

        sock.have |= cases[i].held > 0 ? PL_HAVE_INTERFACE : 0;
        sock.ifindex = cases[i].held;
        bind.ifindex = cases[i].wanted;
        assert_string_equal(judge(&bind, &sock, NONE), cases[i].want);
    }
}

static void elsewhere(void **state)
{
    struct pl_bind bind = bind_of("0.0.0.0", PL_PROTO_TCP, NONE);
    struct pl_sock sock = sock_of("0.0.0.0", PL_PROTO_TCP, PL_STATE_LISTEN);
    struct pl_sock other = sock;

    (void)state;
    other.local_port = 81;
    assert_string_equal(judge(&bind, &other, NONE), "free");
    other = sock;
    other.proto = PL_PROTO_UDP;
    assert_string_equal(judge(&bind, &other, NONE), "free");
    other = sock;
    other.family = PL_FAMILY_UNIX;
    assert_string_equal(judge(&bind, &other, NONE), "free");
    assert_int_equal(pl_bind_judge(PL_SYSTEM_FREEBSD, &bind, &sock, HIDDEN), PL_BIND_TAKEN);
    bind.reuse = ADDR;
    assert_int_equal(pl_bind_judge(PL_SYSTEM_FREEBSD, &bind, &sock, HIDDEN), PL_BIND_UNKNOWN);
    bind = bind_of("127.0.0.1", PL_PROTO_TCP, NONE);
    assert_int_equal(pl_bind_judge(PL_SYSTEM_FREEBSD, &bind, &sock, HIDDEN), PL_BIND_UNKNOWN);
    assert_null(pl_bind_verdict_name(PL_BIND_MAX));
}

TEST_MAIN(TEST(flags), TEST(hidden_user), TEST(addresses), TEST(hidden_v6only), TEST(interfaces),
          TEST(elsewhere))
