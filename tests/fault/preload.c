/* SPDX-License-Identifier: BSD-2-Clause */
/* Loaded before the program (LD_PRELOAD): see fault.h. */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static struct fault_shared *shared; /* NULL outside of main */
static int (*real_main)(int, char **, char **);

static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t count, size_t size);
static void *(*real_realloc)(void *old, size_t size);

/* Memory that dlsym(3) allocates; never freed. */
static char early[4096];
static size_t early_used;

static void *early_take(size_t size)
{
    void *at = early + early_used;

    size = (size + 15) & ~(size_t)15;
    if (size > sizeof(early) - early_used)
        _exit(98);
    early_used += size;
    return at;
}

static void resolve(void)
{
    static int busy;

    if (busy)
        return;
    busy = 1;
    *(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
}

/*
 * The name service of glibc fails an assertion, or reads a null pointer, if its allocations fail
 * (nss_database_reload_1, in 2.36): these do not fail.
 */
static _Thread_local bool in_names;

static bool fails(void)
{
    if (!shared || in_names ||
        __atomic_add_fetch(&shared->allocations, 1, __ATOMIC_SEQ_CST) != shared->fail_at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    if (!real_malloc)
        resolve();
    if (!real_malloc)
        return early_take(size);
    return fails() ? NULL : real_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!real_calloc)
        resolve();
    if (!real_calloc)
        return early_take(count * size);
    return fails() ? NULL : real_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (!real_realloc)
        resolve();
    return fails() ? NULL : real_realloc(old, size);
}

int getpwuid_r(uid_t uid, struct passwd *entry, char *buf, size_t size, struct passwd **out)
{
    int (*next)(uid_t, struct passwd *, char *, size_t, struct passwd **);
    int error;

    *(void **)&next = dlsym(RTLD_NEXT, "getpwuid_r");
    in_names = true;
    error = next(uid, entry, buf, size, out);
    in_names = false;
    return error;
}

struct passwd *getpwent(void)
{
    struct passwd *(*next)(void);
    struct passwd *entry;

    *(void **)&next = dlsym(RTLD_NEXT, "getpwent");
    in_names = true;
    entry = next();
    in_names = false;
    return entry;
}

/* setpwent(3) and endpwent(3) read nsswitch.conf(5) first. */
static void leave_alone(const char *name)
{
    void (*next)(void);

    *(void **)&next = dlsym(RTLD_NEXT, name);
    in_names = true;
    next();
    in_names = false;
}

void setpwent(void)
{
    leave_alone("setpwent");
}

void endpwent(void)
{
    leave_alone("endpwent");
}

/* Called first of the functions of atexit(3), before the leak check. */
static void end(void)
{
    shared = NULL;
    (void)prctl(FAULT_MARK, FAULT_END, 0, 0, 0);
}

static int begin(int argc, char **argv, char **envp)
{
    void *at = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, FAULT_FD, 0);

    if (at == MAP_FAILED || atexit(end) != 0)
        _exit(98);
    close(FAULT_FD);
    (void)prctl(FAULT_MARK, FAULT_BEGIN, 0, 0, 0);
    shared = at;
    return real_main(argc, argv, envp);
}

int __libc_start_main(int (*main_function)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *end_of);

int __libc_start_main(int (*main_function)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *end_of)
{
    int (*next)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                void (*)(void), void *);

    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = main_function;
    return next(begin, argc, argv, init, fini, rtld_fini, end_of);
}
