/* SPDX-License-Identifier: BSD-2-Clause */
/* portwire: the table of options, and the functions that its rows name. */
#include "attempts.h"
#include "cli/complain.h"
#include "cli/completion.h"
#include "cli/opts.h"
#include "cli/seconds.h"
#include "cli/standard.h"
#include "cli/status.h"
#include "cli/words.h"
#include "input.h"
#include "model/array.h"
#include "privilege/sandbox.h"
#include "show.h"
#include "source/capture.h"
#include "view/group.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum id {
    ID_READ = 1,
    ID_INTERFACE,
    ID_FOR,
    ID_SOURCE,
    ID_RECORD,
    ID_LADDER,
    ID_COUNT,
    ID_COLUMNS,
    ID_GROUP,
    ID_STRICT,
    ID_HEADER,
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
    ID_LIST_WORDS,
    ID_COMPLETION,
    ID_HELP,
    ID_VERSION,
    ID_MAX,
};

struct settings {
    struct attempts attempts;
    const char **words; /* the operands */
    size_t word_count;
    struct out text; /* of --header, with the operands */
    unsigned int packet;
    unsigned int from; /* index in FROM */
    bool explain, no_header;
    bool all; /* interfaces */
    const char *color;
    const struct format *format;
    struct sandbox sandbox;
};

#define FROM    "ethernet ip tcp udp"
#define SOURCES "auto packets states"

static opt_set_fn set_read, set_interface, set_for, set_source, set_columns, set_group, set_header,
    set_from, set_color, set_format, print_help, print_version, print_words;

static const struct opt_clash no_header[] = {{ID_HEADER}, {ID_PACKET}, {ID_FROM}, {0}};
static const struct opt_clash live[] = {{ID_READ}, {ID_PACKET}, {ID_FROM}, {0}};
static const struct opt_clash record[] = {{ID_READ}, {ID_HEADER}, {0}};
static const struct opt_clash group[] = {{ID_HEADER}, {ID_PACKET},  {ID_FROM},
                                         {ID_LADDER}, {ID_COLUMNS}, {0}};
static const struct opt_clash no_packet[] = {{ID_PACKET}, {ID_FROM}, {0}};
static const struct opt_clash no_sheet[] = {{ID_HEADER}, {ID_JSON},     {ID_JSONL},   {ID_CSV},
                                            {ID_TSV},    {ID_MARKDOWN}, {ID_COLUMNS}, {0}};

