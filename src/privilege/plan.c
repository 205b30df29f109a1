/* SPDX-License-Identifier: BSD-2-Clause */
#include "plan.h"
#include "model/array.h"

#include <string.h>

#define SERVICES "/etc/services"

#define PROCESSES                                                                                 \
    ((uint32_t)(PL_NEED_OWNERS | PL_NEED_NAMES | PL_NEED_COMMANDS | PL_NEED_EXES | PL_NEED_UIDS | \
                PL_NEED_CONTEXTS | PL_NEED_STARTED | PL_NEED_GROUPS | PL_NEED_FD_LIMITS |         \
                PL_NEED_PEERS))

/* A recording always contains processes. */
static bool reads_processes(const struct sandbox_plan *plan)
{
    return plan->live && (plan->record || plan->unix_table || (plan->need & PROCESSES) != 0);
}

uint32_t sandbox_rights(const struct sandbox_plan *plan, enum sandbox_stage stage)
{
    uint32_t rights = plan->record && plan->foreign ? SANDBOX_OVERRIDE : 0;

    /* Each round reads everything again. */
    if (plan->repeat)
        stage = SANDBOX_START;
    if (!plan->live)
        return rights;
    if (stage < SANDBOX_PROCESSES && reads_processes(plan))
        rights |= SANDBOX_PTRACE | SANDBOX_SEARCH;
    if (stage < SANDBOX_PROCESSES && plan->need & PL_NEED_CGROUPS)
        rights |= SANDBOX_SEARCH;
    if (stage < SANDBOX_SOCKS && !plan->acts &&
        (plan->record || plan->need & (PL_NEED_MORE | PL_NEED_INTERNALS | PL_NEED_PUBLISHED |
                                       PL_NEED_RULES | PL_NEED_PEERS)))
        rights |= SANDBOX_NET_ADMIN;
    return rights;
}

/* Anyone can read services(5). */
bool sandbox_keeps_user(const struct sandbox_plan *plan)
{
    return plan->record || plan->replay || (plan->file && strcmp(plan->file, SERVICES) != 0);
}

enum sandbox_stage sandbox_landlock(const struct sandbox_plan *plan)
{
    if (!reads_processes(plan))
        return SANDBOX_START;
    return plan->repeat ? SANDBOX_NEVER : SANDBOX_PROCESSES;
}

size_t sandbox_paths(const struct sandbox_plan *plan, struct sandbox_path *out)
{
    const struct {
        const char *path;
        bool wanted;
        enum sandbox_access access;
    } paths[] = {
        {"/proc", true, SANDBOX_READ},
        {"/sys/fs/cgroup", plan->live && (plan->record || plan->need & PL_NEED_CGROUPS),
         SANDBOX_READ},
        {"/run/netns", plan->live && (plan->record || plan->need & PL_NEED_NETNS), SANDBOX_READ},
        {SERVICES, plan->live && (plan->record || plan->need & PL_NEED_SERVICES), SANDBOX_READ},
        {"/etc/passwd", plan->live && (plan->record || plan->need & PL_NEED_USERS), SANDBOX_READ},
        {"/etc/nsswitch.conf", plan->live && (plan->record || plan->need & PL_NEED_USERS),
         SANDBOX_READ},
        {plan->replay, plan->replay != NULL, SANDBOX_READ},
        {plan->file, plan->file != NULL, SANDBOX_READ},
    };
    size_t count = 0;

    _Static_assert(COUNT_OF(paths) + 2 <= SANDBOX_PATHS, "room for each");
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        if (paths[i].wanted)
            out[count++] = (struct sandbox_path){.path = paths[i].path, .access = paths[i].access};
    }
    if (plan->record) {
        out[count++] = (struct sandbox_path){.dir = plan->record[0], .access = SANDBOX_WRITE};
        out[count++] = (struct sandbox_path){.dir = plan->record[1], .access = SANDBOX_RENAME};
    }
    return count;
}

/* ---- environment ---- */

static bool is_harmless(const char *variable)
{
    static const char *const harmless[] = {"TERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"};
    size_t len = strcspn(variable, "=");

    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        if (strlen(harmless[i]) == len && strncmp(harmless[i], variable, len) == 0)
            return true;
    }
    return false;
}

void sandbox_clean(char **variables)
{
    size_t kept = 0;

    if (!variables)
        return;
    for (size_t i = 0; variables[i]; i++) {
        if (is_harmless(variables[i]))
            variables[kept++] = variables[i];
    }
    variables[kept] = NULL;
}
