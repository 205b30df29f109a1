/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the built-in port names with the files that they were made from. */
#include "api/library.h"
#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#ifndef DATA
#error "DATA must be the folder of services.txt"
#endif

static const struct {
    const char *word;
    enum pl_proto proto;
} protos[] = {
    {"tcp", PL_PROTO_TCP},
    {"udp", PL_PROTO_UDP},
    {"sctp", PL_PROTO_SCTP},
    {"dccp", PL_PROTO_DCCP},
};
#define PROTOS COUNT_OF(protos)

/* Whether a list of the table contains a word. */
static bool list_has(const char *list, const char *word)
{
    for (; *list != '\0'; list += strlen(list) + 1)
        if (strcmp(list, word) == 0)
            return true;
    return false;
}

/* Whether "tcp,udp" holds a protocol; "-" holds those that count for the row. */
static bool column_has(const char *column, const char *proto, bool assigned)
{
    size_t len = strlen(proto);

    if (strcmp(column, "-") == 0)
        return !assigned || strcmp(proto, "tcp") == 0 || strcmp(proto, "udp") == 0;
    for (const char *at = column; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, proto, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

static enum pl_service_status status_of(const char *names)
{
    static const struct {
        const char *word;
        enum pl_service_status status;
    } words[] = {
        {"(unassigned)", PL_SERVICE_UNASSIGNED},
        {"(reserved)", PL_SERVICE_RESERVED},
        {"(de-registered)", PL_SERVICE_DEREGISTERED},
        {"(unnamed)", PL_SERVICE_UNNAMED},
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].word, names) == 0)
            return words[i].status;
    return PL_SERVICE_ASSIGNED;
}

/* One (port, protocol) of a row of services.txt. */
static void check_port(unsigned int port, enum pl_proto proto, const char *names, const char *text)
{
    struct pl_service service;
    enum pl_service_status status = status_of(names);
    size_t len = strcspn(names, ",");

    assert_int_equal(pl_service_get(port, proto, &service), 0);
    if (service.status != status)
        fail_msg("port %u: status %d, not %d", port, (int)service.status, (int)status);
    assert_string_equal(service.description, text);
    assert_true(service.first <= port && port <= service.last);
    assert_true(service.protos & (1U << proto));
    if (status != PL_SERVICE_ASSIGNED) {
        assert_null(service.name);
        assert_null(pl_service_name(port, proto));
        return;
    }
    assert_non_null(service.name);
    if (strlen(service.name) != len || strncmp(service.name, names, len) != 0)
        fail_msg("port %u: %s, not %s", port, service.name, names);
    assert_string_equal(pl_service_name(port, proto), service.name);
    for (const char *at = strchr(names, ','); at; at = strchr(at + 1, ',')) {
        char alias[64];

        len = strcspn(at + 1, ",");
        assert_true(len < sizeof(alias));
        memcpy(alias, at + 1, len);
        alias[len] = '\0';
        if (!list_has(service.aliases, alias))
            fail_msg("port %u lacks its alias %s", port, alias);
    }
}

/* Looks up the row by each name. */
static void check_names(const char *names, unsigned int first, enum pl_proto proto)
{
    char *copy = strdup(names);
    char *rest = copy;
    char *name;

    assert_non_null(copy);
    while ((name = strsep(&rest, ",")) != NULL) {
        struct pl_service service;
        bool found = false;
        size_t at = 0;

        while (!found && pl_service_find(name, &at, &service))
            found = service.first == first && (service.protos & (1U << proto));
        if (!found)
            fail_msg("%s does not lead to port %u", name, first);
    }
    free(copy);
}

static unsigned int number(char **at)
{
    unsigned int value = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++)
        value = value * 10 + (unsigned int)(**at - '0');
    return value;
}

