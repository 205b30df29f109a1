/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON of port names: one object a (port, protocol), no key for what is not known. */
#include "view/answer.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void prints(void (*print)(const struct answers *answers, struct out *out),
                   const struct answer *rows, size_t count, const char *wanted)
{
    struct answers answers = {0};
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

static void json_lines(void **state)
{
    const struct answer rows[] = {
        {.port = 115, .proto = PL_PROTO_UDP},
        {.port = 80, .proto = PL_PROTO_UDP},
        {.port = 8821, .proto = PL_PROTO_TCP, .local = {"my\033\"", 4}},
        {.port = 27018, .proto = PL_PROTO_TCP},
    };

    (void)state;
    prints(answer_jsonl, rows, 4,
           "{\"port\":115,\"proto\":\"udp\",\"name\":\"sftp\",\"description\":\"Simple File "
           "Transfer Protocol\",\"class\":\"system\"}\n"
           "{\"port\":80,\"proto\":\"udp\",\"name\":\"http\",\"aliases\":[\"www\",\"www-http\"],"
           "\"description\":\"World Wide Web HTTP\",\"class\":\"system\"}\n"
           "{\"port\":8821,\"proto\":\"tcp\",\"class\":\"user-unassigned\",\"local\":"
           "\"my\\u001b\\\"\"}\n"
           "{\"port\":27018,\"proto\":\"tcp\",\"class\":\"user-unassigned\",\"common\":[{\"name\":"
           "\"mongodb-cluster\",\"programs\":[\"mongod\"],\"text\":\"MongoDB shards and "
           "configuration\"},{\"name\":\"source-games\",\"programs\":[\"srcds_linux\","
           "\"srcds_run\",\"hlds_linux\",\"cs2\",\"steam\"],\"text\":\"Valve's game "
           "servers\"}]}\n");
}

static void json_document(void **state)
{
    const struct answer row = {.port = 8821, .proto = PL_PROTO_TCP};
    char wanted[256] = "{\"schema\":1,\"registry\":\"";

    (void)state;
    (void)strlcat(wanted, pl_service_table_date(), sizeof(wanted));
    (void)strlcat(wanted, "\",\"ports\":[", sizeof(wanted));
    prints(answer_jsonl, NULL, 0, "");
    (void)strlcat(wanted, "\n{\"port\":8821,\"proto\":\"tcp\",\"class\":\"user-unassigned\"}\n]}\n",
                  sizeof(wanted));
    prints(answer_json, &row, 1, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lines),
        cmocka_unit_test(json_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
