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
    at = 0;
    assert_false(pl_common_get(8821, PL_PROTO_UNKNOWN, &at, &use));
    at = 0;
    assert_false(pl_common_get(65535, PL_PROTO_UNIX, &at, &use));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_moved_daemon),
        cmocka_unit_test(common_use_by_port),
        cmocka_unit_test(searched_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
