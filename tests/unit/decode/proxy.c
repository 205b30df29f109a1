/* SPDX-License-Identifier: BSD-2-Clause */
/* Proxies by their arguments, and where they connect to. */
#include "harness.h"

#include "decode/proxy.h"

#define DOCKER "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 "
#define NOBODY NULL, NULL

/* want: "ADDRESS PORT", "" if the target is not known. */
static const struct {
    const char *command;
    const char *by;
    const char *want;
    enum pl_proto proto; /* PL_PROTO_UNKNOWN: TCP */
    const char *addr;    /* of the socket; NULL: 127.0.0.1 */
} cases[] = {
    {DOCKER "-container-ip 172.17.0.2 -container-port 80", "docker-proxy", "172.17.0.2 80"},
    {DOCKER "-container-ip 172.17.0.2 -container-port 80 -use-listen-fd", "docker-proxy",
     "172.17.0.2 80"},
    {DOCKER "-container-ip=172.17.0.2 -container-port=80", "docker-proxy", "172.17.0.2 80"},
    {DOCKER "-container-ip 172.17.0.2 -container-port 80", "docker-proxy", "", PL_PROTO_UDP},
    {DOCKER "-container-ip 172.17.0.2 -container-port 70000", "docker-proxy", ""},
    {DOCKER "-container-ip 172.17.0.2 -container-port", "docker-proxy", ""},
    {DOCKER "-container-ip web -container-port 80", "docker-proxy", ""},
    {DOCKER "-container-ip 172.17.0.2", "docker-proxy", ""},
    {"docker-proxy -proto tcp -host-ip 10.0.0.1 -host-port 8080 -container-ip 1.2.3.4 "
     "-container-port 80",
     "docker-proxy", ""},
    {"docker-proxy -proto udp -host-ip :: -host-port 8080 -container-ip fd00::2 -container-port 53",
     "docker-proxy", "fd00::2 53", PL_PROTO_UDP, "::"},
    {"docker-proxy -host-port 8081 -container-ip 172.17.0.2 -container-port 80", "docker-proxy",
     ""},
    {"docker-proxy", "docker-proxy", ""},
    {"rootlesskit -p 0.0.0.0:8080:80/tcp sh", "rootlesskit", ":0 80"},
    {"rootlesskit -p 8080:80", "rootlesskit", ":0 80"},
    {"rootlesskit --publish=127.0.0.1:8080:10.0.2.100:81/tcp", "rootlesskit", "10.0.2.100 81"},
    {"rootlesskit --publish [::]:8080:[fd00::100]:81/tcp", "rootlesskit", "fd00::100 81",
     PL_PROTO_UNKNOWN, "::"},
    {"rootlesskit -p 8081:1/tcp -p 8080:2/udp -p 8080:3/tcp", "rootlesskit", ":0 3"},
    {"rootlesskit -p 10.9.9.9:8080:80/tcp", "rootlesskit", ""},
    {"rootlesskit -p :8080:80", "rootlesskit", ":0 80"},
    {"rootlesskit -p 8080", "rootlesskit", ""},
    {"rootlesskit -p x:8080:y:80", "rootlesskit", ""},
    {"rootlesskit -p", "rootlesskit", ""},
    {"pasta -t 8080:80 --netns /run/netns/a", "pasta", ":0 80"},
    {"pasta.avx2 --tcp-ports 127.0.0.1/8000-8100:9000-9100", "pasta.avx2", ":0 9080"},
    {"pasta -t127.0.0.1%lo/22,8080", "pasta", ":0 8080"},
    {"pasta -t 10.0.0.1/8080", "pasta", ""},
    {"pasta -u 8080:53", "pasta", ""},
    {"pasta -u 8080:53", "pasta", ":0 53", PL_PROTO_UDP},
    {"pasta -t auto", "pasta", ":0 8080"},
    {"pasta -t none", "pasta", ""},
    {"pasta -t ~8080,all", "pasta", ""},
    {"pasta -t 8000-9000,~8080", "pasta", ""},
    {"pasta -t 9000-8000", "pasta", ""},
    {"pasta -t 8000-8080:65530", "pasta", ""},
    {"rootlessport", "rootlessport", ""},
    {"/usr/bin/slirp4netns -c 1 tap0", "slirp4netns", ""},
    {"docker-proxy2 -host-port 8080 -container-ip 172.17.0.2 -container-port 80", NOBODY},
    {"-host-port 8080 -container-ip 172.17.0.2 -container-port 80", NOBODY},
    {"", NOBODY},
    {"  ", NOBODY},
};

static struct pl_host_port port_of(size_t i)
{
    const char *addr = cases[i].addr;
    struct pl_host_port port = {
        .port = 8080,
        .family = addr ? PL_FAMILY_INET6 : PL_FAMILY_INET,
        .proto = (uint8_t)(cases[i].proto == PL_PROTO_UNKNOWN ? PL_PROTO_TCP : cases[i].proto),
        .addr = {addr ? 0 : 127, 0, 0, addr ? 0 : 1},
    };

    return port;
}

static void check(size_t i, struct pl_text command)
{
    const struct pl_host_port port = port_of(i);
    struct pl_target target;
    bool known;
    const char *by = pl_decode_proxy(command, &port, &target, &known);
    char got[PL_ADDR_TEXT + 16] = "";
    char addr[PL_ADDR_TEXT] = ":0";
    int len = 2;

    if (!cases[i].by) {
        assert_null(by);
        assert_false(known);
        return;
    }
    assert_non_null(by);
    assert_string_equal(by, cases[i].by);
    if (known != (cases[i].want[0] != '\0'))
        fail_msg("%s: %s", cases[i].command, known ? "known" : "not known");
    if (target.family != PL_FAMILY_UNSPEC)
        len = (int)pl_addr_print(target.family, target.addr, addr);
    if (known)
        (void)snprintf(got, sizeof(got), "%.*s %u", len, addr, target.port);
    if (strcmp(got, cases[i].want) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", cases[i].command, got, cases[i].want);
    assert_int_equal(target.last_port, target.port);
    assert_memory_equal(target.last_addr, target.addr, 16);
}

static void commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char words[256];
        size_t len = strlen(cases[i].command);

        check(i, (struct pl_text){cases[i].command, (uint32_t)len});
        /* The same with the NULs of the kernel. */
        (void)snprintf(words, sizeof(words), "%s", cases[i].command);
        for (size_t at = 0; at < len; at++) {
            if (words[at] == ' ')
                words[at] = '\0';
        }
        check(i, (struct pl_text){words, (uint32_t)len + 1});
    }
}

/* ASan detects a read past the end. */
static void truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t len = 0; len <= strlen(cases[i].command); len++) {
            const struct pl_host_port port = port_of(i);
            char *copy = malloc(len + 1);
            struct pl_target target;
            bool known;

            assert_non_null(copy);
            memcpy(copy + 1, cases[i].command, len);
            (void)pl_decode_proxy((struct pl_text){copy + 1, (uint32_t)len}, &port, &target,
                                  &known);
            assert_true(known || target.port == 0);
            free(copy);
        }
    }
    assert_null(pl_decode_proxy((struct pl_text){NULL, 0}, &(struct pl_host_port){.port = 1},
                                &(struct pl_target){0}, &(bool){false}));
}

TEST_MAIN(TEST(commands), TEST(truncated))
