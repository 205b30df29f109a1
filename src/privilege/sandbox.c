/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux: capabilities(7), no_new_privs, seccomp(2); Landlock is in landlock.c. */
#include "sandbox.h"
#include "model/array.h"

#include "linux.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- who started us ---- */

bool sandbox_is_elevated(void)
{
    if (getauxval(AT_SECURE) == 0)
        return false;
    sandbox_clean(environ);
    return true;
}

/* ---- capabilities ---- */

static const struct {
    uint32_t right;
    unsigned int capability;
    const char *name;
} rights[] = {
    {SANDBOX_PTRACE, CAP_SYS_PTRACE, "cap_sys_ptrace"},
    {SANDBOX_SEARCH, CAP_DAC_READ_SEARCH, "cap_dac_read_search"},
    {SANDBOX_NET_ADMIN, CAP_NET_ADMIN, "cap_net_admin"},
    {SANDBOX_OVERRIDE, CAP_DAC_OVERRIDE, "cap_dac_override"},
    {SANDBOX_OVERRIDE, CAP_FOWNER, "cap_fowner"},
};

#define RIGHTS COUNT_OF(rights)
#define WORDS  _LINUX_CAPABILITY_U32S_3

#define PATH_BYTES 4096

/* Those of ours that are wanted stay; nothing is inherited, and so nothing is ambient. */
static void keep(uint32_t wanted, bool effective)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct have[WORDS] = {{0}};
    struct __user_cap_data_struct stay[WORDS] = {{0}};

    if (syscall(SYS_capget, &head, have) != 0)
        return;
    for (size_t i = 0; i < RIGHTS; i++) {
        unsigned int word = rights[i].capability / 32;
        uint32_t bit = 1U << rights[i].capability % 32;

        if (wanted & rights[i].right)
            stay[word].permitted |= have[word].permitted & bit;
    }
    for (size_t i = 0; effective && i < WORDS; i++)
        stay[i].effective = stay[i].permitted;
    if (memcmp(have, stay, sizeof(have)) != 0)
        (void)syscall(SYS_capset, &head, stay);
}

/* Those that we have: ",cap_sys_ptrace,cap_fowner". */
static void put_rights(char *buf, size_t size)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct have[WORDS] = {{0}};

    buf[0] = '\0';
    if (syscall(SYS_capget, &head, have) != 0) {
        (void)strlcpy(buf, ",unknown", size);
        return;
    }
    for (size_t i = 0; i < RIGHTS; i++) {
        unsigned int word = rights[i].capability / 32;

        if ((have[word].permitted >> rights[i].capability % 32 & 1) == 0)
            continue;
        (void)strlcat(buf, ",", size);
        (void)strlcat(buf, rights[i].name, size);
    }
    if (buf[0] == '\0')
        (void)strlcpy(buf, ",none", size);
}

/* ---- what stands ---- */

const char *sandbox_built(void)
{
    return sandbox_filter_built();
}

static const char *on_off(bool on)
{
    return on ? "on" : "off";
}

static void tell(const struct sandbox *sandbox)
{
    char names[128];
    char abi[32] = "";
    char text[512];

    if (!sandbox->debug || !sandbox->say)
        return;
    if (sandbox->off) {
        sandbox->say("sandbox: off");
        return;
    }
    put_rights(names, sizeof(names));
    if (sandbox->landlock > 0)
        (void)snprintf(abi, sizeof(abi), " (ABI %d)", sandbox->landlock);
    (void)snprintf(text, sizeof(text),
                   "sandbox: capabilities %s; no_new_privs %s; seccomp filter %s; Landlock %s%s; "
                   "helper for names %s",
                   names + 1, on_off(sandbox->no_new_privs), on_off(sandbox->filtered),
                   on_off(sandbox->landlock > 0), abi, on_off(sandbox->names.helper));
    sandbox->say(text);
}

/* No capability and no way to get one. */
static void drop_all(void)
{
    keep(0, false);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void sandbox_start_helper(struct sandbox *sandbox, bool users, bool others)
{
    if (!sandbox->off)
        names_start_helper(&sandbox->names, users, others, drop_all);
}

static bool is_foreign(const char *folder)
{
    struct stat st;

    return stat(folder, &st) != 0 || st.st_uid != geteuid() || (st.st_mode & 0300) != 0300;
}

/* The folder around the recording is what rename(2) changes. */
static void find_beside(const char *record, char *beside, size_t size)
{
    char *slash;

    if (strlcpy(beside, record, size) >= size)
        beside[0] = '\0';
    slash = strrchr(beside, '/');
    if (!slash)
        (void)strlcpy(beside, ".", size);
    else
        slash[slash == beside] = '\0';
}

static void enter_landlock(struct sandbox *sandbox)
{
    struct sandbox_plan plan = sandbox->plan;
    char beside[PATH_BYTES];

    if (plan.record) {
        find_beside(plan.record, beside, sizeof(beside));
        plan.beside = beside;
    }
    sandbox->landlock = sandbox_landlock_enter(&plan);
}

/* A user may always become himself; a program that cannot do even that reads nothing for him. */
static void become_user(const struct sandbox *sandbox)
{
    char text[128];

    if (setresgid(getgid(), getgid(), getgid()) == 0 &&
        setresuid(getuid(), getuid(), getuid()) == 0)
        return;
    (void)snprintf(text, sizeof(text), "cannot become the user: %s", strerror(errno));
    if (sandbox->say)
        sandbox->say(text);
    _exit(4);
}

void sandbox_enter(struct sandbox *sandbox)
{
    struct sandbox_plan *plan = &sandbox->plan;
    char beside[PATH_BYTES];

    if (sandbox->elevated && !plan->live)
        become_user(sandbox);
    sandbox->entered = !sandbox->off;
    if (sandbox->off) {
        tell(sandbox);
        return;
    }
    if (plan->record) {
        find_beside(plan->record, beside, sizeof(beside));
        plan->foreign = is_foreign(beside);
    }
    keep(sandbox_rights(plan, SANDBOX_START), !sandbox->asleep);
    sandbox->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (sandbox_landlock(plan) == SANDBOX_START)
        enter_landlock(sandbox);
    sandbox->filtered = sandbox->no_new_privs && sandbox_filter_install(plan->record != NULL);
    tell(sandbox);
}

void sandbox_wake(struct sandbox *sandbox)
{
    if (sandbox->entered && sandbox->asleep)
        keep(sandbox_rights(&sandbox->plan, SANDBOX_START), true);
    sandbox->asleep = false;
}

void sandbox_phase(void *arg, enum pl_phase phase)
{
    struct sandbox *sandbox = arg;
    enum sandbox_stage stage = phase == PL_PHASE_SOCKS ? SANDBOX_SOCKS : SANDBOX_PROCESSES;
    uint32_t before = sandbox_rights(&sandbox->plan, stage - 1);
    uint32_t after = sandbox_rights(&sandbox->plan, stage);
    bool binds = sandbox_landlock(&sandbox->plan) == stage && sandbox->landlock == 0;

    if (!sandbox->entered || (before == after && !binds))
        return;
    if (before != after)
        keep(after, true);
    if (binds)
        enter_landlock(sandbox);
    tell(sandbox);
}

void sandbox_end(struct sandbox *sandbox)
{
    names_end_helper(&sandbox->names);
}
