/* SPDX-License-Identifier: BSD-2-Clause */
#include "harness.h"

#include "api/event.h"

static void names(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < PL_EVENT_MAX; i++)
        assert_non_null(pl_event_name(i));
    assert_string_equal(pl_event_name(PL_EVENT_RESYNC), "resync");
    assert_null(pl_event_name(PL_EVENT_MAX));
    assert_null(pl_ended_name(PL_ENDED_NONE));
    assert_string_equal(pl_ended_name(PL_ENDED_KILLED), "killed");
    assert_null(pl_ended_name(PL_ENDED_MAX));
    assert_null(pl_held_name(PL_HELD_UNKNOWN));
    assert_string_equal(pl_held_name(PL_HELD_LISTENER), "listener");
    assert_null(pl_held_name(PL_HELD_MAX));
    assert_string_equal(pl_report_way_name(PL_REPORT_DESTROY), "destroy");
    assert_null(pl_report_way_name(PL_REPORT_WAY_MAX));
}

TEST_MAIN(TEST(names))