static const struct opt options[] = {
    {.help = "Attempts to connect"},
    {ID_READ, 'r', "read", OPT_TEXT, "FILE", "list TCP connection attempts of a capture, or of -",
     .set = set_read, .clashes = no_header},
    {ID_INTERFACE, 'i', "interface", OPT_TEXT, "INTERFACE",
     "only packets of this interface; repeatable", .set = set_interface, .clashes = live},
    {ID_FOR, 0, "for", OPT_TEXT, "SEC", "end after SEC seconds", .set = set_for, .clashes = live},
    {ID_SOURCE, 0, "source", OPT_TEXT, "SOURCE", "auto, packets, or states of sockets",
     .set = set_source, .choices = SOURCES, .clashes = record},
    {ID_RECORD, 0, "record", OPT_TEXT, "FILE", "also write the packets to the new file FILE",
     .set = opt_set_text, AT(attempts.record), .clashes = record},
    {ID_LADDER, 0, "ladder", OPT_NONE, NULL, "draw each attempt as arrows between its ends",
     ON(attempts.ladder), .clashes = no_sheet},
    {ID_COUNT, 0, "count", OPT_TEXT, "N", "end after N attempts, or headers", .set = opt_set_number,
     AT(attempts.count), .bits = 1000000000, .takes = "a number from 1 to 1000000000",
     .clashes = no_packet},
    {ID_COLUMNS, 0, "columns", OPT_TEXT, "LIST",
     "only these columns, separated by commas; repeatable", .set = set_columns,
     .clashes = no_header},
    {ID_GROUP, 0, "group-by", OPT_TEXT, "LIST", "count attempts by the values of these columns",
     .set = set_group, .clashes = group},
    {ID_STRICT, 0, "strict", OPT_NONE, NULL, "exit 3 if packets were lost, or not decoded",
     ON(attempts.strict), .clashes = no_header},
    {.help = "Headers"},
    {ID_HEADER, 0, "header", OPT_TEXT, "BYTES", "hexadecimal digits, a file, or -; or a filter",
     .set = set_header},
    {ID_PACKET, 0, "packet", OPT_TEXT, "N", "packet N of a capture (default: first TCP or UDP)",
     .set = opt_set_number, AT(packet), .bits = 1000000000, .takes = "a packet from 1 on"},
    {ID_FROM, 0, "from", OPT_TEXT, "LAYER", "BYTES begin with: ethernet, ip, tcp or udp",
     .set = set_from, .choices = FROM},
    {ID_EXPLAIN, 0, "explain", OPT_NONE, NULL, "add a sentence for each field, or for each step",
     ON(explain)},
    {.help = "Output, and about portwire"},
    {ID_JSON, 0, "json", OPT_NONE, NULL, "one JSON document", .set = set_format},
    {ID_JSONL, 0, "jsonl", OPT_NONE, NULL, "one JSON object per line", .set = set_format},
    {ID_CSV, 0, "csv", OPT_NONE, NULL, "comma-separated values", .set = set_format},
    {ID_TSV, 0, "tsv", OPT_NONE, NULL, "tab-separated values", .set = set_format},
    {ID_MARKDOWN, 0, "markdown", OPT_NONE, NULL, "a Markdown table", .set = set_format},
    {ID_NO_HEADER, 'H', "no-header", OPT_NONE, NULL, "omit the header line of a table",
     ON(no_header)},
    {ID_COLOR, 0, "color", OPT_TEXT, "WHEN", "auto, always or never", .set = set_color,
     .choices = "auto always never"},
    {ID_NO_SANDBOX, 0, "no-sandbox", OPT_NONE, NULL, "keep all privileges, for debugging",
     ON(sandbox.off)},
    {ID_LIST_WORDS, 0, "list-words", OPT_NONE, NULL, "the verdicts, and keywords of options",
     .set = print_words},
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
    out_word(&out, "usage: portwire [-i INTERFACE] [FILTER] [OPTION ...]\n"
                   "       portwire -r FILE|- [FILTER] [OPTION ...]\n"
                   "       portwire --header BYTES|FILE|- [OPTION ...]\n"
                   "       portwire --header FILTER --count N [OPTION ...]\n"
                   "Prints attempts to open a TCP connection as they are made, or those of a\n"
                   "capture, with their numbers and a verdict. Or shows the headers of a packet\n"
                   "field by field, as RFCs draw them. Examples:\n\n"
                   "  portwire                             all attempts, until interrupted\n"
                   "  portwire --ladder --count 1 :443     the next one of port 443, as arrows\n"
                   "  portwire process curl                only those of curl\n"
                   "  portwire -r capture.pcap             all attempts\n"
                   "  portwire -r capture.pcap port 443 not completed\n"
                   "                                       those of port 443 that failed\n"
                   "  portwire -r capture.pcap --ladder --explain\n"
                   "                                       each as arrows, step by step\n"
                   "  portwire --header '4500 0034 ...'    bytes copied from another program\n"
                   "  portwire --header capture.pcap       the first TCP or UDP packet\n"
                   "  portwire --header :443 --count 1     the next one of port 443 on the wire\n"
                   "  portwire --header syn --count 1      the next one with the flag SYN\n");
    opts_help(opts->table, opts->count, &out);
    out_word(&out,
             "\nA filter selects attempts, as verdict refused_rst does; --list-words has the\n"
             "verdicts, and FILTER EXPRESSIONS in portwire(1) all that it compares.\n\n"
             "exit status: 0 success, 2 usage error or bytes that are not hexadecimal,\n"
             "  3 with --strict: packets or reports were lost, 4 packets could not be\n"
             "  captured, the file not be read, or the output not be written\n");
    return finish_output(&out);
}

static int print_version(struct opts *opts, const struct opt *opt)
{
    (void)opts;
    (void)opt;
    return print_program("portwire", "libpcap", capture_built());
}

