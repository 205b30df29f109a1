/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is to be known of a protocol and of a family, in one row each. To add a protocol, add an
 * enumerator to <portls.h> and a row here; then src/README.md says what reads and decodes it.
 */
#ifndef PL_MODEL_PROTOCOL_H
#define PL_MODEL_PROTOCOL_H

#include <portls.h>

/* What an endpoint is made of. */
enum pl_endpoint {
    PL_ENDPOINT_ADDRESS, /* ADDRESS:PORT; of a raw socket the port is its protocol */
    PL_ENDPOINT_NUMBER,  /* context id or node, and port */
    PL_ENDPOINT_PATH,    /* a name */
    PL_ENDPOINT_DEVICE,  /* PROTOCOL:INTERFACE, and no peer */
    PL_ENDPOINT_QUEUE,   /* INTERFACE:QUEUE, and no peer */
    PL_ENDPOINT_NETLINK, /* PROTOCOL:PORT */
};

/* The states that its sockets can be in. */
enum pl_states {
    PL_STATES_OWN,      /* the kernel has numbers of its own for them, or none */
    PL_STATES_STREAM,   /* those of TCP */
    PL_STATES_DATAGRAM, /* ESTABLISHED with a peer, UNCONN without */
};

struct pl_protocol {
    const char *name;  /* part of the machine contract: portls(1) */
    uint32_t families; /* bits of enum pl_family */
    uint16_t number;   /* IPPROTO_*; 0: none, or none by which Linux is asked for its sockets */
    uint8_t type;      /* enum pl_type of all its sockets; UNKNOWN: there are several */
    uint8_t states;    /* enum pl_states */
    uint8_t registry; /* enum pl_proto under which IANA registers its ports; UNKNOWN: it does not */
    bool usual;       /* every system has it, and it is listed where none is asked for */
};

/* By enum pl_proto. */
extern const struct pl_protocol pl_protocols[PL_PROTO_MAX];

/* Those that IANA's registry of ports has. */
#define PL_REGISTRIES 4
extern const enum pl_proto pl_registries[PL_REGISTRIES];

struct pl_family_row {
    const char *name;
    enum pl_endpoint endpoint;
};

/* By enum pl_family. */
extern const struct pl_family_row pl_families[PL_FAMILY_MAX];

/* Of a family; PL_ENDPOINT_ADDRESS where it is not known. */
static inline enum pl_endpoint pl_family_endpoint(unsigned int family)
{
    return family < PL_FAMILY_MAX ? pl_families[family].endpoint : PL_ENDPOINT_ADDRESS;
}

/* Bits of the protocols that have any of the families and no other. */
uint32_t pl_family_protos(uint32_t families);

#endif
