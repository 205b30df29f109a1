/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to the actor, and words for its replies. */
#include "actor.h"
#include "model/array.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* FNV-1a of 64 bits. */
uint64_t actor_exe_hash(struct pl_text exe)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    if (!exe.data)
        return 0;
    for (uint32_t i = 0; i < exe.len; i++)
        hash = (hash ^ (uint8_t)exe.data[i]) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

void actor_fill(struct actor_request *out, const struct pl_snapshot *snap,
                const struct pl_sock *sock, const struct pl_owner *owner)
{
    const struct pl_process *process = owner ? pl_snapshot_process(snap, owner->pid) : NULL;
    size_t count;
    const struct pl_owner *owners = pl_snapshot_owners(snap, sock, &count);
    const struct pl_owner *named = owner ? owner : count > 0 ? owners : NULL;

    memset(out, 0, sizeof(*out)); /* padding, too: the bytes are sent */
    out->what = owner ? ACTOR_SIGNAL : ACTOR_CLOSE;
    out->sock = *sock;
    if (named) {
        out->pid = named->pid;
        out->fd = named->fd;
    }
    if (process) {
        out->listed_started = process->started;
        out->listed_exe = actor_exe_hash(process->exe);
    }
}

/* pl_sock.state and .family may hold a number of the system that has no name. */
static bool is_sock(const struct pl_sock *sock)
{
    return sock->proto > PL_PROTO_UNKNOWN && sock->proto < PL_PROTO_MAX &&
           sock->family > PL_FAMILY_UNSPEC && sock->family < PL_FAMILY_MAX &&
           (sock->state < PL_STATE_MAX || sock->state & PL_STATE_OTHER) &&
           sock->local_port <= UINT16_MAX && sock->peer_port <= UINT16_MAX;
}

/* A process, and a descriptor of it. */
static bool names_process(const struct actor_request *request)
{
    return request->pid > 0 && request->pid <= INT32_MAX &&
           (request->fd <= INT32_MAX || request->fd == PL_FD_NONE) && request->sock.key != 0;
}

/* A descriptor of a process; pid 0: none. */
static bool names_owner(const struct actor_request *request)
{
    return request->pid <= INT32_MAX && (request->fd <= INT32_MAX || request->fd == PL_FD_NONE) &&
           request->listed_started == 0 && request->listed_exe == 0 &&
           request->started_ticks == 0 && request->exe_dev == 0 && request->exe_ino == 0;
}

bool actor_is_valid(const struct actor_plan *plan, const struct actor_request *request, size_t len)
{
    return len == sizeof(*request) && request->what == plan->what &&
           request->step < ACTOR_STEP_MAX &&
           (request->step != ACTOR_WAIT || request->what == ACTOR_SIGNAL) &&
           is_sock(&request->sock) &&
           (request->what == ACTOR_SIGNAL ? names_process(request) : names_owner(request));
}

bool actor_is_about_socket(const struct actor_reply *reply)
{
    static const enum actor_detail about[] = {ACTOR_SOCKET_GONE, ACTOR_NOT_HELD, ACTOR_UNSELECTED,
                                              ACTOR_UNSURE};

    for (size_t i = 0; i < COUNT_OF(about); i++) {
        if (reply->detail == about[i])
            return true;
    }
    return false;
}

static const char *const outcomes[ACTOR_OUTCOME_MAX] = {
    [ACTOR_FAILED] = "failed",   [ACTOR_READY] = "ready", [ACTOR_DONE] = "done",
    [ACTOR_KILLED] = "killed",   [ACTOR_SENT] = "sent",   [ACTOR_CHANGED] = "changed",
    [ACTOR_REFUSED] = "refused",
};

