/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the headers of a packet: as a picture, or as a sheet. */
#include "show.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "page.h"
#include "view/terminal.h"

#include <stdlib.h>
#include <unistd.h>

/* What was not decoded, and why. */
static void note_stop(const struct pl_wire *wire)
{
    static const char *const stops[] = {
        [PL_WIRE_STOP_END] = NULL,
        [PL_WIRE_STOP_CUT] =
            "the rest of the packet is missing: it was not captured, or not copied",
        [PL_WIRE_STOP_SHORT] = "the packet ends inside the last header",
        [PL_WIRE_STOP_BAD] = "the last header is invalid",
        [PL_WIRE_STOP_UNKNOWN] = "the next header is of a protocol that cannot be decoded",
        [PL_WIRE_STOP_FRAGMENT] = "this is a later fragment: the first one has the next header",
        [PL_WIRE_STOP_ENCRYPTED] = "the rest is encrypted",
        [PL_WIRE_STOP_DEEP] = "there are too many headers",
    };
    char text[128];

    if (wire->stop == PL_WIRE_STOP_UNKNOWN) {
        (void)snprintf(text, sizeof(text), "%s: number %u (0x%04x)", stops[wire->stop],
                       wire->stopped_by, wire->stopped_by);
        complain_text(text);
    } else if (stops[wire->stop]) {
        complain_text(stops[wire->stop]);
    }
}

int show_packet(const struct show *show, const struct input *input, bool again)
{
    struct page *page = calloc(1, sizeof(*page));
    struct out out = {.fd = STDOUT_FILENO};
    struct view view = {.data = show->format->data, .header = !show->no_header};
    char text[128];
    int status;

    if (!page) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    if (again)
        out_char(&out, '\n');
    page->explain = show->explain;
    page_decode(page, input->hex.bytes, input->captured, input->length, input->from);
    if (show->format->screen) {
        view.width = terminal_columns(STDOUT_FILENO, STDERR_FILENO);
        view.wrap = terminal_wrap(STDOUT_FILENO);
        view.color = terminal_colors(show->color ? show->color : "auto", STDOUT_FILENO);
    }
    if (show->format->screen && (view.width == 0 || view.width >= PICTURE_WIDTH))
        picture_print(page, view.color, &out);
    else
        page_print(page, show->format, &view, &out);
    status = finish_output(&out);
    if (status == EXIT_DONE && input->guessed) {
        (void)snprintf(text, sizeof(text), "the bytes look like %s; --from selects another header",
                       pl_wire_title(page->wire.headers[0].proto));
        complain_text(text);
    }
    if (status == EXIT_DONE)
        note_stop(&page->wire);
    free(page);
    return status;
}
