/* SPDX-License-Identifier: BSD-2-Clause */
/* The process outside the sandbox: which files it opens, and which it refuses. */
#include "harness.h"

#include "api/event.h"
#include "api/reader.h"
#include "screen/launcher.h"

#include "fake.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[128];

static struct launch_order order_of(enum launch_kind kind, const char *name)
{
    struct launch_order order = {.kind = kind, .system = PL_SYSTEM_LINUX};

    (void)snprintf(order.path, sizeof(order.path), "%s/%s", top, name);
    return order;
}

/* Returns a descriptor or a negative errno. */
static int ask(struct launcher *launcher, enum launch_kind kind, const char *name)
{
    const struct launch_order order = order_of(kind, name);

    return launcher_open(launcher, &order);
}

static off_t size_of(const char *name)
{
    const struct launch_order order = order_of(LAUNCH_CREATE, name);
    struct stat st;

    assert_int_equal(stat(order.path, &st), 0);
    return st.st_size;
}

static void finish(struct launcher *launcher)
{
    pid_t pid = launcher->pid;

    launcher_end(launcher);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void files(void **state)
{
    struct launch_order link;
    struct launch_order fifo;
    struct launcher launcher = {0};
    int fd;

    (void)state;
    make_folder(top, sizeof(top));
    link = order_of(LAUNCH_CREATE, "link");
    fifo = order_of(LAUNCH_CREATE, "fifo");
    launcher_start(&launcher, "/nonexistent/portkill", NULL);
    assert_int_not_equal(launcher.pid, 0);
    assert_false(launcher.kills);
    fd = ask(&launcher, LAUNCH_CREATE, "new");
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "12345", 5), 5);
    assert_int_equal(close(fd), 0);
    assert_int_equal(size_of("new"), 5);
    /* A file that exists is emptied only if that is wanted. */
    assert_int_equal(ask(&launcher, LAUNCH_CREATE, "new"), -EEXIST);
    assert_int_equal(size_of("new"), 5);
    fd = ask(&launcher, LAUNCH_REPLACE, "new");
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(size_of("new"), 0);
    assert_int_equal(ask(&launcher, LAUNCH_REPLACE, "absent"), -ENOENT);
    assert_int_equal(ask(&launcher, LAUNCH_CREATE, "absent/file"), -ENOENT);
    /* Only regular files. */
    assert_int_equal(symlink("new", link.path), 0);
    assert_int_equal(mkfifo(fifo.path, 0600), 0);
    for (enum launch_kind kind = LAUNCH_CREATE; kind <= LAUNCH_REPLACE; kind++) {
        assert_int_equal(ask(&launcher, kind, "link"), -PL_ENOTREG);
        assert_int_equal(ask(&launcher, kind, "fifo"), -PL_ENOTREG);
        assert_int_equal(ask(&launcher, kind, "."), -PL_ENOTREG);
    }
    finish(&launcher);
    assert_int_equal(ask(&launcher, LAUNCH_CREATE, "late"), -EPERM);
    remove_tree(top);
}

static int count(void *arg, const struct pl_event *event)
{
    size_t *number = arg;

    assert_int_equal(event->kind, PL_EVENT_LOST);
    ++*number;
    return 0;
}

/* A directory for a recording is new, private, and can be replayed. */
static void recordings(void **state)
{
    struct launch_order order;
    struct launcher launcher = {0};
    struct pl_journal *journal;
    struct pl_reader *reader;
    struct stat st;
    size_t events = 0;
    char path[160];
    int fd;

    (void)state;
    make_folder(top, sizeof(top));
    launcher_start(&launcher, "/nonexistent/portkill", NULL);
    fd = ask(&launcher, LAUNCH_RECORD, "rec");
    assert_true(fd >= 0);
    assert_int_equal(ask(&launcher, LAUNCH_RECORD, "rec"), -EEXIST);
    assert_int_equal(ask(&launcher, LAUNCH_RECORD, "absent/rec"), -ENOENT);
    assert_int_equal(pl_journal_open(fd, &journal), 0);
    assert_int_equal(pl_journal_add(journal, &(struct pl_event){.kind = PL_EVENT_LOST, .count = 1}),
                     0);
    assert_int_equal(pl_journal_flush(journal), 0);
    pl_journal_close(journal);
    (void)snprintf(path, sizeof(path), "%s/rec", top);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(pl_reader_replay(path, &reader), 0);
    assert_int_equal(pl_journal_replay(reader, count, &events), 0);
    assert_int_equal(events, 1);
    pl_reader_close(reader);
    /* A path without its end is refused, and so is an unknown system. */
    order = order_of(LAUNCH_RECORD, "other");
    order.system = 1000;
    assert_int_equal(launcher_open(&launcher, &order), -ENOTSUP);
    memset(order.path, 'x', sizeof(order.path));
    assert_int_equal(launcher_open(&launcher, &order), -ENAMETOOLONG);
    finish(&launcher);
    remove_tree(top);
}

