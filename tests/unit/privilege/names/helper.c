/* SPDX-License-Identifier: BSD-2-Clause */
/* The helper finds the same names as this process. Requests after its end. */
#include "harness.h"

#include "privilege/names/ways.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 4000000000U /* no user has this uid */

static void keep_all(int from, int to)
{
    (void)from;
    (void)to;
}

static void give_up(int from, int to)
{
    (void)from;
    (void)to;
    _exit(0);
}

static struct names started(names_confine_fn *confine)
{
    struct names names = {0};

    names_start_helper(&names, false, true, confine);
    assert_true(names.helper);
    assert_int_equal(names.error, 0);
    return names;
}

static void end(struct names *names)
{
    names_end_helper(names);
    assert_false(names->helper);
    assert_true(waitpid(-1, NULL, 0) > 0);
}

/* Nothing is written past size, not even a NUL. */
static void check_user(struct names *names, uint32_t uid, size_t size, const char *expected)
{
    char buf[32];

    memset(buf, '#', sizeof(buf));
    assert_int_equal(names_user(names, uid, buf, size), strlen(expected));
    assert_memory_equal(buf, expected, strlen(expected));
    assert_int_equal(buf[strlen(expected)], '#');
}

static void same_user(void **state)
{
    struct names names = started(keep_all);
    struct names here = {0};

    (void)state;
    check_user(&here, 0, 31, "root");
    check_user(&here, 0, 2, "ro");
    check_user(&here, NOBODY, 31, "");
    check_user(&names, 0, 31, "root");
    check_user(&names, 0, 2, "ro");
    check_user(&names, NOBODY, 31, "");
    check_user(&names, 0, 31, "root");
    end(&names);
    check_user(&names, 0, 31, "root");
}

static void same_service(void **state)
{
    struct names names = started(keep_all);
    static const struct {
        uint32_t port;
        unsigned int proto;
    } asked[] = {{22, PL_PROTO_TCP},  {22, PL_PROTO_UNKNOWN}, {53, PL_PROTO_UDP},
                 {4, PL_PROTO_TCP},   {443, PL_PROTO_TCP},    {65536 + 22, PL_PROTO_TCP},
                 {22, PL_PROTO_SCTP}, {0, PL_PROTO_TCP}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        struct names here = {0};
        char one[64] = "";
        char other[64] = "";
        size_t len = names_service(&here, asked[i].port, asked[i].proto, one, sizeof(one) - 1);

        assert_int_equal(
            names_service(&names, asked[i].port, asked[i].proto, other, sizeof(other) - 1), len);
        assert_string_equal(one, other);
        if (asked[i].port > UINT16_MAX)
            assert_int_equal(len, 0);
    }
    end(&names);
}

static int take_lines(void *arg, const void *bytes, size_t len)
{
    char *lines = arg;

    assert_true(len < 256);
    memcpy(lines, bytes, len);
    lines[len] = '\0';
    return 0;
}

static void users(void **state)
{
    struct names names = started(keep_all);
    struct names here = {0};
    const uint32_t uids[] = {0, NOBODY};
    char lines[256] = "";
    int partial = 0;

    (void)state;
    assert_null(names_users(&here));
    assert_int_equal(
        names_users(&names)(&names, uids, COUNT_OF(uids), false, take_lines, lines, &partial), 0);
    assert_string_equal(lines, "0:root\n");
    end(&names);
}

static void hosts(void **state)
{
    struct names names = started(keep_all);
    struct names_entry entries[] = {{.family = PL_FAMILY_INET, .addr = {127, 0, 0, 1}},
                                    {.family = PL_FAMILY_INET6, .addr = {[15] = 1}}};
    struct names_entry here[] = {entries[0], entries[1]};

    (void)state;
    names.limit_ms = 1000;
    assert_int_equal(names_hosts_ask(&names, entries, COUNT_OF(entries)),
                     names_ask_hosts(here, COUNT_OF(here), 1000));
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_int_equal(entries[i].answered, here[i].answered);
        assert_int_equal(entries[i].name != NULL, here[i].name != NULL);
        if (here[i].name)
            assert_string_equal(entries[i].name, here[i].name);
        free(entries[i].name);
        free(here[i].name);
    }
    end(&names);
}

/* Without a helper names are unknown, and the program continues. */
static void gone(void **state)
{
    struct names names = started(give_up);
    struct names_entry entry = {.family = PL_FAMILY_INET, .addr = {127, 0, 0, 1}};
    const uint32_t uid = 0;
    char buf[32];
    int partial = 0;

    (void)state;
    assert_true(waitpid(-1, NULL, 0) > 0);
    assert_int_equal(names_user(&names, 0, buf, sizeof(buf)), 0);
    assert_true(names.error < 0);
    assert_int_equal(names_service(&names, 22, PL_PROTO_TCP, buf, sizeof(buf)), 0);
    assert_true(names_users(&names)(&names, &uid, 1, false, take_lines, buf, &partial) < 0);
    assert_true(names_hosts_ask(&names, &entry, 1) < 0);
    assert_null(entry.name);
    names_end_helper(&names);
}

