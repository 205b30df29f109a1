/* SPDX-License-Identifier: BSD-2-Clause */
/* Begins to capture packets, or reports why that is impossible. */
#include "live.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "model/near.h"
#include "source/capture.h"

#include <net/if.h>
#include <string.h>

static int refuse_interface(const char *name)
{
    struct if_nameindex *all = if_nameindex();
    struct pl_near near;
    char advice[128];

    pl_near_start(&near, name, strlen(name), 2);
    near.starts = true;
    for (size_t i = 0; all && all[i].if_index != 0; i++)
        pl_near_add(&near, all[i].if_name);
    pl_near_print(&near, "", advice, sizeof(advice));
    complain_at("no such interface:", name, strlen(name), advice,
                advice[0] != '\0' ? "" : "portwire(1)");
    if (all)
        if_freenameindex(all);
    return EXIT_USAGE;
}

static int refuse_capture(enum capture_result result, const char *reason)
{
    static const char *const texts[] = {
        [CAPTURE_DENIED] = "you may not capture packets: this needs root, or cap_net_raw on Linux; "
                           "-r FILE and --header work without it",
        [CAPTURE_FAILED] = "cannot capture packets",
        [CAPTURE_ABSENT] = "this build cannot capture packets, since it lacks libpcap: install "
                           "libpcap-dev and build again; --header works without it",
    };
    char text[CAPTURE_ERROR + 64];

    (void)snprintf(text, sizeof(text), "%s%s%s", texts[result],
                   result == CAPTURE_FAILED ? ": " : "", result == CAPTURE_FAILED ? reason : "");
    complain_text(text);
    return EXIT_FAILED;
}

/* The kernel's reports are enough. */
static int note_capture(enum capture_result result, const char *reason)
{
    static const char *const texts[] = {
        [CAPTURE_DENIED] = "this needs root, or cap_net_raw on Linux",
        [CAPTURE_ABSENT] = "this build lacks libpcap",
    };
    char text[CAPTURE_ERROR + 160];

    (void)snprintf(text, sizeof(text),
                   "packets are not captured: %s; attempts are those of this machine's sockets, "
                   "without options and times of packets",
                   result == CAPTURE_FAILED ? reason : texts[result]);
    complain_text(text);
    return EXIT_DONE;
}

/* Finds the numbers of the interfaces. */
static int find_interfaces(const struct attempts *settings, unsigned int *out)
{
    for (size_t i = 0; i < settings->interface_count; i++) {
        out[i] = if_nametoindex(settings->interfaces[i]);
        if (out[i] == 0)
            return refuse_interface(settings->interfaces[i]);
    }
    return EXIT_DONE;
}

int listen_on(const struct attempts *settings, bool whole, struct capture **out,
              enum pl_wire_proto *link)
{
    unsigned int interfaces[INTERFACES_MAX];
    const struct capture_want want = {interfaces, settings->interface_count, whole};
    char reason[CAPTURE_ERROR] = "";
    enum capture_result result;
    int status = find_interfaces(settings, interfaces);

    if (status != EXIT_DONE)
        return status;
    sandbox_raise(settings->sandbox);
    result = capture_listen(&want, out, reason);
    if (result != CAPTURE_OPEN && settings->reported)
        return note_capture(result, reason);
    if (result != CAPTURE_OPEN)
        return refuse_capture(result, reason);
    *link = pl_wire_link(capture_link(*out));
    if (*link != PL_WIRE_NONE)
        return EXIT_DONE;
    complain_text("the packets of this interface have a link type that cannot be decoded");
    return EXIT_FAILED;
}

void listen_complain(const struct attempts *settings, const char *reason)
{
    char text[CAPTURE_ERROR + 64];

    (void)snprintf(text, sizeof(text), "cannot capture more packets: %s", reason);
    /* So libpcap calls it. */
    if (settings->interface_count == 1 && strstr(reason, "disappeared"))
        complain(LISTEN_GONE, settings->interfaces[0], "");
    else
        complain_text(text);
}

bool listen_note(const struct capture *capture)
{
    uint64_t lost = capture_lost(capture);

    printer_note(lost, "packet was lost: the kernel's buffer was full",
                 "packets were lost: the kernel's buffer was full");
    return lost > 0;
}