static int print_words(struct opts *opts, const struct opt *opt)
{
    struct out out = {.fd = STDOUT_FILENO};

    (void)opt;
    for (unsigned int i = PL_VERDICT_NONE + 1; i < PL_VERDICT_MAX; i++) {
        out_word(&out, "verdict\t");
        out_word(&out, pl_verdict_name(i));
        out_char(&out, '\t');
        out_word(&out, pl_verdict_text(i));
        out_char(&out, '\n');
    }
    words_print_choices(opts->table, opts->count, &out);
    return finish_output(&out);
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
    if (settings->text.error == 0)
        return OPTS_GO_ON;
    complain_text("out of memory");
    return EXIT_FAILED;
}

static int set_header(struct opts *opts, const struct opt *opt)
{
    (void)opt;
    return add_text(opts->settings, opts->value);
}

static int set_read(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    (void)opt;
    if (settings->attempts.name)
        return opts_refuse(opts, "one capture at a time, not also", opts->value,
                           strlen(opts->value));
    settings->attempts.name = opts->value;
    return OPTS_GO_ON;
}

static int set_interface(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    struct attempts *attempts = &settings->attempts;

    (void)opt;
    settings->all |= strcmp(opts->value, "any") == 0; /* as tcpdump calls it */
    if (attempts->interface_count == INTERFACES_MAX)
        return opts_refuse(opts, "too many interfaces", NULL, 0);
    if (!settings->all)
        attempts->interfaces[attempts->interface_count++] = opts->value;
    else
        attempts->interface_count = 0;
    return OPTS_GO_ON;
}

static int set_for(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    return seconds_take(opts, opt, false, &settings->attempts.for_ns);
}

static int set_source(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    int choice = opts_choice(opts, opt);

    if (choice < 0)
        return opts->status;
    settings->attempts.source = (enum live_from)choice;
    return OPTS_GO_ON;
}

static int set_columns(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;

    (void)opt;
    return columns_set(opts, opts->value, settings->attempts.columns,
                       &settings->attempts.column_count);
}

static int set_group(struct opts *opts, const struct opt *opt)
{
    struct settings *settings = opts->settings;
    struct attempts *attempts = &settings->attempts;
    int status;

    attempts->column_count = 0; /* the last one counts */
    status = set_columns(opts, opt);
    if (status == OPTS_GO_ON && attempts->column_count > GROUP_KEYS)
        return opts_refuse(opts, "--group-by takes at most 4 columns, not", opts->value,
                           strlen(opts->value));
    for (size_t i = 1; i < attempts->column_count && status == OPTS_GO_ON; i++) {
        for (size_t j = 0; j < i; j++) {
            if (attempts->columns[i] == attempts->columns[j])
                return opts_refuse(opts, "the same column twice in", opts->value,
                                   strlen(opts->value));
        }
    }
    attempts->group = true;
    return status;
}

static int take_word(struct opts *opts)
{
    struct settings *settings = opts->settings;

    settings->words[settings->word_count++] = opts->value;
    return OPTS_GO_ON;
}

static struct show show_of(const struct settings *settings)
{
    return (struct show){settings->format, settings->explain, settings->no_header, settings->color};
}

static int run_header(struct settings *settings)
{
    static const uint8_t froms[] = {PL_WIRE_NONE, PL_WIRE_ETHERNET, PL_WIRE_IPV4, PL_WIRE_TCP,
                                    PL_WIRE_UDP};
    static struct input input;
    const struct show show = show_of(settings);
    int status;

    /* Bytes typed without quotes: --header 45 00 00 34. */
    for (size_t i = 0; i < settings->word_count; i++) {
        if (add_text(settings, settings->words[i]) >= 0)
            return EXIT_FAILED;
    }
    input.text = settings->text.data;
    input.packet = settings->packet;
    input.from = froms[settings->from];
    status = input_open(&input);
    if (status != EXIT_DONE)
        return status;
    /* The file is open: nothing else is needed. */
    sandbox_enter(&settings->sandbox);
    status = input_read(&input);
    return status == EXIT_DONE ? show_packet(&show, &input, false) : status;
}

/* With one of these, --header shows packets of the wire. */
static bool is_live(const uint8_t *given)
{
    return given[ID_INTERFACE] || given[ID_FOR] || given[ID_COUNT];
}

/* Returns whether the text is a port with a colon, which is no hexadecimal text. */
static bool is_port(const char *text)
{
    size_t digits = text[0] == ':' ? strspn(text + 1, "0123456789") : 0;

    return digits > 0 && digits <= 5 && text[1 + digits] == '\0';
}

