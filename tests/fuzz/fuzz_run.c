/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole program on a damaged recording, and what it owes its user: valid documents, no control
 * byte, a known exit status, and never silence. The input: a byte that chooses the recording, one for
 * the program and for the order of reading, one with the number of words, a byte for each of them,
 * and then edits of the recording.
 *
 * Privileges stay as they are (privilege/none.c). No name is looked up outside of the recording.
 */
#include "fuzz.h"

#include "formats.h"
#include "recorded.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int portls_main(int argc, char **argv);
#define main portls_main
#include "cli/portls.c"
#undef main

/* So that sockets and owners of a recording can be read at the same time, as those of a large table. */
int recording_replay(const char *path, struct pl_reader **out);
#define pl_reader_replay recording_replay
#include "source/recording/recording.c"
#undef pl_reader_replay

#define WORDS_MAX 12

static bool large;

static bool expects(struct pl_reader *reader, uint64_t sockets)
{
    (void)sockets;
    return large && reader->abi.system == PL_SYSTEM_LINUX; /* no other reader has this */
}

int pl_reader_replay(const char *path, struct pl_reader **out)
{
    static struct pl_reader_ops ops;
    int err = recording_replay(path, out);

    if (err == 0) {
        ops = *(*out)->ops;
        ops.expects = expects;
        (*out)->ops = &ops;
    }
    return err;
}

/* ---- the input ---- */

struct input {
    const uint8_t *at, *end;
};