/* Parses services.txt separately and looks up each of its ports. */
static void every_port_of_the_registry(void **state)
{
    FILE *file = fopen(DATA "/services.txt", "r");
    char line[1024];
    unsigned int pairs = 0;
    unsigned int rows = 0;
    unsigned int ports = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        char *rest = line;
        char *range;
        char *column;
        char *names;
        char *text;
        unsigned int first;
        unsigned int last;

        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "# date: ", 8) == 0)
            assert_string_equal(pl_service_table_date(), line + 8);
        if (*line == '#')
            continue;
        range = strsep(&rest, "\t");
        column = strsep(&rest, "\t");
        names = strsep(&rest, "\t");
        text = rest ? rest : line + strlen(line);
        first = last = number(&range);
        if (*range == '-') {
            range++;
            last = number(&range);
        }
        rows++;
        ports += last - first + 1;
        for (size_t i = 0; i < PROTOS; i++) {
            bool assigned = status_of(names) == PL_SERVICE_ASSIGNED;

            if (!column_has(column, protos[i].word, assigned))
                continue;
            if (assigned)
                check_names(names, first, protos[i].proto);
            for (unsigned int port = first; port <= last; port++, pairs += assigned)
                check_port(port, protos[i].proto, names, text);
        }
    }
    fclose(file);
    /* A truncated table would pass the checks above. */
    assert_true(rows > 7000);
    assert_true(pairs > 11000);
    assert_true(ports >= 49152);
}

static const struct {
    unsigned int port;
    enum pl_proto proto;
    const char *name;
} known[] = {
    {20, PL_PROTO_TCP, "ftp-data"},
    {21, PL_PROTO_TCP, "ftp"},
    {22, PL_PROTO_TCP, "ssh"},
    {22, PL_PROTO_SCTP, "ssh"},
    {23, PL_PROTO_TCP, "telnet"},
    {25, PL_PROTO_TCP, "smtp"},
    {53, PL_PROTO_TCP, "domain"},
    {53, PL_PROTO_UDP, "domain"},
    {67, PL_PROTO_UDP, "bootps"},
    {80, PL_PROTO_TCP, "http"},
    {80, PL_PROTO_UDP, "http"},
    {110, PL_PROTO_TCP, "pop3"},
    {111, PL_PROTO_TCP, "sunrpc"},
    {113, PL_PROTO_TCP, "ident"},
    {115, PL_PROTO_TCP, "sftp"},
    {123, PL_PROTO_UDP, "ntp"},
    {139, PL_PROTO_TCP, "netbios-ssn"},
    {143, PL_PROTO_TCP, "imap"},
    {161, PL_PROTO_UDP, "snmp"},
    {179, PL_PROTO_SCTP, "bgp"},
    {389, PL_PROTO_TCP, "ldap"},
    {443, PL_PROTO_TCP, "https"},
    {443, PL_PROTO_UDP, "https"},
    {445, PL_PROTO_TCP, "microsoft-ds"},
    {465, PL_PROTO_TCP, "urd"},
    {514, PL_PROTO_TCP, "shell"},
    {514, PL_PROTO_UDP, "syslog"},
    {631, PL_PROTO_TCP, "ipp"},
    {993, PL_PROTO_TCP, "imaps"},
    {1433, PL_PROTO_TCP, "ms-sql-s"},
    {3306, PL_PROTO_TCP, "mysql"},
    {3389, PL_PROTO_TCP, "ms-wbt-server"},
    {5004, PL_PROTO_DCCP, "avt-profile-1"},
    {5353, PL_PROTO_UDP, "mdns"},
    {5432, PL_PROTO_TCP, "postgresql"},
    {6010, PL_PROTO_TCP, "x11"},
    {6379, PL_PROTO_TCP, "redis"},
    {8080, PL_PROTO_TCP, "http-alt"},
    {8443, PL_PROTO_TCP, "pcsync-https"},
    {9200, PL_PROTO_TCP, "wap-wsp"},
    {11434, PL_PROTO_TCP, "ollama"},
    {27017, PL_PROTO_TCP, "mongodb"},
};

