/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row for each protocol and each family. To add a protocol, add an enumerator to <portls.h> and
 * a row here; src/README.md lists the other places.
 */
#ifndef PL_MODEL_PROTOCOL_H
#define PL_MODEL_PROTOCOL_H

#include <portls.h>

/* The form of an endpoint. */
enum pl_endpoint {
    PL_ENDPOINT_ADDRESS, /* ADDRESS:PORT; the port of a raw socket is its protocol */
    PL_ENDPOINT_NUMBER,  /* context id or node, and port */
    PL_ENDPOINT_PATH,    /* a name */
    PL_ENDPOINT_DEVICE,  /* PROTOCOL:INTERFACE, without a peer */
    PL_ENDPOINT_QUEUE,   /* INTERFACE:QUEUE, without a peer */
    PL_ENDPOINT_NETLINK, /* PROTOCOL:PORT */
};

/* The states that sockets of a protocol can have. */
enum pl_states {
    PL_STATES_OWN,      /* specific to the protocol, or none */
    PL_STATES_STREAM,   /* TCP states */
    PL_STATES_DATAGRAM, /* ESTABLISHED with a peer, otherwise UNCONN */
};

struct pl_protocol {
    const char *name;  /* part of the machine contract: portls(1) */
    uint32_t families; /* bits of enum pl_family */
    uint16_t number;   /* IPPROTO_* in a sock_diag request; 0: none */
    uint8_t type;      /* enum pl_type of all its sockets; UNKNOWN: several types */
    uint8_t states;    /* enum pl_states */
    uint8_t registry;  /* enum pl_proto in whose IANA registry its ports are; UNKNOWN: none */
    bool usual;        /* listed by default, and present on every system */
};

/* Indexed by enum pl_proto. */
extern const struct pl_protocol pl_protocols[PL_PROTO_MAX];

/* The protocols in IANA's registry of ports. */
#define PL_REGISTRIES 4
extern const enum pl_proto pl_registries[PL_REGISTRIES];

struct pl_family_row {
    const char *name;
    enum pl_endpoint endpoint;
};

/* Indexed by enum pl_family. */
extern const struct pl_family_row pl_families[PL_FAMILY_MAX];

/* The endpoint form of a family; PL_ENDPOINT_ADDRESS if the family is unknown. */
static inline enum pl_endpoint pl_family_endpoint(unsigned int family)
{
    return family < PL_FAMILY_MAX ? pl_families[family].endpoint : PL_ENDPOINT_ADDRESS;
}

/* Returns the bits of the protocols that have no families but these. */
uint32_t pl_family_protos(uint32_t families);

#endif
