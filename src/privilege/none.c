/* SPDX-License-Identifier: BSD-2-Clause */
/* The sandbox of other systems: it keeps all privileges. */
#include "sandbox.h"

#include <errno.h>
#include <unistd.h>

const char *sandbox_built(void)
{
    return "none";
}

extern char **environ; /* NOLINT(readability-redundant-declaration): only glibc declares it */

/* POSIX has no other way to detect a set-user-ID program. */
bool sandbox_is_elevated(void (*say)(const char *text))
{
    if (getuid() == geteuid() && getgid() == getegid())
        return false;
    (void)say;
    sandbox_clean(environ);
    return true;
}

bool sandbox_binds_low(void)
{
    return geteuid() == 0;
}

void sandbox_raise(const struct sandbox *sandbox)
{
    (void)sandbox;
}

void sandbox_start_helper(struct sandbox *sandbox, bool users, bool others)
{
    names_start_helper(&sandbox->names, users, others, NULL);
}

void sandbox_hold_files(void)
{
}

#define DESCRIPTORS 65536 /* closed at most; a system may permit any number */

/* Closes all descriptors except the standard streams and this one. */
static void close_others(int keep)
{
    long most = sysconf(_SC_OPEN_MAX);

    for (int fd = STDERR_FILENO + 1; fd < (most > 0 && most < DESCRIPTORS ? most : DESCRIPTORS);
         fd++) {
        if (fd != keep)
            (void)close(fd);
    }
}

int sandbox_confine_prober(int fd, uint32_t user, bool off)
{
    close_others(fd);
    (void)off;
    if (user == PL_UID_UNKNOWN || user == geteuid())
        return 0;
    return setgid(user) == 0 && setuid(user) == 0 ? 0 : -errno;
}

/* Becomes the user, unless the sockets of the system will be read. */
void sandbox_enter(struct sandbox *sandbox)
{
    if (!sandbox->elevated || sandbox->plan.live ||
        (setgid(getgid()) == 0 && setuid(getuid()) == 0 && geteuid() == getuid()))
        return;
    sandbox->say("cannot give up the privileges of the program");
    _exit(4);
}

void sandbox_wake(struct sandbox *sandbox)
{
    (void)sandbox;
}

void sandbox_phase(void *arg, enum pl_phase phase)
{
    (void)arg;
    (void)phase;
}

void sandbox_end(struct sandbox *sandbox)
{
    (void)sandbox;
}
