/* SPDX-License-Identifier: BSD-2-Clause */
/* The table and TSV of port names: what shares a line, and that no cell is empty. */
#include "view/answer.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void prints(void (*print)(const struct answers *answers, struct out *out), bool header,
                   const struct answer *rows, size_t count, const char *wanted)
{
    struct answers answers = {.header = header};
    struct out out = {.fd = -1};

    for (size_t i = 0; i < count; i++)
        assert_true(answers_add(&answers, &rows[i]));
    print(&answers, &out);
    out_char(&out, '\0');
    assert_int_equal(out.error, 0);
    assert_string_equal(out.data, wanted);
    out_free(&out);
    answers_free(&answers);
}

static void equal_rows_share_a_line(void **state)
{
    static const struct answer rows[] = {
        {.port = 8010, .proto = PL_PROTO_TCP}, {.port = 8010, .proto = PL_PROTO_UDP},
        {.port = 8011, .proto = PL_PROTO_TCP}, {.port = 8011, .proto = PL_PROTO_UDP},
        {.port = 8012, .proto = PL_PROTO_TCP}, {.port = 8012, .proto = PL_PROTO_UDP},
        {.port = 8013, .proto = PL_PROTO_TCP}, {.port = 115, .proto = PL_PROTO_UDP},
    };

    (void)state;
    prints(answer_table, true, rows, 8,
           "Port      Proto   Name Class           Common Description\n"
           "8010      tcp,udp -    user-reserved   -      reserved by IANA\n"
           "8011-8012 tcp,udp -    user-unassigned -      nobody registered it, no common use is "
           "known\n"
           "8013      tcp     -    user-unassigned -      nobody registered it, no common use is "
           "known\n"
           "115       udp     sftp system          -      Simple File Transfer Protocol\n");
}

static void local_names_stand_beside(void **state)
{
    static const struct answer row = {
        .port = 8821, .proto = PL_PROTO_TCP, .local = {"my,own\033 x", 9}};

    (void)state;
    prints(answer_table, false, &row, 1,
           "8821 tcp - user-unassigned my\\x2cown\\x1b\\x20x here: my,own\\x1b x\n");
}

static void tsv_has_a_line_for_each(void **state)
{
    static const struct answer rows[] = {
        {.port = 80, .proto = PL_PROTO_UDP},
        {.port = 8821, .proto = PL_PROTO_TCP, .local = {"mine", 4}},
        {.port = 989, .proto = PL_PROTO_TCP},
    };

    (void)state;
    prints(answer_tsv, true, rows, 3,
           "port\tproto\tname\taliases\tdescription\tclass\tcommon\tprograms\tlocal\n"
           "80\tudp\thttp\twww;www-http\tWorld Wide Web HTTP\tsystem\t\t\t\n"
           "8821\ttcp\t\t\t\tuser-unassigned\t\t\tmine\n"
           "989\ttcp\tftps-data\t\tftp protocol, data, over TLS/SSL\tsystem\tftps-data\t"
           "vsftpd;proftpd\t\n");
    prints(answer_tsv, false, NULL, 0, "");
    prints(answer_table, true, NULL, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rows_share_a_line),
        cmocka_unit_test(local_names_stand_beside),
        cmocka_unit_test(tsv_has_a_line_for_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
