/* SPDX-License-Identifier: BSD-2-Clause */
/* What starts a process again: control groups, unit files, parents. */
#include "harness.h"

#include "kill/keeper.h"
#include "model/array.h"

#include <signal.h>

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UUID "2c48913c-b29f-11e7-9350-020968147796"

static const struct {
    const char *text;
    enum keeper_kind kind;
    const char *name;
} groups[] = {
    {"0::/system.slice/web.service\n", KEEPER_UNIT, "web.service"},
    {"0::/system.slice/web.service", KEEPER_UNIT, "web.service"},
    {"0::/system.slice/web.service/worker\n", KEEPER_UNIT, "web.service"},
    {"0::/system.slice/system-getty.slice/getty@tty1.service\n", KEEPER_UNIT, "getty@tty1.service"},
    {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/dev.service\n", KEEPER_USER_UNIT,
     "dev.service"},
    {"0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", KEEPER_NONE, ""},
    {"0::/user.slice/user-1000.slice/session-3.scope\n", KEEPER_NONE, ""},
    {"0::/init.scope\n", KEEPER_NONE, ""},
    {"0::/\n", KEEPER_NONE, ""},
    {"", KEEPER_NONE, ""},
    {"0::", KEEPER_NONE, ""},
    {"12:pids:/system.slice/x.service\n1:name=systemd:/system.slice/y.service\n", KEEPER_UNIT,
     "y.service"},
    {"1:name=systemd:/system.slice/y.service\n0::/system.slice/z.service\n", KEEPER_UNIT,
     "z.service"},
    {"0::/system.slice/docker-" ID ".scope\n", KEEPER_DOCKER, "0123456789ab"},
    {"0::/docker/" ID "\n", KEEPER_DOCKER, "0123456789ab"},
    {"0::/docker/" ID "/inner.service\n", KEEPER_DOCKER, "0123456789ab"},
    {"0::/machine.slice/libpod-" ID ".scope/container\n", KEEPER_PODMAN, "0123456789ab"},
    {"0::/libpod_parent/libpod-" ID "\n", KEEPER_PODMAN, "0123456789ab"},
    {"0::/kubepods.slice/kubepods-pod" UUID ".slice/cri-containerd-" ID ".scope\n", KEEPER_CRI,
     "0123456789ab"},
    {"0::/kubepods/besteffort/pod1/" ID "\n", KEEPER_CRI, "0123456789ab"},
    {"0::/kubepods/pod" UUID "/crio-" ID "\n", KEEPER_CRI, "0123456789ab"},
    {"0::/default/" ID "\n", KEEPER_NERDCTL, "0123456789ab"},
    /* not units of this systemd */
    {"0::/lxc.payload.box/system.slice/nginx.service\n", KEEPER_NONE, ""},
    {"0::/machine.slice/machine-box.scope/payload/system.slice/nginx.service\n", KEEPER_NONE, ""},
    {"0::/other/" ID "/system.slice/nginx.service\n", KEEPER_NONE, ""},
    {"0::/system.slice/snap.lxd.daemon.service\n", KEEPER_UNIT, "snap.lxd.daemon.service"},
    {"0::/user.slice/user-1000.slice/user@1000.service\n", KEEPER_NONE, ""},
    {"0::/u@1.service\n", KEEPER_UNIT, "u@1.service"},
    {"0::/system.slice/nerdctl-" ID ".scope\n", KEEPER_NERDCTL, "0123456789ab"},
    {"0::/other/" ID "\n", KEEPER_NONE, ""},
    {"0::/system.slice/docker-0123.scope\n", KEEPER_NONE, ""},
    {"0::/system.slice/docker.service\n", KEEPER_UNIT, "docker.service"},
    /* names that a shell would interpret */
    {"0::/x/$(reboot).service\n", KEEPER_NONE, ""},
    {"0::/x/a b.service\n", KEEPER_NONE, ""},
    {"0::/x/-f.service\n", KEEPER_NONE, ""},
    {"0::/x/'.service\n", KEEPER_NONE, ""},
    {"0::/x/.service\n", KEEPER_NONE, ""},
    {"0::/x/a\\x2db.service\n", KEEPER_UNIT, "a\\x2db.service"},
};