/* Without a portkill, the status is that of a program that cannot be executed. */
static void no_portkill(void **state)
{
    const struct launch_order order = {.cookie = 1, .kind = LAUNCH_KILL};
    struct launcher launcher = {0};

    (void)state;
    launcher_start(&launcher, "/nonexistent/portkill", NULL);
    assert_int_equal(launcher_run(&launcher, &order), LAUNCH_FAILED);
    finish(&launcher);
}

/* Makes a program in the place of portkill. */
static void make_portkill(char *path, size_t size, const char *text)
{
    FILE *file;

    (void)snprintf(path, size, "%s/portkill", top);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
}

static void on_interrupt(int number)
{
    (void)number;
}

/*
 * Signals of the terminal: SIGINT ends portkill, and is not pending afterwards in the process that waited,
 * which blocks it. SIGTSTP does not stop portkill: no shell could continue it.
 */
static void signals(void **state)
{
    const struct launch_order order = {.cookie = 1, .kind = LAUNCH_KILL};
    const struct sigaction action = {.sa_handler = on_interrupt};
    struct launcher launcher = {0};
    struct sigaction before;
    struct sigaction after;
    sigset_t blocked;
    sigset_t open;
    sigset_t pending;
    char text[160];
    char path[160];

    (void)state;
    make_folder(top, sizeof(top));
    /* A signal that is ignored from the start cannot be trapped. */
    (void)snprintf(text, sizeof(text),
                   "#!/bin/sh\ntrap 'exit 9' TSTP\nkill -INT %ld\nkill -TSTP $$\n"
                   "trap 'exit 7' INT\nkill -INT $$\nexit 8\n",
                   (long)getpid());
    make_portkill(path, sizeof(path), text);
    launcher_start(&launcher, path, NULL);
    assert_true(launcher.kills);
    assert_int_equal(sigaction(SIGINT, &action, &before), 0);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGINT);
    assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, &open), 0);
    assert_int_equal(launcher_run(&launcher, &order), 7);
    assert_int_equal(sigpending(&pending), 0);
    assert_false(sigismember(&pending, SIGINT));
    assert_int_equal(sigaction(SIGINT, &before, &after), 0);
    assert_true(after.sa_handler == on_interrupt);
    assert_int_equal(sigprocmask(SIG_SETMASK, &open, NULL), 0);
    finish(&launcher);
    remove_tree(top);
}

/* portkill acts in the network namespace that is shown. */
static void netns(void **state)
{
    static const struct {
        const char *name;
        unsigned int kind;
        const char *want;
    } cases[] = {
        {NULL, LAUNCH_KILL, "cookie 77"},
        {"blue", LAUNCH_KILL, "-N blue cookie 77"},
        {"blue", LAUNCH_CLOSE, "-N blue --close cookie 77"},
    };
    char path[160];
    char text[160];

    (void)state;
    make_folder(top, sizeof(top));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct launch_order order = {.cookie = 77, .kind = cases[i].kind};
        struct launcher launcher = {0};

        (void)snprintf(text, sizeof(text), "#!/bin/sh\n[ \"$*\" = '%s' ] && exit 5\n",
                       cases[i].want);
        make_portkill(path, sizeof(path), text);
        launcher_start(&launcher, path, cases[i].name);
        assert_int_equal(launcher_run(&launcher, &order), 5);
        finish(&launcher);
    }
    remove_tree(top);
}

TEST_MAIN(TEST(files), TEST(recordings), TEST(no_portkill), TEST(signals), TEST(netns))