static const struct {
    const char *name;
    const char *text;
} details[ACTOR_DETAIL_MAX] = {
    [ACTOR_NO_DETAIL] = {"", ""},
    [ACTOR_MALFORMED] = {"malformed", "the request is not what was typed"},
    [ACTOR_UNSELECTED] = {"unselected", "the selector does not match it"},
    [ACTOR_UNSURE] = {"unsure", "hidden owners decide whether the selector matches"},
    [ACTOR_SELF] = {"self", "it is portkill"},
    [ACTOR_ANCESTOR] = {"ancestor", "it is an ancestor of portkill (--really allows it)"},
    [ACTOR_SESSION] = {"session", "it is the connection of this session (--really allows it)"},
    [ACTOR_INIT] = {"init", "it is process 1 (--really allows it)"},
    [ACTOR_KERNEL] = {"kernel", "it is a kernel thread (--really allows it)"},
    [ACTOR_NO_PIDFD] = {"no_pidfd", "this kernel cannot pin a process: pidfd_open needs Linux 5.3"},
    [ACTOR_NO_COOKIE] = {"no_cookie", "the kernel gives the socket no cookie to identify it"},
    [ACTOR_BOUND] = {"bound", "a socket that is only bound cannot be closed from outside"},
    [ACTOR_KIND] = {"kind", "sockets of this protocol cannot be closed from outside"},
    [ACTOR_MPTCP] = {"mptcp", "a listener of MPTCP can be closed only by its owner"},
    [ACTOR_LISTENER] = {"listener",
                        "this system can close only connections from outside; to free the "
                        "port, end its owner"},
    [ACTOR_TWIN] = {"twin",
                    "another socket has the same addresses and ports, and this system cannot "
                    "tell them apart"},
    [ACTOR_SOCKET_GONE] = {"socket_gone", "the socket is closed"},
    [ACTOR_PROCESS_GONE] = {"process_gone", "the process has ended"},
    [ACTOR_OTHER_PROCESS] = {"other_process", "another process has this process id now"},
    [ACTOR_OTHER_PROGRAM] = {"other_program", "the process runs another program now"},
    [ACTOR_NOT_HELD] = {"not_held", "the process does not hold the socket any more"},
    [ACTOR_KEEPS_PORT] = {"keeps_port", "the port stays bound until its owner closes the socket"},
    [ACTOR_LOST] = {"lost", "the process that acts gave no reply"},
    [ACTOR_UNREADABLE] = {"unreadable", "the target could not be verified"},
    [ACTOR_NOT_ALLOWED] = {"not_allowed", "not permitted"},
    [ACTOR_UNSUPPORTED] = {"unsupported", "the kernel lacks CONFIG_INET_DIAG_DESTROY"},
    [ACTOR_GROUP] = {"group", "it cannot be closed singly: it shares its port by SO_REUSEPORT, and "
                              "the kernel chose another socket"},
    [ACTOR_NOT_FOUND] = {"not_found", "the kernel lists the socket, but does not find it to close"},
    [ACTOR_UNVERIFIED] = {"unverified",
                          "the kernel reported success, but its table could not be read again"},
    [ACTOR_STILL_LISTED] = {"still_listed", "the kernel reported success, but still lists it"},
};

const char *actor_outcome_name(unsigned int outcome)
{
    return outcome < COUNT_OF(outcomes) ? outcomes[outcome] : NULL;
}

const char *actor_detail_name(unsigned int detail)
{
    return detail < COUNT_OF(details) ? details[detail].name : NULL;
}

/* Returns the beginning of the sentence. */
static const char *begin(const struct actor_plan *plan, const struct actor_reply *reply)
{
    bool process = plan->what == ACTOR_SIGNAL;

    switch ((enum actor_outcome)reply->outcome) {
    case ACTOR_READY:
        return process ? "would get the signal" : "would be closed";
    case ACTOR_DONE:
        return process ? "ended" : "closed";
    case ACTOR_KILLED:
        return "ended by SIGKILL";
    case ACTOR_SENT:
        return reply->detail == ACTOR_NO_DETAIL ? "the signal was sent, and the process still runs"
                                                : "the signal was sent, but KILL was not";
    case ACTOR_CHANGED:
    case ACTOR_REFUSED:
        return "not touched";
    case ACTOR_FAILED:
    case ACTOR_OUTCOME_MAX:
        break;
    }
    return "failed";
}

static const char *lacking(uint32_t lacks)
{
    static const struct {
        uint32_t right;
        const char *text;
    } rights[] = {
        {ACTOR_LACKS_KILL, " (needs CAP_KILL, or root)"},
        {ACTOR_LACKS_NET_ADMIN, " (needs CAP_NET_ADMIN, or root)"},
        {ACTOR_LACKS_PTRACE, " (needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, or root)"},
        {ACTOR_LACKS_ROOT, " (needs root)"},
    };

    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        if (lacks & rights[i].right)
            return rights[i].text;
    }
    return "";
}

int actor_explain(const struct actor_plan *plan, const struct actor_reply *reply, char *buf,
                  size_t size)
{
    const char *text = reply->detail < COUNT_OF(details) ? details[reply->detail].text : "";
    const char *error = "";

    /* Where a text explains the errno, strerror(3) adds nothing. */
    if (reply->error != 0 &&
        (text[0] == '\0' || reply->detail == ACTOR_UNREADABLE || reply->detail == ACTOR_LOST))
        error = strerror(-reply->error);
    return snprintf(buf, size, "%s%s%s%s%s%s", begin(plan, reply), text[0] != '\0' ? ": " : "",
                    text, error[0] != '\0' ? ": " : "", error, lacking(reply->lacks));
}
