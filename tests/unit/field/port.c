/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields that the tables of ports answer without a snapshot. */
#include "filters.h"

static struct pl_sock at_port(uint32_t port)
{
    struct pl_sock sock = some_sock();

    sock.local_port = port;
    return sock;
}

static void tables(void **state)
{
    (void)state;
    assert_int_equal(ask_of("class system", at_port(22)), PL_TRUE);
    assert_int_equal(ask_of("class dynamic", at_port(22)), PL_FALSE);
    assert_int_equal(ask_of("class dynamic", at_port(60000)), PL_TRUE);
    assert_int_equal(ask_of("common", at_port(60001)), PL_FALSE);
    assert_int_equal(ask_of("common", at_port(6379)), PL_TRUE);
    LATER("service ssh");
    LATER("reach public");
    LATER("place moved");
}

TEST_MAIN(TEST(tables))