static void well_known_ports(void **state)
{
    struct pl_service service;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        assert_string_equal(pl_service_name(known[i].port, known[i].proto), known[i].name);
    assert_int_equal(pl_service_get(80, PL_PROTO_TCP, &service), 0);
    assert_memory_equal(service.aliases, "www\0www-http\0", sizeof("www\0www-http\0"));
    assert_string_equal(pl_service_name(443, PL_PROTO_MPTCP), "https");
    assert_string_equal(pl_service_name(53, PL_PROTO_UDPLITE), "domain");
    assert_null(pl_service_name(8821, PL_PROTO_TCP));
    assert_null(pl_service_name(4982, PL_PROTO_TCP));
    assert_int_equal(pl_service_get(65536, PL_PROTO_TCP, &service), -EINVAL);
    assert_int_equal(pl_service_get(80, PL_PROTO_UNIX, &service), -EINVAL);
    assert_int_equal(pl_service_get(80, PL_PROTO_UNKNOWN, &service), -EINVAL);
}

static void classes(void **state)
{
    (void)state;
    assert_string_equal(pl_service_class(0, PL_PROTO_TCP), "system-reserved");
    assert_string_equal(pl_service_class(4, PL_PROTO_TCP), "system-unassigned");
    assert_string_equal(pl_service_class(24, PL_PROTO_TCP), "system");
    assert_string_equal(pl_service_class(1023, PL_PROTO_TCP), "system-reserved");
    assert_string_equal(pl_service_class(443, PL_PROTO_TCP), "system");
    assert_string_equal(pl_service_class(443, PL_PROTO_DCCP), "system-unassigned");
    assert_string_equal(pl_service_class(3306, PL_PROTO_TCP), "user");
    assert_string_equal(pl_service_class(2376, PL_PROTO_UDP), "user-unassigned");
    assert_string_equal(pl_service_class(11434, PL_PROTO_UDP), "user-reserved");
    assert_string_equal(pl_service_class(26264, PL_PROTO_TCP), "user-deregistered");
    assert_string_equal(pl_service_class(8821, PL_PROTO_TCP), "user-unassigned");
    assert_string_equal(pl_service_class(49151, PL_PROTO_TCP), "user-reserved");
    assert_string_equal(pl_service_class(49152, PL_PROTO_TCP), "dynamic");
    assert_string_equal(pl_service_class(65535, PL_PROTO_SCTP), "dynamic");
    assert_null(pl_service_class(65536, PL_PROTO_TCP));
}

static void free_ports(void **state)
{
    static const enum pl_proto all[] = {PL_PROTO_TCP, PL_PROTO_UDP, PL_PROTO_SCTP, PL_PROTO_DCCP};
    uint16_t first = 0;
    uint16_t last = 0;
    unsigned int from = 0;
    unsigned int runs = 0;

    (void)state;
    /* A port is in a run exactly if it is unassigned for every protocol. */
    for (unsigned int port = 0; port <= 49151; port++) {
        bool is_free = true;

        for (size_t i = 0; i < 4; i++) {
            struct pl_service service;

            assert_int_equal(pl_service_get(port, all[i], &service), 0);
            is_free &= service.status == PL_SERVICE_UNASSIGNED;
        }
        if (port >= from) {
            if (!pl_service_unassigned(PL_PROTO_UNKNOWN, port, &first, &last))
                first = last = UINT16_MAX;
            assert_true(first >= port && last >= first);
            from = last + 1U;
            runs++;
        }
        if (is_free != (first <= port && port <= last))
            fail_msg("port %u: %s", port, is_free ? "free, not in a run" : "taken, in a run");
    }
    assert_true(runs > 100);
    assert_true(pl_service_unassigned(PL_PROTO_UDP, 2376, &first, &last));
    assert_int_equal(first, 2376);
    assert_int_equal(last, 2376);
    assert_false(pl_service_unassigned(PL_PROTO_TCP, 49152, &first, &last));
    assert_false(pl_service_unassigned(PL_PROTO_UNIX, 0, &first, &last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_port_of_the_registry),
        cmocka_unit_test(well_known_ports),
        cmocka_unit_test(classes),
        cmocka_unit_test(free_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