/* Parses the filter. Returns 0, or an exit status after a message. */
static int parse_filter(struct settings *settings)
{
    struct ask *ask = &settings->attempts.ask;
    int err = settings->text.len > 0 ? ask_word(ask, settings->text.data) : 0;

    for (size_t i = 0; i < settings->word_count && err == 0; i++)
        err = ask_word(ask, settings->words[i]);
    if (err < 0) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    ask->sandbox = &settings->sandbox;
    ask->parse = settings->text.len > 0    ? next_parse
                 : settings->attempts.name ? columns_parse
                                           : columns_parse_live;
    return ask_parse(ask);
}

/* Everything that a filter selects from: attempts, or live headers. */
static int run_filtered(struct settings *settings)
{
    struct attempts *attempts = &settings->attempts;
    const struct show show = show_of(settings);
    int status = parse_filter(settings);

    attempts->sandbox = &settings->sandbox;
    attempts->format = settings->format;
    attempts->explain = settings->explain;
    attempts->ladder |= settings->explain;
    attempts->header = !settings->no_header;
    attempts->color = settings->color;
    if (status == EXIT_DONE && settings->text.len > 0)
        status = next_run(attempts, &show);
    else if (status == EXIT_DONE)
        status = attempts->name ? attempts_run(attempts) : live_run(attempts);
    ask_free(&attempts->ask);
    return status;
}

/* Returns OPTS_GO_ON, or the exit status after a message. */
static int check(const struct opts *opts, const struct settings *settings)
{
    static const uint8_t of_header[] = {ID_PACKET, ID_FROM};
    bool header = settings->text.len > 0;
    struct stat info;

    for (size_t i = 0; i < COUNT_OF(of_header) && !header; i++) {
        if (opts->given[of_header[i]])
            return opts_refuse(opts, "--packet and --from need --header", NULL, 0);
    }
    if (settings->attempts.record && strcmp(settings->attempts.record, "-") == 0)
        return opts_refuse(opts, "--record takes the name of a new file, not", "-", 1);
    if (settings->attempts.source == LIVE_STATES &&
        (settings->attempts.interface_count > 0 || settings->attempts.record))
        return opts_refuse(opts,
                           "-i and --record need packets: they cannot be combined with "
                           "--source states",
                           NULL, 0);
    if (!header && settings->explain &&
        (!settings->format->screen || settings->attempts.column_count > 0))
        return opts_refuse(opts,
                           "--explain draws the attempts: it cannot be combined with --columns, "
                           "--group-by or another format",
                           NULL, 0);
    if (!header && !settings->attempts.name && settings->word_count > 0 &&
        stat(settings->words[0], &info) == 0)
        return opts_refuse(opts, "to read a file, write -r or --header before", settings->words[0],
                           strlen(settings->words[0]));
    if (header && !is_live(opts->given) && is_port(settings->text.data))
        return opts_refuse(
            opts, "to show the next header of a port on the wire, add --count 1 to --header",
            settings->text.data, strlen(settings->text.data));
    if (header && is_live(opts->given) && !settings->format->screen &&
        settings->attempts.count != 1)
        return opts_refuse(opts, "with --header, this format shows one packet: add --count 1", NULL,
                           0);
    if (settings->sandbox.elevated && settings->sandbox.off)
        return opts_refuse(opts, SANDBOX_REFUSED, NULL, 0);
    return OPTS_GO_ON;
}

int main(int argc, char **argv)
{
    static struct settings settings = {.sandbox = {.say = complain_text}, .text = {.fd = -1}};
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

    settings.format = view_format_find("table");
    settings.sandbox.elevated = sandbox_is_elevated(complain_text);
    settings.words = calloc((size_t)argc + 1, sizeof(*settings.words));
    if (!standard_hold())
        return EXIT_FAILED;
    if (!settings.words) {
        complain_text("out of memory");
        return EXIT_FAILED;
    }
    status = opts_apply(&opts);
    if (status < 0)
        status = check(&opts, &settings);
    if (status < 0)
        status = settings.text.len > 0 && !is_live(given) ? run_header(&settings)
                                                          : run_filtered(&settings);
    free(settings.words);
    out_free(&settings.text);
    sandbox_end(&settings.sandbox);
    return status;
}