static uint8_t take(struct input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static size_t at_most(size_t n, size_t max)
{
    return n < max ? n : max;
}

/* Puts bytes in place of count others. */
static size_t replace_bytes(uint8_t *to, size_t len, size_t at, size_t count, const uint8_t *bytes,
                            size_t added)
{
    count = at_most(count, len - at);
    memmove(to + at + added, to + at + count, len - at - count);
    memcpy(to + at, bytes, added);
    return len - count + added;
}

/* One change of a copy of a file; returns its new length. */
static size_t edit(struct input *in, uint8_t *bytes, size_t len)
{
    uint8_t kind = take(in);
    size_t at = take(in);
    size_t count;
    uint8_t copy[256];

    at |= (size_t)take(in) << 8;
    at = len > 0 ? at % len : 0;
    count = (size_t)take(in);
    switch (kind % 6) {
    case 0: /* other bytes */
        count = at_most(at_most(count % 16, (size_t)(in->end - in->at)), len - at);
        memcpy(bytes + at, in->at, count);
        in->at += count;
        return len;
    case 1:
        return replace_bytes(bytes, len, at, count, copy, 0);
    case 2: /* more bytes */
        count = at_most(count % 64, (size_t)(in->end - in->at));
        len = replace_bytes(bytes, len, at, 0, in->at, count);
        in->at += count;
        return len;
    case 3:
        return at;
    case 4: /* the same again */
        count = at_most(count, len - at);
        memcpy(copy, bytes + at, count);
        for (int i = 0; i < 16; i++)
            len = replace_bytes(bytes, len, at, 0, copy, count);
        return len;
    default:
        memset(bytes + at, 0xff, at_most(count, len - at));
        return len;
    }
}

static void edit_file(struct input *in, const struct recorded *recording,
                      struct recorded_file *file)
{
    uint8_t *bytes = malloc(file->len + 65536);
    size_t len = file->len;
    int edits = 1 + take(in) % 4;

    PROMISE(bytes);
    memcpy(bytes, file->bytes, len);
    for (int i = 0; i < edits; i++)
        len = edit(in, bytes, len);
    recorded_edit(recording, file, edits == 4 && take(in) % 4 == 0 ? NULL : bytes, len);
    free(bytes);
}

/* ---- command lines ---- */

static const char *const native[] = {"-t",
                                     "-u",
                                     "-w",
                                     "-x",
                                     "-0",
                                     "-S",
                                     "-M",
                                     "-4",
                                     "-6",
                                     "-l",
                                     "-a",
                                     "-n",
                                     "-p",
                                     "-e",
                                     "-ee",
                                     "-i",
                                     "-ii",
                                     "-m",
                                     "-mm",
                                     "-o",
                                     "-oo",
                                     "-Z",
                                     "--peers",
                                     "--queues",
                                     "-s",
                                     "-W",
                                     "-H",
                                     "-q",
                                     "--strict",
                                     "--json",
                                     "--jsonl",
                                     "--csv",
                                     "--tsv",
                                     "--markdown",
                                     "--json",
                                     "--jsonl",
                                     "--csv",
                                     "--tsv",
                                     "--columns=proto,local,owners",
                                     "--columns=inode,details",
                                     "--columns=process,command,exe",
                                     "--columns=path,peer_path,user",
                                     "--columns=peer_pid,peer_process,peer_owners,owner_unknown",
                                     "--columns=holders,remark,reach,cgroup,context",
                                     "--sort=none",
                                     "--sort=-recv_q,process",
                                     "--sort=owners",
                                     "--sort=local",
                                     "--group-by=process",
                                     "--group-by=user,state",
                                     "--group-by=peer_address",
                                     "--group-by=pid,proto,reach,service",
                                     "--top=3",
                                     "--color=always",
                                     "--source=diag",
                                     "--source=proc",
                                     "--debug",
                                     "-tunap",
                                     "-tuxwapeimo",
                                     "--netlink",
                                     "--vsock",
                                     "--xdp",
                                     "--tipc",
                                     "--dccp",
                                     "--smc",
                                     "--icmp",
                                     "--udplite",
                                     ":443",
                                     "22",
                                     "80,443",
                                     "1-1024",
                                     "tcp",
                                     "unix",
                                     "state",
                                     "listening",
                                     "established",
                                     "and",
                                     "or",
                                     "not",
                                     "(",
                                     ")",
                                     "src",
                                     "dst",
                                     "10.0.0.0/8",
                                     "::1",
                                     "127.0.0.1:80",
                                     "[::]:22",
                                     "process",
                                     "sshd",
                                     "user",
                                     "root",
                                     "uid",
                                     "0",
                                     "pid",
                                     "1",
                                     "reach",
                                     "any",
                                     "recv_q",
                                     "gt",
                                     "eq",
                                     "lt",
                                     "cookie",
                                     "path",
                                     "/run/*",
                                     "service",
                                     "http",
                                     "inode",
                                     "peer",
                                     "owners",
                                     "port",
                                     "interface",
                                     "lo",
                                     "command",
                                     "~",
                                     "^s",
                                     "rtt",
                                     "--doctor",
                                     "--doctor",
                                     "--doctor"};
static const char *const netstat[] = {"-t", "-u",  "-w", "-x", "-S", "-U", "-a", "-l", "-p",
                                      "-e", "-ee", "-o", "-s", "-W", "-4", "-6", "-i", "-tuxwapeo"};
static const char *const ss[] = {
    "-t",           "-u",      "-w",        "-x",    "-0",    "-S",         "-M",
    "-a",           "-l",      "-p",        "-e",    "-i",    "-m",         "-o",
    "-s",           "-4",      "-6",        "-H",    "-O",    "-Z",         "-b",
    "-tuxwapeimoO", "--vsock", "--tipc",    "--xdp", "state", "exclude",    "established",
    "listening",    "all",     "connected", "sport", "dport", "=",          "!=",
    "gt",           ":22",     ":http",     "src",   "dst",   "10.0.0.0/8", "[::1]",
    "and",          "or",      "not",       "(",     ")",     "dev",        "lo",
    "fwmark",       "1"};
static const char *const windows[] = {"-a", "-b",   "-e", "-o",  "-q",  "-s",    "-t",
                                      "-x", "-ano", "-p", "TCP", "UDP", "TCPv6", "UDPv6"};

static const struct {
    const char *as; /* NULL: portls itself */
    const char *const *words;
    size_t count;
} programs[] = {
    {NULL, native, COUNT_OF(native)},
    {"--as=netstat", netstat, COUNT_OF(netstat)},
    {"--as=ss", ss, COUNT_OF(ss)},
    {"--as=windows", windows, COUNT_OF(windows)},
};

struct command {
    char words[WORDS_MAX + 4][80];
    char *argv[WORDS_MAX + 5];
    int argc;
    bool native;
};

static void add_word(struct command *command, const char *word)
{
    (void)strlcpy(command->words[command->argc++], word, sizeof(command->words[0]));
}

static void take_command(struct input *in, const char *path, struct command *command)
{
    uint8_t kind = take(in);
    size_t program = kind % 8 < 4 ? 0 : kind % 8 - 4;
    size_t words = take(in) % (WORDS_MAX + 1);
    char replay[80];

    large = kind & 8;
    command->native = program == 0;
    (void)snprintf(replay, sizeof(replay), "--replay=%s", path);
    add_word(command, "portls");
    if (!command->native) {
        add_word(command, programs[program].as);
        add_word(command, "-n");
    }
    add_word(command, replay);
    for (size_t i = 0; i < words; i++)
        add_word(command, programs[program].words[take(in) % programs[program].count]);
}

static bool has_word(const struct command *command, const char *word)
{
    for (int i = 1; i < command->argc; i++) {
        if (strcmp(command->argv[i], word) == 0)
            return true;
    }
    return false;
}

/* ---- running it ---- */

/* Of compilers without sanitizers, there is no such function. */
__attribute__((weak)) void __sanitizer_set_report_fd(void *fd);

struct output {
    int fd;
    char *text;
    size_t len;
};

static struct output outputs[2];
static int saved[2];

static void begin_capture(void)
{
    for (int i = 0; i < 2; i++) {
        if (outputs[i].fd == 0)
            outputs[i].fd = memfd_create("output", MFD_CLOEXEC);
        PROMISE(ftruncate(outputs[i].fd, 0) == 0 && lseek(outputs[i].fd, 0, SEEK_SET) == 0);
        saved[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 10);
        PROMISE(dup2(outputs[i].fd, STDOUT_FILENO + i) >= 0);
    }
    if (__sanitizer_set_report_fd && saved[1] >= 0)
        __sanitizer_set_report_fd((void *)(intptr_t)saved[1]);
}

static void end_capture(void)
{
    for (int i = 0; i < 2; i++) {
        struct output *output = &outputs[i];
        struct stat st;

        if (saved[i] >= 0) {
            PROMISE(dup2(saved[i], STDOUT_FILENO + i) >= 0);
            close(saved[i]);
        }
        PROMISE(fstat(output->fd, &st) == 0);
        output->len = (size_t)st.st_size;
        output->text = malloc(output->len + 1);
        PROMISE(output->text &&
                pread(output->fd, output->text, output->len, 0) == (ssize_t)output->len);
        output->text[output->len] = '\0';
    }
    if (__sanitizer_set_report_fd)
        __sanitizer_set_report_fd((void *)(intptr_t)STDERR_FILENO);
}

static const char *check_format(const struct command *command, const struct output *out)
{
    if (has_word(command, "--json"))
        return formats_json(out->text, out->len);
    if (has_word(command, "--jsonl"))
        return formats_jsonl(out->text, out->len);
    if (has_word(command, "--csv"))
        return formats_csv(out->text, out->len);
    return has_word(command, "--tsv") ? formats_tsv(out->text, out->len) : NULL;
}

/* Lines, of which none is empty. */
static bool is_lines(const struct output *err)
{
    return err->len == 0 ||
           (err->text[err->len - 1] == '\n' && err->text[0] != '\n' && !strstr(err->text, "\n\n"));
}

static const char *check_run(const struct command *command, int status)
{
    const struct output *out = &outputs[0];
    const struct output *err = &outputs[1];
    const char *wrong = NULL;

    promise_plain(out->text, out->len,
                  command->native && has_word(command, "--color=always") ? "\n\t\033" : "\n\t");
    promise_plain(err->text, err->len, "\n\t");
    /* ss(8) ends with 255. */
    if ((status < EXIT_DONE || status > EXIT_FAILED) && (command->native || status != 255))
        return "an unknown exit status";
    if (command->native && !is_lines(err))
        return "an empty line on standard error";
    if ((status == EXIT_USAGE || status >= EXIT_FAILED) && err->len == 0)
        return "a failure without a message";
    if (!command->native)
        return NULL;
    if (status == EXIT_USAGE && out->len > 0)
        return "output and a message of usage";
    if (has_word(command, "-q"))
        return out->len == 0 ? NULL : "output in spite of -q";
    if (status == EXIT_DONE || status == EXIT_PARTIAL ||
        (status == EXIT_NOTHING && has_word(command, "--doctor")))
        wrong = check_format(command, out);
    if (!wrong && status == EXIT_PARTIAL && err->len == 0 && !has_word(command, "--json") &&
        !strstr(out->text, "not_found") && !strstr(out->text, "not_permitted") &&
        !strstr(out->text, "unseen"))
        return "incomplete, but it does not say what is missing";
    return wrong;
}

/* Lists everything of some protocols, as JSON. */
static bool is_unfiltered(const struct command *command)
{
    for (int i = 1; i < command->argc; i++) {
        if (command->words[i][0] != '-')
            return false;
    }
    return command->native && has_word(command, "--json") && !has_word(command, "-q");
}

static bool is_silent(void)
{
    return strstr(outputs[0].text, "\"sockets\":[]") && strstr(outputs[0].text, "\"notes\":[]");
}

static int run_once(struct command *command)
{
    int status;

    for (int i = 0; i < command->argc; i++)
        command->argv[i] = command->words[i];
    command->argv[command->argc] = NULL;
    begin_capture();
    status = portls_main(command->argc, command->argv);
    end_capture();
    return status;
}

static void free_outputs(void)
{
    for (int i = 0; i < 2; i++)
        free(outputs[i].text);
}

static void complain_of(const struct command *command, int status, const char *wrong)
{
    for (int i = 0; i < command->argc; i++)
        (void)fprintf(stderr, "%s ", command->words[i]);
    (void)fprintf(stderr,
                  "\nexit status %d: %s\nstandard output: %.3000s\nstandard error: %.1000s\n",
                  status, wrong, outputs[0].text, outputs[1].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, data + size};
    struct command command = {.argc = 0};
    struct recorded *recording;
    const char *wrong;
    size_t count;
    int status;

    recording = recorded_all(&count);
    recording += take(&in) % count;
    recorded_restore(recording);
    take_command(&in, recording->path, &command);
    while (in.at < in.end)
        edit_file(&in, recording, &recording->files[take(&in) % recording->count]);
    status = run_once(&command);
    wrong = check_run(&command, status);
    if (wrong)
        complain_of(&command, status, wrong);
    PROMISE(!wrong);
    if (status == EXIT_DONE && is_unfiltered(&command) && is_silent()) {
        free_outputs();
        recorded_restore(recording);
        (void)run_once(&command);
        if (!is_silent())
            complain_of(&command, status,
                        "the edited recording has no sockets, and no note says so");
        PROMISE(is_silent());
    }
    free_outputs();
    return 0;
}
