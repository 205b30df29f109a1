/* SPDX-License-Identifier: BSD-2-Clause */
/* Names as typed, words inside them, and suggestions. */
#include "api/library.h"
#include "model/array.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Whether a name leads to a port in either table. */
static bool leads_to(const char *name, unsigned int port)
{
    struct pl_service service;
    struct pl_common use;
    size_t at = 0;

    while (pl_service_find(name, &at, &service))
        if (service.first <= port && port <= service.last)
            return true;
    at = 0;
    while (pl_common_find(name, &at, &use)) {
        uint16_t first;
        uint16_t last;
        size_t span = 0;

        while (pl_common_port(&use, &span, &first, &last))
            if (first <= port && port <= last)
                return true;
    }
    return false;
}

/* Whether a port leads to a use with this name or spelling, or to this registered name. */
static bool leads_back(unsigned int port, enum pl_proto proto, const char *name)
{
    const char *registered = pl_service_name(port, proto);
    struct pl_common use;
    size_t at = 0;

    if (registered && strcasecmp(registered, name) == 0)
        return true;
    while (pl_common_get(port, proto, &at, &use)) {
        struct pl_common same;
        size_t step = 0;

        while (pl_common_find(name, &step, &same))
            if (same.index == use.index)
                return true;
    }
    return false;
}

static const struct {
    const char *name;
    unsigned int port;
    enum pl_proto proto;
} typed[] = {
    {"SMTP", 25, PL_PROTO_TCP},
    {"SSH", 22, PL_PROTO_TCP},
    {"POP3", 110, PL_PROTO_TCP},
    {"IMAP", 143, PL_PROTO_TCP},
    {"HTTP", 80, PL_PROTO_TCP},
    {"HTTPS", 443, PL_PROTO_TCP},
    {"NETBIOS", 137, PL_PROTO_UDP},
    {"NETBIOS", 138, PL_PROTO_UDP},
    {"NETBIOS", 139, PL_PROTO_TCP},
    {"SFTP", 22, PL_PROTO_TCP},
    {"SFTP", 115, PL_PROTO_TCP},
    {"Telnet", 23, PL_PROTO_TCP},
    {"FTP", 21, PL_PROTO_TCP},
    {"RDP", 3389, PL_PROTO_TCP},
    {"MySQL", 3306, PL_PROTO_TCP},
    {"MS SQL Server", 1433, PL_PROTO_TCP},
    {"elasticsearch", 9200, PL_PROTO_TCP},
    {"WireGuard", 51820, PL_PROTO_UDP},
    {"Postgres", 5432, PL_PROTO_TCP},
    {"MongoDB", 27017, PL_PROTO_TCP},
    {"Redis", 6379, PL_PROTO_TCP},
    {"Kubernetes", 6443, PL_PROTO_TCP},
    {"etcd", 2379, PL_PROTO_TCP},
    {"Docker", 2375, PL_PROTO_TCP},
    {"Prometheus", 9090, PL_PROTO_TCP},
    {"node exporter", 9100, PL_PROTO_TCP},
    {"Kafka", 9092, PL_PROTO_TCP},
    {"RabbitMQ", 5672, PL_PROTO_TCP},
    {"Minecraft", 25565, PL_PROTO_TCP},
    {"Plex", 32400, PL_PROTO_TCP},
    {"MQTT", 1883, PL_PROTO_TCP},
    {"Home Assistant", 8123, PL_PROTO_TCP},
};

static void as_people_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(typed); i++) {
        char squeezed[64];
        char lower[64];
        char upper[64];
        size_t len = 0;

        for (size_t j = 0; j <= strlen(typed[i].name); j++) {
            unsigned char c = (unsigned char)typed[i].name[j];

            lower[j] = (char)tolower(c);
            upper[j] = c == ' ' ? '-' : (char)toupper(c);
            if (c != ' ')
                squeezed[len++] = (char)c;
        }
        if (!leads_to(typed[i].name, typed[i].port) || !leads_to(lower, typed[i].port) ||
            !leads_to(upper, typed[i].port) || !leads_to(squeezed, typed[i].port))
            fail_msg("%s does not lead to %u", typed[i].name, typed[i].port);
        if (!leads_back(typed[i].port, typed[i].proto, typed[i].name))
            fail_msg("%u does not lead to %s", typed[i].port, typed[i].name);
    }
    assert_false(leads_to("", 80));
    assert_false(leads_to(" -_", 80));
    assert_false(leads_to("htt", 80));
    assert_false(leads_to("http\n", 80));
}

static void words_are_found_anywhere(void **state)
{
    struct pl_service service;
    struct pl_common use;
    unsigned int rows = 0;
    bool ssh = false;
    size_t at = 0;

    (void)state;
    while (pl_service_search("secure SHELL", &at, &service))
        ssh |= service.first == 22;
    assert_true(ssh);
    assert_false(pl_service_search("secure SHELL", &at, &service));
    at = 0;
    while (pl_service_search("sql", &at, &service))
        rows++;
    assert_true(rows > 20);
    at = 0;
    assert_true(pl_common_search("mariadbd", &at, &use));
    assert_string_equal(use.name, "mysql");
    at = 0;
    assert_false(pl_service_search("", &at, &service));
    at = 0;
    assert_false(pl_common_search("no such word", &at, &use));
}

static bool suggested(const char *word, const char *meant)
{
    const char *names[5];
    size_t count = pl_service_suggest(word, names, 5);

    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], meant) == 0)
            return true;
    return false;
}

static void did_you_mean(void **state)
{
    const char *names[2];
    char huge[4096];

    (void)state;
    assert_true(suggested("postgers", "postgres"));
    assert_true(suggested("elasticserach", "elasticsearch"));
    assert_true(suggested("htps", "https"));
    assert_true(suggested("Wiregaurd", "wireguard"));
    assert_true(suggested("telent", "telnet"));
    assert_true(pl_service_suggest("redsi", names, 2) <= 2);
    assert_int_equal(pl_service_suggest("zzzzqqqqxxxx", names, 2), 0);
    assert_int_equal(pl_service_suggest("", names, 2), 0);
    assert_int_equal(pl_service_suggest("x", names, 2), 0);
    memset(huge, 'a', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    assert_int_equal(pl_service_suggest(huge, names, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_people_type),
        cmocka_unit_test(words_are_found_anywhere),
        cmocka_unit_test(did_you_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
