/* SPDX-License-Identifier: BSD-2-Clause */
/* The sandbox of Linux: enters its layers, in order, and reports them. */
#include "sandbox.h"

#include "linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a program with more privileges than its user ---- */

/* Rights that such a program keeps until sandbox_enter(). */
#define EVERY (SANDBOX_PTRACE | SANDBOX_SEARCH | SANDBOX_NET_ADMIN | SANDBOX_RAW | SANDBOX_BPF)

bool sandbox_is_elevated(void (*say)(const char *text))
{
    char text[128];
    int err;

    if (getauxval(AT_SECURE) == 0)
        return false;
    sandbox_clean(environ);
    err = sandbox_become(getuid(), getgid(), true);
    if (err == 0)
        err = sandbox_keep(EVERY, false);
    /* With file capabilities the user id is unchanged, and the user could trace the process. */
    if (err == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        err = -errno;
    if (err == 0)
        return true;
    (void)snprintf(text, sizeof(text), "cannot give up the privileges of the program: %s",
                   strerror(-err));
    say(text);
    _exit(4);
}

void sandbox_raise(const struct sandbox *sandbox)
{
    if (sandbox->elevated)
        (void)sandbox_keep(EVERY, true);
}

/* ---- messages ---- */

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
    char names[192];
    char abi[32] = "";
    char text[512];

    if (!sandbox->debug || !sandbox->say)
        return;
    if (sandbox->off) {
        sandbox->say("sandbox: off");
        return;
    }
    sandbox_name_rights(names, sizeof(names));
    if (sandbox->landlock > 0)
        (void)snprintf(abi, sizeof(abi), " (ABI %d)", sandbox->landlock);
    (void)snprintf(text, sizeof(text),
                   "sandbox: capabilities %s; user %s; no_new_privs %s; seccomp filter %s; "
                   "Landlock %s%s; helper for names %s",
                   names, sandbox->left_root ? "nobody" : "unchanged",
                   on_off(sandbox->no_new_privs), on_off(sandbox->filtered),
                   on_off(sandbox->landlock > 0), abi, on_off(sandbox->names.helper));
    sandbox->say(text);
}

/* Returns whether the kernel, the build or the user namespace lacks the layer. */
static bool is_absent(int err)
{
    return err == -ENOSYS || err == -EINVAL || err == -ENOTSUP;
}

/* Returns whether the layer is on (err is not negative). Appends a refusal to the report, once. */
static bool note(struct sandbox *sandbox, enum sandbox_layer layer, int err)
{
    static const char *const layers[] = {
        [SANDBOX_CAPABILITIES] = "capabilities are not dropped",
        [SANDBOX_USER] = "the user is kept",
        [SANDBOX_NO_NEW_PRIVS] = "no_new_privs is off",
        [SANDBOX_FILTER] = "the seccomp filter is off",
        [SANDBOX_LANDLOCK] = "Landlock is off",
    };
    size_t len = strlen(sandbox->refused);

    if (err >= 0)
        return true;
    if (is_absent(err) || sandbox->told & 1U << layer)
        return false;
    sandbox->told |= 1U << layer;
    (void)snprintf(sandbox->refused + len, sizeof(sandbox->refused) - len, "%s%s: %s",
                   len > 0 ? "; " : "", layers[layer], strerror(-err));
    return false;
}

static void tell_refused(struct sandbox *sandbox)
{
    char text[sizeof(sandbox->refused) + 32];

    if (sandbox->refused[0] != '\0' && sandbox->say) {
        (void)snprintf(text, sizeof(text), "incomplete sandbox: %s", sandbox->refused);
        sandbox->say(text);
    }
    sandbox->refused[0] = '\0';
}

/* ---- layers ---- */

void sandbox_start_helper(struct sandbox *sandbox, bool users, bool others)
{
    names_start_helper(&sandbox->names, users, others,
                       sandbox->off && !sandbox->elevated ? NULL : sandbox_confine);
}

static bool is_foreign(int dir)
{
    struct stat st;

    return fstat(dir, &st) != 0 || st.st_uid != geteuid() || (st.st_mode & 0300) != 0300;
}

static void enter_landlock(struct sandbox *sandbox)
{
    struct sandbox_path paths[SANDBOX_PATHS];
    int abi = sandbox_landlock_enter(paths, sandbox_paths(&sandbox->plan, paths), 0);

    sandbox->landlock = note(sandbox, SANDBOX_LANDLOCK, abi) ? abi : 0;
}

void sandbox_enter(struct sandbox *sandbox)
{
    struct sandbox_plan *plan = &sandbox->plan;
    uint32_t kept;

    sandbox->entered = !sandbox->off;
    if (sandbox->off) {
        tell(sandbox);
        return;
    }
    if (plan->record)
        plan->foreign = is_foreign(plan->record[1]);
    kept = sandbox_rights(plan, SANDBOX_START);
    sandbox->left_root =
        !sandbox_keeps_user(plan) && note(sandbox, SANDBOX_USER, sandbox_leave_root(kept));
    (void)note(sandbox, SANDBOX_CAPABILITIES, sandbox_keep(kept, !sandbox->asleep));
    sandbox->no_new_privs = note(sandbox, SANDBOX_NO_NEW_PRIVS,
                                 prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno);
    if (sandbox_landlock(plan) == SANDBOX_START)
        enter_landlock(sandbox);
    sandbox->filtered = note(sandbox, SANDBOX_FILTER,
                             sandbox_filter_install(plan->record   ? SANDBOX_FILTER_RECORDING
                                                    : plan->screen ? SANDBOX_FILTER_SCREEN
                                                                   : SANDBOX_FILTER_LISTING));
    tell_refused(sandbox);
    tell(sandbox);
}

void sandbox_wake(struct sandbox *sandbox)
{
    if (sandbox->entered && sandbox->asleep)
        (void)sandbox_keep(sandbox_rights(&sandbox->plan, SANDBOX_START), true);
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
        (void)note(sandbox, SANDBOX_CAPABILITIES, sandbox_keep(after, true));
    if (binds)
        enter_landlock(sandbox);
    tell_refused(sandbox);
    tell(sandbox);
}

void sandbox_end(struct sandbox *sandbox)
{
    names_end_helper(&sandbox->names);
}
