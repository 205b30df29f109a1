/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts: each rule, as a script of segments and what is passed on. */
#include "script.h"

static const struct {
    const char *what, *script, *expected;
} cases[] = {
    {"three steps", "c S 100; s SA 300 101; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 third"},
    {"no answer, three SYNs", "c S 100; c S 100 @1000; c S 100 @3000",
     "no_answer isn 100 syn 3 synack 0"},
    {"refused", "c S 100; s RA 0 101", "refused_rst isn 100 syn 1 synack 0"},
    {"refused, tried again with the same number", "c S 100; s RA 0 101; c S 100 @500; s RA 0 101",
     "refused_rst isn 100 syn 2 synack 0"},
    {"an RST that acknowledges the SYN itself is ignored: it is forged",
     "c S 100; s RA 0 100; s SA 300 101; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 bad_rst third"},
    {"so is one without ACK", "c S 100; s R 0", "no_answer isn 100 syn 1 synack 0 bad_rst"},
    {"and one with a wrong checksum", "c S 100; s RA 0 101 bad",
     "no_answer isn 100 syn 1 synack 0 bad_rst"},
    {"ICMP", "c S 100; I 3 13 100", "refused_icmp isn 100 syn 1 synack 0"},
    {"ICMP about another number", "c S 100; I 3 13 99", "no_answer isn 100 syn 1 synack 0"},
    {"ICMP: fragmentation needed", "c S 100; I 3 4 100", "no_answer isn 100 syn 1 synack 0"},
    {"ICMP with a wrong checksum", "c S 100; I 3 13 100 bad", "no_answer isn 100 syn 1 synack 0"},
    {"ICMP, and then an answer", "c S 100; I 11 0 100; s SA 300 101; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 third"},
    {"ICMP after the answer", "c S 100; s SA 300 101; I 3 3 100",
     "half_open isn 100 peer 300 syn 1 synack 1"},
    {"ICMP of nothing", "I 3 3 100", ""},
    {"ICMP about a SYN that was not captured", "I 3 1 100 S",
     "refused_icmp isn 100 syn 1 synack 0"},
    {"ICMP about a SYN-ACK or data that was not captured", "I 3 1 100 SA; I 3 1 100 A", ""},
    {"ICMP about its size", "I 3 4 100 S", ""},
    {"ICMP that is wrong about a SYN", "I 3 1 100 S bad", ""},
    {"half open", "c S 100; s SA 300 101; s SA 300 101 @1000",
     "half_open isn 100 peer 300 syn 1 synack 2"},
    {"third step that acknowledges another number", "c S 100; s SA 300 101; c A 101 302",
     "half_open isn 100 peer 300 syn 1 synack 1"},
    {"abandoned", "c S 100; s SA 300 101; c R 101", "abandoned isn 100 peer 300 syn 1 synack 1"},
    {"an RST of the initiator with another number", "c S 100; s SA 300 101; c R 500",
     "half_open isn 100 peer 300 syn 1 synack 1"},
    {"the responder takes it back", "c S 100; s SA 300 101; s R 301",
     "refused_rst isn 100 peer 300 syn 1 synack 1"},
    {"the wrap", "c S 4294967295; s SA 4294967280 0; c A 0 4294967281",
     "completed isn 4294967295 peer 4294967280 syn 1 synack 1 third"},
    {"data in the SYN, taken", "c S 100 /5 cookie; s SA 300 106; c A 106 301",
     "completed isn 100 peer 300 syn 1 synack 1 third"},
    {"data in the SYN, not taken", "c S 100 /5 cookie; s SA 300 101; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 third"},
    {"more is acknowledged than was sent", "c S 100 /5; s SA 300 107",
     "no_answer isn 100 syn 1 synack 0 other"},
    {"data in the SYN over the wrap", "c S 4294967293 /5; s SA 300 3; c A 3 301",
     "completed isn 4294967293 peer 300 syn 1 synack 1 third"},
    {"a SYN-ACK of another SYN, refused", "c S 5000; s SA 9000 4000; c R 4000",
     "abandoned isn 5000 syn 1 synack 0 other"},
    {"the same, and then the right one",
     "c S 5000; s SA 9000 4000; c R 4000; c S 5000 @1000; s SA 9500 5001; c A 5001 9501",
     "completed isn 5000 peer 9500 syn 2 synack 1 other third"},
    {"both send a SYN", "c S 100; s S 300; c SA 100 301; s SA 300 101; c A 101 301; s A 301 101",
     "completed_simultaneous isn 100 peer 300 syn 1 synack 2 third"},
    {"split handshake", "c S 100; s S 300; c SA 100 301; s A 301 101",
     "completed_simultaneous isn 100 peer 300 syn 1 synack 1 third"},
    {"both send a SYN, and nothing more", "c S 100; s S 300; s S 300",
     "no_answer isn 100 peer 300 syn 1 synack 0"},
    {"a new number on the same ports", "c S 100; c S 100; c S 777; s RA 0 778",
     "no_answer isn 100 syn 2 synack 0; refused_rst isn 777 syn 1 synack 0"},
    {"the SYN-ACK again, after the third step",
     "c S 100; s SA 300 101; c A 101 301; s SA 300 101 @1000; c A 101 301; s SA 300 101 @3000",
     "completed isn 100 peer 300 syn 1 synack 3 third"},
    {"SYN cookies: each SYN-ACK has its own number",
     "c S 100; s SA 300 101; c S 100 @1000; s SA 400 101; c A 101 401",
     "completed isn 100 peer 400 syn 2 synack 2 third"},
    {"data and the end, once",
     "c S 1; s SA 2 2; c A 2 3; c PA 2 3 /9; s A 3 11; c FA 11 3; "
     "s FA 3 12; c A 12 4; c A 12 4; s R 4",
     "completed isn 1 peer 2 syn 1 synack 1 third"},
    {"a reset connection, and what is still on its way",
     "c S 1; s SA 2 2; c A 2 3; s RA 3 2; c PA 2 3 /4; s R 3",
     "completed isn 1 peer 2 syn 1 synack 1 third"},
    {"the same ports again after the end",
     "c S 1; s SA 2 2; c A 2 3; c R 2; c S 9; s SA 20 10; c A 10 21",
     "completed isn 1 peer 2 syn 1 synack 1 third; completed isn 9 peer 20 syn 1 synack 1 third"},
    {"step 2 not captured", "c S 100; c A 101 301; c PA 101 301 /3; s A 301 104",
     "completed isn 100 peer 300 syn 1 synack 0 third"},
    {"nothing of the responder captured", "c S 100; c A 101 301; c PA 101 301 /3",
     "no_answer isn 100 syn 1 synack 0 third"},
    {"an ACK before the SYN-ACK is captured", "c S 100; c A 101 301; s SA 300 101; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 third"},
    {"step 3 not captured", "c S 100; s SA 300 101; s A 301 120",
     "completed isn 100 peer 300 syn 1 synack 1"},
    {"with Fast Open, data of the responder says nothing about step 3",
     "c S 100 /5 cookie; s SA 300 106; s PA 301 106 /9",
     "half_open isn 100 peer 300 syn 1 synack 1"},
    {"began before", "c A 50 60; s A 60 51; c FA 51 60; s FA 60 52; c A 52 61",
     "late syn 0 synack 0"},
    {"began before, and is reset", "s PA 50 60 /3; c R 60", "late syn 0 synack 0"},
    {"a SYN-ACK of nothing", "s SA 300 101", "stray peer 300 syn 0 synack 1 other"},
    {"refused", "s SA 300 101; c R 101", "stray peer 300 syn 0 synack 1 other"},
    {"with its third step", "s SA 300 101; c A 101 301", "late peer 300 syn 0 synack 1 other"},
    {"captured before its SYN", "s SA 300 101; c S 100; c A 101 301",
     "completed isn 100 peer 300 syn 1 synack 1 reversed third"},
    {"an RST of nothing, once", "s RA 0 101; s RA 0 101", "stray syn 0 synack 0"},
    {"no flag, xmas, FIN alone: no attempt", "c - 1; c F 1; c FP 1", ""},
    {"SYN with RST: nothing", "c SR 1", ""},
    {"the end of a completed attempt by time", "c S 1; s SA 2 2; c A 2 3; c A 2 3 @200000",
     "completed isn 1 peer 2 syn 1 synack 1 third"},
    {"no answer, and the same SYN long after", "c S 1; c S 1 @300000",
     "no_answer isn 1 syn 1 synack 0; no_answer isn 1 syn 1 synack 0"},
};

