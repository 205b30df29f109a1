/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths of control groups, in the forms that runtimes document and that people show in reports. */
#include "harness.h"

#include "api/group.h"
#include "model/array.h"

#include <stdlib.h>

#define ID     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2    "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UUID   "2c48913c-b29f-11e7-9350-020968147796"
#define UUID_  "2c48913c_b29f_11e7_9350_020968147796"
#define USER   "/user.slice/user-1000.slice/user@1000.service"
#define NOBODY PL_UID_UNKNOWN

/* NULL: absent. Without a path: the whole line is one that says nothing. */
static const struct {
    const char *path;
    const char *runtime, *id, *name, *pod, *unit;
    uint32_t uid;
    bool user;
} cases[] = {
    /* Docker: drivers systemd and cgroupfs, another parent, in Docker, rootless */
    {"/system.slice/docker-" ID ".scope", "docker", ID, NULL, NULL, "docker-" ID ".scope", NOBODY,
     0},
    {"/system.slice/docker-" ID ".scope/init", "docker", ID, NULL, NULL, "docker-" ID ".scope",
     NOBODY, 0},
    {"/docker/" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/docker/" ID "/docker/" ID2, "docker", ID2, NULL, NULL, NULL, NOBODY, 0},
    {"/system.slice/docker-" ID ".scope/docker/" ID2, "docker", ID2, NULL, NULL,
     "docker-" ID ".scope", NOBODY, 0},
    {"/docker/" ID "/system.slice/nginx.service", "docker", ID, NULL, NULL, "nginx.service", NOBODY,
     0},
    {"/moby/" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/actions_job/" ID, NULL, ID, NULL, NULL, NULL, NOBODY, 0},
    {"/system.slice:docker:" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {USER "/user.slice/docker-" ID ".scope", "docker", ID, NULL, NULL, "docker-" ID ".scope", 1000,
     1},
    {"/ecs/2f4a5c8e/" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/ecstasks.slice/ecstasks-2f4a.slice/docker-" ID ".scope", "docker", ID, NULL, NULL,
     "docker-" ID ".scope", NOBODY, 0},
    {"/../docker-" ID ".scope", "docker", ID, NULL, NULL, "docker-" ID ".scope", NOBODY, 0},
    /* Podman */
    {"/machine.slice/libpod-" ID ".scope/container", "podman", ID, NULL, NULL,
     "libpod-" ID ".scope", NOBODY, 0},
    {"/machine.slice/libpod-" ID ".scope", "podman", ID, NULL, NULL, "libpod-" ID ".scope", NOBODY,
     0},
    {"/libpod_parent/libpod-" ID, "podman", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope/container", "podman", ID,
     NULL, NULL, "libpod-" ID ".scope", NOBODY, 0},
    {USER "/user.slice/libpod-" ID ".scope/container", "podman", ID, NULL, NULL,
     "libpod-" ID ".scope", 1000, 1},
    {USER "/user.slice/podman-4711.scope/" ID, "podman", ID, NULL, NULL, "podman-4711.scope", 1000,
     1},
    {"/system.slice/web.service/libpod-payload-" ID, "podman", ID, NULL, NULL, "web.service",
     NOBODY, 0},
    {USER "/app.slice/web.service/libpod-payload-" ID, "podman", ID, NULL, NULL, "web.service",
     1000, 1},
    {"/system.slice/web.service/runtime", NULL, NULL, NULL, NULL, "web.service", NOBODY, 0},
    {"/machine.slice/libpod-conmon-" ID ".scope", NULL, NULL, NULL, NULL,
     "libpod-conmon-" ID ".scope", NOBODY, 0},
    /* Kubernetes: each class of quality, drivers systemd and cgroupfs */
    {"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UUID_
     ".slice/cri-containerd-" ID ".scope",
     "containerd", ID, NULL, UUID_, "cri-containerd-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_ ".slice/crio-" ID
     ".scope",
     "cri-o", ID, NULL, UUID_, "crio-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_ ".slice/crio-" ID
     ".scope/container",
     "cri-o", ID, NULL, UUID_, "crio-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_
     ".slice/crio-conmon-" ID ".scope",
     NULL, NULL, NULL, UUID_, "crio-conmon-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-pod" UUID_ ".slice/cri-containerd-" ID ".scope", "containerd", ID,
     NULL, UUID_, "cri-containerd-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-pod" UUID_ ".slice/docker-" ID ".scope", "docker", ID, NULL, UUID_,
     "docker-" ID ".scope", NOBODY, 0},
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0123456789abcdef0123456789abcdef"
     ".slice/cri-containerd-" ID ".scope",
     "containerd", ID, NULL, "0123456789abcdef0123456789abcdef", "cri-containerd-" ID ".scope",
     NOBODY, 0},
    {"/kubepods/besteffort/pod" UUID "/" ID, "kubernetes", ID, NULL, UUID, NULL, NOBODY, 0},
    {"/kubepods/burstable/pod" UUID "/" ID, "kubernetes", ID, NULL, UUID, NULL, NOBODY, 0},
    {"/kubepods/pod" UUID "/" ID, "kubernetes", ID, NULL, UUID, NULL, NOBODY, 0},
    {"/kubepods/burstable/pod" UUID "/" ID "/kube-proxy", "kubernetes", ID, NULL, UUID, NULL,
     NOBODY, 0},
    {"/kubepods/burstable/pod" UUID "/crio-" ID, "cri-o", ID, NULL, UUID, NULL, NOBODY, 0},
    {"/system.slice/containerd.service/kubepods-burstable-pod" UUID_ ".slice:cri-containerd:" ID,
     "containerd", ID, NULL, UUID_, "containerd.service", NOBODY, 0},
    {"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UUID_ ".slice/cri-containerd-" ID
     ".scope",
     "containerd", ID, NULL, UUID_, "cri-containerd-" ID ".scope", NOBODY, 0},
    {"/docker/" ID2 "/kubelet/kubepods/burstable/pod" UUID "/" ID, "kubernetes", ID, NULL, UUID,
     NULL, NOBODY, 0},
    {"/kubepods/pod" UUID "/" ID "/docker/" ID2, "docker", ID2, NULL, UUID, NULL, NOBODY, 0},
    /* containerd without Kubernetes, nerdctl */
    {"/system.slice/nerdctl-" ID ".scope", "nerdctl", ID, NULL, NULL, "nerdctl-" ID ".scope",
     NOBODY, 0},
    {USER "/user.slice/nerdctl-" ID ".scope", "nerdctl", ID, NULL, NULL, "nerdctl-" ID ".scope",
     1000, 1},
    {"/default/" ID, "containerd", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/k8s.io/" ID, "containerd", ID, NULL, NULL, NULL, NOBODY, 0},
    /* LXC, LXD, Incus */
    {"/lxc.payload.web/system.slice/nginx.service", "lxc", NULL, "web", NULL, "nginx.service",
     NOBODY, 0},
    {"/lxc.payload.shop_web", "lxc", NULL, "shop_web", NULL, NULL, NOBODY, 0},
    {"/lxc.payload/web", "lxc", NULL, "web", NULL, NULL, NOBODY, 0},
    {"/lxc/101/ns/system.slice/ssh.service", "lxc", NULL, "101", NULL, "ssh.service", NOBODY, 0},
    {"/lxc/outer/lxc/inner", "lxc", NULL, "inner", NULL, NULL, NOBODY, 0},
    {"/lxc.payload.web/docker/" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/lxc.monitor.web", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/lxc.payload.web/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", "lxc",
     NULL, "web", NULL, "x.service", NOBODY, 1},
    /* systemd-nspawn, libvirt */
    {"/machine.slice/machine-debian\\x2d12.scope/payload/system.slice/ssh.service",
     "systemd-nspawn", NULL, "debian\\x2d12", NULL, "ssh.service", NOBODY, 0},
    {"/machine.slice/machine-web.scope/payload", "systemd-nspawn", NULL, "web", NULL,
     "machine-web.scope", NOBODY, 0},
    {"/machine.slice/systemd-nspawn@web.service/payload", "systemd-nspawn", NULL, "web", NULL,
     "systemd-nspawn@web.service", NOBODY, 0},
    {"/machine.slice/systemd-nspawn@web.service/supervisor", NULL, NULL, NULL, NULL,
     "systemd-nspawn@web.service", NOBODY, 0},
    {"/machine.slice/machine-web.scope/supervisor", NULL, NULL, NULL, NULL, "machine-web.scope",
     NOBODY, 0},
    {"/machine.slice/machine-web.scope/payload/supervisor", "systemd-nspawn", NULL, "web", NULL,
     "machine-web.scope", NOBODY, 0},
    {"/machine.slice/machine-qemu\\x2d3\\x2dvm\\x2done.scope/libvirt/emulator", "libvirt", NULL,
     "vm\\x2done", NULL, "machine-qemu\\x2d3\\x2dvm\\x2done.scope", NOBODY, 0},
    {"/machine.slice/machine-qemu\\x2dvm.scope", "libvirt", NULL, "vm", NULL,
     "machine-qemu\\x2dvm.scope", NOBODY, 0},
    {"/machine.slice/machine-lxc\\x2d77\\x2dbox.scope", "libvirt", NULL, "box", NULL,
     "machine-lxc\\x2d77\\x2dbox.scope", NOBODY, 0},
    {"/machine/box.libvirt-lxc", "libvirt", NULL, "box", NULL, NULL, NOBODY, 0},
    {"/machine/vm.libvirt-qemu/emulator", "libvirt", NULL, "vm", NULL, NULL, NOBODY, 0},
    {"/libvirt/lxc/box", "libvirt", NULL, "box", NULL, NULL, NOBODY, 0},
    /* flatpak, snap */
    {USER "/app.slice/app-flatpak-org.gimp.GIMP-12345.scope", "flatpak", NULL, "org.gimp.GIMP",
     NULL, "app-flatpak-org.gimp.GIMP-12345.scope", 1000, 1},
    {USER "/app.slice/app-gnome-firefox-2345.scope", NULL, NULL, NULL, NULL,
     "app-gnome-firefox-2345.scope", 1000, 1},
    {"/system.slice/snap.lxd.daemon.service", "snap", NULL, "lxd", NULL, "snap.lxd.daemon.service",
     NOBODY, 0},
    {USER "/app.slice/snap.firefox.firefox-" UUID ".scope", "snap", NULL, "firefox", NULL,
     "snap.firefox.firefox-" UUID ".scope", 1000, 1},
    {"/system.slice/snap.docker.dockerd.service/docker/" ID, "docker", ID, NULL, NULL,
     "snap.docker.dockerd.service", NOBODY, 0},
    /* units of systemd */
    {"/system.slice/nginx.service", NULL, NULL, NULL, NULL, "nginx.service", NOBODY, 0},
    {"/system.slice/nginx.service/worker", NULL, NULL, NULL, NULL, "nginx.service", NOBODY, 0},
    {"/system.slice/system-getty.slice/getty@tty1.service", NULL, NULL, NULL, NULL,
     "getty@tty1.service", NOBODY, 0},
    {"/init.scope", NULL, NULL, NULL, NULL, "init.scope", NOBODY, 0},
    {"/system.slice/x.mount", NULL, NULL, NULL, NULL, "x.mount", NOBODY, 0},
    {"/system.slice/_cpu.service", NULL, NULL, NULL, NULL, "cpu.service", NOBODY, 0},
    {"/user.slice/user-1000.slice/session-3.scope", NULL, NULL, NULL, NULL, "session-3.scope", 1000,
     0},
    {USER "/app.slice/dev.service", NULL, NULL, NULL, NULL, "dev.service", 1000, 1},
    {USER "/init.scope", NULL, NULL, NULL, NULL, "init.scope", 1000, 1},
    {USER, NULL, NULL, NULL, NULL, "user@1000.service", 1000, 0},
    {"/system.slice/docker.service", NULL, NULL, NULL, NULL, "docker.service", NOBODY, 0},
    /* nothing, hostile, truncated */
    {"/", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/system.slice", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/.service", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/_.service", NULL, NULL, NULL, NULL, ".service", NOBODY, 0},
    {"//x.service//", NULL, NULL, NULL, NULL, "x.service", NOBODY, 0},
    {"/lxc/", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/lxc//x.service", NULL, NULL, NULL, NULL, "x.service", NOBODY, 0},
    {"/docker/", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/docker/0123456789abcdef", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/docker/" ID "0", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/docker-" ID, NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/system.slice/docker-" ID ".scop", NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", NULL, NULL, NULL,
     NULL, NULL, NOBODY, 0},
    {"/:docker:" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/docker:" ID, "docker", ID, NULL, NULL, NULL, NOBODY, 0},
    {"/:" ID, NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/x:y:" ID, NULL, NULL, NULL, NULL, NULL, NOBODY, 0},
    {"/machine-.scope", NULL, NULL, NULL, NULL, "machine-.scope", NOBODY, 0},
    {"/machine-qemu\\x2d.scope", "systemd-nspawn", NULL, "qemu\\x2d", NULL,
     "machine-qemu\\x2d.scope", NOBODY, 0},
    {"/machine-qemu\\x2d3\\x2d.scope", "libvirt", NULL, "3\\x2d", NULL,
     "machine-qemu\\x2d3\\x2d.scope", NOBODY, 0},
    {"/snap.x.scope", NULL, NULL, NULL, NULL, "snap.x.scope", NOBODY, 0},
    {"/snap..x.scope", NULL, NULL, NULL, NULL, "snap..x.scope", NOBODY, 0},
    {"/app-flatpak-x.scope", NULL, NULL, NULL, NULL, "app-flatpak-x.scope", NOBODY, 0},
    {"/app-flatpak--1.scope", NULL, NULL, NULL, NULL, "app-flatpak--1.scope", NOBODY, 0},
    {"/kubepods-podx.slice/y.service", NULL, NULL, NULL, NULL, "y.service", NOBODY, 0},
    {"/user@99999999999.service/x.service", NULL, NULL, NULL, NULL, "x.service", NOBODY, 0},
    {"/user@4294967295.service/x.service", NULL, NULL, NULL, NULL, "x.service", NOBODY, 0},
    {"/user@-1.service/x.service", NULL, NULL, NULL, NULL, "x.service", NOBODY, 0},
};

static void compare(const char *path, const char *what, struct pl_text got, const char *want)
{
    if (want ? got.len != strlen(want) || memcmp(got.data, want, got.len) != 0 : got.data != NULL)
        fail_msg("%s: %s is %.*s", path, what, (int)got.len, got.data ? got.data : "");
}

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *path = cases[i].path;
        struct pl_group group;
        const char *runtime;

        pl_group_decode((struct pl_text){path, (uint32_t)strlen(path)}, &group);
        runtime = pl_runtime_name(group.runtime);
        compare(path, "runtime", (struct pl_text){runtime, runtime ? (uint32_t)strlen(runtime) : 0},
                cases[i].runtime);
        compare(path, "id", group.id, cases[i].id);
        compare(path, "name", group.name, cases[i].name);
        compare(path, "pod", group.pod, cases[i].pod);
        compare(path, "unit", group.unit, cases[i].unit);
        if (group.uid != cases[i].uid || group.user != cases[i].user)
            fail_msg("%s: uid %u, user %d", path, group.uid, group.user);
        assert_int_equal(pl_group_is_container(&group), cases[i].id || cases[i].name);
    }
}

/* Each part of each path, in memory of its own so that a sanitizer sees reads beyond it. */
static void truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t full = strlen(cases[i].path);

        for (size_t len = 0; len < full; len++) {
            char *path = malloc(len + 1);
            struct pl_group group;

            assert_non_null(path);
            memcpy(path, cases[i].path + full - len, len);
            pl_group_decode((struct pl_text){path, (uint32_t)len}, &group);
            memcpy(path, cases[i].path, len);
            pl_group_decode((struct pl_text){path, (uint32_t)len}, &group);
            assert_true(!group.id.data || group.id.len == PL_CONTAINER_ID);
            free(path);
        }
    }
}

/* The file has a line for each hierarchy. */
static void files(void **state)
{
    static const struct {
        const char *content, *path;
    } lines[] = {
        {"0::/system.slice/z.service\n", "/system.slice/z.service"},
        {"0::/system.slice/z.service", "/system.slice/z.service"},
        {"0::/\n", "/"},
        {"12:pids:/system.slice/x.service\n1:name=systemd:/system.slice/y.service\n",
         "/system.slice/y.service"},
        {"1:name=systemd:/system.slice/y.service\n0::/system.slice/z.service\n",
         "/system.slice/z.service"},
        {"4:memory:/docker/" ID "\n1:name=systemd:/system.slice/y.service\n0::/\n", "/docker/" ID},
        {"0::/system.slice/containerd.service\n4:memory:/kubepods/pod" UUID "/" ID "\n",
         "/kubepods/pod" UUID "/" ID},
        {"4:cpu,cpuacct:/a\n3:pids:/b\n", "/a"},
        {"4:cpu,cpuacct:/\n1:name=systemd:/user.slice\n", "/user.slice"},
        {"0::/a:b\n", "/a:b"},
        {"", NULL},
        {"\n\n", NULL},
        {"0::", NULL},
        {"0:", NULL},
        {"0", NULL},
        {"0::x\n", NULL},
        {":::", NULL},
    };
    struct pl_group group;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const char *content = lines[i].content;

        pl_group_decode_file((struct pl_text){content, (uint32_t)strlen(content)}, &group);
        compare(content, "path", group.path, lines[i].path);
    }
    pl_group_decode_file((struct pl_text){0}, &group);
    assert_null(group.path.data);
    assert_int_equal(group.uid, PL_UID_UNKNOWN);
}

static void escapes(void **state)
{
    static const struct {
        const char *text, *plain;
    } texts[] = {
        {"a\\x2db", "a-b"}, {"\\x2d", "-"},     {"\\x2", "\\x2"},     {"\\x", "\\x"},
        {"\\", "\\"},       {"\\xzz", "\\xzz"}, {"a\\\\b", "a\\\\b"}, {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char out[16];
        uint32_t len = pl_group_unescape(
            (struct pl_text){texts[i].text, (uint32_t)strlen(texts[i].text)}, out);

        assert_int_equal(len, strlen(texts[i].plain));
        assert_memory_equal(out, texts[i].plain, len);
    }
}

static void names(void **state)
{
    (void)state;
    assert_null(pl_runtime_name(PL_RUNTIME_UNKNOWN));
    assert_null(pl_runtime_name(PL_RUNTIME_MAX));
    for (unsigned int i = 1; i < PL_RUNTIME_MAX; i++)
        assert_non_null(pl_runtime_name(i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),   cmocka_unit_test(truncated), cmocka_unit_test(files),
        cmocka_unit_test(escapes), cmocka_unit_test(names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
