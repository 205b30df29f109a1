/* SPDX-License-Identifier: BSD-2-Clause */
/* portwire: the table of options, and the functions that its rows name. */
#include "cli/complain.h"
#include "cli/completion.h"
#include "cli/opts.h"
#include "cli/standard.h"
#include "cli/status.h"
#include "input.h"
#include "model/array.h"
#include "page.h"
#include "privilege/sandbox.h"
#include "source/capture.h"
#include "view/terminal.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum id {
    ID_HEADER = 1,
    ID_PACKET,
    ID_FROM,
    ID_EXPLAIN,
    ID_NO_HEADER,
    ID_JSON,
    ID_JSONL,
    ID_CSV,
    ID_TSV,
    ID_MARKDOWN,
    ID_COLOR,
    ID_NO_SANDBOX,
    ID_COMPLETION,
    ID_HELP,
    ID_VERSION,
    ID_MAX,
};

struct settings {
    const char *header; /* the argument of --header */
    struct out text;    /* with the operands after it */
    unsigned int packet;
    unsigned int from; /* index in FROM */
    bool explain, no_header;
    const char *color;
    const struct format *format;
    struct sandbox sandbox;
};

#define FROM "ethernet ip tcp udp"

static opt_set_fn set_header, set_from, set_color, set_format, print_help, print_version;

static const struct opt options[] = {
    {ID_HEADER, 0, "header", OPT_TEXT, "BYTES",
     "hexadecimal digits, a file, or - for standard input", .set = set_header},
    {ID_PACKET, 0, "packet", OPT_TEXT, "N", "packet N of a capture (default: first TCP or UDP)",
     .set = opt_set_number, AT(packet), .bits = 1000000000, .takes = "a packet from 1 on"},
    {ID_FROM, 0, "from", OPT_TEXT, "LAYER", "BYTES begin with: ethernet, ip, tcp or udp",
     .set = set_from, .choices = FROM},
    {ID_EXPLAIN, 0, "explain", OPT_NONE, NULL, "add a sentence for each field", ON(explain)},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document of all fields", .set = set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line: a field", .set = set_format},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values", .set = set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = set_format},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line of a table",
     ON(no_header)},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never", .set = set_color,
     .choices = "auto always never"},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     ON(sandbox.off)},
    {ID_COMPLETION, 0, "completion", OPT_TEXT, "SHELL",
     "print a completion script for bash, zsh or fish", .set = completion_print,
     .choices = "bash zsh fish"},
    {ID_HELP, 'h', "help", OPT_NONE, NULL, "print this help", .set = print_help},
    {ID_VERSION, 'V', "version", OPT_NONE, NULL, "print the version and the build options",
     .set = print_version},
};

static int print_help(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    out_word(&out, "usage: portwire --header BYTES|FILE|- [OPTION ...]\n"
                   "Shows the headers of a packet field by field, as RFCs draw them. Examples:\n\n"
                   "  portwire --header '4500 0034 ...'    bytes copied from another program\n"
                   "  portwire --header capture.pcap       the first TCP or UDP packet\n"
                   "  tcpdump -c 1 -x tcp | portwire --header -\n\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out, "\nexit status: 0 success, 2 usage error or bytes that are not hexadecimal,\n"
                   "  4 the file could not be read or the output could not be written\n");
    return finish_output(&out);
}

static int print_version(struct opts *opts, const struct opt *opt)
{
    (void)opts;
    (void)opt;
    return print_program("portwire", "libpcap", capture_built());
}

static int set_format(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    settings->format = view_format_find(opt->name);
    return OPTS_GO_ON;
}

static int set_from(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    int choice = opts_choice(opts, opt);

    if (choice < 0)
        return opts->status;
    settings->from = (unsigned int)choice + 1;
    return OPTS_GO_ON;
}

static int set_color(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    if (opts_choice(opts, opt) < 0)
        return opts->status;
    settings->color = opts->value;
    return OPTS_GO_ON;
}

static int add_text(struct settings *settings, const char *text)
{
    if (settings->text.len > 0)
        settings->text.data[settings->text.len - 1] = ' ';
    out_word(&settings->text, text);
    out_char(&settings->text, '\0');
    return OPTS_GO_ON;
}

static int set_header(struct opts *opts, const struct opt *opt)
{
    (void)opt;
    return add_text(opts->settings, opts->value);
}

/* Bytes typed without quotes: --header 45 00 00 34. */
static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;

    if (settings->text.len == 0)
        return opts_refuse(opts, "to show bytes or a file, write --header before", opts->value,
                           strlen(opts->value));
    return add_text(settings, opts->value);
}

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

static int show(const struct settings *settings, const struct input *input)
{
    struct page *page = calloc(1, sizeof(*page));
    struct out out = {.fd = STDOUT_FILENO};
    struct view view = {.data = settings->format->data, .header = !settings->no_header};
    char text[128];
    int status;

    if (!page) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    page->explain = settings->explain;
    page_decode(page, input->hex.bytes, input->captured, input->length, input->from);
    if (settings->format->screen) {
        view.width = terminal_columns(STDOUT_FILENO, STDERR_FILENO);
        view.color = terminal_colors(settings->color ? settings->color : "auto", STDOUT_FILENO);
    }
    if (settings->format->screen && (view.width == 0 || view.width >= PICTURE_WIDTH))
        picture_print(page, view.color, &out);
    else
        page_print(page, settings->format, &view, &out);
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

static int run(struct settings *settings)
{
    static const uint8_t froms[] = {PL_WIRE_NONE, PL_WIRE_ETHERNET, PL_WIRE_IPV4, PL_WIRE_TCP,
                                    PL_WIRE_UDP};
    static struct input input;
    int status;

    input.text = settings->text.data;
    input.packet = settings->packet;
    input.from = froms[settings->from];
    status = input_open(&input);
    if (status != EXIT_DONE)
        return status;
    /* The file is open: nothing else is needed. */
    sandbox_enter(&settings->sandbox);
    status = input_read(&input);
    return status == EXIT_DONE ? show(settings, &input) : status;
}

int main(int argc, char **argv)
{
    struct settings settings = {
        .sandbox = {.say = complain_text}, .text = {.fd = -1}, .format = view_format_find("table")};
    uint8_t given[ID_MAX] = {0};
    struct opts opts = {
        .table = options,
        .count = COUNT_OF(options),
        .argv = argv + (argc > 0),
        .settings = &settings,
        .word = take_word,
        .help = "portwire --help",
        .status = EXIT_USAGE,
        .given = given,
    };
    int status;

    settings.sandbox.elevated = sandbox_is_elevated(complain_text);
    if (!standard_hold())
        return EXIT_FAILED;
    status = opts_apply(&opts);
    if (status < 0 && settings.sandbox.elevated && settings.sandbox.off) {
        complain(SANDBOX_REFUSED, NULL, opts.help);
        status = EXIT_USAGE;
    }
    if (status < 0 && settings.text.len == 0) {
        complain(
            "nothing to show: name bytes or a file with --header, as in --header - for standard input",
            NULL, opts.help);
        status = EXIT_USAGE;
    }
    if (status < 0)
        status = run(&settings);
    out_free(&settings.text);
    sandbox_end(&settings.sandbox);
    return status;
}
