/* SPDX-License-Identifier: BSD-2-Clause */
#include "api/event.h"
#include "model/array.h"

const char *pl_event_name(unsigned int kind)
{
    static const char *const names[PL_EVENT_MAX] = {
        [PL_EVENT_LISTEN] = "listen",   [PL_EVENT_CONNECT] = "connect",
        [PL_EVENT_ACCEPT] = "accept",   [PL_EVENT_REFUSED] = "refused",
        [PL_EVENT_TIMEOUT] = "timeout", [PL_EVENT_FAILED] = "failed",
        [PL_EVENT_CLOSE] = "close",     [PL_EVENT_STATE] = "state",
        [PL_EVENT_LOST] = "lost",       [PL_EVENT_RESYNC] = "resync",
    };

    return kind < COUNT_OF(names) ? names[kind] : NULL;
}

const char *pl_ended_name(unsigned int ended)
{
    static const char *const names[PL_ENDED_MAX] = {
        [PL_ENDED_FIN] = "fin",         [PL_ENDED_RST] = "rst",
        [PL_ENDED_TIMEOUT] = "timeout", [PL_ENDED_KILLED] = "killed",
        [PL_ENDED_UNKNOWN] = "unknown",
    };

    return ended < COUNT_OF(names) ? names[ended] : NULL;
}

const char *pl_held_name(unsigned int by)
{
    static const char *const names[PL_HELD_MAX] = {
        [PL_HELD_RUNNING] = "running",
        [PL_HELD_LISTENER] = "listener",
        [PL_HELD_TABLE] = "table",
    };

    return by < COUNT_OF(names) ? names[by] : NULL;
}

const char *pl_report_way_name(unsigned int way)
{
    static const char *const names[PL_REPORT_WAY_MAX] = {
        [PL_REPORT_BPF] = "bpf",
        [PL_REPORT_DESTROY] = "destroy",
        [PL_REPORT_POLL] = "poll",
    };

    return way < COUNT_OF(names) ? names[way] : NULL;
}