static void cgroups(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        struct keeper keeper = {0};

        keeper_read_cgroup(groups[i].text, strlen(groups[i].text), &keeper);
        if (keeper.kind != groups[i].kind || strcmp(keeper.name, groups[i].name) != 0)
            fail_msg("%s: %d %s", groups[i].text, (int)keeper.kind, keeper.name);
    }
}

static void restarts(void **state)
{
    static const struct {
        const char *text, *value;
    } cases[] = {
        {"[Service]\nRestart=always\n", "always"},
        {"Restart=on-failure", "on-failure"},
        {"  Restart = on-abort \t\r\n", "on-abort"},
        {"Restart=always\nRestart=no\n", "no"},
        {"Restart=always\nRestart=\n", "no"},
        {"Restart=sometimes\n", "no"},
        {"#Restart=always\n", NULL},
        {"; Restart=always\n", NULL},
        {"RestartSec=5\n", NULL},
        {"XRestart=always\n", NULL},
        {"Restart\n", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *value = keeper_restart(cases[i].text, strlen(cases[i].text));

        if (cases[i].value ? !value || strcmp(value, cases[i].value) != 0 : value != NULL)
            fail_msg("%s: %s", cases[i].text, value ? value : "none");
    }
}

static void policies(void **state)
{
    static const struct {
        const char *text, *value;
    } cases[] = {
        {"{\"Binds\":null,\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":0}}",
         "always"},
        {"{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}", "unless-stopped"},
        {"{\"RestartPolicy\":{\"Name\":\"on-failure\"}}", "on-failure"},
        {"{\"RestartPolicy\":{\"Name\":\"no\"}}", "no"},
        {"{\"RestartPolicy\":{\"Name\":\"\"}}", "no"},
        {"{\"RestartPolicy\":{\"Name\":\"other\"}}", NULL},
        {"{\"RestartPolicy\":{\"Name\":\"always", NULL},
        {"{\"RestartPolicy\":{\"Name\":\"", NULL},
        {"{}", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *value = keeper_policy(cases[i].text, strlen(cases[i].text));

        if (cases[i].value ? !value || strcmp(value, cases[i].value) != 0 : value != NULL)
            fail_msg("%s: %s", cases[i].text, value ? value : "none");
    }
}

