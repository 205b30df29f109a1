/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux: capabilities(7), no_new_privs, seccomp(2); Landlock is in sandbox_landlock.c. */
#include "sandbox.h"
#include "model/array.h"

#include "cli/complain.h"
#include "linux.h"
#include "view/out.h"

#include <errno.h>
#include <linux/capability.h>
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

/* Those that we have, by name. */
static void put_rights(struct out *line)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct have[WORDS] = {{0}};
    const char *before = " ";

    if (syscall(SYS_capget, &head, have) != 0) {
        out_word(line, " unknown");
        return;
    }
    for (size_t i = 0; i < RIGHTS; i++) {
        unsigned int word = rights[i].capability / 32;

        if ((have[word].permitted >> rights[i].capability % 32 & 1) == 0)
            continue;
        out_word(line, before);
        out_word(line, rights[i].name);
        before = ",";
    }
    if (before[0] == ' ')
        out_word(line, " none");
}

/* ---- what stands ---- */

const char *sandbox_built(void)
{
    return sandbox_filter_built();
}

static void tell(const struct sandbox *sandbox)
{
    struct out line = {.fd = STDERR_FILENO};

    if (!sandbox->debug)
        return;
    complain_name(&line);
    out_word(&line, "sandbox: ");
    if (sandbox->off) {
        out_word(&line, "off");
    } else {
        out_word(&line, "capabilities");
        put_rights(&line);
        out_word(&line, "; no_new_privs ");
        out_word(&line, sandbox->no_new_privs ? "on" : "off");
        out_word(&line, "; seccomp filter ");
        out_word(&line, sandbox->filtered ? "on" : "off");
        out_word(&line, "; Landlock ");
        out_word(&line, sandbox->landlock > 0 ? "on (ABI " : "off");
        if (sandbox->landlock > 0) {
            out_number(&line, (uint64_t)sandbox->landlock);
            out_char(&line, ')');
        }
        out_word(&line, "; helper for names ");
        out_word(&line, sandbox->names.helper ? "on" : "off");
    }
    out_char(&line, '\n');
    (void)out_flush(&line);
    out_free(&line);
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
static void become_user(void)
{
    if (setresgid(getgid(), getgid(), getgid()) == 0 &&
        setresuid(getuid(), getuid(), getuid()) == 0)
        return;
    complain_errno("cannot become", "the user", errno, "");
    _exit(4);
}

void sandbox_enter(struct sandbox *sandbox)
{
    struct sandbox_plan *plan = &sandbox->plan;
    char beside[PATH_BYTES];

    sandbox->entered = !sandbox->off;
    if (sandbox->off) {
        tell(sandbox);
        return;
    }
    if (plan->record) {
        find_beside(plan->record, beside, sizeof(beside));
        plan->foreign = is_foreign(beside);
    }
    if (sandbox->elevated && !plan->live)
        become_user();
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
