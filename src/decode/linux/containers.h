/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in which runtimes of containers keep names. They also have secrets, so only names are kept. */
#ifndef PL_DECODE_LINUX_CONTAINERS_H
#define PL_DECODE_LINUX_CONTAINERS_H

#include "decode/decode.h"

enum pl_container_file {
    PL_CONTAINER_DOCKER,  /* config.v2.json of Docker */
    PL_CONTAINER_STORAGE, /* containers.json of Podman: a list of all containers */
    PL_CONTAINER_OCI,     /* config.json of the OCI runtime specification, with annotations */
    PL_CONTAINER_FILE_MAX,
};

#define PL_CONTAINER_TEXT 256 /* bytes of a name; longer ones are absent */

enum pl_container_part {
    PL_CONTAINER_NAME,
    PL_CONTAINER_IMAGE,
    PL_CONTAINER_POD,
    PL_CONTAINER_NAMESPACE,
    PL_CONTAINER_PARTS,
};

struct pl_container_names {
    char text[PL_CONTAINER_PARTS][PL_CONTAINER_TEXT];
    uint32_t len[PL_CONTAINER_PARTS]; /* 0: absent */
};

/* Returns whether the file has a name of the container with that id. The file is hostile. */
bool pl_decode_container(enum pl_container_file file, struct pl_slice content, struct pl_text id,
                         struct pl_container_names *out);

#endif
