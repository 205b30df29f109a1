/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel reports with which privileges, by release. */
#include "harness.h"

#include "source/linux/linux.h"

static void releases(void **state)
{
    static const char *const tell[] = {"6.15.0", "6.15", "6.18.2-arch1", "7.0.0-rc1", "10.1"};
    static const char *const do_not[] = {
        "6.14.11-300.fc42", "6.1.0-13-amd64", "6", "5.19.0", "4.19", "5.4.0.16", "", "x.20"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(tell); i++)
        assert_true(pl_linux_tells_ulp(tell[i]));
    for (size_t i = 0; i < COUNT_OF(do_not); i++)
        assert_false(pl_linux_tells_ulp(do_not[i]));
    assert_true(pl_linux_is_release("6.14.0-rc3", 6, 14));
    assert_false(pl_linux_is_release("6.13.12", 6, 14));
    assert_false(pl_linux_is_release("5.19", 6, 14));
}

TEST_MAIN(TEST(releases))
