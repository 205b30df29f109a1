/* SPDX-License-Identifier: BSD-2-Clause */
/* Common uses of a port, and moved daemons. */
#include "api/library.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Whether a list of the table contains a word. */
static bool list_has(const char *list, const char *word)
{
    for (; *list != '\0'; list += strlen(list) + 1)
        if (strcmp(list, word) == 0)
            return true;
    return false;
}

static enum pl_place place(unsigned int port, enum pl_proto proto, const char *program,
                           struct pl_placement *out)
{
    struct pl_text text = {program, (uint32_t)strlen(program)};

    pl_service_place(port, proto, text, out);
    return out->place;
}

static void the_moved_daemon(void **state)
{
    struct pl_placement out;

    (void)state;
    assert_int_equal(place(8821, PL_PROTO_TCP, "sshd", &out), PL_PLACE_MOVED);
    assert_int_equal(out.count, 1);
    assert_int_equal(out.usual[0], 22);
    assert_false(out.more);
    assert_int_equal(place(4982, PL_PROTO_TCP, "vsftpd", &out), PL_PLACE_MOVED);
    assert_int_equal(out.usual[0], 21);
    assert_int_equal(place(4982, PL_PROTO_TCP, "proftpd", &out), PL_PLACE_MOVED);
    assert_int_equal(out.usual[0], 21);
    assert_int_equal(place(443, PL_PROTO_TCP, "nginx", &out), PL_PLACE_USUAL);
    assert_int_equal(place(443, PL_PROTO_TCP, "python3", &out), PL_PLACE_UNLIKELY);
    assert_string_equal(out.use.name, "https");
    assert_int_equal(place(443, PL_PROTO_TCP, "sshd", &out), PL_PLACE_MOVED);
    assert_int_equal(place(8443, PL_PROTO_TCP, "python3", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(8000, PL_PROTO_TCP, "python3.11", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(22, PL_PROTO_TCP, "sshd", &out), PL_PLACE_USUAL);
    assert_int_equal(place(6010, PL_PROTO_TCP, "sshd", &out), PL_PLACE_USUAL);
    assert_int_equal(place(2222, PL_PROTO_TCP, "sshd", &out), PL_PLACE_USUAL);
    assert_int_equal(place(9000, PL_PROTO_TCP, "php-fpm8.2", &out), PL_PLACE_USUAL);
    assert_int_equal(place(5432, PL_PROTO_TCP, "postgres", &out), PL_PLACE_USUAL);
    assert_int_equal(place(3307, PL_PROTO_TCP, "mariadbd", &out), PL_PLACE_MOVED);
    assert_int_equal(place(9100, PL_PROTO_TCP, "prometheus-node-exporter", &out), PL_PLACE_USUAL);
    /*
     * No remark on relays, unknown programs on other ports, UDP clients, or sockets without a
     * program.
     */
    assert_int_equal(place(22, PL_PROTO_TCP, "systemd", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(80, PL_PROTO_TCP, "docker-proxy", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(8821, PL_PROTO_TCP, "mine", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(40000, PL_PROTO_UDP, "named", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(22, PL_PROTO_TCP, "", &out), PL_PLACE_UNKNOWN);
    assert_int_equal(place(22, PL_PROTO_UNIX, "sshd", &out), PL_PLACE_UNKNOWN);
    /* The lowest port of the table, too, is claimed. */
    assert_int_equal(place(7, PL_PROTO_TCP, "python3", &out), PL_PLACE_UNLIKELY);
    assert_string_equal(out.use.name, "echo");
    assert_string_equal(pl_place_name(PL_PLACE_MOVED), "moved");
    assert_null(pl_place_name(PL_PLACE_MAX));
}

static void common_use_by_port(void **state)
{
    struct pl_common use;
    size_t at = 0;

    (void)state;
    assert_true(pl_common_get(22, PL_PROTO_TCP, &at, &use));
    assert_string_equal(use.name, "ssh");
    assert_true(list_has(use.programs, "sshd"));
    assert_true(pl_common_get(22, PL_PROTO_TCP, &at, &use));
    assert_string_equal(use.name, "sftp-ssh");
    assert_false(pl_common_get(22, PL_PROTO_TCP, &at, &use));
    at = 0;
    assert_false(pl_common_get(22, PL_PROTO_UDP, &at, &use));
    at = 0;
    assert_true(pl_common_get(5905, PL_PROTO_UNKNOWN, &at, &use));
    assert_string_equal(use.name, "vnc");
    at = 0;
    assert_true(pl_common_get(31000, PL_PROTO_TCP, &at, &use));
    assert_string_equal(use.name, "kubernetes-nodeport");
    assert_true(use.hint);
    at = 0;
    assert_true(pl_common_find("ssh", &at, &use));
    assert_false(use.hint);
    at = 0;
    assert_true(pl_common_get(8080, PL_PROTO_TCP, &at, &use));
    assert_true(use.any);
    assert_false(use.hint);
    at = 0;
    assert_false(pl_common_get(8821, PL_PROTO_UNKNOWN, &at, &use));
    at = 0;
    assert_false(pl_common_get(65535, PL_PROTO_UNIX, &at, &use));
}

/* Whether a common use of that name or spelling has the port. */
static bool is_use_of(const char *name, unsigned int port, struct pl_common *use)
{
    size_t at = 0;

    while (pl_common_find(name, &at, use)) {
        uint16_t first;
        uint16_t last;

        for (size_t i = 0; pl_common_port(use, &i, &first, &last);)
            if (first <= port && port <= last)
                return true;
    }
    return false;
}

static void names_that_users_type(void **state)
{
    static const struct {
        const char *name;
        unsigned int port;
    } typed[] = {
        {"Synology", 5000},   {"synology dsm", 5001}, {"nextjs", 3000},    {"next dev", 3000},
        {"pihole", 53},       {"Pi-hole", 80},        {"adguard", 53},     {"AdGuard Home", 3000},
        {"truenas", 443},     {"unraid", 80},         {"qnap", 8080},      {"sunshine", 47990},
        {"moonlight", 47998}, {"parsec", 8000},       {"k8s api", 6443},   {"kubelet", 10255},
        {"jaeger", 14268},    {"nessus", 8834},       {"collectd", 25826}, {"radius", 1645},
        {"wazuh", 55000},     {"gvm", 9390},          {"openvas", 9390},   {"nodeport", 32767},
    };
    struct pl_common use;

    (void)state;
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
        if (!is_use_of(typed[i].name, typed[i].port, &use))
            fail_msg("%s has no port %u", typed[i].name, typed[i].port);
}

static void by_program(void **state)
{
    struct pl_common use;
    size_t at = 0;

    (void)state;
    assert_true(pl_common_by_program("Apache", false, &at, &use));
    assert_string_equal(use.name, "http");
    assert_true(pl_common_by_program("Apache", false, &at, &use));
    assert_string_equal(use.name, "https");
    assert_false(pl_common_by_program("Apache", false, &at, &use));
    at = 0;
    assert_false(pl_common_by_program("java", false, &at, &use));
    at = 0;
    assert_true(pl_common_by_program("java", true, &at, &use));
    at = 0;
    assert_true(pl_common_by_program("prometheus-node-exporter", false, &at, &use));
    assert_string_equal(use.name, "node-exporter");
    at = 0;
    assert_false(pl_common_by_program("nobodyknows", false, &at, &use));
}

/* The kernel serves these ports; a listener without a process is no surprise there. */
static void ports_of_the_kernel(void **state)
{
    static const struct {
        const char *name;
        enum pl_proto proto;
        unsigned int port;
    } ports[] = {
        {"nfs", PL_PROTO_TCP, 2049},
        {"vxlan", PL_PROTO_UDP, 4789},
        {"flannel", PL_PROTO_UDP, 8472},
        {"wireguard", PL_PROTO_UDP, 51820},
    };
    struct pl_placement out;
    struct pl_common use;

    (void)state;
    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
        assert_true(is_use_of(ports[i].name, ports[i].port, &use));
        assert_non_null(strstr(use.text, "usually the kernel itself listens"));
        assert_int_equal(place(ports[i].port, ports[i].proto, "", &out), PL_PLACE_UNKNOWN);
    }
}

/* A search continues after the last match, and ends. */
static void searched_on(void **state)
{
    struct pl_common use;
    size_t before = 0;
    size_t found = 0;

    (void)state;
    for (size_t at = 0; pl_common_search("e", &at, &use); before = at) {
        assert_true(at > before);
        found++;
    }
    assert_true(found > 1);
}

static void misspelt_programs(void **state)
{
    const char *names[2];

    (void)state;
    assert_int_equal(pl_common_suggest("ngnix", names, 2), 1);
    assert_string_equal(names[0], "nginx");
    assert_int_equal(pl_common_suggest("nothing-like-it", names, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_moved_daemon),
        cmocka_unit_test(common_use_by_port),
        cmocka_unit_test(names_that_users_type),
        cmocka_unit_test(ports_of_the_kernel),
        cmocka_unit_test(searched_on),
        cmocka_unit_test(misspelt_programs),
        cmocka_unit_test(by_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
