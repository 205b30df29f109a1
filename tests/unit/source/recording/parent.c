/* SPDX-License-Identifier: BSD-2-Clause */
/* The path to a recording: which symbolic links are followed. */
#include "harness.h"

#include "source/recording/recording.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER 65534

static char top[64];
static char old[PATH_MAX];

static int setup(void **state)
{
    (void)state;
    if (!getcwd(old, sizeof(old)))
        return -1;
    (void)make_folder(top, sizeof(top));
    return chdir(top);
}

static int teardown(void **state)
{
    (void)state;
    if (chdir(old) != 0)
        return -1;
    remove_tree(top);
    return 0;
}

/* Opens the directory that contains path. Expects dir, or an error. */
static void expect(const char *path, const char *dir, const char *last)
{
    char name[NAME_MAX + 1];
    struct stat want;
    struct stat got;
    int fd = pl_open_parent(path, name);

    if (fd < 0)
        fail_msg("%s: %s", path, strerror(-fd));
    assert_string_equal(name, last);
    assert_int_equal(stat(dir, &want), 0);
    assert_int_equal(fstat(fd, &got), 0);
    assert_int_equal(got.st_ino, want.st_ino);
    assert_int_equal(got.st_dev, want.st_dev);
    assert_int_equal(close(fd), 0);
}

static void refuse(const char *path, int error)
{
    char name[NAME_MAX + 1];

    assert_int_equal(pl_open_parent(path, name), error);
}

static void paths(void **state)
{
    char text[300];

    (void)state;
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(mkdir("a/b", 0700), 0);
    expect("rec", ".", "rec");
    expect("rec//", ".", "rec");
    expect("a/b/rec", "a/b", "rec");
    expect("a//./b/..//b/rec/", "a/b", "rec");
    expect("/rec", "/", "rec");
    expect("//rec", "/", "rec");
    (void)snprintf(text, sizeof(text), "%s/a/rec", top);
    expect(text, "a", "rec");
    refuse("/", -EEXIST);
    refuse("a/.", -EEXIST);
    refuse("a/b/..", -EEXIST);
    refuse(".", -EEXIST);
    refuse("missing/rec", -ENOENT);
    write_text(top, "file", "");
    refuse("file/rec", -ENOTDIR);
    memset(text, 'x', sizeof(text));
    text[256] = '\0';
    refuse(text, -ENAMETOOLONG);
    text[200] = text[299] = '/';
    (void)snprintf(text + 256, sizeof(text) - 256, "xx/rec");
    refuse(text, -ENOENT); /* a component of 200 bytes, which does not exist */
}

static void links(void **state)
{
    char target[128];

    (void)state;
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(mkdir("a/b", 0700), 0);
    assert_int_equal(symlink("a/b", "relative"), 0);
    expect("relative/rec", "a/b", "rec");
    expect("relative/../rec", "a", "rec");
    (void)snprintf(target, sizeof(target), "%s/relative/", top);
    assert_int_equal(symlink(target, "absolute"), 0);
    expect("absolute/rec", "a/b", "rec");
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    refuse("dangling/rec", -ENOENT);
    assert_int_equal(symlink("loop", "loop"), 0);
    refuse("loop/rec", -ELOOP);
    expect("loop", ".", "loop"); /* not followed: it is the last component */
}

/* Links that others can replace are not followed. */
static void writable(void **state)
{
    static const struct {
        mode_t mode;
        int error;
    } cases[] = {{0755, 0}, {0775, -ELOOP}, {0757, -ELOOP}, {0777, -ELOOP}, {01777, -ELOOP}};

    (void)state;
    assert_int_equal(mkdir("a", 0700), 0);
    assert_int_equal(mkdir("a/b", 0700), 0);
    assert_int_equal(symlink("b", "a/link"), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(chmod("a", cases[i].mode), 0);
        if (cases[i].error == 0)
            expect("a/link/rec", "a/b", "rec");
        else
            refuse("a/link/rec", cases[i].error);
        expect("a/b/rec", "a/b", "rec"); /* without a link, any directory is accepted */
        expect("a/rec", "a", "rec");
    }
}

/* Links and directories of other users are followed only if root owns them. */
static void owners(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(mkdir("a", 0755), 0);
    assert_int_equal(mkdir("a/b", 0755), 0);
    assert_int_equal(symlink("b", "a/link"), 0);
    /* The owners of its parent directories do not matter. */
    assert_int_equal(chown(".", OTHER, OTHER), 0);
    expect("a/link/rec", "a/b", "rec");
    assert_int_equal(lchown("a/link", OTHER, OTHER), 0);
    refuse("a/link/rec", -ELOOP);
    assert_int_equal(lchown("a/link", 0, 0), 0);
    assert_int_equal(chown("a", OTHER, OTHER), 0);
    refuse("a/link/rec", -ELOOP);
    expect("a/b/rec", "a/b", "rec");
    /* A user's own links and those of root are followed. */
    assert_int_equal(lchown("a/link", OTHER, OTHER), 0);
    assert_int_equal(seteuid(OTHER), 0);
    expect("a/link/rec", "a/b", "rec");
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(lchown("a/link", 1, 1), 0);
    assert_int_equal(seteuid(OTHER), 0);
    refuse("a/link/rec", -ELOOP);
    assert_int_equal(seteuid(0), 0);
}

#define IN_FOLDER(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

TEST_MAIN(IN_FOLDER(paths), IN_FOLDER(links), IN_FOLDER(writable), IN_FOLDER(owners))
