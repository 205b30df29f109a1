/* SPDX-License-Identifier: BSD-2-Clause */
/* /etc/services is read completely or not at all. */
#include "api/library.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void the_file_is_read_whole_or_not_at_all(void **state)
{
    char path[] = "/tmp/portls-services-XXXXXX";
    int fd = mkstemp(path);
    struct pl_overlay overlay = {0};

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a 1/tcp\n", 8), 8);
    assert_int_equal(pl_overlay_read(path, &overlay), 0);
    assert_int_equal(overlay.len, 8);
    pl_overlay_free(&overlay);
    assert_null(overlay.text);
    assert_int_equal(ftruncate(fd, (4 << 20) + 1), 0);
    assert_int_equal(pl_overlay_read(path, &overlay), -EFBIG);
    close(fd);
    unlink(path);
    assert_int_equal(pl_overlay_read(path, &overlay), -ENOENT);
    assert_int_equal(pl_overlay_read("/tmp", &overlay), -PL_ENOTREG);
    assert_int_equal(pl_overlay_read("/dev/zero", &overlay), -PL_ENOTREG);
    assert_null(overlay.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_read_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
