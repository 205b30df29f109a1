/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include "cli/complain.h"
#include "cli/status.h"
#include "source/call.h"
#include "source/capture.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP "portwire(1)"

/* Text of the largest packet, four characters and a separator for each byte, with offsets. */
#define TEXT_BYTES ((size_t)HEX_BYTES * 6)

int input_open(struct input *input)
{
    int fd;

    if (strcmp(input->text, "-") == 0) {
        input->file = stdin;
        return EXIT_DONE;
    }
    fd = pl_open(AT_FDCWD, input->text, O_RDONLY | O_NOCTTY);
    if (fd == -ENOENT || fd == -ENAMETOOLONG || fd == -ENOTDIR)
        return EXIT_DONE;
    input->file = fd >= 0 ? fdopen(fd, "rb") : NULL;
    if (input->file)
        return EXIT_DONE;
    if (fd < 0)
        errno = -fd;
    complain_errno("cannot read", input->text, errno, "");
    return EXIT_FAILED;
}

/* ---- hexadecimal text ---- */

static bool is_name(const char *text)
{
    return strchr(text, '/') || strchr(text, '.') || strchr(text, '_');
}

static int complain_hex(const struct input *input)
{
    const struct hex *hex = &input->hex;
    const char *culprit = &hex->culprit;
    char text[128];

    if (!input->file && hex->error == HEX_DIGIT && is_name(input->text)) {
        complain("no such file, and not hexadecimal:", input->text, HELP);
        return EXIT_USAGE;
    }
    switch (hex->error) {
    case HEX_DIGIT:
        (void)snprintf(text, sizeof(text), " in line %zu, column %zu", hex->line, hex->column);
        complain_at("not a hexadecimal digit:", culprit, 1, text, HELP);
        break;
    case HEX_ODD:
        (void)snprintf(text, sizeof(text), " in line %zu, column %zu is alone", hex->line,
                       hex->column);
        complain_at("a byte needs two digits:", culprit, 1, text, HELP);
        break;
    case HEX_LARGE:
        complain_text("too many bytes: give the bytes of one packet");
        break;
    case HEX_EMPTY:
    case HEX_FINE:
        complain("no hexadecimal digits in", input->text, HELP);
        break;
    }
    return EXIT_USAGE;
}

/* Pasted bytes may be only the beginning of a packet: uses the length in its header. */
static void find_length(struct input *input)
{
    struct pl_wire wire;
    struct pl_wire_field fields[PL_WIRE_FIELDS];
    uint64_t claimed = 0;

    pl_wire_decode(&wire, input->hex.bytes, input->captured, input->captured, input->from);
    for (size_t i = 0; i < wire.count && claimed == 0; i++) {
        const struct pl_wire_header *header = &wire.headers[i];
        size_t count = pl_wire_fields(&wire, header, fields);

        for (size_t j = 0; j < count; j++) {
            if (fields[j].id == PL_WIRE_F_TOTAL_LENGTH)
                claimed = header->at + fields[j].value;
            else if (fields[j].id == PL_WIRE_F_PAYLOAD_LENGTH)
                claimed = header->at + header->len + fields[j].value;
        }
    }
    if (claimed > input->length)
        input->length = (size_t)claimed;
}

static int guess(struct input *input)
{
    if (input->from != PL_WIRE_NONE)
        return EXIT_DONE;
    input->from = pl_wire_guess(input->hex.bytes, input->captured);
    input->guessed = true;
    if (input->from != PL_WIRE_NONE)
        return EXIT_DONE;
    complain_text("these bytes begin with no header that can be recognized; "
                  "--from=ethernet, ip, tcp or udp selects one");
    return EXIT_USAGE;
}

static int read_hex(struct input *input, const char *text, size_t len)
{
    if (hex_read(&input->hex, text, len) != HEX_FINE)
        return complain_hex(input);
    if (input->packet > 0) {
        complain_text("--packet needs a capture file");
        return EXIT_USAGE;
    }
    input->captured = input->length = input->hex.count;
    if (guess(input) != EXIT_DONE)
        return EXIT_USAGE;
    find_length(input);
    return EXIT_DONE;
}