static void sockets(void **state)
{
    static const struct {
        const char *text;
        unsigned int port, proto;
        bool listens;
    } cases[] = {
        {"[Socket]\nListenStream=22\n", 22, PL_PROTO_TCP, true},
        {"ListenStream = 0.0.0.0:22\n", 22, PL_PROTO_TCP, true},
        {"ListenStream=[::]:22", 22, PL_PROTO_TCP, true},
        {"ListenStream=/run/x.sock\nListenStream=22\n", 22, PL_PROTO_TCP, true},
        {"ListenStream=2222\n", 22, PL_PROTO_TCP, false},
        {"ListenStream=/run/22\n", 22, PL_PROTO_TCP, false},
        {"ListenStream=22\n", 22, PL_PROTO_UDP, false},
        {"ListenDatagram=53\n", 53, PL_PROTO_UDP, true},
        {"ListenStream=2\n", 22, PL_PROTO_TCP, false},
        {"ListenStream=\n", 22, PL_PROTO_TCP, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (keeper_listens(cases[i].text, strlen(cases[i].text), cases[i].port, cases[i].proto) !=
            cases[i].listens)
            fail_msg("%s", cases[i].text);
    }
}

static void parents(void **state)
{
    static const struct {
        const char *name, *keeper;
    } cases[] = {
        {"supervisord", "supervisord"},
        {"PM2 v5.3.0: God", "PM2"},
        {"supervisor", ""},
        {"supervisordx", ""},
        {"bash", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct keeper keeper = {0};
        struct pl_text name = {cases[i].name, (uint32_t)strlen(cases[i].name)};

        assert_int_equal(keeper_is_parent(name, &keeper), cases[i].keeper[0] != '\0');
        assert_string_equal(keeper.name, cases[i].keeper);
    }
}

static void answers(void **state)
{
    static const struct {
        const char *restart;
        int signal;
        enum keeper_answer answer;
    } cases[] = {
        {NULL, SIGTERM, KEEPER_NO},
        {"no", SIGKILL, KEEPER_NO},
        {"always", SIGTERM, KEEPER_YES},
        {"always", SIGKILL, KEEPER_YES},
        {"on-success", SIGTERM, KEEPER_YES},
        {"on-success", SIGKILL, KEEPER_MAYBE},
        {"on-failure", SIGTERM, KEEPER_MAYBE},
        {"on-failure", SIGKILL, KEEPER_YES},
        {"on-abort", SIGKILL, KEEPER_YES},
        {"on-watchdog", SIGKILL, KEEPER_NO},
    };
    struct keeper docker = {.kind = KEEPER_DOCKER};

    const struct keeper kept = {.kind = KEEPER_DOCKER, .restart = "no"};
    const struct keeper member = {.kind = KEEPER_UNIT, .restart = "always", .member = true};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct keeper keeper = {.kind = KEEPER_UNIT, .restart = cases[i].restart};

        if (keeper_returns(&keeper, cases[i].signal) != cases[i].answer)
            fail_msg("%s %d", cases[i].restart, cases[i].signal);
    }
    assert_int_equal(keeper_returns(&docker, SIGTERM), KEEPER_MAYBE);
    assert_int_equal(keeper_returns(&(struct keeper){0}, SIGTERM), KEEPER_NO);
    assert_int_equal(keeper_returns(&kept, SIGTERM), KEEPER_NO);
    assert_int_equal(keeper_returns(&member, SIGTERM), KEEPER_NO);
}

static void texts(void **state)
{
    static const struct {
        struct keeper keeper;
        const char *command, *text;
    } cases[] = {
        {{0}, "", ""},
        {{KEEPER_UNIT, "always", "web.service", .port = 0},
         "systemctl stop web.service",
         "web.service restarts it (Restart=always); better: systemctl stop web.service"},
        {{KEEPER_UNIT, "on-failure", "web.service", .port = 0},
         "systemctl stop web.service",
         "web.service may restart it (Restart=on-failure); better: systemctl stop web.service"},
        {{KEEPER_UNIT, "no", "web.service", .port = 0},
         "systemctl stop web.service",
         "web.service started it (Restart=no); better: systemctl stop web.service"},
        {{KEEPER_USER_UNIT, NULL, "a\\x2db.service", .port = 0},
         "systemctl --user stop 'a\\x2db.service'",
         "a\\x2db.service started it; better: systemctl --user stop 'a\\x2db.service'"},
        {{KEEPER_SOCKET, NULL, "ssh.socket", .port = 0},
         "systemctl stop ssh.socket",
         "systemd holds the port for a socket unit; better: systemctl stop ssh.socket"},
        {{KEEPER_DOCKER, NULL, "0123456789ab", .port = 0},
         "docker stop 0123456789ab",
         "the container may be restarted; better: docker stop 0123456789ab"},
        {{KEEPER_PUBLISH, NULL, "", .port = 8080},
         "docker stop $(docker ps -q --filter publish=8080)",
         "Docker publishes the port of a container; better: "
         "docker stop $(docker ps -q --filter publish=8080)"},
        {{KEEPER_UNIT, NULL, "cron.service", .member = true},
         "",
         "belongs to cron.service, which did not start it itself"},
        {{KEEPER_DOCKER, "always", "0123456789ab", .port = 0},
         "docker stop 0123456789ab",
         "in a container with restart policy always; better: docker stop 0123456789ab"},
        {{KEEPER_NERDCTL, NULL, "0123456789ab", .port = 0},
         "nerdctl stop 0123456789ab",
         "the container may be restarted; better: nerdctl stop 0123456789ab"},
        {{KEEPER_PARENT, NULL, "runsv", .port = 0},
         "sv down NAME",
         "runsv may restart it; better: sv down NAME"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[512];

        keeper_command(&cases[i].keeper, text, sizeof(text));
        assert_string_equal(text, cases[i].command);
        keeper_text(&cases[i].keeper, SIGTERM, text, sizeof(text));
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cgroups), cmocka_unit_test(restarts), cmocka_unit_test(policies),
        cmocka_unit_test(sockets), cmocka_unit_test(parents),  cmocka_unit_test(answers),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
