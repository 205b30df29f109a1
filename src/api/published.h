/* SPDX-License-Identifier: BSD-2-Clause */
/* Published ports: connections to them end elsewhere, by a proxy or by a rule of the packet filter. */
#ifndef PL_API_PUBLISHED_H
#define PL_API_PUBLISHED_H

#include <portls.h>

/* Where connections end. Several addresses or ports: the first and the last of a range. */
struct pl_target {
    uint8_t addr[16];
    uint8_t last_addr[16];
    uint16_t port; /* 0: the port is kept */
    uint16_t last_port;
    uint8_t family; /* of the addresses; PL_FAMILY_UNSPEC: none is known */
};

/* A port of this machine. */
struct pl_host_port {
    uint8_t addr[16]; /* all zeros: any */
    uint32_t netns;   /* as in struct pl_sock */
    uint16_t port;
    uint8_t family;
    uint8_t proto; /* enum pl_proto */
};

struct pl_published {
    struct pl_host_port at;
    struct pl_text target; /* "10.0.0.2:80", ":80" without an address; NULL data: not known */
    struct pl_text all;    /* the same for all targets of the port, separated by commas */
    struct pl_text by;     /* "docker-proxy", "nftables" and so on */
    struct pl_text remark; /* nothing listens there; or where it ends. NULL data: none */
    uint64_t key;          /* of the socket that listens there; 0: not known */
    uint32_t order;        /* as they were found */
    bool sent;             /* only for connections that this machine opens */
};

/* Returns where connections to a listener end. Needs PL_NEED_PUBLISHED. */
const struct pl_published *pl_snapshot_published(const struct pl_snapshot *snap,
                                                 const struct pl_sock *sock, size_t *count);

/* Returns a remark on where connections end. Its data is NULL if no remark applies. */
struct pl_text pl_published_remark(const struct pl_snapshot *snap, const struct pl_sock *sock);

/* Returns the owners of the first socket that listens there and is known. */
const struct pl_owner *pl_snapshot_published_owners(const struct pl_snapshot *snap,
                                                    const struct pl_sock *sock, size_t *count);

/*
 * Returns the address and the port of the other end of a connection that rules translate, as that end has them,
 * and a remark on it. Needs PL_NEED_PEERS. Data is NULL if it is not known or the same as of the socket's peer.
 */
struct pl_text pl_translated_end(const struct pl_snapshot *snap, const struct pl_sock *sock);
struct pl_text pl_translated_remark(const struct pl_snapshot *snap, const struct pl_sock *sock);

#endif