/* ---- files ---- */

static bool is_text(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!isprint(bytes[i]) && !isspace(bytes[i]))
            return false;
    }
    return true;
}

/* The kinds of files that are neither captures nor text. */
struct kind {
    const char *bytes;
    size_t len;
    const char *text;
    const char *tool; /* decompresses it; NULL: none does */
};

static const struct kind *describe(const uint8_t *magic, size_t len)
{
    static const struct kind kinds[] = {
        {"\x1f\x8b", 2, "gzip", "zcat"},
        {"\x28\xb5\x2f\xfd", 4, "zstd", "zstdcat"},
        {"\xfd"
         "7zX",
         4, "xz", "xzcat"},
        {"BZh", 3, "bzip2", "bzcat"},
        {"snoo", 4, "a capture of snoop, which this program cannot read", NULL},
        {"\x7f"
         "ELF",
         4, "a program", NULL},
        {"PK\x03\x04", 4, "a ZIP archive", NULL},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (len >= kinds[i].len && memcmp(magic, kinds[i].bytes, kinds[i].len) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* Reports a file that is not what was expected, and what it is. Returns the exit status. */
static int refuse(const char *name, const char *expected, const char *option,
                  const struct kind *kind)
{
    char text[160];

    if (kind && kind->tool)
        (void)snprintf(text, sizeof(text),
                       "%s, but %s: decompress it first, as in %s FILE | portwire %s -:", expected,
                       kind->text, kind->tool, option);
    else
        (void)snprintf(text, sizeof(text), "%s%s%s:", expected, kind ? ", but " : "",
                       kind ? kind->text : "");
    complain(text, name, "");
    return EXIT_FAILED;
}

static bool has_transport(const struct capture_packet *packet, enum pl_wire_proto first)
{
    struct pl_wire wire;

    pl_wire_decode(&wire, packet->data, packet->captured, packet->length, first);
    for (size_t i = 0; i < wire.count; i++) {
        if (!wire.headers[i].quoted &&
            (wire.headers[i].proto == PL_WIRE_TCP || wire.headers[i].proto == PL_WIRE_UDP))
            return true;
    }
    return false;
}

bool input_is_mixed(const char *reason)
{
    return strstr(reason, "different from the type of the first interface") != NULL;
}

int input_refuse_mixed(const char *name)
{
    complain("packets of several link types, which libpcap cannot read; tshark -r FILE -Y "
             "frame.interface_id==0 -w NEW writes those of one interface:",
             name, "");
    return EXIT_FAILED;
}

/* Finds the packet. Returns 0, or an exit status after a message. */
static int find_packet(struct input *input, struct capture *capture)
{
    struct capture_packet packet;
    char reason[CAPTURE_ERROR] = "";
    char text[CAPTURE_ERROR + 64];
    unsigned int number = 0;
    int got;

    while ((got = capture_next(capture, &packet, reason)) > 0) {
        number++;
        if (input->packet > 0 ? number < input->packet : !has_transport(&packet, input->from))
            continue;
        input->captured = packet.captured < HEX_BYTES ? packet.captured : HEX_BYTES;
        input->length = packet.length;
        memcpy(input->hex.bytes, packet.data, input->captured);
        return EXIT_DONE;
    }
    if (got < 0 && input_is_mixed(reason))
        return input_refuse_mixed(input->text);
    if (got < 0) {
        (void)snprintf(text, sizeof(text), "damaged after packet %u: %s:", number, reason);
        complain(text, input->text, "");
        return EXIT_FAILED;
    }
    if (number == 0)
        (void)strlcpy(text, "the capture has no packets:", sizeof(text));
    else if (input->packet > 0)
        (void)snprintf(text, sizeof(text),
                       "--packet=%u: the capture has only %u packets:", input->packet, number);
    else
        (void)snprintf(text, sizeof(text),
                       "none of its %u packets has TCP or UDP; "
                       "--packet=N selects another:",
                       number);
    complain(text, input->text, "");
    return EXIT_USAGE;
}

/* Opens a capture after its first bytes. Returns 0, or an exit status after a message. */
static int open_capture(FILE *file, const char *name, const uint8_t magic[4], struct capture **out)
{
    char reason[CAPTURE_ERROR] = "";
    char text[CAPTURE_ERROR + 64];

    for (size_t i = 4; i > 0; i--) {
        if (ungetc(magic[i - 1], file) == EOF) {
            complain("cannot read a capture from a pipe here:", name, HELP);
            return EXIT_FAILED;
        }
    }
    *out = capture_open(file, reason);
    if (*out)
        return EXIT_DONE;
    (void)snprintf(text, sizeof(text), "cannot read this capture: %s:", reason);
    complain(text, name, "");
    return EXIT_FAILED;
}

int input_capture(FILE *file, const char *name, const char *option, struct capture **out)
{
    uint8_t magic[4];
    size_t len = fread(magic, 1, sizeof(magic), file);

    if (ferror(file)) {
        complain_errno("cannot read", name, errno, "");
        return EXIT_FAILED;
    }
    if (len == sizeof(magic) && capture_is(magic))
        return open_capture(file, name, magic, out);
    return refuse(name,
                  len == 0              ? "not a capture: it is empty"
                  : is_text(magic, len) ? "not a capture, but text"
                                        : "not a capture",
                  option, describe(magic, len));
}

static int read_capture(struct input *input, const uint8_t magic[4])
{
    char text[CAPTURE_ERROR + 64];
    struct capture *capture = NULL;
    uint32_t link;
    int status = open_capture(input->file, input->text, magic, &capture);

    if (status != EXIT_DONE)
        return status;
    link = capture_link(capture);
    if (input->from == PL_WIRE_NONE)
        input->from = pl_wire_link(link);
    if (input->from == PL_WIRE_NONE) {
        (void)snprintf(text, sizeof(text),
                       "the capture has an unknown link type, %u; --from selects a header:", link);
        complain(text, input->text, HELP);
        status = EXIT_FAILED;
    } else {
        status = find_packet(input, capture);
    }
    capture_close(capture);
    return status;
}

static int read_text(struct input *input, const uint8_t *start, size_t len)
{
    char *text = malloc(TEXT_BYTES);
    int status;

    if (!text) {
        complain_errno("cannot read", input->text, ENOMEM, "");
        return EXIT_FAILED;
    }
    memcpy(text, start, len);
    len += fread(text + len, 1, TEXT_BYTES - len, input->file);
    if (ferror(input->file)) {
        complain_errno("cannot read", input->text, errno, "");
        status = EXIT_FAILED;
    } else if (len == TEXT_BYTES) {
        complain("too long for the text of one packet:", input->text, HELP);
        status = EXIT_USAGE;
    } else {
        status = read_hex(input, text, len);
    }
    free(text);
    return status;
}

static int read_file(struct input *input)
{
    uint8_t magic[4];
    size_t len;
    const struct kind *what;

    errno = 0;
    len = fread(magic, 1, sizeof(magic), input->file);
    if (ferror(input->file)) {
        complain_errno("cannot read", input->text, errno, "");
        return EXIT_FAILED;
    }
    if (len == sizeof(magic) && capture_is(magic))
        return read_capture(input, magic);
    if (len >= 3 && memcmp(magic, "\xef\xbb\xbf", 3) == 0) /* the byte order mark of an editor */
        return read_text(input, magic + 3, len - 3);
    what = describe(magic, len);
    if (what || !is_text(magic, len))
        return refuse(input->text, "neither a capture nor hexadecimal", "--header", what);
    return read_text(input, magic, len);
}

int input_read(struct input *input)
{
    return input->file ? read_file(input) : read_hex(input, input->text, strlen(input->text));
}