static void hang(int from, int to)
{
    (void)from;
    (void)to;
    (void)alarm(5); /* its end */
    (void)pause();
}

/* A helper that does not reply costs the time limit once; earlier names are kept. */
static void late(void **state)
{
    struct names names = started(hang);
    struct names_entry entry = {.family = PL_FAMILY_INET, .addr = {127, 0, 0, 1}};
    struct pl_host found[2];
    const uint32_t uid = 0;
    char lines[256] = "";
    int partial = 0;
    int64_t since = names_now_ms();

    (void)state;
    names.limit_ms = 50;
    assert_int_equal(names_addresses(&names, "localhost", PL_FAMILY_UNSPEC, found, COUNT_OF(found)),
                     -ETIMEDOUT);
    assert_true(names_now_ms() - since >= 50);
    assert_int_equal(names_port(&names, "ssh", PL_PROTO_TCP), -ETIMEDOUT);
    assert_int_equal(names_hosts_ask(&names, &entry, 1), -ETIMEDOUT);
    assert_int_equal(names_users(&names)(&names, &uid, 1, false, take_lines, lines, &partial), 0);
    assert_int_equal(partial, ETIMEDOUT);
    assert_string_equal(lines, "");
    assert_true(names_now_ms() - since < 1000);
    names_end_helper(&names);
    assert_int_equal(names.limit_ms, 50);
}

/* The first reply about users arrives, but not the second. */
static void half(void **state)
{
    const struct names_answer head = {0, 7};
    struct names names = started(hang);
    const uint32_t uids[] = {0, 1};
    char lines[256] = "";
    int partial = 0;
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    assert_int_equal(write(fds[1], &head, sizeof(head)), sizeof(head));
    assert_int_equal(write(fds[1], "0:root\n", 7), 7);
    close(names.from);
    names.from = fds[0];
    names.limit_ms = 50;
    assert_int_equal(names_users(&names)(&names, uids, 2, false, take_lines, lines, &partial), 0);
    assert_string_equal(lines, "0:root\n");
    assert_int_equal(partial, ETIMEDOUT);
    close(fds[1]);
    names_end_helper(&names);
}

struct rows {
    size_t count;
    char first[128], last[128];
};

static void take_row(void *arg, unsigned int number, const char *proto, const char *name)
{
    struct rows *rows = arg;

    (void)snprintf(rows->last, sizeof(rows->last), "%u/%s %s", number, proto, name);
    if (rows->count++ == 0)
        memcpy(rows->first, rows->last, sizeof(rows->first));
}

/* Whole tables, as this process reads them. */
static void tables(void **state)
{
    const enum names_table both[] = {NAMES_SERVICES, NAMES_PROTOCOLS};
    struct names names = started(keep_all);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        struct names here = {0};
        struct rows one = {0};
        struct rows other = {0};

        assert_int_equal(names_table(&here, both[i], take_row, &one), 0);
        assert_int_equal(names_table(&names, both[i], take_row, &other), 0);
        assert_int_equal(other.count, one.count);
        assert_string_equal(other.first, one.first);
        assert_string_equal(other.last, one.last);
    }
    end(&names);
}

/* Addresses and ports of names, as this process finds them. */
static void reverse(void **state)
{
    struct names names = started(keep_all);
    struct names here = {0};
    struct pl_host found[4];
    struct pl_host same[4];
    int count = names_addresses(&names, "localhost", PL_FAMILY_INET, found, COUNT_OF(found));

    (void)state;
    assert_int_equal(names_addresses(&here, "localhost", PL_FAMILY_INET, same, COUNT_OF(same)),
                     count);
    assert_true(count >= 0);
    assert_memory_equal(found, same, (size_t)count * sizeof(*found));
    assert_int_equal(names_port(&names, "ssh", PL_PROTO_TCP),
                     names_port(&here, "ssh", PL_PROTO_TCP));
    assert_int_equal(names_port(&names, "no-such-service", PL_PROTO_TCP), -ENOENT);
    end(&names);
}

/* Malformed replies are ignored. */
static void liar(void **state)
{
    static const struct {
        int32_t error;
        uint32_t len;
    } answers[] = {{0, UINT32_MAX}, {-100000, 0}, {0, 20}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct names names = started(give_up);
        int fds[2];
        int asked[2];
        char buf[32];

        assert_true(waitpid(-1, NULL, 0) > 0);
        close(names.to);
        close(names.from);
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(pipe(asked), 0);
        names.from = fds[0];
        names.to = asked[1];
        assert_int_equal(write(fds[1], &answers[i], sizeof(answers[i])), sizeof(answers[i]));
        close(fds[1]);
        assert_int_equal(names_service(&names, 22, PL_PROTO_TCP, buf, sizeof(buf)), 0);
        close(asked[0]);
        names_end_helper(&names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_user), cmocka_unit_test(same_service), cmocka_unit_test(users),
        cmocka_unit_test(hosts),     cmocka_unit_test(gone),         cmocka_unit_test(liar),
        cmocka_unit_test(late),      cmocka_unit_test(half),         cmocka_unit_test(reverse),
        cmocka_unit_test(tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