static void verdicts(void **state)
{
    struct script_result result;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        script_run(cases[i].script, false, &result);
        if (strcmp(result.text, cases[i].expected) != 0)
            fail_msg("%s:\n  %s\n  expected %s", cases[i].what, result.text, cases[i].expected);
    }
}

static void going_on(void **state)
{
    struct script_result result;

    (void)state;
    script_run("c S 100", true, &result);
    assert_string_equal(result.text, "still_trying isn 100 syn 1 synack 0");
    script_run("c S 100; s SA 300 101", true, &result);
    assert_string_equal(result.text, "half_open isn 100 peer 300 syn 1 synack 1");
}

static void times(void **state)
{
    struct script_result result;
    const struct pl_attempt *last = &result.last;

    (void)state;
    script_run("c S 1 @0; c S 1 @1000; s SA 2 2 @1250; c A 2 3 @1300", false, &result);
    assert_int_equal(last->time, SCRIPT_START);
    assert_int_equal(last->syn_last_us, 1000000);
    assert_int_equal(last->synack_us, 1250000);
    assert_int_equal(last->third_us, 50000);
    assert_int_equal(last->end_us, 1300000);
    assert_int_equal(last->have & PL_ATTEMPT_THIRD_TIME, PL_ATTEMPT_THIRD_TIME);
    assert_int_equal(last->third_seq, 2);
    assert_int_equal(last->third_ack, 3);
    script_run("c S 1 @0; s RA 0 2 @20", false, &result);
    assert_int_equal(last->end_us, 20000);
    assert_int_equal(last->have & (PL_ATTEMPT_END | PL_ATTEMPT_SYNACK_TIME | PL_ATTEMPT_THIRD),
                     PL_ATTEMPT_END);
    /* The time from SYN to SYN-ACK is unknown, not 0. */
    script_run("s SA 300 101 @0; c S 100 @2; c A 101 301 @5", false, &result);
    assert_int_equal(last->time, SCRIPT_START + 2000000);
    assert_int_equal(last->have & PL_ATTEMPT_SYNACK_TIME, 0);
    assert_int_equal(last->third_us, 5000);
    assert_int_equal(last->end_us, 3000);
    /* A clock that goes back, or far ahead. */
    script_run("c S 1 @5000; s SA 2 2 @10; c A 2 3 @9000000", false, &result);
    assert_int_equal(last->synack_us, 0);
}

static void members(void **state)
{
    struct script_result result;
    const struct pl_attempt *last = &result.last;

    (void)state;
    script_run("c S 1 /7 mss sack cookie; s SA 2 6 sack ts /3; c A 6 4", false, &result);
    assert_int_equal(last->syn_data, 7);
    assert_int_equal(last->taken, 4);
    assert_int_equal(last->synack_data, 3);
    assert_int_equal(last->syn.have, PL_SYN_MSS | PL_SYN_SACK | PL_SYN_FAST_OPEN | PL_SYN_COOKIE);
    assert_int_equal(last->peer_syn.have, PL_SYN_SACK | PL_SYN_TIMESTAMPS);
    assert_int_equal(last->ports[0], 1000);
    assert_int_equal(last->ports[1], 80);
    assert_int_equal(last->addrs[1][3], 2);
    assert_int_equal(last->family, 4);
    script_run("c S 1; I 3 10 1", false, &result);
    assert_string_equal(pl_attempt_icmp(last), "host prohibited");
    script_run("c S 5000; s SA 9000 4000", false, &result);
    assert_int_equal(last->other_ack, 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(going_on),
        cmocka_unit_test(times),
        cmocka_unit_test(members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
