/* SPDX-License-Identifier: BSD-2-Clause */
/* Which nsswitch.conf(5) looks up users in files only. */
#include "harness.h"

#include "privilege/names/ways.h"

static void test_nsswitch(void **state)
{
    static const struct {
        const char *text;
        bool files;
    } rows[] = {
        {"", true},
        {"passwd: files\n", true},
        {"passwd: files", true},
        {"passwd:files\n", true},
        {"  passwd:\tfiles  # systemd\n", true},
        {"hosts: files dns\n", true},
        {"# passwd: files systemd\n", true},
        {"passwd_compat: nis\n", true},
        {"passwd: files systemd\n", false},
        {"passwd: sss files\n", false},
        {"passwd: files [NOTFOUND=return] ldap\n", false},
        {"passwd: compat\n", false},
        {"passwd: filesystem\n", false},
        {"passwd: file\n", false},
        {"group: files\npasswd:         files systemd\n", false},
        {"passwd: files\npasswd: sss", false},
        {"passwd:\n", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        /* A copy of that length, so that ASan detects reads past it. */
        size_t len = strlen(rows[i].text);
        char *text = malloc(len > 0 ? len : 1);

        assert_non_null(text);
        memcpy(text, rows[i].text, len);
        if (names_users_are_files(text, len) != rows[i].files)
            fail_msg("%s", rows[i].text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nsswitch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
