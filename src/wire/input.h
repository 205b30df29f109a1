/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes to show: pasted, from standard input, or from a file. */
#ifndef WIRE_INPUT_H
#define WIRE_INPUT_H

#include "hex.h"

#include "api/wire.h"

#include <stdio.h>

struct input {
    const char *text;        /* hexadecimal, or the name of a file; borrowed */
    FILE *file;              /* the file; NULL: text is hexadecimal */
    unsigned int packet;     /* of a capture, from 1; 0: the first with TCP or UDP */
    enum pl_wire_proto from; /* the first header; PL_WIRE_NONE: guess */
    bool guessed;
    struct hex hex;
    size_t captured, length; /* of hex.bytes; of the packet on the wire */
};

/*
 * Opens a file of that name, or standard input for "-"; if there is no such file, the text is
 * hexadecimal. Returns 0 or an exit status, after a message.
 */
int input_open(struct input *input);
/* Reads the bytes and decides what they begin with. Returns 0 or an exit status, after a message. */
int input_read(struct input *input);

struct capture;

/*
 * Opens the capture in a file; option is the one that reads files, for messages. Returns 0 or an exit
 * status, after a message.
 */
int input_capture(FILE *file, const char *name, const char *option, struct capture **out);
/* Returns whether reading failed because the packets have several link types; reports that. */
bool input_is_mixed(const char *reason);
int input_refuse_mixed(const char *name);

#endif
